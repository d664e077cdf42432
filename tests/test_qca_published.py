"""Crisp-set QCA held to published examples, and its minimisation to brute force.

Lipset's 18 countries are those of Rihoux & De Meur (2009), Crisp-set qualitative comparative analysis, in Rihoux &
Ragin (eds.), Configurational comparative methods, ch. 3: formulas 1, 3, 4 and 5. Krook's 22 are those of Krook (2010),
Women's representation in parliament: a qualitative comparative analysis, Political Studies 58. Truth tables, figures of
fit, models and simplifying assumptions are as the R package QCA gives them for its data sets LC and d.represent
(github.com/dusadrian/QCA, tests/testthat/_snaps: minimize.md, truthTable.md, pof.md); the tests of the R package QCA3
(tests/textBook.R) count the simplifying assumptions of formulas 4 and 5: 5 and 18.
"""

import random
from itertools import combinations, product

import pytest
from scipy.stats import fisher_exact

from clusterkg.analysis.qca import compare
from clusterkg.analysis.qca.comparison import Comparison
from clusterkg.analysis.qca.fit import exact_probability
from clusterkg.analysis.qca.minimisation import covers, minimal_covers, prime_implicants

Rows = dict[str, dict[str, int | None]]

LIPSET = {
    "00000": ("GR PT ES", 0),
    "00001": ("IT RO", 0),
    "00100": ("HU PL", 0),
    "00101": ("EE", 0),
    "10101": ("FI IE", 1),
    "10110": ("AU", 0),
    "10111": ("FR SE", 1),
    "11110": ("DE", 0),
    "11111": ("BE CZ NL UK", 1),
}
KROOK = {
    "00010": ("CA US", 0),
    "00011": ("NZ", 1),
    "01000": ("IT", 0),
    "01010": ("AU GB FR IE", 0),
    "01011": ("DE", 1),
    "10001": ("LU", 0),
    "10100": ("FI", 1),
    "10111": ("DK", 1),
    "11000": ("CH PT GR", 0),
    "11001": ("AT", 1),
    "11010": ("ES", 1),
    "11011": ("NL BE", 1),
    "11100": ("SE", 1),
    "11111": ("NO IS", 1),
}
COUNTRIES = ["DEV", "URB", "LIT", "IND", "STB"]
PARLIAMENTS = ["ES", "QU", "WS", "WM", "LP"]


def rows_of_table(table: dict[str, tuple[str, int]], conditions: list[str], outcome: str) -> Rows:
    """Return a row for each case of a published truth table."""
    return {
        case: {**dict(zip(conditions, map(int, values), strict=True)), outcome: shown}
        for values, (cases, shown) in table.items()
        for case in cases.split()
    }


def lipset(**more: object) -> Comparison:
    return compare(rows_of_table(LIPSET, COUNTRIES, "SURV"), "SURV", COUNTRIES, **more)


def krook(**more: object) -> Comparison:
    return compare(rows_of_table(KROOK, PARLIAMENTS, "WNP"), "WNP", PARLIAMENTS, **more)


def figures(found: Comparison, model: int = 0) -> dict[str, tuple[float, float, str]]:
    """Return raw coverage, unique coverage and cases of each term of a model."""
    return {
        part.name: (round(part.fit.coverage, 3), round(part.unique, 3), " ".join(sorted(part.fit.with_outcome)))
        for part in found.models[model].parts
    }


def models(found: Comparison) -> list[set[str]]:
    return [{part.name for part in model.parts} for model in found.models]


def numbers(rows: list[tuple[int, ...]]) -> list[int]:
    """Return the numbers by which R's QCA calls rows: from 1, the first condition counting most."""
    return sorted(int("".join(map(str, row)), 2) + 1 for row in rows)


def test_the_truth_table_of_lipset_s_countries_is_the_published_one() -> None:
    table = lipset().table
    rows = {"".join(map(str, row.values)): row for row in table.observed}
    assert {key: (row.code, row.n) for key, row in rows.items()} == {
        key: (str(outcome), len(cases.split())) for key, (cases, outcome) in LIPSET.items()
    }
    assert len(table.remainders) == 32 - 9
    assert [row.inclusion for row in table.observed] == [1, 1, 1, 0, 0, 0, 0, 0, 0]


