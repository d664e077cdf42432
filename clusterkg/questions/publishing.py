"""Queries as data: each a `sh:SPARQLExecutable` in Turtle, by the convention of SIB's sparql-examples."""

from __future__ import annotations

import re

from clusterkg import sparql
from clusterkg.prefixes import house_prefixes
from clusterkg.terms import BASE, query_iri
from clusterkg.turtle import format_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pyoxigraph as ox

    from clusterkg.library import Query
    from clusterkg.parameters import Parameter

    Node = ox.NamedNode | ox.BlankNode
    Triple = tuple[Node, str, Node | ox.Literal]

__all__ = ["as_turtle", "runnable"]

PREFIXES = BASE + "prefixes"
"""The list of house prefixes, each a fragment of it."""

FORMS = {
    "SELECT": ("sh:select", "sh:SPARQLSelectExecutable"),
    "ASK": ("sh:ask", "sh:SPARQLAskExecutable"),
    "CONSTRUCT": ("sh:construct", "sh:SPARQLConstructExecutable"),
    "DESCRIBE": ("spex:describe", None),
}
"""Of each form of query the property that holds its text, and its class beside `sh:SPARQLExecutable`."""

MORE = {"spex": "https://purl.expasy.org/sparql-examples/ontology#"}
"""What the house has no prefix for: the one word of the convention that SHACL lacks."""

KINDS = {"integer": "xsd:integer", "decimal": "xsd:decimal", "boolean": "xsd:boolean", "text": "xsd:string"}
"""The datatype of each kind of parameter; an IRI has none."""


def as_turtle(queries: Iterable[Query]) -> str:
    """Return queries as Turtle in the house order, each with its question, text, keywords and parameters.

    The text under ``sh:select`` runs as it is, its parameters at their defaults; one without a default stays a
    variable. The whole file as it was written, header and all, stands under ``schema:text``, so nothing is lost.

    Args:
        queries: the queries, of the library or of an added folder.

    Raises:
        QueryError: a header does not parse.
        ParameterError: a default is not of its parameter's kind.

    >>> from clusterkg import library
    >>> text = as_turtle([library.read("questions/functional-upgrading-in-quasi-hierarchies")])
    >>> print(re.search(r"rdfs:comment (.*) ;", text)[1])
    "Which cases in a quasi-hierarchical global chain have upgraded functionally all the same?"@en
    """
    import pyoxigraph as ox

    spaces = {**house_prefixes(), **MORE}

    def full(name: str) -> ox.NamedNode:
        prefix, _, local = name.partition(":")
        return ox.NamedNode(spaces[prefix] + local)

    triples: list[Triple] = []
    used: dict[str, str] = {}
    for query in queries:
        triples += _of_query(query, full)
        used |= sparql.prologue(query.text)
    if triples:
        triples += _of_prefixes(ox.NamedNode(PREFIXES), _in_house(used), lambda name: f"{PREFIXES}#{name}")
        triples.append((ox.NamedNode(BASE), "rdf:type", full("dcat:Dataset")))
        triples.append((ox.NamedNode(BASE), "rdfs:label", ox.Literal("clusterkg", language="en")))
    made = [ox.Triple(subject, full(predicate), object) for subject, predicate, object in triples]
    written = ox.serialize(made, format=ox.RdfFormat.TURTLE, prefixes=spaces) or b""
    return format_text(written.decode(), "queries", spaces)


def runnable(query: Query) -> str:
    """Return a query's text as it runs without parameters: they are at their defaults, and the header is left out.

    A parameter without a default stays a variable.

    Raises:
        QueryError: the header does not parse.
        ParameterError: a default is not of its parameter's kind.

    >>> from clusterkg import library
    >>> text = runnable(library.read("questions/functional-upgrading-in-quasi-hierarchies"))
    >>> text.startswith("PREFIX ckg:"), "?_" in text
    (True, False)
    """
    import pyoxigraph as ox

    terms = {
        one.variable: ox.Variable(one.variable) if one.default is None else one.term(one.default, query.name)
        for one in query.declared
    }
    return re.sub(r"(?m)^#\+.*\n?", "", sparql.bind(query.text, terms)).strip() + "\n"


