"""The service attacked: what is no proper HTTP, who is in no hurry, what is killed, and what is asked in disguise."""

import contextlib
import gzip
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import ROOT
from served import CKG, ENDLESS, FORM, Server, serving

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
CASES = CKG + "SELECT ?case { ?case a ckg:CaseStudy } ORDER BY ?case LIMIT 3"
ROWS = "SELECT ?s ?p ?o { ?s ?p ?o }"
ASK = "/sparql?query=ASK%7B%7D"
CLOSE = "Host: a\r\nConnection: close\r\n"


def said(server: Server, line: str, headers: str = CLOSE, body: bytes = b"") -> tuple[int, str, str]:
    """Return the status, the headers and the body of what comes back for a request as it goes over the wire."""
    got = server.raw(f"{line}\r\n{headers}\r\n".encode("latin-1") + body)
    head, _, rest = got.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 "), got
    return int(head[9:12]), head.decode("latin-1").lower(), rest.decode("latin-1")


def rest(wire: socket.socket) -> bytes:
    """Return what comes until the server closes."""
    got = b""
    while chunk := wire.recv(1 << 16):
        got += chunk
    return got


def status_of(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(f"{name}:")))


@pytest.mark.parametrize(
    ("line", "headers", "status"),
    [
        (f"GET {ASK} HTTP/1.1", CLOSE, 200),
        (f"GET http://a{ASK} HTTP/1.1", CLOSE, 200),
        ("GET http://a HTTP/1.1", CLOSE, 200),
        (f"GET {ASK} HTTP/1.0", "", 200),
        ("OPTIONS * HTTP/1.1", CLOSE, 204),
        (f"GET {ASK}#part HTTP/1.1", CLOSE, 200),
        ("GET /id/case%2Fgiuliani2005%2Fleon-footwear HTTP/1.1", CLOSE, 303),
        ("GET /id/case%252Fgiuliani2005 HTTP/1.1", CLOSE, 404),
        ("GET /id/%FF HTTP/1.1", CLOSE, 404),
        ("GET /data/../../etc/passwd.ttl HTTP/1.1", CLOSE, 404),
        ("TRACE / HTTP/1.1", CLOSE, 405),
        ("CONNECT a:80 HTTP/1.1", CLOSE, 400),
        ("NO / HTTP/1.1", CLOSE, 400),
        ("GET ftp://a/ HTTP/1.1", CLOSE, 400),
        (f"GET {ASK} HTTP/3.7", CLOSE, 400),
        ("PRI * HTTP/2.0\r\n\r\nSM", "", 400),
        (f"GET {ASK} HTTP/1.1", "Connection: close\r\n", 400),
        (f"GET {ASK} HTTP/1.1", f"Host: b\r\n{CLOSE}", 400),
        (f"GET {ASK} HTTP/1.1", f"X: a\0b\r\n{CLOSE}", 400),
        (f"GET {ASK} HTTP/1.1", f"X: \x1b[31m\r\n{CLOSE}", 400),
        (f"GET {ASK} HTTP/1.1", f"X : a\r\n{CLOSE}", 400),
        (f"GET {ASK} HTTP/1.1", f"X: a\r\n b\r\n{CLOSE}", 400),
        (f"GET {ASK} HTTP/1.1", "X: a\r\n" * 80 + CLOSE, 200),
        (f"GET {ASK} HTTP/1.1", "X: a\r\n" * 200 + CLOSE, 431),
        (f"GET {ASK} HTTP/1.1", f"X: {'a' * 20_000}\r\n{CLOSE}", 431),
        ("GET /?" + "a" * 140_000 + " HTTP/1.1", CLOSE, 431),
        (f"GET {ASK} HTTP/1.1", f"Connection: Upgrade\r\nUpgrade: websocket\r\n{CLOSE}", 200),
    ],
)
def test_an_address_and_its_headers_are_read_in_one_way_or_not_at_all(
    served: Server, line: str, headers: str, status: int
) -> None:
    found, head, body = said(served, line, headers)
    assert found == status, body
    assert "access-control-allow-origin: *" in head
    assert "x-content-type-options: nosniff" in head
    assert found < 400 or body.count("\n") == 1


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ("Content-Length: 5\r\n", b"ASK{}", 200),
        ("Transfer-Encoding: chunked\r\n", b"2;x=y\r\nAS\r\n3\r\nK{}\r\n0\r\n\r\n", 200),
        ("Content-Length: 5\r\nExpect: 100-continue\r\n", b"ASK{}", 100),
        ("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", b"5\r\nASK{}\r\n0\r\n\r\n", 400),
        ("Content-Length: +5\r\n", b"ASK{}", 400),
        (f"Content-Length: {'9' * 40}\r\n", b"ASK{}", 400),
        ("Content-Length: 50000000\r\nExpect: 100-continue\r\n", b"", 413),
        ("Transfer-Encoding: chunked\r\n", b"zz\r\nASK{}\r\n", 400),
        ("Transfer-Encoding: gzip\r\n", b"5\r\nASK{}\r\n0\r\n\r\n", 400),
        ("Transfer-Encoding: chunked\r\n", b"fffffffffffffffffff\r\nASK{}", 400),
        ("Content-Encoding: identity\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n", b"ASK{}", 415),
    ],
)
def test_a_body_has_one_length(served: Server, headers: str, body: bytes, status: int) -> None:
    type_ = "Content-Type: application/sparql-query\r\n"
    assert said(served, "POST /sparql HTTP/1.1", CLOSE + type_ + headers, body)[0] == status


