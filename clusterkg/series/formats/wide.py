"""The World Bank's wide table, which two formats have: a row an area and indicator, a column a year."""

from __future__ import annotations

from clusterkg.errors import FileError
from clusterkg.series.formats.cells import first_cells, rows, whole_rows
from clusterkg.series.records import MISSING, Record, is_year

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clusterkg.series.records import Tally, Wants

__all__ = ["HEADER", "is_header", "records"]

HEADER = ("Country Name", "Country Code", "Indicator Name", "Indicator Code")
"""The columns before the years."""


def is_header(line: str) -> bool:
    """Tell whether a line is the table's header.

    >>> is_header('"Country Name","Country Code","Indicator Name","Indicator Code","1960",')
    True
    >>> is_header("Country Name,Country Code,Year,Value")
    False
    """
    cells = first_cells(line)
    return tuple(cells[:4]) == HEADER and len(cells) > 4 and is_year(cells[4])


def records(lines: Iterable[str], tally: Tally, wants: Wants) -> Iterator[Record]:
    """Yield the observations of the rows below the header; what stands above it is passed over.

    Raises:
        FileError: it is no CSV from some line on, or a column after the first four is no year.
    """
    numbered = rows(lines)
    header: list[str] = []
    for line, row in numbered:
        if tuple(cell.strip() for cell in row[:4]) == HEADER:
            header = row[:-1] if row[-1] == "" else row
            place = f"line {line}"
            break
    years = [year.strip() for year in header[4:]]
    wrong = [year for year in years if not is_year(year)]
    if wrong:
        raise FileError(f"the column '{wrong[0]}' is no year", place=place, remedy="download the file anew")
    for line, row in whole_rows(numbered, len(header), tally):
        name, code, title, indicator = (cell.strip() for cell in row[:4])
        if not indicator:
            tally.ragged.add(f"line {line}, which names no indicator")
            continue
        if not wants(code, indicator):
            tally.unwanted += len(years)
            continue
        for year, value in zip(years, row[4:], strict=True):
            if value == "" or value.strip().lower() in MISSING:
                tally.missing += 1
            else:
                yield Record(code, name, year, indicator, title, value, line)
