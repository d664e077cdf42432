"""Rules and HermiT agree on the real cases and on random awkward ones, and leave nothing behind."""

import random
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from reasoned import CKG, DEFINED, UPGRADING, as_in_table_3, counted, from_the_paper, graph_of, judged_in, slugs

from clusterkg import reasoning
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.reasoning.hermit import Classification, classify, run_java
from clusterkg.reasoning.premises import Premises, as_ntriples, different
from clusterkg.terms import BASE, case_iri


@pytest.fixture(scope="session")
def judged(
    kg: KnowledgeGraph, java: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[reasoning.Judgement, list[Path]]:
    """HermiT's judgement of the forty real cases, and what it left in the folder for temporary files."""
    return judged_in(tmp_path_factory.mktemp("real"), kg.graph.store, "giuliani2005")


@pytest.fixture(scope="session")
def classification(kg: KnowledgeGraph, java: str) -> Classification:
    """What HermiT makes of the forty real cases."""
    cases = reasoning.cases_of(kg.graph.store, "giuliani2005")
    found = classify(as_ntriples(Premises(kg.graph.store).about(cases)))
    assert found is not None
    return found


# Rules and HermiT, on the real cases


@pytest.mark.parametrize("defined", DEFINED, ids=lambda defined: defined.iri.removeprefix(CKG))
def test_rule_and_hermit_agree_on_the_forty_cases(
    judged: tuple[reasoning.Judgement, list[Path]], defined: reasoning.DefinedClass
) -> None:
    (verdict,) = [verdict for verdict in judged[0].verdicts if verdict.defined.iri == defined.iri]
    assert verdict.by_hermit == verdict.by_rule
    expected = from_the_paper()[defined.iri.removeprefix(CKG)]
    assert {as_in_table_3(thing) for thing in counted(slugs(verdict.by_hermit))} == expected


def test_ontology_and_data_are_consistent(judged: tuple[reasoning.Judgement, list[Path]]) -> None:
    judgement, left = judged
    assert judgement.agreed
    assert judgement.summary() == "consistent; rules and HermiT agree on all 21 classes over 40 cases"
    assert judgement.rows()[0] == ("ontology and data", "consistent", None, None, "")
    assert left == []


def test_the_reasoner_reaches_every_case_chain_rating_and_cluster(
    kg: KnowledgeGraph, classification: Classification
) -> None:
    kinds = ("CaseStudy", "ValueChain", "Rating", "Cluster", "Place")
    wanted = " ".join(f"<{CKG}{kind}>" for kind in kinds)
    text = f"SELECT ?thing {{ VALUES ?kind {{ {wanted} }} ?thing a ?kind }}"
    things = {str(thing) for (thing,) in kg.query(text).rows}
    assert len(things) > 40 + 77 + 200 + 40
    assert things - set(classification.types) == set()


def test_what_is_said_to_be_a_subclass_is_what_the_reasoner_finds(
    kg: KnowledgeGraph, classification: Classification
) -> None:
    text = "SELECT ?one ?above { ?one <http://www.w3.org/2000/01/rdf-schema#subClassOf>+ ?above FILTER(ISIRI(?above)) }"
    stated = {(str(one), str(above)) for one, above in kg.query(text).rows}
    found = {
        (one, above)
        for one, above_it in classification.superclasses.items()
        for above in above_it
        if above != "http://www.w3.org/2002/07/owl#Thing"
    }
    assert found == stated
    # Nobody would have thought of it: a domestic chain and a global one are two.
    assert (CKG + "CaseInBothScopes", CKG + "CaseInSeveralChains") in found


@pytest.mark.slow
def test_the_cases_alone_tell_as_much_as_everything_together(
    kg: KnowledgeGraph, classification: Classification
) -> None:
    everything = classify(as_ntriples(Premises(kg.graph.store).all()))
    assert everything is not None
    for defined in DEFINED:
        assert everything.members(defined.iri) == classification.members(defined.iri)


@pytest.mark.slow
def test_the_property_chains_give_each_case_the_country_and_industry_that_the_rule_gives(
    kg: KnowledgeGraph, java: str, tmp_path: Path
) -> None:
    premises = Premises(kg.graph.store)
    path = tmp_path / "told.nt"
    path.write_bytes(as_ntriples(premises.about(premises.cases()) - premises.derived))
    _, out, _ = run_java(["org.semanticweb.HermiT.cli.CommandLine", "-Y", "-I", path.as_uri()])
    for name in ("country", "industry"):
        (line,) = [line for line in out.splitlines() if line.startswith(f"<{CKG}{name}> (known instances: ")]
        found = set(re.findall(rf"\(<({BASE}case/[^>]+)>, <([^>]+)>\)", line))
        wanted = {(t.subject.value, t.object.value) for t in premises.derived if t.predicate.value == CKG + name}
        assert len(wanted) == 40
        assert found == wanted


# Rules and HermiT, on random awkward cases

SCORES = ["0", "0.0", "-0.0", "00.50", "+1.0", "1", "2", "2.50", "3.0", "03"]
REASONS = ["not-reported", "not-available", "not-applicable", "not-yet-coded"]


def awkward_case(chance: random.Random, number: int) -> str:
    """Return a case with chains that lack a mode, are alike, or are only described, and scores written in any way."""
    case = case_iri("random", f"são-josé-{number}")
    lines = [f"<{case}> a ckg:CaseStudy ."]
    if chance.random() < 0.8:
        groups = ["traditional-manufacturing", "natural-resource-based", "complex-products", "specialised-suppliers"]
        lines.append(f"<{case}> ckg:sectoralGroup group:{chance.choice(groups)} .")
    for chain in range(chance.choice([0, 0, 1, 1, 2, 3, 4])):
        relation = chance.choice(["feedsInto", "feedsInto", "feedsInto", "describedChain"])
        lines.append(f"<{case}> ckg:{relation} <{case}#chain-{chain}> . <{case}#chain-{chain}> a ckg:ValueChain .")
        if chance.random() < 0.8:
            mode = chance.choice(["market", "market", "network", "quasi-hierarchy", "hierarchy"])
            lines.append(f"<{case}#chain-{chain}> ckg:governedBy mode:{mode} .")
        if chance.random() < 0.8:
            lines.append(f"<{case}#chain-{chain}> ckg:marketScope scope:{chance.choice(['domestic', 'global'])} .")
    for variable in [f"{kind}-upgrading" for kind in UPGRADING] + ["collective-efficiency"]:
        for rival in ("", "--rival"):
            rating = f"<{case}#{variable}{rival}>"
            if chance.random() < (0.2 if not rival else 0.7):
                continue
            lines.append(f"{rating} a ckg:Rating ; ckg:case <{case}> ; ckg:variable dim:{variable} .")
            if rival or chance.random() < 0.95:
                lines.append(f"{rating} ckg:accepted {'false' if rival else 'true'} .")
            if chance.random() < 0.2:
                lines.append(f"{rating} sdmx-attribute:obsStatus status:{chance.choice(REASONS)} .")
            elif variable == "collective-efficiency":
                lines.append(f"{rating} ckg:degree degree:{chance.choice(['low', 'medium', 'high'])} .")
            else:
                score = chance.choice(SCORES)
                kind = "integer" if "." not in score and chance.random() < 0.5 else "decimal"
                lines.append(f'{rating} ckg:score "{score}"^^xsd:{kind} .')
    return "\n".join(lines)


def awkward_cases(seed: int, count: int = 24) -> ox.Store:
    chance = random.Random(seed)
    return graph_of(*(awkward_case(chance, number) for number in range(count)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_rule_and_hermit_agree_on_awkward_cases(java: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Java 18 and later would print accents as question marks here.
    monkeypatch.setenv("LC_ALL", "C")
    judgement = reasoning.judge(awkward_cases(seed), study="random")
    assert judgement.agreed, [row for row in judgement.rows() if row[1] != "agree"]
    assert sum(bool(verdict.by_hermit) for verdict in judgement.verdicts) > 15


@pytest.mark.slow
def test_without_unique_names_the_reasoner_would_miss_cases_in_several_chains(java: str) -> None:
    alike = [
        f"<{case}> a ckg:CaseStudy ; ckg:feedsInto <{case}#a> , <{case}#b> ."
        f"<{case}#a> ckg:governedBy mode:market ; ckg:marketScope scope:global . <{case}#b> {coded} ."
        for case, coded in (
            (case_iri("random", "alike"), "ckg:governedBy mode:market ; ckg:marketScope scope:global"),
            (case_iri("random", "uncoded"), "ckg:marketScope scope:global"),
            (case_iri("random", "unlike"), "ckg:governedBy mode:network"),
        )
    ]
    store = graph_of(*alike)
    statements = Premises(store).all()
    name = CKG + "CaseInSeveralChains"
    told, untold = classify(as_ntriples(statements)), classify(as_ntriples(statements - different(store)))
    assert told is not None
    assert untold is not None
    assert len(told.members(name)) == 3
    assert untold.members(name) == {case_iri("random", "unlike")}
