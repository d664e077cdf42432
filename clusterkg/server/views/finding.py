"""One finding: what the study claims and where, what is asked of the cases, what decides it, and what would turn it."""

from __future__ import annotations

from clusterkg.errors import UnknownName
from clusterkg.server import studies
from clusterkg.server.views.view import Made, View, ask
from clusterkg.terms import BASE, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from clusterkg.findings import Finding
    from clusterkg.findings.claims import Part
    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value
    from clusterkg.report.parts import Cell, Grid
    from clusterkg.server.views.view import Asked

__all__ = ["ASKS", "show"]

YES_OR_NO = ("yes", "no")

MOST_WAYS = 12
"""The ways to turn a verdict that a page lists; the command line has all."""

WORDS = {True: "yes", False: "no"}

ASKS = {
    "tally": "how many of the cases meet what is asked",
    "kendall-tau-b": "whether two variables rise and fall together, by Kendall's tau-b",
    "cliffs-delta": "whether the cases of one side lie above those of the other, by Cliff's delta",
    "sign": "whether one variable exceeds another in the same cases, by the sign test",
    "spread": "whether the scores lie far apart, from the lowest to the highest",
    "kruskal-wallis": "whether several groups differ, by the ranks of Kruskal and Wallis",
    "order": "whether the things of one side all lie above, or below, the others",
}
"""What each test asks."""


def show(graph: Graph, asked: Asked) -> View:
    """Return the page about a finding.

    Raises:
        UnknownName: there is no such finding; the nearest are offered.
        ParameterError: a parameter or value that there is not, or one given twice.
    """
    from clusterkg import library
    from clusterkg.analysis.bounds import bounds
    from clusterkg.findings import find
    from clusterkg.findings.views import InFull, lines
    from clusterkg.report.claims import TONES
    from clusterkg.server.things import forms_of

    asked.only("turned", "statements")
    turned = asked.choice("turned", YES_OR_NO, "no") == "yes"
    study, _, id = asked.path.removeprefix("finding/").partition("/")
    found = find(graph, id, study=study)
    if found.id != id:
        raise UnknownName("is no finding's address", place=asked.path[:60], remedy=f"it is at {_place(found)}")
    claim = found.claim
    limits = ask(graph, library.read("findings/limits", graph.folders), {"study": study_iri(study)})
    reasons = {str(row["limit"]): (str(row["name"]), str(row["note"] or "")) for row in limits[0]}
    moved = bounds(graph, found, study=study, copy=studies.copy_of(graph) if found.claim.thresholds else None)
    full = InFull(found)
    return View(
        f"{claim.id}: {claim.name}",
        "finding",
        {
            "finding": found,
            "tone": TONES[found.verdict],
            "facts": _facts(graph, found, study),
            "numbers": _numbers(found),
            "evidence": _evidence(graph, found, study) if found.rows else None,
            "turning": [(*reasons.get(one.name, (one.name, "")), one) for one in moved if one.turning],
            "standing": [(reasons.get(one.name, (one.name, ""))[0], one) for one in moved if not one.turning],
            "fragile": _fragile(graph, found, study) if turned and found.query else None,
            "statements": f"/page/{asked.path}?statements=yes",
            "list": f"/findings{f'?study={study}' if study != studies.STUDY else ''}",
        },
        columns=["item", "text"],
        rows=[("Id", found.id), *lines(found)],
        made=_made(graph, found),
        command=studies.command(graph, f"finding {found.id}", study),
        code=f"kg.finding({found.id!r}, study={study!r})",
        others=forms_of(asked.path),
        here="/findings",
        about=claim.paraphrase,
        written={"csv": full.to_csv, "json": full.to_json, "md": full.to_markdown},
    )


def _place(finding: Finding) -> str:
    return studies.place_of_finding(finding.claim.iri)


def _made(graph: Graph, found: Finding) -> list[Made]:
    """Return the query that tested a finding, and the one for the values that its conditions look at."""
    from clusterkg import library

    if found.query is None or found.path is None:
        return []
    given = {"finding": found.claim.iri}
    made = [Made(found.path.removeprefix("queries/").removesuffix(".rq"), found.query, given)]
    if found.values:
        query = library.read("findings/values", graph.folders)
        made.append(Made(query.name, query.bind(given), given))
    return made


def _facts(graph: Graph, found: Finding, study: str) -> list[tuple[str, list[Cell]]]:
    """Return what the claim is and what it asks, as pairs of a name and cells."""
    from clusterkg.report.parts import Cell

    claim = found.claim
    said: list[tuple[str, list[Cell]]] = [
        ("Where", _where(graph, found, study)),
        ("Kind", [Cell(claim.kind.replace("-", " "))]),
        ("Subject", _parts(claim.about)),
        ("Relation", [Cell(one.replace("-", " ")) for one in (claim.relation, *claim.directions)]),
        ("Restricted to", _parts(claim.groups)),
    ]
    if claim.count is not None:
        said.append(("Claims", [Cell(f"{claim.count} of them")]))
    if claim.quantifier is not None:
        said.append(("Claims", [Cell(claim.quantifier.replace("-", " "))]))
    said += [
        (name, [Cell(text) for text in claim.conditions.get(use, ())])
        for name, use in (("Asks of a case", "condition"), ("Looks at cases", "sample"), ("One side has", "contrast"))
    ]
    said += [
        ("Predictor", _parts(claim.predictors)),
        ("Outcome", _parts(claim.outcomes)),
        *((f"Why “{name.lower()}”", [Cell(why)]) for name, why in claim.thresholds.items() if why),
        ("Note", [Cell(claim.note)] if claim.note else []),
        ("Leans on", _parts(claim.sources)),
        ("Would need", [Cell(claim.would_need)] if claim.would_need else []),
    ]
    return [(name, cells) for name, cells in said if cells]


