"""The cases as the report shows them: each with its ratings, chains, actors and sources, and where each comes from."""

from __future__ import annotations

from clusterkg import cases
from clusterkg.graph.answers import plain
from clusterkg.report.parts import Cell, Grid, Origin, Section, Text, anchor
from clusterkg.terms import case_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from clusterkg.graph import Graph
    from clusterkg.report.profiles import Profile

    _Rows = Sequence[Mapping[str, Any]]

__all__ = ["describe_all", "names_of", "section"]

QUERIES = ("overview", "names", "ratings", "chains", "participations", "sources")

CHAIN_DETAILS = {
    "destination": "Sells in",
    "enables": "Enables",
    "hinders": "Hinders",
    "leaves_unaffected": "Leaves unaffected",
    "confidence": "Confidence",
    "note": "Note",
}
"""What a chain may have beside mode, market and leader: its column, and what a line calls it."""


def describe_all(graph: Graph, profiles: Sequence[Profile], study: str) -> dict[str, dict[str, Any]]:
    """Return what `clusterkg case` says of each case, by slug."""
    return {profile.slug: cases.describe(graph, profile.slug, study=study) for profile in profiles}


def names_of(described: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the slug of each case by the names that tables call it: its own and its cluster's."""
    found: dict[str, str] = {}
    for slug, case in described.items():
        found[str(case["cluster"]["name"])] = slug
        found[str(case["name"])] = slug
    return found


def section(
    profiles: Sequence[Profile],
    described: Mapping[str, Mapping[str, Any]],
    about: Mapping[str, Sequence[str]],
    study: str,
) -> Section:
    """Return the section of cases.

    Args:
        profiles: the cases, by sectoral group.
        described: what `clusterkg case` says of each, by slug.
        about: the ids of the findings that name a case or that it speaks against, by slug.
        study: the study's key.
    """
    groups: dict[str, list[Section]] = {}
    for profile in profiles:
        case = described[profile.slug]
        groups.setdefault(profile.group, []).append(_case(profile, case, about.get(profile.slug, ()), study))
    return Section(
        "cases",
        "Cases: what each value rests on",
        [
            Text(
                "Every value leads to the place in the study that it comes from, and to its evidence in this "
                "project's words where the prose speaks of it; elsewhere the row of the table is the evidence."
            ),
            *(Section(anchor("cases", group), group, parts) for group, parts in groups.items()),
        ],
    )


def _case(profile: Profile, case: Mapping[str, Any], about: Sequence[str], study: str) -> Section:
    cluster = case["cluster"]
    id = anchor("case", profile.slug)
    lines = [
        Text(
            f"{cluster['industry']}; {', '.join([*cluster['places'], cluster['country']])}. Printed as "
            f"{', '.join(case['printed_labels']) or case['name']}. Coded from: "
            f"{'; '.join(row['citation'] for row in case['sources']) or 'no source stated'}."
        ),
        *(Text(f"Note: {note}") for note in case["notes"]),
    ]
    if about:
        links: list[Cell | str] = ["Findings about it or with it as an exception: "]
        for finding in about:
            links += [Cell(finding, anchor("finding", finding)), " "]
        lines.append(Text(*links))
    queries = [f"cases/{name}" for name in QUERIES if name != "participations" or "participations" in case]
    given = {"case": case_iri(study, profile.slug)}
    grids = [_ratings(id, case), _chains(id, case)]
    if case.get("participations"):
        grids.append(_participations(id, case))
    grids[-1].origin = Origin(f"clusterkg case {profile.slug} --study {study}", queries, given)
    return Section(id, str(case["name"]), [*lines, *grids], folded=_summary(profile))


def _summary(profile: Profile) -> str:
    """Return a case's degree and scores in a line, a stated reason where there is none."""
    degree = profile.degree or profile.reason("collective-efficiency")
    scores = [
        f"{type.removesuffix('-upgrading')} {profile.reason(type) if score is None else plain(score)}"
        for type, score in profile.scores.items()
    ]
    return f"collective efficiency {degree.lower() if profile.degree else degree}; {', '.join(scores)}"


def _grid(
    id: str, caption: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], told: _Rows, note: str
) -> Grid:
    """Return a table that ends with the place of each row and its source; a source that all share is in the caption."""
    sources = [row.get("source") for row in told]
    shared = sources[0] if sources and len(set(sources)) == 1 else None
    placed = [[*cells, _text(row.get("locator"))] for cells, row in zip(rows, told, strict=True)]
    if shared:
        caption, columns = f"{caption}, from {shared}", [*columns, "Where"]
    else:
        columns = [*columns, "Where", "Source"]
        placed = [[*cells, _text(source)] for cells, source in zip(placed, sources, strict=True)]
    numeric = [name == "Value" for name in columns]
    return Grid(id, caption, columns, placed, numeric=numeric, notes=[] if rows or not note else [note])


