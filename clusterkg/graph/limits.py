"""The limits that a query from outside runs under: time, memory, rows."""

from __future__ import annotations

from clusterkg.errors import LimitError, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeVar

    Item = TypeVar("Item")

__all__ = ["Limits"]


class Limits:
    """How much a query that the project did not ship may take; None is no limit.

    Attributes:
        seconds: of wall-clock time.
        megabytes: of memory (2**20 bytes) beyond the loaded graph; not kept on Windows.
        rows: of the answer; triples, where it is triples.

    Raises:
        ParameterError: a limit is not a number above zero.

    >>> Limits(seconds=2.5, rows=None)
    Limits(seconds=2.5, megabytes=1024, rows=None)
    >>> Limits(rows=0)
    Traceback (most recent call last):
    clusterkg.errors.ParameterError: rows: 0 is no limit; give a whole number above zero, or None for no limit
    """

    def __init__(
        self, *, seconds: float | None = 60, megabytes: float | None = 1024, rows: int | None = 1_000_000
    ) -> None:
        for name, value in (("seconds", seconds), ("megabytes", megabytes), ("rows", rows)):
            whole = name == "rows"
            number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
            if value is not None and not (number and 0 < value < float("inf")):
                kind = "whole number" if whole else "number"
                remedy = f"give a {kind} above zero, or None for no limit"
                raise ParameterError(f"{value!r} is no limit", place=name, remedy=remedy)
        self.seconds, self.megabytes, self.rows = seconds, megabytes, rows

    def __repr__(self) -> str:
        return f"Limits(seconds={self.seconds}, megabytes={self.megabytes}, rows={self.rows})"

    def counted(self, rows: Iterable[Item], place: str) -> Iterator[Item]:
        """Yield rows until there is one too many.

        Raises:
            LimitError: there is one.

        >>> list(Limits(rows=2).counted("ab", "q.rq"))
        ['a', 'b']
        >>> list(Limits(rows=1).counted("ab", "q.rq"))
        Traceback (most recent call last):
        clusterkg.errors.LimitError: q.rq: has more than 1 row; raise the limit with --max-rows, in Python with \
Limits(rows=…), or ask for fewer with SPARQL's LIMIT
        """
        if self.rows is None:
            yield from rows
            return
        for number, row in enumerate(rows):
            if number >= self.rows:
                raise self.exceeded("rows", place)
            yield row

    def exceeded(self, name: str, place: str) -> LimitError:
        """Return the error that says which limit a query was stopped at, and how to raise it."""
        said, option, instead = {
            "seconds": ("takes longer than", "timeout", "ask for less"),
            "megabytes": ("needs more memory than", "memory", "ask for less"),
            "rows": ("has more than", "max-rows", "ask for fewer with SPARQL's LIMIT"),
        }[name]
        value: float | None = getattr(self, name)
        # Without a limit of our own, the system's was reached.
        fault = f"{said} {'there is' if value is None else _number(value, name.removesuffix('s'))}"
        remedy = f"raise the limit with --{option}, in Python with Limits({name}=…), or {instead}"
        return LimitError(fault, place=place, remedy=remedy)


def _number(value: float, unit: str) -> str:
    """Return a limit with its unit.

    >>> _number(1, "row"), _number(1_000_000, "row"), _number(0.5, "second")
    ('1 row', '1,000,000 rows', '0.5 seconds')
    """
    return f"{value:,} {unit}{'' if value == 1 else 's'}"
