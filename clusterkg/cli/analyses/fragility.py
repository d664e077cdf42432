"""`clusterkg analyse fragility`: how few half points, or cases left out, turn the verdict on a finding."""

from __future__ import annotations

import argparse
import sys

from clusterkg.cli.options import YES, add_shared, graph_of, write, written

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("id", nargs="?", help="the finding's id, as in s5c1-08 (default: a line for each tested one)")
    parser.add_argument(
        "--most",
        metavar="N",
        type=_number,
        help="the greatest number of changes to try (default: 3; without an id 2)",
    )
    parser.add_argument(
        "--by",
        choices=("rating", "case", "country"),
        help="recode ratings by half points (a degree by a rank), or leave cases out, or all cases of a country"
        " (default: rating; without an id by rating and by case)",
    )
    parser.add_argument(
        "--missing", action="store_true", help="tell, too, which value of a rating that has none would turn the verdict"
    )
    parser.add_argument(
        "--firm", action="store_true", help="count 'holds' and 'holds with exceptions' as one and the same verdict"
    )
    parser.add_argument(
        "--show", metavar="N", type=_number, default=10, help="how many ways to list at most, in text (default: 10)"
    )
    add_shared(parser, study=True, coding=True)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.errors import ParameterError

    if options.id is None:
        for given, name in ((options.by, "--by"), (options.missing, "--missing")):
            if given:
                raise ParameterError("is for one finding", place=name, remedy="name it, as in s5c1-08")
        from clusterkg.analysis.fragilities import fragilities

        graph = graph_of(options)
        progress = _progress if sys.stderr.isatty() else None
        most = options.most or 2
        found = fragilities(graph, study=options.study, most=most, firm=options.firm, progress=progress)
        write(written(found, options.format))
        return YES
    from clusterkg.analysis.fragility import fragility

    one = fragility(
        graph_of(options),
        options.id,
        study=options.study,
        most=options.most or 3,
        by=options.by or "rating",
        missing=options.missing,
        firm=options.firm,
    )
    one.shown = options.show
    write(written(one, options.format))
    return YES


def _number(text: str) -> int:
    """Return a whole number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number from 1")
    return int(text)


def _progress(done: int, all: int) -> None:
    end = "\n" if done == all else ""
    print(f"\rclusterkg: {done} of {all} findings", end=end, file=sys.stderr, flush=True)
