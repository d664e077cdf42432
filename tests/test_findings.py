"""The findings: contracts, what is shown of each, and a passage map without a hole."""

import csv
import io
import json

import pytest
from conftest import Run
from finding_names import CKG, EXCEPTIONS, FAILS, node

import clusterkg
from clusterkg import library
from clusterkg.errors import UnknownName
from clusterkg.findings import COLUMNS, VERDICTS, Findings, verdicts
from clusterkg.findings.claims import limits_of
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.resources import query_paths

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def test_a_generalisation_says_of_how_many(found: Findings) -> None:
    general = [finding for finding in found if finding.claim.kind == "universal"]
    assert general
    assert [finding.id for finding in general if finding.claim.quantifier is None] == []


def test_what_furthers_or_holds_back_is_more_than_existence(found: Findings) -> None:
    effects = {"brings-about", "enables", "hinders", "leaves-unaffected"}
    kinds = {finding.claim.kind for finding in found if finding.claim.relation in effects}
    assert "causal" in kinds
    assert "existence" not in kinds


def test_a_causal_claim_that_is_tested_says_on_what(found: Findings) -> None:
    tested = [finding for finding in found if finding.claim.kind == "causal" and finding.test]
    assert tested
    assert [finding.id for finding in tested if not finding.claim.note] == []


def test_the_list_keeps_its_contract(run: Run) -> None:
    done = run("findings", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert (done.returncode, done.stderr) == (0, "")
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) >= 110
    assert {row["verdict"] for row in rows} == set(VERDICTS)
    locators = {row["locator"] for row in rows}
    assert {
        "2",
        "3(a)",
        "3(b)",
        "4",
        "5(a)",
        "5(b)",
        "5(c)",
        "5(c)(i)",
        "5(c)(iv)",
        "6",
        "note 20",
        "Table 4",
    } <= locators
    by_id = {row["id"]: row for row in rows}
    assert by_id["n20-01"]["exceptions"] == "monterrey-software"
    assert by_id["s5c1-30"]["verdict"] == FAILS
    assert by_id["s5c1-30"]["exceptions"] == "torreon-apparel"
    assert by_id["s5c3-04"]["exceptions"].count("; ") == 5


def test_the_list_can_be_cut_by_verdict_and_subject(found: Findings, run: Run) -> None:
    assert {finding.verdict for finding in found.of_verdict("fails")} == {FAILS}
    done = run("findings", "--about", "sinos-valley-footwear", "--verdict", "fails", "--format", "json")
    shown = json.loads(done.stdout)
    for row in shown:
        assert row["verdict"] == FAILS
        assert "Sinos Valley footwear" in row["subject"] or "sinos-valley-footwear" in row["exceptions"]
    assert [row["id"] for row in shown] == [one.id for one in found.about("sinos-valley-footwear").of_verdict(FAILS)]
    assert shown
    # A case that no finding is about stands where it speaks against one.
    against = found.about("uba-furniture")
    assert len(against) > 0
    assert all("uba-furniture" in finding.exceptions for finding in against)
    assert len(found.about("complex-products")) > 0


def test_what_a_finding_asks_of_a_case_is_shown_with_the_values_that_decide(run: Run) -> None:
    shown = json.loads(run("finding", "S5C1-29", "--format", "json").stdout)
    assert shown["conditions"] == [
        "a counted chain that is Global, Quasi-hierarchy",
        "Product upgrading: marked upgrading (2 or more)",
        "Process upgrading: marked upgrading (2 or more)",
    ]
    (row,) = shown["evidence"]
    assert (row["meets"], row["Product upgrading"], row["Process upgrading"]) == (False, 1, 3)
    assert row["Chains"] == "quasi-hierarchy global"


