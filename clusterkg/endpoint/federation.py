"""SERVICE, resolved from here: what another endpoint is asked is fetched first and stands in the query as VALUES.

No engine ever follows SERVICE, so none calls a host that was not named. What stands before SERVICE in the query binds
what is asked there; the query itself, with the fetched values in SERVICE's place, joins, filters and orders.
"""

from __future__ import annotations

from itertools import islice

from clusterkg import sparql
from clusterkg.endpoint import protocol
from clusterkg.endpoint.addresses import checked, host_of, is_loopback
from clusterkg.endpoint.connection import Connection
from clusterkg.errors import EndpointError, QueryError
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from clusterkg.graph.limits import Limits

    Terms = list[tuple[str | None, ...]]
    Bindings = tuple[list[str], Terms]

__all__ = ["Service", "find_services", "resolved", "terms_of", "without_calls"]

AT_ONCE = 200
"""How many bindings another endpoint is asked about in one request."""

GENID = BASE + ".well-known/genid/"
"""What stands for another endpoint's blank nodes: they have no name here."""

CLOSED_OFF = {"SELECT": "a subquery", "EXISTS": "EXISTS"}
"""The words after which a pattern is asked by itself, not joined with what stands before it."""


class Service:
    """One SERVICE clause of a query.

    Attributes:
        url: the address that it names.
        silent: whether a failure there counts as no restriction.
        before: the pattern that stands before it, with every group closed; the braces of WHERE left out.
        block: what is asked there, without the braces.
        start: where the clause begins in the text.
        end: where it ends.
    """

    def __init__(self, url: str, silent: bool, before: str, block: str, start: int, end: int) -> None:
        self.url, self.silent, self.before, self.block = url, silent, before, block
        self.start, self.end = start, end


def find_services(text: str, place: str = "query") -> list[Service]:
    r"""Return the SERVICE clauses of a SELECT or ASK query, in their order.

    Raises:
        QueryError: one names no address, or stands where it cannot be asked by itself.

    >>> (one,) = find_services("SELECT ?n { ?s a <urn:c> . SERVICE <http://example.org/q> { ?s <urn:n> ?n } }")
    >>> one.url, one.before, one.block
    ('http://example.org/q', '?s a <urn:c> .', '?s <urn:n> ?n')
    """
    if sparql.form(text)[0].upper() not in ("SELECT", "ASK"):
        raise _unfit("SERVICE in a query that makes triples", place, 1, "ask with SELECT")
    found: list[Service] = []
    tokens = sparql.tokens(text)
    opened: list[int] = []
    closed_off: list[tuple[int, str]] = []
    number = 0
    while number < len(tokens):
        kind, start = tokens[number]
        word = kind.upper()
        if kind == "{":
            opened.append(start)
        elif kind == "}" and opened:
            opened.pop()
            closed_off = [one for one in closed_off if one[0] <= len(opened)]
        elif opened and word in CLOSED_OFF:
            closed_off.append((len(opened) + (word == "EXISTS"), CLOSED_OFF[word]))
        elif word == "SERVICE":
            line = text.count("\n", 0, start) + 1
            inside = [what for depth, what in closed_off if depth <= len(opened)]
            if inside or not opened:
                raise _unfit(f"SERVICE inside {inside[0] if inside else 'nothing'}", place, line, "put it outside")
            service, number = _service(text, tokens, number, opened, place)
            found.append(service)
        if word != "EXISTS" and kind not in "{}" and closed_off:
            closed_off = [one for one in closed_off if one[0] <= len(opened)]
        number += 1
    return found


def without_calls(text: str, place: str = "query") -> str:
    """Return a query whose SERVICE clauses are plain groups, so that an engine can read it and calls nobody.

    Raises:
        QueryError: as for `find_services`.

    >>> without_calls("SELECT ?n { ?s a <urn:c> . SERVICE <http://example.org/q> { ?s <urn:n> ?n } }")
    'SELECT ?n { ?s a <urn:c> . { ?s <urn:n> ?n } }'
    """
    for service in reversed(find_services(text, place) if sparql.calls_out(text) else []):
        text = f"{text[: service.start]}{{ {service.block} }}{text[service.end :]}"
    return text


def _service(
    text: str, tokens: Sequence[tuple[str, int]], number: int, opened: Sequence[int], place: str
) -> tuple[Service, int]:
    """Return the clause that begins at a token, and the number of its last token."""
    start = tokens[number][1]
    line = text.count("\n", 0, start) + 1
    number += 1
    silent = number < len(tokens) and tokens[number][0].upper() == "SILENT"
    number += silent
    url = _address(text, tokens[number][0] if number < len(tokens) else "", place, line)
    number += 1
    if number >= len(tokens) or tokens[number][0] != "{":
        raise QueryError("does not parse: SERVICE has no pattern", place=f"{place}:{line}", remedy="write { … }")
    inside, depth = tokens[number][1] + 1, 1
    while depth:
        number += 1
        if number >= len(tokens):
            raise QueryError("does not parse: SERVICE is not closed", place=f"{place}:{line}", remedy="write }")
        kind = tokens[number][0]
        depth += (kind == "{") - (kind == "}")
        if kind.upper() == "SERVICE":
            raise _unfit("SERVICE inside SERVICE", place, line, "ask each host by itself")
    end = tokens[number][1]
    # The words above are those of the text; another server may read escapes as letters before it looks for words.
    sparql.refuse_reaching_out(text[inside:end], place)
    before = text[opened[0] + 1 : start] + " }" * (len(opened) - 1)
    return Service(url, silent, before.strip(), text[inside:end].strip(), start, end + 1), number


