"""The ledger holds notes, counts, labels and prose against the coding, and follows both."""

import re

import pytest
from conftest import ROOT
from ledger_edits import LEON, NAMES, REPORTED, STUDY, Change, rating, row_of, said

from clusterkg.ledger import Ledger
from clusterkg.ledger.labels import difference


@pytest.mark.parametrize(
    ("first", "other", "how"),
    [
        ("Co", "Col.", "another short form"),
        ("H-T", "High Tech.", "another short form"),
        ("Pe", "Peru", "written out"),
        ("ES", "Espirito Santo", "written out"),
        ("SJC Aeronautics, S. Paolo", "SJC, Sao Paolo", "without 'Aeronautics', with 'Sao' for 'S.'"),
        ("Mangoes and grapes", "Mangoes & grapes", "with '&' for 'and'"),
        ("Mangoes and grapes", "Mangoes, grapes", "without 'and'"),
        ("Medellin", "Medelin", "other spelling"),
        ("Medellin", "Medallan", "another name"),
        ("Juarez, D.", "Juarez, Santa", "without 'D', with 'Santa'"),
    ],
)
def test_short_forms_are_told_from_what_is_left_out(first: str, other: str, how: str) -> None:
    assert difference(first, other) == how


def test_a_misspelling_behind_a_short_form_is_found(whole: Ledger) -> None:
    record = row_of(whole, "label", "São José dos Campos aircraft", "place")
    assert record["printed"] == "S. Paolo; Sao Paolo"


def test_notes_follow_the_coding(whole: Ledger, change: Change) -> None:
    monterrey = "cases_ttl/giuliani2005/cases/monterrey-software.ttl"
    column = "cases (quasi-hierarchy, specialised-suppliers)"
    assert said(whole, "note", "note 20", column) == ("differs", "coded so all the same: Monterrey software")
    text = (ROOT / monterrey).read_text(encoding="utf-8")
    blocks = re.findall(r"<#chain-quasi-hierarchy-\w+>\n(?:    .*\n)*", text)
    ledger = change(
        *((monterrey, block, "") for block in blocks),
        (monterrey, "        <#chain-quasi-hierarchy-domestic> ,\n        <#chain-quasi-hierarchy-global> ,\n", ""),
    )
    assert said(ledger, "note", "note 20", column) == ("equal", "")
    assert said(ledger, "note", "Table 4, note e", "specialised_suppliers.global-buyers") == ("equal", "")
    record = row_of(ledger, "3", "Monterrey software", "quasi_hierarchy")
    assert (record["printed"], record["recomputed"], record["verdict"]) == ("3", 0, "differs")


def test_counts_follow_the_cases_and_their_sources(whole: Ledger, change: Change) -> None:
    column = "cases (original-field-study)"
    assert said(whole, "note", "section 4", column)[1] == (
        "it would be right with the cases for which no sources are listed: São Bento do Sul furniture"
    )
    chipilo = "cases_ttl/giuliani2005/cases/chipilo-furniture.ttl"
    ledger = change((chipilo, "origin:original-field-study", "origin:published-studies"))
    record = row_of(ledger, "note", "section 4", column)
    assert (record["recomputed"], record["n"], record["cause"]) == (10, 40, "no rule reproduces it")
    sao_bento = "cases_ttl/giuliani2005/cases/sao-bento-do-sul-furniture.ttl"
    ledger = change(
        (chipilo, "origin:published-studies", "origin:original-field-study"),
        (sao_bento, "origin:not-listed", "origin:original-field-study"),
    )
    assert said(ledger, "note", "section 4", column) == ("equal", "")


def test_the_appendix_lists_one_case_too_few_until_it_has_it(whole: Ledger, change: Change) -> None:
    assert said(whole, "appendix", "note 18", "cases") == ("differs", "all but São Bento do Sul furniture")
    text = (ROOT / STUDY).read_text(encoding="utf-8")
    row = re.search(r"<#appendix-a-row-serra-gaucha-furniture>\n(?:    .*\n)*", text)
    assert row
    new = row[0].replace("serra-gaucha", "sao-bento-do-sul").replace("position 10", "position 40")
    ledger = change((STUDY, row[0], f"{row[0]}\n{new}"))
    assert said(ledger, "appendix", "note 18", "cases") == ("equal", "")


