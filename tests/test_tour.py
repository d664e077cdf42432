"""The notebook runs without error, and shows what it is stored with."""

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, missing
from tour import TOUR

STORED = json.loads(TOUR.read_text(encoding="utf-8"))


def cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def run_again(folder: Path, notebook: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Run a copy in a process of its own: what Jupyter warns of is none of ours."""
    path = folder / "tour.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    homes = {name: str(folder / name) for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    return subprocess.run(
        [sys.executable, str(ROOT / "tests" / "tour.py"), str(path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **homes, "PYTHONPATH": str(ROOT)},
        timeout=400,
        check=False,
    )


def needed() -> None:
    for name in ("nbclient", "nbformat", "ipykernel"):
        if find_spec(name) is None:
            missing(name, f"pip install {name}")


@pytest.mark.slow
def test_the_notebook_shows_what_it_is_stored_with(tmp_path: Path) -> None:
    needed()
    done = run_again(tmp_path, STORED)
    assert done.returncode == 0, done.stderr
    again = json.loads((tmp_path / "tour.ipynb").read_text(encoding="utf-8"))
    for stored, now in zip(cells(STORED), cells(again), strict=True):
        assert now["outputs"] == stored["outputs"], "run: python tests/tour.py"
    assert again == STORED, "run: python tests/tour.py"


@pytest.mark.slow
def test_a_cell_that_fails_is_told(tmp_path: Path) -> None:
    needed()
    broken = {**STORED, "cells": [{**cells(STORED)[0], "source": "import clusterkg\nclusterkg.lod()"}]}
    done = run_again(tmp_path, broken)
    assert done.returncode != 0
    assert "has no attribute 'lod'" in done.stderr


def test_every_cell_was_run_in_order_and_shows_something() -> None:
    assert [cell["execution_count"] for cell in cells(STORED)] == list(range(1, len(cells(STORED)) + 1))
    assert all(cell["outputs"] for cell in cells(STORED))
    assert not any(output["output_type"] == "error" for cell in cells(STORED) for output in cell["outputs"])


def test_nothing_of_a_machine_is_stored() -> None:
    text = TOUR.read_text(encoding="utf-8")
    assert not re.search(r"/(home|tmp|usr|Users|root|work)/|0x[0-9a-f]{6}", text)
    assert str(ROOT) not in text
    assert {cell["cell_type"] for cell in STORED["cells"]} == {"code", "markdown"}
    assert not any(cell["metadata"] for cell in STORED["cells"])
