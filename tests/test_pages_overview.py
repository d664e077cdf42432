"""The first page: its results say what they count, and count it as anybody would from the values."""

import html
import re

import pytest
from read_pages import Page
from served import CKG, Server

DEGREE = "ckg:collectiveEfficiency <https://w3id.org/clusterkg/concept/degree/{}>"
HIERARCHY = (
    "ckg:feedsInto [ ckg:governedBy <https://w3id.org/clusterkg/concept/governance-mode/quasi-hierarchy> ; "
    "ckg:marketScope <https://w3id.org/clusterkg/concept/market-scope/global> ]"
)


@pytest.mark.parametrize(
    ("asks", "told", "chosen", "score", "test"),
    [
        (
            "have upgraded functionally",
            "cases in a quasi-hierarchical global chain: a score of 2 or more; 1 more has no value",
            HIERARCHY,
            "functional",
            lambda score: score >= 2,
        ),
        (
            "have not upgraded",
            "cases of high collective efficiency: functional upgrading of 0",
            DEGREE.format("high"),
            "functional",
            lambda score: score == 0,
        ),
        (
            "have upgraded much",
            "cases of low collective efficiency: process upgrading of 2 or more",
            DEGREE.format("low"),
            "process",
            lambda score: score >= 2,
        ),
    ],
)
def test_a_result_says_which_upgrading_it_counts_and_from_which_score(
    served: Server, asks: str, told: str, chosen: str, score: str, test: object
) -> None:
    text = Page(served.get("/", "text/html").text).text
    found = re.search(rf"{asks} all the same\? (\d+) of (\d+) (.*?) [A-ZÁÉ]", text)
    assert found is not None
    query = f"{CKG}SELECT DISTINCT ?case ?score {{ ?case {chosen} ; ckg:{score}Upgrading ?score }}"
    rows = served.ask(query, "application/sparql-results+json").json()["results"]["bindings"]
    scores = [float(row["score"]["value"]) for row in rows]
    assert callable(test)
    assert (int(found[1]), int(found[2])) == (sum(map(test, scores)), len(scores))
    assert found[3] == told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/", "Triples and files are counted as they are loaded"),
        ("/about", "Triples and files are counted as they are loaded"),
        ("/ledger?verdict=differs", "put together from the answers to all of these queries"),
        ("/findings?verdict=fails", "a verdict is computed from the answers of the tests"),
        ("/tables", "counted in the rows of the ledger"),
        ("/compare?case=leon-footwear&case=uba-furniture&only=differences", "those that are alike as well"),
    ],
)
def test_a_page_whose_rows_are_no_querys_answer_says_how_they_are_made(served: Server, path: str, told: str) -> None:
    page = served.get(path, "text/html").text
    assert told in page
    assert page.index(told) < page.index("The query that made this")


@pytest.mark.parametrize("path", ["/cases", "/compare?case=leon-footwear&case=uba-furniture"])
def test_a_page_whose_rows_are_a_querys_answer_needs_no_such_word(served: Server, path: str) -> None:
    page = Page(served.get(path, "text/html").text)
    query = served.get(path, "text/html").text.partition("The query that made this")[2]
    text = html.unescape(re.sub(r"(?s)^.*?<code>(SELECT|#|PREFIX)", r"\1", query).partition("</code>")[0])
    assert served.ask(text, "text/csv").text.splitlines() == served.get(path, "text/csv").text.splitlines()
    assert "counted as they are loaded" not in page.text
