"""The coder's spreadsheet: what the template offers, what a study's cases fill it with, how problems stand on cells."""

import csv
import io
import os
import re
from pathlib import Path

import hypothesis
import hypothesis.strategies as st
import openpyxl
import pytest
from coded_case import PREFIXES
from conftest import Run

import clusterkg
from clusterkg.coding.choices import Choices
from clusterkg.coding.columns import BY_SHEET, CHAINS, LONG, RATED, WIDE, column
from clusterkg.coding.export import rows_of
from clusterkg.coding.template import write_template
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
