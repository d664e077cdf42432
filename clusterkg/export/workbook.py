"""The exported tables as one workbook: a sheet a table, the codebook first."""

from __future__ import annotations

import io
import re
import zipfile

from clusterkg.coding.workbook import FACE, LINE, USUAL, cell_at, lines_of, put, style_heading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from clusterkg.export.columns import Column
    from clusterkg.export.tables import Tables
    from clusterkg.graph.answers import Value

__all__ = ["as_workbook"]

NARROWEST, WIDEST = 8, 60
"""Least and greatest width of a column, in characters; longer texts are wrapped."""

TALLEST = 12
"""As many lines of a row are shown; a text that is longer still is there as a whole."""

TIMES = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>", re.S)

KEPT = {"cases": "B2", "ratings": "C2", "chains": "C2", "codebook": "C2"}
"""What stays in sight when one scrolls: the header, and the columns that name the row."""


def as_workbook(tables: Tables) -> dict[str, bytes]:
    """Return ``cases.xlsx``.

    Numbers are numbers, truth values truth values, a blank an empty cell; a text stays a text whatever it begins with.

    Raises:
        ModuleNotFoundError: openpyxl is not installed.
    """
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name in sorted(tables, key=lambda name: name != "codebook"):
        _fill(workbook.create_sheet(name), name, *tables[name])
    workbook.properties.creator = "clusterkg"
    out = io.BytesIO()
    workbook.save(out)
    return {"cases.xlsx": _without_time(out)}


def _without_time(written: io.BytesIO) -> bytes:
    """Return the workbook without the time at which it was written, so that the same cells give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = TIMES.sub(b"", content)
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _fill(worksheet: Worksheet, name: str, columns: list[Column], rows: list[dict[str, Value]]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    widths = [_width(one, rows) for one in columns]
    for number, (one, width) in enumerate(zip(columns, widths, strict=True), 1):
        heading = cell_at(worksheet, 1, number)
        put(heading, one.name)
        style_heading(heading, USUAL)
        worksheet.column_dimensions[get_column_letter(number)].width = width
    for place, row in enumerate(rows, 2):
        tallest = 1
        for number, (one, width) in enumerate(zip(columns, widths, strict=True), 1):
            value = row[one.name]
            if value is None:
                continue
            cell = cell_at(worksheet, place, number)
            if isinstance(value, str):
                put(cell, value)
                cell.number_format = "@"
                tallest = max(tallest, lines_of(value, width - 1))
            elif isinstance(value, bool):
                cell.value = value
            else:
                put(cell, str(value), number=True)
            cell.font = Font(name=FACE)
            cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str))
        worksheet.row_dimensions[place].height = LINE * min(tallest, TALLEST)
    worksheet.freeze_panes = KEPT[name]
    worksheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    worksheet.print_title_rows = "1:1"
    worksheet.page_setup.orientation = "landscape"


def _width(one: Column, rows: list[dict[str, Value]]) -> int:
    longest = max((len(str(row[one.name])) for row in rows if row[one.name] is not None), default=0)
    # The filter's button stands beside the name.
    return min(WIDEST, max(NARROWEST, longest + 2, len(one.name) + 5))
