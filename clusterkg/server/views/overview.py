"""The first page: what this is, how much of it there is, what comes of it, and where to begin."""

from __future__ import annotations

import re

from clusterkg.server.views.view import View, ask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Asked

__all__ = ["show"]

TAGS, PER_TAG = 8, 3
"""Of how many tags ready questions are named, those with the most questions, and how many of each."""

LEADS = {
    "studies": "/findings",
    "clusters": "/cases",
    "case studies": "/cases",
    "findings": "/findings",
    "printed tables": "/tables",
    "printed cells": "/ledger",
}
"""Where what is counted can be seen."""


def show(graph: Graph, asked: Asked) -> View:
    """Return what there is: counts, the map, some results, ways in for readers of several kinds, questions, studies.

    Raises:
        ParameterError: a parameter that there is not.
    """
    from clusterkg import library
    from clusterkg.server import studies
    from clusterkg.server.views.points import POINTS, map_of
    from clusterkg.server.views.results import results_of

    asked.only()
    contents, counted = ask(graph, library.read("info/contents", graph.folders))
    points, placed = ask(graph, library.read(POINTS, graph.folders))
    rows = [*contents.rows, ("triples", graph.size()), ("files", len(graph.files))]
    known = studies.studies(graph)
    study = studies.STUDY if studies.STUDY in known else next(iter(known), "")
    return View(
        "Industrial clusters in global value chains",
        "overview",
        {
            "counts": [
                (_of_one(str(what)) if number == 1 else what, number, LEADS.get(str(what), ""))
                for what, number in contents.rows
            ],
            "statements": graph.size(),
            "map": map_of(points),
            "results": results_of(graph, study) if study else [],
            "study": study,
            "studies": _studies(graph),
            "tags": _questions(graph, study),
        },
        columns=contents.columns,
        rows=rows,
        made=[counted, placed],
        making="Triples and files are counted as they are loaded, and all else by the query.",
        command="clusterkg info",
        code="kg.info().to_pandas()",
        here="/",
        about="Case studies of industrial clusters in global value chains, coded, checked and open to every question.",
    )


def _of_one(counted: str) -> str:
    """Return the name of what is counted for one of it.

    >>> _of_one("case studies"), _of_one("ratings not available")
    ('case study', 'rating not available')
    """
    return re.sub(r"ies\b", "y", counted) if "ies" in counted else re.sub(r"s\b", "", counted, count=1)


def _studies(graph: Graph) -> list[tuple[str, str, int]]:
    """Return key, name and number of cases of each study."""
    from clusterkg.server.casebook import COLUMNS, book_of
    from clusterkg.server.studies import studies

    rows = book_of(graph).rows
    place = COLUMNS.index("study")
    return [(key, name, sum(row[place] == key for row in rows)) for key, name in studies(graph).items()]


def _questions(graph: Graph, study: str) -> list[dict[str, Any]]:
    """Return the tags of the ready questions that the study's coding answers, with some of these, none twice."""
    from clusterkg.questions.catalogue import catalogue
    from clusterkg.server.views.questions import address_of

    if not study:
        return []
    every = [one for one in catalogue(graph, study) if not one.not_coded]
    tags: dict[str, list[Any]] = {}
    for one in every:
        for tag in one.tags:
            tags.setdefault(tag, []).append(one)
    named: set[str] = set()
    found = []
    for place, (tag, some) in enumerate(sorted(tags.items(), key=lambda one: (-len(one[1]), one[0]))):
        fresh = [one for one in some if one.name not in named][: PER_TAG if place < TAGS else 0]
        named.update(one.name for one in fresh)
        listed = [(address_of(one, study), one.asks) for one in fresh]
        found.append({"tag": tag, "count": len(some), "questions": listed})
    return found
