"""The findings: exact statistics, verdicts that follow the cases, contracts, and a passage map without a hole."""

import csv
import io
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pyoxigraph as ox
import pytest
from conftest import Run

import clusterkg
from clusterkg import findings, library
from clusterkg.errors import DataError, UnknownName
from clusterkg.findings import COLUMNS, VERDICTS, Findings, statistics, verdicts
from clusterkg.findings.claims import limits_of
from clusterkg.graph import Graph
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.resources import query_paths

BASE = "https://w3id.org/clusterkg/"
CKG = BASE + "ontology#"
CASE = BASE + "case/giuliani2005/"
FINDING = BASE + "finding/giuliani2005/"
STUDY = BASE + "study/giuliani2005#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


@contextmanager
def changed(kg: KnowledgeGraph, *changes: tuple[str, str, object]) -> Iterator[Graph]:
    """Lend the graph with statements in place of those about the same subject and property; None takes them away."""
    store = kg.graph.store
    gone: list[ox.Quad] = []
    come: list[ox.Quad] = []
    for subject, predicate, value in changes:
        old = list(store.quads_for_pattern(node(subject), node(CKG + predicate), None))
        gone += old
        graphs = store.quads_for_pattern(node(subject), None, None)
        home = old[0].graph_name if old else next(iter(graphs)).graph_name
        for term in [] if value is None else value if isinstance(value, list) else [value]:
            come.append(ox.Quad(node(subject), node(CKG + predicate), term, home))
    for quad in gone:
        store.remove(quad)
    for quad in come:
        store.add(quad)
    try:
        yield kg.graph
    finally:
        for quad in come:
            store.remove(quad)
        for quad in gone:
            store.add(quad)


def score(slug: str, dimension: str, value: float) -> tuple[str, str, object]:
    literal = ox.Literal(str(value), datatype=node("http://www.w3.org/2001/XMLSchema#decimal"))
    return f"{CASE}{slug}#{dimension}", "score", literal


def no_score(slug: str, dimension: str) -> tuple[str, str, object]:
    return f"{CASE}{slug}#{dimension}", "score", None


def degree(slug: str, name: str) -> tuple[str, str, object]:
    return f"{CASE}{slug}#collective-efficiency", "degree", node(f"{BASE}concept/degree/{name}")


def without_chain(slug: str, chain: str) -> tuple[str, str, object]:
    return f"{CASE}{slug}#chain-{chain}", "governedBy", None


def uncoded(slug: str) -> list[tuple[str, str, object]]:
    status = node(f"{BASE}concept/value-status/not-available")
    return [(CASE + slug, "feedsInto", None), (CASE + slug, "governanceStatus", status)]


def rests_on(slug: str, basis: str) -> tuple[str, str, object]:
    return CASE + slug, "sourceBasis", node(f"{BASE}concept/source-basis/{basis}")


def printed(cell: str, value: float) -> tuple[str, str, object]:
    literal = ox.Literal(str(value), datatype=node("http://www.w3.org/2001/XMLSchema#decimal"))
    return STUDY + cell, "value", literal


NR = ["rio-pardo-tobacco", "colchagua-wine", "serra-gaucha-wine", "valle-del-cauca-sugar", "espirito-santo-marble"]
NR += ["cuajone-toquepala-copper", "region-austral-salmon", "boaco-chontales-dairy", "petrolina-juazeiro-fruit"]
NR += ["rio-grande-do-norte-melons", "santa-catarina-apples"]
COPS = ["sao-jose-dos-campos-aircraft", "nova-serrana-automotive", "caxias-do-sul-automotive"]
COPS += ["ciudad-juarez-automotive", "espirito-santo-metalworking", "jalisco-electronics"]
COPS += ["baja-california-audio-visual", "san-jose-ict", "campinas-high-tech"]
SOFTWARE = [f"{place}-software" for place in ("joinville", "mexico-city", "guadalajara", "aguascalientes", "monterrey")]
HOLDS, EXCEPTIONS, FAILS, TOO_FEW, NOT_TESTABLE = VERDICTS

