"""The reader of sheets: whatever a file is and holds, plain cells or a problem, never an exception."""

import csv
import io
import os
import random
import re
import struct
import time
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import hypothesis
import hypothesis.strategies as st
import openpyxl
import pytest

from clusterkg.coding import sheets
from clusterkg.coding.columns import BY_SHEET
from clusterkg.coding.export import rows_of
from clusterkg.coding.problems import CellProblem, Problems
from clusterkg.coding.sheets import Book, read
from clusterkg.coding.template import write_template
from clusterkg.graph import Graph

KNOWN = {kind: [column.name for column in columns] for kind, columns in BY_SHEET.items()}
HEADER = ["case_id", "name", "place", "country", "sum"]
ROW = ["leon", "León footwear", "León", "Mexico", "5"]

Table = Sequence[Sequence[object]]
Write = Callable[..., Book]


@pytest.fixture
def text(tmp_path: Path) -> Write:
    """Write a text file and read it."""

    def write(content: str | bytes, name: str = "cases.csv", encoding: str = "utf-8") -> Book:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return read(str(path), KNOWN)

    return write


@pytest.fixture
def table(tmp_path: Path) -> Write:
    """Write a workbook of one sheet and read it."""

    def write(rows: Table, name: str = "cases.xlsx", title: str = "cases") -> Book:
        path = tmp_path / name
        path.write_bytes(packed(rows, title))
        return read(str(path), KNOWN)

    return write


def packed(rows: Table, title: str = "cases") -> bytes:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].title = title
    for row in rows:
        workbook.worksheets[0].append(list(row))
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> bytes:
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


# Encodings


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("utf-16", ["utf-16"]),
        ("utf-16-le", ["utf-16"]),
        ("utf-16-be", ["utf-16"]),
        ("cp1252", ["windows-1252"]),
    ],
)
def test_an_encoding_is_found_out(text: Write, encoding: str, told: list[str]) -> None:
    book = text(joined([HEADER, ROW]), encoding=encoding)
    assert cells(book) == [ROW]
    assert rules(book) == told


def test_utf_16_with_its_mark_in_the_other_byte_order_is_read(text: Write) -> None:
    assert cells(text(b"\xfe\xff" + joined([HEADER, ROW]).encode("utf-16-be"))) == [ROW]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_chinese_in_utf_16_without_a_mark_is_text(text: Write, encoding: str) -> None:
    row = ["shenzhen", "深圳电子产业集群" * 40, "深圳", "China", "5"]
    assert cells(text(joined([HEADER, row]), encoding=encoding)) == [row]


def test_windows_1252_is_a_warning_that_names_the_line(text: Write) -> None:
    problem = one(text(joined([HEADER, ["a", "b", "c", "d", "5"], ROW]), encoding="cp1252"), "windows-1252")
    assert (problem.level, "line 3" in problem.message) == ("warning", True)


def test_bytes_that_are_in_no_encoding_leave_a_lost_sign_on_their_cell(text: Write) -> None:
    problem = one(text(joined([HEADER, ROW]).encode("cp1252").replace(b"\xf3", b"\x81", 1)), "lost-sign")
    assert (problem.level, problem.cell, problem.field) == ("warning", "B2", "name")


@pytest.mark.parametrize("data", [b"\xef\xbb\xbfcase_id,name\n\xff", b"\xff\xfec\x00a\x00s", b"\xfe\xff\xd8\x00\x00a"])
def test_a_file_that_is_not_what_its_mark_says_is_an_error(text: Write, data: bytes) -> None:
    assert [(problem.rule, problem.level) for problem in text(data).problems] == [("encoding", "error")]


def test_nul_bytes_are_an_error_that_names_the_line(text: Write) -> None:
    problem = one(text(joined([HEADER, ["a", "b\0c", "", "", ""]])), "nul")
    assert (problem.level, "line 2" in problem.message) == ("error", True)


def test_bytes_at_random_are_neither_text_nor_workbook(text: Write) -> None:
    book = text(random.Random(1).randbytes(5000))
    assert (rules(book, "error"), book.sheets) == (["file-type"], [])


