"""The command line: results to stdout, talk to stderr, exit code 0 yes, 1 the data say no, 2 could not look."""

from __future__ import annotations

import argparse
import gc
import os
import sys

from clusterkg import __version__
from clusterkg.errors import ClusterkgError, FileError, ParameterError, UnknownName, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

    from clusterkg.graph import Answer, Graph
    from clusterkg.graph.answers import Value
    from clusterkg.reasoning import Judgement

__all__ = ["main"]

YES, NO, COULD_NOT_LOOK = 0, 1, 2

TABLE_FORMATS = ("table", "csv", "json", "md", "html", "latex")
ANSWER_FORMATS = ("table", "csv", "json", "md")
RESULT_FORMATS = ("srj", "srx", "tsv", "w3c-csv", "ttl", "nt", "rdf", "jsonld")


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help for 80 columns: the same everywhere, and without asking (and importing shutil) at every argument."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=80)


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is one line, with the nearest words offered."""

    def error(self, message: str) -> NoReturn:
        if "invalid choice:" in message and self._subparsers is not None:
            wrong = message.split("invalid choice: ")[1].split(" (choose")[0].strip("'\"")
            message = f"there is no command '{wrong}'"
            remedy = nearest(wrong, COMMANDS)
            self.exit(COULD_NOT_LOOK, f"{self.prog}: {message}; {remedy or f'see {self.prog} --help'}\n")
        self.exit(COULD_NOT_LOOK, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    >>> main(["table", "2", "--format", "csv"])
    sectoral_group,external_economies,joint_action,ce_index
    Traditional manufacturing,7.6,5.23,6.415
    Natural resource-based,8.91,7.36,8.135
    Complex products,7.61,4.8,6.205
    Specialized suppliers,9.1,7.8,8.45
    0
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and (stream.encoding or "").lower().replace("-", "") != "utf8":
            stream.reconfigure(encoding="utf-8")
    # What a short run makes, it keeps to its end: looking for garbage finds none, and takes a twentieth of the time.
    gc.set_threshold(100_000)
    words = sys.argv[1:] if arguments is None else list(arguments)
    options = _parser(words[0] if words else None).parse_args(words)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except ClusterkgError as error:
        print(f"clusterkg: {error}", file=sys.stderr)
        return COULD_NOT_LOOK
    except ModuleNotFoundError as error:
        print(f"clusterkg: needs the package {error.name}; install it with pip", file=sys.stderr)
        return COULD_NOT_LOOK
    except BrokenPipeError:
        # The reader (head, less) has gone; nothing is left to say, at exit neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return YES
    except UnicodeError as error:
        print(f"clusterkg: not UTF-8: {error}; send it as UTF-8", file=sys.stderr)
        return COULD_NOT_LOOK
    except RecursionError:
        print("clusterkg: nested too deeply; write it flatter", file=sys.stderr)
        return COULD_NOT_LOOK
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"clusterkg: {place}cannot be read or written: {error.strerror or error}", file=sys.stderr)
        return COULD_NOT_LOOK
    except KeyboardInterrupt:
        print("clusterkg: stopped", file=sys.stderr)
        return 130


def _parser(chosen: str | None) -> Parser:
    """Return the parser of the whole command line, or of the one command that was chosen."""
    parser = Parser(
        prog="clusterkg",
        description="Industrial clusters in global value chains: a knowledge graph to question, check and extend.",
        epilog="Example: clusterkg table 5",
        formatter_class=Formatter,
    )
    parser.add_argument("--version", action="version", version=f"clusterkg {__version__}")
    # With prog given, argparse need not format a usage line to find it out.
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, prog="clusterkg")
    for name in [chosen] if chosen in COMMANDS else COMMANDS:
        fill, run, help_line, example = COMMANDS[name]
        command = commands.add_parser(
            name,
            help=help_line,
            description=help_line[0].upper() + help_line[1:] + ".",
            epilog=f"Example: {example}",
            formatter_class=Formatter,
        )
        fill(command)
        command.set_defaults(run=run)
    return parser


def _add_data(parser: Parser) -> None:
    parser.add_argument(
        "--data",
        metavar="FOLDER",
        action="append",
        default=[],
        help="add a folder of the project's shape; a file with a shipped file's name stands in for it",
    )


def _add_study(parser: Parser) -> None:
    parser.add_argument("--study", metavar="KEY", default="giuliani2005", help="the study (default: giuliani2005)")


def _add_format(parser: Parser, formats: Sequence[str]) -> None:
    parser.add_argument("--format", choices=formats, default="table", help="how to write the result (default: table)")


def _graph(options: argparse.Namespace) -> Graph:
    from clusterkg.graph import Graph

    graph = Graph(options.data)
    for line in graph.replaced:
        print(f"clusterkg: {line}", file=sys.stderr)
    return graph


def _width() -> int:
    """Return the width to write for: the terminal's, 80 where the output goes elsewhere."""
    if not sys.stdout.isatty():
        return 80
    try:
        return max(40, os.get_terminal_size(sys.stdout.fileno()).columns)
    except OSError:
        return 80


