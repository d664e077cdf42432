"""Case studies side by side: a property a row, a case a column."""

from __future__ import annotations

from clusterkg.errors import ParameterError, UnknownName, nearest
from clusterkg.graph.answers import plain
from clusterkg.server.casebook import COLUMNS, Casebook, book_of
from clusterkg.server.facets import fold
from clusterkg.server.frame import home_of
from clusterkg.server.views.case import compare_address
from clusterkg.server.views.view import Made, View
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value
    from clusterkg.server.views.view import Asked

__all__ = ["MOST", "show"]

QUERY = "pages/compare"
PLACE = "    # The cases\n"
"""Where the query has room for the cases, in each of its branches."""

MOST = 8
"""The cases that are compared at once."""

LISTED = 500
"""With more cases than this, a case is typed and not chosen from a list."""

CASES = BASE + "case/"


def show(graph: Graph, asked: Asked) -> View:
    """Return the cases side by side; with fewer than two, the form that asks for them.

    Raises:
        UnknownName: there is no such case; the nearest are offered.
        ParameterError: more than eight cases, a name that several cases have, or a parameter that there is not.
    """
    asked.only("case", "only")
    differing = asked.choice("only", ["differences"]) == "differences"
    book = book_of(graph)
    iris = list(dict.fromkeys(_found(book, word) for word in asked.all("case")))
    if len(iris) > MOST:
        raise ParameterError(f"{len(iris)} cases are too many", place="case", remedy=f"name two to {MOST}")
    names = {str(row[-1]): str(row[1]) for row in book.rows}
    several = len(book.facets["study"]) > 1
    known = [] if len(book) > LISTED else [(iri.removeprefix(CASES), names[iri]) for iri in names if iri not in iris]
    known.sort(key=lambda one: (fold(one[1]), one[0]))
    form = {
        "heads": [_head(asked, iri, names[iri], iris) for iri in iris],
        "known": known,
        "several": several,
        "most": MOST,
        "differing": differing,
    }
    if len(iris) < 2:
        return View("Compare cases", "compare", {**form, "sections": [], "alike": _alike(book)}, here="/compare")
    text = _query(graph, iris)
    answer = graph.run(text, QUERY)
    grid = _grid(answer.rows, iris)
    alike = {one["property"] for one in grid if one["alike"]}
    rows = [row for row in answer.rows if not (differing and (row[0], row[1]) in alike)]
    shown = [one for one in grid if not (differing and one["alike"])]
    sections: dict[str, list[dict[str, Any]]] = {}
    for one in shown:
        sections.setdefault(one["property"][0], []).append(one)
    kept = [("case", iri.removeprefix(CASES)) for iri in iris]
    return View(
        " and ".join(names[iri] for iri in iris) if len(iris) == 2 else f"{len(iris)} cases compared",
        "compare",
        {
            **form,
            "sections": list(sections.items()),
            "rows": len(grid),
            "alike": len(alike),
            "turned": asked.url(kept if differing else [*kept, ("only", "differences")]),
        },
        columns=answer.columns,
        rows=rows,
        made=[Made(QUERY, text, {})],
        making="CSV and JSON have the rows that are shown; the query gives those that are alike as well."
        if differing
        else "",
        here="/compare",
        about=f"Compared: {', '.join(names[iri] for iri in iris)}.",
    )


def _found(book: Casebook, word: str) -> str:
    """Return the IRI of the case that a word names: a slug, a study and slug, an IRI, or its name.

    Raises:
        UnknownName: there is no such case; the nearest are offered.
        ParameterError: several studies have one.
    """
    iris = [str(row[-1]) for row in book.rows]
    wanted = word.strip().removeprefix(CASES)
    same = [iri for iri in iris if iri.removeprefix(CASES) == wanted]
    same = same or [iri for iri in iris if iri.rpartition("/")[2] == wanted]
    same = same or [str(row[-1]) for row in book.rows if fold(str(row[1])) == fold(wanted)]
    if not same:
        known = iris if "/" in wanted else [iri.rpartition("/")[2] for iri in iris]
        remedy = nearest(wanted[:200], [iri.removeprefix(CASES) for iri in known])
        raise UnknownName("there is no such case", place=word[:200], remedy=remedy)
    if len(same) > 1:
        offered = ", ".join(iri.removeprefix(CASES) for iri in sorted(same))
        raise ParameterError(
            "several studies have a case of that name", place=word[:200], remedy=f"name one: {offered}"
        )
    return same[0]


def _alike(book: Casebook) -> list[tuple[str, int, str]]:
    """Return the industries of which there are two to eight cases: how many, and where they are compared."""
    found: dict[str, list[str]] = {}
    column = COLUMNS.index("industry")
    for row in book.rows:
        if row[column] is not None:
            found.setdefault(str(row[column]), []).append(str(row[-1]))
    return [
        (industry, len(iris), compare_address(iris))
        for industry, iris in sorted(found.items())
        if 2 <= len(iris) <= MOST
    ]


def _query(graph: Graph, iris: Sequence[str]) -> str:
    """Return the query of the library about some cases alone."""
    import pyoxigraph as ox

    from clusterkg import library

    values = f"    VALUES ?case {{ {' '.join(str(ox.NamedNode(iri)) for iri in iris)} }}\n"
    return library.read(QUERY, graph.folders).text.replace(PLACE, values)


def _head(asked: Asked, iri: str, name: str, iris: Sequence[str]) -> dict[str, str]:
    """Return a case as the head of its column: its page, and the comparison without it."""
    others = [("case", one.removeprefix(CASES)) for one in iris if one != iri]
    only = [(key, value) for key, value in asked.pairs if key == "only"]
    return {
        "name": name,
        "path": iri.removeprefix(CASES),
        "link": home_of(iri),
        "without": asked.url([*others, *only]),
    }


def _grid(rows: Sequence[tuple[Value, ...]], iris: Sequence[str]) -> list[dict[str, Any]]:
    """Return a line a property, in the order of the rows: for each case its values, each with where that is said."""
    lines: dict[tuple[str, str], dict[str, dict[tuple[str, bool], list[tuple[str, str]]]]] = {}
    for section, property, _, value, is_missing, locator, about, case in rows:
        cells = lines.setdefault((str(section), str(property)), {iri: {} for iri in iris})
        told = cells[str(case)].setdefault((plain(value), bool(is_missing)), [])
        if about is not None and (where := (str(locator or "where"), home_of(str(about)))) not in told:
            told.append(where)
    return [
        {
            "property": property,
            "cells": [cells[iri] for iri in iris],
            "alike": len({frozenset(cells[iri]) for iri in iris}) == 1,
        }
        for property, cells in lines.items()
    ]