def _where(graph: Graph, found: Finding, study: str) -> list[Cell]:
    """Return where a claim stands, each passage with the way to its line."""
    from clusterkg.report.parts import Cell
    from clusterkg.report.passages import passages_of

    listed = passages_of(graph, study)
    of_study = f"?study={study}" if study != studies.STUDY else ""
    cells = []
    for part in found.claim.passages:
        if part.iri in listed:
            one = listed[part.iri]
            told = f"{one.locator}, passage {one.number}: {one.topic}"
            cells.append(Cell(told, f"/passages{of_study}#{one.anchor}"))
        elif not part.label.startswith("http"):
            cells.append(Cell(part.label))
    if not any(cell.text.startswith(f"{found.claim.locator}, ") for cell in cells):
        cells.insert(0, Cell(found.claim.locator))
    return cells


def _parts(parts: Iterable[Part]) -> list[Cell]:
    """Return names, each with the way to its page."""
    from clusterkg.report.parts import Cell

    return [Cell(part.label, f"/page/{part.iri.removeprefix(BASE)}") for part in parts]


def _numbers(found: Finding) -> list[tuple[str, str]]:
    """Return what was computed, as pairs of a name and a text."""
    judged = found.judgement
    unit = found.unit or ("cases" if "case" in found.columns else "")
    told: list[tuple[str, str | None]] = [("Rule", judged.rule)]
    if found.query is not None:
        told.append(("Test", f"{found.test}: {ASKS[str(found.test)]}"))
    told += [
        ("n", None if judged.n is None else f"{judged.n} {unit}".strip()),
        ("Missing", None if judged.missing is None else str(judged.missing)),
        ("Strength", None if judged.estimate is None else f"{judged.estimate:+.4f}" if judged.p is not None else None),
        ("Exact two-sided p", None if judged.p is None else f"{judged.p:.6f}"),
    ]
    if judged.one_sided is not None:
        same = judged.by_one_sided == judged.verdict
        then = "the verdict would be the same" if same else f"the verdict would be: {judged.by_one_sided}"
        told.append(("One-sided p", f"{judged.one_sided:.6f} in the claimed direction; by it {then}"))
    if judged.bounds and None not in judged.bounds:
        low, high = (f"{bound:+.4f}" for bound in judged.bounds if bound is not None)
        told.append(("With missing values", f"{low} with each the lowest that occurs, {high} with each the highest"))
    told.append(("They would change", judged.remark or None))
    return [(name, text) for name, text in told if text]


def _evidence(graph: Graph, found: Finding, study: str) -> Grid:
    """Return the rows that decide, with the values that conditions look at; those against the claim are marked."""
    from clusterkg import rendering
    from clusterkg.report.parts import Cell, Grid

    claim = found.claim
    shown = [name for name in found.columns if name not in ("case", "thing", "name")]
    items = sorted({item for values in found.values.values() for item in values})
    against = set(found.judgement.exceptions)
    # A column that shows one variable leads to the ratings of it.
    single = {
        name: parts[0].slug
        for name, parts in (("predictor", claim.predictors), ("outcome", claim.outcomes))
        if len(parts) == 1
    }
    rows = []
    for number, values in enumerate(found.rows):
        row: dict[str, Value] = dict(zip(found.columns, values, strict=True))
        iri = str(row.get("case") or "")
        page = f"/page/{iri.removeprefix(BASE)}" if iri else ""
        cells = [Cell(row.get("name") or iri, page)]
        for name in shown:
            rating = f"{iri}#{single[name]}" if iri and name in single else ""
            lead = f"{page}#{single[name]}" if rating and graph.knows(rating, as_subject=True) else ""
            cells.append(_cell(row[name], lead))
        cells += [_cell(found.values.get(iri, {}).get(item), "") for item in items]
        cells.append(Cell("against") if number in against else Cell("", kind="blank"))
        rows.append(cells)
    named = {part: label for part, label in (("predictor", claim.predictors), ("outcome", claim.outcomes)) if label}
    columns = [
        f"{rendering.heading(name)}: {named[name][0].label}"
        if len(named.get(name, ())) == 1
        else rendering.heading(name)
        for name in shown
    ]
    first = "Case" if "case" in found.columns else "Name"
    return Grid("evidence", f"What decides {found.id}", [first, *columns, *items, "Against the claim"], rows)


def _cell(value: Value, lead: str) -> Cell:
    from clusterkg.graph.answers import plain
    from clusterkg.report.parts import Cell

    if value is None:
        return Cell("not coded", lead, kind="missing")
    return Cell(WORDS[value] if isinstance(value, bool) else plain(value), lead)


def _fragile(graph: Graph, found: Finding, study: str) -> list[Mapping[str, Any]]:
    """Return which single half point, and which single case left out, would turn a verdict."""
    from clusterkg.analysis.fragility import Setting, of_finding

    setting = Setting(graph, study)
    told: list[Mapping[str, Any]] = []
    for by, name in (
        ("rating", "One rating recoded by half a point, or one degree by a rank"),
        ("case", "One case left out"),
    ):
        one = of_finding(setting, found, most=1, by=by, missing=by == "rating")
        told.append(
            {
                "name": name,
                "sentence": one.sentence,
                "ways": [(str(way), way.verdict) for way in one.ways[:MOST_WAYS]],
                "more": max(0, len(one.ways) - MOST_WAYS),
                "fillings": [str(filling) for filling in one.fillings],
                "command": studies.command(graph, f"analyse fragility {found.id} --by {by} --most 1", study),
            }
        )
    return told
