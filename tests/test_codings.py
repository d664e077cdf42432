"""One coder's values alone: --coding lets any query and table go by them, and by nothing else."""

import re
from decimal import Decimal

import pytest
from conftest import Run, rows_of

import clusterkg
from clusterkg.errors import UnknownName
from clusterkg.graph import Graph
from clusterkg.knowledge_graph import KnowledgeGraph

ACCEPTED = """
PREFIX ckg: <https://w3id.org/clusterkg/ontology#>
SELECT ?coding (COUNT(?rating) AS ?ratings)
WHERE { ?rating ckg:accepted true ; ckg:coding ?coding } GROUP BY ?coding ORDER BY ?coding"""

STUDY = "https://w3id.org/clusterkg/study/giuliani2005#coding-"


@pytest.fixture(scope="module")
def ana(second_opinions: str) -> KnowledgeGraph:
    return clusterkg.load(second_opinions, coding="ana")


def test_only_the_ratings_of_the_coding_count(ana: KnowledgeGraph, second_opinions: str) -> None:
    assert ana.query(ACCEPTED).rows == [(STUDY + "ana", 50)]
    assert ana.graph.counted == (50, 10)
    assert clusterkg.load(second_opinions).query(ACCEPTED).rows == [(STUDY + "published", 200)]


def test_the_published_coding_is_the_accepted_one(kg: KnowledgeGraph) -> None:
    published = clusterkg.load(coding="published")
    assert len(published) == len(kg)
    assert published.table(5).rows == kg.table(5).rows


def test_a_table_shows_what_the_coder_says_and_blanks_elsewhere(ana: KnowledgeGraph) -> None:
    rows = {record["cluster"]: record for record in ana.table(5).records()}
    assert rows["Torreón blue jeans"]["process"] == 2  # published: 3
    assert rows["Bucaramanga apparel"]["functional"] == 0  # published: N/A
    uncoded = rows["Medellín textiles"]
    assert [uncoded[column] for column in ("collective_efficiency", "product", "sum")] == [None, None, None]


def test_figures_run_over_the_coders_values_and_say_how_many(ana: KnowledgeGraph) -> None:
    average = ana.table(5).records()[-1]
    assert (average["process"], average["process_n"], average["n_of"]) == (Decimal("2"), 9, 15)


def test_shorthands_and_inferences_follow_the_coder(ana: KnowledgeGraph, kg: KnowledgeGraph) -> None:
    query = (
        "PREFIX ckg: <https://w3id.org/clusterkg/ontology#> SELECT ?c { ?c a ckg:FunctionallyUpgradedCase } ORDER BY ?c"
    )
    here = {str(row["c"]).rsplit("/")[-1] for row in ana.query(query)}
    there = {str(row["c"]).rsplit("/")[-1] for row in kg.query(query)}
    assert "chipilo-furniture" in there - here
    assert "medellin-textiles" in there - here, "what the coder did not rate follows from nothing"
    assert len(here) == 6


def test_chains_and_sectoral_groups_belong_to_no_coding_and_stay(ana: KnowledgeGraph, kg: KnowledgeGraph) -> None:
    assert ana.table(3).rows == kg.table(3).rows


@pytest.mark.slow
def test_both_engines_see_the_same_coder(ana: KnowledgeGraph) -> None:
    assert ana.query(ACCEPTED, engine="rdflib") == ana.query(ACCEPTED)
    for name in ("tables/upgrading", "questions/functional-upgrading-in-quasi-hierarchies"):
        assert ana.query(name, engine="rdflib") == ana.query(name)


def test_a_query_that_needs_no_codings_still_sees_the_coder(second_opinions: str) -> None:
    partly = Graph([second_opinions], coding="ana")
    partly.require(["concepts"])
    partly.require()
    whole = clusterkg.load(second_opinions, coding="ana")
    assert len(partly.store) == len(whole)


def test_one_coders_name_may_stand_in_several_studies(second_opinions: str, second_study: str) -> None:
    both = clusterkg.load(second_opinions, second_study, coding="coding")
    assert [row["coding"] for row in both.query(ACCEPTED)] == ["https://w3id.org/clusterkg/study/demo2020#coding"]
    by_iri = clusterkg.load(second_opinions, coding=STUDY + "bruno")
    assert by_iri.query(ACCEPTED).rows == [(STUDY + "bruno", 27)]


def test_an_unknown_coding_offers_the_nearest(second_opinions: str) -> None:
    with pytest.raises(UnknownName, match="anna: no such coding; did you mean 'ana'"):
        clusterkg.load(second_opinions, coding="anna")


@pytest.mark.parametrize(
    "command",
    [
        ["table", "5"],
        ["tables"],
        ["ledger"],
        ["case", "leon-footwear"],
        ["query", "questions/functional-upgrading-in-quasi-hierarchies"],
    ],
)
def test_every_command_takes_the_coding_and_says_what_it_rests_on(
    run: Run, second_opinions: str, command: list[str]
) -> None:
    done = run(*command, "--coding", "ana", "--data", second_opinions)
    assert done.returncode == 0
    assert done.stderr.splitlines()[0] == "clusterkg: coding ana alone: 50 ratings of 10 cases"
    wrong = run(*command, "--coding", "anna", "--data", second_opinions)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr == "clusterkg: anna: no such coding; did you mean 'ana'?\n"


def test_the_case_shows_the_coders_values_first_and_the_others_as_not_accepted(run: Run, second_opinions: str) -> None:
    out = run("case", "torreon-apparel", "--coding", "ana", "--data", second_opinions, "--format", "csv").stdout
    items = {row["item"]: row["value"] for row in rows_of(out) if row["section"] == "Ratings"}
    assert items["Process upgrading"] == "2"
    assert items["Process upgrading (Coding as published, not accepted)"] == "3"


def test_the_ledger_holds_the_coder_against_the_printed_figures(run: Run, second_opinions: str) -> None:
    out = run("ledger", "--coding", "ana", "--data", second_opinions, "--table", "5", "--format", "csv").stdout
    rows = {(row["row"], row["column"]): row for row in rows_of(out)}
    found = [row for key, row in rows.items() if re.search("Torre", key[0]) and key[1] == "process"]
    assert [(row["printed"], row["recomputed"], row["verdict"]) for row in found] == [("3", "2", "differs")]