def test_a_passage_and_the_table_it_speaks_of_are_held_together(whole: Ledger, change: Change) -> None:
    row, column = "section 5(c)(i)", "traditional_manufacturing.functional-upgrading"
    assert said(whole, "note", row, column)[0] == "differs"
    assert "the passage itself is doubtful" in str(
        said(whole, "note", row, "traditional_manufacturing.process-upgrading")[1]
    )
    name = "assertion-functional-traditional-manufacturing"
    found = re.search(rf"<#{name}>\n(?:    .*\n)*", (ROOT / REPORTED).read_text(encoding="utf-8"))
    assert found
    ledger = change((REPORTED, found[0], found[0].replace("direction:positive", "direction:neutral")))
    assert said(ledger, "note", row, column) == ("equal", "")
    cell = "<#table-4-collective-efficiency-functional-traditional-manufacturing>\n    a ckg:ReportedCell ;\n"
    text = (ROOT / REPORTED).read_text(encoding="utf-8")
    block = re.search(rf"{re.escape(cell)}(?:    .*\n)*", text)
    assert block
    both = "ckg:direction\n        direction:negative ,\n        direction:neutral ."
    ledger = change((REPORTED, block[0], block[0].replace("ckg:direction direction:neutral .", both)))
    assert said(ledger, "note", row, column) == (
        "differs",
        "the cell gives another direction too "
        "(Table 4, relation between collective efficiency and functional upgrading)",
    )


def test_a_general_statement_counts_once(whole: Ledger) -> None:
    upgrading = "(functional-upgrading, process-upgrading, product-upgrading)"
    record = row_of(whole, "note", "section 5(c)", f"traditional_manufacturing {upgrading}")
    assert (record["printed"], record["recomputed"], record["n"]) == ("Positive", "Neutral, Neutral, Positive", 3)
    assert record["cause"] == (
        "a general statement, with which 1 of 3 cells agree; another direction for functional-upgrading, "
        "process-upgrading (Table 4)"
    )
    assert said(whole, "note", "section 5(c)", f"complex_products {upgrading}") == ("equal", "")


def test_the_introduction_counts_the_sections_wrong_from_the_fourth(whole: Ledger, change: Change) -> None:
    announced = [record for record in whole if record["row"] == "section 1"]
    assert [record["verdict"] for record in announced] == ["equal", "equal", "differs", "differs"]
    ledger = change(
        (
            REPORTED,
            "    ckg:position 5 ;\n    ckg:about <#section-6> ;",
            "    ckg:position 3 ;\n    ckg:about <#section-6> ;",
        )
    )
    conclusion = [record for record in ledger if record["row"] == "section 1"][-1]
    assert (conclusion["printed"], conclusion["cause"]) == ("3", "no rule reproduces it")


def test_labels_that_agree_are_no_contradiction(whole: Ledger, change: Change) -> None:
    cause = said(whole, "label", "Torreón blue jeans", "cluster")[1]
    assert cause == "Torreon in Table 3, Table 5; Coahuila in Appendix A (another name)"
    ledger = change((STUDY, '"Textiles, Coahuila"', '"Apparel, Torreon"'))
    labels = {(record["row"], record["column"]) for record in ledger if record["table"] == "label"}
    assert ("Torreón blue jeans", "cluster") not in labels
    assert ("Apparel", "industry") not in labels
    assert ("Footwear", "industry") in labels


def test_a_list_of_sources_that_breaks_off_is_found(whole: Ledger, change: Change) -> None:
    assert row_of(whole, "appendix", "Ubá furniture", "sources")["printed"] == "Crocco and Horacio (2001),"
    ledger = change((STUDY, '"Crocco and Horacio (2001),"', '"Crocco and Horacio (2001)"'))
    assert "Ubá furniture" not in {record["row"] for record in ledger.only("appendix")}


