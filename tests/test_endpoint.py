"""The graph at an endpoint: pushed whole and counted, asked as the files are, and every failure told in one line."""

import json
import socket
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Run, rows_of
from servers import environment, feigned, mute, oxigraph, virtuoso

import clusterkg
from clusterkg import library
from clusterkg.endpoint.addresses import checked
from clusterkg.endpoint.asking import NOT_ON
from clusterkg.endpoint.connection import Connection
from clusterkg.endpoint.pushing import Server, graphs_of, push
from clusterkg.errors import EndpointError, LimitError, ParameterError, QueryError, UnknownName
from clusterkg.knowledge_graph import KnowledgeGraph, Limits
from clusterkg.resources import query_paths

GRAPHS = "https://w3id.org/clusterkg/graph/"
OURS = [
    "cases_ttl/clusters",
    "cases_ttl/giuliani2005",
    "inferences",
    "ontology",
    "ontology/reference",
    "shorthands",
]
DBA = {"CLUSTERKG_ENDPOINT_USER": "dba", "CLUSTERKG_ENDPOINT_PASSWORD": "dba"}
NAMES = [name for name in query_paths() if not name.startswith("federated/")]
SOME = ["tables/governance", "questions/functional-upgrading-in-quasi-hierarchies", "info/contents"]
JSON = {"Content-Type": "application/sparql-results+json"}


