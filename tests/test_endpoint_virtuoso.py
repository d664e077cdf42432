"""The graph at Virtuoso: pushed with credentials, asked as the files are, and no query answered otherwise."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Run, rows_of
from endpoints import DBA, NAMES, SOME, one_line
from servers import environment, virtuoso

import clusterkg
from clusterkg import library
from clusterkg.endpoint.asking import NOT_ON
from clusterkg.endpoint.pushing import Server, graphs_of, push
from clusterkg.errors import EndpointError, QueryError
from clusterkg.knowledge_graph import KnowledgeGraph


@pytest.fixture(scope="session")
def virtuoso_server(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Virtuoso with the graph pushed by its administrator."""
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as base:
        with environment(**DBA):
            push(Server(f"{base}/sparql-auth"), graphs_of(kg.graph))
        yield base


@pytest.fixture(scope="module")
def there(virtuoso_server: str) -> KnowledgeGraph:
    return clusterkg.load(endpoint=f"{virtuoso_server}/sparql")


def test_virtuoso_takes_the_graph_with_credentials_only(run: Run, virtuoso_server: str, kg: KnowledgeGraph) -> None:
    for endpoint in ("sparql", "sparql-auth"):
        done = run("push", "--endpoint", f"{virtuoso_server}/{endpoint}")
        assert (done.returncode, done.stdout) == (2, "")
        assert "in and counted: none" in one_line(done.stderr)
        assert "set CLUSTERKG_ENDPOINT_USER and CLUSTERKG_ENDPOINT_PASSWORD, or netrc" in done.stderr
    with environment(**{**DBA, "CLUSTERKG_ENDPOINT_PASSWORD": "swordfish"}):
        done = run("push", "--endpoint", f"{virtuoso_server}/sparql-auth")
    assert done.returncode == 2
    assert "refuses the credentials (HTTP 401)" in one_line(done.stderr)
    assert "swordfish" not in done.stderr
    with environment(**DBA):
        update_url = f"{virtuoso_server}/sparql-auth"
        done = run("push", "--endpoint", f"{virtuoso_server}/sparql", "--update-url", update_url, "--format", "csv")
    assert done.returncode == 0, done.stderr
    assert sum(int(row["triples"]) for row in rows_of(done.stdout)) == len(kg)


def test_credentials_may_stand_in_netrc(virtuoso_server: str, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login dba password dba\n", encoding="utf-8")
    (tmp_path / "netrc").chmod(0o600)
    with environment(NETRC=str(tmp_path / "netrc")):
        there = clusterkg.load(endpoint=f"{virtuoso_server}/sparql-auth")
    assert len(there.query("cases/index")) == 40
    (tmp_path / "netrc").write_text("machine 127.0.0.1 swordfish\n", encoding="utf-8")
    with (
        environment(NETRC=str(tmp_path / "netrc")),
        pytest.raises(EndpointError, match="cannot be read as netrc") as told,
    ):
        clusterkg.load(endpoint=f"{virtuoso_server}/sparql-auth")
    assert "swordfish" not in str(told.value)


@pytest.mark.parametrize("name", SOME)
def test_virtuoso_answers_as_the_files_do(name: str, kg: KnowledgeGraph, there: KnowledgeGraph) -> None:
    assert there.query(name) == kg.query(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_virtuoso_answers_every_query_as_the_files_do_or_the_query_is_refused(
    name: str, kg: KnowledgeGraph, there: KnowledgeGraph
) -> None:
    if NOT_ON.search(library.read(name).text):
        with pytest.raises(
            QueryError, match="Virtuoso is known to answer it wrongly, or not at all; ask it of the files"
        ):
            there.query(name)
        return
    # Virtuoso has no truth values: 1 and 0 stand for them, which Python holds equal.
    assert there.query(name) == kg.query(name)


def test_ground_and_evidence_are_the_same_at_virtuoso(kg: KnowledgeGraph, there: KnowledgeGraph) -> None:
    question = "functional-upgrading-in-quasi-hierarchies"
    here, far = kg.query(question), there.query(question)
    assert far.ground.as_dict() == here.ground.as_dict()
    assert [list(map(str, row)) for row in far.evidence] == [list(map(str, row)) for row in here.evidence]
