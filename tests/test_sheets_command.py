"""What `clusterkg code` does with the files that it is given, beyond what it says of their cells."""

from pathlib import Path

import openpyxl
import pytest
from conftest import ROOT, Run
from sheet_files import HEADER, packed, repacked

from clusterkg.coding.columns import column
from clusterkg.coding.importing import prepare
from clusterkg.coding.workbook import width_of


@pytest.mark.parametrize("name", ["cases.csv", "cases.xlsx"])
def test_headings_alone_are_a_warning_and_found_no_study(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(packed([HEADER]) if name.endswith("xlsx") else ",".join(HEADER).encode())
    done = run("code", name, "--study", "nadvi1999", "--out", "mine")
    assert done.returncode == 0
    assert done.stderr.splitlines()[-2:] == [
        "0 errors, 1 warning, 0 cells normalised",
        "clusterkg: no case, nothing written",
    ]
    assert not (tmp_path / "mine").exists()
    prepared = prepare([str(tmp_path / name)], "nadvi1999", str(tmp_path / "mine"))
    assert (prepared.names, prepared.files(), prepared.conforms) == ([], {}, True)


def test_a_file_with_a_row_beside_one_without_is_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "chains.csv").write_text("case_id,governance_mode,market_scope\n", encoding="utf-8")
    good = str(ROOT / "docs" / "examples" / "sialkot.csv")
    done = run("code", good, "chains.csv", "--study", "nadvi1999", "--out", "mine")
    assert (done.returncode, "1 case of nadvi1999 written" in done.stderr) == (0, True)


# The checked copies

MISTAKES = ROOT / "docs" / "examples" / "mistakes.csv"


def marked(path: Path) -> dict[str, list[str]]:
    """Return the cells with a comment, by sheet."""
    sheets = openpyxl.load_workbook(path).worksheets
    return {
        sheet.title: [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment] for sheet in sheets
    }


@pytest.fixture
def two(tmp_path: Path) -> tuple[str, str]:
    """A text file and a workbook, each with mistakes of its own."""
    (tmp_path / "mistakes.csv").write_bytes(MISTAKES.read_bytes())
    chains = ["case_id", "governance_mode", "market_scope"]
    (tmp_path / "more.xlsx").write_bytes(packed([chains, ["sinos-valley-footwear", "markt", "global"]], "chains"))
    return "mistakes.csv", "more.xlsx"


def test_of_several_files_each_has_its_checked_copy_in_a_folder(run: Run, tmp_path: Path, two: tuple[str, str]) -> None:
    before = [(tmp_path / name).read_bytes() for name in two]
    done = run("code", *two, "--study", "nadvi1999", "--out", "mine", "--annotate", "checked")
    assert done.returncode == 1
    assert marked(tmp_path / "checked" / "mistakes-checked.xlsx") == {
        "problems": [],
        "mistakes": ["E2", "J2", "K2", "L2", "M2", "V2"],
    }
    assert marked(tmp_path / "checked" / "more-checked.xlsx") == {"problems": [], "chains": ["A2", "B2"]}
    assert [(tmp_path / name).read_bytes() for name in two] == before
    assert sorted(path.name for path in (tmp_path / "checked").iterdir()) == [
        "mistakes-checked.xlsx",
        "more-checked.xlsx",
    ]


def test_the_copy_of_a_text_file_is_as_wide_as_a_template_and_lists_problems_in_full(run: Run, tmp_path: Path) -> None:
    run("code", str(MISTAKES), "--study", "nadvi1999", "--out", "mine", "--annotate", "checked.xlsx")
    checked = openpyxl.load_workbook(tmp_path / "checked.xlsx")
    widths = [checked["mistakes"].column_dimensions[letter].width for letter in "AJV"]
    assert widths == [width_of(column("cases", name)) for name in ("case_id", "collective_efficiency", "source")]
    assert checked["mistakes"].freeze_panes == "A2"
    assert checked["mistakes"]["A1"].font.bold
    assert checked["problems"].print_title_rows == "$1:$1"


@pytest.mark.parametrize(
    ("target", "fault"), [("checked.xlsx", "go into a folder"), ("more.xlsx", "is a sheet"), ("mistakes.csv", "is a")]
)
def test_several_copies_do_not_go_into_one_file(
    run: Run, tmp_path: Path, two: tuple[str, str], target: str, fault: str
) -> None:
    before = [(tmp_path / name).read_bytes() for name in two]
    done = run("code", *two, "--study", "nadvi1999", "--out", "mine", "--annotate", target)
    assert (done.returncode, fault in done.stderr, "Traceback" in done.stderr) == (2, True, False)
    assert [(tmp_path / name).read_bytes() for name in two] == before


def test_a_copy_is_never_written_over_a_sheet(run: Run, tmp_path: Path) -> None:
    for name in ("a.csv", "a-checked.xlsx"):
        (tmp_path / name).write_bytes(MISTAKES.read_bytes())
    done = run("code", "a.csv", "a-checked.xlsx", "--study", "nadvi1999", "--out", "mine", "--annotate", ".")
    assert (done.returncode, "is a sheet to be read" in done.stderr) == (2, True)
    assert (tmp_path / "a-checked.xlsx").read_bytes() == MISTAKES.read_bytes()


def test_sheets_of_one_name_in_two_files_are_not_annotated_together(run: Run, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        (tmp_path / name).write_bytes(packed([HEADER, ["a", name, "", "Mexico", "5"]]))
    done = run("code", "a.xlsx", "b.xlsx", "--study", "nadvi1999", "--out", "mine", "--annotate", "checked")
    assert (done.returncode, "cases is there twice" in done.stderr) == (2, True)
    assert not (tmp_path / "checked").exists()


BOMB = repacked(packed([HEADER]), lambda _, content: content, {"xl/media/bomb.xml": bytes(32 << 20)})


@pytest.mark.parametrize("content", [BOMB, packed([HEADER])[:-30], b"", b"case_id,na\0me", None])
def test_a_file_that_cannot_be_read_is_a_listed_problem_in_the_copy_too(
    run: Run, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "cases.xlsx").write_bytes(content)
    done = run("code", "cases.xlsx", "--study", "nadvi1999", "--out", "mine", "--annotate", "checked.xlsx")
    assert (done.returncode, "cases.xlsx: error: " in done.stderr, "Traceback" in done.stderr) == (1, True, False)
    listed = openpyxl.load_workbook(tmp_path / "checked.xlsx")
    assert (listed.sheetnames, listed["problems"]["A2"].value) == (["problems"], "cases.xlsx")