FLIPS = {
    "count": ("s5a-10", HOLDS, [degree("leon-footwear", "medium")], FAILS),
    "count: a case may be left out": (
        "s4-07",
        TOO_FEW,
        [rests_on("sao-bento-do-sul-furniture", "original-field-study")],
        HOLDS,
    ),
    "existence: a named case": (
        "s5c3-05",
        HOLDS,
        [score("ciudad-juarez-automotive", "functional-upgrading", 0)],
        FAILS,
    ),
    "causal: a named case": ("s5c1-29", FAILS, [score("torreon-apparel", "product-upgrading", 2)], HOLDS),
    "causal: a chain beside an outcome": (
        "s5c2-27",
        HOLDS,
        [
            without_chain("boaco-chontales-dairy", "cooperatives"),
            score("region-austral-salmon", "functional-upgrading", 0),
        ],
        FAILS,
    ),
    "existence: one of two named": (
        "s5b-15",
        HOLDS,
        [without_chain("leon-footwear", "us")],
        EXCEPTIONS,
    ),
    "existence: few": (
        "s5c3-04",
        FAILS,
        [score("nova-serrana-automotive", "functional-upgrading", 0), score("san-jose-ict", "functional-upgrading", 0)],
        HOLDS,
    ),
    "existence: few, should some be unknown": (
        "s5c2-16",
        HOLDS,
        [no_score(slug, "functional-upgrading") for slug in NR[:3]],
        TOO_FEW,
    ),
    "universal: none at all": (
        "n20-01",
        EXCEPTIONS,
        [
            without_chain("monterrey-software", "quasi-hierarchy-domestic"),
            without_chain("monterrey-software", "quasi-hierarchy-global"),
        ],
        HOLDS,
    ),
    "universal: too many against": ("s5c1-30", FAILS, [score("torreon-apparel", "product-upgrading", 2)], HOLDS),
    "universal: governance not coded": ("s5b-07", EXCEPTIONS, [c for s in SOFTWARE[:4] for c in uncoded(s)], TOO_FEW),
    "hypothesis: half and half": ("s5b-01", TOO_FEW, [without_chain("leon-footwear", "us")], FAILS),
    "comparison of sides": (
        "s5c-11",
        HOLDS,
        [score(slug, "product-upgrading", 0) for slug in COPS if slug not in COPS[4:5] + COPS[6:8]],
        FAILS,
    ),
    "comparison of printed averages": ("s5a-03", HOLDS, [printed("table-2-complex-products-joint-action", 9)], FAILS),
    "comparison of several groups": (
        "s5a-01",
        TOO_FEW,
        [
            degree("region-austral-salmon", "high"),
            degree("colchagua-wine", "high"),
            degree("serra-gaucha-wine", "high"),
        ],
        HOLDS,
    ),
    "comparison of several groups, alike": (
        "s5a-01",
        TOO_FEW,
        [degree(slug, "low") for slug in NR[:3]],
        FAILS,
    ),
    "comparison within cases": (
        "s5c3-02",
        TOO_FEW,
        [score(slug, "product-upgrading", 1) for slug in COPS],
        HOLDS,
    ),
    "comparison of spread": (
        "s5c1-03",
        HOLDS,
        [score(slug, "product-upgrading", 1.5) for slug in ("gamarra-apparel", "torreon-apparel", "uba-furniture")]
        + [score("sao-bento-do-sul-furniture", "product-upgrading", 1.5)],
        FAILS,
    ),
    "association: positive": ("s5c-04", HOLDS, [degree("valle-del-cauca-sugar", "low")], TOO_FEW),
    "association: reversed": (
        "s5c-04",
        HOLDS,
        [degree("valle-del-cauca-sugar", "low"), degree("region-austral-salmon", "low")],
        FAILS,
    ),
    "association: neutral": (
        "s5c3-26",
        HOLDS,
        [score(slug, "product-upgrading", 0) for slug in ("jalisco-electronics", "baja-california-audio-visual")]
        + [score(slug, "process-upgrading", 0) for slug in ("jalisco-electronics", "baja-california-audio-visual")]
        + [score("san-jose-ict", "product-upgrading", 0), score("san-jose-ict", "process-upgrading", 0)],
        FAILS,
    ),
    "association: none coded": ("s5c-06", HOLDS, [no_score(slug, "process-upgrading") for slug in COPS], TOO_FEW),
    "causal": (
        "s6-04",
        TOO_FEW,
        [score("san-jose-ict", "product-upgrading", 0), score("leon-footwear", "functional-upgrading", 3)],
        EXCEPTIONS,
    ),
    "comparison: an average": ("s5a-04", HOLDS, [printed("table-2-complex-products-joint-action", 6)], FAILS),
}
"""A finding, its verdict, what becomes of some cases, and its verdict then; the kind stands before the colon."""


