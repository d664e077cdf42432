"""The things of ours in the graph: found by their paths, named, and written as data."""

from __future__ import annotations

import re
from functools import cache

from clusterkg.errors import UnknownName, nearest
from clusterkg.outside import label_of
from clusterkg.prefixes import compact
from clusterkg.server.formats import GRAPHS
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import pyoxigraph as ox

    from clusterkg.graph import Graph

__all__ = [
    "called",
    "classes_of",
    "forms_of",
    "name_in",
    "read_name",
    "statements",
    "subjects_of",
    "things_like",
    "written",
]

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

LABELS = (
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://purl.org/dc/terms/title",
)
"""The properties that a thing's name stands in, the best first."""

WORDS = {
    RDF_TYPE: "is a",
    "http://www.w3.org/2004/02/skos/core#prefLabel": "name",
    "http://www.w3.org/2004/02/skos/core#altLabel": "also called",
    "http://www.w3.org/2002/07/owl#sameAs": "is the same as",
}
"""How people read some properties of other vocabularies that do not speak for themselves."""

VERSION = "http://www.w3.org/2002/07/owl#versionIRI"

LONGEST_NAME = 200
"""The signs of a name that the nearest is looked for; others are strange to everything."""


def written(triples: Sequence[ox.Triple], ending: str, iri: str) -> bytes:
    """Return statements in a format: Turtle in the order of the house, JSON-LD with its context."""
    import pyoxigraph as ox

    from clusterkg.prefixes import house_prefixes

    if ending == "jsonld":
        from clusterkg.export.jsonld import as_document

        return as_document(list(triples))
    if ending == "ttl":
        from clusterkg.turtle import format_text

        lines = "".join(f"{triple} .\n" for triple in triples)
        return format_text(f"@base <{iri}> .\n{lines}", iri, house_prefixes()).encode()
    kind = ox.RdfFormat.N_TRIPLES if ending == "nt" else ox.RdfFormat.RDF_XML
    return ox.serialize(triples, format=kind, prefixes=dict(house_prefixes()) if ending == "rdf" else None) or b""


def forms_of(path: str) -> dict[str, str]:
    """Return where the statements about a thing are, by media type."""
    return {one.media: f"/data/{path}.{one.ending}" for one in GRAPHS if one.ending != "rdf"}


@cache
def _index(graph: Graph) -> dict[str, list[str]]:
    """Return the IRIs of each thing of ours and of its fragments, by the thing's path."""
    found: dict[str, list[str]] = {}
    for iri in sorted(graph.subjects()):
        if iri.startswith(BASE):
            found.setdefault(iri.removeprefix(BASE).partition("#")[0], []).append(iri)
    return found


@cache
def _versions(graph: Graph) -> dict[str, str]:
    """Return the path of each thing of ours by that of the version of it which this is."""
    import pyoxigraph as ox

    found = {}
    for quad in graph.store.quads_for_pattern(None, ox.NamedNode(VERSION), None):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            found[quad.object.value.removeprefix(BASE)] = quad.subject.value.removeprefix(BASE)
    return found


def subjects_of(graph: Graph, path: str) -> list[str]:
    """Return the IRIs of a thing and its fragments.

    Raises:
        UnknownName: the graph describes no such thing; the nearest of its kind are offered.
    """
    index = _index(graph)
    if path not in index:
        path = _versions(graph).get(path, path)
    if path in index:
        return index[path]
    remedy = ""
    if len(path) <= LONGEST_NAME:
        home, _, name = path.rpartition("/")
        beside = [one.rpartition("/")[2] for one in index if one.rpartition("/")[0] == home]
        remedy = (
            nearest(name, beside)
            if beside
            else nearest(path.partition("/")[0], {one.partition("/")[0] for one in index})
        )
    raise UnknownName("the graph describes no such thing", place=path[:LONGEST_NAME] or "/", remedy=remedy)


