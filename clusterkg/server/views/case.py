"""One case study: each value with what it rests on, its chains, who plays a part, and what is missing."""

from __future__ import annotations

from urllib.parse import quote

from clusterkg.server import studies
from clusterkg.server.casebook import book_of
from clusterkg.server.facets import FACETS, UNSTATED
from clusterkg.server.frame import home_of
from clusterkg.server.locators import parted
from clusterkg.server.things import forms_of, name_in, subjects_of
from clusterkg.server.views.view import Made, View, ask
from clusterkg.terms import BASE, case_iri, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from clusterkg.cases import Case
    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Asked

__all__ = ["NEAREST", "compare_address", "described_class", "missing", "show"]

NEAREST = 5
"""The cases most like it that are shown."""

ISIC, HS = "concept/isic4/", "concept/hs2022/"

FACETS_SHOWN = ("group", "country", "degree", "mode", "basis")
TITLED = ("degree", "basis")
"""The facets whose values say nothing without the facet's name."""

TONES = {
    "holds": "good",
    "holds with exceptions": "mixed",
    "fails": "bad",
}
"""How a verdict is marked; any other is open."""


def show(graph: Graph, asked: Asked) -> View:
    """Return the page about a case study.

    Raises:
        UnknownName: there is no such case; the nearest are offered.
        ParameterError: a parameter that there is not.
    """
    from clusterkg import cases, library

    asked.only("statements")
    kind, _, rest = asked.path.partition("/")
    study, _, slug = rest.partition("/")
    subjects_of(graph, asked.path)
    case = cases.describe(graph, slug, study=study)
    iri = case_iri(study, slug)
    made = []
    for name in cases.QUERIES:
        query = library.read(f"{kind}s/{name}", graph.folders)
        made.append(Made(query.name, query.bind({"case": iri}), {"case": iri}))
    printed, of_tables = ask(graph, library.read("pages/case-printed", graph.folders), {"case": iri})
    given = {"case": iri, "study": study_iri(study), "greatest_distance": "1", "least_shared": "4"}
    nearest, of_nearest = ask(graph, library.read("questions/nearest-known-cases", graph.folders), given)
    by_rating: dict[str, list[dict[str, Any]]] = {}
    for row in printed:
        if row["rating"] is not None:
            by_rating.setdefault(str(row["rating"]), []).append(row)
    argument = "" if study == studies.STUDY else f", study={study!r}"
    like = [{**row, "link": home_of(str(row["case"]))} for row in list(nearest)[:NEAREST]]
    return View(
        str(case["name"]),
        "case",
        {
            "case": case,
            "study": study,
            "of_study": "" if study == studies.STUDY else f"&study={quote(study)}",
            "slug": slug,
            "locate": lambda locator: parted(graph, study, locator),
            "links": _links(graph, iri),
            "ratings": [_rating(row, by_rating) for row in case["ratings"]],
            "chains": [{**row, "id": _fragment(row["chain"])} for row in case["chains"]],
            "parts": [{**row, "link": home_of(row["participant"])} for row in case["participations"]],
            "classes": [described_class(graph, row) for row in case["cluster"]["classes"]],
            "home": {"cluster": home_of(case["cluster"]["iri"]), "study": home_of(case["study"]["iri"])},
            "sources": [{**row, "link": home_of(row["source"])} for row in case["sources"]],
            "findings": _findings(graph, study, slug),
            "like": like,
            "compared": compare_address([iri, *(str(row["case"]) for row in like)]),
            "missing": missing(case),
            "everything": asked.url(statements="yes"),
        },
        columns=case.columns,
        rows=case.rows,
        made=[*made, of_tables, of_nearest],
        command=studies.command(graph, f"case {slug} --format csv", study),
        code=f"kg.case({slug!r}{argument})",
        others=forms_of(asked.path),
        written={"json": case.to_json, "md": case.to_markdown},
        here="/cases",
        about=f"{case['name']}, a case study of {case['study']['name']}: every value with what it rests on.",
    )


def _fragment(iri: object) -> str:
    return str(iri).partition("#")[2]


