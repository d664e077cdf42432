"""The service under hostile, slow, huge and plain requests at once, for minutes: it answers, rightly, and stays small.

Two minutes in the gate; ``make soak`` takes ten, or as many as ``make soak MINUTES=60`` says.
"""

import collections
import contextlib
import gzip
import http.client
import os
import random
import signal
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from served import CKG, ENDLESS, FORM, Server, serving

MINUTES = float(os.environ.get("CLUSTERKG_SOAK_MINUTES", "2"))
ROWS = "SELECT ?s ?p ?o { ?s ?p ?o }"
GREEDY = "SELECT ?x { ?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?a), STR(?d), STR(?c)) AS ?x) } ORDER BY ?x"
REFUSED = {400, 403, 404, 405, 406, 408, 413, 415, 431, 503}
PLAIN = (
    f"/sparql?query={quote(CKG + 'SELECT ?case { ?case a ckg:CaseStudy } ORDER BY ?case')}",
    f"/sparql?query={quote(CKG + 'SELECT (COUNT(*) AS ?n) { ?a a ckg:Assessment }')}&format=csv",
    f"/sparql?query={quote(CKG + 'SELECT ?s ?p ?o { ?s a ckg:CaseStudy ; ?p ?o } ORDER BY ?s ?p ?o')}&format=tsv",
    "/query/upgrading-by-country?format=csv",
    "/data/case/giuliani2005/leon-footwear.nt",
    "/page/case/giuliani2005/leon-footwear",
    "/ontology",
    "/",
)
PATIENCE = 30
"""Seconds that the server waits for a request."""


