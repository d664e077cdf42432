"""The graph as an endpoint holds it, asked there as the loaded one is asked here."""

from __future__ import annotations

import re

from clusterkg.endpoint import protocol
from clusterkg.endpoint.connection import Connection
from clusterkg.errors import EndpointError, ParameterError, QueryError, UnknownName
from clusterkg.graph import Graph
from clusterkg.graph.engines import NO_LIMITS, answer_of, written_of
from clusterkg.resources import turtle_files
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pyoxigraph as ox
    import rdflib

    from clusterkg.graph import Answer
    from clusterkg.graph.limits import Limits

    Result = ox.QuerySolutions | ox.QueryBoolean | list[ox.Triple]

__all__ = ["LISTED", "RemoteGraph", "remote_graph"]

FOREVER = 86_400.0
"""Seconds that a request may take where there is no limit of time."""

GRAPHS = BASE + "graph/"
"""What the names of our graphs begin with."""

NOT_ON = re.compile(r"^#\+ not_on: *\[([\w, -]+)\] *$", re.M)
"""The line of a header that names the servers which answer the query wrongly, or not at all."""

LISTED = f"""SELECT DISTINCT ?graph
WHERE {{ GRAPH ?graph {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?graph), "{GRAPHS}")) }}
ORDER BY ?graph"""


