"""Text files of cells: encoding, separator, quotes and line ends are found out or told."""

import random

import pytest
from sheet_files import HEADER, ROW, Write, cells, joined, one, rules


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
