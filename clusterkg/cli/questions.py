"""`clusterkg questions`: the ready questions, all or those about something."""

from __future__ import annotations

from clusterkg.cli.options import YES, add_shared, graph_of, write, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("words", nargs="*", help="words that occur in the question, its tags or its columns")
    add_shared(parser, study=True, coding=True)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.questions.catalogue import catalogue

    found = catalogue(graph_of(options), options.study)
    write(written(found.about(options.words) if options.words else found, options.format))
    return YES
