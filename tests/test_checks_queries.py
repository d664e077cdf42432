"""The queries of `queries/checks/`: each finds a fault put into the real data, and nothing in the data as it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox
import pytest

from clusterkg import library
from clusterkg.graph.answers import Answer
from clusterkg.graph.engines import run_oxigraph, run_rdflib
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.prefixes import house_prefixes
from clusterkg.resources import query_paths

if TYPE_CHECKING:
    import rdflib

NAMES = [name.removeprefix("checks/") for name in query_paths() if name.startswith("checks/")]

BASE = "https://w3id.org/clusterkg/"
CASE = BASE + "case/giuliani2005/"
STUDY = BASE + "study/giuliani2005#"


class Fault(NamedTuple):
    """Statements that go and come, in Turtle with house prefixes and a base, and the things then at fault."""

    gone: str
    come: str
    at: list[str]
    base: str = CASE + "leon-footwear"


FAULTS = {
    "actors-in-no-chain": Fault("", "actor:us-buyers a ckg:Actor", [BASE + "actor/us-buyers"]),
    "cases-in-no-table": Fault("", "<x> a ckg:CaseStudy ; ckg:study study:giuliani2005", [CASE + "x"]),
    "cases-of-another-group": Fault(
        "<> ckg:sectoralGroup group:traditional-manufacturing",
        "<> ckg:sectoralGroup group:complex-products",
        [CASE + "leon-footwear"],
    ),
    "cases-twice-in-a-table": Fault(
        "<#table-5-row-leon-footwear> ckg:case <../case/giuliani2005/leon-footwear>",
        "<#table-5-row-leon-footwear> ckg:case <../case/giuliani2005/gamarra-apparel>",
        [STUDY + "table-5-row-gamarra-apparel", STUDY + "table-5-row-leon-footwear"],
        STUDY,
    ),
    "cells-missing": Fault(
        "<#table-5-leon-footwear-product> ckg:column <#table-5-column-product>",
        "",
        [STUDY + "table-5-row-leon-footwear"],
        STUDY,
    ),
    "chains-beside-a-told-one": Fault(
        "",
        "<> ckg:feedsInto <#chain-us> ."
        "<#chain-us> ckg:governedBy mode:market ; ckg:marketScope scope:domestic ; ckg:basis basis:prose-stated",
        [CASE + "gamarra-apparel#chain-market-domestic"],
        CASE + "gamarra-apparel",
    ),
    "clusters-in-no-study": Fault("", "cluster:x a ckg:Cluster", [BASE + "cluster/x"]),
    "clusters-recorded-twice": Fault(
        "",
        "cluster:x a ckg:Cluster ; ckg:industry industry:footwear ; ckg:place cluster:x\\#place-1 ."
        'cluster:x\\#place-1 skos:prefLabel "León"@en',
        [BASE + "cluster/leon-footwear", BASE + "cluster/x"],
    ),
    "clusters-with-one-name": Fault(
        "",
        'cluster:x a ckg:Cluster ; skos:prefLabel "León footwear"@en',
        [BASE + "cluster/leon-footwear", BASE + "cluster/x"],
    ),
    "codings-without-a-rating": Fault("", "<#coding-second> a ckg:Coding", [STUDY + "coding-second"], STUDY),
    "concepts-below-themselves": Fault(
        "",
        "dim:upgrading skos:broader dim:product-upgrading",
        [BASE + "concept/dimension/product-upgrading", BASE + "concept/dimension/upgrading"],
    ),
    "dimensions-with-one-shorthand": Fault(
        "dim:product-upgrading ckg:shorthand ckg:productUpgrading",
        "dim:product-upgrading ckg:shorthand ckg:processUpgrading",
        [BASE + "concept/dimension/process-upgrading", BASE + "concept/dimension/product-upgrading"],
    ),
    "footnotes-of-another-table": Fault(
        "",
        "<#table-5-leon-footwear-product> ckg:footnote <#table-2-footnote-index>",
        [STUDY + "table-5-leon-footwear-product"],
        STUDY,
    ),
    "governance-unlike-printed": Fault("<> ckg:feedsInto <#chain-domestic-market>", "", [CASE + "leon-footwear"]),
    "labels-not-at-the-case": Fault('<> skos:altLabel "Leon (Mex.)"', "", [CASE + "leon-footwear"]),
    "names-unlike-the-cluster": Fault(
        '<> skos:prefLabel "León footwear"@en', '<> skos:prefLabel "Guanajuato footwear"@en', [CASE + "leon-footwear"]
    ),
    "passages-at-one-position": Fault(
        "<#passage-s2-02> ckg:position 9",
        "<#passage-s2-02> ckg:position 10",
        [STUDY + "passage-s2-02", STUDY + "passage-s2-03"],
        STUDY,
    ),
    "passages-without-a-finding": Fault(
        "",
        "<#passage-s2-01> ckg:noClaim 'It says nothing.'@en . <#passage-x> a ckg:Passage",
        [STUDY + "passage-s2-01", STUDY + "passage-x"],
        STUDY,
    ),
    "positions-with-gaps": Fault(
        "<#table-5-row-total> ckg:position 16",
        "<#table-5-row-total> ckg:position 19",
        [STUDY + "table-5-row-average", STUDY + "table-5-row-total"],
        STUDY,
    ),
    "ranks-twice": Fault(
        "degree:low ckg:rank 1",
        "degree:low ckg:rank 2",
        [BASE + "concept/degree/low", BASE + "concept/degree/medium"],
    ),
    "ratings-unlike-printed": Fault(
        "<#product-upgrading> ckg:score 2.0",
        "<#product-upgrading> ckg:score 2.5",
        [CASE + "leon-footwear#product-upgrading"],
    ),
    "schemes-without-a-concept": Fault("", "scheme:x a skos:ConceptScheme", [BASE + "concept/x"]),
    "sets-with-one-notation": Fault(
        "<#set-market-chain> skos:notation 'market-chain'",
        "<#set-market-chain> skos:notation 'network-chain'",
        [STUDY + "set-market-chain", STUDY + "set-network-chain"],
        STUDY,
    ),
    "sources-never-cited": Fault("", "source:x2001 a ckg:Source", [BASE + "source/x2001"]),
    "sources-not-cited-by-the-study": Fault("", "<> dcterms:source source:x2001", [CASE + "leon-footwear"]),
    "sources-with-one-name": Fault(
        "",
        'source:x1995 a ckg:Source ; skos:prefLabel "Schmitz (1995)"',
        [BASE + "source/schmitz1995", BASE + "source/x1995"],
    ),
    "studies-without-a-case": Fault("", "study:x a ckg:Study", [BASE + "study/x"]),
    "thresholds-never-used": Fault("", "<#threshold-x> a ckg:Threshold", [STUDY + "threshold-x"], STUDY),
    "tables-without-a-grid": Fault("", '<#table-9> a ckg:Table ; ckg:locator "Table 9"', [STUDY + "table-9"], STUDY),
}


def triples(text: str, base: str) -> list[ox.Triple]:
    if not text:
        return []
    head = "".join(f"@prefix {name}: <{space}> .\n" for name, space in house_prefixes().items())
    return [q.triple for q in ox.parse(f"{head}{text} .".encode(), format=ox.RdfFormat.TURTLE, base_iri=base)]


@pytest.fixture(scope="module")
def store(kg: KnowledgeGraph) -> ox.Store:
    """A copy of the graph, to put faults into."""
    copy = ox.Store()
    copy.extend(list(kg.graph.store))
    return copy


@dataclass
class Spoilt:
    """The copy with a fault in it, and the statements that went and came for it."""

    store: ox.Store
    gone: list[ox.Quad]
    come: list[ox.Quad]


@pytest.fixture
def spoilt(name: str, store: ox.Store) -> Iterator[Spoilt]:
    fault = FAULTS[name]
    gone = [q for t in triples(fault.gone, fault.base) for q in store.quads_for_pattern(*t, None)]
    come = [ox.Quad(*t, ox.NamedNode(BASE + "graph/fault")) for t in triples(fault.come, fault.base)]
    assert bool(gone) == bool(fault.gone), "what is to go is there"
    for quad in gone:
        store.remove(quad)
    store.extend(come)
    yield Spoilt(store, gone, come)
    for quad in come:
        store.remove(quad)
    store.extend(gone)


@pytest.fixture(scope="module")
def dataset(kg: KnowledgeGraph) -> "rdflib.Dataset":
    import rdflib

    copy = rdflib.Dataset(default_union=True)
    copy.parse(data=ox.serialize(list(kg.graph.store), format=ox.RdfFormat.N_QUADS) or b"", format="nquads")
    return copy


def at_fault(answer: Answer) -> set[str]:
    return {str(row["focus"]) for row in answer}


@pytest.mark.parametrize("name", NAMES)
def test_a_check_finds_its_fault(name: str, spoilt: Spoilt) -> None:
    query = library.read(f"checks/{name}")
    answer = run_oxigraph(spoilt.store, query.text, name)
    assert at_fault(answer) == set(FAULTS[name].at)
    assert all(row["message"] and row["fix"] for row in answer), "a fault is told with what to do"


@pytest.mark.parametrize("name", NAMES)
def test_a_check_finds_nothing_in_the_data_as_it_is(name: str, kg: KnowledgeGraph) -> None:
    assert kg.query(f"checks/{name}").rows == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_check_finds_the_same_on_the_other_engine(name: str, spoilt: Spoilt, dataset: "rdflib.Dataset") -> None:
    import rdflib

    def read(quads: list[ox.Quad]) -> rdflib.Dataset:
        return rdflib.Dataset().parse(data=ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"", format="nquads")

    gone, come = list(read(spoilt.gone).quads()), list(read(spoilt.come).quads())
    for quad in gone:
        dataset.remove(quad)
    dataset.addN((s, p, o, dataset.graph(g)) for s, p, o, g in come)
    query = library.read(f"checks/{name}")
    there = run_rdflib(dataset, query.text, name)
    for quad in come:
        dataset.remove(quad)
    dataset.addN((s, p, o, dataset.graph(g)) for s, p, o, g in gone)
    assert there == run_oxigraph(spoilt.store, query.text, name)
    assert at_fault(there) == set(FAULTS[name].at)


def test_every_check_has_its_fault() -> None:
    assert sorted(FAULTS) == sorted(NAMES)
