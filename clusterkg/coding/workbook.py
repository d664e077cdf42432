"""The template as a workbook: sheets to fill in, drop-down lists, and the codebook beside them."""

from __future__ import annotations

import re

from clusterkg.coding.choices import Choices
from clusterkg.coding.codebook import pages
from clusterkg.coding.columns import BY_SHEET, OPTIONAL
from clusterkg.coding.template import opening_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from clusterkg.coding.choices import Choice
    from clusterkg.coding.columns import Column
    from clusterkg.graph import Graph

__all__ = ["FACE", "LINE", "USUAL", "build", "cell_at", "lines_of", "put", "style_heading", "width_of"]

LAST_ROW = 5000
"""Drop-down lists reach down to this row; what stands below is imported all the same."""

NUMERIC = ("governance", "score", "sum", "value")
"""Kinds of columns whose cells may be numbers; all others are text, so that 0119 and 1-2 stay what they are."""

WIDTHS = {
    "citation": 34,
    "code": 15,
    "concept": 24,
    "country": 16,
    "degree": 20,
    "effect": 17,
    "governance": 17,
    "industry": 22,
    "iso3": 13,
    "longtext": 44,
    "period": 17,
    "score": 16,
    "slug": 26,
    "sum": 14,
    "text": 24,
    "value": 15,
    "variable": 28,
}
"""Width of a column by its kind, in characters."""

FREEZE = {"cases": "C3", "chains": "B3", "values": "C3"}
INK, REQUIRED, USUAL, EXTRA, SOFT = "FFFFFF", "0B4F57", "2F7F86", "7C8FA1", "5A6776"
"""Colours: text on headings; headings of required, usual and optional columns; explanations."""

FACE = "Calibri"
"""The face of all other cells; some software takes another for those that name none."""

LINE = 14
"""Height of a line of text, in points."""

TALLEST = 2
"""As many lines of a row are shown."""

UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Signs that XML cannot hold: a workbook with one of them opens nowhere."""

PROMPT, TITLE = 250, 32
"""As many characters fit an input message and its title."""


def build(graph: Graph, rows: Mapping[str, Sequence[Mapping[str, str]]] | None) -> Workbook:
    """Return the workbook: ``cases``, ``chains`` and ``values``, then ``codebook`` and ``lists``.

    Args:
        graph: the loaded graph.
        rows: what the sheets hold, by sheet; None for an example row in its place.
    """
    import openpyxl

    choices = Choices(graph)
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    sheets = {sheet: workbook.create_sheet(sheet) for sheet in BY_SHEET}
    _fill_codebook(workbook.create_sheet("codebook"), graph)
    lists = Lists(workbook.create_sheet("lists"))
    for sheet, worksheet in sheets.items():
        _fill(worksheet, sheet, rows)
        for number, column in enumerate(BY_SHEET[sheet], 1):
            _guide(worksheet, number, column, choices, lists)
    lists.finish()
    return workbook


class Lists:
    """The sheet that the drop-down lists read, a column for each list of options and one for their names."""

    def __init__(self, worksheet: Worksheet) -> None:
        self.worksheet = worksheet
        self._ranges: dict[tuple[str, ...], str] = {}
        self._next = 1

    def range_of(self, name: str, options: Sequence[Choice]) -> str:
        """Return where a list stands, as a formula; lists that are alike stand once."""
        from openpyxl.utils import get_column_letter

        key = tuple(option.word for option in options)
        if key not in self._ranges:
            labelled = any(option.label for option in options)
            put(cell_at(self.worksheet, 1, self._next), name)
            for row, option in enumerate(options, 2):
                put(cell_at(self.worksheet, row, self._next), option.word, number=option.number)
                if labelled:
                    put(cell_at(self.worksheet, row, self._next + 1), option.label)
            letter = get_column_letter(self._next)
            self.worksheet.column_dimensions[letter].width = min(60, max(map(len, key)) + 4)
            if labelled:
                longest = max(len(option.label) for option in options)
                self.worksheet.column_dimensions[get_column_letter(self._next + 1)].width = min(60, longest + 4)
            self._ranges[key] = f"lists!${letter}$2:${letter}${len(options) + 1}"
            self._next += 2 if labelled else 1
        return self._ranges[key]

    def finish(self) -> None:
        """Set the headings off from the lists."""
        for number in range(1, self._next):
            style_heading(cell_at(self.worksheet, 1, number), USUAL)
        self.worksheet.freeze_panes = "A2"


def cell_at(worksheet: Worksheet, row: int, column: int) -> Cell:
    """Return a cell to write to.

    Raises:
        ValueError: it is hidden behind the cell that it was merged with.
    """
    from openpyxl.cell import Cell

    cell = worksheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise ValueError(f"{cell.coordinate} is merged into another cell")
    return cell


def put(cell: Cell, text: str, *, number: bool = False) -> None:
    """Set a cell to a text that no software runs as a formula, or to the number that it reads as.

    Raises:
        ValueError: `number` is set and the text is none.
    """
    from decimal import Decimal

    if number:
        value = Decimal(text)
        cell.value = int(value) if value == value.to_integral_value() else float(value)
        return
    cell.value = UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text) or None
    if cell.value is not None:
        cell.data_type = "s"
        # The software's own mark for text that it must not take for anything else.
        cell.quotePrefix = text.startswith(("=", "+", "-", "@", "\t", "\r", "'"))


def _fill(worksheet: Worksheet, sheet: str, rows: Mapping[str, Sequence[Mapping[str, str]]] | None) -> None:
    """Write headings, explanations, and the rows or the example."""
    from openpyxl.styles import Alignment, Font

    columns = BY_SHEET[sheet]
    opening = opening_lines(sheet, with_example=rows is None)
    for row, line in enumerate((*opening, *(rows or {}).get(sheet, ())), 1):
        for number, column in enumerate(columns, 1):
            cell = cell_at(worksheet, row, number)
            text = line.get(column.name, "")
            numeric = column.kind in NUMERIC and row > 2 and re.fullmatch(r"\d+(\.\d+)?", text) is not None
            put(cell, text, number=numeric)
            if row > 1:
                cell.number_format = "General" if column.kind in NUMERIC else "@"
            if row == 1:
                fill = REQUIRED if column.required else EXTRA if column in OPTIONAL else USUAL
                style_heading(cell, fill)
            elif row <= len(opening):
                cell.font = Font(name=FACE, italic=True, color=SOFT, size=9 if row == 2 else 11)
                cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=row == 2)
            else:
                wrapped = column.kind in ("citation", "longtext", "text")
                # A number and a stated reason stand in one column.
                cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=wrapped)
        if row > len(opening):
            tallest = max(lines_of(line.get(column.name, ""), WIDTHS[column.kind]) for column in columns)
            worksheet.row_dimensions[row].height = LINE * min(tallest, TALLEST)
    worksheet.freeze_panes = FREEZE[sheet]
    worksheet.row_dimensions[1].height = 20
    # The explanations are set smaller.
    longest = max(lines_of(opening[1][column.name], WIDTHS[column.kind] * 6 // 5) for column in columns)
    worksheet.row_dimensions[2].height = LINE * longest
    worksheet.page_setup.orientation = "landscape"
    worksheet.print_title_rows = "1:1"


def style_heading(cell: Cell, colour: str) -> None:
    """Set a heading off from what stands below it."""
    from openpyxl.styles import Alignment, Font, PatternFill

    cell.font = Font(name=FACE, bold=True, color=INK)
    cell.fill = PatternFill("solid", start_color=colour, end_color=colour)
    cell.alignment = Alignment(vertical="center")


def _guide(worksheet: Worksheet, number: int, column: Column, choices: Choices, lists: Lists) -> None:
    """Give a column its width, its format, its message on entry and its drop-down list."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = get_column_letter(number)
    dimension = worksheet.column_dimensions[letter]
    dimension.width = width_of(column)
    dimension.number_format = "General" if column.kind in NUMERIC else "@"
    options = choices.of(column)
    definition = choices.about(column)[1]
    guide = DataValidation(
        type="list" if options else None,
        formula1=lists.range_of(column.heading, options) if options else None,
        allow_blank=True,
        showInputMessage=True,
        promptTitle=_cut(column.heading, TITLE),
        prompt=_cut(" ".join(text for text in (column.explanation, definition) if text), PROMPT),
        # A warning lets pass what a list cannot foresee: a new industry, several countries, another spelling.
        errorStyle="warning",
        showErrorMessage=bool(options),
        errorTitle=_cut(column.heading, TITLE),
        error="This is none of the options of the list." if options else None,
    )
    guide.add(f"{letter}3:{letter}{LAST_ROW}")
    worksheet.add_data_validation(guide)


