"""The rules that may reproduce a printed figure, tried in a fixed order."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

from clusterkg.ledger.figures import Figure, Grid, cut, decimal, division, rounded, sum_of, verdict
from clusterkg.ledger.fits import fits, totals
from clusterkg.rendering import heading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Candidate = tuple[Decimal, str]
    Formula = Callable[[Decimal, Decimal], Decimal]

__all__ = ["cause"]

EXACT = 20
"""Decimals by which two computed numbers are held to be the same: quotients carry more digits than these."""

FACTORS = tuple(Decimal(factor) for factor in ("2", "0.5", "10", "0.1", "100", "0.01"))
"""Constant factors by which a printed figure may be off."""

WEIGHTS = (*(Decimal(weight) for weight in ("0.4", "0.6", "0.25", "0.75")), Decimal(1) / 3, Decimal(2) / 3)
"""Weights of the first component that an index may have been given instead of a half."""

NONE = "no rule reproduces it"

UNKNOWN_INDICES = (
    "an average of the cases' own indices, each rounded first, may do so but cannot be computed, "
    "since no component of a case is published"
)


def cause(grid: Grid, figure: Figure) -> str:
    """Return in plain words which computation gives a printed figure, empty where none is called for.

    The rules are other treatments of missing values, other numbers of cases, other roundings, other
    formulas, mixed-up rows and slips of the print. All recomputations that give the figure are named
    in the order in which they are tried; those that must be cut off as well only where none else does,
    roundings and slips of the print where none does at all.
    """
    stands = verdict(figure)
    if stands == "transcribed":
        return ""
    if stands == "equal":
        return _left_out(figure)
    if stands == "cannot be recomputed":
        return _not_coded(figure)
    if figure.number is None or not isinstance(figure.value, Decimal):
        return _of_texts(figure)
    if figure.single:
        return _of_single(grid, figure)
    formula = _formula(grid, figure)
    if stands == "equal after rounding":
        return f"{formula}, rounded {_to_places(figure)}"
    found: dict[str, dict[Decimal, str]] = {"exactly": {}, "rounded": {}, "cut": {}}
    for candidate, words in _candidates(grid, figure):
        value = rounded(candidate, EXACT)
        how = _reproduces(value, figure)
        if how:
            found[how].setdefault(value, words + _ending(how, figure))
    exactly, by_rounding, by_cutting = (list(named.values()) for named in found.values())
    if stands == "equal after truncation":
        even = figure.value.quantize(_unit(figure), ROUND_HALF_EVEN) == figure.number
        half = ", rounded half to even or" if even else ","
        return "; ".join([*exactly, f"{formula}{half} cut {_to_places(figure)}"])
    # What must be cut off as well is a lesser explanation, other roundings and slips of the print are the least.
    computed = exactly + by_rounding
    fitted = list(fits(grid, figure))
    named = computed + fitted or by_cutting
    if not computed and (fitted or not named):
        named += list(_roundings(figure, formula)) or list(_misprints(figure))
    return "; ".join(named or [NONE, *_remarks(grid, figure)])


def _left_out(figure: Figure) -> str:
    of = figure.record.get("n_of")
    if figure.single or not isinstance(of, int) or not 0 < figure.n < of:
        return ""
    return f"{figure.n} of {of} values are coded; a missing one adds nothing"


def _not_coded(figure: Figure) -> str:
    what = heading(figure.column).lower()
    if figure.of_column == "average" and figure.of_row is None:
        return f"no component of {what} is published for a case of the group"
    return f"no value of {what} is coded"


def _of_texts(figure: Figure) -> str:
    """Say how a text and a number, or two texts, stand against each other."""
    if isinstance(figure.value, Decimal):
        return f"the table prints {figure.printed} where the coding has a value"
    if figure.number is not None:
        return f"the coding states {figure.value} instead of a value"
    return _by_origin(figure)


def _of_single(grid: Grid, figure: Figure) -> str:
    """Say why one coded value is not the printed one: mixed up within its row, or coded otherwise."""
    for other in grid.in_row(figure.row):
        if other.single and other.number == figure.value != other.value == figure.number:
            return f"mixed up with {heading(other.column).lower()} in the same row"
    return _by_origin(figure)


def _by_origin(figure: Figure) -> str:
    if figure.transcribed:
        return "the accepted coding cites this table all the same"
    return "the accepted coding is not taken from this table"


def _formula(grid: Grid, figure: Figure) -> str:
    """Return the recomputation that the table itself calls for, as in ``28/15 = 1.866667``."""
    assert isinstance(figure.value, Decimal)
    ratio = grid.ratio(figure)
    if ratio:
        return division(*ratio)
    if figure.of_column == "index":
        parts = " + ".join(f"half of {part.printed}" for part in grid.components(figure))
        return f"{parts} = {decimal(figure.value)}"
    return decimal(figure.value)


def _unit(figure: Figure) -> Decimal:
    return Decimal(1).scaleb(-figure.decimals)


def _to_places(figure: Figure) -> str:
    if not figure.decimals:
        return "to a whole number"
    return f"to {figure.decimals} decimal{'s' if figure.decimals > 1 else ''}"


def _ending(how: str, figure: Figure) -> str:
    return "" if how == "exactly" else f", {how} {_to_places(figure)}"


def _reproduces(value: Decimal, figure: Figure) -> str:
    """Return how a candidate gives the printed figure: exactly, rounded, cut, or not at all."""
    assert isinstance(figure.value, Decimal)
    if value == rounded(figure.value, EXACT):
        return ""
    if value == figure.number:
        return "exactly"
    if rounded(value, figure.decimals) == figure.number:
        return "rounded"
    return "cut" if cut(value, figure.decimals) == figure.number else ""


def _candidates(grid: Grid, figure: Figure) -> Iterator[Candidate]:
    """Yield other recomputations in the order in which they are tried, with their words."""
    yield from _mixed_up(grid, figure)
    if figure.of_column == "index":
        yield from _indices(grid, figure)
    elif "average" not in (figure.of_row, figure.of_column):
        yield from _sums(grid, figure)
    elif figure.of_row:
        yield from _averages(grid, figure)
    assert isinstance(figure.value, Decimal)
    for factor in FACTORS:
        yield figure.value * factor, f"{decimal(factor)} times {decimal(figure.value)}"


def _averages(grid: Grid, figure: Figure) -> Iterator[Candidate]:
    ratio, rows = grid.ratio(figure), len(grid.cases)
    if ratio is None:
        return
    values = grid.values(figure.column)
    total, n = ratio
    coded = sum_of(values)
    if n < rows:
        yield coded / rows, f"missing values count as zero: {division(coded, rows)}"
    printed = grid.cell("total", figure.column)
    if printed and printed.number is not None:
        yield printed.number / n, f"from the printed total: {division(printed.number, n)}"
    cells = [cell.number for cell in grid.in_column(figure.column) if cell.number is not None]
    if cells:
        yield sum_of(cells) / len(cells), f"from the printed cells: {division(sum_of(cells), len(cells))}"
    whole = _whole(values)
    yield whole / n, f"from values rounded to whole points: {division(whole, n)}"
    if figure.of_column:
        columns = [cell for cell in grid.in_row(figure.row) if cell.of_column is None]
        added = sum_of([cell.value for cell in columns])
        yield added, f"the averages of the columns added: {decimal(added)}"
        added = sum_of([cell.number for cell in columns])
        yield added, f"the printed averages of the columns added: {decimal(added)}"
    for table, others in grid.others.items():
        yield total / others, f"divided by the {others} rows of Table {table}: {division(total, others)}"


def _sums(grid: Grid, figure: Figure) -> Iterator[Candidate]:
    cells = grid.in_column(figure.column) if figure.of_row else [c for c in grid.in_row(figure.row) if c.single]
    added = sum_of([cell.number for cell in cells])
    yield added, f"the printed cells of the {'column' if figure.of_row else 'row'} added: {decimal(added)}"
    whole = _whole([cell.value for cell in cells])
    yield whole, f"values rounded to whole points added: {decimal(whole)}"


def _whole(values: Iterable[Decimal | str | None]) -> Decimal:
    return sum_of([rounded(value, 0) for value in values if isinstance(value, Decimal)])


def _indices(grid: Grid, figure: Figure) -> Iterator[Candidate]:
    parts, cases = grid.components(figure), grid.sums().get(figure.row, {}).get("cases")
    if len(parts) != 2:
        return
    if isinstance(cases, int) and cases:
        for first in _half_point_totals(parts[0], cases):
            for second in _half_point_totals(parts[1], cases):
                value = (first + second) / (2 * cases)
                both = f"half of {division(first, cases)} + half of {division(second, cases)} is {decimal(value)}"
                yield value, f"from averages not yet rounded: {both}"
    rows = [cell for cell in grid.figures.values() if cell.of_column == "index"]
    for words, formula in _formulas():
        # A formula is the whole column's or none.
        values = {row: _by(formula, grid.components(row)) for row in rows}
        if all(value and _reproduces(rounded(value, EXACT), row) for row, value in values.items()):
            yield values[figure] or Decimal(0), words


def _half_point_totals(part: Figure, cases: int) -> Iterator[Decimal]:
    """Yield the totals of half points over so many cases whose average rounds to a printed one."""
    lowest, highest = totals(part, cases * 2)
    for halves in range(lowest, highest + 1):
        yield Decimal(halves) / 2


def _formulas() -> Iterator[tuple[str, Formula]]:
    """Yield formulas that the components of an index may have been put into."""
    yield "the components added", lambda first, second: first + second
    yield "the geometric mean of the components", lambda first, second: (first * second).sqrt()
    yield "the harmonic mean of the components", lambda first, second: 2 * first * second / (first + second)
    for weight in WEIGHTS:
        yield f"the components weighted {decimal(weight)} to {decimal(1 - weight)}", _weighted(weight)


def _weighted(weight: Decimal) -> Formula:
    return lambda first, second: weight * first + (1 - weight) * second


def _by(formula: Formula, parts: list[Figure]) -> Decimal | None:
    numbers = [part.number for part in parts if part.number is not None and part.number > 0]
    return formula(*numbers) if len(numbers) == 2 else None


def _mixed_up(grid: Grid, figure: Figure) -> Iterator[Candidate]:
    """Yield the value of another figure of the same kind that is printed where this one should be."""
    for other in grid.figures.values():
        alike = (other.of_row, other.of_column) == (figure.of_row, figure.of_column)
        in_line = other.row == figure.row if figure.of_row else other.column == figure.column
        if other is figure or not alike or not in_line or not isinstance(other.value, Decimal):
            continue
        assert isinstance(figure.value, Decimal)
        if other.number is not None and rounded(figure.value, other.decimals) == other.number:
            named = heading(other.column).lower() if figure.of_row else other.row
            yield other.value, f"mixed up with {named}: {decimal(other.value)}"


def _roundings(figure: Figure, formula: str) -> Iterator[str]:
    """Yield another way to round the table's own recomputation that gives the printed figure."""
    assert isinstance(figure.value, Decimal)
    if figure.value.quantize(_unit(figure), ROUND_CEILING) == figure.number:
        yield f"{formula}, rounded up {_to_places(figure)}"


