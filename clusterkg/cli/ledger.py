"""`clusterkg ledger`: every printed figure beside its recomputation."""

from __future__ import annotations

from clusterkg.cli.options import YES, add_shared, graph_of, write, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--table", metavar="TABLE", help="one table's figures alone; or note, prose, appendix or label")
    parser.add_argument("--all", action="store_true", help="in a terminal, every row and not the slips alone")
    add_shared(parser, study=True, coding=True)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg import ledger, tables

    graph = graph_of(options)
    compared = ledger.compare(
        graph, tables.records(tables.rebuild_all(graph, study=options.study)), study=options.study
    )
    if options.table is not None:
        compared = compared.only(options.table)
    write(written(compared, options.format, every=options.all))
    return YES