@pytest.mark.parametrize("name", FLIPS)
def test_a_verdict_follows_the_cases(name: str, kg: KnowledgeGraph) -> None:
    id, before, changes, after = FLIPS[name]
    finding = kg.finding(id)
    assert finding.claim.kind == name.partition(" ")[0].strip(":")
    assert finding.verdict == before
    with changed(kg, *changes) as graph:
        assert findings.find(graph, id).verdict == after
    assert kg.finding(id).verdict == before


def test_every_kind_that_is_tested_and_every_verdict_has_a_flip(found: Findings) -> None:
    tested = {finding.claim.kind for finding in found if finding.claim.query}
    assert {name.partition(" ")[0].strip(":") for name in FLIPS} == tested
    assert {flip[1] for flip in FLIPS.values()} | {flip[3] for flip in FLIPS.values()} == set(VERDICTS) - {NOT_TESTABLE}


@pytest.mark.parametrize("id", ["s5b-19", "s2-13"])
def test_a_claim_of_a_kind_that_no_case_decides_is_judged_once_it_has_a_query(id: str, kg: KnowledgeGraph) -> None:
    finding = kg.finding(id)
    assert finding.claim.kind in ("change-over-time", "definition")
    assert finding.verdict == NOT_TESTABLE
    some = node(f"{BASE}concept/quantifier/some")
    tally = node(f"{BASE}query/findings/tally")
    with changed(kg, (FINDING + id, "testedBy", tally), (FINDING + id, "quantifier", some)) as graph:
        assert findings.find(graph, id).verdict == HOLDS
    with changed(kg, (FINDING + "s5c3-04", "testedBy", None)) as graph:
        assert findings.find(graph, "s5c3-04").verdict == NOT_TESTABLE


def test_a_verdict_follows_the_thresholds_of_the_codebook(kg: KnowledgeGraph) -> None:
    one = ox.Literal("1.5", datatype=node("http://www.w3.org/2001/XMLSchema#decimal"))
    with changed(kg, (STUDY + "threshold-upgraded", "least", one)) as graph:
        assert findings.find(graph, "s5c3-04").verdict == HOLDS
    none = ox.Literal("0.1", datatype=node("http://www.w3.org/2001/XMLSchema#decimal"))
    with changed(kg, (STUDY + "threshold-exceptions", "greatest", none)) as graph:
        assert findings.find(graph, "n20-01").verdict == FAILS


def test_a_codebook_without_a_limit_is_told_so(kg: KnowledgeGraph) -> None:
    with changed(kg, (STUDY + "codebook", "testLimit", None)) as graph, pytest.raises(DataError, match="no limit"):
        limits_of(graph, "giuliani2005")


def test_missing_values_are_neither_counted_as_met_nor_as_unmet(kg: KnowledgeGraph) -> None:
    finding = kg.finding("s5c1-05")
    assert (finding.judgement.n, finding.judgement.missing) == (14, 1)
    assert "bucaramanga-apparel" not in finding.exceptions
    assert "10 to 11 of 15" in finding.judgement.rule


def test_both_ends_of_missing_values_are_told_where_they_would_change_a_verdict(kg: KnowledgeGraph) -> None:
    judged = kg.finding("s6-04").judgement
    low, high = judged.bounds
    assert low == pytest.approx(0.407, abs=0.001)
    assert high == pytest.approx(0.428, abs=0.001)
    assert "lowest" in judged.remark
    assert "highest" in judged.remark


def test_nothing_coded_is_no_relation_and_no_number(kg: KnowledgeGraph) -> None:
    judged = kg.finding("s5c4-11").judgement
    assert (judged.verdict, judged.n, judged.missing, judged.estimate, judged.p) == (TOO_FEW, 0, 5, None, None)


def test_a_test_that_could_not_have_spoken_otherwise_says_nothing(kg: KnowledgeGraph) -> None:
    judged = kg.finding("t4-18").judgement
    assert judged.verdict == TOO_FEW
    assert "no order of these 11 cases" in judged.rule


def test_one_side_without_variation_is_too_few_cases_to_tell(kg: KnowledgeGraph) -> None:
    with changed(kg, *(degree(slug, "medium") for slug in NR)) as graph:
        judged = findings.find(graph, "s5c-04").judgement
    assert (judged.verdict, judged.estimate) == (TOO_FEW, None)


