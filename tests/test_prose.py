"""What the prose tells of cases: chains, parts and evidence, and where it contradicts the coding."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, Run, rows_of

import clusterkg
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.ledger import Ledger
from clusterkg.terms import case_iri

CASES = "cases_ttl/giuliani2005/cases"
PREFIXES = (
    "PREFIX cito: <http://purl.org/spar/cito/> PREFIX ckg: <https://w3id.org/clusterkg/ontology#>"
    " PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX basis: <https://w3id.org/clusterkg/concept/chain-basis/>"
    " PREFIX role: <https://w3id.org/clusterkg/concept/actor-role/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
)
Edit = Callable[..., KnowledgeGraph]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """Load the project with one text of a case's file put otherwise."""

    def load(slug: str, old: str, new: str) -> KnowledgeGraph:
        target = tmp_path / CASES / f"{slug}.ttl"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / CASES / f"{slug}.ttl", target)
        text = target.read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        target.write_text(text.replace(old, new), encoding="utf-8")
        return clusterkg.load(str(tmp_path))

    return load


def prose(ledger: Ledger, column: str) -> dict[str, object]:
    found = [row for row in ledger.only("prose") if row["column"] == column]
    assert len(found) == 1, found
    return found[0]


def chains_of(kg: KnowledgeGraph, slug: str) -> dict[str, dict[str, object]]:
    return {str(row["chain"]).rpartition("#")[2]: row for row in kg.case(slug)["chains"]}


def ask(kg: KnowledgeGraph, where: str) -> list[tuple[object, ...]]:
    return kg.query(f"{PREFIXES} SELECT {where} ORDER BY ?thing").rows


# Chains


def test_the_sinos_valley_sells_into_four_chains_that_make_two_codes(kg: KnowledgeGraph) -> None:
    chains = chains_of(kg, "sinos-valley-footwear")
    assert set(chains) == {"chain-us", "chain-europe", "chain-domestic", "chain-latin-america"}
    us = chains["chain-us"]
    assert (us["lead_actor"], us["destination"]) == ("US footwear buyers", "United States")
    assert (us["enables"], us["hinders"]) == ("Process upgrading; Product upgrading", "Functional upgrading")
    assert chains["chain-domestic"]["enables"] == chains["chain-latin-america"]["enables"] == "Functional upgrading"
    assert chains["chain-latin-america"]["destination"] is None, "a region is no country"
    (row,) = [row for row in kg.table(3).records() if row["cluster"] == "Sinos Valley footwear"]
    assert (row["market"], row["quasi_hierarchy"]) == (3, 2)


def test_two_hierarchies_of_the_dairy_cluster_count_once(kg: KnowledgeGraph) -> None:
    chains = chains_of(kg, "boaco-chontales-dairy")
    assert [name for name, row in chains.items() if row["governance_mode"] == "Hierarchy"] == [
        "chain-salvadoran",
        "chain-tnc",
    ]
    assert chains["chain-tnc"]["hinders"] == "Functional upgrading"
    assert "Functional upgrading" in str(chains["chain-cooperatives"]["enables"])
    assert chains["chain-salvadoran"]["enables"] is None, "nothing is said of it"
    (row,) = [row for row in kg.table(3).records() if row["cluster"] == "Boaco-Chontales dairy"]
    assert [row[mode] for mode in ("market", "network", "quasi_hierarchy", "hierarchy")] == [1, 1, 2, 2]


def test_a_chain_that_table_3_does_not_code_is_told_and_not_counted(kg: KnowledgeGraph) -> None:
    found = ask(kg, "?thing WHERE { ?case ckg:describedChain ?thing }")
    names = [str(iri).removeprefix(case_iri("giuliani2005", "")) for (iri,) in found]
    assert names == [
        "aguascalientes-software#chain-ophthalmology-software",
        "guadalajara-footwear#chain-latin-america",
        "joinville-software#chain-integrated-systems",
        "leon-footwear#chain-latin-america",
        "san-jose-ict#chain-intel",
    ]
    intel = chains_of(kg, "san-jose-ict")["chain-intel"]
    assert (intel["governance_mode"], intel["counted"], intel["lead_actor"]) == (None, False, "Intel")


