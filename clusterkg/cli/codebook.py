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
    from clusterkg.errors import UnknownName, nearest

    book = codebook.pages(graph_of(options))
    if options.variable is not None:
        names = {page.name: page for page in book}
        if options.variable not in names:
            raise UnknownName("no such variable", place=options.variable, remedy=nearest(options.variable, names))
        book = [names[options.variable]]
    write(written(printing.Book(book), options.format))
    return YES
