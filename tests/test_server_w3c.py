"""The W3C's tests of the SPARQL 1.1 protocol, retold on graphs of ours under the names that they have there.

Of the 34 there are 27 that a service for reading only can pass. The other seven write, and are refused here.
In query_multiple_dataset the second graph is encoded there so that it becomes a part of the first one's name; here
the two are two.
"""

from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from served import FORM, Reply, Server

from clusterkg.terms import BASE

QUERY, UPDATE = "application/sparql-query", "application/sparql-update"
ELSEWHERE = "http://example.org/data0.rdf"
"""A graph that is not loaded; several of the tests name one."""

PLACES = ("leon-footwear", "sinos-valley-footwear", "guadalajara-footwear")
LEON, SINOS, GUADALAJARA = (f"{BASE}graph/cases_ttl/clusters/{place}" for place in PLACES)
IN_LEON, IN_SINOS, IN_GUADALAJARA = (f"<{BASE}cluster/{place}> a ?type" for place in PLACES)
"""A pattern that matches in one of the graphs alone."""

BOTH = f"ASK {{ {IN_LEON} . {IN_SINOS} }}"
BOTH_NAMED = f"ASK {{ GRAPH ?g {{ {IN_LEON} }} GRAPH ?h {{ {IN_SINOS} }} }}"
ALL_THREE = f"ASK {{ {IN_GUADALAJARA} GRAPH ?g {{ {IN_LEON} }} GRAPH ?h {{ {IN_SINOS} }} }}"


def get(served: Server, *fields: tuple[str, str], method: str = "GET") -> Reply:
    return served.request(method, f"/sparql?{urlencode(fields, quote_via=quote)}")


def post(served: Server, body: str | bytes, media: str = "", *fields: tuple[str, str]) -> Reply:
    path = f"/sparql?{urlencode(fields, quote_via=quote)}" if fields else "/sparql"
    return served.request("POST", path, body, {"Content-Type": media} if media else {})


def default(*graphs: str) -> list[tuple[str, str]]:
    return [("default-graph-uri", graph) for graph in graphs]


def named(*graphs: str) -> list[tuple[str, str]]:
    return [("named-graph-uri", graph) for graph in graphs]


def yes(answer: Reply) -> bool:
    assert (answer.status, answer.media) == (200, "application/sparql-results+json"), answer
    return bool(answer.json()["boolean"])


def test_query_get(served: Server) -> None:
    assert yes(get(served, ("query", "ASK {}"), *default(ELSEWHERE)))


def test_query_post_form(served: Server) -> None:
    assert yes(post(served, "query=ASK%20%7B%7D", FORM, *default(ELSEWHERE)))


def test_query_post_direct(served: Server) -> None:
    assert yes(post(served, "ASK {}", QUERY))


def test_query_dataset_default_graphs_get(served: Server) -> None:
    assert yes(get(served, ("query", BOTH), *default(LEON, SINOS)))
    assert not yes(get(served, ("query", BOTH), *default(LEON)))


def test_query_dataset_default_graphs_post(served: Server) -> None:
    assert yes(post(served, BOTH, QUERY, *default(LEON, SINOS)))
    assert not yes(post(served, BOTH, QUERY, *default(SINOS)))


def test_query_dataset_named_graphs_get(served: Server) -> None:
    assert yes(get(served, ("query", BOTH_NAMED), *named(LEON, SINOS)))
    assert not yes(get(served, ("query", BOTH_NAMED), *named(LEON)))


def test_query_dataset_named_graphs_post(served: Server) -> None:
    assert yes(post(served, BOTH_NAMED, QUERY, *named(LEON, SINOS)))
    assert not yes(post(served, BOTH_NAMED, QUERY, *named(SINOS)))


def test_query_dataset_full(served: Server) -> None:
    assert yes(post(served, ALL_THREE, QUERY, *default(GUADALAJARA), *named(LEON, SINOS)))
    assert not yes(post(served, ALL_THREE, QUERY, *default(LEON), *named(GUADALAJARA, SINOS)))


def test_query_multiple_dataset(served: Server) -> None:
    query = BOTH_NAMED.replace("ASK", f"ASK FROM <{GUADALAJARA}>")
    assert yes(post(served, query, QUERY, *named(LEON, SINOS)))
    assert not yes(post(served, query, QUERY))


def test_query_content_type_select(served: Server) -> None:
    answer = post(served, "SELECT (1 AS ?value) {}", QUERY, *default(ELSEWHERE))
    assert (answer.status, answer.media) == (200, "application/sparql-results+json")
    assert answer.json()["results"]["bindings"][0]["value"]["value"] == "1"


def test_query_content_type_ask(served: Server) -> None:
    assert yes(post(served, "ASK {}", QUERY, *default(ELSEWHERE)))


def test_query_content_type_describe(served: Server) -> None:
    answer = post(served, "DESCRIBE <http://example.org/>", QUERY, *default(ELSEWHERE))
    assert (answer.status, answer.media) == (200, "text/turtle")
    assert list(ox.parse(answer.body, format=ox.RdfFormat.TURTLE)) == []


