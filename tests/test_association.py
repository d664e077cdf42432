"""Associations: exact tau-b against brute force and scipy, groups against pooled cases, bounds, single cases."""

import itertools
import json
import math
from decimal import Decimal
from statistics import fmean

import pytest
from conftest import Run, rows_of, transcription
from scipy import stats

import clusterkg
from clusterkg.analysis.association import COLUMNS, Association
from clusterkg.analysis.limits import limits
from clusterkg.analysis.samples import Case, Sample
from clusterkg.analysis.strata import stratified_balance, stratified_probability, stratified_tau
from clusterkg.errors import ClusterkgError, ParameterError, UnknownName
from clusterkg.findings import statistics
from clusterkg.knowledge_graph import KnowledgeGraph

RANKS = {"Low": 1.0, "Medium": 2.0, "High": 3.0}
TABLES = {"Traditional manufacturing": "table5", "Natural resource-based": "table6", "Complex products": "table7"}
TYPES = ("product", "process", "functional", "intersectoral")


def printed(group: str, outcome: str) -> list[tuple[float, float]]:
    """Return degree and score of each case of a group, as transcribed, where the paper prints both."""
    rows = [row for row in transcription(TABLES[group]) if row["row_type"] == "cluster"]
    return [(RANKS[row["ce_degree"]], float(row[outcome])) for row in rows if row[outcome] != "N/A"]


def scipy_tau(pairs: list[tuple[float, float]]) -> float:
    return float(stats.kendalltau(*zip(*pairs, strict=True)).statistic)


def balance(x: tuple[float, ...], y: tuple[float, ...]) -> int:
    """Count concordant less discordant pairs, one by one."""
    cases = list(zip(x, y, strict=True))
    return sum(
        (1 if (a - c) * (b - d) > 0 else -1 if (a - c) * (b - d) < 0 else 0)
        for (a, b), (c, d) in itertools.combinations(cases, 2)
    )


def made(*cases: tuple[str, str, float | None, float | None]) -> Sample:
    """Return a sample of cases: group, country, and a value on each of two variables."""
    found = []
    for number, (group, country, *values) in enumerate(cases):
        case = Case(f"case/{number}", f"Case {number}", group, country)
        for name, value in zip(("one", "other"), values, strict=True):
            if value is not None:
                case.values[name] = Decimal(str(value))
        found.append(case)
    return Sample("made", found, {"one": "One", "other": "Other"})


def associated(kg: KnowledgeGraph, sample: Sample) -> Association:
    return Association(sample, "one", "other", limits(kg.graph, "giuliani2005"), None)


@pytest.mark.parametrize("outcome", TYPES)
def test_tau_is_scipys_over_all_cases_and_in_each_group(kg: KnowledgeGraph, outcome: str) -> None:
    found = kg.association("collective-efficiency", f"{outcome}-upgrading")
    pooled = [pair for group in TABLES for pair in printed(group, outcome)]
    assert found.pooled.strength.n == len(pooled)
    assert found.pooled.strength.estimate == pytest.approx(scipy_tau(pooled))
    for relation in found.groups:
        if relation.strength.estimate is not None:
            assert relation.strength.estimate == pytest.approx(scipy_tau(printed(relation.name, outcome)))


def test_tau_is_that_of_the_example_in_scipys_documentation() -> None:
    assert statistics.tau_b([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]) == pytest.approx(-0.47140452079103173)


def test_p_is_the_share_of_all_permutations_of_a_small_group(kg: KnowledgeGraph) -> None:
    pairs = printed("Complex products", "product")[:7]
    x, y = zip(*pairs, strict=True)
    seen = abs(balance(x, y))
    orders = [abs(balance(x, order)) >= seen for order in itertools.permutations(y)]
    assert statistics.probability(x, y) == pytest.approx(fmean(orders))
    # The whole group, by scipy, which lists all of its pairings.
    import numpy

    pairs = printed("Complex products", "functional")[:8]
    x, y = zip(*pairs, strict=True)

    def every_balance(one: object, axis: int) -> object:
        values = numpy.moveaxis(numpy.asarray(one), axis, -1)
        other = numpy.asarray(y)
        signs = numpy.sign(values[..., :, None] - values[..., None, :]) * numpy.sign(other[:, None] - other[None, :])
        return signs.sum(axis=(-1, -2)) / 2

    test = stats.permutation_test(
        (numpy.asarray(x),), every_balance, permutation_type="pairings", vectorized=True, n_resamples=numpy.inf
    )
    assert statistics.probability(x, y) == pytest.approx(
        float(fmean(abs(test.null_distribution) >= abs(balance(x, y))))
    )


