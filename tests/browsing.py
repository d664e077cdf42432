"""A page in a real browser, watched: what it asks of whom, and what it complains of."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from served import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


class Watched:
    """A page with what was seen of it.

    Attributes:
        page: the page.
        faults: what it wrote to the console, and errors of its scripts.
        outside: the requests that went to another host than the service's.
    """

    def __init__(self, page: "Page", server: Server) -> None:
        self.page = page
        self.faults: list[str] = []
        self.outside: list[str] = []
        page.on("console", lambda message: self.faults.append(message.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self._note(request.url, server.address))

    def _note(self, address: str, home: str) -> None:
        if not address.startswith((home, "data:")):
            self.outside.append(address)


@contextmanager
def watching(
    browser: "Browser",
    server: Server,
    *,
    width: int = 1200,
    height: int = 900,
    scripts: bool = True,
    scheme: str = "light",
) -> Iterator[Watched]:
    """Open an empty page whose addresses begin at the service."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        base_url=server.address,
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=scripts,
    )
    context.set_default_timeout(15_000)
    try:
        yield Watched(context.new_page(), server)
    finally:
        context.close()
