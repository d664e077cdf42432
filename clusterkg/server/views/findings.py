"""The findings of a study: each claim with its verdict, narrowed down by the address."""

from __future__ import annotations

from clusterkg.server import studies
from clusterkg.server.views.narrowing import narrowed
from clusterkg.server.views.view import View, ask
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from clusterkg.findings import Finding, Findings
    from clusterkg.graph import Graph
    from clusterkg.server.views.narrowing import Narrowed
    from clusterkg.server.views.view import Asked

__all__ = ["show"]

QUERIES = ("index", "parts", "conditions", "limits")


def show(graph: Graph, asked: Asked) -> View:
    """Return the findings of a study.

    Raises:
        UnknownName: there is no such study.
        ParameterError: a parameter or value that there is not, or one given twice.
    """
    from clusterkg import library
    from clusterkg.findings import COLUMNS

    asked.only("study", "verdict", "section", "kind", "variable", "about", "q")
    study = studies.study_of(graph, asked)
    found = studies.findings_of(graph, study)
    left = _left(found, asked)
    made = [
        ask(graph, library.read(f"findings/{name}", graph.folders), {"study": study_iri(study)})[1] for name in QUERIES
    ]
    options, call, whole = _same(asked)
    return View(
        "Findings: each claim of the study, put to the test",
        "findings",
        {
            "studies": studies.studies(graph),
            "study": study,
            "list": left,
            "verdicts": _verdicts(found, asked),
            "probabilities": found.probabilities,
            "passages": f"/passages{f'?study={study}' if study != studies.STUDY else ''}",
            "places": _places(left.shown, study, studies.slugs_of(graph, study)),
        },
        columns=COLUMNS,
        rows=[finding.row() for finding in left.shown],
        made=made,
        making="The queries give the claims and what each is tested by; a verdict is computed from the answers of the "
        "tests, which the page of the finding shows.",
        command=studies.command(graph, f"findings{options}", study) if whole and len(found) else "",
        code=f"kg.findings(study={study!r}){call}.to_pandas()" if whole and len(found) else "",
        here="/findings",
        about="Every claim of the study in this project's words, tested by a query, with a verdict that is computed.",
    )


def _left(found: Findings, asked: Asked) -> Narrowed:
    from clusterkg.findings import VERDICTS

    parts = {
        part.slug: part.label
        for one in found
        for part in (*one.claim.about, *one.claim.groups, *one.claim.predictors, *one.claim.outcomes)
    }
    cases = {slug: name for one in found for slug, name in one.cases()}
    kinds = {one.claim.kind: one.claim.kind.replace("-", " ") for one in found}
    about = dict.fromkeys(thing for one in found for thing in _about(one))
    names = {**cases, **parts, **kinds}
    return narrowed(
        asked,
        list(found),
        {
            "verdict": ("Verdict", lambda one: [one.verdict]),
            "section": ("Section", lambda one: [_section(one.claim.locator)]),
            "kind": ("Kind of claim", lambda one: [one.claim.kind]),
            "variable": ("Variable", _variables),
            "about": ("About, or against", _about),
        },
        names=names,
        orders={
            "verdict": VERDICTS,
            "kind": sorted(kinds),
            "about": sorted(about, key=lambda slug: names.get(slug, slug)),
        },
        text=_text,
    )


def _section(locator: str) -> str:
    """Return the section, or the notes, that a finding stands in.

    >>> _section("5(c)(i)"), _section("note 20"), _section("Table 4")
    ('5(c)(i)', 'Notes', 'Table 4')
    """
    from clusterkg.report.passages import place_of

    return place_of(locator).removeprefix("Section ")


def _variables(finding: Finding) -> list[str]:
    """Return the slugs of the variables that a finding relates."""
    return list(dict.fromkeys(part.slug for part in (*finding.claim.predictors, *finding.claim.outcomes)))


def _about(finding: Finding) -> list[str]:
    """Return the slugs of what a finding is about or restricted to, and of the cases against it."""
    named = (part.slug for part in (*finding.claim.about, *finding.claim.groups))
    return list(dict.fromkeys([*named, *finding.exceptions]))


def _text(finding: Finding) -> str:
    """Return the text that words are looked for in."""
    claim = finding.claim
    cited = (part.label for part in claim.sources)
    return " ".join([claim.id, claim.name, claim.paraphrase, claim.subject, claim.note, claim.would_need, *cited])


def _same(asked: Asked) -> tuple[str, str, bool]:
    """Return options, calls, and whether with them the command line and Python give the same."""
    given = {name: asked.all(name) for name in ("verdict", "section", "kind", "variable", "about", "q")}
    whole = not any(given[name] for name in ("section", "kind", "variable", "q"))
    whole = whole and len(given["verdict"]) <= 1 and len(given["about"]) <= 1
    options, call = "", ""
    for verdict in given["verdict"]:
        options, call = f"{options} --verdict '{verdict}'", f"{call}.of_verdict({verdict!r})"
    for thing in given["about"]:
        options, call = f"{options} --about {thing}", f"{call}.about({thing!r})"
    return options, call, whole


def _verdicts(found: Findings, asked: Asked) -> list[tuple[str, int, str]]:
    """Return how many findings of the study have each verdict, and where these alone are."""
    from clusterkg.findings import VERDICTS

    study = [("study", asked.one("study"))]
    return [
        (verdict, sum(one.verdict == verdict for one in found), asked.url([*study, ("verdict", verdict)]))
        for verdict in VERDICTS
    ]


def _places(shown: list[Finding], study: str, names: Mapping[str, str]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the findings by where the study makes them, each with its badge and where it leads."""
    from clusterkg.report.claims import TONES
    from clusterkg.report.passages import place_of

    found: dict[str, list[dict[str, Any]]] = {}
    for one in shown:
        line = {
            "finding": one,
            "link": studies.place_of_finding(one.claim.iri),
            "tone": TONES[one.verdict],
            "against": [(names.get(slug, slug), studies.place_of_case(study, slug)) for slug in one.exceptions],
        }
        found.setdefault(place_of(one.claim.locator), []).append(line)
    return list(found.items())