TURNS = {
    "s3a-08": ("upgraded", "least", 1.5, FAILS),
    "s5c1-39": ("upgraded", "least", 1.5, FAILS),
    "s5c1-41": ("upgraded", "least", 1.5, FAILS),
    "s5c1-37": ("upgraded", "least", 2, FAILS),
    "s5c1-05": ("upgraded", "least", 1.5, HOLDS),
    "s5c1-06": ("slight", "greatest", 0.5, FAILS),
    "s5c1-27": ("marked", "least", 2.5, FAILS),
    "s5c1-29": ("marked", "least", 1, HOLDS),
    "s5c1-30": ("marked", "least", 1, HOLDS),
    "s5c3-01": ("marked", "least", 3, FAILS),
    "s5c3-03": ("marked", "least", 3, FAILS),
    "s5c3-04": ("upgraded", "least", 2, HOLDS),
}
"""Findings whose note names another threshold, at which the verdict turns."""


@pytest.mark.parametrize("id", TURNS)
def test_a_note_on_another_threshold_says_what_comes_of_it(id: str, kg: KnowledgeGraph) -> None:
    name, property, value, verdict = TURNS[id]
    finding = kg.finding(id)
    assert finding.verdict.split()[0] != verdict.split()[0]
    assert f"{value:g}" in finding.claim.note
    assert verdict.rstrip("s") in finding.claim.note
    literal = ox.Literal(str(float(value)), datatype=node("http://www.w3.org/2001/XMLSchema#decimal"))
    with changed(kg, (f"{STUDY}threshold-{name}", property, literal)) as graph:
        assert findings.find(graph, id).verdict == verdict


def test_without_the_slight_scores_no_other_complex_product_cluster_upgraded_functionally(kg: KnowledgeGraph) -> None:
    finding = kg.finding("s5c3-09")
    assert (finding.verdict, len(finding.exceptions)) == (FAILS, 4)
    two = ox.Literal("2.0", datatype=node("http://www.w3.org/2001/XMLSchema#decimal"))
    functional = {f"{FINDING}s5c3-09#condition-{n}" for n in (1, 2, 3)}
    variables = {iri: kg.graph.store.quads_for_pattern(node(iri), node(CKG + "variable"), None) for iri in functional}
    (condition,) = (iri for iri, quads in variables.items() if "functional" in next(iter(quads)).object.value)
    other = (STUDY + "threshold-slight", "greatest", None), (STUDY + "threshold-slight", "least", two)
    with changed(kg, *other, (condition, "threshold", node(STUDY + "threshold-slight"))) as graph:
        assert findings.find(graph, "s5c3-09").verdict == HOLDS


def test_few_is_not_almost_none(kg: KnowledgeGraph) -> None:
    finding = kg.finding("s5c2-16")
    assert finding.verdict == HOLDS
    assert finding.judgement.rule.endswith(": Boaco-Chontales dairy, Región Austral salmon, Valle del Cauca sugar")
    almost_none = node(f"{BASE}concept/quantifier/almost-none")
    with changed(kg, (FINDING + "s5c2-16", "quantifier", almost_none)) as graph:
        assert findings.find(graph, "s5c2-16").verdict == FAILS


@pytest.mark.parametrize(("id", "group"), [("s5a-02", "Natural resource-based"), ("s5a-03", "Complex products")])
def test_what_printed_averages_bear_out_the_cases_leave_open(id: str, group: str, kg: KnowledgeGraph) -> None:
    """The notes of the two findings tell what the degrees of the cases give."""
    query = library.read("findings/groups")
    answer = kg.graph.run(query.bind({"finding": FINDING + "s5a-01"}), needs=query.needs)
    coded = [row for row in answer if row["outcome"] is not None]
    side, ranks = [row["sectoral_group"] == group for row in coded], [row["outcome"] for row in coded]
    finding = kg.finding(id)
    assert finding.verdict == HOLDS
    assert f"{statistics.cliffs_delta(side, ranks):+.2f}" in finding.claim.note
    p = statistics.probability(side, ranks)
    assert f"{p:.2f}" in finding.claim.note
    assert p > limits_of(kg.graph, "giuliani2005")["probability"]


def test_a_claimed_sign_fails_by_weakness_alone(kg: KnowledgeGraph) -> None:
    """Of 14 cases at p 0.8 fails is said as of a contrary sign at p 0.01: the strength decides, not the chance."""
    weak, contrary = kg.finding("t4-17").judgement, kg.finding("s5c1-31").judgement
    assert {weak.verdict, contrary.verdict} == {FAILS}
    assert weak.p is not None
    assert weak.p > 0.5
    assert "lies within 0.2 of 0" in weak.rule


def test_p_is_two_sided_and_the_claimed_direction_stands_beside_it(kg: KnowledgeGraph) -> None:
    judged = kg.finding("s5c1-08").judgement
    assert "exact two-sided p 0.081" in judged.rule
    assert judged.one_sided == pytest.approx(0.043, abs=0.0005)
    assert (judged.verdict, judged.by_one_sided) == (TOO_FEW, EXCEPTIONS)
    assert kg.finding("s5c3-26").judgement.one_sided is None


