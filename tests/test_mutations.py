"""Nothing wrong gets in unnoticed: single statements of real files are spoilt, and `check` says so each time."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT

from clusterkg.prefixes import house_prefixes
from clusterkg.validation import Problem, check

SPOILT = list(csv.DictReader((ROOT / "tests/spoilt.csv").read_text(encoding="utf-8").splitlines()))
"""What is done to a file: the statements that go, those that come, and what `check` has to say of it at which level."""


def base_of(text: str, name: str) -> str:
    """Return the base that relative IRIs of a file's statements rest on."""
    parsed = ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)
    list(parsed)
    return parsed.base_iri or f"https://w3id.org/clusterkg/{Path(name).stem}"


def statements(text: str, base: str) -> list[ox.Triple]:
    """Return the statements that a line of Turtle with house prefixes makes."""
    prefixes: Mapping[str, str] = house_prefixes()
    head = "".join(f"@prefix {name}: <{space}> .\n" for name, space in prefixes.items())
    return [q.triple for q in ox.parse(f"{head}{text} .".encode(), format=ox.RdfFormat.TURTLE, base_iri=base)]


def spoilt_text(name: str, *changes: tuple[str, str]) -> str:
    """Return the text of a file of the project with some statements gone and others come, for each change."""
    text = (ROOT / name).read_text(encoding="utf-8")
    base = base_of(text, name)
    left = [quad.triple for quad in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)]
    for gone, come in changes:
        for triple in statements(gone, base) if gone else []:
            assert triple in left, f"{name} does not say {triple}"
            left.remove(triple)
        left += statements(come, base) if come else []
    return (ox.serialize(left, format=ox.RdfFormat.TURTLE, prefixes=dict(house_prefixes())) or b"").decode()


def spoil(name: str, gone: str, come: str, folder: Path) -> str:
    """Write a file of the project with some statements gone and others come, and return its path."""
    path = folder / "spoilt.ttl"
    path.write_text(spoilt_text(name, (gone, come)), encoding="utf-8")
    return str(path)


def told(problems: list[Problem], level: str, words: str) -> Iterator[Problem]:
    for problem in problems:
        if problem.level == level and words in f"{problem.message}; {problem.fix}":
            yield problem


@pytest.mark.parametrize("name", sorted({spoilt["file"] for spoilt in SPOILT}))
def test_a_file_that_is_not_spoilt_has_no_problem_wherever_it_lies(name: str, tmp_path: Path) -> None:
    report = check([spoil(name, "", "", tmp_path)])
    assert report.problems == []
    assert report.conforms


@pytest.mark.parametrize("spoilt", SPOILT, ids=lambda spoilt: spoilt["fault"])
def test_a_spoilt_statement_is_told(spoilt: dict[str, str], tmp_path: Path) -> None:
    report = check([spoil(spoilt["file"], spoilt["gone"], spoilt["come"], tmp_path)])
    found = list(told(report.problems, spoilt["level"], spoilt["words"]))
    assert found, "\n".join(map(str, report.problems)) or "nothing is said"
    assert all(problem.file.endswith("spoilt.ttl") and problem.line > 0 for problem in found)
    assert report.conforms == (not report.of_level("error"))


def test_enough_is_spoilt() -> None:
    assert len(SPOILT) >= 60
    assert len({(spoilt["file"], spoilt["gone"], spoilt["come"]) for spoilt in SPOILT}) == len(SPOILT), (
        "no corruption stands here twice"
    )
