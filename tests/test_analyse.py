"""The command `clusterkg analyse`: every kind has help with an example that runs, in every format."""

import json

import pytest
from conftest import ROOT, Run

from clusterkg.cli.analyse import KINDS
from clusterkg.cli.options import ANSWER_FORMATS


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_help_with_an_example_that_runs_in_every_format(run: Run, name: str) -> None:
    done = run("analyse", name, "--help")
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 100
    example = done.stdout.split("Example: clusterkg ")[1].split()
    assert example[:2] == ["analyse", name]
    for format in ANSWER_FORMATS:
        shown = run(*example, "--format", format, cwd=ROOT)
        assert (shown.returncode, shown.stderr) == (0, ""), format
        if format == "json":
            json.loads(shown.stdout)
        if format == "table":
            assert max(map(len, shown.stdout.splitlines())) <= 80


def test_a_wrong_kind_is_one_line_with_the_nearest(run: Run) -> None:
    done = run("analyse", "asociation")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "clusterkg analyse: there is no command 'asociation'; did you mean 'association'?"
    ]
