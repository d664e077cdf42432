"""The findings as the report shows them: how many have which verdict, then each claim with what decides it."""

from __future__ import annotations

from clusterkg import rendering
from clusterkg.findings.verdicts import EXCEPTIONS, FAILS, HOLDS, NOT_TESTABLE, TOO_FEW, VERDICTS
from clusterkg.graph.answers import plain
from clusterkg.report.parts import Cell, Entry, Grid, Origin, Section, Text, anchor
from clusterkg.report.passages import place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clusterkg.findings import Finding, Findings
    from clusterkg.findings.claims import Claim
    from clusterkg.findings.judgements import Judgements
    from clusterkg.graph.answers import Value
    from clusterkg.report.passages import Passage

__all__ = ["TONES", "judgements", "judgements_grid", "section"]

TONES = {HOLDS: "good", EXCEPTIONS: "mixed", FAILS: "bad", TOO_FEW: "open", NOT_TESTABLE: "open"}

WORDS = {True: "yes", False: "no"}


def section(
    found: Findings, names: Mapping[str, str], passages: Mapping[str, Passage], recomputed: Judgements | None
) -> Section:
    """Return the section of findings.

    Args:
        found: the findings of the study; there may be none.
        names: the name of each case by its slug.
        passages: the passages of the study by IRI.
        recomputed: the judgements that a table prints, recomputed; None where no table prints any.
    """
    title = "Findings: each claim of the study, put to the test"
    if not len(found):
        return Section("findings", title, [Text("No finding of this study is written down.")])
    numbers = [
        [Cell(kind), *(Cell(plain(number), kind="number") for number in counted)] for kind, *counted in found.summary()
    ]
    sums = [sum(int(row[place].text) for row in numbers) for place in range(1, len(VERDICTS) + 1)]
    numbers.append([Cell("all"), *(Cell(number, kind="number") for number in sums)])
    queries = ["findings/index", "findings/parts", "findings/limits"]
    overview = Grid(
        "findings-numbers",
        "How many findings of each kind have which verdict",
        ["Kind", *(verdict.capitalize() for verdict in VERDICTS)],
        numbers,
        numeric=[False, *[True] * len(VERDICTS)],
        origin=Origin(f"clusterkg findings --study {found.study}", queries),
        ruled=[len(numbers) - 1],
    )
    places: dict[str, list[Finding]] = {}
    for finding in found:
        places.setdefault(place_of(finding.claim.locator), []).append(finding)
    return Section(
        "findings",
        title,
        [
            Text(
                "The claims are told in this project's words. A verdict is computed from the rows that the "
                "finding's query gives, by the rule beside it; none is written down."
            ),
            overview,
            *([judgements(recomputed)] if recomputed is not None else []),
            _index(found),
            *(
                Section(
                    anchor("findings", place),
                    place,
                    [_entry(finding, found.study, names, passages) for finding in here],
                )
                for place, here in places.items()
            ),
        ],
    )


def _index(found: Findings) -> Section:
    """Return the findings of each verdict as lists of links."""
    parts = []
    for verdict in VERDICTS:
        ids = [finding.id for finding in found if finding.verdict == verdict]
        links: list[Cell | str] = [f"{verdict.capitalize()} ({len(ids)}): "]
        for id in ids:
            links += [Cell(id, anchor("finding", id)), " "]
        parts.append(Text(*(links if ids else [f"{verdict.capitalize()}: none."])))
    return Section("findings-by-verdict", "By verdict", parts)


def _entry(finding: Finding, study: str, names: Mapping[str, str], passages: Mapping[str, Passage]) -> Entry:
    claim, judged = finding.claim, finding.judgement
    facts = [("Where", _where(claim, passages)), ("Kind", [Cell(claim.kind.replace("-", " "))])]
    if finding.query is None:
        facts.append(("Would need", [Cell(claim.would_need)]))
    else:
        facts.append(("Rule", [Cell(judged.rule)]))
        if judged.n is not None:
            facts.append(("n", [Cell(f"{judged.n}, {judged.missing or 0} missing")]))
    facts += [
        (name, [Cell(text) for text in claim.conditions[use]])
        for name, use in (("Asks of a case", "condition"), ("Looks at cases", "sample"), ("One side", "contrast"))
        if use in claim.conditions
    ]
    facts += [
        (name, [Cell(part.label) for part in parts])
        for name, parts in (("Predictor", claim.predictors), ("Outcome", claim.outcomes))
        if parts
    ]
    if judged.remark:
        facts.append(("Missing values", [Cell(judged.remark)]))
    if finding.exceptions:
        cells = [_case(slug, names) for slug in finding.exceptions]
        facts.append(("Exceptions" if judged.verdict in (HOLDS, EXCEPTIONS) else "Against it", cells))
    if claim.note:
        facts.append(("Note", [Cell(claim.note)]))
    if claim.sources:
        facts.append(("Leans on", [Cell(part.label) for part in claim.sources]))
    origin = None
    if finding.path is not None:
        query = finding.path.removeprefix("queries/").removesuffix(".rq")
        origin = Origin(f"clusterkg finding {claim.id} --study {study}", [query], {"finding": claim.iri})
    return Entry(
        anchor("finding", claim.id),
        f"{claim.id}: {claim.name}",
        claim.paraphrase,
        facts,
        badge=judged.verdict,
        tone=TONES[judged.verdict],
        grid=_evidence(finding) if finding.rows else None,
        origin=origin,
    )


