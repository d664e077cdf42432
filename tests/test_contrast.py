"""Contrasts: the two sides as transcribed, exact Cliff's delta by brute force, undecided cases, bad conditions."""

import itertools
import json
from decimal import Decimal
from statistics import fmean, median_high, median_low

import pytest
from conftest import Run, rows_of, transcription

import clusterkg
from clusterkg.analysis.conditions import conditions, decide
from clusterkg.analysis.contrast import COLUMNS
from clusterkg.analysis.samples import Case, sample
from clusterkg.errors import ParameterError, UnknownName
from clusterkg.knowledge_graph import KnowledgeGraph

TABLES = {"Traditional manufacturing": "table5", "Natural resource-based": "table6", "Complex products": "table7"}


def printed(outcome: str, group: str | None = None) -> tuple[list[float], list[float]]:
    """Return the scores of the cases with and without a global quasi-hierarchy, as transcribed; N/A in neither."""
    codes = {row["cluster_id"]: row["quasi_hierarchy"] for row in transcription("table3")}
    sides: dict[bool, list[float]] = {True: [], False: []}
    for table in [TABLES[group]] if group else TABLES.values():
        for row in transcription(table):
            code = codes.get(row["cluster_id"], "N/A")
            if row["row_type"] == "cluster" and "N/A" not in (code, row[outcome]):
                sides[int(code) >= 2].append(float(row[outcome]))
    return sides[True], sides[False]


def delta(first: list[float], others: list[float]) -> float:
    return fmean((a > b) - (a < b) for a in first for b in others)


@pytest.mark.parametrize("outcome", ["product", "process", "functional"])
def test_the_sides_and_their_difference_are_those_of_the_printed_tables(kg: KnowledgeGraph, outcome: str) -> None:
    found = kg.contrast(f"{outcome}-upgrading", "quasi-hierarchy>=2")
    first, others = printed(outcome)
    assert sorted(map(float, found.meeting.values)) == sorted(first)
    assert sorted(map(float, found.others.values)) == sorted(others)
    assert found.relation.strength.estimate == pytest.approx(delta(first, others))
    assert found.meeting.medians == (median_low(first), median_high(first))
    assert found.meeting.mean == pytest.approx(fmean(first))


def test_p_is_the_share_of_all_ways_to_choose_the_first_side(kg: KnowledgeGraph) -> None:
    first, others = printed("product", "Complex products")
    found = kg.contrast("product-upgrading", "quasi-hierarchy>=2", group="complex-products")
    whole, seen = [*first, *others], abs(delta(first, others))
    chosen = itertools.combinations(range(len(whole)), len(first))
    shares = [
        abs(delta([whole[place] for place in one], [v for place, v in enumerate(whole) if place not in one]))
        >= seen - 1e-9
        for one in chosen
    ]
    assert len(shares) == 84
    assert found.relation.strength.p == pytest.approx(fmean(shares))


def test_a_case_of_which_only_a_missing_value_could_tell_is_on_neither_side(kg: KnowledgeGraph) -> None:
    found = kg.contrast("functional-upgrading", "quasi-hierarchy>=2")
    assert [case.name for case in found.undecided] == ["Campina Grande footwear"]
    assert len(found.meeting) + len(found.others) + len(found.undecided) + len(found.unvalued) == 40
    assert "Undecided, on neither side: Campina Grande footwear." in found.to_text()
    # Its good neighbour: what fails another condition is decided, whatever is missing.
    mexican = kg.contrast("functional-upgrading", ["quasi-hierarchy>=2", "country=Mexico"])
    assert mexican.undecided == []
    assert "campina-grande-footwear" in [case.slug for case in mexican.others.cases]


def test_a_case_without_the_outcome_is_named_and_in_no_count(kg: KnowledgeGraph) -> None:
    found = kg.contrast("functional-upgrading", "quasi-hierarchy>=2")
    assert len(found.unvalued) == 6
    assert "No functional upgrading (not available): Bucaramanga apparel." in found.to_text()
    counts = found.describe()["others"]["counts"]
    assert counts["0"] == sum(value == 0 for value in printed("functional")[1])


