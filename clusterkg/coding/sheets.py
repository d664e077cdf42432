"""A workbook or text file as sheets of plain cells, whatever it was saved as and whatever is in it."""

from __future__ import annotations

import os
import re
import stat

from clusterkg.coding.columns import BY_SHEET
from clusterkg.coding.headings import LEAST, SHOWN, find, layout, tell_of_column
from clusterkg.coding.problems import CellProblem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "CELL_LIMIT",
    "LAYOUTS",
    "ROW_LIMIT",
    "Book",
    "Cell",
    "Row",
    "Sheet",
    "address",
    "contents",
    "read",
    "read_data",
]

CELL_LIMIT = 5_000
"""Signs that a cell may hold."""

ROW_LIMIT = 100_000
"""Rows that a sheet may have."""

COLUMN_LIMIT = 200
"""Columns that are looked at."""

FILE_LIMIT = 64 * 1024 * 1024
"""Bytes of a file, and of what a workbook unpacks to."""

LAYOUTS = {kind: [column.name for column in columns] for kind, columns in BY_SHEET.items()}
"""The names of the columns of each layout."""

NOT_READ = ("codebook", "lists", "problems", "readme")
"""Sheets of our own workbooks that hold nothing to read."""

GUARDED = re.compile(r"'(?='*[=+\-@\t\r])")
"""The sign that is put before a text that a spreadsheet would take for a formula, or that has such a sign itself."""

FORMULA = re.compile(
    r"""
      =
    | [+\-] \$?[A-Za-z]{1,3} \$?\d{1,7} \s* (?: $ | [-+*/^&=<>:;,%)!] )   # a cell, and nothing or a sign behind it
    | [+\-@] [A-Za-z][\w.]* [(!]                                         # a function, or another sheet
    | [+\-] \d+ (?: [.,]\d+ )? \s* [+*/^]                               # a calculation
    """,
    re.VERBOSE,
)
"""How a text begins that somebody wrote to be computed; a dash before words is none."""

FAILED = re.compile(r"#(?:REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)|Err:\d{3}")
"""What a spreadsheet shows where it could not compute; ``#N/A`` is a missing value."""

MISSING = ("#N/A", "#N/D")

SUSPECT = re.compile(r"\s*[=+\-@'#E]|.*[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]", re.DOTALL)
"""What a cell must match to need a closer look; most do not."""

LOST = "\N{REPLACEMENT CHARACTER}"
"""What stands for a sign that could not be read."""


class Cell:
    """One cell.

    Attributes:
        sheet: the name of its sheet.
        row, column: its place, from 1, the header counted.
        text: what a person sees; a number in its shortest digits, a date as ``2003-02-01``, a formula itself.
        kind: ``text``, ``number``, ``date``, ``boolean``, ``formula``, ``error`` or ``empty``.
    """

    __slots__ = ("column", "kind", "row", "sheet", "text")

    def __init__(self, sheet: str, row: int, column: int, text: str, kind: str = "text") -> None:
        self.sheet, self.row, self.column, self.text, self.kind = sheet, row, column, text, kind

    @property
    def address(self) -> str:
        """The address as the spreadsheet shows it, as in ``L7``."""
        return address(self.row, self.column)

    def __repr__(self) -> str:
        return f"<Cell {self.sheet}!{self.address}: {self.text!r}>"


class Row:
    """One row: its cells by the names of their columns, and those beyond the header."""

    __slots__ = ("cells", "extra", "number")

    def __init__(self, number: int, cells: dict[str, Cell], extra: list[Cell]) -> None:
        self.number, self.cells, self.extra = number, cells, extra


class Sheet:
    """One sheet.

    Attributes:
        name: as the workbook has it.
        kind: the layout: ``cases``, ``chains`` or ``values``.
        header: the cells of the header by column name.
        rows: those with something in them.
    """

    def __init__(self, name: str, kind: str, header: dict[str, Cell], rows: list[Row]) -> None:
        self.name, self.kind, self.header, self.rows = name, kind, header, rows

    def __repr__(self) -> str:
        return f"<Sheet {self.name} ({self.kind}): {len(self.rows)} rows>"


