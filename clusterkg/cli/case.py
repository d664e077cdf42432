"""`clusterkg case`: one case study in full."""

from __future__ import annotations

from clusterkg.cli.options import YES, add_shared, graph_of, write, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("slug", help="the case's slug, as in sinos-valley-footwear")
    add_shared(parser, study=True, coding=True)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg import cases

    case = cases.describe(graph_of(options), options.slug, study=options.study)
    write(written(case, options.format))
    return YES
