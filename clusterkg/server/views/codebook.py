"""The codebook: what each variable asks, its options with who uses them, and the rules that check it."""

from __future__ import annotations

from clusterkg.server.views.view import Made, View
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Asked

__all__ = ["show"]

COLUMNS = ("variable", "heading", "sheet", "question", "option", "label", "definition", "missing", "n", "cases")
"""The contract of the CSV: a row an option."""

QUERIES = ("uses", "schemes", "concepts", "scale", "effects", "countries")
"""What the codebook is made of."""


def show(graph: Graph, asked: Asked) -> View:
    """Return the codebook, or the page of one variable.

    Raises:
        ParameterError: a parameter that there is not.
        UnknownName: the codebook has no such variable; the nearest are offered.
    """
    from clusterkg import library
    from clusterkg.coding import codebook, printing

    asked.only("variable")
    name = asked.one("variable")
    book = codebook.pages(graph)
    names = [(page.name, page.heading) for page in book]
    if name:
        book = [codebook.find(book, name)]
    shown = printing.Book(book)
    rows = [
        (
            page.name,
            page.heading,
            page.sheet,
            page.question,
            option.word,
            option.label or None,
            option.definition or None,
            option.missing,
            len(option.cases),
            "; ".join(option.cases),
        )
        for page in book
        for option in page.options
    ]
    # An option is called what a cell of a sheet holds, which is seldom enough to find its concept by.
    cases = {called: f"/page/{iri.removeprefix(BASE)}" for called, iri in codebook.case_names(graph).items()}
    return View(
        f"Codebook: {book[0].heading}" if name else "Codebook",
        "codebook",
        {"book": book, "names": names, "counts": printing.counts, "cases": cases, "one": name},
        columns=COLUMNS,
        rows=rows,
        made=[Made(one.name, one.text) for one in (library.read(f"coding/{query}") for query in QUERIES)],
        command=f"clusterkg codebook{f' {name}' if name else ''}",
        here="/vocabulary",
        about="What coders ask of a case study, what they can answer, and which cases got which answer.",
        written={"json": shown.to_json, "md": shown.to_markdown},
    )
