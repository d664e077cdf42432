"""How two variables rise and fall together: over all cases, in each sectoral group, without each case or country."""

from __future__ import annotations

from clusterkg.analysis.conditions import caution
from clusterkg.analysis.gaps import gaps, listed
from clusterkg.analysis.leaving import left_out_figures, left_out_json, left_out_section
from clusterkg.analysis.limits import limits
from clusterkg.analysis.samples import sample
from clusterkg.analysis.sections import Analysis, Section, probable, rounded, signed
from clusterkg.analysis.strata import stratified_balance, stratified_probability, stratified_tau
from clusterkg.analysis.strengths import Relation, Strength
from clusterkg.errors import ParameterError
from clusterkg.findings.statistics import balance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from clusterkg.analysis.limits import Limits
    from clusterkg.analysis.samples import Sample
    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value

__all__ = ["COLUMNS", "Association", "associate"]

LEFT_OUT = ("tau_b_low", "tau_b_high", "p_low", "p_high", "moves_most", "turns")
COLUMNS = (
    "cases",
    "n",
    "missing",
    "tau_b",
    "p",
    "rarest_p",
    "bound_low",
    "bound_high",
    *(f"case_{name}" for name in LEFT_OUT),
    *(f"country_{name}" for name in LEFT_OUT),
    "withheld",
)
"""Columns of the CSV, a contract: what begins with case_ or country_ is without each in turn."""

ALL, WITHIN = "All cases", "Within groups"


