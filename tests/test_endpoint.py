"""The graph at an endpoint: pushed whole and counted, asked as the files are, and never beyond its own graphs."""

import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Run, rows_of
from endpoints import GRAPHS, NAMES, SOME, one_line
from servers import oxigraph

import clusterkg
from clusterkg.endpoint.pushing import Server, graphs_of, push
from clusterkg.errors import EndpointError, LimitError, ParameterError, QueryError, UnknownName
from clusterkg.knowledge_graph import KnowledgeGraph, Limits

OURS = [
    "cases_ttl/clusters",
    "cases_ttl/giuliani2005",
    "inferences",
    "ontology",
    "ontology/reference",
    "shorthands",
]


@pytest.fixture(scope="session")
def ox_server(kg: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`oxigraph serve` with the graph pushed, beside a graph that is somebody else's."""
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as base:
        update(base, "INSERT DATA { GRAPH <http://example.org/mine> { <urn:a> <urn:b> <urn:c> } }")
        push(Server(f"{base}/query"), graphs_of(kg.graph))
        yield base


@pytest.fixture(scope="session")
def there(ox_server: str) -> KnowledgeGraph:
    return clusterkg.load(endpoint=f"{ox_server}/query")


def update(base: str, text: str) -> None:
    request = urllib.request.Request(f"{base}/update", text.encode(), {"Content-Type": "application/sparql-update"})
    urllib.request.urlopen(request, timeout=20).close()


def asked(base: str, text: str) -> list[str]:
    url = f"{base}/query?{urllib.parse.urlencode({'query': text})}"
    request = urllib.request.Request(url, headers={"Accept": "text/csv"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read().decode().split()[1:]


def test_what_is_pushed_is_counted_there_and_nothing_else_is_touched(
    kg: KnowledgeGraph, run: Run, ox_server: str
) -> None:
    done = run("push", "--endpoint", f"{ox_server}/query", "--format", "csv")
    assert done.returncode == 0, done.stderr
    rows = rows_of(done.stdout)
    assert [row["graph"] for row in rows] == [GRAPHS + name for name in OURS]
    assert sum(int(row["triples"]) for row in rows) == len(kg)
    assert sum(int(row["with_blank_nodes"]) for row in rows) > 0, "the ontology has class expressions"
    for row in rows:
        count = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{row['graph']}> {{ ?s ?p ?o }} }}"
        assert asked(ox_server, count) == [row["triples"]], "pushed twice, and there once"
    assert asked(ox_server, "SELECT ?o { GRAPH <http://example.org/mine> { ?s ?p ?o } }") == ["urn:c"]
    assert done.stderr.splitlines()[-1] == f"clusterkg: shorthands: {rows[-1]['triples']} statements sent and counted"


def test_the_example_of_the_help_runs_where_a_server_is(run: Run, ox_server: str) -> None:
    example = run("push", "--help").stdout.split("Example: clusterkg ")[1].split()
    assert example[-1] == "http://localhost:7878/query"
    done = run(*example[:-1], f"{ox_server}/query")
    assert done.returncode == 0, done.stderr
    assert "graph/ontology/reference" in done.stdout


def test_updates_do_it_where_there_is_no_graph_store(run: Run, tmp_path: Path) -> None:
    with oxigraph(tmp_path) as base:
        query, nowhere = f"{base}/query", f"{base}/nowhere"
        done = run("push", "--endpoint", query, "--graph-store", nowhere, "--update-url", f"{base}/update")
        assert done.returncode == 0, done.stderr
        graphs = asked(base, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")
        assert graphs == [GRAPHS + name for name in OURS], "what was gathered aside is gone"
        update(base, f"INSERT DATA {{ GRAPH <{GRAPHS}cases_ttl/old2001> {{ <urn:a> <urn:b> <urn:c> }} }}")
        again = run("push", "--endpoint", query, "--update-url", f"{base}/update", "--format", "csv")
        assert again.stdout.splitlines()[1].startswith(GRAPHS)
        left = f"clusterkg: {GRAPHS}cases_ttl/old2001: is there from before, and was left as it is\n"
        assert again.stderr.endswith(left)


def test_a_store_is_pushed_with_its_series_and_answers_as_it_does_here(run: Run, tmp_path: Path) -> None:
    series = Path(__file__).parent / "data" / "series" / "API_NY.GDP.MKTP.CD_DS2_en_csv_v2_1.csv"
    store, question = str(tmp_path / "store"), "questions/linked/growth-before-the-study"
    assert run("import", str(series), "--store", store).returncode == 0
    with oxigraph(tmp_path) as base:
        done = run("push", "--endpoint", f"{base}/query", "--store", store, "--format", "csv")
        assert done.returncode == 0, done.stderr
        assert sum(row["graph"].startswith(f"{GRAPHS}series/api-ny-") for row in rows_of(done.stdout)) == 1
        held = clusterkg.load(store=store)
        assert sum(int(row["triples"]) for row in rows_of(done.stdout)) == len(held)
        there = clusterkg.load(endpoint=f"{base}/query").query(question)
        assert len(there) > 0
        assert there == held.query(question)
        again = run("push", "--endpoint", f"{base}/query")
        assert again.returncode == 0
        assert f"clusterkg: {GRAPHS}series/country-years: is there from before, and was left as it is" in again.stderr


def test_a_folder_that_is_no_store_is_named(run: Run, tmp_path: Path) -> None:
    done = run("push", "--endpoint", "http://127.0.0.1:1/query", "--store", str(tmp_path))
    assert done.returncode == 2
    assert "is no store; make one with clusterkg import FILE --store" in one_line(done.stderr)


@pytest.mark.parametrize("name", SOME)
def test_an_endpoint_answers_as_the_files_do(name: str, kg: KnowledgeGraph, there: KnowledgeGraph) -> None:
    assert there.query(name) == kg.query(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_oxigraph_answers_every_query_as_the_files_do(name: str, kg: KnowledgeGraph, there: KnowledgeGraph) -> None:
    assert there.query(name) == kg.query(name)


def test_tables_findings_ground_and_evidence_come_from_there_too(kg: KnowledgeGraph, there: KnowledgeGraph) -> None:
    assert len(there) == len(kg)
    assert there.table(5).to_csv() == kg.table(5).to_csv()
    assert there.finding("s5c3-04").verdict == "fails"
    question = "functional-upgrading-in-quasi-hierarchies"
    here, far = kg.query(question), there.query(question)
    assert far.ground.as_dict() == here.ground.as_dict()
    assert [list(map(str, row)) for row in far.evidence] == [list(map(str, row)) for row in here.evidence]


def test_only_our_graphs_are_asked(there: KnowledgeGraph) -> None:
    assert there.query("ASK { <urn:a> <urn:b> <urn:c> }").rows == [(False,)]


def test_the_command_asks_there(run: Run, ox_server: str) -> None:
    text = "PREFIX ckg: <https://w3id.org/clusterkg/ontology#> {} {{ ?case a ckg:CaseStudy }}"
    endpoint = ("--endpoint", f"{ox_server}/query")
    done = run("query", "-", *endpoint, "--format", "csv", stdin=text.format("SELECT (COUNT(*) AS ?n)"))
    assert (done.returncode, done.stdout) == (0, "n\n40\n")
    done = run("query", "-", *endpoint, "--format", "srj", stdin=text.format("ASK"))
    assert (done.returncode, done.stdout) == (0, '{"head":{},"boolean":true}')
    made = text.format("CONSTRUCT { ?case a <urn:case> }")
    assert run("query", "-", *endpoint, "--format", "nt", stdin=made).stdout.count("<urn:case>") == 40
    assert "conforms" not in run("query", "tables/governence", *endpoint).stdout
    done = run("query", "upgrading-by-country", *endpoint, "--param", "study=no-such")
    assert "the graph has no such thing" in one_line(done.stderr)


def test_a_query_of_one_s_own_keeps_the_limits_and_changes_nothing(there: KnowledgeGraph, ox_server: str) -> None:
    few = clusterkg.load(endpoint=f"{ox_server}/query", limits=Limits(rows=10))
    with pytest.raises(LimitError, match="has more than 10 rows"):
        few.query("SELECT ?s { ?s ?p ?o }")
    small = clusterkg.load(endpoint=f"{ox_server}/query", limits=Limits(megabytes=1))
    with pytest.raises(EndpointError, match="answers more than 1 megabytes"):
        small.query("SELECT ?s ?p ?o { ?s ?p ?o }")
    for text, said in (
        ("DROP ALL # { ", "DROP is refused: a query cannot change the graph"),
        ("SELECT ?s { ?s ?p ?o } ; CLEAR ALL", "does not parse"),
        ("SELECT ?s { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE is refused"),
        ("SELECT ?s FROM <http://example.org/mine> { ?s ?p ?o }", "FROM is refused"),
        ("SELECT ?s { ?s zzz:p ?o }", "prefix 'zzz:' is not declared"),
    ):
        with pytest.raises(QueryError, match=said):
            there.query(text)
    (note,) = there.query("SELECT ?s { ?s <https://w3id.org/clusterkg/ontology#functionalUpgradin> ?o }").notes
    assert "did you mean 'functionalUpgrading" in note
    assert len(there) > 20_000


def test_what_needs_the_files_says_so(there: KnowledgeGraph, ox_server: str, run: Run) -> None:
    with pytest.raises(EndpointError, match="is asked there and not loaded here"):
        there.to_rdflib()
    with pytest.raises(EndpointError, match="leave out the endpoint to load the files"):
        there.to_owlready()
    with pytest.raises(UnknownName, match="answers with its own engine"):
        there.query("tables/index", engine="rdflib")
    with pytest.raises(ParameterError, match="one coder's view is made of the files"):
        clusterkg.load(endpoint=f"{ox_server}/query", coding="published")


def test_an_endpoint_without_our_graphs_says_how_they_come_there(tmp_path: Path) -> None:
    with (
        oxigraph(tmp_path) as base,
        pytest.raises(EndpointError, match="holds no graph of the project; clusterkg push"),
    ):
        clusterkg.load(endpoint=f"{base}/query")
