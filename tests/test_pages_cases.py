"""Cases chosen by facets: counts, rows, and the query that made them, over a real server."""

import csv
import io
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from conftest import rows_of
from pages import Page
from served import Server

from clusterkg.graph import Graph
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.server.casebook import SORTS, book_of
from clusterkg.server.facets import FACETS, fold

ADDRESSES = (
    "/cases",
    "/cases?group=traditional-manufacturing&group=complex-products&functional=1-or-more&sort=product&desc=yes",
    "/cases?functional=not-available",
    "/cases?functional=not-available&functional=absent&mode=global-quasi-hierarchy&mode=not-available",
    "/cases?degree=not-reported&lead=not-stated&sort=country",
    "/cases?lead=buyers&lead=not-stated&basis=original-field-study&sort=modes&desc=yes",
    "/cases?q=SAO%20furniture",
    "/cases?q=m%C3%A9xico%20software&sort=name",
    "/cases?q=%22%5C%7D%20%23",
    "/cases?country=PER&country=NIC&product=3-or-more",
)


def values(rows: list[dict[str, str]]) -> list[dict[str, object]]:
    """Return rows with their scores as numbers, so that 2 and 2.0 are the same."""

    def value(text: str) -> object:
        try:
            return Decimal(text)
        except ArithmeticError:
            return text

    return [{name: value(text) for name, text in row.items()} for row in rows]


def asked(served: Server, address: str, format: str) -> str:
    reply = served.get(f"{address}{'&' if '?' in address else '?'}format={format}")
    assert reply.status == 200, reply
    return reply.text


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_query_that_is_shown_gives_the_rows_of_the_table(served: Server, address: str) -> None:
    shown = rows_of(asked(served, address, "csv"))
    page = Page(served.get(address, "text/html").text)
    reply = served.ask(page.query, "text/csv")
    assert reply.status == 200, reply
    assert values(list(csv.DictReader(io.StringIO(reply.text)))) == values(shown)
    ticked = [value for name, value in page.fields if name == "case"]
    assert ticked == [row["case"].partition("/case/")[2] for row in shown]


def test_every_value_of_every_facet_gives_what_its_query_gives(kg: KnowledgeGraph) -> None:
    from clusterkg.server.casebook import query_for

    book = book_of(kg.graph)
    for name, choices in book.facets.items():
        for word in choices:
            text = query_for(kg.graph, book, {name: [word]}, [], "group", False)
            rows = book.sorted(book.chosen(name, [word]), "group", False)
            assert kg.graph.run(text).rows == rows, (name, word)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_both_sort_alike_and_who_has_no_value_comes_last(
    kg: KnowledgeGraph, second_study: str, sort: str, descending: bool
) -> None:
    from clusterkg.server.casebook import query_for

    for graph in (kg.graph, Graph([second_study])):
        book = book_of(graph)
        rows = book.sorted(book.everybody, sort, descending)
        assert graph.run(query_for(graph, book, {}, [], sort, descending)).rows == rows


def test_each_count_is_the_number_of_cases_behind_its_link(served: Server) -> None:
    address = "/cases?group=traditional-manufacturing&functional=1-or-more"
    text = served.get(address, "text/html").text
    checked = 0
    for part in text.split('<nav class="facets"')[1].split("</nav>")[0].split("<li")[1:]:
        if "<a " not in part or "✓" in part:
            continue
        link = part.split('href="')[1].split('"')[0].replace("&amp;", "&")
        count = int(part.split('class="counts">')[1].split("<")[0])
        pairs = parse_qsl(urlsplit(link).query)
        added = next(pair for pair in reversed(pairs))
        here = {row["case"] for row in rows_of(asked(served, address, "csv"))}
        there = {row["case"] for row in rows_of(asked(served, link, "csv"))}
        if added[0] in ("group", "functional"):
            only = "&".join(f"{name}={value}" for name, value in pairs if name != added[0])
            alone = {row["case"] for row in rows_of(asked(served, f"/cases?{only}&{added[0]}={added[1]}", "csv"))}
            assert len(alone) == count
            assert there == here | alone
        else:
            assert there <= here
            assert len(there) == count
        checked += 1
    assert checked > 20


