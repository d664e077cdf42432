"""The plots that show each case by itself: governance, upgrading, collective efficiency, the map."""

from __future__ import annotations

from clusterkg.graph.answers import plain
from clusterkg.report.parts import Cell, Grid, count
from clusterkg.server import studies
from clusterkg.server.views.drawing import SCALE, Drawing, asked_of
from clusterkg.server.views.narrowed import TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal
    from typing import Any

    from clusterkg.graph import Answer, Graph
    from clusterkg.report.parts import Figure
    from clusterkg.report.profiles import Profile
    from clusterkg.server.views.narrowed import Narrowing
    from clusterkg.server.views.view import Made

__all__ = ["efficiency", "governance", "groups", "places", "upgrading"]

READINGS = {
    "matrix": "A ring is a chain for the domestic market, a diamond one for the global market, a ring around a diamond "
    "is both; a dash says that there is no such chain. Where governance is not coded the stated reason stands instead.",
    "heat": "Scores run from 0, absent, to 3, high; the stronger the colour, the higher. A dashed frame holds the "
    "stated reason why there is no score, which is not a zero.",
    "strip": "A dot is a case. The line is the mean of the cases that have a score, n says how many these are and how "
    "many more have none. The scale is ordinal: the mean takes its steps to be equal, which nobody has shown.",
    "scatter": "A dot is a case; dots in one place are set beside each other. Above each panel stands how many cases "
    "it shows, and how many of the group lack a degree or a score.",
}


def _profiles(graph: Graph, narrowing: Narrowing) -> tuple[list[Profile], dict[str, tuple[Answer, Made]]]:
    """Return the chosen cases, and the answers that they are read from."""
    from clusterkg.report import profiles

    found = {name: asked_of(graph, narrowing, name) for name in (profiles.RATINGS, profiles.CHAINS)}
    ratings, chains = (found[name][0] for name in (profiles.RATINGS, profiles.CHAINS))
    return profiles.read(ratings, chains), found


def _linked(grid: Grid, some: Sequence[Profile], study: str) -> Grid:
    """Return a table whose first column leads to the cases' pages."""
    for cells, profile in zip(grid.rows, some, strict=True):
        cells[0].link = studies.place_of_case(study, profile.slug)
    grid.folded = ""
    return grid


def _own(profile: Profile, study: str) -> dict[str, Any]:
    return {"group": profile.group, "href": studies.place_of_case(study, profile.slug)}


def _word(notation: str) -> str:
    return notation.removesuffix("-upgrading").capitalize()


def _names(some: Sequence[Profile]) -> dict[str, str]:
    """Return what each case is called in a drawing: its name, with its slug where several have that name."""
    names = [one.name for one in some]
    return {one.slug: one.name if names.count(one.name) == 1 else f"{one.name} ({one.slug})" for one in some}


def governance(graph: Graph, narrowing: Narrowing) -> Drawing:
    """Return which modes are found in the chains of each case, and in which market."""
    from clusterkg.report import figures, profiles

    some, found = _profiles(graph, narrowing)
    answer, made = found[profiles.CHAINS]
    names = _names(some)
    figure = figures.governance(some, narrowing.study)
    rows = [
        {
            "row": names[one.slug],
            "column": _word(mode),
            "found": None if markets is None else figures.FOUND.get(markets, figures.NONE),
            "reason": one.reason(mode) if markets is None else None,
            **_own(one, narrowing.study),
        }
        for one in some
        for mode, markets in one.modes.items()
    ]
    return _of_figure("matrix", {"rows": rows}, figure, some, narrowing, answer, [made], reading=READINGS["matrix"])


def _of_figure(
    kind: str,
    said: Mapping[str, Any],
    figure: Figure,
    some: Sequence[Profile],
    narrowing: Narrowing,
    answer: Answer,
    made: Sequence[Made],
    *,
    reading: str,
) -> Drawing:
    grid = _linked(figure.grid, some, narrowing.study)
    return Drawing(kind, said, grid, answer, made, label=figure.label, reading=reading)


def _score(score: Decimal | None) -> str | None:
    return None if score is None else plain(score)


def upgrading(graph: Graph, narrowing: Narrowing) -> Drawing:
    """Return the scores of each case."""
    from clusterkg.report import figures, profiles

    some, found = _profiles(graph, narrowing)
    answer, made = found[profiles.RATINGS]
    names = _names(some)
    rows = [
        {
            "row": names[one.slug],
            "column": _word(type),
            "value": _score(score),
            "reason": one.reason(type) if score is None else None,
            **_own(one, narrowing.study),
        }
        for one in some
        for type, score in one.scores.items()
    ]
    figure = figures.upgrading(some, narrowing.study)
    said = {"rows": rows, "domain": SCALE}
    return _of_figure("heat", said, figure, some, narrowing, answer, [made], reading=READINGS["heat"])


