"""What the verdict on a finding would be if a limit of its test, or a threshold that it asks for, lay elsewhere."""

from __future__ import annotations

from decimal import Decimal

from clusterkg.analysis.copies import Copy
from clusterkg.analysis.scale import POINTS
from clusterkg.findings.claims import limits_of
from clusterkg.findings.verdicts import judge
from clusterkg.terms import ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from clusterkg.findings import Finding
    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value

__all__ = ["GOES_BY", "TRIED", "Bound", "bounds"]

TRIED = {
    "cases": ("3", "4", "6", "8", "10"),
    "exceptions": ("0", "0.1", "0.2", "0.3", "0.4", "0.5"),
    "neutral": ("0.1", "0.15", "0.25", "0.3", "0.4"),
    "probability": ("0.01", "0.1", "0.2"),
    "spread": ("1", "1.5", "2.5", "3"),
}
"""Where else each limit of the codebook is put."""

RELATION = ("cases", "neutral", "probability")

GOES_BY = {
    "tally": ("exceptions",),
    "kendall-tau-b": RELATION,
    "cliffs-delta": RELATION,
    "sign": RELATION,
    "kruskal-wallis": RELATION,
    "spread": ("spread",),
    "order": (),
}
"""The limits that each test goes by."""

USES = ("condition", "sampleCondition", "contrast")
SIDES = {"least": "from", "greatest": "up to"}
"""The two ends that a threshold may have: as the ontology calls them, and how people say it."""


class Bound:
    """A limit or a threshold that lies somewhere, and the verdicts that it would give elsewhere.

    Attributes:
        name: what the codebook calls it.
        side: ``from`` or ``up to`` of a threshold; empty of a limit.
        stated: where it lies.
        verdicts: the verdict at each other place that was tried.
        verdict: the verdict as things stand.
    """

    def __init__(self, name: str, side: str, stated: Decimal, verdict: str, verdicts: Mapping[Decimal, str]) -> None:
        self.name, self.side, self.stated = name, side, stated
        self.verdict, self.verdicts = verdict, dict(verdicts)

    def __repr__(self) -> str:
        return f"<Bound: {self.name} {self.side} {self.stated}>"

    @property
    def turning(self) -> dict[Decimal, str]:
        """The places at which the verdict would be another, with that verdict."""
        return {value: verdict for value, verdict in self.verdicts.items() if verdict != self.verdict}


def bounds(graph: Graph, finding: Finding, *, study: str = "giuliani2005", copy: Copy | None = None) -> list[Bound]:
    """Return the thresholds that a finding asks for, then the limits of its test, each put elsewhere by itself.

    A threshold of scores is put at each other half point of the scale from 0 to 3; thresholds of degrees stay. Where
    it has two ends, each is moved by itself. The graph is not written to.

    Args:
        graph: the loaded graph.
        finding: a finding that was put to the test.
        study: the study's key.
        copy: a copy of the graph that there is already; it is as before afterwards.

    Raises:
        DataError: the codebook lacks a limit.

    >>> import clusterkg
    >>> kg = clusterkg.load()
    >>> finding = kg.finding("s5c3-04")
    >>> [(one.name, one.side, one.stated) for one in bounds(kg.graph, finding)][0]
    ('Upgraded', 'from', Decimal('0.5'))
    >>> finding.verdict, bounds(kg.graph, finding)[0].verdicts[Decimal(2)]
    ('fails', 'holds')
    """
    if finding.query is None:
        return []
    stated = limits_of(graph, study)
    return [*_thresholds(graph, finding, stated, copy), *_limits(finding, stated)]


def _limits(finding: Finding, stated: dict[str, Decimal]) -> Iterator[Bound]:
    """Yield the limits that a finding's test goes by."""
    for name in GOES_BY[str(finding.test)]:
        found = {
            value: _verdict(finding, finding.rows, {**stated, name: value})
            for value in map(Decimal, TRIED[name])
            if value != stated[name]
        }
        yield Bound(name, "", stated[name], finding.verdict, found)


def _thresholds(graph: Graph, finding: Finding, stated: dict[str, Decimal], copy: Copy | None) -> Iterator[Bound]:
    """Yield each end of the thresholds that a finding asks for, moved over the scale in a copy of the graph."""
    ends = _ends(graph, finding.claim.iri)
    copy = copy or (Copy(graph) if ends else None)
    for name, side, quad, others in ends:
        assert copy is not None
        assert finding.query is not None
        found: dict[Decimal, str] = {}
        here = Decimal(quad.object.value)
        for value in POINTS:
            below = SIDES[side] == "from" and others and value > min(others)
            above = SIDES[side] == "up to" and others and value < max(others)
            if value != here and not below and not above:
                with copy.restated(quad, value):
                    rows = copy.ask(finding.query, finding.path or "query").rows
                found[value] = _verdict(finding, rows, stated)
        yield Bound(name, SIDES[side], here, finding.verdict, found)


def _ends(graph: Graph, iri: str) -> list[tuple[str, str, Any, list[Decimal]]]:
    """Return each end of a finding's thresholds of scores: name, side, the statement of it, the values of the other."""
    import pyoxigraph as ox

    store = graph.store
    label = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")

    def objects(subject: Any, name: str) -> list[Any]:
        return list(store.quads_for_pattern(subject, ox.NamedNode(ONTOLOGY + name), None, None))

    thresholds = {
        stated.object
        for use in USES
        for condition in objects(ox.NamedNode(iri), use)
        for stated in objects(condition.object, "threshold")
    }
    found = []
    for threshold in sorted(thresholds, key=str):
        labels: list[Any] = list(store.quads_for_pattern(threshold, label, None, None))
        names = [quad.object.value for quad in labels]
        for side in SIDES:
            (other,) = (one for one in SIDES if one != side)
            far = [Decimal(quad.object.value) for quad in objects(threshold, other)]
            found += [(min(names, default=str(threshold)), side, quad, far) for quad in objects(threshold, side)]
    return found


def _verdict(finding: Finding, rows: Sequence[Sequence[Value]], limits: Mapping[str, Decimal]) -> str:
    """Return the verdict on some rows by some limits."""
    named = [dict(zip(finding.columns, row, strict=True)) for row in rows]
    return judge(str(finding.test), finding.claim, named, limits, finding.unit).verdict