def _of_query(query: Query, full: Callable[[str], ox.NamedNode]) -> Iterator[Triple]:
    import pyoxigraph as ox

    iri = ox.NamedNode(query_iri(query.name))
    header = query.header
    text = runnable(query)
    form = next((word for word in sparql.words(text) if word in FORMS), "SELECT")
    holds, kind = FORMS[form]

    yield iri, "rdf:type", full("sh:SPARQLExecutable")
    if kind is not None:
        yield iri, "rdf:type", full(kind)
    name = query.name.rsplit("/", 1)[-1].replace("-", " ")
    yield iri, "rdfs:label", ox.Literal(name[:1].upper() + name[1:], language="en")
    yield iri, "rdfs:comment", ox.Literal(_flat(header.get("summary") or name), language="en")
    for key, predicate in (("description", "dcterms:description"), ("would_need", "ckg:wouldNeed")):
        if header.get(key):
            yield iri, predicate, ox.Literal(_flat(header[key]), language="en")
    for tag in header.get("tags") or ():
        yield iri, "schema:keywords", ox.Literal(str(tag))
    yield iri, "schema:target", ox.NamedNode(BASE)
    yield iri, holds, ox.Literal(text)
    yield iri, "schema:text", ox.Literal(query.text)
    declared = sparql.prologue(query.text)
    if _in_house(declared):
        yield iri, "sh:prefixes", ox.NamedNode(PREFIXES)
    own = {name: space for name, space in declared.items() if name not in _in_house(declared)}
    if own:
        yield iri, "sh:prefixes", iri
        yield from _of_prefixes(iri, own, lambda name: f"{iri.value}#prefix-{name}")
    for place, one in enumerate(query.declared):
        yield from _of_parameter(iri, place, one, query.name, full)


def _of_parameter(
    query: ox.NamedNode, place: int, one: Parameter, name: str, full: Callable[[str], ox.NamedNode]
) -> Iterator[Triple]:
    """Yield a parameter as SHACL has them: the last part of its path is the variable in the text."""
    import pyoxigraph as ox

    iri = ox.NamedNode(f"{query.value}#{one.name}")
    yield query, "sh:parameter", iri
    yield iri, "rdf:type", full("sh:Parameter")
    yield iri, "sh:path", ox.NamedNode(f"{query.value}#{one.variable}")
    yield iri, "sh:name", ox.Literal(one.name)
    yield iri, "sh:order", ox.Literal(place)
    if one.kind == "iri":
        yield iri, "sh:nodeKind", full("sh:IRI")
    else:
        yield iri, "sh:datatype", full(KINDS[one.kind])
    if one.default is not None:
        yield iri, "sh:defaultValue", one.term(one.default, name)
    if one.options:
        links = [ox.BlankNode() for _ in one.options]
        followed: list[Node] = [*links[1:], full("rdf:nil")]
        yield iri, "sh:in", links[0]
        for link, following, option in zip(links, followed, one.options, strict=True):
            yield link, "rdf:first", one.term(option, name)
            yield link, "rdf:rest", following


def _of_prefixes(owner: ox.NamedNode, spaces: dict[str, str], named: Callable[[str], str]) -> Iterator[Triple]:
    import pyoxigraph as ox

    uri = ox.NamedNode(house_prefixes()["xsd"] + "anyURI")
    for name, space in spaces.items():
        iri = ox.NamedNode(named(name))
        yield owner, "sh:declare", iri
        yield iri, "sh:prefix", ox.Literal(name)
        yield iri, "sh:namespace", ox.Literal(space, datatype=uri)


def _in_house(spaces: dict[str, str]) -> dict[str, str]:
    """Return those prefixes that mean what they mean in the house."""
    return {name: space for name, space in spaces.items() if house_prefixes().get(name) == space}


def _flat(text: object) -> str:
    return " ".join(str(text).split())
