"""Qualitative comparative analysis of the cases of a study, by the crisp sets of its codebook."""

from __future__ import annotations

from clusterkg.analysis.qca.calibration import Codebook, CrispSet, codebook
from clusterkg.analysis.qca.comparison import Comparison, check, compare
from clusterkg.analysis.qca.questions import query_of
from clusterkg.analysis.samples import Sample, sample
from clusterkg.errors import ParameterError, UnknownName
from clusterkg.notebooks import Shown
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.analysis.samples import Case
    from clusterkg.graph import Graph

    Row = tuple[int, ...]
    Term = tuple[int | None, ...]

__all__ = ["EXPLANATIONS", "Qca", "analyse", "compare"]

EXPLANATIONS: dict[str, tuple[str, ...]] = {
    "product-upgrading": (
        *("global-quasi-hierarchy", "network-chain", "high-collective-efficiency"),
        *("natural-resource-based", "complex-products"),
    ),
    "functional-upgrading": (
        *("global-quasi-hierarchy", "network-chain", "domestic-chain", "high-collective-efficiency"),
        "complex-products",
    ),
}
EXPLANATIONS["process-upgrading"] = EXPLANATIONS["product-upgrading"]
EXPLANATIONS["intersectoral-upgrading"] = EXPLANATIONS["functional-upgrading"]
"""What an outcome is explained by where no condition is named, by the variable that it looks at.

They are the three parts of the study's argument: governance, collective efficiency, sector. For the types of upgrading
that global buyers are held to hinder, sale at home stands beside them. Any other outcome is explained as product
upgrading is, less what is tied to it by definition.
"""


class Qca(Shown):
    """A comparison of a study's cases, with what the sets mean and which cases they are.

    Attributes:
        study: the study's key; `group` the sectoral group that it is restricted to, or None.
        sets: the crisp sets that could be asked for.
        outcome: the set that is explained; `conditions` the sets that explain it.
        comparison: truth table, necessity and models, whose cases are IRIs.
        cases: IRI to case, for all cases of the sample.
        possible: the rows that a case could be in by what the sets mean.
    """

    def __init__(
        self,
        found: Sample,
        sets: Codebook,
        outcome: CrispSet,
        conditions: Sequence[CrispSet],
        comparison: Comparison,
        group: str | None,
    ) -> None:
        self.study, self.sets, self.group = found.study, sets, group
        self.outcome, self.conditions, self.comparison = outcome, list(conditions), comparison
        self.cases: dict[str, Case] = {case.iri: case for case in found}
        self.possible = sets.possible(self.conditions, found.groups)

    def __repr__(self) -> str:
        return f"<Qca: {self.comparison.outcome} by {len(self.conditions)} conditions>"

    @property
    def left_out(self) -> list[tuple[Case, str, str]]:
        """The cases that are in no row, with each variable that they lack and the stated reason."""
        found: dict[tuple[str, str], tuple[Case, str, str]] = {}
        for iri, names in self.comparison.left_out.items():
            for name in names:
                lacking = self.sets.lacks(self.sets.sets[name], self.cases[iri])
                if lacking is not None:
                    found.setdefault((iri, lacking[0]), (self.cases[iri], *lacking))
        return list(found.values())

    @property
    def terms(self) -> list[Term]:
        """The terms of all models, each once, in the order in which they are shown and numbered."""
        return list(dict.fromkeys(part.term for model in self.comparison.models for part in model.parts))

    def sparql(self, number: int) -> str:
        """Return the query that finds the cases of a term.

        Args:
            number: of the term, from 1; see `terms`.

        Raises:
            UnknownName: there is no such term.
        """
        if not 0 < number <= len(self.terms):
            count = len(self.terms)
            raise UnknownName(
                "no such term", place=str(number), remedy=f"there are {count}" if count else "there is none"
            )
        term = self.terms[number - 1]
        return query_of(study_iri(self.study), self.sets, self.outcome, self.conditions, term, self.group)

    def names(self, cases: Sequence[str]) -> list[str]:
        """Return the names of cases in their order."""
        return [self.cases[case].name for case in cases]

    def to_text(self, width: int = 80, part: str | None = None) -> str:
        """Return the whole, or one part of it, for a terminal of that width; see `views.PARTS`."""
        from clusterkg.analysis.qca.views import to_text

        return to_text(self, width, part)

    def to_markdown(self, part: str | None = None) -> str:
        """Return the whole, or one part of it, as Markdown."""
        from clusterkg.analysis.qca.views import to_markdown

        return to_markdown(self, part)

    def to_csv(self, part: str | None = None) -> str:
        """Return one part as CSV, the truth table where none is named."""
        from clusterkg.analysis.qca.views import to_csv

        return to_csv(self, part or "truth-table")

    def to_json(self, part: str | None = None) -> str:
        """Return the whole as one JSON object, or one part of it as a list."""
        from clusterkg.analysis.qca.views import to_json

        return to_json(self, part)


