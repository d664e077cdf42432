"""What goes wrong at an endpoint is told in one line: a server that is down, slow, full or talks nonsense."""

import json
import socket
import threading
import time
import urllib.request

import pytest
from conftest import Run
from endpoints import DBA, GRAPHS, JSON, one_line
from servers import environment, feigned, mute

import clusterkg
from clusterkg.endpoint.addresses import checked
from clusterkg.endpoint.connection import Connection
from clusterkg.endpoint.pushing import graphs_of
from clusterkg.errors import EndpointError
from clusterkg.knowledge_graph import KnowledgeGraph


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