class Soak:
    """Clients of all kinds at a server, and what they got."""

    def __init__(self, server: Server) -> None:
        self.server, self.until = server, time.monotonic() + MINUTES * 60
        self.right: collections.Counter[str] = collections.Counter()
        self.statuses: collections.Counter[int] = collections.Counter()
        self.wrong: list[str] = []
        self.memory: list[tuple[int, int]] = []
        self.expected = {path: server.get(path).body for path in PLAIN}

    def run(self) -> None:
        """Run all clients side by side until the time is over."""
        clients = [self.plain, self.plain, self.kept_open, self.packed, self.endless, self.greedy, self.huge]
        clients += [self.garbage, self.leaver, self.slow_reader, self.no_reader, self.slow_sender, self.sitter]
        clients += [self.killer, self.watcher]
        threads = [threading.Thread(target=self._again, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _again(self, client: Callable[[], object]) -> None:
        while time.monotonic() < self.until and len(self.wrong) < 20:
            try:
                client()
            except (OSError, http.client.HTTPException) as error:
                if client in (self.plain, self.packed):
                    self.wrong.append(f"{client.__name__}: {type(error).__name__} {error}")
                time.sleep(0.05)

    def _wire(self) -> socket.socket:
        return socket.create_connection((self.server.host, self.server.port), timeout=60)

    def _told(self, status: int, *allowed: int) -> bool:
        """Note a status; tell whether it is the first of those that there may be."""
        self.statuses[status] += 1
        if status not in (*allowed, 503):
            self.wrong.append(f"status {status} where {allowed} may be")
        return status == allowed[0]

    def _same(self, path: str, status: int, body: bytes, kind: str) -> None:
        if not self._told(status, 200):
            if status != 503:
                self.wrong.append(f"{path}: {body[:300].decode()}")
            time.sleep(0.2)  # it is told to come again
        elif body != self.expected[path]:
            self.wrong.append(f"{path}: {len(body)} bytes, not the {len(self.expected[path])} of before")
        else:
            self.right[kind] += 1

    def plain(self) -> None:
        path = random.choice(PLAIN)
        # What was asked before is answered from what was kept, so that a comment is put before some.
        anew = f"/sparql?query=%23{random.randint(0, 10**9)}%0A"
        answer = self.server.get(path.replace("/sparql?query=", anew) if random.random() < 0.7 else path)
        self._same(path, answer.status, answer.body, "plain")

    def packed(self) -> None:
        path = random.choice(PLAIN)
        answer = self.server.get(path, Accept_Encoding="gzip")
        body = gzip.decompress(answer.body) if "content-encoding" in answer.headers else answer.body
        self._same(path, answer.status, body, "packed")

    def kept_open(self) -> None:
        with contextlib.closing(http.client.HTTPConnection(self.server.host, self.server.port, timeout=30)) as one:
            for path in PLAIN * 3:
                one.request("GET", path)
                answer = one.getresponse()
                self._same(path, answer.status, answer.read(), "kept open")

    def endless(self) -> None:
        self._told(self.server.ask(ENDLESS).status, 400)

    def greedy(self) -> None:
        self._told(
            self.server.ask(random.choice((GREEDY, f"{ROWS} ORDER BY ?o", ROWS.replace("?s ?p", "*")))).status, 400, 200
        )

    def huge(self) -> None:
        body = random.choice((b"query=" + b"%20" * 900_000, b"a=b&" * 700_000, b"query=ASK{" + b" " * 2_900_000 + b"}"))
        self._told(self.server.request("POST", "/sparql", body, {"Content-Type": FORM}).status, 400, 413)
        time.sleep(0.5)

    def garbage(self) -> None:
        text = "".join(random.choices("SELECT ?s{}<>\"'.;:()*/|^!=&,@#\\ \n", k=random.randint(1, 200)))
        self._told(self.server.ask(text).status, 400, 200, 403)
        path = "/" + quote(os.urandom(random.randint(1, 40)))
        self._told(self.server.get(path).status, 404, 400)
        with self._wire() as wire:
            wire.sendall(
                random.choice((os.urandom(3000), b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 200_000)) + b"\r\n\r\n"
            )
            got = wire.recv(100)
            assert not got or int(got[9:12]) in REFUSED, got

    def leaver(self) -> None:
        with self._wire() as wire:
            wire.sendall(
                f"GET /sparql?query={quote(random.choice((ENDLESS, ROWS)))} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
            )
            wire.settimeout(0.3)
            with contextlib.suppress(TimeoutError):
                wire.recv(random.randint(1, 100_000))

    def slow_reader(self) -> None:
        with self._wire() as wire:
            wire.sendall(f"GET /sparql?query={quote(ROWS)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            while time.monotonic() < self.until and wire.recv(20_000):
                time.sleep(0.1)

    def no_reader(self) -> None:
        """Ask for long answers and take none of them: the server lets go of who does so."""
        with contextlib.ExitStack() as stack:
            wires = [stack.enter_context(self._wire()) for _ in range(5)]
            for wire in wires:
                query = quote(f"{ROWS} LIMIT 20000")
                wire.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            self._sleep(PATIENCE + 15)
            if time.monotonic() < self.until:
                for wire in wires:
                    got = 0
                    with contextlib.suppress(ConnectionError):
                        while chunk := wire.recv(1 << 20):
                            got += len(chunk)
                    self.right["dropped"] += got < 5_000_000

    def slow_sender(self) -> None:
        """Send a head, or a body, letter by letter: the server waits for neither for ever."""
        head = f"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nContent-Length: 50\r\n"
        with self._wire() as wire, self._wire() as other:
            other.sendall(head.encode() + b"\r\n")
            for letter in head + "X: " + "a" * 40:
                wire.sendall(letter.encode())
                other.sendall(b"a" * (random.random() < 0.1))
                self._sleep(0.4)
                if time.monotonic() > self.until:
                    return

    def sitter(self) -> None:
        """Open connections and say nothing: the server closes them."""
        with contextlib.ExitStack() as stack:
            wires = [stack.enter_context(self._wire()) for _ in range(60)]
            self._sleep(PATIENCE + 5)
            if time.monotonic() < self.until:
                closed = sum(wire.recv(10) == b"" for wire in wires)
                self.right["closed"] += closed
                if closed < len(wires):
                    self.wrong.append("a connection that says nothing stays open")

    def killer(self) -> None:
        self._sleep(5)
        with contextlib.suppress(ProcessLookupError, IndexError):
            os.kill(random.choice(self.server.children()), signal.SIGKILL)

    def watcher(self) -> None:
        if self.server.get("/healthz").status not in (200, 503):
            self.wrong.append("it is not well")
        own = resident(self.server.process.pid)
        self.memory.append((own, sum(map(resident, self.server.children()))))
        self._sleep(1)

    def _sleep(self, seconds: float) -> None:
        time.sleep(max(0.0, min(seconds, self.until - time.monotonic())))


def resident(pid: int) -> int:
    """Return the kilobytes of memory that a process has; 0 for one that has ended."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmRSS:")))
    return 0


def open_files(server: Server) -> int:
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_it_stands_minutes_of_hostile_slow_and_huge_requests(tmp_path: Path) -> None:
    limits = ("--workers", "2", "--timeout", "6", "--memory", "200", "--max-rows", "60000")
    with serving(tmp_path, *limits) as server:
        children, files = len(server.children()), open_files(server)
        soak = Soak(server)
        soak.run()
        print(f"\n{dict(soak.right)} right; statuses {dict(sorted(soak.statuses.items()))}")
        assert not soak.wrong, soak.wrong[:20]
        assert all(soak.right[kind] >= 10 * MINUTES for kind in ("plain", "packed", "kept open")), soak.right
        assert soak.right["closed"] >= 60

        # Everything that it had is given back: processes, zombies among them, files and sockets.
        deadline = time.monotonic() + 2 * PATIENCE
        while (len(server.children()), open_files(server)) != (children, files):
            assert time.monotonic() < deadline, (len(server.children()), children, open_files(server), files)
            time.sleep(0.5)
        well = server.get("/healthz").json()
        assert all((one["free"], one["waiting"]) == (2, 0) for one in (well["readers"], well["clerks"]))
        for path in PLAIN:
            assert server.get(path).body == soak.expected[path]

        # Flat: in the later half each has at most 15 % more than in the earlier, and what a few answers take.
        settled = soak.memory[len(soak.memory) // 5 :]
        half = len(settled) // 2
        for place, kind, allowance in ((0, "server", 16_000), (1, "its processes", 100_000)):
            before, after = (statistics.median(one[place] for one in part) for part in (settled[:half], settled[half:]))
            print(f"{kind}: {before / 1000:.0f} MB, then {after / 1000:.0f} MB")
            assert after <= 1.15 * before + allowance, kind
        log = server.said()
    assert "Traceback" not in log
    assert '" 500 ' not in log
