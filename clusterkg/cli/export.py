"""`clusterkg export`: a study's cases as files for R, Stata and spreadsheets."""

from __future__ import annotations

import sys

from clusterkg import __version__
from clusterkg.cli.options import YES, add_data, add_study, graph_of
from clusterkg.export.formats import FORMATS, LEFT_OUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("folder", help="the folder to write, which is made")
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        action="append",
        default=[],
        help=f"what to write, once or more: {', '.join(FORMATS)} (default: csv)",
    )
    parser.add_argument("--replace", action="store_true", help="write over an earlier export")
    add_study(parser)
    parser.add_argument("--coding", metavar="CODING", help="go by one coder's values, such as published")
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.export.folder import write_folder
    from clusterkg.export.formats import chosen, files_of
    from clusterkg.export.readme import FILES
    from clusterkg.export.rows import export

    formats = chosen(options.format)
    made = export(graph_of(options), options.study)
    files = files_of(made, __version__, formats)
    write_folder(options.folder, files, replace=options.replace, ours=FILES)
    counts = ", ".join(f"{len(rows)} {name}" for name, rows in made.rows.items())
    print(f"clusterkg: {options.folder}: {counts}", file=sys.stderr)
    if LEFT_OUT in files:
        number = files[LEFT_OUT].count(b"\n") - 1
        ratings = f"{number} rating{'' if number == 1 else 's'}"
        print(f"clusterkg: cube.ttl leaves out {ratings} without a value, which {LEFT_OUT} lists", file=sys.stderr)
    return YES
