"""The statements that a reasoner is given: what the files and the rules say, as far as OWL 2 DL can read it."""

from __future__ import annotations

import re
from itertools import chain

from clusterkg.prefixes import compact
from clusterkg.resources import part_of
from clusterkg.terms import BASE, INFERENCES_GRAPH, SHORTHANDS_GRAPH, graph_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyoxigraph as ox

    Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
    Faults = list[tuple[ox.Triple, str]]

__all__ = ["NOT_REASONED", "Premises", "as_ntriples", "different", "owner"]

OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"

NOT_REASONED = (graph_iri("ontology/cube.ttl"), graph_iri("ontology/reference/series.ttl"))
"""Kept from a reasoner, to which ckg:score and every indicator would be a property and a thing at once."""

IGNORED = {RDFS + name for name in ("label", "comment", "seeAlso", "isDefinedBy")} | {
    OWL + name for name in ("versionInfo", "versionIRI", "imports")
}
"""Built-in properties from which nothing follows, and the one that names files elsewhere."""

WHOLE_NUMBERS = (
    "integer nonNegativeInteger nonPositiveInteger positiveInteger negativeInteger long int short byte"
    " unsignedLong unsignedInt unsignedShort unsignedByte"
)
OTHERS = (
    "string normalizedString token language Name NCName NMTOKEN hexBinary base64Binary anyURI dateTime dateTimeStamp"
)
REAL = r"[+-]?(\d+(\.\d*)?|\.\d+)([Ee][+-]?\d+)?|[+-]?INF|NaN"
LEXICAL = {
    "boolean": "true|false|0|1",
    "decimal": r"[+-]?(\d+(\.\d*)?|\.\d+)",
    "double": REAL,
    "float": REAL,
    **dict.fromkeys(WHOLE_NUMBERS.split(), r"[+-]?\d+"),
}
"""How values of the datatypes are written, where a reasoner would fail on anything else."""

DATATYPES = {
    *(XSD + name for name in (*LEXICAL, *OTHERS.split())),
    OWL + "real",
    OWL + "rational",
    RDF + "PlainLiteral",
    RDF + "XMLLiteral",
    RDF + "langString",
}
"""The datatypes of OWL 2; it has no date and no year."""

UNIQUE_NAMES = """
PREFIX ckg: <https://w3id.org/clusterkg/ontology#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>

CONSTRUCT { ?one owl:differentFrom ?other }
WHERE {
  {
    ?case ckg:feedsInto ?one , ?other .
  } UNION {
    ?property a owl:FunctionalProperty , owl:ObjectProperty .
    ?thing ?property ?one , ?other .
  }
  FILTER(ISIRI(?one) && ISIRI(?other) && STR(?one) < STR(?other))
}
"""


def different(store: ox.Store) -> set[ox.Triple]:
    """Return owl:differentFrom for things that OWL would otherwise be free to take for one.

    These are a case's counted chains, which are to be counted, and two values of a property that
    has at most one. OWL does not conclude from two IRIs that there are two things; the project does.
    """
    import pyoxigraph as ox

    pairs = store.query(UNIQUE_NAMES, use_default_graph_as_union=True)
    assert isinstance(pairs, ox.QueryTriples)
    return set(pairs)