# Separators, quotes, ends of lines


@pytest.mark.parametrize(("separator", "word"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_another_separator_is_found_out_and_told(text: Write, separator: str, word: str) -> None:
    row = ["leon", f"León{separator} footwear, shoes; boots | more", "a\tb", "Mexico", "1,5"]
    book = text(joined([HEADER, row], separator))
    assert cells(book) == [row]
    assert word in one(book, "separator").message


def test_the_usual_separator_is_no_news(text: Write) -> None:
    assert text(joined([HEADER, ROW])).problems == []
    assert text(joined([HEADER, ROW], "\t"), "cases.tsv").problems == []
    assert rules(text(joined([HEADER, ROW]), "cases.tsv")) == ["separator"]


def test_separators_inside_a_quoted_heading_do_not_count(text: Write) -> None:
    book = text('case_id,name,place,"a;b;c;d;e;f;g"\nx,y,z,w\n')
    assert cells(book) == [["x", "y", "z", "w"]]


def test_a_line_that_declares_the_separator_is_not_a_row(text: Write) -> None:
    book = text("sep=;\r\n" + joined([HEADER, ROW], ";"))
    assert cells(book) == [ROW]
    assert book.sheets[0].rows[0].number == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_end_of_line_will_do_and_a_quoted_one_belongs_to_its_cell(text: Write, end: str) -> None:
    row = ["leon", f"first{end}second", "", "Mexico", ""]
    book = text(joined([HEADER, row, ROW], end=end))
    assert cells(book) == [row, ROW]
    assert [found.number for found in book.sheets[0].rows] == [2, 3]


def test_blank_lines_count_as_the_spreadsheet_counts_them(text: Write) -> None:
    book = text("\n" + joined([HEADER]) + "\n\n" + joined([ROW]))
    assert book.sheets[0].rows[0].cells["sum"].address == "E5"


@pytest.mark.parametrize("row", ['a,"never closed,c,d,5\nb,x,y,z,5\n', 'a,"b" c,d,e,5\n'])
def test_a_quote_that_is_not_closed_swallows_no_rows_in_silence(text: Write, row: str) -> None:
    problem = one(text(joined([HEADER, ROW]) + row), "quotes")
    assert (problem.level, "row 3" in problem.message) == ("error", True)


def test_a_quote_inside_words_is_a_sign_like_others(text: Write) -> None:
    assert cells(text(joined([HEADER]) + 'a,5" pipe,"the ""old"" one",d,5\n')) == [
        ["a", '5" pipe', 'the "old" one', "d", "5"]
    ]


# What kind of file it is


def test_a_workbook_called_csv_is_read_with_a_warning(table: Write) -> None:
    book = table([HEADER, ROW], "cases.csv")
    assert (cells(book), rules(book), one(book, "file-type").level) == ([ROW], ["file-type"], "warning")


@pytest.mark.parametrize("ending", ["xlsx", "xlsm", "xls"])
def test_a_text_called_workbook_is_read_with_a_warning(text: Write, ending: str) -> None:
    book = text(joined([HEADER, ROW]), f"cases.{ending}")
    assert (cells(book), rules(book, "warning")) == ([ROW], ["file-type"])


def test_a_workbook_with_macros_is_read_without_them(tmp_path: Path) -> None:
    data = repacked(
        packed([HEADER, ROW]),
        lambda part, content: (
            content.replace(
                b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            )
            if part == "[Content_Types].xml"
            else content
        ),
        {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 100},
    )
    (tmp_path / "cases.xlsm").write_bytes(data)
    book = read(str(tmp_path / "cases.xlsm"), KNOWN)
    assert (cells(book), book.problems) == ([ROW], [])


def test_an_old_or_locked_workbook_says_what_to_do(text: Write) -> None:
    book = text(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "cases.xlsx")
    assert [str(problem) for problem in book.problems] == [
        "cases.xlsx: error: The file is an old or a locked workbook, which cannot be read."
        " Fix: save it as .xlsx without a password"
    ]


def test_a_zip_with_a_password_is_an_error(text: Write) -> None:
    data = bytearray(packed([HEADER, ROW]))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)
    assert "password" in one(text(bytes(data), "cases.xlsx"), "file-type").message


@pytest.mark.parametrize(
    "kind", ["application/vnd.oasis.opendocument.spreadsheet", "wordprocessingml.document.main+xml"]
)
def test_another_packed_file_is_no_workbook(text: Write, kind: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("mimetype", kind)
        target.writestr("[Content_Types].xml", f'<Types><Default ContentType="{kind}"/></Types>')
    book = text(out.getvalue(), "cases.xlsx")
    assert [(problem.level, problem.rule) for problem in book.problems] == [("error", "file-type")]


@pytest.mark.parametrize("data", [b"", b"\n \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe", bytes(40)])
def test_an_empty_file_is_called_empty(text: Write, data: bytes) -> None:
    assert [(problem.level, problem.rule) for problem in text(data).problems] == [("error", "file-empty")]


def test_what_is_no_plain_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert "no plain file" in one(read(str(tmp_path / "pipe.csv"), KNOWN), "file").message
    assert "a folder" in one(read(str(tmp_path), KNOWN), "file").message


def test_a_file_that_cannot_be_had_is_one_error(text: Write, tmp_path: Path) -> None:
    text(joined([HEADER, ROW]))
    missing = read(str(tmp_path / "none.csv"), KNOWN)
    beneath = read(str(tmp_path / "cases.csv" / "x.csv"), KNOWN)
    odd = read(str(tmp_path / "a\0b.csv"), KNOWN)
    endless = read(str(tmp_path / ("x" * 300)), KNOWN)
    for book in (missing, beneath, odd, endless):
        assert [(problem.level, problem.rule) for problem in book.problems] == [("error", "file")]


def test_a_file_that_nobody_may_read_is_one_error(text: Write, tmp_path: Path) -> None:
    text(joined([HEADER, ROW]))
    (tmp_path / "cases.csv").chmod(0)
    me = os.geteuid()
    if me == 0:
        # The administrator may read everything, so somebody else has to try.
        os.seteuid(65534)
    try:
        book = read(str(tmp_path / "cases.csv"), KNOWN)
    finally:
        os.seteuid(me)
    assert "Permission denied" in one(book, "file").message


def test_a_file_of_more_than_64_megabytes_is_not_opened(tmp_path: Path) -> None:
    with (tmp_path / "cases.csv").open("wb") as file:
        file.truncate(sheets.FILE_LIMIT + 1)
    assert rules(read(str(tmp_path / "cases.csv"), KNOWN)) == ["file-size"]


# Headings


def test_headings_are_known_in_another_case_or_with_spaces(text: Write) -> None:
    book = text("Case ID;NAME*;Sectoral group;quasi-hierarchy\na;b;c;d\n")
    assert [*book.sheets[0].header] == ["case_id", "name", "sectoral_group", "quasi_hierarchy"]
    assert rules(book) == ["separator"]


@pytest.mark.parametrize(
    "content", [joined([ROW]), "a\n", "x,y,z,u,v\n1,2,3,4,5\n", "Results 2020\n" + joined([HEADER, ROW])]
)
def test_a_file_without_its_headings_is_an_error(text: Write, content: str) -> None:
    book = text(content)
    assert [(problem.level, problem.rule) for problem in book.problems] == [("error", "header")]


def test_a_workbook_may_hold_other_sheets_but_needs_one_of_ours(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(["shopping", "list"])
    (tmp_path / "a.xlsx").write_bytes(saved(workbook))
    assert rules(read(str(tmp_path / "a.xlsx"), KNOWN)) == ["header", "no-sheet"]
    for row in (HEADER, ROW):
        workbook.create_sheet("cases").append(row) if row is HEADER else workbook["cases"].append(row)
    workbook.create_sheet("codebook").append(["anything"])
    (tmp_path / "a.xlsx").write_bytes(saved(workbook))
    book = read(str(tmp_path / "a.xlsx"), KNOWN)
    assert (cells(book), rules(book, "error"), rules(book, "warning")) == ([ROW], [], ["header"])


@pytest.mark.parametrize("kind", ["cases", "chains", "values"])
def test_a_layout_is_known_by_its_headings(text: Write, kind: str) -> None:
    assert text(joined([KNOWN[kind], ["x"]]), "any.csv").sheets[0].kind == kind


def test_headings_alone_are_a_warning(text: Write, table: Write) -> None:
    for book in (text(joined([HEADER])), table([HEADER])):
        assert [(problem.level, problem.rule) for problem in book.problems] == [("warning", "no-rows")]


def test_an_unknown_heading_is_passed_over_with_the_nearest_named(text: Write) -> None:
    problem = one(text(joined([["case_id", "name", "place", "contry"], ["a", "b", "c", "=1"]])), "unknown-column")
    assert (problem.level, problem.cell, problem.field) == ("warning", "D1", "contry")
    assert "country" in problem.fix


def test_a_heading_that_stands_twice_is_an_error_on_the_second(text: Write) -> None:
    book = text(joined([[*HEADER, "name"], [*ROW, "lost"]]))
    problem = one(book, "duplicate-column")
    assert (problem.level, problem.cell, problem.field) == ("error", "F1", "name")
    assert "B1" in problem.fix
    assert rules(book) == ["duplicate-column"]


def test_headings_of_a_megabyte_are_shown_short(text: Write) -> None:
    book = text(joined([[*HEADER, "x" * 1_000_000, "x" * 1_000_000], ROW]))
    assert rules(book) == ["duplicate-column", "unknown-column"]
    assert max(len(str(problem)) for problem in book.problems) < 500


# Rows


def test_a_row_longer_than_the_headings_is_an_error(text: Write) -> None:
    book = text(joined([HEADER, [*ROW, "more", "", "still"]]))
    problem = one(book, "ragged-row")
    assert (problem.level, problem.row, problem.cell) == ("error", 2, "F2")
    assert "F2, H2" in problem.message
    assert [cell.text for cell in book.sheets[0].rows[0].extra] == ["more", "still"]


def test_a_cell_under_an_empty_heading_is_not_lost_in_silence(text: Write) -> None:
    assert one(text("case_id,name,,place\na,b,c,d\n"), "ragged-row").cell == "C2"


def test_a_shorter_row_and_empty_cells_beyond_the_headings_are_fine(text: Write) -> None:
    book = text(joined([HEADER]) + "leon,León\nx,y,z,u,5,,,\n")
    assert book.problems == []
    assert cells(book) == [["leon", "León", "", "", ""], ["x", "y", "z", "u", "5"]]
    assert (book.sheets[0].rows[0].cells["sum"].address, book.sheets[0].rows[0].cells["sum"].kind) == ("E2", "empty")


def test_a_row_of_a_thousand_cells_is_one_problem(text: Write) -> None:
    book = text(joined([HEADER, [*ROW, *map(str, range(1000))]]))
    assert rules(book) == ["ragged-row"]
    assert len(one(book, "ragged-row").message) < 200


def test_a_row_that_begins_with_a_number_sign_is_there_to_be_read_only(text: Write, table: Write) -> None:
    rows = [HEADER, ["# what to write", "=1+1", "", "", ""], ROW, ["#N/A", "no comment", "", "", ""]]
    for book in (text(joined(rows)), table([rows[0], ["# what to write", "x" * 6000], *rows[2:]])):
        assert [row[1] for row in cells(book)] == ["León footwear", "no comment"]
        assert book.problems == []


@pytest.mark.slow
def test_more_than_100_000_rows_are_an_error_and_the_memory_is_bounded(text: Write) -> None:
    def measured(count: int) -> tuple[Book, int]:
        tracemalloc.start()
        try:
            return text(joined([HEADER]) + "leon,b,c,d,5\n" * count), tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    fitting, _ = measured(100)
    assert (fitting.problems, len(fitting.sheets[0].rows)) == ([], 100)
    book, peak = measured(100_001)
    assert [(problem.level, problem.rule) for problem in book.problems] == [("error", "row-limit")]
    _, doubled = measured(300_000)
    assert doubled < peak * 1.5


# Cells


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
    assert cells(text(joined([HEADER, ["a", "'s-Hertogenbosch", "'", "''=", ""]])))[0][1:4] == [
        "'s-Hertogenbosch",
        "'",
        "''=",
    ]


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


def test_of_merged_cells_the_first_holds_the_value(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(packed([HEADER, ROW, ["b", "B"]])))
    workbook["cases"].merge_cells("D2:D3")
    (tmp_path / "cases.xlsx").write_bytes(saved(workbook))
    book = read(str(tmp_path / "cases.xlsx"), KNOWN)
    assert [row[3] for row in cells(book)] == ["Mexico", ""]
    assert book.problems == []


def test_a_hidden_sheet_is_read_with_a_warning_and_hidden_rows_and_columns_as_any_other(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(packed([HEADER, ROW])))
    workbook["cases"].row_dimensions[2].hidden = True
    workbook["cases"].column_dimensions["B"].hidden = True
    lists = workbook.create_sheet("notes")
    lists.append(["anything"])
    (tmp_path / "cases.xlsx").write_bytes(saved(workbook))
    book = read(str(tmp_path / "cases.xlsx"), KNOWN)
    assert (cells(book), rules(book)) == ([ROW], ["header"])
    lists.sheet_state = workbook["cases"].sheet_state = "hidden"
    workbook.create_sheet("lists")
    workbook.active = 2
    (tmp_path / "cases.xlsx").write_bytes(saved(workbook))
    book = read(str(tmp_path / "cases.xlsx"), KNOWN)
    assert (cells(book), one(book, "hidden-sheet").sheet) == ([ROW], "cases")


# Bombs


def test_a_cell_in_the_last_corner_costs_nothing(text: Write) -> None:
    corner = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    start = time.process_time()
    book = text(with_sheet(HEADING_XML + f'<row r="2">{inline("A2", "a")}</row>' + corner), "cases.xlsx")
    assert [row.number for row in book.sheets[0].rows] == [2, 1048576]
    assert [(problem.rule, problem.cell) for problem in book.problems] == [("ragged-row", "XFD1048576")]
    assert rules(text(with_sheet(corner), "cases.xlsx")) == ["header", "no-sheet"]
    assert time.process_time() - start < 2


def test_a_row_far_below_is_not_lost(text: Write) -> None:
    data = with_sheet(HEADING_XML + f'<row r="1048576">{inline("A1048576", "a")}</row>')
    assert text(data, "cases.xlsx").sheets[0].rows[0].number == 1048576


def test_a_row_that_no_sheet_has_does_not_run_forever(text: Write) -> None:
    data = with_sheet(HEADING_XML + f'<row r="99999999999999">{inline("A1", "a")}</row>')
    assert rules(text(data, "cases.xlsx"), "error") == ["file-corrupt"]


def test_a_cell_far_to_the_right_is_not_lost_in_silence(text: Write, table: Write) -> None:
    for book in (
        table([HEADER, [*ROW, *[None] * 300, "x", "y"]]),
        text(joined([HEADER, [*ROW, *[""] * 300, "x", "y"]])),
    ):
        assert [(problem.level, problem.rule) for problem in book.problems] == [("error", "ragged-row")]
        assert cells(book) == [ROW]


def test_other_sheets_may_be_as_wide_as_they_like(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(packed([HEADER, ROW])))
    workbook.create_sheet("figures").append(["x"] * 300)
    (tmp_path / "cases.xlsx").write_bytes(saved(workbook))
    assert rules(read(str(tmp_path / "cases.xlsx"), KNOWN), "error") == []


def test_rows_that_all_end_in_the_last_column_are_given_up(text: Write) -> None:
    rows = "".join(
        f'<row r="{number}"><c r="XFD{number}"><v>{number * 7919}</v></c></row>' for number in range(2, 9_000)
    )
    start = time.process_time()
    book = text(with_sheet(HEADING_XML + rows), "cases.xlsx")
    assert set(rules(book, "error")) == {"ragged-row", "file-corrupt"}
    assert time.process_time() - start < 10


def test_what_a_sheet_says_of_its_size_is_not_believed(text: Write) -> None:
    def lie(part: str, content: bytes) -> bytes:
        return re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A1"', content)

    assert cells(text(repacked(packed([HEADER, ROW]), lie), "cases.xlsx")) == [ROW]


def test_a_part_that_unpacks_to_far_more_than_itself_is_not_unpacked(text: Write) -> None:
    data = repacked(packed([HEADER, ROW]), lambda _, content: content, {"xl/media/bomb.xml": bytes(32 << 20)})
    assert len(data) < 100_000
    start = time.process_time()
    book = text(data, "cases.xlsx")
    assert (rules(book), book.sheets) == (["file-size"], [])
    assert time.process_time() - start < 1


def test_a_picture_in_a_workbook_is_no_bomb(text: Write) -> None:
    picture = random.Random(1).randbytes(3 << 20)
    data = repacked(packed([HEADER, ROW]), lambda _, content: content, {"xl/media/map.png": picture})
    assert (cells(text(data, "cases.xlsx")), text(data, "cases.xlsx").problems) == ([ROW], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_row_of_more_cells_than_any_sheet_has_is_not_built_in_memory(text: Write, encoding: str) -> None:
    chance = random.Random(1)
    row = "".join(f'<c r="A{chance.randrange(10**6)}"/>' for _ in range(300_000))
    whole = with_sheet(f'{HEADING_XML}<row r="2">{row}</row>')

    def encoded(part: str, content: bytes) -> bytes:
        return content.decode().encode(encoding) if part.endswith("sheet1.xml") else content

    data = repacked(whole, encoded)
    tracemalloc.start()
    try:
        book = text(data, "cases.xlsx")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (rules(book), book.sheets) == (["file-size"], [])
    assert peak < 64 << 20


def test_a_sheet_of_many_rows_is_no_bomb(text: Write) -> None:
    rows = "".join(
        f'<row r="{number}"><c r="A{number}"><v>{number * 7919}</v></c></row>' for number in range(2, 10_002)
    )
    assert len(cells(text(with_sheet(HEADING_XML + rows), "cases.xlsx"))) == 10_000


def test_many_parts_that_unpack_to_too_much_together_are_refused(text: Write) -> None:
    noise = random.Random(1).randbytes(40_000) + bytes(984_000)
    more = {f"xl/media/{number}.bin": noise for number in range(66)}
    assert rules(text(repacked(packed([HEADER]), lambda _, content: content, more), "cases.xlsx")) == ["file-size"]


def test_a_workbook_of_thousands_of_parts_is_refused(text: Write) -> None:
    more = {f"xl/media/{number}": b"" for number in range(5_001)}
    assert rules(text(repacked(packed([HEADER]), lambda _, content: content, more), "cases.xlsx")) == ["file-size"]


def test_a_directory_that_lies_about_a_size_is_found_out(text: Write) -> None:
    data = bytearray(repacked(packed([HEADER, ROW]), lambda _, content: content, {"xl/bomb.xml": bytes(32 << 20)}))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 1000)
    book = text(bytes(data), "cases.xlsx")
    assert (rules(book), book.sheets) == (["file-corrupt"], [])


def test_a_bomb_inside_a_zip_inside_the_workbook_is_left_alone(text: Write) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("bomb", bytes(128 << 20))
    data = repacked(packed([HEADER, ROW]), lambda _, content: content, {"xl/embeddings/a.zip": inner.getvalue()})
    assert (cells(text(data, "cases.xlsx")), text(data, "cases.xlsx").problems) == ([ROW], [])


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]
)
def test_entities_in_any_part_are_refused(text: Write, part: str, encoding: str) -> None:
    def spoil(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        body = content.decode().partition("?>")[2] if content.startswith(b"<?xml") else content.decode()
        return f'<?xml version="1.0" encoding="{encoding}"?>{LAUGHS}{body}'.encode(encoding)

    book = text(repacked(packed([HEADER, ROW]), spoil), "cases.xlsx")
    assert (rules(book), book.sheets) == (["file-size"], [])


def test_entities_in_the_shared_strings_are_refused_even_behind_a_long_comment(text: Write) -> None:
    shared = f'<?xml version="1.0"?><!--{"x" * (2 << 20)}-->{LAUGHS}<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&i;</t></si></sst>'
    data = repacked(
        packed([HEADER, ROW]),
        lambda part, content: (
            content.replace(
                b"</Types>",
                b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument'
                b'.spreadsheetml.sharedStrings+xml"/></Types>',
            )
            if part == "[Content_Types].xml"
            else content
        ),
        {
            "xl/sharedStrings.xml": shared.encode().replace(
                b"x" * 1000, random.Random(1).randbytes(250).hex().encode() * 2
            )
        },
    )
    start = time.process_time()
    book = text(data, "cases.xlsx")
    assert (rules(book), book.sheets) == (["file-size"], [])
    assert time.process_time() - start < 2


def test_more_than_a_hundred_sheets_are_told(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(packed([HEADER, ROW])))
    for number in range(100):
        workbook.create_sheet(f"empty {number}")
    (tmp_path / "cases.xlsx").write_bytes(saved(workbook))
    book = read(str(tmp_path / "cases.xlsx"), KNOWN)
    assert (cells(book), rules(book)) == ([ROW], ["sheet-limit"])


# Damage


@pytest.mark.parametrize(
    "step", [pytest.param(29, id="at some places"), pytest.param(1, id="anywhere", marks=pytest.mark.slow)]
)
def test_a_workbook_that_breaks_off_is_one_error(text: Write, step: int) -> None:
    data = packed([HEADER, ROW])
    for length in range(0, len(data), step):
        book = text(data[:length], "cases.xlsx")
        errors = rules(book, "error")
        assert (length, len(errors), book.sheets) == (length, 1, [])
    assert text(data, "cases.xlsx").problems == []


@pytest.mark.parametrize(
    "missing", ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"]
)
def test_a_workbook_without_one_of_its_parts_is_one_error(text: Write, missing: str) -> None:
    data = repacked(packed([HEADER, ROW]), lambda part, content: None if part == missing else content)
    book = text(data, "cases.xlsx")
    assert (len(rules(book, "error")), book.sheets) == (1, [])


def test_a_workbook_that_lacks_looks_only_is_read(text: Write) -> None:
    data = repacked(
        packed([HEADER, ROW]), lambda part, content: None if "theme" in part or "docProps" in part else content
    )
    assert (cells(text(data, "cases.xlsx")), text(data, "cases.xlsx").problems) == ([ROW], [])


def test_a_sheet_that_is_damaged_below_keeps_its_rows_and_has_an_error(text: Write) -> None:
    book = text(
        with_sheet(HEADING_XML + f'<row r="2">{inline("A2", "a")}</row><row r="3"><c r="A3" t="s"><v>77</v></c></row>'),
        "cases.xlsx",
    )
    problem = one(book, "file-corrupt")
    assert (problem.level, problem.sheet) == ("error", "cases")


@pytest.mark.parametrize("name", ["cases.xlsx", "cases.csv"])
def test_flipped_bytes_never_raise_and_never_change_a_workbook_in_silence(text: Write, name: str) -> None:
    chance = random.Random(4)
    rows = [HEADER, ROW, ["b", "second\nline", "", "Brazil", "1,5"]]
    data = packed(rows) if name.endswith("xlsx") else joined(rows).encode()
    whole = cells(text(data, name))
    for _ in range(400):
        spoilt = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 8, 64))):
            spoilt[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        book = text(bytes(spoilt), name)
        assert all(problem.level in ("error", "warning", "normalised") for problem in book.problems)
        if name.endswith("xlsx") and not rules(book, "error"):
            assert cells(book) == whole
        Problems(book.problems).to_csv()


def test_flipped_bytes_within_the_parts_of_a_workbook_never_raise(text: Write) -> None:
    chance = random.Random(5)
    data = packed([HEADER, ROW, ["b", date(2003, 2, 1), "=A1", True, 1.5]])

    def spoil(_: str, content: bytes) -> bytes:
        spoilt = bytearray(content)
        for _ in range(chance.choice((0, 0, 0, 1, 2))):
            spoilt[chance.randrange(len(spoilt))] = chance.choice(b'<>"/=&0123456789Aaz \xff\x00')
        return bytes(spoilt)

    outcomes = {bool(rules(text(repacked(data, spoil), "cases.xlsx"), "error")) for _ in range(400)}
    assert True in outcomes


# Any table

PRINTABLE = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp", "Co"), exclude_characters="\ufeff\ufffd"
    ),
    max_size=12,
)
TABLES = st.lists(st.lists(PRINTABLE, min_size=5, max_size=5), min_size=1, max_size=5)