def test_query_content_type_construct(served: Server) -> None:
    answer = post(served, "CONSTRUCT { <s> <p> 1 } WHERE {}", QUERY, *default(ELSEWHERE))
    assert (answer.status, answer.media) == (200, "text/turtle")
    (quad,) = ox.parse(answer.body, format=ox.RdfFormat.TURTLE)
    assert quad.subject == ox.NamedNode(f"{BASE}s")


def test_bad_query_method(served: Server) -> None:
    assert get(served, ("query", "ASK {}"), *default(ELSEWHERE), method="PUT").status == 405


def test_bad_multiple_queries(served: Server) -> None:
    assert get(served, ("query", "ASK {}"), ("query", "SELECT * {}")).status == 400


def test_bad_query_wrong_media_type(served: Server) -> None:
    assert post(served, "ASK {}", "text/plain").status == 415


def test_bad_query_missing_form_type(served: Server) -> None:
    assert post(served, "query=ASK%20%7B%7D").status == 415


def test_bad_query_missing_direct_type(served: Server) -> None:
    assert post(served, "ASK {}").status == 415


def test_bad_query_non_utf8(served: Server) -> None:
    assert post(served, "ASK {}".encode("utf-16"), f"{QUERY}; charset=UTF-16").status == 415


def test_bad_query_syntax(served: Server) -> None:
    assert get(served, ("query", "ASK {")).status == 400


def test_bad_update_get(served: Server) -> None:
    assert get(served, ("update", "CLEAR ALL")).status == 403


def test_bad_multiple_updates(served: Server) -> None:
    assert post(served, "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", FORM).status == 403


def test_bad_update_wrong_media_type(served: Server) -> None:
    assert post(served, "CLEAR NAMED", "text/plain").status == 415


def test_bad_update_missing_form_type(served: Server) -> None:
    assert post(served, "update=CLEAR%20NAMED").status == 415


def test_bad_update_non_utf8(served: Server) -> None:
    assert post(served, "CLEAR NAMED".encode("utf-16"), f"{UPDATE}; charset=UTF-16").status == 403


def test_bad_update_syntax(served: Server) -> None:
    assert post(served, "update=CLEAR%20XYZ", FORM).status == 403


def test_bad_update_dataset_conflict(served: Server) -> None:
    update = "WITH <http://example.org/a> DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p 1 }"
    assert post(served, update, UPDATE, ("using-named-graph-uri", "http://example.org/b")).status == 403


@pytest.mark.parametrize(
    ("test", "body", "media", "fields"),
    [
        ("update_post_form", "update=CLEAR+ALL", FORM, []),
        ("update_post_direct", "CLEAR ALL", UPDATE, []),
        (
            "update_base_uri",
            "INSERT DATA { GRAPH <http://example.org/g> { <http://example.org/s> <p> <t> } }",
            UPDATE,
            [],
        ),
        ("update_dataset_default_graph", "CLEAR ALL", UPDATE, [("using-graph-uri", LEON)]),
        ("update_dataset_default_graphs", "CLEAR ALL", UPDATE, [("using-graph-uri", one) for one in (LEON, SINOS)]),
        ("update_dataset_named_graphs", "CLEAR ALL", UPDATE, [("using-named-graph-uri", LEON)]),
        ("update_dataset_full", "CLEAR ALL", UPDATE, [("using-graph-uri", LEON), ("using-named-graph-uri", SINOS)]),
    ],
)
def test_what_writes_is_refused_and_changes_nothing(
    served: Server, test: str, body: str, media: str, fields: list[tuple[str, str]]
) -> None:
    answer = post(served, body, media, *fields)
    assert (answer.status, answer.text) == (403, "update: is refused; this service is for reading only\n"), test
    assert yes(get(served, ("query", BOTH)))


SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.mark.parametrize("accept", ["", "text/turtle", "application/rdf+xml", "application/ld+json"])
def test_the_service_describes_itself_by_the_vocabulary_and_names_its_own_address(served: Server, accept: str) -> None:
    answer = served.get("/sparql", accept)
    assert answer.status == 200
    format = ox.RdfFormat.from_media_type(answer.media)
    assert format is not None
    address = f"{served.address}sparql"
    triples = {quad.triple for quad in ox.parse(answer.body, format=format, base_iri=address)}
    ends = {one.object.value for one in triples if one.predicate.value == f"{SD}endpoint"}
    assert ends == {address}

    def having(predicate: str) -> set[object]:
        return {one.object for one in triples if one.predicate == ox.NamedNode(f"{SD}{predicate}")}

    def of(kind: str) -> set[object]:
        return {one.subject for one in triples if one.object == ox.NamedNode(f"{SD}{kind}")}

    assert len(of("Service")) == 1
    assert having("defaultDataset") == of("Dataset")
    assert having("defaultGraph") == of("Graph")
    assert having("namedGraph") == of("NamedGraph")
    assert having("supportedLanguage") == {ox.NamedNode(f"{SD}SPARQL11Query")}
    assert having("feature") == {ox.NamedNode(f"{SD}UnionDefaultGraph")}
    assert len(having("resultFormat")) == 8
