"""Rank statistics of small samples full of ties, each with its exact probability under all permutations."""

from __future__ import annotations

from collections import Counter
from functools import cache
from math import comb, factorial, lcm, prod, sqrt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    Number = int | float | Decimal

__all__ = [
    "balance",
    "cliffs_delta",
    "correlation_ratio",
    "groups_probability",
    "leanings",
    "least_probability",
    "permutations",
    "probability",
    "sign_probability",
    "tau_b",
    "untied",
    "ways_of",
]


def leanings(x: Sequence[Number], y: Sequence[Number]) -> list[int]:
    """Return for each case the pairs in which it is concordant with another, less those in which it is discordant.

    >>> leanings([1, 2, 3], [1, 3, 2])
    [2, 0, 0]
    """
    cases = [(float(a), float(b)) for a, b in zip(x, y, strict=True)]
    # Many cases share their values, and lean alike.
    counted = Counter(cases)
    known = {
        (a, b): sum(number * _sign(a - c) * _sign(b - d) for (c, d), number in counted.items()) for a, b in counted
    }
    return [known[case] for case in cases]


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def balance(x: Sequence[Number], y: Sequence[Number]) -> int:
    """Return S: the concordant pairs less the discordant ones; pairs tied on either side count for neither.

    >>> balance([1, 1, 2, 3], [1, 2, 2, 3])
    4
    """
    return sum(leanings(x, y)) // 2


def tau_b(x: Sequence[Number], y: Sequence[Number]) -> float | None:
    """Return Kendall's tau-b, from -1 to 1, or None where one side does not vary.

    Ties lessen what S can reach, and tau-b divides by that: Kendall (1945), The treatment of ties in ranking
    problems.

    >>> round(tau_b([1, 1, 2, 3], [1, 2, 2, 3]), 3)
    0.8
    >>> tau_b([1, 2, 3], [2, 2, 2]) is None
    True
    """
    room = untied(x) * untied(y)
    return balance(x, y) / sqrt(room) if room else None


def untied(values: Sequence[Number]) -> int:
    """Return how many pairs of cases differ in a value.

    >>> untied([1, 1, 2, 3])
    5
    """
    return comb(len(values), 2) - sum(comb(size, 2) for size in _sizes(values))


def cliffs_delta(side: Sequence[bool], y: Sequence[Number]) -> float | None:
    """Return Cliff's delta, from -1 to 1: how much oftener a case of the first side lies above one of the other.

    It is the probability that it lies above, less that it lies below; None where one side is empty.

    >>> cliffs_delta([True, True, False], [3, 1, 1])
    0.5
    """
    first = sum(side)
    others = len(side) - first
    return balance([int(one) for one in side], y) / (first * others) if first and others else None


def _sizes(values: Sequence[Number]) -> list[int]:
    """Return how many cases share each value, from the lowest."""
    return [sum(1 for value in values if value == level) for level in sorted(set(values))]


