"""`clusterkg template`: a spreadsheet to code cases in."""

from __future__ import annotations

import sys

from clusterkg.cli.options import YES, add_data, graph_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("file", help="where to write it: a workbook (.xlsx), or one sheet (.csv)")
    parser.add_argument("--study", metavar="KEY", help="fill it with the cases of this study (default: an example row)")
    parser.add_argument(
        "--sheet", choices=("cases", "chains", "values"), default="cases", help="which sheet a .csv holds"
    )
    parser.add_argument("--replace", action="store_true", help="write over a file of that name")
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.coding.template import write_template

    graph = graph_of(options)
    write_template(options.file, graph, study=options.study, sheet=options.sheet, replace=options.replace)
    print(f"clusterkg: wrote {options.file}", file=sys.stderr)
    return YES
