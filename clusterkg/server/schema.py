"""The ontology's terms as pages show them: names, definitions, and what restricts them, in words that lead on."""

from __future__ import annotations

from clusterkg.prefixes import compact
from clusterkg.terms import BASE, ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    import pyoxigraph as ox

    from clusterkg.graph import Graph

    Word = tuple[str, str]
    Words = list[Word]

__all__ = ["Term", "terms_of", "words_of"]

RDF, RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"

KINDS = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "object property",
    OWL + "DatatypeProperty": "datatype property",
    OWL + "AnnotationProperty": "annotation property",
    RDFS + "Datatype": "datatype",
}

RELATIONS = {
    RDFS + "subClassOf": "is a kind of",
    RDFS + "subPropertyOf": "is a kind of",
    OWL + "equivalentClass": "defined as",
    RDFS + "domain": "is said of",
    RDFS + "range": "has for its value",
    OWL + "inverseOf": "is the inverse of",
    OWL + "disjointWith": "is never at once",
}
"""What relates a term to others, in the order in which a page shows it."""

JOINS = {OWL + "intersectionOf": " and ", OWL + "unionOf": " or ", OWL + "oneOf": " or "}

RESTRICTIONS = {
    OWL + "someValuesFrom": " at least one ",
    OWL + "allValuesFrom": " nothing but ",
    OWL + "hasValue": " ",
    OWL + "minCardinality": " at least ",
    OWL + "maxCardinality": " at most ",
    OWL + "cardinality": " exactly ",
}
"""What stands between a property and its value, by the kind of restriction."""

FACETS = {
    "minInclusive": "from {}",
    "minExclusive": "above {}",
    "maxInclusive": "up to {}",
    "maxExclusive": "below {}",
    "pattern": "of the pattern {}",
    "fractionDigits": "with at most {} digits after the point",
    "totalDigits": "with at most {} digits",
}

MOST_DEPTH = 12
"""An expression that is nested more deeply is not put in words."""


class Term:
    """A class, property or datatype of the ontology.

    Attributes:
        iri: the term; `name` what follows ``#``, `short` with the prefix.
        kind: one of the values of `KINDS`.
        label: its English name; `labels` those in other languages, by language.
        definition, note: what it means and how to use it; empty where the ontology does not say.
        relations: what relates it to others: pairs of words such as ``is a kind of`` and a list of expressions,
            each a list of words with where they lead.
        narrower: the terms right below it, with where they lead.
        single: whether a thing has one value of it at most.
        sources: where it comes from, with where that leads; `locator` the place there.
    """

    def __init__(self, graph: Graph, iri: str, kind: str) -> None:
        texts = _texts(graph, iri)
        self.iri, self.kind = iri, kind
        self.name, self.short = iri.rpartition("#")[2], compact(iri).strip("<>")
        self.label = texts.get((RDFS + "label", "en")) or self.name
        self.labels = {language: text for (property, language), text in texts.items() if property == RDFS + "label"}
        self.labels.pop("en", None)
        self.definition = texts.get((SKOS + "definition", "en"), "")
        self.note = texts.get((SKOS + "scopeNote", "en"), "")
        self.locator = texts.get((ONTOLOGY + "locator", ""), "")
        self.relations = [
            (words, [words_of(graph, node) for node in nodes])
            for property, words in RELATIONS.items()
            if (nodes := list(_objects(graph, iri, property)))
        ]
        self.narrower = [
            word
            for property in ("subClassOf", "subPropertyOf")
            for subject in sorted(_subjects(graph, iri, RDFS + property))
            for word in words_of(graph, _node(subject))
        ]
        self.single = any(node.value == OWL + "FunctionalProperty" for node in _objects(graph, iri, RDF + "type"))
        self.sources = [words_of(graph, node)[0] for node in _objects(graph, iri, DCTERMS + "source")]

    def __repr__(self) -> str:
        return f"Term({self.short!r})"


def terms_of(graph: Graph, space: str = ONTOLOGY) -> list[Term]:
    """Return the terms of a namespace that have a definition: classes, then properties, then datatypes, by label."""
    found = {}
    for type_, kind in KINDS.items():
        for iri in _subjects(graph, type_, RDF + "type"):
            if iri.startswith(space) and iri not in found and any(_objects(graph, iri, SKOS + "definition")):
                found[iri] = Term(graph, iri, kind)
    order = ["class", "property", "datatype"]
    return sorted(
        found.values(), key=lambda one: (order.index(one.kind.rpartition(" ")[2]), one.label.casefold(), one.iri)
    )