def test_an_address_in_full_says_which_host_is_meant(served: Server) -> None:
    text = said(served, "GET http://clusters.example.org/sparql HTTP/1.1")[2]
    assert "<http://clusters.example.org/sparql>" in text
    assert "<http://a/sparql>" in said(served, "GET /sparql HTTP/1.1")[2]


def test_nothing_leads_to_the_host_that_a_request_names(served: Server) -> None:
    for path in ("/sparql/", "/healthz/", "//evil.example/", "/id/study/giuliani2005/", "/ontology/"):
        answer = served.request("GET", path, headers={"Host": "evil.example"})
        assert answer.status == 404, path
        assert "location" not in answer.headers
    assert served.get("/id/study/giuliani2005").headers["location"].startswith("/data/study/")


def test_requests_that_come_together_are_answered_in_their_order(served: Server) -> None:
    some = f"GET {ASK} HTTP/1.1\r\nHost: a\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
    got = served.raw(f"\r\n{some}GET /healthz HTTP/1.1\r\n{CLOSE}\r\n".encode())
    assert [part[:3] for part in got.split(b"HTTP/1.1 ")[1:]] == [b"200", b"404", b"200"]
    flood = served.raw(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\n\r\n" * 3000)
    assert len(flood.split(b"HTTP/1.1 ")) < 100
    assert served.get("/healthz").status == 200


def test_a_star_matches_what_there_is_and_nothing_else(served: Server) -> None:
    star = {"If-None-Match": "*"}
    for query, status in ((CASES, 304), ("nonsense", 400), ("ASK { SERVICE <http://a/> {} }", 403)):
        assert served.request("GET", f"/sparql?query={quote(query)}", headers=star).status == status
    assert served.request("GET", "/nowhere", headers=star).status == 404


@pytest.mark.parametrize(
    ("accept", "packed"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("*", True), ("gzip;q=0", False), ("notgzip", False), ("", False)],
)
def test_answers_are_compressed_for_those_who_take_them_so(served: Server, accept: str, packed: bool) -> None:
    path = f"/sparql?query={quote(ROWS + ' LIMIT 5000')}"
    plain = served.get(path)
    answer = served.get(path, Accept_Encoding=accept)
    assert ("content-encoding" in answer.headers) is packed
    assert (gzip.decompress(answer.body) if packed else answer.body) == plain.body
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert answer.headers["vary"] == plain.headers["vary"] == "Accept, Accept-Encoding"
    head = served.request("HEAD", path, headers={"Accept-Encoding": accept})
    assert (head.body, head.headers["content-length"]) == (b"", answer.headers["content-length"])
    again = served.get(path, Accept_Encoding=accept, If_None_Match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert "content-encoding" not in again.headers


@LINUX
def test_no_threads_are_started_for_it_since_a_fork_would_leave_them_behind(served: Server) -> None:
    served.get(f"/sparql?query={quote(ROWS)}", Accept_Encoding="gzip")
    assert status_of(served.process.pid, "Threads") == 1


def test_what_stands_in_two_headers_counts_as_in_one(served: Server) -> None:
    line = f"GET /sparql?query={quote(CASES)} HTTP/1.1"
    assert "content-type: text/csv" in said(served, line, f"{CLOSE}Accept: image/png\r\nAccept: text/csv\r\n")[1]
    found = served.get(f"/sparql?query={quote(CASES)}").headers["etag"]
    assert said(served, line, f'{CLOSE}If-None-Match: "x"\r\nIf-None-Match: {found}\r\n')[0] == 304


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/json", "application/json"),
        ("application/json;q=0, text/plain", "text/plain"),
        ("text/html;q=0, application/json", "application/json"),
        ("text/html", "text/html"),
        ("", "text/plain"),
    ],
)
def test_a_fault_is_told_in_the_form_that_is_taken(served: Server, accept: str, media: str) -> None:
    assert served.get("/nowhere", accept).media == media


