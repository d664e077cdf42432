"""The whole report of a study, put together from its tables, ledger, findings, figures and cases."""

from __future__ import annotations

import shlex

from clusterkg import library, tables
from clusterkg.errors import UnknownName, nearest
from clusterkg.report import claims, comparison, dossiers, figures, mapping, passages, tabulation
from clusterkg.report.parts import Cell, Code, Entry, Figure, Grid, Origin, Report, Section, Text, anchor, count
from clusterkg.report.profiles import profiles
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clusterkg.findings import Findings
    from clusterkg.findings.judgements import Judgements
    from clusterkg.graph import Graph
    from clusterkg.ledger import Ledger
    from clusterkg.report.profiles import Profile
    from clusterkg.tables import Table

__all__ = ["compose"]


def compose(graph: Graph, study: str) -> Report:
    """Return the report of a study.

    Args:
        graph: the loaded graph.
        study: the study's key.

    Raises:
        UnknownName: there is no such study with cases; the nearest are offered.
        DataError, QueryError: a table, the ledger or a finding cannot be computed.
    """
    from clusterkg import ledger

    graph.require()
    title = _title(graph, study)
    shown = profiles(graph, study)
    described = dossiers.describe_all(graph, shown, study)
    slugs = dossiers.names_of(described)
    known = _tables(graph, study)
    rebuilt = tables.rebuild_all(graph, study=study) if known else []
    found = ledger.compare(graph, tables.records(rebuilt), study=study)
    tested = _findings(graph, study)
    listed = passages.passages_of(graph, study)
    recomputed = _judgements(graph, study, rebuilt, tested) if len(tested) else None
    sections = [
        Section(
            "figures",
            "Figures",
            [
                figures.governance(shown, study),
                figures.upgrading(shown, study),
                figures.efficiency(shown, study),
                *filter(None, [mapping.map_of(graph, study)]),
            ],
        ),
        tabulation.section(rebuilt, known, found, slugs, study),
        comparison.section(found, study),
        claims.section(tested, {profile.slug: profile.name for profile in shown}, listed, recomputed),
        passages.section(list(listed.values()), {finding.id for finding in tested}, study),
        dossiers.section(shown, described, _about(tested), study),
    ]
    # Without the folders that the graph was loaded with, a command would not find the same.
    folders = "".join(f" --data {shlex.quote(folder)}" for folder in graph.folders)
    for origin in _origins(sections):
        origin.command += folders
    sections.append(_queries(graph, sections))
    summary = _summary(shown, rebuilt, found, tested)
    return Report(title, _subtitle(graph, study), [summary, *sections])


def _title(graph: Graph, study: str) -> str:
    """Return the name of a study.

    Raises:
        UnknownName: there is none with cases; the nearest are offered.
    """
    query = library.read("report/studies", graph.folders)
    answer = graph.run(query.text, query.name, needs=query.needs)
    names = {str(row["study"]).removeprefix(study_iri("")): str(row["name"]) for row in answer}
    if study not in names:
        raise UnknownName("no such study with cases", place=study, remedy=nearest(study, names))
    return names[study]


def _subtitle(graph: Graph, study: str) -> str:
    size = f"{graph.size()} statements in {len(graph.files)} files"
    return f"The living paper of the study {study}: rebuilt and put to the test from {size} of clusterkg"


def _tables(graph: Graph, study: str) -> dict[str, str]:
    """Return for each table of a study the name of the query that rebuilds it; none where it prints none."""
    try:
        known = tables.titles(graph, study)
    except UnknownName:
        return {}
    return {number: name for number, (_, name) in known.items()}


def _findings(graph: Graph, study: str) -> Findings:
    """Return the findings of a study; none where none is written down."""
    from clusterkg.findings import Findings, examine
    from clusterkg.findings.claims import claims_of

    try:
        claims_of(graph, study)
    except UnknownName:
        return Findings(study, [])
    return examine(graph, study=study)


def _judgements(graph: Graph, study: str, rebuilt: Iterable[Table], tested: Findings) -> Judgements | None:
    """Return the recomputed judgements where a table of the study prints some."""
    from clusterkg.findings.judgements import recompute

    if not any("judgement" in table.columns for table in rebuilt):
        return None
    try:
        return recompute(graph, study=study, tested=tested)
    except UnknownName:
        return None


def _about(tested: Findings) -> dict[str, list[str]]:
    """Return for each case the ids of the findings that name it or have it as an exception."""
    found: dict[str, list[str]] = {}
    for finding in tested:
        for slug in dict.fromkeys([*(part.slug for part in finding.claim.about), *finding.exceptions]):
            found.setdefault(slug, []).append(finding.id)
    return found


def _summary(shown: list[Profile], rebuilt: list[Table], found: Ledger, tested: Findings) -> Section:
    from clusterkg.findings import VERDICTS
    from clusterkg.ledger import PLACES

    figures_of = [row for row in found.rows if row[0] not in PLACES]
    computed = [row for row in figures_of if row[6] not in ("transcribed", "cannot be recomputed")]
    equal = [row for row in computed if str(row[6]) in ("equal", "equal after rounding")]
    slips = found.slips()
    verdicts = [f"{verdict} {sum(1 for one in tested if one.verdict == verdict)}" for verdict in VERDICTS]
    lines = [
        Text(
            "This page holds everything that the knowledge graph computes of the study, and how. Below each number "
            "stands how it was made: the query, its parameters and the command that gives the same anywhere. From a "
            "number a link leads to the case, from the case to the place and the evidence that each value rests on and "
            "to the findings that concern it, from a finding to the passage of the study that makes the claim."
        ),
        Text(
            Cell(count(len(shown), "case"), "cases"),
            f" in {count(len({profile.group for profile in shown}), 'sectoral group')}, ",
            Cell(count(len(rebuilt), "table"), "tables"),
            " rebuilt from them.",
        ),
    ]
    if computed:
        lines.append(
            Text(
                f"Of {len(computed)} printed figures that can be recomputed and are not the coding itself, "
                f"{len(equal)} are equal or equal after rounding. The ",
                Cell("ledger", "ledger"),
                f" has {len(slips)} slips in all, of figures and of passages: ",
                Cell("they and their causes", "ledger-slips"),
                ".",
            )
        )
    if len(tested):
        lines.append(
            Text(Cell(count(len(tested), "finding"), "findings"), f" with these verdicts: {', '.join(verdicts)}.")
        )
    lines.append(
        Text(
            "A value that is missing shows its stated reason and is never a zero: 0 is a score. An asterisk marks a "
            "figure that rests on fewer values than it could."
        )
    )
    return Section("in-short", "In short", lines)


def _queries(graph: Graph, sections: Iterable[Section]) -> Section:
    """Return the texts of all queries that the report goes by."""
    names = dict.fromkeys(name for origin in _origins(sections) for name in origin.queries)
    parts: list[Text | Code] = [
        Text(
            "The texts of the queries that made this report. A variable that begins with an underscore is a "
            "parameter; its value stands wherever the query was used."
        )
    ]
    for name in sorted(names):
        query = library.read(name, graph.folders)
        parts.append(Code(anchor("query", name), name, query.text))
    return Section("queries", "Queries", parts)


def _origins(parts: Iterable[object]) -> Iterator[Origin]:
    for part in parts:
        if isinstance(part, Section):
            yield from _origins(part.parts)
        elif isinstance(part, Grid | Figure | Entry) and part.origin is not None:
            yield part.origin
