"""Krippendorff's alpha for ordinal values, with a bootstrap interval.

After K. Krippendorff, *Content Analysis* (4th ed., 2019, chapter 12). A unit is the list of values
that coders gave to one case, in any order; coders who gave none are left out of it, and a unit
with fewer than two values is paired with nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    Unit = Sequence[int | float | Decimal]
    Pairs = tuple[tuple[int, float], ...]

__all__ = ["LEVEL", "interval", "ordinal_alpha"]

LEVEL = 0.95
"""Share of the resamples that an interval spans."""


def ordinal_alpha(units: Iterable[Unit]) -> float | None:
    """Return alpha over some units: 1 is agreement, 0 what chance would give, below 0 is worse than chance.

    None stands for *undefined*: there are no two values to compare, or all of them are the same, so
    that nothing would tell agreement from habit.

    >>> round(ordinal_alpha([(1, 1), (2, 2), (3, 3), (3, 2), (1, 1)]), 3)
    0.89
    >>> round(ordinal_alpha([(0, 3), (3, 0), (0, 0), (3, 3)]), 3)
    0.125
    >>> ordinal_alpha([(2, 2), (2, 2, 2), (3,)]) is None
    True
    """
    size, pairs = _pairs(units)
    return _alpha(size, _added(size, pairs, [1] * len(pairs)))


def interval(units: Iterable[Unit], *, resamples: int, seed: int) -> tuple[float, float, int] | None:
    """Return the bounds of alpha's interval, and how many resamples they rest on.

    A plain bootstrap: as many units as there are, drawn with replacement, alpha computed anew from
    each draw; the bounds are percentiles. Krippendorff's own procedure draws single pairs and holds
    the values' shares fixed, but what was sampled here are cases, whose pairs (of three coders, say)
    hang together, and with few cases the shares are as uncertain as the pairs. A draw whose values
    are all the same has no alpha and is left out. Where the percentiles miss alpha itself, as a few
    units can make them, the interval is widened to it.

    None where alpha is undefined, or so is that of every draw.

    >>> interval([(1, 1), (2, 2), (3, 3), (3, 2), (1, 1), (1, 2)], resamples=200, seed=1)[2]
    198
    >>> interval([(2, 2), (2, 2)], resamples=200, seed=1) is None
    True
    """
    import random
    from collections import Counter
    from math import ceil

    size, pairs = _pairs(units)
    whole = _alpha(size, _added(size, pairs, [1] * len(pairs)))
    if whole is None:
        return None
    generator = random.Random(seed)
    # Units alike are counted, not added up one by one.
    kinds = sorted(set(pairs))
    numbers = [kinds.index(unit) for unit in pairs]
    drawn = []
    for _ in range(resamples):
        counts = Counter(generator.choices(numbers, k=len(numbers)))
        alpha = _alpha(size, _added(size, [kinds[kind] for kind in counts], list(counts.values())))
        if alpha is not None:
            drawn.append(alpha)
    if not drawn:
        return None
    drawn.sort()
    tail = (1 - LEVEL) / 2
    low, high = drawn[int(tail * len(drawn))], drawn[ceil((1 - tail) * len(drawn)) - 1]
    return min(low, whole), max(high, whole), len(drawn)


def _pairs(units: Iterable[Unit]) -> tuple[int, list[Pairs]]:
    """Return the number of different values, and each unit's share of the matrix of coincidences, by cell.

    A unit of m values has m(m - 1) ordered pairs, each of which weighs 1/(m - 1): every value counts once.
    """
    pairable = [unit for unit in units if len(unit) > 1]
    scale = {value: place for place, value in enumerate(sorted({value for unit in pairable for value in unit}))}
    size = len(scale)
    shares = []
    for unit in pairable:
        places = [scale[value] for value in unit]
        cells: dict[int, float] = {}
        for one, left in enumerate(places):
            for other, right in enumerate(places):
                if one != other:
                    cell = left * size + right
                    cells[cell] = cells.get(cell, 0.0) + 1 / (len(places) - 1)
        shares.append(tuple(sorted(cells.items())))
    return size, shares


def _added(size: int, pairs: Sequence[Pairs], times: Sequence[int]) -> list[float]:
    """Return the matrix of coincidences, row by row, of units that each occur so many times."""
    matrix = [0.0] * (size * size)
    for unit, count in zip(pairs, times, strict=True):
        for cell, share in unit:
            matrix[cell] += count * share
    return matrix


def _alpha(size: int, matrix: Sequence[float]) -> float | None:
    totals = [sum(matrix[row * size : (row + 1) * size]) for row in range(size)]
    observed = expected = 0.0
    for low in range(size):
        if not totals[low]:
            continue
        between = totals[low]
        for high in range(low + 1, size):
            between += totals[high]
            # The ordinal metric: how many values lie from one to the other, the two ends counted half.
            distance = (between - (totals[low] + totals[high]) / 2) ** 2
            observed += matrix[low * size + high] * distance
            expected += totals[low] * totals[high] * distance
    return 1 - (sum(totals) - 1) * observed / expected if expected else None