DISGUISES = (
    "ASK { SERVICE<%s>{?a ?b ?c} }",
    "ASK { SerVice\tSILENT\n<%s> {?a ?b ?c} }",
    "ASK { SERVICE ?x {?a ?b ?c} BIND(<%s> AS ?x) }",
    "PREFIX x: <%s> ASK { SERVICE x: {?a ?b ?c} }",
    "ASK { # '\n SERVICE <%s> {?a ?b ?c} }",
    "ASK { ?a ?b '\\'' . SERVICE <%s> {?a ?b ?c} }",
    "ASK { ?a ?b '''''' . SERVICE <%s> {?a ?b ?c} }",
    "ASK { ?a ?b '''a' \"b'' \\''''. SERVICE <%s> {?a ?b ?c} }",
    "ASK { ?a <x#> ?b . SERVICE <%s> {?a ?b ?c} }",
    'ASK { ?a ?b "\\u0022 . SERVICE <%s> {?a ?b ?c} #" }',
    "ASK { FILTER(1<2) SERVICE <%s> {?a ?b ?c} FILTER(2>1) }",
    "ASK { { SELECT * { SERVICE <%s> {?a ?b ?c} } } }",
    "ASK { FILTER EXISTS { SERVICE <%s> {?a ?b ?c} } }",
    "ASK { OPTIONAL { SERVICE <%s> {?a ?b ?c} } MINUS { SERVICE <%s> {?a ?b ?c} } }",
    "DESCRIBE ?a { SERVICE <%s> {?a ?b ?c} }",
    "ASK { \\u0053\\U00000045RVICE <%s> {?a ?b ?c} }",
    "\ufeffASK { SERVICE <%s> {?a ?b ?c} }",
    "BASE <%s> ASK { SERVICE <> {?a ?b ?c} }",
    "ASK FROM <%s> { ?a ?b ?c }",
    "ASK FROM NAMED <%s> { GRAPH ?g { ?a ?b ?c } }",
)


@pytest.mark.parametrize("query", DISGUISES)
def test_nothing_is_called_by_whatever_disguise(served: Server, query: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        text = query.replace("%s", f"http://127.0.0.1:{listener.getsockname()[1]}/")
        for answer in (served.ask(text), served.post({"query": text})):
            assert answer.status in (400, 403), answer
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?SERVICE ?service $SERVICE }",
        'SELECT ("SERVICE <http://a/> {}" AS ?x) {} # SERVICE',
        "PREFIX SERVICE: <http://a/> ASK { SERVICE:service SERVICE:a ?x }",
        "ASK { <http://a/SERVICE#SERVICE> ?p '''SERVICE' SERVICE''' }",
        "ASK { ?s ?p '\\'SERVICE'@en-SERVICE }",
    ],
)
def test_who_only_speaks_of_services_is_answered(served: Server, query: str) -> None:
    assert served.ask(query).status == 200


