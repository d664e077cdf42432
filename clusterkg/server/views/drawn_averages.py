"""The plots of averages over cases: by governance mode and market, by country, beside a country's figures."""

from __future__ import annotations

from clusterkg.graph.answers import plain
from clusterkg.report.parts import Cell, Grid
from clusterkg.server import studies
from clusterkg.server.views.drawing import SCALE, Drawing, asked_of
from clusterkg.server.views.narrowed import TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from clusterkg.graph import Answer, Graph
    from clusterkg.graph.answers import Value
    from clusterkg.server.views.narrowed import Narrowing

__all__ = ["countries", "economy", "inequality", "modes"]

READING = (
    "Each figure is the mean of the cases that have a score, of which n says how many there are. The scale "
    "is ordinal: the mean takes its steps to be equal, which nobody has shown."
)

WORDS = {"missing_cases": "Cases without a score", "n": "n", "n_without": "n without"}
"""What columns are called where their names do not say it."""

LARGE = 1_000_000
"""From here on a figure is shown without decimals, its thousands apart; CSV has all of it."""

NO_SCORE = "no score"


def _averages(
    graph: Graph, narrowing: Narrowing, name: str, draw: Callable[[Answer], dict[str, Any]], kind: str, label: str
) -> Drawing:
    """Return the drawing of a question whose rows are averages, with the whole answer as a table."""
    answer, made = asked_of(graph, narrowing, name, type=TYPES[narrowing.type][0], **narrowing.indicator)
    shown = [column for column in answer.columns if column not in ("level", "match")]
    names = studies.slugs_of(graph, narrowing.study)
    rows = [[_cell(column, row[column], narrowing.study, names) for column in shown] for row in answer]
    grid = Grid(
        "averages",
        f"{TYPES[narrowing.type][1]}, as the question has it",
        [WORDS.get(column, column.replace("_", " ").capitalize()) for column in shown],
        rows,
        numeric=[any(row[place].kind == "number" for row in rows) for place in range(len(shown))],
    )
    notes = [
        "Lowest and highest: the mean if every missing score were the lowest, or the highest.",
        *(
            [
                "All cases of one country and year share its figure. They stand in rows of their own by what the year "
                "is that was wanted."
            ]
            if narrowing.indicator
            else []
        ),
    ]
    return Drawing(kind, draw(answer), grid, answer, [made], label=label, reading=READING, notes=notes, question=name)


def _cell(column: str, value: Value, study: str, names: Mapping[str, str]) -> Cell:
    if column in ("cases", "missing_cases") and value is not None:
        slugs = str(value).split("; ")
        first, *others = [Cell(names.get(one, one), studies.place_of_case(study, one)) for one in slugs]
        first.others = others
        return first
    if value is None:
        return Cell(NO_SCORE, kind="missing") if column.startswith("average") else Cell("", kind="blank")
    if isinstance(value, str):
        return Cell(value)
    large = not isinstance(value, bool) and abs(float(value)) >= LARGE
    return Cell(f"{float(value):,.0f}" if large else plain(value), kind="number")


def _average(row: Mapping[str, Value]) -> dict[str, Any]:
    """Return an average as a drawing has it; without any score, why there is none."""
    missing = row["missing"]
    reason = f"{NO_SCORE}: {missing} missing" if missing else "no such case"
    return {
        "value": None if row["average"] is None else plain(row["average"]),
        "n": row["n"],
        "missing": missing,
        "reason": reason if row["average"] is None else None,
        "note": str(row["cases"] or "").replace("; ", ", "),
    }


def modes(graph: Graph, narrowing: Narrowing) -> Drawing:
    """Return the mean score for each governance mode and market."""

    def draw(answer: Answer) -> dict[str, Any]:
        rows = [{"row": row["governance_mode"], "column": row["market_scope"], **_average(row)} for row in answer]
        return {"rows": rows, "domain": SCALE}

    label = "Heat map of mean scores for each governance mode and market scope."
    return _averages(graph, narrowing, "questions/upgrading-by-mode-and-scope", draw, "heat", label)


def countries(graph: Graph, narrowing: Narrowing) -> Drawing:
    """Return the mean score in each country."""

    def draw(answer: Answer) -> dict[str, Any]:
        return {
            "rows": [{"name": row["country"], **_average(row)} for row in answer],
            "domain": SCALE,
            "value": "mean score",
        }

    label = "Bars of mean scores, one for each country."
    return _averages(graph, narrowing, "questions/upgrading-by-country", draw, "bars", label)


def _figures(graph: Graph, narrowing: Narrowing, indicator: str, axis: str, unit: float) -> Drawing:
    def draw(answer: Answer) -> dict[str, Any]:
        rows = [
            {
                "name": f"{row['country']} {row['year_used']} (n {row['n']})",
                "x": float(str(row["value"])) / unit,
                "y": None if row["average"] is None else plain(row["average"]),
                "note": f"{row['year_basis']}: {str(row['cases'] or '').replace('; ', ', ')}",
            }
            for row in answer
        ]
        return {"rows": rows, "x": axis, "y": "mean score", "domains": {"y": SCALE}}

    narrowing.indicator = {"indicator": f"https://w3id.org/clusterkg/indicator/{indicator}"}
    label = f"Dots of mean scores, one for each country, year and what the year is, against {axis}."
    question = "questions/linked/upgrading-and-the-size-of-the-economy"
    return _averages(graph, narrowing, question, draw, "scatter", label)


def economy(graph: Graph, narrowing: Narrowing) -> Drawing:
    """Return the mean score beside each country's gross domestic product."""
    return _figures(graph, narrowing, "NY.GDP.MKTP.CD", "GDP in billion (10⁹) US dollars", 1e9)


def inequality(graph: Graph, narrowing: Narrowing) -> Drawing:
    """Return the mean score beside each country's Gini index."""
    return _figures(graph, narrowing, "SI.POV.GINI", "Gini index", 1.0)
