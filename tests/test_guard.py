"""A query that the project did not ship gives its answer, ends at its limits and reaches nothing."""

import os
import pickle
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from guarding import ENDLESS, FIVE, HEAVY, LONG, children, linux

from clusterkg import library
from clusterkg.errors import LimitError, ParameterError, QueryError
from clusterkg.graph import Answer, Graph, guard
from clusterkg.graph.engines import run_oxigraph
from clusterkg.graph.limits import Limits
from clusterkg.resources import query_paths


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
