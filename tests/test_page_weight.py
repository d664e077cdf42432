"""What a browser loads for a page, in bytes as they come over the wire."""

from typing import TYPE_CHECKING

import pytest
from browsing import watching
from served import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.parametrize("path", ["/", "/cases", "/page/case/giuliani2005/leon-footwear"])
def test_a_page_is_light_with_all_that_it_loads(browser: "Browser", served: Server, path: str) -> None:
    with watching(browser, served) as watched:
        session = watched.page.context.new_cdp_session(watched.page)
        sizes: list[float] = []
        session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        session.send("Network.enable")
        watched.page.goto(path, wait_until="networkidle")
        watched.page.mouse.wheel(0, 20_000)  # what is loaded when it comes into sight counts too
        watched.page.wait_for_load_state("networkidle")
    assert len(sizes) > 1
    assert 3_000 < sum(sizes) < 150_000
