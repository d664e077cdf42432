"""`clusterkg findings`: what a study claims, and what its coded cases say to it."""

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
    parser.add_argument("--verdict", metavar="VERDICT", help="those with one verdict alone, such as fails")
    parser.add_argument("--about", metavar="CASE|GROUP", help="those about one case or sectoral group alone")
    add_format(parser, ANSWER_FORMATS)
    add_study(parser)
    add_coding(parser)
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg import findings

    found = findings.examine(graph_of(options), study=options.study)
    if options.about is not None:
        found = found.about(options.about)
    if options.verdict is not None:
        found = found.of_verdict(options.verdict)
    match options.format:
        case "csv":
            write(found.to_csv())
        case "json":
            write(found.to_json())
        case "md":
            write(found.to_markdown())
        case _:
            write(found.to_text(width()))
    return YES
