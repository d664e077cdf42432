"""Workbooks that broke on their way: one error, and never another content in silence."""

import random
from datetime import date

import pytest
from sheet_files import (
    HEADER,
    HEADING_XML,
    ROW,
    Write,
    cells,
    inline,
    joined,
    one,
    packed,
    repacked,
    rules,
    with_sheet,
)

from clusterkg.coding.problems import Problems


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
