"""The answer to a query: named columns, rows of plain Python values."""

from __future__ import annotations

from functools import cached_property

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from decimal import Decimal
    from typing import Any

    Value = str | int | Decimal | float | bool | None

__all__ = ["Answer", "plain", "python_value"]

XSD = "http://www.w3.org/2001/XMLSchema#"
INTEGERS = {
    XSD + name
    for name in (
        *("integer", "int", "long", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
    )
}


class Answer:
    """Rows under named columns, as a query gave them.

    A value is a string (IRIs in full), an ``int``, a ``Decimal``, a ``float``, a ``bool``, or None
    where the query left the column unbound: a blank, which is neither zero nor a stated reason.

    Attributes:
        columns: the names, in the query's order.
        rows: a tuple a row, as long as `columns`.
        notes: what has to be known to read them, such as that an average is one of an ordinal scale.
    """

    def __init__(self, columns: Sequence[str], rows: Sequence[tuple[Value, ...]]) -> None:
        self.columns, self.rows = list(columns), list(rows)
        self.notes: list[str] = []
        self._grounded: Callable[[], Any] | None = None
        self._evidenced: Callable[[], Any] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def __bool__(self) -> bool:
        """Tell what an ASK query answered; of any other, whether there are rows."""
        return bool(self.rows) and not (self.columns == ["answer"] and self.rows[0][0] is False)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        """Yield each row as a mapping from column to value."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answer) and (self.columns, self.rows) == (other.columns, other.rows)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Answer: {len(self.rows)} rows of {', '.join(self.columns)}>"

    def rest_on(self, grounded: Callable[[], Any], evidenced: Callable[[], Any]) -> None:
        """Say how to find out what the answer rests on, which is done when it is asked for."""
        self._grounded, self._evidenced = grounded, evidenced

    @cached_property
    def ground(self) -> Any:
        """What the answer rests on, a `questions.ground.Ground`; None for a query that does not say."""
        return self._grounded() if self._grounded is not None else None

    @cached_property
    def evidence(self) -> Any:
        """A list a row of the `questions.evidence.Evidence` of its cases; None for a query that was not shipped."""
        return self._evidenced() if self._evidenced is not None else None

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame``, each column of the type of its values; blanks are missing values.

        ``frame.attrs`` has under ``ground`` what the answer rests on, as `Ground.as_dict` gives it, and under ``notes``
        the sentences that stand below the answer; see `frames.frame` for the types.

        Raises:
            ModuleNotFoundError: pandas is not installed; ``pip install pandas`` brings it.
        """
        from clusterkg.graph.frames import frame

        ground = self.ground.as_dict() if self.ground is not None else None
        return frame(self.columns, self.rows, {"ground": ground, "notes": self.told})

    @property
    def told(self) -> list[str]:
        """What it rests on, and what has to be known to read it, a sentence or more each."""
        return [*(self.ground.sentences if self.ground is not None else ()), *self.notes]

    def _repr_html_(self) -> str:
        from clusterkg.notebooks import rows_as_html

        return rows_as_html(self.columns, self.rows, plain, notes=self.told)


def python_value(value: str, datatype: str) -> Value:
    """Return a literal's Python value; what has no plain one stays as it is written.

    >>> python_value("3.0", "http://www.w3.org/2001/XMLSchema#decimal")
    Decimal('3.0')
    >>> python_value("2002-09", "http://www.w3.org/2001/XMLSchema#gYearMonth")
    '2002-09'
    """
    try:
        if datatype in INTEGERS:
            return int(value)
        if datatype == XSD + "decimal":
            from decimal import Decimal

            return Decimal(value)
        if datatype in (XSD + "double", XSD + "float"):
            return float(value)
    except (ValueError, ArithmeticError):
        return value
    if datatype == XSD + "boolean" and value in ("true", "false", "1", "0"):
        return value in ("true", "1")
    return value


def plain(value: Value) -> str:
    """Return a value as the tables print it: ``3`` for 3.0, ``1.5`` for 1.50, nothing for a blank.

    >>> from decimal import Decimal
    >>> plain(Decimal("3.0")), plain(Decimal("100")), plain(Decimal("-0.0")), plain(None), plain("N/A")
    ('3', '100', '0', '', 'N/A')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
