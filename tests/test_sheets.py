"""The reader of sheets: whatever a file is and holds, plain cells or a problem, never an exception."""

import io
import os
import tracemalloc
import zipfile
from pathlib import Path

import hypothesis
import hypothesis.strategies as st
import openpyxl
import pytest
from sheet_files import HEADER, KNOWN, ROW, Write, cells, joined, one, packed, repacked, rules, saved

from clusterkg.coding import sheets
from clusterkg.coding.export import rows_of
from clusterkg.coding.sheets import Book, read
from clusterkg.coding.template import write_template
from clusterkg.graph import Graph


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


@pytest.mark.parametrize(
    ("headings", "level"),
    [
        (["case_id", "govenance_mode", "market_scope", "lead_actor"], "error"),
        (["caseid", "variable", "value", "source"], "error"),
        (["place", "country", "population"], "warning"),
    ],
)
def test_a_further_sheet_with_headings_of_ours_is_not_passed_over(
    tmp_path: Path, headings: list[str], level: str
) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(packed([HEADER, ROW])))
    for row in (headings, ["x"] * len(headings)):
        workbook["more"].append(row) if "more" in workbook else workbook.create_sheet("more").append(row)
    (tmp_path / "cases.xlsx").write_bytes(saved(workbook))
    problem = one(read(str(tmp_path / "cases.xlsx"), KNOWN), "header")
    assert (problem.sheet, problem.level) == ("more", level)


@pytest.mark.parametrize("kind", ["cases", "chains", "values"])
def test_a_layout_is_known_by_its_headings(text: Write, kind: str) -> None:
    assert text(joined([KNOWN[kind], ["x"]]), "any.csv").sheets[0].kind == kind


def test_headings_alone_are_a_warning(text: Write, table: Write) -> None:
    for book in (text(joined([HEADER])), table([HEADER])):
        assert [(problem.level, problem.rule) for problem in book.problems] == [("warning", "no-rows")]


@pytest.mark.parametrize(
    ("heading", "meant"),
    [
        ("contry", "country"),
        ("proces", "process"),
        ("quasi-hierachy", "quasi_hierarchy"),
        ("sectorial group ", "sectoral_group"),
        ("Sectoral.Group", "sectoral_group"),
        ("notes", "note"),
        ("Product upgrading", "product"),
        ("Place in the source", "locator"),
    ],
)
def test_a_misspelt_heading_above_values_is_an_error_that_names_the_column(
    text: Write, table: Write, heading: str, meant: str
) -> None:
    rows = [["case_id", "name", "place", heading], ["a", "b", "c", "x"]]
    for book in (text(joined(rows)), table(rows)):
        problem = one(book, "unknown-column")
        assert (problem.level, problem.cell) == ("error", "D1")
        assert problem.fix.startswith(f"rename it to {meant};")


@pytest.mark.parametrize(
    ("headings", "held"),
    [
        (["country", "contry"], "with the text of 1 cell."),
        (["funding", "country"], "with the text of 2 cells."),
        (["isic3", "country"], "with the text of 2 cells."),
    ],
)
def test_an_unknown_heading_is_passed_over_and_what_is_lost_is_counted(
    text: Write, headings: list[str], held: str
) -> None:
    book = text(joined([["case_id", "name", "place", *headings], ["a", "b", "c", "=1", "x"], ["d", "", "", "y", " "]]))
    problem = one(book, "unknown-column")
    assert problem.level == "warning"
    assert problem.message.endswith(held)
    assert rules(book, "error") == (["formula"] if headings[0] == "country" else [])


def test_a_misspelt_heading_above_nothing_is_a_warning_with_the_nearest_named(text: Write) -> None:
    problem = one(text(joined([["case_id", "name", "place", "contry"], ["a", "b", "c", " "]])), "unknown-column")
    assert (problem.level, problem.cell, problem.field) == ("warning", "D1", "contry")
    assert (problem.message[-10:], problem.fix) == ("and empty.", "rename it to country")


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


def many(count: int) -> str:
    return joined([HEADER]) + "leon,b,c,d,5\n" * count


@pytest.mark.slow
def test_more_than_100_000_rows_are_an_error(text: Write) -> None:
    fitting = text(many(100))
    assert (fitting.problems, len(fitting.sheets[0].rows)) == ([], 100)
    book = text(many(100_001))
    assert [(problem.level, problem.rule) for problem in book.problems] == [("error", "row-limit")]
    assert len(book.sheets[0].rows) == 100_000


def test_what_lies_behind_the_last_row_takes_no_memory(text: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shown at a lower limit: to trace the memory of all 100,000 rows takes a minute."""
    monkeypatch.setattr(sheets, "ROW_LIMIT", 5_000)

    def measured(count: int) -> tuple[Book, int]:
        tracemalloc.start()
        try:
            return text(many(count)), tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    book, peak = measured(5_001)
    assert rules(book, "error") == ["row-limit"]
    assert measured(15_000)[1] < peak * 1.5


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
