"""The naive way to Table 5: rdflib parses every file and evaluates the shipped query."""

import sys
from pathlib import Path

import rdflib

from clusterkg import library

ROOT = Path(__file__).parent.parent
graph = rdflib.Graph()
for folder in ("ontology/concepts.ttl", "cases_ttl/clusters/*.ttl", "cases_ttl/giuliani2005/*.ttl"):
    for path in ROOT.glob(folder):
        graph.parse(path)
for path in ROOT.glob("cases_ttl/giuliani2005/cases/*.ttl"):
    graph.parse(path)
for row in graph.query(library.read("tables/upgrading").bind({"table": "5"})):
    sys.stdout.write(",".join("" if value is None else str(value) for value in row) + "\n")
