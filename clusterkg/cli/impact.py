"""`clusterkg impact`: what a folder's cases would change, before they are added."""

from __future__ import annotations

import sys

from clusterkg.cli.options import YES, add_shared, write, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("folder", metavar="FOLDER", help="a folder of the project's shape, as clusterkg code writes it")
    add_shared(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.coding.impact import impact

    found = impact(options.folder, options.data)
    write(written(found, options.format))
    if not found.rows:
        print("clusterkg: nothing would change", file=sys.stderr)
    return YES