class Association(Analysis):
    """Two variables of a sample, related over all cases and in each sectoral group.

    Attributes:
        study: the study's key.
        predictor: the notation of the one variable; `outcome` that of the other.
        group: the sectoral group that was asked for alone, else None.
        pooled: the relation over all cases of the sample.
        groups: that in each sectoral group; none where one was asked for alone.
        within: the strength over the pairs of cases of one group; None as above.
    """

    columns = COLUMNS

    def __init__(self, cases: Sample, predictor: str, outcome: str, limits: Limits, group: str | None) -> None:
        self.study, self.predictor, self.outcome, self.limits = cases.study, predictor, outcome, limits
        self._cases = cases
        self.labels = (cases.variables[predictor], cases.variables[outcome])
        self.group = cases.groups[0] if group is not None else None
        self.pooled = self._relation(cases, self.group or ALL)
        self.groups = [] if self.group else [self._relation(cases.of_group(name), name) for name in cases.groups]
        self.within = None if self.group else self._within()

    def __repr__(self) -> str:
        return f"<Association of {self.predictor} and {self.outcome}: {self.pooled.strength!r}>"

    def _relation(self, cases: Sample, name: str) -> Relation:
        pairs = [(case, case.values.get(self.predictor), case.values.get(self.outcome)) for case in cases]
        return Relation(name, pairs, self.limits, labels=self.labels)

    @property
    def _strata(self) -> list[tuple[list[float], list[float]]]:
        return [
            ([float(x) for _, x, _ in relation.whole], [float(y) for _, _, y in relation.whole])
            for relation in self.groups
        ]

    def _within(self) -> Strength:
        strata = [(x, y) for x, y in self._strata if x]
        n = sum(len(x) for x, _ in strata)
        if n < self.limits.cases:
            return Strength(n, self.pooled.strength.withheld)
        found = Strength(n)
        found.estimate = stratified_tau(strata)
        if found.estimate is None:
            found.withheld = "in no group do both variables vary"
        else:
            found.p = stratified_probability(strata)
        return found

    def simpson(self) -> tuple[str, str]:
        """Return what the groups say of the pooled association: a word, and a sentence with the figures.

        The word is ``same`` (sign in every group), ``reversed`` (the other sign in every group), ``mixed`` (in
        some), ``vanishes`` (pooled there is a relation, in no group there is), ``masked`` (the other way round) or
        ``untold``. A relation is none below the codebook's limit. A group whose figure is withheld says nothing.
        """
        whole = self.pooled.strength.estimate
        told = {one.name: one.strength.estimate for one in self.groups if one.strength.estimate is not None}
        if whole is None:
            return "untold", "There is no pooled figure to hold the groups to."
        if len(told) < 2:
            count = "no group" if not told else "one group alone"
            return "untold", f"Measured in {count}, so that groups and pooled cases cannot be compared."
        none = self.limits.neutral
        contrary = [name for name, estimate in told.items() if estimate * whole < 0]
        figures = "; ".join(f"{name} {signed(estimate)}" for name, estimate in told.items())
        held = f"pooled {signed(whole)}, in groups {figures}"
        if abs(whole) >= none > max(map(abs, told.values())):
            return "vanishes", f"The association vanishes within every group measured (below {none:g}): {held}."
        if len(contrary) == len(told):
            return "reversed", f"The sign is the other way round in every group measured: {held}."
        if contrary:
            return "mixed", f"The pooled sign is not that of {listed(contrary)}: {held}."
        if abs(whole) < none <= min(map(abs, told.values())):
            return "masked", f"Pooling hides an association of {none:g} or more in every group measured: {held}."
        if not whole or not all(told.values()):
            return "mixed", f"Somewhere there is none at all: {held}."
        return "same", f"The sign is the same pooled and in all {len(told)} groups measured: {held}."

    def between(self) -> str:
        """Return in a sentence what of the pooled association lies within groups, empty where it is not told."""
        within, whole = self.within, self.pooled.strength
        if within is None or within.estimate is None or within.p is None or whole.p is None or whole.estimate is None:
            return ""
        both = [(x, y) for _, x, y in self.pooled.whole]
        s = balance([x for x, _ in both], [y for _, y in both])
        inside = stratified_balance(self._strata)
        level = self.limits.probability
        told = (
            f"Within groups alone tau-b is {signed(within.estimate)}, exact two-sided p {probable(within.p)}; "
            f"of the pooled balance of pairs, {s:+d}, {inside:+d} lies within groups and {s - inside:+d} between them"
        )
        if whole.p <= level < within.p:
            return f"{told}: what is significant at {level:g} pooled is not so within groups."
        if within.p <= level < whole.p:
            return f"{told}: what is not significant at {level:g} pooled is so within groups."
        return f"{told}."

    @property
    def relations(self) -> list[Relation]:
        """The pooled relation, then that of each group."""
        return [self.pooled, *self.groups]

    @property
    def rows(self) -> list[tuple[Value, ...]]:
        """The figures under `COLUMNS`: all cases, each group, and last the pairs within groups."""
        found: list[tuple[Value, ...]] = []
        for relation in self.relations:
            of, reach = relation.strength, relation.reach() or (None, None)
            figures = (rounded(of.estimate), rounded(of.p), rounded(of.rarest), *map(rounded, reach))
            left = (*left_out_figures(relation.without("case")), *left_out_figures(relation.without("country")))
            found.append((relation.name, of.n, relation.missing, *figures, *left, of.withheld or None))
        if self.within is not None:
            of = self.within
            blank = (None,) * (len(COLUMNS) - 6)
            figures = (rounded(of.estimate), rounded(of.p))
            found.append((WITHIN, of.n, self.pooled.missing, *figures, *blank, of.withheld or None))
        return found

    def sections(self) -> list[Section]:
        """Return the strengths, the Simpson check and what single cases and countries do."""
        rows, below = [], {}
        shown = [(one.name, one.strength, one.missing, one.reach()) for one in self.relations]
        if self.within is not None:
            shown.append((WITHIN, self.within, self.pooled.missing, None))
        for number, (name, of, missing, reach) in enumerate(shown):
            low, high = map(signed, reach or (None, None))
            rows.append((name, of.n, missing, signed(of.estimate), probable(of.p), low, high))
            if of.withheld:
                below[number] = [f"withheld: {of.withheld}"]
            elif of.rarest is not None and of.rarest > self.limits.probability:
                below[number] = [f"no order of these values could have a p below {probable(of.rarest)}"]
        notes = [
            "p exact and two-sided. Lowest and highest: with every missing value of a variable at one end of those "
            "that occur, in all combinations.",
            *caution(self.predictor, self.labels[0]),
            *caution(self.outcome, self.labels[1]),
            *gaps(self._cases.missing(self.predictor, self.outcome), self._cases.variables),
            *([self.limits.note] if self.limits.note else []),
        ]
        where = f"{self.group}, {self.study}" if self.group else self.study
        title = f"{self.labels[0]} and {self.labels[1].lower()} ({where}): Kendall's tau-b"
        columns = ("cases", "n", "missing", "tau-b", "p", "lowest", "highest")
        parts = [Section(title, columns, rows, notes=notes, right=columns[1:], below=below)]
        if self.groups:
            told = [sentence for sentence in (self.simpson()[1], self.between()) if sentence]
            parts.append(Section("Do the groups say the same as all cases (Simpson check)?", notes=told))
        left = [(one.name, one.without(by)) for one in self.relations for by in ("case", "country")]
        parts.append(left_out_section(left, "tau-b", self.limits.probability))
        return parts

    def describe(self) -> dict[str, Any]:
        """Return everything: figures, bounds, each run without a case or country, missing values, the check."""
        word, sentence = self.simpson() if self.groups else (None, None)
        return {
            "study": self.study,
            "group": self.group,
            "predictor": self.predictor,
            "outcome": self.outcome,
            "statistic": self.pooled.statistic,
            "limits": {
                "of": self.limits.study,
                "cases": self.limits.cases,
                "probability": self.limits.probability,
                "neutral": self.limits.neutral,
            },
            "relations": [_relation_json(one) for one in self.relations],
            "within_groups": None
            if self.within is None
            else {
                "n": self.within.n,
                "tau_b": rounded(self.within.estimate),
                "p": rounded(self.within.p),
                "withheld": self.within.withheld or None,
                "sentence": self.between() or None,
            },
            "simpson": {"says": word, "sentence": sentence} if word else None,
            "missing": [
                {"case": case.slug, "name": case.name, "variable": variable, "reason": reason}
                for case, variable, reason in self._cases.missing(self.predictor, self.outcome)
            ],
        }


