"""The passages of a study: every paragraph, quotation and note with the findings that it leads to, or why to none."""

from __future__ import annotations

from clusterkg.server import studies
from clusterkg.server.views.view import View, ask
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph
    from clusterkg.report.parts import Cell
    from clusterkg.report.passages import Passage
    from clusterkg.server.views.view import Asked

__all__ = ["show"]


def show(graph: Graph, asked: Asked) -> View:
    """Return the passages of a study in the order of its text.

    Raises:
        UnknownName: there is no such study.
        ParameterError: a parameter that there is not, or one given twice.
    """
    from clusterkg import library
    from clusterkg.report.parts import Cell, Grid
    from clusterkg.report.passages import PASSAGES, passages_of, place_of

    asked.only("study")
    study = studies.study_of(graph, asked)
    listed = list(passages_of(graph, study).values())
    given = {"study": study_iri(study)}
    answer, made = ask(graph, library.read(PASSAGES, graph.folders), given)
    grid = Grid(
        "passages",
        "Passages in the order of the text, with the findings that each leads to",
        ["Where", "Number there", "Topic", "Findings"],
        [
            [
                Cell(passage.locator),
                Cell(passage.number, kind="number"),
                Cell(passage.topic),
                _claims(passage, study),
            ]
            for passage in listed
        ],
        numeric=[False, True, False, False],
        groups=[(place_of(passage.locator),) for passage in listed],
        anchors=[passage.anchor for passage in listed],
    )
    return View(
        "Passages: where each claim stands",
        "passages",
        {
            "studies": studies.studies(graph),
            "study": study,
            "grid": grid,
            "leading": sum(1 for passage in listed if passage.findings),
        },
        columns=answer.columns,
        rows=answer.rows,
        made=[made],
        command=studies.command(graph, f"query {PASSAGES} --param study={given['study']}"),
        code=f"kg.query({PASSAGES!r}, study={given['study']!r}).to_pandas()",
        here="/findings",
        about="Every paragraph, quotation and note of the study by its place and topic, with the claims made there.",
    )


def _claims(passage: Passage, study: str) -> Cell:
    """Return the findings of a passage as links, or why there is none."""
    from clusterkg.report.parts import Cell

    if not passage.findings:
        return Cell(f"no claim: {passage.no_claim or 'not stated'}", kind="missing")
    first, *others = (Cell(id, f"/page/finding/{study}/{id}") for id in passage.findings)
    first.others = others
    return first