def analyse(
    graph: Graph,
    outcome: str,
    conditions: Sequence[str] = (),
    *,
    inclusion: float = 1.0,
    cases: int = 1,
    solution: str = "conservative",
    negate: bool = False,
    study: str = "giuliani2005",
    group: str | None = None,
) -> Qca:
    """Return a crisp-set comparison of a study's cases.

    Args:
        graph: the loaded graph; of one made for a coding, the values are that coding's.
        outcome: the crisp set to explain, by notation or English name.
        conditions: the crisp sets to explain it by; none for those of `EXPLANATIONS`.
        inclusion: from which share of cases with the outcome a row counts as having it.
        cases: how many cases a row needs, so as not to be a remainder.
        solution: ``conservative`` or ``parsimonious``; see `comparison.compare`.
        negate: whether to explain the absence of the outcome.
        study: the study's key.
        group: a sectoral group, by name or by the end of its IRI.

    Raises:
        UnknownName: there is no such study, group, set or solution; the nearest are offered.
        ParameterError: a condition is tied to the outcome by definition, or see `comparison.check`.

    >>> import clusterkg
    >>> found = analyse(clusterkg.load().graph, "functionally-upgraded", ["global-quasi-hierarchy", "network-chain"])
    >>> [(row.values, row.code, row.n) for row in found.comparison.table.observed]
    [((0, 1), '1', 1), ((1, 0), 'C', 13), ((0, 0), 'C', 12), ((1, 1), 'C', 7)]
    >>> [(str(model), round(model.fit.coverage, 3)) for model in found.comparison.models]
    [('~global-quasi-hierarchy*network-chain', 0.053)]
    """
    whole = sample(graph, study)
    sets = codebook(graph, study)
    explained = sets.find(outcome)
    chosen = [sets.find(name) for name in conditions] or _defaults(sets, explained, whole.groups)
    names = [one.notation for one in chosen]
    check(explained.notation, names, inclusion, cases, solution)
    for one in chosen:
        if len(sets.possible([explained, one], whole.groups)) < 4:
            raise ParameterError(
                f"is tied to the outcome {explained.notation} by what the two mean",
                place=one.notation,
                remedy="explain it by other sets",
            )
    found = whole if group is None else whole.of_group(group)
    rows = {case.iri: {one.notation: sets.membership(one, case) for one in (explained, *chosen)} for case in found}
    comparison = compare(
        rows, explained.notation, names, inclusion=inclusion, cases=cases, solution=solution, negate=negate
    )
    return Qca(found, sets, explained, chosen, comparison, None if group is None else found.groups[0])


def _defaults(sets: Codebook, outcome: CrispSet, groups: Sequence[str]) -> list[CrispSet]:
    """Return the sets that explain an outcome by default, less those that are tied to it by definition."""
    names = EXPLANATIONS.get(sets.variables(outcome)[0], EXPLANATIONS["product-upgrading"])
    known = [sets.sets[name] for name in names if name in sets.sets]
    return [one for one in known if one is not outcome and len(sets.possible([outcome, one], groups)) == 4]
