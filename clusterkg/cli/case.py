"""`clusterkg case`: one case study in full."""

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
    parser.add_argument("slug", help="the case's slug, as in sinos-valley-footwear")
    add_format(parser, ANSWER_FORMATS)
    add_study(parser)
    add_coding(parser)
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg import cases, rendering

    case = cases.describe(graph_of(options), options.slug, study=options.study)
    match options.format:
        case "json":
            write(rendering.as_json(case))
        case "csv":
            write(cases.as_csv(case))
        case "md":
            write(cases.as_markdown(case))
        case _:
            write(cases.as_text(case, width()))
    return YES
