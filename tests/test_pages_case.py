"""The page of a case, of a cluster, and of cases compared, over a real server."""

import csv
import io
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import visiting
from conftest import rows_of
from pages import Page
from served import Server, serving

from clusterkg.errors import ParameterError
from clusterkg.graph import Graph
from clusterkg.graph.answers import plain
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.server import studies
from clusterkg.server.views import compare, show_at
from clusterkg.server.views.view import Asked

if TYPE_CHECKING:
    from playwright.sync_api import Browser

STUDY = "/page/case/giuliani2005/"
PAIR = "/compare?case=leon-footwear&case=guadalajara-footwear"


def slugs(kg: KnowledgeGraph) -> list[str]:
    return [str(row[0]).rpartition("/")[2] for row in kg.query("cases/index").rows]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_every_case_has_a_page_with_all_that_is_told_of_it(served: Server, kg: KnowledgeGraph) -> None:
    for slug in slugs(kg):
        case = kg.case(slug)
        reply = served.get(STUDY + slug, "text/html")
        assert reply.status == 200, slug
        page = Page(reply.text)
        text = flat(page.text)
        assert case["name"] in text
        for row in case["ratings"]:
            shown = plain(row["value"]) if row["value"] is not None else row["reason"]
            assert row["rating"].partition("#")[2] in page.ids
            for told in (row["variable"], shown, row["locator"], row["cited"], row["note"]):
                assert flat(told or "") in text, (slug, told)
            if not (row["evidence"] or "").endswith(", row only"):
                assert flat(row["evidence"] or "") in text
        for row in case["chains"]:
            assert row["chain"].partition("#")[2] in page.ids
            for name in ("name", "governance_mode", "lead_actor", "destination", "enables", "hinders", "evidence"):
                assert flat(row[name] or "") in text, (slug, name)
        for row in case["participations"]:
            assert flat(row["name"]) in text
            assert flat(row["evidence"] or "") in text
        for row in case["sources"]:
            assert row["citation"] in text
        for note in case["notes"]:
            assert flat(note) in text


def test_a_missing_value_shows_its_reason_and_what_is_printed(served: Server) -> None:
    text = served.get(f"{STUDY}bucaramanga-apparel", "text/html").text
    row = text.split('<tr id="functional-upgrading">')[1].split("</tr>")[0]
    assert '<td class="missing">not available</td>' in row
    assert "N/A <small>in Table 5</small>" in row
    assert "Functional upgrading: not available." in text.split('id="missing"')[1]
    assert "Governance: not available." in served.get(f"{STUDY}campina-grande-footwear", "text/html").text


def test_each_value_leads_to_the_place_that_it_names(served: Server) -> None:
    text = served.get(f"{STUDY}leon-footwear", "text/html").text
    row = text.split('<tr id="collective-efficiency">')[1].split("</tr>")[0]
    links = re.findall(r'href="(/[^"]*)">([^<]*)', row)
    assert links == [
        ("/tables/5", "Table 5"),
        ("/passages#passage-s5a-01", "5(a)"),
        ("/passages#passage-s5c1-01", "5(c)(i)"),
    ]
    assert "passage-s5c1-01" in Page(served.get("/passages", "text/html").text).ids


def test_csv_and_json_are_those_of_the_command(served: Server, kg: KnowledgeGraph) -> None:
    assert served.get(f"{STUDY}leon-footwear?format=csv").text == kg.case("leon-footwear").to_csv()
    assert served.get(f"{STUDY}leon-footwear?format=json").text == kg.case("leon-footwear").to_json()


def test_the_findings_that_name_a_case_have_the_verdicts_of_the_list(served: Server, kg: KnowledgeGraph) -> None:
    found = {one.id: one for one in kg.findings()}
    text = served.get(f"{STUDY}leon-footwear", "text/html").text
    shown = re.findall(r"/page/finding/giuliani2005/([\w-]+)\">.*?<span class=\"badge\">(.*?)</span>", text)
    named = {id for id, one in found.items() if "leon-footwear" in {part.slug for part in one.claim.about}}
    assert {id for id, _ in shown} == named
    assert all(found[id].verdict == verdict for id, verdict in shown)


