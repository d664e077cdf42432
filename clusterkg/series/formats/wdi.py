"""WDI bulk CSV, as it stands in the World Bank's WDI_CSV.zip: a header at once, then a row an area and indicator."""

from __future__ import annotations

from clusterkg.series.formats import wide
from clusterkg.series.records import About

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clusterkg.series.records import Given, Record, Tally, Wants

__all__ = ["LOOKS_LIKE", "NAME", "NEEDS_INDICATOR", "about", "recognises", "records"]

NAME = "WDI bulk CSV"
LOOKS_LIKE = "Country Name,Country Code,Indicator Name,Indicator Code,1960"
NEEDS_INDICATOR = False


def recognises(head: Sequence[str]) -> bool:
    """Tell whether a file begins as the format does."""
    return bool(head) and wide.is_header(head[0])


def about(head: Sequence[str]) -> About:
    """Return the database's name; the file does not say of when it is."""
    return About("World Development Indicators")


def records(lines: Iterable[str], tally: Tally, wants: Wants, given: Given) -> Iterator[Record]:
    """Yield the file's observations.

    Raises:
        FileError: it is no CSV from some line on, or a column is no year.
    """
    return wide.records(lines, tally, wants)
