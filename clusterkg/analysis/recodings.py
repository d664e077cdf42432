"""The ratings that a finding reads, and the other values that each could have been given."""

from __future__ import annotations

from decimal import Decimal

from clusterkg import library
from clusterkg.graph.answers import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clusterkg.analysis.copies import Copy
    from clusterkg.findings import Finding
    from clusterkg.graph import Graph

    Coded = Decimal | int

__all__ = ["Rating", "count_ways", "moves", "ratings_read"]

STEP = Decimal("0.5")
SCALE = (Decimal(0), Decimal(3))


class Rating:
    """An accepted rating of a case on a variable that a finding reads.

    Attributes:
        iri: the rating's IRI; `case` that of its case, `variable` that of its variable.
        name: the variable's English name.
        value: the score, a decimal, or the rank of the degree, a whole number; None where there is no value.
        reason: the stated reason why there is none, else empty.
        degrees: rank to degree where the variable is rated in degrees, else empty.
    """

    def __init__(
        self, iri: str, case: str, variable: str, name: str, value: Coded | None, reason: str, degrees: dict[int, str]
    ) -> None:
        self.iri, self.case, self.variable, self.name = iri, case, variable, name
        self.value, self.reason, self.degrees = value, reason, degrees

    def __repr__(self) -> str:
        return f"Rating({self.iri!r}, {self.shown(self.value)})"

    def moved(self, steps: int) -> Coded | None:
        """Return the value so many half points or ranks up, or down; None where the scale does not reach so far."""
        if self.value is None:
            return None
        if self.degrees:
            rank = int(self.value) + steps
            return rank if rank in self.degrees else None
        score = self.value + STEP * steps
        return score if SCALE[0] <= score <= SCALE[1] else None

    def scale(self) -> list[Coded]:
        """Return every value that it could have, from the lowest."""
        if self.degrees:
            return list(self.degrees)
        return [STEP * steps for steps in range(int(SCALE[1] / STEP) + 1)]

    def shown(self, value: Coded | None) -> str:
        """Return a value as people read it: ``1.5``, ``medium``, or the reason why there is none."""
        if value is None:
            return self.reason
        return self.degrees[int(value)] if self.degrees else plain(value)


def ratings_read(graph: Graph, finding: Finding, copy: Copy) -> list[Rating]:
    """Return the accepted ratings on the variables that a finding names, of all cases of its study."""
    query = library.read("analysis/ratings-read", graph.folders)
    answer = list(copy.ask(query.bind({"finding": finding.claim.iri}), query.path))
    by_degree = {row["variable"] for row in answer if row["rank"] is not None}
    found: dict[str, Rating] = {}
    for row in answer:
        degrees = copy.degrees if row["variable"] in by_degree else {}
        coded = row["rank"] if degrees else row["score"]
        value = None if coded is None else int(str(coded)) if degrees else Decimal(str(coded))
        told = (str(row[name]) for name in ("rating", "case", "variable", "variable_name"))
        iri, case, variable, name = told
        found.setdefault(iri, Rating(iri, case, variable, name, value, str(row["reason"] or "not coded"), degrees))
    return list(found.values())


def moves(variables: Sequence[str], cost: int) -> Iterator[dict[str, int]]:
    """Yield each way to move values on some variables by so many half points in all: variable to steps.

    >>> list(moves(["a", "b"], 1))
    [{'b': 1}, {'b': -1}, {'a': 1}, {'a': -1}]
    >>> len(list(moves(["a", "b"], 2)))
    8
    """
    if not cost:
        yield {}
    elif variables:
        for here in range(cost + 1):
            for rest in moves(variables[1:], cost - here):
                for steps in (here, -here) if here else (0,):
                    yield {**({variables[0]: steps} if steps else {}), **rest}


def count_ways(ratings: Iterable[Rating], most: int) -> list[int]:
    """Return in how many ways ratings can be recoded by 0, 1, … half points in all, each in its scale.

    >>> scores = [Rating("", "", "", "", Decimal(value), "", {}) for value in (0, 1)]
    >>> count_ways(scores, 2)
    [1, 3, 5]
    """
    return _times(([1, *(_reached(rating, steps) for steps in range(1, most + 1))] for rating in ratings), most)


def _reached(rating: Rating, steps: int) -> int:
    return sum(rating.moved(way) is not None for way in (steps, -steps))


def _times(factors: Iterable[Sequence[int]], most: int) -> list[int]:
    """Return the product of polynomials up to a power."""
    product = [1, *[0] * most]
    for factor in factors:
        product = [sum(product[low] * factor[power - low] for low in range(power + 1)) for power in range(most + 1)]
    return product
