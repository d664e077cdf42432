"""`clusterkg finding`: one finding in full."""

from __future__ import annotations

from clusterkg.cli.options import YES, add_shared, graph_of, write, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("id", help="the finding's id, as in s5c1-08")
    add_shared(parser, study=True, coding=True)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg import findings
    from clusterkg.findings.views import InFull

    finding = findings.find(graph_of(options), options.id, study=options.study)
    write(written(InFull(finding), options.format))
    return YES
