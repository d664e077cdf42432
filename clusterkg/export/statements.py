"""All statements of the graph, as the files write them, with blank nodes named in one fixed way."""

from __future__ import annotations

from clusterkg.graph.codings import ACCEPTED
from clusterkg.terms import INFERENCES_GRAPH, SHORTHANDS_GRAPH
from clusterkg.turtle import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyoxigraph as ox

    from clusterkg.graph import Graph

__all__ = ["BUILT", "as_ntriples", "parts_of", "statements"]

BUILT = "built"
"""The part of the statements that the rules build at load."""


def parts_of(graph: Graph) -> dict[str, list[ox.Triple]]:
    """Return the statements of each part of the graph, and under `BUILT` what the rules built from them.

    Literals stay as they are written, ``3.0`` and not ``3``. Where the graph goes by one coding, its ratings are the
    accepted ones here too.
    """
    import pyoxigraph as ox

    graph.require()
    parts: dict[str, list[ox.Triple]] = {}
    for file in graph.files:
        text = read_text(file.path).encode()
        found = parts.setdefault(file.part, [])
        for quad in ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True):
            if graph.coding is None or quad.predicate.value != ACCEPTED:
                found.append(quad.triple)
    if graph.coding is not None:
        accepted = graph.store.quads_for_pattern(None, ox.NamedNode(ACCEPTED), None, None)
        parts["codings"] = [*parts.get("codings", ()), *(quad.triple for quad in accepted)]
    parts[BUILT] = [
        quad.triple
        for built in (SHORTHANDS_GRAPH, INFERENCES_GRAPH)
        for quad in graph.store.quads_for_pattern(None, None, None, ox.NamedNode(built))
    ]
    return parts


def statements(parts: Mapping[str, list[ox.Triple]]) -> list[ox.Triple]:
    """Return the statements of all parts, each once, in the order of their N-Triples.

    Blank nodes have the names of RDFC-1.0, the canonical form of the W3C, so that the same files give the same names.
    """
    import pyoxigraph as ox

    whole = ox.Dataset()
    for triples in parts.values():
        for triple in triples:
            whole.add(ox.Quad(triple.subject, triple.predicate, triple.object))
    whole.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((quad.triple for quad in whole), key=str)


def as_ntriples(triples: list[ox.Triple]) -> bytes:
    """Return statements as N-Triples, a line each."""
    return "".join(_lines(triples)).encode()


def _lines(triples: list[ox.Triple]) -> Iterator[str]:
    for triple in triples:
        yield f"{triple} .\n"
