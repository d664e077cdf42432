"""A configurational comparison of cases that are in or out of crisp sets: table, necessity and solution."""

from __future__ import annotations

from clusterkg.analysis.qca.fit import Necessity, Sufficiency, necessity, sufficiency, unique_coverages
from clusterkg.analysis.qca.minimisation import MOST_MODELS, covers, minimal_covers, prime_implicants, written
from clusterkg.analysis.qca.truth_table import TruthTable, tabulate
from clusterkg.errors import ParameterError, UnknownName, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = tuple[int, ...]
    Term = tuple[int | None, ...]

__all__ = ["MOST_CONDITIONS", "SOLUTIONS", "Comparison", "Model", "Part", "check", "compare"]

MOST_CONDITIONS = 8
"""With more conditions nearly every row is a remainder: 2 to the power of their number are possible."""

SOLUTIONS = ("conservative", "parsimonious")


class Part:
    """One term of a model.

    Attributes:
        term: 1, 0 or None for each condition; `name` as it is written.
        fit: its cases with and without the outcome, its consistency and its (raw) coverage.
        unique: the share of the cases with the outcome that no other term of the model covers.
    """

    def __init__(self, term: Term, name: str, fit: Sufficiency, unique: float | None) -> None:
        self.term, self.name, self.fit, self.unique = term, name, fit, unique


class Model:
    """One minimal solution.

    Attributes:
        parts: its terms.
        fit: of all of them together.
        assumptions: the remainders that it takes to have the outcome; none in a conservative solution.
    """

    def __init__(self, parts: Sequence[Part], fit: Sufficiency, assumptions: Sequence[Row]) -> None:
        self.parts, self.fit, self.assumptions = list(parts), fit, list(assumptions)

    def __str__(self) -> str:
        return " + ".join(part.name for part in self.parts)


class Comparison:
    """What a configurational comparison finds.

    Attributes:
        outcome: the name of the outcome, with ``~`` where its absence is explained.
        conditions: the names of the conditions, in order.
        solution: ``conservative`` or ``parsimonious``.
        cases: case to its values on the conditions; those that lack a value are not among them.
        with_outcome: the cases that have the outcome.
        left_out: case to the sets that it has no value on.
        table: the truth table.
        necessity: how far each condition, and its negation, is necessary.
        models: the minimal solutions, each as good as the others; none where `why_none` says why.
        more_models: whether there are more than were looked for.
    """

    def __init__(
        self,
        outcome: str,
        conditions: Sequence[str],
        solution: str,
        cases: Mapping[str, Row],
        with_outcome: Sequence[str],
        left_out: Mapping[str, list[str]],
        table: TruthTable,
    ) -> None:
        self.outcome, self.conditions, self.solution = outcome, list(conditions), solution
        self.cases, self.with_outcome, self.left_out = dict(cases), list(with_outcome), dict(left_out)
        self.table = table
        self.necessity = self._necessity()
        self.why_none = self._why_none()
        free = table.free if solution == "parsimonious" else []
        on = [row.values for row in table.coded("1")]
        covers_found = [] if self.why_none else minimal_covers(on, prime_implicants(on, free), MOST_MODELS + 1)
        self.more_models = len(covers_found) > MOST_MODELS
        self.models = [self._model(terms) for terms in covers_found[:MOST_MODELS]]

    def __repr__(self) -> str:
        return f"<Comparison: {self.outcome}, {len(self.cases)} cases, {len(self.models)} models>"

    @property
    def contradictions(self) -> list[str]:
        """The cases in contradictory rows."""
        return [case for row in self.table.coded("C") for case in (*row.with_outcome, *row.without_outcome)]

    def _why_none(self) -> str:
        if not self.cases:
            return "no case has a value on every set"
        if not self.with_outcome:
            return f"none of the {len(self.cases)} cases is in {self.outcome}: there is nothing to explain"
        if len(self.with_outcome) == len(self.cases):
            return f"all {len(self.cases)} cases are in {self.outcome}: there is nothing to compare them with"
        if not self.table.coded("1"):
            return f"no row is taken to have {self.outcome}: each is contradictory, without it, or has too few cases"
        return ""

    def _necessity(self) -> list[Necessity]:
        found = []
        for place, name in enumerate(self.conditions):
            for value, sign in ((1, ""), (0, "~")):
                inside = [case for case, values in self.cases.items() if values[place] == value]
                found.append(necessity(sign + name, inside, self.with_outcome, list(self.cases)))
        return found

    def _model(self, terms: Sequence[Term]) -> Model:
        inside = [[case for case, values in self.cases.items() if covers(term, values)] for term in terms]
        uniques = unique_coverages(inside, self.with_outcome)
        parts = [
            Part(term, written(term, self.conditions), sufficiency(cases, self.with_outcome), unique)
            for term, cases, unique in zip(terms, inside, uniques, strict=True)
        ]
        together = [case for case in self.cases if any(case in cases for cases in inside)]
        assumed = [row for row in self.table.free if any(covers(term, row) for term in terms)]
        assumptions = sorted(assumed, reverse=True) if self.solution == "parsimonious" else []
        return Model(parts, sufficiency(together, self.with_outcome), assumptions)


