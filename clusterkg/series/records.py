"""What a file of series gives: plain records of single observations, and a count of what could not be one."""

from __future__ import annotations

import re
from typing import ClassVar, NamedTuple, Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Wants = Callable[[str, str], bool]

__all__ = ["EXAMPLES", "MISSING", "About", "Counted", "Format", "Given", "Record", "Tally"]

EXAMPLES = 3
"""How many of what was left out are named."""

LONGEST = 100
"""How many characters of an example are shown."""

MISSING = frozenset(("", "..", "...", ":", "-", "na", "n/a", "n.a.", "nan", "null", "none"))
"""How files say that there is no figure, in small letters; none of these is a zero."""


class Record(NamedTuple):
    """One observation as the file has it; `status` is its SDMX observation status, empty where the file has none."""

    area: str
    area_label: str
    period: str
    indicator: str
    indicator_label: str
    value: str
    line: int
    status: str = ""


class Given(NamedTuple):
    """The indicator that the user names for a file which does not: code and label, both empty where none is named."""

    indicator: str = ""
    label: str = ""


class About(NamedTuple):
    """What a file says of itself: its title and vintage, each empty where it says nothing."""

    title: str = ""
    vintage: str = ""


class Counted:
    """A kind of thing that is left out: how many there are, and the first few.

    >>> ragged = Counted()
    >>> for line in range(5, 9):
    ...     ragged.add(f"line {line}")
    >>> ragged.n, str(ragged)
    (4, '4 (line 5, line 6, line 7, …)')
    """

    def __init__(self) -> None:
        self.n = 0
        self.examples: list[str] = []

    def __str__(self) -> str:
        more = ", …" if self.n > len(self.examples) else ""
        return f"{self.n:,} ({', '.join(self.examples)}{more})"

    def add(self, example: str) -> None:
        """Count one more; an example that is named already is not named again, and a long one loses its middle."""
        self.n += 1
        if len(example) > LONGEST:
            example = f"{example[: LONGEST // 2]}…{example[-LONGEST // 2 :]}"
        if len(self.examples) < EXAMPLES and example not in self.examples:
            self.examples.append(example)


class Tally:
    """What a file holds beside observations that are taken.

    Attributes:
        missing: cells without a figure.
        ragged: rows that have fewer or more cells than the header.
        no_number: cells whose text is no number, or one too large or too small for a double.
        no_year: records of a quarter, month, day, or no time at all.
        unknown: records of areas that are neither a country nor a known aggregate.
        unlike: records whose area has one country's code and another's name.
        rounded: figures with more digits than the engine's decimals hold, kept as doubles.
        repeated: records that say again what an earlier one said.
        unwanted: records that the user's choice leaves out.
        deleted: SDMX records that say an observation is withdrawn.
    """

    KINDS: ClassVar = {
        "ragged": "rows with fewer or more cells than the header",
        "no_number": "cells that are no number, or one that no double holds",
        "no_year": "observations of no single year",
        "unknown": "observations of areas with unknown codes",
        "unlike": "observations whose code and name are of two countries",
        "repeated": "observations that repeat an earlier one",
        "deleted": "observations that the file withdraws",
        "rounded": "figures with more digits than a decimal holds, kept as doubles",
    }
    """The kinds that are told, with their words."""

    def __init__(self) -> None:
        self.missing = self.unwanted = 0
        self.ragged, self.no_number, self.no_year = Counted(), Counted(), Counted()
        self.unknown, self.unlike, self.repeated = Counted(), Counted(), Counted()
        self.deleted, self.rounded = Counted(), Counted()

    @property
    def skipped(self) -> int:
        """How many rows, cells and records could not be taken, for a fault of theirs."""
        return sum(
            kind.n for kind in (self.ragged, self.no_number, self.no_year, self.unknown, self.unlike, self.deleted)
        )

    @property
    def sentences(self) -> list[str]:
        """A line for each kind that there is, with examples."""
        return [f"{words}: {getattr(self, kind)}" for kind, words in self.KINDS.items() if getattr(self, kind).n]


class Format(Protocol):
    """What a module of a format offers."""

    NAME: str
    """What the format is called."""

    LOOKS_LIKE: str
    """How its first line begins, for whoever has another file."""

    NEEDS_INDICATOR: bool
    """Whether its files do not say which indicator they hold."""

    def recognises(self, head: Sequence[str]) -> bool:
        """Tell whether a file with these first lines is of the format."""

    def about(self, head: Sequence[str]) -> About:
        """Return what the first lines say of the whole file."""

    def records(self, lines: Iterable[str], tally: Tally, wants: Wants, given: Given) -> Iterator[Record]:
        """Yield the file's observations; `wants` tells by area code and indicator code which are asked for."""


YEAR = re.compile(r"[12][0-9]{3}")


def is_year(text: str) -> bool:
    """Tell whether a text is a year that a series can have."""
    return YEAR.fullmatch(text) is not None
