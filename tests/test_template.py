"""The coder's spreadsheet: what the template offers, what a study's cases fill it with, how problems stand on cells."""

import csv
import io
import os
import re
from pathlib import Path
from types import SimpleNamespace

import hypothesis
import hypothesis.strategies as st
import openpyxl
import pytest
from conftest import Run

import clusterkg
from clusterkg.coding import annotation
from clusterkg.coding.annotation import annotate
from clusterkg.coding.choices import Choices
from clusterkg.coding.columns import BY_SHEET, CHAINS, LONG, RATED, WIDE, column
from clusterkg.coding.export import rows_of
from clusterkg.coding.template import as_csv, escaped, write_template
from clusterkg.coding.workbook import put
from clusterkg.errors import FileError, UnknownName
from clusterkg.graph import Graph
from clusterkg.knowledge_graph import KnowledgeGraph

Sheets = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph()


@pytest.fixture(scope="module")
def workbook(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    path = tmp_path_factory.mktemp("template") / "cases.xlsx"
    write_template(str(path), graph)
    return openpyxl.load_workbook(path)


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


PREFIXES = """
@prefix basis: <https://w3id.org/clusterkg/concept/chain-basis/> .
@prefix ckg: <https://w3id.org/clusterkg/ontology#> .
@prefix cluster: <https://w3id.org/clusterkg/cluster/> .
@prefix confidence: <https://w3id.org/clusterkg/concept/confidence/> .
@prefix country: <https://w3id.org/clusterkg/country/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix dim: <https://w3id.org/clusterkg/concept/dimension/> .
@prefix group: <https://w3id.org/clusterkg/concept/sectoral-group/> .
@prefix industry: <https://w3id.org/clusterkg/concept/industry/> .
@prefix isic: <https://w3id.org/clusterkg/concept/isic4/> .
@prefix mode: <https://w3id.org/clusterkg/concept/governance-mode/> .
@prefix scope: <https://w3id.org/clusterkg/concept/market-scope/> .
@prefix sdmx-attribute: <http://purl.org/linked-data/sdmx/2009/attribute#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://w3id.org/clusterkg/source/> .
@prefix status: <https://w3id.org/clusterkg/concept/value-status/> .
@prefix study: <https://w3id.org/clusterkg/study/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

EARLIER = "https://w3id.org/clusterkg/case/demo2020/delta-footwear"
CASE = f"{EARLIER}--1990s"
ANA = "<https://w3id.org/clusterkg/study/demo2020#coding-ana>"
BEN = "<https://w3id.org/clusterkg/study/demo2020#coding-ben>"

CODED = {
    "cases_ttl/clusters/delta-footwear.ttl": """
@base <https://w3id.org/clusterkg/cluster/delta-footwear> .
<> a ckg:Cluster ; skos:prefLabel "Delta footwear"@en ; ckg:country country:BRA ; ckg:industry industry:footwear ;
  ckg:industryClass isic:0119 ; ckg:place <#place-1>, <#place-2> .
<#place-1> a ckg:Place ; skos:prefLabel "São Delta"@pt ; skos:exactMatch <https://sws.geonames.org/3456068/> .
<#place-2> a ckg:Place ; skos:prefLabel "Nova Delta"@pt .
""",
    "cases_ttl/demo2020/codings/ben/delta-footwear--1990s.ttl": f"""
@base <{CASE}> .
<#product-upgrading--ben> a ckg:Rating ; ckg:case <> ; ckg:variable dim:product-upgrading ; ckg:coding {BEN} ;
  ckg:score 1.0 ; ckg:accepted false ; dcterms:source source:demo2020 ; ckg:locator "p. 9" .
""",
    "cases_ttl/demo2020/cases/delta-footwear.ttl": f"""
@base <{EARLIER}> .
<> a ckg:CaseStudy ; skos:prefLabel "Delta footwear"@en ; ckg:describes cluster:delta-footwear ;
  ckg:study study:demo2020 ; ckg:sectoralGroup group:traditional-manufacturing ; dcterms:source source:demo2020 ;
  ckg:governanceStatus status:not-yet-coded ; dcterms:temporal <#period> .
<#period> a dcterms:PeriodOfTime ; dcat:startDate "1978"^^xsd:gYear ; dcat:endDate "1985"^^xsd:gYear .
""",
    "cases_ttl/demo2020/cases/delta-footwear--1990s.ttl": f"""
@base <{CASE}> .
<> a ckg:CaseStudy ; skos:prefLabel "Delta footwear"@en ; ckg:describes cluster:delta-footwear ;
  ckg:study study:demo2020 ; ckg:sectoralGroup group:traditional-manufacturing ; ckg:governanceStatus status:coded ;
  dcterms:temporal <#period> ; dcterms:source source:demo2020 ; ckg:evidence "=Firms say so." ;
  skos:note "One." , "Two." ; skos:editorialNote "to be checked" ;
  ckg:feedsInto <#chain-market-domestic> , <#chain-hierarchy-global> , <#chain-quasi-hierarchy-global> ;
  ckg:describedChain <#chain-network-global> .
<#period> a dcterms:PeriodOfTime ; skos:prefLabel "1990s" ; dcat:startDate "1990"^^xsd:gYear ;
  dcat:endDate "1999"^^xsd:gYear .
<#chain-market-domestic> a ckg:ValueChain ; ckg:governedBy mode:market ; ckg:marketScope scope:domestic ;
  ckg:basis basis:table ; dcterms:source source:demo2020 ; ckg:locator "p. 1" ; ckg:confidence confidence:high .
<#chain-hierarchy-global> a ckg:ValueChain ; ckg:governedBy mode:hierarchy ; ckg:marketScope scope:global ;
  ckg:basis basis:table ; dcterms:source source:demo2020 ; ckg:locator "p. 1" ; ckg:confidence confidence:high ;
  ckg:leadActor <https://w3id.org/clusterkg/actor/mother> .
<#chain-quasi-hierarchy-global> a ckg:ValueChain ; ckg:governedBy mode:quasi-hierarchy ; ckg:marketScope scope:global ;
  ckg:basis basis:prose-stated ; dcterms:source source:demo2020 ; ckg:locator "p. 2" ;
  ckg:leadActor <https://w3id.org/clusterkg/actor/buyers> ; ckg:destination country:CHL ;
  ckg:enables dim:product-upgrading ; ckg:hinders dim:functional-upgrading ;
  ckg:leavesUnaffected dim:intersectoral-upgrading .
<#chain-network-global> a ckg:ValueChain ; ckg:governedBy mode:network ; ckg:marketScope scope:global ;
  ckg:basis basis:prose-stated ; dcterms:source source:demo2020 ; ckg:locator "p. 3" .
<#product-upgrading> a ckg:Rating ; ckg:case <> ; ckg:variable dim:product-upgrading ; ckg:coding {ANA} ;
  ckg:score 2.5 ; ckg:accepted true ; dcterms:source source:demo2020 ; ckg:locator "p. 1" ;
  ckg:confidence confidence:high .
<#process-upgrading> a ckg:Rating ; ckg:case <> ; ckg:variable dim:process-upgrading ; ckg:coding {ANA} ;
  sdmx-attribute:obsStatus status:not-applicable ; ckg:accepted true ; dcterms:source source:demo2020 ;
  ckg:locator "p. 5" ; ckg:confidence confidence:low ; ckg:evidence "No process of its own." .
""",
    "ontology/reference/made-up.ttl": """
isic:0119 a skos:Concept ; skos:notation "0119" .
""",
    "cases_ttl/demo2020/actors.ttl": """
<https://w3id.org/clusterkg/actor/mother> a ckg:Actor ; skos:prefLabel "Mother firm"@en .
<https://w3id.org/clusterkg/actor/buyers> a ckg:Actor ; skos:prefLabel "US buyers"@en .
""",
    "cases_ttl/demo2020/codings.ttl": f"""
{ANA} a ckg:Coding ; skos:prefLabel "Coding by Ana Souza"@en ; dcterms:creator "Ana Souza" .
{BEN} a ckg:Coding ; skos:prefLabel "Coding by Ben"@en .
""",
}


def row_of(rows: Sheets, sheet: str, slug: str) -> dict[str, str]:
    return next(row for row in rows[sheet] if row["case_id"] == slug)


def test_the_layouts_have_the_columns_of_the_issue() -> None:
    assert ",".join(one.name for one in WIDE) == (
        "case_id,name,place,country,iso3,geonames_id,industry,isic4,sectoral_group,collective_efficiency,product,process,"
        "functional,intersectoral,sum,market,network,quasi_hierarchy,hierarchy,lead_actor,period,source,locator,evidence,"
        "note,confidence,coder,status"
    )
    assert ",".join(one.name for one in CHAINS) == (
        "case_id,governance_mode,market_scope,lead_actor,destination,"
        "product_effect,process_effect,functional_effect,intersectoral_effect,locator"
    )
    assert ",".join(one.name for one in LONG) == "case_id,variable,value,source,locator,evidence,confidence,coder"


def test_every_column_codes_something_that_the_concepts_describe(kg: KnowledgeGraph) -> None:
    described = set(kg.query("coding/concepts").to_pandas()["concept"])
    assert {one.concept for columns in BY_SHEET.values() for one in columns if one.concept} <= described
    assert len(RATED) == 13


def test_a_workbook_has_the_three_sheets_the_codebook_and_the_lists(workbook: openpyxl.Workbook) -> None:
    assert workbook.sheetnames == ["cases", "chains", "values", "codebook", "lists"]
    for sheet, columns in BY_SHEET.items():
        assert [cell.value for cell in workbook[sheet][1]] == [one.name for one in columns]
    assert [workbook[sheet].freeze_panes for sheet in BY_SHEET] == ["C3", "B3", "C3"]


def test_what_is_there_to_be_read_begins_with_a_number_sign(workbook: openpyxl.Workbook) -> None:
    for sheet in BY_SHEET:
        beginnings = [str(row[0].value)[:2] for row in workbook[sheet].iter_rows(min_row=2)]
        assert beginnings == ["# ", "# "], "explanations and an example"


def test_the_example_row_is_the_coding_in_the_graph(published: Sheets) -> None:
    sinos = row_of(published, "cases", "sinos-valley-footwear")
    example = {one.name: one.example for one in WIDE if one.example}
    # The study's sources stand for the row; what the graph has no word for is told in the paper's prose.
    told = {"geonames_id", "isic4", "lead_actor", "source", "locator"}
    assert {name: text for name, text in example.items() if name not in told} == {
        name: sinos[name] for name in example if name not in told
    }


def drop_down(workbook: openpyxl.Workbook, sheet: str, name: str) -> list[object]:
    """Return the options that a column's drop-down list offers."""
    number = [cell.value for cell in workbook[sheet][1]].index(name) + 1
    letter = openpyxl.utils.get_column_letter(number)
    rules = [rule for rule in workbook[sheet].data_validations.dataValidation if f"{letter}4" in rule.cells]
    assert len(rules) == 1
    if rules[0].formula1 is None:
        return []
    area = rules[0].formula1.removeprefix("lists!").replace("$", "")
    return [cell.value for (cell,) in workbook["lists"][area]]


REASONS = ["N/A", "not applicable", "not reported", "not yet coded"]


def test_coded_columns_offer_the_options_of_the_graph(workbook: openpyxl.Workbook) -> None:
    assert drop_down(workbook, "cases", "sectoral_group") == [
        "traditional-manufacturing",
        "natural-resource-based",
        "complex-products",
        "specialised-suppliers",
    ]
    assert drop_down(workbook, "cases", "collective_efficiency") == ["low", "medium", "high", *REASONS]
    assert drop_down(workbook, "cases", "product") == [0, 0.5, 1, 1.5, 2, 2.5, 3, *REASONS]
    assert drop_down(workbook, "cases", "quasi_hierarchy") == [0, 1, 2, 3, *REASONS]
    assert drop_down(workbook, "chains", "product_effect") == ["enables", "hinders", "leaves unaffected"]
    assert drop_down(workbook, "values", "variable") == [one.name for one in RATED]
    assert "Footwear" in drop_down(workbook, "cases", "industry")
    assert {"Brazil", "Peru"} <= set(drop_down(workbook, "cases", "country"))
    assert drop_down(workbook, "cases", "evidence") == []


def test_a_list_warns_and_does_not_forbid(workbook: openpyxl.Workbook) -> None:
    rules = workbook["cases"].data_validations.dataValidation
    assert {rule.errorStyle for rule in rules} == {"warning"}
    assert all(len(rule.prompt) <= 255 and len(rule.promptTitle) <= 32 for rule in rules)


def test_codes_and_periods_are_text_so_that_no_zero_and_no_range_is_lost(workbook: openpyxl.Workbook) -> None:
    for name, form in [("isic4", "@"), ("period", "@"), ("locator", "@"), ("case_id", "@"), ("product", "General")]:
        number = [one.name for one in BY_SHEET["cases"]].index(name) + 1
        letter = openpyxl.utils.get_column_letter(number)
        assert workbook["cases"].column_dimensions[letter].number_format == form
        assert workbook["cases"].cell(3, number).number_format == form


def test_the_codebook_sheet_defines_each_option_with_an_example(workbook: openpyxl.Workbook) -> None:
    rows = [[cell.value for cell in row] for row in workbook["codebook"].iter_rows(min_row=2)]
    three = next(row for row in rows if row[0] == "product" and row[2] == 3)
    assert (three[3], three[4], three[5]) == ("High", "Ciudad Juárez automotive", 13)
    printed = next(row for row in rows if row[0] == "functional" and row[2] == "N/A")
    assert printed[4] == "Bucaramanga apparel"


def test_governance_codes_are_named_by_the_scopes_that_they_add_up(graph: Graph) -> None:
    options = Choices(graph).of(column("cases", "market"))[:4]
    assert [(one.word, one.label) for one in options] == [
        ("0", "None"),
        ("1", "Domestic"),
        ("2", "Global"),
        ("3", "Domestic and global"),
    ]


def test_a_csv_holds_one_layout(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "values.csv"
    write_template(str(path), graph, sheet="values")
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert rows[0] == [one.name for one in LONG]
    assert [row[0][0] for row in rows[1:]] == ["#", "#"]
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "else spreadsheet software spoils the accents"


def test_nothing_is_written_over_unasked(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(FileError, match="is there already"):
        write_template(str(path), graph)
    assert path.read_text(encoding="utf-8") == "mine"
    write_template(str(path), graph, replace=True)
    assert path.read_text(encoding="utf-8-sig").startswith("case_id,")
    assert os.listdir(tmp_path) == ["cases.csv"], "no part is left behind"


def test_a_fault_in_writing_leaves_the_old_file(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be written"):
        write_template(str(tmp_path / "no" / "cases.xlsx"), graph)
    with pytest.raises(FileError, match=r"end it in \.xlsx or \.csv"):
        write_template(str(tmp_path / "cases.ods"), graph)
    with pytest.raises(UnknownName, match="did you mean 'chains'"):
        write_template(str(tmp_path / "cases.csv"), graph, sheet="chain")
    with pytest.raises(UnknownName, match="did you mean 'giuliani2005'"):
        write_template(str(tmp_path / "cases.csv"), graph, study="giulani2005")
    assert os.listdir(tmp_path) == []


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


def problem(sheet: str, row: int, cell: str, level: str, message: str = "Wrong.", fix: str = "") -> SimpleNamespace:
    return SimpleNamespace(
        sheet=sheet, row=row, cell=cell, field="product", level=level, rule="r", value="=4", message=message, fix=fix
    )


@pytest.fixture
def filled(graph: Graph, published: Sheets, tmp_path: Path) -> Path:
    path = tmp_path / "cases.xlsx"
    write_template(str(path), graph, rows=published)
    return path


def test_problems_stand_on_their_cells(filled: Path, tmp_path: Path) -> None:
    before = filled.read_bytes()
    annotate(
        str(filled),
        str(tmp_path / "checked.xlsx"),
        [
            problem("cases", 3, "K3", "warning", "Half points."),
            problem("cases", 3, "K3", "error", "A score is 0 to 3.", "write 0 to 3"),
            problem("cases", 4, "D4", "normalised"),
            problem("cases", 1, "B1", "error"),
            problem("chains", 0, "", "warning", "No rows."),
        ],
    )
    checked = openpyxl.load_workbook(tmp_path / "checked.xlsx")
    cell = checked["cases"]["K3"]
    assert cell.fill.start_color.rgb.endswith("F4B6B0"), "the worst level colours the cell"
    assert cell.comment.text == "Warning: Half points.\n\nError: A score is 0 to 3.\nRemedy: write 0 to 3"
    assert checked["cases"]["D4"].fill.start_color.rgb.endswith("CFE3F7")
    assert checked["cases"]["E4"].comment is None
    assert checked["cases"]["B1"].font.color.rgb == "FF000000", "a marked heading can be read"
    listed = [[cell.value for cell in row] for row in checked["problems"].iter_rows()]
    assert listed[0] == ["sheet", "row", "cell", "field", "level", "rule", "value", "message", "fix"]
    assert [row[:3] for row in listed[1:]] == [
        ["cases", 3, "K3"],
        ["cases", 3, "K3"],
        ["cases", 4, "D4"],
        ["cases", 1, "B1"],
        ["chains", 0, None],
    ]
    assert checked["problems"]["G2"].data_type == "s", "a value that looks like a formula is not run"
    assert checked.active.title == "problems"
    assert filled.read_bytes() == before


def test_of_very_many_problems_the_first_are_shown_and_the_others_counted(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotation, "MOST", 2)
    found = [problem("cases", row, f"A{row}", "error") for row in (3, 4, 5, 6)]
    annotate(str(filled), str(tmp_path / "checked.xlsx"), found)
    checked = openpyxl.load_workbook(tmp_path / "checked.xlsx")
    assert [row[0].value for row in checked["problems"].iter_rows()] == [
        "sheet",
        "cases",
        "cases",
        "2 more problems are not shown; mend these first.",
    ]
    assert [checked["cases"][f"A{row}"].comment is None for row in (4, 5)] == [False, True]


def test_what_the_workbook_had_stays(filled: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(filled)
    workbook.create_sheet("problems")["A1"] = "mine"
    workbook["cases"]["A3"].comment = openpyxl.comments.Comment("Ask Maria.", "Ana")
    workbook.save(filled)
    annotate(str(filled), str(tmp_path / "checked.xlsx"), [problem("cases", 3, "A3", "error")])
    checked = openpyxl.load_workbook(tmp_path / "checked.xlsx")
    assert checked["problems"]["A1"].value == "mine"
    assert checked["problems+"]["A2"].value == "cases"
    assert checked["cases"]["A3"].comment.text == "Ask Maria.\n\nError: Wrong."
    assert checked["cases"].column_dimensions["A"].width == workbook["cases"].column_dimensions["A"].width
    assert checked["cases"]["B1"].fill.start_color.rgb == workbook["cases"]["B1"].fill.start_color.rgb
    assert len(checked["cases"].data_validations.dataValidation) == len(BY_SHEET["cases"])


def test_a_problem_behind_a_merged_cell_stands_on_the_one_that_shows(filled: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(filled)
    workbook["cases"].merge_cells("A3:B3")
    workbook.save(filled)
    annotate(str(filled), str(tmp_path / "checked.xlsx"), [problem("cases", 3, "B3", "error")])
    assert openpyxl.load_workbook(tmp_path / "checked.xlsx")["cases"]["A3"].comment is not None


def test_the_cells_of_a_text_file_become_a_workbook(tmp_path: Path) -> None:
    def cell(row: int, column: int, text: str) -> SimpleNamespace:
        return SimpleNamespace(row=row, column=column, text=text)

    (tmp_path / "cases.csv").write_text("case_id;name\nx;=1+1;beyond\n", encoding="utf-8")
    row = SimpleNamespace(cells={"case_id": cell(2, 1, "x"), "name": cell(2, 2, "=1+1")}, extra=[cell(2, 3, "beyond")])
    header = {"case_id": cell(1, 1, "case_id"), "name": cell(1, 2, "name")}
    book = SimpleNamespace(sheets=[SimpleNamespace(name="cases", kind="cases", header=header, rows=[row])])
    target = tmp_path / "checked.xlsx"
    annotate(str(tmp_path / "cases.csv"), str(target), [problem("cases", 2, "B2", "error")], book=book)
    checked = openpyxl.load_workbook(target)
    assert [[cell.value for cell in row] for row in checked["cases"].iter_rows()] == [
        ["case_id", "name", None],
        ["x", "=1+1", "beyond"],
    ]
    assert checked["cases"]["B2"].data_type == "s"
    assert checked["cases"]["B2"].comment.text == "Error: Wrong."


def test_a_file_that_could_not_be_read_is_not_opened_again(tmp_path: Path) -> None:
    (tmp_path / "bomb.xlsx").write_bytes(b"PK\x03\x04 no zip")
    target = tmp_path / "checked.xlsx"
    annotate(str(tmp_path / "bomb.xlsx"), str(target), [problem("", 0, "", "error")], book=SimpleNamespace(sheets=[]))
    assert openpyxl.load_workbook(target).sheetnames == ["problems"]
    annotate(str(tmp_path / "bomb.xlsx"), str(tmp_path / "again.xlsx"), [])
    assert openpyxl.load_workbook(tmp_path / "again.xlsx").sheetnames == ["problems"]


def test_the_original_is_never_the_target(filled: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is the file to check"):
        annotate(str(filled), str(filled), [], replace=True)
    with pytest.raises(FileError, match=r"end its name in \.xlsx"):
        annotate(str(filled), str(tmp_path / "checked.csv"), [])
    annotate(str(filled), str(tmp_path / "checked.xlsx"), [])
    with pytest.raises(FileError, match="is there already"):
        annotate(str(filled), str(tmp_path / "checked.xlsx"), [])
    assert openpyxl.load_workbook(tmp_path / "checked.xlsx")["problems"]["A2"].value == "No problems were found."


def test_the_command_writes_a_template_and_refuses_to_write_over_it(run: Run, tmp_path: Path) -> None:
    done = run("template", "cases.xlsx")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "clusterkg: wrote cases.xlsx\n")
    assert (tmp_path / "cases.xlsx").is_file()
    again = run("template", "cases.xlsx")
    assert again.returncode == 2
    assert again.stderr == "clusterkg: cases.xlsx: is there already; choose another name or say --replace\n"
    assert run("template", "cases.xlsx", "--study", "giuliani2005", "--replace").returncode == 0
    assert openpyxl.load_workbook(tmp_path / "cases.xlsx")["cases"].max_row == 42


def test_a_folder_that_is_added_brings_its_words(second_study: str, tmp_path: Path) -> None:
    folder = tmp_path / "mine" / "ontology" / "reference"
    folder.mkdir(parents=True)
    (folder / "industries-mine.ttl").write_text(
        PREFIXES
        + "industry:kites a ckg:Industry ; skos:prefLabel 'Kites'@en ; skos:notation 'kites' ;"
        + " skos:inScheme <https://w3id.org/clusterkg/concept/industry> .",
        encoding="utf-8",
    )
    words = [one.word for one in Choices(clusterkg.load(str(tmp_path / "mine")).graph).of(column("cases", "industry"))]
    assert "Kites" in words


@hypothesis.given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40), min_size=1))
@hypothesis.example(["_x0041_", "a\ufffeb\uffff", "#N/A", "#REF!", " x ", "\t=1", "TRUE", "2003-01-02", "1-2", "0119"])
@hypothesis.settings(max_examples=60, deadline=None)
def test_any_text_comes_back_from_a_workbook_as_it_was(texts: list[str]) -> None:
    workbook = openpyxl.Workbook()
    for row, text in enumerate(texts, 1):
        put(workbook.active.cell(row, 1), text)
    stored = io.BytesIO()
    workbook.save(stored)
    read = openpyxl.load_workbook(stored).active
    for row, text in enumerate(texts, 1):
        cell = read.cell(row, 1)
        assert cell.data_type == "s"
        assert cell.value == shown(text)


def shown(text: str) -> str:
    """Return a text without the signs that XML cannot hold, its line ends as XML gives them."""
    kept = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\N{REPLACEMENT CHARACTER}", text)
    return kept.replace("\r\n", "\n").replace("\r", "\n")
