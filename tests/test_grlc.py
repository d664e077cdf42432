"""grlc, which builds web services from query files, reads our headers as we do."""

import json
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from conftest import ROOT, missing
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery

from clusterkg import library
from clusterkg.parameters import Parameter, pairs
from clusterkg.resources import query_paths

NAMES = list(query_paths())
KINDS = {
    "iri": {"type": "string", "format": "iri"},
    "integer": {"type": "string", "datatype": "xsd:integer"},
    "text": {"type": "string"},
}
"""What grlc says of a parameter of each kind that it knows."""


def readable(one: Parameter) -> bool:
    """Tell whether grlc knows such a parameter: a name of one word, and no kind that only we have."""
    return "_" not in one.name and one.kind in KINDS


@cache
def read() -> dict[str, Any]:
    """Return what grlc reads of each shipped query."""
    return read_by_grlc({name: Path(path) for name, path in query_paths().items()})


def read_by_grlc(paths: dict[str, Path]) -> dict[str, Any]:
    if find_spec("grlc") is None:
        missing("grlc", "pip install grlc")
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, str(ROOT / "tests/grlc_reading.py"), *(str(path) for path in paths.values())],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=folder,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    return {name: found[str(path)] for name, path in paths.items()}


@pytest.mark.parametrize("name", NAMES)
def test_grlc_reads_question_tags_defaults_and_choices_as_we_do(name: str) -> None:
    query, grlc = library.read(name), read()[name]
    for key in query.header:
        assert json.dumps(grlc[key], default=str) == json.dumps(query.header[key], default=str)


@pytest.mark.parametrize("name", NAMES)
def test_grlc_finds_the_parameters_that_we_find_with_their_types(name: str) -> None:
    query, found = library.read(name), read()[name]["parameters"]
    assert {one["original"] for one in found.values()} == {f"?{one.variable}" for one in query.declared}
    for one in filter(readable, query.declared):
        told = dict(found[one.name])
        assert told.pop("required") is True
        assert (told.pop("name"), told.pop("original")) == (one.name, f"?{one.variable}")
        assert told.pop("default") == one.default
        assert told.pop("enum", []) == sorted(one.options, key=str)
        assert told == KINDS[one.kind]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_query_parses_before_its_parameters_have_values(name: str) -> None:
    # So does grlc parse it to serve it; a parameter under VALUES would not do.
    assert translateQuery(parseQuery(library.read(name).text)).algebra.name == "SelectQuery"


def test_grlc_reads_a_name_only_up_to_its_underscore(tmp_path: Path) -> None:
    # So it takes ?_least_score_decimal for a parameter 'least' of a datatype 'score:decimal', without its default.
    path = tmp_path / "two-words.rq"
    header = "#+ summary: Which?\n#+ defaults:\n#+   - least_score: 2\n#+   - least: 1\n"
    path.write_text(f"{header}SELECT ?s {{ ?s ?p ?_least_score_decimal }}", encoding="utf-8")
    told = read_by_grlc({"two-words": path})["two-words"]["parameters"]["least"]
    assert (told["datatype"], told["default"]) == ("score:decimal", 1)
    assert pairs(library.Query("q", "q.rq", path.read_text(encoding="utf-8"), shipped=False).header["defaults"]) == {
        "least_score": 2,
        "least": 1,
    }


def test_grlc_would_say_that_a_header_is_spoilt(tmp_path: Path) -> None:
    path = tmp_path / "spoilt.rq"
    path.write_text("#+ summary: [\nSELECT ?s { ?s ?p ?_study_iri }", encoding="utf-8")
    assert "summary" not in read_by_grlc({"spoilt": path})["spoilt"]
