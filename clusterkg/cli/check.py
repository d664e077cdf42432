"""`clusterkg check`: what is wrong, doubtful or incomplete in files, and in which line."""

from __future__ import annotations

import sys

from clusterkg.cli.options import NO, YES, add_data, write
from clusterkg.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
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
    parser.add_argument(
        "--cube",
        action="store_true",
        help="hold each file by itself, as data cubes of anybody, to the constraints of the Data Cube vocabulary",
    )
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg import validation

    if options.cube:
        if not options.paths:
            raise ParameterError("names no file", place="--cube", remedy="name the files of data cubes")
        report = validation.check_cubes(options.paths, options.data)
    else:
        report = validation.check(options.paths, options.data, engine=options.engine)
    for line in report.replaced:
        print(f"clusterkg: {line}", file=sys.stderr)
    if options.format == "text":
        write("".join(f"{problem}\n" for problem in report.problems))
    else:
        from clusterkg import rendering

        rows = [problem.row() for problem in report.problems]
        columns = validation.COLUMNS
        as_csv = options.format == "csv"
        write(rendering.as_csv(columns, rows) if as_csv else rendering.as_json(rendering.named(columns, rows)))
    print(f"clusterkg: {report.summary}", file=sys.stderr)
    return YES if report.conforms else NO
