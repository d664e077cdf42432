"""`clusterkg findings`: what a study claims, and what its coded cases say to it."""

from __future__ import annotations

from clusterkg.cli.options import YES, add_shared, graph_of, write, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--verdict", metavar="VERDICT", help="those with one verdict alone, such as fails")
    parser.add_argument("--about", metavar="CASE|GROUP", help="those about one case or sectoral group alone")
    add_shared(parser, study=True, coding=True)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg import findings

    found = findings.examine(graph_of(options), study=options.study)
    if options.about is not None:
        found = found.about(options.about)
    if options.verdict is not None:
        found = found.of_verdict(options.verdict)
    write(written(found, options.format))
    return YES
