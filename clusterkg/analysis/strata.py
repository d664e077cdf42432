"""Tau-b over the pairs of cases that are of one stratum, with its exact probability."""

from __future__ import annotations

from math import sqrt

from clusterkg.findings.statistics import balance, untied, ways_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.findings.statistics import Number

    Stratum = tuple[Sequence[Number], Sequence[Number]]

__all__ = ["stratified_balance", "stratified_probability", "stratified_tau"]


def stratified_balance(strata: Sequence[Stratum]) -> int:
    """Return S summed within strata: pairs of cases of two strata count for nothing."""
    return sum(balance(x, y) for x, y in strata)


def stratified_tau(strata: Sequence[Stratum]) -> float | None:
    """Return tau-b over the pairs within strata, from -1 to 1, or None where no stratum varies on both sides.

    S summed within strata is divided by what ties within them leave it to reach, as tau-b does with one. The sum
    is that of Korn (1984), Kendall's tau with a blocking variable.

    >>> stratified_tau([([1, 2, 3], [1, 2, 3]), ([1, 2, 3], [3, 2, 1])])
    0.0
    >>> stratified_tau([([1, 1], [0, 1]), ([2, 2], [2, 3])]) is None
    True
    """
    room = sum(untied(x) for x, _ in strata) * sum(untied(y) for _, y in strata)
    varies = any(untied(x) and untied(y) for x, y in strata)
    return stratified_balance(strata) / sqrt(room) if varies else None


def stratified_probability(strata: Sequence[Stratum]) -> float:
    """Return the share of all permutations within strata whose summed S is at least as far from 0 as the one seen.

    The ways in which each stratum's S comes about are convolved, so that none is counted one by one.

    >>> stratified_probability([([1, 2], [1, 2]), ([1, 2], [1, 2])])
    0.5
    """
    seen = abs(stratified_balance(strata))
    total = {0: 1}
    for x, y in strata:
        following: dict[int, int] = {}
        for s, ways in total.items():
            for more, count in ways_of(x, y).items():
                following[s + more] = following.get(s + more, 0) + ways * count
        total = following
    return sum(ways for s, ways in total.items() if abs(s) >= seen) / sum(total.values())
