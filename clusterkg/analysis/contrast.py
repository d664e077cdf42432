"""How the cases that meet some conditions differ from the others in one variable."""

from __future__ import annotations

from decimal import Decimal

from clusterkg.analysis.conditions import caution, conditions, decide
from clusterkg.analysis.gaps import gaps, listed
from clusterkg.analysis.leaving import left_out_figures, left_out_json, left_out_section
from clusterkg.analysis.limits import limits
from clusterkg.analysis.samples import sample
from clusterkg.analysis.sections import Analysis, Section, probable, rounded, signed
from clusterkg.analysis.strengths import DELTA, Relation
from clusterkg.errors import ParameterError
from clusterkg.graph.answers import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from clusterkg.analysis.conditions import Condition
    from clusterkg.analysis.limits import Limits
    from clusterkg.analysis.samples import Case, Sample
    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value

__all__ = ["COLUMNS", "Contrast", "Side", "contrast"]

COLUMNS = (
    "outcome",
    "where",
    "cases",
    "n_meeting",
    "median_meeting",
    "n_others",
    "median_others",
    "undecided",
    "missing",
    "cliffs_delta",
    "p",
    "rarest_p",
    "bound_low",
    "bound_high",
    "case_delta_low",
    "case_delta_high",
    "case_p_low",
    "case_p_high",
    "case_moves_most",
    "case_turns",
    "withheld",
)
"""Columns of the CSV, a contract: what begins with case_ is without each case in turn."""


