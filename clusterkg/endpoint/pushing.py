"""The project's graphs sent to a server, one named graph after another, each counted there afterwards."""

from __future__ import annotations

import re
import urllib.request
from itertools import islice
from urllib.parse import quote

from clusterkg.endpoint import protocol
from clusterkg.endpoint.addresses import beside
from clusterkg.endpoint.connection import Connection, Refused
from clusterkg.errors import ClusterkgError, EndpointError
from clusterkg.graph import Answer
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pyoxigraph as ox

    from clusterkg.graph import Graph

    Statements = Callable[[], Iterable[ox.Quad]]

__all__ = ["Server", "graphs_of", "push", "pushed_graph"]

GRAPHS = BASE + "graph/"
ARRIVING = BASE + "arriving/"
"""Where a graph is gathered that comes in several updates, before it takes the place of the one that is there."""

AT_ONCE = 20_000
"""How many statements are sent in one request to a graph store."""

IN_AN_UPDATE = 1_000
"""How many statements are sent in one update: some servers take few."""

LACKING = {400, 404, 405, 406, 415, 501}
"""What a server answers where it has no graph store at that address."""

COUNTED = """SELECT (COUNT(*) AS ?n) (SUM(?blank) AS ?blanks)
WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} BIND(IF(isBlank(?s) || isBlank(?o), 1, 0) AS ?blank) }}"""


def pushed_graph(file_graph: str) -> str:
    """Return the name of the graph at a server that what is in a file's graph goes to.

    The ontology with its concepts is one graph, the lists of reference one, the clusters one, each study one, each
    data set of series one.

    >>> pushed_graph("https://w3id.org/clusterkg/graph/cases_ttl/giuliani2005/cases/leon-footwear")
    'https://w3id.org/clusterkg/graph/cases_ttl/giuliani2005'
    >>> pushed_graph("https://w3id.org/clusterkg/graph/ontology/concepts")
    'https://w3id.org/clusterkg/graph/ontology'
    >>> pushed_graph("https://w3id.org/clusterkg/graph/shorthands")
    'https://w3id.org/clusterkg/graph/shorthands'
    >>> pushed_graph("https://w3id.org/clusterkg/graph/series/gdp")
    'https://w3id.org/clusterkg/graph/series/gdp'
    """
    match file_graph.removeprefix(GRAPHS).split("/"):
        case ["ontology", "reference", _]:
            return GRAPHS + "ontology/reference"
        case ["ontology" as folder, _] | [folder]:
            return GRAPHS + folder
        case [folder, study, *_]:
            return f"{GRAPHS}{folder}/{study}"
        case _:
            raise AssertionError(file_graph)


def graphs_of(graph: Graph) -> dict[str, Statements]:
    """Return the graphs to push by their names, with what gives their statements.

    They hold the files, what the rules built, and of a store on disk the series in it.
    """
    import pyoxigraph as ox

    graph.require()
    sources: dict[str, list[ox.NamedNode]] = {}
    for name in graph.store.named_graphs():
        if isinstance(name, ox.NamedNode):
            sources.setdefault(pushed_graph(name.value), []).append(name)

    def statements(names: list[ox.NamedNode]) -> Statements:
        return lambda: (quad for name in names for quad in graph.store.quads_for_pattern(None, None, None, name))

    return {name: statements(sources[name]) for name in sorted(sources)}


