"""Files that were made to harm: refused, quickly and in bounded memory."""

import io
import random
import re
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest
from sheet_files import (
    HEADER,
    HEADING_XML,
    KNOWN,
    ROW,
    Write,
    cells,
    inline,
    joined,
    packed,
    repacked,
    rules,
    saved,
    with_sheet,
)

from clusterkg.coding.sheets import COLUMN_LIMIT, read


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


def test_ten_thousand_columns_are_no_ten_thousand_problems(text: Write, table: Write) -> None:
    rows = [[*HEADER, *(f"c{number}" for number in range(10_000))], [*ROW, *["x"] * 10_000]]
    start = time.process_time()
    for book in (text(joined(rows)), table(rows)):
        assert cells(book)[0][:5] == ROW
        assert len(book.problems) <= COLUMN_LIMIT
        assert max(len(str(problem)) for problem in book.problems) < 400
    assert time.process_time() - start < 10


def test_a_sheet_whose_tail_is_spoilt_is_damaged_and_tells_of_no_merged_cells(text: Write) -> None:
    data = with_sheet(HEADING_XML + f'<row r="2">{inline("A2", "a")}{inline("B2", "b")}</row>')
    tail = b'</sheetData><mergeCells><mergeCell ref="B2:C2"/></mergeCells><cols><col min="x" hidden="1"/></cols>'
    data = repacked(data, lambda _, content: content.replace(b"</sheetData>", tail))
    assert set(rules(text(data, "cases.xlsx"))) == {"file-corrupt"}
