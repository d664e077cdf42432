"""Questions as pages: found by words and tags, asked through forms, answered as on the command line."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pandas
import pytest
from conftest import Run, rows_of
from page_parts import PageParts, assert_links_lead_somewhere, page_at
from pages import Page as Shown
from served import Server, serving

from clusterkg import library
from clusterkg.graph.answers import plain
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.questions.views import InFull
from clusterkg.rendering import heading
from clusterkg.resources import query_paths
from clusterkg.terms import BASE

IN_QUASI_HIERARCHIES = "functional-upgrading-in-quasi-hierarchies"
READY = [name.removeprefix("questions/") for name in query_paths() if name.startswith("questions/")]
OTHERS = [name for name in query_paths() if not name.startswith(("questions/", "federated/"))]


ADDED = {
    "who": "#+ summary: Who is <b>it</b>?\nPREFIX ckg: <https://w3id.org/clusterkg/ontology#>\n"
    "SELECT ?case { ?case a ckg:CaseStudy ; ckg:caseName ?_name } ORDER BY ?case\n",
    "endless": "#+ summary: How many?\nSELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?n\n",
    "whether": "#+ summary: Is there anything?\nASK { ?a a ?c }\n",
    "broken": "#+ summary: [\nSELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 1\n",
    "out": "#+ summary: Out?\nSELECT ?s { SERVICE <http://localhost:1/> { ?s ?p ?o } } ORDER BY ?s\n",
}
"""Questions of an added folder."""


def answer_on(page: PageParts) -> list[list[str]]:
    """Return the answer's table: its headings, then its rows; nothing where there is none."""
    return page.tables[0] if page.tables else []


@pytest.mark.parametrize("name", READY)
def test_the_page_of_a_question_shows_the_answer_of_the_library(name: str, served: Server, kg: KnowledgeGraph) -> None:
    page, answer = page_at(served, f"/query/{name}"), kg.query(name)
    shown = answer_on(page)
    if answer.rows:
        assert shown[0] == [heading(column) for column in answer.columns]
        assert len(shown) == len(answer.rows) + 1
        for row, values in zip(shown[1:], answer.rows, strict=True):
            for cell, value in zip(row, values, strict=True):
                if not (isinstance(value, str) and value.startswith("http")):
                    assert cell == " ".join(plain(value).split())
    else:
        assert not shown
        assert "No rows." in page.text
    for sentence in answer.told:
        assert " ".join(sentence.split()) in " ".join(page.text.split())
    assert set(page.fields) >= {one.name for one in library.read(f"questions/{name}").declared}
    assert set(page.fields) <= page.labels


def test_things_in_an_answer_go_by_their_names_and_lead_to_their_pages(served: Server) -> None:
    page = page_at(served, f"/query/{IN_QUASI_HIERARCHIES}")
    row = next(row for row in answer_on(page) if row[0] == "Boaco-Chontales dairy")
    assert row[-1] == "Boaco-Chontales dairy"
    assert "/page/case/giuliani2005/boaco-chontales-dairy" in page.links
    assert_links_lead_somewhere(served, page)


def test_the_columns_are_explained(served: Server) -> None:
    answer = served.get(f"/query/{IN_QUASI_HIERARCHIES}", "text/html").text
    assert '<abbr title="accepted score, 0 absent to 3 high">Functional upgrading</abbr>' in answer
    assert "<dt><code>functional_upgrading</code></dt><dd>accepted score, 0 absent to 3 high</dd>" in answer


@pytest.mark.parametrize("format", ["csv", "json"])
def test_the_evidence_is_that_of_the_command_line(format: str, served: Server, run: Run) -> None:
    there = run("query", IN_QUASI_HIERARCHIES, "--evidence", "--format", format)
    here = served.get(f"/query/{IN_QUASI_HIERARCHIES}?evidence=yes&format={format}")
    assert here.text == there.stdout
    assert "rests_on" in here.text


