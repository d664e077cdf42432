"""Linked data and ready questions over HTTP: every name leads somewhere, and faults are told as the command does."""

import html
import json
import re
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from conftest import Run
from served import Server

from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.prefixes import house_prefixes
from clusterkg.server.assets import address_of
from clusterkg.terms import BASE
from clusterkg.turtle import format_text

LEON = "case/giuliani2005/leon-footwear"
FORMATS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML}


@pytest.mark.parametrize(
    ("accept", "where"),
    [
        ("", f"/data/{LEON}.ttl"),
        ("text/html", f"/page/{LEON}"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", f"/page/{LEON}"),
        ("application/n-triples", f"/data/{LEON}.nt"),
        ("application/ld+json, text/turtle;q=0.5", f"/data/{LEON}.jsonld"),
        ("text/html;q=0.5, text/turtle", f"/data/{LEON}.ttl"),
    ],
)
def test_a_thing_leads_to_its_page_or_its_data_as_is_wished(served: Server, accept: str, where: str) -> None:
    answer = served.get(f"/id/{LEON}", accept)
    assert (answer.status, answer.headers["location"]) == (303, where)
    assert served.get(where).status == 200


def test_the_data_of_a_thing_are_all_statements_about_it_and_its_parts(served: Server, kg: KnowledgeGraph) -> None:
    iri = BASE + LEON
    wanted = {quad.triple for quad in kg.graph.store if str(quad.subject.value).partition("#")[0] == iri}
    for ending, format in FORMATS.items():
        answer = served.get(f"/data/{LEON}.{ending}")
        assert {quad.triple for quad in ox.parse(answer.body, format=format)} == wanted
    turtle = served.get(f"/data/{LEON}.ttl").text
    assert format_text(turtle, iri, house_prefixes()) == turtle
    assert len(wanted) > 50


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own use of it
def test_json_ld_has_its_context_and_says_the_same(served: Server) -> None:
    import rdflib

    answer = served.get(f"/data/{LEON}.jsonld")
    assert answer.media == "application/ld+json"
    assert "@context" in answer.json()
    here = rdflib.Graph().parse(data=answer.text, format="json-ld")
    there = rdflib.Graph().parse(data=served.get(f"/data/{LEON}.nt").text, format="nt")
    # The two readers write numbers differently; what is said of what is the same.
    assert {triple[:2] for triple in here} == {triple[:2] for triple in there}
    assert len(here) == len(there)


def test_every_thing_of_ours_has_a_description(served: Server, kg: KnowledgeGraph) -> None:
    things = sorted({iri.removeprefix(BASE).partition("#")[0] for iri in kg.graph.subjects() if iri.startswith(BASE)})
    kinds: dict[str, list[str]] = {}
    for one in things:
        kinds.setdefault(one.partition("/")[0], []).append(one)
    for kind, some in kinds.items():
        for one in (some[0], some[-1]):
            for ending in ("ttl", "jsonld"):
                assert served.get(f"/data/{quote(one)}.{ending}").status == 200, (kind, one)
            assert served.get(f"/page/{quote(one)}").status == 200, (kind, one)


def test_a_page_shows_the_statements_escaped_with_links_to_the_data(served: Server) -> None:
    page = served.get(f"/page/{LEON}?statements=yes")
    assert page.media == "text/html"
    assert "<h1>León footwear</h1>" in page.text
    assert f'href="/data/{LEON}.ttl"' in page.text
    assert 'id="product-upgrading"' in page.text
    assert re.findall(r"<script[^>]*>[^<]*", page.text) == [f'<script src="{address_of("site.js")}" defer>']
    assert "style=" not in page.text


def test_the_ontology_is_where_its_name_says(served: Server) -> None:
    turtle = served.get("/ontology")
    assert turtle.media == "text/turtle"
    triples = {quad.triple for quad in ox.parse(turtle.body, format=ox.RdfFormat.TURTLE)}
    owl = ox.NamedNode("http://www.w3.org/2002/07/owl#Class")
    assert ox.NamedNode(BASE + "ontology#CaseStudy") in {one.subject for one in triples if one.object == owl}
    for_people = served.get("/ontology", "text/html")
    assert (for_people.status, for_people.headers["location"]) == (303, "/page/ontology")
    assert served.get("/page/ontology").media == "text/html"
    assert served.get("/id/concept/governance-mode/quasi-hierarchy").status == 303


def test_the_whole_and_its_queries_have_names_that_lead_somewhere_too(served: Server) -> None:
    assert served.get("/id/dataset").headers["location"] == "/.well-known/void"
    where = served.get("/id/query/cases/index").headers["location"]
    assert len(served.get(where).json()) == 40


def test_void_counts_what_there_is(served: Server) -> None:
    answer = served.get("/.well-known/void")
    assert (answer.status, answer.media) == (200, "text/turtle")
    void = "http://rdfs.org/ns/void#"
    quads = list(ox.parse(answer.body, format=ox.RdfFormat.TURTLE, base_iri=f"{served.address}.well-known/void"))
    parts = {quad.object for quad in quads if quad.predicate.value == f"{void}propertyPartition"}
    counted = {quad.subject for quad in quads if quad.predicate.value == f"{void}triples"}
    assert len(parts) > 50
    assert parts <= counted
    assert served.get("/.well-known/void", "application/ld+json").media == "application/ld+json"


@pytest.mark.parametrize(
    "media", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
def test_void_names_the_endpoint_as_the_one_who_asks_calls_it(served: Server, media: str) -> None:
    format = ox.RdfFormat.from_media_type(media)
    for host in ("clusters.example.org", f"127.0.0.1:{served.port}"):
        answer = served.get("/.well-known/void", media, Host=host)
        quads = ox.parse(answer.body, format=format, base_iri=BASE)
        ends = [quad.object.value for quad in quads if quad.predicate.value.endswith("void#sparqlEndpoint")]
        assert ends == [f"http://{host}/sparql"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/id/case/giuliani2005/leon-footwer", "did you mean 'leon-footwear'?"),
        ("/data/case/giuliani2005/leon-footwer.ttl", "did you mean 'leon-footwear'?"),
        ("/page/cluster/sinos-vally-footwear", "did you mean 'sinos-valley-footwear'?"),
        ("/id/cases/giuliani2005/leon-footwear", "did you mean 'case'?"),
        ("/id/", "the graph describes no such thing"),
        (f"/data/{LEON}", "has no format at its end; add one of .ttl, .nt, .rdf, .jsonld"),
        (f"/data/{LEON}.exe", "has no format at its end"),
        ("/healhtz", "did you mean '/healthz'?"),
    ],
)
def test_a_name_that_leads_nowhere_is_404_with_the_nearest(served: Server, path: str, said: str) -> None:
    for accept in ("", "text/html"):
        answer = served.get(path, accept)
        assert answer.status == 404
        assert said in html.unescape(answer.text)


@pytest.mark.parametrize(
    "path",
    [
        "/data/../../etc/passwd.ttl",
        "/data/..%2f..%2fetc%2fpasswd.ttl",
        "/data/%2e%2e/%2e%2e/pyproject.ttl",
        "/data//etc/passwd.nt",
        "/data/ontology/shapes.ttl.ttl",
        "/page/..%5c..%5cwindows",
        "/query/..%2f..%2fpyproject",
        "/query/../tables/governance",
        "/query//etc/passwd",
        "/id/%00",
    ],
)
def test_no_path_leads_out_of_the_graph(served: Server, path: str) -> None:
    assert served.get(path).status == 404


QUESTION = "functional-upgrading-in-quasi-hierarchies"


@pytest.mark.parametrize("format", ["csv", "json"])
def test_a_question_is_answered_as_on_the_command_line(served: Server, run: Run, format: str) -> None:
    there = run("query", QUESTION, "--param", "least_score=2", "--format", format)
    here = served.get(f"/query/{QUESTION}?least_score=2&format={format}")
    assert here.status == 200
    assert here.text.replace("\r\n", "\n") == there.stdout.replace("\r\n", "\n")


def test_a_question_answers_json_unless_asked_otherwise(served: Server) -> None:
    assert json.loads(served.get(f"/query/{QUESTION}").body)
    assert served.get(f"/query/{QUESTION}", "text/csv").media == "text/csv"
    page = served.get(f"/query/questions/{QUESTION}", "text/html,*/*;q=0.8")
    assert page.media == "text/html"
    assert "<table>" in page.text
    assert "Rests on" in page.text or "of 40" in page.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/query/{QUESTION}?least_scor=2", 400),
        (f"/query/{QUESTION}?least_score=much", 400),
        (f"/query/{QUESTION}?least_score=1&least_score=2", 400),
        (f"/query/{QUESTION}?least_score=", 400),
        (f"/query/{QUESTION}?study=giuliani2006", 400),
        (f"/query/{QUESTION}?study=%3Chttp%3A%2F%2Fa%3E%20%7D", 400),
        ("/query/functional-upgradin-in-quasi-hierarchies", 404),
        ("/query/", 404),
        (f"/query/{QUESTION}?format=ttl", 406),
        (f"/query/{QUESTION}?format=csvv", 400),
    ],
)
def test_what_is_wrong_with_a_question_is_told(served: Server, path: str, status: int) -> None:
    answer = served.get(path)
    assert (answer.status, answer.media) == (status, "text/plain")
    assert len(answer.text.splitlines()) == 1


