"""The findings: exact statistics, verdicts that follow the cases, contracts, and a passage map without a hole."""

import csv
import io
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pyoxigraph as ox
import pytest
from conftest import Run

import clusterkg
from clusterkg import findings, library
from clusterkg.errors import DataError, UnknownName
from clusterkg.findings import COLUMNS, VERDICTS, statistics, verdicts
from clusterkg.findings.claims import limits_of
from clusterkg.graph import Graph
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.resources import query_paths

BASE = "https://w3id.org/clusterkg/"
CKG = BASE + "ontology#"
CASE = BASE + "case/giuliani2005/"
FINDING = BASE + "finding/giuliani2005/"
STUDY = BASE + "study/giuliani2005#"


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


def global_chain(slug: str) -> tuple[str, str, object]:
    return f"{CASE}{slug}#chain-market-domestic", "marketScope", node(f"{BASE}concept/market-scope/global")


def uncoded(slug: str) -> list[tuple[str, str, object]]:
    status = node(f"{BASE}concept/value-status/not-available")
    return [(CASE + slug, "feedsInto", None), (CASE + slug, "governanceStatus", status)]


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
    "existence: a named case": ("s5c1-29", FAILS, [score("torreon-apparel", "product-upgrading", 2)], HOLDS),
    "existence: one of two named": (
        "s5b-15",
        HOLDS,
        [without_chain("leon-footwear", "quasi-hierarchy-global")],
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
    "universal: none": ("n20-01", EXCEPTIONS, [without_chain("monterrey-software", "quasi-hierarchy-domestic")], EXCEPTIONS),
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
    "universal: too few to tell": ("s5b-01", TOO_FEW, [without_chain("leon-footwear", "quasi-hierarchy-global")], FAILS),
    "comparison of sides": (
        "s5c-11",
        HOLDS,
        [score(slug, "product-upgrading", 0) for slug in COPS if slug not in COPS[4:5] + COPS[6:8]],
        FAILS,
    ),
    "comparison of printed averages": ("s5a-03", HOLDS, [printed("table-2-complex-products-joint-action", 9)], FAILS),
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
    "hypothesis": ("s3b-34", FAILS, [global_chain(slug) for slug in SOFTWARE[:2]], EXCEPTIONS),
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
    "causal: an average": ("s5a-04", HOLDS, [printed("table-2-complex-products-joint-action", 6)], FAILS),
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
