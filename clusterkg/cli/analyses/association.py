"""`clusterkg analyse association`: how two variables rise and fall together."""

from __future__ import annotations

from clusterkg.cli.options import YES, add_shared, graph_of, write, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("predictor", help="a variable, such as collective-efficiency or quasi-hierarchy")
    parser.add_argument("outcome", help="another, such as product-upgrading")
    parser.add_argument("--group", metavar="GROUP", help="one sectoral group alone, such as complex-products")
    add_shared(parser, study=True, coding=True)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.analysis.association import associate

    found = associate(graph_of(options), options.predictor, options.outcome, study=options.study, group=options.group)
    write(written(found, options.format))
    return YES