class Book:
    """The sheets of a file, and what was met in reading it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.sheets: list[Sheet] = []
        self.problems: list[CellProblem] = []

    def tell(
        self,
        level: str,
        rule: str,
        message: str,
        fix: str = "",
        *,
        cell: Cell | None = None,
        field: str = "",
        sheet: str = "",
    ) -> None:
        """Add a problem of the file, a sheet or a cell; `field` is the column that the cell stands in."""
        name = cell.sheet if cell else sheet or os.path.basename(self.path)
        row, place, value = (cell.row, cell.address, cell.text) if cell else (0, "", "")
        self.problems.append(CellProblem(name, row, place, field, level, rule, value, message, fix))


def address(row: int, column: int) -> str:
    """Return a cell's address as the spreadsheet shows it.

    >>> address(7, 12), address(1, 27)
    ('L7', 'AA1')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def read(path: str, known: Mapping[str, Sequence[str]]) -> Book:
    """Return the sheets of a file; a file that cannot be read has none, and a problem that says why.

    Args:
        path: a workbook (``.xlsx``, ``.xlsm``) or a text file; what is in it decides, not its name.
        known: the columns of each layout.

    Raises:
        ModuleNotFoundError: it is a workbook, and the extra ``sheets`` is not installed.
    """
    book = Book(path)
    data = contents(book)
    if data is not None:
        read_data(book, data, known)
    return book


def read_data(book: Book, data: bytes, known: Mapping[str, Sequence[str]]) -> None:
    """Add to a book the sheets that are in the data of its file, which need not be there; see `read`."""
    path = book.path
    ending = os.path.splitext(path)[1].lower()
    packed = data[:4] == b"PK\x03\x04"
    if packed:
        if ending not in (".xlsx", ".xlsm"):
            book.tell("warning", "file-type", "The file is a workbook in spite of its name.", "rename it to .xlsx")
        from clusterkg.coding.workbooks import grids
    elif data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        book.tell(
            "error",
            "file-type",
            "The file is an old or a locked workbook, which cannot be read.",
            "save it as .xlsx without a password",
        )
        return
    else:
        if ending in (".xlsx", ".xlsm", ".xls"):
            book.tell("warning", "file-type", "The file is text in spite of its name.", "rename it to .csv")
        from clusterkg.coding.texts import grids
    for name, rows in grids(book, data):
        _add(book, name, rows, known, alone=not packed)
    if not book.sheets and not any(problem.level == "error" for problem in book.problems):
        book.tell("error", "no-sheet", "No sheet has the headings of a coding sheet.", "begin from clusterkg template")
    if book.sheets and not any(sheet.rows for sheet in book.sheets):
        book.tell("warning", "no-rows", "There are headings and no row.", sheet=book.sheets[0].name)


