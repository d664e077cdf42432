"""What a reader does: a query from outside, answered in one of the W3C's formats, within its limit of rows."""

from __future__ import annotations

from clusterkg import sparql
from clusterkg.errors import ParameterError, QueryError, nearest
from clusterkg.graph.engines import GRAPH_FORMATS, RESULT_FORMATS, solutions
from clusterkg.prefixes import house_prefixes
from clusterkg.server.faults import Refusal
from clusterkg.server.formats import ASKED, GRAPHS, NTRIPLES, ROWS, TSV, Format, accepted, named
from clusterkg.server.protocol import read_request
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import pyoxigraph as ox

    from clusterkg.graph import Graph
    from clusterkg.graph.limits import Limits
    from clusterkg.server.desk import Send
    from clusterkg.server.protocol import Asked

    Result = ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean

__all__ = ["Sparql", "Written"]

WHOLE = 1 << 23
"""The bytes up to which an answer goes out whole."""

HELD = 1 << 26
"""The bytes up to which an answer is held until its rows are counted; one that is longer is made twice."""

SHARE = 8
"""The part of the limit of memory that such an answer may take."""

MARKS = {
    "srj": b"{",
    "srx": b"<",
    "tsv": b"\n",
    "w3c-csv": b"\n",
    "ttl": b" ",
    "nt": b"\n",
    "rdf": b"<",
    "jsonld": b'"',
}
"""What every row or triple has at least one of, as the engine writes each format."""

PART = 1 << 18
"""The bytes of a part of one that is longer."""


LONGEST_IRI = 300

VOLATILE = {"BNODE", "NOW", "RAND", "STRUUID", "UUID"}
"""The functions whose answer is another each time; a text in which such letters stand counts as having one."""


class _TooLong(Exception):
    """The answer is longer than what is held."""


class Written:
    """An answer, or how it begins where it is sent in parts.

    Attributes:
        header: the Content-Type.
        data: the whole answer, or None.
        lasting: whether the same query has the same answer again: it draws no chance and asks for no time.
    """

    def __init__(self, header: str, data: bytes | None, *, lasting: bool) -> None:
        self.header, self.data, self.lasting = header, data, lasting