def test_bounds_try_every_undecided_case_on_either_side(kg: KnowledgeGraph) -> None:
    found = kg.contrast("functional-upgrading", "quasi-hierarchy>=2", group="traditional-manufacturing")
    first, others = printed("functional", "Traditional manufacturing")
    # Campina Grande scores 0 and has no governance; Bucaramanga has no global quasi-hierarchy and no score.
    corners = [
        delta([*first, *([0.0] if meets else [])], [*others, *([] if meets else [0.0]), filled])
        for meets in (False, True)
        for filled in (0.0, 1.5)
    ]
    assert [bound.estimate for bound in found.relation.bounds()] == pytest.approx(corners)
    assert found.describe()["bounds"][0]["side"] == "others"


def test_without_one_case_too_the_difference_is_brute_force(kg: KnowledgeGraph) -> None:
    first, others = printed("functional", "Complex products")
    found = kg.contrast("functional-upgrading", "quasi-hierarchy>=2", group="complex-products")
    wanted = [delta([*first[:n], *first[n + 1 :]], others) for n in range(len(first))]
    wanted += [delta(first, [*others[:n], *others[n + 1 :]]) for n in range(len(others))]
    left = found.relation.without("case")
    assert sorted(estimate for _, estimate, _ in left.measured) == pytest.approx(sorted(wanted))
    assert [name for name, _ in left.most] == ["Espírito Santo metalworking"]


def test_an_even_number_of_cases_has_two_medians_and_no_half_way() -> None:
    from clusterkg.analysis.contrast import Side

    cases = [Case(f"case/{score}", "", "", "") for score in (0, 1, 2, 3)]
    for score, case in enumerate(cases):
        case.values["one"] = Decimal(score)
    assert Side(cases, "one").median == "1 to 2"
    assert Side(cases[:3], "one").median == "1"
    assert (Side([], "one").median, Side([], "one").mean) == (None, None)


def test_means_are_labelled_as_what_they_are(kg: KnowledgeGraph) -> None:
    found = kg.contrast("functional-upgrading", "quasi-hierarchy>=2")
    assert "Mean of an ordinal scale" in found.to_text()
    assert "mean_of_an_ordinal_scale" in found.to_json()
    assert "mean" not in ",".join(COLUMNS)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("collective-efficiency=high", 6),
        ("collective-efficiency<=medium", 29),
        ("quasi-hierarchy=3", 4),
        ("quasi_hierarchy >= 2", 21),
        ("country=costa-rica", 1),
        ("sectoral_group=Complex products", 9),
        ("Product upgrading>=2.5", 17),
    ],
)
def test_a_condition_is_read_as_people_write_it(kg: KnowledgeGraph, text: str, count: int) -> None:
    cases = sample(kg.graph)
    asked = conditions(cases, [text])
    assert sum(decide(case, asked) is True for case in cases) == count


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("quasi-hierarchy", ParameterError, "is no condition"),
        ("quasi-hierarchy>1", ParameterError, "is no condition"),
        ("product>=", ParameterError, "is no condition"),
        ("product>=0.7", ParameterError, "there are: 0, 0.5, 1, 1.5, 2, 2.5, 3"),
        ("product>=4", ParameterError, "no point of the scale"),
        ("product>=nan", ParameterError, "no word of the scale"),
        ("collective-efficiency=hihg", ParameterError, "did you mean 'high'"),
        ("quasi-hierarchy=high", ParameterError, "a mode's code is"),
        ("quasi-hierarchy>=2.5", ParameterError, "a mode's code is"),
        ("quasi-hierarhy>=2", UnknownName, "did you mean 'quasi-hierarchy'"),
        ("country=Brasil", UnknownName, "did you mean 'Brazil'"),
        ("sectoral_group=complex product", UnknownName, "Complex products"),
        ("country>=Brazil", ParameterError, "takes = and not >="),
    ],
)
def test_a_bad_condition_is_one_line_that_says_what_is_allowed(
    kg: KnowledgeGraph, text: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error) as told:
        kg.contrast("functional-upgrading", text)
    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_a_variable_is_not_contrasted_with_itself(kg: KnowledgeGraph) -> None:
    with pytest.raises(ParameterError, match="with itself"):
        kg.contrast("product", ["country=Brazil", "product-upgrading>=2"])
    with pytest.raises(ParameterError, match="no condition"):
        kg.contrast("product", [])


