"""The plots and the first page: what they show is what the queries give, and a blank is never a zero."""

import html
import re
from itertools import pairwise
from urllib.parse import quote

import pytest
from conftest import Run, rows_of
from served import Server

from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.server.views.drawings import PLOTS
from clusterkg.server.worldmap import chart_of, outlines, projected

STUDY = "https://w3id.org/clusterkg/study/giuliani2005"
CASES = {"upgrading": "report/ratings", "governance": "report/chains"}
NARROWED = "?group=complex-products&country=MEX"


def drawn(served: Server, path: str) -> list[dict[str, object]]:
    reply = served.get(path, "application/json")
    assert reply.status == 200, reply.text
    said = reply.json()
    return said["rows"] if isinstance(said, dict) else said


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_gives_the_rows_of_the_query_that_it_shows(name: str, served: Server) -> None:
    """Whole and narrowed down: what the page says made it gives the same when it is run."""
    for narrowed in ("", NARROWED):
        path = f"/plots/{name}{narrowed}"
        page = served.get(path, "text/html").text
        query = html.unescape(re.search(r"The query that made this.*?<pre[^>]*><code>(.*?)</code>", page, re.S)[1])
        rows = rows_of(served.get(path, "text/csv").text)
        again = rows_of(served.ask(query, format="csv").text)
        assert [list(row.values()) for row in rows] == [list(row.values()) for row in again]
        assert rows


@pytest.mark.parametrize("name", PLOTS)
def test_csv_and_json_of_a_plot_have_the_same_rows(name: str, served: Server) -> None:
    rows = rows_of(served.get(f"/plots/{name}?format=csv").text)
    said = served.get(f"/plots/{name}?format=json").json()
    assert [list(row) for row in rows] == [list(row) for row in said]
    for row, same in zip(rows, said, strict=True):
        assert all((row[key] == "") == (value in (None, "")) for key, value in same.items())


@pytest.mark.parametrize(("name", "query"), CASES.items())
def test_a_plot_gives_what_the_command_line_gives(name: str, query: str, served: Server, run: Run) -> None:
    done = run("query", query, "--param", f"study={STUDY}", "--format", "csv")
    assert served.get(f"/plots/{name}?format=csv").text.splitlines() == done.stdout.splitlines()
    page = html.unescape(served.get(f"/plots/{name}", "text/html").text)
    assert f"clusterkg query {query} --param study={STUDY}" in page


def test_a_missing_score_is_drawn_as_missing_with_its_reason(served: Server, kg: KnowledgeGraph) -> None:
    cells = drawn(served, "/plots/upgrading/drawing")
    assert len(cells) == 160
    blank = [cell for cell in cells if cell["value"] is None]
    printed = [
        row
        for row in rows_of(served.get("/plots/upgrading?format=csv").text)
        if row["variable"] != "collective-efficiency"
    ]
    assert len(blank) == sum(row["value"] == "" for row in printed) > 0
    assert all(cell["reason"] for cell in blank)
    assert all(cell["reason"] is None for cell in cells if cell["value"] is not None)
    zeros = [cell for cell in cells if cell["value"] == "0"]
    assert len(zeros) == sum(row["value"] == "0" for row in printed)
    bucaramanga = next(one for one in blank if one["row"] == "Bucaramanga apparel")
    assert (bucaramanga["column"], bucaramanga["reason"]) == ("Functional", "N/A")


def test_no_chain_and_governance_that_is_not_coded_are_told_apart(served: Server) -> None:
    cells = drawn(served, "/plots/governance/drawing")
    blank = {cell["row"]: cell["reason"] for cell in cells if cell["found"] is None}
    assert blank == {"Campina Grande footwear": "N/A"}
    assert {cell["found"] for cell in cells} == {None, "no such chain", "domestic market", "global market", "both"}


def test_every_average_that_is_drawn_has_its_n_and_who_is_missing(served: Server) -> None:
    for name in ("modes", "countries"):
        for row in drawn(served, f"/plots/{name}/drawing?type=product-upgrading"):
            assert row["n"] is not None
            assert (row["value"] is None) == (row["n"] == 0) == (row["reason"] is not None)
    found = drawn(served, "/plots/countries/drawing?group=specialised-suppliers")
    assert {row["name"]: (row["value"], row["n"], row["reason"]) for row in found} == {
        "Brazil": (None, 0, "no score: 1 missing"),
        "Mexico": (None, 0, "no score: 4 missing"),
    }