def test_the_conservative_solution_of_lipset_s_countries_is_formula_1() -> None:
    found = lipset()
    assert figures(found) == {
        "DEV*~URB*LIT*STB": (0.5, 0.25, "FI FR IE SE"),
        "DEV*LIT*IND*STB": (0.75, 0.5, "BE CZ FR NL SE UK"),
    }
    (model,) = found.models
    assert (model.fit.consistency, model.fit.coverage, model.assumptions) == (1, 1, [])


def test_the_parsimonious_solution_of_lipset_s_countries_is_formula_4_on_five_assumptions() -> None:
    found = lipset(solution="parsimonious")
    assert figures(found) == {"DEV*STB": (1, 1, "BE CZ FI FR IE NL SE UK")}
    assert numbers(found.models[0].assumptions) == [18, 20, 26, 28, 30]


def test_the_breakdown_of_democracy_is_explained_by_formulas_3_and_5() -> None:
    assert models(lipset(negate=True)) == [{"~DEV*~URB*~IND", "DEV*LIT*IND*~STB"}]
    found = lipset(negate=True, solution="parsimonious")
    assert figures(found) == {
        "~DEV": (0.8, 0.3, "EE ES GR HU IT PL PT RO"),
        "~STB": (0.7, 0.2, "AU DE ES GR HU PL PT"),
    }
    assert len(found.models[0].assumptions) == 18


def test_krook_s_conservative_solutions_are_the_published_ones() -> None:
    conservative = {"~ES*~WS*WM*LP", "ES*QU*~WS*WM", "ES*QU*~WS*LP", "ES*WS*~WM*~LP", "ES*WS*WM*LP"}
    assert models(krook()) == [conservative]
    assert models(krook(negate=True)) == [{"~ES*~WS*WM*~LP", "QU*~WS*~WM*~LP", "ES*~QU*~WS*~WM*LP"}]


def test_both_of_krook_s_parsimonious_models_are_shown() -> None:
    found = krook(solution="parsimonious")
    assert models(found) == [{"WS", "ES*WM", "QU*LP", "~ES*LP"}, {"WS", "ES*WM", "QU*LP", "WM*LP"}]
    assert figures(found, 0)["~ES*LP"][:2] == (0.182, 0.091)
    assert figures(found, 1)["WM*LP"][:2] == (0.636, 0.091)
    assert figures(found, 0)["WS"] == (0.455, 0.182, "DK FI IS NO SE")
    first = [2, 5, 6, 7, 8, 10, 13, 14, 15, 16, 19, 20, 22, 23, 30, 31]
    assert numbers(found.models[0].assumptions) == first
    assert numbers(found.models[1].assumptions) == first[1:]


def test_krook_s_prime_implicants_are_those_of_the_published_chart() -> None:
    table = krook().table
    primes = prime_implicants([row.values for row in table.coded("1")], table.free)
    wanted = ["WS", "~ES*LP", "ES*WM", "QU*LP", "WM*LP", "ES*~QU*~LP", "~QU*~WM*~LP"]
    from clusterkg.analysis.qca.minimisation import written

    assert sorted(written(term, PARLIAMENTS) for term in primes) == sorted(wanted)


def test_necessity_is_as_published() -> None:
    published = {
        **{"ES": (0.818, 0.692, 0.692), "QU": (0.727, 0.429, 0.5), "WS": (0.455, 1, 1), "WM": (0.727, 0.571, 0.571)},
        **{"LP": (0.727, 0.929, 0.889), "~ES": (0.182, 0.65, 0.222), "~QU": (0.273, 0.842, 0.5)},
        **{"~WS": (0.545, 0.312, 0.353), "~WM": (0.273, 0.737, 0.375), "~LP": (0.273, 0.474, 0.231)},
    }
    found = {
        one.name: (round(one.consistency, 3), round(one.relevance, 3), round(one.coverage, 3))
        for one in krook().necessity
    }
    assert found == published
    against = {one.name: round(one.consistency, 3) for one in krook(negate=True).necessity}
    assert (against["~WS"], against["~LP"], against["WS"]) == (1, 0.909, 0)


