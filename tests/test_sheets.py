"""The sheet reader: what is in a cell comes out as it was typed, and nothing in a file can stop or drown it."""

import csv
import io
import os
import random
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import hypothesis
import hypothesis.strategies as st
import openpyxl
import pytest

from clusterkg.coding.columns import BY_SHEET
from clusterkg.coding.sheets import CELL_LIMIT, ROW_LIMIT, Book, read

KNOWN = {kind: [column.name for column in columns] for kind, columns in BY_SHEET.items()}
HEAD = ["case_id", "name", "country", "product", "note"]
ROW = ["sialkot-instruments", "Sialkot", "Pakistan", "2.5", "a; b, c"]

Put = Callable[..., Book]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Write bytes or text to a file and read it as a sheet."""

    def reading(content: bytes | str, name: str = "cases.csv") -> Book:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read(str(path), KNOWN)

    return reading


def text(rows: list[list[str]], separator: str = ",", ending: str = "\r\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=ending).writerows(rows)
    return out.getvalue()


def workbook(rows: list[list[object]], sheet: str = "cases") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for one in rows:
        page.append(one)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(book: Book, row: int = 0) -> list[str]:
    return [cell.text for cell in book.sheets[0].rows[row].cells.values()]


def rules(book: Book) -> list[tuple[str, str]]:
    return [(problem.level, problem.rule) for problem in book.problems]


def repacked(data: bytes, **changes: bytes) -> bytes:
    """Return a workbook with the contents of some parts changed or added, named by the last part of their path."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            stem = part.rpartition("/")[2].partition(".")[0]
            new.writestr(part, changes.pop(stem, old.read(part)))
        for stem, content in changes.items():
            new.writestr(f"xl/{stem}.xml", content)
    return out.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_any_separator_and_encoding_gives_the_same_cells(put: Put, separator: str, encoding: str, ending: str) -> None:
    row = [*ROW[:4], "São José, a; b\nsecond line | ü\t"]
    book = put(text([HEAD, row], separator, ending).encode(encoding))
    assert cells(book) == row
    assert all(level == "normalised" for level, _ in rules(book))


def test_windows_1252_is_read_and_doubted(put: Put) -> None:
    book = put(text([HEAD, [*ROW[:4], "León"]]).encode("cp1252"))
    assert cells(book)[-1] == "León"
    assert rules(book) == [("warning", "windows-1252")]
    assert rules(put(text([HEAD, [*ROW[:4], "León"]]))) == []


def test_a_million_signs_in_a_cell_are_told_plainly(put: Put) -> None:
    book = put(text([HEAD, [*ROW[:4], "x" * 1_000_000]]))
    assert rules(book) == [("error", "cell-limit")]
    assert "5,000" in book.problems[0].message
    assert "131072" not in str(book.problems[0])
    assert rules(put(text([HEAD, [*ROW[:4], "x" * CELL_LIMIT]]))) == []


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "file-empty"),
        (b"\xef\xbb\xbf \r\n", "file-empty"),
        (text([HEAD, [*ROW[:4], "a\x00b"]]).encode(), "nul"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "file-type"),
        (b"just,some\nwords,here\n", "header"),
        (text([[*HEAD, "name"], [*ROW, "x"]]).encode(), "duplicate-column"),
        (text([HEAD, [*ROW, "beyond"]]).encode(), "ragged-row"),
        (b"PK\x03\x04 no zip", "file-corrupt"),
        (text([HEAD, [*ROW[:4], "bell\x07"]]).encode(), "control-sign"),
    ],
)
def test_what_cannot_be_read_is_one_error(put: Put, content: bytes, rule: str) -> None:
    assert [one for one in rules(put(content)) if one[0] == "error"] == [("error", rule)]


def test_a_header_alone_is_a_warning_and_an_unknown_column_too(put: Put) -> None:
    assert rules(put(text([HEAD]))) == [("warning", "no-rows")]
    book = put(text([[*HEAD, "contry"], [*ROW, "x"]]))
    assert rules(book) == [("warning", "unknown-column")]
    assert "country" in book.problems[0].fix


def test_headings_are_known_in_any_spelling(put: Put) -> None:
    book = put(text([["Case ID", " NAME ", "country", "Sectoral-Group"], ["a", "b", "c", "d"]]))
    assert list(book.sheets[0].header) == ["case_id", "name", "country", "sectoral_group"]
    assert rules(book) == []


def test_a_short_row_is_filled_with_blanks_and_keeps_its_number(put: Put) -> None:
    book = put("case_id,name,country,product\n\n# explained,,,\na,b,c\n")
    row = book.sheets[0].rows[0]
    assert (row.number, row.cells["product"].text, row.cells["product"].address) == (4, "", "D4")


@pytest.mark.parametrize("formula", ["=1+1", "=cmd|' /C calc'!A0", "+A1", "-SUM(B1)", "@SUM(A1)"])
def test_a_formula_is_an_error(put: Put, formula: str) -> None:
    assert rules(put(text([HEAD, [*ROW[:4], formula]]))) == [("error", "formula")]


@pytest.mark.parametrize("harmless", ["- exports fell", "-", "+1", "-0.5", "@ the fair", "'=1+1", "'- list"])
def test_what_only_looks_like_a_formula_is_none(put: Put, harmless: str) -> None:
    book = put(text([HEAD, [*ROW[:4], harmless]]))
    assert rules(book) == []
    assert cells(book)[-1] == harmless.removeprefix("'")


def test_a_sheet_is_known_by_its_headings(put: Put) -> None:
    assert put("case_id,variable,value\na,product,2\n", "some.csv").sheets[0].kind == "values"
    assert put("case_id,governance_mode,market_scope\na,market,global\n", "some.csv").sheets[0].kind == "chains"


