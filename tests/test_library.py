"""The library: every query has its header, its parts and one answer on both engines."""

import re
from functools import lru_cache
from pathlib import Path

import pytest
from conftest import Run

import clusterkg
from clusterkg import library
from clusterkg.errors import ParameterError, QueryError, UnknownName
from clusterkg.graph import Graph
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.library import Query
from clusterkg.resources import PARTS, query_paths

# Those that ask other hosts are in test_federation.
NAMES = [name for name in query_paths() if not name.startswith("federated/")]
ASKED = [name for name in NAMES if not name.startswith("cube/")]
"""The queries that are put to the graph; those of ``cube/`` are put to a cube in normal form, in test_cube."""

TABLE_QUERIES = [name for name in NAMES if name.startswith("tables/") and name != "tables/index"]


@pytest.fixture(scope="module")
def both(second_study: str) -> KnowledgeGraph:
    """The shipped study and the made-up one together."""
    return clusterkg.load(second_study)


TABLES = {"5", "6", "7"}


def variants(name: str) -> list[dict[str, object]]:
    """Return the parameters to try a query with: its defaults, and each value of each enumeration."""
    tried: list[dict[str, object]] = [{}]
    if name.startswith("questions/"):
        return tried  # their choices are tried in test_questions
    for entry in library.read(name).header.get("enumerate") or []:
        tried += [{key: option} for key, options in entry.items() for option in options]
    return tried


@pytest.mark.parametrize("name", NAMES)
def test_the_header_asks_one_question_and_says_what_the_query_reads(name: str) -> None:
    query = library.read(name)
    assert query.header["summary"].rstrip(")").endswith(("?", ".")) or "?" in query.header["summary"]
    assert query.needs == query.header["needs"], "both readers of the header see the same parts"
    assert set(query.needs or []) <= {*PARTS, "shorthands"}
    assert query.header["tags"]


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_named_and_rows_ordered(name: str) -> None:
    text = re.sub(r"(?m)^#.*$", "", library.read(name).text)
    assert not re.search(r"SELECT\s+(DISTINCT\s+)?\*", text)
    assert re.search(r"ORDER BY [^}]*$", text)
    assert not re.search(r"\bGRAPH\b|\bFROM\b|\bSERVICE\b", re.sub(r'"[^"]*"', "", text))


def needed(name: str) -> tuple[str, ...]:
    """Return the parts of the graph that a query names."""
    return tuple(sorted(library.read(name).needs or ()))


@lru_cache(maxsize=1)
def graph_for(needs: tuple[str, ...]) -> Graph:
    """Return a graph that is asked only by queries of the same needs; the queries come sorted by these."""
    return Graph()


@pytest.mark.parametrize("name", sorted(ASKED, key=lambda name: (needed(name), name)))
def test_the_parts_named_suffice(name: str, kg: KnowledgeGraph) -> None:
    query = library.read(name)
    for values in variants(name):
        partly = graph_for(needed(name)).run(query.bind(values), query.name, needs=query.needs)
        assert partly == kg.query(name, **values)
        # A check that finds something says that the project has a fault; what is not coded has no rows.
        assert (len(partly) > 0) != (name.startswith("checks/") or "would_need" in query.header)


@pytest.mark.slow
@pytest.mark.parametrize("name", ASKED)
def test_both_engines_give_the_same_answer(name: str, kg: KnowledgeGraph) -> None:
    for values in variants(name):
        if values == {} or set(values) == {"table"}:
            assert kg.query(name, engine="rdflib", **values) == kg.query(name, **values)


def test_every_parameter_has_a_default_or_must_be_given() -> None:
    query = Query("q", "q.rq", "#+ summary: x\nSELECT ?s { ?s ?p ?_score_decimal } ORDER BY ?s", shipped=False)
    with pytest.raises(ParameterError, match="parameter 'score' has no value; give --param score="):
        query.bind({})