def groups(graph: Graph, narrowing: Narrowing) -> Drawing:
    """Return the scores of a type, in a strip for each sectoral group."""
    from clusterkg.report import figures, profiles

    some, found = _profiles(graph, narrowing)
    answer, made = found[profiles.RATINGS]
    type = narrowing.type
    rows = [
        {
            "name": one.name,
            "value": _score(one.scores[type]),
            "reason": one.reason(type) if one.scores[type] is None else None,
            **_own(one, narrowing.study),
        }
        for one in some
    ]
    figure = figures.upgrading(some, narrowing.study)
    grid, place = figure.grid, 1 + profiles.TYPES.index(type)
    grid.columns, grid.numeric = ["Case", grid.columns[place]], [False, True]
    grid.rows = [[cells[0], cells[place]] for cells in grid.rows]
    scored = sum(1 for row in rows if row["value"] is not None)
    figure.label = (
        f"Strips of dots, one for each sectoral group: {TYPES[type][1].lower()} of {count(len(rows), 'case')}, "
        f"{count(scored, 'score')}, {len(rows) - scored} missing with a stated reason."
    )
    said = {"rows": rows, "domain": SCALE, "value": "score"}
    drawing = _of_figure("strip", said, figure, some, narrowing, answer, [made], reading=READINGS["strip"])
    drawing.notes = [
        _mean(group, [one.scores[type] for one in some if one.group == group])
        for group in dict.fromkeys(one.group for one in some)
    ]
    return drawing


def _mean(group: str, scores: Sequence[Decimal | None]) -> str:
    """Return the mean of the scores of a group as the picture tells it, with how many it rests on.

    >>> from decimal import Decimal
    >>> _mean("Complex products", [Decimal(1), Decimal("1.25"), None])
    'Complex products: mean 1.13, n 2, 1 missing.'
    >>> _mean("Specialised suppliers", [None])
    'Specialised suppliers: no score, n 0, 1 missing.'
    """
    from decimal import ROUND_HALF_UP, Decimal

    known = [score for score in scores if score is not None]
    mean = (sum(known, Decimal(0)) / len(known)).quantize(Decimal("0.01"), ROUND_HALF_UP) if known else None
    told = "no score" if mean is None else f"mean {plain(mean)}"
    missing = f", {len(scores) - len(known)} missing" if len(known) < len(scores) else ""
    return f"{group}: {told}, n {len(known)}{missing}."


def efficiency(graph: Graph, narrowing: Narrowing) -> Drawing:
    """Return the scores of each case against its degree of collective efficiency, by group and type."""
    from clusterkg.report import figures, profiles

    some, found = _profiles(graph, narrowing)
    answer, made = found[profiles.RATINGS]
    degrees = {one.rank: str(one.degree).lower() for one in some if one.rank is not None}
    rows = [
        {
            "name": one.name,
            "panel": one.group,
            "column": _word(type),
            "x": one.rank,
            "y": _score(one.scores[type]),
            "href": studies.place_of_case(narrowing.study, one.slug),
        }
        for one in some
        for type in profiles.TYPES
    ]
    told = ", ".join(f"{rank} {degree}" for rank, degree in sorted(degrees.items()))
    axis = f"collective efficiency ({told})" if told else "collective efficiency"
    said = {"rows": rows, "x": axis, "y": "score", "domains": {"y": SCALE, **({"x": [1, 3]} if told else {})}}
    figure = figures.efficiency(some, narrowing.study)
    return _of_figure("scatter", said, figure, some, narrowing, answer, [made], reading=READINGS["scatter"])


def places(graph: Graph, narrowing: Narrowing) -> Drawing:
    """Return the map of the points of all cases."""
    from clusterkg.server.views.points import POINTS, map_of

    answer, made = asked_of(graph, narrowing, POINTS)
    drawn = map_of(answer)
    columns = ("Case", "Country", "Group", "Point", "Ground", "Latitude", "Longitude")
    rows = []
    for row in answer:
        study, slug = str(row["study"]), str(row["case"]).rpartition("/")[2]
        cells = [Cell(row["name"], studies.place_of_case(study, slug)), Cell(row["country"] or "")]
        cells.append(Cell(row["sectoral_group"] or ""))
        if row["latitude"] is None:
            cells += [Cell("no point", kind="missing"), *(Cell("", kind="blank") for _ in range(3))]
        else:
            cells += [Cell(row["place"]), Cell(row["basis_name"])]
            cells += [Cell(plain(row[name]), kind="number") for name in ("latitude", "longitude")]
        rows.append(cells)
    notes = ["Points are those of GeoNames (CC BY 4.0); the outline is that of Natural Earth (public domain)."]
    grid = Grid("points", "Points of each case's cluster", columns, rows, numeric=[False] * 5 + [True] * 2)
    return Drawing("", {"rows": []}, grid, answer, [made], label=drawn["label"], reading="", notes=notes, map=drawn)