def test_rows_of_fewer_than_two_cases_are_remainders_as_published() -> None:
    observed = krook(cases=2).table.observed
    kept = {"".join(map(str, row.values)) for row in observed if row.code != "?"}
    assert kept == {"00010", "01010", "11000", "11011", "11111"}


def test_a_case_that_lacks_a_value_is_left_out_and_named() -> None:
    rows = rows_of_table(LIPSET, COUNTRIES, "SURV")
    rows["DE"]["STB"] = None
    found = compare(rows, "SURV", COUNTRIES)
    assert found.left_out == {"DE": ["STB"]}
    assert len(found.cases) == 17


def test_a_contradiction_is_told_with_its_cases_and_left_uncovered() -> None:
    rows = rows_of_table(LIPSET, COUNTRIES, "SURV")
    found = compare(rows, "SURV", COUNTRIES[:4])
    # Without stability the book's first table has contradictions: AU beside FR and SE, DE beside BE, CZ, NL and UK, ...
    assert set(found.contradictions) == {"AU", "FR", "SE", "DE", "BE", "CZ", "NL", "UK"}
    assert {case for model in found.models for case in model.fit.with_outcome} == {"FI", "IE"}


# Brute force


def brute_primes(on: set[tuple[int, ...]], free: set[tuple[int, ...]], size: int) -> set[tuple[int | None, ...]]:
    every = list(product((0, 1), repeat=size))
    sound = [
        term
        for term in product((0, 1, None), repeat=size)
        if all(row in on or row in free for row in every if covers(term, row))
    ]

    def within(one: tuple[int | None, ...], other: tuple[int | None, ...]) -> bool:
        return one != other and all(right is None or left == right for left, right in zip(one, other, strict=True))

    return {
        term
        for term in sound
        if any(covers(term, row) for row in on) and not any(within(term, other) for other in sound)
    }


@pytest.mark.parametrize("seed", range(60))
def test_primes_and_covers_are_those_of_brute_force(seed: int) -> None:
    draw = random.Random(seed)
    size = draw.choice([2, 3, 4])
    codes = {row: draw.choice("10?") for row in product((0, 1), repeat=size)}
    on = {row for row, code in codes.items() if code == "1"}
    free = {row for row, code in codes.items() if code == "?"} if seed % 2 else set()
    primes = prime_implicants(on, free)
    assert set(primes) == brute_primes(on, free, size)
    assert len(primes) == len(set(primes))
    found = minimal_covers(on, primes)
    for count in range(1, len(primes) + 1):
        wanted = [
            chosen
            for chosen in combinations(primes, count)
            if all(any(covers(term, row) for term in chosen) for row in on)
        ]
        if wanted:
            assert sorted(map(str, found)) == sorted(map(str, wanted))
            return
    assert (found, on) == ([], set())


def test_more_models_than_can_be_read_are_counted_no_further() -> None:
    # Pairs of rows with two ways to cover each give 2 to the power of their number of models.
    rows = [row for row in product((0, 1), repeat=4) if sum(row) == 2]
    free = [row for row in product((0, 1), repeat=4) if sum(row) == 1]
    primes = prime_implicants(rows, free)
    assert len(minimal_covers(rows, primes, most=2)) == 2
    assert len(minimal_covers(rows, primes)) > 2


@pytest.mark.parametrize("seed", range(30))
def test_fisher_s_probability_is_scipy_s(seed: int) -> None:
    draw = random.Random(seed)
    a, b, c, d = (draw.randint(0, 12) for _ in range(4))
    assert exact_probability(a, b, c, d) == pytest.approx(fisher_exact([[a, b], [c, d]]).pvalue)