def test_the_stratified_p_is_the_share_of_all_permutations_within_strata() -> None:
    strata = [([1, 2, 2, 3], [1, 1, 2, 3]), ([1, 1, 2], [2, 1, 3]), ([5, 5], [1, 2])]
    seen = sum(balance(tuple(x), tuple(y)) for x, y in strata)
    assert stratified_balance(strata) == seen
    orders = itertools.product(*(itertools.permutations(y) for _, y in strata))
    share = fmean(
        abs(sum(balance(tuple(x), y) for (x, _), y in zip(strata, order, strict=True))) >= abs(seen) for order in orders
    )
    assert stratified_probability(strata) == pytest.approx(share)
    assert stratified_tau(strata[:1]) == statistics.tau_b(*strata[0])


def test_the_within_group_figure_is_that_of_the_pairs_of_one_group(kg: KnowledgeGraph) -> None:
    found = kg.association("collective-efficiency", "product-upgrading")
    strata = [tuple(zip(*printed(group, "product"), strict=True)) for group in TABLES]
    s = sum(balance(x, y) for x, y in strata)
    untied = [sum(a != b for stratum in strata for a, b in itertools.combinations(stratum[side], 2)) for side in (0, 1)]
    assert found.within is not None
    assert found.within.estimate == pytest.approx(s / math.sqrt(untied[0] * untied[1]))
    assert f"{s:+d} lies within groups" in found.between()


def test_an_association_that_lies_between_groups_only_is_seen(kg: KnowledgeGraph) -> None:
    low = [("low", "X", x, y) for x, y in ((0, 0), (0, 1), (1, 0), (1, 1), (0.5, 0.5))]
    high = [("high", "Y", x + 2, y + 2) for _, _, x, y in low]
    found = associated(kg, made(*low, *high))
    assert found.simpson()[0] == "vanishes"
    assert found.pooled.strength.p is not None
    assert found.pooled.strength.p < 0.05
    assert found.within is not None
    assert (found.within.estimate, found.within.p) == (0, 1)
    assert "significant at 0.05 pooled is not so within groups" in found.between()


def test_a_sign_that_turns_round_in_every_group_is_a_reversal(kg: KnowledgeGraph) -> None:
    low = [("low", "X", x, 1 - x) for x in (0, 0.25, 0.5, 0.75, 1)]
    high = [("high", "Y", x + 2, y + 2) for _, _, x, y in low]
    assert associated(kg, made(*low, *high)).simpson()[0] == "reversed"
    # Its good neighbour: groups that rise as all cases do.
    same = [(group, country, x, x) for group, country, x, _ in (*low, *high)]
    assert associated(kg, made(*same)).simpson()[0] == "same"


def test_of_the_real_groups_one_goes_against_the_pooled_sign(kg: KnowledgeGraph) -> None:
    word, sentence = kg.association("collective-efficiency", "product-upgrading").simpson()
    assert word == "mixed"
    assert "not that of Complex products" in sentence


def test_one_group_alone_has_nothing_to_be_held_to(kg: KnowledgeGraph) -> None:
    found = kg.association("collective-efficiency", "product-upgrading", group="complex-products")
    assert (found.group, found.groups, found.within) == ("Complex products", [], None)
    assert found.describe()["simpson"] is None


