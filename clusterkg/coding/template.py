"""The spreadsheet that a coder fills in: headings, explanations, drop-down lists, codebook."""

from __future__ import annotations

import os

from clusterkg.coding.columns import BY_SHEET
from clusterkg.errors import FileError, UnknownName, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clusterkg.graph import Graph

    Rows = Mapping[str, Sequence[Mapping[str, str]]]

__all__ = ["as_csv", "escaped", "write_safely", "write_template"]

MARK = "# "
"""What the first cell of a row begins with that is there to be read and not imported."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A cell of a text file that begins so is run as a formula by spreadsheet software."""


def write_template(
    path: str,
    graph: Graph,
    *,
    study: str | None = None,
    rows: Rows | None = None,
    sheet: str = "cases",
    replace: bool = False,
) -> None:
    """Write a spreadsheet for a coder to fill in, or to go on with.

    Args:
        path: where to; its ending says what: ``.xlsx`` a workbook with all sheets, codebook and drop-down
            lists, ``.csv`` one sheet.
        graph: the loaded graph, which brings options, definitions and examples.
        study: the key of a study whose cases fill the sheets.
        rows: rows to fill the sheets with instead, as `export.rows_of` returns them. Without rows there is
            an example row, which is not imported.
        sheet: the sheet that a ``.csv`` holds.
        replace: whether a file of that name may be written over.

    Raises:
        FileError: there is such a file already, it cannot be written, or its ending says nothing.
        UnknownName: there is no such study or sheet.
        ModuleNotFoundError: openpyxl, which a workbook needs, is not installed.
    """
    if sheet not in BY_SHEET:
        raise UnknownName("no such sheet", place=sheet, remedy=nearest(sheet, BY_SHEET))
    ending = os.path.splitext(path)[1].lower()
    if ending not in (".xlsx", ".csv"):
        raise FileError("the name says no format", place=path, remedy="end it in .xlsx or .csv")
    if os.path.exists(path) and not replace:
        raise FileError("is there already", place=path, remedy="choose another name or say --replace")
    if rows is None and study is not None:
        from clusterkg.coding.export import rows_of

        rows = rows_of(graph, study)
    if ending == ".csv":
        # Spreadsheet software takes a file without the mark for Windows-1252 and spoils every accent.
        content = as_csv(sheet, rows).encode("utf-8-sig")
        write_safely(path, lambda part: _write_bytes(part, content))
        return
    from clusterkg.coding.workbook import build

    workbook = build(graph, rows)
    write_safely(path, workbook.save)


def as_csv(sheet: str, rows: Rows | None = None) -> str:
    """Return one sheet as CSV: headings, explanations, then the rows, or an example without any.

    >>> lines = as_csv("values").splitlines()
    >>> lines[0]
    'case_id,variable,value,source,locator,evidence,confidence,coder'
    >>> lines[1][:33]
    '"# The case, as in the sheet case'
    """
    import csv
    import io

    columns = BY_SHEET[sheet]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for line in (*opening_lines(sheet, with_example=rows is None), *_lines(sheet, rows)):
        writer.writerow(escaped(line.get(column.name, "")) for column in columns)
    return out.getvalue()


def opening_lines(sheet: str, *, with_example: bool) -> list[dict[str, str]]:
    """Return the rows above the coder's own: the headings, the explanations, and the example."""
    columns = BY_SHEET[sheet]
    lines = [
        {column.name: column.name for column in columns},
        {column.name: column.explanation + " Required." * column.required for column in columns},
    ]
    if with_example:
        lines.append({column.name: column.example for column in columns})
    for line in lines[1:]:
        line[columns[0].name] = MARK + line[columns[0].name]
    return lines


def _lines(sheet: str, rows: Rows | None) -> Sequence[Mapping[str, str]]:
    return rows.get(sheet, ()) if rows is not None else ()


def escaped(text: str) -> str:
    r"""Return a cell of a text file so that no spreadsheet software runs it: with an apostrophe before it.

    An apostrophe that stands before such a text already is doubled, since a reader drops one.

    >>> escaped("=1+1"), escaped("-0.5"), escaped("León")
    ("'=1+1", "'-0.5", 'León')
    >>> escaped("'=1+1"), escaped("'s-Hertogenbosch")
    ("''=1+1", "'s-Hertogenbosch")
    """
    return "'" + text if text.lstrip("'").startswith(DANGEROUS) else text


def write_safely(path: str, write: Callable[[str], object]) -> None:
    """Let `write` fill a file beside `path`, then put it in its place: all of it, or nothing.

    Raises:
        FileError: the folder cannot be written; what was there is there still.
    """
    part = f"{path}.{os.getpid()}.part"
    try:
        write(part)
        with open(part, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        raise FileError(f"cannot be written: {error.strerror}", place=path) from error
    finally:
        if os.path.exists(part):
            os.unlink(part)


def _write_bytes(path: str, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)