def test_the_evidence_stands_beside_each_row_where_it_is_wanted(served: Server, kg: KnowledgeGraph) -> None:
    answer = kg.query(IN_QUASI_HIERARCHIES)
    page = page_at(served, f"/query/{IN_QUASI_HIERARCHIES}?evidence=yes")
    assert answer_on(page)[0][-1] == "Rests on"
    for row, behind in zip(answer_on(page)[1:], answer.evidence, strict=True):
        assert behind
        for one in behind:
            assert one.text in row[-1]
            assert one.thing.replace(BASE, "/page/") in page.links
    assert "checked" in page.fields["evidence"].attributes
    without = page_at(served, f"/query/{IN_QUASI_HIERARCHIES}?evidence=no")
    assert answer_on(without)[0][-1] == "Case"


def test_a_field_offers_what_the_query_takes(served: Server, kg: KnowledgeGraph) -> None:
    page = page_at(served, "/query/chains-of-a-mode")
    mode = page.fields["mode"]
    assert (mode.kind, mode.value) == ("select", "hierarchy")
    assert mode.options == [
        ("market", "Market"),
        ("network", "Network"),
        ("quasi-hierarchy", "Quasi-hierarchy"),
        ("hierarchy", "Hierarchy"),
    ]
    for value, _ in mode.options:
        shown = answer_on(page_at(served, f"/query/chains-of-a-mode?mode={value}"))
        assert len(shown) == len(kg.query("chains-of-a-mode", mode=value)) + 1
    page = page_at(served, "/query/nearest-known-cases?case=giuliani2005/leon-footwear")
    assert page.fields["case"].value == "giuliani2005/leon-footwear"
    assert len(page.fields["case"].options) == 40
    assert ("giuliani2005/leon-footwear", "León footwear") in page.fields["case"].options
    assert page.fields["greatest_distance"].kind == "number"
    assert page.fields["greatest_distance"].attributes["step"] == "any"
    assert page.fields["least_shared"].attributes["step"] == "1"


@pytest.mark.parametrize(
    "given",
    [
        "case=https%3A%2F%2Fw3id.org%2Fclusterkg%2Fcase%2Fgiuliani2005%2Fleon-footwear",
        "case=leon-footwear",
        "case=giuliani2005/leon-footwear",
    ],
)
def test_a_thing_may_be_named_in_every_way_that_the_command_line_takes(given: str, served: Server) -> None:
    page = page_at(served, f"/query/nearest-known-cases?{given}")
    assert page.fields["case"].value == "giuliani2005/leon-footwear"
    assert len(page.fields["case"].options) == 40


@pytest.mark.parametrize(
    ("name", "given", "field", "said"),
    [
        (IN_QUASI_HIERARCHIES, "least_score=much", "least_score", "'much' is no value of parameter 'least_score'"),
        (IN_QUASI_HIERARCHIES, "least_score=7", "least_score", "there are: 0.5, 1, 1.5, 2, 2.5, 3"),
        (IN_QUASI_HIERARCHIES, "least_score=", "least_score", "'' is no value"),
        (IN_QUASI_HIERARCHIES, "study=giuliani2006", "study", "did you mean 'giuliani2005'?"),
        ("nearest-known-cases", "least_shared=1.5", "least_shared", "give a whole number"),
        ("nearest-known-cases", "case=leon-footware", "case", "leon-footwear"),
        ("chains-of-a-mode", "mode=<b>", "mode", "'<b>' is no value of parameter 'mode'"),
    ],
)
def test_a_wrong_value_brings_the_form_back_with_the_fault_at_its_field(
    name: str, given: str, field: str, said: str, served: Server
) -> None:
    page = page_at(served, f"/query/{name}?{quote(given, safe='=')}&evidence=yes", status=400)
    assert [one.name for one in page.fields.values() if one.faulty] == [field]
    assert page.fields[field].value == given.partition("=")[2], "what was typed is kept"
    assert said in page.text
    assert "checked" in page.fields["evidence"].attributes
    assert not page.tables
    assert f"#{field}" in page.links
    told = served.get(f"/query/{name}?{quote(given, safe='=')}")
    assert (told.status, told.media) == (400, "text/plain")