def _rating(row: Mapping[str, Any], printed: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Return a rating with what tables print of it, and whether a printed row is all that it rests on."""
    locator, evidence = row["locator"], row["evidence"]
    return {
        **row,
        "id": _fragment(row["rating"]),
        "printed": [(one["printed"], one["table"]) for one in printed.get(str(row["rating"]), ())],
        "row_only": bool(evidence) and evidence == f"{locator}, row only",
    }


def described_class(graph: Graph, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a code of industry or trade with the title of its entry."""
    import pyoxigraph as ox

    iri = f"{BASE}{ISIC if str(row['kind']).startswith('ISIC') else HS}{row['code']}" if row["code"] else ""
    return {**row, "link": home_of(iri) if iri else "", "title": name_in(graph, ox.NamedNode(iri)) if iri else ""}


def _links(graph: Graph, iri: str) -> list[tuple[str, int, str]]:
    """Return what the case shares with others: what it is, how many cases have it, and where they are."""
    book = book_of(graph)
    bit = book.only(iri)
    shared = []
    for name in FACETS_SHOWN:
        for choice in book.facets[name].values():
            if choice.mask & bit and choice.word != UNSTATED:
                titled = name in TITLED or choice.reason
                told = f"{FACETS[name].title}: {choice.label}" if titled else choice.label
                shared.append((told, choice.mask.bit_count(), f"/cases?{name}={quote(choice.word)}"))
    return shared


def _findings(graph: Graph, study: str, slug: str) -> list[dict[str, str]]:
    """Return the findings that name the case, each with its verdict; none where the study has none."""
    from clusterkg.errors import DataError, UnknownName

    try:
        found = studies.findings_about(graph, study, slug)
    except (UnknownName, DataError):
        return []
    return [
        {
            "id": one.id,
            "claim": one.claim.name,
            "locator": one.claim.locator,
            "verdict": one.verdict,
            "tone": TONES.get(one.verdict, "open"),
            "link": f"/page/finding/{quote(study)}/{quote(one.id)}",
            "against": "yes" if slug in one.exceptions else "",
        }
        for one in found
    ]


def compare_address(iris: Sequence[str]) -> str:
    """Return where cases are compared."""
    return "/compare?" + "&".join(f"case={quote(iri.removeprefix(BASE + 'case/'), safe='/')}" for iri in iris)


def missing(case: Case) -> list[str]:
    """Return what is not known of a case, a sentence each; an accepted value that rests on a printed row alone too."""
    told = []
    accepted = [row for row in case["ratings"] if row["accepted"]]
    for row in accepted:
        if row["value"] is None:
            told.append(f"{row['variable']}: {row['reason'] or 'neither a value nor a reason'}.")
    alone = [row["variable"] for row in accepted if row["evidence"] == f"{row['locator']}, row only"]
    if alone:
        told.append(
            f"{len(alone)} of {len(accepted)} values rest on a printed row alone, the prose says nothing of them: "
            f"{', '.join(str(one) for one in alone)}."
        )
    status = case["governance"]["status"]
    if status != "coded":
        told.append(f"Governance: {status or 'not stated'}.")
    counted = [row for row in case["chains"] if row["counted"]]
    for column, what in (("lead_actor", "who leads it"), ("destination", "where it sells")):
        without = [row for row in counted if not row[column]]
        if without:
            told.append(f"{len(without)} of {len(counted)} counted chains: nothing is said of {what}.")
    silent = [row for row in counted if not (row["enables"] or row["hinders"] or row["leaves_unaffected"])]
    if silent:
        told.append(f"{len(silent)} of {len(counted)} counted chains: nothing is said of what they do to upgrading.")
    if not case["period"]:
        told.append("Period of observation: not stated.")
    if not case["sources"]:
        told.append("Sources: none is listed for the case.")
    for row in case["cluster"]["places_linked"]:
        for list_, name in (("GeoNames", "geonames"), ("Wikidata", "wikidata")):
            if not row[name]:
                told.append(f"{row['name']} at {list_}: {row[f'no_{name}'] or 'no link, and no reason stated'}")
    told += [f"{row['kind']}: {row['reason']}" for row in case["cluster"]["classes"] if not row["code"]]
    return told
