"""A thing of ours: all statements about it and its fragments, a table each."""

from __future__ import annotations

from clusterkg.prefixes import compact
from clusterkg.server.formats import GRAPHS
from clusterkg.server.frame import home_of
from clusterkg.server.things import name_in, subjects_of
from clusterkg.server.views.view import View
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Asked

__all__ = ["forms_of", "show"]

LONGEST = 20_000
"""The characters of a text that a page shows of it."""


def forms_of(path: str) -> dict[str, str]:
    """Return where the statements about a thing are, by media type."""
    return {one.media: f"/data/{path}.{one.ending}" for one in GRAPHS if one.ending != "rdf"}


def show(graph: Graph, asked: Asked) -> View:
    """Return the page about a thing: that of its kind where there is one, unless its statements are asked for.

    Raises:
        UnknownName: the graph describes no such thing; the nearest are offered.
        ParameterError: a parameter that there is not.
    """
    from clusterkg.server.views import finding

    kinds = {"finding/": finding.show}
    own = next((shown for kind, shown in kinds.items() if asked.path.startswith(kind)), None)
    if own is not None and not asked.all("statements"):
        return own(graph, asked)
    return _statements(graph, asked)


def _statements(graph: Graph, asked: Asked) -> View:
    """Return all statements about a thing and its fragments."""
    import pyoxigraph as ox

    asked.only("statements")
    asked.choice("statements", ("yes",))
    names: dict[str, str] = {}
    shown, rows = [], []
    for iri in subjects_of(graph, asked.path):
        said: dict[ox.NamedNode, dict[Any, None]] = {}
        for quad in graph.store.quads_for_pattern(ox.NamedNode(iri), None, None, None):
            said.setdefault(quad.predicate, {})[quad.object] = None
        fragment = iri.partition("#")[2]
        properties = [
            (_word(graph, property, names), [_word(graph, term, names) for term in sorted(terms, key=str)])
            for property, terms in sorted(said.items(), key=lambda one: one[0].value)
        ]
        rows += [
            (iri, property["iri"], term["iri"] or term["text"]) for property, terms in properties for term in terms
        ]
        name = _name(graph, ox.NamedNode(iri), names)
        shown.append({"iri": iri, "fragment": fragment, "name": name, "said": properties})
    title = names.get(BASE + asked.path) or asked.path
    return View(
        title,
        "thing",
        {"subjects": shown},
        columns=["subject", "property", "value"],
        rows=rows,
        others=forms_of(asked.path),
        here="/vocabulary" if asked.path.startswith(("ontology", "concept/")) else "",
    )


def _name(graph: Graph, node: Any, names: dict[str, str]) -> str:
    """Return what a node is called, looked up once."""
    if node.value not in names:
        names[node.value] = name_in(graph, node) or compact(node.value).strip("<>")
    return names[node.value]


def _word(graph: Graph, term: Any, names: dict[str, str]) -> dict[str, str]:
    """Return how a term is shown: its text, its language, and where it leads."""
    import pyoxigraph as ox

    if isinstance(term, ox.NamedNode):
        return {"text": _name(graph, term, names), "language": "", "link": home_of(term.value), "iri": term.value}
    text = term.value[:LONGEST] if isinstance(term, ox.Literal) else str(term)[:LONGEST]
    return {"text": text, "language": getattr(term, "language", None) or "", "link": "", "iri": ""}
