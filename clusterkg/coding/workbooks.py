"""Workbooks (.xlsx): opened only when their size is known to be bearable, and read row by row."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from clusterkg.coding.sheets import COLUMN_LIMIT, FILE_LIMIT, Book, Cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

__all__ = ["grids"]

RATIO = 200
"""How many times smaller than itself a part of a workbook may be packed."""

SMALL = 1024 * 1024
"""Bytes up to which no ratio is looked at: an empty sheet packs very well."""

PARTS = 5_000
"""Files that a workbook may hold."""

CHUNK = 1024 * 1024

DIGITS = 15
"""Digits that a spreadsheet keeps of a number: what it adds to them is noise."""

BLANK_ROWS = 1_000
"""Rows without content after which a sheet is taken to have ended."""


def grids(book: Book, data: bytes) -> Iterator[tuple[str, Iterator[list[Cell]]]]:
    """Yield the sheets of a workbook: name and rows.

    Args:
        book: is told what was met.
        data: what is in the file.

    Raises:
        ModuleNotFoundError: the extra ``sheets`` is not installed.
    """
    import defusedxml.common
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    if not _bearable(book, data):
        return
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except defusedxml.common.DefusedXmlException:
        _bomb(book)
        return
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, OSError) as error:
        _corrupt(book, error)
        return
    for sheet in workbook.worksheets:
        if not hasattr(sheet, "iter_rows"):
            continue
        if sheet.sheet_state != "visible" and sheet.title.casefold() not in ("lists", "codebook"):
            book.tell("warning", "hidden-sheet", "The sheet is hidden; it is read all the same.", sheet=sheet.title)
        yield sheet.title, _rows(book, sheet)
    workbook.close()


def _bearable(book: Book, data: bytes) -> bool:
    """Tell whether what the file unpacks to is of a size to be read; the parts are unpacked to find out."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > FILE_LIMIT:
                _bomb(book)
                return False
            for part in parts:
                if part.flag_bits & 1:
                    book.tell("error", "file-type", "The workbook is locked by a password.", "save it without one")
                    return False
                if part.file_size > SMALL and part.file_size > RATIO * max(part.compress_size, 1):
                    _bomb(book)
                    return False
            total = 0
            for part in parts:
                # The directory may lie about the size: what comes out is counted.
                with packed.open(part) as stream:
                    head = b""
                    while chunk := stream.read(CHUNK):
                        head = head or chunk
                        total += len(chunk)
                        if total > FILE_LIMIT:
                            _bomb(book)
                            return False
                if part.filename.endswith((".xml", ".rels")) and re.search(rb"<!(DOCTYPE|ENTITY)", head[:65536]):
                    _bomb(book)
                    return False
            if "[Content_Types].xml" not in packed.namelist():
                book.tell("error", "file-type", "The file is packed, but no workbook.", "save it as .xlsx")
                return False
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as error:
        _corrupt(book, error)
        return False
    return True


def _bomb(book: Book) -> None:
    book.tell(
        "error",
        "file-size",
        f"The workbook unpacks to more than {FILE_LIMIT >> 20} MB, or to more than its contents can need.",
        "copy the cells into a new workbook",
    )


def _corrupt(book: Book, error: Exception) -> None:
    told = " ".join(str(error).split())[:100]
    book.tell("error", "file-corrupt", f"The workbook is damaged: {told}.", "open it and save it anew as .xlsx")


def _rows(book: Book, sheet: Any) -> Iterator[list[Cell]]:
    """Yield the rows of a sheet; what its head says of its size is not believed."""
    import defusedxml.common

    sheet.reset_dimensions()
    blank = 0
    try:
        for row in sheet.iter_rows(max_col=COLUMN_LIMIT):
            cells = [_cell(sheet.title, cell) for cell in row if getattr(cell, "value", None) is not None]
            if not cells:
                blank += 1
                if blank > BLANK_ROWS:
                    return
                continue
            blank = 0
            if cells[0].column != 1:
                cells.insert(0, Cell(sheet.title, cells[0].row, 1, "", "empty"))
            yield cells
    except defusedxml.common.DefusedXmlException:
        _bomb(book)
    except (KeyError, ValueError, TypeError, SyntaxError, IndexError, AttributeError, OSError) as error:
        _corrupt(book, error)


def _cell(sheet: str, cell: Any) -> Cell:
    value, kind = cell.value, cell.data_type
    if isinstance(value, bool):
        return Cell(sheet, cell.row, cell.column, "TRUE" if value else "FALSE", "boolean")
    if isinstance(value, int | float):
        return Cell(sheet, cell.row, cell.column, _number(value), "number")
    if isinstance(value, datetime) and value.time() == time(0):
        value = value.date()
    if isinstance(value, datetime | date | time):
        return Cell(sheet, cell.row, cell.column, value.isoformat(), "date")
    if isinstance(value, timedelta):
        return Cell(sheet, cell.row, cell.column, str(value), "date")
    if kind == "f":
        text = value if isinstance(value, str) else getattr(value, "text", "") or "="
        return Cell(sheet, cell.row, cell.column, text, "formula")
    if kind == "e":
        return Cell(sheet, cell.row, cell.column, str(value), "error")
    text = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), str(value))
    return Cell(sheet, cell.row, cell.column, text, "text" if text else "empty")


def _number(value: float) -> str:
    """Return a number as a person typed it: at most 15 digits, no exponent.

    >>> _number(2.0), _number(1.5000000000000002), _number(1164909), _number(0.30000000000000004)
    ('2', '1.5', '1164909', '0.3')
    """
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    digits = Decimal(f"{value:.{DIGITS}g}")
    return f"{digits:f}".rstrip("0").rstrip(".") if "." in f"{digits:f}" else f"{digits:f}"