def check(outcome: str, conditions: Sequence[str], inclusion: float, least_cases: int, solution: str) -> None:
    """Refuse what cannot be compared.

    Raises:
        ParameterError: the outcome is a condition, a condition is named twice, there is none or there are too many,
            or a number is out of range.
        UnknownName: there is no such solution.
    """
    if outcome in conditions:
        raise ParameterError("is the outcome and a condition at once", place=outcome, remedy="leave it out of one")
    twice = next((name for place, name in enumerate(conditions) if name in conditions[:place]), None)
    if twice is not None:
        raise ParameterError("is named twice among the conditions", place=twice, remedy="name it once")
    if not conditions:
        raise ParameterError("there is no condition", remedy="name one set at least")
    if len(conditions) > MOST_CONDITIONS:
        raise ParameterError(
            f"{len(conditions)} conditions make {2 ** len(conditions)} rows, nearly all without a case",
            remedy=f"choose {MOST_CONDITIONS} at most",
        )
    if not 0 < inclusion <= 1:
        raise ParameterError(
            "is no share of cases", place=f"inclusion {inclusion:g}", remedy="give one above 0 up to 1"
        )
    if least_cases < 1:
        raise ParameterError("is too few", place=f"cases {least_cases}", remedy="ask for 1 or more")
    if solution not in SOLUTIONS:
        raise UnknownName("no such solution", place=solution, remedy=nearest(solution, SOLUTIONS))


def compare(
    rows: Mapping[str, Mapping[str, int | None]],
    outcome: str,
    conditions: Sequence[str],
    *,
    inclusion: float = 1.0,
    cases: int = 1,
    solution: str = "conservative",
    negate: bool = False,
) -> Comparison:
    """Return a crisp-set comparison of any cases, given as rows of 0 and 1.

    Args:
        rows: case to its value on each set: 1 in, 0 out, None or nothing where it is not known. A case without a value
            on a condition or the outcome is left out and named.
        outcome: the set to explain.
        conditions: the sets to explain it by.
        inclusion: from which share of cases with the outcome a row counts as having it.
        cases: how many cases a row needs, so as not to be a remainder.
        solution: ``conservative``, which assumes nothing of remainders, or ``parsimonious``, which may assume of any
            of them what makes the solution shorter.
        negate: whether to explain the absence of the outcome.

    Raises:
        ParameterError, UnknownName: see `check`; or a set is in no row, or a value is neither 0 nor 1.

    >>> rows = {"a": {"X": 1, "Z": 0, "Y": 1}, "b": {"X": 1, "Z": 1, "Y": 1}, "c": {"X": 0, "Z": 1, "Y": 0}}
    >>> found = compare(rows, "Y", ["X", "Z"])
    >>> [str(model) for model in found.models], found.models[0].fit.coverage
    (['X'], 1.0)
    >>> [str(model) for model in compare(rows | {"d": {"X": 0, "Y": 1}}, "Y", ["X", "Z"], negate=True).models]
    ['~X*Z']
    """
    check(outcome, conditions, inclusion, cases, solution)
    known = {name for row in rows.values() for name in row}
    for name in (outcome, *conditions):
        if name not in known:
            raise UnknownName("no such set in the rows", place=name, remedy=nearest(name, known))
    told: dict[str, Row] = {}
    outcomes: dict[str, int] = {}
    left_out: dict[str, list[str]] = {}
    for case, row in rows.items():
        values = [row.get(name) for name in (*conditions, outcome)]
        wrong = next((value for value in values if value not in (0, 1, None)), None)
        if wrong is not None:
            raise ParameterError(f"the value {wrong} is neither 0 nor 1", place=case, remedy="calibrate it first")
        crisp = tuple(int(value) for value in values if value is not None)
        if len(crisp) < len(values):
            left_out[case] = [name for name in (*conditions, outcome) if row.get(name) is None]
            continue
        told[case], outcomes[case] = crisp[:-1], crisp[-1] ^ negate
    table = tabulate(told, outcomes, conditions, inclusion=inclusion, least_cases=cases)
    with_outcome = [case for case, value in outcomes.items() if value]
    sign = "~" if negate else ""
    return Comparison(sign + outcome, conditions, solution, told, with_outcome, left_out, table)
