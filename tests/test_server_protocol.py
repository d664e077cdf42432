"""The SPARQL 1.1 protocol, as the W3C's tests put it and beyond: what a request may say, and what comes back."""

import gzip
import io
import json
import socket
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from served import CKG, FORM, Server

QUERY = "application/sparql-query"
CASES = CKG + "SELECT ?case { ?case a ckg:CaseStudy } ORDER BY ?case LIMIT 3"
FACTS = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(?s = <https://w3id.org/clusterkg/study/giuliani2005>) }"
GRAPH = "https://w3id.org/clusterkg/graph/cases_ttl/clusters/leon-footwear"
OTHER = "https://w3id.org/clusterkg/graph/cases_ttl/clusters/sinos-valley-footwear"

RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
TRIPLES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


def test_a_query_comes_by_get_by_form_or_as_it_is_and_gets_one_answer(served: Server) -> None:
    by_get = served.ask(CASES)
    by_form = served.post({"query": CASES})
    as_it_is = served.request("POST", "/sparql", CASES, {"Content-Type": QUERY})
    told = served.request("POST", "/sparql", CASES, {"Content-Type": f"{QUERY}; charset=UTF-8"})
    assert {one.status for one in (by_get, by_form, as_it_is, told)} == {200}
    assert by_get.body == by_form.body == as_it_is.body == told.body
    assert len(by_get.json()["results"]["bindings"]) == 3


def test_head_says_what_get_would_without_the_body(served: Server) -> None:
    path = f"/sparql?query={quote(CASES)}"
    head, get = served.request("HEAD", path), served.get(path)
    assert (head.status, head.body) == (200, b"")
    assert {name: head.headers[name] for name in ("content-type", "content-length", "etag")} == {
        name: get.headers[name] for name in ("content-type", "content-length", "etag")
    }


@pytest.mark.parametrize("media", RESULTS)
def test_rows_come_in_the_form_that_is_asked_for(served: Server, media: str) -> None:
    answer = served.ask(CASES, media)
    assert (answer.status, answer.media) == (200, media)
    assert len(list(ox.parse_query_results(answer.body, format=RESULTS[media]))) == 3


@pytest.mark.parametrize("media", TRIPLES)
def test_triples_come_in_the_form_that_is_asked_for(served: Server, media: str) -> None:
    answer = served.ask(FACTS, media)
    assert (answer.status, answer.media) == (200, media)
    assert len(list(ox.parse(answer.body, format=TRIPLES[media]))) > 10
    described = served.ask("DESCRIBE <https://w3id.org/clusterkg/study/giuliani2005>", media)
    assert set(ox.parse(described.body, format=TRIPLES[media])) == set(ox.parse(answer.body, format=TRIPLES[media]))


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        (CASES, "", "application/sparql-results+json"),
        (CASES, "*/*", "application/sparql-results+json"),
        (CASES, "text/csv;q=0.4, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        (CASES, "application/*;q=0.2, text/csv", "text/csv"),
        (CASES, "image/png, */*;q=0.1", "application/sparql-results+json"),
        (CASES, "application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        (CASES, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/sparql-results+json"),
        (FACTS, "", "text/turtle"),
        (FACTS, "text/turtle;q=0.5, application/rdf+xml;q=0.6", "application/rdf+xml"),
        ("ASK {}", "text/csv;q=0.9, application/sparql-results+xml;q=0.1", "application/sparql-results+xml"),
    ],
)
def test_the_form_that_is_liked_best_is_sent(served: Server, query: str, accept: str, media: str) -> None:
    answer = served.ask(query, accept)
    assert (answer.status, answer.media) == (200, media)
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("query", "word", "media"),
    [
        (CASES, "csv", "text/csv"),
        (CASES, "xml", "application/sparql-results+xml"),
        (CASES, "application/sparql-results+json", "application/sparql-results+json"),
        (FACTS, "nt", "application/n-triples"),
        (FACTS, "json", "application/ld+json"),
        (FACTS, "XML", "application/rdf+xml"),
    ],
)
def test_format_in_the_address_goes_before_the_accept_header(served: Server, query: str, word: str, media: str) -> None:
    assert served.ask(query, "text/tab-separated-values", format=word).media == media


@pytest.mark.parametrize(
    ("query", "accept", "said"),
    [(CASES, "image/png", "image/png"), (FACTS, "text/csv", "text/turtle"), ("ASK {}", "text/csv", "results+json")],
)
def test_a_form_that_the_answer_has_not_is_406_and_says_which_there_are(
    served: Server, query: str, accept: str, said: str
) -> None:
    answer = served.ask(query, accept)
    assert answer.status == 406
    assert said in answer.text


