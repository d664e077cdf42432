"""The report: everything of the study on one page that needs nothing else, each number with the way to it."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT, Run, missing, rows_of

from clusterkg import cases, library, report
from clusterkg.findings.claims import claims_of
from clusterkg.graph import Graph
from clusterkg.graph.answers import plain
from clusterkg.report import drawing, figures
from clusterkg.report.parts import Cell, Grid
from clusterkg.report.passages import passages_of
from clusterkg.report.profiles import TYPES, Profile, profiles

if TYPE_CHECKING:
    from playwright.sync_api import Browser

STUDY = "giuliani2005"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="session")
def drawer() -> None:
    """The extra that draws."""
    try:
        import jinja2
        import vl_convert
    except ModuleNotFoundError:
        missing("The extra report", "pip install 'clusterkg[report]'")
    assert jinja2
    assert vl_convert


@pytest.fixture(scope="session")
def html(drawer: None) -> str:
    return report.write(Graph())


@pytest.fixture(scope="session")
def tree(html: str) -> ElementTree.Element:
    return ElementTree.fromstring(html)


@pytest.fixture(scope="session")
def markdown() -> str:
    return report.write(Graph(), format="md")


@pytest.fixture(scope="session")
def shown() -> list[Profile]:
    return profiles(Graph(), STUDY)


def text(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def by_id(tree: ElementTree.Element, id: str) -> ElementTree.Element:
    (found,) = [element for element in tree.iter() if element.get("id") == id]
    return found


def rows(tree: ElementTree.Element, id: str) -> list[list[str]]:
    """Return the cells of a table's rows, without the headings that stand above groups of rows."""
    found = []
    for row in by_id(tree, id).iter(f"{XHTML}tr"):
        cells = [cell for cell in row if cell.get("scope") not in ("col", "rowgroup")]
        if cells:
            found.append([text(cell) for cell in cells])
    return found


def test_the_page_is_well_formed_and_begins_as_html(html: str, tree: ElementTree.Element) -> None:
    assert html.startswith('<!DOCTYPE html>\n<html lang="en"')
    assert tree.tag == f"{XHTML}html"
    assert "<script" not in html


def test_the_page_loads_nothing(html: str) -> None:
    assert re.findall(r"<(?:link|script|iframe|img|object|embed)\b", html) == []
    assert re.findall(r"\b(?:src|href|action|data|xlink:href)=\"(?!#)[^\"]*", html) == []
    assert re.findall(r"@import|url\(", html) == []


def test_every_link_leads_to_one_place(tree: ElementTree.Element) -> None:
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    assert [id for id, number in ids.items() if number > 1] == []
    links = {element.get("href", "") for element in tree.iter(f"{XHTML}a")}
    assert len(links) > 450
    assert sorted(link for link in links if link.removeprefix("#") not in ids) == []


def test_every_link_of_the_markdown_leads_to_one_place(markdown: str) -> None:
    ids = Counter(re.findall(r'<a id="([^"]+)"></a>', markdown))
    assert [id for id, number in ids.items() if number > 1] == []
    assert {link for link in re.findall(r"\]\(#([^)]+)\)", markdown) if link not in ids} == set()


def test_all_forty_cases_are_there_with_ratings_and_places(tree: ElementTree.Element, shown: list[Profile]) -> None:
    assert len(shown) == 40
    for profile in shown:
        ratings = rows(tree, f"case-{profile.slug}-ratings")
        assert len(ratings) == 5, profile.slug
        assert all(row[3].startswith(("Table", "5(", "note")) for row in ratings), ratings