def readable(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows that are no comments, blank rows or formulas."""
    return [
        row
        for row in rows
        if any(cell.strip() for cell in row)
        and not row[0].lstrip().startswith("#")
        and not any(sheets.FORMULA.match(cell.lstrip()) or sheets.GUARDED.match(cell) for cell in row)
    ]


@hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(
    rows=TABLES,
    separator=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_any_table_comes_back_from_a_text_file(
    text: Write, rows: list[list[str]], separator: str, encoding: str, end: str
) -> None:
    if encoding == "cp1252":
        rows = [[cell.encode("cp1252", "ignore").decode("cp1252") for cell in row] for row in rows]
    rows = readable(rows)
    hypothesis.assume(rows)
    if encoding == "cp1252":
        # Without an accent it might be any encoding.
        rows[0][1] += "ñ,"
    book = text(joined([HEADER, *rows], separator, end), encoding=encoding)
    assert cells(book) == rows
    assert not rules(book, "error")


@hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(rows=TABLES)
def test_any_table_comes_back_from_a_workbook(text: Write, rows: list[list[str]]) -> None:
    rows = readable(rows)
    hypothesis.assume(rows)
    workbook = openpyxl.Workbook()
    for number, row in enumerate([HEADER, *rows], 1):
        for column, words in enumerate(row, 1):
            cell = workbook.worksheets[0].cell(number, column, words or None)
            if words:
                cell.data_type = "s"
    book = text(saved(workbook), "cases.xlsx")
    assert cells(book) == rows
    assert book.problems == []


# Our own files


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_template_and_an_export_are_read_without_a_problem(tmp_path: Path, ending: str) -> None:
    graph = Graph()
    write_template(str(tmp_path / f"empty.{ending}"), graph)
    assert {(problem.level, problem.rule) for problem in read(str(tmp_path / f"empty.{ending}"), KNOWN).problems} == {
        ("warning", "no-rows")
    }
    write_template(str(tmp_path / f"full.{ending}"), graph, study="giuliani2005")
    book = read(str(tmp_path / f"full.{ending}"), KNOWN)
    assert rules(book, "error") == []
    exported = rows_of(graph, "giuliani2005")
    for sheet in book.sheets:
        found = [{name: cell.text for name, cell in row.cells.items() if cell.text} for row in sheet.rows]
        assert found == [{name: words for name, words in row.items() if words} for row in exported.get(sheet.kind, [])]
    assert len(book.sheets[0].rows) == 40


# What is said of it


def test_problems_are_sorted_by_row_and_stand_once() -> None:
    def problem(row: int, cell: str, level: str = "error") -> CellProblem:
        return CellProblem("cases", row, cell, "", level, "rule", "", "Wrong.")

    given = [problem(10, "A10"), problem(2, "B2", "warning"), problem(2, "AA2"), problem(2, "B2"), problem(2, "B2")]
    told = [(one.cell, one.level) for one in Problems(given, ["cases"])]
    assert told == [("B2", "error"), ("AA2", "error"), ("B2", "warning"), ("A10", "error")]
    assert Problems(given).summary() == "3 errors, 1 warning, 0 cells normalised"


def test_a_problem_in_a_csv_is_one_line_that_no_software_runs() -> None:
    problem = CellProblem("cases", 2, "B2", "name", "error", "formula", "=1+1\nx\x00\u202e", "A formula.")
    out = Problems([problem]).to_csv()
    assert out.splitlines()[1:] == ["cases,2,B2,name,error,formula,'=1+1 x  ,A formula.,"]
    assert Problems([]).to_csv() == "sheet,row,cell,field,level,rule,value,message,fix\n"
