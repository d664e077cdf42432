"""The graph: files loaded into named graphs, and queries run over their union."""

from __future__ import annotations

from clusterkg.errors import ParameterError, QueryError, UnknownName, nearest
from clusterkg.graph.answers import Answer
from clusterkg.graph.engines import ENGINES, run_oxigraph, run_rdflib, serialize
from clusterkg.graph.loading import build_shorthands, check_ownership, load_files
from clusterkg.resources import PARTS, DataFile, turtle_files
from clusterkg.sparql import refuse_reaching_out
from clusterkg.terms import INFERENCES_GRAPH, SERIES_GRAPHS, SHORTHANDS_GRAPH, graph_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyoxigraph as ox
    import rdflib

    from clusterkg.graph.limits import Limits

__all__ = ["Answer", "Graph"]

PARTS_WITH_CODINGS = {"study", "cases", "codings"}
"""The parts that codings and their ratings stand in."""


class Graph:
    """The project's files, and those of added folders, as one graph that loads as far as it is asked.

    Args:
        folders: folders of the project's shape that join the shipped one.
        coding: a coding, by the end of its IRI (``ana`` for ``…#coding-ana``): its ratings are the
            accepted ones then, and what it did not rate has no accepted value.
        disk: a database on disk that holds all of this already, and series beside it; it is opened for reading.
        unwritten: texts of files that are to join, by name, to see what they would change; only Oxigraph reads them.

    Attributes:
        files: the Turtle files, by name.
        replaced: a line for each shipped file that an added one stands in for.
        counted: with a coding, and once loaded, how many of its ratings there are and of how many cases.

    Raises:
        FileError, DataError: a folder is missing or has not the project's shape.
        ParameterError: a coding and a database are named, which cannot be read in another way than it is written.
        OSError, RuntimeError: the database is damaged.
    """

    def __init__(
        self,
        folders: Iterable[str] = (),
        *,
        coding: str | None = None,
        disk: str | None = None,
        unwritten: Mapping[str, str] | None = None,
    ) -> None:
        import pyoxigraph as ox

        self.folders = list(folders)
        self.files, self.replaced = turtle_files(self.folders, unwritten)
        self._store: ox.Store = ox.Store() if disk is None else ox.Store.read_only(disk)
        self.disk = disk
        if disk is not None and coding is not None:
            fault = "a store on disk has the accepted values alone"
            raise ParameterError(fault, place=f"--coding {coding}", remedy="leave out the coding or the store")
        self.coding = coding
        self.counted: tuple[int, int] | None = None
        self._codings: list[str] = []
        self._loaded: set[str] = set() if disk is None else {*PARTS, "shorthands"}
        self._rdflib: rdflib.Dataset | None = None

    @property
    def store(self) -> ox.Store:
        """Where the files are loaded."""
        return self._store

    def size(self) -> int:
        """Return how many statements there are so far."""
        return len(self.store)

    def knows(self, iri: str, *, as_subject: bool = False) -> bool:
        """Tell whether any statement names an IRI, or is about it."""
        import pyoxigraph as ox

        node = ox.NamedNode(iri)
        places = [(node, None, None, None), (None, node, None, None), (None, None, node, None)]
        return any(any(True for _ in self.store.quads_for_pattern(*at)) for at in places[: 1 if as_subject else None])

    def require(self, parts: Iterable[str] | None = None) -> None:
        """Load the parts named, or all with the shorthands; what is loaded already stays.

        Raises:
            FileError, TurtleError, DataError: a file cannot be read, is not Turtle, or
                describes what is another's.
            UnknownName: there is no such coding as the graph was made for.
        """
        wanted = set(parts) if parts is not None else {*PARTS, "shorthands"}
        if self.coding is not None and self.counted is None:
            wanted |= PARTS_WITH_CODINGS
        if "shorthands" in wanted:
            wanted |= {"concepts", "clusters", "cases", "codings"}
        if wanted <= self._loaded:
            return
        files = [file for file in self.files if file.part in wanted and file.part not in self._loaded]
        if files:
            load_files(self.store, files)
        self._loaded |= wanted - {"shorthands"}
        if files:
            check_ownership(self.store, self._loaded_files())
        if self.coding is not None and self.counted is None:
            self._accept(self.coding)
        if "shorthands" in wanted and "shorthands" not in self._loaded:
            build_shorthands(self.store, self.folders)
            self._loaded.add("shorthands")

    def _accept(self, coding: str) -> None:
        from clusterkg.graph.codings import accept, find_codings

        self._codings = find_codings(self.store, coding)
        self.counted = accept(self.store, self._codings)

    @property
    def loaded(self) -> set[str]:
        """The parts that are loaded, and ``shorthands`` where the rules have run."""
        return set(self._loaded)

    def _loaded_files(self) -> list[DataFile]:
        return [file for file in self.files if file.part in self._loaded]

    def run(
        self, text: str, place: str = "query", *, needs: Iterable[str] | None = None, engine: str = "oxigraph"
    ) -> Answer:
        """Return the answer to a query over the union of all graphs.

        Args:
            text: SPARQL, with its parameters bound.
            place: what to call it in a message.
            needs: the parts of the graph that it reads; None for all.
            engine: ``oxigraph``, or ``rdflib``, which reads the files by its own parser.

        Raises:
            QueryError: it does not parse or fails, or has SERVICE or FROM left in it.
            UnknownName: there is no such engine.
        """
        if engine not in ENGINES:
            raise UnknownName("no such engine", place=engine, remedy=nearest(engine, ENGINES))
        refuse_reaching_out(text, place)
        if engine == "rdflib":
            return run_rdflib(self.to_rdflib(), text, place)
        self.require(needs)
        return run_oxigraph(self.store, text, place)

    def serialize(self, text: str, format: str, place: str = "query", *, needs: Iterable[str] | None = None) -> str:
        """Return the answer to a query in one of the W3C's formats; see `engines.serialize`."""
        refuse_reaching_out(text, place)
        self.require(needs)
        return serialize(self.store, text, format, place)

    def run_guarded(
        self,
        text: str,
        place: str = "query",
        limits: Limits | None = None,
        *,
        needs: Iterable[str] | None = None,
        engine: str = "oxigraph",
    ) -> Answer:
        """Return the answer to a query that the project did not ship; see `guard.run`."""
        from clusterkg.graph import guard

        return guard.run(self, text, place, limits, needs=needs, engine=engine)

    def serialize_guarded(
        self,
        text: str,
        format: str,
        place: str = "query",
        limits: Limits | None = None,
        *,
        needs: Iterable[str] | None = None,
    ) -> str:
        """Return the answer to a query that the project did not ship in one of the W3C's formats; see `guard`."""
        from clusterkg.graph import guard

        return guard.serialize(self, text, format, place, limits, needs=needs)

    def to_rdflib(self) -> rdflib.Dataset:
        """Return the whole graph as an ``rdflib.Dataset`` whose default graph is the union of all.

        rdflib reads the files itself, so literals keep the form in which they are written
        (Oxigraph turns ``3.0`` into ``3``); shorthands and inferences come from the rules as run at load.
        """
        if self.disk is not None:
            raise QueryError("rdflib reads the files, and no store", remedy="leave out rdflib or the store")
        if self._rdflib is None:
            import rdflib

            self.require()
            dataset = rdflib.Dataset(default_union=True)
            for file in self.files:
                dataset.graph(rdflib.URIRef(graph_iri(file.name))).parse(file.path, format="turtle")
            if self._codings:
                from clusterkg.graph.codings import accept_in_rdflib

                accept_in_rdflib(dataset, self._codings)
            for built in (SHORTHANDS_GRAPH, INFERENCES_GRAPH):
                dataset.graph(rdflib.URIRef(built)).parse(data=self._triples(built), format="nt")
            self._rdflib = dataset
        return self._rdflib

    def subjects(self) -> set[str]:
        """Return the IRIs of all that the project's files describe; series beside them in a store are left out."""
        import pyoxigraph as ox

        graphs = [graph for graph in self.store.named_graphs() if not graph.value.startswith(SERIES_GRAPHS)]
        quads = (quad for graph in graphs for quad in self.store.quads_for_pattern(None, None, None, graph))
        return {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}

    def _triples(self, graph: str) -> str:
        import pyoxigraph as ox

        quads = self.store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        return "".join(f"{quad.triple} .\n" for quad in quads)
