"""The views: what people see at each address, and the same as CSV and JSON."""

from __future__ import annotations

from clusterkg.server.views import (
    cases,
    codebook,
    diagram,
    editor,
    findings,
    ledger,
    overview,
    question,
    questions,
    table,
    tables,
    thing,
    vocabulary,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Asked, View

    Show = Callable[[Graph, Asked], View]

__all__ = ["VIEWS"]

VIEWS: dict[str, Show] = {
    "/": overview.show,
    "/cases": cases.show,
    "/codebook": codebook.show,
    "/editor": editor.show,
    "/findings": findings.show,
    "/ledger": ledger.show,
    "/page/": thing.show,
    "/query/": question.show,
    "/questions": questions.show,
    "/tables": tables.show,
    "/tables/": table.show,
    "/vocabulary": vocabulary.show,
    "/vocabulary/diagram": diagram.show,
}
"""What is shown at each address; one that ends in a slash is followed by a path."""
