"""A real `clusterkg serve` in a process of its own, and requests to it as they go over the wire."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from conftest import ROOT

CKG = "PREFIX ckg: <https://w3id.org/clusterkg/ontology#>\n"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
FORM = "application/x-www-form-urlencoded"


class Reply:
    """What came back: status, headers by their names in small letters, and the body as it came."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    def json(self) -> Any:
        return json.loads(self.body)

    def __repr__(self) -> str:
        return f"<{self.status} {self.media} {self.body[:200]!r}>"


class Server:
    """A server that runs."""

    def __init__(self, process: "subprocess.Popen[str]", address: str, log: Path) -> None:
        self.process, self.address, self.log = process, address, log
        self.host, _, port = address.removeprefix("http://").rstrip("/").rpartition(":")
        self.port = int(port)

    def request(
        self, method: str, path: str, body: bytes | str | None = None, headers: Mapping[str, str] = {}
    ) -> Reply:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        with contextlib.closing(connection):
            data = body.encode() if isinstance(body, str) else body
            connection.request(method, path, data, dict(headers))
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())

    def get(self, path: str, accept: str = "", **headers: str) -> Reply:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("GET", path, headers={**({"Accept": accept} if accept else {}), **said})

    def ask(self, query: str, accept: str = "", **fields: str) -> Reply:
        named = {name.replace("_", "-"): value for name, value in fields.items()}
        return self.get(f"/sparql?{urlencode({'query': query, **named}, quote_via=quote)}", accept)

    def post(self, fields: Mapping[str, str], accept: str = "", media: str = FORM) -> Reply:
        headers = {"Content-Type": media, **({"Accept": accept} if accept else {})}
        return self.request("POST", "/sparql", urlencode(fields), headers)

    def raw(self, data: bytes) -> bytes:
        """Send bytes as they are and return what comes until the server closes."""
        with socket.create_connection((self.host, self.port), timeout=30) as wire:
            wire.sendall(data)
            got = b""
            with contextlib.suppress(ConnectionError):
                while chunk := wire.recv(65536):
                    got += chunk
            return got

    def children(self) -> list[int]:
        """Return the processes that it has started."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text(encoding="ascii").split()]

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def serving(folder: Path, *options: str) -> Iterator[Server]:
    """Run the command, in an empty folder, until the context ends; it has to end well when it is told to."""
    log = folder / "serve.log"
    command = [sys.executable, "-m", "clusterkg", "serve", "--port", "0", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with log.open("w", encoding="utf-8") as said:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=said, text=True, encoding="utf-8"
        )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://"), log.read_text(encoding="utf-8")
        yield Server(process, address, log)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, log.read_text(encoding="utf-8")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
