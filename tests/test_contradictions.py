"""Contradictions are named, differences of rules and reasoner explained, and a missing Java is one line."""

import os
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT, Run, rows_of
from reasoned import CASE, CKG, PREFIXES, SOUND, graph_of, judged_in, sound

from clusterkg import reasoning
from clusterkg.errors import ReasonerError
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.reasoning.hermit import classify
from clusterkg.reasoning.premises import Premises, as_ntriples
from clusterkg.terms import BASE, case_iri

# Contradictions


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


@pytest.fixture(scope="module")
def judged_sound(java: str) -> reasoning.Judgement:
    """HermiT's judgement of a sound case, beside a class of one's own that no rule builds."""
    mine = """ckg:MineCase a owl:Class ; owl:equivalentClass
        [ a owl:Restriction ; owl:onProperty ckg:describes ; owl:hasValue cluster:a ] ."""
    store = graph_of(SOUND)
    store.load((PREFIXES + mine).encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(f"{BASE}graph/ontology/mine"))
    return reasoning.judge(store, study="random")


def test_a_case_like_these_without_the_fault_is_consistent(judged_sound: reasoning.Judgement) -> None:
    assert judged_sound.consistent
    assert judged_sound.agreed


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


def test_a_class_of_ones_own_without_a_rule_is_shown_and_is_no_fault(judged_sound: reasoning.Judgement) -> None:
    assert ("ckg:MineCase", "no rule", None, 1, "") in judged_sound.rows()
    assert judged_sound.agreed


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
