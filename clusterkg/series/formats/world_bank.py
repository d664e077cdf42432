"""World Bank indicator CSV: four lines that say of when the file is, then a row an area and a column a year."""

from __future__ import annotations

from clusterkg.series.formats import wide
from clusterkg.series.formats.cells import first_cells
from clusterkg.series.records import About

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clusterkg.series.records import Given, Record, Tally, Wants

__all__ = ["LOOKS_LIKE", "NAME", "NEEDS_INDICATOR", "about", "recognises", "records"]

NAME = "World Bank indicator CSV"
LOOKS_LIKE = '"Data Source","World Development Indicators",'
NEEDS_INDICATOR = False


def recognises(head: Sequence[str]) -> bool:
    """Tell whether a file begins as the format does."""
    return bool(head) and first_cells(head[0])[:1] == ["Data Source"] and any(map(wide.is_header, head))


def about(head: Sequence[str]) -> About:
    """Return the database's name, and the day on which the World Bank last updated it.

    >>> about(['"Data Source","World Development Indicators",', "", '"Last Updated Date","2026-04-08",', ""])
    About(title='World Development Indicators', vintage='2026-04-08')
    """
    said = {cells[0]: cells[1] for cells in map(first_cells, head[:4]) if len(cells) > 1}
    return About(said.get("Data Source", ""), said.get("Last Updated Date", ""))


def records(lines: Iterable[str], tally: Tally, wants: Wants, given: Given) -> Iterator[Record]:
    """Yield the file's observations.

    Raises:
        FileError: it is no CSV from some line on, or a column is no year.
    """
    return wide.records(lines, tally, wants)