def test_what_the_paper_repeats_is_one_test(found: Findings) -> None:
    resting, different = found.probabilities
    twice = [finding.judgement for finding in found if finding.id in ("s5c1-08", "t4-05")]
    assert twice[0].rule == twice[1].rule
    assert 0 < different < resting
    assert f"{resting} verdicts rest on a probability, by {different} different tests." in found.to_text()
    # Where nothing is repeated there is nothing to tell: one verdict by one test, and none at all.
    for about, probabilities in (("complex-products", (1, 1)), ("medellin-textiles", (0, 0))):
        some = found.about(about).of_verdict(EXCEPTIONS)
        assert len(some) > 2
        assert some.probabilities == probabilities
        assert "different tests" not in some.to_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["finding", "s5c1-8"], "s5c1-08"),
        (["findings", "--study", "giuliani"], "giuliani2005"),
        (["table", "5", "--recomputed"], "leave out --recomputed"),
    ],
)
def test_an_unknown_name_offers_the_nearest(arguments: list[str], said: str, run: Run) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_rule_counts_in_its_own_unit(kg: KnowledgeGraph) -> None:
    """One finding counts pairs of the chains of León, all others cases."""
    pairs, cases = kg.finding("s5b-20").judgement.rule, kg.finding("s5a-10").judgement.rule
    assert "pairs of governance mode and market scope meet it" in pairs
    assert "cases" not in pairs
    assert "coded cases meet it" in cases


def test_an_unknown_subject_or_verdict_offers_the_nearest(found: Findings) -> None:
    with pytest.raises(UnknownName, match="sinos-valley-footwear"):
        found.about("sinos-vally")
    with pytest.raises(UnknownName, match=r"names with that word: .*'joinville software'"):
        found.about("software")
    with pytest.raises(UnknownName, match="did you mean 'fails'"):
        found.of_verdict("fail")


@pytest.mark.parametrize("format", ["table", "csv", "json", "md"])
def test_a_finding_is_shown_with_all_that_decides_it(format: str, run: Run) -> None:
    done = run("finding", "s5c1-08", "--format", format)
    assert done.returncode == 0
    for word in (
        "5(c)(i)",
        "too few cases to tell",
        "chipilo-furniture",
        "association.rq",
        "two-sided p 0.081",
        "0.04",
    ):
        assert word in done.stdout
    if format != "csv":
        assert "<https://w3id.org/clusterkg/finding/giuliani2005/s5c1-08> ckg:study" in done.stdout


def test_the_shown_rows_give_the_shown_verdict_again(kg: KnowledgeGraph, found: Findings) -> None:
    known = limits_of(kg.graph, "giuliani2005")
    for finding in found:
        if finding.test:
            rows = [dict(zip(finding.columns, row, strict=True)) for row in finding.rows]
            again = verdicts.judge(finding.test, finding.claim, rows, known, finding.unit)
            assert (again.verdict, again.rule) == (finding.verdict, finding.judgement.rule)


def test_table_4_is_recomputed_cell_by_cell(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("table", "4", "--recomputed", "--format", "csv").stdout)))
    assert len(rows) == 24
    cells = {(row["relation"], row["sectoral_group"]): row for row in rows}
    buyers = cells["Impact of global buyers or leaders on product upgrading", "Traditional manufacturing"]
    assert (buyers["printed"], buyers["recomputed"], buyers["agreement"]) == ("Positive", "neutral", "disagrees")
    empty = cells["Relation between collective efficiency and product upgrading", "Specialized suppliers"]
    assert (empty["recomputed"], empty["estimate"], empty["agreement"]) == ("", "", "no data")
    assert "0 cases have both values" in empty["why"]
    assert all(row["why"] for row in rows)


def test_every_sign_of_table_4_is_what_its_finding_claims(kg: KnowledgeGraph, found: Findings) -> None:
    for finding in found:
        for passage in finding.claim.passages:
            printed = {
                str(quad.object.value).rsplit("/", 1)[-1]
                for quad in kg.graph.store.quads_for_pattern(node(passage.iri), node(CKG + "direction"), None)
            }
            if printed:
                assert printed == set(finding.claim.directions), finding.id


def test_whatever_a_header_can_name_as_a_test_is_one() -> None:
    assert set(verdicts.TESTS) == set(library.TESTS)
    named = {library.read(name).header.get("test") for name in query_paths() if name.startswith("findings/")}
    assert named - {None} == set(library.TESTS)


