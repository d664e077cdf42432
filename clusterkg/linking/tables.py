"""A researcher's table: its columns by heading, its rows, and the distinct things that they name."""

from __future__ import annotations

import hashlib
import os

from clusterkg.coding.sheets import NOT_READ, Book, contents
from clusterkg.errors import DataError, FileError, UnknownName, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clusterkg.coding.sheets import Cell

__all__ = ["KINDS", "Subject", "Table", "read"]

KINDS = ("country", "cluster", "place", "industry")
"""What can be linked; a region only helps to find a place."""

COLUMNS = ("place", "country", "region", "industry", "cluster")

ROWS = 200_000
"""Rows that are read."""


class Subject:
    """Something that is to be linked.

    Attributes:
        id: its name, as in ``row:7.place``: the first row that names it, and what it is.
        kind: one of `KINDS`.
        text: what it is called.
        country: what its country is called, or its three letters; empty where nothing says.
        region: what its region is called; empty where nothing says.
        rows: the rows that name it, from 1, the header counted.
    """

    __slots__ = ("country", "id", "kind", "region", "rows", "text")

    def __init__(self, id: str, kind: str, text: str, country: str = "", region: str = "") -> None:
        self.id, self.kind, self.text, self.country, self.region = id, kind, text, country, region
        self.rows: list[int] = []

    def __repr__(self) -> str:
        return f"<Subject {self.id}: {self.text!r}>"


class Table:
    """A table as it was read.

    Attributes:
        path: the file.
        digest: SHA-256 of the file.
        header: the headings.
        rows: number and cells of each row that is not empty, as they are.
        columns: which heading stands for what, of `COLUMNS`.
        notes: a line for each oddity met in reading.
    """

    def __init__(self, path: str, digest: str, lines: list[list[str]], columns: Mapping[str, str]) -> None:
        self.path, self.digest, self.columns = path, digest, dict(columns)
        self.header: list[str] = []
        self.rows: list[tuple[int, list[str]]] = []
        self.notes: list[str] = []
        for number, cells in enumerate(lines, start=1):
            if not any(map(str.strip, cells)):
                continue
            if not self.header:
                self.header = [_tidy(cell) for cell in cells]
                self._check()
            else:
                self._add(number, cells)
        self._at = {kind: self.header.index(name) for kind, name in self.columns.items()}

    def _check(self) -> None:
        known = [name for name in self.header if name]
        for kind, name in self.columns.items():
            if name not in known:
                raise UnknownName(
                    f"has no column {name!r}, which --{kind} names", place=self.path, remedy=nearest(name, known)
                )
            if known.count(name) > 1:
                raise DataError(f"has {known.count(name)} columns {name!r}", place=self.path, remedy="rename one")

    def _add(self, number: int, cells: list[str]) -> None:
        wide = len(self.header)
        if any(cells[wide:]):
            raise DataError(
                f"has {len(cells)} cells under {wide} headings",
                place=f"{self.path}:{number}",
                remedy="check the separators, and put text with separators into quotes",
            )
        self.rows.append((number, [*cells[:wide], *[""] * (wide - len(cells))]))

    def text(self, cells: list[str], kind: str) -> str:
        """Return what a row says in the column that stands for something, without odd spaces; empty where nothing."""
        return _tidy(cells[self._at[kind]]) if kind in self._at else ""

    def named(self) -> Iterator[tuple[int, list[str], dict[str, tuple[str, ...]]]]:
        """Yield of each row its number, its cells and, by kind, the key of the subject that it names."""
        for number, cells in self.rows:
            country = self.text(cells, "country")
            keys: dict[str, tuple[str, ...]] = {}
            for kind in KINDS:
                if text := self.text(cells, kind):
                    region = self.text(cells, "region") if kind == "place" else ""
                    keys[kind] = (kind, text, country if kind in ("place", "cluster") else "", region)
            yield number, cells, keys

    def subjects(self) -> dict[tuple[str, ...], Subject]:
        """Return the distinct things that the rows name, in the order of the first row that names each."""
        found: dict[tuple[str, ...], Subject] = {}
        for number, _, keys in self.named():
            for kind, key in keys.items():
                if key not in found:
                    found[key] = Subject(f"row:{number}.{kind}", kind, *key[1:])
                found[key].rows.append(number)
        return found


def read(path: str, columns: Mapping[str, str]) -> Table:
    """Return a table from a text file (separators and encoding are found out) or the first sheet of a workbook.

    Args:
        path: the file.
        columns: which heading stands for what, of `COLUMNS`.

    Raises:
        FileError: it cannot be read, is empty or not a table.
        UnknownName: a column is not there; the nearest heading is offered.
        DataError: a row is wider than the header, a heading that is asked for stands twice, or there is no row.
        ModuleNotFoundError: it is a workbook, and the extra ``sheets`` is not installed.
    """
    book = Book(path)
    data = contents(book)
    _raise(book)
    assert data is not None
    lines = [[cell.text for cell in cells] for cells in _cells(book, data)]
    _raise(book)
    if len(lines) > ROWS:
        raise FileError(f"has more than {ROWS:,} rows", place=path, remedy="split it")
    table = Table(path, hashlib.sha256(data).hexdigest(), lines, columns)
    table.notes = [problem.message for problem in book.problems if problem.level == "warning"]
    if not table.rows:
        raise DataError("has headings and no row" if table.header else "has no row", place=path)
    return table


def _cells(book: Book, data: bytes) -> Iterator[list[Cell]]:
    if data[:4] == b"PK\x03\x04":
        from clusterkg.coding.workbooks import grids
    elif data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise FileError("is an old or a locked workbook", place=book.path, remedy="save it as .xlsx without a password")
    else:
        from clusterkg.coding.texts import grids
    for name, rows in grids(book, data):
        if os.path.basename(name).casefold() not in NOT_READ:
            yield from rows
            return


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _raise(book: Book) -> None:
    """Raise the first error that was met in reading."""
    for problem in book.problems:
        if problem.level == "error":
            fault = problem.message.removesuffix(".").replace("The file ", "", 1)
            remedy = problem.fix.replace("begin from clusterkg template", "check that it is the right file")
            raise FileError(fault[0].lower() + fault[1:], place=book.path, remedy=remedy)