def _write(text: str) -> None:
    sys.stdout.write(text)


def _answer(answer: Answer, format: str, title: str = "") -> str:
    from clusterkg import rendering

    match format:
        case "csv":
            return rendering.as_csv(answer.columns, answer.rows)
        case "json":
            return rendering.as_json(rendering.named(answer.columns, answer.rows))
        case "md":
            return rendering.as_markdown(answer.columns, answer.rows, title=title)
        case _:
            return rendering.as_text(answer.columns, _compact(answer.rows), title=title, width=_width())


def _compact(rows: Sequence[Sequence[Value]]) -> list[tuple[Value, ...]]:
    """Return rows whose IRIs are shortened to fit a terminal: by prefix, or to their path below our base."""
    from clusterkg.prefixes import compact
    from clusterkg.terms import BASE

    def short(value: Value) -> Value:
        web = isinstance(value, str) and value.startswith(("http://", "https://")) and " " not in value
        return compact(str(value)).strip("<>").removeprefix(BASE) if web else value

    return [tuple(short(value) for value in row) for row in rows]


def _table_text(table: object, format: str) -> str:
    from clusterkg.tables import Table

    assert isinstance(table, Table)
    written: dict[str, Callable[[], str]] = {
        "csv": table.to_csv,
        "json": table.to_json,
        "md": table.to_markdown,
        "html": table.to_html,
        "latex": table.to_latex,
    }
    return written[format]() if format in written else table.to_text(_width())


def _fill_table(parser: Parser) -> None:
    parser.add_argument("number", help="the table's number: 1 to 7, or A for Appendix A")
    parser.add_argument(
        "--labels", choices=("preferred", "printed"), default="preferred", help="names of clusters and industries"
    )
    _add_format(parser, TABLE_FORMATS)
    _add_study(parser)
    _add_data(parser)


def _run_table(options: argparse.Namespace) -> int:
    from clusterkg import tables

    table = tables.rebuild(_graph(options), options.number, study=options.study, labels=options.labels)
    _write(_table_text(table, options.format))
    return YES


def _fill_tables(parser: Parser) -> None:
    parser.add_argument(
        "--labels", choices=("preferred", "printed"), default="preferred", help="names of clusters and industries"
    )
    _add_format(parser, ("table", "json", "md", "html", "latex"))
    _add_study(parser)
    _add_data(parser)


def _run_tables(options: argparse.Namespace) -> int:
    from clusterkg import rendering, tables

    graph = _graph(options)
    rebuilt = tables.rebuild_all(graph, study=options.study, labels=options.labels)
    if options.format == "json":
        _write(rendering.as_json({table.number: table.records() for table in rebuilt}))
    else:
        _write("\n\n".join(_table_text(table, options.format).rstrip("\n") for table in rebuilt) + "\n")
    if options.format == "table":
        from clusterkg import ledger

        # The ledger goes by preferred names.
        if options.labels != "preferred":
            rebuilt = tables.rebuild_all(graph, study=options.study)
        counted = ledger.count_figures(graph, tables.records(rebuilt), study=options.study)
        if counted:
            _write("\n\nPrinted figures beside the recomputed ones; for the causes: clusterkg ledger\n\n")
            _write(ledger.summary_text(counted, _width()))
    return YES


def _fill_ledger(parser: Parser) -> None:
    parser.add_argument("--table", metavar="TABLE", help="one table's figures alone; or note, appendix or label")
    parser.add_argument("--all", action="store_true", help="in a terminal, every row and not the slips alone")
    _add_format(parser, ANSWER_FORMATS)
    _add_study(parser)
    _add_data(parser)


def _run_ledger(options: argparse.Namespace) -> int:
    from clusterkg import ledger, tables

    graph = _graph(options)
    compared = ledger.compare(
        graph, tables.records(tables.rebuild_all(graph, study=options.study)), study=options.study
    )
    if options.table is not None:
        compared = compared.only(options.table)
    match options.format:
        case "csv":
            _write(compared.to_csv())
        case "json":
            _write(compared.to_json())
        case "md":
            _write(compared.to_markdown())
        case _:
            _write(compared.to_text(_width(), every=options.all))
    return YES


def _fill_query(parser: Parser) -> None:
    parser.add_argument("query", help="a query of the library (tables/governance), a .rq file, or - for standard input")
    parser.add_argument(
        "--param", metavar="NAME=VALUE", action="append", default=[], help="a value for a parameter of the query"
    )
    parser.add_argument("--engine", choices=("oxigraph", "rdflib"), default="oxigraph", help="which engine answers")
    _add_format(parser, ANSWER_FORMATS + RESULT_FORMATS)
    _add_data(parser)