def width_of(column: Column) -> int:
    """Return how wide a column is, in characters."""
    return max(WIDTHS[column.kind], len(column.name) + 3)


def lines_of(text: str, width: int) -> int:
    """Return how many lines a text takes in a column of that width.

    >>> lines_of("", 20), lines_of("The source prints N/A in it.", 20)
    (1, 2)
    """
    import textwrap

    return max(1, len(textwrap.wrap(text, width)))


def _cut(text: str, length: int) -> str:
    """Return a text cut after a whole word.

    >>> _cut("Making goods of a better kind", 15), _cut("Market", 15)
    ('Making goods …', 'Market')
    """
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + " …"


def _fill_codebook(worksheet: Worksheet, graph: Graph) -> None:
    """Write a row for each option of each variable, with its definition and a case that uses it."""
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.worksheet.properties import PageSetupProperties

    headings = ("column", "question", "option", "meaning", "example", "cases")
    widths = (26, 58, 22, 58, 34, 8)
    for number, (text, width) in enumerate(zip(headings, widths, strict=True), 1):
        cell = cell_at(worksheet, 1, number)
        put(cell, text)
        style_heading(cell, USUAL)
        worksheet.column_dimensions[cell.column_letter].width = width
    worksheet.freeze_panes = "A2"
    row = 2
    for page in pages(graph):
        question = " ".join(text for text in (page.question, page.note) if text)
        first, last = row, row + len(page.options) - 1
        # The merged question needs room of its own: no software fits rows to a merged cell.
        share = -(-lines_of(question, widths[1]) // max(1, len(page.options)))
        for option in page.options:
            worksheet.row_dimensions[row].height = LINE * max(share, lines_of(option.meaning, widths[3]))
            put(cell_at(worksheet, row, 1), page.name)
            if row == first:
                put(cell_at(worksheet, row, 2), question)
            put(cell_at(worksheet, row, 3), option.word, number=option.number)
            put(cell_at(worksheet, row, 4), option.meaning)
            put(cell_at(worksheet, row, 5), option.cases[0] if option.cases else "")
            put(cell_at(worksheet, row, 6), str(len(option.cases)), number=True)
            for number in range(1, len(headings) + 1):
                cell = cell_at(worksheet, row, number)
                cell.alignment = Alignment(vertical="top", horizontal="left" if number == 3 else None, wrap_text=True)
                if row == first:
                    cell.border = Border(top=Side("thin", color=SOFT))
            cell_at(worksheet, row, 1).font = Font(name=FACE, bold=row == first, color=None if row == first else SOFT)
            row += 1
        if last > first:
            worksheet.merge_cells(start_row=first, end_row=last, start_column=2, end_column=2)
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    worksheet.print_title_rows = "1:1"