def test_the_verdicts_that_hang_on_the_side_of_p_are_known(found: Findings) -> None:
    judged = {finding.id: finding.judgement for finding in found if finding.judgement.one_sided is not None}
    assert {id for id, one in judged.items() if one.by_one_sided != one.verdict} == {
        "s1-11",
        "s2-07",
        "s5c1-08",
        "s6-04",
        "t4-05",
    }


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


SMALL = [
    ([1, 2, 2, 3], [0, 1, 1, 2]),
    ([1, 1, 2, 3, 3], [1.5, 1, 2, 2, 3]),
    ([1, 2, 2, 2, 3, 3], [0, 0, 0.5, 1, 1, 0]),
    ([1, 1, 1, 2, 2, 2, 2], [3, 1, 1, 3, 2, 2, 3]),
]


@pytest.mark.parametrize(("x", "y"), SMALL)
def test_exact_probabilities_are_those_of_counting_every_permutation(x: list[float], y: list[float]) -> None:
    counted = Counter(statistics.balance(x, order) for order in itertools.permutations(y))
    seen = abs(statistics.balance(x, y))
    share = sum(n for s, n in counted.items() if abs(s) >= seen) / sum(counted.values())
    assert statistics.probability(x, y) == pytest.approx(share, abs=1e-12)
    least = sum(n for s, n in counted.items() if abs(s) == max(map(abs, counted))) / sum(counted.values())
    assert statistics.least_probability(x, y) == pytest.approx(least, abs=1e-12)


@pytest.mark.parametrize(("x", "y"), SMALL)
@pytest.mark.parametrize("sign", [1, -1])
def test_one_sided_probabilities_count_one_tail(x: list[float], y: list[float], sign: int) -> None:
    counted = Counter(statistics.balance(x, order) * sign for order in itertools.permutations(y))
    seen = statistics.balance(x, y) * sign
    share = sum(n for s, n in counted.items() if s >= seen) / sum(counted.values())
    assert statistics.probability(x, y, sign) == pytest.approx(share, abs=1e-12)


@pytest.mark.parametrize("groups", ["aaabbbc", "abcabca", "aabbccc"])
def test_groups_are_as_far_apart_as_permutations_say(groups: str) -> None:
    y = [1, 2, 2, 3, 1, 3, 3]
    ratios = [statistics.correlation_ratio(groups, order) for order in itertools.permutations(y)]
    seen = statistics.correlation_ratio(groups, y)
    assert seen is not None
    share = sum(ratio is not None and ratio >= seen - 1e-12 for ratio in ratios) / len(ratios)
    assert statistics.groups_probability(groups, y) == pytest.approx(share, abs=1e-12)


def test_statistics_are_those_of_scipy() -> None:
    """Computed once with scipy 1.x: kendalltau and mannwhitneyu, exact, and binomtest."""
    x, y = list(range(8)), [0, 2, 1, 4, 3, 6, 7, 5]
    assert statistics.tau_b(x, y) == pytest.approx(0.7142857142857142)
    assert statistics.probability(x, y) == pytest.approx(0.014136904761904762)
    first, second = [1, 2, 3, 5, 8], [0, 4, 6, 7]
    side = [True] * 5 + [False] * 4
    assert statistics.cliffs_delta(side, first + second) == pytest.approx(2 * 9 / 20 - 1)
    assert statistics.probability(side, first + second) == pytest.approx(0.9047619047619048)
    assert statistics.sign_probability(7, 2) == pytest.approx(0.1796875)
    tied = [1, 3, 1, 2, 2], [0, 2, 0, 1, 1.5]
    assert statistics.tau_b(*tied) == pytest.approx(0.942809, abs=1e-6)
    assert statistics.probability(*tied) == pytest.approx(1 / 30)


def test_all_permutations_together_are_n_factorial_over_the_ties() -> None:
    assert sum(statistics.permutations((9, 20, 6), (7, 5, 10, 13)).values()) == whole(9, 20, 6)


def whole(*sizes: int) -> int:
    from math import factorial, prod

    return factorial(sum(sizes)) // prod(map(factorial, sizes))


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


def test_an_unknown_subject_or_verdict_offers_the_nearest(found: Findings) -> None:
    with pytest.raises(UnknownName, match="sinos-valley-footwear"):
        found.about("sinos-vally")
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
            again = verdicts.judge(finding.test, finding.claim, rows, known)
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
