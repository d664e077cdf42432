"""The causes of a ledger follow the printed figures: each is found by rule and none is typed in."""

import re
from decimal import Decimal

import pytest
from conftest import ROOT
from ledger_edits import LEON, REPORTED, Change, rating, reprinted, row_of, said

from clusterkg.ledger import Ledger
from clusterkg.ledger.figures import cut


@pytest.mark.parametrize(
    ("figure", "verdict", "cause"),
    [
        ("2.7", "equal after rounding", "24/9 = 2.666667, rounded to 1 decimal"),
        ("2.667", "equal after rounding", "24/9 = 2.666667, rounded to 3 decimals"),
        ("2.66", "equal after truncation", "24/9 = 2.666667, cut to 2 decimals"),
        ("2.68", "differs", "no rule reproduces it"),
        ("1.6", "differs", "divided by the 15 rows of Table 5: 24/15 = 1.6"),
        ("2.2", "differs", "divided by the 11 rows of Table 6: 24/11 = 2.181818, rounded to 1 decimal"),
        ("2.89", "differs", "from values rounded to whole points: 26/9 = 2.888889, rounded to 2 decimals"),
        ("5.33", "differs", "2 times 2.666667, rounded to 2 decimals"),
        ("26.67", "differs", "10 times 2.666667, rounded to 2 decimals"),
        ("2.76", "differs", "as if two digits were swapped in print: 2.76 for 2.67"),
        ("26.7", "differs", "10 times 2.666667, rounded to 1 decimal"),
        ("2.6667", "equal after rounding", "24/9 = 2.666667, rounded to 4 decimals"),
        ("2.6", "equal after truncation", "24/9 = 2.666667, cut to 1 decimal"),
        ("6.7", "differs", "no rule reproduces it"),
        ("0.67", "differs", "no rule reproduces it"),
        ("2", "equal after truncation", "24/9 = 2.666667, cut to a whole number"),
        ("3", "equal after rounding", "24/9 = 2.666667, rounded to a whole number"),
    ],
)
def test_a_cause_follows_the_printed_figure(change: Change, figure: str, verdict: str, cause: str) -> None:
    ledger = change(reprinted("table-7-average-process", figure))
    assert said(ledger, "7", "Average", "process") == (verdict, cause)


@pytest.mark.parametrize(
    ("figure", "verdict", "cause"),
    [
        ("0.6", "differs", "as if a digit were lost in print: 0.36 without its 3"),
        ("0.63", "differs", "as if two digits were swapped in print: 0.63 for 0.36"),
        ("0.36", "equal after rounding", "4/11 = 0.363636, rounded to 2 decimals"),
        ("0.27", "differs", "divided by the 15 rows of Table 5: 4/15 = 0.266667, rounded to 2 decimals"),
        ("0.4", "equal after rounding", "4/11 = 0.363636, rounded to 1 decimal"),
        ("0.3", "equal after truncation", "4/11 = 0.363636, cut to 1 decimal"),
        ("0.44", "differs", "divided by the 9 rows of Table 7: 4/9 = 0.444444, rounded to 2 decimals"),
        ("0.34", "differs", "as if a digit were lost in print: 0.364 without its 6"),
        ("0.5", "differs", "no rule reproduces it"),
    ],
)
def test_a_misprint_is_told_from_a_miscalculation(change: Change, figure: str, verdict: str, cause: str) -> None:
    ledger = change(reprinted("table-6-average-intersectoral", figure))
    assert said(ledger, "6", "Average", "intersectoral") == (verdict, cause)


