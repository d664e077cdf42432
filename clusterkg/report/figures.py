"""The figures of a report: governance, upgrading, and the one against collective efficiency."""

from __future__ import annotations

from clusterkg.graph.answers import plain
from clusterkg.report.parts import Cell, Figure, Grid, Origin, anchor, count
from clusterkg.report.profiles import CHAINS, EFFICIENCY, MODES, RATINGS, TYPES
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.report.profiles import Profile

__all__ = ["efficiency", "governance", "upgrading"]

FOUND = {(True, False): "domestic market", (False, True): "global market", (True, True): "both"}
NONE = "no such chain"

LEAST_STEP, WIDEST = 0.17, 0.8
"""How far apart dots in one place stand, on a scale whose degrees are 1 apart, and how wide all of them may reach."""


def _word(notation: str) -> str:
    """Return a notation as a heading.

    >>> _word("product-upgrading"), _word("quasi-hierarchy")
    ('Product', 'Quasi-hierarchy')
    """
    return notation.removesuffix("-upgrading").capitalize()


def _origin(study: str, query: str) -> Origin:
    given = {"study": study_iri(study)}
    return Origin(f"clusterkg query {query} --param study={given['study']}", [query], given)


def governance(profiles: Sequence[Profile], study: str) -> Figure:
    """Return the matrix of cases and governance modes."""
    drawn: list[dict[str, object]] = []
    rows: list[list[Cell]] = []
    twice = _names_given_twice(profiles)
    for place, profile in enumerate(profiles):
        cells = [Cell(profile.name, anchor("case", profile.slug))]
        for column, mode in enumerate(MODES):
            markets = profile.modes[mode]
            found = "reason" if markets is None else FOUND.get(markets, NONE)
            reason = profile.reason(mode) if markets is None else ""
            drawn.append(
                {**_place(place, profile, column, twice), "mode": _word(mode), "found": found, "reason": reason},
            )
            cells.append(Cell(reason, kind="missing") if markets is None else Cell(found))
        rows.append(cells)
    counted = [profile for profile in profiles if all(profile.modes[mode] is not None for mode in MODES)]
    told = ", ".join(
        f"{_word(mode).lower()} in {sum(1 for one in counted if one.modes[mode] != (False, False))}" for mode in MODES
    )
    return Figure(
        "figure-governance",
        "Governance: which modes are found in each cluster's value chains, and in which market",
        label=f"Matrix of {count(len(profiles), 'case')} and {len(MODES)} governance modes: {told} of "
        f"{count(len(counted), 'coded case')}.",
        reading="A ring is a chain for the domestic market, a diamond one for the global market, a ring around a "
        "diamond is both; a dash says that there is no such chain. Where governance is not coded the stated reason "
        "stands instead.",
        spec="governance",
        rows=drawn,
        grid=Grid(
            "figure-governance-data",
            "Governance of each case's chains",
            ["Case", *map(_word, MODES)],
            rows,
            groups=[(profile.group,) for profile in profiles],
            folded="The figure as a table",
        ),
        origin=_origin(study, CHAINS),
    )


def upgrading(profiles: Sequence[Profile], study: str) -> Figure:
    """Return the heat map of cases and upgrading types."""
    drawn: list[dict[str, object]] = []
    rows: list[list[Cell]] = []
    twice = _names_given_twice(profiles)
    missing = 0
    for place, profile in enumerate(profiles):
        cells = [Cell(profile.name, anchor("case", profile.slug))]
        for column, type in enumerate(TYPES):
            score = profile.scores[type]
            missing += score is None
            drawn.append(
                {
                    **_place(place, profile, column, twice),
                    "type": _word(type),
                    "shown": "reason" if score is None else "score",
                    "score": "" if score is None else plain(score),
                    "reason": profile.reason(type) if score is None else "",
                }
            )
            cells.append(_score(profile, type))
        rows.append(cells)
    return Figure(
        "figure-upgrading",
        "Upgrading: how far each cluster got in each type",
        label=f"Heat map of {count(len(profiles), 'case')} and {len(TYPES)} upgrading types, scores from 0 to 3: "
        f"{count(len(drawn) - missing, 'score')}, {missing} missing with a stated reason.",
        reading="Scores run from 0, absent, to 3, high; the stronger the colour, the higher. A dashed frame holds "
        "the stated reason why there is no score, which is not a zero.",
        spec="upgrading",
        rows=drawn,
        grid=Grid(
            "figure-upgrading-data",
            "Scores of upgrading",
            ["Case", *map(_word, TYPES)],
            rows,
            numeric=[False, *[True] * len(TYPES)],
            groups=[(profile.group,) for profile in profiles],
            folded="The figure as a table",
        ),
        origin=_origin(study, RATINGS),
    )


