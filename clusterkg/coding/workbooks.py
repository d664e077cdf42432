"""Workbooks (.xlsx): opened only when their size is known to be bearable, and read row by row."""

from __future__ import annotations

import io
import lzma
import re
import struct
import warnings
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from decimal import Context
from itertools import islice

from clusterkg.coding.sheets import COLUMN_LIMIT, FILE_LIMIT, GUARDED, Book, Cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO, Any

    from clusterkg.coding.sheets import Sheet

__all__ = ["bearable", "faults", "grids"]

RATIO = 200
"""How many times smaller than itself a part of a workbook may be packed."""

SMALL = 1024 * 1024
"""Bytes up to which no ratio is looked at: an empty sheet packs very well."""

PARTS = 5_000
"""Files that a workbook may hold."""

CHUNK = 1024 * 1024

TAGS = 4_000_000
"""XML tags that a workbook may hold, four to six for a cell: each takes ten times its size in memory."""

ROW_TAGS = 200_000
"""XML tags that may follow each other without a new row, which is read as a whole."""

ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")

DIGITS = 15
"""Digits that a spreadsheet keeps of a number: what it adds to them is noise."""

LAST_ROW = 1_048_576
"""Rows that a sheet can have."""

SHEETS = 100
"""Sheets that are looked at."""

WORKBOOK = re.compile(rb"(spreadsheetml\.(sheet|template)|ms-excel\.(sheet|template)\.macroEnabled)\.main\+xml")
"""What a workbook's table of contents calls it."""

BEYOND = 20_000_000
"""Cells beyond the columns looked at, full or empty, after which a sheet is given up."""

BATCH = 500
"""Rows that are read in one go."""

ESCAPED = re.compile(r"_x00([01][0-9A-Fa-f])_")
"""How a workbook writes a sign that XML cannot hold; of other signs written so openpyxl undoes what was done."""

RUN = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that the software keeps as text because its writer said so."""

DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What openpyxl and the modules below it raise at a damaged workbook: it states no error of its own for that."""


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

    if not bearable(book, data):
        return
    try:
        with warnings.catch_warnings():
            # Of what it does not keep, openpyxl warns in words that mean nothing to a coder.
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
            sheets = [sheet for sheet in workbook.worksheets if hasattr(sheet, "reset_dimensions")]
    except defusedxml.common.DefusedXmlException:
        _bomb(book)
        return
    except faults() as error:
        if isinstance(error.__cause__, defusedxml.common.DefusedXmlException):
            _bomb(book)
        else:
            _corrupt(book)
        return
    if not sheets:
        _corrupt(book)
    for sheet in sheets[:SHEETS]:
        before = len(book.sheets)
        yield sheet.title, _rows(book, sheet)
        for ours in book.sheets[before:]:
            if sheet.sheet_state != "visible":
                book.tell("warning", "hidden-sheet", "The sheet is hidden; it is read all the same.", sheet=sheet.title)
            _look_at(book, ours, sheet)
    if len(sheets) > SHEETS:
        book.tell("error", "sheet-limit", f"The workbook has more than {SHEETS} sheets.", "split it")
    workbook.close()


def faults() -> tuple[type[Exception], ...]:
    """Return what openpyxl and the modules below it may raise at a damaged workbook."""
    from xml.parsers.expat import ExpatError

    from openpyxl.formula.translate import TranslatorError
    from openpyxl.utils.exceptions import CellCoordinatesException, InvalidFileException

    return (*DAMAGE, ExpatError, TranslatorError, CellCoordinatesException, InvalidFileException)


def bearable(book: Book, data: bytes) -> bool:
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
            size = tags = 0
            for part in parts:
                # The directory may lie about the size: what comes out is counted.
                with packed.open(part) as stream:
                    for chunk, row_tags in _chunks(stream):
                        size += len(chunk)
                        tags += chunk.count(b"<")
                        if size > FILE_LIMIT or tags > TAGS or row_tags > ROW_TAGS:
                            _bomb(book)
                            return False
            if not WORKBOOK.search(packed.read("[Content_Types].xml").replace(b"\0", b"")):
                book.tell("error", "file-type", "The file is packed, but no workbook.", "save it as .xlsx")
                return False
    except KeyError:
        book.tell("error", "file-type", "The file is packed, but no workbook.", "save it as .xlsx")
        return False
    except DAMAGE:
        _corrupt(book)
        return False
    return True