def test_every_link_leads_somewhere(served: Server) -> None:
    seen: dict[str, int] = {}
    for address in (
        f"{STUDY}leon-footwear",
        f"{STUDY}campina-grande-footwear",
        "/page/cluster/leon-footwear",
        "/compare",
        PAIR,
    ):
        page = Page(served.get(address, "text/html").text)
        for link in dict.fromkeys(page.links):
            if link.startswith("#"):
                assert link[1:] in page.ids, link
            elif link.startswith("/"):
                at = link.partition("#")[0]
                if at not in seen:
                    seen[at] = served.get(at, "text/html").status
                assert seen[at] == 200, link[:200]


def test_all_statements_stay_within_reach(served: Server) -> None:
    reply = served.get(f"{STUDY}leon-footwear?statements=yes", "text/html")
    assert reply.status == 200
    assert "collectiveEfficiency" in reply.text
    assert "subject,property,value" in served.get(f"{STUDY}leon-footwear?statements=yes&format=csv").text


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        (f"{STUDY}leon-fotwear", 404, "leon-footwear"),
        ("/page/case/giuliani2004/leon-footwear", 404, "no such thing"),
        ("/page/case/giuliani2005", 404, "no such thing"),
        ("/page/case/", 404, "no such thing"),
        ("/page/cluster/leon", 404, "leon-footwear"),
        (f"{STUDY}leon-footwear?statements=no", 400, "statements=no"),
        (f"{STUDY}leon-footwear?statement=yes", 400, "statements"),
        ("/compare?case=leon-fotwear", 404, "leon-footwear"),
        ("/compare?case=giuliani2005/leon", 404, "leon-footwear"),
        ("/compare?cases=leon-footwear", 400, "case"),
        ("/compare?case=leon-footwear&only=different", 400, "differences"),
        ("/compare?case=%00", 400, "NUL"),
        ("/compare?case=%3Cscript%3E", 404, "no such case"),
    ],
)
def test_what_there_is_not_is_told(served: Server, address: str, status: int, told: str) -> None:
    reply = served.get(address, "text/html")
    assert reply.status == status, reply
    assert told in reply.text
    assert "<script>" not in reply.text


def test_a_cluster_shows_its_cases(served: Server) -> None:
    page = Page(served.get("/page/cluster/leon-footwear", "text/html").text)
    assert f"{STUDY}leon-footwear" in page.links
    rows = rows_of(served.get("/page/cluster/leon-footwear?format=csv").text)
    assert [row["name"] for row in rows] == ["León footwear"]


def test_compared_cases_have_the_values_of_their_own_pages(served: Server, kg: KnowledgeGraph) -> None:
    rows = rows_of(served.get(f"{PAIR}&format=csv").text)
    for slug in ("leon-footwear", "guadalajara-footwear"):
        case = kg.case(slug)
        own = [row for row in rows if row["case"] == case["case"]]
        rated = {row["property"]: row["value"] for row in own if row["section"] == "Ratings"}
        assert rated == {row["variable"]: plain(row["value"]) for row in case["ratings"]}
        chains = {row["property"] for row in own if row["section"].startswith("Governance") and row["value"] == "yes"}
        counted = [row for row in case["chains"] if row["counted"]]
        assert chains == {f"{row['market_scope']} {row['governance_mode'].lower()}" for row in counted}
        for property, column in (("Led by", "lead_actor"), ("Enables", "enables"), ("Hinders", "hinders")):
            told = {one for row in counted for one in (row[column] or "").split("; ") if one}
            assert {row["value"] for row in own if row["property"] == property} == told
        assert {row["value"] for row in own if row["property"] == "Sources"} == {
            row["citation"] for row in case["sources"]
        }