def statements(graph: Graph, subjects: Sequence[str]) -> list[ox.Triple]:
    """Return all statements about some things, with those about the blank nodes in them."""
    import pyoxigraph as ox

    found: dict[ox.Triple, None] = {}
    waiting: list[Any] = [ox.NamedNode(iri) for iri in reversed(subjects)]
    seen = set(waiting)
    while waiting:
        for quad in graph.store.quads_for_pattern(waiting.pop(), None, None, None):
            found[quad.triple] = None
            if isinstance(quad.object, ox.BlankNode) and quad.object not in seen:
                seen.add(quad.object)
                waiting.append(quad.object)
    return list(found)


def name_in(graph: Graph, node: ox.NamedNode) -> str:
    """Return what a thing is called, in English where it has a name in it; empty where it has none.

    Terms of outside vocabularies say nothing of themselves in the graph: they go by the labels that we give them.
    """
    import pyoxigraph as ox

    for label in LABELS:
        texts = [quad.object for quad in graph.store.quads_for_pattern(node, ox.NamedNode(label), None, None)]
        literals = [text for text in texts if isinstance(text, ox.Literal)]
        if literals:
            return min(literals, key=lambda text: (text.language != "en", text.value)).value
    return label_of(node.value)


def called(graph: Graph, iri: str) -> str:
    """Return what people call a thing of ours or a fragment of one; empty where it has no name.

    A fragment without a name of its own goes by what it is called in its IRI and by the name of the thing. So does
    one that has a name, where the thing is not its own subject: a chain of a case says of which.
    """
    import pyoxigraph as ox

    own = name_in(graph, ox.NamedNode(iri))
    owner, sharp, fragment = iri.partition("#")
    if not sharp or not iri.startswith(BASE) or owner == BASE + "ontology":
        return own
    of = name_in(graph, ox.NamedNode(owner)) or owner.removeprefix(BASE)
    words = own or (fragment[:1].upper() + fragment[1:]).replace("-", " ")
    return f"{words} ({of})"


def read_name(iri: str) -> str:
    """Return how people read a name that is not ours and has no label in the graph; that of a thing, by its prefix.

    >>> read_name("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), read_name("http://purl.org/dc/terms/isReferencedBy")
    ('is a', 'is referenced by')
    >>> read_name("https://w3id.org/clusterkg/query/findings/tally"), read_name("http://purl.org/linked-data/cube#DataSet")
    ('query/findings/tally', 'qb:DataSet')
    """
    if iri in WORDS:
        return WORDS[iri]
    short = compact(iri).strip("<>").removeprefix(BASE)
    prefix, colon, local = short.partition(":")
    if colon and prefix not in ("http", "https") and re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", local):
        return re.sub(r"([A-Z])", lambda found: " " + found[1].lower(), local)
    return short


def things_like(graph: Graph, iri: str) -> list[tuple[str, str]]:
    """Return the things of ours whose IRIs are made as one is, by IRI, with their names in alphabetical order.

    Of fragments, those of the same thing count that have a class with it in common. Things of one name are told apart
    by their IRIs.
    """
    from collections import Counter

    from clusterkg.questions.asking import home_of_kind

    if not iri.startswith(BASE):
        return []
    home, path = home_of_kind(iri), iri.removeprefix(BASE)
    if "#" in path:
        kinds = classes_of(graph, iri)
        found = [one for one in _index(graph).get(path.partition("#")[0], ()) if kinds & classes_of(graph, one)]
    else:
        under, depth = home.removeprefix(BASE), path.count("/")
        found = [BASE + one for one in _index(graph) if one.startswith(under) and one.count("/") == depth]
    names = {one: called(graph, one) or one.removeprefix(home) for one in found}
    uses = Counter(names.values())
    told = [(one, name if uses[name] == 1 else f"{name} ({one.removeprefix(home)})") for one, name in names.items()]
    return sorted(told, key=lambda pair: (pair[1].casefold(), pair[0]))


def classes_of(graph: Graph, iri: str) -> set[str]:
    """Return the IRIs of the classes that a thing is said to be of."""
    import pyoxigraph as ox

    found = graph.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(RDF_TYPE), None, None)
    return {quad.object.value for quad in found if isinstance(quad.object, ox.NamedNode)}
