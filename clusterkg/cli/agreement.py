"""`clusterkg agreement`: how far the coders of a study agree, and where they differ."""

from __future__ import annotations

import sys

from clusterkg.cli.options import YES, add_shared, graph_of, write, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--disagreements", action="store_true", help="list what each coder says where they differ")
    parser.add_argument(
        "--resamples", metavar="N", type=int, default=2000, help="draws behind the interval (default: 2000)"
    )
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="start of the random draws (default: 1)")
    add_shared(parser, study=True)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.coding import agreement

    graph = graph_of(options)
    answer: agreement.Agreement | agreement.Disagreements
    if options.disagreements:
        answer = agreement.disagreements(graph, options.study)
    else:
        answer = agreement.agreement(graph, options.study, resamples=options.resamples, seed=options.seed)
    if answer.rows or options.format != "table":
        write(written(answer, options.format))
    if why := agreement.without_disagreement(graph, options.study):
        print(f"clusterkg: {why}", file=sys.stderr)
    return YES
