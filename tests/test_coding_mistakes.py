"""Each mistake in a coding sheet is told on its cell with its remedy, and what is right is left alone."""

from pathlib import Path

import pytest
from rows import GOOD, NAMES, Prepare, Row, row, sheet, told

from clusterkg.coding.importing import Import, prepare
from clusterkg.coding.problems import COLUMNS


def test_a_good_row_has_no_problem(code: Prepare) -> None:
    assert told(code(GOOD)) == []


MISTAKES: dict[str, tuple[Row, str, str, str, str]] = {
    # what a coder writes: level, rule, field, a piece of the remedy
    "score too high": ({"product": "4", "sum": ""}, "error", "rating-score", "product", "0 to 3"),
    "score below zero": ({"product": "-1", "sum": ""}, "error", "rating-score", "product", "0 to 3"),
    "word for number": ({"process": "high", "sum": ""}, "error", "rating-score", "process", "high is 3"),
    "two scores": ({"process": "2-3", "sum": ""}, "error", "rating-score", "process", "half point"),
    "yes for a score": ({"process": "yes", "sum": ""}, "error", "rating-score", "process", "yes or no"),
    "a date in place of a score": ({"process": "02-Jan", "sum": ""}, "error", "rating-score", "process", "made a date"),
    "finer than half a point": ({"product": "1.75", "sum": ""}, "warning", "rating-score-step", "product", ""),
    "decimal comma": ({"process": "2,5"}, "normalised", "decimal-comma", "process", ""),
    "full-width digit": ({"product": "２"}, "normalised", "full-width", "product", ""),
    "stray spaces": ({"country": " Pakistan\u00a0"}, "normalised", "stray-spaces", "country", ""),
    "number for a degree": ({"collective_efficiency": "3"}, "error", "rating-degree", "collective_efficiency", "high"),
    "between two degrees": (
        {"collective_efficiency": "medium-high"},
        "error",
        "rating-degree",
        "collective_efficiency",
        "choose one",
    ),
    "spelling of a degree": (
        {"collective_efficiency": "H i g h"},
        "normalised",
        "spelling",
        "collective_efficiency",
        "",
    ),
    "unknown group": (
        {"sectoral_group": "trad manufacturing"},
        "error",
        "case-sectoral-group",
        "sectoral_group",
        "did you mean",
    ),
    "no group": ({"sectoral_group": ""}, "error", "case-sectoral-group", "sectoral_group", ""),
    "sum that does not add up": (
        {"sum": "6"},
        "error",
        "sum",
        "product;process;functional;intersectoral;sum",
        "leave sum empty",
    ),
    "unknown country": ({"country": "Pakistann", "iso3": ""}, "error", "cluster-country", "country", "Pakistan"),
    "unknown code": ({"country": "", "iso3": "PKS"}, "error", "cluster-country", "iso3", ""),
    "country and code that disagree": ({"iso3": "IND"}, "error", "country-code", "country;iso3", "PAK"),
    "no country": ({"country": "", "iso3": ""}, "error", "cluster-country", "country;iso3", ""),
    "missing source": ({"source": ""}, "error", "case-source", "source", ""),
    "missing locator": ({"locator": ""}, "warning", "rating-locator", "locator", ""),
    "link for a citation": ({"source": "https://example.org/nadvi.pdf"}, "warning", "source-link", "source", ""),
    "reversed period": ({"period": "2001-1999"}, "error", "period-order", "period", "exchange"),
    "no period": ({"period": "long ago"}, "error", "period", "period", "1988-2001"),
    "two-figure year": ({"period": "1988-92"}, "normalised", "short-year", "period", ""),
    "no governance code": ({"quasi_hierarchy": "5"}, "error", "governance-code", "quasi_hierarchy", "3 both"),
    "yes for a governance code": (
        {"quasi_hierarchy": "yes"},
        "error",
        "governance-code",
        "quasi_hierarchy",
        "1 domestic",
    ),
    "a sum that is no number": ({"sum": "five"}, "error", "sum-number", "sum", "leave sum empty"),
    "a code of no country": ({"iso3": "PKS"}, "error", "country-code", "country;iso3", "write PAK"),
    "a month for a period": ({"period": "1988-01"}, "error", "period", "period", "all four digits"),
    "a dash for the kind of source": ({"source_basis": "x"}, "warning", "missing-mark", "source_basis", "not reported"),
    "a coder that is none": ({"coder": "n.d."}, "warning", "missing-mark", "coder", "not reported"),
    "an industry in another script": (
        {"industry": "服装"},
        "warning",
        "new-industry",
        "industry",
        "check the spelling",
    ),
    "a period in the case_id": (
        {"case_id": "sialkot--1980s"},
        "error",
        "case-id-period",
        "case_id;period",
        "in the column period",
    ),
    "no case_id": ({"case_id": ""}, "normalised", "case-id-made", "case_id;name", "write it"),
    "a class of ISIC with two digits": ({"isic4": "15"}, "error", "cluster-industry-class", "isic4", "1511"),
    "a blank among governance codes": ({"network": ""}, "error", "governance-blank", "network", "write 0"),
    "code and reason mixed": (
        {"network": "N/A"},
        "error",
        "governance-mixed",
        "market;network;quasi_hierarchy;hierarchy",
        "",
    ),
    "leader without a chain abroad": (
        {"quasi_hierarchy": "0"},
        "error",
        "lead-actor",
        "lead_actor;market;network;quasi_hierarchy;hierarchy",
        "sheet chains",
    ),
    "no leader of a global quasi-hierarchy": ({"lead_actor": ""}, "warning", "chain-leader-missing", "lead_actor", ""),
    "all governance zero": (
        {"market": "0", "quasi_hierarchy": "0", "lead_actor": ""},
        "warning",
        "case-governance-absent",
        "market;network;quasi_hierarchy;hierarchy",
        "",
    ),
    "lost leading zero": ({"isic4": "119"}, "normalised", "leading-zero", "isic4", "text"),
    "unknown ISIC class": ({"isic4": "9999"}, "error", "cluster-industry-class", "isic4", ""),
    "industry at odds with its group": ({"isic4": "6201"}, "warning", "case-usual-group", "sectoral_group", ""),
    "new industry": ({"industry": "Surgical instruments"}, "warning", "new-industry", "industry", "check the spelling"),
    "no industry": ({"industry": ""}, "error", "cluster-industry", "industry", ""),
    "other mark for missing": (
        {"functional": "n.d.", "sum": ""},
        "warning",
        "missing-mark",
        "functional",
        "not reported",
    ),
    "a dash for missing": ({"functional": "-", "sum": ""}, "warning", "missing-mark", "functional", "N/A"),
    "spelling of missing": ({"functional": "n.r.", "sum": ""}, "normalised", "missing-spelling", "functional", ""),
    "unknown confidence": ({"confidence": "sure"}, "error", "rating-confidence", "confidence", "low"),
    "GeoNames number that is none": ({"geonames_id": "abc"}, "error", "geonames-id", "geonames_id;place", "digits"),
    "GeoNames number of another place": (
        {"geonames_id": "3998655"},
        "warning",
        "geonames-place",
        "geonames_id;place",
        "",
    ),
    "mojibake": ({"note": "SÃ£o Paulo"}, "warning", "text-mojibake", "note", "São Paulo"),
    "HTML": ({"note": "<b>strong</b> ties"}, "warning", "text-markup", "note", ""),
    "hidden direction sign": ({"note": "abc\u202edef"}, "error", "text-hidden", "note", ""),
    "no name": ({"name": ""}, "error", "case-name", "name", ""),
    "formula": ({"note": "=1+1"}, "error", "formula", "note", "value itself"),
    "coder without a letter": ({"coder": "深圳"}, "error", "coder-name", "coder", "initials"),
}


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory: pytest.TempPathFactory) -> Import:
    """All mistakes at once: a row each, in a sheet."""
    path = tmp_path_factory.mktemp("mistakes") / "cases.csv"
    rows = [
        row(**{"case_id": f"town-{number}-works", "name": f"Town {number} works", "place": f"Town {number}", **changes})
        for number, (changes, *_) in enumerate(MISTAKES.values())
    ]
    path.write_text(sheet(rows), encoding="utf-8")
    return prepare([str(path)], "demo2026", str(path.parent / "out"))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_on_its_cell_with_its_remedy(mistake: str, mistaken: Import) -> None:
    _, level, rule, field, remedy = MISTAKES[mistake]
    number = list(MISTAKES).index(mistake) + 2
    problems = [problem for problem in mistaken.problems if problem.row == number]
    found = [p for p in problems if (p.level, p.rule) == (level, rule) and (not field or p.field == field)]
    assert len(found) == 1, problems
    assert remedy in found[0].fix
    assert all(p is found[0] or p.level != "error" for p in problems), problems


