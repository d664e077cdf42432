"""The vocabulary, the codebook and the pages of things: what they say is in the graph, and nothing is a dead end."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from conftest import Run, rows_of
from page_parts import assert_links_lead_somewhere, page_at
from pages import Page as Shown
from served import Server, serving

from clusterkg.coding import codebook, printing
from clusterkg.coding.rules import rules_by_term
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.server.schema import terms_of
from clusterkg.server.things import read_name
from clusterkg.terms import BASE, ONTOLOGY

RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
IN_SCHEME = ox.NamedNode("http://www.w3.org/2004/02/skos/core#inScheme")


@pytest.fixture(scope="module")
def triples(kg: KnowledgeGraph) -> set[tuple[str, str, str]]:
    """All statements between IRIs, each once."""
    return {
        (quad.subject.value, quad.predicate.value, quad.object.value)
        for quad in kg.graph.store
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
    }


def test_each_term_is_listed_with_how_often_it_is_used(served: Server, kg: KnowledgeGraph) -> None:
    rows = rows_of(served.get("/vocabulary?format=csv").text)
    store = kg.graph.store
    above: dict[str, set[str]] = {}
    for quad in store.quads_for_pattern(None, SUBCLASS, None):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            above.setdefault(quad.subject.value, set()).add(quad.object.value)

    def all_above(iri: str) -> set[str]:
        return {iri}.union(*(all_above(one) for one in above.get(iri, ())))

    things: dict[str, set[str]] = {}
    for quad in store.quads_for_pattern(None, RDF_TYPE, None):
        assert isinstance(quad.object, ox.NamedNode)
        for iri in all_above(quad.object.value):
            things.setdefault(iri, set()).add(str(quad.subject))
    uses = Counter(predicate for _, predicate, _ in {(str(q.subject), q.predicate.value, str(q.object)) for q in store})
    concepts: dict[str, set[str]] = {}
    for quad in store.quads_for_pattern(None, IN_SCHEME, None):
        assert isinstance(quad.object, ox.NamedNode)
        concepts.setdefault(quad.object.value, set()).add(str(quad.subject))
    for row in rows:
        n = {
            "class": len(things.get(row["term"], ())),
            "property": uses[row["term"]],
            "list": len(concepts.get(row["term"], ())),
        }[row["kind"]]
        assert int(row["n"]) == n, row["term"]
    terms = {row["term"] for row in rows if row["kind"] != "list"}
    assert terms == {one.iri for one in terms_of(kg.graph) if one.kind != "datatype"}
    assert next(row["n"] for row in rows if row["term"] == ONTOLOGY + "CaseStudy") == "40"
    page = page_at(served, "/vocabulary")
    assert sum(len(table) - 1 for table in page.tables) == len(rows)
    assert_links_lead_somewhere(served, page)


def test_the_vocabulary_is_narrowed_down_by_kind_and_words(served: Server) -> None:
    rows = rows_of(served.get("/vocabulary?format=csv").text)
    some = rows_of(served.get("/vocabulary?kind=class&q=Global%20chain&format=csv").text)
    assert some == [
        row
        for row in rows
        if row["kind"] == "class"
        and all(word in (row["term"] + row["label"] + row["definition"]).casefold() for word in ("global", "chain"))
    ]
    assert 0 < len(some) < 10
    assert "No term has these words." in page_at(served, "/vocabulary?q=qwerty").text
    for given, said in (("kind=clas", "did you mean 'class'?"), ("kinds=class", "did you mean 'kind'?")):
        assert said in page_at(served, f"/vocabulary?{given}", 400).text


def test_every_term_has_its_place_on_the_ontologys_page(served: Server, kg: KnowledgeGraph) -> None:
    page = page_at(served, "/page/ontology")
    assert {one.name for one in terms_of(kg.graph)} <= set(page.anchors)
    for quad in kg.graph.store.quads_for_pattern(None, RDF_TYPE, None):
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(ONTOLOGY):
            assert quad.object.value.removeprefix(ONTOLOGY) in page.anchors
    for link in page.links:
        if link.startswith("/page/ontology#"):
            assert link.partition("#")[2] in page.anchors, link
    assert "Case study and feeds into at least one Global value chain" in page.text
    assert "xsd:decimal from 0 and up to 3" in page.text
    assert "29 things" in page.text
    assert_links_lead_somewhere(served, page)


def test_the_rules_that_speak_of_a_term_stand_beside_it(served: Server, kg: KnowledgeGraph) -> None:
    rules = rules_by_term()
    rows = {row["term"]: row for row in csv.DictReader(io.StringIO(served.get("/page/ontology?format=csv").text))}
    for iri, row in rows.items():
        assert row["rules"].splitlines() == [rule.message for rule in rules.get(iri, ())]
    assert "The type of an actor is a concept of the list" in rows[ONTOLOGY + "actorType"]["rules"]
    assert rows[ONTOLOGY + "caseName"]["rules"] == "", "what rules build, no rule checks"


@pytest.mark.parametrize("scheme", ["governance-mode", "sectoral-group", "degree", "industry"])
def test_a_list_of_concepts_counts_the_cases_that_its_concepts_name(
    scheme: str, served: Server, kg: KnowledgeGraph
) -> None:
    rows = rows_of(served.get(f"/page/concept/{scheme}?format=csv").text)
    page = page_at(served, f"/page/concept/{scheme}")
    assert len(page.tables[0]) - 1 == len(rows)
    for row in rows:
        cases = {str(one["case"]) for one in kg.query("pages/cases-with-a-concept", concept=row["concept"])}
        assert int(row["cases"]) == len(cases)
        assert row["concept"].replace(BASE, "/page/") in page.links
    if scheme == "sectoral-group":
        coded = kg.query(
            "PREFIX ckg: <https://w3id.org/clusterkg/ontology#> SELECT ?group (COUNT(DISTINCT ?case) AS ?n) "
            "{ ?case a ckg:CaseStudy ; ckg:sectoralGroup ?group } GROUP BY ?group"
        )
        assert {row["concept"]: int(row["cases"]) for row in rows} == {row["group"]: row["n"] for row in coded}


def test_a_concept_leads_to_its_list_its_matches_and_its_cases(served: Server) -> None:
    page = page_at(served, "/page/concept/governance-mode/network")
    assert "Relational" in page.text
    assert "/page/concept/governance-mode" in page.links
    assert "/page/concept/governance-type/relational" in page.links
    assert "/page/case/giuliani2005/leon-footwear" in page.links
    assert_links_lead_somewhere(served, page)
    industry = page_at(served, "/page/concept/industry/footwear")
    assert "isic4:" in industry.text


def test_what_points_to_a_thing_is_told_by_property(
    served: Server, kg: KnowledgeGraph, triples: set[tuple[str, str, str]]
) -> None:
    for path in ("source/rabellotti1999", "country/MEX", "actor/us-footwear-buyers", "cluster/leon-footwear"):
        iri = BASE + path

        def within(one: str, iri: str = iri) -> bool:
            return one == iri or one.startswith(f"{iri}#")

        wanted = {one for one in triples if within(one[2]) and not within(one[0])}
        page = page_at(served, f"/page/{path}?statements=yes")
        shown = kg.query("pages/links-to-a-thing", thing=iri)
        assert {(row["subject"], row["property"], row["object"]) for row in shown} == wanted
        for _, property, _ in wanted:
            n = sum(one[1] == property for one in wanted)
            assert f": {n}" in page.text, property
        for subject in {one[0] for one in wanted} if len(wanted) < 50 else ():
            assert any(link == subject.replace(BASE, "/page/") for link in page.links), subject
        assert_links_lead_somewhere(served, page)


@pytest.mark.parametrize("path", ["actor/segusino", "source/zepeda2003", "country/MEX", "concept/degree/low"])
def test_the_query_beside_a_things_statements_gives_them(
    served: Server, triples: set[tuple[str, str, str]], path: str
) -> None:
    page = Shown(served.get(f"/page/{path}", "text/html").text)
    answer = served.ask(page.query, "text/csv").text
    assert answer.splitlines() == served.get(f"/page/{path}?format=csv").text.splitlines()
    said = {tuple(row) for row in csv.reader(io.StringIO(answer))}
    assert {one for one in triples if one[0].partition("#")[0] == BASE + path} <= said


def test_a_source_goes_by_its_citation_and_a_fragment_by_whose_it_is(served: Server) -> None:
    page = page_at(served, "/page/source/rabellotti1999")
    assert "Rabellotti (1999)" in page.text
    assert "Chain of US buyers (León footwear)" in page.text
    assert "Functional upgrading (León footwear)" in page.text
    assert read_name("http://purl.org/dc/terms/source") == "source"


def test_the_codebook_is_that_of_the_command_line(served: Server, run: Run, kg: KnowledgeGraph) -> None:
    book = codebook.pages(kg.graph)
    for variable in ("", "functional"):
        chosen = [codebook.find(book, variable)] if variable else book
        at = f"/codebook?{f'variable={variable}&' * bool(variable)}"
        assert served.get(f"{at}format=json").text == printing.Book(chosen).to_json()
        markdown = served.get(f"{at}format=md")
        assert (markdown.text, markdown.media) == (printing.as_markdown(chosen), "text/markdown")
        rows = rows_of(served.get(f"{at}format=csv").text)
        assert [(row["variable"], row["option"], int(row["n"])) for row in rows] == [
            (page.name, option.word, len(option.cases)) for page in chosen for option in page.options
        ]
        page = page_at(served, at.rstrip("?&"))
        assert {one.name for one in chosen} <= set(page.anchors)
        assert [len(table) - 1 for table in page.tables] == [len(one.options) for one in chosen]
        for one in chosen:
            assert printing.counts(one) in page.text
            for rule in one.rules:
                assert " ".join(rule.message.split()) in " ".join(page.text.split())
    assert (
        run("codebook", "functional", "--format", "json").stdout
        == printing.Book([codebook.find(book, "functional")]).to_json()
    )
    assert_links_lead_somewhere(served, page_at(served, "/codebook"))


def test_an_unknown_variable_is_told_with_the_nearest(served: Server) -> None:
    assert "did you mean 'functional'?" in page_at(served, "/codebook?variable=functionl", 404).text
    assert "a column that is no variable" in page_at(served, "/codebook?variable=evidence", 404).text
    assert "did you mean 'variable'?" in page_at(served, "/codebook?variabel=x", 400).text


def test_only_the_codebook_and_what_the_command_writes_so_is_markdown(served: Server, kg: KnowledgeGraph) -> None:
    assert served.get("/questions?format=md").text == kg.questions().to_markdown()
    refused = served.get("/vocabulary?format=md")
    assert (refused.status, refused.media) == (406, "text/plain")


@pytest.mark.parametrize("path", ["ontology/x", "concept/governance-mode/netwrok", "concept/governance-mod", "concept"])
def test_what_the_graph_does_not_describe_has_no_page(path: str, served: Server) -> None:
    assert "the graph describes no such thing" in page_at(served, f"/page/{path}", 404).text


def test_a_thing_of_every_kind_has_a_page_that_leads_on(served: Server, kg: KnowledgeGraph) -> None:
    kinds: dict[str, str] = {}
    for iri in sorted(kg.graph.subjects()):
        if iri.startswith(BASE) and "#" not in iri:
            kinds.setdefault(iri.removeprefix(BASE).partition("/")[0], iri.removeprefix(BASE))
    for path in kinds.values():
        page = page_at(served, f"/page/{quote(path)}")
        assert_links_lead_somewhere(served, page, most=10)


def test_a_term_without_uses_has_an_empty_answer_and_an_unknown_one_a_fault(served: Server) -> None:
    rows = rows_of(served.get("/vocabulary?kind=property&format=csv").text)
    unused = next(row["term"] for row in rows if row["n"] == "0")
    page = page_at(served, f"/query/pages/uses-of-a-property?property={quote(unused, safe='')}")
    assert "No rows." in page.text
    assert "nowhere yet" in page_at(served, "/page/ontology").text
    page = page_at(served, "/query/pages/things-of-a-class?class=ckg:CaseStud", 400)
    assert page.fields["class"].faulty
    assert "did you mean 'CaseStudy'" in page.text


def test_a_class_is_drawn_between_the_classes_that_it_is_related_to(served: Server, kg: KnowledgeGraph) -> None:
    address = "/vocabulary/diagram?class=ckg:ValueChain"
    rows = rows_of(served.get(f"{address}&format=csv").text)
    chain, mode = ONTOLOGY + "ValueChain", ONTOLOGY + "GovernanceMode"
    store = kg.graph.store
    chains = {quad.subject for quad in store.quads_for_pattern(None, RDF_TYPE, ox.NamedNode(chain))}
    governed = store.quads_for_pattern(None, ox.NamedNode(ONTOLOGY + "governedBy"), None)
    wanted = {(quad.subject, quad.object) for quad in governed if quad.subject in chains}
    found = next(row for row in rows if row["class"] == mode and row["property"] == ONTOLOGY + "governedBy")
    assert (found["direction"], int(found["n"])) == ("to", len(wanted))
    assert not any(row["class"] == ONTOLOGY + "MarketChain" for row in rows), "a defined class says nothing of its own"
    text = served.get(address, "text/html").text
    boxes = {(row["direction"], row["class"]) for row in rows if row["direction"] != "value"}
    assert text.count("<rect") == len(boxes) + 1
    assert text.count('class="arrow"') == len(boxes)
    page = page_at(served, address)
    assert len(page.tables[0]) - 1 == len(rows), "the table says all that is drawn"
    assert page.fields["class"].value == "ckg:ValueChain"
    assert "/vocabulary/diagram?class=ckg%3AGovernanceMode" in page.links
    assert_links_lead_somewhere(served, page)
    assert "did you mean 'ValueChain'" in page_at(served, "/vocabulary/diagram?class=ckg:ValueChian", 400).text
    assert page_at(served, "/vocabulary/diagram").fields["class"].value == "ckg:CaseStudy"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, second_study: str) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("both"), "--data", second_study) as server:
        yield server


def test_a_second_study_counts_in_the_vocabulary_and_the_codebook(both: Server, second_study: str) -> None:
    rows = {row["term"]: row for row in rows_of(both.get("/vocabulary?format=csv").text)}
    assert rows[ONTOLOGY + "CaseStudy"]["n"] == "43"
    assert "Alpha" in page_at(both, "/codebook").text
    assert_links_lead_somewhere(both, page_at(both, "/page/study/demo2020"))


def test_a_place_is_an_anchor_on_the_page_of_its_cluster_and_case(served: Server) -> None:
    places = {f"place-{number}" for number in (1, 2, 3, 4)}
    for path in ("cluster/itajai-textiles", "case/giuliani2005/itajai-textiles"):
        assert places <= set(Shown(served.get(f"/page/{path}", "text/html").text).ids)
