"""The SPARQL protocol: a query or an update by SPARQLWrapper, its answer as the engine's own kind of result."""

from __future__ import annotations

from contextlib import contextmanager

from clusterkg import sparql
from clusterkg.errors import EndpointError, QueryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import urllib.request
    from collections.abc import Callable, Iterator, Sequence

    import pyoxigraph as ox

    from clusterkg.endpoint.connection import Connection
    from clusterkg.graph import Answer
    from clusterkg.graph.limits import Limits

    Result = ox.QuerySolutions | ox.QueryBoolean | list[ox.Triple]

__all__ = ["answer", "ask", "request_for", "unbroken", "update"]

RESULTS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
LOOSE = {"text/plain", "text/turtle", "text/ntriples", "application/x-turtle"}
"""Media types under which servers also send N-Triples."""

BREAKS_OFF = "answers what does not parse as results of SPARQL, as a server does that runs out of time midway"


def request_for(
    url: str, text: str, kind: str, accept: str, graphs: Sequence[str] = (), *, update: bool = False
) -> urllib.request.Request:
    """Return the request that SPARQLWrapper makes for a query or an update.

    Args:
        url: the endpoint's address.
        text: SPARQL.
        kind: the word it begins with.
        accept: the media type wanted.
        graphs: the graphs whose union is asked; none for the server's own default graph.
        update: whether it is an update.

    >>> made = request_for("http://localhost:7878/query", "ASK {}", "ASK", RESULTS, ["http://example.org/g"])
    >>> made.get_method(), made.data
    ('POST', b'default-graph-uri=http%3A//example.org/g&query=ASK+%7B%7D')
    """
    from SPARQLWrapper import POST, SPARQLWrapper

    class Told(SPARQLWrapper):
        """A SPARQLWrapper that is told what kind of query it has, and need not guess it by patterns."""

        def _parseQueryType(self, query: str) -> str:  # noqa: N802
            return kind

    wrapper = Told(url, updateEndpoint=url, agent="clusterkg (https://w3id.org/clusterkg/)")
    wrapper.setOnlyConneg(True)
    wrapper.setMethod(POST)
    wrapper.setReturnFormat("json" if accept == RESULTS or update else "n3")
    for graph in () if update else graphs:
        wrapper.addDefaultGraph(graph)
    wrapper.setQuery(text)
    wrapper.addCustomHttpHeader("Accept", accept)
    return wrapper._createRequest()


def ask(
    connection: Connection, text: str, place: str = "query", graphs: Sequence[str] = (), *, most: int | None = None
) -> Callable[[], Result]:
    """Return what gives the answer to a query over the union of some graphs, as often as it is called.

    Args:
        connection: the way to the endpoint.
        text: SPARQL, with its parameters bound.
        place: what to call it in a message.
        graphs: the graphs that are asked; none for the server's own default graph.
        most: the most bytes of the answer; None for a gigabyte.

    Raises:
        QueryError: the server does not take the query.
        EndpointError: it is down, slow or refuses, or its answer is none.
    """
    from clusterkg.endpoint.connection import BYTES, Refused

    kind = sparql.form(text)[0].upper()
    triples = kind in ("CONSTRUCT", "DESCRIBE")
    request = request_for(connection.url, text, kind, TRIPLES if triples else RESULTS, graphs)
    try:
        body, media = connection.send(request, most=most or BYTES)
    except Refused as error:
        if error.status in (400, 500):
            fault = f"{connection.url} does not answer it: {error.fault}"
            raise QueryError(fault, place=place, remedy="ask it of the files, without --endpoint") from error
        raise
    if triples:
        if media not in {TRIPLES, *LOOSE}:
            raise _nonsense(connection.url, media, body)
        return lambda: _triples(connection.url, body)
    if media not in (RESULTS, "application/json"):
        raise _nonsense(connection.url, media, body)
    return lambda: _results(connection.url, body, yes_or_no=kind == "ASK")


def answer(
    connection: Connection,
    text: str,
    place: str = "query",
    graphs: Sequence[str] = (),
    *,
    limits: Limits | None = None,
    most: int | None = None,
) -> Answer:
    """Return the answer to a query as the engine here would give it; see `ask`.

    Raises:
        LimitError: it has more rows than it may.
        QueryError, EndpointError: as for `ask`.
    """
    from clusterkg.graph.engines import NO_LIMITS, answer_of

    given = ask(connection, text, place, graphs, most=most)
    with unbroken(connection.url):
        return answer_of(given(), place, limits or NO_LIMITS)


@contextmanager
def unbroken(url: str) -> Iterator[None]:
    """Turn the end of an answer before its end, which shows while it is read, into an error of the endpoint's."""
    try:
        yield
    except SyntaxError as error:
        raise EndpointError(BREAKS_OFF, place=url, remedy="ask for less, or ask again") from error


def _results(url: str, body: bytes, *, yes_or_no: bool) -> ox.QuerySolutions | ox.QueryBoolean:
    import pyoxigraph as ox

    with unbroken(url):
        results = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(results, ox.QueryBoolean) != yes_or_no:
        fault = "answers rows where yes or no was asked" if yes_or_no else "answers yes or no where rows were asked"
        raise EndpointError(fault, place=url, remedy="check that the address is a SPARQL endpoint")
    return results


def _triples(url: str, body: bytes) -> list[ox.Triple]:
    import pyoxigraph as ox

    try:
        return [quad.triple for quad in ox.parse(body, format=ox.RdfFormat.TURTLE)]
    except (SyntaxError, ValueError) as error:
        raise EndpointError("answers what is no Turtle", place=url, remedy="ask again") from error


def _nonsense(url: str, media: str, body: bytes) -> EndpointError:
    said = " ".join(body[:200].decode(errors="replace").split())
    said = "".join(sign for sign in said if sign.isprintable())[:60]
    fault = f"answers {media} and no SPARQL results: {said!r}" if said else "answers nothing"
    return EndpointError(fault, place=url, remedy="check that the address is a SPARQL endpoint")


def update(connection: Connection, text: str, *, again: bool = False) -> None:
    """Have a server carry out an update.

    Args:
        connection: the way to where it takes updates.
        text: the update.
        again: whether it may be sent twice without harm.

    Raises:
        EndpointError: the server is down, slow or refuses.
    """
    request = request_for(connection.url, text, sparql.form(text)[0].upper(), "*/*", update=True)
    connection.send(request, again=again)
