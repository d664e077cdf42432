"""What a workbook shows otherwise than it holds it: merged and hidden cells are told, never read in silence."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sheet_files import HEADER, HEADING_XML, KNOWN, ROW, cells, inline, one, packed, repacked, rules, saved, with_sheet

from clusterkg.coding import appearance
from clusterkg.coding.sheets import Book, read

Edit = Callable[[Worksheet], object]
Edited = Callable[..., Book]


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """Write a workbook of one sheet, change it as a person would, and read it."""

    def write(edit: Edit, *rows: list[object], header: list[str] = HEADER) -> Book:
        workbook = openpyxl.load_workbook(io.BytesIO(packed([header, *rows])))
        edit(workbook["cases"])
        (tmp_path / "cases.xlsx").write_bytes(saved(workbook))
        return read(str(tmp_path / "cases.xlsx"), KNOWN)

    return write


def merge(area: str) -> Edit:
    return lambda sheet: sheet.merge_cells(area)


# Merged cells


@pytest.mark.parametrize(
    ("area", "cell", "field"),
    [("D2:D3", "D2", "country"), ("C2:E2", "C2", "place;country;sum"), ("C2:E3", "C2", "place;country;sum")],
)
def test_merged_cells_with_a_value_are_an_error_on_the_first(edited: Edited, area: str, cell: str, field: str) -> None:
    book = edited(merge(area), ROW, ["b", "B"])
    problem = one(book, "merged-cells")
    assert (problem.level, problem.cell, problem.field) == ("error", cell, field)
    assert (problem.fix, area in problem.message) == ("unmerge them and write the value in each cell", True)
    assert [row.number for row in book.sheets[0].rows] == [2, 3]


def test_a_value_in_a_column_that_is_passed_over_may_be_meant_for_ours(edited: Edited) -> None:
    header = ["case_id", "name", "place", "funding", "sum"]
    assert one(edited(merge("D2:E2"), ROW, header=header), "merged-cells").field == "sum"


@pytest.mark.parametrize(
    ("area", "rows"),
    [
        ("A2:E2", [["# a title over the rows"], ROW]),
        ("F1:H1", [ROW]),
        ("A1:A2", [[None, *ROW[1:]]]),
        ("E2:H2", [ROW]),
        ("D2:D3", [ROW]),
        ("C2:D2", [["a", "b", None, None, "5"]]),
    ],
    ids=["a comment", "beyond the header", "the header", "beyond the columns", "blank rows", "no value"],
)
def test_merged_cells_that_hide_nothing_of_ours_are_no_concern(
    edited: Edited, area: str, rows: list[list[object]]
) -> None:
    assert edited(merge(area), *rows).problems == []


def test_a_column_merged_into_one_of_other_columns_is_no_concern(edited: Edited) -> None:
    book = edited(merge("F2:G2"), [*ROW, "x", "y"], header=[*HEADER, "funding", "funder"])
    assert set(rules(book)) == {"unknown-column"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_merged_cells_are_found_in_any_encoding_and_under_any_prefix(tmp_path: Path, encoding: str) -> None:
    def encoded(part: str, content: bytes) -> bytes:
        return content.decode().encode(encoding) if part.endswith("sheet1.xml") else content

    row = f'<row r="2">{inline("A2", "a")}{inline("B2", "b")}</row>'
    data = with_sheet(HEADING_XML + row)
    merged = b'</sheetData><x:mergeCells xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    merged += b'<x:mergeCell ref="B2:C2"/></x:mergeCells>'
    data = repacked(data, lambda part, content: content.replace(b"</sheetData>", merged))
    (tmp_path / "cases.xlsx").write_bytes(repacked(data, encoded))
    assert one(read(str(tmp_path / "cases.xlsx"), KNOWN), "merged-cells").cell == "B2"


def test_of_more_merged_cells_than_a_person_makes_the_first_are_told(tmp_path: Path) -> None:
    more = appearance.AREAS + 5
    areas = b'<mergeCell ref="A2:XFD1048576"/>' * more
    data = with_sheet(HEADING_XML + f'<row r="2">{inline("A2", "a")}</row><row r="3">{inline("A3", "b")}</row>')
    data = repacked(
        data,
        lambda part, content: content.replace(b"</sheetData>", b"</sheetData><mergeCells>" + areas + b"</mergeCells>"),
    )
    (tmp_path / "cases.xlsx").write_bytes(data)
    book = read(str(tmp_path / "cases.xlsx"), KNOWN)
    assert len(book.problems) == appearance.AREAS + 1
    assert book.problems[-1].message == "The sheet has more than 10,000 merged cells."


# Hidden rows, columns and sheets


def test_hidden_rows_that_hold_something_are_read_with_one_warning(edited: Edited) -> None:
    def hide(sheet: Worksheet) -> None:
        for row in (3, 4, 9):
            sheet.row_dimensions[row].hidden = True

    book = edited(hide, ROW, ["b", "B"], ["c", "C"], ["d", "D"])
    problem = one(book, "hidden-cells")
    assert (problem.level, problem.cell, "Rows 3, 4 are hidden" in problem.message) == ("warning", "A3", True)
    assert (len(cells(book)), rules(book)) == (4, ["hidden-cells"])


def test_hidden_columns_that_hold_something_are_read_with_one_warning(edited: Edited) -> None:
    def hide(sheet: Worksheet) -> None:
        for column in "BCEH":
            sheet.column_dimensions[column].hidden = True

    book = edited(hide, ["a", "A", None, "Mexico", "5"])
    problem = one(book, "hidden-cells")
    assert (problem.level, problem.cell, problem.field) == ("warning", "B1", "name;sum")
    assert (cells(book), rules(book)) == ([["a", "A", "", "Mexico", "5"]], ["hidden-cells"])


def test_hidden_rows_and_columns_without_anything_of_ours_are_no_news(edited: Edited) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.column_dimensions["F"].hidden = sheet.row_dimensions[2].hidden = sheet.row_dimensions[7].hidden = True
        sheet.column_dimensions["B"].hidden = sheet.row_dimensions[3].hidden = False

    assert edited(hide, ["# what to write"], ROW).problems == []


def test_a_hidden_sheet_is_read_with_a_warning(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(packed([HEADER, ROW])))
    workbook.create_sheet("notes").append(["anything"])
    workbook["notes"].sheet_state = workbook["cases"].sheet_state = "hidden"
    workbook.create_sheet("lists")
    workbook.active = 2
    (tmp_path / "cases.xlsx").write_bytes(saved(workbook))
    book = read(str(tmp_path / "cases.xlsx"), KNOWN)
    assert (cells(book), one(book, "hidden-sheet").sheet) == ([ROW], "cases")
