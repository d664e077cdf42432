"""All tested findings of a study by how few changes turn their verdicts."""

from __future__ import annotations

from clusterkg import rendering
from clusterkg.analysis.fragility import Setting, of_finding
from clusterkg.findings import examine
from clusterkg.notebooks import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clusterkg.analysis.fragility_views import Fragility
    from clusterkg.findings import Finding
    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value

__all__ = ["COLUMNS", "Fragilities", "fragilities"]

COLUMNS = ("id", "claim", "verdict", "by_rating", "rating_ways", "rating_then", "by_case", "case_ways", "case_then")
"""Columns of the list, a contract."""

KINDS = ("rating", "case")


class Fragilities(Shown):
    """The tested findings of a study, each with the fewest half points and the fewest cases that turn it.

    Attributes:
        study: the study's key.
        most: the greatest number of changes that was tried.
        found: of each finding the two answers, by rating and by case, in the order of the findings.
    """

    columns = COLUMNS

    def __init__(self, study: str, most: int, found: Iterable[tuple[Fragility, Fragility]]) -> None:
        self.study, self.most, self.found = study, most, list(found)

    def __repr__(self) -> str:
        return f"<Fragilities of {self.study}: {len(self)}>"

    def __len__(self) -> int:
        return len(self.found)

    @property
    def rows(self) -> list[tuple[Value, ...]]:
        """A tuple a finding under `COLUMNS`; a number is blank where there is nothing to recode, or no case."""
        return [(rating.id, rating.name, rating.verdict, *_told(rating), *_told(case)) for rating, case in self.found]

    def to_csv(self) -> str:
        """Return CSV under `COLUMNS`."""
        return rendering.as_csv(COLUMNS, self.rows)

    def to_json(self) -> str:
        """Return JSON: an object a finding."""
        return rendering.as_json(rendering.named(COLUMNS, self.rows))

    def to_markdown(self) -> str:
        """Return a Markdown table, the sums below it."""
        columns, rows = self._shown()
        return rendering.as_markdown(columns, rows, title=self._title, notes=self.summary())

    def to_text(self, width: int = 80) -> str:
        """Return the findings for a terminal of that width, the sums below them."""
        columns, rows = self._shown()
        return rendering.as_text(columns, rows, title=self._title, notes=self.summary(), width=width)

    def summary(self) -> list[str]:
        """Return in words how many findings hang on how few half points, and on how few cases."""
        return [
            _counted([pair[place] for pair in self.found], what, without)
            for place, (what, without) in enumerate(
                (("Half points or ranks", "with nothing to recode"), ("Cases left out", "without cases of their own"))
            )
        ]

    @property
    def _title(self) -> str:
        return f"Fragility of {self.study}: fewest half points, and fewest cases left out, that turn a verdict"

    def _shown(self) -> tuple[list[str], list[tuple[Value, ...]]]:
        rows: list[tuple[Value, ...]] = [
            (rating.id, rating.name, rating.verdict, rating.mark, case.mark) for rating, case in self.found
        ]
        return ["id", "claim", "verdict", "by_rating", "by_case"], rows


def _told(one: Fragility) -> tuple[Value, ...]:
    return one.mark, len(one.ways) if one.ways else None, "; ".join(one.then) or None


def _counted(found: list[Fragility], what: str, without: str) -> str:
    """Return how often each number is: ``Half points: 1 for 40 findings, 2 for 12, more for 30; …``."""
    marks = [one.mark for one in found]
    kinds = sorted({mark for mark in marks if mark is not None}, key=lambda mark: (mark[0] == ">", mark))
    told = ", ".join(f"{mark.replace('>', 'more than ')} for {marks.count(mark)}" for mark in kinds)
    rest = marks.count(None)
    return f"{what} that turn the verdict: {told or 'none'}" + (f"; {rest} {without}." if rest else ".")


def fragilities(
    graph: Graph,
    *,
    study: str = "giuliani2005",
    most: int = 2,
    firm: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Fragilities:
    """Return every tested finding with the fewest half points, and the fewest cases, that turn its verdict.

    What a study claims in several places is tried once.

    Args:
        graph: the loaded graph; it is not written to.
        study: the study's key.
        most: the greatest number of changes to try.
        firm: whether a claim that holds, with or without exceptions, counts as of one verdict.
        progress: is told how many findings are done, of how many.

    Raises:
        UnknownName: there is no such study with findings; the nearest are offered.
    """
    tested = [finding for finding in examine(graph, study=study) if finding.query is not None]
    setting = Setting(graph, study)
    known: dict[tuple[object, ...], tuple[Fragility, Fragility]] = {}
    found = []
    for done, finding in enumerate(tested, 1):
        key = _alike(finding)
        if key not in known:
            rating, case = (of_finding(setting, finding, most=most, by=kind, firm=firm) for kind in KINDS)
            known[key] = rating, case
        rating, case = known[key]
        found.append((rating.of(finding), case.of(finding)))
        if progress is not None:
            progress(done, len(tested))
    return Fragilities(study, most, found)


def _alike(finding: Finding) -> tuple[object, ...]:
    """Return all that a test of a finding goes by, so that two alike are one."""
    claim = finding.claim
    parts = tuple(
        tuple(part.iri for part in some) for some in (claim.about, claim.groups, claim.predictors, claim.outcomes)
    )
    conditions = tuple(sorted((use, tuple(sorted(told))) for use, told in claim.conditions.items()))
    shares = tuple(sorted(claim.shares.items()))
    said = (tuple(claim.directions), claim.quantifier, claim.count, shares)
    return (finding.path, parts, conditions, said, tuple(finding.rows))
