"""The cells of a sheet: what a person sees in them, and what is told of those that cannot be read as they are."""

import csv
import io
import warnings
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from sheet_files import (
    HEADER,
    HEADING_XML,
    KNOWN,
    Write,
    cells,
    inline,
    joined,
    one,
    packed,
    rules,
    saved,
    with_sheet,
)

from clusterkg.coding.sheets import read
from clusterkg.coding.template import write_template
from clusterkg.knowledge_graph import KnowledgeGraph


def test_a_cell_of_a_megabyte_is_too_long_and_shown_short(text: Write, table: Write) -> None:
    for book in (text(joined([HEADER, ["a", "x" * 1_000_000, "", "", ""]])), table([HEADER, ["a", "x" * 32_000]])):
        problem = one(book, "cell-limit")
        assert (problem.level, problem.cell, problem.field, len(problem.value)) == ("error", "B2", "name", 80)
        assert "5,000" in problem.message
        assert len(cells(book)[0][1]) == 5_000


def test_the_csv_module_s_own_limit_does_not_surface_and_stays_what_it_was(text: Write) -> None:
    before = csv.field_size_limit()
    book = text(joined([HEADER, ["a", "x" * 131_073, "", "", ""]]))
    assert rules(book) == ["cell-limit"]
    assert csv.field_size_limit() == before


def test_a_cell_of_5_000_signs_is_fine(text: Write) -> None:
    assert text(joined([HEADER, ["a", "ñ" * 5_000, "", "", ""]])).problems == []


@pytest.mark.parametrize("sign", ["\x01", "\x1b", "\x7f", "\x0b"])
def test_a_control_sign_is_an_error_and_taken_out(text: Write, sign: str) -> None:
    book = text(joined([HEADER, ["a", f"b{sign}c", "", "", ""]]))
    problem = one(book, "control-sign")
    assert (problem.level, problem.cell, problem.field) == ("error", "B2", "name")
    assert cells(book)[0][1] == "bc"


def test_tabs_line_breaks_and_foreign_writing_are_no_control_signs(text: Write) -> None:
    row = ["a", "b\tc\nd", "سیالکوٹ", "深圳", "é\u00a0\u200f"]
    assert cells(text(joined([HEADER, row]))) == [row]
    assert text(joined([HEADER, row])).problems == []


FORMULAS = [
    "=1+1",
    "=HYPERLINK(A1)",
    "+A1",
    "-SUM(A1:A2)",
    "@SUM(A1)",
    "+$B$2*3",
    "-Sheet1!A1",
    "+1+1",
    "-2*3",
    "\t=1+1",
    " =cmd|' /C calc'!A0",
]
NO_FORMULAS = [
    "- exports fell",
    "-",
    "--",
    "+1",
    "-0.5",
    "-1,5",
    "1+1",
    "+39 049 827",
    "- G20 countries",
    "- COVID19 fell",
    "- exports (2001) fell",
    "@unipd",
    "a=b",
    "+",
    "–5",
]


@pytest.mark.parametrize("words", FORMULAS)
def test_a_formula_in_a_text_file_is_an_error(text: Write, words: str) -> None:
    problem = one(text(joined([HEADER, ["a", words, "", "", ""]])), "formula")
    assert (problem.level, problem.cell, problem.field, problem.value) == ("error", "B2", "name", words)


@pytest.mark.parametrize("words", NO_FORMULAS)
def test_words_and_numbers_with_a_sign_before_them_are_no_formula(text: Write, table: Write, words: str) -> None:
    for book in (text(joined([HEADER, ["a", words, "", "", ""]])), table([HEADER, ["a", words]])):
        assert (book.problems, cells(book)[0][1]) == ([], words)


def test_a_formula_in_a_workbook_is_an_error_whatever_it_came_to(table: Write) -> None:
    array = openpyxl.worksheet.formula.ArrayFormula("B3:B4", "=SUM(1)")
    book = table([HEADER, ["a", "=1+1"], ["b", array], ["c", openpyxl.worksheet.formula.DataTableFormula("B4")]])
    found = [(problem.cell, problem.field, problem.value) for problem in book.problems if problem.rule == "formula"]
    assert found == [("B2", "name", "=1+1"), ("B3", "name", "=SUM(1)"), ("B4", "name", "=")]


@pytest.mark.parametrize("words", ["=1+1", "+A1", "-SUM(", "@SUM(", "\t=1", "-0.5"])
def test_the_apostrophe_that_a_template_puts_before_a_formula_is_dropped(text: Write, words: str) -> None:
    book = text(joined([HEADER, ["a", "'" + words, "", "", ""]]))
    assert (book.problems, cells(book)[0][1]) == ([], words)


def test_other_apostrophes_stay(text: Write) -> None:
    row = ["a", "'s-Hertogenbosch", "'", "'' =", "a'="]
    assert cells(text(joined([HEADER, row]))) == [row]


