"""The tables of a study as the report shows them, each figure that differs from the print leading to the ledger."""

from __future__ import annotations

from clusterkg import rendering
from clusterkg.graph.answers import plain
from clusterkg.ledger import SLIPS
from clusterkg.report.comparison import row_anchor
from clusterkg.report.parts import Cell, Grid, Origin, Section, anchor, count
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterkg.graph.answers import Value
    from clusterkg.ledger import Ledger
    from clusterkg.tables import Table

    Slips = Mapping[tuple[str, str, str], Mapping[str, Value]]

__all__ = ["CASE_COLUMNS", "grid", "section", "slips_of"]

TOTALS = ("Total", "Average")
CASE_COLUMNS = ("cluster", "case")
"""Columns that name a case."""


def section(
    rebuilt: Sequence[Table], queries: Mapping[str, str], found: Ledger, slugs: Mapping[str, str], study: str
) -> Section:
    """Return the section of tables.

    Args:
        rebuilt: the tables.
        queries: for the number of each the name of the query that rebuilt it.
        found: the ledger.
        slugs: the slug of each case by its names.
        study: the study's key.
    """
    slips = slips_of(found)
    return Section(
        "tables",
        "Tables",
        [_part(table, queries[table.number], slips, slugs, study) for table in rebuilt],
    )


def slips_of(found: Ledger) -> Slips:
    """Return the rows of the ledger that speak against the print, by table, row and column."""
    return {(str(row["table"]), str(row["row"]), str(row["column"])): row for row in found if row["verdict"] in SLIPS}


def _part(table: Table, query: str, slips: Slips, slugs: Mapping[str, str], study: str) -> Section:
    id = anchor("table", table.number)
    given = {"study": study_iri(study), "table": table.number, "labels": "preferred"}
    origin = Origin(f"clusterkg table {table.number} --study {study}", [query], given)
    cases = [{name: anchor("case", slugs[name]) for name in row if name in slugs} for row in _names(table)]
    names = [str(record.get("cluster") or record.get("sectoral_group") or "") for record in table.records()]
    return Section(id, table.caption, [grid(table, slips, names, cases, origin=origin)])


def _names(table: Table) -> list[list[str]]:
    """Return the names of cases that stand in each row."""
    return [[str(record[name]) for name in CASE_COLUMNS if record.get(name)] for record in table.records()]


def grid(
    table: Table,
    slips: Slips,
    names: Sequence[str],
    cases: Sequence[Mapping[str, str]],
    values: Mapping[tuple[str, str], str] | None = None,
    *,
    origin: Origin | None = None,
) -> Grid:
    """Return a table as people read it, each figure that differs from the print leading to the ledger.

    Args:
        table: the rebuilt table.
        slips: the rows of the ledger that speak against the print; see `slips_of`.
        names: what the ledger calls each row.
        cases: for each row where the names of cases in it lead.
        values: where a value leads, by what the ledger calls its row and by its column.
        origin: how it was made.
    """
    shown, notes = list(table.columns), table.notes()
    if {"footnote", "note"} <= set(shown):
        shown.remove("note")
        footnotes = {str(row["footnote"]): str(row["note"]) for row in table.records() if row["footnote"] is not None}
        notes = [f"{key}: {footnotes[key]}" for key in sorted(footnotes)] + notes
    sizes = dict.fromkeys(record["n_of"] for record in table.records() if record.get("cluster") in TOTALS)
    notes = [
        f"{' and '.join(TOTALS)}: of {count(int(str(n)), 'case')}, fewer where an asterisk says so" for n in sizes
    ] + notes
    headings = table.headings()
    inner = [name for name in shown if name not in headings]
    records = table.records()
    numeric = [any(_number(record[name]) for record in records) for name in inner]
    leads = values or {}
    rows = []
    for record, row, links in zip(records, names, cases, strict=True):
        cells = []
        for name, right in zip(inner, numeric, strict=True):
            link = links.get(plain(record[name]), "") if name in CASE_COLUMNS else leads.get((row, name), "")
            cells.append(_cell(record, name, right, slips.get((table.number, row, name)), link))
        rows.append(cells)
    return Grid(
        f"{anchor('table', table.number)}-rebuilt",
        table.caption,
        [rendering.heading(name) for name in inner],
        rows,
        numeric=numeric,
        groups=[[plain(record[name]) for name in headings] for record in records] if headings else [],
        notes=notes,
        origin=origin,
        ruled=[place for place, record in enumerate(records) if record.get("cluster") == TOTALS[0]],
    )


def _number(value: Value) -> bool:
    return value is not None and not isinstance(value, str | bool)


def _cell(record: Mapping[str, Value], name: str, right: bool, slip: Mapping[str, Value] | None, link: str) -> Cell:
    value, mark = record[name], None
    if slip is not None:
        why = f"{slip['verdict']}: {slip['cause'] or 'see the row of the ledger'}"
        mark = (f"printed {slip['printed']}", row_anchor(slip), why)
    text = plain(value)
    if name == "topic":
        return Cell(rendering.heading(text), mark=mark)
    n, of = record.get(f"{name}_n"), record.get("n_of")
    if isinstance(n, int) and isinstance(of, int) and 0 < n < of:
        text += "*"
    if value is None:
        return Cell("", kind="blank", mark=mark)
    if right:
        return Cell(text, link, kind="number" if _number(value) else "missing", mark=mark)
    return Cell(text, link, mark=mark)
