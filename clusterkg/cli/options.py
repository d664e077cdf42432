"""What the commands share: options, the graph that they ask for, and how an answer is written."""

from __future__ import annotations

import os
import re
import sys

from clusterkg.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from clusterkg.graph import Answer, Graph
    from clusterkg.graph.limits import Limits

__all__ = [
    "ANSWER_FORMATS",
    "COULD_NOT_LOOK",
    "NO",
    "YES",
    "add_data",
    "add_endpoint_timeout",
    "add_limits",
    "add_shared",
    "add_store",
    "add_study",
    "answer_text",
    "endpoint_timeout_of",
    "graph_of",
    "limits_of",
    "width",
    "write",
    "written",
]

YES, NO, COULD_NOT_LOOK = 0, 1, 2
"""Exit codes."""

ANSWER_FORMATS = ("table", "csv", "json", "md")

METHODS = {
    "csv": "to_csv",
    "json": "to_json",
    "md": "to_markdown",
    "html": "to_html",
    "latex": "to_latex",
    "ttl": "to_turtle",
}
"""What writes an answer in each format; for a terminal it is `to_text`, which is told the width."""


def add_shared(
    parser: argparse.ArgumentParser,
    formats: Sequence[str] = ANSWER_FORMATS,
    *,
    study: bool = False,
    all_studies: bool = False,
    coding: bool = False,
) -> None:
    """Add the options `--format` and `--data`, and between them those that are asked for.

    Args:
        parser: the command's parser.
        formats: what `--format` takes.
        study: whether there is `--study`.
        all_studies: whether it takes `all`.
        coding: whether there is `--coding`.
    """
    parser.add_argument("--format", choices=formats, default="table", help="how to write the result (default: table)")
    if study:
        add_study(parser, all_studies=all_studies)
    if coding:
        parser.add_argument(
            "--coding",
            metavar="CODING",
            help="go by one coder's values, such as published; what that coder did not rate is blank and in no figure",
        )
    add_data(parser)


def add_study(parser: argparse.ArgumentParser, *, all_studies: bool = False) -> None:
    """Add the option `--study`, which takes `all` where all studies may be asked together."""
    every = ", or all for the cases of every study" if all_studies else ""
    parser.add_argument(
        "--study", metavar="KEY", default="giuliani2005", help=f"the study{every} (default: giuliani2005)"
    )


def add_data(parser: argparse.ArgumentParser) -> None:
    """Add the option `--data`."""
    parser.add_argument(
        "--data",
        metavar="FOLDER",
        action="append",
        default=[],
        help="add a folder of the project's shape; a file with a shipped file's name stands in for it",
    )


def add_store(parser: argparse.ArgumentParser) -> None:
    """Add the option `--store`."""
    parser.add_argument(
        "--store", metavar="FOLDER", help="ask a store that clusterkg import made, with the series in it"
    )


def add_limits(parser: argparse.ArgumentParser) -> None:
    """Add the options for what a query that the project did not ship may take."""
    parser.add_argument(
        "--timeout", metavar="SECONDS", help="stop a query of your own after so many seconds (default: 60)"
    )
    parser.add_argument("--memory", metavar="MB", help="stop it when it needs more memory (default: 1024)")
    parser.add_argument("--max-rows", metavar="N", help="stop it when its answer has more rows (default: 1000000)")


def add_endpoint_timeout(parser: argparse.ArgumentParser) -> None:
    """Add the option for how long a server may take."""
    parser.add_argument("--timeout", metavar="SECONDS", help="give up on a request after so many seconds (default: 60)")


def endpoint_timeout_of(options: argparse.Namespace) -> float:
    """Return the seconds that one request to a server may take.

    Raises:
        ParameterError: it is no number above zero.
    """
    text: str | None = options.timeout
    if text is None:
        return 60
    return _positive(text, "timeout")


def _positive(text: str, name: str) -> float:
    whole = name == "max_rows"
    if not re.fullmatch(r"\d{1,9}" if whole else r"\d{1,9}(\.\d{1,9})?", text, re.A) or float(text) == 0:
        kind = "whole number" if whole else "number"
        option = f"--{name.replace('_', '-')} {text}"
        endless = ", however large, since a query must end" if text.lower() in ("inf", "infinity") else ""
        raise ParameterError("is no limit", place=option, remedy=f"give a {kind} above zero{endless}")
    return int(text) if text.isdigit() else float(text)


def limits_of(options: argparse.Namespace) -> Limits:
    """Return the limits that the options of `add_limits` set.

    Raises:
        ParameterError: one is no number above zero.
    """
    from clusterkg.graph.limits import Limits

    given: dict[str, float] = {}
    for name in ("timeout", "memory", "max_rows"):
        text: str | None = getattr(options, name)
        if text is not None:
            given[name] = _positive(text, name)
    usual = Limits()
    return Limits(
        seconds=given.get("timeout", usual.seconds),
        megabytes=given.get("memory", usual.megabytes),
        rows=int(given["max_rows"]) if "max_rows" in given else usual.rows,
    )


def graph_of(options: argparse.Namespace, limits: Limits | None = None) -> Graph:
    """Return the graph of the shipped project and the added folders, and say what stands in for what.

    Args:
        options: those of the command; with an endpoint it is the graph there.
        limits: of these the one of seconds holds for each request to it.
    """
    from clusterkg.graph import Graph

    coding: str | None = getattr(options, "coding", None)
    store: str | None = getattr(options, "store", None)
    if store is not None:
        from clusterkg.series.store import graph_on

        if coding is not None:
            fault = "a store on disk has the accepted values alone"
            raise ParameterError(fault, place=f"--coding {coding}", remedy="leave out --coding or --store")
        return graph_on(store, options.data)
    if getattr(options, "endpoint", None) and hasattr(options, "query"):
        from clusterkg.endpoint.asking import remote_graph

        return remote_graph(options.endpoint, options.data, coding=coding, limits=limits)
    graph = Graph(options.data, coding=coding)
    for line in graph.replaced:
        print(f"clusterkg: {line}", file=sys.stderr)
    if coding is not None:
        graph.require(())
        ratings, cases = graph.counted or (0, 0)
        print(f"clusterkg: coding {coding} alone: {ratings} ratings of {cases} cases", file=sys.stderr)
    return graph


def width(stream: TextIO | None = None) -> int:
    """Return the width to write for: the terminal's, 80 where the output goes elsewhere."""
    stream = stream or sys.stdout
    if not stream.isatty():
        return 80
    try:
        return max(40, os.get_terminal_size(stream.fileno()).columns)
    except OSError:
        return 80


def write(text: str) -> None:
    """Write to standard output."""
    sys.stdout.write(text)


def written(shown: object, format: str, **more: object) -> str:
    """Return something that the library shows in several formats as it is written in one of them.

    Args:
        shown: has `to_text`, and the method of `METHODS` for each other format.
        format: one of the formats that it is shown in.
        more: what else `to_text` is told beside the width.
    """
    shows: Callable[..., str] = getattr(shown, METHODS.get(format, "to_text"))
    return shows() if format in METHODS else shows(width(), **more)


def answer_text(answer: Answer, format: str, title: str = "") -> str:
    """Return an answer as it is written in one of `ANSWER_FORMATS`."""
    from clusterkg import rendering

    match format:
        case "csv":
            return rendering.as_csv(answer.columns, answer.rows)
        case "json":
            return rendering.as_json(rendering.named(answer.columns, answer.rows))
        case "md":
            return rendering.as_markdown(answer.columns, answer.rows, title=title)
        case _:
            return rendering.as_text(answer.columns, rendering.with_short_iris(answer.rows), title=title, width=width())
