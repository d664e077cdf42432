"""`clusterkg query`: a query of the library, of a file or of standard input."""

from __future__ import annotations

import re
import sys

from clusterkg.cli.options import (
    ANSWER_FORMATS,
    NO,
    YES,
    add_limits,
    add_shared,
    add_store,
    answer_text,
    graph_of,
    limits_of,
    write,
    written,
)
from clusterkg.errors import FileError, ParameterError, UnknownName

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from clusterkg.graph import Graph
    from clusterkg.graph.limits import Limits
    from clusterkg.library import Query

__all__ = ["fill", "run"]

RESULT_FORMATS = ("srj", "srx", "tsv", "w3c-csv", "ttl", "nt", "rdf", "jsonld")
ANSWER_LIST = ", ".join(ANSWER_FORMATS)


NO_IN_W3C = re.compile(r'\{"head":\{\},"boolean":false\}|<\?xml.*<boolean>false</boolean></sparql>', re.S)
"""An ASK query's no, as the engine writes it in ``srj`` and ``srx``."""


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("query", help="a query of the library (tables/governance), a .rq file, or - for standard input")
    parser.add_argument(
        "--param", metavar="NAME=VALUE", action="append", default=[], help="a value for a parameter of the query"
    )
    parser.add_argument("--engine", choices=("oxigraph", "rdflib"), default="oxigraph", help="which engine answers")
    parser.add_argument("--evidence", action="store_true", help="show below each row what its values rest on")
    parser.add_argument(
        "--explain", action="store_true", help="show the query with its terms explained, and do not run it"
    )
    add_store(parser)
    parser.add_argument("--endpoint", metavar="URL", help="ask the graph that clusterkg push put on a SPARQL endpoint")
    parser.add_argument(
        "--allow-service",
        metavar="HOST",
        action="append",
        default=[],
        help="let SERVICE in the query call this host, such as query.wikidata.org (default: none)",
    )
    add_limits(parser)
    add_shared(parser, ANSWER_FORMATS + RESULT_FORMATS, coding=True)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg import library, sparql
    from clusterkg.knowledge_graph import KnowledgeGraph
    from clusterkg.questions.asking import ask
    from clusterkg.questions.views import InFull

    limits = limits_of(options)
    values: dict[str, object] = {}
    for pair in options.param:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise ParameterError("is no NAME=VALUE", place=f"--param {pair}", remedy="write --param name=value")
        if name in values:
            raise ParameterError("is given twice", place=f"--param {name}", remedy="give it once")
        values[name] = value
    graph = graph_of(options, limits)
    services = bool(options.allow_service)
    if options.query == "-":
        try:
            text = sys.stdin.read(sparql.LONGEST + 1)
            query = library.Query("-", "standard input", text, shipped=False, services=services)
        except UnicodeDecodeError as error:
            raise FileError("not UTF-8", place="standard input", remedy="send it as UTF-8") from error
    else:
        query = KnowledgeGraph(graph).find(options.query, services=services)
    if options.explain:
        from clusterkg.questions.explaining import explain

        if options.format in RESULT_FORMATS:
            raise UnknownName(f"is not written as {options.format}", place="--explain", remedy=f"use {ANSWER_LIST}")
        write(written(explain(graph, query, values), options.format))
        return YES
    if options.format in RESULT_FORMATS:
        return _as_the_w3c_does(graph, query, values, options, limits)
    answer = ask(graph, query, values, engine=options.engine, limits=limits, allow_service=options.allow_service)
    if answer.columns == ["answer"] and isinstance(answer.rows[0][0], bool):
        yes = answer.rows[0][0]
        write(("yes\n" if yes else "no\n") if options.format == "table" else answer_text(answer, options.format))
        return YES if yes else NO
    shown = InFull(answer, evidence=options.evidence, by_name=query.name.startswith("questions/"))
    write(written(shown, options.format))
    if options.format in ("csv", "json"):
        for note in shown.notes:
            print(f"clusterkg: {note}", file=sys.stderr)
    if not answer.rows:
        print("clusterkg: the query has no rows", file=sys.stderr)
    return YES


def _as_the_w3c_does(
    graph: Graph, query: Query, values: dict[str, object], options: argparse.Namespace, limits: Limits
) -> int:
    if options.engine == "rdflib":
        raise UnknownName(f"rdflib does not write {options.format} here", remedy=f"use {ANSWER_LIST}")
    from clusterkg.questions.ground import ground_of

    if options.evidence:
        raise UnknownName(f"is not written as {options.format}", place="--evidence", remedy=f"use {ANSWER_LIST}")
    from clusterkg.questions.asking import without_services

    query.check_values(values)
    text = without_services(graph, query, query.bind(values), options.allow_service, limits)
    if query.shipped:
        result = graph.serialize(text, options.format, query.path, needs=query.needs)
        ground = ground_of(graph, query, query.terms(values))
        for sentence in ground.sentences if ground is not None else ():
            print(f"clusterkg: {sentence}", file=sys.stderr)
    else:
        result = graph.serialize_guarded(text, options.format, query.path, limits)
    write(result)
    return NO if NO_IN_W3C.fullmatch(result.strip()) else YES
