"""`clusterkg analyse profiles`: which types of upgrading the cases have reached together."""

from __future__ import annotations

from clusterkg.cli.options import YES, add_shared, graph_of, write, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "--least",
        metavar="SCORE",
        default="0.5",
        help="from which score a type counts as reached: a half point from 0 to 3 (default: 0.5)",
    )
    parser.add_argument("--group", metavar="GROUP", help="one sectoral group alone, such as complex-products")
    parser.add_argument("--by", metavar="PART", help="count in each sectoral_group or country")
    parser.add_argument("--cuts", metavar="SCORE", nargs="*", help="count at these scores too (default: 1 2 3)")
    add_shared(parser, study=True, coding=True)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.analysis.profiles import CUTS, profiles

    cuts = () if options.cuts is None else options.cuts or CUTS
    found = profiles(
        graph_of(options), least=options.least, by=options.by, cuts=cuts, study=options.study, group=options.group
    )
    write(written(found, options.format))
    return YES