def _address(text: str, token: str, place: str, line: int) -> str:
    if token.startswith("<"):
        return token[1:-1]
    prefix, colon, local = token.partition(":")
    spaces = sparql.prologue(text)
    if colon and prefix in spaces:
        return spaces[prefix] + local
    raise _unfit("SERVICE without an address", place, line, "name the host as an IRI: no variable can stand for it")


def _unfit(what: str, place: str, line: int, remedy: str) -> QueryError:
    return QueryError(f"{what} is refused", place=f"{place}:{line}", remedy=remedy)


def resolved(
    text: str,
    place: str,
    allowed: Iterable[str],
    bindings: Callable[[str], Bindings],
    *,
    limits: Limits,
    timeout: float = 60,
) -> str:
    """Return a query without SERVICE: what the hosts answered stands in it as VALUES.

    Args:
        text: the query, with its parameters bound.
        place: what to call it in a message.
        allowed: the hosts that may be called, with the port where it is not the usual one.
        bindings: answers a query about the graph with its variables and terms.
        limits: of these the ones of rows and of megabytes hold for each host's answer.
        timeout: seconds that one request may take.

    Raises:
        QueryError: a host is called that is not allowed, or the query cannot be taken apart.
        EndpointError: a host is down, slow or refuses, or answers nonsense.
        LimitError: a host answers with more rows than it may.
    """
    hosts = {host.lower() for host in allowed}
    for service in find_services(text, place):
        _check_host(service, hosts, place)
    # What one host answers binds what the next is asked.
    while services := find_services(text, place):
        service = services[0]
        values = _fetched(text, service, place, bindings, limits, timeout)
        text = text[: service.start] + values + text[service.end :]
    sparql.refuse_reaching_out(text, place)
    return text


def _check_host(service: Service, allowed: set[str], place: str) -> None:
    url = checked(service.url)
    host = host_of(url)
    if host not in allowed:
        fault = f"SERVICE would call {host}, which is not allowed"
        raise QueryError(fault, place=place, remedy=f"add --allow-service {host} if you trust it")
    if not url.startswith("https:") and not is_loopback(url):
        raise QueryError(f"SERVICE would call {host} over http", place=place, remedy="use its https address")


def _fetched(
    text: str,
    service: Service,
    place: str,
    bindings: Callable[[str], Bindings],
    limits: Limits,
    timeout: float,
) -> str:
    """Return a VALUES clause with what a host answers."""
    asked = sparql.variables(service.block)
    shared = [name for name in sparql.variables(service.before) if name in asked]
    prologue = _prologue(text)
    if shared:
        names = " ".join(f"?{name}" for name in shared)
        _, known = bindings(f"{prologue}SELECT DISTINCT {names} WHERE {{ {service.before} }} ORDER BY {names}")
        known = [row for row in known if not any(term is not None and term.startswith("_:") for term in row)]
        if any(all(term is None for term in row) for row in known):
            # A row that binds nothing would ask the host for all it has; to leave it out would lose rows in silence.
            fault = f"what stands before SERVICE does not always bind {', '.join(f'?{name}' for name in shared)}"
            raise QueryError(
                fault, place=place, remedy="put a pattern that binds it before SERVICE, in the same braces"
            )
    else:
        known = [()]
    connection = Connection(service.url, timeout=timeout, with_credentials=False)
    rows: dict[tuple[str | None, ...], None] = {}
    waiting = iter(known)
    while batch := list(islice(waiting, AT_ONCE)):
        given = _values(shared, batch) if shared else ""
        names = " ".join(f"?{name}" for name in asked)
        query = f"{prologue}SELECT DISTINCT {names} WHERE {{ {given} {service.block} }}"
        try:
            columns, answered = terms_of(protocol.ask(connection, query, f"{place}, SERVICE"), place, limits)
        except EndpointError:
            if service.silent:
                return ""
            raise
        order = [columns.index(name) if name in columns else None for name in asked]
        for row in answered:
            rows[tuple(_named(row[at]) if at is not None else None for at in order)] = None
    return _values(asked, list(limits.counted(rows, place)))


def terms_of(given: Callable[[], protocol.Result], place: str, limits: Limits) -> Bindings:
    """Return the variables of a result, and its rows of terms as SPARQL writes them; None where one is unbound.

    Raises:
        EndpointError: the answer breaks off, or is none of rows.
        LimitError: it has more rows than it may.
    """
    import pyoxigraph as ox

    result = given()
    if not isinstance(result, ox.QuerySolutions):
        raise EndpointError("answers no rows", place=place, remedy="check the address")
    columns = [variable.value for variable in result.variables]
    with protocol.unbroken(place):
        counted = limits.counted(result, place)
        return columns, [tuple(None if term is None else str(term) for term in row) for row in counted]


def _named(term: str | None) -> str | None:
    return f"<{GENID}{term[2:]}>" if term is not None and term.startswith("_:") else term


def _values(names: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> str:
    """Return a VALUES clause.

    >>> _values(["a", "b"], [("<urn:x>", None)])
    'VALUES (?a ?b) { (<urn:x> UNDEF) }'
    """
    lines = " ".join(f"({' '.join('UNDEF' if term is None else term for term in row)})" for row in rows)
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {lines} }}"


def _prologue(text: str) -> str:
    return "".join(f"PREFIX {name}: <{space}>\n" for name, space in sparql.prologue(text).items())