@pytest.mark.parametrize("words", ["'=text", "''=text", "'-0.5", "'=1+1", "'\t="])
@pytest.mark.parametrize("marked", [True, False])
def test_an_apostrophe_in_a_cell_of_a_workbook_is_the_coder_s_own(tmp_path: Path, words: str, marked: bool) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(packed([HEADER, ["a", words]])))
    workbook["cases"]["B2"].quotePrefix = marked
    (tmp_path / "cases.xlsx").write_bytes(saved(workbook))
    book = read(str(tmp_path / "cases.xlsx"), KNOWN)
    assert (book.problems, cells(book)[0][1]) == ([], words)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("words", ["=text", "'=text", "''=text", "=1+1", "'=1+1", "-0.5", "'s-Hertogenbosch", "'"])
def test_what_a_template_is_filled_with_comes_back_apostrophes_and_all(
    kg: KnowledgeGraph, tmp_path: Path, ending: str, words: str
) -> None:
    path = str(tmp_path / f"cases.{ending}")
    write_template(path, kg.graph, rows={"cases": [{"case_id": "a", "name": words, "note": words}]})
    book = read(path, KNOWN)
    row = book.sheets[0].rows[0].cells
    assert (rules(book), row["name"].text, row["note"].text) == ([], words, words)


def test_a_text_that_its_workbook_marks_as_text_is_no_formula(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(packed([HEADER, ["a", "x", "y"]])))
    for address in ("B2", "C2"):
        cell = workbook["cases"][address]
        cell.value = "=50 firms"
        cell.data_type = "s"
    workbook["cases"]["B2"].quotePrefix = True
    (tmp_path / "cases.xlsx").write_bytes(saved(workbook))
    book = read(str(tmp_path / "cases.xlsx"), KNOWN)
    assert [(problem.rule, problem.cell) for problem in book.problems] == [("formula", "C2")]
    assert cells(book)[0][1:3] == ["=50 firms", "=50 firms"]


@pytest.mark.parametrize(
    ("value", "words", "kind"),
    [
        (1.5000000000000002, "1.5", "number"),
        (0.1 + 0.2, "0.3", "number"),
        (2.0, "2", "number"),
        (-0.5, "-0.5", "number"),
        (1164909, "1164909", "number"),
        (1e20, "100000000000000000000", "number"),
        (1e-7, "0.0000001", "number"),
        (100, "100", "number"),
        (True, "TRUE", "boolean"),
        (False, "FALSE", "boolean"),
        (date(2003, 2, 1), "2003-02-01", "date"),
        (datetime(2003, 2, 1, 10, 30), "2003-02-01T10:30:00", "date"),
        ("#N/A", "#N/A", "error"),
        ("0119", "0119", "text"),
    ],
)
def test_a_cell_of_a_workbook_is_the_text_that_a_person_sees(
    table: Write, value: object, words: str, kind: str
) -> None:
    book = table([HEADER, ["a", value]])
    cell = book.sheets[0].rows[0].cells["name"]
    assert (cell.text, cell.kind, book.problems) == (words, kind, [])


def test_a_number_of_four_hundred_digits_is_read(text: Write) -> None:
    data = with_sheet(HEADING_XML + f'<row r="2">{inline("A2", "a")}<c r="B2"><v>1{"0" * 400}</v></c></row>')
    assert cells(text(data, "cases.xlsx"))[0][1] == "1" + "0" * 400


def test_a_number_beyond_all_numbers_is_an_error(text: Write) -> None:
    data = with_sheet(HEADING_XML + '<row r="2"><c r="A2"><v>1e999</v></c><c r="B2"><v>5</v></c></row>')
    problem = one(text(data, "cases.xlsx"), "cell-error")
    assert (problem.cell, problem.field) == ("A2", "case_id")


def test_a_date_that_no_calendar_has_is_an_error_without_a_warning_of_python(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(packed([HEADER, ["a", 99999999999]])))
    workbook["cases"]["B2"].number_format = "yyyy-mm-dd"
    (tmp_path / "cases.xlsx").write_bytes(saved(workbook))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book = read(str(tmp_path / "cases.xlsx"), KNOWN)
    assert one(book, "cell-error").cell == "B2"


@pytest.mark.parametrize("words", ["#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "Err:502"])
def test_what_could_not_be_computed_is_an_error_in_either_kind_of_file(text: Write, table: Write, words: str) -> None:
    for book in (text(joined([HEADER, [words, "b", "", "", ""]])), table([HEADER, [words, "b"]])):
        problem = one(book, "cell-error")
        assert (problem.level, problem.cell, problem.field) == ("error", "A2", "case_id")


def test_n_a_is_a_missing_value_and_no_error(text: Write, table: Write) -> None:
    for book in (text(joined([HEADER, ["a", "#N/A", "", "", ""]])), table([HEADER, ["a", "#N/A"]])):
        assert (book.problems, cells(book)[0][1]) == ([], "#N/A")


def test_signs_that_a_workbook_writes_as_escapes_are_read_as_what_they_are(text: Write) -> None:
    data = with_sheet(
        HEADING_XML + f'<row r="2">{inline("A2", "a")}{inline("B2", "x_x000D_&#10;y")}{inline("C2", "_x0041_")}</row>'
    )
    book = text(data, "cases.xlsx")
    assert (cells(book)[0][1:3], book.problems) == (["x\r\ny", "_x0041_"], [])
    data = with_sheet(HEADING_XML + f'<row r="2">{inline("A2", "a")}{inline("B2", "x_x0000_y")}</row>')
    assert rules(text(data, "cases.xlsx")) == ["control-sign"]