def words_of(graph: Graph, node: Any, depth: int = 0) -> Words:
    """Return a class expression, data range or name in words, each with where it leads; empty for mere words.

    >>> from clusterkg.graph import Graph
    >>> graph = Graph()
    >>> graph.require(["ontology", "concepts"])
    >>> case = next(one for one in terms_of(graph) if one.name == "CaseInGlobalChain")
    >>> ["".join(text for text, _ in expression) for expression in dict(case.relations)["defined as"]]
    ['Case study and feeds into at least one Global value chain']
    """
    import pyoxigraph as ox

    if isinstance(node, ox.Literal):
        return [(node.value, "")]
    if isinstance(node, ox.NamedNode):
        return [_name(graph, node.value)]
    assert isinstance(node, ox.BlankNode), "the files hold no statements about statements"
    parts = {quad.predicate.value: quad.object for quad in graph.store.quads_for_pattern(node, None, None, None)}
    if depth > MOST_DEPTH:
        return [("…", "")]
    for property, join in JOINS.items():
        if property in parts:
            return _joined([words_of(graph, one, depth + 1) for one in _list(graph, parts[property])], join)
    if OWL + "complementOf" in parts:
        return [("not ", ""), *words_of(graph, parts[OWL + "complementOf"], depth + 1)]
    if OWL + "onProperty" in parts:
        for property, pattern in RESTRICTIONS.items():
            if property in parts:
                said = words_of(graph, parts[property], depth + 1)
                thing = [("thing with ", "")] if _restricts(graph, parts[property]) else []
                return [*words_of(graph, parts[OWL + "onProperty"], depth + 1), (pattern, ""), *thing, *said]
    if OWL + "onDatatype" in parts:
        limits = [_facet(graph, one) for one in _list(graph, parts.get(OWL + "withRestrictions"))]
        return [*words_of(graph, parts[OWL + "onDatatype"], depth + 1), (" " + " and ".join(limits), "")]
    return [("something else", "")]


def _restricts(graph: Graph, node: Any) -> bool:
    """Tell whether a node is a restriction of a property."""
    import pyoxigraph as ox

    if not isinstance(node, ox.BlankNode):
        return False
    return any(True for _ in graph.store.quads_for_pattern(node, _node(OWL + "onProperty"), None, None))


def _joined(parts: Sequence[Words], between: str) -> Words:
    found: Words = []
    for number, part in enumerate(parts):
        found += [(between, "")] if number else []
        found += part
    return found


def _facet(graph: Graph, node: Any) -> str:
    for quad in graph.store.quads_for_pattern(node, None, None, None):
        name = quad.predicate.value.rpartition("#")[2]
        return FACETS.get(name, name + " {}").format(getattr(quad.object, "value", ""))
    return ""


def _name(graph: Graph, iri: str) -> Word:
    from clusterkg.server.frame import home_of
    from clusterkg.server.things import name_in

    ours = iri.startswith(BASE)
    known = any(True for _ in graph.store.quads_for_pattern(_node(iri), None, None, None))
    link = home_of(iri) if known or not ours else ""
    return (name_in(graph, _node(iri)) if ours and known else "") or compact(iri).strip("<>"), link


def _node(iri: str) -> ox.NamedNode:
    import pyoxigraph as ox

    return ox.NamedNode(iri)


def _objects(graph: Graph, iri: str, property: str) -> Iterator[Any]:
    seen = set()
    for quad in graph.store.quads_for_pattern(_node(iri), _node(property), None, None):
        if quad.object not in seen:
            seen.add(quad.object)
            yield quad.object


def _subjects(graph: Graph, iri: str, property: str) -> set[str]:
    import pyoxigraph as ox

    quads = graph.store.quads_for_pattern(None, _node(property), _node(iri), None)
    return {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}


def _texts(graph: Graph, iri: str) -> dict[tuple[str, str], str]:
    """Return the texts about a term, by property and language; of several in one language the first by alphabet."""
    import pyoxigraph as ox

    found: dict[tuple[str, str], str] = {}
    quads = graph.store.quads_for_pattern(_node(iri), None, None, None)
    literals = [(quad.predicate.value, quad.object) for quad in quads if isinstance(quad.object, ox.Literal)]
    for property, text in sorted(literals, key=lambda one: (one[0], one[1].value)):
        found.setdefault((property, text.language or ""), text.value)
    return found


def _list(graph: Graph, node: Any) -> list[Any]:
    """Return the members of an RDF list."""
    found: list[Any] = []
    while node is not None and getattr(node, "value", "") != RDF + "nil" and len(found) < 1000:
        parts = {quad.predicate.value: quad.object for quad in graph.store.quads_for_pattern(node, None, None, None)}
        found.append(parts.get(RDF + "first"))
        node = parts.get(RDF + "rest")
    return [one for one in found if one is not None]
