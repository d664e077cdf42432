"""Points of the scale from 0 to 3 that scores, degrees and codes share, as a person writes them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from clusterkg.errors import ParameterError
from clusterkg.graph.answers import plain

__all__ = ["POINTS", "WORDS", "point"]

POINTS = [Decimal(half) / 2 for half in range(7)]
"""The half points from 0 (absent) to 3 (high)."""

WORDS = {"absent": Decimal(0), "low": Decimal(1), "medium": Decimal(2), "high": Decimal(3)}
"""What the whole points are called, of a score as of a degree."""


def point(value: object, place: str) -> Decimal:
    """Return a point of the scale.

    Args:
        value: a number, or how a person writes it.
        place: what the value was given for, which an error names.

    Raises:
        ParameterError: it is no half point from 0 to 3; those that there are are named.

    >>> point("1.50", "cut"), point(2, "cut")
    (Decimal('1.5'), Decimal('2'))
    >>> point("0.7", "cut")
    Traceback (most recent call last):
    clusterkg.errors.ParameterError: cut: '0.7' is no point of the scale; there are: 0, 0.5, 1, 1.5, 2, 2.5, 3
    """
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number not in POINTS:
        remedy = f"there are: {', '.join(map(plain, POINTS))}"
        raise ParameterError(f"'{value}' is no point of the scale", place=place, remedy=remedy)
    return POINTS[int(number * 2)]
