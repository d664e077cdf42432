"""What docs/serving.md says of running the service: nginx before it, systemd or a container around it, as it stands."""

import concurrent.futures
import contextlib
import gzip
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from conftest import ROOT, missing
from documents import block, put
from served import ENDLESS, FORM, Reply, Server, serving

NAME = "clusters.example.org"
ROWS = f"/sparql?query={quote('SELECT ?s ?p ?o { ?s ?p ?o }')}"
ONE, ANOTHER = "127.0.0.2", "127.0.0.3"
"""Addresses from which a client comes."""


def tool(name: str, package: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    return found or missing(name, f"apt install {package}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Proxied:
    """A service behind nginx, asked over TLS as its name on the internet.

    Attributes:
        behind: the service itself.
        port: where nginx listens.
        folder: nginx's own.
    """

    def __init__(self, behind: Server, port: int, folder: Path) -> None:
        self.behind, self.port, self.folder = behind, port, folder
        self.trusted = ssl.create_default_context(cafile=folder / "clusters.pem")

    def open(self, source: str = ONE) -> ssl.SSLSocket:
        wire = socket.create_connection(("127.0.0.1", self.port), timeout=30, source_address=(source, 0))
        return self.trusted.wrap_socket(wire, server_hostname=NAME)

    @contextlib.contextmanager
    def asking(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: Mapping[str, str] = {},
        source: str = ONE,
    ) -> Iterator[http.client.HTTPResponse]:
        connection = http.client.HTTPConnection(NAME)
        with contextlib.closing(connection):
            connection.sock = self.open(source)
            connection.request(method, path, body, dict(headers))
            yield connection.getresponse()

    def get(self, path: str, source: str = ONE, **headers: str) -> Reply:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        with self.asking("GET", path, None, said, source) as answer:
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())

    def post(self, body: str, media: str = FORM) -> Reply:
        with self.asking("POST", "/sparql", body, {"Content-Type": media}) as answer:
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())

    def log(self, pattern: str) -> bool:
        """Tell whether the service's log has a line that begins so, soon."""
        deadline = time.monotonic() + 2
        while not (found := re.search(pattern, self.behind.said(), re.M)) and time.monotonic() < deadline:
            time.sleep(0.02)
        return bool(found)


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """The service behind an nginx that runs what the document shows; only ports and files are others."""
    nginx, openssl = tool("nginx", "nginx-light"), tool("openssl", "openssl")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    key, certificate = folder / "clusters.key", folder / "clusters.pem"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}"]
    named = ["-addext", f"subjectAltName=DNS:{NAME}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, *made, *named], capture_output=True, check=True)
    options = ("--proxy-headers", "--workers", "1", "--timeout", "3")
    assert options[0] in block("ini")
    with serving(tmp_path_factory.mktemp("behind"), *options) as behind:
        shown = put(block("nginx"), "listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;")
        shown = put(shown, "/etc/ssl/clusters.pem", str(certificate))
        shown = put(shown, "/etc/ssl/clusters.key", str(key))
        shown = put(shown, "127.0.0.1:7878", f"127.0.0.1:{behind.port}")
        places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        around = (
            f"daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
            f"http {{\naccess_log {folder}/access.log;\n"
            + "".join(f"{one}_temp_path {folder}/{one};\n" for one in places)
        )
        (folder / "nginx.conf").write_text(f"{around}{shown}}}\n", encoding="utf-8")
        command = [nginx, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 10
            while True:
                with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", port)):
                    break
                assert process.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
                assert time.monotonic() < deadline
                time.sleep(0.02)
            yield Proxied(behind, port, folder)
        finally:
            process.terminate()
            process.wait(10)


def test_behind_nginx_the_service_calls_itself_by_its_name_on_the_internet(proxied: Proxied) -> None:
    assert f"<https://{NAME}/sparql>" in proxied.get("/sparql").text
    void = proxied.get("/.well-known/void", Accept="application/n-triples")
    ends = [
        one.object for one in ox.parse(void.body, format=ox.RdfFormat.N_TRIPLES) if "Endpoint" in str(one.predicate)
    ]
    assert ends == [ox.NamedNode(f"https://{NAME}/sparql")]
    answer = proxied.get("/id/case/giuliani2005/leon-footwear", Accept="text/turtle")
    assert (answer.status, answer.headers["location"]) == (303, "/data/case/giuliani2005/leon-footwear.ttl")
    page = proxied.get("/").text
    assert f"https://{NAME}/" in page  # in what is there to copy
    assert f"http://{NAME}" not in page
    assert str(proxied.behind.port) not in page


def test_the_log_says_who_asked_nginx_whatever_they_say_themselves(proxied: Proxied) -> None:
    proxied.get("/healthz?mine", X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="http")
    assert proxied.log(rf'^{re.escape(ONE)} \S+ "GET /healthz\?mine" 200 ')
    assert "203.0.113.9" not in proxied.behind.said()
    assert f"<https://{NAME}/sparql>" in proxied.get("/sparql", X_Forwarded_Proto="http").text


def test_nginx_passes_on_what_is_compressed_and_what_the_client_has(proxied: Proxied) -> None:
    plain = proxied.get("/data/study/giuliani2005.ttl")
    packed = proxied.get("/data/study/giuliani2005.ttl", Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert proxied.get("/data/study/giuliani2005.ttl", If_None_Match=plain.headers["etag"]).status == 304


def test_a_long_answer_streams_through_nginx_and_is_kept_nowhere(proxied: Proxied) -> None:
    with proxied.asking("GET", ROWS) as answer:
        assert answer.getheader("transfer-encoding") == "chunked"
        whole = answer.read(1000) + answer.read()
    assert len(json.loads(whole)["results"]["bindings"]) > 10_000
    assert not [path for path in (proxied.folder / "proxy").rglob("*") if path.is_file()]


def test_an_answer_that_breaks_off_breaks_off_behind_nginx_too(proxied: Proxied) -> None:
    # More than what lies between them may hold.
    query = "SELECT ?s ?p ?o ?case { ?s ?p ?o . ?case a <https://w3id.org/clusterkg/ontology#CaseStudy> } LIMIT 120000"
    with proxied.asking("GET", f"/sparql?query={quote(query)}") as answer:
        assert answer.status == 200
        assert answer.read(1000)
        time.sleep(4)  # the service gives a client three seconds
        with pytest.raises((http.client.IncompleteRead, ssl.SSLError, ConnectionError)):
            answer.read()


def test_what_is_wrong_is_told_through_nginx_as_the_service_says_it(proxied: Proxied) -> None:
    assert "is not declared" in proxied.get("/sparql?query=ASK%7B%3Fs%20a%20x:y%7D").text
    too_long = proxied.post("x" * 3_500_000, "application/sparql-query")
    assert (too_long.status, "ask in several queries" in too_long.text) == (413, True)
    assert proxied.post("x" * 4_500_000).status == 413  # by nginx itself
    long = quote("ASK {} #" + "x" * 60_000)
    assert proxied.get(f"/sparql?query={long}").json()["boolean"] is True


def test_behind_nginx_a_service_at_work_asks_to_come_again(proxied: Proxied) -> None:
    with concurrent.futures.ThreadPoolExecutor(16) as many:
        found = list(many.map(lambda _: proxied.post(f"query={quote(ENDLESS)}"), range(16)))
    assert {one.status for one in found} == {400, 503}
    assert all(one.headers["retry-after"].isdigit() for one in found if one.status == 503)
    assert proxied.get("/healthz").status == 200


def test_a_client_that_leaves_nginx_stops_its_query(proxied: Proxied) -> None:
    body = f"query={quote(ENDLESS)}"
    head = f"POST /sparql HTTP/1.1\r\nHost: {NAME}\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
    before = proxied.behind.said().count('"POST /sparql" 499')
    with proxied.open() as wire:
        wire.sendall((head + body).encode())
        time.sleep(0.5)
    deadline = time.monotonic() + 2
    while proxied.behind.said().count('"POST /sparql" 499') == before:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_who_asks_too_often_is_told_so_and_others_are_not(proxied: Proxied) -> None:
    connection = http.client.HTTPConnection(NAME)
    found = []
    with contextlib.closing(connection):
        connection.sock = proxied.open(ANOTHER)
        for _ in range(200):
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            answer.read()
            found.append(answer.status)
    assert set(found) == {200, 429}
    assert found.index(429) >= 40
    assert proxied.get("/healthz", "127.0.0.4").status == 200


@pytest.mark.parametrize(("edit", "well"), [(("", ""), True), (("DynamicUser", "DynamcUser"), False)])
def test_systemd_understands_every_line_of_the_unit(tmp_path: Path, edit: tuple[str, str], well: bool) -> None:
    analyze = tool("systemd-analyze", "systemd")
    program = tmp_path / "clusterkg"
    program.write_text("#!/bin/sh\n", encoding="ascii")
    program.chmod(0o755)
    unit = put(block("ini"), "/srv/clusterkg/.venv/bin/clusterkg", str(program)).replace(*edit)
    (tmp_path / "clusterkg.service").write_text(unit, encoding="utf-8")
    done = subprocess.run(
        [analyze, "verify", "--man=no", tmp_path / "clusterkg.service"], capture_output=True, text=True, check=False
    )
    assert ((done.returncode, done.stderr) == (0, "")) is well, done.stderr


def test_the_unit_s_command_serves(tmp_path: Path) -> None:
    (command,) = re.findall(r"^ExecStart=\S+ serve --port 7878 (.*)$", block("ini"), re.M)
    with serving(tmp_path, *command.split()) as server:
        assert server.ask("ASK {}").json()["boolean"] is True
        assert server.get("/healthz").json()["readers"]["all"] == 4


def test_the_container_s_command_serves_and_its_check_tells_whether_it_does(tmp_path: Path) -> None:
    shown = block("dockerfile")
    (entry,) = re.findall(r"^ENTRYPOINT (\[.*\])$", shown, re.M)
    (check,) = re.findall(r"^HEALTHCHECK CMD (.*)$", shown, re.M)
    program, action, *options = json.loads(entry)
    assert (program, action) == ("clusterkg", "serve")

    def well(port: int) -> bool:
        line = put(check, "127.0.0.1:7878", f"127.0.0.1:{port}").replace("python", sys.executable, 1)
        environment = {**os.environ, "no_proxy": "*"}
        return not subprocess.run(["sh", "-c", line], capture_output=True, env=environment, check=False).returncode

    with serving(tmp_path, *options) as server:
        assert well(server.port)
    assert not well(server.port)


def test_the_container_s_image_can_be_made_from_what_the_project_declares() -> None:
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    shown = block("dockerfile")
    (version,) = re.findall(r"^FROM python:(\d+\.\d+)-slim$", shown, re.M)
    (least,) = re.findall(r'^requires-python = ">=([\d.]+)"', declared, re.M)
    assert [int(one) for one in version.split(".")] >= [int(one) for one in least.split(".")]
    assert "'clusterkg[serve]'" in shown
    assert re.search(r"^serve = \[", declared, re.M)
