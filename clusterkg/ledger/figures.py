"""Printed figures, each beside the unrounded value that the rebuilt table gives for it."""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache

from clusterkg import library
from clusterkg.errors import DataError
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Answer, Value

    Record = Mapping[str, Value]

__all__ = ["DIGITS", "Figure", "Grid", "cut", "decimal", "division", "exact", "grids", "rounded", "sum_of", "verdict"]

DIGITS = 120
"""Digits to compute with: those of a product of two coded values of up to 39 digits, and the decimals compared."""

NUMBER = re.compile(r"-?(?=[\d.]{1,19}$)\d+(\.\d+)?", re.ASCII)
"""A number as tables print one, of at most 18 digits."""

PLACES = 6
"""Decimals shown of a recomputed figure: enough to see how two of them round."""

COMPUTED = ("Total", "Average")
"""What the rebuilt tables call the rows that compute something."""


class Figure:
    """A printed cell and its recomputation.

    Attributes:
        row, column: the row's name and the column's, as in the table's CSV.
        of_row, of_column: what the row (``total``, ``average``) and the column (``sum``, ``average``,
            ``index``) compute, None where they show single values.
        printed: the text in print.
        number: the number in print, None where there is none.
        record: the rebuilt row.
        value: what the coding gives: an unrounded number, a text (a degree, a stated reason), or None.
        n: the number of coded values that `value` rests on.
        transcribed: whether the coding was taken from this cell.
    """

    __slots__ = (
        *("row", "column", "of_row", "of_column", "printed", "number"),
        *("record", "value", "n", "transcribed"),
    )

    def __init__(self, row: str, column: str, of_row: str | None, of_column: str | None, printed: str) -> None:
        self.row, self.column, self.of_row, self.of_column = row, column, of_row, of_column
        self.printed, self.number = printed, number(printed)
        self.record: Record = {}
        self.value: Decimal | str | None = None
        self.n, self.transcribed = 0, False

    def __repr__(self) -> str:
        return f"<Figure: {self.row}, {self.column}: {self.printed!r} beside {self.value!r}>"

    @property
    def single(self) -> bool:
        """Whether it is one coded value, which nothing rounds."""
        return self.of_row is None and self.of_column is None

    @property
    def decimals(self) -> int:
        """The decimals in print: 2 for ``1.86``, 0 for ``28``."""
        return len(self.printed.partition(".")[2])


