"""The SPARQL 1.1 Service Description: what the endpoint can do, and which graphs it holds."""

from __future__ import annotations

from clusterkg.export.description import Description
from clusterkg.export.void import DATASET, TITLE
from clusterkg.server.formats import GRAPHS, ROWS
from clusterkg.terms import BASE, LICENCE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph

__all__ = ["describe"]

FORMATS = {
    "srj": "SPARQL_Results_JSON",
    "srx": "SPARQL_Results_XML",
    "w3c-csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "rdf": "RDF_XML",
    "jsonld": "JSON-LD",
}
"""The ends of the formats' IRIs at the W3C."""


def describe(graph: Graph, address: str) -> str:
    """Return the description as Turtle.

    Args:
        graph: what is asked there.
        address: the endpoint's, in full.
    """
    about = Description(address, {"sd": "http://www.w3.org/ns/sparql-service-description#"})
    sd = "http://www.w3.org/ns/sparql-service-description#"
    about.say("", "rdf:type", f"{sd}Service")
    about.say("", f"{sd}endpoint", address)
    about.say("", f"{sd}supportedLanguage", f"{sd}SPARQL11Query")
    about.say("", f"{sd}feature", f"{sd}UnionDefaultGraph")
    for one in (*ROWS, *GRAPHS):
        about.say("", f"{sd}resultFormat", f"http://www.w3.org/ns/formats/{FORMATS[one.name]}")
    about.say("", f"{sd}defaultDataset", "#dataset")
    about.say("#dataset", "rdf:type", f"{sd}Dataset")
    about.say("#dataset", f"{sd}defaultGraph", DATASET)
    about.say(DATASET, "rdf:type", f"{sd}Graph", "void:Dataset")
    about.tell(DATASET, "dcterms:title", TITLE)
    about.say(DATASET, "dcterms:license", LICENCE)
    about.say(DATASET, "void:triples", graph.size())
    for name in sorted(str(one.value) for one in graph.store.named_graphs()):
        part = f"#{name.removeprefix(BASE + 'graph/')}"
        about.say("#dataset", f"{sd}namedGraph", part)
        about.say(part, "rdf:type", f"{sd}NamedGraph")
        about.say(part, f"{sd}name", name)
    return about.write(
        "What this endpoint can do, and the graphs that GRAPH, default-graph-uri and named-graph-uri name."
    )