class Server:
    """Where to push to: the address that answers queries, and those that take graphs and updates.

    Args:
        endpoint: where queries are answered.
        graph_store: where the Graph Store protocol is spoken; None for where servers like this one have it.
        update: where updates are taken; None likewise.
        timeout: seconds that one request may take.

    Raises:
        EndpointError: an address cannot be one.
    """

    def __init__(
        self, endpoint: str, *, graph_store: str | None = None, update: str | None = None, timeout: float = 60
    ) -> None:
        self.asked = Connection(endpoint, timeout=timeout)
        usual_store, usual_update = beside(endpoint) or (None, endpoint)
        # Where one of the two is named, the other is not guessed.
        store = graph_store or (usual_store if update is None else None)
        update = update or (usual_update if graph_store is None else None)
        self.store = Connection(store, timeout=timeout) if store else None
        self.updated = Connection(update, timeout=timeout) if update else None
        self.guessed = graph_store is None

    def put(self, graph: str, statements: Statements) -> tuple[int, int]:
        """Replace one named graph, and return how many statements were sent, and in how many there are blank nodes.

        Where the server has no graph store, updates do it: the graph is gathered under another name, and takes the
        place of the one that is there when it is whole.

        Raises:
            EndpointError: the server is down, slow or refuses.
        """
        if self.store is not None:
            counted = _Counted(statements())
            url = f"{self.store.url}{'&' if '?' in self.store.url else '?'}graph={quote(graph, safe='')}"
            batches = _batches(counted, AT_ONCE)
            try:
                self._send(self.store, url, next(batches), "PUT")
            except Refused as error:
                if error.status not in LACKING or self.updated is None:
                    raise
                self.store = None
            else:
                for batch in batches:
                    self._send(self.store, url, batch, "POST")
                return counted.n, counted.blanks
        assert self.updated is not None
        return self._insert(self.updated, graph, _Counted(statements()))

    def _send(self, store: Connection, url: str, batch: list[str], method: str) -> None:
        request = urllib.request.Request(url, data="".join(batch).encode(), method=method)
        request.add_header("Content-Type", "application/n-triples")
        # What is put twice is there once; a blank node that is added twice would be two.
        store.send(request, again=method == "PUT")

    def _insert(self, updated: Connection, graph: str, counted: _Counted) -> tuple[int, int]:
        arriving = ARRIVING + graph.removeprefix(GRAPHS)
        protocol.update(updated, f"DROP SILENT GRAPH <{arriving}>", again=True)
        try:
            for batch in _batches(counted, IN_AN_UPDATE):
                triples = f"{{ GRAPH <{arriving}> {{\n{''.join(batch)}}} }}"
                # Virtuoso takes no blank nodes as data; in a template for one solution they are the same.
                template = any("_:" in line for line in batch)
                protocol.update(updated, f"INSERT {triples} WHERE {{ }}" if template else f"INSERT DATA {triples}")
            protocol.update(updated, f"MOVE GRAPH <{arriving}> TO GRAPH <{graph}>")
        except ClusterkgError:
            _drop_quietly(updated, arriving)
            raise
        return counted.n, counted.blanks

    def count(self, graph: str) -> tuple[int, int]:
        """Return how many statements a named graph has at the server, and in how many there are blank nodes."""
        (row,) = protocol.answer(self.asked, COUNTED.format(graph=graph), "the count").rows
        return int(str(row[0] or 0)), int(str(row[1] or 0))

    def others(self, pushed: Iterable[str]) -> list[str]:
        """Return the graphs below ours that the server has and that were not pushed."""
        from clusterkg.endpoint.asking import LISTED

        answer = protocol.answer(self.asked, LISTED, "the list of graphs")
        there = {str(row[0]) for row in answer.rows}
        return sorted(there - set(pushed))


class _Counted:
    """Statements, counted as they pass."""

    def __init__(self, statements: Iterable[ox.Quad]) -> None:
        self._statements = iter(statements)
        self.n, self.blanks = 0, 0

    def __iter__(self) -> Iterator[ox.Quad]:
        import pyoxigraph as ox

        for quad in self._statements:
            self.n += 1
            self.blanks += isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)
            yield quad


def _batches(statements: Iterable[ox.Quad], size: int) -> Iterator[list[str]]:
    """Yield lines of N-Triples in batches, all statements with blank nodes in the last: apart, a node would be two.

    An empty graph is one empty batch.
    """
    import pyoxigraph as ox

    together: list[str] = []

    def lines() -> Iterator[str]:
        for quad in statements:
            line = f"{quad.triple} .\n"
            if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
                together.append(line)
            else:
                yield line

    passing, sent = lines(), False
    while batch := list(islice(passing, size)):
        sent = True
        if len(batch) < size:
            # The last one takes the blank nodes along.
            yield batch + together
            return
        yield batch
    if together or not sent:
        yield together


def _drop_quietly(updated: Connection, graph: str) -> None:
    """Take away what has half arrived, where the server still lets us."""
    try:
        protocol.update(updated, f"DROP SILENT GRAPH <{graph}>", again=True)
    except ClusterkgError:
        return


def push(server: Server, graphs: dict[str, Statements], say: Callable[[str], None] = lambda _: None) -> Answer:
    """Put graphs on a server, each in place of the one of its name, and count them there; no other is touched.

    Args:
        server: where to.
        graphs: name to statements.
        say: is told each graph that is in.

    Returns:
        A row a graph: ``graph``, ``triples``, ``with_blank_nodes``: sent, and counted there to be the same.

    Raises:
        EndpointError: the server is down, slow or refuses, or has other counts; the message says which graphs are in.
    """
    rows: list[tuple[str, int, int]] = []
    for name, statements in graphs.items():
        try:
            if not re.fullmatch(r'[^\x00-\x20<>"{}|^`\\]+', name):
                raise EndpointError("is no name for a graph", place=name)
            sent = server.put(name, statements)
            there = server.count(name)
            if there != sent:
                fault = (
                    f"{sent[0]} statements ({sent[1]} with blank nodes) were sent, {there[0]} ({there[1]}) are there"
                )
                raise EndpointError(fault, place=server.asked.url, remedy="see whether another writes there too")
        except ClusterkgError as error:
            done = ", ".join(_short(row[0]) for row in rows) or "none"
            left = ", ".join(map(_short, list(graphs)[len(rows) :]))
            fault = f"{error.fault}, at graph {_short(name)}; in and counted: {done}; not in, or not whole: {left}"
            raise EndpointError(fault, place=error.place, remedy=error.remedy) from error
        rows.append((name, *sent))
        say(f"{_short(name)}: {sent[0]} statements sent and counted")
    return Answer(["graph", "triples", "with_blank_nodes"], rows)


def _short(name: str) -> str:
    return name.removeprefix(GRAPHS)
