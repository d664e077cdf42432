"""`clusterkg questions`: the ready questions, all or those about something."""

from __future__ import annotations

import sys

from clusterkg.cli.options import ANSWER_FORMATS, YES, add_shared, graph_of, write, written
from clusterkg.errors import UnknownName

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("words", nargs="*", help="words that occur in the question, its tags or its columns")
    parser.add_argument(
        "--all", action="store_true", help="with --format ttl: every query of the library, beside the questions"
    )
    add_shared(parser, (*ANSWER_FORMATS, "ttl"), study=True, coding=True)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.questions.catalogue import catalogue

    if options.all:
        return _whole_library(options)
    found = catalogue(graph_of(options), options.study)
    write(written(found.about(options.words) if options.words else found, options.format))
    for fault in found.faults:
        print(f"clusterkg: left out: {fault}", file=sys.stderr)
    return YES


def _whole_library(options: argparse.Namespace) -> int:
    from clusterkg import library
    from clusterkg.questions.publishing import as_turtle
    from clusterkg.resources import query_paths

    if options.format != "ttl" or options.words:
        raise UnknownName("writes every query as Turtle", place="--all", remedy="give it with --format ttl, no words")
    write(as_turtle(library.read(name, options.data) for name in query_paths(options.data)))
    return YES
