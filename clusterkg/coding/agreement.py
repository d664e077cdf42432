"""How far the coders of a study agree: alpha for each variable, and where they differ."""

from __future__ import annotations

from clusterkg import library, rendering
from clusterkg.coding.alpha import interval, ordinal_alpha
from clusterkg.errors import ParameterError, UnknownName, nearest
from clusterkg.graph import Answer
from clusterkg.graph.answers import plain
from clusterkg.graph.codings import coding_name
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value

    Opinion = Mapping[str, Value]

__all__ = [
    "COLUMNS",
    "DIFFERENCES",
    "LEAST_UNITS",
    "Agreement",
    "Disagreements",
    "agreement",
    "disagreements",
    "without_disagreement",
]

COLUMNS = ("variable", "coders", "units", "alpha", "low", "high", "disagreements", "remark")
DIFFERENCES = ("variable", "cluster", "coder", "value", "locator", "distance", "case")

LEAST_UNITS = 5
"""Cases with two values that alpha is computed from at least: four have only 35 different resamples."""

NOT_YET = "not yet coded"
"""The reason that is no opinion: who gives it has not looked."""


class _Shown(Answer):
    """An answer that writes itself as data."""

    def to_csv(self) -> str:
        """Return the rows as CSV."""
        return rendering.as_csv(self.columns, self.rows)

    def to_json(self) -> str:
        """Return the rows as JSON, an object each."""
        return rendering.as_json(rendering.named(self.columns, self.rows))


class Agreement(_Shown):
    """How far coders agree on each variable, as `agreement` returns it.

    Attributes:
        resamples: how many draws the intervals come from.
        seed: of these draws.
    """

    def __init__(self, rows: Sequence[tuple[Value, ...]], resamples: int, seed: int) -> None:
        super().__init__(COLUMNS, rows)
        self.resamples, self.seed = resamples, seed

    def to_markdown(self) -> str:
        """Return a Markdown table, with the remarks and the method below."""
        return rendering.as_markdown(
            COLUMNS[:-1], self._marked(), title="Agreement of coders", numeric=self._numeric(), notes=self._notes()
        )

    def to_text(self, width: int = 80) -> str:
        """Return the table for a terminal of that width, with the remarks and the method below."""
        return rendering.as_text(
            COLUMNS[:-1], self._marked(), numeric=self._numeric(), notes=self._notes(), width=width
        )

    def _numeric(self) -> list[bool]:
        return [False, *[True] * 6]

    def _notes(self) -> list[str]:
        by_remark: dict[str, list[str]] = {}
        for row in self:
            if row["remark"]:
                by_remark.setdefault(str(row["remark"]), []).append(str(row["variable"]))
        every = len(self) if len(self) > 1 else 0
        remarks = [
            f"* {'All variables' if len(variables) == every else ', '.join(variables)}: {remark}"
            for remark, variables in by_remark.items()
        ]
        method = (
            f"Krippendorff's alpha for ordinal values; low to high is its 95 % interval, from {self.resamples}"
            f" resamples of the cases (seed {self.seed}). Units are cases with the values of two coders or more."
        )
        return [*remarks, method]

    def _marked(self) -> list[tuple[Value, ...]]:
        return [(f"{row[0]}{'*' if row[-1] else ''}", *row[1:-1]) for row in self.rows]


class Disagreements(_Shown):
    """What each coder says where they differ, as `disagreements` returns it."""

    def __init__(self, rows: Sequence[tuple[Value, ...]]) -> None:
        super().__init__(DIFFERENCES, rows)

    def to_markdown(self) -> str:
        """Return a Markdown table."""
        rows = [row[:-1] for row in self.rows]
        return rendering.as_markdown(DIFFERENCES[:-1], rows, title="Where coders differ")

    def to_text(self, width: int = 80) -> str:
        """Return the list for a terminal of that width: what each coder says, by variable and case."""
        rows = [
            (row["variable"], f"{row['cluster']}{_apart(row['distance'])}", row["coder"], row["value"], row["locator"])
            for row in self
        ]
        columns = DIFFERENCES[:5]
        return rendering.as_text(columns, rows, group=columns[:2], numeric=[False] * 5, width=width)


def agreement(graph: Graph, study: str = "giuliani2005", *, resamples: int = 2000, seed: int = 1) -> Agreement:
    """Return how far coders agree on each variable: Krippendorff's alpha, ordinal, with its interval.

    Scores and degrees are compared on their own ordinal scales. A stated reason (not reported, …)
    is no value and enters no alpha; that one coder has a value where another states a reason counts
    among the disagreements.

    Args:
        graph: the loaded graph; all codings are compared, whichever is accepted.
        study: the study's key.
        resamples: how often cases are drawn anew for the interval; see `alpha.interval`.
        seed: of the random draws; the same seed gives the same interval.

    Returns:
        A row a variable under `COLUMNS`: ``coders`` who gave a value beside another's, ``units``
        (cases with at least two values), ``alpha`` and its 95 % interval from ``low`` to ``high``,
        to three decimals, ``disagreements`` (cases), and a ``remark``. Alpha is blank, and the
        remark says why, where all values are the same or fewer than `LEAST_UNITS` cases overlap.

    Raises:
        UnknownName: there is no such study.
        ParameterError: fewer than one resample is asked for.

    >>> from clusterkg.graph import Graph
    >>> next(iter(agreement(Graph())))["remark"]
    'no case has the values of two coders'
    """
    if resamples < 1:
        raise ParameterError("is too few", place=f"resamples {resamples}", remedy="ask for 1 or more, such as 2000")
    rows = []
    for variable, cases in _opinions(graph, study).items():
        units = [[row for row in case if row["rank"] is not None] for case in cases]
        units = [unit for unit in units if len(unit) > 1]
        alpha, low, high, remark = _coefficient(units, resamples, seed)
        coders = {row["coding"] for unit in units for row in unit}
        differing = sum(_differ(case) for case in cases)
        rows.append((variable, len(coders), len(units), alpha, low, high, differing, remark))
    return Agreement(rows, resamples, seed)