def test_a_workbook_gives_what_a_person_sees(put: Put) -> None:
    from datetime import date

    head = ["case_id", "name", "country", "product", "process", "functional", "intersectoral", "sum", "note"]
    row = ["a", "  León ", 1164909, 2.0, 1.5000000000000002, 0.30000000000000004, True, date(2003, 2, 1), "#N/A"]
    book = put(workbook([head, row]), "cases.xlsx")
    assert cells(book) == ["a", "  León ", "1164909", "2", "1.5", "0.3", "TRUE", "2003-02-01", "#N/A"]
    kinds = [cell.kind for cell in book.sheets[0].rows[0].cells.values()]
    assert kinds == ["text", "text", "number", "number", "number", "number", "boolean", "date", "error"]
    assert rules(book) == []


def test_a_formula_of_a_workbook_is_told(put: Put) -> None:
    book = put(workbook([HEAD, [*ROW[:3], "=1+1", ""]]), "cases.xlsx")
    assert rules(book) == [("error", "formula")]
    assert book.problems[0].cell == "D2"


def test_contents_decide_and_not_the_name(put: Put) -> None:
    disguised = put(workbook([HEAD, list(ROW)]), "cases.csv")
    assert (rules(disguised), cells(disguised)) == ([("warning", "file-type")], ROW)
    other = put(text([HEAD, ROW]), "cases.xlsx")
    assert (rules(other), cells(other)) == ([("warning", "file-type")], ROW)


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(put: Put, tmp_path: Path) -> None:
    good = workbook([HEAD, list(ROW)])
    bomb = repacked(good, sheet1=b"<worksheet>" + b" " * 70_000_000)
    assert len(bomb) < 1_000_000
    assert rules(put(bomb, "cases.xlsx")) == [("error", "file-size")]
    # The directory says that it is small; what comes out is counted.
    lying = bomb.replace((70_000_011).to_bytes(4, "little"), (2_000).to_bytes(4, "little"))
    assert [level for level, _ in rules(put(lying, "cases.xlsx"))] == ["error"]
    assert rules(put(good, "cases.xlsx")) == []


@pytest.mark.parametrize("part", ["sheet1", "workbook", "sharedStrings"])
def test_entities_are_not_expanded(put: Put, part: str) -> None:
    good = workbook([HEAD, list(ROW)])
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    xml = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l8;</x>'.encode()
    assert rules(put(repacked(good, **{part: xml}), "cases.xlsx")) == [("error", "file-size")]


def test_a_cell_far_away_costs_nothing(put: Put) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "cases"
    page.append(HEAD)
    page.append(ROW)
    page["XFD1048576"] = "far"
    out = io.BytesIO()
    book.save(out)
    found = put(out.getvalue(), "cases.xlsx")
    assert cells(found) == ROW


def test_what_is_hidden_is_read_and_told(put: Put) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "cases"
    first.append(HEAD)
    first.append(ROW)
    other = book.create_sheet("chains")
    other.append(["case_id", "governance_mode", "market_scope"])
    other.append(["a", "market", "global"])
    other.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    found = put(out.getvalue(), "cases.xlsx")
    assert [sheet.name for sheet in found.sheets] == ["cases", "chains"]
    assert rules(found) == [("warning", "hidden-sheet")]


def test_no_file_is_an_error_and_never_a_wait(tmp_path: Path) -> None:
    assert rules(read(str(tmp_path / "gone.csv"), KNOWN)) == [("error", "file")]
    assert rules(read(str(tmp_path), KNOWN)) == [("error", "file")]
    os.mkfifo(tmp_path / "pipe.csv")
    assert rules(read(str(tmp_path / "pipe.csv"), KNOWN)) == [("error", "file")]


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_the_limit_and_take_bounded_memory(put: Put) -> None:
    many = "case_id,name,country\n" + "a,b,c\n" * (ROW_LIMIT + 1)
    tracemalloc.start()
    book = put(many)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rules(book) == [("error", "row-limit")]
    assert peak < 300_000_000


def test_a_workbook_cut_off_anywhere_is_an_error_and_never_a_crash(put: Put) -> None:
    good = workbook([HEAD, list(ROW)])
    for end in range(4, len(good) - 1, max(1, len(good) // 60)):
        assert [level for level, _ in rules(put(good[:end], "cases.xlsx"))] == ["error"]


@pytest.mark.parametrize("name", ["cases.xlsx", "cases.csv"])
def test_flipped_bytes_never_crash_the_reader(put: Put, name: str) -> None:
    chance = random.Random(2005)
    good = workbook([HEAD, list(ROW)]) if name == "cases.xlsx" else text([HEAD, ROW] * 3).encode()
    for _ in range(150):
        spoilt = bytearray(good)
        for _ in range(chance.randint(1, 6)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        put(bytes(spoilt), name)


PRINTABLE = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"], exclude_characters="\ufeff"), max_size=20
).filter(lambda one: not one.startswith(("=", "+", "-", "@", "'", "#")) and one == one.strip())


@hypothesis.settings(max_examples=60, deadline=None)
@hypothesis.given(
    st.lists(st.lists(PRINTABLE, min_size=4, max_size=4), min_size=1, max_size=5),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], separator: str, encoding: str
) -> None:
    given = [["a", *row] for row in rows]
    work = tmp_path_factory.mktemp("sheets")
    (work / "cases.csv").write_bytes(text([HEAD, *given], separator).encode(encoding))
    (work / "cases.xlsx").write_bytes(workbook([HEAD, *given]))
    for name in ("cases.csv", "cases.xlsx"):
        book = read(str(work / name), KNOWN)
        assert [cells(book, number) for number in range(len(given))] == given
