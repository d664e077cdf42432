"""The views: what people see at each address, and the same as CSV and JSON.

A module is imported when its page is first asked for, so that the service answers soon after its start.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Protocol

    from clusterkg.graph import Graph
    from clusterkg.server.formats import Format
    from clusterkg.server.views.view import Asked, Taken, View

    Show = Callable[[Graph, Asked], View]

    class Take(Protocol):
        """What answers a form that was sent; see `code.take`."""

        def __call__(self, graph: Graph, asked: Asked, format: str, *, for_person: bool) -> Taken: ...


__all__ = ["FORMS", "VIEWS", "formats_of", "show_at", "take_at"]

VIEWS = {
    "/": "overview",
    "/about": "about",
    "/cases": "cases",
    "/code": "code",
    "/codebook": "codebook",
    "/compare": "compare",
    "/editor": "editor",
    "/findings": "findings",
    "/ledger": "ledger",
    "/passages": "passages",
    "/page/": "thing",
    "/plots": "plots",
    "/plots/": "plot",
    "/query/": "question",
    "/questions": "questions",
    "/tables": "tables",
    "/tables/": "table",
    "/vocabulary": "vocabulary",
    "/vocabulary/diagram": "diagram",
}
"""The module whose `show` makes what is at each address; where that ends in a slash, a path follows."""

FORMS = {"/code": "code"}
"""The module whose `take` answers the form that is sent to an address by POST, in one of its `FORMATS`."""


def show_at(address: str) -> Show:
    """Return what makes the view at an address of `VIEWS`."""
    show: Show = import_module(f"{__name__}.{VIEWS[address]}").show
    return show


def take_at(address: str) -> Take:
    """Return what answers the form that is sent to an address of `FORMS`."""
    take: Take = import_module(f"{__name__}.{FORMS[address]}").take
    return take


def formats_of(address: str) -> Sequence[Format]:
    """Return the formats in which the form that is sent to an address of `FORMS` is answered."""
    formats: Sequence[Format] = import_module(f"{__name__}.{FORMS[address]}").FORMATS
    return formats
