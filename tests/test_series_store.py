"""The store on disk: a cache that several may read, that no kill leaves half written, and that no query gets out of."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import filelock
import pytest
from conftest import AS_IN_A_TERMINAL, ROOT, Run
from series_files import GINI, HEADER, SERIES, WORLD_BANK

import clusterkg
from clusterkg import library
from clusterkg.errors import FileError, LimitError, ParameterError, QueryError
from clusterkg.graph import guard
from clusterkg.graph.fence import can_be_fenced
from clusterkg.graph.limits import Limits
from clusterkg.series.choices import Choice
from clusterkg.series.importing import Order, import_file
from clusterkg.series.store import datasets_in, graph_on

QUESTION = "questions/linked/upgrading-and-inequality"
COUNT = "SELECT (COUNT(?s) AS ?n) { ?s <https://w3id.org/clusterkg/ontology#year> ?o }"
fenced = pytest.mark.skipif(
    not can_be_fenced() and not os.environ.get("CLUSTERKG_REQUIRE_ALL"),
    reason="queries of one's own are refused over a store here: the system has no seccomp",
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the two series that the project ships an extract of, from their files."""
    folder = tmp_path_factory.mktemp("series") / "store"
    for name, code in (("gdp", "NY.GDP.MKTP.CD"), ("gini-index", GINI)):
        import_file(Order(str(SERIES / f"{name}.csv"), Choice([code]), label=code, vintage="v"), str(folder))
    return folder


