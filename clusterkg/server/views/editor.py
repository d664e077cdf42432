"""The place to write SPARQL: a plain form that works everywhere, which a script replaces by an editor."""

from __future__ import annotations

from clusterkg.server.views.view import View

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Asked

__all__ = ["show"]


def show(graph: Graph, asked: Asked) -> View:
    """Return the form, with a query in it where the address has one.

    Raises:
        ParameterError: a parameter that there is not, or two queries.
    """
    asked.only("query")
    return View("SPARQL", "editor", {"query": asked.one("query")}, here="/editor")
