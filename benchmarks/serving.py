"""How long SPARQL over HTTP takes: `clusterkg serve` against `oxigraph serve` on the same graph, in one run.

Run as ``python -m benchmarks.serving``. Both are asked over one open connection each, in turns. Trust the ratios; the
goal is twice the latency of Oxigraph's own server, which has no limits that stop a query. A query is asked anew, with a
comment that no query had before, and again, word for word, which our server answers from what it keeps. Beside them
stands what a server takes that answers one word with the same parts (uvicorn, httptools, starlette): nothing here can
be quicker than that.
Then comes the time from the start of the command to its first answer, as a multiple of a Python that does nothing; the
goal is 40.
"""

import contextlib
import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import clusterkg
from benchmarks.timing import PYTHON, measure
from clusterkg import library

ROOT = Path(__file__).parent.parent
QUERIES = (
    "tables/governance",
    "tables/upgrading",
    "cases/index",
    "questions/functional-upgrading-in-quasi-hierarchies",
    "questions/lead-actors-and-what-their-chains-do",
)
MORE = {
    "one fact": "SELECT ?o { <https://w3id.org/clusterkg/case/giuliani2005/leon-footwear> ?p ?o } ORDER BY ?o LIMIT 1",
    "5,000 rows": "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 5000",
    "every triple": "SELECT ?s ?p ?o { ?s ?p ?o }",
}
ROUNDS = 40
STARTS = 9


@contextlib.contextmanager
def ours() -> Iterator[tuple[str, str, int]]:
    """Run the service: where it is, the path of its endpoint, and its process."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "clusterkg", "serve", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as one:
        assert one.stdout is not None
        try:
            yield one.stdout.readline().strip().removeprefix("http://").rstrip("/"), "/sparql", one.pid
        finally:
            one.send_signal(signal.SIGTERM)


BARE = """
import asyncio, socket, sys
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

async def hello(request):
    await request.body()
    return PlainTextResponse("hello")

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else asyncio sets no TCP_NODELAY
listener.bind(("127.0.0.1", 0))
listener.listen(512)
print(f"127.0.0.1:{listener.getsockname()[1]}", flush=True)
app = Starlette(routes=[Route("/", hello, methods=["GET", "POST"])])
config = uvicorn.Config(app, http="httptools", ws="none", lifespan="off", loop="asyncio", access_log=False)
uvicorn.Server(config).run(sockets=[listener])
"""
"""A server that answers one word, with the same parts underneath."""


@contextlib.contextmanager
def bare() -> Iterator[tuple[str, str]]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-c", BARE], text=True, **pipes) as one:
        assert one.stdout is not None
        try:
            yield one.stdout.readline().strip(), "/"
        finally:
            one.send_signal(signal.SIGTERM)


@contextlib.contextmanager
def oxigraph(triples: bytes) -> Iterator[tuple[str, str]]:
    program = Path(sys.executable).with_name("oxigraph")
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with subprocess.Popen([program, "serve", "--bind", address], stderr=subprocess.DEVNULL) as one:
        try:
            for _ in range(100):
                time.sleep(0.1)
                with contextlib.suppress(OSError):
                    connection = http.client.HTTPConnection(address)
                    connection.request("POST", "/store?default", triples, {"Content-Type": "application/n-triples"})
                    assert connection.getresponse().status in (201, 204)
                    break
            yield address, "/query"
        finally:
            one.kill()


def ask(connection: http.client.HTTPConnection, path: str, text: str) -> tuple[float, int]:
    """Return the seconds that an answer takes, and its bytes."""
    body = urllib.parse.urlencode({"query": text})
    headers = {
        "Accept": "application/sparql-results+json",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    start = time.perf_counter()
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    data = answer.read()
    assert answer.status == 200, data
    return time.perf_counter() - start, len(data)


def first_answer() -> float:
    """Return the seconds from the start of the command to its first answer."""
    start = time.perf_counter()
    with ours() as (address, path, _):
        ask(http.client.HTTPConnection(address), path, "ASK {}")
        return time.perf_counter() - start


def start() -> float:
    """Return what that takes in multiples of a Python that does nothing, the median of rounds in turns."""
    first_answer()
    rounds = [(first_answer(), measure([PYTHON, "-c", "pass"])) for _ in range(STARTS)]
    return statistics.median(ours_ for ours_, _ in rounds) / statistics.median(nothing for _, nothing in rounds)


def main() -> None:
    graph = clusterkg.load().graph
    texts = {name: library.read(name).bind({}) for name in QUERIES} | MORE
    triples = "".join(sorted({f"{quad.triple} .\n" for quad in graph.store})).encode()
    with ours() as mine, oxigraph(triples) as other, bare() as least:
        servers = {
            "clusterkg": (http.client.HTTPConnection(mine[0]), mine[1]),
            "oxigraph": (http.client.HTTPConnection(other[0]), other[1]),
            "bare": (http.client.HTTPConnection(least[0]), least[1]),
        }
        print("| query | ms, clusterkg serve, anew | again | ms, oxigraph serve | ratio, anew | again | ms, one word |")
        print("|---|--:|--:|--:|--:|--:|--:|")
        for name, text in texts.items():
            times: dict[str, list[float]] = {server: [] for server in (*servers, "again")}
            for round_number in range(ROUNDS + 2):
                for server, (connection, path) in servers.items():
                    seconds, _ = ask(connection, path, f"{text} # {round_number}")
                    if round_number > 1:
                        times[server].append(seconds * 1000)
                    if server == "clusterkg":
                        seconds, _ = ask(connection, path, f"{text} # {round_number}")
                        times["again"].append(seconds * 1000)
            here, there, word, again = (statistics.median(times[one]) for one in (*servers, "again"))
            ratios = f"{here / there:.2f} | {again / there:.2f}"
            print(f"| {name} | {here:.2f} | {again:.2f} | {there:.2f} | {ratios} | {word:.2f} |")
    print(f"\nFrom the start to the first answer: {start():.1f} times a Python that does nothing.")


if __name__ == "__main__":
    main()
