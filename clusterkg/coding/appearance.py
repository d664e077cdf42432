"""How a workbook shows a sheet: which of its cells are merged, and which are hidden."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import islice
from xml.parsers import expat

from clusterkg.coding.columns import BY_SHEET
from clusterkg.coding.sheets import address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from typing import IO

    from clusterkg.coding.sheets import Book, Cell, Sheet

__all__ = ["tell"]

WORTH_A_LOOK = re.compile(rb"""<(?:\w+:)?mergeCell\s|\shidden\s*=\s*["'](?:1|true)["']""")
"""What a sheet without merged or hidden cells does not have; few have it."""

OVERLAP = 64
"""Bytes of a piece that are looked at again with the next."""

CHUNK = 1024 * 1024

AREA = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7}):\$?([A-Za-z]{1,3})\$?(\d{1,7})")

AREAS = 10_000
"""Merged areas of a sheet that are told one by one."""

LOOKED_AT = 1_000
"""Cells of an area among which a value is looked for."""

NAMED = 5
"""Hidden rows that a problem names."""


def tell(book: Book, sheet: Sheet, source: IO[bytes]) -> None:
    """Tell of merged cells that hold a value, and of hidden rows and columns that hold something.

    Args:
        book: is told.
        sheet: as it was read.
        source: the sheet's part of the workbook, from its beginning.

    Raises:
        ExpatError, ValueError: the part is damaged.
    """
    if not _is_worth_a_look(source):
        return
    source.seek(0)
    ours = frozenset(column.name for column in BY_SHEET[sheet.kind])
    columns = {cell.column: name for name, cell in sorted(sheet.header.items(), key=lambda one: one[1].column)}
    numbers = [row.number for row in sheet.rows]
    look = _Look(frozenset(numbers))
    look.read(source)
    for area in look.areas:
        _tell_of_merged(book, sheet, area, columns, numbers, ours)
    if look.more:
        message = f"The sheet has more than {AREAS:,} merged cells."
        book.tell("error", "merged-cells", message, "unmerge them", sheet=sheet.name)
    _tell_of_hidden_rows(book, sheet, look.rows)
    names = [
        name
        for column, name in columns.items()
        if name in ours
        and any(first <= column <= last for first, last in look.columns)
        and any(row.cells[name].text.strip() for row in sheet.rows)
    ]
    if names:
        message = f"Hidden columns hold something: {', '.join(names)}. They are read all the same."
        fix = "show them, and look whether they are right"
        book.tell("warning", "hidden-cells", message, fix, cell=sheet.header[names[0]], field=";".join(names))


def _is_worth_a_look(source: IO[bytes]) -> bool:
    before = b""
    while piece := source.read(CHUNK):
        # In UTF-16 each letter has a zero beside it.
        piece = before + piece.replace(b"\0", b"")
        if WORTH_A_LOOK.search(piece):
            return True
        before = piece[-OVERLAP:]
    return False


class _Look:
    """What the tags of a sheet say of how it is shown; what they hold is left alone.

    Attributes:
        areas: merged areas: row and column of the first cell, row and column of the last.
        more: whether there are more than `AREAS`.
        rows: the numbers of hidden rows, of those that were read.
        columns: the first and the last of columns hidden together.
    """

    def __init__(self, known: frozenset[int]) -> None:
        self.areas: list[tuple[int, int, int, int]] = []
        self.more = False
        self.rows: list[int] = []
        self.columns: list[tuple[int, int]] = []
        self._known = known
        self._row = 0
        self._begun = {"row": self._begin_row, "col": self._begin_column, "mergeCell": self._begin_area}

    def read(self, source: IO[bytes]) -> None:
        """Go through the part."""
        parser = expat.ParserCreate()
        # A sheet has no document type; without one nothing can be made to grow.
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = self._begin
        while piece := source.read(CHUNK):
            parser.Parse(piece, False)

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        begun = self._begun.get(name if ":" not in name else name.rpartition(":")[2])
        if begun:
            begun(attributes)

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        self._row = int(attributes.get("r", self._row + 1))
        if _is_hidden(attributes) and self._row in self._known:
            self.rows.append(self._row)

    def _begin_column(self, attributes: Mapping[str, str]) -> None:
        if _is_hidden(attributes):
            self.columns.append((int(attributes.get("min", 0)), int(attributes.get("max", 0))))

    def _begin_area(self, attributes: Mapping[str, str]) -> None:
        found = AREA.fullmatch(attributes.get("ref", ""))
        if found and len(self.areas) < AREAS:
            self.areas.append((int(found[2]), _number(found[1]), int(found[4]), _number(found[3])))
        elif found:
            self.more = True


def _refuse(*_: object) -> None:
    raise ValueError


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    return attributes.get("hidden", "") in ("1", "true")


def _number(letters: str) -> int:
    """Return the number of a column.

    >>> _number("A"), _number("L"), _number("aa")
    (1, 12, 27)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _tell_of_merged(
    book: Book,
    sheet: Sheet,
    area: tuple[int, int, int, int],
    columns: Mapping[int, str],
    numbers: list[int],
    ours: Container[str],
) -> None:
    """Tell of an area that holds a value, if it hides others of our cells behind the first."""
    top, left, bottom, right = area
    names = [name for column, name in columns.items() if left <= column <= right]
    rows = range(bisect_left(numbers, top), bisect_right(numbers, bottom))
    if not rows or numbers[rows[0]] != top or left not in columns or not any(name in ours for name in names):
        # It begins in the heading, a row that is not read, or a column without a heading.
        return
    if len(rows) * len(names) < 2:
        return
    found = (sheet.rows[index].cells[name] for index in rows for name in names)
    first: Cell = sheet.rows[rows[0]].cells[columns[left]]
    if any(cell.text.strip() for cell in islice(found, LOOKED_AT)):
        message = f"{first.address}:{address(bottom, right)} are merged; what is written there counts for the first."
        fix = "unmerge them and write the value in each cell"
        field = ";".join(name for name in names if name in ours)
        book.tell("error", "merged-cells", message, fix, cell=first, field=field)


def _tell_of_hidden_rows(book: Book, sheet: Sheet, hidden: list[int]) -> None:
    if not hidden:
        return
    named = ", ".join(map(str, hidden[:NAMED])) + (f" and {len(hidden) - NAMED:,} more" * (len(hidden) > NAMED))
    several = len(hidden) > 1
    message = f"{'Rows' if several else 'Row'} {named} {'are' if several else 'is'} hidden, and read all the same."
    row = next(row for row in sheet.rows if row.number == hidden[0])
    first = min(row.cells.values(), key=lambda cell: cell.column)
    book.tell("warning", "hidden-cells", message, "show what is hidden, and look whether it is right", cell=first)