@pytest.mark.parametrize(
    ("name", "figure", "verdict", "cause"),
    [
        ("functional", "0.75", "equal", "14 of 15 values are coded; a missing one adds nothing"),
        ("functional", "0.70", "differs", "missing values count as zero: 10.5/15 = 0.7"),
        ("sum", "4.72", "differs", "the printed averages of the columns added: 4.72"),
        ("sum", "4.78", "differs", "the averages of the columns added: 4.783333, rounded to 2 decimals"),
        ("sum", "4.857", "equal after rounding", "68/14 = 4.857143, rounded to 3 decimals"),
        ("product", "1.87", "equal after rounding", "28/15 = 1.866667, rounded to 2 decimals"),
        ("intersectoral", "2.9", "differs", "no rule reproduces it"),
    ],
)
def test_missing_values_and_sums_of_averages_are_tried(
    change: Change, name: str, figure: str, verdict: str, cause: str
) -> None:
    ledger = change(reprinted(f"table-5-average-{name}", figure))
    assert said(ledger, "5", "Average", name) == (verdict, cause)


@pytest.mark.parametrize("text", ["abc", "27e-1", "2_7", "2.", "+2.7", "2.7%", "2.66666666666666666666666666666"])
def test_what_no_table_would_print_is_a_text(change: Change, text: str) -> None:
    _, old, _ = reprinted("table-7-average-process", "0")
    ledger = change((REPORTED, old, re.sub(r'ckg:printed ".*"', f'ckg:printed "{text}"', old)))
    assert said(ledger, "7", "Average", "process") == (
        "differs",
        f"the table prints {text} where the coding has a value",
    )


@pytest.mark.parametrize(
    ("figure", "verdict", "cause"),
    [
        ("2.6666666666666667", "equal after rounding", "24/9 = 2.666667, rounded to 16 decimals"),
        ("2.6666666666666666", "equal after truncation", "24/9 = 2.666667, cut to 16 decimals"),
        ("-2.67", "differs", "no rule reproduces it"),
        ("99999999999", "differs", "no rule reproduces it"),
        ("0.2667", "differs", "0.1 times 2.666667, rounded to 4 decimals"),
    ],
)
def test_long_and_negative_figures_are_compared(change: Change, figure: str, verdict: str, cause: str) -> None:
    ledger = change(reprinted("table-7-average-process", figure))
    row = said(ledger, "7", "Average", "process")
    assert (row[0], str(row[1]).replace("0.266667 times", "0.1 times")) == (verdict, cause)


def test_cutting_goes_towards_zero() -> None:
    assert cut(Decimal("-1.867"), 2) == Decimal("-1.86")


def test_half_to_even_is_told_from_cutting(change: Change) -> None:
    """31.5/15 = 2.1 and 10.5/14 = 0.75: the former scores make an average of 0.65, printed 0.6."""
    text = (ROOT / "cases_ttl/giuliani2005/cases/torreon-apparel.ttl").read_text(encoding="utf-8")
    old = re.search(r"<#functional-upgrading>\n(?:    .*\n)*", text)
    assert old
    ledger = change(
        ("cases_ttl/giuliani2005/cases/torreon-apparel.ttl", old[0], old[0].replace("score 1.0", "score 0.0")),
        (LEON, rating("functional-upgrading", "ckg:score 1.0"), rating("functional-upgrading", "ckg:score 0.6")),
        reprinted("table-5-average-functional", "0.6"),
    )
    record = row_of(ledger, "5", "Average", "functional")
    assert (record["recomputed"], record["verdict"]) == (Decimal("0.65"), "equal after truncation")
    assert str(record["cause"]).endswith("9.1/14 = 0.65, rounded half to even or cut to 1 decimal")


@pytest.mark.parametrize(
    ("name", "figure", "cause"),
    [
        ("table-5-total-process", "34", "values rounded to whole points added: 34"),
        ("table-5-sinos-valley-footwear-sum", "8.0", "values rounded to whole points added: 8"),
        ("table-5-sinos-valley-footwear-sum", "7.4", "no rule reproduces it"),
        ("table-5-sinos-valley-footwear-sum", "75", "10 times 7.5"),
    ],
)
def test_sums_are_tried_from_whole_points(change: Change, name: str, figure: str, cause: str) -> None:
    ledger = change(reprinted(name, figure))
    row, column = ("Total", "process") if "total" in name else ("Sinos Valley footwear", "sum")
    assert said(ledger, "5", row, column) == ("differs", cause)