def test_half_points_are_off_the_scale_of_the_table_that_prints_it(whole: Ledger, change: Change) -> None:
    steps = {table: row_of(whole, "note", f"Table {table}, note a", "scale") for table in "567"}
    assert [(record["printed"], record["recomputed"], record["n"]) for record in steps.values()] == [
        ("4", 6, 59),
        ("4", 4, 44),
        ("4", 6, 36),
    ]
    assert steps["5"]["cause"] == "values between whole points: 1.5 in 8, 2.5 in 2 scores"
    assert (steps["6"]["verdict"], steps["6"]["cause"]) == ("equal", "")
    assert steps["7"]["cause"] == "values between whole points: 1.5 in 2, 2.5 in 7 scores"
    apples = "cases_ttl/giuliani2005/cases/santa-catarina-apples.ttl"
    old = rating("product-upgrading", "ckg:score 3.0", apples)
    ledger = change((apples, old, old.replace("3.0", "2.5")))
    assert said(ledger, "note", "Table 6, note a", "scale") == (
        "differs",
        "values between whole points: 2.5 in 1 scores",
    )
    ledger = change(
        (apples, old.replace("3.0", "2.5"), old.replace("3.0", "2.5").replace("accepted true", "accepted false"))
    )
    record = row_of(ledger, "note", "Table 6, note a", "scale")
    assert (record["verdict"], record["n"]) == ("equal", 43)


def test_what_is_not_reported_does_not_contradict_a_count(whole: Ledger, change: Change) -> None:
    record = row_of(whole, "note", "section 4", "cases (product-upgrading)")
    assert (record["recomputed"], record["verdict"]) == (None, "cannot be recomputed")
    assert str(record["cause"]).startswith("not reported, which is not to say not coded: Aguascalientes software, ")
    record = row_of(whole, "note", "section 4", "cases (functional-upgrading)")
    assert (record["recomputed"], record["verdict"]) == (34, "differs")
    assert str(record["cause"]).startswith("all but Bucaramanga apparel; not reported, which is not to say not coded: ")
    old = rating("product-upgrading", "ckg:score 2.0")
    new = old.replace("ckg:score 2.0", "sdmx-attribute:obsStatus status:not-available")
    ledger = change((LEON, old, new), *NAMES)
    verdict, cause = said(ledger, "note", "section 4", "cases (product-upgrading)")
    assert (verdict, str(cause).partition(";")[0]) == ("differs", "all but León footwear")


def test_a_chain_carries_its_mode_and_scope_together(whole: Ledger, change: Change) -> None:
    """León has a market chain and a global chain, but no global market chain."""
    column = "León footwear (Sales to the rest of Latin America)"
    assert said(whole, "prose", "section 5(c)(i)", column) == (
        "differs",
        "told, but no counted chain can be it; the passage may be read otherwise",
    )
    chain = '"Market chain at home"@en ;\n    ckg:governedBy mode:market ;\n    ckg:marketScope scope:'
    ledger = change((LEON, f"{chain}domestic", f"{chain}global"))
    assert said(ledger, "prose", "section 5(c)(i)", column) == ("equal", "")


def test_chains_that_a_passage_leaves_out_are_found(whole: Ledger) -> None:
    for mode in ("market", "quasi-hierarchy"):
        record = row_of(whole, "prose", "section 5(b)", f"Boaco-Chontales dairy ({mode})")
        assert (record["printed"], record["recomputed"], record["verdict"]) == ("0", 1, "differs")


def test_a_few_are_fewer_than_half(whole: Ledger, change: Change) -> None:
    few = {record["column"]: record for record in whole if str(record["column"]).startswith("Table ")}
    assert {column: (record["recomputed"], record["n"], record["verdict"]) for column, record in few.items()} == {
        "Table 5 (functional-upgrading)": (10, 14, "differs"),
        "Table 5 (intersectoral-upgrading)": (1, 15, "equal"),
        "Table 6 (functional-upgrading)": (3, 11, "equal"),
        "Table 7 (functional-upgrading)": (6, 9, "differs"),
    }
    assert few["Table 7 (functional-upgrading)"]["cause"] == "above 0 in 6 of 9 coded cases"
    ledger = change((REPORTED, 'ckg:printedLabel "very rare"', 'ckg:printedLabel "now and then"'))
    assert said(ledger, "note", "section 5(c)(ii)", "Table 6 (functional-upgrading)") == (
        "cannot be recomputed",
        "no number stands behind the wording",
    )
