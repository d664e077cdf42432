"""The codebook: every variable, its options, the rules that check it, and who uses what."""

import json
import re
from pathlib import Path

import pytest
from conftest import Run

from clusterkg.coding.codebook import Page, pages
from clusterkg.coding.columns import column
from clusterkg.coding.printing import as_html, as_markdown, as_text
from clusterkg.coding.rules import rules_by_column
from clusterkg.graph import Graph
from clusterkg.knowledge_graph import KnowledgeGraph


@pytest.fixture(scope="module")
def book() -> dict[str, Page]:
    return {page.name: page for page in pages(Graph())}


def test_every_coded_variable_has_a_page(book: dict[str, Page]) -> None:
    assert list(book)[:6] == ["country", "industry", "sectoral_group", "collective_efficiency", "product", "process"]
    assert len(book) == 28
    assert all(page.question and page.options and page.rules for page in book.values())


def test_cases_stand_under_the_option_that_they_use(book: dict[str, Page], kg: KnowledgeGraph) -> None:
    shown = {option.word: option.cases for option in book["product"].options}
    printed: dict[str, list[str]] = {}
    for number in ("5", "6", "7"):
        for record in kg.table(number).records():
            if record["cluster"] and record["collective_efficiency"] in (
                "Low",
                "Medium",
                "High",
                "low",
                "medium",
                "high",
            ):
                printed.setdefault(f"{record['product'].normalize():f}", []).append(record["cluster"])
    assert sum(map(len, printed.values())) == 35
    assert {word: sorted(cases) for word, cases in printed.items()} == {word: sorted(shown[word]) for word in printed}


def test_a_missing_value_is_counted_apart_from_the_zeros(book: dict[str, Page]) -> None:
    functional = book["functional"]
    assert (functional.coded, functional.missing) == (34, 6)
    by_word = {option.word: option for option in functional.options}
    assert by_word["N/A"].cases == ["Bucaramanga apparel"]
    assert "Bucaramanga apparel" not in by_word["0"].cases
    assert [option.missing for option in functional.options] == [False] * 7 + [True] * 4


def test_governance_without_a_code_is_no_zero(book: dict[str, Page]) -> None:
    by_word = {option.word: option.cases for option in book["network"].options}
    assert by_word["N/A"] == ["Campina Grande footwear"]
    assert "Campina Grande footwear" not in by_word["0"]


def test_a_value_outside_the_scale_has_a_line_of_its_own(second_study: str, tmp_path: Path) -> None:
    path = "cases_ttl/demo2020/cases/alpha-textiles.ttl"
    text = (Path(second_study) / path).read_text(encoding="utf-8")
    mine = tmp_path / path
    mine.parent.mkdir(parents=True)
    mine.write_text(text.replace("ckg:score 0.5", "ckg:score 0.75"), encoding="utf-8")
    page = {page.name: page for page in pages(Graph([second_study, str(tmp_path)]))}["bilateral_horizontal_linkage"]
    assert next(option.cases for option in page.options if option.word == "0.75") == ["Alpha textiles"]


def test_the_rules_are_those_of_the_shapes() -> None:
    names = {rule.name: rule.level for rule in rules_by_column([column("cases", "product")])["product"]}
    assert names["rating-score"] == "error"
    assert names["rating-score-step"] == "warning"
    assert "rating-degree" not in names
    degree = {
        rule.name for rule in rules_by_column([column("cases", "collective_efficiency")])["collective_efficiency"]
    }
    assert "rating-degree" in degree
    assert "rating-score" not in degree


def test_a_rule_of_one_variable_stands_on_its_page_alone() -> None:
    """Only collective efficiency may have a degree: that binds the others; that it has no score binds it."""
    names = ("collective_efficiency", "product", "specialised_labour_market")
    rules = rules_by_column([column("cases", name) for name in names])
    having = {rule: [name for name in names if rule in {one.name for one in rules[name]}] for rule in RULES_BY_VARIABLE}
    assert having == RULES_BY_VARIABLE


RULES_BY_VARIABLE = {
    "rating-score-variable": ["collective_efficiency"],
    "rating-degree-variable": ["product", "specialised_labour_market"],
    "rating-reason": ["collective_efficiency", "product", "specialised_labour_market"],
}


def test_a_column_that_is_no_variable_is_told_as_one(run: Run, book: dict[str, Page]) -> None:
    for name, words in (("sum", "as a check; it is not stored"), ("evidence", "in your own words"), ("xyz", "no such")):
        wrong = run("codebook", name)
        assert (wrong.returncode, wrong.stdout) == (2, "")
        assert words in wrong.stderr
        assert wrong.stderr.endswith(f"; the codebook has: {', '.join(book)}\n")


def test_shapes_that_speak_to_coders_are_told_in_their_words(tmp_path: Path) -> None:
    folder = tmp_path / "ontology"
    folder.mkdir()
    (folder / "shapes.ttl").write_text(
        """
        @prefix ckg: <https://w3id.org/clusterkg/ontology#> .
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix shape: <https://w3id.org/clusterkg/shape/> .
        shape:rating a sh:NodeShape ; sh:targetClass ckg:Rating ; sh:property shape:one , shape:two .
        shape:one sh:path ckg:score ; sh:message "Write ckg:score 1.5."@en ; ckg:remedy "write one decimal"@en ;
          ckg:sheetMessage "A score is a number from 0 to 3."@en ; ckg:sheetRemedy "write 0 to 3"@en .
        shape:two sh:path ckg:score ; sh:message "This no sheet can break."@en .
        """,
        encoding="utf-8",
    )
    rules = rules_by_column([column("cases", "product")], [str(tmp_path)])["product"]
    assert [(rule.message, rule.fix) for rule in rules] == [("A score is a number from 0 to 3.", "write 0 to 3")]


def test_text_fits_the_terminal(book: dict[str, Page]) -> None:
    for width in (80, 120):
        assert max(map(len, as_text(book.values(), width).splitlines())) <= width


def test_markdown_and_html_tell_of_every_page(book: dict[str, Page]) -> None:
    markdown, html = as_markdown(book.values()), as_html(book.values())
    for page in book.values():
        assert f"\n## {page.heading}\n" in markdown
        assert f'<section id="{page.sheet}-{page.name}">' in html
    assert len(re.findall("<section", html)) == html.count("</section>") == len(book)
    assert not re.search(r"(src|href)=\"(?!#)", html), "the page needs no other file"


def test_the_command_shows_one_variable_or_all(run: Run) -> None:
    one = run("codebook", "functional")
    assert one.returncode == 0
    assert one.stdout.startswith("Functional upgrading ")
    assert "34 cases with a value, 6 with a stated reason for none." in one.stdout
    everything = json.loads(run("codebook", "--format", "json").stdout)
    assert len(everything) == 28
    wrong = run("codebook", "fuctional")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr == "clusterkg: fuctional: no such variable; did you mean 'functional'?\n"