def test_each_value_stands_beside_its_evidence_or_the_row_that_it_was_printed_in(
    tree: ElementTree.Element, shown: list[Profile]
) -> None:
    graph = Graph()
    for profile in shown:
        case = cases.describe(graph, profile.slug, study=STUDY)
        told = rows(tree, f"case-{profile.slug}-ratings")
        caption = text(next(by_id(tree, f"case-{profile.slug}-ratings").iter(f"{XHTML}caption")))
        for rating, (variable, value, evidence, place) in zip(case["ratings"], told, strict=True):
            wanted = rating["reason"] if rating["value"] is None else plain(rating["value"])
            assert (variable, value, place) == (rating["variable"], wanted, rating["locator"])
            assert caption.endswith(f", from {rating['source']}")
            assert evidence.startswith(" ".join((rating.get("evidence") or f"{place}, row only").split()))
        chains = rows(tree, f"case-{profile.slug}-chains")
        assert len(chains) == max(len(case["chains"]), 1)
        for chain, cells in zip(case["chains"], chains, strict=False):
            assert cells[3].startswith("counted" if chain["counted"] else "described")
            assert " ".join((chain.get("evidence") or "").split()).rstrip(".") in cells[5]


def test_every_finding_is_there_with_its_verdict(tree: ElementTree.Element, markdown: str, run: Run) -> None:
    wanted = rows_of(run("findings", "--format", "csv").stdout)
    assert len(wanted) >= 110
    for finding in wanted:
        entry = by_id(tree, f"finding-{finding['id']}")
        paragraphs = [text(part) for part in entry.iter(f"{XHTML}p")]
        assert paragraphs[:2] == [finding["verdict"], " ".join(finding["paraphrase"].split())]
        links = {link.get("href", "").removeprefix("#case-") for link in entry.iter(f"{XHTML}a")}
        assert set(filter(None, finding["exceptions"].split("; "))) <= links
        assert f'<a id="finding-{finding["id"]}"></a>' in markdown


def test_every_passage_leads_to_its_findings_or_says_why_it_makes_none(tree: ElementTree.Element) -> None:
    graph = Graph()
    found = list(passages_of(graph, STUDY).values())
    told = rows(tree, "passages-list")
    assert len(told) == len(found) == 120
    claims: dict[str, set[str]] = {}
    for claim in claims_of(graph, STUDY):
        for part in claim.passages:
            claims.setdefault(part.iri, set()).add(claim.id)
    for passage, (locator, number, topic, rest) in zip(found, told, strict=True):
        assert (locator, number, topic) == (passage.locator, str(passage.number), passage.topic)
        links = {link.get("href") for link in by_id(tree, passage.anchor).iter(f"{XHTML}a")}
        assert links == {f"#finding-{id}" for id in claims.get(passage.iri, ())}
        assert (rest == f"no claim: {passage.no_claim}") == (not links)
        assert bool(passage.no_claim) == (not links)


def test_passages_stand_in_the_order_of_the_text_and_are_counted_within_their_section(
    tree: ElementTree.Element,
) -> None:
    told = [row[:3] for row in rows(tree, "passages-list")]
    place = told.index(["5(c)(i)", "3", "Footwear as an example"])
    assert [row[:2] for row in told[place - 3 : place]] == [["5(c)", "3"], ["5(c)(i)", "1"], ["5(c)(i)", "2"]]
    assert told[0][:2] == ["1", "1"]
    assert told[-1][:2] == ["note 21", "1"]


def test_a_finding_leads_to_the_row_of_its_passage(tree: ElementTree.Element, markdown: str) -> None:
    graph = Graph()
    known = passages_of(graph, STUDY)
    led = 0
    for claim in claims_of(graph, STUDY):
        links = {link.get("href", "") for link in by_id(tree, f"finding-{claim.id}").iter(f"{XHTML}a")}
        wanted = {f"#{known[part.iri].anchor}" for part in claim.passages if part.iri in known}
        assert {link for link in links if link.startswith("#passage-")} == wanted, claim.id
        # The cells of a table are no paragraphs.
        assert bool(wanted) != claim.locator.startswith("Table")
        led += len(wanted)
    assert markdown.count("](#passage-") == led
    assert "- Where: [5(c)(i), passage 3: Footwear as an example](#passage-s5c1-03)" in markdown
    row = next(line for line in markdown.splitlines() if '<a id="passage-s5c1-03"></a>' in line)
    assert row.endswith("| [s5c1-12](#finding-s5c1-12); [s5c1-13](#finding-s5c1-13); [s5c1-14](#finding-s5c1-14) |")
    assert "*no claim: It lists studies of the topic.*" in markdown


