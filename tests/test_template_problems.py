"""Problems are marked on the cells of a copy of the coder's workbook, and the original is never written."""

from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest

from clusterkg.coding import annotation
from clusterkg.coding.annotation import annotate
from clusterkg.coding.columns import BY_SHEET
from clusterkg.coding.export import rows_of
from clusterkg.coding.template import write_template
from clusterkg.errors import FileError
from clusterkg.graph import Graph

Sheets = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph()


@pytest.fixture(scope="module")
def published(graph: Graph) -> Sheets:
    """The forty cases as rows."""
    return rows_of(graph, "giuliani2005")


def problem(sheet: str, row: int, cell: str, level: str, message: str = "Wrong.", fix: str = "") -> SimpleNamespace:
    return SimpleNamespace(
        sheet=sheet, row=row, cell=cell, field="product", level=level, rule="r", value="=4", message=message, fix=fix
    )


@pytest.fixture
def filled(graph: Graph, published: Sheets, tmp_path: Path) -> Path:
    path = tmp_path / "cases.xlsx"
    write_template(str(path), graph, rows=published)
    return path


def test_problems_stand_on_their_cells(filled: Path, tmp_path: Path) -> None:
    before = filled.read_bytes()
    annotate(
        str(filled),
        str(tmp_path / "checked.xlsx"),
        [
            problem("cases", 3, "K3", "warning", "Half points."),
            problem("cases", 3, "K3", "error", "A score is 0 to 3.", "write 0 to 3"),
            problem("cases", 4, "D4", "normalised"),
            problem("cases", 1, "B1", "error"),
            problem("chains", 0, "", "warning", "No rows."),
        ],
    )
    checked = openpyxl.load_workbook(tmp_path / "checked.xlsx")
    cell = checked["cases"]["K3"]
    assert cell.fill.start_color.rgb.endswith("F4B6B0"), "the worst level colours the cell"
    assert cell.comment.text == "Warning: Half points.\n\nError: A score is 0 to 3.\nRemedy: write 0 to 3"
    assert checked["cases"]["D4"].fill.start_color.rgb.endswith("CFE3F7")
    assert checked["cases"]["E4"].comment is None
    assert checked["cases"]["B1"].font.color.rgb == "FF000000", "a marked heading can be read"
    listed = [[cell.value for cell in row] for row in checked["problems"].iter_rows()]
    assert listed[0] == ["sheet", "row", "cell", "field", "level", "rule", "value", "message", "fix"]
    assert [row[:3] for row in listed[1:]] == [
        ["cases", 3, "K3"],
        ["cases", 3, "K3"],
        ["cases", 4, "D4"],
        ["cases", 1, "B1"],
        ["chains", 0, None],
    ]
    assert checked["problems"]["G2"].data_type == "s", "a value that looks like a formula is not run"
    assert checked.active.title == "problems"
    assert filled.read_bytes() == before


def test_of_very_many_problems_the_first_are_shown_and_the_others_counted(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotation, "MOST", 2)
    found = [problem("cases", row, f"A{row}", "error") for row in (3, 4, 5, 6)]
    annotate(str(filled), str(tmp_path / "checked.xlsx"), found)
    checked = openpyxl.load_workbook(tmp_path / "checked.xlsx")
    assert [row[0].value for row in checked["problems"].iter_rows()] == [
        "sheet",
        "cases",
        "cases",
        "2 more problems are not shown; mend these first.",
    ]
    assert [checked["cases"][f"A{row}"].comment is None for row in (4, 5)] == [False, True]


def test_what_the_workbook_had_stays(filled: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(filled)
    workbook.create_sheet("problems")["A1"] = "mine"
    workbook["cases"]["A3"].comment = openpyxl.comments.Comment("Ask Maria.", "Ana")
    workbook.save(filled)
    annotate(str(filled), str(tmp_path / "checked.xlsx"), [problem("cases", 3, "A3", "error")])
    checked = openpyxl.load_workbook(tmp_path / "checked.xlsx")
    assert checked["problems"]["A1"].value == "mine"
    assert checked["problems+"]["A2"].value == "cases"
    assert checked["cases"]["A3"].comment.text == "Ask Maria.\n\nError: Wrong."
    assert checked["cases"].column_dimensions["A"].width == workbook["cases"].column_dimensions["A"].width
    assert checked["cases"]["B1"].fill.start_color.rgb == workbook["cases"]["B1"].fill.start_color.rgb
    assert len(checked["cases"].data_validations.dataValidation) == len(BY_SHEET["cases"])


def test_a_problem_behind_a_merged_cell_stands_on_the_one_that_shows(filled: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(filled)
    workbook["cases"].merge_cells("A3:B3")
    workbook.save(filled)
    annotate(str(filled), str(tmp_path / "checked.xlsx"), [problem("cases", 3, "B3", "error")])
    assert openpyxl.load_workbook(tmp_path / "checked.xlsx")["cases"]["A3"].comment is not None


def test_the_cells_of_a_text_file_become_a_workbook(tmp_path: Path) -> None:
    def cell(row: int, column: int, text: str) -> SimpleNamespace:
        return SimpleNamespace(row=row, column=column, text=text)

    (tmp_path / "cases.csv").write_text("case_id;name\nx;=1+1;beyond\n", encoding="utf-8")
    row = SimpleNamespace(cells={"case_id": cell(2, 1, "x"), "name": cell(2, 2, "=1+1")}, extra=[cell(2, 3, "beyond")])
    header = {"case_id": cell(1, 1, "case_id"), "name": cell(1, 2, "name")}
    book = SimpleNamespace(sheets=[SimpleNamespace(name="cases", kind="cases", header=header, rows=[row])])
    target = tmp_path / "checked.xlsx"
    annotate(str(tmp_path / "cases.csv"), str(target), [problem("cases", 2, "B2", "error")], book=book)
    checked = openpyxl.load_workbook(target)
    assert [[cell.value for cell in row] for row in checked["cases"].iter_rows()] == [
        ["case_id", "name", None],
        ["x", "=1+1", "beyond"],
    ]
    assert checked["cases"]["B2"].data_type == "s"
    assert checked["cases"]["B2"].comment.text == "Error: Wrong."


def test_a_file_that_could_not_be_read_is_not_opened_again(tmp_path: Path) -> None:
    (tmp_path / "bomb.xlsx").write_bytes(b"PK\x03\x04 no zip")
    target = tmp_path / "checked.xlsx"
    annotate(str(tmp_path / "bomb.xlsx"), str(target), [problem("", 0, "", "error")], book=SimpleNamespace(sheets=[]))
    assert openpyxl.load_workbook(target).sheetnames == ["problems"]
    annotate(str(tmp_path / "bomb.xlsx"), str(tmp_path / "again.xlsx"), [])
    assert openpyxl.load_workbook(tmp_path / "again.xlsx").sheetnames == ["problems"]


def test_the_original_is_never_the_target(filled: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is the file to check"):
        annotate(str(filled), str(filled), [], replace=True)
    with pytest.raises(FileError, match=r"end its name in \.xlsx"):
        annotate(str(filled), str(tmp_path / "checked.csv"), [])
    annotate(str(filled), str(tmp_path / "checked.xlsx"), [])
    with pytest.raises(FileError, match="is there already"):
        annotate(str(filled), str(tmp_path / "checked.xlsx"), [])
    assert openpyxl.load_workbook(tmp_path / "checked.xlsx")["problems"]["A2"].value == "No problems were found."
