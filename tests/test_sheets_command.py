"""What `clusterkg code` does with the files that it is given, beyond what it says of their cells."""

from pathlib import Path

import pytest
from conftest import ROOT, Run
from sheet_files import HEADER, packed

from clusterkg.coding.importing import prepare


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
