"""The two engines that answer SPARQL: pyoxigraph, embedded and fast, and rdflib, independent of it."""

from __future__ import annotations

import re

from clusterkg.errors import QueryError, nearest
from clusterkg.graph.answers import Answer, python_value
from clusterkg.graph.limits import Limits
from clusterkg.prefixes import house_prefixes
from clusterkg.sparql import FORMS, form, undeclared_prefix, ungrouped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    import pyoxigraph as ox
    import rdflib

    from clusterkg.graph.answers import Value

    Result = ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]

__all__ = ["ENGINES", "answer_of", "run_oxigraph", "run_rdflib", "serialize", "solutions", "written_of"]

ENGINES = ("oxigraph", "rdflib")

NO_LIMITS = Limits(seconds=None, megabytes=None, rows=None)

RDFLIB_FAULTS = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError, re.error)
"""What rdflib raises while it evaluates a query that it has parsed."""

UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
"""The words with which an update begins."""

LONGEST_WORD = 60
"""The signs of a word that a message repeats."""

MEND = "change the files instead, and load them with --data"

RESULT_FORMATS = {"srj": "JSON", "srx": "XML", "tsv": "TSV", "w3c-csv": "CSV"}
GRAPH_FORMATS = {"ttl": "TURTLE", "nt": "N_TRIPLES", "rdf": "RDF_XML", "jsonld": "JSON_LD"}


def _parse_error(text: str, place: str, error: SyntaxError) -> QueryError:
    """Return the engine's complaint as one line with its place and a remedy."""
    undeclared = undeclared_prefix(text)
    if undeclared:
        name, line = undeclared
        known = house_prefixes()
        remedy = f"add 'PREFIX {name}: <{known[name]}>'" if name in known else nearest(name, known)
        return QueryError(
            f"prefix '{name}:' is not declared", place=f"{place}:{line}", remedy=remedy or "declare it with PREFIX"
        )
    word, line = form(text)
    word = word[:LONGEST_WORD]
    if word and word.upper() not in FORMS:
        if word.upper() in UPDATES:
            return QueryError(
                f"{word.upper()} is refused: a query cannot change the graph", place=f"{place}:{line}", remedy=MEND
            )
        remedy = nearest(word.upper(), FORMS)
        return QueryError(f"does not parse: '{word}' begins no query", place=f"{place}:{line}", remedy=remedy)
    fault = error.msg or "not SPARQL"
    if "SELECT contains a variable that is unbound" in fault and (loose := ungrouped(text)):
        name, line = loose
        return QueryError(
            f"?{name} is neither grouped nor summed up",
            place=f"{place}:{line}",
            remedy=f"add it to GROUP BY, or write SAMPLE(?{name})",
        )
    where = re.search(r"at (\d+):(\d+): ", fault)
    if where is None:
        return QueryError(f"does not parse: {fault}", place=place, remedy="mend the query")
    row, column = int(where[1]), int(where[2])
    # The engine lists all that could follow, character classes too; people need the words and signs.
    expected = fault[where.end() :].removeprefix("expected one of ").removeprefix("expected ")
    words = [word for word in re.split(r", (?![^\[]*\])", " ".join(expected.split())) if not word.startswith("[")]
    said = next((word for word in words if re.match(r"(The )?[A-Z]+[a-z]* [a-z ]+", word)), None)
    if said:
        return QueryError(f"does not parse: {said}", place=f"{place}:{row}", remedy=f"look before column {column}")
    lines = text.splitlines() or [""]
    rest = lines[row - 1][column - 1 :].strip()[:24] if row <= len(lines) else ""
    signs = f": expected {' or '.join(words[:6])}" if words else ""
    return QueryError(
        f"does not parse before {rest!r}{signs}" if rest else f"does not parse: it ends too early{signs}",
        place=f"{place}:{row}",
        remedy=f"look at column {column}",
    )


