"""A store on disk served: the series in it are asked like the rest, and no query gets out of it."""

import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from series_files import GINI, SERIES
from served import ENDLESS, Server, serving

from clusterkg.graph.fence import can_be_fenced
from clusterkg.series.choices import Choice
from clusterkg.series.importing import Order, import_file

pytestmark = pytest.mark.skipif(
    not can_be_fenced() and not os.environ.get("CLUSTERKG_REQUIRE_ALL"),
    reason="queries from outside are refused over a store here: the system has no seccomp",
)

COUNT = "SELECT (COUNT(?s) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), '/graph/series/')) }"


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("stored")
    order = Order(str(SERIES / "gini-index.csv"), Choice([GINI]), label=GINI, vintage="v")
    import_file(order, str(folder / "store"))
    with serving(folder, "--store", "store", "--timeout", "1.5", "--workers", "2") as server:
        yield server


def test_the_series_are_asked_like_the_rest(stored: Server, served: Server) -> None:
    def number(server: Server) -> int:
        return int(server.ask(COUNT).json()["results"]["bindings"][0]["n"]["value"])

    assert number(stored) > 0 == number(served)
    path = "/query/linked/upgrading-and-inequality?format=csv"
    assert len(stored.get(path).text.splitlines()) == len(served.get(path).text.splitlines()) > 1
    assert stored.get("/data/case/giuliani2005/leon-footwear.ttl").status == 200
    assert stored.get("/.well-known/void").status == 200


def test_the_editor_over_a_store_knows_the_same_words(stored: Server, served: Server) -> None:
    told = stored.get("/editor/terms.json")
    assert told.status == 200
    assert told.json() == served.get("/editor/terms.json").json()


def test_a_query_over_a_store_is_stopped_and_the_next_answered(stored: Server) -> None:
    assert stored.ask(ENDLESS).status == 400
    assert stored.ask("ASK {}").json()["boolean"] is True


def filter_of(pid: int) -> str:
    """Return 2 for a process behind a filter of system calls, 0 for one that is not."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return "gone"
    return next(line.split()[1] for line in lines if line.startswith("Seccomp:"))


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_reader_over_a_store_is_fenced_in(stored: Server) -> None:
    # Two answer queries from outside, behind the filter; two do the project's own work. One that was stopped before
    # gives its memory back for a while, and one in its place puts the filter up when it has opened the store.
    deadline = time.monotonic() + 20
    while (modes := sorted(map(filter_of, stored.children()))) != ["0", "0", "2", "2"] and time.monotonic() < deadline:
        time.sleep(0.1)
    assert modes == ["0", "0", "2", "2"]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"
        assert stored.ask(f"SELECT * {{ SERVICE <{url}> {{ ?a ?b ?c }} }}").status == 403
        with pytest.raises(TimeoutError):
            listener.accept()