def test_what_is_no_query_is_400_with_line_and_column(served: Server) -> None:
    answer = served.ask("SELECT ?s\nWHERE { ?s ?p }")
    assert answer.status == 400
    assert answer.text.startswith("query:2: does not parse")
    assert "look at column 16" in answer.text
    assert "add 'PREFIX ckg: <https://w3id.org/clusterkg/ontology#>'" in served.ask("ASK { ?s a ckg:Case }").text
    as_json = served.ask("SELEC ?s {}", "application/sparql-results+json")
    assert as_json.json() == {
        "status": 400,
        "error": "query:1: does not parse: 'SELEC' begins no query; did you mean 'SELECT'?",
    }


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status", "said"),
    [
        ("GET", "/sparql?query=ASK%7B%7D&query=SELECT%20*%7B%7D", {}, b"", 400, "query: is given 2 times"),
        ("GET", "/sparql?quer=ASK%7B%7D", {}, b"", 400, "query: is missing; give query=…, beside quer"),
        ("GET", "/sparql?query=%FF%FE", {}, b"", 400, "address: not UTF-8"),
        ("GET", "/sparql?query=ASK%7B%7D&format=csvv", {}, b"", 400, "format=csvv: is no format; there are: json, xml"),
        (
            "GET",
            "/sparql?query=ASK%7B%7D&format=json&format=xml",
            {},
            b"",
            400,
            "format=json, xml: means several formats; name one",
        ),
        ("GET", "/sparql?query=", {}, b"", 400, "query"),
        ("GET", "/sparql?query=ASK%7B%7D%00", {}, b"", 400, "NUL"),
        ("GET", "/sparql?update=DROP%20ALL", {}, b"", 403, "update: is refused; this service is for reading only"),
        ("GET", "/sparql?" + "a=b&" * 300, {}, b"", 400, "has more than 200 fields"),
        ("POST", "/sparql", {"Content-Type": FORM}, b"query=ASK%7B%7D&query=ASK%7B%7D", 400, "is given 2 times"),
        ("POST", "/sparql", {"Content-Type": FORM}, b"", 400, "query: is missing"),
        ("POST", "/sparql", {"Content-Type": FORM}, b"update=DROP+ALL", 403, "update: is refused"),
        ("POST", "/sparql", {"Content-Type": FORM}, b"query=\xff", 400, "form: not UTF-8"),
        ("POST", "/sparql?query=ASK%7B%7D", {"Content-Type": FORM}, b"", 400, "put it into the body"),
        ("POST", "/sparql", {"Content-Type": QUERY}, "ASK {}".encode("utf-16"), 400, "query: not UTF-8"),
        ("POST", "/sparql", {"Content-Type": f"{QUERY}; charset=UTF-16"}, b"ASK {}", 415, "charset UTF-16"),
        ("POST", "/sparql?query=ASK%7B%7D", {"Content-Type": QUERY}, b"ASK {}", 400, "give it once"),
        ("POST", "/sparql", {}, b"ASK {}", 415, "Content-Type: is missing"),
        ("POST", "/sparql", {"Content-Type": "text/plain"}, b"ASK {}", 415, "text/plain is no form of a query"),
        ("POST", "/sparql", {"Content-Type": "application/sparql-update"}, b"CLEAR ALL", 403, "update: is refused"),
        ("POST", "/sparql", {"Content-Type": QUERY, "Content-Encoding": "gzip"}, b"x", 415, "Content-Encoding"),
        ("PUT", "/sparql", {"Content-Type": QUERY}, b"ASK {}", 405, "use GET, HEAD, POST"),
        ("DELETE", "/sparql", {}, b"", 405, "use GET, HEAD, POST"),
        ("POST", "/healthz", {"Content-Type": QUERY}, b"ASK {}", 405, "use GET, HEAD"),
        ("POST", "/sparql", {"Content-Type": QUERY}, b"CLEAR ALL", 400, "CLEAR is refused: a query cannot change"),
        ("POST", "/sparql", {"Content-Type": QUERY}, b"ASK { }" + b" " * 3_200_000, 413, "ask in several queries"),
        ("POST", "/sparql", {"Content-Type": QUERY}, b"ASK { }" + b" " * 1_200_000, 400, "longer than 1,000,000"),
    ],
)
def test_a_request_that_the_protocol_does_not_know_is_told_why(
    served: Server, method: str, path: str, headers: dict[str, str], body: bytes, status: int, said: str
) -> None:
    answer = served.request(method, path, body, headers)
    assert answer.status == status, answer
    assert said in answer.text
    if status == 405:
        assert {"GET", "HEAD"} <= {one.strip() for one in answer.headers["allow"].split(",")}


