"""The ledger as the report shows it: its numbers, its slips, and every row."""

from __future__ import annotations

from clusterkg import rendering
from clusterkg.graph.answers import plain
from clusterkg.ledger import COLUMNS, PLACES, SLIPS, SOURCES, VERDICTS, Ledger
from clusterkg.report.parts import Cell, Grid, Origin, Section, Text, anchor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.graph.answers import Value

__all__ = ["FIGURES", "grid", "printed_in", "row_anchor", "section"]

FIGURES = ("printed", "rows", "transcribed", "reasons", "component-sums")
"""Queries of the library under ``ledger/`` that serve the printed figures; the rest hold places against each other."""

PRINTED_IN = {"note": "Text and notes", "appendix": "Appendix", "label": "Labels", "prose": "Prose on cases"}


def row_anchor(row: Mapping[str, Value]) -> str:
    """Return the anchor of a row of the ledger."""
    return anchor("ledger", row["table"], row["row"], row["column"])


def section(found: Ledger, study: str) -> Section:
    """Return the section of the ledger.

    Args:
        found: the ledger.
        study: the study's key.
    """
    queries = [f"ledger/{name}" for name in (*FIGURES, *SOURCES, "labels")]
    origin = Origin(f"clusterkg ledger --study {study} --all", queries)
    summary = [
        [Cell(printed_in(str(table))), *(Cell(plain(number), kind="number") for number in numbers)]
        for table, *numbers in found.summary()
    ]
    if len(summary) > 1:
        sums = [sum(int(row[place].text) for row in summary) for place in range(1, len(VERDICTS) + 1)]
        summary.append([Cell("All"), *(Cell(number, kind="number") for number in sums)])
    slips = found.slips()
    given: set[str] = set()
    return Section(
        "ledger",
        "Ledger: what is printed, beside what the data give",
        [
            Text(
                "Every printed figure stands beside its recomputation. Transcribed figures are equal by "
                "construction, since the coding is the printed cell; the others are put to the test. A slip of the "
                "print is no fault of the data."
            ),
            Grid(
                "ledger-numbers",
                "How many printed figures and passages have which verdict",
                ["Printed in", *(verdict.capitalize() for verdict in VERDICTS)],
                summary,
                numeric=[False, *[True] * len(VERDICTS)],
                origin=origin,
                ruled=[len(summary) - 1] if len(summary) > 1 else [],
            ),
            # Apart, since the words of passages would leave no room for the causes.
            grid("ledger-slips", "Figures that differ, or were cut off instead of rounded", _figures(slips), given),
            grid("ledger-passages", "Passages, appendix and labels that differ", _places(slips), given),
            grid(
                "ledger-rest",
                "Every other row of the ledger",
                _others(found),
                given,
                folded=f"The other {len(found) - len(slips)} rows, which agree or cannot be recomputed",
            ),
        ],
    )


def _figures(found: Ledger) -> Ledger:
    return Ledger(found.study, [row for row in found.rows if row[0] not in PLACES])


def _places(found: Ledger) -> Ledger:
    return Ledger(found.study, [row for row in found.rows if row[0] in PLACES])


def _others(found: Ledger) -> Ledger:
    return Ledger(found.study, [row for row in found.rows if row[COLUMNS.index("verdict")] not in SLIPS])


def printed_in(table: str) -> str:
    """Return what people call that which the ledger has under ``table``.

    >>> printed_in("5"), printed_in("label")
    ('Table 5', 'Labels')
    """
    return PRINTED_IN.get(table, f"Table {table}")


def _column(record: Mapping[str, Value]) -> str:
    """Return what a row is about: a table's column under its heading, else in the ledger's own words."""
    column = plain(record["column"])
    return column if record["table"] in PLACES else rendering.heading(column)


def grid(
    id: str,
    caption: str,
    found: Ledger,
    given: set[str],
    folded: str = "",
    cases: Mapping[str, str] | None = None,
) -> Grid:
    """Return rows of the ledger as people read them.

    Args:
        id: the anchor of the whole.
        caption: what it holds.
        found: the rows.
        given: the anchors that rows have already; those of these rows join them.
        folded: what stands in its place until it is opened; empty where it stands open.
        cases: where the names of cases lead.
    """
    records, leads = found.records(), cases or {}
    anchors = []
    for record in records:
        name = row_anchor(record)
        # Two passages may speak of one thing.
        anchors.append(name if name not in given else "")
        given.add(name)
    return Grid(
        id,
        caption,
        ["Row", "Column", "Printed", "Recomputed", "n", "Verdict", "Cause"],
        [
            [
                Cell(plain(record["row"]), leads.get(plain(record["row"]), "")),
                Cell(_column(record)),
                Cell(plain(record["printed"])),
                Cell("", kind="blank") if record["recomputed"] is None else Cell(plain(record["recomputed"])),
                Cell(plain(record["n"]), kind="number"),
                Cell(plain(record["verdict"])),
                Cell(plain(record["cause"])),
            ]
            for record in records
        ],
        numeric=[False, False, False, False, True, False, False],
        groups=[(printed_in(str(record["table"])),) for record in records],
        anchors=anchors,
        folded=folded,
    )
