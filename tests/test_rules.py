"""The shorthands say what the ratings and chains say, no more and no less."""

import collections
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT

from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.terms import BASE, SHORTHANDS_GRAPH

CKG = BASE + "ontology#"
PREFERRED = "http://www.w3.org/2004/02/skos/core#prefLabel"
STATUS = "http://purl.org/linked-data/sdmx/2009/attribute#obsStatus"
SHORTHAND = {
    "product-upgrading": "productUpgrading",
    "process-upgrading": "processUpgrading",
    "functional-upgrading": "functionalUpgrading",
    "intersectoral-upgrading": "intersectoralUpgrading",
    "collective-efficiency": "collectiveEfficiency",
}


def read(*folders: str) -> dict[str, dict[str, list[str]]]:
    """Return subject to predicate to values, straight from the files."""
    found: dict[str, dict[str, list[str]]] = collections.defaultdict(lambda: collections.defaultdict(list))
    for folder in folders:
        for path in (ROOT / folder).glob("*.ttl"):
            for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE):
                found[quad.subject.value][quad.predicate.value.removeprefix(CKG)].append(quad.object.value)
    return found


def wanted() -> set[tuple[str, str, str]]:
    """Work out in plain Python what the rules should have built."""
    files = read("cases_ttl/clusters", "cases_ttl/giuliani2005/cases")
    out = set()
    for about in files.values():
        if about["accepted"] == ["true"]:
            case, variable = about["case"][0], about["variable"][0]
            for value in about["score"]:
                out.add((case, SHORTHAND[variable.rsplit("/", 1)[-1]], str(float(value))))
            for value in about["degree"]:
                out.add((case, SHORTHAND[variable.rsplit("/", 1)[-1]], value))
            if about[STATUS]:
                out.add((case, "lacks", variable))
    for subject, about in list(files.items()):
        for chain in about["feedsInto"]:
            scope = files[chain]["marketScope"][0].rsplit("/", 1)[-1]
            out.add((subject, f"{scope}ChainMode", files[chain]["governedBy"][0]))
        for cluster in about["describes"]:
            out.add((subject, "caseName", files[subject][PREFERRED][0]))
            for fact in ("country", "industry"):
                out |= {(subject, fact, value) for value in files[cluster][fact]}
    return out


def built(kg: KnowledgeGraph) -> set[tuple[str, str, str]]:
    quads = kg.graph.store.quads_for_pattern(None, None, None, ox.NamedNode(SHORTHANDS_GRAPH))
    out = set()
    for quad in quads:
        value = quad.object.value
        if isinstance(quad.object, ox.Literal):
            value = value if quad.predicate.value.endswith("Name") else str(float(value))
        if quad.predicate.value.startswith(CKG):
            out.add((quad.subject.value, quad.predicate.value.removeprefix(CKG), value))
    return out


def test_shorthands_equal_ratings_and_chains(kg: KnowledgeGraph) -> None:
    expected = wanted()
    assert len(expected) == 174 + 26 + 77 + 80 + 40
    assert built(kg) == expected


def test_no_file_writes_a_shorthand() -> None:
    cases = read("cases_ttl/giuliani2005/cases")
    names = {*SHORTHAND.values(), "globalChainMode", "domesticChainMode", "lacks", "country", "industry", "caseName"}
    assert {name for about in cases.values() for name in about} & names == set()


def test_a_rival_coding_fills_no_shorthand(tmp_path_factory: pytest.TempPathFactory) -> None:
    import clusterkg

    folder = tmp_path_factory.mktemp("rival")
    target = folder / "cases_ttl/giuliani2005/codings/second/leon-footwear.ttl"
    target.parent.mkdir(parents=True)
    case = BASE + "case/giuliani2005/leon-footwear"
    target.write_text(
        f"@prefix ckg: <{CKG}> .\n<{case}#product-upgrading--second> a ckg:Rating ; ckg:case <{case}> ;"
        f" ckg:variable <{BASE}concept/dimension/product-upgrading> ; ckg:accepted false ; ckg:score 0.5 .\n",
        encoding="utf-8",
    )
    ask = f"SELECT ?score {{ <{case}> <{CKG}productUpgrading> ?score }}"
    assert [str(score) for (score,) in clusterkg.load(str(folder)).query(ask).rows] == ["2"]


def test_two_cases_of_one_cluster_are_told_apart_by_their_periods(tmp_path: Path) -> None:
    import clusterkg

    folder = tmp_path / "cases_ttl/giuliani2005/cases"
    folder.mkdir(parents=True)
    text = (ROOT / "cases_ttl/giuliani2005/cases/leon-footwear.ttl").read_text(encoding="utf-8")
    for name, years in (("leon-footwear", "1990"), ("leon-footwear--2015", "2015")):
        again = text.replace("case/giuliani2005/leon-footwear>", f"case/giuliani2005/{name}>")
        again = again.replace("    ckg:study ", "    dcterms:temporal <#period> ;\n    ckg:study ")
        period = f'\n<#period> a dcterms:PeriodOfTime ; skos:prefLabel "{years}"@en .\n'
        (folder / f"{name}.ttl").write_text(again + period, encoding="utf-8")
    ask = f'SELECT ?name {{ ?case <{CKG}caseName> ?name FILTER(STRSTARTS(?name, "Le")) }} ORDER BY ?name'
    names = [name for (name,) in clusterkg.load(str(tmp_path)).query(ask).rows]
    assert names == ["León footwear (1990)", "León footwear (2015)"]