def test_missing_values_are_named_with_their_reasons_and_not_zero(kg: KnowledgeGraph) -> None:
    found = kg.association("collective-efficiency", "functional-upgrading")
    assert (found.pooled.strength.n, found.pooled.missing) == (34, 6)
    missing = found.describe()["missing"]
    assert {"bucaramanga-apparel"} == {one["case"] for one in missing if one["reason"] == "not available"}
    assert len({one["case"] for one in missing if one["reason"] == "not reported"}) == 5
    assert "No functional upgrading (not available): Bucaramanga apparel." in found.to_text()


def test_bounds_put_what_is_missing_at_either_end(kg: KnowledgeGraph) -> None:
    found = kg.association("collective-efficiency", "functional-upgrading", group="traditional-manufacturing")
    pairs = printed("Traditional manufacturing", "functional")
    ends = [scipy_tau([*pairs, (RANKS["Medium"], value)]) for value in (0.0, 1.5)]
    bounds = found.pooled.bounds()
    assert [bound.ends for bound in bounds] == [(None, "lowest"), (None, "highest")]
    assert [bound.estimate for bound in bounds] == pytest.approx(ends)
    # With both values missing in five cases, each at either end: four combinations.
    pooled = kg.association("collective-efficiency", "product-upgrading").pooled
    assert len(pooled.bounds()) == 4
    every = [pair for group in TABLES for pair in printed(group, "product")]
    corners = [scipy_tau([*every, *[(x, y)] * 5]) for x in (1.0, 3.0) for y in (1.0, 3.0)]
    assert [bound.estimate for bound in pooled.bounds()] == pytest.approx(corners)
    assert pooled.reach() == pytest.approx((min(corners), max(corners)))


def test_nothing_missing_has_no_bounds(kg: KnowledgeGraph) -> None:
    found = kg.association("collective-efficiency", "product-upgrading", group="complex-products").pooled
    assert (found.bounds(), found.reach()) == ([], None)


def test_each_case_is_left_out_once(kg: KnowledgeGraph) -> None:
    found = kg.association("collective-efficiency", "product-upgrading", group="natural-resource-based").pooled
    pairs = printed("Natural resource-based", "product")
    wanted = sorted(scipy_tau([*pairs[:place], *pairs[place + 1 :]]) for place in range(len(pairs)))
    left = found.without("case")
    assert sorted(estimate for _, estimate, _ in left.measured) == pytest.approx(wanted)
    assert [name for name, _ in left.most] == ["Cuajone-Toquepala copper"]


def test_two_cases_of_one_name_are_left_out_one_by_one(kg: KnowledgeGraph) -> None:
    cases = made(*[("g", "X", value, value) for value in range(6)])
    for case in cases:
        case.name = "Twin"
    runs = associated(kg, cases).pooled.without("case").runs
    assert [run.n for _, run in runs] == [5] * 6


def test_what_turns_significance_is_named(kg: KnowledgeGraph) -> None:
    found = kg.association("collective-efficiency", "product-upgrading")
    traditional = next(one for one in found.groups if one.name == "Traditional manufacturing")
    assert traditional.strength.p is not None
    assert traditional.strength.p > 0.05
    ((name, p),) = traditional.without("case").turning
    assert (name, p <= 0.05) == ("Chipilo furniture", True)
    countries = found.pooled.without("country")
    assert [name for name, _ in countries.turning] == ["Brazil", "Chile", "Colombia"]
    assert {run.n for name, run in countries.runs if name == "Costa Rica"} == {34}


def test_without_the_one_case_that_varies_the_figure_is_withheld(kg: KnowledgeGraph) -> None:
    found = kg.association("collective-efficiency", "intersectoral-upgrading", group="traditional-manufacturing").pooled
    assert found.strength.estimate is not None
    assert found.without("case").withheld == ["Medellín textiles"]


def test_a_variable_that_does_not_vary_is_withheld_and_never_nan(kg: KnowledgeGraph) -> None:
    found = kg.association("collective-efficiency", "intersectoral-upgrading", group="complex-products")
    assert found.pooled.strength.withheld == "no variation: intersectoral upgrading is 0 in all 9 cases"
    assert found.pooled.without("case").runs == []
    for text in (found.to_text(), found.to_csv(), found.to_json(), found.to_markdown()):
        assert "nan" not in text.casefold()


