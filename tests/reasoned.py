"""What the tests of rules and reasoner share: members by rule and by the printed tables, small graphs, a sound case."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import transcription

import clusterkg
from clusterkg import reasoning
from clusterkg.graph import Graph
from clusterkg.graph.loading import build_shorthands
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.prefixes import house_prefixes
from clusterkg.terms import BASE, ONTOLOGY, case_iri

CKG = ONTOLOGY
XSD = "http://www.w3.org/2001/XMLSchema#"
CASES = "cases_ttl/giuliani2005/cases"
MODES = ("market", "network", "quasi_hierarchy", "hierarchy")
UPGRADING = ("product", "process", "functional", "intersectoral")
PREFIXES = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in house_prefixes().items())


def judged_in(folder: Path, store: ox.Store, study: str) -> tuple[reasoning.Judgement, list[Path]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(folder))
        return reasoning.judge(store, study=study), list(folder.iterdir())


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


def graph_of(*texts: str, folders: list[str] | None = None) -> ox.Store:
    """Return ontology and concepts with some Turtle, and what the rules build from it."""
    graph = Graph()
    graph.require(["ontology", "concepts"])
    home = ox.NamedNode(f"{BASE}graph/cases_ttl/random/cases/all")
    for text in texts:
        graph.store.load((PREFIXES + text).encode(), ox.RdfFormat.TURTLE, to_graph=home)
    build_shorthands(graph.store, folders or [])
    return graph.store


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
