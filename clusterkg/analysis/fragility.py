"""How few half points, or cases left out, would turn the verdict on a finding, and which."""

from __future__ import annotations

from clusterkg.analysis.copies import Copy
from clusterkg.analysis.fragility_views import Fragility
from clusterkg.analysis.otherwise import Question
from clusterkg.analysis.samples import Case, sample
from clusterkg.errors import ParameterError, UnknownName, nearest
from clusterkg.findings import find
from clusterkg.findings.claims import limits_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Decimal

    from clusterkg.findings import Finding
    from clusterkg.graph import Graph

__all__ = ["BY", "Setting", "fragility", "of_finding"]

BY = ("rating", "case", "country")
"""What can be otherwise: half points of ratings, cases left out, or all cases of a country left out."""

NO_CASES = "It rests on printed figures: there is no rating to recode and no case to leave out."
NO_RATINGS = "It reads no rating: there is nothing to recode by half points. Cases left out may turn it: --by case."
NO_VALUES = "None of the ratings that it reads has a value: there is nothing to recode by half points."


class Setting:
    """A study whose findings are put to the question: its limits, its cases, and a copy of the graph to change.

    Args:
        graph: the loaded graph; it is never written to.
        study: the study's key.

    Raises:
        UnknownName: there is no such study with cases.
        DataError: the codebook lacks a limit.
    """

    def __init__(self, graph: Graph, study: str) -> None:
        self.graph, self.study = graph, study
        self.limits: dict[str, Decimal] = limits_of(graph, study)
        self.cases: dict[str, Case] = {case.iri: case for case in sample(graph, study)}
        self.copy = Copy(graph)


def fragility(
    graph: Graph,
    id: str,
    *,
    study: str = "giuliani2005",
    most: int = 3,
    by: str = "rating",
    missing: bool = False,
    firm: bool = False,
) -> Fragility:
    """Return the fewest changes that turn the verdict on a finding, with every way to make so many that does.

    All ways to make one change are tried, then all to make two, and so on: the number is exact. The graph is
    not written to.

    Args:
        graph: the loaded graph.
        id: the finding's id.
        study: the study's key.
        most: the greatest number of changes to try.
        by: ``rating``: an accepted score that the finding reads moved by half a point from 0 to 3, or a degree by
            a rank, of which k on one rating count as k; ``case``: a case left out; ``country``: all its cases.
        missing: whether to tell, too, which single value for a rating that has none would turn the verdict.
        firm: whether a claim that holds, with or without exceptions, counts as of one verdict.

    Raises:
        UnknownName: there is no such study, finding or kind of change; the nearest are offered.
        ParameterError: `most` is below 1.

    >>> import clusterkg
    >>> graph = clusterkg.load().graph
    >>> found = fragility(graph, "s5c1-08", most=1)
    >>> found.verdict, found.fewest, found.tried
    ('too few cases to tell', 1, 52)
    >>> fragility(graph, "s5c1-08", by="case", most=1).ways[0].changes[0].name
    'Chipilo furniture'
    """
    if by not in BY:
        raise UnknownName("no such kind of change", place=by or "''", remedy=nearest(by, BY))
    if most < 1:
        raise ParameterError(f"{most} is no number of changes", place="most", remedy="give 1 or more")
    finding = find(graph, id, study=study)
    if finding.query is None:
        return Fragility(finding, by, most, finding.judgement.rule)
    return of_finding(Setting(graph, study), finding, most=most, by=by, missing=missing, firm=firm)


def of_finding(
    setting: Setting, finding: Finding, *, most: int, by: str, missing: bool = False, firm: bool = False
) -> Fragility:
    """Return what `fragility` does of a finding that was tested already."""
    question = Question(setting.graph, setting.cases, setting.copy, setting.limits, finding)
    if not question.of_cases:
        return Fragility(finding, by, most, NO_CASES)
    if by == "rating":
        if not question.ratings:
            return Fragility(finding, by, most, NO_RATINGS)
        if all(rating.value is None for rating in question.ratings):
            shown = Fragility(finding, by, most, NO_VALUES)
        else:
            shown = question.recode(most, firm)
    else:
        shown = question.leave_out(most, by, firm)
    if missing:
        shown.fillings, shown.unfilled = question.fill(firm)
    return shown
