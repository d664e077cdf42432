"""A query that the project did not ship ends at its limits, reaches nothing, and leaves nothing behind."""

import contextlib
import gc
import os
import pickle
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import AS_IN_A_TERMINAL, ROOT, Run

import clusterkg
from clusterkg import library
from clusterkg.errors import FileError, LimitError, ParameterError, QueryError, UnknownName
from clusterkg.graph import Answer, Graph, guard
from clusterkg.graph.engines import run_oxigraph
from clusterkg.graph.limits import Limits
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.resources import query_paths
from clusterkg.sparql import LONGEST, parameters, refuse_reaching_out

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


# Answers


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] * name.startswith("checks/"))
        for name in query_paths()
        if not name.startswith("federated/")
    ],
)
def test_a_guarded_answer_is_the_same_answer(name: str, graph: Graph) -> None:
    query = library.read(name)
    text = query.bind({})
    plain, guarded = graph.run(text), guard.run(graph, text, limits=Limits(seconds=None), way="fork")
    assert guarded == plain
    assert [[type(value) for value in row] for row in guarded.rows] == [
        [type(value) for value in row] for row in plain.rows
    ]


def test_values_keep_their_types(graph: Graph) -> None:
    text = "SELECT (1 AS ?a) (1.50 AS ?b) (1e0 AS ?c) (true AS ?d) ('é' AS ?e) ?blank { }"
    row = guard.run(graph, text, way="fork").rows[0]
    assert [type(value).__name__ for value in row] == ["int", "Decimal", "float", "bool", "str", "NoneType"]


def test_a_spawned_process_gives_the_same_answer(graph: Graph) -> None:
    assert guard.run(graph, FIVE, way="spawn") == guard.run(graph, FIVE, way="fork") == graph.run(FIVE)


def test_a_spawned_process_takes_folders_and_coding_along(second_opinions: str) -> None:
    graph = Graph([second_opinions], coding="ana")
    text = "SELECT (COUNT(*) AS ?n) { ?r <https://w3id.org/clusterkg/ontology#accepted> true }"
    assert guard.run(graph, text, way="spawn").rows == graph.run(text).rows == [(graph.counted or (0,))[:1]]


def test_a_spawned_process_does_not_answer_from_another_graph(second_study: str) -> None:
    import pyoxigraph as ox

    graph = Graph([second_study])
    graph.require()
    graph.store.add(ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal(1)))
    with pytest.raises(QueryError, match="the graph in memory is not what its files say"):
        guard.run(graph, FIVE, way="spawn")
    assert guard.run(graph, "ASK { <http://e/s> ?p 1 }", way="fork").rows == [(True,)]


def test_both_engines_answer(both: Graph) -> None:
    text = library.read("cases/index").bind({})
    none = Limits(seconds=None)
    assert guard.run(both, text, limits=none, engine="rdflib", way="fork") == guard.run(both, text, way="fork")


@pytest.mark.slow
def test_a_spawned_process_answers_by_rdflib(both: Graph) -> None:
    text = library.read("cases/index").bind({})
    assert guard.run(both, text, engine="rdflib", way="spawn") == both.run(text)


@pytest.mark.parametrize("format", ["srj", "srx", "tsv", "w3c-csv"])
def test_rows_are_written_as_they_are_without_the_guard(format: str, graph: Graph) -> None:
    assert guard.serialize(graph, FIVE, format, way="fork") == graph.serialize(FIVE, format)


@pytest.mark.parametrize("format", ["ttl", "nt", "rdf", "jsonld"])
def test_triples_are_written_as_they_are_without_the_guard(format: str, graph: Graph) -> None:
    text = "CONSTRUCT { ?s a ?type } WHERE { ?s a ?type } ORDER BY ?s ?type LIMIT 9"
    assert guard.serialize(graph, text, format, way="fork") == graph.serialize(text, format)


def test_an_answer_longer_than_a_pipe_holds_comes_whole(graph: Graph) -> None:
    text = "SELECT ?s ?p ?o { ?s ?p ?o }"
    assert len(guard.run(graph, text, way="fork")) == len(graph.run(text)) > 20_000


def test_two_children_do_not_draw_the_same_uuid(graph: Graph) -> None:
    text = "SELECT (STRUUID() AS ?one) { }"
    drawn = [graph.run(text).rows[0], *(guard.run(graph, text, way="fork").rows[0] for _ in range(3))]
    assert len(set(drawn)) == 4


def test_a_thread_may_ask(graph: Graph) -> None:
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(guard.run(graph, FIVE))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [graph.run(FIVE)] * 2


# Limits


@pytest.mark.parametrize("way", guard.WAYS)
def test_a_query_without_end_is_stopped(way: str, graph: Graph) -> None:
    before = children()
    with pytest.raises(LimitError, match=r"q\.rq: takes longer than 0\.5 seconds; raise the limit with --timeout"):
        guard.run(graph, ENDLESS, "q.rq", Limits(seconds=0.5), way=way)
    assert children() == before
    assert guard.run(graph, FIVE, limits=Limits(seconds=30), way=way)


def test_rdflib_is_stopped_too(both: Graph) -> None:
    with pytest.raises(LimitError, match="takes longer than 1 second;"):
        guard.run(both, ENDLESS, limits=Limits(seconds=1), engine="rdflib", way="fork")


def test_an_expression_that_runs_away_is_stopped(both: Graph) -> None:
    # Python's search for a pattern cannot be interrupted from inside.
    text = f"SELECT (REGEX('{'a' * 60}', '(a+)+b') AS ?never) {{ }}"
    with pytest.raises(LimitError, match="takes longer than"):
        guard.run(both, text, limits=Limits(seconds=1), engine="rdflib", way="fork")