class Sparql:
    """A query to answer.

    The request is read here and not in the server, which everybody would wait for: to decode a long one takes time.

    Args:
        request: its method, Content-Type, query string and body, as they came; see `protocol.read_request`.
        accept: its Accept header.
        limits: of these the one of rows is kept.
    """

    asked: Asked

    def __init__(self, request: tuple[str, str, bytes, bytes], accept: str, limits: Limits) -> None:
        self.request, self.accept, self.limits = request, accept, limits

    def run(self, graph: Graph, send: Send) -> Written | Refusal | None:
        """Return the answer, why there is none, or nothing for a bare look at the service.

        A long answer is sent in parts, the first of which is its Content-Type.

        The rows are counted before the first part goes out. An answer that is held whole needs no counting where it
        has fewer of the marks that every row has than there may be rows.

        Raises:
            QueryError: it reaches out, does not parse, or fails.
            LimitError: it has more rows than it may.
            ParameterError: it names a graph that is not loaded, or no format.
            NotAcceptable: its answer has no such form.
        """
        import pyoxigraph as ox

        try:
            asked = read_request(*self.request)
        except Refusal as refusal:
            return refusal
        if asked is None:
            return None
        self.asked = asked
        sparql.refuse_reaching_out(self.asked.text, "query", graphs=True)
        capitals = self.asked.text.upper()
        if self.asked.default_graphs is None and "FROM" in capitals and any(found := sparql.dataset(self.asked.text)):
            self.asked.default_graphs, self.asked.named_graphs = found
            self._check_graphs(graph, "")
        else:
            self._check_graphs(graph, BASE)
        format = self._format()
        lasting = not any(name in capitals for name in VOLATILE)
        result = self._result(graph)
        rows = None if isinstance(result, ox.QueryBoolean) else self.limits.rows
        held = _Held(MARKS[format.name], rows, _room(self.limits))
        try:
            _write(result, format, held)
        except _TooLong:
            self._count(graph)
            send(format.header.encode())
            parts = _Parts(send)
            _write(self._result(graph), format, parts)
            parts.flush()
            return Written(format.header, None, lasting=lasting)
        if len(held.data) <= WHOLE:
            return Written(format.header, bytes(held.data), lasting=lasting)
        send(format.header.encode())
        whole = memoryview(held.data)
        for begin in range(0, len(whole), PART):
            send(bytes(whole[begin : begin + PART]))
        return Written(format.header, None, lasting=lasting)

    def _count(self, graph: Graph) -> None:
        """Refuse an answer of too many rows; the engine counts them quickest as lines, in a form with one for each."""
        if self.limits.rows is None:
            return
        import pyoxigraph as ox

        result = self._result(graph)
        triples = isinstance(result, ox.QueryTriples)
        try:
            # In TSV the names of the columns are a line.
            _write(result, NTRIPLES if triples else TSV, _Lines(self.limits.rows + (0 if triples else 1)))
        except _TooLong as error:
            raise self.limits.exceeded("rows", "query") from error

    def _check_graphs(self, graph: Graph, ours: str) -> None:
        """Refuse graphs that are not loaded.

        Args:
            graph: what is asked.
            ours: how the names begin that have to be loaded; a graph of any other name is empty, as in the W3C's tests.
        """
        asked = self.asked
        wanted = {"default graph": asked.default_graphs or [], "named graph": asked.named_graphs}
        if not any(wanted.values()):
            return
        known = {one.value for one in graph.store.named_graphs() if isinstance(one.value, str)}
        for name, iris in wanted.items():
            for iri in iris:
                if iri not in known and (iri.startswith(ours) or not _is_iri(iri)):
                    remedy = nearest(iri, known) if len(iri) < LONGEST_IRI else ""
                    place = f"{name} {iri[:LONGEST_IRI] or 'without a name'}"
                    raise ParameterError("no such graph is loaded", place=place, remedy=remedy or "see /sparql")

    def _format(self) -> Format:
        word = sparql.form(self.asked.text)[0].upper()
        if word not in sparql.FORMS:
            return ROWS[0]  # the engine will say what is wrong with it
        offered = {"SELECT": ROWS, "ASK": ASKED}.get(word, GRAPHS)
        if self.asked.formats:
            return named(self.asked.formats, offered)
        return accepted(self.accept, offered)

    def _result(self, graph: Graph) -> Result:
        asked = self.asked
        return solutions(graph.store, asked.text, "query", asked.default_graphs, asked.named_graphs, BASE)


def _is_iri(text: str) -> bool:
    import pyoxigraph as ox

    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return len(text) < LONGEST_IRI


def _room(limits: Limits) -> int:
    """Return the bytes of an answer that may be held."""
    return HELD if limits.megabytes is None else min(HELD, int(limits.megabytes * 2**20 / SHARE))


def _write(result: Result, format: Format, to: Any) -> None:
    import pyoxigraph as ox

    try:
        if isinstance(result, ox.QueryTriples):
            prefixes = dict(house_prefixes()) if format.name in ("ttl", "rdf") else None
            ox.serialize(result, to, format=getattr(ox.RdfFormat, GRAPH_FORMATS[format.name]), prefixes=prefixes)
        else:
            result.serialize(to, format=getattr(ox.QueryResultsFormat, RESULT_FORMATS[format.name]))
    except (RuntimeError, ValueError) as error:
        raise QueryError(f"fails: {error}", place="query") from error


class _Held:
    """What keeps all that is written, up to a length and to a number of marks, which rows have at least one of each."""

    def __init__(self, mark: bytes, most: int | None, room: int) -> None:
        self.mark, self.most, self.room, self.data, self.marks = mark, most, room, bytearray(), 0

    def write(self, data: bytes) -> int:
        self.data += data
        if len(self.data) > self.room:
            raise _TooLong
        if self.most is not None:
            self.marks += data.count(self.mark)
            if self.marks > self.most:
                raise _TooLong
        return len(data)

    def flush(self) -> None:
        pass


class _Lines:
    """What counts lines, up to a number."""

    def __init__(self, most: int) -> None:
        self.most, self.lines = most, 0

    def write(self, data: bytes) -> int:
        self.lines += data.count(b"\n")
        if self.lines > self.most:
            raise _TooLong
        return len(data)

    def flush(self) -> None:
        pass


class _Parts:
    """What sends what is written, in parts of some size."""

    def __init__(self, send: Send) -> None:
        self.send, self.data = send, bytearray()

    def write(self, data: bytes) -> int:
        self.data += data
        if len(self.data) >= PART:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self.data:
            self.send(bytes(self.data))
            self.data.clear()