def contents(book: Book) -> bytes | None:
    """Return what is in the file, None where it cannot be had."""
    try:
        kind = os.stat(book.path).st_mode
        if not stat.S_ISREG(kind):
            what = "a folder" if stat.S_ISDIR(kind) else "no plain file"
            book.tell("error", "file", f"This is {what}.", "name a workbook or a text file")
            return None
        if os.path.getsize(book.path) > FILE_LIMIT:
            book.tell("error", "file-size", f"The file is larger than {FILE_LIMIT >> 20} MB.", "split it")
            return None
        with open(book.path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        book.tell("error", "file", "There is no such file.", "check the path")
        return None
    except (OSError, ValueError) as error:
        # A name with a NUL byte is a ValueError.
        reason = getattr(error, "strerror", None) or error
        book.tell("error", "file", f"The file cannot be read: {reason}.", "check its name and whether you may read it")
        return None
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t"):
        book.tell("error", "file-empty", "The file is empty.", "begin from clusterkg template")
        return None
    return data


def _add(book: Book, name: str, rows: Iterable[list[Cell]], known: Mapping[str, Sequence[str]], *, alone: bool) -> None:
    """Add a sheet to the book if it has the headings of one of the layouts; one that is `alone` has to."""
    lines = iter(rows)
    header: dict[str, Cell] = {}
    columns: dict[int, str] = {}
    twice: list[tuple[str, Cell]] = []
    for cells in lines:
        if any(cell.text.strip() for cell in cells):
            header, columns, twice = find(cells)
            break
    kind = layout(name, header, known)
    if not kind:
        if header and (alone or name.casefold() not in NOT_READ):
            # Several headings of ours are no chance: one by which the sheet would be known is misspelt.
            meant = any(len(header.keys() & set(columns)) >= LEAST for columns in known.values())
            book.tell(
                "error" if alone or meant else "warning",
                "header",
                f"The first row has no headings of a coding sheet, such as {', '.join(known['cases'][:4])}.",
                "begin from clusterkg template",
                sheet=name,
            )
        return
    for heading, cell in twice:
        book.tell(
            "error",
            "duplicate-column",
            f"Two columns are called {heading[:SHOWN]}.",
            f"remove one or rename it; the other is {header[heading].address}",
            cell=cell,
            field=heading[:SHOWN],
        )
    ours = frozenset(known[kind])
    found: list[Row] = []
    for cells in lines:
        if not any(cell.text.strip() for cell in cells) or _is_comment(cells[0]):
            continue
        if len(found) == ROW_LIMIT:
            book.tell("error", "row-limit", f"The sheet has more than {ROW_LIMIT:,} rows.", "split it", sheet=name)
            break
        found.append(_row(book, cells, columns, ours))
    for heading, cell in header.items():
        if heading not in ours:
            texts = sum(1 for row in found if row.cells[heading].text.strip())
            tell_of_column(book, cell, heading[:SHOWN], texts, [one for one in known[kind] if one not in header])
    book.sheets.append(Sheet(name, kind, header, found))


def _is_comment(first: Cell) -> bool:
    """Tell whether a row is there to be read by people only."""
    text = first.text.lstrip()
    return first.column == 1 and text.startswith("#") and text not in MISSING and not FAILED.fullmatch(text)


def book_name(path: str) -> str:
    """Return the name that the one sheet of a text file goes by."""
    return os.path.splitext(os.path.basename(path))[0]


def _row(book: Book, cells: list[Cell], columns: dict[int, str], ours: frozenset[str]) -> Row:
    found: dict[str, Cell] = {}
    extra: list[Cell] = []
    for cell in cells:
        name = columns.get(cell.column)
        if name:
            # What is passed over may hold anything.
            found[name] = _checked(book, cell, name) if name in ours else cell
        elif name is None and cell.text.strip():
            extra.append(_cut(cell))
    row = cells[0].row
    sheet = cells[0].sheet
    if len(found) < len(columns):
        for column, name in columns.items():
            if name and name not in found:
                found[name] = Cell(sheet, row, column, "", "empty")
    if extra:
        more = f" and {len(extra) - 5} more" if len(extra) > 5 else ""
        book.tell(
            "error",
            "ragged-row",
            f"No heading stands above {', '.join(cell.address for cell in extra[:5])}{more}.",
            "check the separators, put text with separators into quotes, or add a heading",
            cell=extra[0],
        )
    return Row(row, found, extra)


def _checked(book: Book, cell: Cell, field: str) -> Cell:
    """Return a cell that is fit to be read, with its fault told."""
    text = cell.text
    if cell.kind not in ("formula", "error") and len(text) <= CELL_LIMIT and not SUSPECT.match(text):
        return cell
    if len(text) > CELL_LIMIT:
        message = f"The cell holds {len(text):,} signs; {CELL_LIMIT:,} are allowed."
        cell = _cut(cell)
        book.tell("error", "cell-limit", message, "shorten it, or put the text into the source", cell=cell, field=field)
        return cell
    put = "".join(sign for sign in text if (sign >= " " and sign != "\x7f") or sign in "\t\n\r")
    if put != text:
        message = "The cell holds a control sign that no text has."
        book.tell("error", "control-sign", message, "type it again", cell=cell, field=field)
        return Cell(cell.sheet, cell.row, cell.column, put, cell.kind)
    if cell.kind == "text" and GUARDED.match(text):
        return Cell(cell.sheet, cell.row, cell.column, text[1:])
    if cell.kind == "formula" or (cell.kind == "text" and FORMULA.match(text.lstrip())):
        fix = "write the value itself; words that begin so need an apostrophe or another sign before them"
        book.tell("error", "formula", "The cell holds a formula.", fix, cell=cell, field=field)
    elif (cell.kind == "error" and text not in MISSING) or FAILED.fullmatch(text):
        message = "The spreadsheet could not compute the cell."
        book.tell("error", "cell-error", message, "write the value itself", cell=cell, field=field)
    elif LOST in text:
        message = "The cell holds a sign that was lost when the file was saved."
        book.tell("warning", "lost-sign", message, "type the sign again", cell=cell, field=field)
    return cell


def _cut(cell: Cell) -> Cell:
    if len(cell.text) <= CELL_LIMIT:
        return cell
    return Cell(cell.sheet, cell.row, cell.column, cell.text[:CELL_LIMIT], cell.kind)
