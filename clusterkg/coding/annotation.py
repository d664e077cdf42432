"""A copy of a coder's spreadsheet in which each problem stands on its cell."""

from __future__ import annotations

import os

from clusterkg.coding.columns import BY_SHEET
from clusterkg.coding.template import write_safely
from clusterkg.coding.workbook import FACE, LINE, USUAL, cell_at, lines_of, put, style_heading, width_of
from clusterkg.errors import FileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from clusterkg.coding.sheets import Book, Sheet

__all__ = ["annotate", "sheet_names"]

COLOURS = {"error": "F4B6B0", "warning": "FBE3A1", "normalised": "CFE3F7"}
"""Fill of a cell by the worst level of its problems, worst first."""

BLACK = "FF000000"

COLUMNS = ("sheet", "row", "cell", "field", "level", "rule", "value", "message", "fix")
WIDTHS = (12, 6, 7, 22, 12, 20, 20, 48, 40)
AUTHOR = "clusterkg"

MOST = 10_000
"""As many problems are marked and listed; a person mends these first."""

LONGEST = 32_000
"""More characters no cell of a workbook can hold."""


def annotate(
    source_path: str,
    target_path: str,
    problems: Iterable[Any],
    *,
    book: Book | None = None,
    replace: bool = False,
) -> None:
    """Write a copy of a spreadsheet whose cells show their problems; the original is not touched.

    A cell with a problem is filled with its level's colour and says in a comment what is wrong and what to
    write. A sheet ``problems``, the first that opens, lists them all, those of whole rows, sheets and files
    too, with links to the cells; of more than 10,000 it lists so many, and says so. A workbook keeps its
    styles and its other sheets; a text file becomes a workbook of one sheet. What openpyxl does not know,
    such as charts, is not in the copy.

    Args:
        source_path: a workbook, or a text file of cells.
        target_path: where to, ending in ``.xlsx``.
        problems: things with ``sheet``, ``row``, ``cell``, ``field``, ``level``, ``rule``, ``value``,
            ``message`` and ``fix``, as `problems.CellProblem` has.
        book: the file as `sheets.read` gave it; it is read anew without. Of one without sheets, which could
            not be read, the copy holds the list alone.
        replace: whether a file of that name may be written over.

    Raises:
        FileError: the target is there already, is the source itself, has another ending, or cannot be written.
        ModuleNotFoundError: openpyxl is not installed.
    """
    if os.path.splitext(target_path)[1].lower() != ".xlsx":
        raise FileError("the checked copy is a workbook", place=target_path, remedy="end its name in .xlsx")
    if os.path.exists(target_path):
        if os.path.exists(source_path) and os.path.samefile(source_path, target_path):
            raise FileError("is the file to check", place=target_path, remedy="give the checked copy another name")
        if not replace:
            raise FileError("is there already", place=target_path, remedy="choose another name or say --replace")
    workbook = _opened(source_path, book)
    found = list(problems)
    found, more = found[:MOST], len(found[MOST:])
    by_cell: dict[tuple[str, str], list[Any]] = {}
    for problem in found:
        if problem.cell:
            by_cell.setdefault((_sheet_name(workbook, problem.sheet), problem.cell), []).append(problem)
    for (sheet, address), together in by_cell.items():
        if sheet:
            _mark(workbook[sheet], address, together)
    _list(workbook, found, more)
    write_safely(target_path, workbook.save)


def _sheet_name(workbook: Workbook, name: str) -> str:
    """Return the name of a worksheet as the workbook spells it; empty where it has none of that name."""
    names = {worksheet.title.strip().casefold(): worksheet.title for worksheet in workbook.worksheets}
    return names.get(name.strip().casefold(), "")


def sheet_names(path: str) -> list[str]:
    """Return the names of a file's sheets, as problems have them; none where it cannot be read."""
    from clusterkg.coding.sheets import book_name

    workbook = _loaded(path, read_only=True)
    if workbook is not None:
        return [worksheet.title for worksheet in workbook.worksheets]
    return [book_name(path)] if os.path.isfile(path) else []


def _opened(path: str, book: Book | None) -> Workbook:
    """Return the workbook that a file is, or that its cells make; one without sheets where it cannot be read."""
    import openpyxl

    workbook = _loaded(path) if book is None or book.sheets else None
    if workbook is not None:
        return workbook
    if book is None:
        from clusterkg.coding.sheets import read

        book = read(path, known={kind: [column.name for column in columns] for kind, columns in BY_SHEET.items()})
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for sheet in book.sheets:
        _copy(sheet, workbook.create_sheet(sheet.name))
    return workbook


def _copy(sheet: Sheet, worksheet: Worksheet) -> None:
    """Write the cells of a sheet each where a spreadsheet would show it, looking as in a template."""
    looks = Looks()
    for cell in (one for row in sheet.rows for one in (*row.cells.values(), *row.extra)):
        target = cell_at(worksheet, cell.row, cell.column)
        looks.give(target, text=True)
        put(target, cell.text[:LONGEST])
    columns = {column.name: column for column in BY_SHEET.get(sheet.kind, ())}
    for name, cell in sheet.header.items():
        heading = cell_at(worksheet, cell.row, cell.column)
        put(heading, cell.text[:LONGEST])
        style_heading(heading, USUAL)
        width = width_of(columns[name]) if name in columns else min(len(name) + 3, 40)
        worksheet.column_dimensions[heading.column_letter].width = width
    worksheet.freeze_panes = cell_at(worksheet, 1 + min((cell.row for cell in sheet.header.values()), default=1), 1)
    worksheet.page_setup.orientation = "landscape"


