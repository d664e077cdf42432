"""`clusterkg analyse contrast`: how the cases that meet conditions differ from the others."""

from __future__ import annotations

from clusterkg.cli.options import YES, add_shared, graph_of, write, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("outcome", help="a variable, such as functional-upgrading")
    parser.add_argument(
        "--where",
        metavar="CONDITION",
        action="append",
        required=True,
        help="what the cases of one side are, as in 'quasi-hierarchy>=2', collective-efficiency=high or "
        "country=Brazil; may be given several times, and all must be met",
    )
    parser.add_argument("--group", metavar="GROUP", help="one sectoral group alone, such as complex-products")
    add_shared(parser, study=True, coding=True)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.analysis.contrast import contrast

    found = contrast(graph_of(options), options.outcome, options.where, study=options.study, group=options.group)
    write(written(found, options.format))
    return YES
