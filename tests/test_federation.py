"""SERVICE is resolved from here: to the hosts named and no other, with the answer that an engine would give."""

import contextlib
import re
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT, Run, rows_of
from servers import feigned, oxigraph

import clusterkg
from clusterkg import library
from clusterkg.endpoint.federation import find_services
from clusterkg.errors import EndpointError, LimitError, QueryError
from clusterkg.knowledge_graph import KnowledgeGraph, Limits
from clusterkg.parameters import pairs
from clusterkg.resources import query_paths

NAMES = [name for name in query_paths() if name.startswith("federated/")]
WD = "http://www.wikidata.org/entity/"
CKG = "PREFIX ckg: <https://w3id.org/clusterkg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
JSON = {"Content-Type": "application/sparql-results+json"}

WIKIDATA = """
@prefix p: <http://www.wikidata.org/prop/> .
@prefix pq: <http://www.wikidata.org/prop/qualifier/> .
@prefix ps: <http://www.wikidata.org/prop/statement/> .
@prefix psv: <http://www.wikidata.org/prop/statement/value/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix wikibase: <http://wikiba.se/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

wd:Q1001 p:P1082 [ ps:P1082 5 ] ,
        [ a wikibase:BestRank ; ps:P1082 1721215 ; pq:P585 "2020-03-15T00:00:00Z"^^xsd:dateTime ] ;
    p:P625 [ a wikibase:BestRank ; psv:P625 [ wikibase:geoLatitude 21.1167e0 ; wikibase:geoLongitude -101.6833e0 ] ] .
wd:Q1002 p:P1082 [ a wikibase:BestRank ; ps:P1082 97000 ] .
wd:Q1003 p:P1082 [ a wikibase:BestRank ; ps:P1082 7 ] .
wd:Q9 wdt:P131 wd:Q1001 ; wdt:P31 wd:Q10 ; rdfs:label "Instituto del Calzado"@es , "Shoe Institute"@en ;
    wdt:P571 "1972-01-01T00:00:00Z"^^xsd:dateTime .
wd:Q10 wdt:P279 wd:Q31855 .
wd:Q11 wdt:P131 wd:Q1001 ; wdt:P31 wd:Q12 ; rdfs:label "A tannery"@en .
"""


@pytest.fixture(scope="session")
def wikidata(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of this machine that plays Wikidata, with a little of what it says."""
    with oxigraph(tmp_path_factory.mktemp("wikidata")) as base:
        headers = {"Content-Type": "text/turtle"}
        request = urllib.request.Request(f"{base}/store?default", WIKIDATA.encode(), headers, method="PUT")
        urllib.request.urlopen(request, timeout=20).close()
        yield f"{base}/query"


@pytest.fixture(scope="session")
def linked(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder in which two places have a link to what the feigned Wikidata knows, and all others have none."""
    folder = tmp_path_factory.mktemp("linked")
    (folder / "cases_ttl/clusters").mkdir(parents=True)
    links = {"leon-footwear": "Q1001", "uba-furniture": "Q1002"}
    for path in (ROOT / "cases_ttl/clusters").glob("*.ttl"):
        graph = [
            triple
            for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)
            if not (isinstance((triple := quad.triple).object, ox.NamedNode) and triple.object.value.startswith(WD))
        ]
        if path.stem in links:
            place = next(triple.object for triple in graph if triple.predicate.value.endswith("#place"))
            match = ox.NamedNode("http://www.w3.org/2004/02/skos/core#exactMatch")
            graph.append(ox.Triple(place, match, ox.NamedNode(WD + links[path.stem])))
        written = ox.serialize(graph, format=ox.RdfFormat.TURTLE)
        (folder / "cases_ttl/clusters" / path.name).write_bytes(written or b"")
    return str(folder)


@pytest.fixture(scope="session")
def here(linked: str) -> KnowledgeGraph:
    return clusterkg.load(linked)


def host(url: str) -> str:
    return url.split("/")[2]