def _chunks(stream: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    """Yield what a part unpacks to, piece by piece, and how many tags its longest row in that piece has."""
    in_row, begun = 0, False
    while chunk := stream.read(CHUNK):
        # In UTF-16 each letter has a zero beside it.
        before, *rows = (piece.count(b"<") for piece in ROW.split(chunk.replace(b"\0", b"")))
        in_row += before if begun else 0
        longest = max(in_row, *rows, 0)
        if rows:
            begun, in_row = True, rows[-1]
        yield chunk, longest


def _bomb(book: Book) -> None:
    book.tell(
        "error",
        "file-size",
        f"The workbook unpacks to more than {FILE_LIMIT >> 20} MB, or to more than its contents can need.",
        "copy the cells into a new workbook, or split it",
    )


def _corrupt(book: Book, sheet: str = "") -> None:
    what = "sheet" if sheet else "workbook"
    book.tell("error", "file-corrupt", f"The {what} is damaged.", "open it and save it anew as .xlsx", sheet=sheet)


def _rows(book: Book, sheet: Any) -> Iterator[list[Cell]]:
    """Yield the rows of a sheet; what its head says of its size is not believed."""
    import defusedxml.common

    sheet.reset_dimensions()
    rows = sheet.iter_rows()
    damage = faults()
    number = 0
    beyond = 0
    last: object = None
    more = True
    while more:
        found: list[list[Cell]] = []
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                batch = 0
                for row in islice(rows, BATCH):
                    batch += 1
                    # For rows that are left out, up to a million of them, openpyxl gives one and the same.
                    if row is not last and (cells := _cells(sheet.title, row)):
                        found.append(cells)
                    last = row
                    beyond += max(0, len(row) - COLUMN_LIMIT)
            number += batch
            more = batch == BATCH
            if number > LAST_ROW or beyond > BEYOND:
                raise ValueError
        except defusedxml.common.DefusedXmlException:
            _bomb(book)
            more = False
        except damage:
            _corrupt(book, sheet.title)
            more = False
        yield from found


def _look_at(book: Book, ours: Sheet, sheet: Any) -> None:
    """Tell of what is merged or hidden in a sheet, of which openpyxl does not tell where it reads row by row."""
    from clusterkg.coding import appearance

    try:
        # openpyxl has no public name for the part that a sheet stands in.
        with sheet._get_source() as source:
            appearance.tell(book, ours, source)
    except faults():
        _corrupt(book, sheet.title)


def _cells(sheet: str, row: Iterable[Any]) -> list[Cell]:
    """Return the cells of a row that hold something and the first in any case, and of those beyond all columns one."""
    filled = [cell for cell in row if cell.value is not None]
    cells = [_cell(sheet, cell) for cell in filled if cell.column <= COLUMN_LIMIT]
    cells += [_cell(sheet, cell) for cell in filled[len(cells) : len(cells) + 1]]
    if cells and cells[0].column != 1:
        cells.insert(0, Cell(sheet, cells[0].row, 1, "", "empty"))
    return cells


def _cell(sheet: str, cell: Any) -> Cell:
    value, kind = cell.value, cell.data_type
    if isinstance(value, bool):
        return Cell(sheet, cell.row, cell.column, "TRUE" if value else "FALSE", "boolean")
    if isinstance(value, int | float):
        finite = abs(value) < float("inf")
        return Cell(
            sheet, cell.row, cell.column, _number(value) if finite else str(value), "number" if finite else "error"
        )
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
    text = ESCAPED.sub(lambda match: chr(int(match[1], 16)), str(value))
    if GUARDED.match(text) or (text.startswith(RUN) and cell.style_array.quotePrefix):
        # As a text file would have it: an apostrophe that stands in a workbook is the coder's own.
        text = "'" + text
    return Cell(sheet, cell.row, cell.column, text, "text" if text else "empty")


def _number(value: float) -> str:
    """Return a number as a person typed it: at most 15 digits, no exponent.

    >>> _number(2.0), _number(1.5000000000000002), _number(1164909), _number(0.30000000000000004)
    ('2', '1.5', '1164909', '0.3')
    """
    digits = Context(DIGITS).create_decimal(value)
    text = f"{digits:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