class Premises:
    """The statements that the files make and that the rules derive, sorted for a reasoner.

    Left out are the answers themselves (the graph of inferences), the data cube's structure,
    annotations, from which nothing follows, and owl:imports, which would send the reasoner to
    the network.

    Attributes:
        ontology: what the ontology's files state.
        told: what all other files state, and which things are different.
        derived: the one-hop properties that rules build from it.
        unreadable: each statement that OWL cannot read, with what is wrong with it.
    """

    def __init__(self, store: ox.Store) -> None:
        import pyoxigraph as ox

        graphs = {
            name.value: [quad.triple for quad in store.quads_for_pattern(None, None, None, name)]
            for name in store.named_graphs()
            if isinstance(name, ox.NamedNode) and name.value not in (INFERENCES_GRAPH, *NOT_REASONED)
        }
        kinds: dict[str, set[str]] = {}
        for triple in chain.from_iterable(graphs.values()):
            if triple.predicate.value == RDF + "type" and isinstance(triple.subject, ox.NamedNode):
                kinds.setdefault(str(triple.object)[1:-1], set()).add(triple.subject.value)
        self._ignored = kinds.get(OWL + "AnnotationProperty", set()) | IGNORED
        self._of_values = kinds.get(OWL + "DatatypeProperty", set())
        self._of_things = kinds.get(OWL + "ObjectProperty", set())
        self.unreadable: Faults = []
        self.ontology: set[ox.Triple] = set()
        self.told: set[ox.Triple] = different(store)
        self.derived: set[ox.Triple] = set()
        for name, triples in graphs.items():
            kind = self.derived if name == SHORTHANDS_GRAPH else self.ontology if _of_ontology(name) else self.told
            kind.update(self._readable(triples))
        self.derived -= self.told
        self.unreadable = _told_once(self.unreadable, graphs.get(SHORTHANDS_GRAPH, ()))

    def _readable(self, triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
        for triple in triples:
            predicate = triple.predicate.value
            if predicate in self._ignored:
                continue
            fault = self._fault(predicate, triple.object)
            if fault:
                self.unreadable.append((triple, fault))
            else:
                yield triple

    def _fault(self, predicate: str, value: Term) -> str:
        import pyoxigraph as ox

        if not isinstance(value, ox.Literal):
            return "is a thing where a value belongs" if predicate in self._of_values else ""
        if predicate in self._of_things:
            return "is a value where a thing belongs"
        if predicate not in self._of_values:
            return ""
        datatype = value.datatype.value
        if datatype not in DATATYPES:
            return f"is of the datatype {compact(datatype)}, which OWL does not have"
        pattern = LEXICAL.get(datatype.removeprefix(XSD))
        return f"is no {compact(datatype)}" if pattern and not re.fullmatch(pattern, value.value) else ""

    def all(self) -> set[ox.Triple]:
        """Return all statements."""
        return self.ontology | self.told | self.derived

    def cases(self) -> list[str]:
        """Return the IRIs of all cases that something is said of, of whatever study."""
        owners = {owner(triple.subject) for triple in self.told}
        return sorted(iri for iri in owners if iri.startswith(BASE + "case/"))

    def without(self, cases: Iterable[str]) -> set[ox.Triple]:
        """Return all statements but those about some cases and their parts."""
        left_out = set(cases)
        return {triple for triple in self.all() if owner(triple.subject) not in left_out}

    def about(self, cases: Iterable[str]) -> set[ox.Triple]:
        """Return the ontology, and what is said of some cases, their parts and whatever these lead to.

        That is enough to tell the classes of these cases as long as a definition asks for nothing
        but what a case and its parts lead to. Whether all data go together is another question.
        """
        wanted = set(cases)
        things: dict[Term, list[ox.Triple]] = {}
        for triple in self.told | self.derived:
            things.setdefault(triple.subject, []).append(triple)
        waiting: list[Term] = [thing for thing in things if owner(thing) in wanted]
        seen: set[Term] = set()
        while waiting:
            thing = waiting.pop()
            if thing not in seen:
                seen.add(thing)
                waiting += [triple.object for triple in things.get(thing, ())]
        return self.ontology.union(*(things.get(thing, ()) for thing in seen))


def _told_once(unreadable: Faults, derived: Iterable[ox.Triple]) -> Faults:
    """Return the faults, sorted, without those that a rule has only carried over from a file's statement."""
    carried = set(derived)
    in_files = {(owner(triple.subject), triple.object) for triple, _ in unreadable if triple not in carried}
    return sorted(
        (
            (triple, fault)
            for triple, fault in unreadable
            if triple not in carried or (owner(triple.subject), triple.object) not in in_files
        ),
        key=str,
    )


def _of_ontology(graph: str) -> bool:
    return part_of(graph.removeprefix(graph_iri("")) + ".ttl") == "ontology"


def owner(thing: Term) -> str:
    """Return the IRI of the thing, such as a case, that another is a part of: up to the fragment."""
    return str(getattr(thing, "value", "")).partition("#")[0]


def as_ntriples(triples: Iterable[ox.Triple]) -> bytes:
    """Return statements as N-Triples, sorted, so that the same ones always make the same file."""
    return "".join(sorted(f"{triple} .\n" for triple in triples)).encode()