@pytest.mark.parametrize("path", ["/sparql", "/code"])
def test_a_long_form_keeps_nobody_else_waiting(served: Server, path: str) -> None:
    form = b"query=" + b"%20" * 1_000_000
    head = f"POST {path} HTTP/1.1\r\n{CLOSE}Content-Type: {FORM}\r\nContent-Length: {len(form)}\r\n\r\n"
    waits = []
    with contextlib.ExitStack() as stack:
        wires = [
            stack.enter_context(socket.create_connection((served.host, served.port), timeout=30)) for _ in range(4)
        ]
        for wire in wires:
            wire.sendall(head.encode() + form)
            begun = time.monotonic()
            assert served.get("/healthz").status == 200
            waits.append(time.monotonic() - begun)
        answers = [wire.recv(12) for wire in wires]
    assert {answer[9:12] for answer in answers} <= {b"400", b"413", b"503"}
    assert sorted(waits)[1] < 1, waits


def test_bodies_that_stay_away_take_no_more_memory_than_they_may_together(served: Server) -> None:
    head = f"POST /sparql HTTP/1.1\r\n{CLOSE}Content-Type: {FORM}\r\nContent-Length: 3000000\r\n\r\n".encode()
    with contextlib.ExitStack() as stack:
        wires = []
        for _ in range(26):
            wire = stack.enter_context(socket.create_connection((served.host, served.port), timeout=30))
            with contextlib.suppress(ConnectionError):
                wire.sendall(head + b"a" * 2_900_000)
            wires.append(wire)
        refused: list[socket.socket] = []
        deadline = time.monotonic() + 20
        while len(refused) < 4:
            assert time.monotonic() < deadline
            refused = select.select(wires, [], [], 0.2)[0]
        assert {one.recv(12) for one in refused} == {b"HTTP/1.1 503"}
        assert served.post({"query": "ASK {}"}).status == 200
        patient = next(one for one in wires if one not in refused)
        patient.sendall(b"a" * 100_000)
        assert patient.recv(1000).startswith(b"HTTP/1.1 400")


