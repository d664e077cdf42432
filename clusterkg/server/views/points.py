"""Sets the points of cases on a map: a sign for each, which leads to its case."""

from __future__ import annotations

from urllib.parse import quote

from clusterkg.report.parts import count
from clusterkg.server.worldmap import chart_of
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from clusterkg.graph.answers import Value

    Row = Mapping[str, Value]

__all__ = ["POINTS", "map_of"]

POINTS = "pages/points"
"""The query that a map is made from."""

NAMED = "named-in-source"

SIGNS = (
    "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0 -18 0z",
    "M0-12L12 0L0 12L-12 0z",
    "M0-11L11 8L-11 8z",
    "M-8-8L8-8L8 8L-8 8z",
    "M-4-11L4-11L4-4L11-4L11 4L4 4L4 11L-4 11L-4 4L-11 4L-11-4L-4-4z",
    "M-11-6L0-1L11-6L6 0L11 6L0 1L-11 6L-6 0z",
)
"""What a sectoral group is told by besides its colour; those beyond the last begin again."""

BESIDE = 20
"""Units between signs that would cover one another."""


def map_of(rows: Iterable[Row]) -> dict[str, Any]:
    """Return what a map shows: the land, a sign for each case and point, and what there is to say of it.

    Args:
        rows: those of `POINTS`.

    Raises:
        FileError: the file of outlines is not there or cannot be read.
    """
    every = list(rows)
    placed = [row for row in every if row["latitude"] is not None and row["longitude"] is not None]
    chart = chart_of((float(str(row["longitude"])), float(str(row["latitude"]))) for row in placed)
    groups = list(dict.fromkeys(str(row["sectoral_group"] or "No group") for row in every))
    taken: dict[tuple[int, int], int] = {}
    marks = []
    for row in placed:
        group = str(row["sectoral_group"] or "No group")
        x, y = chart.at(float(str(row["longitude"])), float(str(row["latitude"])))
        at = taken[x, y] = taken.get((x, y), -1) + 1
        seat = row["basis"] != NAMED
        marks.append(
            {
                "x": x + BESIDE * at,
                "y": y,
                "link": f"/page/{quote(str(row['case']).removeprefix(BASE))}",
                "title": ", ".join(
                    str(one) for one in (row["name"], row["country"], group, row["place"], row["basis_name"]) if one
                ),
                "look": groups.index(group) % len(SIGNS),
                "seat": seat,
            }
        )
    cases = {str(row["case"]) for row in every}
    shown = {str(row["case"]) for row in placed}
    seats = sum(1 for mark in marks if mark["seat"])
    return {
        "chart": chart,
        "marks": marks,
        "groups": [(group, place % len(SIGNS)) for place, group in enumerate(groups)],
        "signs": SIGNS,
        "label": f"Map with {count(len(marks), 'point')} for {len(shown)} of {count(len(cases), 'case')}.",
        "told": f"{count(len(marks), 'point')} for {len(shown)} of {count(len(cases), 'case')}"
        + (f"; {seats} hollow ones we chose, as the seat of an area or the region around it" if seats else "")
        + ". A cluster is wider than its point, and one with several towns has several.",
    }
