"""The truth table: cases gathered by configuration, each with the outcome that its cases show."""

from __future__ import annotations

from itertools import product

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = tuple[int, ...]

__all__ = ["Configuration", "TruthTable", "tabulate"]


class Configuration:
    """One row of a truth table: a combination of conditions, and the cases that show it.

    Attributes:
        values: 1 or 0 for each condition.
        with_outcome: the keys of its cases that have the outcome; `without_outcome` of those that have not.
        code: ``1`` where the outcome is taken to follow, ``0`` where none of its cases has it, ``C`` where its cases
            contradict one another, ``?`` for a remainder: no case, or fewer than were asked for.
    """

    def __init__(self, values: Row, with_outcome: list[str], without_outcome: list[str], code: str) -> None:
        self.values, self.code = values, code
        self.with_outcome, self.without_outcome = with_outcome, without_outcome

    def __repr__(self) -> str:
        return f"Configuration({self.values}, {self.code!r}, n={self.n})"

    @property
    def n(self) -> int:
        """How many cases show it."""
        return len(self.with_outcome) + len(self.without_outcome)

    @property
    def inclusion(self) -> float | None:
        """The share of its cases that have the outcome (its consistency), None without a case."""
        return len(self.with_outcome) / self.n if self.n else None


class TruthTable:
    """All configurations of some conditions.

    Attributes:
        conditions: the names of the conditions.
        observed: the configurations that some case shows, those with the outcome first, then by size.
        remainders: the rows that no case shows.
    """

    def __init__(self, conditions: Sequence[str], observed: Sequence[Configuration], remainders: Sequence[Row]) -> None:
        self.conditions, self.observed, self.remainders = list(conditions), list(observed), list(remainders)

    def coded(self, code: str) -> list[Configuration]:
        """Return the observed configurations of one code."""
        return [row for row in self.observed if row.code == code]

    @property
    def free(self) -> list[Row]:
        """The rows that a parsimonious solution may assume to have the outcome: all remainders."""
        return [*self.remainders, *(row.values for row in self.coded("?"))]


def tabulate(
    cases: Mapping[str, Row],
    outcome: Mapping[str, int],
    conditions: Sequence[str],
    *,
    inclusion: float = 1.0,
    least_cases: int = 1,
) -> TruthTable:
    """Return the truth table of cases, each of which has a value on every condition and on the outcome.

    A row whose share of cases with the outcome is `inclusion` at least is coded 1, one without any such case 0, and one
    between the two is a contradiction (Rihoux & De Meur 2009, steps 2 and 3). Rows of fewer than `least_cases` cases
    are remainders.

    >>> cases = {"a": (1, 1), "b": (1, 1), "c": (0, 1)}
    >>> tabulate(cases, {"a": 1, "b": 0, "c": 0}, ["X", "Y"]).observed
    [Configuration((1, 1), 'C', n=2), Configuration((0, 1), '0', n=1)]
    """
    gathered: dict[Row, Configuration] = {}
    for case, values in cases.items():
        row = gathered.setdefault(values, Configuration(values, [], [], "?"))
        (row.with_outcome if outcome[case] else row.without_outcome).append(case)
    for row in gathered.values():
        share = row.inclusion or 0.0
        if row.n >= least_cases:
            row.code = "1" if share >= inclusion and row.with_outcome else "C" if row.with_outcome else "0"
    order = {"1": 0, "C": 1, "0": 2, "?": 3}
    observed = sorted(gathered.values(), key=lambda row: (order[row.code], -row.n, [-value for value in row.values]))
    remainders = [row for row in product((1, 0), repeat=len(conditions)) if row not in gathered]
    return TruthTable(conditions, observed, remainders)
