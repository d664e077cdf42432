"""Rows and columns as a pandas data frame, each column of the type of its values."""

from __future__ import annotations

from decimal import Decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

__all__ = ["frame"]

MIXED = "holds numbers and words, such as stated reasons why there is no number"


def frame(columns: Sequence[str], rows: Sequence[Sequence[Any]], attributes: Mapping[str, Any] | None = None) -> Any:
    """Return a ``pandas.DataFrame`` whose blanks are missing values, never a zero or an empty text.

    Whole numbers are ``Int64``, other numbers ``Float64``, truth values ``boolean``, text ``string``. A column
    that mixes numbers with words stays ``object``, and ``frame.attrs["mixed"]`` says so by its name; one without
    a single value is ``object`` too.

    Args:
        columns: their names.
        rows: a sequence of plain Python values a row, None where it is blank.
        attributes: what else goes into ``frame.attrs``; what is empty is left out.

    Raises:
        ModuleNotFoundError: pandas is not installed; ``pip install pandas`` brings it.

    >>> made = frame(["cluster", "score", "n"], [("León", Decimal("1.5"), 2), ("Ubá", None, None)])
    >>> [str(kind) for kind in made.dtypes]
    ['string', 'Float64', 'Int64']
    >>> bool(made["n"].isna()[1])
    True
    """
    import pandas

    series, mixed = {}, {}
    for place, _ in enumerate(columns):
        values = [row[place] for row in rows]
        kind = _kind(values)
        if kind == "object" and any(value is not None for value in values):
            mixed[columns[place]] = MIXED
        plain = [
            pandas.NA if value is None else float(value) if isinstance(value, Decimal) else value for value in values
        ]
        series[place] = pandas.Series(plain, dtype=kind)
    made = pandas.DataFrame(series)
    made.columns = pandas.Index(list(columns))
    made.attrs = {name: value for name, value in {**(attributes or {}), "mixed": mixed}.items() if value}
    return made


def _kind(values: Sequence[Any]) -> str:
    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return "object"
    for allowed, kind in (
        ({bool}, "boolean"),
        ({int}, "Int64"),
        ({int, float, Decimal}, "Float64"),
        ({str}, "string"),
    ):
        if kinds <= allowed:
            return kind
    return "object"
