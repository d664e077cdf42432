"""`clusterkg report`: the living paper, one document with tables, ledger, findings, figures and cases."""

from __future__ import annotations

from clusterkg.cli.options import YES, add_data, add_study, graph_of, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "--format",
        choices=("html", "md"),
        default="html",
        help="a page, which needs the extra report, or Markdown (default: html)",
    )
    parser.add_argument("--out", metavar="FILE", help="write to a file instead of standard output")
    add_study(parser)
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg import report
    from clusterkg.turtle import write_atomically

    text = report.write(graph_of(options), study=options.study, format=options.format)
    if options.out is None:
        write(text)
        return YES
    write_atomically(options.out, text)
    return YES