def test_a_missing_score_is_a_value_of_its_facet_and_no_zero(served: Server) -> None:
    missing = rows_of(asked(served, "/cases?functional=not-available", "csv"))
    absent = rows_of(asked(served, "/cases?functional=absent", "csv"))
    assert [row["name"] for row in missing] == ["Bucaramanga apparel"]
    assert missing[0]["functional"] == ""
    assert missing[0]["missing"] == "functional: N/A"
    assert "Bucaramanga apparel" not in {row["name"] for row in absent}
    assert {row["functional"] for row in absent} == {"0"}
    assert '<td class="number missing">N/A</td>' in served.get("/cases?functional=not-available", "text/html").text


def test_the_cases_are_those_of_the_tables(served: Server, kg: KnowledgeGraph) -> None:
    rows = {row["name"]: row for row in rows_of(asked(served, "/cases", "csv"))}
    printed = kg.table(5).records()
    for record in printed:
        row = rows.get(str(record["cluster"]))
        if row is None:
            assert record["cluster"] in ("Total", "Average")
            continue
        for column in ("product", "process", "functional", "intersectoral"):
            value = record[column]
            if isinstance(value, str):
                assert (row[column], row["missing"]) == ("", f"{column}: {value}")
            else:
                assert Decimal(row[column]) == value
    assert len(rows) == 40


def test_csv_and_json_have_the_same_rows(served: Server) -> None:
    address = "/cases?country=MEX&sort=functional"
    table = rows_of(asked(served, address, "csv"))
    objects = served.get(f"{address}&format=json").json()
    assert [row["case"] for row in objects] == [row["case"] for row in table]
    assert [list(row) for row in objects[:1]] == [list(row) for row in table[:1]]


def test_what_is_chosen_is_taken_away_by_one_link(served: Server) -> None:
    text = served.get("/cases?country=MEX&country=BRA&q=sao&page=1", "text/html").text
    chips = text.split('<ul class="chips">')[1].split("</ul>")[0].replace("&amp;", "&")
    links = [part.split('"')[0] for part in chips.split('href="')[1:]]
    assert links == ["/cases?country=BRA&q=sao", "/cases?country=MEX&q=sao", "/cases?country=MEX&country=BRA", "/cases"]
    hidden = [pair for pair in Page(text).fields if pair[0] == "country"]
    assert hidden == [("country", "MEX"), ("country", "BRA")]


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        ("/cases?goup=x", 400, "group"),
        ("/cases?group=traditional", 400, "traditional-manufacturing"),
        ("/cases?functional=2", 400, "2-or-more"),
        ("/cases?study=giuliani2004", 404, "giuliani2005"),
        ("/cases?sort=colour", 400, "sort=colour"),
        ("/cases?sort=name&sort=group", 400, "given twice"),
        ("/cases?desc=1", 400, "yes"),
        ("/cases?page=2", 400, "there is one page"),
        ("/cases?page=-1", 400, "no page"),
        ("/cases?page=%D9%A1", 400, "no page"),
        ("/cases?q=a+b+c+d+e+f+g+h+i+j+k+l+m", 400, "12 words"),
        ("/cases?group=%3Cscript%3E", 400, "none of its values"),
    ],
)
def test_what_cannot_be_asked_is_told(served: Server, address: str, status: int, told: str) -> None:
    reply = served.get(address, "text/html")
    assert reply.status == status
    assert told in reply.text
    assert "<script>" not in reply.text


def test_a_blank_form_asks_for_everything(served: Server) -> None:
    assert len(rows_of(asked(served, "/cases?q=&group=&sort=&desc=", "csv"))) == 40


def test_accents_are_folded_as_the_query_folds_them() -> None:
    assert fold("Ubá SÃO Łódź Straße") == "uba sao lodz strasse"
    assert fold("São") == fold("Sa\u0303o") == "sao"


def test_a_study_added_by_a_folder_is_a_value_of_the_facet(second_study: str) -> None:
    book = book_of(Graph([second_study]))
    assert set(book.facets["study"]) == {"giuliani2005", "demo2020"}
    rows = book.sorted(book.chosen("study", ["demo2020"]), "group", False)
    assert [row[1] for row in rows] == ["Alpha textiles", "Beta textiles", "Gamma wine"]
    gamma = dict(zip(("missing", "case"), rows[-1][-2:], strict=True))
    assert gamma["missing"] == "collective_efficiency: not applicable; modes: not yet coded"
    assert set(FACETS) == set(book.facets)