@pytest.fixture(scope="session")
def ox_server(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`oxigraph serve` with the graph pushed, beside a graph that is somebody else's."""
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as base:
        update(base, "INSERT DATA { GRAPH <http://example.org/mine> { <urn:a> <urn:b> <urn:c> } }")
        push(Server(f"{base}/query"), graphs_of(kg.graph))
        yield base


@pytest.fixture(scope="session")
def virtuoso_server(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Virtuoso with the graph pushed by its administrator."""
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as base:
        with environment(**DBA):
            push(Server(f"{base}/sparql-auth"), graphs_of(kg.graph))
        yield base


@pytest.fixture(scope="session")
def there(ox_server: str) -> KnowledgeGraph:
    return clusterkg.load(endpoint=f"{ox_server}/query")


def update(base: str, text: str) -> None:
    request = urllib.request.Request(f"{base}/update", text.encode(), {"Content-Type": "application/sparql-update"})
    urllib.request.urlopen(request, timeout=20).close()


def asked(base: str, text: str) -> list[str]:
    url = f"{base}/query?{urllib.parse.urlencode({'query': text})}"
    request = urllib.request.Request(url, headers={"Accept": "text/csv"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read().decode().split()[1:]


def one_line(text: str) -> str:
    assert text.count("\n") == 1, text
    assert "Traceback" not in text
    return text


def test_what_is_pushed_is_counted_there_and_nothing_else_is_touched(
    kg: KnowledgeGraph, run: Run, ox_server: str
) -> None:
    done = run("push", "--endpoint", f"{ox_server}/query", "--format", "csv")
    assert done.returncode == 0, done.stderr
    rows = rows_of(done.stdout)
    assert [row["graph"] for row in rows] == [GRAPHS + name for name in OURS]
    assert sum(int(row["triples"]) for row in rows) == len(kg)
    assert sum(int(row["with_blank_nodes"]) for row in rows) > 0, "the ontology has class expressions"
    for row in rows:
        count = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{row['graph']}> {{ ?s ?p ?o }} }}"
        assert asked(ox_server, count) == [row["triples"]], "pushed twice, and there once"
    assert asked(ox_server, "SELECT ?o { GRAPH <http://example.org/mine> { ?s ?p ?o } }") == ["urn:c"]
    assert done.stderr.splitlines()[-1] == f"clusterkg: shorthands: {rows[-1]['triples']} statements sent and counted"


def test_the_example_of_the_help_runs_where_a_server_is(run: Run, ox_server: str) -> None:
    example = run("push", "--help").stdout.split("Example: clusterkg ")[1].split()
    assert example[-1] == "http://localhost:7878/query"
    done = run(*example[:-1], f"{ox_server}/query")
    assert done.returncode == 0, done.stderr
    assert "graph/ontology/reference" in done.stdout


def test_updates_do_it_where_there_is_no_graph_store(run: Run, tmp_path: Path) -> None:
    with oxigraph(tmp_path) as base:
        query, nowhere = f"{base}/query", f"{base}/nowhere"
        done = run("push", "--endpoint", query, "--graph-store", nowhere, "--update-url", f"{base}/update")
        assert done.returncode == 0, done.stderr
        graphs = asked(base, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")
        assert graphs == [GRAPHS + name for name in OURS], "what was gathered aside is gone"
        update(base, f"INSERT DATA {{ GRAPH <{GRAPHS}cases_ttl/old2001> {{ <urn:a> <urn:b> <urn:c> }} }}")
        again = run("push", "--endpoint", query, "--update-url", f"{base}/update", "--format", "csv")
        assert again.stdout.splitlines()[1].startswith(GRAPHS)
        left = f"clusterkg: {GRAPHS}cases_ttl/old2001: is there from before, and was left as it is\n"
        assert again.stderr.endswith(left)


def test_a_store_is_pushed_with_its_series_and_answers_as_it_does_here(run: Run, tmp_path: Path) -> None:
    series = Path(__file__).parent / "data" / "series" / "API_NY.GDP.MKTP.CD_DS2_en_csv_v2_1.csv"
    store, question = str(tmp_path / "store"), "questions/linked/growth-before-the-study"
    assert run("import", str(series), "--store", store).returncode == 0
    with oxigraph(tmp_path) as base:
        done = run("push", "--endpoint", f"{base}/query", "--store", store, "--format", "csv")
        assert done.returncode == 0, done.stderr
        assert sum(row["graph"].startswith(f"{GRAPHS}series/api-ny-") for row in rows_of(done.stdout)) == 1
        held = clusterkg.load(store=store)
        assert sum(int(row["triples"]) for row in rows_of(done.stdout)) == len(held)
        there = clusterkg.load(endpoint=f"{base}/query").query(question)
        assert len(there) > 0
        assert there == held.query(question)
        again = run("push", "--endpoint", f"{base}/query")
        assert again.returncode == 0
        assert f"clusterkg: {GRAPHS}series/country-years: is there from before, and was left as it is" in again.stderr


def test_a_folder_that_is_no_store_is_named(run: Run, tmp_path: Path) -> None:
    done = run("push", "--endpoint", "http://127.0.0.1:1/query", "--store", str(tmp_path))
    assert done.returncode == 2
    assert "is no store; make one with clusterkg import FILE --store" in one_line(done.stderr)


@pytest.mark.parametrize("name", SOME)
def test_an_endpoint_answers_as_the_files_do(name: str, kg: KnowledgeGraph, there: KnowledgeGraph) -> None:
    assert there.query(name) == kg.query(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_oxigraph_answers_every_query_as_the_files_do(name: str, kg: KnowledgeGraph, there: KnowledgeGraph) -> None:
    assert there.query(name) == kg.query(name)


def test_tables_findings_ground_and_evidence_come_from_there_too(kg: KnowledgeGraph, there: KnowledgeGraph) -> None:
    assert len(there) == len(kg)
    assert there.table(5).to_csv() == kg.table(5).to_csv()
    assert there.finding("s5c3-04").verdict == "fails"
    question = "functional-upgrading-in-quasi-hierarchies"
    here, far = kg.query(question), there.query(question)
    assert far.ground.as_dict() == here.ground.as_dict()
    assert [list(map(str, row)) for row in far.evidence] == [list(map(str, row)) for row in here.evidence]


def test_only_our_graphs_are_asked(there: KnowledgeGraph) -> None:
    assert there.query("ASK { <urn:a> <urn:b> <urn:c> }").rows == [(False,)]


def test_the_command_asks_there(run: Run, ox_server: str) -> None:
    text = "PREFIX ckg: <https://w3id.org/clusterkg/ontology#> {} {{ ?case a ckg:CaseStudy }}"
    endpoint = ("--endpoint", f"{ox_server}/query")
    done = run("query", "-", *endpoint, "--format", "csv", stdin=text.format("SELECT (COUNT(*) AS ?n)"))
    assert (done.returncode, done.stdout) == (0, "n\n40\n")
    done = run("query", "-", *endpoint, "--format", "srj", stdin=text.format("ASK"))
    assert (done.returncode, done.stdout) == (0, '{"head":{},"boolean":true}')
    made = text.format("CONSTRUCT { ?case a <urn:case> }")
    assert run("query", "-", *endpoint, "--format", "nt", stdin=made).stdout.count("<urn:case>") == 40
    assert "conforms" not in run("query", "tables/governence", *endpoint).stdout
    done = run("query", "upgrading-by-country", *endpoint, "--param", "study=no-such")
    assert "the graph has no such thing" in one_line(done.stderr)


def test_a_query_of_one_s_own_keeps_the_limits_and_changes_nothing(there: KnowledgeGraph, ox_server: str) -> None:
    few = clusterkg.load(endpoint=f"{ox_server}/query", limits=Limits(rows=10))
    with pytest.raises(LimitError, match="has more than 10 rows"):
        few.query("SELECT ?s { ?s ?p ?o }")
    small = clusterkg.load(endpoint=f"{ox_server}/query", limits=Limits(megabytes=1))
    with pytest.raises(EndpointError, match="answers more than 1 megabytes"):
        small.query("SELECT ?s ?p ?o { ?s ?p ?o }")
    for text, said in (
        ("DROP ALL # { ", "DROP is refused: a query cannot change the graph"),
        ("SELECT ?s { ?s ?p ?o } ; CLEAR ALL", "does not parse"),
        ("SELECT ?s { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE is refused"),
        ("SELECT ?s FROM <http://example.org/mine> { ?s ?p ?o }", "FROM is refused"),
        ("SELECT ?s { ?s zzz:p ?o }", "prefix 'zzz:' is not declared"),
    ):
        with pytest.raises(QueryError, match=said):
            there.query(text)
    (note,) = there.query("SELECT ?s { ?s <https://w3id.org/clusterkg/ontology#functionalUpgradin> ?o }").notes
    assert "did you mean 'functionalUpgrading" in note
    assert len(there) > 20_000


def test_what_needs_the_files_says_so(there: KnowledgeGraph, ox_server: str, run: Run) -> None:
    with pytest.raises(EndpointError, match="is asked there and not loaded here"):
        there.to_rdflib()
    with pytest.raises(EndpointError, match="leave out the endpoint to load the files"):
        there.to_owlready()
    with pytest.raises(UnknownName, match="answers with its own engine"):
        there.query("tables/index", engine="rdflib")
    with pytest.raises(ParameterError, match="one coder's view is made of the files"):
        clusterkg.load(endpoint=f"{ox_server}/query", coding="published")


def test_an_endpoint_without_our_graphs_says_how_they_come_there(tmp_path: Path) -> None:
    with (
        oxigraph(tmp_path) as base,
        pytest.raises(EndpointError, match="holds no graph of the project; clusterkg push"),
    ):
        clusterkg.load(endpoint=f"{base}/query")


# Virtuoso


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
def test_virtuoso_answers_as_the_files_do(name: str, kg: KnowledgeGraph, virtuoso_server: str) -> None:
    there = clusterkg.load(endpoint=f"{virtuoso_server}/sparql")
    assert there.query(name) == kg.query(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_virtuoso_answers_every_query_as_the_files_do_or_the_query_is_refused(
    name: str, kg: KnowledgeGraph, virtuoso_server: str
) -> None:
    there = clusterkg.load(endpoint=f"{virtuoso_server}/sparql")
    if NOT_ON.search(library.read(name).text):
        with pytest.raises(
            QueryError, match="Virtuoso is known to answer it wrongly, or not at all; ask it of the files"
        ):
            there.query(name)
        return
    # Virtuoso has no truth values: 1 and 0 stand for them, which Python holds equal.
    assert there.query(name) == kg.query(name)


def test_ground_and_evidence_are_the_same_at_virtuoso(kg: KnowledgeGraph, virtuoso_server: str) -> None:
    there = clusterkg.load(endpoint=f"{virtuoso_server}/sparql")
    question = "functional-upgrading-in-quasi-hierarchies"
    here, far = kg.query(question), there.query(question)
    assert far.ground.as_dict() == here.ground.as_dict()
    assert [list(map(str, row)) for row in far.evidence] == [list(map(str, row)) for row in here.evidence]


# What goes wrong


def test_a_server_that_is_down_is_told_in_a_line(run: Run) -> None:
    for command in (("push",), ("query", "tables/index")):
        done = run(*command, "--endpoint", "http://127.0.0.1:1/query")
        assert (done.returncode, done.stdout) == (2, "")
        assert "nobody answers there: connection refused (tried 3 times)" in one_line(done.stderr)


def test_a_server_that_never_answers_is_given_up(run: Run) -> None:
    with mute() as url:
        start = time.monotonic()
        done = run("query", "tables/index", "--endpoint", url, "--timeout", "0.5")
        assert time.monotonic() - start < 10
    assert done.returncode == 2
    assert "does not answer within 0.5 seconds (tried 2 times); ask for less, or give it longer" in one_line(
        done.stderr
    )


GRAPH_LIST = (200, JSON, b'{"head":{"vars":["graph"]},"results":{"bindings":[{"graph":{"type":"uri","value":"%s"}}]}}')


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ((200, {"Content-Type": "text/html"}, b"<html>Welcome!</html>"), "answers text/html and no SPARQL results"),
        (
            (200, JSON, b'{"head":{"vars":["graph"]},"results":{"bindings":[{"gra'),
            "does not parse as results of SPARQL",
        ),
        ((200, JSON, b'{"head":{"vars":["graph"]},"results":{"bindings":[{},'), "does not parse as results of SPARQL"),
        ((200, JSON, b'{"head":{},"boolean":true}'), "answers yes or no where rows were asked; check that the address"),
        ((200, JSON, b'{"welcome": true}'), "does not parse as results of SPARQL"),
        ((200, JSON, b""), "does not parse as results of SPARQL"),
        ((200, {**JSON, "Content-Length": "500"}, b'{"head":'), "the connection fails"),
        ((401, {"WWW-Authenticate": 'Basic realm="x"'}, b""), "asks for credentials (HTTP 401)"),
        ((403, {}, b""), "does not let just anybody do that (HTTP 403)"),
        ((404, {"Content-Type": "text/plain"}, b"no such page"), "answers HTTP 404: no such page; check the address"),
        ((302, {"Location": "http://169.254.1.1/"}, b""), "redirects to http://169.254.1.1/, another host or scheme"),
        ((302, {"Location": "/query"}, b""), "redirects to /query again and again; check the address"),
        (
            (500, {"Content-Type": "text/plain"}, b"\x1b[31mred\nTraceback"),
            "does not answer it: answers HTTP 500: [31mred",
        ),
    ],
)
def test_a_server_that_answers_nonsense_is_told_in_a_line(
    reply: tuple[int, dict[str, str], bytes], said: str, run: Run
) -> None:
    with feigned(reply) as server:
        done = run("query", "tables/index", "--endpoint", server.url, "--timeout", "5")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in one_line(done.stderr)


def test_a_server_that_is_away_for_a_moment_is_asked_again(kg: KnowledgeGraph) -> None:
    listed = (200, JSON, GRAPH_LIST[2] % f"{GRAPHS}ontology".encode())
    away = (503, {"Retry-After": "0"}, b"")
    yes = (200, JSON, b'{"head":{},"boolean":true}')
    with feigned(away, (502, {"Retry-After": "0"}, b""), listed, away, yes) as server:
        assert clusterkg.load(endpoint=server.url).query("ASK { }").rows == [(True,)]
        assert len(server.asked) == 5
        assert b"default-graph-uri=https%3A//w3id.org/clusterkg/graph/ontology" in server.asked[-1][2]
    with (
        feigned((503, {"Retry-After": "0"}, b"")) as server,
        pytest.raises(EndpointError, match=r"HTTP 503 \(tried 3 times"),
    ):
        clusterkg.load(endpoint=server.url)


def test_what_may_not_be_done_twice_is_not_sent_twice() -> None:
    request = urllib.request.Request("http://127.0.0.1/", b"x")
    with feigned((504, {"Retry-After": "0"}, b"")) as server:
        request.full_url = server.url
        with pytest.raises(EndpointError, match="HTTP 504"):
            Connection(server.url).send(request, again=False)
        assert len(server.asked) == 1


def test_a_redirect_within_the_host_is_followed_with_its_body() -> None:
    with feigned((307, {"Location": "/other"}, b""), (200, JSON, b"{}")) as server:
        Connection(server.url).send(urllib.request.Request(server.url, b"query=x"))
        assert [one[:3] for one in server.asked] == [("POST", "/query", b"query=x"), ("POST", "/other", b"query=x")]


def test_a_password_goes_to_its_own_host_and_only_when_asked_for() -> None:
    basic = (401, {"WWW-Authenticate": 'Basic realm="x"'}, b"")
    with environment(**DBA), feigned(basic, (200, JSON, b"{}")) as server:
        Connection(server.url).send(urllib.request.Request(server.url))
        assert [one[3] for one in server.asked] == ["", "Basic ZGJhOmRiYQ=="]
    with environment(**DBA), feigned((302, {"Location": "http://localhost:1/"}, b"")) as server:
        connection = Connection(server.url)
        with pytest.raises(EndpointError, match="another host or scheme"):
            connection.send(urllib.request.Request(server.url))
    with environment(**DBA), feigned(basic) as server:
        with pytest.raises(EndpointError, match="refuses the credentials"):
            Connection(server.url).send(urllib.request.Request(server.url))
        assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://ana:secret@example.org/sparql", "the address holds credentials"),
        ("file:///etc/passwd", "is no http or https address"),
        ("example.org/sparql", "is no http or https address"),
        ("http://", "is no http or https address"),
        ("", "an empty text: is no http or https address"),
        ("http://example.org:99999/", "is no http or https address"),
        ("http://example.org/a b", "is no http or https address"),
        ("http://example.org/#x", "has a fragment"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_before_anything_is_sent(url: str, said: str) -> None:
    with pytest.raises(EndpointError, match=said) as told:
        checked(url)
    assert "secret" not in str(told.value)


def test_an_empty_address_is_not_answered_from_the_files(run: Run) -> None:
    done = run("query", "tables/index", "--endpoint", "")
    assert (done.returncode, done.stdout) == (2, "")
    assert "an empty text: is no http or https address" in one_line(done.stderr)


def test_one_half_of_the_credentials_is_not_enough() -> None:
    with environment(CLUSTERKG_ENDPOINT_USER="dba"), pytest.raises(EndpointError, match="PASSWORD: is not set, though"):
        Connection("http://127.0.0.1:1/")


def count(n: int) -> tuple[int, dict[str, str], bytes]:
    row = {"n": {"type": "literal", "value": str(n)}, "blanks": {"type": "literal", "value": "0"}}
    return 200, JSON, json.dumps({"head": {"vars": ["n", "blanks"]}, "results": {"bindings": [row]}}).encode()


def test_a_push_that_fails_midway_says_what_is_in(run: Run, kg: KnowledgeGraph) -> None:
    n = asked_size(kg, "cases_ttl/clusters")
    with feigned((201, {}, b""), count(n), (507, {"Content-Type": "text/plain"}, b"disk full")) as server:
        done = run("push", "--endpoint", server.url)
        assert [one[0] for one in server.asked] == ["PUT", "POST", "PUT"]
    assert done.returncode == 2
    assert "clusterkg: cases_ttl/clusters: " in done.stderr.splitlines()[0]
    (line,) = done.stderr.splitlines()[1:]
    assert "answers HTTP 507: disk full, at graph cases_ttl/giuliani2005; in and counted: cases_ttl/clusters; " in line
    assert line.endswith(
        "not in, or not whole: cases_ttl/giuliani2005, inferences, ontology, ontology/reference, shorthands"
    )


def test_a_count_that_is_not_what_was_sent_fails_the_push(run: Run) -> None:
    with feigned((201, {}, b""), count(7)) as server:
        done = run("push", "--endpoint", server.url)
    assert done.returncode == 2
    assert "statements (0 with blank nodes) were sent, 7 (0) are there, at graph cases_ttl/clusters" in one_line(
        done.stderr
    )


@pytest.mark.parametrize(
    "reply",
    [
        b'{"head":{"vars":["n","blanks"]},"results":{"bindings":[]}}',
        b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"7"}}]}}',
        b'{"head":{"vars":["n","blanks"]},"results":{"bindings":[{"n":{"type":"literal","value":"many"}}]}}',
    ],
)
def test_a_server_that_answers_no_count_fails_the_push(reply: bytes, run: Run) -> None:
    with feigned((201, {}, b""), (200, JSON, reply)) as server:
        done = run("push", "--endpoint", server.url)
    assert done.returncode == 2
    assert f"{server.url}: answers no count, at graph cases_ttl/clusters; in and counted: none; " in one_line(
        done.stderr
    )


def asked_size(kg: KnowledgeGraph, graph: str) -> int:
    return sum(1 for _ in graphs_of(kg.graph)[GRAPHS + graph]())


def test_a_server_that_drips_is_given_up_in_time() -> None:
    def drip() -> None:
        client, _ = server.accept()
        with client:
            client.recv(65536)
            client.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nContent-Length: 999\r\n\r\n"
            )
            for _ in range(20):
                time.sleep(0.1)
                try:
                    client.sendall(b" ")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        threads = [threading.Thread(target=drip) for _ in range(2)]
        for thread in threads:
            thread.start()
        connection = Connection(f"http://127.0.0.1:{server.getsockname()[1]}/", timeout=0.5)
        with pytest.raises(EndpointError, match=r"does not answer within 0\.5 seconds"):
            connection.send(urllib.request.Request(connection.url))
        for thread in threads:
            thread.join()
