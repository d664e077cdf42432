"""What the tests of findings name: IRIs of the graph, and verdicts."""

import pyoxigraph as ox

from clusterkg.findings import VERDICTS

BASE = "https://w3id.org/clusterkg/"
CKG = BASE + "ontology#"
STUDY = BASE + "study/giuliani2005#"
HOLDS, EXCEPTIONS, FAILS, TOO_FEW, NOT_TESTABLE = VERDICTS


def node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)