def test_the_messages_are_those_of_the_command_line(served: Server, run: Run) -> None:
    for name, value in (("least_scor", "2"), ("least_score", "much"), ("study", "giuliani2006")):
        there = run("query", QUESTION, "--param", f"{name}={value}")
        assert there.returncode == 2
        assert served.get(f"/query/{QUESTION}?{name}={value}").text == there.stderr.removeprefix("clusterkg: ")


def test_the_front_page_leads_to_every_case_and_question(served: Server, kg: KnowledgeGraph) -> None:
    page = served.get("/").text
    for where in ("/cases", "/questions", "/editor", "/code", "/.well-known/void"):
        assert f'href="{where}"' in page, where
    cases, questions = served.get("/cases").text, served.get("/questions").text
    for case in kg.query("cases/index"):
        assert f'href="/page/{str(case["case"]).removeprefix(BASE)}"' in cases
    for one in kg.questions():
        assert re.search(rf'href="/query/{re.escape(one.name)}["?]', questions), one.name


def test_the_service_says_that_it_is_well(served: Server) -> None:
    said = served.get("/healthz").json()
    assert said["status"] == "ok"
    assert said["readers"]["all"] == said["clerks"]["all"] == 2


@pytest.mark.parametrize("format", ["json", "csv"])
def test_rows_for_programs_say_where_what_they_rest_on_is(served: Server, kg: KnowledgeGraph, format: str) -> None:
    name = "functional-upgrading-in-quasi-hierarchies"
    rows = served.get(f"/query/{name}?least_score=3&format={format}")
    address, relation, media = rows.headers["link"].split("; ")
    assert (relation, media) == ('rel="describedby"', 'type="application/json"')
    found = served.get(address.strip("<>"))
    answer = kg.query(f"questions/{name}", least_score="3")
    assert found.media == "application/json"
    assert found.json() == {"ground": answer.ground.as_dict(), "notes": answer.told}
    assert found.json() == answer.to_pandas().attrs
    assert (found.json()["ground"]["n"], found.json()["ground"]["of"]) == (20, 21)
    assert rows.text.count("Monterrey") == 0 < len(found.json()["ground"]["missing"])