def test_a_chain_told_in_prose_has_evidence_a_name_and_a_place_after_the_table_that_counts_it(
    kg: KnowledgeGraph,
) -> None:
    rows = ask(
        kg,
        "?thing ?counted ?locator ?name ?evidence WHERE { ?thing ckg:basis ?basis ; ckg:locator ?locator"
        " FILTER(?basis != basis:table) OPTIONAL { ?thing skos:prefLabel ?name }"
        " OPTIONAL { ?thing ckg:evidence ?evidence } BIND(EXISTS { ?case ckg:feedsInto ?thing } AS ?counted) }",
    )
    assert len(rows) == 30
    for iri, counted, locator, name, evidence in rows:
        assert name, iri
        assert evidence, iri
        assert str(locator).startswith("Table 3; 5(") == counted, iri
        assert "5(" in str(locator), iri


# Parts


def test_whoever_leads_a_chain_plays_that_part_in_it_and_nobody_else_does(kg: KnowledgeGraph) -> None:
    leads = ask(kg, "DISTINCT ?thing ?actor WHERE { ?thing ckg:leadActor ?actor }")
    plays = ask(
        kg,
        "DISTINCT ?thing ?actor WHERE { ?part ckg:role role:chain-leader ; ckg:chain ?thing ; ckg:participant ?actor }",
    )
    assert set(leads) == set(plays)
    assert len(leads) > 10


def test_what_is_told_outside_the_forty_cases_enters_none_of_them(kg: KnowledgeGraph, run: Run) -> None:
    outside = ask(kg, "?thing WHERE { ?part ckg:outsideSample true ; ckg:participant/skos:prefLabel ?thing }")
    names = {str(name) for (name,) in outside}
    assert names == {
        "Accredited certifiers of São Paulo",
        "Consultancies of São Paulo",
        "General Motors",
        "ISO 9000",
        "Regional Chamber of ABC",
        "Volkswagen",
    }
    rows = ask(kg, "?thing WHERE { ?part ckg:outsideSample true ; (ckg:case|ckg:chain|ckg:sectoralGroup) ?thing }")
    assert rows == []


def test_a_part_says_who_does_what_where_and_when(kg: KnowledgeGraph) -> None:
    parts = {row["name"]: row for row in kg.case("region-austral-salmon")["participations"]}
    foundation = parts["Chile Foundation"]
    assert (foundation["kind"], foundation["actor_type"]) == ("actor", "Government agency")
    assert (foundation["role"], foundation["period"], foundation["locator"]) == ("Founder", "early 1980s", "5(c)(ii)")
    assert foundation["cited"] == "Pietrobelli (1998)"
    group = parts["Hazard analysis and critical control points"]
    assert (group["kind"], group["applies_to"]) == ("standard", "sectoral group")
    devaluation = {row["name"]: row for row in kg.case("leon-footwear")["participations"]}[
        "Devaluation of the Mexican peso"
    ]
    assert (devaluation["role"], devaluation["period"]) == ("Turning point", "1994")


# Evidence


def test_a_rating_of_which_prose_says_nothing_rests_on_the_row_of_its_table(kg: KnowledgeGraph) -> None:
    ratings = {row["variable"]: row for row in kg.case("torreon-apparel")["ratings"]}
    assert ratings["Intersectoral upgrading"]["evidence"] == "Table 5, row only"
    assert ratings["Product upgrading"]["locator"] == "Table 5; 5(c)(i)"
    assert ratings["Product upgrading"]["cited"] == "Bair and Gereffi (2001)"
    assert "US buyers" in str(ratings["Product upgrading"]["evidence"])
    assert {row["evidence"] for row in kg.case("medellin-textiles")["ratings"]} == {"Table 5, row only"}


def test_evidence_names_its_place_and_a_place_beyond_the_table_has_evidence(kg: KnowledgeGraph) -> None:
    told = ask(kg, "?thing WHERE { ?thing a ckg:Rating ; ckg:evidence ?text }")
    placed = ask(kg, '?thing WHERE { ?thing a ckg:Rating ; ckg:locator ?place FILTER(REGEX(?place, "; [0-9]")) }')
    assert told == placed
    assert len(told) == 77


def test_the_values_themselves_stay_those_of_the_tables(kg: KnowledgeGraph) -> None:
    verdicts = {row["verdict"] for row in kg.ledger() if row["table"] == "5" and row["row"] == "Torreón blue jeans"}
    assert verdicts <= {"transcribed", "equal"}
    governance = [row for row in kg.ledger() if row["table"] == "3"]
    assert {row["verdict"] for row in governance} == {"transcribed"}
    assert len(governance) == 160