def _relation_json(relation: Relation) -> dict[str, Any]:
    of = relation.strength
    return {
        "cases": relation.name,
        "n": of.n,
        "missing": relation.missing,
        "tau_b": rounded(of.estimate),
        "p": rounded(of.p),
        "rarest_p": rounded(of.rarest),
        "withheld": of.withheld or None,
        "bounds": [
            {
                "predictor": bound.ends[0],
                "outcome": bound.ends[1],
                "tau_b": rounded(bound.estimate),
                "p": rounded(bound.p),
            }
            for bound in relation.bounds()
        ],
        "without_case": left_out_json(relation.without("case"), "tau_b"),
        "without_country": left_out_json(relation.without("country"), "tau_b"),
    }


def associate(
    graph: Graph, predictor: str, outcome: str, *, study: str = "giuliani2005", group: str | None = None
) -> Association:
    """Return how two variables rise and fall together over a study's cases: Kendall's tau-b, exact.

    Args:
        graph: the loaded graph; of one made for a coding, the values are that coding's.
        predictor: a variable, by its notation or English name; tau-b treats both alike.
        outcome: another.
        study: the study's key.
        group: one sectoral group alone.

    Raises:
        UnknownName: there is no such study, group or variable; the nearest are offered.
        ParameterError: both are the same variable.
        DataError: the codebook states some of its limits and not all.

    >>> import clusterkg
    >>> found = associate(clusterkg.load().graph, "collective-efficiency", "product-upgrading")
    >>> found.pooled.strength.n, round(found.pooled.strength.estimate, 3), round(found.pooled.strength.p, 3)
    (35, 0.311, 0.038)
    >>> found.groups[2].strength.withheld
    'no cases have both values; measured from 5 on'
    >>> found.simpson()[0]
    'mixed'
    """
    cases = sample(graph, study, group)
    first, second = cases.variable(predictor), cases.variable(outcome)
    if first == second:
        raise ParameterError("a variable goes with itself", place=predictor, remedy="name two different variables")
    return Association(cases, first, second, limits(graph, study), group)