@pytest.mark.parametrize("number", ["2", "3", "5", "6", "7", "A"])
def test_numbers_equal_the_contract_of_the_table(number: str, tree: ElementTree.Element, run: Run) -> None:
    wanted = rows_of(run("table", number, "--format", "csv").stdout)
    found = rows(tree, f"table-{number.lower()}-rebuilt")
    assert len(found) == len(wanted)
    for row, record in zip(found, wanted, strict=True):
        headings = len(record) - len(row)
        # What differs from the print says so in its cell, what is incomplete has a star.
        cells = [re.sub(r" printed .*|\*", "", cell) for cell in row]
        assert cells == [" ".join(value.split()) for value in list(record.values())[headings:]]


def test_every_row_of_the_ledger_is_there(tree: ElementTree.Element, run: Run) -> None:
    wanted = rows_of(run("ledger", "--format", "csv").stdout)
    found = [row for part in ("slips", "passages", "rest") for row in rows(tree, f"ledger-{part}")]
    assert Counter((row[0], row[2], row[3], row[5], row[6]) for row in found) == Counter(
        tuple(" ".join(record[name].split()) for name in ("row", "printed", "recomputed", "verdict", "cause"))
        for record in wanted
    )


def test_a_figure_that_differs_from_the_print_leads_to_its_row_in_the_ledger(tree: ElementTree.Element) -> None:
    average = rows(tree, "table-6-rebuilt")[-1]
    assert average[0] == "Average"
    assert "0.36 printed 0.6" in average
    row = by_id(tree, "ledger-6-average-intersectoral")
    assert "as if a digit were lost in print" in text(row)


def test_what_is_missing_is_never_a_zero(tree: ElementTree.Element, shown: list[Profile]) -> None:
    blank = {
        (profile.name, place)
        for profile in shown
        for place, type in enumerate(TYPES, 1)
        if profile.scores[type] is None
    }
    assert len(blank) == 21
    for name, *cells in rows(tree, "figure-upgrading-data"):
        for place, cell in enumerate(cells, 1):
            assert cell in ("N/A", "not reported") if (name, place) in blank else float(cell) >= 0, name
    campina = next(row for row in rows(tree, "figure-governance-data") if row[0] == "Campina Grande footwear")
    assert campina[1:] == ["N/A"] * 4


def test_a_drawing_writes_the_reason_where_there_is_no_score(drawer: None, shown: list[Profile]) -> None:
    figure = figures.upgrading(shown, STUDY)
    drawn = drawing.draw(figure.spec, figure.rows)
    found = Counter(re.findall(r">([^<>]+)</text>", drawn))
    zeros = sum(score == 0 for profile in shown for score in profile.scores.values())
    assert (found["not reported"], found["N/A"], found["0"]) == (20, 1, zeros)


def luminance(colour: str) -> float:
    digits = colour if len(colour) == 6 else "".join(digit * 2 for digit in colour)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_higher_a_score_the_more_its_ground_stands_out_in_light_and_in_dark(scheme: str, html: str) -> None:
    assert "the stronger the colour, the higher" in html
    assert "darker" not in html
    colours: dict[str, list[float]] = {}
    for name, colour in re.findall(r"--(paper|h[0-6]): #([0-9a-f]{3,6})", html):
        colours.setdefault(name, []).append(luminance(colour))
    place = ["light", "dark"].index(scheme)
    paper = colours["paper"][place]
    steps = [colours[f"h{step}"][place] for step in range(7)]
    contrasts = [(max(step, paper) + 0.05) / (min(step, paper) + 0.05) for step in steps]
    assert all(before < after for before, after in pairwise(contrasts)), contrasts


def test_the_matrix_tells_five_things_apart_by_shape(shown: list[Profile]) -> None:
    found = Counter(row["found"] for row in figures.governance(shown, STUDY).rows)
    assert found["reason"] == 4
    assert sum(found.values()) == 160
    # Table 3 codes 77 pairs of mode and market.
    assert found["domestic market"] + found["global market"] + 2 * found["both"] == 77


