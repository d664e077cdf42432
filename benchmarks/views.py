"""How many pages a second `clusterkg serve` gives, beside a bare server of the same parts that answers one word.

Run as ``python -m benchmarks.views``. Both are asked over several open connections, in turns and in one run; trust the
ratios. The goal is a third of the rate of the bare answer (uvicorn, starlette). A page is hot when it was asked for
before, and cold the first time: cold ones are asked for once each, of a server that has just been started. Which
addresses there are is read from the page of all cases, as a reader finds them. Last comes what a browser loads for the
first page.
"""

import contextlib
import html
import itertools
import os
import re
import selectors
import socket
import statistics
import time
import urllib.request
from collections.abc import Iterable
from pathlib import Path

from benchmarks.serving import bare, ours

CONNECTIONS = 8
SECONDS = 0.4
ROUNDS = 25
STARTS = 3
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)


def request(path: str) -> bytes:
    """Return what a browser sends, in short."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n\r\n".encode()


def whole(data: bytes) -> bool:
    """Tell whether an answer has come to its end."""
    head, _, body = data.partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    return length is not None and len(body) >= int(length[1])


def rate(address: str, paths: Iterable[str], seconds: float = 3600.0) -> float:
    """Return the answers a second, until the paths or the seconds have run out."""
    host, _, port = address.rpartition(":")
    left = iter(paths)
    found, waiting, begun = 0, 0, time.perf_counter()
    with contextlib.ExitStack() as stack:
        ready = stack.enter_context(selectors.DefaultSelector())
        for path in itertools.islice(left, CONNECTIONS):
            wire = stack.enter_context(socket.create_connection((host, int(port))))
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.register(wire, selectors.EVENT_READ, bytearray())
            wire.sendall(request(path))
            waiting += 1
        while waiting:
            for key, _ in ready.select():
                wire = key.fileobj
                assert isinstance(wire, socket.socket)
                chunk = wire.recv(1 << 18)
                assert chunk, "the server closed a connection"
                key.data.extend(chunk)
                if not whole(key.data):
                    continue
                assert key.data.startswith(b"HTTP/1.1 200"), key.data[:300]
                key.data.clear()
                found, waiting = found + 1, waiting - 1
                if time.perf_counter() - begun < seconds and (path := next(left, None)) is not None:
                    wire.sendall(request(path))
                    waiting += 1
                else:
                    ready.unregister(wire)  # the server closes what is idle
    return found / (time.perf_counter() - begun)


def links(address: str, path: str, beginning: str) -> list[str]:
    """Return the addresses of pages on a page that begin so, each once."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(f"http://{address}{path}", headers={"Accept": "text/html"})) as answer:
        found = re.findall(r'href="([^"]+)"', answer.read().decode())
    pages = [one for one in dict.fromkeys(map(html.unescape, found)) if "format=" not in one]
    return [one for one in pages if one.startswith(beginning)]


def spent(pid: int) -> float:
    """Return the seconds of processor time that a process and those that it has started have taken."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    ticks = 0
    for one in (str(pid), *children):
        fields = Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Row:
    """A row of the table.

    Attributes:
        name: what was asked for.
        parts: in each round, the rate in those of one word.
        milliseconds: in each round, the processor time of a page.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.parts: list[float] = []
        self.milliseconds: list[float] = []

    def __str__(self) -> str:
        return f"| {self.name} | {statistics.median(self.parts):.3g} | {statistics.median(self.milliseconds):.2f} |"

    def measure(self, server: tuple[str, str, int], paths: Iterable[str], word: float) -> None:
        """Ask for pages, and note what that took."""
        address, _, pid = server
        before, begun = spent(pid), time.perf_counter()
        rate_ = rate(address, paths, SECONDS if isinstance(paths, itertools.repeat) else 3600.0)
        pages = rate_ * (time.perf_counter() - begun)
        self.parts.append(rate_ / word)
        self.milliseconds.append(1000 * (spent(pid) - before) / pages)


def hot(server: tuple[str, str, int], least: str) -> list[Row]:
    """Return how pages are given that were asked for before."""
    one = links(server[0], "/cases", "/page/case/")[0]
    group = next(path for path in links(server[0], "/cases", "/cases?") if "group" in path)
    pages = {"the first page": "/", "all cases": "/cases", "the cases of one group": group, "a case": one}
    rows = {path: Row(f"{name}, `{path}`") for name, path in pages.items()}
    for _ in range(ROUNDS):
        word = rate(least, itertools.repeat("/"), SECONDS)
        for path, row in rows.items():
            row.measure(server, itertools.repeat(path), word)
    return list(rows.values())


def cold(least: str) -> list[Row]:
    """Return how pages are given that nobody has asked for yet."""
    rows = [Row("for the first time: each case"), Row("for the first time: each facet of the cases")]
    for _ in range(STARTS):
        with ours() as server:
            pages = [links(server[0], "/cases", beginning) for beginning in ("/page/case/", "/cases?")]
            word = rate(least, itertools.repeat("/"), SECONDS)
            for row, paths in zip(rows, pages, strict=True):
                row.measure(server, paths, word)
    return rows


def weight(address: str) -> tuple[int, int]:
    """Return the bytes that a browser loads for the first page, as they come over the wire, and in how many answers."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        session = page.context.new_cdp_session(page)
        sizes: list[int] = []
        session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
        session.send("Network.enable")
        page.goto(f"http://{address}/", wait_until="networkidle")
        page.mouse.wheel(0, 20_000)  # what is loaded when it comes into sight counts too
        page.wait_for_load_state("networkidle")
        browser.close()
    return sum(sizes), len(sizes)


def main() -> None:
    print("| page | rate, in those of one word | ms of processor time |\n|---|--:|--:|")
    with bare() as (least, _):
        with ours() as server:
            for row in hot(server, least):
                print(row)
            size, answers = weight(server[0])
        for row in cold(least):
            print(row)
    print(f"\nThe first page: {size:,} bytes in {answers} answers, as a browser loads them.")


if __name__ == "__main__":
    main()
