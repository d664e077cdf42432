"""How strongly two values of cases go together, and what single cases and missing values do to it."""

from __future__ import annotations

from clusterkg.findings.statistics import cliffs_delta, least_probability, probability, tau_b
from clusterkg.graph.answers import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from clusterkg.analysis.limits import Limits
    from clusterkg.analysis.samples import Case

    Pair = tuple[Case, Decimal | None, Decimal | None]

__all__ = ["DELTA", "TAU", "Bound", "LeaveOneOut", "Relation", "Strength"]

TAU, DELTA = "tau-b", "Cliff's delta"
"""The statistics: of two variables, and of two sides of cases (1 and 0) in a variable."""


class Strength:
    """An estimate with its exact probability, or why there is none.

    Attributes:
        n: the cases with both values.
        estimate: from -1 to 1; None where it is withheld.
        p: the exact two-sided probability; None where the estimate is withheld.
        rarest: the smallest p that any order of these values could have; None as above.
        withheld: why there is no estimate; else empty.
    """

    def __init__(self, n: int, withheld: str = "") -> None:
        self.n, self.withheld = n, withheld
        self.estimate: float | None = None
        self.p: float | None = None
        self.rarest: float | None = None

    def __repr__(self) -> str:
        return f"<Strength: {self.withheld or self.estimate}, n {self.n}>"


class Bound:
    """What the estimate would be with every missing value at one end of those that occur.

    Attributes:
        ends: where the values of the two sides were put: ``lowest``, ``highest``, or None where none is missing.
        estimate: the estimate; `p` its exact two-sided probability; None where it is withheld.
    """

    def __init__(self, ends: tuple[str | None, str | None], strength: Strength) -> None:
        self.ends, self.estimate, self.p = ends, strength.estimate, strength.p


class LeaveOneOut:
    """A relation measured again without each case, or each country, in turn.

    Attributes:
        by: ``case`` or ``country``.
        runs: what was left out, and the strength without it.
    """

    def __init__(self, by: str, whole: Strength, runs: Sequence[tuple[str, Strength]], level: float) -> None:
        self.by, self.runs, self._whole, self._level = by, list(runs), whole, level

    @property
    def measured(self) -> list[tuple[str, float, float]]:
        """What was left out, estimate and p, of the runs that could be measured."""
        found = ((name, run.estimate, run.p) for name, run in self.runs)
        return [(name, estimate, p) for name, estimate, p in found if estimate is not None and p is not None]

    @property
    def estimates(self) -> tuple[float, float] | None:
        """The lowest and the highest estimate, None where no run could be measured."""
        found = [estimate for _, estimate, _ in self.measured]
        return (min(found), max(found)) if found else None

    @property
    def probabilities(self) -> tuple[float, float] | None:
        """The lowest and the highest p, None where no run could be measured."""
        found = [p for _, _, p in self.measured]
        return (min(found), max(found)) if found else None

    @property
    def most(self) -> list[tuple[str, float]]:
        """What moves the estimate most, with the estimate without it: one, or several that move it as far."""
        whole = self._whole.estimate
        if whole is None:
            return []
        far = max((abs(estimate - whole) for _, estimate, _ in self.measured), default=0.0)
        return [(name, estimate) for name, estimate, _ in self.measured if far and abs(estimate - whole) == far]

    @property
    def turning(self) -> list[tuple[str, float]]:
        """What carries p across the limit when it is left out, either way, with the p without it."""
        whole = self._whole.p
        if whole is None:
            return []
        return [(name, p) for name, _, p in self.measured if (p <= self._level) != (whole <= self._level)]

    @property
    def withheld(self) -> list[str]:
        """What nothing can be measured without."""
        return [name for name, run in self.runs if run.estimate is None]


class Relation:
    """Two values of each of some cases, and how strongly they go together.

    Attributes:
        name: which cases these are.
        pairs: each case with its two values, None for one that is missing.
        strength: over the cases with both.
        statistic: `TAU` or `DELTA`; with the latter the first value is 1 or 0.
    """

    def __init__(
        self, name: str, pairs: Sequence[Pair], limits: Limits, *, statistic: str = TAU, labels: tuple[str, str]
    ) -> None:
        self.name, self.pairs, self.statistic = name, list(pairs), statistic
        self._limits, self._labels = limits, labels
        self.whole = [(case, x, y) for case, x, y in pairs if x is not None and y is not None]
        self.strength = self._measure([pair[1:] for pair in self.whole])

    def __repr__(self) -> str:
        return f"<Relation of {self.name}: {self.strength!r}>"

    @property
    def missing(self) -> int:
        """How many cases lack one of the values."""
        return len(self.pairs) - len(self.whole)

    def _measure(self, values: Sequence[tuple[Decimal, Decimal]]) -> Strength:
        n = len(values)
        x, y = [pair[0] for pair in values], [pair[1] for pair in values]
        if n < self._limits.cases:
            what = "both values" if self.statistic == TAU else "a side and a value"
            have = "1 case has" if n == 1 else f"{n or 'no'} cases have"
            return Strength(n, f"{have} {what}; measured from {self._limits.cases} on")
        if self.statistic == DELTA and len(set(x)) < 2:
            return Strength(n, f"{'all' if x[0] else 'none'} of the {n} cases are on the first side")
        for side, label in zip((x, y), self._labels, strict=True):
            if len(set(side)) < 2:
                return Strength(n, f"no variation: {label.lower()} is {plain(side[0])} in all {n} cases")
        found = Strength(n)
        found.estimate = cliffs_delta([bool(one) for one in x], y) if self.statistic == DELTA else tau_b(x, y)
        found.p, found.rarest = probability(x, y), least_probability(x, y)
        return found

    def bounds(self) -> list[Bound]:
        """Return the estimate with the missing values of each side at the lowest and at the highest that occur.

        The values of one side are all put at the same end, the two sides at every combination of ends. There
        are none where no value is missing, or one side has no value at all.
        """
        sides = [[x for _, x, _ in self.pairs], [y for _, _, y in self.pairs]]
        ends: list[list[tuple[str | None, Decimal | None]]] = []
        for side in sides:
            there = [value for value in side if value is not None]
            if len(there) == len(side):
                ends.append([(None, None)])
            elif there:
                ends.append([("lowest", min(there)), ("highest", max(there))])
            else:
                return []
        if not self.missing or self.strength.withheld:
            return []
        found = []
        for first, low in ends[0]:
            for second, high in ends[1]:
                filled = [(low if x is None else x, high if y is None else y) for _, x, y in self.pairs]
                values = [(x, y) for x, y in filled if x is not None and y is not None]
                found.append(Bound((first, second), self._measure(values)))
        return found

    def reach(self) -> tuple[float, float] | None:
        """Return the lowest and the highest of the bounds, None where nothing is missing or measured."""
        found = [bound.estimate for bound in self.bounds() if bound.estimate is not None]
        return (min(found), max(found)) if found else None

    def without(self, by: str) -> LeaveOneOut:
        """Return the relation measured again without each case, or each country, in turn.

        Args:
            by: ``case`` or ``country``.
        """
        if self.strength.withheld:
            return LeaveOneOut(by, self.strength, [], self._limits.probability)
        # Two cases may share a name, and are left out one by one all the same.
        parts = {(case.name, case.iri) if by == "case" else (case.country, case.country) for case, _, _ in self.whole}
        runs = []
        for name, key in sorted(parts):
            kept = [(x, y) for case, x, y in self.whole if key != (case.iri if by == "case" else case.country)]
            runs.append((name, self._measure(kept)))
        return LeaveOneOut(by, self.strength, runs, self._limits.probability)