class Grid:
    """A printed table of figures with its rebuilt rows.

    Attributes:
        number: the table's number.
        cases: the rebuilt rows that show a case or a group.
        lines: the rebuilt rows that compute something, by what they compute.
        named: the rebuilt rows of cases and groups, by name; several where two cases describe one cluster.
        sums: gives the number of cases and the unrounded sums of coded components, by sectoral group.
        figures: the printed cells, by row and column.
        others: the number of cases in each other table, by its number.
    """

    def __init__(self, number: str, records: Sequence[Record], sums: Callable[[], Mapping[str, Record]]) -> None:
        self.number, self.sums = number, sums
        self.cases = [record for record in records if name_of(record) not in COMPUTED]
        self.lines = {str(record["cluster"]).lower(): record for record in records if name_of(record) in COMPUTED}
        self.named: dict[Value, list[Record]] = {}
        for record in self.cases:
            self.named.setdefault(name_of(record), []).append(record)
        self.figures: dict[tuple[str, str], Figure] = {}
        self.others: dict[str, int] = {}

    def values(self, column: str) -> list[Decimal | str | None]:
        """Return the cases' values in a column; a missing one is its stated reason or None."""
        return [exact(record.get(column)) for record in self.cases]

    def in_row(self, row: str) -> list[Figure]:
        """Return the printed cells of a row."""
        return [figure for (name, _), figure in self.figures.items() if name == row]

    def in_column(self, column: str) -> list[Figure]:
        """Return the printed cells of a column that show a case or a group."""
        return [figure for figure in self.figures.values() if figure.column == column and figure.of_row is None]

    def cell(self, of_row: str, column: str) -> Figure | None:
        """Return the printed cell of a column in the row that computes something, such as the total."""
        for figure in self.figures.values():
            if (figure.of_row, figure.column) == (of_row, column):
                return figure
        return None

    def components(self, figure: Figure) -> list[Figure]:
        """Return the printed averages beside an index."""
        return [cell for cell in self.in_row(figure.row) if cell.of_column == "average" and cell.number is not None]

    def ratio(self, figure: Figure) -> tuple[Decimal, int] | None:
        """Return the total and the number of values behind an average or a coded index, None without values."""
        column, total, n = figure.column, None, None
        if figure.of_row is None:
            if figure.of_column in ("average", "index") and figure.record.get(f"{column}_n"):
                record = self.sums()[figure.row]
                total, n = exact(record[column]), record[f"{column}_n"]
        elif figure.of_column is None:
            record = self.lines.get("total", {})
            total, n = exact(record.get(column)), record.get(f"{column}_n")
        else:
            # An average of sums runs over complete rows.
            complete = [row for row in self.cases if row.get(f"{column}_n") == row.get("n_of")]
            total, n = sum_of([exact(row.get(column)) for row in complete]), len(complete)
        return (total, n) if isinstance(total, Decimal) and isinstance(n, int) and n else None

    def recompute(self, figure: Figure, reasons: set[str]) -> None:
        """Give a figure the value that the rebuilt table has for it, unrounded, and its n."""
        averaged = "average" in (figure.of_row, figure.of_column)
        ratio = self.ratio(figure) if averaged or figure.of_column == "index" else None
        if ratio:
            figure.value, figure.n = ratio[0] / ratio[1], ratio[1]
        elif not averaged:
            figure.value = exact(figure.record.get(figure.column))
            n = figure.record.get(f"{figure.column}_n")
            if figure.of_column == "index":
                n = sum(other.of_column == "average" for other in self.in_row(figure.row))
            coded = figure.value is not None and figure.value not in reasons
            figure.n = n if isinstance(n, int) else int(coded)


def name_of(record: Record) -> Value:
    """Return the name of a rebuilt row: its cluster's, else its sectoral group's."""
    return record.get("cluster") or record.get("sectoral_group")


@cache
def number(text: str) -> Decimal | None:
    """Return the number that a text is, or None; what no table would print, such as ``27e-1``, is a text.

    >>> number("1.5"), number("N/A"), number("27e-1"), number("2.")
    (Decimal('1.5'), None, None, None)
    """
    return Decimal(text) if NUMBER.fullmatch(text) else None


def exact(value: Value) -> Decimal | str | None:
    """Return a rebuilt cell as an exact number where it is one."""
    return value if value is None or isinstance(value, str | Decimal) else Decimal(value)


def sum_of(values: Iterable[Decimal | str | None]) -> Decimal:
    """Return the sum of those values that are numbers."""
    return sum((value for value in values if isinstance(value, Decimal)), Decimal(0))


def rounded(value: Decimal, places: int) -> Decimal:
    """Return a number rounded half up to so many decimals.

    >>> rounded(Decimal("0.75"), 1), rounded(Decimal(28) / 15, 2)
    (Decimal('0.8'), Decimal('1.87'))
    """
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def cut(value: Decimal, places: int) -> Decimal:
    """Return a number cut off after so many decimals.

    >>> cut(Decimal(28) / 15, 2), cut(Decimal("-1.867"), 2)
    (Decimal('1.86'), Decimal('-1.86'))
    """
    return value.quantize(Decimal(1).scaleb(-places), ROUND_DOWN)


def decimal(value: Decimal | int) -> str:
    """Return a number as decimals, at most six of them.

    >>> decimal(Decimal(28) / 15), decimal(Decimal("0.75")), decimal(71)
    ('1.866667', '0.75', '71')
    """
    return f"{rounded(Decimal(value), PLACES):f}".rstrip("0").rstrip(".")


def division(total: Decimal, n: int) -> str:
    """Return a division as it is shown.

    >>> division(Decimal(28), 15)
    '28/15 = 1.866667'
    """
    return f"{decimal(total)}/{n} = {decimal(total / n)}"