def _run_query(options: argparse.Namespace) -> int:
    from clusterkg import library
    from clusterkg.knowledge_graph import KnowledgeGraph

    values: dict[str, object] = {}
    for pair in options.param:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise ParameterError("is no NAME=VALUE", place=f"--param {pair}", remedy="write --param name=value")
        if name in values:
            raise ParameterError("is given twice", place=f"--param {name}", remedy="give it once")
        values[name] = value
    graph = _graph(options)
    if options.query == "-":
        try:
            query = library.Query("-", "standard input", sys.stdin.read(), shipped=False)
        except UnicodeDecodeError as error:
            raise FileError("not UTF-8", place="standard input", remedy="send it as UTF-8") from error
    else:
        query = KnowledgeGraph(graph).find(options.query)
    text = query.bind(values)
    query.check_values(values)
    needs = query.needs if query.shipped else None
    if options.format in RESULT_FORMATS:
        if options.engine == "rdflib":
            raise UnknownName(f"rdflib does not write {options.format} here", remedy=f"use {', '.join(ANSWER_FORMATS)}")
        _write(graph.serialize(text, options.format, query.path, needs=needs))
        if options.format not in ("srj", "srx"):
            return YES
        verdict = graph.run(text, query.path, needs=needs)
        return NO if verdict.columns == ["answer"] and verdict.rows == [(False,)] else YES
    answer = graph.run(text, query.path, needs=needs, engine=options.engine)
    if answer.columns == ["answer"] and isinstance(answer.rows[0][0], bool):
        yes = answer.rows[0][0]
        _write(("yes\n" if yes else "no\n") if options.format == "table" else _answer(answer, options.format))
        return YES if yes else NO
    _write(_answer(answer, options.format))
    if not answer.rows:
        print("clusterkg: the query has no rows", file=sys.stderr)
    return YES


def _fill_case(parser: Parser) -> None:
    parser.add_argument("slug", help="the case's slug, as in sinos-valley-footwear")
    _add_format(parser, ANSWER_FORMATS)
    _add_study(parser)
    _add_data(parser)


def _run_case(options: argparse.Namespace) -> int:
    from clusterkg import cases, rendering

    case = cases.describe(_graph(options), options.slug, study=options.study)
    match options.format:
        case "json":
            _write(rendering.as_json(case))
        case "csv":
            _write(cases.as_csv(case))
        case "md":
            _write(cases.as_markdown(case))
        case _:
            _write(cases.as_text(case, _width()))
    return YES


def _fill_reason(parser: Parser) -> None:
    why = parser.add_mutually_exclusive_group()
    why.add_argument(
        "--case", metavar="SLUG", help="show the classes of one case and what makes it a member; no Java needed"
    )
    why.add_argument(
        "--explain", metavar="CLASS", help="show the members of one class and what makes them so; no Java needed"
    )
    _add_format(parser, ANSWER_FORMATS)
    _add_study(parser)
    _add_data(parser)


def _run_reason(options: argparse.Namespace) -> int:
    from clusterkg import memberships, reasoning

    graph = _graph(options)
    if options.case or options.explain:
        if options.case:
            answer = memberships.of_case(graph, options.case, study=options.study)
        else:
            answer = memberships.of_class(graph, options.explain, study=options.study)
        if options.format == "table":
            _write(memberships.as_text(answer, group="class" if options.case else "thing", width=_width()))
        else:
            _write(_answer(answer, options.format))
        if not answer.rows:
            print("clusterkg: no rule finds a member here", file=sys.stderr)
        return YES
    graph.require()
    judgement = reasoning.judge(graph.store, study=options.study, folders=options.data)
    _write(_judgement(judgement, options.format))
    print(f"clusterkg: {judgement.summary()}", file=sys.stderr)
    return YES if judgement.agreed else NO


def _judgement(judgement: Judgement, format: str) -> str:
    from clusterkg import rendering
    from clusterkg.graph import Answer
    from clusterkg.reasoning import COLUMNS

    rows = judgement.rows()
    if format != "table":
        return _answer(Answer(COLUMNS, rows), format)
    if not judgement.verdicts:
        lines = [(subject, verdict, detail) for subject, verdict, _, _, detail in rows if detail]
        return rendering.as_text(("subject", "verdict", "detail"), lines, group=("subject", "verdict"), width=_width())
    # A column without content would only take room in the terminal.
    shown = len(COLUMNS) if any(row[-1] for row in rows) else len(COLUMNS) - 1
    return rendering.as_text(COLUMNS[:shown], [row[:shown] for row in rows], width=_width())


def _fill_info(parser: Parser) -> None:
    _add_format(parser, ANSWER_FORMATS)
    _add_data(parser)