@cache
def permutations(rows: tuple[int, ...], columns: tuple[int, ...]) -> dict[int, int]:
    """Return in how many ways of matching cases each S comes about, where ties are given by their sizes.

    The tables with these margins are filled cell by cell; a state is what is taken of each column, so that no
    permutation is counted one by one, however many there are.

    Args:
        rows: how many cases share each value of the one side, from the lowest value.
        columns: the same of the other side.

    Returns:
        S to the number of ways; all of them together are n! over the factorials of ``rows``.

    >>> permutations((1, 2), (1, 2))
    {2: 1, -1: 2}
    """
    # The ways of a state are one integer, so many bits for each S from the lowest that there could be: to add a
    # gain is to shift it, which is many times faster than a dictionary.
    bits = (factorial(sum(rows)) // prod(map(factorial, rows))).bit_length()
    states = {(0,) * len(columns): 1}
    placed = lowest = 0
    for size in rows:
        # A row is filled column by column: how many of its cases lie in those before follows from the state.
        for place, column in enumerate(columns):
            room = sum(columns[place + 1 :])
            following: dict[tuple[int, ...], int] = {}
            for used, ways in states.items():
                taken, below, above = sum(used) - placed, sum(used[:place]), sum(used[place + 1 :])
                # A case that joins a column stands above all used in lower columns, below all in higher ones.
                gain = below - taken - above + placed
                left = column - used[place]
                for more in range(max(0, size - taken - room + above), min(size - taken, left) + 1):
                    state = (*used[:place], used[place] + more, *used[place + 1 :])
                    weighed = (ways * comb(left, more)) << (bits * gain * more)
                    following[state] = following.get(state, 0) + weighed
            states = following
        lowest -= size * placed
        placed += size
    counted: dict[int, int] = {}
    ways, s = states[tuple(columns)], lowest
    while ways:
        if count := ways & ((1 << bits) - 1):
            counted[s] = count
        ways >>= bits
        s += 1
    return dict(reversed(counted.items()))


def _fillings(size: int, left: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield each way to share out cases among columns with so much room left."""
    if len(left) == 1:
        if size <= left[0]:
            yield (size,)
        return
    room = sum(left[1:])
    for taken in range(max(0, size - room), min(size, left[0]) + 1):
        for rest in _fillings(size - taken, left[1:]):
            yield (taken, *rest)


def probability(x: Sequence[Number], y: Sequence[Number], sign: int = 0) -> float:
    """Return the share of all permutations of one side whose S is at least as far from 0 as the one seen.

    It serves tau-b and Cliff's delta alike, which are S divided by what permuting does not change. Of a side
    that does not vary, every permutation gives 0, and the probability is 1.

    Args:
        x: one value of each case.
        y: the other.
        sign: 0 counts both tails; 1 or -1 counts the permutations whose S lies at least as far to that side.

    >>> round(probability([1, 2, 3, 4], [1, 2, 3, 4]), 4), round(probability([1, 2, 3, 4], [1, 2, 3, 4], 1), 4)
    (0.0833, 0.0417)
    >>> probability([1, 2, 3, 4], [1, 2, 3, 4], -1)
    1.0
    """
    ways = ways_of(x, y)
    seen = balance(x, y)
    as_far = sum(n for s, n in ways.items() if (s * sign >= seen * sign if sign else abs(s) >= abs(seen)))
    return as_far / sum(ways.values())


def least_probability(x: Sequence[Number], y: Sequence[Number], signs: Sequence[int] = (1, -1)) -> float:
    """Return the smallest probability that any order of these cases could have, with S of one of the signs.

    Where it is large, a test says nothing: it could not have come out otherwise.

    >>> least_probability([1, 2, 3], [1, 2, 3]), least_probability([1, 1, 2], [1, 1, 2], [-1])
    (0.3333333333333333, 1.0)
    """
    ways = ways_of(x, y)
    farthest = max((abs(s) for s in ways if any(s * sign > 0 for sign in signs)), default=0)
    return sum(count for s, count in ways.items() if abs(s) >= farthest) / sum(ways.values())


def ways_of(x: Sequence[Number], y: Sequence[Number]) -> dict[int, int]:
    """Return in how many ways of matching the values of two sides each S comes about; see `permutations`."""
    rows, columns = sorted((tuple(_sizes(x)), tuple(_sizes(y))), key=len, reverse=True)
    return permutations(rows, columns)


def sign_probability(higher: int, lower: int, sign: int = 0) -> float:
    """Return the share of all ways to toss as many coins that are at least as uneven: the sign test.

    Args:
        higher: in how many cases the one value is the greater.
        lower: in how many it is the smaller.
        sign: 0 counts both tails, 1 or -1 the one to that side.

    >>> sign_probability(5, 0), sign_probability(0, 0), sign_probability(5, 0, 1)
    (0.0625, 1.0, 0.03125)
    """
    n, seen = higher + lower, higher - lower
    tails = ((2 * k - n) * sign >= seen * sign if sign else abs(2 * k - n) >= abs(seen) for k in range(n + 1))
    return sum(comb(n, k) for k, counts in enumerate(tails) if counts) / float(2**n)


def correlation_ratio(groups: Sequence[str], y: Sequence[Number]) -> float | None:
    """Return how far the ranks of groups lie apart, from 0 to 1, or None where one side does not vary.

    It is the root of the share of the spread of ranks that lies between groups, which is H of Kruskal and
    Wallis (1952), corrected for ties, divided by one less than the cases.

    >>> correlation_ratio(["a", "a", "b", "b"], [1, 1, 2, 2]), correlation_ratio(["a", "b"], [1, 1]) is None
    (1.0, True)
    """
    ranks = [sum((other < one) - (other > one) for other in y) for one in y]
    whole = sum(rank * rank for rank in ranks)
    sizes, sums = _by_group(groups, ranks)
    between = sum(total * total / size for size, total in zip(sizes, sums, strict=True))
    return sqrt(between / whole) if whole and len(sizes) > 1 else None


def groups_probability(groups: Sequence[str], y: Sequence[Number]) -> float:
    """Return the share of all permutations whose groups lie at least as far apart as those seen: exact, with ties.

    >>> groups_probability(["a", "a", "b", "b"], [1, 2, 3, 4]) == probability([0, 0, 1, 1], [1, 2, 3, 4])
    True
    """
    ranks = [sum((other < one) - (other > one) for other in y) for one in y]
    sizes, sums = _by_group(groups, ranks)
    levels = sorted(set(ranks))
    # Sums of squares over sizes are compared as integers, so that ties among them are ties.
    shares = [lcm(*sizes) // size for size in sizes]
    seen = sum(share * total * total for share, total in zip(shares, sums, strict=True))
    states: dict[tuple[int, ...], dict[int, int]] = {tuple(ranks.count(level) for level in levels): {0: 1}}
    for size, share in zip(sizes, shares, strict=True):
        following: dict[tuple[int, ...], dict[int, int]] = {}
        for left, ways in states.items():
            for filling in _fillings(size, left):
                weight = prod(map(comb, left, filling))
                total = sum(map(int.__mul__, levels, filling))
                reached = following.setdefault(tuple(map(int.__sub__, left, filling)), {})
                for squares, count in ways.items():
                    added = squares + share * total * total
                    reached[added] = reached.get(added, 0) + count * weight
        states = following
    (counted,) = states.values()
    return sum(count for squares, count in counted.items() if squares >= seen) / sum(counted.values())


def _by_group(groups: Sequence[str], ranks: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return the size of each group, and the sum of its ranks, by the groups' names."""
    names = sorted(set(groups))
    sums = [sum(rank for group, rank in zip(groups, ranks, strict=True) if group == name) for name in names]
    return [sum(group == name for group in groups) for name in names], sums