def test_a_case_whose_governance_is_not_coded_says_so_and_not_no(served: Server) -> None:
    rows = rows_of(served.get("/compare?case=campina-grande-footwear&case=leon-footwear&format=csv").text)
    modes = [row for row in rows if row["section"].startswith("Governance")]
    here = {(row["value"], row["is_missing"]) for row in modes if row["case"].endswith("campina-grande-footwear")}
    assert here == {("N/A", "true")}
    assert {row["value"] for row in modes if row["case"].endswith("leon-footwear")} == {"yes", "no"}


def test_only_what_differs_is_shown_when_asked(served: Server) -> None:
    whole = rows_of(served.get(f"{PAIR}&format=csv").text)
    some = rows_of(served.get(f"{PAIR}&only=differences&format=csv").text)

    def said(rows: list[dict[str, str]], property: str) -> list[set[str]]:
        cases = sorted({row["case"] for row in whole})
        return [{row["value"] for row in rows if (row["property"], row["case"]) == (property, one)} for one in cases]

    kept = {row["property"] for row in some}
    for property in {row["property"] for row in whole}:
        one, other = said(whole, property)
        assert (property in kept) == (one != other), property
    assert "Collective efficiency" in kept
    assert "Industry" not in kept


def test_the_query_of_a_comparison_gives_its_rows(served: Server) -> None:
    page = Page(served.get(PAIR, "text/html").text)
    reply = served.ask(page.query, "text/csv")
    assert reply.status == 200, reply
    given = list(csv.DictReader(io.StringIO(reply.text)))
    shown = rows_of(served.get(f"{PAIR}&format=csv").text)
    assert [(row["property"], row["case"], row["about"]) for row in given] == [
        (row["property"], row["case"], row["about"]) for row in shown
    ]


@pytest.mark.parametrize(
    "word",
    [
        "leon-footwear",
        "giuliani2005/leon-footwear",
        "https%3A%2F%2Fw3id.org%2Fclusterkg%2Fcase%2Fgiuliani2005%2Fleon-footwear",
        "LEON%20footwear",
    ],
)
def test_a_case_is_named_in_any_way(served: Server, word: str) -> None:
    text = served.get(f"/compare?case={word}&case=leon-footwear&case=uba-furniture", "text/html").text
    assert "León footwear and Ubá furniture" in text


def test_fewer_than_two_cases_are_asked_for_more_and_nine_are_too_many(served: Server, kg: KnowledgeGraph) -> None:
    assert "<option" in served.get("/compare", "text/html").text
    one = served.get("/compare?case=leon-footwear", "text/html")
    assert "León footwear</a> alone" in one.text
    assert served.get("/compare?format=csv").status == 404
    some = [f"case={slug}" for slug in slugs(kg)]
    assert served.get(f"/compare?{'&'.join(some[:8])}", "text/html").status == 200
    many = served.get(f"/compare?{'&'.join(some[:9])}", "text/html")
    assert many.status == 400
    assert "9 cases are too many" in many.text


def test_a_second_opinion_is_shown_beside_the_accepted_value(tmp_path: Path, second_opinions: str) -> None:
    with serving(tmp_path, "--workers", "1", "--data", second_opinions) as server:
        text = server.get(f"{STUDY}leon-footwear", "text/html").text
        row = text.split('<tr id="collective-efficiency--ana" class="rival">')[1].split("</tr>")[0]
        assert "another coding, not accepted" in row
        assert "High" in row


def test_a_case_of_a_second_study_has_its_own_page(tmp_path: Path, second_study: str) -> None:
    with serving(tmp_path, "--workers", "1", "--data", second_study) as server:
        page = Page(server.get("/page/case/demo2020/gamma-wine", "text/html").text)
        assert "Governance: not yet coded." in flat(page.text)
        assert "Collective efficiency: not applicable." in flat(page.text)
        assert server.get("/compare?case=gamma-wine&case=leon-footwear", "text/html").status == 200
        assert server.get("/page/cluster/gamma-wine", "text/html").status == 200
        assert len(rows_of(server.get("/cases?study=demo2020&format=csv").text)) == 3