def test_each_panel_shows_its_cases_and_those_it_lacks(shown: list[Profile]) -> None:
    rows_drawn = figures.efficiency(shown, STUDY).rows
    labels = [row["label"] for row in rows_drawn if row["shown"] == "panel"]
    assert len(labels) == 16
    assert sum(int(str(label).split()[1].rstrip(",")) for label in labels) == sum(
        row["shown"] == "case" for row in rows_drawn
    )
    functional = [
        row for row in rows_drawn if (row["group"], row["type"]) == ("Traditional manufacturing", "Functional")
    ]
    assert functional[0]["label"] == "n 14, 1 missing"
    places = [(row["x"], row["y"]) for row in functional[1:]]
    assert len(places) == len(set(places)) == 14


def test_two_cases_of_one_name_have_a_row_each(shown: list[Profile]) -> None:
    first, second = (Profile(slug, "León footwear", "Traditional manufacturing") for slug in ("leon", "leon--1990s"))
    for figure in (figures.governance([first, second], STUDY), figures.upgrading([first, second], STUDY)):
        assert {row["case"] for row in figure.rows} == {"León footwear (leon)", "León footwear (leon--1990s)"}
    assert {row["case"] for row in figures.upgrading(shown, STUDY).rows} == {profile.name for profile in shown}


def test_a_case_of_which_nothing_is_coded_is_shown_without_values() -> None:
    empty = Profile("nowhere", "Nowhere", "Traditional manufacturing")
    assert {row["reason"] for row in figures.upgrading([empty], STUDY).rows} == {"not stated"}
    assert [row["label"] for row in figures.efficiency([empty], STUDY).rows] == ["n 0, 1 missing"] * 4
    assert {row["found"] for row in figures.governance([empty], STUDY).rows} == {"reason"}


def test_every_figure_has_a_label_and_a_table(tree: ElementTree.Element) -> None:
    drawings = [element for element in tree.iter() if element.get("role") == "img"]
    assert len(drawings) == len(list(tree.iter("{http://www.w3.org/2000/svg}svg"))) == 4
    assert all(len(drawing.get("aria-label", "")) > 40 for drawing in drawings)
    for figure in tree.iter(f"{XHTML}figure"):
        assert figure.find(f".//{XHTML}table") is not None


def test_tables_have_captions_and_headings_with_a_scope(tree: ElementTree.Element) -> None:
    tables = list(tree.iter(f"{XHTML}table"))
    assert tables
    for table in tables:
        caption = table.find(f"{XHTML}caption")
        assert caption is not None
        assert text(caption)
        assert all(heading.get("scope") in ("col", "row", "rowgroup") for heading in table.iter(f"{XHTML}th"))


