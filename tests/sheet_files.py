"""Files of cells for the tests of the reader: written as rows, saved, packed anew, and what was read from them."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence

from clusterkg.coding.columns import BY_SHEET
from clusterkg.coding.problems import CellProblem
from clusterkg.coding.sheets import Book

TYPE_CHECKING = False
if TYPE_CHECKING:
    import openpyxl

KNOWN = {kind: [column.name for column in columns] for kind, columns in BY_SHEET.items()}
HEADER = ["case_id", "name", "place", "country", "sum"]
ROW = ["leon", "León footwear", "León", "Mexico", "5"]

Table = Sequence[Sequence[object]]
Write = Callable[..., Book]


def packed(rows: Table, title: str = "cases") -> bytes:
    # Tests of other things run where openpyxl is not installed.
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.worksheets[0].title = title
    for row in rows:
        workbook.worksheets[0].append(list(row))
    return saved(workbook)


def saved(workbook: "openpyxl.Workbook") -> bytes:
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def joined(rows: Table, separator: str = ",", end: str = "\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
    return out.getvalue()


def repacked(data: bytes, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes] | None = None) -> bytes:
    """Return a workbook with other parts; a part that becomes None is left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            content = change(part, source.read(part))
            if content is not None:
                target.writestr(part, content)
        for part, content in (more or {}).items():
            target.writestr(part, content)
    return out.getvalue()


def with_sheet(xml: str) -> bytes:
    """Return a workbook whose sheet is this XML."""
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    whole = f"{head}{xml}</sheetData></worksheet>".encode()
    return repacked(packed([HEADER]), lambda part, content: whole if part.endswith("sheet1.xml") else content)


def inline(address: str, words: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{words}</t></is></c>'


HEADING_XML = (
    f'<row r="1">{"".join(inline(f"{letter}1", name) for letter, name in zip("ABCDE", HEADER, strict=True))}</row>'
)


def rules(book: Book, level: str = "") -> list[str]:
    return [problem.rule for problem in book.problems if level in ("", problem.level)]


def cells(book: Book) -> list[list[str]]:
    """Return the texts of the one sheet, each row in the order of its columns."""
    (sheet,) = book.sheets
    return [[row.cells[name].text for name in sheet.header] for row in sheet.rows]


def one(book: Book, rule: str) -> CellProblem:
    (found,) = [problem for problem in book.problems if problem.rule == rule]
    return found
