"""The ontology: every term in full, with what restricts it, the rules that speak of it, and where it is used."""

from __future__ import annotations

from urllib.parse import quote

from clusterkg import library
from clusterkg.server.frame import home_of
from clusterkg.server.schema import terms_of
from clusterkg.server.things import called, subjects_of
from clusterkg.server.views.view import View, ask
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from clusterkg.graph import Graph
    from clusterkg.server.schema import Term
    from clusterkg.server.views.view import Asked

__all__ = ["show"]

COLUMNS = ("kind", "term", "label", "definition", "relations", "rules", "n")
"""The contract of the CSV; ``relations`` and ``rules`` have a line each."""

MOST = 5
"""How many things or statements show a term's use."""

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
TITLE, DESCRIPTION = "http://purl.org/dc/terms/title", "http://purl.org/dc/terms/description"


def show(graph: Graph, asked: Asked) -> View:
    """Return the page of the ontology.

    Raises:
        UnknownName: the path names something below it that there is not.
        ParameterError: the page takes no parameters.
    """
    from clusterkg.coding.rules import rules_by_term
    from clusterkg.server.things import forms_of

    asked.only()
    subjects_of(graph, asked.path)
    answer, made = ask(graph, library.read("pages/terms"))
    uses = {str(row["term"]): int(str(row["uses"])) for row in answer}
    rules = rules_by_term(graph.folders)
    terms = terms_of(graph)
    shown = [
        {
            "term": one,
            "n": uses.get(one.iri, 0),
            "first": _first(graph, one),
            "where": _where(one),
            "rules": rules.get(one.iri, []),
        }
        for one in terms
    ]
    rows = [
        (
            one.kind,
            one.iri,
            one.label,
            one.definition,
            "\n".join(f"{words} {_plain(said)}" for words, several in one.relations for said in several) or None,
            "\n".join(rule.message for rule in rules.get(one.iri, ())) or None,
            uses.get(one.iri, 0) if one.kind != "datatype" else None,
        )
        for one in terms
    ]
    header = _texts(graph, BASE + "ontology")
    return View(
        "Ontology",
        "ontology",
        {"shown": shown, "about": header.get(DESCRIPTION, ""), "title": header.get(TITLE, "")},
        columns=COLUMNS,
        rows=rows,
        made=[made],
        others=forms_of(asked.path),
        here="/vocabulary",
    )


def _plain(words: list[tuple[str, str]]) -> str:
    return "".join(text for text, _ in words)


def _where(term: Term) -> str:
    """Return where all uses of a term are asked for; empty for a datatype, which is used in passing."""
    if term.kind == "datatype":
        return ""
    if term.kind == "class":
        return f"/query/pages/things-of-a-class?class={quote(term.iri, safe='')}&format=html"
    return f"/query/pages/uses-of-a-property?property={quote(term.iri, safe='')}&format=html"


def _first(graph: Graph, term: Term) -> list[tuple[str, str]]:
    """Return the first things that are of a class itself, or that have a property: names, and where they are."""
    import pyoxigraph as ox

    if term.kind == "datatype":
        return []
    node = ox.NamedNode(term.iri)
    property, object_ = (ox.NamedNode(RDF_TYPE), node) if term.kind == "class" else (node, None)
    quads = graph.store.quads_for_pattern(None, property, object_, None)
    subjects = sorted({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)})
    return [(called(graph, iri) or iri.removeprefix(BASE), home_of(iri)) for iri in subjects[:MOST]]


def _texts(graph: Graph, iri: str) -> dict[str, str]:
    """Return the English texts about a thing, by property."""
    import pyoxigraph as ox

    quads: Any = graph.store.quads_for_pattern(ox.NamedNode(iri), None, None, None)
    return {
        quad.predicate.value: quad.object.value
        for quad in quads
        if isinstance(quad.object, ox.Literal) and quad.object.language in ("en", None)
    }
