"""Real servers and feigned ones, each on a free port of this machine and ended with its test."""

import contextlib
import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from conftest import missing

VIRTUOSO_INI = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 8
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CheckpointInterval = 0
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 6
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = 60
"""


def free_ports(many: int) -> list[int]:
    """Return ports that are free, each another: all are held until all are found."""
    with contextlib.ExitStack() as held:
        servers = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(many)]
        return [server.getsockname()[1] for server in servers]


def answers(url: str) -> bool:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@contextlib.contextmanager
def running(command: list[str], url: str, folder: Path) -> Iterator[None]:
    """Run a server until the context ends; it is up when its address answers."""
    log = folder / "server.log"
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not answers(url):
            assert process.poll() is None, log.read_text(errors="replace")
            assert time.monotonic() < deadline, f"{command[0]} does not answer"
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def oxigraph(folder: Path) -> Iterator[str]:
    """Run `oxigraph serve` in memory, and yield its address without the path."""
    program = Path(sys.executable).parent / "oxigraph"
    found = str(program) if program.exists() else shutil.which("oxigraph")
    if found is None:
        missing("oxigraph, the server", "pip install oxigraph")
    base = f"http://127.0.0.1:{free_ports(1)[0]}"
    with running([found, "serve", "--bind", base.removeprefix("http://")], f"{base}/", folder):
        yield base


@contextlib.contextmanager
def virtuoso(folder: Path) -> Iterator[str]:
    """Run Virtuoso with an empty database, and yield its address without the path; user and password are dba."""
    found = shutil.which("virtuoso-t")
    if found is None:
        missing("Virtuoso", "apt install virtuoso-opensource-7-bin")
    port, sql = free_ports(2)
    (folder / "virtuoso.ini").write_text(VIRTUOSO_INI.format(sql=sql, http=port), encoding="utf-8")
    with running([found, "+foreground", "+configfile", "virtuoso.ini"], f"http://127.0.0.1:{port}/sparql", folder):
        yield f"http://127.0.0.1:{port}"


Reply = tuple[int, dict[str, str], bytes]


class Feigned:
    """A server that gives the replies it is told, the last one for ever, and keeps what it was asked."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.asked: list[tuple[str, str, bytes, str]] = []
        self.url = ""

    def reply(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@contextlib.contextmanager
def feigned(*replies: Reply) -> Iterator[Feigned]:
    made = Feigned(*replies)

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.command == "HEAD":  # a look at the server, which counts as no request
                self.send_response(200)
                self.end_headers()
                return
            made.asked.append((self.command, self.path, body, self.headers.get("Authorization") or ""))
            status, headers, content = made.reply()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_HEAD = answer  # noqa: N815

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_port}/query"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def mute() -> Iterator[str]:
    """Listen and never answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/query"


@contextlib.contextmanager
def environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
