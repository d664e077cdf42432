"""Some results to begin with, each computed from what is coded, with the way to what it rests on."""

from __future__ import annotations

from clusterkg import library
from clusterkg.server import studies
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from clusterkg.graph import Graph

__all__ = ["results_of"]

QUESTIONS = (
    "functional-upgrading-in-quasi-hierarchies",
    "high-collective-efficiency-without-upgrading",
    "low-collective-efficiency-with-upgrading",
    "cases-the-prose-is-silent-on",
)
"""Ready questions whose answer is a list of cases: those that go against what one would expect, or rest on little."""


def results_of(graph: Graph, study: str) -> list[dict[str, Any]]:
    """Return the results: a figure, what it counts, the names behind it, and where its evidence is.

    A question that the study's coding cannot answer, and a study without findings or tables, has no such result.
    """
    return [
        *_claims(graph, study),
        *(one for name in QUESTIONS for one in _listed(graph, name, study)),
        *_print(graph, study),
    ]


def _listed(graph: Graph, name: str, study: str) -> list[dict[str, Any]]:
    """Return how many cases answer a question, of how many it rests on."""
    from clusterkg.questions.asking import ask

    query = library.read(f"questions/{name}", graph.folders)
    answer = ask(graph, query, {"study": study_iri(study)})
    ground = answer.ground
    if ground is None or not ground.answerable:
        return []
    cases = {str(row["case"]): str(row["cluster"]) for row in answer}
    return [
        {
            "figure": f"{len(cases)} of {ground.n}",
            "counts": ground.told,
            "cut": _cut(query.header.get("defaults") or []),
            "asks": " ".join(str(query.header["summary"]).split()),
            "names": [(label, studies.place_of_case(study, iri.rpartition("/")[2])) for iri, label in cases.items()],
            "missing": ground.of - ground.n,
            "link": f"/query/{name}{_of(study, '?')}",
        }
    ]


def _cut(defaults: Sequence[Mapping[str, Any]]) -> str:
    """Return on which type of upgrading, and from or up to which score, a question counts a case as upgraded.

    >>> _cut([{"type": "https://w3id.org/clusterkg/concept/dimension/process-upgrading"}, {"least_score": 2}])
    'process upgrading of 2 or more'
    """
    given = {name: value for one in defaults for name, value in one.items()}
    name = str(given.get("type", "")).rpartition("/")[2].replace("-", " ") or "a score"
    if "least_score" in given:
        return f"{name} of {given['least_score']} or more"
    if "greatest_score" in given:
        return f"{name} of {given['greatest_score']}{' or less' if given['greatest_score'] else ''}"
    return ""


def _claims(graph: Graph, study: str) -> list[dict[str, Any]]:
    """Return how many claims of the study fail, of those that the coding can test."""
    from clusterkg.findings.verdicts import FAILS, NOT_TESTABLE

    found = studies.findings_of(graph, study)
    tested = [one for one in found if one.verdict != NOT_TESTABLE]
    if not tested:
        return []
    verdicts: dict[str, int] = {}
    for one in tested:
        verdicts[one.verdict] = verdicts.get(one.verdict, 0) + 1
    return [
        {
            "figure": f"{verdicts.get(FAILS, 0)} of {len(tested)}",
            "counts": "claims that the coding can test",
            "asks": "Which claims of the study do its own cases not bear out?",
            "told": "; ".join(f"{verdict}: {n}" for verdict, n in sorted(verdicts.items(), key=lambda one: -one[1])),
            "names": [],
            "missing": 0,
            "link": f"/findings?verdict={FAILS}{_of(study, '&')}",
        }
    ]


def _print(graph: Graph, study: str) -> list[dict[str, Any]]:
    """Return how many rows of the ledger speak against the print."""
    ledger = studies.ledger_of(graph, study)
    if not len(ledger):
        return []
    return [
        {
            "figure": f"{len(ledger.slips())} of {len(ledger)}",
            "counts": "rows of the ledger, which has each printed figure and passage beside what the cases give",
            "asks": "Where does the print say something else than the cases give?",
            "names": [],
            "missing": 0,
            "link": f"/ledger{_of(study, '?')}",
        }
    ]


def _of(study: str, sign: str) -> str:
    return "" if study == studies.STUDY else f"{sign}study={study}"
