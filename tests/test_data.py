"""The case files: complete, in the house order, true to the transcription, nothing dangling."""

import collections
import re
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT, transcription

from clusterkg.graph import Graph
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.prefixes import house_prefixes
from clusterkg.resources import query_paths, rule_paths
from clusterkg.terms import BASE
from clusterkg.turtle import format_file

CKG = BASE + "ontology#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
TURTLE = sorted(path for folder in ("ontology", "cases_ttl", "tests/data") for path in (ROOT / folder).rglob("*.ttl"))
RATING_NAMES = [f"{name}-upgrading" for name in ("product", "process", "functional", "intersectoral")]


def triples(path: Path) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)]


def values(path: Path, subject: str, predicate: str) -> list[str]:
    return [t.object.value for t in triples(path) if t.subject.value == subject and t.predicate.value == predicate]


def test_every_file_is_in_the_house_order() -> None:
    late = [str(path) for path in TURTLE if format_file(str(path), house_prefixes(), check=True)]
    assert late == [], "mend them with: clusterkg format ontology cases_ttl tests/data"


def test_the_forty_slugs_are_frozen() -> None:
    wanted = {row["slug"] for row in transcription("crosswalk")}
    assert {path.stem for path in (ROOT / "cases_ttl/clusters").glob("*.ttl")} == wanted
    assert {path.stem for path in (ROOT / "cases_ttl/giuliani2005/cases").glob("*.ttl")} == wanted


@pytest.mark.parametrize("row", transcription("crosswalk"), ids=lambda row: row["slug"])
def test_each_case_has_its_five_ratings_as_printed(row: dict[str, str]) -> None:
    path = ROOT / f"cases_ttl/giuliani2005/cases/{row['slug']}.ttl"
    case = f"{BASE}case/giuliani2005/{row['slug']}"
    printed = {
        cells["cluster_id"]: cells
        for number in "567"
        for cells in transcription(f"table{number}")
        if cells["row_type"] == "cluster"
    }.get(row["cluster_id"])
    for name in RATING_NAMES:
        scores = values(path, f"{case}#{name}", CKG + "score")
        reasons = values(path, f"{case}#{name}", house_prefixes()["sdmx-attribute"] + "obsStatus")
        if printed is None:
            assert (scores, reasons) == ([], [BASE + "concept/value-status/not-reported"])
        elif printed[name.removesuffix("-upgrading")] == "N/A":
            assert (scores, reasons) == ([], [BASE + "concept/value-status/not-available"])
        else:
            assert [Decimal(score) for score in scores] == [Decimal(printed[name.removesuffix("-upgrading")])]
            assert reasons == []
    degrees = values(path, f"{case}#collective-efficiency", CKG + "degree")
    assert degrees == ([] if printed is None else [f"{BASE}concept/degree/{printed['ce_degree'].lower()}"])


def test_table_3_codes_77_pairs_and_each_has_its_chain(kg: KnowledgeGraph) -> None:
    pairs = set()
    for row in transcription("table3"):
        for mode in ("market", "network", "quasi_hierarchy", "hierarchy"):
            code = int(row[mode]) if row[mode] != "N/A" else 0
            pairs |= {(row["cluster_id"], mode, scope) for bit, scope in ((1, "domestic"), (2, "global")) if code & bit}
    assert len(pairs) == 77
    answer = kg.query(
        "PREFIX ckg: <https://w3id.org/clusterkg/ontology#>"
        " SELECT ?case ?mode ?scope { ?case ckg:feedsInto ?c . ?c ckg:governedBy ?mode ; ckg:marketScope ?scope }"
    )
    slugs = {row["slug"]: row["cluster_id"] for row in transcription("crosswalk")}

    def name(iri: object) -> str:
        return str(iri).rsplit("/", 1)[-1]

    found = {(slugs[name(case)], name(mode).replace("-", "_"), name(scope)) for case, mode, scope in answer.rows}
    assert found == pairs


def test_every_printed_figure_is_kept_as_printed() -> None:
    cells: dict[str, str] = {}
    base = BASE + "study/giuliani2005#"
    for t in triples(ROOT / "cases_ttl/giuliani2005/reported.ttl"):
        if t.predicate.value == CKG + "printed":
            cells[t.subject.value.removeprefix(base)] = t.object.value
    slugs = {row["cluster_id"]: row["slug"] for row in transcription("crosswalk")}
    wanted: dict[str, str] = {}
    for row in transcription("table3"):
        for mode in ("market", "network", "quasi_hierarchy", "hierarchy"):
            wanted[f"table-3-{slugs[row['cluster_id']]}-{mode.replace('_', '-')}"] = row[mode]
    for number in "567":
        for row in transcription(f"table{number}"):
            key = slugs.get(row["cluster_id"]) or row["row_type"].removesuffix("_printed")
            for column in ("product", "process", "functional", "intersectoral", "sum"):
                if row[column]:
                    wanted[f"table-{number}-{key}-{column}"] = row[column]
    assert {key: cells.get(key) for key in wanted} == wanted
    figures = {key for key in cells if key[6] in "3567" and not key.endswith("collective-efficiency")}
    assert figures == set(wanted)


