"""What a service that anybody may ask has to stand: endless queries, calls outside, garbage, clients that leave."""

import concurrent.futures
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from conftest import ROOT, Run
from served import CKG, ENDLESS, FORM, Server, serving

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
ROWS = "SELECT ?s ?p ?o { ?s ?p ?o }"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with one process for queries, and narrow limits."""
    limits = ("--workers", "1", "--timeout", "1.5", "--max-rows", "50", "--memory", "200")
    with serving(tmp_path_factory.mktemp("small"), *limits) as server:
        yield server


def test_an_endless_query_is_stopped_and_told_which_limit(small: Server) -> None:
    start = time.monotonic()
    answer = small.ask(ENDLESS)
    assert 1 < time.monotonic() - start < 6
    assert answer.status == 400
    assert answer.text == "query: takes longer than 1.5 seconds, which is the limit here; ask for less\n"
    assert small.ask("ASK {}").json()["boolean"] is True


@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_an_answer_has_no_more_rows_than_it_may(small: Server, format: str) -> None:
    full = small.ask(f"{ROWS} LIMIT 50", format=format)
    assert full.status == 200
    over = small.ask(f"{ROWS} LIMIT 51", format=format)
    assert over.status == 400
    assert over.text == ("query: has more than 50 rows, which is the limit here; ask for fewer with SPARQL's LIMIT\n")
    assert small.ask("SELECT * { ?s ?p ?o FILTER(false) }", format=format).status == 200


@pytest.mark.parametrize("format", ["ttl", "nt", "rdf", "jsonld"])
def test_triples_count_as_rows_do(small: Server, format: str) -> None:
    def built(number: int) -> str:
        return f"CONSTRUCT {{ ?s ?p ?o }} {{ {{ SELECT ?s ?p ?o {{ ?s ?p ?o }} LIMIT {number} }} }}"

    assert small.ask(built(50), format=format).status == 200
    assert small.ask(built(51), format=format).status == 400


@LINUX
def test_a_query_that_takes_too_much_memory_is_stopped(small: Server) -> None:
    greedy = "SELECT ?x { ?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?a), STR(?d), STR(?c)) AS ?x) } ORDER BY ?x"
    answer = small.ask(greedy)
    assert answer.status == 400
    assert "needs more memory than 200 megabytes" in answer.text or "takes longer than" in answer.text
    assert small.ask("ASK {}").status == 200


def test_a_query_that_is_nested_too_deeply_breaks_nothing_else_down(served: Server) -> None:
    for query in ("ASK " + "{" * 50_000 + "}" * 50_000, "SELECT (" + "(" * 40_000 + "1" + ")" * 40_000 + " AS ?x) {}"):
        answer = served.post({"query": query})
        assert answer.status == 400, answer
        assert len(answer.text.splitlines()) == 1
    assert served.ask("ASK {}").status == 200


def test_when_all_are_at_work_the_next_is_asked_to_come_again(small: Server) -> None:
    def ask(_: int) -> tuple[int, str]:
        answer = small.ask(ENDLESS)
        return answer.status, answer.headers.get("retry-after", "")

    with concurrent.futures.ThreadPoolExecutor(16) as many:
        found = list(many.map(ask, range(16)))
    assert {status for status, _ in found} == {400, 503}
    assert small.get("/healthz").json()["readers"]["all"] == 1
    assert all(retry.isdigit() for status, retry in found if status == 503)
    # Those that do not query are not kept waiting by those that do.
    assert small.ask("ASK {}").status == 200


def test_pages_are_answered_while_queries_keep_every_reader_at_work(small: Server) -> None:
    thread = threading.Thread(target=small.ask, args=(ENDLESS,))
    thread.start()
    deadline = time.monotonic() + 1.4
    while small.get("/healthz").json()["readers"]["free"]:
        assert time.monotonic() < deadline
    assert small.get("/id/study/giuliani2005").status == 303
    thread.join()


@pytest.mark.parametrize("send", [b"", b"GET /healthz HTTP/1.1\r\n"])
def test_a_client_that_goes_away_stops_its_query(served: Server, send: bytes) -> None:
    body = urlencode({"query": ENDLESS}).encode()
    head = f"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((served.host, served.port), timeout=10) as wire:
        wire.sendall(head.encode() + body)
        deadline = time.monotonic() + 2
        while served.get("/healthz").json()["readers"]["free"] == 2:
            assert time.monotonic() < deadline
    start = time.monotonic()
    while served.get("/healthz").json()["readers"]["free"] < 2:
        assert time.monotonic() - start < 2, "the query goes on"
        time.sleep(0.02)
    assert '"POST /sparql" 499' in served.said()


def test_a_long_answer_that_nobody_reads_ends_with_its_time(served: Server) -> None:
    with socket.create_connection((served.host, served.port), timeout=10) as wire:
        wire.sendall(f"GET /sparql?query={quote(ROWS)} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert wire.recv(1000).startswith(b"HTTP/1.1 200")
        time.sleep(4)
        assert served.get("/healthz").json()["readers"]["free"] == 2
        got = b""
        with contextlib.suppress(ConnectionResetError):
            while chunk := wire.recv(1 << 16):
                got += chunk
    # It is cut off without the last chunk, so that no client takes the part for the whole.
    assert not got.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <%s> { ?a ?b ?c } }",
        "SELECT * { SERVICE SILENT <%s> { ?a ?b ?c } }",
        "SELECT * { service <%s> { ?a ?b ?c } }",
        "SELECT * { \\u0053ERVICE <%s> { ?a ?b ?c } }",
        "SELECT * FROM <%s> { ?a ?b ?c }",
        "CONSTRUCT { ?a ?b ?c } WHERE { SERVICE <%s> { ?a ?b ?c } }",
        "LOAD <%s>",
        "INSERT DATA { <%s> <%s> 1 }",
    ],
)
def test_nothing_is_called_and_nothing_is_written(served: Server, query: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"
        for answer in (served.ask(query.replace("%s", url)), served.post({"query": query.replace("%s", url)})):
            assert answer.status in (400, 403), answer
            assert " is refused" in answer.text or "parse" in answer.text or "no such graph" in answer.text
        with pytest.raises(TimeoutError):
            listener.accept()


@LINUX
def test_a_reader_has_nothing_open_but_the_way_back_and_can_open_nothing(served: Server) -> None:
    kinds = set()
    for pid in served.children():
        limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
        most = next(line.split()[3] for line in limits.splitlines() if line.startswith("Max open files"))
        open_files = sorted(os.listdir(f"/proc/{pid}/fd"))
        if most == "3":
            assert open_files == ["0", "1", "2"]
        kinds.add(most == "3")
    assert kinds == {True, False}


GARBAGE = {
    "nothing": "",
    "quotes": "'\";--<script>alert(1)</script>",
    "braces": "} { SERVICE <http://127.0.0.1:1/> {",
    "binary": "\x01\x02\x7f\x80\xff",
    "nul": "\x00",
    "lines": "a\r\nSet-Cookie: x=1\r\n\r\n<html>",
    "huge": "x" * 20_000,
    "many signs": "%" * 3000,
    "right to left": "\u202e\u2066 \U0001f600",
    "path": "../../../../etc/passwd",
    "template": "{{7*7}}${7*7}",
    "number": "9" * 400,
}
PLACES = (
    "/sparql?query=%s",
    "/sparql?query=ASK%%7B%%7D&format=%s",
    "/sparql?query=ASK%%7B%%7D&default-graph-uri=%s",
    "/sparql?query=ASK%%7B%%7D&named-graph-uri=%s",
    "/sparql?update=%s",
    "/sparql?%s=1",
    "/id/%s",
    "/data/%s.ttl",
    "/data/%s",
    "/page/%s",
    "/query/%s",
    "/query/functional-upgrading-in-quasi-hierarchies?least_score=%s",
    "/query/functional-upgrading-in-quasi-hierarchies?study=%s",
    "/query/functional-upgrading-in-quasi-hierarchies?format=%s",
    "/query/functional-upgrading-in-quasi-hierarchies?%s=1",
    "/%s",
)


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_in_any_place_is_told_in_words(served: Server, kind: str) -> None:
    for place in PLACES:
        path = place % quote(GARBAGE[kind], safe="")
        for accept in ("text/html", "", "application/json"):
            answer = served.get(path, accept)
            if kind == "nothing" and place == "/%s":
                assert answer.status == 200  # the front page
                continue
            assert 400 <= answer.status < 500, (place, answer)
            assert "Traceback" not in answer.text
            assert "set-cookie" not in answer.headers
            assert "<script>alert" not in answer.text or answer.media != "text/html"
            if accept == "application/json":
                assert answer.json()["error"]


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_in_a_body_is_told_in_words(served: Server, kind: str) -> None:
    text = GARBAGE[kind]
    for media in ("application/sparql-query", FORM, "multipart/form-data; boundary=x", "a/b; charset=" + "c" * 500):
        for body in (text.encode("utf-8"), text.encode("utf-16"), os.urandom(2000)):
            answer = served.request("POST", "/sparql", body, {"Content-Type": media})
            assert 400 <= answer.status < 500, answer


@pytest.mark.parametrize(
    "name", ["Accept", "Content-Type", "If-None-Match", "Accept-Encoding", "Origin", "X-Forwarded-For", "Range"]
)
def test_garbage_in_a_header_brings_nothing_down(served: Server, name: str) -> None:
    for value in ("", "\x7f;;q=", "*", "a" * 8000, "text/csv;q=2, */*;q=nan", "\xff\xfe", ",,,;;;=", '"'):
        for path in (f"/sparql?query={quote('SELECT ?s { ?s ?p ?o } LIMIT 1')}", "/", "/id/study/giuliani2005"):
            assert served.request("GET", path, headers={name: value}).status < 500


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET /sparql HTTP/1.1\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 300_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused(served: Server, data: bytes) -> None:
    assert served.raw(data).startswith(b"HTTP/1.1 4")
    assert served.get("/healthz").status == 200


def test_a_strange_host_is_not_repeated(served: Server) -> None:
    for host in ('a"><script>', "a b", "evil/../x", "[::1", "a" * 400):
        answer = served.request("GET", "/sparql", headers={"Host": host})
        assert answer.status == 200
        assert f"<{served.address}sparql>" in answer.text


def test_nobody_was_ever_shown_or_logged_a_stack_trace(served: Server) -> None:
    random.seed(1)
    for _ in range(60):
        text = "".join(random.choices("SELECT ?s{}<>\"'.;:()*/|^!=&,@#\\ \n", k=random.randint(1, 60)))
        answer = served.ask(text)
        assert answer.status in (200, 400, 403), (text, answer)
    assert "Traceback" not in served.said()
    assert '" 500 ' not in served.said()


@LINUX
def test_memory_stays_flat_under_hostile_queries(small: Server) -> None:
    def resident() -> int:
        status = Path(f"/proc/{small.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))

    def some() -> None:
        for _ in range(40):
            small.ask(f"{ROWS} LIMIT 50")
            small.ask("ASK { SERVICE <http://127.0.0.1:1/> {} }")
            small.post({"query": "x" * 200_000})

    some()
    before = resident()
    some()
    assert resident() - before < 8_000  # kilobytes
    assert len(small.children()) == 2


def test_a_server_that_is_told_to_stop_finishes_what_it_is_at(tmp_path: Path) -> None:
    slow = CKG + "SELECT (COUNT(*) AS ?n) { { SELECT ?a ?b { ?a a ?x . ?b a ?y } LIMIT 3000000 } }"
    with serving(tmp_path, "--timeout", "20", "--workers", "1") as server:
        with concurrent.futures.ThreadPoolExecutor(1) as one:
            answer = one.submit(server.ask, slow)
            deadline = time.monotonic() + 5
            while server.get("/healthz").json()["readers"]["free"]:
                assert time.monotonic() < deadline
            server.process.send_signal(signal.SIGTERM)
            assert answer.result().status == 200
        assert server.process.wait(10) == 0
        log = server.said()
    assert "Traceback" not in log
    with pytest.raises(ConnectionError):
        server.get("/healthz")


@LINUX
def test_the_processes_end_with_a_server_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "clusterkg", "serve", "--port", "0", "--workers", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline()
        assert address.startswith("http://")
        children = Server(process, address.strip(), tmp_path / "x").children()
        process.kill()
    assert len(children) == 2
    deadline = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--port", "x"], "--port x: cannot be; give a whole number from 0 to 65535"),
        (["--port", "70000"], "--port 70000: cannot be"),
        (["--workers", "0"], "--workers 0: cannot be; give a whole number from 1 to 64"),
        (["--timeout", "no"], "--timeout no: is no limit"),
        (["--host", "no.such.host.invalid", "--port", "0"], "cannot be listened at"),
        (["--data", "nowhere"], "nowhere: no such folder"),
        (["--store", "nowhere", "--port", "0"], "nowhere"),
    ],
)
def test_options_that_cannot_be_are_told_in_one_line(run: Run, options: list[str], said: str) -> None:
    done = run("serve", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_port_that_is_taken_is_told(run: Run, served: Server) -> None:
    done = run("serve", "--port", str(served.port))
    assert done.returncode == 2
    assert "cannot be listened at" in done.stderr
    assert "--port 0 takes one that is free" in done.stderr


def test_without_the_extra_one_line_says_what_to_install(run: Run, tmp_path: Path) -> None:
    for name in ("starlette", "uvicorn"):
        (tmp_path / f"{name}.py").write_text(f"raise ModuleNotFoundError('no', name={name!r})", encoding="utf-8")
        script = "import sys; sys.path.insert(0, '.'); from clusterkg.cli import main; sys.exit(main(['serve']))"
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert done.stderr == f"clusterkg: needs the package {name}; pip install 'clusterkg[serve]'\n"
        (tmp_path / f"{name}.py").unlink()


def test_the_help_names_every_option_with_its_default(run: Run) -> None:
    done = run("serve", "--help")
    assert done.returncode == 0
    for option in ("--host", "--port", "--workers", "--timeout", "--store", "--proxy-headers", "--data"):
        assert option in done.stdout
    assert "Example: clusterkg serve --port 7878" in done.stdout


def test_a_proxy_is_believed_only_where_it_is_said_to_be_one(served: Server, tmp_path: Path) -> None:
    forwarded = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "Host": "clusters.example.org"}
    assert "<http://clusters.example.org/sparql>" in served.request("GET", "/sparql", headers=forwarded).text
    assert "203.0.113.7" not in served.said()
    with serving(tmp_path, "--workers", "1", "--proxy-headers") as server:
        assert "<https://clusters.example.org/sparql>" in server.request("GET", "/sparql", headers=forwarded).text
        deadline = time.monotonic() + 2
        while not server.said().splitlines()[-1].startswith("203.0.113.7 "):
            assert time.monotonic() < deadline


def test_each_request_is_a_line_of_the_log_that_nobody_can_break(served: Server) -> None:
    served.get("/healthz?a=%0A%22b&c=d")
    served.raw(b'GET /healthz?x="y\xff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    time.sleep(0.1)
    lines = served.said().splitlines()
    assert any('"GET /healthz?a=%0A%22b&c=d" 200 ' in line for line in lines)
    assert all(line.count('"') in (0, 2) for line in lines)


def test_a_crowd_that_asks_for_one_page_gets_it_and_a_client_that_leaves_takes_it_from_nobody(small: Server) -> None:
    path = "/query/upgrading-by-country?format=csv"
    with concurrent.futures.ThreadPoolExecutor(40) as crowd:
        asked = [crowd.submit(small.get, path) for _ in range(40)]
        with socket.create_connection((small.host, small.port)) as leaving:
            leaving.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        answers = [one.result() for one in asked]
    assert {one.status for one in answers} == {200}
    assert len({one.body for one in answers}) == 1
    faults = [small.get("/query/upgrading-by-country?type=x&format=csv") for _ in range(2)]
    assert [one.status for one in faults] == [400, 400]