def solutions(
    store: ox.Store,
    text: str,
    place: str,
    default_graphs: Sequence[str] | None = None,
    named_graphs: Sequence[str] = (),
    base: str | None = None,
) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
    """Return what the embedded engine gives: over the union of all graphs, or over a dataset of its graphs.

    Args:
        store: the loaded graph.
        text: the query, with its parameters bound.
        place: what to call the query in a message.
        default_graphs: the IRIs of the graphs whose union is asked; None for all.
        named_graphs: with those, the IRIs of the graphs that GRAPH can name.
        base: the IRI that relative ones are completed by, unless the query has a BASE; None refuses them.

    Raises:
        QueryError: the query does not parse, or fails at once.
    """
    import pyoxigraph as ox

    try:
        if default_graphs is None:
            return store.query(text, base_iri=base, use_default_graph_as_union=True)
        default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [ox.NamedNode(iri) for iri in default_graphs]
        named: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(iri) for iri in named_graphs]
        return store.query(text, base_iri=base, default_graph=default, named_graphs=named)
    except SyntaxError as error:
        raise _parse_error(text, place, error) from error
    except (RuntimeError, OSError, ValueError) as error:
        raise QueryError(f"fails: {error}", place=place) from error


def run_oxigraph(store: ox.Store, text: str, place: str = "query", limits: Limits = NO_LIMITS) -> Answer:
    """Return the answer of the embedded engine over the union of all graphs.

    An ASK query answers one row with one column, ``answer``; a CONSTRUCT or DESCRIBE query its
    triples under ``subject``, ``predicate``, ``object``. Of `limits` it keeps that of rows.

    Raises:
        QueryError: the query does not parse, or fails while it runs.
        LimitError: the answer has more rows than it may.
    """
    try:
        return answer_of(solutions(store, text, place), place, limits)
    except (RuntimeError, OSError, ValueError) as error:
        raise QueryError(f"fails: {error}", place=place) from error


def answer_of(result: Result, place: str = "query", limits: Limits = NO_LIMITS) -> Answer:
    """Return what the engine gave, or read from another's answer, as an `Answer`; triples are put in order.

    Raises:
        LimitError: there are more rows than there may be.
        SyntaxError: the result is read from a text that breaks off.
    """
    import pyoxigraph as ox

    if isinstance(result, ox.QueryBoolean):
        return Answer(["answer"], [(bool(result),)])
    if not isinstance(result, ox.QuerySolutions):
        counted = limits.counted(result, place)
        triples = sorted((tuple(_from_oxigraph(term) for term in triple) for triple in counted), key=str)
        return Answer(["subject", "predicate", "object"], triples)
    columns = [variable.value for variable in result.variables]
    # A term costs more to convert than to look up, and most stand in an answer many times.
    known: dict[Any, Value] = {}
    rows = []
    for solution in limits.counted(result, place):
        row = []
        for term in solution:
            if term not in known:
                known[term] = _from_oxigraph(term)
            row.append(known[term])
        rows.append(tuple(row))
    return Answer(columns, rows)


def _from_oxigraph(term: Any) -> Value:
    if term is None:
        return None
    datatype = getattr(term, "datatype", None)
    if datatype is not None:
        return python_value(term.value, datatype.value)
    value: str | None = getattr(term, "value", None)
    return str(term) if value is None or type(term).__name__ == "BlankNode" else value


