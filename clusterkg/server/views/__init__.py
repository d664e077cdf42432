"""The views: what people see at each address, and the same as CSV and JSON."""

from __future__ import annotations

from clusterkg.server.views import (
    about,
    cases,
    code,
    codebook,
    compare,
    diagram,
    editor,
    findings,
    ledger,
    overview,
    passages,
    plot,
    plots,
    question,
    questions,
    table,
    tables,
    thing,
    vocabulary,
)

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


__all__ = ["FORMS", "VIEWS"]

VIEWS: dict[str, Show] = {
    "/": overview.show,
    "/about": about.show,
    "/cases": cases.show,
    "/code": code.show,
    "/codebook": codebook.show,
    "/compare": compare.show,
    "/editor": editor.show,
    "/findings": findings.show,
    "/ledger": ledger.show,
    "/passages": passages.show,
    "/page/": thing.show,
    "/plots": plots.show,
    "/plots/": plot.show,
    "/query/": question.show,
    "/questions": questions.show,
    "/tables": tables.show,
    "/tables/": table.show,
    "/vocabulary": vocabulary.show,
    "/vocabulary/diagram": diagram.show,
}
"""What is shown at each address; one that ends in a slash is followed by a path."""

FORMS: dict[str, tuple[Sequence[Format], Take]] = {"/code": (code.FORMATS, code.take)}
"""The views that take a form by POST: in which formats they answer it, and what answers."""
