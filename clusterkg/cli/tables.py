"""`clusterkg tables`: all tables of a study, then how the printed figures stand to them."""

from __future__ import annotations

from clusterkg.cli.options import YES, add_shared, graph_of, width, write, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "--labels", choices=("preferred", "printed"), default="preferred", help="names of clusters and industries"
    )
    parser.add_argument(
        "--ledger", action="store_true", help="in a terminal, end with how many printed figures are equal"
    )
    add_shared(parser, ("table", "json", "md", "html", "latex"), study=True, all_studies=True, coding=True)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg import rendering, tables

    graph = graph_of(options)
    rebuilt = tables.rebuild_all(graph, study=options.study, labels=options.labels)
    if options.format == "json":
        write(rendering.as_json({table.number: table.records() for table in rebuilt}))
    else:
        write("\n\n".join(written(table, options.format).rstrip("\n") for table in rebuilt) + "\n")
    if options.ledger and options.format == "table" and options.study != tables.ALL_STUDIES:
        from clusterkg import ledger

        # The ledger goes by preferred names.
        if options.labels != "preferred":
            rebuilt = tables.rebuild_all(graph, study=options.study)
        counted = ledger.count_figures(graph, tables.records(rebuilt), study=options.study)
        if counted:
            write("\n\nPrinted figures beside the recomputed ones; for the causes: clusterkg ledger\n\n")
            write(ledger.summary_text(counted, width()))
    return YES