def test_several_wrong_values_are_told_at_once(served: Server) -> None:
    page = page_at(served, "/query/nearest-known-cases?least_shared=x&greatest_distance=1e9&case=uba-furniture", 400)
    assert {one.name for one in page.fields.values() if one.faulty} == {"least_shared", "greatest_distance"}
    assert page.fields["case"].value == "giuliani2005/uba-furniture"


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ("least_scor=2", 400, "did you mean 'least_score'?"),
        ("evidence=perhaps", 400, "evidence=perhaps: is none of its values"),
        ("evidence=yes&evidence=no", 400, "is given twice"),
        ("least_score=1&least_score=2", 400, "is given twice"),
    ],
)
def test_what_is_wrong_beside_the_fields_is_told(given: str, status: int, said: str, served: Server) -> None:
    assert said in page_at(served, f"/query/{IN_QUASI_HIERARCHIES}?{given}", status).text


@pytest.mark.parametrize("name", [name for name in query_paths() if name.startswith("federated/")])
def test_a_query_that_asks_others_is_shown_and_told_where_to_ask_it(name: str, served: Server) -> None:
    page = served.get(f"/query/{name}?format=html", "text/html")
    assert (page.status, page.media) == (403, "text/html")
    assert "SERVICE is refused: it would call query.wikidata.org" in page.text
    assert f"clusterkg query {name} --allow-service query.wikidata.org" in page.text
    assert "The query that made this" in page.text
    data = served.get(f"/query/{name}?format=csv")
    assert (data.status, "it would call query.wikidata.org" in data.text) == (403, True)
    assert "--allow-service" not in data.text
    assert served.get(f"/query/{name}?nonsense=1&format=csv").status == 400


def test_the_questions_of_an_added_folder_run_guarded_and_say_what_they_lack(tmp_path: Path) -> None:
    folder = tmp_path / "mine/queries/questions"
    folder.mkdir(parents=True)
    for name, text in ADDED.items():
        (folder / f"{name}.rq").write_text(text, encoding="utf-8")
    with serving(tmp_path, "--data", str(tmp_path / "mine"), "--timeout", "5") as server:
        page = page_at(server, "/query/who")
        assert page.fields["name"].value == ""
        assert "Not asked yet" in page.text
        assert "Who is <b>it</b>?" in page.text
        assert "<b>it" not in server.get("/query/who", "text/html").text
        assert server.get("/query/who").status == 400
        assert len(answer_on(page_at(server, "/query/who?name=Le%C3%B3n%20footwear"))) == 2
        told = server.get("/query/endless", "text/html")
        assert told.status == 400
        assert "5 seconds" in told.text
        assert "Yes." in page_at(server, "/query/whether").text
        assert "is not YAML" in page_at(server, "/query/broken", 400).text
        assert server.get("/query/out", "text/html").status in (400, 403)
        assert server.get("/", "text/html").status == 200
        listed = page_at(server, "/questions")
        assert "broken.rq: the #+ header is not YAML" in listed.text
        assert "/query/who" in listed.links


def test_a_question_that_waits_for_coding_says_what_it_would_take(served: Server, kg: KnowledgeGraph) -> None:
    waiting = [one for one in kg.questions() if one.query.header.get("would_need") and one.not_coded]
    assert waiting
    for one in waiting[:3]:
        page = page_at(served, f"/query/{one.name}")
        assert "Not coded" in page.text
        assert "It would take" in page.text


@pytest.mark.parametrize("name", OTHERS[::9])
def test_every_query_of_the_library_can_be_asked(name: str, served: Server, kg: KnowledgeGraph) -> None:
    page, answer = page_at(served, f"/query/{quote(name)}"), kg.query(name)
    assert max(len(answer_on(page)) - 1, 0) == min(len(answer), 2000)
    assert served.get(f"/query/{quote(name)}?format=csv").text == InFull(answer).to_csv()