@LINUX
def test_who_only_opens_connections_shuts_nobody_out(served: Server) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 3000:
        pytest.skip("this system lets nobody open so many files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 3000), hard))
    try:
        with contextlib.ExitStack() as stack:
            for number in range(1300):
                wire = stack.enter_context(socket.create_connection((served.host, served.port), timeout=10))
                wire.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n" if number % 2 else b"")
            assert served.get("/healthz").status == 200
            assert served.ask("ASK {}").status == 200
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_an_answer_that_breaks_off_is_no_whole_one_for_old_clients_either(served: Server) -> None:
    with socket.create_connection((served.host, served.port), timeout=10) as wire:
        wire.sendall(f"GET /sparql?query={quote(ROWS)} HTTP/1.0\r\n\r\n".encode())
        assert wire.recv(1000).startswith(b"HTTP/1.1 200")
        time.sleep(3.5)
        with pytest.raises(ConnectionError):
            rest(wire)


@pytest.fixture(scope="module")
def hardy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose processes are killed."""
    with serving(tmp_path_factory.mktemp("hardy"), "--timeout", "10", "--proxy-headers") as server:
        yield server


@LINUX
def test_processes_that_are_killed_are_replaced_at_once_and_nobody_notices(hardy: Server) -> None:
    wanted = hardy.ask(CASES).body
    for _ in range(3):
        before = hardy.children()
        assert len(before) == 4
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        for _ in range(4):
            assert hardy.ask(CASES).body == wanted
            assert hardy.get("/id/study/giuliani2005").status == 303
        deadline = time.monotonic() + 5
        while hardy.get("/healthz").json()["readers"]["free"] < 2 or len(hardy.children()) != 4:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert not set(before) & set(hardy.children())


@LINUX
def test_a_query_whose_process_is_killed_is_answered_by_another(hardy: Server) -> None:
    slow = CKG + "SELECT (COUNT(*) AS ?n) { { SELECT ?a ?b { ?a a ?x . ?b a ?y } LIMIT 2000000 } }"
    path = f"GET /sparql?query={quote(slow)} HTTP/1.1\r\n{CLOSE}\r\n"
    with socket.create_connection((hardy.host, hardy.port), timeout=30) as wire:
        wire.sendall(path.encode())
        deadline = time.monotonic() + 5
        while hardy.get("/healthz").json()["readers"]["free"] == 2:
            assert time.monotonic() < deadline
        for pid in hardy.children():
            os.kill(pid, signal.SIGKILL)
        got = rest(wire)
    assert got.startswith(b"HTTP/1.1 200")
    assert b'"2000000"' in got


def test_what_a_proxy_is_told_forges_no_line_of_the_log(hardy: Server) -> None:
    hardy.request("GET", "/healthz?here", headers={"X-Forwarded-For": '6.6.6.6 x "GET /forged" 200 0 \x85'})
    hardy.request("GET", "/healthz?there", headers={"X-Forwarded-For": "203.0.113.9"})
    deadline = time.monotonic() + 3
    while "/healthz?there" not in hardy.said():
        assert time.monotonic() < deadline
    lines = hardy.said().splitlines()
    assert all(line.count('"') in (0, 2) for line in lines)
    assert any(line.startswith("203.0.113.9 ") for line in lines)
    assert next(line for line in lines if "/healthz?here" in line).count(" ") == 6


@LINUX
def test_a_client_that_sends_more_and_leaves_stops_its_first_query(served: Server) -> None:
    with socket.create_connection((served.host, served.port), timeout=10) as wire:
        ask = f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: a\r\n\r\n"
        wire.sendall(ask.encode() + b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * 3)
        deadline = time.monotonic() + 2
        while served.get("/healthz").json()["readers"]["free"] == 2:
            assert time.monotonic() < deadline
    start = time.monotonic()
    while served.get("/healthz").json()["readers"]["free"] < 2:
        assert time.monotonic() - start < 2, "the query goes on"
        time.sleep(0.02)


@LINUX
def test_nothing_is_left_of_many_requests(served: Server) -> None:
    def counts() -> tuple[int, int]:
        return len(os.listdir(f"/proc/{served.process.pid}/fd")), len(served.children())

    def settled() -> tuple[int, int]:
        """Return the files and processes of the server when they have been the same for a while, with nothing to do."""
        deadline, found = time.monotonic() + 45, [(0, 0)]
        while len(found) < 10 or len(set(found[-10:])) > 1:
            assert time.monotonic() < deadline, found[-10:]
            free = [served.get("/healthz").json()[pool]["free"] for pool in ("readers", "clerks")]
            found = [*found, counts()] if free == [2, 2] else [(0, 0)]
            time.sleep(0.1)
        return found[-1]

    before = settled()
    for number in range(40):
        with socket.create_connection((served.host, served.port), timeout=10) as wire:
            wire.sendall(
                f"GET /sparql?query={quote(ROWS if number % 2 else 'ASK {}')} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
            )
            if number % 4:
                wire.recv(100)
    assert settled() == before


def test_a_server_whose_log_nobody_reads_goes_on(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "clusterkg", "serve", "--port", "0", "--workers", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, text=True, **pipes) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        server = Server(process, process.stdout.readline().strip(), tmp_path / "none")
        process.stderr.readline()
        process.stderr.close()
        assert [server.ask("ASK {}").status for _ in range(3)] == [200] * 3
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@LINUX
def test_a_server_that_is_told_to_stop_under_load_stops_and_leaves_nothing(tmp_path: Path) -> None:
    with serving(tmp_path, "--timeout", "2") as server, contextlib.ExitStack() as stack:
        for query in (ENDLESS, ROWS, "ASK {}") * 6:
            wire = stack.enter_context(socket.create_connection((server.host, server.port), timeout=10))
            wire.sendall(f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        time.sleep(0.5)
        children = server.children()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(28) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)
    assert "Traceback" not in server.said()