def efficiency(profiles: Sequence[Profile], study: str) -> Figure:
    """Return the panels of upgrading against collective efficiency, one for each group and type."""
    drawn: list[dict[str, object]] = []
    groups = list(dict.fromkeys(profile.group for profile in profiles))
    for group_order, group in enumerate(groups):
        members = [profile for profile in profiles if profile.group == group]
        for type_order, type in enumerate(TYPES):
            panel: dict[str, object] = {
                "group": group,
                "group_order": group_order,
                "type": _word(type),
                "type_order": type_order,
            }
            places: dict[tuple[int, float], list[Profile]] = {}
            for profile in members:
                score = profile.scores[type]
                if profile.rank is not None and score is not None:
                    places.setdefault((profile.rank, float(score)), []).append(profile)
            n = sum(map(len, places.values()))
            label = f"n {n}, {len(members) - n} missing"
            drawn.append({**panel, "shown": "panel", "label": label})
            for (rank, height), here in places.items():
                for x in _beside(rank, len(here)):
                    drawn.append({**panel, "shown": "case", "x": x, "y": height})
    rows = [
        [
            Cell(profile.name, anchor("case", profile.slug)),
            Cell(profile.reason(EFFICIENCY), kind="missing") if profile.degree is None else Cell(profile.degree),
            *(_score(profile, type) for type in TYPES),
        ]
        for profile in profiles
    ]
    return Figure(
        "figure-efficiency",
        "Collective efficiency and upgrading, by sectoral group",
        label=f"{len(groups) * len(TYPES)} panels, one for each of {len(groups)} sectoral groups and {len(TYPES)} "
        "upgrading types: a dot for each case, its degree of collective efficiency across, its score upwards.",
        reading="A dot is a case; dots in one place are set beside each other. Above each panel stands how many "
        "cases it shows, and how many of the group lack a degree or a score.",
        spec="efficiency",
        rows=drawn,
        grid=Grid(
            "figure-efficiency-data",
            "Degree of collective efficiency and scores of upgrading",
            ["Case", "Collective efficiency", *map(_word, TYPES)],
            rows,
            numeric=[False, False, *[True] * len(TYPES)],
            groups=[(profile.group,) for profile in profiles],
            folded="The figure as a table",
        ),
        origin=_origin(study, RATINGS),
    )


def _place(row: int, profile: Profile, column: int, twice: set[str]) -> dict[str, object]:
    """Return where a cell stands: its case and group with the order of rows, groups and columns."""
    return {
        # A row is drawn for each name: two cases of one name would hide each other.
        "case": f"{profile.name} ({profile.slug})" if profile.name in twice else profile.name,
        "row_order": row,
        "group": profile.group,
        "group_order": row,
        "column_order": column,
    }


def _names_given_twice(profiles: Sequence[Profile]) -> set[str]:
    names = [profile.name for profile in profiles]
    return {name for name in names if names.count(name) > 1}


def _score(profile: Profile, type: str) -> Cell:
    score = profile.scores[type]
    return Cell(profile.reason(type), kind="missing") if score is None else Cell(plain(score), kind="number")


def _beside(rank: int, count: int) -> list[float]:
    """Return places for so many dots side by side around a degree.

    >>> _beside(2, 1), _beside(1, 3)
    ([2.0], [0.83, 1.0, 1.17])
    """
    step = min(LEAST_STEP, WIDEST / max(count - 1, 1))
    return [round(rank + step * (index - (count - 1) / 2), 3) for index in range(count)]