def test_the_catalogue_lists_all_questions_as_the_command_does(served: Server, kg: KnowledgeGraph, run: Run) -> None:
    page, every = page_at(served, "/questions"), kg.questions()
    for one in every:
        assert f"/query/{one.name}" in page.links
        assert one.asks in page.text
    assert page.text.count("Not coded in giuliani2005") == sum(bool(one.not_coded) for one in every)
    for format in ("csv", "json"):
        assert served.get(f"/questions?format={format}").text == run("questions", "--format", format).stdout
    assert_links_lead_somewhere(served, page, most=12)


def test_words_and_tags_narrow_the_catalogue_down(served: Server, kg: KnowledgeGraph, run: Run) -> None:
    def names(address: str) -> list[str]:
        return [row["question"] for row in rows_of(served.get(f"{address}&format=csv").text)]

    there = [row["question"] for row in rows_of(run("questions", "quasi same", "--format", "csv").stdout)]
    assert names("/questions?q=quasi%20same") == there
    every = kg.questions()
    assert names("/questions?tag=upgrading&tag=governance") == [
        one.name for one in every if {"upgrading", "governance"} <= set(one.tags)
    ]
    page = page_at(served, "/questions?tag=governance")
    chosen = [one for one in every if "governance" in one.tags]
    for tag in {tag for one in chosen for tag in one.tags}:
        n = sum(tag in one.tags for one in chosen)
        assert f"{tag} {n}" in page.text
        if tag != "governance":
            further = f"/questions?tag=governance&tag={quote(tag)}"
            assert further in page.links
            assert len(names(further)) == n
    assert "/questions" in page.links, "the tag can be taken away"
    assert page.fields["tag"].value == "governance", "the form keeps it"


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ("q=governnance", 404, "no question has the word 'governnance'; did you mean 'governance'"),
        ("tag=upgradin", 400, "did you mean 'upgrading'?"),
        ("study=giuliani2006", 404, "giuliani2006"),
        ("word=x", 400, "word: is no parameter of this page"),
        ("q=a&q=b", 400, "is given twice"),
    ],
)
def test_what_no_question_has_is_told(given: str, status: int, said: str, served: Server) -> None:
    assert said in page_at(served, f"/questions?{given}", status).text
    told = served.get(f"/questions?{given}&format=csv")
    assert told.status == status
    assert told.media == "text/plain"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, second_study: str) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("both"), "--data", second_study) as server:
        yield server


def test_a_second_study_can_be_asked_about(both: Server) -> None:
    page = page_at(both, "/query/nearest-known-cases?study=demo2020&case=demo2020/alpha-textiles")
    assert len(page.fields["study"].options) == 2
    assert any(value == "demo2020/alpha-textiles" for value, _ in page.fields["case"].options)
    page = page_at(both, "/questions?study=demo2020")
    assert page.fields["study"].value == "demo2020"
    assert f"/query/{IN_QUASI_HIERARCHIES}?study=demo2020" in page.links
    rows = csv.DictReader(io.StringIO(both.get("/questions?study=demo2020&format=csv").text))
    there = {row["question"]: row["not_coded"] for row in rows}
    here = {row["question"]: row["not_coded"] for row in rows_of(both.get("/questions?format=csv").text)}
    assert there.keys() == here.keys()
    assert there != here


def test_the_python_beside_an_answer_gives_its_evidence_too(served: Server) -> None:
    path = f"/query/{IN_QUASI_HIERARCHIES}?evidence=yes"
    page = Shown(served.get(f"{path}&format=html", "text/html").text)
    (code,) = (text for text in page.code if "clusterkg.load" in text)
    given: dict[str, pandas.DataFrame] = {}
    exec(code, given)
    rows = rows_of(served.get(f"{path}&format=csv").text)
    assert list(given["frame"].columns) == list(rows[0])
    assert list(given["frame"]["rests_on"]) == [row["rests_on"] for row in rows]
    assert any(row["rests_on"] for row in rows)