@pytest.mark.parametrize(
    ("parameter", "value", "complaint"),
    [
        ("study_iri", "giuliani2005", "'giuliani2005' is no value of parameter 'study'; give an IRI in full"),
        ("least_decimal", "two", "'two' is no value of parameter 'least'; give a number"),
        ("least_decimal", "1,5", "'1,5' is no value of parameter 'least'; give a number"),
        ("n_integer", "1.5", "'1.5' is no value of parameter 'n'; give a whole number"),
        ("flag_boolean", "yes", "'yes' is no value of parameter 'flag'; give true or false"),
        ("study_iri", "http://e/ x", "is no value of parameter 'study'"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(parameter: str, value: str, complaint: str) -> None:
    query = Query("q", "q.rq", f"SELECT ?s {{ ?s ?p ?_{parameter} }}", shipped=False)
    with pytest.raises(ParameterError, match=re.escape(complaint)):
        query.bind({parameter.rsplit("_", 1)[0]: value})


def test_a_value_outside_its_enumeration_offers_the_nearest(kg: KnowledgeGraph) -> None:
    with pytest.raises(ParameterError, match="'printd' is no value of parameter 'labels'; did you mean 'printed'"):
        kg.query("tables/governance", labels="printd")


def test_an_unknown_query_and_an_unknown_parameter_offer_the_nearest(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownName, match="did you mean 'tables/governance'"):
        kg.query("tables/governence")
    with pytest.raises(ParameterError, match="no parameter 'sudy'; did you mean 'study'"):
        kg.query("tables/governance", sudy="x")


def test_a_broken_header_is_named_with_its_file() -> None:
    query = Query("q", "q.rq", "#+ summary: [\nSELECT ?s { ?s ?p ?o }", shipped=False)
    with pytest.raises(QueryError, match=r"q\.rq: the #\+ header is not YAML"):
        _ = query.header


def test_an_added_folder_brings_queries_of_its_own(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine" / "queries" / "questions"
    folder.mkdir(parents=True)
    (folder / "how-many.rq").write_text(
        "PREFIX ckg: <https://w3id.org/clusterkg/ontology#>\n"
        "SELECT (COUNT(?case) AS ?cases) WHERE { ?case a ckg:CaseStudy } ORDER BY ?cases\n",
        encoding="utf-8",
    )
    done = run("query", "questions/how-many", "--data", str(tmp_path / "mine"), "--format", "csv")
    assert (done.returncode, done.stdout) == (0, "cases\n40\n")


def test_an_added_query_is_refused_service_too(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine" / "queries"
    folder.mkdir(parents=True)
    (folder / "out.rq").write_text("SELECT ?s { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", encoding="utf-8")
    done = run("query", "out", "--data", str(tmp_path / "mine"))
    assert done.returncode == 2
    assert "SERVICE is refused" in done.stderr


def test_a_name_does_not_lead_out_of_the_library(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.rq").write_text("SELECT ?s { ?s ?p ?o }", encoding="utf-8")
    done = run("query", "../../../../../../../.." + str(tmp_path / "x"))
    assert done.returncode == 2
    assert "no such query in the library" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLE_QUERIES)
def test_both_engines_agree_on_a_second_study(name: str, both: KnowledgeGraph) -> None:
    iri = "https://w3id.org/clusterkg/study/demo2020"
    assert both.query(name, engine="rdflib", study=iri) == both.query(name, study=iri)


@pytest.mark.parametrize("name", TABLE_QUERIES)
def test_a_study_that_there_is_not_is_named_and_those_that_there_are_offered(name: str, both: KnowledgeGraph) -> None:
    with pytest.raises(ParameterError, match="the graph has no such thing; there are: demo2020, giuliani2005"):
        both.query(name, study="https://w3id.org/clusterkg/study/nobody1900")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s \\u0046ROM <file:///etc/passwd> { ?s ?p ?o }",
        "SELECT ?s { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        'SELECT ?s { ?s ?p "\\u0022 . SERVICE <http://127.0.0.1:1/> {} #" }',
    ],
)
def test_an_escaped_keyword_is_refused_for_every_engine(text: str, run: Run) -> None:
    for engine in ("oxigraph", "rdflib"):
        done = run("query", "-", "--engine", engine, stdin=text)
        assert done.returncode == 2
        assert "is refused" in done.stderr


def test_an_added_rule_is_refused_service(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine" / "ontology" / "rules"
    folder.mkdir(parents=True)
    rule = "CONSTRUCT { ?s <http://e/p> 1 } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"
    (folder / "out.rq").write_text(rule, encoding="utf-8")
    done = run("info", "--data", str(tmp_path / "mine"))
    assert done.returncode == 2
    assert "SERVICE is refused" in done.stderr
