"""Text files of cells: their encoding and separator found out, and read line by line."""

from __future__ import annotations

import csv
import io
import os

from clusterkg.coding.sheets import COLUMN_LIMIT, Book, Cell, book_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["grids"]

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}

FIELD_LIMIT = 64 * 1024 * 1024
"""Signs that the csv module may find in a field: it is the cell's own limit that a coder is told of."""

UNREADABLE = "\ufffd"


def grids(book: Book, data: bytes) -> Iterator[tuple[str, Iterator[list[Cell]]]]:
    """Yield the one sheet of a text file: its name and its rows.

    Args:
        book: is told what was met.
        data: what is in the file.
    """
    text = _decoded(book, data)
    if text is None:
        return
    if "\x00" in text:
        book.tell("error", "nul", "The file holds NUL bytes, which no text has.", "save it anew as CSV UTF-8")
        return
    separator = _separator(text)
    if separator != _usual(book.path):
        book.tell("normalised", "separator", f"The cells are separated by {SEPARATORS[separator]}.")
    yield book_name(book.path), _rows(book, text, separator)


def _usual(path: str) -> str:
    return "\t" if os.path.splitext(path)[1].lower() in (".tsv", ".tab") else ","


def _decoded(book: Book, data: bytes) -> str | None:
    """Return the text of a file, and say if it is not in UTF-8."""
    # What a workbook's program saves as UTF-8 begins with this mark, so it is no news.
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _as(book, data, name)
    for name in ("utf-16-le", "utf-16-be"):
        # Plain letters in UTF-16 have a zero at every other place.
        zeros = data[1:400:2] if name == "utf-16-le" else data[:400:2]
        if len(zeros) > 3 and zeros.count(0) > len(zeros) * 0.6:
            return _as(book, data, name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if b"\x00" in data:
            book.tell("error", "file-type", "The file is neither text nor a workbook.", "save it as CSV UTF-8 or .xlsx")
            return None
        line = data.count(b"\n", 0, error.start) + 1
        book.tell(
            "warning",
            "windows-1252",
            f"The file is not UTF-8 (line {line}); it was read as Windows-1252.",
            "check accents, and save it as CSV UTF-8",
        )
        return data.decode("cp1252", errors="replace")


def _as(book: Book, data: bytes, name: str) -> str | None:
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        book.tell("error", "encoding", f"The file breaks off inside a sign at byte {error.start}.", "save it anew")
        return None
    if name.startswith("utf-16"):
        book.tell("normalised", "utf-16", "The file was read as UTF-16.")
    return text


def _separator(text: str) -> str:
    """Return what separates the cells: the sign that the header has most, quotes left out."""
    head = next((line for line in text.lstrip("\ufeff").splitlines() if line.strip()), "")
    outside = "".join(head.split('"')[::2])
    counts = {sign: outside.count(sign) for sign in SEPARATORS}
    best = max(counts, key=lambda sign: counts[sign])
    return best if counts[best] else ","


def _rows(book: Book, text: str, separator: str) -> Iterator[list[Cell]]:
    name = book_name(book.path)
    before = csv.field_size_limit(FIELD_LIMIT)
    try:
        lines = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=separator)
        for number, cells in enumerate(lines, start=1):
            if len(cells) > COLUMN_LIMIT and any(cell.strip() for cell in cells[COLUMN_LIMIT:]):
                cells = cells[: COLUMN_LIMIT + 1]
            if cells:
                yield [
                    Cell(name, number, place, cell, "text" if cell else "empty") for place, cell in enumerate(cells, 1)
                ]
    except csv.Error as error:
        book.tell("error", "csv", f"The file cannot be read on: {error}.", "save it anew as CSV UTF-8")
    finally:
        csv.field_size_limit(before)
