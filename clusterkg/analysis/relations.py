"""The verdict on a relation after a few of its cases have changed, without counting all pairs anew."""

from __future__ import annotations

from math import comb, sqrt

from clusterkg.findings.statistics import permutations
from clusterkg.findings.verdicts import EXCEPTIONS, HOLDS, TOO_FEW, claimed_sign, of_directions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clusterkg.findings.claims import Claim
    from clusterkg.findings.verdicts import Limits

    Pair = tuple[float, float]

__all__ = ["Margins", "Relation"]


class Margins:
    """How many cases share each value of either side of a relation, and what follows for every order of them.

    Args:
        rows: how many share each value of the one side, from the lowest; `columns` the same of the other.
        level: the greatest probability by chance.
    """

    def __init__(self, rows: Sequence[int], columns: Sequence[int], level: float) -> None:
        self.rows, self.columns, self._level = tuple(rows), tuple(columns), level
        self.n = sum(rows)
        pairs = comb(self.n, 2)
        self.untied = tuple(pairs - sum(comb(size, 2) for size in side) for side in (rows, columns))
        self._tails: dict[int, float] | None = None
        self._least: dict[tuple[int, ...], bool] = {}
        self._variance: float | None = None

    def unlikely(self, balance: int) -> bool:
        """Tell whether S is as far from 0 by chance with a probability of at most the level."""
        # Chebyshev: no distribution lies so far out oftener than its variance over the square.
        if balance and self.variance <= self._level * balance * balance * 0.999:
            return True
        return self.tails.get(abs(balance), 0.0) <= self._level

    def open(self, signs: Sequence[int]) -> bool:
        """Tell whether some order of the cases, with S of one of the signs, could be so unlikely; see `unlikely`."""
        key = tuple(signs)
        if key not in self._least:
            reached = [self._comonotone(self.columns if sign > 0 else self.columns[::-1]) for sign in signs]
            farthest = max(reached, default=0)
            self._least[key] = self.unlikely(farthest)
        return self._least[key]

    @property
    def tails(self) -> dict[int, float]:
        """The distance of S from 0 to the share of all orders that lie as far, or farther."""
        if self._tails is None:
            rows, columns = sorted((self.rows, self.columns), key=len, reverse=True)
            ways = permutations(rows, columns)
            total, so_far = sum(ways.values()), 0
            by_distance: dict[int, int] = {}
            for s, count in ways.items():
                by_distance[abs(s)] = by_distance.get(abs(s), 0) + count
            self._tails = {}
            for distance in range(max(by_distance), -1, -1):
                so_far += by_distance.get(distance, 0)
                self._tails[distance] = so_far / total
        return self._tails

    @property
    def variance(self) -> float:
        """The variance of S over all orders, with ties: Kendall (1970), Rank correlation methods, chapter 4."""
        if self._variance is None:
            n, sides = self.n, (self.rows, self.columns)
            fives = [sum(size * (size - 1) * (2 * size + 5) for size in side) for side in sides]
            threes = [sum(size * (size - 1) * (size - 2) for size in side) for side in sides]
            twos = [sum(size * (size - 1) for size in side) for side in sides]
            self._variance = (n * (n - 1) * (2 * n + 5) - sum(fives)) / 18
            if n > 2:
                self._variance += threes[0] * threes[1] / (9 * n * (n - 1) * (n - 2))
            if n > 1:
                self._variance += twos[0] * twos[1] / (2 * n * (n - 1))
        return self._variance

    def _comonotone(self, columns: Sequence[int]) -> int:
        """Return the greatest S of any order: both sides sorted, which no exchange of two cases can better."""
        cells: list[tuple[int, int, int]] = []
        left = list(columns)
        place = 0
        for row, size in enumerate(self.rows):
            while size:
                while not left[place]:
                    place += 1
                taken = min(size, left[place])
                cells.append((row, place, taken))
                size -= taken
                left[place] -= taken
        return sum(a[2] * b[2] for at, a in enumerate(cells) for b in cells[:at] if a[0] > b[0] and a[1] > b[1])


