"""A copy of the graph in which ratings are recoded and cases left out, so that the graph itself never changes."""

from __future__ import annotations

from contextlib import contextmanager

from clusterkg.graph.engines import run_oxigraph
from clusterkg.graph.loading import build_shorthands
from clusterkg.terms import INFERENCES_GRAPH, ONTOLOGY, SHORTHANDS_GRAPH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal

    import pyoxigraph as ox

    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Answer

__all__ = ["Copy"]

STATUS = "http://purl.org/linked-data/sdmx/2009/attribute#obsStatus"
DECIMAL = "http://www.w3.org/2001/XMLSchema#decimal"


class Copy:
    """A copy of all that a graph holds, to be asked what would follow if some of it were otherwise.

    Args:
        graph: the loaded graph; it is read once and never written to.
        needs: the parts that will be asked about, None for all.

    Attributes:
        degrees: rank to the end of the degree's IRI: ``{1: 'low', 2: 'medium', 3: 'high'}``.
    """

    def __init__(self, graph: Graph, needs: Iterable[str] | None = None) -> None:
        import pyoxigraph as ox

        graph.require(needs)
        self._store = ox.Store()
        self._store.bulk_extend(graph.store)
        self._folders = graph.folders
        self._nodes: dict[int, ox.NamedNode] = {}
        self.degrees: dict[int, str] = {}
        for quad in self._store.quads_for_pattern(None, ox.NamedNode(ONTOLOGY + "rank"), None, None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                self._nodes[int(quad.object.value)] = quad.subject
        for rank, node in sorted(self._nodes.items()):
            self.degrees[rank] = node.value.rsplit("/", 1)[-1]

    def ask(self, text: str, place: str = "query") -> Answer:
        """Return the answer to a query as things stand."""
        return run_oxigraph(self._store, text, place)

    @contextmanager
    def recoded(self, values: Mapping[str, Decimal | int], *, derived: bool = False) -> Iterator[None]:
        """Let ratings have other values for as long as the context lasts.

        Args:
            values: a rating's IRI to its score, a decimal, or to the rank of its degree, a whole number.
            derived: whether what the rules build from the ratings is asked for too, and has to be built again.
        """
        import pyoxigraph as ox

        score, degree, status = (
            ox.NamedNode(ONTOLOGY + "score"),
            ox.NamedNode(ONTOLOGY + "degree"),
            ox.NamedNode(STATUS),
        )
        gone: list[ox.Quad] = []
        come: list[ox.Quad] = []
        for iri, value in values.items():
            rating = ox.NamedNode(iri)
            old = [
                quad
                for predicate in (score, degree, status)
                for quad in self._store.quads_for_pattern(rating, predicate, None, None)
            ]
            gone += old
            home = old[0].graph_name
            if isinstance(value, int):
                come.append(ox.Quad(rating, degree, self._nodes[value], home))
            else:
                come.append(ox.Quad(rating, score, ox.Literal(str(value), datatype=ox.NamedNode(DECIMAL)), home))
        with self._changed(gone, come, derived):
            yield

    @contextmanager
    def without(self, cases: Iterable[str], *, derived: bool = False) -> Iterator[None]:
        """Let cases, by their IRIs, belong to no study for as long as the context lasts."""
        import pyoxigraph as ox

        study = ox.NamedNode(ONTOLOGY + "study")
        gone = [quad for iri in cases for quad in self._store.quads_for_pattern(ox.NamedNode(iri), study, None, None)]
        with self._changed(gone, [], derived):
            yield

    @contextmanager
    def restated(self, quad: ox.Quad, value: Decimal) -> Iterator[None]:
        """Let a statement have another decimal as its object for as long as the context lasts."""
        import pyoxigraph as ox

        other = ox.Literal(str(value), datatype=ox.NamedNode(DECIMAL))
        come = ox.Quad(quad.subject, quad.predicate, other, quad.graph_name)
        with self._changed([quad], [come], derived=False):
            yield

    @contextmanager
    def _changed(self, gone: list[ox.Quad], come: list[ox.Quad], derived: bool) -> Iterator[None]:
        self._put(gone, come, derived)
        try:
            yield
        finally:
            self._put(come, gone, derived)

    def _put(self, gone: list[ox.Quad], come: list[ox.Quad], derived: bool) -> None:
        import pyoxigraph as ox

        for quad in gone:
            self._store.remove(quad)
        for quad in come:
            self._store.add(quad)
        if derived:
            for built in (SHORTHANDS_GRAPH, INFERENCES_GRAPH):
                self._store.clear_graph(ox.NamedNode(built))
            build_shorthands(self._store, self._folders)