@linux
def test_what_is_stopped_frees_the_processor(graph: Graph) -> None:
    used: list[float] = []
    before = children()  # servers of other tests, perhaps
    with pytest.raises(LimitError):
        guard.run(graph, ENDLESS, limits=Limits(seconds=0.5), way="fork")
    for _ in range(2):
        times = os.times()
        used.append(times.children_user + times.children_system)
        time.sleep(0.2)
    assert used[0] == used[1]
    assert children() == before


@pytest.mark.parametrize(("way", "text"), [("fork", HEAVY), ("fork", LONG), ("spawn", LONG)])
def test_a_query_that_fills_the_memory_is_stopped(way: str, text: str, graph: Graph) -> None:
    with pytest.raises(LimitError, match="needs more memory than 100 megabytes; raise the limit with --memory"):
        guard.run(graph, text, limits=Limits(seconds=None, megabytes=100), way=way)
    assert guard.run(graph, "SELECT (1 AS ?one) { }", limits=Limits(megabytes=100), way=way).rows == [(1,)]


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_memory_that_is_asked_for_at_once_is_refused(engine: str, both: Graph) -> None:
    with pytest.raises(LimitError, match="needs more memory than 200 megabytes"):
        guard.run(both, LONG, limits=Limits(megabytes=200), engine=engine, way="fork")


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
@pytest.mark.parametrize(
    "text", ["SELECT ?s { ?s ?p ?o } LIMIT %d", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT %d"]
)
def test_one_row_too_many_is_no_answer(engine: str, text: str, both: Graph) -> None:
    limits = Limits(rows=7)
    with pytest.raises(LimitError, match="has more than 7 rows; raise the limit with --max-rows"):
        guard.run(both, text % 8, limits=limits, engine=engine, way="fork")
    assert len(guard.run(both, text % 7, limits=limits, engine=engine, way="fork")) == 7


@pytest.mark.parametrize("format", ["srj", "srx", "tsv", "w3c-csv", "nt", "jsonld"])
def test_rows_are_counted_in_the_formats_of_the_w3c(format: str, graph: Graph) -> None:
    form = "CONSTRUCT { ?s ?p ?o } WHERE" if format in ("nt", "jsonld") else "SELECT ?s"
    with pytest.raises(LimitError, match="has more than 7 rows"):
        guard.serialize(graph, form + " { ?s ?p ?o } LIMIT 8", format, limits=Limits(rows=7), way="fork")
    assert guard.serialize(graph, form + " { ?s ?p ?o } LIMIT 7", format, limits=Limits(rows=7), way="fork")


def test_without_limits_a_query_is_not_stopped(graph: Graph) -> None:
    none = Limits(seconds=None, megabytes=None, rows=None)
    assert len(guard.run(graph, "SELECT ?s { ?s ?p ?o }", limits=none, way="fork")) > 20_000


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), "60", True])
def test_a_limit_is_a_number_above_zero(value: object) -> None:
    for name in ("seconds", "megabytes", "rows"):
        with pytest.raises(ParameterError, match="is no limit; give a"):
            Limits(**{name: value})
    with pytest.raises(ParameterError, match="whole number"):
        Limits(rows=1.5)


def test_a_limit_beyond_all_numbers_of_the_system_is_none(graph: Graph) -> None:
    assert guard.run(graph, FIVE, limits=Limits(seconds=1e300, megabytes=1e300, rows=10**30), way="fork")


def test_the_error_comes_through_as_it_was() -> None:
    error = Limits().exceeded("rows", "q.rq")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


# Nothing is reached


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_service_reaches_nobody(engine: str, both: Graph, listener: socket.socket) -> None:
    text = f"SELECT ?s {{ SERVICE <http://127.0.0.1:{listener.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
    with pytest.raises(QueryError, match="fails"):
        guard.run(both, text, limits=Limits(seconds=20), engine=engine, way="fork")
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_service_reaches_nobody_from_a_spawned_process(graph: Graph, listener: socket.socket) -> None:
    text = f"SELECT ?s {{ SERVICE <http://127.0.0.1:{listener.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
    with pytest.raises(QueryError, match="fails"):
        guard.run(graph, text, limits=Limits(seconds=20), way="spawn")
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_a_caller_without_the_guard_would_be_heard(graph: Graph, listener: socket.socket) -> None:
    text = f"SELECT ?s {{ SERVICE <http://127.0.0.1:{listener.getsockname()[1]}/> {{ ?s ?p ?o }} }}"

    def ask() -> None:
        with pytest.raises(QueryError):
            run_oxigraph(graph.store, text)

    asking = threading.Thread(target=ask)
    asking.start()
    listener.setblocking(True)
    listener.accept()[0].close()
    asking.join()


def test_rdflib_reads_no_file(both: Graph, tmp_path: Path) -> None:
    (tmp_path / "secret.ttl").write_text("<http://e/secret> <http://e/p> 1 .", encoding="utf-8")
    text = f"SELECT ?o FROM <{(tmp_path / 'secret.ttl').as_uri()}> {{ <http://e/secret> ?p ?o }}"
    with pytest.raises(QueryError):
        guard.run(both, text, engine="rdflib", way="fork")


def test_where_no_descriptor_can_be_forbidden_python_opens_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    for reach in (f"open({str(tmp_path / 'secret.txt')!r})", "socket.create_connection(('127.0.0.1', 1))"):
        program = (
            "import socket, sys\nfrom clusterkg.graph import worker\nsys.addaudithook(worker._refuse)\n"
            f"try: {reach}\nexcept PermissionError as error: print(error)"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
        assert "is refused: a query is answered from the loaded graph alone" in done.stdout


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