@pytest.mark.parametrize("name", NAMES)
def test_the_header_says_what_is_asked_and_that_it_goes_outside(name: str) -> None:
    query = library.read(name)
    assert query.header["summary"].endswith("?")
    assert "--allow-service query.wikidata.org" in query.header["description"]
    text = re.sub(r"(?m)^#.*$", "", query.text)
    (columns,) = re.findall(r"SELECT (?:DISTINCT )?([?\w ]+)\nWHERE", text)
    assert [f"?{column}" for column in pairs(query.header["columns"])] == columns.split()
    assert re.search(r"ORDER BY [^}]*$", text)
    (service,) = find_services(query.bind({}), name)
    assert service.url == "https://query.wikidata.org/sparql"
    assert query.header["tags"]
    assert query.needs == ["clusters"]


def test_population_comes_with_its_date_and_of_linked_places_alone(here: KnowledgeGraph, wikidata: str) -> None:
    answer = here.query("federated/population-of-places", service=wikidata, allow_service=[host(wikidata)])
    assert [row[:4] for row in answer.rows] == [
        ("León", "León footwear", 1721215, "2020-03-15"),
        ("Ubá", "Ubá furniture", 97000, None),
    ]


def test_coordinates_and_institutions_come_too(linked: str, run: Run, wikidata: str) -> None:
    more = ("--data", linked, "--allow-service", host(wikidata), "--param", f"service={wikidata}", "--format", "csv")
    (row,) = rows_of(run("query", "federated/coordinates-of-places", *more).stdout)
    assert (row["place"], row["latitude"], row["longitude"]) == ("León", "21.1167", "-101.6833")
    (row,) = rows_of(run("query", "federated/institutions-in-places", *more).stdout)
    assert (row["institution"], row["since"], row["entity"]) == ("Shoe Institute", "1972", f"{WD}Q9")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_queries_run_on_rdflib_as_well(name: str, here: KnowledgeGraph, wikidata: str) -> None:
    there = {"service": wikidata, "allow_service": [host(wikidata)]}
    assert here.query(name, engine="rdflib", **there) == here.query(name, **there)


def test_nobody_is_called_unless_that_host_is_named(run: Run, wikidata: str) -> None:
    port = host(wikidata).partition(":")[2]
    for allowed in ((), ("127.0.0.1",), (f"127.0.0.1:{port}0",), (f"localhost:{port}",), (f"127.0.0.1:{port}/query",)):
        options = [word for one in allowed for word in ("--allow-service", one)]
        done = run("query", "federated/population-of-places", "--param", f"service={wikidata}", *options)
        assert (done.returncode, done.stdout) == (2, "")
        said = f"SERVICE would call {host(wikidata)}, which is not allowed; add --allow-service {host(wikidata)}"
        assert said in done.stderr
        assert done.stderr.count("\n") == 1
    assert "would call query.wikidata.org, which" in run("query", "federated/population-of-places").stderr


def test_what_is_fetched_is_what_an_engine_would_fetch(here: KnowledgeGraph, wikidata: str) -> None:
    # The embedded engine follows SERVICE when nobody keeps it from doing so: it is the measure here.
    item = f'?place skos:exactMatch ?item FILTER(STRSTARTS(STR(?item), "{WD}"))'
    figure = "?item <http://www.wikidata.org/prop/P1082>/<http://www.wikidata.org/prop/statement/P1082> ?people"
    texts = (
        f"SELECT ?item ?people {{ {item} SERVICE <{wikidata}> {{ {figure} }} }} ORDER BY ?item ?people",
        f"SELECT ?item ?people {{ {item} OPTIONAL {{ SERVICE <{wikidata}> {{ {figure} FILTER(?people > 90000) }} }} }} "
        "ORDER BY ?item ?people",
        f"SELECT ?item (SUM(?people) AS ?all) {{ {item} SERVICE <{wikidata}> {{ {figure} }} FILTER(?people > 6) }} "
        "GROUP BY ?item ORDER BY ?item",
        f"SELECT ?item ?people {{ SERVICE <{wikidata}> {{ {figure} }} }} ORDER BY ?item ?people",
        f"SELECT ?item ?name {{ {item} SERVICE <{wikidata}> {{ ?body ?p ?item }} "
        f"SERVICE <{wikidata}> {{ ?body ?q ?name FILTER(isLiteral(?name)) }} }} ORDER BY ?item ?name",
        f"ASK {{ {item} SERVICE <{wikidata}> {{ {figure} }} FILTER(?people = 97000) }}",
        f"SELECT ?item ?people {{ {item} {{ SERVICE <{wikidata}> {{ {figure} }} }} UNION {{ BIND(1 AS ?people) }} }} "
        "ORDER BY ?item ?people",
    )
    for text in texts:
        result = here.graph.store.query(CKG + text, use_default_graph_as_union=True)
        answer = here.query(CKG + text, allow_service=[host(wikidata)])
        if isinstance(result, ox.QueryBoolean):
            assert answer.rows == [(bool(result),)] == [(True,)]
            continue
        assert isinstance(result, ox.QuerySolutions)
        expected = [tuple(None if term is None else term.value for term in row) for row in result]
        assert [tuple(None if value is None else str(value) for value in row) for row in answer.rows] == expected
        assert expected


