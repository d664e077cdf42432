"""Cases come out of the graph as rows of a coding sheet, to the letter, and no cell of them runs in a spreadsheet."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from coded_case import CODED, PREFIXES

from clusterkg.coding.columns import BY_SHEET
from clusterkg.coding.export import rows_of
from clusterkg.coding.template import as_csv, escaped, write_template
from clusterkg.graph import Graph
from clusterkg.knowledge_graph import KnowledgeGraph

Sheets = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph()


@pytest.fixture(scope="module")
def published(graph: Graph) -> Sheets:
    """The forty cases as rows."""
    return rows_of(graph, "giuliani2005")


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory, second_study: str) -> Sheets:
    """A made-up case with everything that the layouts can hold, as rows."""
    folder = tmp_path_factory.mktemp("coded")
    for name, text in CODED.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(PREFIXES + text, encoding="utf-8")
    return rows_of(Graph([second_study, str(folder)]), "demo2020")


def row_of(rows: Sheets, sheet: str, slug: str) -> dict[str, str]:
    return next(row for row in rows[sheet] if row["case_id"] == slug)


def test_the_forty_cases_come_out_as_the_tables_print_them(published: Sheets, kg: KnowledgeGraph) -> None:
    assert [len(published[sheet]) for sheet in ("cases", "chains", "values")] == [40, 30, 200]
    by_name = {row["name"]: row for row in published["cases"]}
    for record in kg.table(3).records():
        row = by_name[record["cluster"]]
        for mode in ("market", "network", "quasi_hierarchy", "hierarchy"):
            assert row[mode] == str(record[mode])
    compared = 0
    for number in ("5", "6", "7"):
        for record in kg.table(number).records():
            row = by_name.get(record["cluster"] or "")
            if row is not None:
                for name in ("product", "process", "functional", "intersectoral"):
                    shown = record[name]
                    assert row[name] == (shown if isinstance(shown, str) else f"{shown.normalize():f}")
                    compared += 1
    assert compared == 140


def test_a_sum_over_a_missing_score_is_left_blank(published: Sheets) -> None:
    assert row_of(published, "cases", "leon-footwear")["sum"]
    bucaramanga = row_of(published, "cases", "bucaramanga-apparel")
    assert (bucaramanga["functional"], "sum" in bucaramanga) == ("N/A", False)


def test_uncoded_governance_is_blank_and_no_zero(second_study: str) -> None:
    rows = rows_of(Graph([second_study]), "demo2020")
    assert "market" not in row_of(rows, "cases", "gamma-wine")
    assert row_of(rows, "cases", "beta-textiles")["market"] == "0"


def test_a_rating_that_rests_on_something_else_has_its_own_row(published: Sheets) -> None:
    value = next(
        row
        for row in published["values"]
        if (row["case_id"], row["variable"]) == ("sinos-valley-footwear", "functional")
    )
    assert value == {
        "case_id": "sinos-valley-footwear",
        "variable": "functional",
        "value": "1.5",
        "source": "Giuliani, Pietrobelli, and Rabellotti (2005)",
        "locator": "Table 5; 5(c)(i)",
        "evidence": "Held back by the US buyers; reached in design, branding and marketing by the makers who sell in "
        "Brazil and Latin America.",
        "coder": "published",
    }


def test_all_that_the_wide_layout_can_hold_is_there(coded: Sheets) -> None:
    earlier, later = [row for row in coded["cases"] if row["case_id"] == "delta-footwear"]
    assert earlier["period"] == "1978-1985"
    assert later == {
        "case_id": "delta-footwear",
        "name": "Delta footwear",
        "place": "São Delta; Nova Delta",
        "country": "Brazil",
        "iso3": "BRA",
        "geonames_id": "3456068",
        "industry": "Footwear",
        "isic4": "0119",
        "sectoral_group": "traditional-manufacturing",
        "product": "2.5",
        "process": "not applicable",
        "market": "1",
        "network": "0",
        "quasi_hierarchy": "2",
        "hierarchy": "2",
        "lead_actor": "Mother firm",
        "period": "1990s",
        "source": "Demo (2020)",
        "locator": "p. 1",
        "evidence": "=Firms say so.",
        "note": "One.\nTwo.",
        "confidence": "high",
        "coder": "Ana Souza",
        "status": "to be checked",
    }


def test_chains_that_prose_tells_of_have_rows_and_those_of_a_code_have_none(coded: Sheets) -> None:
    assert [row for row in coded["chains"] if row["case_id"].startswith("delta")] == [
        {
            "case_id": "delta-footwear--1990s",
            "governance_mode": "network",
            "market_scope": "global",
            "locator": "p. 3",
        },
        {
            "case_id": "delta-footwear--1990s",
            "governance_mode": "quasi-hierarchy",
            "market_scope": "global",
            "lead_actor": "US buyers",
            "destination": "Chile",
            "product_effect": "enables",
            "functional_effect": "hinders",
            "intersectoral_effect": "leaves unaffected",
            "locator": "p. 2",
        },
    ]


def test_own_evidence_and_rival_coders_have_rows(coded: Sheets) -> None:
    assert [row for row in coded["values"] if row["case_id"].startswith("delta")] == [
        {
            "case_id": "delta-footwear--1990s",
            "variable": "process",
            "value": "not applicable",
            "source": "Demo (2020)",
            "locator": "p. 5",
            "evidence": "No process of its own.",
            "confidence": "low",
            "coder": "Ana Souza",
        },
        {
            "case_id": "delta-footwear--1990s",
            "variable": "product",
            "value": "1",
            "source": "Demo (2020)",
            "locator": "p. 9",
            "coder": "ben",
        },
    ]


def test_a_filled_workbook_holds_the_rows_to_the_letter(graph: Graph, coded: Sheets, tmp_path: Path) -> None:
    path = tmp_path / "cases.xlsx"
    write_template(str(path), graph, rows=coded)
    workbook = openpyxl.load_workbook(path)
    for sheet, rows in coded.items():
        names = [cell.value for cell in workbook[sheet][1]]
        read = [
            {name: str(cell.value) for name, cell in zip(names, row, strict=True) if cell.value is not None}
            for row in workbook[sheet].iter_rows(min_row=3)
        ]
        assert read == rows
    assert all(cell.data_type != "f" for sheet in BY_SHEET for row in workbook[sheet].iter_rows() for cell in row), (
        "no cell is a formula"
    )


def test_cells_of_a_text_file_run_in_no_spreadsheet(coded: Sheets) -> None:
    text = as_csv("cases", coded)
    row = next(row for row in csv.DictReader(io.StringIO(text)) if row["period"] == "1990s")
    assert row["evidence"] == "'=Firms say so."
    assert row["product"] == "2.5"
    assert [escaped(text)[0] for text in ("=1", "+1", "-1", "@x", "\tx", "\rx")] == ["'"] * 6


def test_signs_that_no_workbook_can_hold_are_shown_as_such(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "cases.xlsx"
    write_template(str(path), graph, rows={"cases": [{"case_id": "x", "note": "a\x0bb"}]})
    number = [one.name for one in BY_SHEET["cases"]].index("note") + 1
    assert openpyxl.load_workbook(path)["cases"].cell(3, number).value == "a\N{REPLACEMENT CHARACTER}b"