def _coefficient(
    units: list[list[Opinion]], resamples: int, seed: int
) -> tuple[Decimal | None, Decimal | None, Decimal | None, str | None]:
    """Return alpha, the bounds of its interval, and what has to be known of them."""
    if not units:
        return None, None, None, "no case has the values of two coders"
    if len(units) < LEAST_UNITS:
        return None, None, None, f"too few cases: {len(units)}, where {LEAST_UNITS} are the least"
    ranks = [[_number(row["rank"]) for row in unit] for unit in units]
    alpha = ordinal_alpha(ranks)
    if alpha is None:
        return None, None, None, f"no variation: every value is {plain(units[0][0]['value'])}"
    bounds = interval(ranks, resamples=resamples, seed=seed)
    if bounds is None:
        return _rounded(alpha), None, None, "no interval: no resample had any variation"
    low, high, used = bounds
    remark = None
    if all(len(set(unit)) == 1 for unit in ranks):
        remark = "no disagreement: how sure that is, an interval cannot show"
    elif used < resamples:
        remark = f"interval from {used} of {resamples} resamples: the others had no variation"
    return _rounded(alpha), _rounded(low), _rounded(high), remark


def _number(value: Value) -> Decimal:
    from decimal import Decimal

    return Decimal(str(value))


def _rounded(value: float) -> Decimal:
    from decimal import Decimal

    return Decimal(f"{value:.3f}")


def _studies(graph: Graph) -> list[str]:
    """Return the keys of the studies that have cases."""
    index = library.read("cases/index")
    studies = {str(row["study"]) for row in graph.run(index.text, index.name, needs=index.needs)}
    return sorted(study.removeprefix(study_iri("")) for study in studies)


def _opinions(graph: Graph, study: str) -> dict[str, list[list[Opinion]]]:
    """Return, for each variable, what the coders say of each case that any of them has looked at."""
    known = _studies(graph)
    if study not in known:
        raise UnknownName("no such study with cases", place=study, remedy=nearest(study, known))
    query = library.read("coding/ratings")
    found: dict[str, dict[Value, list[Opinion]]] = {}
    for row in graph.run(query.bind({"study": study_iri(study)}), query.name, needs=query.needs):
        cases = found.setdefault(str(row["variable"]), {})
        if row["reason"] != NOT_YET:
            cases.setdefault(row["case"], []).append(row)
    return {variable: list(cases.values()) for variable, cases in found.items()}


def _differ(opinions: Iterable[Opinion]) -> bool:
    """Tell whether coders say different things of a case: another value, a reason for a value, another reason."""
    return len({(row["rank"], row["reason"]) for row in opinions}) > 1


def without_disagreement(graph: Graph, study: str = "giuliani2005") -> str:
    """Return why there is no disagreement to list; empty where there is one.

    One coder alone, coders without a case in common, and coders who say the same are three different things.

    Args:
        graph: the loaded graph.
        study: the study's key.

    Raises:
        UnknownName: there is no such study.

    >>> from clusterkg.graph import Graph
    >>> without_disagreement(Graph())
    'giuliani2005 has one coder; no study here has two'
    """
    cases = _cases(graph, study)
    if any(map(_differ, cases)):
        return ""
    if any(len(_coders([case])) > 1 for case in cases):
        return f"the coders of {study} agree wherever two have looked"
    coders = len(_coders(cases))
    if coders > 1:
        return f"the {coders} coders of {study} have no variable of a case in common"
    others = [other for other in _studies(graph) if len(_coders(_cases(graph, other))) > 1]
    told = f"studies with two or more: {', '.join(others)}; use --study" if others else "no study here has two"
    return f"{study} has {'one coder' if coders else 'no coder'}; {told}"


def _cases(graph: Graph, study: str) -> list[list[Opinion]]:
    return [case for cases in _opinions(graph, study).values() for case in cases]


def _coders(cases: Iterable[Iterable[Opinion]]) -> set[Value]:
    return {row["coding"] for case in cases for row in case}


def disagreements(graph: Graph, study: str = "giuliani2005") -> Disagreements:
    """Return what each coder says where they differ.

    Args:
        graph: the loaded graph.
        study: the study's key.

    Returns:
        A row for each coder of each variable and case that they differ on, under `DIFFERENCES`:
        the value or stated reason, its locator, and the ``distance`` between the lowest and the
        highest value of the case: points of the score, or steps between degrees; blank where no two
        coders have a value. Within a variable the widest apart come first, those without a distance last.

    Raises:
        UnknownName: there is no such study.
    """
    rows = []
    for variable, cases in _opinions(graph, study).items():
        apart = [(_distance(case), case) for case in cases if _differ(case)]
        apart.sort(key=lambda item: (item[0] is None, -(item[0] or 0), str(item[1][0]["case"])))
        for distance, case in apart:
            for row in case:
                value = row["value"] if row["value"] is not None else row["reason"]
                coder = coding_name(str(row["coding"]))
                rows.append((variable, row["case_name"], coder, value, row["locator"], distance, row["case"]))
    return Disagreements(rows)


def _distance(opinions: Iterable[Opinion]) -> Decimal | None:
    ranks = [_number(row["rank"]) for row in opinions if row["rank"] is not None]
    return max(ranks) - min(ranks) if len(ranks) > 1 else None


def _apart(distance: Value) -> str:
    return f" (distance {plain(distance)})" if distance else " (a stated reason)"
