"""The tables of a study: how many figures each prints, and how they stand to what its cases give."""

from __future__ import annotations

from clusterkg.server import studies
from clusterkg.server.views.ledger import queries_of, told
from clusterkg.server.views.view import View, ask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Asked

__all__ = ["show"]


def show(graph: Graph, asked: Asked) -> View:
    """Return the list of a study's tables, each with its figures by their verdicts.

    Raises:
        UnknownName: there is no such study.
        ParameterError: a parameter that there is not, or one given twice.
    """
    from clusterkg import library
    from clusterkg.ledger import PLACES, VERDICTS
    from clusterkg.report.comparison import printed_in
    from clusterkg.report.parts import Cell, Grid
    from clusterkg.tables import ALL_STUDIES

    asked.only("study")
    study = studies.study_of(graph, asked, ALL_STUDIES)
    pooled = study == ALL_STUDIES
    rebuilt = studies.tables_of(graph, study)
    counted = {} if pooled else {str(table): numbers for table, *numbers in studies.ledger_of(graph, study).summary()}
    rows = []
    for number, table in rebuilt.items():
        numbers = counted.get(number, [None if pooled else 0] * len(VERDICTS))
        figures = None if pooled else sum(int(str(one)) for one in numbers)
        rows.append((number, table.title, len(table.rows), figures, *numbers))
    of_study = f"study={study}" if study != studies.STUDY else ""
    grid = Grid(
        "tables",
        "Tables, and how the figures that each prints stand to what the cases give",
        ["Table", "Rows", "Figures printed", *(verdict.capitalize() for verdict in VERDICTS)],
        [
            [
                Cell(rebuilt[str(number)].caption, f"/tables/{number}{of_study and f'?{of_study}'}"),
                Cell(lines, kind="number"),
                *(Cell("", kind="blank") if one is None else Cell(one, kind="number") for one in numbers),
            ]
            for number, _, lines, *numbers in rows
        ],
        numeric=[False, *[True] * (len(VERDICTS) + 2)],
    )
    places = [(place, counted[place]) for place in PLACES if place in counted]
    others = Grid(
        "places",
        "What text, notes, appendix and labels say, beside what the data give",
        ["Where", *(verdict.capitalize() for verdict in VERDICTS)],
        [
            [
                Cell(printed_in(place), f"/ledger?{of_study}{of_study and '&'}table={place}"),
                *(Cell(one, kind="number") for one in numbers),
            ]
            for place, numbers in places
        ],
        numeric=[False, *[True] * len(VERDICTS)],
    )
    words = studies.command(graph, "tables --ledger", study)
    made = ask(graph, library.read("tables/index", graph.folders))[1]
    return View(
        "Tables, rebuilt from the cases",
        "tables",
        {
            "studies": {**studies.studies(graph), ALL_STUDIES: "All studies together"},
            "study": study,
            "pooled": pooled,
            "grid": grid,
            "others": others if places else None,
            "ledger": f"/ledger{of_study and f'?{of_study}'}",
            **({} if pooled else told(studies.ledger_of(graph, study))),
        },
        columns=["number", "title", "rows", "figures", *(verdict.replace(" ", "_") for verdict in VERDICTS)],
        rows=rows,
        made=[made, *([] if pooled else queries_of(graph, study))],
        making=""
        if pooled
        else "The figures are counted in the rows of the ledger, which are put together from these queries.",
        command=words if rebuilt else "",
        code=f"kg.tables(study={study!r})" if rebuilt else "",
        here="/tables",
        about="Every table of the study, rebuilt from its coded cases, with the figures that differ from the print.",
    )