def test_no_id_skips_a_number(found: Findings) -> None:
    by_place: dict[str, list[int]] = {}
    for finding in found:
        place, _, number = finding.id.rpartition("-")
        by_place.setdefault(place, []).append(int(number))
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_place.values())


def test_every_paragraph_note_and_cell_is_accounted_for(kg: KnowledgeGraph, found: Findings) -> None:
    assert kg.query("checks/passages-without-a-finding").rows == []
    quads = kg.graph.store.quads_for_pattern(None, node(RDF_TYPE), node(CKG + "Passage"))
    passages = {quad.subject.value for quad in quads}
    notes = {iri.rsplit("#passage-", 1)[1].split("-")[0] for iri in passages} & {f"n{n:02d}" for n in range(1, 22)}
    assert len(notes) == 21
    claimed = {passage.iri for finding in found for passage in finding.claim.passages}
    cells = {quad.subject.value for quad in kg.graph.store.quads_for_pattern(None, node(CKG + "direction"), None)}
    assert {cell for cell in cells if "#table-4-" in cell} <= claimed


def spoil(folder: str, finding: str, query: str = "") -> str:
    """Write a findings.ttl with one finding more, and a query, into a folder; return the file's path."""
    import os
    from pathlib import Path

    root = Path(__file__).parent.parent
    text = (root / "cases_ttl/giuliani2005/findings.ttl").read_text("utf-8")
    path = os.path.join(folder, "cases_ttl/giuliani2005/findings.ttl")
    os.makedirs(os.path.dirname(path))
    Path(path).write_text(text.replace("query/findings/spread>", finding), "utf-8")
    if query:
        os.makedirs(os.path.join(folder, "queries/findings"))
        Path(folder, "queries/findings/spread.rq").write_text(query, "utf-8")
    return path


SOUND = library.read("findings/spread").text


@pytest.mark.parametrize(
    ("name", "query", "place", "said"),
    [
        ("query/findings/spraed>", "", r"findings\.ttl:\d+", "does not exist"),
        ("query/info/contents>", "", r"findings\.ttl:\d+", "is no test of findings"),
        ("query/findings/spread>", SOUND.replace("SELECT ?case", "SELEKT ?case"), r"spread\.rq:\d+", "SELEKT|expected"),
        (
            "query/findings/spread>",
            SOUND.replace("ckg:outcome ", "ckg:outkome "),
            r"spread\.rq:\d+",
            "outkome does not",
        ),
        (
            "query/findings/spread>",
            SOUND.replace("test: spread", "test: spraed"),
            r"spread\.rq:1|findings\.ttl:\d+",
            "no test",
        ),
        ("query/findings/spread>", SOUND.replace("?name ?outcome\n", "?name\n"), r"spread\.rq:1", "wants the columns"),
    ],
)
def test_check_names_file_and_line_of_a_finding_that_cannot_be_tested(
    name: str, query: str, place: str, said: str, run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import re

    folder = str(tmp_path_factory.mktemp("spoilt"))
    path = spoil(folder, name, query)
    done = run("check", path, "--data", folder)
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(f"{place}.*({said})", done.stdout), done.stdout


SOME = [
    "s4-02",
    "s4-07",
    "s5a-01",
    "s6-09",
    "s5c1-06",
    "s5c2-27",
    "s5b-04",
    "n20-01",
    "s5c1-42",
    "s5b-20",
    "s5c3-02",
    "s5a-02",
    "s2-25",
    "s5c1-03",
]


@pytest.mark.slow
@pytest.mark.parametrize("id", SOME)
def test_both_engines_give_the_same_cases(id: str, kg: KnowledgeGraph) -> None:
    claim = kg.finding(id).claim
    assert kg.query(claim.query, engine="rdflib", finding=claim.iri) == kg.query(claim.query, finding=claim.iri)


def test_a_study_without_findings_is_told_so(second_study: str) -> None:
    with pytest.raises(UnknownName, match="no such study with findings"):
        clusterkg.load(second_study).findings(study="nadvi1999x")