def test_a_body_that_never_says_its_length_is_cut_off_as_well(served: Server) -> None:
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    headers = f"Host: a\r\nContent-Type: {QUERY}\r\nConnection: close\r\nTransfer-Encoding: chunked"
    head = f"POST /sparql HTTP/1.1\r\n{headers}\r\n\r\n"
    got = served.raw(head.encode() + chunk * 60 + b"0\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 413")


def test_who_sends_too_much_comes_to_read_why(served: Server) -> None:
    answer = served.request("POST", "/sparql", b"x" * 12_000_000, {"Content-Type": QUERY})
    assert (answer.status, answer.text.startswith("the body is longer than")) == (413, True)


def test_the_default_graph_is_the_union_unless_graphs_are_named(served: Server) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    named = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"

    def number(query: str, fields: list[tuple[str, str]]) -> int:
        answer = served.get(f"/sparql?{urlencode([('query', query), *fields])}")
        return int(answer.json()["results"]["bindings"][0]["n"]["value"])

    everything, one = number(count, []), number(count, [("default-graph-uri", GRAPH)])
    both = number(count, [("default-graph-uri", GRAPH), ("default-graph-uri", OTHER)])
    assert 0 < one < both < everything
    assert number(count, [("named-graph-uri", GRAPH)]) == 0
    assert number(named, [("named-graph-uri", GRAPH), ("named-graph-uri", OTHER)]) == 2
    assert number(named, [("default-graph-uri", GRAPH)]) == 0
    assert number(named, []) > 100
    posted = served.post({"query": count, "default-graph-uri": GRAPH}).json()
    assert int(posted["results"]["bindings"][0]["n"]["value"]) == one
    path = f"/sparql?default-graph-uri={quote(GRAPH)}"
    direct = served.request("POST", path, count, {"Content-Type": QUERY}).json()
    assert int(direct["results"]["bindings"][0]["n"]["value"]) == one


def test_a_query_may_name_its_graphs_itself_and_the_request_goes_before_it(served: Server) -> None:
    def graphs(clauses: str, **fields: str) -> set[str]:
        query = f"SELECT DISTINCT ?g {clauses} {{ GRAPH ?g {{ ?s ?p ?o }} }}"
        return {row["g"]["value"] for row in served.ask(query, **fields).json()["results"]["bindings"]}

    def size(clauses: str, **fields: str) -> int:
        query = f"SELECT (COUNT(*) AS ?n) {clauses} {{ ?s ?p ?o }}"
        return int(served.ask(query, **fields).json()["results"]["bindings"][0]["n"]["value"])

    assert graphs(f"FROM NAMED <{GRAPH}> from named <{OTHER}>") == {GRAPH, OTHER}
    assert graphs(f"FROM <{GRAPH}>") == set()
    assert size(f"FROM <{GRAPH}>") == size("", default_graph_uri=GRAPH) > 0 == size(f"FROM NAMED <{GRAPH}>")
    assert size(f"FROM <{GRAPH}>", default_graph_uri=OTHER) == size("", default_graph_uri=OTHER)
    assert graphs(f"FROM NAMED <{GRAPH}>", named_graph_uri=OTHER) == {OTHER}
    built = served.ask(f"CONSTRUCT {{ ?s ?p ?o }} FROM <{GRAPH}> WHERE {{ ?s ?p ?o }}", "application/n-triples")
    assert len(built.text.splitlines()) == size(f"FROM <{GRAPH}>")
    for name in (f"<{GRAPH}x>", "<http://127.0.0.1:1/data>"):
        answer = served.ask(f"SELECT * FROM {name} {{ ?s ?p ?o }}")
        assert (answer.status, "no such graph is loaded" in answer.text) == (400, True)


def test_a_graph_that_is_not_loaded_is_refused_with_the_nearest(served: Server) -> None:
    answer = served.ask("ASK {}", default_graph_uri=GRAPH.replace("leon", "lean"))
    assert answer.status == 400
    assert "no such graph is loaded; did you mean" in answer.text
    assert GRAPH in answer.text
    for name in ("", "nonsense", "https://w3id.org/clusterkg/", "http://a b/", "http://a/" + "x" * 300):
        assert served.ask("ASK {}", named_graph_uri=name).status == 400, name