def test_another_host_s_blank_nodes_become_names(here: KnowledgeGraph, wikidata: str) -> None:
    text = f"SELECT ?figure {{ SERVICE <{wikidata}> {{ ?item <http://www.wikidata.org/prop/P1082> ?figure }} }}"
    answer = here.query(text, allow_service=[host(wikidata)])
    assert len({row[0] for row in answer.rows}) == 4
    assert all(str(row[0]).startswith("https://w3id.org/clusterkg/.well-known/genid/") for row in answer.rows)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT ?s { ?s ?p ?o SERVICE ?o { ?s ?p ?x } }", "SERVICE without an address is refused"),
        ("SELECT ?s { SERVICE SILENT ?o { ?s ?p ?x } }", "SERVICE without an address is refused"),
        (
            "SELECT ?s { SERVICE <URL> { SERVICE <http://example.org/> { ?s ?p ?o } } }",
            "SERVICE inside SERVICE is refused",
        ),
        ("SELECT ?s { { SELECT ?s { SERVICE <URL> { ?s ?p ?o } } } }", "SERVICE inside a subquery is refused"),
        ("SELECT ?s { ?s ?p ?o FILTER NOT EXISTS { SERVICE <URL> { ?s ?p ?x } } }", "SERVICE inside EXISTS is refused"),
        (
            "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
            "SERVICE in a query that makes triples is refused",
        ),
        ("SELECT ?s { SERVICE <URL> { ?s ?p ?o } ", "does not parse"),
        ("SELECT ?s { SERVICE <URL> { ?s ?p ?o ", "SERVICE is not closed"),
        ("SELECT ?s { SERVICE <URL> }", "SERVICE has no pattern"),
        (
            "SELECT ?s { SERVICE <http://example.org/> { ?s ?p ?o } SERVICE <URL> { ?s ?p ?o } }",
            "would call example.org",
        ),
        ("SELECT ?s { SERVI\\u0043E <http://example.org/> { ?s ?p ?o } }", "SERVICE is refused"),
        (
            "SELECT ?s { SERVICE <URL> { ?s ?p ?o } SERVI\\u0043E <http://example.org/> { ?s ?p ?o } }",
            "SERVICE is refused",
        ),
        (
            "SELECT ?s { SERVICE <URL> { ?s ?p ?o SERVI\\u0043E <http://example.org/> { ?s ?p ?o } } }",
            "SERVICE is refused",
        ),
        ("SELECT ?s FROM <http://example.org/> { SERVICE <URL> { ?s ?p ?o } }", "FROM is refused"),
        ("SELECT ?s { SERVICE <file:///etc/passwd> { ?s ?p ?o } }", "is no http or https address"),
        ("SELECT ?s { SERVICE <http://u:p@example.org/> { ?s ?p ?o } }", "the address holds credentials"),
        ("SELECT ?s { ?s ?p ?q SERVICE <URL> { ?s ?p ?o ", "SERVICE is not closed"),
        ("SELECT ?s { VALUES ?s { UNDEF } SERVICE <URL> { ?s ?p ?o } }", "does not always bind ?s"),
        # One branch of a union binds nothing in the other, whose rows would be lost.
        ("SELECT ?s { { VALUES ?s { <urn:a> } } UNION { SERVICE <URL> { ?s ?p ?o } } }", "does not always bind ?s"),
    ],
)
def test_what_cannot_be_taken_apart_safely_is_refused(text: str, said: str, kg: KnowledgeGraph) -> None:
    empty = (200, JSON, b'{"head":{"vars":["s","p","o"]},"results":{"bindings":[]}}')
    with feigned(empty) as server:
        with pytest.raises((QueryError, EndpointError), match=re.escape(said)):
            kg.query(text.replace("URL", server.url), allow_service=[host(server.url)])
        assert not [one for one in server.asked if b"example.org" in one[2]]


