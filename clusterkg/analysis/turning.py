"""The fewest changes to the rows of a finding that turn its verdict, found by trying all of so many."""

from __future__ import annotations

from itertools import combinations, groupby, product

from clusterkg.analysis.relations import Relation
from clusterkg.findings.verdicts import EXCEPTIONS, HOLDS, judge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from clusterkg.findings import Finding
    from clusterkg.findings.verdicts import Judgement, Limits
    from clusterkg.graph.answers import Value

    Cell = tuple[Value, ...]
    Delta = tuple[tuple[int, int], ...]

__all__ = ["Option", "Verdicts", "fewest", "turns"]

RELATIONS = {"kendall-tau-b": "predictor", "cliffs-delta": "side"}
"""The tests of a relation between two values, with the column of the first; the second is the outcome."""

UNREAD = ("case", "thing", "name")
"""The columns that no test goes by."""


class Option:
    """One thing that could be otherwise: a case recoded, or cases left out.

    Attributes:
        owner: the case, or the country; each is changed in one way at a time.
        cost: how many changes it counts as.
        delta: what it does to the rows: the number of a row's values to how many more there are of them.
        what: what it is, for whoever asked.
    """

    def __init__(self, owner: str, cost: int, delta: Delta, what: object) -> None:
        self.owner, self.cost, self.delta, self.what = owner, cost, delta, what

    def __repr__(self) -> str:
        return f"<Option of {self.owner}, {self.cost}>"


class Verdicts:
    """The verdict on a finding, whatever the values in its rows.

    A test goes by how many rows have which values; which cases these are matters for who speaks against the
    claim, and for nothing else.

    Args:
        finding: a finding that was tested.
        limits: the limits of its study.
    """

    def __init__(self, finding: Finding, limits: Limits) -> None:
        self._finding, self._limits = finding, limits
        self._places = [place for place, name in enumerate(finding.columns) if name not in UNREAD]
        self._cells: list[Cell] = []
        self._numbers: dict[Cell, int] = {}
        self.counts: dict[int, int] = {}
        for row in finding.rows:
            number = self.number(row)
            self.counts[number] = self.counts.get(number, 0) + 1
        self._known: dict[Delta, str] = {}
        self._judged: dict[Delta, Judgement] = {}
        self._relation: Relation | None = None
        if finding.test in RELATIONS:
            self._pair_columns = RELATIONS[finding.test], "outcome"
            pairs = [pair for row in finding.rows if (pair := self._pair(self.number(row))) is not None]
            self._relation = Relation(finding.claim, limits, pairs, sided=finding.test == "cliffs-delta")

    def number(self, row: Sequence[Value]) -> int:
        """Return the number by which the values of a row of the query are known."""
        cell = tuple(row[place] for place in self._places)
        if cell not in self._numbers:
            self._numbers[cell] = len(self._cells)
            self._cells.append(cell)
        return self._numbers[cell]

    def delta(self, before: Iterable[Sequence[Value]], after: Iterable[Sequence[Value]]) -> Delta:
        """Return what it does to the number of rows of each kind that some are replaced by others."""
        more: dict[int, int] = {}
        for rows, step in ((before, -1), (after, 1)):
            for row in rows:
                number = self.number(row)
                more[number] = more.get(number, 0) + step
        return tuple(sorted((number, step) for number, step in more.items() if step))

    def possible(self, delta: Delta) -> bool:
        """Tell whether there are as many rows as are taken away."""
        return all(self.counts.get(number, 0) + more >= 0 for number, more in delta)

    def after(self, delta: Delta) -> str:
        """Return the verdict when the rows are changed so."""
        if delta not in self._known:
            if self._relation is None:
                self._known[delta] = self.judged(delta).verdict
            else:
                pairs: dict[tuple[float, float], int] = {}
                for number, more in delta:
                    pair = self._pair(number)
                    if pair is not None:
                        pairs[pair] = pairs.get(pair, 0) + more
                self._known[delta] = self._relation.verdict(pairs)
        return self._known[delta]

    def judged(self, delta: Delta) -> Judgement:
        """Return the judgement when the rows are changed so, with its estimate and probability."""
        if delta not in self._judged:
            counts = dict(self.counts)
            for number, more in delta:
                counts[number] = counts.get(number, 0) + more
            rows = [self._row(number) for number, count in sorted(counts.items()) for _ in range(count)]
            test = str(self._finding.test)
            self._judged[delta] = judge(test, self._finding.claim, rows, self._limits)
        return self._judged[delta]

    def _row(self, number: int) -> Mapping[str, Value]:
        names = [self._finding.columns[place] for place in self._places]
        return {**dict.fromkeys(UNREAD, ""), **dict(zip(names, self._cells[number], strict=True))}

    def _pair(self, number: int) -> tuple[float, float] | None:
        row = self._row(number)
        first, second = (row[name] for name in self._pair_columns)
        return None if first is None or second is None else (_number(first), _number(second))


