"""Files for `check` to look at: the project's own, a case with changes, whatever a test writes."""

from pathlib import Path

from conftest import ROOT

from clusterkg.resources import turtle_files
from clusterkg.validation.problems import Report

__all__ = ["FILES", "LEON", "PREFIXES", "errors", "leon", "put"]

FILES = turtle_files()[0]
LEON = ROOT / "cases_ttl/giuliani2005/cases/leon-footwear.ttl"
PREFIXES = """@prefix ckg: <https://w3id.org/clusterkg/ontology#> .
@prefix cluster: <https://w3id.org/clusterkg/cluster/> .
@prefix country: <https://w3id.org/clusterkg/country/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix industry: <https://w3id.org/clusterkg/concept/industry/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://w3id.org/clusterkg/source/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def put(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def leon(*changes: tuple[str, str]) -> str:
    """Return the file of a case, with changes to its text."""
    text = LEON.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def errors(report: Report) -> list[str]:
    return [problem.message for problem in report.of_level("error")]
