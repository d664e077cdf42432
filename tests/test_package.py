"""The public face: names, laziness, agreement with the documents."""

import subprocess
import sys
import tomllib

import pytest
from conftest import ROOT

import clusterkg
from clusterkg import errors
from clusterkg.cli import COMMANDS
from clusterkg.knowledge_graph import KnowledgeGraph

HEAVY = ("rdflib", "pyshacl", "owlready2", "pandas", "yaml", "openpyxl")


def test_the_public_names_are_there() -> None:
    assert all(hasattr(clusterkg, name) for name in clusterkg.__all__)
    assert {"load", "KnowledgeGraph", "ClusterkgError"} <= set(clusterkg.__all__)
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        _ = clusterkg.lode


def test_every_error_stands_in_the_drawn_tree() -> None:
    drawn = errors.__doc__ or ""
    kinds = [name for name in errors.__all__ if isinstance(getattr(errors, name), type)]
    assert all(name in drawn for name in kinds)
    assert all(issubclass(getattr(errors, name), errors.ClusterkgError) for name in kinds)


@pytest.mark.parametrize("arguments", [["table", "5"], ["tables"], ["case", "leon-footwear"], ["--version"]])
def test_a_table_does_not_pay_for_heavy_libraries(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom clusterkg.cli import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    # A case binds parameters without defaults, so not even the header's YAML is read.
    assert done.stderr.strip().splitlines()[-1] == "[]"


def test_versions_agree() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {clusterkg.__version__}" in citation
    ontology = (ROOT / "ontology/clusterkg.ttl").read_text(encoding="utf-8")
    assert f"<https://w3id.org/clusterkg/ontology/{clusterkg.__version__}>" in ontology
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert clusterkg.__version__ in changelog


def test_the_wheel_is_told_to_carry_the_knowledge() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = config["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {"ontology", "cases_ttl", "queries", "CITATION.cff"} == set(wheel["sources"]) <= set(wheel["only-include"])


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"clusterkg {name}" not in readme] == []


def test_an_answer_goes_to_pandas_with_numbers_as_numbers(kg: KnowledgeGraph) -> None:
    frame = kg.table(7).to_pandas()
    assert frame["product"].sum() == 22 * 2 + 2.44
    assert list(frame.columns[:3]) == ["industry", "cluster", "collective_efficiency"]
    answer = kg.query("questions/functional-upgrading-in-quasi-hierarchies").to_pandas()
    assert str(answer["functional_upgrading"].dtype) == "Float64"


def test_rdflib_gets_literals_as_they_are_written(kg: KnowledgeGraph) -> None:
    import rdflib

    dataset = kg.to_rdflib()
    rating = rdflib.URIRef("https://w3id.org/clusterkg/case/giuliani2005/leon-footwear#product-upgrading")
    (score,) = dataset.objects(rating, rdflib.URIRef("https://w3id.org/clusterkg/ontology#score"))
    assert score.n3() == '"2.0"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    named = {str(graph.identifier) for graph in dataset.graphs()}
    assert "https://w3id.org/clusterkg/graph/cases_ttl/clusters/leon-footwear" in named
    assert "https://w3id.org/clusterkg/graph/shorthands" in named