def test_too_few_cases_are_withheld(kg: KnowledgeGraph) -> None:
    found = kg.association("quasi-hierarchy", "product-upgrading", group="specialized-suppliers").pooled
    assert (found.strength.n, found.missing, found.strength.estimate, found.strength.p) == (0, 5, None, None)
    assert "measured from 5 on" in found.strength.withheld
    four = made(*[("g", "X", value, value) for value in range(4)])
    five = made(*[("g", "X", value, value) for value in range(5)])
    assert associated(kg, four).pooled.strength.estimate is None
    assert associated(kg, five).pooled.strength.estimate == 1


def test_where_no_order_could_be_rare_it_is_said(kg: KnowledgeGraph) -> None:
    found = associated(kg, made(*[("g", "X", int(value > 0), value) for value in range(5)]))
    assert found.pooled.strength.rarest == pytest.approx(0.4)
    assert "no order of these values could have a p below 0.400" in found.to_text()


def test_a_code_that_is_ranked_is_called_a_code(kg: KnowledgeGraph) -> None:
    text = kg.association("quasi-hierarchy", "product-upgrading", group="complex-products").to_text()
    assert "Quasi-hierarchy is a code" in text
    assert "is a code" not in kg.association("process", "functional", group="complex-products").to_text()


def test_a_variable_is_not_related_to_itself(kg: KnowledgeGraph) -> None:
    with pytest.raises(ParameterError, match="goes with itself"):
        kg.association("product", "product-upgrading")


@pytest.mark.parametrize(
    ("predictor", "group", "said"),
    [("colective-efficiency", None, "did you mean 'collective-efficiency'"), ("market", "complex", "complex-products")],
)
def test_a_wrong_name_is_one_line_with_the_nearest(
    kg: KnowledgeGraph, predictor: str, group: str | None, said: str
) -> None:
    with pytest.raises(UnknownName) as told:
        kg.association(predictor, "product-upgrading", group=group)
    assert said in str(told.value)
    assert isinstance(told.value, ClusterkgError)


def test_the_command_exits_2_for_a_wrong_name(run: Run) -> None:
    done = run("analyse", "association", "market", "produkt")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_the_csv_is_a_contract(run: Run) -> None:
    done = run("analyse", "association", "collective-efficiency", "product-upgrading", "--format", "csv")
    assert done.stdout.splitlines()[0] == ",".join(COLUMNS)
    rows = rows_of(done.stdout)
    names = ["All cases", "Complex products", "Natural resource-based", "Specialized suppliers"]
    assert [row["cases"] for row in rows] == [*names, "Traditional manufacturing", "Within groups"]
    assert rows[3]["tau_b"] == ""
    assert rows[3]["withheld"] == "no cases have both values; measured from 5 on"


def test_json_holds_every_run_and_text_fits_a_terminal(kg: KnowledgeGraph) -> None:
    found = kg.association("collective-efficiency", "product-upgrading")
    told = json.loads(found.to_json())
    assert len(told["relations"][0]["without_case"]["runs"]) == 35
    assert told["limits"] == {"of": "giuliani2005", "cases": 5, "probability": 0.05, "neutral": 0.2}
    assert max(map(len, found.to_text(80).splitlines())) <= 80


def test_a_study_without_limits_takes_the_shipped_ones_and_says_so(second_study: str) -> None:
    kg = clusterkg.load(second_study)
    found = kg.association("collective-efficiency", "product-upgrading", study="demo2020")
    assert found.pooled.strength.estimate is None
    assert "The codebook of demo2020 states no limits; those of giuliani2005 are taken." in found.to_text()


def test_a_coding_is_analysed_alone(second_opinions: str) -> None:
    kg = clusterkg.load(second_opinions, coding="ana")
    found = kg.association("collective-efficiency", "product-upgrading").pooled
    assert (found.strength.n, found.missing) == (10, 30)
    assert found.strength.n == len({case.slug for case, _, _ in found.whole})
