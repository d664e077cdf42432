"""Queries as data: nothing is lost on the way to Turtle, and what stands there runs and answers as the library does."""

from functools import cache

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from conftest import ROOT, Run
from rdflib.namespace import DCTERMS, RDF, RDFS, SH, XSD

from clusterkg import library
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.library import Query
from clusterkg.prefixes import house_prefixes
from clusterkg.questions.publishing import as_turtle
from clusterkg.resources import query_paths
from clusterkg.turtle import format_text

NAMES = list(query_paths())
QUERY = "https://w3id.org/clusterkg/query/"
SCHEMA = rdflib.Namespace("https://schema.org/")
IN_QUASI_HIERARCHIES = "questions/functional-upgrading-in-quasi-hierarchies"


@cache
def turtle() -> str:
    """Return every shipped query as Turtle."""
    return as_turtle(library.read(name) for name in NAMES)


@cache
def published() -> rdflib.Graph:
    return rdflib.Graph().parse(data=turtle(), format="turtle")


def conforms(text: str) -> tuple[bool, str]:
    data = rdflib.Graph().parse(data=text, format="turtle")
    shapes = rdflib.Graph().parse(ROOT / "tests/data/query-shapes.ttl", format="turtle")
    good, _, report = pyshacl.validate(data, shacl_graph=shapes)
    return good, str(report)


def test_both_parsers_read_the_same_triples_of_every_query() -> None:
    ours = {quad.triple for quad in ox.parse(turtle().encode(), format=ox.RdfFormat.TURTLE)}
    assert len(ours) == len(published())
    assert set(published().subjects(RDF.type, SH.SPARQLExecutable)) == {rdflib.URIRef(QUERY + name) for name in NAMES}


def test_it_is_in_the_order_of_the_house() -> None:
    assert format_text(turtle(), "queries", house_prefixes()) == turtle()


@pytest.mark.parametrize("name", NAMES)
def test_name_question_tags_and_text_come_back_as_they_went(name: str) -> None:
    query, iri = library.read(name), rdflib.URIRef(QUERY + name)
    graph = published()
    assert str(graph.value(iri, RDFS.comment)) == " ".join(query.header["summary"].split())
    assert {str(tag) for tag in graph.objects(iri, SCHEMA.keywords)} == set(query.header["tags"])
    told = graph.value(iri, DCTERMS.description)
    assert str(told or "") == " ".join(str(query.header.get("description") or "").split())
    again = Query(name, name, str(graph.value(iri, SCHEMA.text)), shipped=True)
    assert again.text == query.text, "the whole file, header and all"
    assert (again.header, again.needs) == (query.header, query.needs)


@pytest.mark.parametrize("name", NAMES)
def test_the_parameters_come_back_with_default_and_options(name: str) -> None:
    query, iri = library.read(name), rdflib.URIRef(QUERY + name)
    graph = published()
    found = sorted(graph.objects(iri, SH.parameter), key=lambda node: int(str(graph.value(node, SH.order))))
    assert [str(graph.value(node, SH.name)) for node in found] == query.parameters
    for node, one in zip(found, query.declared, strict=True):
        assert str(graph.value(node, SH.path)).rpartition("#")[2] == one.variable
        assert str(graph.value(node, SH.defaultValue)) == one.term(one.default, name).value
        options = graph.value(node, SH["in"])
        listed = [str(option) for option in graph.items(options)] if options is not None else []
        assert listed == [one.term(option, name).value for option in one.options]
        kind = graph.value(node, SH.nodeKind) or graph.value(node, SH.datatype)
        assert kind == (SH.IRI if one.kind == "iri" else XSD["string" if one.kind == "text" else one.kind])


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("federated/")])
def test_the_text_runs_as_it_is_and_answers_as_the_library_does(name: str, kg: KnowledgeGraph) -> None:
    text = str(published().value(rdflib.URIRef(QUERY + name), SH.select))
    assert kg.query(text) == kg.query(name)


def test_findings_name_their_queries_by_the_same_iris(kg: KnowledgeGraph) -> None:
    named = {
        row[0]
        for row in kg.query(
            "PREFIX ckg: <https://w3id.org/clusterkg/ontology#> "
            "SELECT DISTINCT ?query WHERE { ?claim ckg:testedBy ?query } ORDER BY ?query"
        ).rows
    }
    assert named
    assert named <= {str(iri) for iri in published().subjects(SH.select)}


