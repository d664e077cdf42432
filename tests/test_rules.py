"""The shorthands say what the ratings and chains say, no more and no less."""

import collections

import pyoxigraph as ox
import pytest
from conftest import ROOT

from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.terms import BASE, SHORTHANDS_GRAPH

CKG = BASE + "ontology#"
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
            for fact in ("country", "industry"):
                out |= {(subject, fact, value) for value in files[cluster][fact]}
    return out


def built(kg: KnowledgeGraph) -> set[tuple[str, str, str]]:
    quads = kg.graph.store.quads_for_pattern(None, None, None, ox.NamedNode(SHORTHANDS_GRAPH))
    out = set()
    for quad in quads:
        value = quad.object.value
        if isinstance(quad.object, ox.Literal):
            value = str(float(value))
        if quad.predicate.value.startswith(CKG):
            out.add((quad.subject.value, quad.predicate.value.removeprefix(CKG), value))
    return out


def test_shorthands_equal_ratings_and_chains(kg: KnowledgeGraph) -> None:
    expected = wanted()
    assert len(expected) == 174 + 26 + 77 + 80
    assert built(kg) == expected


def test_no_file_writes_a_shorthand() -> None:
    cases = read("cases_ttl/giuliani2005/cases")
    names = {*SHORTHAND.values(), "globalChainMode", "domesticChainMode", "lacks", "country", "industry"}
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