class Relation:
    """A relation between two values of the same cases, as Kendall's tau-b or Cliff's delta tests it.

    It reaches the verdict that `findings.verdicts` reaches. S changes by what the changed cases add to it, and
    the exact probability, which depends on the ties of either side alone, is worked out once for each of them.

    Args:
        claim: the claim; `limits` those of its study.
        pairs: the two values of each case that has both.
        sided: whether the first value is a side, 1 or 0: then the strength is Cliff's delta.
    """

    def __init__(self, claim: Claim, limits: Limits, pairs: Iterable[Pair], *, sided: bool) -> None:
        self._claim, self._limits, self._sided = claim, limits, sided
        self._weights: dict[Pair, int] = {}
        for pair in pairs:
            self._weights[pair] = self._weights.get(pair, 0) + 1
        self._leans: dict[Pair, int] = {}
        self._balance = sum(weight * self._lean(pair) for pair, weight in self._weights.items()) // 2
        self._known: dict[tuple[tuple[tuple[float, int], ...], ...], Margins] = {}
        sign = claimed_sign(claim.directions)
        self._sign = sign
        self._signs = [sign] if sign and "neutral" not in claim.directions else [1, -1]

    def verdict(self, changes: Mapping[Pair, int]) -> str:
        """Return the verdict when so many more cases have some pairs of values, or fewer where negative."""
        changes = {pair: more for pair, more in changes.items() if more}
        margins = self._margins(changes)
        if margins.n < self._limits["cases"]:
            return TOO_FEW
        first, others = margins.untied
        if not first or not (others or self._sided):
            return TOO_FEW
        balance = self._balance_after(changes)
        # With two sides, the pairs that are not tied on them are the cases of the one times those of the other.
        estimate = balance / first if self._sided else balance / sqrt(first * others)
        verdict, deciding = of_directions(self._claim.directions, estimate, 0.0, self._limits)
        if verdict != of_directions(self._claim.directions, estimate, 1.0, self._limits)[0]:
            p = 0.0 if margins.unlikely(balance) else 1.0
            verdict, deciding = of_directions(self._claim.directions, estimate, p, self._limits)
        if verdict == TOO_FEW or not margins.open(self._signs):
            return TOO_FEW
        if verdict == HOLDS and deciding != "neutral" and self._sign and self._contradicted(changes):
            return EXCEPTIONS
        return verdict

    def _lean(self, pair: Pair) -> int:
        """Return S of one case of such values with all others as they are."""
        if pair not in self._leans:
            self._leans[pair] = sum(weight * _agree(pair, other) for other, weight in self._weights.items())
        return self._leans[pair]

    def _balance_after(self, changes: Mapping[Pair, int]) -> int:
        moved = list(changes.items())
        among = sum(more * other * _agree(pair, one) for pair, more in moved for one, other in moved)
        return self._balance + sum(more * self._lean(pair) for pair, more in moved) + among // 2

    def _contradicted(self, changes: Mapping[Pair, int]) -> bool:
        """Tell whether some case is discordant with more others than concordant, as to the sign claimed."""
        for pair in {*self._weights, *changes}:
            if self._weights.get(pair, 0) + changes.get(pair, 0) > 0:
                lean = self._lean(pair) + sum(more * _agree(pair, other) for other, more in changes.items())
                if lean * self._sign < 0:
                    return True
        return False

    def _margins(self, changes: Mapping[Pair, int]) -> Margins:
        sides: list[dict[float, int]] = [{}, {}]
        for pair, more in changes.items():
            for side, value in zip(sides, pair, strict=True):
                side[value] = side.get(value, 0) + more
        key = tuple(tuple(sorted((value, more) for value, more in side.items() if more)) for side in sides)
        if key not in self._known:
            sizes = []
            for place, side in enumerate(sides):
                counted = dict(side)
                for pair, weight in self._weights.items():
                    counted[pair[place]] = counted.get(pair[place], 0) + weight
                sizes.append([counted[value] for value in sorted(counted) if counted[value]])
            self._known[key] = Margins(sizes[0], sizes[1], float(self._limits["probability"]))
        return self._known[key]


def _agree(one: Pair, other: Pair) -> int:
    """Return 1 for a concordant pair of cases, -1 for a discordant one, 0 for one tied on either side."""
    product = (one[0] - other[0]) * (one[1] - other[1])
    return (product > 0) - (product < 0)
