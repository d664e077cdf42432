"""`clusterkg table`: one table of a study, rebuilt from its cases."""

from __future__ import annotations

from clusterkg.cli.options import YES, add_coding, add_data, add_format, add_study, graph_of, width, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from clusterkg.findings.judgements import Judgements
    from clusterkg.tables import Table

__all__ = ["FORMATS", "fill", "run", "table_text"]

FORMATS = ("table", "csv", "json", "md", "html", "latex")


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("number", help="the table's number: 1 to 7, or A for Appendix A")
    parser.add_argument(
        "--recomputed",
        action="store_true",
        help="of a table of judgements, each beside what the coded cases give for it",
    )
    parser.add_argument(
        "--labels", choices=("preferred", "printed"), default="preferred", help="names of clusters and industries"
    )
    add_format(parser, FORMATS)
    add_study(parser, all_studies=True)
    add_coding(parser)
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg import tables

    if options.recomputed:
        return _recomputed(options)
    table = tables.rebuild(graph_of(options), options.number, study=options.study, labels=options.labels)
    write(table_text(table, options.format))
    return YES


def _recomputed(options: argparse.Namespace) -> int:
    from clusterkg import tables
    from clusterkg.errors import UnknownName
    from clusterkg.findings import judgements

    graph = graph_of(options)
    table = tables.rebuild(graph, options.number, study=options.study)
    found = judgements.recompute(graph, study=options.study)
    if "judgement" not in table.columns:
        raise UnknownName("holds no judgements to recompute", place=table.caption, remedy="leave out --recomputed")
    write(table_text(found, options.format))
    return YES


def table_text(table: Table | Judgements, format: str) -> str:
    """Return a table as it is written in one of `FORMATS`."""
    written: dict[str, Callable[[], str]] = {
        "csv": table.to_csv,
        "json": table.to_json,
        "md": table.to_markdown,
        "html": table.to_html,
        "latex": table.to_latex,
    }
    return written[format]() if format in written else table.to_text(width())
