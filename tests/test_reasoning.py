"""The reasoner: rules and HermiT agree, contradictions are named, and nothing is left behind."""

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT, Run, missing, rows_of, transcription

import clusterkg
from clusterkg import memberships, reasoning, tables
from clusterkg.errors import ReasonerError, UnknownName
from clusterkg.graph import Graph
from clusterkg.graph.loading import build_shorthands
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.prefixes import house_prefixes
from clusterkg.reasoning import hermit
from clusterkg.reasoning.classes import rule_name
from clusterkg.reasoning.hermit import Classification, classify, run_java
from clusterkg.reasoning.premises import Premises, as_ntriples, different
from clusterkg.resources import rule_paths
from clusterkg.terms import BASE, INFERENCES_GRAPH, ONTOLOGY, SHORTHANDS_GRAPH, case_iri

CKG = ONTOLOGY
XSD = "http://www.w3.org/2001/XMLSchema#"
CASES = "cases_ttl/giuliani2005/cases"
MODES = ("market", "network", "quasi_hierarchy", "hierarchy")
UPGRADING = ("product", "process", "functional", "intersectoral")
PREFIXES = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in house_prefixes().items())


@pytest.fixture(scope="session")
def java() -> str:
    """Java, which HermiT needs."""
    try:
        return hermit.java()
    except ReasonerError:
        missing("Java", "apt install default-jre-headless")


@pytest.fixture(scope="session")
def jdk(java: str) -> str:
    """Java with its compiler, which the search for contradictions needs."""
    if not Path(java).resolve().with_name("javac").exists():
        missing("The compiler of Java", "apt install default-jdk-headless")
    return java


