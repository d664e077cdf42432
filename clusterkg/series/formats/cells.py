"""CSV lines into rows of cells, each with the number of its line."""

from __future__ import annotations

import csv

from clusterkg.errors import FileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clusterkg.series.records import Tally

__all__ = ["first_cells", "rows", "whole_rows"]


def rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each row's last line, and its cells; blank rows are left out.

    Raises:
        FileError: it is no CSV from some line on.
    """
    reader = csv.reader(lines, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileError(
                f"is no CSV: {error}", place=f"line {reader.line_num}", remedy="download it anew"
            ) from error
        if row:
            yield reader.line_num, row


def whole_rows(numbered: Iterable[tuple[int, list[str]]], width: int, tally: Tally) -> Iterator[tuple[int, list[str]]]:
    """Yield rows that have a header's number of cells; others are counted as ragged.

    The comma at the end of a line, which the World Bank's files have, makes an empty cell that does not count.
    """
    for line, row in numbered:
        if len(row) > width and not any(row[width:]):
            del row[width:]
        if len(row) == width:
            yield line, row
        elif len(row) > 1 or row[0].strip():
            tally.ragged.add(f"line {line} has {len(row)} of {width}")


def first_cells(line: str) -> list[str]:
    """Return the cells of a file's line, trimmed; none where it is no CSV.

    >>> first_cells('"Country Name", Code,')
    ['Country Name', 'Code', '']
    """
    try:
        return [cell.strip() for cell in next(csv.reader([line], skipinitialspace=True), [])]
    except csv.Error:
        return []