def test_headings_leave_out_no_level(tree: ElementTree.Element) -> None:
    levels = [int(element.tag[-1]) for element in tree.iter() if re.fullmatch(r"\{.*\}h[1-6]", element.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_number_says_which_query_made_it(tree: ElementTree.Element) -> None:
    commands = [text(code) for code in tree.iter(f"{XHTML}code") if text(code).startswith("clusterkg ")]
    for wanted in ("table 5", "ledger", "findings", "finding s5c1-08", "case leon-footwear", "query report/chains"):
        assert any(command.startswith(f"clusterkg {wanted} ") for command in commands), wanted
    query = by_id(tree, "query-tables-upgrading")
    assert "".join(query.itertext()).strip() == library.read("tables/upgrading").text.strip()


@pytest.mark.parametrize(
    "words", ["table 7", "finding s5c1-08", "query report/ratings", "query report/passages", "case leon-footwear"]
)
def test_the_commands_that_the_report_names_run(words: str, tree: ElementTree.Element, run: Run) -> None:
    commands = [text(code) for code in tree.iter(f"{XHTML}code")]
    command = next(command for command in commands if command.startswith(f"clusterkg {words} "))
    done = run(*command.split()[1:])
    assert (done.returncode, done.stderr) == (0, "")


def test_the_same_graph_gives_the_same_bytes(html: str, markdown: str, run: Run, tmp_path: Path) -> None:
    done = run("report", "--out", str(tmp_path / "again.html"))
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "again.html").read_bytes() == html.encode()
    assert run("report", "--format", "md").stdout == markdown


def test_a_study_without_findings_and_printed_figures_has_a_report(second_study: str, run: Run) -> None:
    done = run("report", "--study", "demo2020", "--data", second_study, "--format", "md")
    assert done.returncode == 0, done.stderr
    assert "No finding of this study is written down." in done.stdout
    assert "No passage of this study is listed." in done.stdout
    assert "Alpha textiles" in done.stdout
    # A command that leaves out the folder would not find the study.
    commands = re.findall(r"Again: `(clusterkg [^`]+)`", done.stdout)
    assert commands
    assert all(command.endswith(f" --data {second_study}") for command in commands)
    again = run(*next(command for command in commands if "case alpha-textiles" in command).split()[1:])
    assert (again.returncode, again.stderr) == (0, "")


def test_an_unknown_study_offers_the_nearest(run: Run) -> None:
    done = run("report", "--study", "guiliani2005", "--format", "md")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "clusterkg: guiliani2005: no such study with cases; did you mean 'giuliani2005'?\n"


@pytest.mark.parametrize("package", ["jinja2", "vl_convert"])
def test_without_the_extra_one_line_says_what_brings_it(package: str) -> None:
    script = (
        f"import sys\nsys.modules[{package!r}] = None\nfrom clusterkg.cli import main\n"
        "code = main(['report'])\nprint('code', code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "code 2\n"
    assert done.stderr == f"clusterkg: needs the package {package}; pip install 'clusterkg[report]'\n"


def test_markup_in_the_data_stays_text(drawer: None) -> None:
    from clusterkg.report.page import as_html
    from clusterkg.report.parts import Report, Section

    grid = Grid("grid", "<b>A & B</b>", ["<i>"], [[Cell('<script>alert("1")</script>')]])
    page = as_html(Report("<title>", "&", [Section("one", "<h1>", [grid])]))
    assert "<script" not in page
    assert rows(ElementTree.fromstring(page), "grid") == [['<script>alert("1")</script>']]


Open = Callable[..., dict[str, object]]


@pytest.fixture(scope="session")
def browse(browser: "Browser", html: str, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """Open the page in a real browser at a width, and say what came of it."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html, encoding="utf-8")

    def opened(width: int, *, scheme: str = "light", anchor: str = "") -> dict[str, object]:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True)
        page = context.new_page()
        requests: list[str] = []
        faults: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path.as_uri() + anchor)
        told: dict[str, object] = {
            "requests": [request.removesuffix(anchor) for request in requests],
            "faults": faults,
            "title": page.title(),
            "overflow": page.evaluate("document.documentElement.scrollWidth > window.innerWidth"),
            "background": page.evaluate("getComputedStyle(document.body).backgroundColor"),
            "drawn": page.evaluate("[...document.querySelectorAll('svg')].every(one => one.getBBox().width > 300)"),
            "opened": page.evaluate(
                "id => { const e = id && document.querySelector(id); return !!e && e.checkVisibility() && "
                "e.getBoundingClientRect().top < innerHeight }",
                anchor,
            ),
            "address": path.as_uri(),
        }
        context.close()
        return told

    return opened


@pytest.mark.slow
@pytest.mark.parametrize("width", [1360, 390])
def test_a_browser_shows_it_without_a_request_or_a_complaint(width: int, browse: Open) -> None:
    told = browse(width)
    assert told["requests"] == [told["address"]]
    assert told["faults"] == []
    assert told["title"] == "Giuliani, Pietrobelli, and Rabellotti (2005): the living paper"
    assert told["drawn"] is True
    assert told["overflow"] is False, "the page itself scrolls sideways"


@pytest.mark.slow
def test_it_is_dark_where_the_reader_wants_it_dark(browse: Open) -> None:
    assert browse(1360)["background"] == "rgb(255, 255, 255)"
    assert browse(1360, scheme="dark")["background"] == "rgb(22, 28, 35)"


@pytest.mark.slow
@pytest.mark.parametrize("anchor", ["#case-leon-footwear", "#query-tables-upgrading"])
def test_a_link_opens_what_is_folded(anchor: str, browse: Open) -> None:
    assert browse(1360, anchor=anchor)["opened"] is True
