"""`clusterkg codebook`: what each variable asks, its options and rules, and who uses them."""

from __future__ import annotations

from clusterkg.cli.options import YES, add_data, add_format, graph_of, width, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("variable", nargs="?", help="the column of one variable, as in functional (default: all)")
    add_format(parser, ("table", "json", "md", "html"))
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg import rendering
    from clusterkg.coding import codebook, printing
    from clusterkg.errors import UnknownName, nearest

    book = codebook.pages(graph_of(options))
    if options.variable is not None:
        names = {page.name: page for page in book}
        if options.variable not in names:
            raise UnknownName("no such variable", place=options.variable, remedy=nearest(options.variable, names))
        book = [names[options.variable]]
    match options.format:
        case "json":
            write(rendering.as_json(printing.as_records(book)))
        case "md":
            write(printing.as_markdown(book))
        case "html":
            write(printing.as_html(book))
        case _:
            write(printing.as_text(book, width()))
    return YES