class Looks:
    """The looks of cells, each made up once: openpyxl takes its time to find that two are alike."""

    def __init__(self) -> None:
        self._models: dict[tuple[bool, str, bool], Any] = {}

    def give(self, cell: Any, *, text: bool = False, colour: str = "", link: bool = False) -> None:
        """Let a cell be wrapped, and be kept as text, filled or shown as a link."""
        from copy import copy

        from openpyxl.styles import Alignment, Font, PatternFill

        key = (text, colour, link)
        if key in self._models:
            cell._style = copy(self._models[key])
            return
        cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
        if text:
            cell.number_format = "@"
        if colour:
            cell.fill = PatternFill("solid", start_color=colour, end_color=colour)
        if link:
            cell.font = Font(name=FACE, underline="single", color="0B4F57")
        self._models[key] = copy(cell._style)


def _loaded(path: str, *, read_only: bool = False) -> Workbook | None:
    """Return a file as openpyxl has it; None where it is no workbook, or none that can be copied as it is."""
    import io
    import warnings

    import openpyxl

    from clusterkg.coding.sheets import Book, contents
    from clusterkg.coding.workbooks import bearable, faults

    unheard = Book(path)
    data = contents(unheard)
    if data is None or data[:4] != b"PK\x03\x04" or not bearable(unheard, data):
        return None
    try:
        with warnings.catch_warnings():
            # Of what it will not keep, openpyxl warns in words that mean nothing to a coder.
            warnings.simplefilter("ignore", UserWarning)
            return openpyxl.load_workbook(io.BytesIO(data), read_only=read_only, rich_text=True)
    except faults():
        return None


def _mark(worksheet: Worksheet, address: str, problems: Sequence[Any]) -> None:
    """Fill a cell and comment on it; what a comment said before is kept above."""
    from copy import copy

    from openpyxl.cell import Cell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell = worksheet[address]
    if not isinstance(cell, Cell):
        # Of merged cells only the first shows anything.
        merged = next(area for area in worksheet.merged_cells.ranges if address in area)
        cell = cell_at(worksheet, merged.min_row, merged.min_col)
    level = min((problem.level for problem in problems), key=list(COLOURS).index)
    cell.fill = PatternFill("solid", start_color=COLOURS[level], end_color=COLOURS[level])
    # The white letters of a heading would not show on these colours.
    font: Any = copy(cell.font)
    font.color = BLACK
    cell.font = font
    texts = [cell.comment.text] if cell.comment else []
    texts += [_sentence(problem) for problem in problems]
    comment = Comment("\n\n".join(texts)[:LONGEST], AUTHOR)
    comment.width = 340
    comment.height = 24 + 17 * sum(1 + len(text) // 48 + text.count("\n") for text in texts)
    cell.comment = comment


def _sentence(problem: Any) -> str:
    text = f"{problem.level.capitalize()}: {problem.message}"
    return f"{text}\nRemedy: {problem.fix}" if problem.fix else text


def _list(workbook: Workbook, problems: Sequence[Any], more: int) -> None:
    """Add the sheet that lists the problems, and says how many `more` there are, and open the workbook there."""
    from openpyxl.worksheet.page import PageMargins
    from openpyxl.worksheet.properties import PageSetupProperties

    title = "problems"
    while _sheet_name(workbook, title):
        title += "+"
    worksheet = workbook.create_sheet(title, 0)
    for number, (name, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True), 1):
        heading = cell_at(worksheet, 1, number)
        put(heading, name)
        style_heading(heading, USUAL)
        worksheet.column_dimensions[heading.column_letter].width = width
    looks = Looks()
    for row, problem in enumerate(problems, 2):
        shown = zip(COLUMNS, WIDTHS, strict=True)
        # Letters are wider than digits, by which a column's width is counted.
        height = max(lines_of(str(getattr(problem, name)).replace(";", "; "), width * 9 // 10) for name, width in shown)
        worksheet.row_dimensions[row].height = LINE * height
        for number, name in enumerate(COLUMNS, 1):
            cell = cell_at(worksheet, row, number)
            sheet = _sheet_name(workbook, problem.sheet) if name == "cell" and problem.cell else ""
            looks.give(cell, colour=COLOURS[problem.level] if name == "level" else "", link=bool(sheet))
            text = str(getattr(problem, name))[:LONGEST]
            put(cell, text.replace(";", "; ") if name == "field" else text, number=name == "row")
            if sheet:
                quoted = sheet.replace("'", "''")
                cell.hyperlink = f"#'{quoted}'!{problem.cell}"
    if more:
        put(cell_at(worksheet, len(problems) + 2, 1), f"{more:,} more problems are not shown; mend these first.")
    if not problems:
        put(cell_at(worksheet, 2, 1), "No problems were found.")
    worksheet.freeze_panes = "A2"
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.fitToHeight = 0
    worksheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    worksheet.print_title_rows = "1:1"
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for other in workbook.worksheets:
        other.sheet_view.tabSelected = False
    workbook.active = workbook.index(worksheet)
