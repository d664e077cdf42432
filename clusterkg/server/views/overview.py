"""The first page: what there is, and where to begin."""

from __future__ import annotations

from clusterkg.server.views.view import View, ask
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Asked

__all__ = ["show"]


def show(graph: Graph, asked: Asked) -> View:
    """Return what there is: studies with their cases, ready questions, addresses for programs."""
    from clusterkg import library
    from clusterkg.questions.catalogue import FOLDER
    from clusterkg.resources import query_paths

    asked.only()
    answer, made = ask(graph, library.read("cases/index", graph.folders))
    cases: dict[str, list[tuple[str, str]]] = {}
    for row in answer:
        path = str(row["case"]).removeprefix(BASE)
        cases.setdefault(str(row["study"]).removeprefix(BASE), []).append((f"/page/{path}", str(row["name"])))
    questions = []
    for name in query_paths(graph.folders):
        if name.startswith(FOLDER):
            one = library.read(name, graph.folders)
            asks = " ".join(str(one.header.get("summary") or name).split())
            questions.append((f"/query/{name.removeprefix(FOLDER)}?format=html", asks))
    return View(
        "Industrial clusters in global value chains",
        "overview",
        {"statements": graph.size(), "cases": cases, "questions": questions, "count_of_cases": len(answer)},
        columns=answer.columns,
        rows=answer.rows,
        made=[made],
        here="/",
        about="Case studies of industrial clusters in global value chains, coded, checked and open to every question.",
    )
