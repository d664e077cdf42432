"""All case studies: chosen by facets, found by words, sorted, and marked for comparison."""

from __future__ import annotations

from urllib.parse import quote

from clusterkg.errors import ParameterError, UnknownName, nearest
from clusterkg.server import studies
from clusterkg.server.casebook import COLUMNS, QUERY, SORTS, Casebook, book_of, query_for
from clusterkg.server.facets import FACETS, SCORES, fold
from clusterkg.server.views.view import Made, View
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value
    from clusterkg.server.views.view import Asked

__all__ = ["PER_PAGE", "show"]

PER_PAGE = 100
"""The cases on a page."""

MOST_WORDS = 12

OPEN = ("group", "degree", "mode", "country")
"""The facets that stand open though nothing of them is chosen."""

HEADINGS = {
    "name": ("Case", "name"),
    "country": ("Country", "country"),
    "sectoral_group": ("Group", "group"),
    "collective_efficiency": ("CE degree", "degree"),
    "product": ("Product", "product"),
    "process": ("Process", "process"),
    "functional": ("Functional", "functional"),
    "intersectoral": ("Inter\u00adsectoral", "intersectoral"),
    "modes": ("Governance", "modes"),
}
"""What is shown of each case: the column, its heading, and what it is sorted by."""


def show(graph: Graph, asked: Asked) -> View:
    """Return the cases that have one of the chosen values of each facet, with counts for every other choice.

    Raises:
        ParameterError: a parameter or a value that there is not.
        UnknownName: there is no such study.
    """
    asked.only(*FACETS, "q", "sort", "desc", "page")
    book = book_of(graph)
    chosen = {name: words for name in FACETS if (words := _words(book, asked, name))}
    words = _search(asked.one("q"))
    sort = asked.choice("sort", SORTS, "group")
    descending = asked.choice("desc", ["yes"]) == "yes"
    masks = {name: book.chosen(name, some) for name, some in chosen.items()}
    found = book.found(words)
    mask = found
    for one in masks.values():
        mask &= one
    rows = book.sorted(mask, sort, descending)
    pages = max(1, -(-len(rows) // PER_PAGE))
    page = _page(asked, pages)
    text = query_for(graph, book, chosen, words, sort, descending)
    plain = not chosen and not words and (sort, descending) == ("group", False)
    return View(
        "Case studies",
        "cases",
        {
            "facets": _facets(book, asked, chosen, masks, found),
            "chips": _chips(book, asked, chosen),
            "headings": _headings(asked, sort, descending),
            "cases": [_case(book, row) for row in rows[(page - 1) * PER_PAGE : page * PER_PAGE]],
            "shown": len(rows),
            "total": len(book),
            "first": (page - 1) * PER_PAGE + 1,
            "last": min(page * PER_PAGE, len(rows)),
            "pages": [(number, asked.instead("page", str(number))) for number in _pages(page, pages)],
            "page": page,
            "sorts": {column: heading for heading, column in HEADINGS.values()},
            "sort": sort,
            "descending": descending,
            "studies": len(book.facets["study"]) > 1,
        },
        columns=COLUMNS,
        rows=rows,
        made=[Made(QUERY, text, {})],
        command=studies.command(graph, f"query {QUERY} --format csv") if plain else "",
        code=f'kg.query("{QUERY}").to_pandas()' if plain else "",
        here="/cases",
        about="Case studies of industrial clusters by sectoral group, country, governance and upgrading.",
    )


def _words(book: Casebook, asked: Asked, name: str) -> list[str]:
    """Return the chosen values of a facet.

    Raises:
        ParameterError, UnknownName: one is none of its values; the nearest are offered.
    """
    words, known = asked.all(name), book.facets[name]
    for word in words:
        if word not in known:
            remedy = nearest(word[:100], known)
            if name == "study":
                raise UnknownName("no such study with cases", place=word[:100], remedy=remedy)
            raise ParameterError("is none of its values", place=f"{name}={word[:100]}", remedy=remedy)
    return words


def _search(text: str) -> list[str]:
    """Return the folded words of a search, each once.

    Raises:
        ParameterError: there are too many.
    """
    words = list(dict.fromkeys(fold(text).split()))
    if len(words) > MOST_WORDS:
        raise ParameterError(f"has more than {MOST_WORDS} words", place="q", remedy="search for fewer")
    return words


def _page(asked: Asked, pages: int) -> int:
    text = asked.one("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= pages):
        remedy = f"there are pages 1 to {pages}" if pages > 1 else "there is one page"
        raise ParameterError("is no page of these cases", place=f"page={text[:60]}", remedy=remedy)
    return int(text)


def _pages(page: int, pages: int) -> list[int]:
    """Return the pages to lead to: the first, the last, and those near."""
    if pages == 1:
        return []
    return sorted({1, pages, *(one for one in range(page - 2, page + 3) if 1 <= one <= pages)})


def _facets(
    book: Casebook, asked: Asked, chosen: Mapping[str, Sequence[str]], masks: Mapping[str, int], found: int
) -> list[dict[str, Any]]:
    """Return each facet with its values, each with how many cases it would show beside what else is chosen."""
    at_first = _without_page(asked)
    shown = []
    for name, facet in FACETS.items():
        others = found
        for other, mask in masks.items():
            if other != name:
                others &= mask
        values = []
        for word, choice in book.facets[name].items():
            active = word in chosen.get(name, ())
            count = (others & choice.mask).bit_count()
            link = at_first.without(name, word) if active else at_first.beside(name, word)
            values.append({"label": choice.label, "count": count, "active": active, "link": link})
        is_open = name in chosen or name in OPEN
        shown.append({"name": name, "title": facet.title, "hint": facet.hint, "values": values, "open": is_open})
    return shown


def _without_page(asked: Asked) -> Asked:
    """Return the same, at its first page."""
    pairs = [(name, value) for name, value in asked.pairs if name != "page"]
    return type(asked)(asked.address, asked.path, pairs, asked.home)


def _chips(book: Casebook, asked: Asked, chosen: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return what is chosen in words, each with the address without it."""
    at_first = _without_page(asked)
    chips = [
        (f"{FACETS[name].title}: {book.facets[name][word].label}", at_first.without(name, word))
        for name, some in chosen.items()
        for word in some
    ]
    text = asked.one("q")
    return [*chips, (f"“{text}”", at_first.without("q"))] if text.strip() else chips


def _headings(asked: Asked, sort: str, descending: bool) -> list[dict[str, str]]:
    """Return the headings, each with the address that sorts by it; the one sorted by turns the order round."""
    at_first = _without_page(asked)
    shown = []
    for column, (heading, by) in HEADINGS.items():
        turned = by == sort and not descending
        pairs = [(name, value) for name, value in at_first.pairs if name not in ("sort", "desc")]
        link = asked.url([*pairs, ("sort", by), ("desc", "yes" if turned else "")])
        state = ("descending" if descending else "ascending") if by == sort else ""
        shown.append({"column": column, "heading": heading, "link": link, "state": state})
    return shown


def _case(book: Casebook, row: tuple[Value, ...]) -> dict[str, Any]:
    """Return a case as the table shows it: a cell a heading, with the reason where there is no value."""
    record = dict(zip(COLUMNS, row, strict=True))
    missing = dict(one.split(": ", 1) for one in str(record["missing"] or "").split("; ") if ": " in one)
    path = str(record["case"]).removeprefix(BASE + "case/")
    cells: list[dict[str, Any]] = []
    for column in HEADINGS:
        if column == "name":
            continue
        value = record[column]
        if column == "modes" and value is not None:
            cells.append({"lines": str(value).split("; "), "kind": ""})
            continue
        cells.append(
            {
                "value": missing.get(column, "") if value is None else value,
                "kind": " ".join(["number"] * (column in SCORES) + ["missing"] * (value is None)),
            }
        )
    study = str(record["study"])
    return {"path": path, "link": f"/page/case/{quote(path)}", "name": record["name"], "study": study, "cells": cells}
