"""`clusterkg ledger`: every printed figure beside its recomputation."""

from __future__ import annotations

from clusterkg.cli.options import (
    ANSWER_FORMATS,
    YES,
    add_coding,
    add_data,
    add_format,
    add_study,
    graph_of,
    width,
    write,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--table", metavar="TABLE", help="one table's figures alone; or note, prose, appendix or label")
    parser.add_argument("--all", action="store_true", help="in a terminal, every row and not the slips alone")
    add_format(parser, ANSWER_FORMATS)
    add_study(parser)
    add_coding(parser)
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg import ledger, tables

    graph = graph_of(options)
    compared = ledger.compare(
        graph, tables.records(tables.rebuild_all(graph, study=options.study)), study=options.study
    )
    if options.table is not None:
        compared = compared.only(options.table)
    match options.format:
        case "csv":
            write(compared.to_csv())
        case "json":
            write(compared.to_json())
        case "md":
            write(compared.to_markdown())
        case _:
            write(compared.to_text(width(), every=options.all))
    return YES
