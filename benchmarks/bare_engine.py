"""The floor under Table 5: a script with nothing but pyoxigraph, the same files and the same query."""

import glob
import os
import sys

import pyoxigraph

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
store = pyoxigraph.Store()
for pattern in (
    "ontology/concepts.ttl",
    "cases_ttl/clusters/*.ttl",
    "cases_ttl/giuliani2005/study.ttl",
    "cases_ttl/giuliani2005/cases/*.ttl",
):
    for path in glob.glob(os.path.join(root, pattern)):
        with open(path, "rb") as file:
            store.load(file.read(), pyoxigraph.RdfFormat.TURTLE)
with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
for row in store.query(text):
    sys.stdout.write(",".join("" if value is None else value.value for value in row) + "\n")