def test_averages_are_tried_from_the_printed_cells(change: Change) -> None:
    ledger = change(
        reprinted("table-7-nova-serrana-automotive-process", "2.1"), reprinted("table-7-average-process", "2.57")
    )
    assert said(ledger, "7", "Average", "process") == (
        "differs",
        "from the printed cells: 23.1/9 = 2.566667, rounded to 2 decimals",
    )
    assert said(ledger, "7", "Nova Serrana automotive", "process")[0] == "differs"


def test_one_coded_value_is_never_rounded(change: Change) -> None:
    ledger = change(reprinted("table-5-sinos-valley-footwear-functional", "2"))
    assert said(ledger, "5", "Sinos Valley footwear", "functional")[0] == "differs"


def test_figures_printed_in_each_others_place_are_found(change: Change) -> None:
    ledger = change(
        reprinted("table-7-average-product", "2.67"),
        reprinted("table-7-average-process", "2.44"),
        reprinted("table-5-torreon-apparel-product", "3"),
        reprinted("table-5-torreon-apparel-process", "1"),
    )
    assert said(ledger, "7", "Average", "product")[1] == "mixed up with process: 2.666667, rounded to 2 decimals"
    assert said(ledger, "7", "Average", "process")[1] == "mixed up with product: 2.444444, rounded to 2 decimals"
    assert said(ledger, "5", "Torreón blue jeans", "product") == ("differs", "mixed up with process in the same row")


GROUPS = {
    "traditional-manufacturing": "Traditional manufacturing",
    "natural-resource-based": "Natural resource-based",
    "complex-products": "Complex products",
    "specialised-suppliers": "Specialized suppliers",
}


def causes_of_indices(change: Change, *figures: str) -> list[object]:
    """Return the causes where Table 2 prints these indices."""
    edits = [reprinted(f"table-2-{group}-ce-index", new) for group, new in zip(GROUPS, figures, strict=True)]
    ledger = change(*edits)
    return [said(ledger, "2", row, "ce_index")[1] for row in GROUPS.values()]


def test_a_formula_is_the_whole_columns(change: Change) -> None:
    assert set(causes_of_indices(change, "12.83", "16.27", "12.41", "16.9")) == {"the components added"}


def test_a_formula_that_fails_one_group_is_none(change: Change) -> None:
    causes = causes_of_indices(change, "12.83", "16.27", "12.41", "16.8")
    assert not any("added" in str(cause) for cause in causes)


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        (("6.65", "8.29", "6.49", "8.58"), "the components weighted 0.6 to 0.4"),
        (("6.02", "7.88", "5.74", "8.23"), "the components weighted 0.333333 to 0.666667"),
        (("5.82", "7.75", "5.50", "8.13"), "the components weighted 0.25 to 0.75"),
        (("6.30", "8.10", "6.04", "8.42"), "the geometric mean of the components"),
        (("6.20", "8.06", "5.89", "8.40"), "the harmonic mean of the components"),
    ],
)
def test_other_weights_and_means_are_tried(change: Change, figures: tuple[str, ...], words: str) -> None:
    causes = causes_of_indices(change, *figures)
    assert all(words in str(cause) for cause in causes)


def test_an_index_printed_with_another_group_is_found(change: Change) -> None:
    causes = causes_of_indices(change, "6.31", "6.21", "8.14", "8.7")
    assert causes[1] == "mixed up with Complex products: 6.205, rounded to 2 decimals"


