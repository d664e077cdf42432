"""A hostile text is told in one line, and a guarded query leaves nothing behind."""

import contextlib
import gc
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import AS_IN_A_TERMINAL, ROOT, Run
from guarding import DEEP, ENDLESS, FIVE, LONG, WIDE, children, linux, needing, one_line, running, wait_until

import clusterkg
from clusterkg import library
from clusterkg.errors import FileError, LimitError, ParameterError, QueryError, UnknownName
from clusterkg.graph import Graph, guard
from clusterkg.graph.limits import Limits
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.sparql import LONGEST, parameters, refuse_reaching_out


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The whole graph; some of the tests make their children from it by hand."""
    loaded = Graph()
    loaded.require()
    return loaded


@pytest.fixture(scope="module")
def both(graph: Graph) -> Graph:
    """The same, as rdflib has it too."""
    graph.to_rdflib()
    return graph


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket of this machine on which nobody should call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


# Hostile texts


@pytest.mark.parametrize("way", guard.WAYS)
def test_braces_without_end_break_nothing_here(way: str, graph: Graph) -> None:
    with pytest.raises(QueryError, match=r"q\.rq: breaks the engine down .*nested too deeply; write it flatter"):
        guard.run(graph, DEEP, "q.rq", way=way)
    assert guard.run(graph, FIVE, way=way)


def test_braces_without_end_are_one_line_of_rdflib_too(both: Graph) -> None:
    with pytest.raises(QueryError, match=r"nested too deeply"):
        guard.run(both, DEEP, engine="rdflib", way="fork")


def test_a_faulty_query_is_told_as_without_the_guard(both: Graph) -> None:
    for engine in ("oxigraph", "rdflib"):
        for text in ("SELEC ?s", "SELECT ?s\n{ ?s ckg:score ?o }", "SELECT ?s { ?s ?p }"):
            with pytest.raises(QueryError) as plain:
                both.run(text, "q.rq", engine=engine)
            with pytest.raises(QueryError) as guarded:
                guard.run(both, text, "q.rq", engine=engine, way="fork")
            assert str(guarded.value) == str(plain.value)


def test_an_unknown_engine_or_way_offers_what_there_is(graph: Graph) -> None:
    with pytest.raises(UnknownName, match=r"no such (engine|way)"):
        guard.run(graph, FIVE, engine="oxygraph")
    with pytest.raises(UnknownName, match=r"no such (engine|way)"):
        guard.run(graph, FIVE, way="threads")


@pytest.mark.parametrize(
    "part", ["a.", "a-", "a:", ":", '"""\n\\"""\n', '"\\"', "'''a", "\\a", "<", "{", "?_a ", "\\u0053", "#\n", "x"]
)
def test_the_search_for_clauses_takes_no_longer_for_hostile_texts(part: str) -> None:
    # Were the time to grow with the square of the length, these would take hours.
    text = (part * LONGEST)[:LONGEST]
    refuse_reaching_out(text, "q.rq")
    parameters(text)


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { VALUES ?a { """x" } SERVICE <http://e/> { } }',
        "SELECT * { ?s ?p 'a \n SERVICE <http://e/> { } }",
        'SELECT * { ?s ?p """\n\\""" \n SERVICE <http://e/> { } }',
        "SELECT * { a.SERVICE <http://e/> { } }",
        "SELECT * { ?s ?p a-1FROM <http://e/> }",
    ],
)
def test_a_clause_does_not_hide_behind_a_string_that_does_not_end(text: str) -> None:
    with pytest.raises(QueryError, match="is refused"):
        refuse_reaching_out(text, "q.rq")