def test_a_printed_number_is_the_number_of_its_text() -> None:
    found = collections.defaultdict(dict)
    for t in triples(ROOT / "cases_ttl/giuliani2005/reported.ttl"):
        found[t.subject.value][t.predicate.value] = t.object.value
    for subject, about in found.items():
        printed, value = about.get(CKG + "printed"), about.get(CKG + "value")
        if printed is not None:
            numeric = re.fullmatch(r"\d+(\.\d+)?", printed) is not None
            assert (value is not None) == numeric, subject
            assert value is None or Decimal(value) == Decimal(printed), subject


def test_the_bibliography_holds_every_work_cited() -> None:
    path = ROOT / "cases_ttl/giuliani2005/sources.ttl"
    subjects = {t.subject.value.removeprefix(BASE + "source/") for t in triples(path)}
    assert subjects == {row["key"].replace("_", "-") for row in transcription("bibliography")} | {"giuliani2005"}


def test_the_case_missing_from_the_appendix_has_the_paper_as_its_source(kg: KnowledgeGraph) -> None:
    case = kg.case("sao-bento-do-sul-furniture")
    assert case["source_basis"] == "Not listed"
    assert [row["source"] for row in case["sources"]] == [BASE + "source/giuliani2005"]


def test_campina_grande_has_no_chain_and_says_why(kg: KnowledgeGraph) -> None:
    case = kg.case("campina-grande-footwear")
    assert case["chains"] == []
    assert case["governance"] == {"status": "not available"}


def test_no_blank_nodes_and_no_doubles_in_data() -> None:
    for path in TURTLE:
        for t in triples(path):
            if path.name not in ("clusterkg.ttl", "shapes.ttl", "query-shapes.ttl"):
                assert not isinstance(t.subject, ox.BlankNode), path
                assert not isinstance(t.object, ox.BlankNode), path
            if isinstance(t.object, ox.Literal):
                assert not t.object.datatype.value.endswith(("#double", "#float")), path


def test_every_iri_of_ours_that_is_used_is_described(kg: KnowledgeGraph, second_study: str) -> None:
    graph = Graph([second_study])
    graph.require()
    described = {quad.subject.value for quad in graph.store if isinstance(quad.subject, ox.NamedNode)}
    described |= set(house_prefixes().values())
    queries = {BASE + "query/" + name for name in query_paths()}
    graphs = BASE + "graph/"
    used = {term.value for quad in graph.store for term in quad if isinstance(term, ox.NamedNode)}
    dangling = {
        iri for iri in used if iri.startswith(BASE) and iri not in described | queries and not iri.startswith(graphs)
    } - {BASE + "ontology/0.1.0"}
    assert dangling == set()


@pytest.fixture(scope="module")
def described(kg: KnowledgeGraph) -> set[str]:
    """The IRI of each thing of which the graph says something."""
    return {quad.subject.value for quad in kg.graph.store if isinstance(quad.subject, ox.NamedNode)}


@pytest.mark.parametrize("path", [*query_paths().values(), *rule_paths()], ids=lambda path: Path(path).stem)
def test_every_iri_in_a_query_is_described(described: set[str], path: str) -> None:
    text = Path(path).read_text(encoding="utf-8")
    prefixes = dict(re.findall(r"^PREFIX ([\w-]*): <([^>]*)>", text, re.M))
    # Another host's terms have its own prefixes.
    known = {**prefixes, **house_prefixes()} if "/federated/" in path else house_prefixes()
    assert all(known.get(name) == space for name, space in prefixes.items())
    body = re.sub(r"#[^\n]*", "", re.sub(r'"[^"\n]*"|<[^>\n]*>', "", text[max(text.rfind("PREFIX"), 0) :]))
    names = {(prefix, local) for prefix, local in re.findall(r"(?<![\w?])([a-z][\w-]*):([\w-]+)", body)}
    assert {prefix for prefix, _ in names} == set(prefixes), "declare each prefix that is used, and no other"
    for prefix, local in names:
        if prefixes[prefix].startswith(BASE):
            assert prefixes[prefix] + local in described, f"{prefix}:{local}"


def test_english_spanish_and_portuguese_name_every_term(kg: KnowledgeGraph) -> None:
    labels = collections.defaultdict(set)
    terms = set()
    for name in ("clusterkg", "concepts"):
        for t in triples(ROOT / f"ontology/{name}.ttl"):
            if isinstance(t.subject, ox.NamedNode) and t.subject.value.startswith(BASE):
                terms.add(t.subject.value)
                if t.predicate.value.endswith(("#label", "#prefLabel")):
                    labels[t.subject.value].add(t.object.language)
    terms -= {BASE + "ontology"}
    assert len(terms) > 200
    assert {term for term in terms if labels[term] != {"en", "es", "pt"}} == set()


def test_correct_spellings_are_preferred_and_printed_ones_kept() -> None:
    for slug, correct, printed in [
        ("itajai-textiles", "Vale do Itajaí", "Itaji"),
        ("caxias-do-sul-automotive", "Caxias do Sul", "Caixa do Sul"),
        ("aguascalientes-software", "Aguascalientes", "Aguascaliente"),
        ("campinas-high-tech", "São Paulo", "S. Paulo"),
    ]:
        path = ROOT / f"cases_ttl/clusters/{slug}.ttl"
        names = {t.object.value for t in triples(path) if t.predicate.value == SKOS + "prefLabel"}
        other = {t.object.value for t in triples(path) if t.predicate.value == SKOS + "altLabel"}
        assert correct in names
        assert printed in other