@pytest.fixture
def copy(store: Path, tmp_path: Path) -> Path:
    """A copy of the store, to be spoilt."""
    shutil.copytree(store, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.mark.parametrize("path", sorted((ROOT / "queries/questions/linked").glob("*.rq")), ids=lambda path: path.stem)
def test_the_store_answers_as_the_shipped_extract_does(path: Path, store: Path) -> None:
    name = f"questions/linked/{path.stem}"
    here, there = clusterkg.load().query(name), clusterkg.load(store=str(store)).query(name)
    assert here.columns == there.columns
    told = {"vintage", "indicator"}
    assert [{k: v for k, v in row.items() if k not in told} for row in here] == [
        {k: v for k, v in row.items() if k not in told} for row in there
    ]


def test_tables_come_from_the_store_alike(store: Path) -> None:
    assert clusterkg.load(store=str(store)).table(5).records() == clusterkg.load().table(5).records()


def test_the_command_asks_the_store(run: Run, store: Path) -> None:
    done = run("query", "linked/upgrading-and-inequality", "--store", str(store), "--format", "csv")
    assert done.returncode == 0
    assert ",v," in done.stdout, "with the vintage of what was imported"


def test_several_read_while_one_writes(copy: Path) -> None:
    before = graph_on(str(copy))
    import_file(Order(str(WORLD_BANK)), str(copy))
    after = graph_on(str(copy))
    assert len(datasets_in(str(copy))) == 3
    assert before.run(COUNT) == after.run(COUNT)
    assert len(before.run("SELECT ?s ?p ?o { ?s ?p ?o }")) < len(after.run("SELECT ?s ?p ?o { ?s ?p ?o }"))


def test_a_second_writer_is_told_to_wait(copy: Path) -> None:
    with filelock.FileLock(str(copy / ".lock")), pytest.raises(FileError, match="another process is writing to this"):
        import_file(Order(str(WORLD_BANK)), str(copy))
    assert len(datasets_in(str(copy))) == 2


def test_of_two_that_make_a_store_at_once_the_later_takes_nothing_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, make = tmp_path / "new", os.makedirs
    other = filelock.FileLock(str(new / ".lock"))

    def made_by_another_too(*given: Any, **named: Any) -> None:
        make(*given, **named)
        if not other.is_locked:
            other.acquire()
            (new / "database-1").mkdir()

    monkeypatch.setattr("os.makedirs", made_by_another_too)
    with pytest.raises(FileError, match="another process is writing to this"):
        import_file(Order(str(WORLD_BANK)), str(new))
    assert (new / "database-1").is_dir()
    other.release()


@pytest.mark.parametrize(
    "end", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=["killed", "stopped", "ended", "hung-up"]
)
def test_an_import_cut_short_leaves_the_store_as_it_was(copy: Path, tmp_path: Path, end: signal.Signals) -> None:
    codes = ["BRA", "MEX", "PER", "CHL", "ALB", "FRA", "DEU", "ITA", "ESP", "USA"]
    long = tmp_path / "long.csv"
    with long.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for year in range(1000, 3000):
            file.writelines(f",{code},{year},{year}.5\n" for code in codes * 4)
    before = (copy / "store.json").read_bytes(), graph_on(str(copy)).run(COUNT)
    command = [*AS_IN_A_TERMINAL, "import", str(long), "--store", str(copy)]
    done = subprocess.Popen(
        [*command, "--indicator", "X", "--label", "x"], env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=-1
    )
    draft = copy / "database-3"
    deadline = time.monotonic() + 60
    while not draft.exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(0.1)
    done.send_signal(end)
    _, said = done.communicate(timeout=60)
    assert done.returncode == (-9 if end == signal.SIGKILL else 130), said
    assert ((copy / "store.json").read_bytes(), graph_on(str(copy)).run(COUNT)) == before
    assert draft.exists() == (end == signal.SIGKILL)
    import_file(Order(str(WORLD_BANK)), str(copy))
    assert sorted(path.name for path in copy.iterdir() if path.is_dir()) == ["database-2", "database-3"]
    assert len(datasets_in(str(copy))) == 3


def test_the_projects_copy_is_made_again_when_its_files_change(copy: Path, tmp_path: Path, second_study: str) -> None:
    cases = "SELECT (COUNT(?s) AS ?n) { ?s a <https://w3id.org/clusterkg/ontology#CaseStudy> }"
    assert graph_on(str(copy)).run(cases).rows == [(40,)]
    both = graph_on(str(copy), [second_study])
    assert both.run(cases).rows == [(43,)]
    assert both.run(COUNT) == graph_on(str(copy)).run(COUNT), "and the shipped extract has given way again"
    assert graph_on(str(copy)).run(cases).rows == [(40,)]


def test_a_store_of_another_version_or_damaged_says_how_to_build_it_again(copy: Path) -> None:
    path = copy / "store.json"
    record = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**record, "oxigraph": "0.3.1"}), encoding="utf-8")
    with pytest.raises(FileError, match=r"was made by Oxigraph 0\.3\.1.*--rebuild"):
        graph_on(str(copy))
    path.write_text(json.dumps(record), encoding="utf-8")
    for file in (copy / record["database"]).iterdir():
        file.write_bytes(b"spoilt")
    with pytest.raises(FileError, match=r"the store is damaged: .*--rebuild"):
        graph_on(str(copy))
    path.write_text("{", encoding="utf-8")
    with pytest.raises(FileError, match="is damaged: it names no data sets"):
        graph_on(str(copy))


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("x", encoding="utf-8")
    with pytest.raises(FileError, match=r"is no store: it holds thesis\.docx"):
        import_file(Order(str(WORLD_BANK)), str(tmp_path))
    with pytest.raises(FileError, match="is a file"):
        import_file(Order(str(WORLD_BANK)), str(tmp_path / "thesis.docx"))
    with pytest.raises(FileError, match="is no store; make one with clusterkg import"):
        graph_on(str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_store_takes_no_coding_and_no_rdflib(store: Path, run: Run) -> None:
    with pytest.raises(ParameterError, match="a store on disk has the accepted values alone"):
        clusterkg.load(store=str(store), coding="published")
    with pytest.raises(QueryError, match="rdflib reads the files, and no store"):
        clusterkg.load(store=str(store)).query(QUESTION, engine="rdflib")
    assert run("query", QUESTION, "--store", str(store), "--coding", "published").returncode == 2


@fenced
def test_a_query_of_ones_own_is_answered_behind_a_fence(store: Path) -> None:
    kg = clusterkg.load(store=str(store), limits=Limits(seconds=1))
    assert kg.query(COUNT).rows == kg.graph.run(COUNT).rows
    with pytest.raises(LimitError, match="takes longer than 1 second"):
        kg.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    with pytest.raises(QueryError, match="SERVICE is refused"):
        kg.query("SELECT ?s { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    with pytest.raises(QueryError, match="INSERT is refused"):
        kg.query("INSERT DATA { <urn:a> <urn:b> <urn:c> }")


@fenced
def test_nothing_gets_through_the_fence_even_where_the_words_would(store: Path) -> None:
    """Ask past the refusal of words: the fence alone must hold."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(2)
        port = server.getsockname()[1]

        def listen() -> None:
            try:
                heard.append(server.accept()[0].recv(10))
            except TimeoutError:
                return

        listener = threading.Thread(target=listen)
        listener.start()
        graph = graph_on(str(store))
        with pytest.raises(QueryError, match="Permission denied"):
            guard.run(graph, f"SELECT ?s {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}")
        listener.join()
    assert heard == []


@fenced
def test_the_fence_refuses_sockets_programs_and_files_to_write_and_lets_read(tmp_path: Path) -> None:
    script = f"""
import os, socket
from clusterkg.graph.fence import fence
fence()
print(len(open({str(WORLD_BANK)!r}).read()) > 0)
for name, attempt in (
    ("socket", lambda: socket.socket()),
    ("program", lambda: os.execv("/bin/true", ["true"])),
    ("write", lambda: open({str(tmp_path / "x")!r}, "w")),
    ("append", lambda: open({str(tmp_path / "x")!r}, "a")),
):
    try:
        attempt()
        print(name, "got through")
    except PermissionError:
        print(name, "refused")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split("\n")[:-1] == ["True", *(f"{n} refused" for n in ("socket", "program", "write", "append"))]


def test_where_there_is_no_fence_such_a_query_is_refused(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clusterkg.graph.guard.can_be_fenced", lambda: False)
    kg = clusterkg.load(store=str(store))
    with pytest.raises(QueryError, match="cannot be fenced in over a store on this system; ask a ready question"):
        kg.query(COUNT)
    assert len(kg.query(QUESTION)) == 2


def test_a_term_that_is_misspelt_is_told_over_a_store_too(store: Path) -> None:
    if not can_be_fenced():
        pytest.skip("queries of one's own are refused over a store here")
    prefix = "PREFIX ckg: <https://w3id.org/clusterkg/ontology#> "
    (note,) = clusterkg.load(store=str(store)).query(prefix + "SELECT ?c { ?c ckg:functionalUpgradin 1 }").notes
    assert "did you mean 'functionalUpgrading'?" in note
    assert library.read(QUESTION).needs