def test_a_query_longer_than_a_million_characters_is_refused(kg: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "long.rq"
    path.write_text("SELECT (1 AS ?one) { }".ljust(LONGEST + 1), encoding="utf-8")
    for query in (str(path), path.read_text(encoding="utf-8")):
        with pytest.raises(QueryError, match="is longer than 1,000,000 characters; ask in several"):
            kg.query(query)
    path.write_text("SELECT (1 AS ?one) { }".ljust(LONGEST), encoding="utf-8")
    assert kg.query(str(path)).rows == [(1,)]


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ("#+ " + "[" * 9_000, "nested too deeply"),
        ("#+ at: 2024-99-99", "is not YAML"),
        ("#+ n: " + "9" * 9_000, "is not YAML"),
        ("#+ summary: " + "x" * 20_000, "longer than 20,000 characters"),
        ("#+ a: &a [x]\n#+ defaults:\n#+   - a: [*a, *a]", "the default of 'a' is no single value"),
    ],
)
def test_a_hostile_header_is_one_line(header: str, fault: str) -> None:
    query = library.Query("q", "q.rq", header + "\nSELECT ?s { ?s ?p ?_a }", shipped=False)
    with pytest.raises(QueryError, match=fault):
        query.bind({})


@needing(hasattr(os, "mkfifo"), "pipes with names", "run it on Linux or macOS")
def test_a_pipe_or_device_is_no_query_file(kg: KnowledgeGraph, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.rq")
    (tmp_path / "zero.rq").symlink_to("/dev/zero")
    for path in (str(tmp_path / "pipe.rq"), str(tmp_path / "zero.rq"), "/dev/zero"):
        with pytest.raises(FileError, match="is a pipe or device; name a file"):
            kg.query(path)


@needing(os.path.exists("/dev/stdin"), "/dev/stdin", "run it on Linux or macOS")
def test_standard_input_is_a_query_file_under_both_its_names(run: Run) -> None:
    for name in ("-", "/dev/stdin"):
        assert run("query", name, "--format", "csv", stdin="SELECT (1 AS ?one) { }").stdout == "one\n1\n"


# Nothing is left behind


@linux
def test_fifty_queries_leave_no_process_and_no_descriptor(graph: Graph) -> None:
    gc.collect()
    before = os.listdir("/proc/self/fd"), children(), threading.active_count()
    for number in range(50):
        text = (FIVE, "SELEC", "SELECT ?s { ?s ?p ?o }")[number % 3]
        with contextlib.suppress(QueryError):
            guard.run(graph, text, limits=Limits(rows=10), way="fork")
    assert (os.listdir("/proc/self/fd"), children(), threading.active_count()) == before


ASKING = f"""
import sys
from clusterkg.graph import Graph, guard
from clusterkg.graph.limits import Limits
graph = Graph()
graph.require(["study"])
# All pairs of triples of one part: enough for hours.
guard.run(graph, {"SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n_ ?o }"!r},
          limits=Limits(seconds=None), needs=["study"], way=sys.argv[1])
"""


def child_at_work(pid: int) -> int:
    """Return the child of a process once it uses the processor."""

    def found() -> list[int]:
        pids = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = path.read_text().rpartition(")")[2].split()
                if int(fields[1]) == pid and int(fields[11]) > 20:
                    pids.append(int(path.parent.name))
        return pids

    assert wait_until(lambda: bool(found()))
    return found()[0]


@linux
@pytest.mark.parametrize("way", guard.WAYS)
def test_no_child_outlives_its_parent(way: str) -> None:
    with subprocess.Popen([sys.executable, "-c", ASKING, way], cwd=ROOT) as parent:
        child = child_at_work(parent.pid)
        parent.kill()
    assert wait_until(lambda: not running(child))


@linux
def test_a_child_that_is_killed_from_outside_is_told_of(graph: Graph) -> None:
    program = ASKING.replace("guard.run(", "try: guard.run(").replace(
        "way=sys.argv[1])", "way=sys.argv[1])\nexcept Exception as error: print(error)"
    )
    command = [sys.executable, "-c", program, "fork"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        os.kill(child_at_work(parent.pid), signal.SIGKILL)
        out, _ = parent.communicate()
    assert "query: was killed from outside (SIGKILL)" in one_line(out)


@linux
def test_ctrl_c_stops_the_child_and_exits_with_130(tmp_path: Path) -> None:
    query = tmp_path / "endless.rq"
    query.write_text(ENDLESS, encoding="utf-8")
    command = [*AS_IN_A_TERMINAL, "query", str(query)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as parent:
        child = child_at_work(parent.pid)
        os.killpg(parent.pid, signal.SIGINT)  # as a terminal does: to all of them
        out, err = parent.communicate()
    assert (parent.returncode, out, err) == (130, "", "clusterkg: stopped\n")
    assert not running(child)


# The public face


def test_own_text_is_guarded_and_a_shipped_query_is_not(tmp_path: Path) -> None:
    kg = clusterkg.load(limits=clusterkg.Limits(rows=3))
    assert len(kg.query("cases/index")) == 40
    with pytest.raises(LimitError, match=r"query: has more than 3 rows; .* Limits\(rows=…\)"):
        kg.query("SELECT ?s { ?s ?p ?o }")
    path = tmp_path / "own.rq"
    path.write_text("SELECT ?s { ?s ?p ?o } LIMIT 4", encoding="utf-8")
    with pytest.raises(LimitError, match=r"own\.rq: has more than 3 rows"):
        kg.query(str(path))
    assert len(kg.query("SELECT ?s { ?s ?p ?o } LIMIT 3")) == 3


def test_a_query_of_an_added_folder_is_guarded(tmp_path: Path) -> None:
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "mine.rq").write_text("SELECT ?s { ?s ?p ?o } LIMIT 4", encoding="utf-8")
    kg = clusterkg.load(str(tmp_path), limits=Limits(rows=3))
    with pytest.raises(LimitError, match=r"mine\.rq: has more than 3 rows"):
        kg.query("mine")


@pytest.mark.parametrize(
    ("options", "text", "words"),
    [
        (["--timeout", "0.5"], ENDLESS, "takes longer than 0.5 seconds; raise the limit with --timeout"),
        (["--memory", "100"], LONG, "needs more memory than 100 megabytes; raise the limit with --memory"),
        (["--max-rows", "1000"], WIDE, "has more than 1,000 rows; raise the limit with --max-rows"),
        (["--max-rows", "1000", "--format", "srj"], WIDE, "has more than 1,000 rows"),
        ([], DEEP, "nested too deeply"),
        (["--engine", "rdflib", "--timeout", "1"], ENDLESS, "takes longer than 1 second;"),
    ],
)
def test_the_command_says_in_one_line_what_stopped_it(run: Run, options: list[str], text: str, words: str) -> None:
    done = run("query", "-", *options, stdin=text)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.match("clusterkg: standard input: .*" + re.escape(words), one_line(done.stderr))


def test_the_command_answers_within_the_limits(run: Run) -> None:
    limits = ("--timeout", "60.5", "--memory", "500", "--max-rows", "1")
    done = run("query", "-", *limits, "--format", "csv", stdin="SELECT (1 AS ?one) { }")
    assert (done.returncode, done.stdout, done.stderr) == (0, "one\n1\n", "")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--timeout", "0"),
        ("--timeout", "-1"),
        ("--timeout", "nan"),
        ("--timeout", "inf"),
        ("--memory", "0"),
        ("--max-rows", "1.5"),
    ],
)
def test_a_limit_that_is_none_is_refused(run: Run, option: str, value: str) -> None:
    done = run("query", "-", f"{option}={value}", stdin="SELECT (1 AS ?one) { }")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{option} {value}: is no limit; give a" in one_line(done.stderr)
    assert ("above zero, however large, since a query must end" in done.stderr) == (value == "inf")


@pytest.mark.parametrize(("limits", "meant"), [(5, "5"), (0.5, "0.5"), ("5", "60"), ({"seconds": 5}, "60")])
def test_limits_of_another_kind_are_refused_before_anything_is_read(limits: object, meant: str) -> None:
    load: Callable[..., KnowledgeGraph] = clusterkg.load
    with pytest.raises(ParameterError) as told:
        load("/no/such/folder", limits=limits)
    assert str(told.value) == f"limits: {limits!r} is no Limits; give clusterkg.Limits(seconds={meant})"
