"""Queries without end, and a look at the processes of this machine, for the tests of the guard."""

import contextlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z }"
WIDE = "SELECT ?a ?b ?c { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z }"
HEAVY = WIDE + " ORDER BY ?x ?y ?z"
EIGHTFOLD = "".join(f" BIND(CONCAT({', '.join([f'?s{n}'] * 8)}) AS ?s{n + 1})" for n in range(10))
LONG = f"SELECT (STRLEN(?s10) AS ?n) {{ BIND('0123456789' AS ?s0) {EIGHTFOLD} }}"
FIVE = "SELECT ?s { ?s ?p ?o FILTER(ISIRI(?s)) } ORDER BY ?s LIMIT 5"
DEEP = "SELECT ?s " + "{" * 100_000 + "}" * 100_000


def needing(there: bool, what: str, remedy: str) -> pytest.MarkDecorator:
    """Skip where a system lacks something; in the gate, where nothing may be skipped, the test is run and fails."""
    return pytest.mark.skipif(not there and not os.environ.get("CLUSTERKG_REQUIRE_ALL"), reason=f"no {what}: {remedy}")


linux = needing(sys.platform == "linux", "/proc", "run it on Linux")


def one_line(text: str) -> str:
    assert text.count("\n") == 1, text
    assert "Traceback" not in text
    return text


def children() -> set[int]:
    """Return the processes whose parent is this one, the dead that nobody has waited for among them."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(path.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(path.parent.name))
    return found


def wait_until(true: Callable[[], bool]) -> bool:
    """Tell whether something comes true soon."""
    return any(true() or time.sleep(0.02) for _ in range(1500))


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
