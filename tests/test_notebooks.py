"""In notebooks and pandas: escaped HTML with what an answer rests on, and columns of the type of their values."""

from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pandas
import pytest

from clusterkg.graph.answers import Answer
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.notebooks import MOST

IN_QUASI_HIERARCHIES = "functional-upgrading-in-quasi-hierarchies"
SEVERAL = "PREFIX ckg: <https://w3id.org/clusterkg/ontology#> SELECT "


class Reader(HTMLParser):
    """Read HTML: the texts within each tag, and that every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag != "br":
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[self.open[-1]][-1] += data


def shown(thing: Any) -> dict[str, list[str]]:
    return Reader(thing._repr_html_()).texts


def test_an_answer_is_shown_with_its_ground_below(kg: KnowledgeGraph) -> None:
    answer = kg.query(IN_QUASI_HIERARCHIES)
    texts = shown(answer)
    assert texts["th"] == answer.columns
    assert len(texts["td"]) == len(answer) * len(answer.columns)
    assert texts["p"] == answer.ground.sentences
    assert texts["p"][0] == "Rests on 20 of 21 cases in a quasi-hierarchical global chain."


def test_an_average_of_an_ordinal_scale_is_announced(kg: KnowledgeGraph) -> None:
    answer = kg.query(SEVERAL + "(AVG(?score) AS ?mean) { ?case ckg:processUpgrading ?score }")
    assert shown(answer)["p"][0].startswith("Averages an ordinal scale")


def test_what_a_cell_holds_never_becomes_markup() -> None:
    answer = Answer(["<b>"], [("<script>alert(1)</script> & 'x'",), (None,)])
    html = answer._repr_html_()
    assert "<script>" not in html
    assert "<b>" not in html
    assert shown(answer)["td"] == ["<script>alert(1)</script> & 'x'", ""]


@pytest.mark.parametrize(("rows", "told"), [(MOST, []), (MOST + 1, [f"1 more of {MOST + 1} rows not shown here."])])
def test_a_long_answer_is_cut_in_the_display_only_and_says_so(rows: int, told: list[str]) -> None:
    answer = Answer(["n"], [(number,) for number in range(rows)])
    texts = shown(answer)
    assert (len(texts["td"]), texts.get("p", [])) == (MOST, told)
    assert len(answer.to_pandas()) == rows


def test_tables_findings_ledger_and_catalogue_are_shown_as_tables(kg: KnowledgeGraph) -> None:
    table = shown(kg.table(5))
    assert table["caption"] == [kg.table(5).caption]
    assert table["p"] == kg.table(5).notes()
    findings = shown(kg.findings())
    assert findings["caption"] == ["Findings of giuliani2005"]
    assert findings["p"] == [f"{len(kg.findings()) - MOST} more of {len(kg.findings())} rows not shown here."]
    assert shown(kg.ledger())["caption"] == ["Ledger of giuliani2005"]
    assert IN_QUASI_HIERARCHIES in shown(kg.questions("functional"))["td"]


def test_what_is_no_table_is_shown_as_a_terminal_shows_it(kg: KnowledgeGraph) -> None:
    assert "Sinos Valley footwear" in shown(kg.case("sinos-valley-footwear"))["pre"][0]
    assert "s5c3-04" in shown(kg.finding("s5c3-04"))["pre"][0]
    assert "FILTER(?functional_upgrading >= " in shown(kg.explain(f"questions/{IN_QUASI_HIERARCHIES}"))["pre"][0]


def kinds(frame: pandas.DataFrame) -> dict[str, str]:
    return {str(name): str(kind) for name, kind in frame.dtypes.items()}


def test_columns_have_the_type_of_their_values(kg: KnowledgeGraph) -> None:
    frame = kg.query(IN_QUASI_HIERARCHIES).to_pandas()
    assert kinds(frame) == {
        **dict.fromkeys(("cluster", "country", "sectoral_group", "case"), "string"),
        "functional_upgrading": "Float64",
    }
    frame = Answer(["n", "yes", "none"], [(3, True, None), (None, None, None)]).to_pandas()
    assert kinds(frame) == {"n": "Int64", "yes": "boolean", "none": "object"}


def test_a_blank_is_missing_never_zero_or_empty() -> None:
    rows = [(1, Decimal("0.0"), False, ""), (None, None, None, None)]
    frame = Answer(["whole", "number", "truth", "text"], rows).to_pandas()
    assert frame.isna().to_numpy().tolist() == [[False] * 4, [True] * 4]
    assert (frame["whole"].sum(), frame["number"].mean(), frame["text"][0]) == (1, 0.0, "")


def test_numbers_among_stated_reasons_stay_what_they_are_and_are_announced() -> None:
    frame = Answer(["value", "other"], [(Decimal("1.5"), 2), ("not reported", 3), (None, None)]).to_pandas()
    assert kinds(frame) == {"value": "object", "other": "Int64"}
    assert list(frame["value"][:2]) == [1.5, "not reported"]
    assert frame.attrs["mixed"] == {"value": "holds numbers and words, such as stated reasons why there is no number"}


def test_two_columns_of_one_name_are_both_kept() -> None:
    assert Answer(["x", "x"], [(1, "a")]).to_pandas().to_numpy().tolist() == [[1, "a"]]


def test_a_frame_says_what_its_rows_rest_on(kg: KnowledgeGraph) -> None:
    answer = kg.query(IN_QUASI_HIERARCHIES)
    frame = answer.to_pandas()
    assert (frame.attrs["ground"]["n"], frame.attrs["ground"]["of"]) == (20, 21)
    assert frame.attrs["notes"] == answer.told
    assert frame.copy().attrs == frame.attrs
    assert kg.query(SEVERAL + "?case { ?case a ckg:CaseStudy }").to_pandas().attrs == {}


def test_tables_findings_ledger_and_catalogue_become_frames(kg: KnowledgeGraph) -> None:
    table = kg.table(5).to_pandas()
    assert set(table.attrs["mixed"]) == {"functional"}
    assert kinds(table)["functional_n"] == "Int64"
    assert "N/A" in set(table["functional"])
    assert kinds(kg.table(2).to_pandas())["joint_action"] == "Float64"
    assert (table.attrs["caption"], table.attrs["notes"]) == (kg.table(5).caption, kg.table(5).notes())
    findings = kg.findings().to_pandas()
    assert (len(findings), kinds(findings)["n"]) == (len(kg.findings()), "Int64")
    ledger = kg.ledger().to_pandas()
    assert kinds(ledger)["recomputed"] == "object"
    assert set(ledger.attrs["mixed"]) == {"recomputed"}
    assert len(kg.questions("functional").to_pandas()) == len(kg.questions("functional"))