def test_every_query_keeps_the_rules_of_the_convention() -> None:
    assert conforms(turtle()) == (True, "Validation Report\nConforms: True\n")


ONE = as_turtle([library.read(IN_QUASI_HIERARCHIES)])


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("schema:keywords", "schema:keyword", "write schema:keywords"),
        ("schema:keywords", "schema:keyowrds", "write schema:keywords"),
        ("rdfs:comment", "rdfs:seeAlso", "a query has its question"),
        ("?@en", "?", "a query has its question"),
        ("schema:target", "schema:about", "a query names what it is put to"),
        ("sh:select ", "sh:sparql ", "exactly one text"),
        ("schema:text ", "sh:ask ", "exactly one text"),
        ("    sh:name ", "    rdfs:label ", "a parameter has a path and a name"),
        ("    sh:prefix ", "    rdfs:label ", "a declaration has a prefix and a namespace"),
    ],
)
def test_a_broken_rule_is_told(before: str, after: str, complaint: str) -> None:
    assert conforms(ONE)[0]
    broken = ONE.replace('?"@en', '?"') if before == "?@en" else ONE.replace(before, after)
    assert broken != ONE
    good, report = conforms(broken)
    assert not good
    assert complaint in report


@pytest.mark.parametrize(
    ("text", "holds", "kind"),
    [
        ("ASK { ?s ?p ?o }", SH.ask, SH.SPARQLAskExecutable),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", SH.construct, SH.SPARQLConstructExecutable),
        (
            "PREFIX select: <http://example.org/select#>\nASK { ?s a select:Select # SELECT\n}",
            SH.ask,
            SH.SPARQLAskExecutable,
        ),
        (
            "DESCRIBE <http://example.org/a>",
            rdflib.URIRef("https://purl.expasy.org/sparql-examples/ontology#describe"),
            None,
        ),
    ],
)
def test_each_form_of_query_has_its_property(text: str, holds: rdflib.URIRef, kind: rdflib.URIRef | None) -> None:
    query = Query("mine", "mine.rq", f"#+ summary: What is there?\n#+ tags: [mine]\n{text}\n", shipped=False)
    written = as_turtle([query])
    graph = rdflib.Graph().parse(data=written, format="turtle")
    iri = rdflib.URIRef(QUERY + "mine")
    assert str(graph.value(iri, holds)) == text + "\n"
    assert set(graph.objects(iri, RDF.type)) - {SH.SPARQLExecutable} == ({kind} if kind else set())
    assert conforms(written)[0]


def test_a_prefix_that_is_not_of_the_house_is_declared_by_the_query_itself() -> None:
    query = Query(
        "mine",
        "mine.rq",
        "PREFIX ckg: <http://example.org/other#>\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
        "SELECT ?s { ?s a ckg:A ; skos:note ?_note }",
        shipped=False,
    )
    graph = rdflib.Graph().parse(data=as_turtle([query]), format="turtle")
    iri = rdflib.URIRef(QUERY + "mine")
    declared = {
        str(graph.value(node, SH.prefix)): str(graph.value(node, SH.namespace))
        for node in graph.objects(iri, SH.prefixes / SH.declare)
    }
    assert declared == {"ckg": "http://example.org/other#", "skos": "http://www.w3.org/2004/02/skos/core#"}
    assert "?_note" in str(graph.value(iri, SH.select)), "without a default it stays a variable"


def test_the_command_writes_the_questions_those_about_something_or_all(run: Run) -> None:
    def names(*arguments: str) -> set[str]:
        done = run("questions", *arguments, "--format", "ttl")
        assert (done.returncode, done.stderr) == (0, "")
        graph = rdflib.Graph().parse(data=done.stdout, format="turtle")
        return {str(iri).removeprefix(QUERY) for iri in graph.subjects(RDF.type, SH.SPARQLExecutable)}

    assert names() == {name for name in NAMES if name.startswith("questions/")}
    assert names("all", "the", "same", "quasi-hierarchical") == {IN_QUASI_HIERARCHIES}
    assert names("--all") == set(NAMES)
    done = run("questions", "--all")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "clusterkg: --all: writes every query as Turtle; give it with --format ttl, no words\n"
