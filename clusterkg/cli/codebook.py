"""`clusterkg codebook`: what each variable asks, its options and rules, and who uses them."""

from __future__ import annotations

from clusterkg.cli.options import YES, add_shared, graph_of, write, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("variable", nargs="?", help="the column of one variable, as in functional (default: all)")
    add_shared(parser, ("table", "json", "md", "html"))


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.coding import codebook, printing

    book = codebook.pages(graph_of(options))
    if options.variable is not None:
        book = [codebook.find(book, options.variable)]
    write(written(printing.Book(book), options.format))
    return YES
