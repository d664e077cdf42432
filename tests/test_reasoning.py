"""The rules find what the printed tables say, show why, and give a view as objects."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT, Run, rows_of
from reasoned import (
    CKG,
    DEFINED,
    by_code,
    by_rule,
    from_the_paper,
    slugs,
)

import clusterkg
from clusterkg import memberships, reasoning, tables
from clusterkg.errors import UnknownName
from clusterkg.graph import Graph
from clusterkg.graph.loading import build_shorthands
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.reasoning.classes import rule_name
from clusterkg.resources import rule_paths
from clusterkg.terms import BASE, INFERENCES_GRAPH, SHORTHANDS_GRAPH, case_iri

# What the rules find


def test_the_figures_checked_by_hand_against_the_paper() -> None:
    found = from_the_paper()
    assert len(found["CaseInQuasiHierarchicalGlobalChain"]) == 21
    assert len(found["CaseInGlobalChain"]) == 29
    assert len(found["CaseInSeveralChains"]) == 24
    assert len(found["FunctionallyUpgradedCase"]) == 19
    assert len(found["NotFunctionallyUpgradedCase"]) == 15
    assert len(found["HighCollectiveEfficiencyCase"]) == 6


@pytest.mark.parametrize("defined", DEFINED, ids=lambda defined: defined.iri.removeprefix(CKG))
def test_a_rule_finds_what_the_printed_tables_say(kg: KnowledgeGraph, defined: reasoning.DefinedClass) -> None:
    name = defined.iri.removeprefix(CKG)
    assert by_code(kg, by_rule(kg, name)) == from_the_paper()[name]


def test_a_missing_score_is_neither_upgraded_nor_not(kg: KnowledgeGraph) -> None:
    lacking = "SELECT ?case { ?case ckg:lacks dim:functional-upgrading }"
    text = f"PREFIX ckg: <{CKG}> PREFIX dim: <{BASE}concept/dimension/> {lacking}"
    missing = slugs({str(case) for (case,) in kg.query(text).rows})
    assert len(missing) == 6
    assert "bucaramanga-apparel" in missing
    assert missing & (by_rule(kg, "FunctionallyUpgradedCase") | by_rule(kg, "NotFunctionallyUpgradedCase")) == set()


def test_each_defined_class_has_its_rule_and_each_class_rule_its_class() -> None:
    assert len(DEFINED) == 21
    assert [defined.iri for defined in DEFINED if defined.rule is None] == []
    of_classes = [path for path in rule_paths() if re.search(r"CONSTRUCT \{ \?\w+ a ", Path(path).read_text("utf-8"))]
    rules = {os.path.basename(path) for path in of_classes}
    assert rules == {rule_name(defined.iri) for defined in DEFINED}


def test_what_a_thing_is_stands_apart_from_the_shorthands(kg: KnowledgeGraph) -> None:
    is_a = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    for graph, types in ((INFERENCES_GRAPH, True), (SHORTHANDS_GRAPH, False)):
        quads = list(kg.graph.store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))
        assert quads
        assert {quad.predicate.value == is_a for quad in quads} == {types}


def test_no_rule_feeds_on_another(kg: KnowledgeGraph) -> None:
    graph = Graph()
    graph.require()
    before = len(graph.store)
    build_shorthands(graph.store)
    assert len(graph.store) == before


def test_a_table_does_not_run_the_rules() -> None:
    graph = Graph()
    tables.rebuild(graph, "5")
    built = [
        list(graph.store.quads_for_pattern(None, None, None, ox.NamedNode(g)))
        for g in (INFERENCES_GRAPH, SHORTHANDS_GRAPH)
    ]
    assert built == [[], []]


def test_both_engines_can_ask_by_class(kg: KnowledgeGraph) -> None:
    text = f"PREFIX ckg: <{CKG}> SELECT ?case {{ ?case a ckg:FunctionallyUpgradedCase }} ORDER BY ?case"
    answer = kg.query(text)
    assert len(answer) == 19
    assert kg.query(text, engine="rdflib") == answer


# Why


@pytest.mark.parametrize("defined", DEFINED, ids=lambda defined: defined.iri.removeprefix(CKG))
def test_the_triples_shown_are_in_the_graph_and_only_members_have_any(
    kg: KnowledgeGraph, defined: reasoning.DefinedClass
) -> None:
    store = kg.graph.store
    members = reasoning.members(store, defined)
    for thing in members:
        triples = reasoning.satisfying(store, defined, thing)
        assert triples
        assert any(ox.NamedNode(thing) in (triple.subject, triple.object) for triple in triples)
        for triple in triples:
            assert next(store.quads_for_pattern(triple.subject, triple.predicate, triple.object), None) is not None
    others = set(reasoning.cases_of(store, "giuliani2005")) - set(members)
    assert [thing for thing in others if reasoning.satisfying(store, defined, thing)] == []


def test_a_case_is_shown_with_its_classes_their_definitions_and_the_triples(run: Run) -> None:
    done = run("reason", "--case", "caxias-do-sul-automotive")
    assert done.returncode == 0
    assert "Case in a quasi-hierarchical global chain\n  A case study for which its study counts" in done.stdout
    assert "    #chain-quasi-hierarchy-global ckg:governedBy mode:quasi-hierarchy\n" in done.stdout
    rows = rows_of(run("reason", "--case", "caxias-do-sul-automotive", "--format", "csv").stdout)
    assert list(rows[0]) == list(memberships.COLUMNS)
    case = case_iri("giuliani2005", "caxias-do-sul-automotive")
    chains = {f"{case}#chain-network-global", f"{case}#chain-quasi-hierarchy-global"}
    assert {row["thing"] for row in rows} == {case, *chains}
    zero = [row for row in rows if row["class"] == CKG + "NotFunctionallyUpgradedCase"]
    assert [row["object"] for row in zero if row["predicate"] == CKG + "score"] == ["0"]


def test_a_case_without_chains_has_no_class_of_chains(kg: KnowledgeGraph) -> None:
    labels = {row["label"] for row in memberships.of_case(kg.graph, "campina-grande-footwear")}
    assert "Not functionally upgraded case" in labels
    assert not any("chain" in str(label) for label in labels)


def test_a_class_is_shown_with_its_members(run: Run) -> None:
    done = run("reason", "--explain", "ckg:HierarchicalChain", "--format", "json")
    assert {row["thing"].rsplit("/")[-1] for row in json.loads(done.stdout)} == {
        "baja-california-audio-visual#chain-television",
        "boaco-chontales-dairy#chain-salvadoran",
        "boaco-chontales-dairy#chain-tnc",
        "sao-bento-do-sul-furniture#chain-hierarchy-domestic",
    }
    assert "boaco-chontales-dairy#chain-tnc\n" in run("reason", "--explain", "HierarchicalChain").stdout
    assert run("reason", "--explain", "HierarchicalChain", "--format", "md").stdout.startswith("| Thing | Class |")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--case", "leon"], "leon: no such case in giuliani2005; did you mean 'leon-footwear'?"),
        (
            ["--case", "leon-footwear", "--study", "giuliani"],
            "giuliani: no such study with cases; did you mean 'giuliani2005'?",
        ),
        (["--explain", "CaseInGlobalChian"], "no such defined class; did you mean 'CaseInGlobalChain'"),
        (["--study", "nowhere"], "nowhere: no such study with cases"),
        (["--case", "leon-footwear", "--explain", "MarketChain"], "not allowed with argument"),
        (["--format", "ttl"], "invalid choice: 'ttl'"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(run: Run, arguments: list[str], words: str) -> None:
    done = run("reason", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_rule_that_cannot_be_shown_says_so(tmp_path: Path, kg: KnowledgeGraph) -> None:
    rule = tmp_path / "market-chain.rq"
    rule.write_text(
        f"CONSTRUCT {{ ?c a <{CKG}MarketChain> }} WHERE {{ ?c <{CKG}governedBy>/<{CKG}x> ?m }}", encoding="utf-8"
    )
    defined = reasoning.DefinedClass(CKG + "MarketChain", "Market chain", "", str(rule))
    with pytest.raises(clusterkg.ClusterkgError, match="the rule's pattern cannot be shown"):
        reasoning.satisfying(kg.graph.store, defined, case_iri("giuliani2005", "leon-footwear"))


# The view as objects

NO_NETWORK = """
import socket, sys
def refuse(*arguments, **options):
    raise AssertionError("reaches for the network")