def _misprints(figure: Figure) -> Iterator[str]:
    """Yield slips of the print, a digit lost or two swapped, that would turn the recomputation into the figure."""
    assert isinstance(figure.value, Decimal)
    for places in dict.fromkeys((figure.decimals, figure.decimals + 1, 2)):
        text = f"{rounded(figure.value, places):f}"
        for index, digit in enumerate(text):
            if digit.isdigit() and text[:index] + text[index + 1 :] == figure.printed:
                yield f"as if a digit were lost in print: {text} without its {digit}"
                return
            swapped = text[:index] + text[index + 1 : index + 2] + digit + text[index + 2 :]
            if "." not in text[index : index + 2] and swapped == figure.printed != text:
                yield f"as if two digits were swapped in print: {figure.printed} for {text}"
                return


def _remarks(grid: Grid, figure: Figure) -> Iterator[str]:
    """Yield what can be said of an index that no rule reproduces."""
    parts = [part.number for part in grid.components(figure) if part.number is not None]
    if figure.of_column != "index" or figure.number is None or len(parts) != 2 or grid.ratio(figure):
        return
    first, second = parts
    if first != second:
        weight = (figure.number - second) / (first - second)
        first_named, *_ = (heading(part.column).lower() for part in grid.components(figure))
        if 0 <= weight <= 1:
            yield f"it would take a weight of {rounded(weight, 2)} on {first_named}"
    yield UNKNOWN_INDICES