@pytest.mark.slow
def test_cases_are_chosen_ticked_and_compared_without_scripts(served: Server, browser: "Browser") -> None:
    with visiting(browser, served.address, scripts=False) as visit:
        page = visit.go("/cases").page
        page.get_by_role("searchbox").fill("LEON footwear")
        page.get_by_role("button", name="Show").click()
        assert page.locator("#found").inner_text() == "1 of 40 case studies"
        page.get_by_role("link", name="“LEON footwear”").click()
        page.locator(".facets").get_by_role("link", name="Traditional manufacturing").click()
        assert page.locator("#found").inner_text() == "15 of 40 case studies"
        for name in ("León footwear", "Sinos Valley footwear"):
            page.get_by_label(f"Compare {name}").check()
        page.get_by_role("button", name="Compare those ticked").click()
        assert page.locator("h1").inner_text() == "León footwear and Sinos Valley footwear"
        page.get_by_role("link", name="Show only where they differ").click()
        assert page.get_by_role("rowheader", name="Country").count() == 1
        assert page.get_by_role("rowheader", name="Industry").count() == 0
        page.get_by_label("One more case").fill("uba furniture")
        page.get_by_role("button", name="Add").click()
        assert page.locator("h1").inner_text() == "3 cases compared"
        page.get_by_role("link", name="Leave out Sinos Valley footwear").click()
        assert page.locator("h1").inner_text() == "León footwear and Ubá furniture"
        page.locator("td a.where").first.click()
        assert page.locator("h1").inner_text() == "León footwear"
        assert page.evaluate("document.querySelector(':target').id") == "collective-efficiency"


def test_a_name_that_two_studies_have_is_asked_back(tmp_path: Path, second_study: str) -> None:
    shutil.copytree(second_study, tmp_path / "again")
    home = tmp_path / "again" / "cases_ttl" / "demo2020" / "cases"
    text = (home / "alpha-textiles.ttl").read_text(encoding="utf-8").replace("alpha-textiles", "leon-footwear")
    (home / "leon-footwear.ttl").write_text(text, encoding="utf-8")
    graph = Graph([str(tmp_path / "again")])
    with pytest.raises(ParameterError, match="several studies"):
        compare.show(graph, Asked("/compare", "", [("case", "leon-footwear"), ("case", "uba-furniture")]))
    both = [("case", "demo2020/leon-footwear"), ("case", "giuliani2005/leon-footwear")]
    view = compare.show(graph, Asked("/compare", "", both))
    assert {str(row[-1]).rpartition("/case/")[2] for row in view.rows or ()} == {value for _, value in both}
    page = show_at("/page/")(graph, Asked("/page/", "cluster/leon-footwear", []))
    assert [str(row[0]).rpartition("/case/")[2] for row in page.rows or ()] == sorted(value for _, value in both)


def test_the_findings_about_a_case_are_the_same_whether_all_have_been_tested_or_these_alone(kg: KnowledgeGraph) -> None:
    def told(graph: Graph) -> dict[str, list[tuple[str, str, list[str]]]]:
        slugs = ("leon-footwear", "medellin-textiles", "torreon-apparel", "gamarra-apparel")
        found = {slug: studies.findings_about(graph, studies.STUDY, slug) for slug in slugs}
        return {slug: [(one.id, one.verdict, list(one.exceptions)) for one in some] for slug, some in found.items()}

    fresh = Graph()
    fresh.require()
    alone = told(fresh)
    assert len(studies.findings_of(fresh, studies.STUDY)) == len(kg.findings())
    assert told(fresh) == alone
    assert any(alone.values())