def test_a_condition_given_twice_is_refused_however_it_is_written(kg: KnowledgeGraph) -> None:
    for twice in (["market>=1", " Market >= 1"], ["collective-efficiency=high", "collective_efficiency=3"]):
        with pytest.raises(ParameterError, match=r"is given twice; give each condition once"):
            kg.contrast("product", twice)
    assert kg.contrast("product", ["market>=1", "market<=2"]).where[1].text == "market<=2"


def test_an_empty_side_is_withheld(kg: KnowledgeGraph) -> None:
    nobody = kg.contrast("product", ["country=Chile", "collective-efficiency=low"])
    assert nobody.relation.strength.withheld == "none of the 35 cases are on the first side"
    assert (nobody.rows[0][COLUMNS.index("cliffs_delta")], nobody.meeting.median) == (None, None)
    everybody = kg.contrast("product", "country=Costa Rica", group="complex-products")
    assert len(everybody.meeting) == 1
    assert everybody.relation.strength.estimate is not None


def test_an_outcome_that_does_not_vary_is_withheld(kg: KnowledgeGraph) -> None:
    found = kg.contrast("intersectoral", "quasi-hierarchy>=2", group="complex-products")
    assert found.relation.strength.withheld == "no variation: intersectoral upgrading is 0 in all 9 cases"


def test_a_group_without_scores_is_withheld(kg: KnowledgeGraph) -> None:
    found = kg.contrast("functional-upgrading", "quasi-hierarchy>=2", group="specialized-suppliers")
    assert found.relation.strength.withheld == "no cases have a side and a value; measured from 5 on"
    assert "nan" not in found.to_text().casefold()


def test_it_is_the_figure_of_the_finding_on_the_same_claim(kg: KnowledgeGraph) -> None:
    judged = kg.finding("s5c-11").judgement
    found = kg.contrast("product-upgrading", "quasi-hierarchy>=2", group="complex-products").relation.strength
    assert (found.estimate, found.p) == (judged.estimate, judged.p)


def test_the_csv_is_a_contract_and_the_json_names_the_cases(run: Run, kg: KnowledgeGraph) -> None:
    done = run("analyse", "contrast", "functional", "--where", "quasi-hierarchy>=2", "--format", "csv")
    assert done.stdout.splitlines()[0] == ",".join(COLUMNS)
    (row,) = rows_of(done.stdout)
    assert (row["n_meeting"], row["n_others"], row["undecided"], row["missing"]) == ("20", "13", "1", "6")
    told = json.loads(kg.contrast("functional", "quasi-hierarchy>=2").to_json())
    assert len(told["meeting"]["cases"]) == 20
    text = kg.contrast("functional", "quasi-hierarchy>=2").to_text(80)
    assert max(map(len, text.splitlines())) <= 80
    assert run("analyse", "contrast", "functional").returncode == 2


def test_a_second_study_and_a_coding_are_contrasted_alone(second_study: str, second_opinions: str) -> None:
    demo = clusterkg.load(second_study).contrast("product", "country=Chile", study="demo2020")
    assert demo.relation.strength.withheld.endswith("measured from 5 on")
    ana = clusterkg.load(second_opinions, coding="ana").contrast("product", "collective-efficiency=high")
    # What ana did not rate is undecided, not low.
    assert len(ana.undecided) == 30
