"""`clusterkg finding`: one finding in full."""

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
    parser.add_argument("id", help="the finding's id, as in s5c1-08")
    add_format(parser, ANSWER_FORMATS)
    add_study(parser)
    add_coding(parser)
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg import findings
    from clusterkg.findings import views

    finding = findings.find(graph_of(options), options.id, study=options.study)
    match options.format:
        case "csv":
            write(views.as_csv(finding))
        case "json":
            write(views.as_json(finding))
        case "md":
            write(views.as_markdown(finding))
        case _:
            write(views.as_text(finding, width()))
    return YES
