"""A graph of as many cases as wanted, made from the real ones: copies with new names and scores drawn anew.

The scores come from a generator with a fixed start, so that two runs ask the same graph.
"""

import random

import pyoxigraph as ox

from clusterkg.graph import Graph
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.resources import PARTS
from clusterkg.terms import BASE

CKG = BASE + "ontology#"


def generated(cases: int) -> KnowledgeGraph:
    """Return the shipped graph with copies of its cases and clusters until there are as many cases as wanted."""
    graph = Graph()
    graph.require(PARTS)
    draw = random.Random(2005)
    score = ox.NamedNode(CKG + "score")
    templates: dict[str, list[ox.Quad]] = {}
    for quad in graph.store:
        subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
        for folder in ("case/giuliani2005/", "cluster/"):
            if subject.startswith(BASE + folder):
                slug = subject.removeprefix(BASE + folder).partition("#")[0]
                templates.setdefault(slug, []).append(quad)
    slugs = sorted(templates)
    names = {f"{BASE}{folder}{slug}": slug for slug in slugs for folder in ("case/giuliani2005/", "cluster/")}

    def renamed(term: object, number: int) -> object:
        if isinstance(term, ox.NamedNode):
            iri, sharp, part = term.value.partition("#")
            if iri in names:
                return ox.NamedNode(f"{iri}-{number}{sharp}{part}")
        return term

    def quads() -> object:
        for number in range(max(0, cases - len(slugs))):
            for quad in templates[slugs[number % len(slugs)]]:
                value = renamed(quad.object, number)
                if quad.predicate == score:
                    value = ox.Literal(str(draw.randrange(7) / 2), datatype=quad.object.datatype)
                yield ox.Quad(renamed(quad.subject, number), quad.predicate, value, quad.graph_name)

    graph.store.bulk_extend(quads())
    graph.require()
    return KnowledgeGraph(graph)
