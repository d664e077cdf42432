"""The place to write SPARQL: a plain form that works everywhere, which a script replaces by an editor."""

from __future__ import annotations

from clusterkg.server.completion import examples
from clusterkg.server.views.view import View

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph
    from clusterkg.server.completion import Example
    from clusterkg.server.views.view import Asked

__all__ = ["show"]

ROWS = ("csv", "json", "tsv", "xml")
TRIPLES = ("ttl", "nt", "rdf", "jsonld")


def show(graph: Graph, asked: Asked) -> View:
    """Return the form, with a query in it where the address has one or names an example.

    Raises:
        ParameterError: a parameter that there is not, two queries, or an example that there is not.
    """
    asked.only("query", "example")
    known = {one.name: one for one in examples(tuple(graph.folders))}
    chosen = asked.choice("example", known)
    kinds: dict[str, list[Example]] = {}
    for one in known.values():
        kinds.setdefault(one.kind, []).append(one)
    return View(
        "SPARQL",
        "editor",
        {
            "query": asked.one("query") or (known[chosen].text if chosen else ""),
            "chosen": chosen,
            "kinds": kinds,
            "rows": ROWS,
            "triples": TRIPLES,
        },
        scripts=["editor.css", "editor.js"],
        here="/editor",
        about="Ask the graph of clusters, chains and upgrading in SPARQL.",
    )