def _number(value: Value) -> float:
    return float(value) if isinstance(value, bool) else float(str(value))


def turns(before: str, after: str, *, firm: bool = False) -> bool:
    """Tell whether a verdict has turned.

    Args:
        before: a verdict.
        after: the verdict in its place.
        firm: whether a claim that holds, with or without exceptions, has one verdict.

    >>> turns("holds", "holds with exceptions"), turns("holds", "holds with exceptions", firm=True)
    (True, False)
    """
    if firm:
        before, after = (HOLDS if verdict == EXCEPTIONS else verdict for verdict in (before, after))
    return before != after


def fewest(
    verdicts: Verdicts, options: Callable[[int], Iterable[Option]], most: int, *, firm: bool = False
) -> tuple[int | None, list[tuple[tuple[Option, ...], Delta]]]:
    """Return the fewest changes that turn the verdict, with every way to make so many that does.

    One change is tried in all ways, then two, and so on. Options that do the same to the rows are judged once.

    Args:
        verdicts: the finding's verdicts.
        options: gives the options that count as so many changes.
        most: the greatest number to try.
        firm: see `turns`.

    Returns:
        The number, or None where no such number turns it, then the ways: the options, and what they do to the rows.
    """
    before = verdicts.after(())
    kinds: list[_Kind] = []
    for number in range(1, most + 1):
        kinds += _kinds(options(number))
        found: list[tuple[tuple[Option, ...], Delta]] = []
        for chosen in _chosen(kinds, number):
            delta = _sum(kind.delta for kind in chosen)
            if verdicts.possible(delta) and turns(before, verdicts.after(delta), firm=firm):
                found += [(way, delta) for way in _ways(chosen)]
        if found:
            return number, found
    return None, []


class _Kind:
    """All options that cost the same and do the same to the rows."""

    def __init__(self, cost: int, delta: Delta) -> None:
        self.cost, self.delta = cost, delta
        self.owners: dict[str, list[Option]] = {}


def _kinds(options: Iterable[Option]) -> list[_Kind]:
    found: dict[tuple[int, Delta], _Kind] = {}
    for option in options:
        kind = found.setdefault((option.cost, option.delta), _Kind(option.cost, option.delta))
        kind.owners.setdefault(option.owner, []).append(option)
    return list(found.values())


def _chosen(kinds: Sequence[_Kind], left: int, start: int = 0) -> Iterator[tuple[_Kind, ...]]:
    """Yield each choice of kinds, with repetition, that costs so much in all."""
    if not left:
        yield ()
        return
    for place in range(start, len(kinds)):
        kind = kinds[place]
        if kind.cost == left:
            yield (kind,)
        elif kind.cost < left:
            for rest in _chosen(kinds, left - kind.cost, place):
                yield (kind, *rest)


def _sum(deltas: Iterable[Delta]) -> Delta:
    total: dict[int, int] = {}
    for delta in deltas:
        for number, more in delta:
            total[number] = total.get(number, 0) + more
    return tuple(sorted((number, more) for number, more in total.items() if more))


def _ways(chosen: Sequence[_Kind]) -> Iterator[tuple[Option, ...]]:
    """Yield each way to make a choice of kinds with as many different owners, each once."""
    repeated = [(kind, len(list(group))) for kind, group in groupby(chosen)]
    for owners in product(*(combinations(kind.owners, times) for kind, times in repeated)):
        flat = [owner for some in owners for owner in some]
        if len(set(flat)) == len(flat):
            lists = [kind.owners[owner] for (kind, _), some in zip(repeated, owners, strict=True) for owner in some]
            yield from product(*lists)
