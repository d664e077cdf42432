"""The ledger: every printed figure and passage beside what the data give for it."""

from __future__ import annotations

from clusterkg.server import studies
from clusterkg.server.views.narrowing import narrowed
from clusterkg.server.views.view import Made, View

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from clusterkg.graph import Graph
    from clusterkg.ledger import Ledger
    from clusterkg.server.views.narrowing import Narrowed
    from clusterkg.server.views.view import Asked

__all__ = ["as_ledger", "left_of", "queries_of", "show", "told"]


def show(graph: Graph, asked: Asked) -> View:
    """Return the ledger of a study, narrowed down by table and verdict.

    Raises:
        UnknownName: there is no such study.
        ParameterError: a parameter or value that there is not, or one given twice.
    """
    from clusterkg.ledger import COLUMNS, PLACES, SLIPS
    from clusterkg.report import comparison

    asked.only("study", "table", "verdict", "q")
    study = studies.study_of(graph, asked)
    whole = studies.ledger_of(graph, study)
    left = left_of(whole, asked)
    tables = asked.all("table")
    by_table = not asked.one("q") and not asked.all("verdict") and len(tables) <= 1
    words = f"ledger{f' --table {tables[0]}' if tables else ' --all'}"
    call = f"kg.ledger(study={study!r})" + (f".only({tables[0]!r})" if tables else "")
    rows = [tuple(row[column] for column in COLUMNS) for row in left.shown]
    cases, given = studies.case_links(graph, study), set[str]()
    # Apart, since the words of passages would leave no room for the causes.
    parts = [
        ("figures", "Printed figures", [row for row in left.shown if row["table"] not in PLACES]),
        ("passages", "Passages, appendix and labels", [row for row in left.shown if row["table"] in PLACES]),
    ]
    return View(
        "Ledger: what is printed, beside what the data give",
        "ledger",
        {
            "studies": studies.studies(graph),
            "study": study,
            "list": left,
            "slips_only": asked.url([*((key, one) for key, one in asked.pairs if key != "verdict"), *_of(SLIPS)]),
            "grids": [
                comparison.grid(id, caption, as_ledger(study, some), given, cases=cases)
                for id, caption, some in parts
                if some or not left.shown
            ],
            **told(whole),
        },
        columns=COLUMNS,
        rows=rows,
        made=queries_of(graph, study, places=True),
        making="The rows are put together from the answers to all of these queries, and then chosen from.",
        command=studies.command(graph, words, study) if len(whole) and by_table else "",
        code=call if len(whole) and by_table else "",
        here="/tables",
        about="Every printed figure of the study beside its recomputation, with the cause where they differ.",
    )


def left_of(found: Ledger, asked: Asked, *, table: str = "") -> Narrowed:
    """Return the rows of a ledger that an address leaves of it, as mappings from column to value.

    Args:
        found: the ledger.
        asked: the request.
        table: the only table that there is; empty where the address may choose, and have free text.

    Raises:
        ParameterError: a value that there is not, or the free text given twice.
    """
    from clusterkg.graph.answers import plain
    from clusterkg.ledger import VERDICTS
    from clusterkg.report.comparison import printed_in

    by_verdict = {"verdict": ("Verdict", lambda row: [str(row["verdict"])])}
    if table:
        return narrowed(asked, found.records(), by_verdict, orders={"verdict": VERDICTS})
    return narrowed(
        asked,
        found.records(),
        {"table": ("Printed in", lambda row: [str(row["table"])]), **by_verdict},
        names={str(row["table"]): printed_in(str(row["table"])) for row in found},
        orders={"verdict": VERDICTS},
        text=lambda row: " ".join(plain(value) for value in row.values()),
    )


def _of(verdicts: tuple[str, ...]) -> list[tuple[str, str]]:
    return [("verdict", verdict) for verdict in verdicts]


def as_ledger(study: str, rows: list[dict[str, Any]]) -> Ledger:
    """Return rows as a ledger of their own."""
    from clusterkg.ledger import COLUMNS, Ledger

    return Ledger(study, [tuple(row[column] for column in COLUMNS) for row in rows])


def told(found: Ledger) -> dict[str, int]:
    """Return how many rows there are, and how many printed figures are tested, agree, and speak against the print."""
    from clusterkg.ledger import PLACES

    figures = [str(row["verdict"]) for row in found if row["table"] not in PLACES]
    tested = [verdict for verdict in figures if verdict not in ("transcribed", "cannot be recomputed")]
    return {
        "total": len(found),
        "tested": len(tested),
        "agree": sum(verdict in ("equal", "equal after rounding") for verdict in tested),
        "differ": sum(verdict in ("differs", "equal after truncation") for verdict in tested),
        "slips": len(found.slips()),
    }


def queries_of(graph: Graph, study: str, *, places: bool = False) -> list[Made]:
    """Return the queries that serve the printed figures of a study, and those that hold places against each other."""
    from clusterkg import library
    from clusterkg.ledger import SOURCES
    from clusterkg.report.comparison import FIGURES
    from clusterkg.terms import study_iri

    found = []
    for name in (*FIGURES, *((*SOURCES, "labels") if places else ())):
        query = library.read(f"ledger/{name}", graph.folders)
        given = {"study": study_iri(study)} if query.parameters else {}
        found.append(Made(query.name, query.bind(given), given))
    return found