def _where(claim: Claim, passages: Mapping[str, Passage]) -> list[Cell]:
    """Return where a claim stands, each passage with the way to its row; a table's cells have no name."""
    listed = [passages[part.iri] for part in claim.passages if part.iri in passages]
    cells = [
        Cell(f"{passage.locator}, passage {passage.number}: {passage.topic}", passage.anchor) for passage in listed
    ]
    if claim.locator not in [passage.locator for passage in listed]:
        cells.insert(0, Cell(claim.locator))
    others = [part.label for part in claim.passages if part.iri not in passages]
    return cells + [Cell(label) for label in others if not label.startswith("http")]


def _case(slug: str, names: Mapping[str, str]) -> Cell:
    return Cell(names[slug], anchor("case", slug)) if slug in names else Cell(slug)


def _evidence(finding: Finding) -> Grid:
    """Return the rows that decide, those that speak against the claim marked."""
    shown = [name for name in finding.columns if name not in ("case", "thing", "name")]
    against = set(finding.judgement.exceptions)
    rows = []
    for number, values in enumerate(finding.rows):
        row: dict[str, Value] = dict(zip(finding.columns, values, strict=True))
        slug = str(row["case"]).rsplit("/", 1)[-1] if row.get("case") else ""
        cells = [Cell(row.get("name", slug), anchor("case", slug) if slug else "")]
        for name in shown:
            value = row[name]
            if value is None:
                cells.append(Cell("not coded", kind="missing"))
            else:
                cells.append(Cell(WORDS[value] if isinstance(value, bool) else plain(value)))
        cells.append(Cell("against" if number in against else "", kind="" if number in against else "blank"))
        rows.append(cells)
    columns = ["Case" if "case" in finding.columns else "Name", *map(rendering.heading, shown), "Against"]
    return Grid(anchor("finding", finding.id, "rows"), f"What decides {finding.id}", columns, rows)


def judgements(recomputed: Judgements) -> Section:
    """Return the printed judgements on relations, each beside what the coded cases give for it."""
    origin = Origin(
        f"clusterkg table 4 --recomputed --study {recomputed.study}",
        ["findings/judgements", "findings/association", "findings/contrast"],
    )
    grid = judgements_grid(recomputed, lambda finding: anchor("finding", finding), origin)
    return Section("table-4-recomputed", "Table 4 recomputed", [grid])


def judgements_grid(recomputed: Judgements, lead: Callable[[str], str], origin: Origin | None = None) -> Grid:
    """Return the same as a table.

    Args:
        recomputed: the judgements.
        lead: gives where a finding is, by its id.
        origin: how it was made.
    """
    columns = list(recomputed.columns)
    shown = [name for name in columns if name != "relation"]
    rows = []
    for values in recomputed.rows:
        row = dict(zip(columns, values, strict=True))
        cells = []
        for name in shown:
            value = row[name]
            if value is None:
                cells.append(Cell("", kind="blank"))
            elif name == "finding":
                cells.append(Cell(value, lead(str(value))))
            else:
                cells.append(Cell(plain(value), kind="number" if name in NUMBERS else ""))
        rows.append(cells)
    return Grid(
        "table-4-recomputed-rows",
        "Printed judgements on relations, beside what the coded cases give",
        [name if name in ("n", "p") else rendering.heading(name) for name in shown],
        rows,
        numeric=[name in NUMBERS for name in shown],
        groups=[(str(values[columns.index("relation")]),) for values in recomputed.rows],
        origin=origin,
    )


NUMBERS = ("estimate", "p", "n", "missing")