def test_an_index_fits_where_joint_action_is_coded_in_fewer_cases(whole: Ledger) -> None:
    causes = {key: str(said(whole, "2", row, "ce_index")[1]) for key, row in GROUPS.items()}
    assert causes["traditional-manufacturing"] == (
        "fitted, not proven: external economies averaged over all 15 cases (114/15 = 7.6), joint action and the index "
        "over the 13 that have both (68/13 = 5.230769, 82/13 = 6.307692), a rule that fits every group; of 1 to 15 "
        "cases only 13 fits, but it would give 128 of the 238 figures from 5.23 to 7.6; "
        "no component of a case is published"
    )
    assert (
        "of 1 to 11 cases only 7 fits, but it would give each of the 16 figures from 7.4 to 8.9; "
        in causes["natural-resource-based"]
    )
    assert causes["natural-resource-based"].endswith("; half of 8.91 + half of 7.36 = 8.135, rounded up to 1 decimal")
    assert "of 1 to 5 cases 3 and 4 fit, no other number does" in causes["specialised-suppliers"]
    assert "fitted" not in causes["complex-products"]


def test_the_fitted_rule_is_the_same_as_trying_every_total(whole: Ledger) -> None:
    """Each total of half points is tried, where the ledger computes with bounds."""
    printed = {"Traditional manufacturing": 15, "Natural resource-based": 11, "Specialized suppliers": 5}
    for group, cases in printed.items():
        names = ("external_economies", "joint_action", "ce_index")
        figures = [str(row_of(whole, "2", group, name)["printed"]) for name in names]
        first, second, index = figures
        found = {
            both
            for both in range(1, cases + 1)
            for all_over in totals(first, cases, 2)
            for joint in totals(second, both, 2)
            for doubled in totals(index, both, 4)
            if 0 <= 2 * doubled - joint <= 12 * both
            and 0 <= all_over - (2 * doubled - joint) <= 12 * (cases - both)
            and joint <= 12 * both
        }
        cause = str(said(whole, "2", group, "ce_index")[1])
        named = cause.partition(f"of 1 to {cases} cases ")[2].partition(",")[0]
        assert {int(number) for number in re.findall(r"\d+", named)} == found


def totals(figure: str, cases: int, parts: int) -> list[Decimal]:
    """Return the totals, in halves or quarters of points, whose average over so many cases is printed so."""
    step = Decimal(1).scaleb(-len(figure.partition(".")[2]))
    return [
        Decimal(total) / parts
        for total in range(12 * cases * parts + 1)
        if -step / 2 <= Decimal(total) / parts / cases - Decimal(figure) < step / 2
    ]


def test_an_index_that_no_rule_gives_says_what_cannot_be_known(change: Change) -> None:
    cause = str(causes_of_indices(change, "6.28", "8.2", "6.19", "8.7")[0])
    assert cause.startswith("no rule reproduces it; it would take a weight of 0.44 on external economies; ")
    assert cause.endswith("cannot be computed, since no component of a case is published")


def test_a_rule_that_fails_one_group_fits_none(change: Change) -> None:
    causes = causes_of_indices(change, "6.31", "8.2", "6.19", "3.0")
    assert str(causes[3]).startswith("no rule reproduces it; an average of")
    assert not any("fitted" in str(cause) for cause in causes)


def test_an_index_of_averages_not_yet_rounded_is_found(change: Change) -> None:
    assert causes_of_indices(change, "6.42", "8.14", "6.19", "8.5")[0] == (
        "half of 7.6 + half of 5.23 = 6.415, rounded to 2 decimals"
    )


@pytest.mark.parametrize("figure", ["-7.61", "0", "99999999999", "99999999999999999.9"])
def test_components_that_no_case_can_have_leave_the_index_alone(change: Change, figure: str) -> None:
    name = "table-2-complex-products-external-economies"
    ledger = change(reprinted(name, figure))
    assert said(ledger, "2", "Complex products", "ce_index")[0] == "differs"
    assert said(ledger, "2", "Complex products", "external_economies")[0] == "cannot be recomputed"
