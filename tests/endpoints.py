"""What the tests of endpoints share: names of graphs and queries, credentials, a line told."""

from clusterkg.resources import query_paths

__all__ = ["DBA", "GRAPHS", "JSON", "NAMES", "SOME", "one_line"]

GRAPHS = "https://w3id.org/clusterkg/graph/"
DBA = {"CLUSTERKG_ENDPOINT_USER": "dba", "CLUSTERKG_ENDPOINT_PASSWORD": "dba"}
NAMES = [name for name in query_paths() if not name.startswith("federated/")]
SOME = ["tables/governance", "questions/functional-upgrading-in-quasi-hierarchies", "info/contents"]
JSON = {"Content-Type": "application/sparql-results+json"}


def one_line(text: str) -> str:
    assert text.count("\n") == 1, text
    assert "Traceback" not in text
    return text
