"""Long CSV of one indicator: name, code, year and value, an observation a row."""

from __future__ import annotations

from clusterkg.series.formats.cells import first_cells, rows, whole_rows
from clusterkg.series.records import MISSING, About, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clusterkg.series.records import Given, Tally, Wants

__all__ = ["LOOKS_LIKE", "NAME", "NEEDS_INDICATOR", "about", "recognises", "records"]

NAME = "long CSV of name, code, year and value"
LOOKS_LIKE = "Country Name,Country Code,Year,Value"
NEEDS_INDICATOR = True

HEADERS = (
    {"name", "country name", "country", "entity", "area"},
    {"code", "country code", "iso3", "iso code"},
    {"year", "time", "period"},
    {"value"},
)
"""How each of the four columns may be headed, in small letters."""


def recognises(head: Sequence[str]) -> bool:
    """Tell whether a file begins as the format does.

    >>> recognises(["Country Name,Country Code,Year,Value"]), recognises(["name;code;year;value"])
    (True, False)
    """
    cells = [cell.lower() for cell in first_cells(head[0])] if head else []
    return len(cells) == len(HEADERS) and all(cell in known for cell, known in zip(cells, HEADERS, strict=True))


def about(head: Sequence[str]) -> About:
    """Return nothing: the file says nothing of itself."""
    return About()


def records(lines: Iterable[str], tally: Tally, wants: Wants, given: Given) -> Iterator[Record]:
    """Yield the file's observations, all of the indicator that the user gives.

    Raises:
        FileError: it is no CSV from some line on.
    """
    numbered = rows(lines)
    next(numbered, None)
    for line, row in whole_rows(numbered, len(HEADERS), tally):
        name, code, year, value = (cell.strip() for cell in row)
        if not wants(code, given.indicator):
            tally.unwanted += 1
        elif value.lower() in MISSING:
            tally.missing += 1
        else:
            yield Record(code, name, year, given.indicator, given.label, value, line)
