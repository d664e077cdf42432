"""A query of the library, asked: its answer, what it rests on, and a form for its parameters."""

from __future__ import annotations

from clusterkg.server.views.view import Made, View

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Asked

__all__ = ["show"]


def show(graph: Graph, asked: Asked) -> View:
    """Return the answer to a query of the library.

    Raises:
        UnknownName: there is no such query; the nearest are offered.
        ParameterError: a value does not fit.
    """
    from clusterkg import sparql
    from clusterkg.questions.asking import ask, find

    values = {name: asked.one(name) for name, _ in asked.pairs}
    query = find(asked.path, graph.folders)
    answer = ask(graph, query, values)
    asks = " ".join(str(query.header.get("summary") or query.name).split())
    given = "".join(f", {name}={value!r}" for name, value in values.items())
    return View(
        asks,
        "question",
        {"shown": answer.rows, "notes": answer.told},
        columns=answer.columns,
        rows=answer.rows,
        made=[Made(query.name, sparql.bind(query.text, query.terms(values)), values)],
        code=f"kg.query({query.name!r}{given}).to_pandas()",
        here="/questions",
    )