def test_a_host_may_be_named_in_capitals(kg: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match=r"SERVICE would call example\.org over http"):
        kg.query("SELECT ?s { SERVICE <http://example.org/> { ?s ?p ?o } }", allow_service=["EXAMPLE.ORG"])


def test_http_is_for_this_machine_only(kg: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match=r"SERVICE would call example\.org over http; use its https address"):
        kg.query("SELECT ?s { SERVICE <http://example.org/> { ?s ?p ?o } }", allow_service=["example.org"])


def test_a_redirect_to_another_host_is_not_followed_and_no_password_goes_along(
    kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTERKG_ENDPOINT_USER", "ana")
    monkeypatch.setenv("CLUSTERKG_ENDPOINT_PASSWORD", "secret")
    text = "SELECT ?s { SERVICE <URL> { ?s ?p ?o } }"
    with feigned((200, JSON, b"{}")) as other, feigned((307, {"Location": other.url}, b"")) as server:
        with pytest.raises(EndpointError, match="redirects to"):
            kg.query(text.replace("URL", server.url), allow_service=[host(server.url)])
        assert not other.asked
    with feigned((401, {"WWW-Authenticate": 'Basic realm="x"'}, b"")) as server:
        with pytest.raises(EndpointError, match="asks for credentials"):
            kg.query(text.replace("URL", server.url), allow_service=[host(server.url)])
        assert [one[3] for one in server.asked] == [""]


def test_only_the_clause_and_what_it_is_joined_on_leave_this_machine(here: KnowledgeGraph) -> None:
    reply = (200, JSON, b'{"head":{"vars":["item","x"]},"results":{"bindings":[]}}')
    with feigned(reply) as server:
        text = f"{CKG} SELECT ?x {{ ?place skos:exactMatch ?item FILTER(CONTAINS(STR(?item), 'wikidata')) "
        here.query(f"{text} SERVICE <{server.url}> {{ ?item <urn:x> ?x }} }}", allow_service=[host(server.url)])
        (sent,) = [one[2].decode() for one in server.asked]
    assert "Q1001" in sent
    assert "Q1002" in sent
    assert "exactMatch" not in sent


def test_nobody_is_asked_about_nothing(kg: KnowledgeGraph) -> None:
    with feigned((500, {}, b"")) as server:
        text = f"SELECT ?x {{ ?place <urn:nothing> ?item SERVICE <{server.url}> {{ ?item <urn:x> ?x }} }}"
        assert kg.query(text, allow_service=[host(server.url)]).rows == []
        assert server.asked == []


def test_many_things_are_asked_about_in_several_requests(kg: KnowledgeGraph) -> None:
    reply = (200, JSON, b'{"head":{"vars":["s"]},"results":{"bindings":[]}}')
    with feigned(reply) as server:
        text = f"{CKG} SELECT ?s {{ ?s a ?class SERVICE <{server.url}> {{ ?s <urn:p> <urn:o> }} }}"
        kg.query(text, allow_service=[host(server.url)])
        subjects = {str(row[0]) for row in kg.query("SELECT DISTINCT ?s { ?s a ?class FILTER(isIRI(?s)) }").rows}
        assert len(server.asked) == -(-len(subjects) // 200)


def test_silent_lets_a_host_be_down_and_plain_service_does_not(kg: KnowledgeGraph) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    text = f"{CKG} SELECT ?case {{ ?case a ckg:CaseStudy SERVICE <http://127.0.0.1:{port}/> {{ ?case <urn:p> ?x }} }}"
    with pytest.raises(EndpointError, match="connection refused"):
        kg.query(text, allow_service=[f"127.0.0.1:{port}"])
    assert len(kg.query(text.replace("SERVICE", "SERVICE SILENT"), allow_service=[f"127.0.0.1:{port}"])) == 40


def test_the_limit_of_rows_holds_for_what_a_host_answers(linked: str, wikidata: str) -> None:
    few = clusterkg.load(linked, limits=Limits(rows=3))
    with pytest.raises(LimitError, match="has more than 3 rows"):
        few.query(f"SELECT ?s {{ SERVICE <{wikidata}> {{ ?s ?p ?o }} }} LIMIT 1", allow_service=[host(wikidata)])


def test_a_query_of_one_s_own_asks_outside_and_an_endpoint_may_be_asked_with_it(
    linked: str, run: Run, wikidata: str, tmp_path: Path
) -> None:
    text = (
        f"{CKG} PREFIX p: <http://www.wikidata.org/prop/> PREFIX ps: <http://www.wikidata.org/prop/statement/> "
        "SELECT ?name ?people { ?place skos:exactMatch ?item ; skos:prefLabel ?name "
        f"SERVICE <{wikidata}> {{ ?item p:P1082/ps:P1082 ?people }} "
        " FILTER(?people > 90000) } ORDER BY ?name"
    )
    expected = "name,people\nLeón,1721215\nUbá,97000\n"
    allowed = ("--allow-service", host(wikidata), "--format", "csv")
    done = run("query", "-", "--data", linked, *allowed, stdin=text)
    assert (done.returncode, done.stdout) == (0, expected)
    done = run("query", "-", "--data", linked, "--allow-service", host(wikidata), "--format", "w3c-csv", stdin=text)
    assert done.stdout.splitlines() == expected.splitlines()
    with contextlib.ExitStack() as stack:
        base = stack.enter_context(oxigraph(tmp_path))
        assert run("push", "--endpoint", f"{base}/query", "--data", linked).returncode == 0
        done = run("query", "-", "--endpoint", f"{base}/query", *allowed, stdin=text)
        assert (done.returncode, done.stdout) == (0, expected), done.stderr


def test_no_query_of_the_project_reaches_an_engine_with_service_in_it(kg: KnowledgeGraph, run: Run) -> None:
    with feigned((500, {}, b"")) as server:
        text = f"SELECT ?s {{ SERVICE <{server.url}> {{ ?s ?p ?o }} }}"
        for engine in ("oxigraph", "rdflib"):
            with pytest.raises(QueryError, match="SERVICE is refused"):
                kg.graph.run(text, engine=engine)
        with pytest.raises(QueryError, match="SERVICE is refused"):
            kg.graph.serialize(text, "srj")
        assert server.asked == []


def test_checking_queries_calls_nobody(run: Run, tmp_path: Path) -> None:
    with feigned((500, {}, b"")) as server:
        header = "#+ summary: Which?\n#+ needs: [cases]\n"
        text = f"{header}SELECT ?s {{ SERVICE <{server.url}> {{ ?s ?p ?o }} }} ORDER BY ?s\n"
        for written in (text, text.replace("SERVICE", "SERVI\\u0043E")):
            (tmp_path / "mine.rq").write_text(written, encoding="utf-8")
            done = run("check", str(tmp_path / "mine.rq"))
            assert (done.returncode, "SERVICE is refused" in done.stdout) == (1, True), done
        assert server.asked == []
    # The shipped ones are read without their calls; a server that cannot be reached would be waited for.
    assert run("check", "queries/federated", cwd=ROOT).returncode == 0