socket.socket.connect = socket.getaddrinfo = refuse
import clusterkg
onto = clusterkg.ontology()
import owlready2
assert len(owlready2.default_world.graph) == 1, "writes to the world that all share"
assert len(list(onto.CaseStudy.instances())) == 40
print(len(list(onto.world.individuals())) > 1000, file=sys.stderr)
"""


def test_the_view_prints_nothing_reaches_nowhere_and_keeps_to_its_own_world() -> None:
    done = subprocess.run([sys.executable, "-c", NO_NETWORK], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "True\n")


def test_the_view_has_the_members_that_the_rules_find(kg: KnowledgeGraph) -> None:
    onto = clusterkg.ontology()
    for defined in DEFINED:
        name = defined.iri.removeprefix(CKG)
        assert slugs({thing.iri for thing in onto[name].instances()}) == by_rule(kg, name)
    assert onto.country.get_property_chain()[0].properties == [onto.describes, onto.country]


def test_two_views_share_nothing(second_study: str) -> None:
    one, other = clusterkg.ontology(), clusterkg.ontology(second_study)
    assert one.world is not other.world
    assert len(list(one.CaseStudy.instances())) == 40
    assert len(list(other.CaseStudy.instances())) == 43


# Another study


def test_another_study_is_judged_by_its_key(java: str, second_study: str) -> None:
    graph = Graph([second_study])
    graph.require()
    judgement = reasoning.judge(graph.store, study="demo2020", folders=graph.folders)
    assert judgement.agreed
    assert len(judgement.cases) == 3
    with pytest.raises(UnknownName, match="there are: demo2020, giuliani2005"):
        reasoning.judge(graph.store, study="nowhere")
