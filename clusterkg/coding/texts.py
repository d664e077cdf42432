"""Text files of cells: their encoding and separator found out, and read line by line."""

from __future__ import annotations

import csv
import os
import re

from clusterkg.coding.sheets import COLUMN_LIMIT, Book, Cell, book_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["decoded", "grids"]

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}

FIELD_LIMIT = 64 * 1024 * 1024
"""Signs that the csv module may find in a field: it is the cell's own limit that a coder is told of."""

DECLARED = re.compile(r"sep=(.)(?:\r\n?|\n)")
"""The line by which a file tells spreadsheet software its separator; the software does not count it as a row."""

LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def grids(book: Book, data: bytes) -> Iterator[tuple[str, Iterator[list[Cell]]]]:
    """Yield the one sheet of a text file: its name and its rows.

    Args:
        book: is told what was met.
        data: what is in the file.
    """
    text = decoded(book, data)
    if text is None:
        return
    nul = text.find("\x00")
    if nul >= 0:
        line = text.count("\n", 0, nul) + 1
        message = f"The file holds NUL bytes, which no text has (line {line})."
        book.tell("error", "nul", message, "save it anew as CSV UTF-8")
        return
    text = text.lstrip("\ufeff")
    declared = DECLARED.match(text)
    if declared and declared[1] in SEPARATORS:
        separator = declared[1]
        text = text[declared.end() :]
    else:
        separator = _separator(text)
    if separator != _usual(book.path):
        book.tell("normalised", "separator", f"The cells are separated by {SEPARATORS[separator]}.")
    yield book_name(book.path), _rows(book, text, separator)


def _usual(path: str) -> str:
    return "\t" if os.path.splitext(path)[1].lower() in (".tsv", ".tab") else ","


def decoded(book: Book, data: bytes) -> str | None:
    """Return the text of a file, None where it is none, and tell the book if it is not in UTF-8."""
    # What a workbook's program saves as UTF-8 begins with this mark, so it is no news.
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _as(book, data, name)
    for name in ("utf-16-le", "utf-16-be"):
        # A heading is of plain letters, which in UTF-16 have a zero before or behind each.
        low, high = (data[:16:2], data[1:16:2]) if name == "utf-16-le" else (data[1:16:2], data[:16:2])
        if high and not any(high) and all(low):
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
        called = "UTF-8" if name == "utf-8-sig" else "UTF-16"
        message = f"The file begins as {called}, but byte {error.start + 1:,} is none."
        book.tell("error", "encoding", message, "save it anew as CSV UTF-8")
        return None
    if name.startswith("utf-16"):
        book.tell("normalised", "utf-16", "The file was read as UTF-16.")
    return text


def _separator(text: str) -> str:
    """Return what separates the cells: the sign that the header has most, quotes left out."""
    head = next((line for line in map(re.Match.group, LINE.finditer(text)) if line.strip()), "")
    outside = "".join(head.split('"')[::2])
    counts = {sign: outside.count(sign) for sign in SEPARATORS}
    best = max(counts, key=lambda sign: counts[sign])
    return best if counts[best] else ","


def _rows(book: Book, text: str, separator: str) -> Iterator[list[Cell]]:
    name = book_name(book.path)
    before = csv.field_size_limit(FIELD_LIMIT)
    number = 0
    try:
        # Read leniently, a quote that nobody closed would swallow the rows behind it.
        lines = csv.reader((line[0] for line in LINE.finditer(text)), delimiter=separator, strict=True)
        for number, cells in enumerate(lines, start=1):
            if len(cells) > COLUMN_LIMIT:
                cells = [*cells[:COLUMN_LIMIT], separator.join(cells[COLUMN_LIMIT:]).strip(separator + " ")]
            if cells:
                yield [
                    Cell(name, number, place, cell, "text" if cell else "empty") for place, cell in enumerate(cells, 1)
                ]
    except csv.Error:
        book.tell(
            "error",
            "quotes",
            f"A quotation mark in row {number + 1} is not closed, or has something right behind it.",
            'put the whole cell into quotation marks, and double those inside: "the ""old"" cluster"',
        )
    finally:
        csv.field_size_limit(before)