def test_a_query_that_rests_on_no_cases_says_so_too(served: Server) -> None:
    assert served.get("/query/tables/governance?format=ground").json()["ground"] is None
    assert "link" not in served.get("/query/tables/governance?format=html").headers
    assert served.get("/cases?format=ground").status == 400
    assert served.get("/query/functional-upgrading-in-quasi-hierarchies?least_score=x&format=ground").status == 400


def test_the_name_of_the_ontology_s_version_leads_to_it(served: Server) -> None:
    data = served.get("/id/ontology/0.1.0", "text/turtle")
    assert (data.status, data.headers["location"]) == (303, "/data/ontology/0.1.0.ttl")
    one, other = (
        {
            (quad.subject, quad.predicate)
            for quad in ox.parse(served.get(where).body, format=ox.RdfFormat.TURTLE)
            if isinstance(quad.subject, ox.NamedNode)
        }
        for where in (data.headers["location"], "/data/ontology.ttl")
    )
    assert one == other
    assert len(one) > 1000
    page = served.get("/id/ontology/0.1.0", "text/html")
    assert (page.status, page.headers["location"]) == (303, "/page/ontology/0.1.0")
    assert "<h1>Ontology</h1>" in served.get("/page/ontology/0.1.0", "text/html").text
    assert served.get("/id/ontology/0.0.9").status == 404
