"""Parameters are bound as terms, and no query that we did not ship reaches out."""

import re

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterkg.errors import ParameterError, QueryError
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.sparql import bind, parameters, refuse_reaching_out


def test_only_variables_with_an_underscore_are_parameters() -> None:
    text = "SELECT ?case { ?case ?p ?_study_iri ; ?q \"?_text\", '?_text' . # ?_comment\n <http://e/?_iri> ?p $_least }"
    assert parameters(text) == ["_study_iri", "_least"]


def test_binding_reaches_subqueries() -> None:
    text = "SELECT ?n { { SELECT (COUNT(*) AS ?n) { ?s ?p ?_value } } }"
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal("v")))
    counts = [str(row[0].value) for row in store.query(bind(text, {"_value": ox.Literal("v")}))]
    assert counts == ["1"]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_can_become_syntax(value: str) -> None:
    store = ox.Store()
    literal = ox.Literal(value)
    store.add(ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), literal))
    text = bind("SELECT ?s { ?s <http://e/p> ?_value FILTER(?_value != 'DROP ?_value') }", {"_value": literal})
    assert len(list(store.query(text))) == (0 if value == "DROP ?_value" else 1)


def test_a_parameter_without_value_and_one_unknown_are_named() -> None:
    with pytest.raises(ParameterError, match="_a has no value"):
        bind("ASK { ?s ?p ?_a }", {})
    with pytest.raises(ParameterError, match="no parameter _b"):
        bind("ASK { ?s ?p ?_a }", {"_a": "1", "_b": "2"})


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }",
        "SELECT * { service silent ?where { ?s ?p ?o } }",
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        "SELECT * FROM NAMED <http://e/> { GRAPH ?g { ?s ?p ?o } }",
        "# SELECT\nSELECT * { ?s ?p '#' . SERVICE<http://e/>{ ?s ?p ?o } }",
        "SELECT * { ?s ?p 'a\\'b' . SERVICE <http://e/> { } }",
        'SELECT * { ?s ?p """a"b""" SERVICE <http://e/> { } }',
        "PREFIX a: <http://e/#> SELECT * { a:x ?p 1 SERVICE a:y { } }",
        "SELECT * { ?s ?p 1 .SERVICE <http://e/> { } }",
        "SELECT * { FILTER(?a<?b) SERVICE <http://e/> { } }",
    ],
)
def test_service_and_from_are_refused_wherever_they_hide(text: str) -> None:
    with pytest.raises(QueryError, match="is refused"):
        refuse_reaching_out(text, "q.rq")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service ?from { ?service ?p ?from } # SERVICE <http://e/>",
        "SELECT * { ?s ?p 'SERVICE <http://e/> {}' , 'x'@service }",
        "PREFIX service: <http://e/FROM> SELECT * { service:from ?p <http://e/SERVICE> }",
        "PREFIX a: <http://e/> SELECT * { a:service ?p a:b.from }",
        'SELECT * { ?s ?p """\nFROM\n""" }',
    ],
)
def test_words_inside_names_strings_and_comments_are_let_through(text: str) -> None:
    refuse_reaching_out(text, "q.rq")


def test_an_escaped_keyword_does_not_get_past_the_engine() -> None:
    with pytest.raises(SyntaxError):
        ox.Store().query("SELECT * { \\u0053ERVICE <http://localhost:1/> { ?s ?p ?o } }")


def test_a_column_that_is_not_grouped_is_named_with_its_line(kg: KnowledgeGraph) -> None:
    text = 'SELECT ?case ("SELECT ?x" AS ?word)\n  ?chain (COUNT(?x) AS ?n)\n{ ?case ?chain ?x }\nGROUP BY ?case'
    with pytest.raises(
        QueryError, match=re.escape("query:2: ?chain is neither grouped nor summed up; add it to GROUP BY")
    ):
        kg.query(text)
    assert kg.query(text.replace("GROUP BY ?case", "GROUP BY ?case ?chain LIMIT 1")).columns == [
        "case",
        "word",
        "chain",
        "n",
    ]