def _run_info(options: argparse.Namespace) -> int:
    from clusterkg.knowledge_graph import KnowledgeGraph

    _write(_answer(KnowledgeGraph(_graph(options)).info(), options.format, f"clusterkg {__version__}"))
    return YES


def _fill_check(parser: Parser) -> None:
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="FILE",
        help="Turtle files, queries, or folders of them (default: the whole project); a file stands in for the"
        " project's file that describes the same thing",
    )
    parser.add_argument(
        "--format", choices=("text", "csv", "json"), default="text", help="how to write the problems (default: text)"
    )
    parser.add_argument(
        "--engine", choices=("shacl", "pyshacl"), help="which SHACL engine validates (default: shacl where installed)"
    )
    _add_data(parser)


def _run_check(options: argparse.Namespace) -> int:
    from clusterkg import validation

    report = validation.check(options.paths, options.data, engine=options.engine)
    for line in report.replaced:
        print(f"clusterkg: {line}", file=sys.stderr)
    if options.format == "text":
        _write("".join(f"{problem}\n" for problem in report.problems))
    else:
        from clusterkg import rendering

        rows = [problem.row() for problem in report.problems]
        columns = validation.COLUMNS
        as_csv = options.format == "csv"
        _write(rendering.as_csv(columns, rows) if as_csv else rendering.as_json(rendering.named(columns, rows)))
    print(f"clusterkg: {report.summary}", file=sys.stderr)
    return YES if report.conforms else NO


def _fill_format(parser: Parser) -> None:
    parser.add_argument("paths", nargs="+", metavar="FILE", help="Turtle files, folders of them, or - for a filter")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when a file would change")


def _run_format(options: argparse.Namespace) -> int:
    from clusterkg.prefixes import house_prefixes
    from clusterkg.turtle import format_file, format_text

    prefixes = house_prefixes()
    if "-" in options.paths:
        if options.paths != ["-"] or options.check:
            raise FileError("- stands alone", remedy="filter one document, or name files")
        _write(format_text(sys.stdin.read(), "standard input", prefixes))
        return YES
    code, changed, files = YES, 0, _turtle_paths(options.paths)
    for path in files:
        try:
            if format_file(path, prefixes, check=options.check):
                changed += 1
                print(f"{path}: {'would change' if options.check else 'written in the house order'}")
        except ClusterkgError as error:
            print(f"clusterkg: {error}", file=sys.stderr)
            code = COULD_NOT_LOOK
    print(f"clusterkg: {len(files)} files, {changed} {'would change' if options.check else 'changed'}", file=sys.stderr)
    if options.check and changed:
        print(f"clusterkg: mend them with: clusterkg format {' '.join(options.paths)}", file=sys.stderr)
        return max(code, NO)
    return code


def _turtle_paths(paths: Sequence[str]) -> list[str]:
    """Return the files that are named, and the .ttl files below the folders that are."""
    files = []
    for path in paths:
        if not os.path.isdir(path):
            if not os.path.exists(path):
                raise FileError("no such file or folder", place=path, remedy="check the path")
            files.append(path)
            continue
        below = [os.path.join(root, name) for root, _, names in os.walk(path) for name in names]
        found = sorted(name for name in below if name.endswith(".ttl"))
        if not found:
            raise FileError("holds no .ttl file", place=path, remedy="name a folder with Turtle files")
        files += found
    return files


COMMANDS = {
    "tables": (_fill_tables, _run_tables, "rebuild all tables of a study", "clusterkg tables"),
    "table": (
        _fill_table,
        _run_table,
        "rebuild one table of a study from its cases",
        "clusterkg table 5 --format csv",
    ),
    "ledger": (
        _fill_ledger,
        _run_ledger,
        "set every printed figure beside its recomputation, with the cause where they differ",
        "clusterkg ledger --table 5",
    ),
    "query": (
        _fill_query,
        _run_query,
        "put a query to the graph: one of the library, a file's, or standard input's",
        "clusterkg query questions/functional-upgrading-in-quasi-hierarchies --param least_score=1",
    ),
    "case": (
        _fill_case,
        _run_case,
        "show one case study in full",
        "clusterkg case sinos-valley-footwear --format json",
    ),
    "check": (
        _fill_check,
        _run_check,
        "say what is wrong, doubtful or incomplete in files, and in which line",
        "clusterkg check cases_ttl/giuliani2005/cases/leon-footwear.ttl",
    ),
    "reason": (
        _fill_reason,
        _run_reason,
        "ask a reasoner whether ontology and data hold together and what follows from them",
        "clusterkg reason --case sinos-valley-footwear",
    ),
    "info": (_fill_info, _run_info, "say how much the graph holds", "clusterkg info"),
    "format": (
        _fill_format,
        _run_format,
        "bring Turtle files into the one house order",
        "clusterkg format --check cases_ttl",
    ),
}