def verdict(figure: Figure) -> str:
    """Return how a printed figure stands to its recomputation; rounding is tried before truncation.

    A single coded value is never rounded: it equals the printed one or differs.
    """
    value, printed = figure.value, figure.number
    if value is None:
        return "cannot be recomputed"
    if isinstance(value, str) or printed is None:
        same = value == figure.printed
    else:
        same = value == printed
        if not same and not figure.single:
            if rounded(value, figure.decimals) == printed:
                return "equal after rounding"
            if cut(value, figure.decimals) == printed:
                return "equal after truncation"
    if not same:
        return "differs"
    return "transcribed" if figure.transcribed and figure.single else "equal"


def grids(graph: Graph, rebuilt: Mapping[str, Sequence[Record]], study: str) -> list[Grid]:
    """Return the printed tables of figures that are among the rebuilt ones, in the order of their numbers.

    Args:
        graph: the loaded graph.
        rebuilt: the rows of each rebuilt table under preferred names, by the table's number.
        study: the study's key.

    Raises:
        DataError: a cell stands in no row or column that is described, or two things stand in one place.
    """

    def ask(name: str) -> Answer:
        query = library.read(f"ledger/{name}", graph.folders)
        given = {"study": study_iri(study)} if query.parameters else {}
        return graph.run(query.bind(given), query.name, needs=query.needs)

    rows = _rows(ask("rows"))
    transcribed = set(ask("transcribed").rows)
    reasons = {str(reason) for (reason,) in ask("reasons").rows}

    @cache
    def sums() -> Mapping[str, Record]:
        return {str(record["sectoral_group"]): record for record in ask("component-sums")}

    found: dict[str, Grid] = {}
    for table, cell, row, column, variable, of_column, printed in ask("printed").rows:
        key = str(table)
        if key not in rebuilt:
            continue
        if row not in rows:
            raise _adrift(cell, "its row is not described as a row of its table", "describe it as a ckg:TableRow")
        if column is None:
            raise _adrift(cell, "its column is not described", "describe it as a ckg:TableColumn with a skos:notation")
        if key not in found:
            found[key] = Grid(key, rebuilt[key], sums)
        name, again, of_row = rows[row]
        figure = Figure(
            name if again == 1 else f"{name} ({again})",
            str(column),
            str(of_row) if of_row else None,
            str(of_column) if of_column else None,
            str(printed),
        )
        if of_row:
            figure.record = found[key].lines.get(str(of_row), {})
        else:
            figure.record = dict(enumerate(found[key].named.get(name, ()), start=1)).get(again, {})
        figure.transcribed = (row, variable) in transcribed
        if (figure.row, figure.column) in found[key].figures:
            fault = f"Table {key} prints {figure.row}, {figure.column} twice"
            raise _adrift(cell, fault, "keep one cell a place, one ckg:printed a cell and one name a column")
        found[key].figures[figure.row, figure.column] = figure
    for grid in found.values():
        grid.others = {other.number: len(other.cases) for other in found.values() if other is not grid}
        for figure in grid.figures.values():
            grid.recompute(figure, reasons)
    return list(found.values())


def _rows(answer: Answer) -> dict[Value, tuple[str, int, Value]]:
    """Return each row's name, which of the table's rows of that name it is, and what it computes, by its IRI."""
    seen: dict[tuple[Value, Value], int] = {}
    places: dict[tuple[Value, Value], Value] = {}
    rows: dict[Value, tuple[str, int, Value]] = {}
    for table, position, row, name, statistic in answer.rows:
        if row in rows:
            raise _adrift(row, f"Table {table} has this row twice", "keep one ckg:position, one name and one statistic")
        if (table, position) in places:
            fault = f"Table {table} has two rows at position {position}, this and {_short(places[table, position])}"
            raise _adrift(row, fault, "number the rows in their printed order")
        places[table, position] = row
        again = seen[table, name] = seen.get((table, name), 0) + 1
        rows[row] = (str(name), again, statistic)
    return rows


def _adrift(place: Value, fault: str, remedy: str) -> DataError:
    return DataError(fault, place=_short(place), remedy=remedy)


def _short(iri: Value) -> str:
    """Return the part of an IRI that its file writes, such as ``#table-5-row-total``."""
    text = str(iri)
    return text[text.rfind("#") :] if "#" in text else text
