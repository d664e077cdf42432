"""`clusterkg format`: Turtle files in the one house order."""

from __future__ import annotations

import os
import sys

from clusterkg.cli.options import COULD_NOT_LOOK, NO, YES, write
from clusterkg.errors import ClusterkgError, FileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("paths", nargs="+", metavar="FILE", help="Turtle files, folders of them, or - for a filter")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when a file would change")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.prefixes import house_prefixes
    from clusterkg.turtle import format_file, format_text

    prefixes = house_prefixes()
    if "-" in options.paths:
        if options.paths != ["-"] or options.check:
            raise FileError("- stands alone", remedy="filter one document, or name files")
        write(format_text(sys.stdin.read(), "standard input", prefixes))
        return YES
    code, changed, files = YES, 0, _turtle_paths(options.paths)
    for path in files:
        try:
            if format_file(path, prefixes, check=options.check):
                changed += 1
                print(f"{path}: {'would change' if options.check else 'written in the house order'}")
        except ClusterkgError as error:
            print(f"clusterkg: {error}", file=sys.stderr)
            code = COULD_NOT_LOOK
    print(f"clusterkg: {len(files)} files, {changed} {'would change' if options.check else 'changed'}", file=sys.stderr)
    if options.check and changed:
        print(f"clusterkg: mend them with: clusterkg format {' '.join(options.paths)}", file=sys.stderr)
        return max(code, NO)
    return code


def _turtle_paths(paths: Sequence[str]) -> list[str]:
    """Return the files that are named, and the .ttl files below the folders that are."""
    files = []
    for path in paths:
        if not os.path.isdir(path):
            if not os.path.exists(path):
                raise FileError("no such file or folder", place=path, remedy="check the path")
            files.append(path)
            continue
        below = [os.path.join(root, name) for root, _, names in os.walk(path) for name in names]
        found = sorted(name for name in below if name.endswith(".ttl"))
        if not found:
            raise FileError("holds no .ttl file", place=path, remedy="name a folder with Turtle files")
        files += found
    return files
