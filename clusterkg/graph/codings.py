"""One coding's view of the graph: its ratings are the accepted ones, and no others are."""

from __future__ import annotations

from clusterkg.errors import UnknownName, nearest
from clusterkg.terms import BASE, ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pyoxigraph as ox
    import rdflib

__all__ = ["ACCEPTED", "accept", "accept_in_rdflib", "coding_name", "find_codings"]

ACCEPTED = ONTOLOGY + "accepted"
CODING = ONTOLOGY + "coding"


def coding_name(iri: str) -> str:
    """Return what a person calls a coding: the end of its IRI.

    >>> coding_name("https://w3id.org/clusterkg/study/giuliani2005#coding-ana")
    'ana'
    >>> coding_name("https://w3id.org/clusterkg/study/demo2020#coding")
    'coding'
    """
    return iri.rpartition("#")[2].removeprefix("coding-")


def find_codings(store: ox.Store, name: str) -> list[str]:
    """Return the IRIs of the codings that a name stands for: that of one coder may be one in several studies.

    Args:
        store: where studies, cases and codings are loaded.
        name: as `coding_name` gives it, or a coding's IRI.

    Raises:
        UnknownName: there is none; the nearest are offered.
    """
    import pyoxigraph as ox

    is_a = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    quads = store.quads_for_pattern(None, is_a, ox.NamedNode(ONTOLOGY + "Coding"), None)
    known = sorted({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)})
    found = [iri for iri in known if name in (iri, iri.removeprefix(BASE), coding_name(iri))]
    if not found:
        raise UnknownName("no such coding", place=name, remedy=nearest(name, map(coding_name, known)))
    return found


def accept(store: ox.Store, codings: list[str]) -> tuple[int, int]:
    """Let the ratings of some codings count as accepted, and no others.

    A case that they do not rate on a variable has no accepted value there: the view holds what
    these coders say, never a mixture with what another said.

    Returns:
        How many ratings count now, and of how many cases.
    """
    import pyoxigraph as ox

    accepted, coding = ox.NamedNode(ACCEPTED), ox.NamedNode(CODING)
    for quad in list(store.quads_for_pattern(None, accepted, None, None)):
        store.remove(quad)
    counting: set[str] = set()
    for quad in list(store.quads_for_pattern(None, coding, None, None)):
        if not isinstance(quad.object, ox.NamedNode) or not isinstance(quad.subject, ox.NamedNode):
            continue
        counts = quad.object.value in codings
        store.add(ox.Quad(quad.subject, accepted, ox.Literal(counts), quad.graph_name))
        if counts:
            counting.add(quad.subject.value)
    return len(counting), len({iri.partition("#")[0] for iri in counting})


def accept_in_rdflib(dataset: rdflib.Dataset, codings: list[str]) -> None:
    """Do what `accept` does in an ``rdflib.Dataset``."""
    import rdflib

    accepted, coding = rdflib.URIRef(ACCEPTED), rdflib.URIRef(CODING)
    for graph in list(dataset.graphs()):
        graph.remove((None, accepted, None))
        for rating, _, made_in in list(graph.triples((None, coding, None))):
            graph.add((rating, accepted, rdflib.Literal(str(made_in) in codings)))