class RemoteGraph(Graph):
    """The project's graphs at an endpoint, where `pushing.push` put them; nothing is loaded here.

    Every query is asked of the union of the graphs that are named below ours, and of no other on that server.

    Args:
        connection: the way to the endpoint.
        folders: folders whose queries join the shipped ones.

    Raises:
        FileError, DataError: a folder is missing or has not the project's shape.
    """

    def __init__(self, connection: Connection, folders: Iterable[str] = ()) -> None:
        self.connection = connection
        self.folders = list(folders)
        self.files, self.replaced = turtle_files(self.folders)
        self.coding, self.counted = None, None
        self._graphs: list[str] = []
        self._size: int | None = None

    @property
    def graphs(self) -> list[str]:
        """The names of the graphs that are asked, as the server listed them when it was first asked.

        Raises:
            EndpointError: it has none of ours, or does not answer.
        """
        if not self._graphs:
            answer = protocol.answer(self.connection, LISTED, "the list of graphs")
            self._graphs = [str(row[0]) for row in answer.rows]
        if not self._graphs:
            remedy = f"clusterkg push --endpoint {self.connection.url} puts them there"
            raise EndpointError("holds no graph of the project", place=self.connection.url, remedy=remedy)
        return self._graphs

    @property
    def store(self) -> ox.Store:
        """Nothing: the graph is elsewhere.

        Raises:
            EndpointError: always.
        """
        fault = "the graph is asked there and not loaded here, which this needs"
        raise EndpointError(fault, place=self.connection.url, remedy="leave out the endpoint to load the files")

    def require(self, parts: Iterable[str] | None = None) -> None:
        """Make sure that the endpoint answers and holds our graphs."""
        _ = self.graphs

    @property
    def loaded(self) -> set[str]:
        """Nothing is loaded."""
        return set()

    def size(self) -> int:
        """Return how many statements the server has in our graphs together."""
        if self._size is None:
            (row,) = self.run("SELECT (COUNT(*) AS ?n) WHERE { SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } }").rows
            self._size = int(str(row[0]))
        return self._size

    def knows(self, iri: str, *, as_subject: bool = False) -> bool:
        """Tell whether any statement there names an IRI, or is about it."""
        patterns = [f"<{iri}> ?p ?o", f"?s <{iri}> ?o", f"?s ?p <{iri}>"]
        return any(
            self.run(f"SELECT ?s ?p ?o WHERE {{ {pattern} }} LIMIT 1").rows
            for pattern in patterns[: 1 if as_subject else None]
        )

    def subjects(self) -> set[str]:
        """Return the IRIs that statements there are about."""
        answer = self.run("SELECT DISTINCT ?s WHERE { ?s ?p ?o FILTER(isIRI(?s)) }")
        return {str(row[0]) for row in answer.rows}

    def run(
        self, text: str, place: str = "query", *, needs: Iterable[str] | None = None, engine: str = "oxigraph"
    ) -> Answer:
        """Return the server's answer to a query over the union of our graphs; see `Graph.run`.

        Raises:
            QueryError: the server does not take the query.
            EndpointError: it is down, slow or refuses, or its answer is none.
            UnknownName: another engine is wanted than the server's.
        """
        self._check(engine)
        return self._answer(self._ask(text, place), place, NO_LIMITS)

    def run_guarded(
        self,
        text: str,
        place: str = "query",
        limits: Limits | None = None,
        *,
        needs: Iterable[str] | None = None,
        engine: str = "oxigraph",
    ) -> Answer:
        """Return the server's answer to a query that the project did not ship.

        It is read here first as it would be without a server, so that what is no query of SPARQL 1.1 is told
        in the same words, and no update reaches the server.

        Raises:
            LimitError: the answer has more rows or megabytes than it may, or takes too long.
            QueryError, EndpointError, UnknownName: as for `run`.
        """
        from clusterkg.graph.limits import Limits

        self._check(engine)
        limits = limits or Limits()
        _read_here(text, place, limits)
        return self._answer(self._ask(text, place, limits), place, limits)

    def serialize(self, text: str, format: str, place: str = "query", *, needs: Iterable[str] | None = None) -> str:
        """Return the server's answer in one of the W3C's formats; see `engines.serialize`."""
        return self._written(self._ask(text, place), format, place, NO_LIMITS)

    def serialize_guarded(
        self,
        text: str,
        format: str,
        place: str = "query",
        limits: Limits | None = None,
        *,
        needs: Iterable[str] | None = None,
    ) -> str:
        """Return the server's answer to a query that the project did not ship in one of the W3C's formats."""
        from clusterkg.graph.limits import Limits

        limits = limits or Limits()
        _read_here(text, place, limits)
        return self._written(self._ask(text, place, limits), format, place, limits)

    def to_rdflib(self) -> rdflib.Dataset:
        """Return nothing: the graph is elsewhere.

        Raises:
            EndpointError: always.
        """
        _ = self.store
        raise AssertionError("unreachable")

    def _check(self, engine: str) -> None:
        if engine != "oxigraph":
            place = f"--engine {engine}"
            raise UnknownName("an endpoint answers with its own engine", place=place, remedy="leave out one of the two")

    def _ask(self, text: str, place: str, limits: Limits = NO_LIMITS) -> Callable[[], Result]:
        graphs = self.graphs
        unfit = NOT_ON.search(text)
        for server in unfit[1].split(",") if unfit else ():
            if self.connection.software.casefold().startswith(server.strip().casefold()):
                fault = f"{server.strip()} is known to answer it wrongly, or not at all"
                raise QueryError(fault, place=place, remedy="ask it of the files, without --endpoint")
        most = int(limits.megabytes * 2**20) if limits.megabytes is not None else None
        return protocol.ask(self.connection, text, place, graphs, most=most)

    def _answer(self, given: Callable[[], Result], place: str, limits: Limits) -> Answer:
        with protocol.unbroken(self.connection.url):
            return answer_of(given(), place, limits)

    def _written(self, given: Callable[[], Result], format: str, place: str, limits: Limits) -> str:
        with protocol.unbroken(self.connection.url):
            return written_of(given, format, place, limits)


def remote_graph(
    url: str, folders: Iterable[str] = (), *, coding: str | None = None, limits: Limits | None = None
) -> RemoteGraph:
    """Return the graph at an endpoint.

    Args:
        url: the endpoint's address.
        folders: folders whose queries join the shipped ones.
        coding: none: one coder's view is made of the files.
        limits: of these the one of seconds holds for each request.

    Raises:
        EndpointError: the address cannot be one.
        ParameterError: a coding is wanted.
    """
    if coding is not None:
        fault = "one coder's view is made of the files, and not at an endpoint"
        raise ParameterError(fault, place=f"coding {coding}", remedy="leave out one of the two")
    seconds = limits.seconds if limits is not None else 60
    return RemoteGraph(Connection(url, timeout=seconds or FOREVER), folders)


def _read_here(text: str, place: str, limits: Limits) -> None:
    """Have the engine here read a query, over nothing.

    Raises:
        QueryError: it is none.
    """
    from clusterkg.graph import guard

    guard.run(Graph(), text, place, limits, needs=())