def test_a_mistake_makes_no_noise_beside_it(mistaken: Import) -> None:
    """A row with one mistake has one problem, unless the mistake hides something else."""
    beside = {"unknown ISIC class", "missing source", "word for number"}
    for number, mistake in enumerate(MISTAKES, start=2):
        problems = [problem for problem in mistaken.problems if problem.row == number]
        assert len(problems) == 1 or mistake in beside, (mistake, problems)


def test_a_sum_is_not_held_against_a_score_that_is_none(code: Prepare) -> None:
    assert told(code(row(process="high"))) == [("error", "rating-score", "process")]


def test_the_place_of_a_problem_is_the_cell_as_the_spreadsheet_shows_it(mistaken: Import) -> None:
    number = list(MISTAKES).index("score too high") + 2
    problem = next(problem for problem in mistaken.problems if problem.row == number)
    letter = chr(ord("A") + NAMES.index("product"))
    assert (problem.sheet, problem.cell, problem.value) == ("cases", f"{letter}{number}", "4")


@pytest.mark.parametrize(
    "changes",
    [
        {"country": "Brasil", "iso3": ""},
        {"country": "México", "iso3": "MEX"},
        {"country": "", "iso3": "PAK"},
        {"sectoral_group": "Specialized suppliers", "isic4": "6201", "industry": "Software"},
        {"sectoral_group": "specialised-suppliers", "isic4": "6201", "industry": "Software"},
        {"functional": "not reported", "sum": "4.5"},
        {"functional": "N/A", "sum": ""},
        {"market": "N/A", "network": "N/A", "quasi_hierarchy": "N/A", "hierarchy": "N/A", "lead_actor": ""},
        {"market": "", "network": "", "quasi_hierarchy": "", "hierarchy": "", "lead_actor": ""},
        {"period": "1988-2001"},
        {"period": "1999"},
        {"isic4": "0113", "sectoral_group": "natural-resource-based", "industry": "Melons"},
        {"note": "سیالکوٹ کے آلات جراحی 深圳 электроника"},
        {"note": "- exports fell; a < b and c > d"},
        {"source": "Nadvi (1999); Nadvi and Halder (2005)"},
        {"collective_efficiency": "not applicable"},
        {"coder": ""},
    ],
    ids=str,
)
def test_what_is_right_is_left_alone(changes: Row, code: Prepare) -> None:
    assert told(code(row(**changes))) == []


def test_a_blank_is_no_zero(code: Prepare, tmp_path: Path) -> None:
    prepared = code(row(functional="", sum="4.5"))
    text = prepared.files()["cases_ttl/demo2026/cases/sialkot-surgical-instruments.ttl"]
    assert "#functional-upgrading" not in text
    assert "#product-upgrading" in text


def test_all_problems_come_at_once_sorted_by_row(mistaken: Import) -> None:
    rows = [problem.row for problem in mistaken.problems]
    assert rows == sorted(rows)
    assert len(set(rows)) == len(MISTAKES)
    assert mistaken.problems.to_csv().splitlines()[0] == ",".join(COLUMNS)
