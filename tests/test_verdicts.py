"""The verdicts follow the cases, the thresholds and what is missing, and say what they go by."""

from collections.abc import Iterator
from contextlib import contextmanager

import pyoxigraph as ox
import pytest
from finding_names import BASE, CKG, EXCEPTIONS, FAILS, HOLDS, NOT_TESTABLE, STUDY, TOO_FEW, node

from clusterkg import findings, library
from clusterkg.errors import DataError
from clusterkg.findings import VERDICTS, Findings, statistics
from clusterkg.findings.claims import limits_of
from clusterkg.graph import Graph
from clusterkg.knowledge_graph import KnowledgeGraph

CASE = BASE + "case/giuliani2005/"

FINDING = BASE + "finding/giuliani2005/"


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