def _text(value: object) -> Cell:
    return Cell(value) if value else Cell("", kind="blank")


def _evidence(row: Mapping[str, Any]) -> Cell:
    """Return the evidence of a rating or chain; the row of the table where the prose says nothing of it."""
    evidence, locator = row.get("evidence"), row.get("locator")
    if evidence:
        return Cell(evidence + _cited(row))
    return Cell(f"{locator}, row only") if locator else Cell("", kind="blank")


def _ratings(id: str, case: Mapping[str, Any]) -> Grid:
    rows = []
    for row in case["ratings"]:
        coding = "" if row["accepted"] else f" ({row['coding']}, not accepted)"
        value = row["value"]
        shown = (
            Cell(row["reason"] or "not stated", kind="missing") if value is None else Cell(plain(value), kind="number")
        )
        rows.append([Cell(row["variable"] + coding), shown, _evidence(row)])
    columns = ["Variable", "Value", "Evidence"]
    return _grid(f"{id}-ratings", f"Ratings of {case['name']}", columns, rows, case["ratings"], "")


def _chains(id: str, case: Mapping[str, Any]) -> Grid:
    rows = []
    for row in case["chains"]:
        details = [f"{word}: {row[name]}" for name, word in CHAIN_DETAILS.items() if row.get(name)]
        told = [row["evidence"] + _cited(row)] if row.get("evidence") else []
        rows.append(
            [
                Cell(row["name"] or "Chain"),
                Cell(row["governance_mode"] or "not stated", kind="" if row["governance_mode"] else "missing"),
                Cell(row["market_scope"] or "not stated", kind="" if row["market_scope"] else "missing"),
                Cell("counted" if row["counted"] else "described, not counted"),
                _text(row["lead_actor"]),
                _text(". ".join(text.rstrip(".") for text in [*told, *details])),
            ]
        )
    status = str(case["governance"]["status"] or "not stated")
    return _grid(
        f"{id}-chains",
        f"Value chains of {case['name']} (governance: {status})",
        ["Chain", "Mode", "Market", "Coding", "Led by", "What is told"],
        rows,
        case["chains"],
        f"No chain: governance is {status}.",
    )


def _participations(id: str, case: Mapping[str, Any]) -> Grid:
    rows = []
    for row in case["participations"]:
        role = ", ".join(str(row[name]) for name in ("role", "chain", "period") if row.get(name))
        if row.get("applies_to") == "sectoral group":
            role += "; of all cases of the group"
        rows.append([Cell(row["name"]), Cell(row["kind"]), _text(role), _evidence_told(row)])
    columns = ["Name", "Kind", "Part", "What is told"]
    caption = f"Actors, events and standards of {case['name']}"
    return _grid(f"{id}-participations", caption, columns, rows, case["participations"], "")


def _evidence_told(row: Mapping[str, Any]) -> Cell:
    return _text(row["evidence"] + _cited(row) if row.get("evidence") else "")


def _cited(row: Mapping[str, Any]) -> str:
    """Return the works that evidence goes back to, as a sentence."""
    return f" Citing {row['cited']}." if row.get("cited") else ""