def test_a_graph_of_somebody_else_is_empty_and_is_not_fetched(served: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        elsewhere = f"http://127.0.0.1:{listener.getsockname()[1]}/data"
        assert served.ask("ASK { ?s ?p ?o }", default_graph_uri=elsewhere).json()["boolean"] is False
        assert served.ask("ASK { GRAPH ?g { ?s ?p ?o } }", named_graph_uri=elsewhere).json()["boolean"] is False
        with pytest.raises(TimeoutError):
            listener.accept()


def test_the_body_is_decoded_once(served: Server) -> None:
    for text in ("100%25", "a+b", "ü & =", "%C3%BC"):
        query = f'SELECT ("{text}" AS ?x) {{}}'
        for answer in (served.ask(query), served.post({"query": query})):
            assert answer.json()["results"]["bindings"][0]["x"]["value"] == text


def test_a_bare_look_describes_the_service(served: Server) -> None:
    answer = served.get("/sparql")
    assert (answer.status, answer.media) == (200, "text/turtle")
    sd = "http://www.w3.org/ns/sparql-service-description#"
    found = {
        quad.predicate.value: quad.object.value
        for quad in ox.parse(answer.body, format=ox.RdfFormat.TURTLE)
        if isinstance(quad.object, ox.NamedNode)
    }
    assert found[f"{sd}endpoint"] == f"{served.address}sparql"
    assert found[f"{sd}supportedLanguage"] == f"{sd}SPARQL11Query"
    assert GRAPH in answer.text
    for media, format in TRIPLES.items():
        other = served.get("/sparql", media)
        assert other.media == media
        assert len(list(ox.parse(other.body, format=format, base_iri=f"{served.address}sparql"))) > 300
    for_people = served.get("/sparql", "text/html")
    assert (for_people.status, for_people.headers["location"]) == (303, "/editor")
    assert "<form" in served.get("/editor").text


def test_an_answer_that_the_client_has_is_not_sent_again(served: Server) -> None:
    path = f"/sparql?query={quote(CASES)}"
    first = served.get(path)
    again = served.get(path, If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert served.get(path, If_None_Match='"another"').status == 200
    assert served.get(path, "text/csv").headers["etag"] != first.headers["etag"]
    chance = f"/sparql?query={quote('SELECT (RAND() AS ?x) {}')}"
    drawn = served.get(chance)
    assert served.get(chance, If_None_Match=drawn.headers["etag"]).status == 200
    page = served.get("/page/study/giuliani2005")
    assert served.get("/page/study/giuliani2005", If_None_Match=page.headers["etag"]).status == 304


def test_long_answers_come_whole_and_compressed_where_that_is_wished(served: Server) -> None:
    query = "SELECT ?s ?p ?o { ?s ?p ?o }"
    plain = served.ask(query, "application/sparql-results+json")
    assert plain.headers["transfer-encoding"] == "chunked"  # too long to be held
    packed = served.get(f"/sparql?query={quote(query)}", "application/sparql-results+json", Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < len(plain.body) / 4
    assert json.loads(gzip.GzipFile(fileobj=io.BytesIO(packed.body)).read()) == plain.json()
    total = int(served.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json()["results"]["bindings"][0]["n"]["value"])
    assert len(plain.json()["results"]["bindings"]) == total
    short = served.get(f"/sparql?query={quote('ASK {}')}", Accept_Encoding="gzip")
    assert "content-encoding" not in short.headers


def test_every_answer_may_be_read_by_pages_from_elsewhere_and_runs_no_script(served: Server) -> None:
    for path in ("/", "/sparql", "/sparql?query=nonsense", "/nowhere", "/healthz"):
        headers = served.get(path).headers
        assert headers["access-control-allow-origin"] == "*"
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
    before = served.request(
        "OPTIONS", "/sparql", headers={"Origin": "http://a", "Access-Control-Request-Method": "POST"}
    )
    assert before.status == 204
    assert "POST" in before.headers["access-control-allow-methods"]


def test_who_asks_the_same_again_gets_what_was_kept_for_the_same_alone(served: Server) -> None:
    first = served.ask(CASES)
    assert served.ask(CASES).body == first.body
    assert served.ask(CASES).headers["etag"] == first.headers["etag"]
    other = served.ask(CASES.replace("LIMIT 3", "LIMIT 2"))
    assert len(other.json()["results"]["bindings"]) == 2
    assert served.ask(CASES, "text/csv").media == "text/csv"
    assert served.ask(CASES, default_graph_uri=GRAPH).body != first.body
    assert served.post({"query": CASES}).body == first.body
    drawn = {served.ask("SELECT (RAND() AS ?x) {}").body for _ in range(3)}
    assert len(drawn) == 3
    refused = served.ask("nonsense")
    assert served.ask("nonsense").body == refused.body
    assert refused.status == 400