def test_the_command_shows_chains_with_effects_parts_and_evidence(run: Run) -> None:
    out = run("case", "leon-footwear").stdout
    for text in ("Chain of US buyers", "sells in", "enables", "Devaluation of the", "Table 5, row only"):
        assert text in out
    case = json.loads(run("case", "leon-footwear", "--format", "json").stdout)
    assert {row["kind"] for row in case["participations"]} == {"actor", "event"}
    lines = list(csv.reader(io.StringIO(run("case", "leon-footwear", "--format", "csv").stdout)))
    assert {line[0] for line in lines} >= {"Ratings", "Governance", "Actors", "Events"}
    assert max(map(len, out.splitlines())) <= 80


# Prose and coding


def test_a_low_score_beside_prose_of_a_rapid_rise_is_a_conflict(kg: KnowledgeGraph, edited: Edit) -> None:
    column = "Torreón blue jeans (product-upgrading)"
    row = prose(kg.ledger(), column)
    assert (row["printed"], row["recomputed"], row["verdict"]) == ("Marked", 1, "differs")
    assert str(row["cause"]).endswith("read as a score from 2 to 3")
    dim = "ckg:variable dim:product-upgrading ;\n    ckg:coding giuliani2005:coding-published ;\n    ckg:score "
    mended = edited("torreon-apparel", f"{dim}1.0", f"{dim}2.0")
    assert prose(mended.ledger(), column)["verdict"] == "equal"


def test_functional_upgrading_beside_prose_that_sees_none_is_a_conflict(kg: KnowledgeGraph) -> None:
    rows = [row for row in kg.ledger().only("prose") if row["printed"] == "Absent"]
    against = {str(row["column"]).partition(" (")[0] for row in rows if row["verdict"] == "differs"}
    assert against == {
        "Baja California audio-visual equipment",
        "Campinas high tech",
        "Nova Serrana automotive",
        "San José ICT",
    }
    assert len(rows) == 7


def test_a_degree_that_prose_contradicts_is_a_conflict(kg: KnowledgeGraph, edited: Edit) -> None:
    column = "Ciudad Juárez automotive (collective-efficiency)"
    row = prose(kg.ledger(), column)
    assert (row["printed"], row["recomputed"], row["verdict"]) == ("Low", "Medium", "differs")
    mended = edited("ciudad-juarez-automotive", "ckg:degree degree:medium", "ckg:degree degree:low")
    assert prose(mended.ledger(), column)["verdict"] == "equal"


def test_a_score_that_is_not_reported_contradicts_nothing(kg: KnowledgeGraph) -> None:
    row = prose(kg.ledger(), "Monterrey software (product-upgrading)")
    assert (row["recomputed"], row["n"], row["verdict"]) == (None, 0, "cannot be recomputed")
    assert row["cause"] == "not reported"


def test_a_chain_with_a_leader_is_no_market_chain(kg: KnowledgeGraph, edited: Edit) -> None:
    column = "San José ICT (Chain led by Intel)"
    assert prose(kg.ledger(), column)["verdict"] == "differs"
    mended = edited("san-jose-ict", "ckg:governedBy mode:market", "ckg:governedBy mode:hierarchy")
    assert prose(mended.ledger(), column)["verdict"] == "equal"


def test_a_told_chain_of_unknown_mode_may_be_any_counted_one_of_its_scope(kg: KnowledgeGraph) -> None:
    row = prose(kg.ledger(), "Joinville software (Integrated systems for small firms)")
    assert (row["recomputed"], row["verdict"]) == ("market, domestic; network, domestic", "equal")


@pytest.mark.parametrize("query", ["cases/chains", "cases/participations", "cases/ratings"])
@pytest.mark.parametrize("slug", ["boaco-chontales-dairy", "campina-grande-footwear", "monterrey-software"])
def test_both_engines_describe_a_case_alike(query: str, slug: str, kg: KnowledgeGraph) -> None:
    iri = case_iri("giuliani2005", slug)
    assert kg.query(query, engine="rdflib", case=iri) == kg.query(query, case=iri)


def test_prose_can_be_asked_for_alone(run: Run) -> None:
    rows = rows_of(run("ledger", "--table", "prose", "--format", "csv").stdout)
    assert {row["table"] for row in rows} == {"prose"}
    assert sum(row["verdict"] == "differs" for row in rows) == 17
