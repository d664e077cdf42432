"""The naive way to check files: rdflib parses everything, pySHACL validates it; exit code 0 when it conforms.

Run as ``python -m benchmarks.naive_check [FILE…]``: the files with the vocabulary that they name, or the whole project.
"""

import sys
from pathlib import Path

import pyshacl
import rdflib

ROOT = Path(__file__).parent.parent
SHAPES = ROOT / "ontology" / "shapes.ttl"

files = [Path(name) for name in sys.argv[1:]]
if files:
    study = ROOT / "cases_ttl" / "giuliani2005"
    files += [ROOT / "ontology" / "concepts.ttl", study / "study.ttl", study / "sources.ttl"]
else:
    files = [path for path in ROOT.glob("ontology/**/*.ttl") if path != SHAPES] + list(ROOT.glob("cases_ttl/**/*.ttl"))
graph = rdflib.Graph()
for path in files:
    graph.parse(path)
conforms, _, _ = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(SHAPES))
sys.stdout.write(f"{len(files)} files, {'conforms' if conforms else 'does not conform'}\n")