class Side:
    """The cases of one side that have a value on the outcome.

    Attributes:
        cases: the cases; `values` their values, in the same order.
    """

    def __init__(self, cases: Sequence[Case], outcome: str) -> None:
        self.cases = list(cases)
        self.values = [case.values[outcome] for case in cases]

    def __len__(self) -> int:
        return len(self.cases)

    @property
    def medians(self) -> tuple[Decimal, Decimal] | None:
        """The lower and the upper median, which differ where an even number of cases parts in the middle.

        Between two points of an ordinal scale there is no half-way, so that none is computed. None without cases.
        """
        if not self.values:
            return None
        ranked = sorted(self.values)
        return ranked[(len(ranked) - 1) // 2], ranked[len(ranked) // 2]

    @property
    def median(self) -> str | None:
        """The median, or the two as ``1.5 to 2``."""
        if self.medians is None:
            return None
        low, high = map(plain, self.medians)
        return low if low == high else f"{low} to {high}"

    @property
    def mean(self) -> float | None:
        """The mean, which takes the steps of an ordinal scale as equal; None without cases."""
        return float(sum(self.values) / len(self.values)) if self.values else None

    def count(self, value: Decimal) -> int:
        """Return how many cases have a value."""
        return self.values.count(value)


class Contrast(Analysis):
    """The cases that meet all conditions against the others, in one variable.

    Attributes:
        study: the study's key.
        outcome: the notation of the variable.
        where: the conditions.
        group: the sectoral group that was asked for alone, else None.
        meeting: the side of the cases that meet all conditions; `others` that of those that fail one.
        undecided: the cases of which only a missing value could tell the side; they are on neither.
        relation: Cliff's delta of the two sides, with its probability, bounds and runs without a case.
    """

    columns = COLUMNS

    def __init__(
        self, cases: Sample, outcome: str, where: Sequence[Condition], limits: Limits, group: str | None
    ) -> None:
        self.study, self.outcome, self.where, self.limits = cases.study, outcome, list(where), limits
        self._cases = cases
        self.label = cases.variables[outcome]
        self.group = cases.groups[0] if group is not None else None
        sides = [(case, decide(case, where)) for case in cases]
        there = [(case, side) for case, side in sides if outcome in case.values]
        self.meeting = Side([case for case, side in there if side is True], outcome)
        self.others = Side([case for case, side in there if side is False], outcome)
        self.undecided = [case for case, side in sides if side is None]
        pairs = [(case, None if side is None else Decimal(side), case.values.get(outcome)) for case, side in sides]
        self.relation = Relation(self.group or "All cases", pairs, limits, statistic=DELTA, labels=("side", self.label))

    def __repr__(self) -> str:
        return f"<Contrast of {self.outcome} where {self.condition}: {self.relation.strength!r}>"

    @property
    def condition(self) -> str:
        """The conditions as one text."""
        return " and ".join(one.text for one in self.where)

    @property
    def unvalued(self) -> list[Case]:
        """The cases that have a side, but no value on the outcome."""
        return [case for case in self._cases if self.outcome not in case.values and case not in self.undecided]

    @property
    def rows(self) -> list[tuple[Value, ...]]:
        """The figures under `COLUMNS`, one row."""
        of, reach = self.relation.strength, self.relation.reach() or (None, None)
        told = (self.outcome, self.condition, self.relation.name)
        sides = (len(self.meeting), self.meeting.median, len(self.others), self.others.median)
        gone = (len(self.undecided), len(self.unvalued))
        figures = (rounded(of.estimate), rounded(of.p), rounded(of.rarest), *map(rounded, reach))
        left = left_out_figures(self.relation.without("case"))
        return [(*told, *sides, *gone, *figures, *left, of.withheld or None)]

    def _sides(self) -> Section:
        words = listed([one.words[0].lower() + one.words[1:] for one in self.where])
        where = f"{self.group}, {self.study}" if self.group else self.study
        columns = ("side", "n", "median", "mean of an ordinal scale")
        rows = []
        for name, side in (("meeting", self.meeting), ("others", self.others)):
            rows.append((name, len(side), side.median, None if side.mean is None else f"{side.mean:.2f}"))
        notes = [f"Meeting: cases with {words}. Others: all that certainly are not so."]
        if self.undecided:
            notes.append(f"Undecided, on neither side: {'; '.join(case.name for case in self.undecided)}.")
        asked = [one.variable for one in self.where if one.variable is not None]
        lacking = self._cases.only(lambda case: case in self.undecided)
        notes += gaps(lacking.missing(*dict.fromkeys(asked)), self._cases.variables)
        unvalued = self._cases.only(lambda case: case in self.unvalued)
        notes += gaps(unvalued.missing(self.outcome), self._cases.variables)
        notes += caution(self.outcome, self.label)
        notes += [self.limits.note] * bool(self.limits.note)
        title = f"{self.label} where {self.condition} ({where})"
        return Section(title, columns, rows, notes=notes, right=columns[1:])

    def _strength(self) -> Section:
        of, reach = self.relation.strength, self.relation.reach()
        columns = ("cases", "n", "Cliff's delta", "p", "lowest", "highest")
        low, high = map(signed, reach or (None, None))
        rows = [(self.relation.name, of.n, signed(of.estimate), probable(of.p), low, high)]
        below = []
        if of.withheld:
            below = [f"withheld: {of.withheld}"]
        elif of.rarest is not None and of.rarest > self.limits.probability:
            below = [f"no order of these values could have a p below {probable(of.rarest)}"]
        note = (
            "p exact and two-sided. Lowest and highest: all missing values at one end, all undecided cases on one side."
        )
        title = "How much oftener a case that meets lies above one of the others than below"
        return Section(title, columns, rows, notes=[note], right=columns[1:], below={0: below})

    def sections(self) -> list[Section]:
        """Return the sides, the counts of each value, Cliff's delta, and what single cases do to it."""
        values = sorted({*self.meeting.values, *self.others.values}, reverse=True)
        columns = (self.label.lower(), "meeting", "others")
        rows = [(value, self.meeting.count(value), self.others.count(value)) for value in values]
        counts = Section("Cases with each value", columns, rows, right=columns)
        left = [(self.relation.name, self.relation.without("case"))]
        return [
            self._sides(),
            *([counts] if rows else []),
            self._strength(),
            left_out_section(left, "Cliff's delta", self.limits.probability),
        ]

    def describe(self) -> dict[str, Any]:
        """Return everything: sides with their cases, figures, bounds, each run without a case, missing values."""
        of = self.relation.strength
        return {
            "study": self.study,
            "group": self.group,
            "outcome": self.outcome,
            "where": [one.text for one in self.where],
            "statistic": self.relation.statistic,
            "limits": {
                "of": self.limits.study,
                "cases": self.limits.cases,
                "probability": self.limits.probability,
            },
            "meeting": self._side_json(self.meeting),
            "others": self._side_json(self.others),
            "undecided": [{"case": case.slug, "name": case.name} for case in self.undecided],
            "missing": [
                {"case": case.slug, "name": case.name, "variable": self.outcome, "reason": case.reason(self.outcome)}
                for case in self.unvalued
            ],
            "n": of.n,
            "cliffs_delta": rounded(of.estimate),
            "p": rounded(of.p),
            "rarest_p": rounded(of.rarest),
            "withheld": of.withheld or None,
            "bounds": [
                {
                    "side": {"lowest": "others", "highest": "meeting"}.get(str(bound.ends[0])),
                    "outcome": bound.ends[1],
                    "cliffs_delta": rounded(bound.estimate),
                    "p": rounded(bound.p),
                }
                for bound in self.relation.bounds()
            ],
            "without_case": left_out_json(self.relation.without("case"), "cliffs_delta"),
        }

    def _side_json(self, side: Side) -> dict[str, Any]:
        return {
            "n": len(side),
            "medians": list(side.medians) if side.medians else None,
            "mean_of_an_ordinal_scale": rounded(side.mean),
            "counts": {plain(value): side.count(value) for value in sorted(set(side.values))},
            "cases": [
                {"case": case.slug, "name": case.name, "value": value}
                for case, value in zip(side.cases, side.values, strict=True)
            ],
        }


def contrast(
    graph: Graph, outcome: str, where: str | Sequence[str], *, study: str = "giuliani2005", group: str | None = None
) -> Contrast:
    """Return how the cases that meet all conditions differ from the others: Cliff's delta, exact.

    Args:
        graph: the loaded graph; of one made for a coding, the values are that coding's.
        outcome: a variable, by its notation or English name.
        where: one condition or several that must be met together; see `conditions`.
        study: the study's key.
        group: one sectoral group alone.

    Raises:
        UnknownName: there is no such study, group, variable or country; the nearest are offered.
        ParameterError: a condition cannot be read or is on the outcome itself, or there is none.
        DataError: the codebook states some of its limits and not all.

    >>> import clusterkg
    >>> found = contrast(clusterkg.load().graph, "functional-upgrading", "quasi-hierarchy>=2", group="complex-products")
    >>> len(found.meeting), found.meeting.median, len(found.others), found.others.median
    (6, '1', 3, '1')
    >>> round(found.relation.strength.estimate, 3), round(found.relation.strength.p, 3)
    (0.111, 0.774)
    """
    cases = sample(graph, study, group)
    asked = conditions(cases, [where] if isinstance(where, str) else list(where))
    if not asked:
        raise ParameterError("no condition", place="where", remedy="write one, as in quasi-hierarchy>=2")
    variable = cases.variable(outcome)
    if any(one.variable == variable for one in asked):
        remedy = "name conditions on other variables"
        raise ParameterError("a variable is contrasted with itself", place=outcome, remedy=remedy)
    return Contrast(cases, variable, asked, limits(graph, study), group)
