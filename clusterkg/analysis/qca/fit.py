"""How far sets fit: consistency and coverage of necessary conditions and of the terms of a solution."""

from __future__ import annotations

from math import comb

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["Necessity", "Sufficiency", "exact_probability", "necessity", "sufficiency", "unique_coverages"]


class Necessity:
    """How far a set is necessary for an outcome; each figure is a share from 0 to 1, None where it has no base.

    Attributes:
        name: the set's name, with ``~`` for its negation.
        n: how many cases are in it; `both` how many of these have the outcome.
        consistency: the share of the cases with the outcome that are in the set.
        coverage: the share of the cases in the set that have the outcome.
        relevance: the relevance of necessity: near 0 where nearly every case is in the set, so that it says little.
        probability: of so uneven a two-by-two table by chance, None where all or no cases are in the set or have the
            outcome; see `exact_probability`.
    """

    def __init__(self, name: str, inside: Collection[str], outcome: Collection[str], cases: Collection[str]) -> None:
        both = len(set(inside) & set(outcome))
        self.name, self.n, self.both = name, len(inside), both
        self.consistency = _share(both, len(outcome))
        self.coverage = _share(both, len(inside))
        self.relevance = _share(len(cases) - len(inside), len(cases) - both)
        others = len(outcome) - both
        uneven = 0 < len(inside) < len(cases) and 0 < len(outcome) < len(cases)
        self.probability = (
            exact_probability(both, len(inside) - both, others, len(cases) - len(inside) - others) if uneven else None
        )


class Sufficiency:
    """How far a set is sufficient for an outcome; each figure is a share from 0 to 1, None where it has no base.

    Attributes:
        with_outcome: the cases in the set that have the outcome; `without_outcome` those that have not.
        consistency: the share of the cases in the set that have the outcome.
        coverage: the share of the cases with the outcome that are in the set.
    """

    def __init__(self, inside: Sequence[str], outcome: Collection[str]) -> None:
        self.with_outcome = [case for case in inside if case in outcome]
        self.without_outcome = [case for case in inside if case not in outcome]
        self.consistency = _share(len(self.with_outcome), len(inside))
        self.coverage = _share(len(self.with_outcome), len(outcome))


def necessity(name: str, inside: Collection[str], outcome: Collection[str], cases: Collection[str]) -> Necessity:
    """Return how far a set is necessary for an outcome.

    Consistency and coverage are Ragin's (2006, Set relations in social research), the relevance of necessity is that of
    Schneider & Wagemann (2012, Set-theoretic methods for the social sciences, ch. 9): cases outside the set, over cases
    outside the set or without the outcome.

    >>> found = necessity("LP", {"a", "b", "c"}, {"a", "b"}, {"a", "b", "c", "d"})
    >>> found.consistency, round(found.coverage, 3), found.relevance
    (1.0, 0.667, 0.5)
    """
    return Necessity(name, inside, outcome, cases)


def sufficiency(inside: Sequence[str], outcome: Collection[str]) -> Sufficiency:
    """Return how far a set is sufficient for an outcome.

    >>> found = sufficiency(["a", "b"], {"a", "c"})
    >>> found.consistency, found.coverage, found.without_outcome
    (0.5, 0.5, ['b'])
    """
    return Sufficiency(inside, outcome)


def unique_coverages(terms: Sequence[Collection[str]], outcome: Collection[str]) -> list[float | None]:
    """Return for each term the share of the cases with the outcome that it covers and no other term does.

    >>> unique_coverages([{"a", "b"}, {"b", "c"}], {"a", "b"})
    [0.5, 0.0]
    """
    shares = []
    for place, term in enumerate(terms):
        others = {case for other, cases in enumerate(terms) if other != place for case in cases}
        shares.append(_share(len((set(term) & set(outcome)) - others), len(outcome)))
    return shares


def exact_probability(both: int, first: int, second: int, neither: int) -> float:
    """Return Fisher's exact probability, two-sided, of a table of two rows and two columns with its margins fixed.

    Whole numbers are compared, so that tables as likely as this one are never lost to rounding.

    >>> round(exact_probability(3, 1, 1, 3), 4)
    0.4857
    """
    rows, column, total = both + first, both + second, both + first + second + neither
    ways = [comb(rows, k) * comb(total - rows, column - k) for k in range(min(rows, column) + 1)]
    return sum(way for way in ways if way <= ways[both]) / comb(total, column)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