def test_a_plot_says_in_a_table_what_it_draws(served: Server) -> None:
    page = served.get("/plots/upgrading", "text/html").text
    table = page[page.index("<table") : page.index("</table>")]
    for cell in drawn(served, "/plots/upgrading/drawing"):
        assert f'href="{cell["href"]}"' in table
    assert table.count('class="missing number"') == 21
    assert "<noscript>" in page


def test_what_is_chosen_in_the_address_is_what_is_shown(served: Server) -> None:
    whole = drawn(served, "/plots/upgrading-by-group/drawing")
    mexico = drawn(served, "/plots/upgrading-by-group/drawing?country=MEX")
    both = drawn(served, f"/plots/upgrading-by-group/drawing{NARROWED}")
    assert len(whole) == 40
    assert len(whole) > len(mexico) > len(both) > 0
    assert {row["group"] for row in both} == {"Complex products"}
    page = served.get("/plots/upgrading?country=MEX", "text/html").text
    assert 'data-source="/plots/upgrading/drawing?country=MEX"' in page
    assert '<option value="MEX" selected>' in page
    nobody = served.get("/plots/upgrading?country=PER&group=specialised-suppliers", "text/html")
    assert nobody.status == 200
    assert "No case fits all of that" in nobody.text


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/plots/upgradings", 404, "did you mean 'upgrading'"),
        ("/plots/upgrading/drawings", 404, "upgrading"),
        ("/plots/upgrading?group=complex", 400, "complex-products"),
        ("/plots/upgrading?country=Mexico", 400, "country=Mexico"),
        ("/plots/upgrading?type=product-upgrading", 400, "type"),
        ("/plots/modes?type=product", 400, "product-upgrading"),
        ("/plots/modes?type=product-upgrading&type=process-upgrading", 400, "twice"),
        ("/plots/upgrading?study=giuliani", 404, "giuliani2005"),
        ("/plots?q=x", 400, "q"),
        ("/?q=x", 400, "q"),
        (f"/plots/{quote('<script>')}", 404, "no such plot"),
        ("/plots/", 404, "no such plot"),
    ],
)
def test_what_there_is_not_is_refused_in_words(path: str, status: int, told: str, served: Server) -> None:
    reply = served.get(path, "text/html")
    assert reply.status == status
    assert told in html.unescape(reply.text)
    assert "<script>" not in reply.text


def test_the_map_has_every_point_and_tells_ours_from_the_sources(served: Server) -> None:
    rows = rows_of(served.get("/plots/map?format=csv").text)
    page = served.get("/plots/map", "text/html").text
    placed = [row for row in rows if row["latitude"]]
    chosen = [row for row in placed if row["basis"] != "named-in-source"]
    figure = page[page.index('<figure class="map">') : page.index("</figure>")]
    assert figure.count('tabindex="-1"') == len(placed) > 40
    assert figure.count(" seat") - figure.count("the seat") == figure.count('seat"') == len(chosen) > 0
    assert f"{len(placed)} points for 40 of 40 cases; {len(chosen)} hollow ones we chose" in figure


def test_the_part_of_the_world_that_is_drawn_holds_its_places() -> None:
    """Latin America for the shipped cases, New Zealand with Fiji across the line of date, the world for both."""
    for places in (
        [(-117.0, 32.5), (-38.0, -41.0)],
        [(175.0, -38.0), (178.0, -18.0)],
        [(-99.0, 19.0), (121.0, 31.0)],
        [],
    ):
        chart = chart_of(places)
        for longitude, latitude in places:
            x, y = chart.at(longitude, latitude)
            assert 0 < x < chart.width
            assert 0 < y < chart.height
        assert chart.land.startswith("M")
        assert len(chart.land) < 60_000
    assert not any(abs(a[0] - b[0]) > 180 for ring in outlines() for a, b in pairwise(ring))
    assert projected(0, 0) == (0, 0)