def run_rdflib(dataset: rdflib.Dataset, text: str, place: str = "query", limits: Limits = NO_LIMITS) -> Answer:
    """Return rdflib's answer to the same query, in the same form as `run_oxigraph`'s.

    Raises:
        QueryError: the query does not parse, or fails while it runs.
        LimitError: the answer has more rows than it may.
    """
    from pyparsing import ParseException

    from clusterkg.graph.joins import joined_in_order

    if undeclared_prefix(text):
        raise _parse_error(text, place, SyntaxError("an undeclared prefix"))
    try:
        with joined_in_order():
            result = dataset.query(text)
            if result.type == "ASK":
                return Answer(["answer"], [(bool(result.askAnswer),)])
            if result.type in ("CONSTRUCT", "DESCRIBE"):
                counted = limits.counted(result.graph or (), place)
                triples = (tuple(_from_rdflib(term) for term in triple) for triple in counted)
                return Answer(["subject", "predicate", "object"], sorted(triples, key=str))
            columns = [str(variable) for variable in result.vars or ()]
            rows = [
                tuple(_from_rdflib(term) for term in row)  # type: ignore[union-attr]
                for row in limits.counted(result, place)
            ]
    except ParseException as error:
        raise QueryError(f"does not parse: {error.msg}", place=f"{place}:{error.lineno}") from error
    except RecursionError as error:
        raise QueryError("is nested too deeply for rdflib", place=place, remedy="write it flatter") from error
    except RDFLIB_FAULTS as error:
        raise QueryError(f"rdflib fails: {type(error).__name__} {error}", place=place) from error
    # rdflib answers a grouped query over nothing with one row of blanks (rdflib issue 3382).
    return Answer(columns, [row for row in rows if any(value is not None for value in row)])


def _from_rdflib(term: Any) -> Value:
    import rdflib

    if isinstance(term, rdflib.Literal):
        return python_value(str(term), str(term.datatype or "http://www.w3.org/2001/XMLSchema#string"))
    if isinstance(term, rdflib.BNode):
        return f"_:{term}"
    return None if term is None else str(term)


def serialize(store: ox.Store, text: str, format: str, place: str = "query", limits: Limits = NO_LIMITS) -> str:
    """Return a query's result in one of the W3C's formats.

    Args:
        store: the loaded graph.
        text: the query, with its parameters bound.
        format: ``srj``, ``srx``, ``tsv`` or ``w3c-csv`` for SELECT and ASK; ``ttl``, ``nt``,
            ``rdf`` or ``jsonld`` for CONSTRUCT and DESCRIBE.
        place: what to call the query in a message.
        limits: of these the one of rows is kept. Rows are counted first, so the query runs twice then.

    Raises:
        QueryError: the query does not parse, or its result cannot be written in that format.
        LimitError: the result has more rows than it may.
    """
    return written_of(lambda: solutions(store, text, place), format, place, limits)


def written_of(given: Callable[[], Result], format: str, place: str = "query", limits: Limits = NO_LIMITS) -> str:
    """Return a result in one of the W3C's formats; see `serialize`.

    Args:
        given: gives the result, and once more where its rows are counted first.
        format: as for `serialize`.
        place: as for `serialize`.
        limits: as for `serialize`.
    """
    import pyoxigraph as ox

    result = given()
    if not isinstance(result, ox.QueryBoolean | ox.QuerySolutions):
        if format not in GRAPH_FORMATS:
            raise QueryError(
                f"triples cannot be written as {format}", place=place, remedy=f"use {', '.join(GRAPH_FORMATS)}"
            )
        prefixes = dict(house_prefixes())
        triples = limits.counted(result, place)
        written = ox.serialize(triples, format=getattr(ox.RdfFormat, GRAPH_FORMATS[format]), prefixes=prefixes)
        return (written or b"").decode()
    if isinstance(result, ox.QueryBoolean) and format not in ("srj", "srx"):
        raise QueryError(f"a yes or no cannot be written as {format}", place=place, remedy="use srj or srx")
    if format not in RESULT_FORMATS:
        raise QueryError(
            f"this result cannot be written as {format}", place=place, remedy=f"use {', '.join(RESULT_FORMATS)}"
        )
    if isinstance(result, ox.QuerySolutions) and limits.rows is not None:
        for _ in limits.counted(result, place):
            pass
        result = given()
        assert isinstance(result, ox.QuerySolutions)
    return (result.serialize(format=getattr(ox.QueryResultsFormat, RESULT_FORMATS[format])) or b"").decode()
