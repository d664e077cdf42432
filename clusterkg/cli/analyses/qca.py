"""`clusterkg analyse qca`: which configurations of conditions an outcome goes with."""

from __future__ import annotations

from clusterkg.cli.options import ANSWER_FORMATS, METHODS, NO, YES, add_shared, graph_of, width, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the kind's options."""
    parser.add_argument("outcome", metavar="OUTCOME", help="the crisp set to explain, as in functionally-upgraded")
    parser.add_argument(
        "conditions",
        metavar="CONDITION",
        nargs="*",
        help="crisp sets to explain it by, 8 at most (default: governance, efficiency and sector); "
        "clusterkg query analysis/sets lists all",
    )
    parser.add_argument(
        "--inclusion",
        metavar="SHARE",
        type=float,
        default=1.0,
        help="share of a row's cases that must have the outcome (default: 1.0)",
    )
    parser.add_argument(
        "--cases", metavar="N", type=int, default=1, help="cases that a row needs, else it is a remainder (default: 1)"
    )
    parser.add_argument(
        "--solution",
        metavar="KIND",
        default="conservative",
        help="conservative, which assumes nothing of what was never observed, or parsimonious (default: conservative)",
    )
    parser.add_argument("--negate", action="store_true", help="explain the absence of the outcome")
    parser.add_argument("--group", metavar="GROUP", help="only the cases of a sectoral group, as in complex-products")
    parser.add_argument(
        "--part",
        choices=("sets", "truth-table", "necessity", "solution", "left-out"),
        help="one part alone (csv: the truth table where none is named)",
    )
    parser.add_argument(
        "--sparql", metavar="NO", type=int, help="print the query that finds the cases of the term of that number"
    )
    add_shared(parser, ANSWER_FORMATS, study=True, coding=True)


def run(options: argparse.Namespace) -> int:
    """Run the kind and return its exit code: 1 where there is no solution."""
    from clusterkg.analysis import qca

    found = qca.analyse(
        graph_of(options),
        options.outcome,
        options.conditions,
        inclusion=options.inclusion,
        cases=options.cases,
        solution=options.solution,
        negate=options.negate,
        study=options.study,
        group=options.group,
    )
    if options.sparql is not None:
        write(found.sparql(options.sparql))
    elif options.format in METHODS:
        write(getattr(found, METHODS[options.format])(options.part))
    else:
        write(found.to_text(width(), options.part))
    return YES if found.comparison.models else NO
