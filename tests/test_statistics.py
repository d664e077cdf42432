"""The statistics of findings: exact, as counting every permutation, and those of scipy."""

import itertools
from collections import Counter

import pytest

from clusterkg.findings import statistics

SMALL = [
    ([1, 2, 2, 3], [0, 1, 1, 2]),
    ([1, 1, 2, 3, 3], [1.5, 1, 2, 2, 3]),
    ([1, 2, 2, 2, 3, 3], [0, 0, 0.5, 1, 1, 0]),
    ([1, 1, 1, 2, 2, 2, 2], [3, 1, 1, 3, 2, 2, 3]),
]


@pytest.mark.parametrize(("x", "y"), SMALL)
def test_exact_probabilities_are_those_of_counting_every_permutation(x: list[float], y: list[float]) -> None:
    counted = Counter(statistics.balance(x, order) for order in itertools.permutations(y))
    seen = abs(statistics.balance(x, y))
    share = sum(n for s, n in counted.items() if abs(s) >= seen) / sum(counted.values())
    assert statistics.probability(x, y) == pytest.approx(share, abs=1e-12)
    least = sum(n for s, n in counted.items() if abs(s) == max(map(abs, counted))) / sum(counted.values())
    assert statistics.least_probability(x, y) == pytest.approx(least, abs=1e-12)


@pytest.mark.parametrize(("x", "y"), SMALL)
@pytest.mark.parametrize("sign", [1, -1])
def test_one_sided_probabilities_count_one_tail(x: list[float], y: list[float], sign: int) -> None:
    counted = Counter(statistics.balance(x, order) * sign for order in itertools.permutations(y))
    seen = statistics.balance(x, y) * sign
    share = sum(n for s, n in counted.items() if s >= seen) / sum(counted.values())
    assert statistics.probability(x, y, sign) == pytest.approx(share, abs=1e-12)


@pytest.mark.parametrize("groups", ["aaabbbc", "abcabca", "aabbccc"])
def test_groups_are_as_far_apart_as_permutations_say(groups: str) -> None:
    y = [1, 2, 2, 3, 1, 3, 3]
    ratios = [statistics.correlation_ratio(groups, order) for order in itertools.permutations(y)]
    seen = statistics.correlation_ratio(groups, y)
    assert seen is not None
    share = sum(ratio is not None and ratio >= seen - 1e-12 for ratio in ratios) / len(ratios)
    assert statistics.groups_probability(groups, y) == pytest.approx(share, abs=1e-12)


def test_statistics_are_those_of_scipy() -> None:
    """Computed once with scipy 1.x: kendalltau and mannwhitneyu, exact, and binomtest."""
    x, y = list(range(8)), [0, 2, 1, 4, 3, 6, 7, 5]
    assert statistics.tau_b(x, y) == pytest.approx(0.7142857142857142)
    assert statistics.probability(x, y) == pytest.approx(0.014136904761904762)
    first, second = [1, 2, 3, 5, 8], [0, 4, 6, 7]
    side = [True] * 5 + [False] * 4
    assert statistics.cliffs_delta(side, first + second) == pytest.approx(2 * 9 / 20 - 1)
    assert statistics.probability(side, first + second) == pytest.approx(0.9047619047619048)
    assert statistics.sign_probability(7, 2) == pytest.approx(0.1796875)
    tied = [1, 3, 1, 2, 2], [0, 2, 0, 1, 1.5]
    assert statistics.tau_b(*tied) == pytest.approx(0.942809, abs=1e-6)
    assert statistics.probability(*tied) == pytest.approx(1 / 30)


def test_all_permutations_together_are_n_factorial_over_the_ties() -> None:
    assert sum(statistics.permutations((9, 20, 6), (7, 5, 10, 13)).values()) == whole(9, 20, 6)


def whole(*sizes: int) -> int:
    from math import factorial, prod

    return factorial(sum(sizes)) // prod(map(factorial, sizes))