def test_the_first_page_counts_what_the_command_line_counts(served: Server, run: Run) -> None:
    reply = served.get("/?format=csv")
    assert reply.text.splitlines() == run("info", "--format", "csv").stdout.splitlines()
    page = html.unescape(served.get("/", "text/html").text)
    for row in rows_of(reply.text)[:-2]:
        what = (
            row["what"].replace("studies", "study").replace("ratings", "rating") if row["count"] == "1" else row["what"]
        )
        assert re.search(rf"<dt>{what}</dt><dd>(<a [^>]*>)?{int(row['count']):,}<", page), row


def test_the_results_of_the_first_page_are_those_of_their_evidence(served: Server, kg: KnowledgeGraph) -> None:
    page = served.get("/", "text/html").text
    found = kg.findings()
    tested = [one for one in found if one.verdict != "not testable from the coding"]
    fails = sum(one.verdict == "fails" for one in tested)
    assert f"<strong>{fails} of {len(tested)}</strong> claims" in page
    ledger = kg.ledger()
    assert f"<strong>{len(ledger.slips())} of {len(ledger)}</strong> rows of the ledger" in page
    for name in re.findall(r'<li>\s*<p><a href="/query/([a-z-]+)">', page):
        answer = kg.query(name)
        assert answer.ground is not None
        assert f"<strong>{len({row['case'] for row in answer})} of {answer.ground.n}</strong>" in page
    assert page.count('href="/page/case/giuliani2005/leon-footwear"') >= 1


def test_what_the_first_page_and_the_plots_lead_to_is_there(served: Server) -> None:
    links: set[str] = set()
    for path in ("/", "/plots", *(f"/plots/{name}" for name in PLOTS)):
        text = served.get(path, "text/html").text
        links.update(html.unescape(link).partition("#")[0] for link in re.findall(r'href="(/[^"]*)"', text))
    # A page of one kind answers as all of its kind do; two cases stand for forty.
    cases = sorted(link for link in links if link.startswith("/page/case/"))
    for link in sorted(links - set(cases[2:])):
        if "/editor?query=" not in link:
            assert served.get(link, "text/html,*/*;q=0.8").status in (200, 303), link
    names = {link.rpartition("/")[2] for link in cases}
    assert names == {row["case"].rpartition("/")[2] for row in rows_of(served.get("/cases?format=csv").text)}


def test_each_page_weighs_little(served: Server) -> None:
    """Less than 150 kB over the wire, with all that it loads."""
    for path in ("/", *(f"/plots/{name}" for name in PLOTS)):
        page = served.get(path, "text/html", Accept_Encoding="gzip")
        text = served.get(path, "text/html").text
        loaded = re.findall(r'(?:src|data-source|rel="stylesheet" href)="(/[^"]*)"', text)
        sizes = [len(served.get(html.unescape(one), Accept_Encoding="gzip").body) for one in loaded]
        assert len(page.body) + sum(sizes) < 150_000, path


def test_the_means_of_the_groups_stand_beside_the_table_with_what_they_rest_on(served: Server) -> None:
    page = served.get("/plots/upgrading-by-group", "text/html").text
    cells = drawn(served, "/plots/upgrading-by-group/drawing")
    for group in ("Traditional manufacturing", "Natural resource-based", "Complex products"):
        scores = [cell["value"] for cell in cells if cell["group"] == group]
        known = [float(str(score)) for score in scores if score is not None]
        told = re.search(rf"{group}: mean ([0-9.]+), n (\d+)(?:, (\d+) missing)?\.", page)
        assert told is not None, group
        assert abs(float(told[1]) - sum(known) / len(known)) <= 0.005
        assert (int(told[2]), int(told[3] or 0)) == (len(known), len(scores) - len(known))
    assert "Specialized suppliers: no score, n 0, 5 missing." in page


@pytest.mark.parametrize("name", ["economy", "inequality"])
def test_no_two_rows_of_a_country_look_like_one_told_twice(name: str, served: Server) -> None:
    """Cases of one country and year stand apart by what the year is: that of the fieldwork, or of a source."""
    page = served.get(f"/plots/{name}", "text/html").text
    table = page[page.index("<table") : page.index("</table>")]
    assert "Year basis" in table
    assert "first year of the fieldwork" in table
    notes = [str(row["note"]) for row in drawn(served, f"/plots/{name}/drawing")]
    assert all(note.startswith(("first year of", "latest source of", "publication of")) for note in notes), notes