@pytest.fixture(scope="session")
def judged(
    kg: KnowledgeGraph, java: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[reasoning.Judgement, list[Path]]:
    """HermiT's judgement of the forty real cases, and what it left in the folder for temporary files."""
    return judged_in(tmp_path_factory.mktemp("real"), kg.graph.store, "giuliani2005")


def judged_in(folder: Path, store: ox.Store, study: str) -> tuple[reasoning.Judgement, list[Path]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(folder))
        return reasoning.judge(store, study=study), list(folder.iterdir())


@pytest.fixture(scope="session")
def classification(kg: KnowledgeGraph, java: str) -> Classification:
    """What HermiT makes of the forty real cases."""
    cases = reasoning.cases_of(kg.graph.store, "giuliani2005")
    found = classify(as_ntriples(Premises(kg.graph.store).about(cases)))
    assert found is not None
    return found


def slugs(things: object) -> set[str]:
    assert isinstance(things, list | set)
    return {str(thing).removeprefix(case_iri("giuliani2005", "")) for thing in things}


def by_rule(kg: KnowledgeGraph, name: str) -> set[str]:
    classes = reasoning.defined_classes(kg.graph.store)
    return slugs(reasoning.members(kg.graph.store, reasoning.class_named(name, classes)))


def by_code(kg: KnowledgeGraph, things: set[str]) -> set[str]:
    """Name each counted chain by its mode and scope, and leave out those that prose alone tells of."""
    text = (
        f"PREFIX ckg: <{CKG}> SELECT ?case ?chain ?mode ?scope {{ ?case ckg:feedsInto ?chain ."
        " ?chain ckg:governedBy ?mode ; ckg:marketScope ?scope }"
    )
    names = {}
    for case, chain, mode, scope in kg.query(text).rows:
        (name,), (of,) = slugs({chain}), slugs({case})
        names[name] = f"{of}#chain-{str(mode).rpartition('/')[2]}-{str(scope).rpartition('/')[2]}"
    return {names.get(thing, thing) for thing in things if "#" not in thing or thing in names}


def from_the_paper() -> dict[str, set[str]]:
    """Work out the members of each class in plain Python from the transcribed tables."""
    slug = {row["cluster_id"]: row["slug"] for row in transcription("crosswalk")}
    found: dict[str, set[str]] = {defined.iri.removeprefix(CKG): set() for defined in DEFINED}
    for row in transcription("table3"):
        case = slug[row["cluster_id"]]
        codes = {mode: int(row[mode]) for mode in MODES if row[mode] != "N/A"}
        pairs = [
            (mode, scope)
            for mode, code in codes.items()
            for bit, scope in ((1, "domestic"), (2, "global"))
            if code & bit
        ]
        if row["group"] == "Traditional manufacturing":
            found["SupplierDominatedCase"].add(case)
        for mode, scope in pairs:
            chain = f"{case}#chain-{mode.replace('_', '-')}-{scope}"
            found[{"domestic": "DomesticValueChain", "global": "GlobalValueChain"}[scope]].add(chain)
            found[{"domestic": "CaseInDomesticChain", "global": "CaseInGlobalChain"}[scope]].add(case)
            kinds = ("MarketChain", "NetworkChain", "QuasiHierarchicalChain", "HierarchicalChain")
            found[dict(zip(MODES, kinds, strict=True))[mode]].add(chain)
            if (mode, scope) == ("quasi_hierarchy", "global"):
                found["QuasiHierarchicalGlobalChain"].add(chain)
                found["CaseInQuasiHierarchicalGlobalChain"].add(case)
        if len(pairs) > 1:
            found["CaseInSeveralChains"].add(case)
    found["CaseInBothScopes"] = found["CaseInDomesticChain"] & found["CaseInGlobalChain"]
    adverb = {"functional": "Functionally", "intersectoral": "Intersectorally"}
    for row in [row for number in "567" for row in transcription(f"table{number}") if row["row_type"] == "cluster"]:
        case = slug[row["cluster_id"]]
        found[f"{row['ce_degree']}CollectiveEfficiencyCase"].add(case)
        for kind in UPGRADING:
            if row[kind] != "N/A" and float(row[kind]) > 0:
                found[f"{adverb.get(kind, kind.title())}UpgradedCase"].add(case)
        if row["functional"] != "N/A" and float(row["functional"]) == 0:
            found["NotFunctionallyUpgradedCase"].add(case)
    return found


def _chains() -> dict[str, tuple[str, bool]]:
    """Return for each chain its mode and scope as Table 3's names have them, and whether Table 3 codes it."""
    rows = clusterkg.load().query(
        """PREFIX ckg: <https://w3id.org/clusterkg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?chain ?mode ?scope ?counted WHERE {
          VALUES (?told ?counted) { (ckg:feedsInto true) (ckg:describedChain false) }
          ?case ?told ?chain .
          ?chain ckg:marketScope/skos:notation ?scope .
          OPTIONAL { ?chain ckg:governedBy/skos:notation ?mode }
        } ORDER BY ?chain"""
    )
    return {
        str(chain).removeprefix(case_iri("giuliani2005", "")): (f"chain-{mode}-{scope}", bool(is_counted))
        for chain, mode, scope, is_counted in rows.rows
    }


CHAINS = _chains()


def counted(things: set[str]) -> set[str]:
    """Leave out the chains that prose tells of and Table 3 does not code."""
    return {thing for thing in things if "#" not in thing or CHAINS[thing][1]}


def as_in_table_3(thing: str) -> str:
    """Return a chain by mode and scope, which is all that Table 3 tells of it; a case as it is."""
    return f"{thing.partition('#')[0]}#{CHAINS[thing][0]}" if "#" in thing else thing


DEFINED = reasoning.defined_classes(clusterkg.load().graph.store)


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


def graph_of(*texts: str, folders: list[str] | None = None) -> ox.Store:
    """Return ontology and concepts with some Turtle, and what the rules build from it."""
    graph = Graph()
    graph.require(["ontology", "concepts"])
    home = ox.NamedNode(f"{BASE}graph/cases_ttl/random/cases/all")
    for text in texts:
        graph.store.load((PREFIXES + text).encode(), ox.RdfFormat.TURTLE, to_graph=home)
    build_shorthands(graph.store, folders or [])
    return graph.store


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


# Contradictions

CASE = case_iri("random", "a")
SOUND = f"""
<{CASE}> a ckg:CaseStudy ; ckg:describes cluster:a ; ckg:feedsInto <{CASE}#chain> .
<{CASE}#chain> a ckg:ValueChain ; ckg:governedBy mode:market ; ckg:marketScope scope:global .
<{CASE}#functional-upgrading> a ckg:Rating ; ckg:case <{CASE}> ; ckg:variable dim:functional-upgrading ;
  ckg:score 3.0 ; ckg:accepted true .
cluster:a a ckg:Cluster .
"""


def sound(letter: str) -> str:
    return SOUND.replace("random/a", f"random/{letter}").replace("cluster:a", f"cluster:{letter}")


FAULTS = {
    "a": (
        "<#product-upgrading> a ckg:Rating ; ckg:score 3.5 .",
        [
            "case/random/a#product-upgrading ckg:score 3.5",
            "a value of ckg:score is a ckg:scoreValue",
            "ckg:scoreValue is defined as xsd:decimal >= 0 and <= 3",
        ],
    ),
    "b": (
        "<#functional-upgrading> ckg:score 1.5 .",
        [
            "case/random/b#functional-upgrading ckg:score 1.5",
            "case/random/b#functional-upgrading ckg:score 3",
            "ckg:score has one value at most",
        ],
    ),
    "c": (
        '<#product-upgrading> a ckg:Rating ; ckg:score "1.5"^^xsd:double .',
        [
            'case/random/c#product-upgrading ckg:score "1.5"^^xsd:double',
            "a value of ckg:score is a ckg:scoreValue",
            "ckg:scoreValue is defined as xsd:decimal >= 0 and <= 3",
        ],
    ),
    "d": (
        "<#chain> ckg:governedBy mode:network .",
        [
            "case/random/d#chain ckg:governedBy mode:market",
            "case/random/d#chain ckg:governedBy mode:network",
            "mode:market is not mode:network",
            "ckg:governedBy has one value at most",
        ],
    ),
    "e": (
        "cluster:e a ckg:CaseStudy .",
        ["cluster:e a ckg:CaseStudy", "cluster:e a ckg:Cluster", "nothing is both ckg:CaseStudy and ckg:Cluster"],
    ),
    "f": (
        "<#chain> ckg:governedBy mode:fief . mode:fief a ckg:GovernanceMode .",
        [
            "case/random/f#chain ckg:governedBy mode:fief",
            "case/random/f#chain ckg:governedBy mode:market",
            "mode:fief is not mode:market",
            "ckg:governedBy has one value at most",
        ],
    ),
}
"""Of each case, a fault and what is to be said of it."""


@pytest.fixture(scope="session")
def contradicted(jdk: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[reasoning.Judgement, list[Path]]:
    """HermiT's judgement of cases each of which contradicts itself, beside a sound one; and what it left behind."""
    texts = [sound(letter) for letter in [*FAULTS, "z"]]
    texts += [f"@base <{case_iri('random', letter)}> .\n{fault}" for letter, (fault, _) in FAULTS.items()]
    return judged_in(tmp_path_factory.mktemp("contradicted"), graph_of(*texts), "random")


@pytest.mark.parametrize(
    "letter", FAULTS, ids=["score-3.5", "two-scores", "double", "governed-twice", "cluster-is-case", "new-mode"]
)
def test_a_contradiction_is_named_with_case_and_axioms(
    contradicted: tuple[reasoning.Judgement, list[Path]], letter: str
) -> None:
    lines = FAULTS[letter][1]
    subject = f"{BASE}cluster/{letter}" if letter == "e" else case_iri("random", letter)
    (contradiction,) = [found for found in contradicted[0].contradictions if found.subjects == [subject]]
    assert contradiction.lines == lines


def test_contradictions_are_all_told_and_the_sound_case_is_left_in_peace(
    contradicted: tuple[reasoning.Judgement, list[Path]],
) -> None:
    judgement, left = contradicted
    assert not judgement.agreed
    assert not judgement.consistent
    assert len(judgement.contradictions) == len(FAULTS)
    assert "random/z" not in str(judgement.rows())
    assert {row[1] for row in judgement.rows()} == {"contradictory"} | {f"contradiction {n}" for n in range(1, 7)}
    assert judgement.summary() == "contradictions: 6, maybe more behind them"
    assert left == []


def test_two_accepted_ratings_that_differ_are_a_contradiction(jdk: str) -> None:
    second = f"""<{CASE}#functional-upgrading--second> a ckg:Rating ; ckg:case <{CASE}> ; ckg:score 0.0 ;
        ckg:variable dim:functional-upgrading ; ckg:accepted true ."""
    (contradiction,) = reasoning.judge(graph_of(SOUND, second), study="random").contradictions
    assert contradiction.subjects == [CASE]
    assert {
        "case/random/a ckg:functionalUpgrading 0",
        "case/random/a ckg:functionalUpgrading 3",
        "nothing is both ckg:FunctionallyUpgradedCase and ckg:NotFunctionallyUpgradedCase",
    } <= set(contradiction.lines)


def test_a_case_like_these_without_the_fault_is_consistent(java: str) -> None:
    assert reasoning.judge(graph_of(SOUND), study="random").agreed


def test_an_ontology_that_contradicts_itself_is_named(run: Run, jdk: str, tmp_path: Path) -> None:
    path = tmp_path / "mine/ontology/mine.ttl"
    path.parent.mkdir(parents=True)
    path.write_text(f"{PREFIXES}ckg:LearningFact rdfs:subClassOf ckg:LearningTopic .\n", encoding="utf-8")
    done = run("reason", "--data", str(tmp_path / "mine"), "--format", "csv")
    assert done.returncode == 1
    rows = rows_of(done.stdout)
    assert list(rows[0]) == list(reasoning.COLUMNS)
    assert rows[0]["verdict"] == "contradictory"
    assert {(row["subject"], row["detail"]) for row in rows[1:]} == {
        ("ckg:LearningFact", "anything a ckg:LearningFact"),
        ("ckg:LearningFact", "every ckg:LearningFact is a ckg:LearningTopic"),
        ("ckg:LearningFact", "nothing is both ckg:LearningFact and ckg:LearningTopic"),
    }
    assert {row["verdict"] for row in rows[1:]} == {"can have no member"}
    assert done.stderr == "clusterkg: the ontology contradicts itself; classes that can have no member: 1\n"


def test_a_class_that_can_have_no_member_is_named(jdk: str) -> None:
    store = graph_of(SOUND)
    odd = "ckg:ClusterCase a owl:Class ; rdfs:subClassOf ckg:Cluster , ckg:CaseStudy ."
    store.load((PREFIXES + odd).encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(f"{BASE}graph/ontology/odd"))
    judgement = reasoning.judge(store, study="random")
    assert judgement.consistent
    assert not judgement.agreed
    ((name, lines),) = judgement.impossible
    assert name == CKG + "ClusterCase"
    assert {"every ckg:ClusterCase is a ckg:Cluster", "nothing is both ckg:CaseStudy and ckg:Cluster"} <= set(lines)


def test_statements_that_owl_cannot_read_are_named_once_and_dates_on_annotations_are_no_fault(java: str) -> None:
    store = graph_of(
        SOUND.replace("ckg:score 3.0 ;", 'ckg:score "1,5"^^xsd:decimal ;'),
        f'<{CASE}#other> ckg:score "2002"^^xsd:gYear . <{CASE}#chain> ckg:governedBy "market" ; ckg:score degree:low .',
        f'<{CASE}> dcterms:issued "2004-05-01"^^xsd:date ; skos:note "un caso"@es .',
    )
    judgement = reasoning.judge(store, study="random")
    assert judgement.consistent
    assert not judgement.agreed
    assert {subject for subject, _ in judgement.unreadable} == {"case/random/a"}
    assert sorted(line for _, line in judgement.unreadable) == [
        "case/random/a#chain ckg:governedBy market is a value where a thing belongs",
        "case/random/a#chain ckg:score degree:low is a thing where a value belongs",
        "case/random/a#functional-upgrading ckg:score 1,5 is no xsd:decimal",
        "case/random/a#other ckg:score 2002 is of the datatype xsd:gYear, which OWL does not have",
    ]
    assert judgement.summary() == "statements that OWL cannot read: 4"


# When rules and HermiT differ


def test_a_rule_that_differs_is_found_and_each_side_gives_its_reasons(jdk: str, tmp_path: Path) -> None:
    folder = tmp_path / "mine/ontology/rules"
    folder.mkdir(parents=True)
    for name, old, new in (
        ("functionally-upgraded-case", "?score > 0", "?score > 3"),
        ("not-functionally-upgraded-case", "?score = 0", "?score = 3"),
    ):
        text = (ROOT / f"ontology/rules/{name}.rq").read_text(encoding="utf-8")
        assert old in text
        (folder / f"{name}.rq").write_text(text.replace(old, new), encoding="utf-8")
    store = graph_of(SOUND, folders=[str(tmp_path / "mine")])
    judgement = reasoning.judge(store, study="random", folders=[str(tmp_path / "mine")])
    assert judgement.consistent
    assert not judgement.agreed
    differing = {row[0]: row for row in judgement.rows() if row[1] == "differ"}
    assert set(differing) == {"ckg:FunctionallyUpgradedCase", "ckg:NotFunctionallyUpgradedCase"}
    assert differing["ckg:NotFunctionallyUpgradedCase"][2:] == (
        1,
        0,
        "only the rule has case/random/a; case/random/a#functional-upgrading ckg:accepted true;"
        " case/random/a#functional-upgrading ckg:case case/random/a;"
        " case/random/a#functional-upgrading ckg:score 3;"
        " case/random/a#functional-upgrading ckg:variable dim:functional-upgrading",
    )
    *counts, detail = differing["ckg:FunctionallyUpgradedCase"][2:]
    assert counts == [0, 1]
    assert str(detail).startswith("only HermiT has case/random/a; ")
    assert "case/random/a ckg:functionalUpgrading 3" in str(detail)
    assert "ckg:FunctionallyUpgradedCase is defined as ckg:CaseStudy and ckg:functionalUpgrading some (" in str(detail)
    assert judgement.summary() == (
        "rules and HermiT differ on ckg:FunctionallyUpgradedCase, ckg:NotFunctionallyUpgradedCase"
    )


def test_a_class_of_ones_own_without_a_rule_is_shown_and_is_no_fault(java: str) -> None:
    mine = """ckg:MineCase a owl:Class ; owl:equivalentClass
        [ a owl:Restriction ; owl:onProperty ckg:describes ; owl:hasValue cluster:a ] ."""
    store = graph_of(SOUND)
    store.load((PREFIXES + mine).encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(f"{BASE}graph/ontology/mine"))
    judgement = reasoning.judge(store, study="random")
    assert ("ckg:MineCase", "no rule", None, 1, "") in judgement.rows()
    assert judgement.agreed


# Java


def test_without_java_the_command_says_what_works_and_how_to_get_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    done = run("reason")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("clusterkg: Java: is not on this machine")
    assert "install it from adoptium.net" in done.stderr
    assert "`clusterkg reason --case SLUG`" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Case in a global chain" in run("reason", "--case", "sinos-valley-footwear").stdout


def test_a_java_that_does_not_start_is_one_line(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub = tmp_path / "java"
    stub.write_text("#!/bin/sh\necho 'Unable to locate a Java Runtime.' >&2\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    done = run("reason")
    assert (done.returncode, done.stdout) == (2, "")
    assert "HermiT: fails: Unable to locate a Java Runtime." in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_a_compiler_the_case_is_named_all_the_same(java: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "--limit-modules java.se,jdk.unsupported")
    other = SOUND.replace("random/a", "random/b").replace("cluster:a", "cluster:b")
    store = graph_of(SOUND, other, f"<{CASE}#chain> ckg:governedBy mode:network .")
    (contradiction,) = reasoning.judge(store, study="random").contradictions
    assert contradiction.subjects == [CASE]
    assert "install a JDK" in contradiction.lines[0]


def test_no_import_reaches_the_reasoner(kg: KnowledgeGraph) -> None:
    store = graph_of(SOUND, "<https://w3id.org/clusterkg/ontology> owl:imports <http://127.0.0.1:1/far> .")
    premises = as_ntriples(Premises(store).all())
    assert b"127.0.0.1" not in premises
    assert b"imports" not in premises


def test_statements_that_hermit_cannot_parse_are_one_line(java: str) -> None:
    with pytest.raises(ReasonerError, match="HermiT: fails: It all went pear-shaped"):
        classify(b"<a> <b> .\n")


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
