"""The exported tables as text: comma-separated values, and the codebook that says what each column holds."""

from __future__ import annotations

from clusterkg import rendering
from clusterkg.export.columns import SEPARATOR, codebook_columns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.export.columns import Column
    from clusterkg.export.rows import Export
    from clusterkg.graph.answers import Value

__all__ = ["Tables", "as_csv", "tables_of"]

Tables = dict[str, tuple["list[Column]", "list[dict[str, Value]]"]]
"""Columns and rows of each table, by its name."""


def tables_of(made: Export) -> Tables:
    """Return the tables of an export and, last, their codebook, a row a column of the others."""
    tables: Tables = {name: (columns, made.rows[name]) for name, columns in made.columns.items()}
    tables["codebook"] = (codebook_columns(), _codebook(made))
    return tables


def _codebook(made: Export) -> list[dict[str, Value]]:
    return [
        {
            "file": f"{name}.csv",
            "column": one.name,
            "label": one.label,
            "type": one.kind,
            "unit": one.unit or None,
            "values": SEPARATOR.join(one.values) or None,
            "missing": f"blank; why: {one.reason}" if one.reason else "blank",
            "rule": one.rule or None,
        }
        for name, columns in made.columns.items()
        for one in columns
    ]


def as_csv(tables: Tables) -> dict[str, bytes]:
    """Return each table as a CSV file, by the file's name."""
    files = {}
    for name, (columns, rows) in tables.items():
        names = [one.name for one in columns]
        text = rendering.as_csv(names, [[row[column] for column in names] for row in rows])
        files[f"{name}.csv"] = text.encode()
    return files
