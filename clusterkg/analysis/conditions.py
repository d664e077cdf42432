"""What a case must be to stand on one side of a contrast, as a person writes it."""

from __future__ import annotations

import re

from clusterkg.analysis.scale import POINTS, WORDS, point
from clusterkg.errors import ParameterError, UnknownName, nearest
from clusterkg.graph.answers import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from clusterkg.analysis.samples import Case, Sample

__all__ = ["MODES", "Condition", "caution", "conditions", "decide"]

MODES = ("market", "network", "quasi-hierarchy", "hierarchy")
"""The variables whose values are codes: none 0, domestic 1, global 2, both 3."""

CODES = "a mode's code is 0 (none), 1 (domestic), 2 (global) or 3 (both)"
EXAMPLES = "write it as in quasi-hierarchy>=2, collective-efficiency=high or country=Brazil"


class Condition:
    """A condition on a case.

    Attributes:
        text: the condition as `conditions` understood it, such as ``quasi-hierarchy>=2``.
        words: the same in words, such as ``Quasi-hierarchy at least 2``.
        variable: the variable that it looks at, None where it looks at sectoral group or country.
    """

    def __init__(self, name: str, label: str, sign: str, value: Decimal | str, word: str = "") -> None:
        self.variable = None if isinstance(value, str) else name
        self._name, self._sign, self._value = name, sign, value
        self.text = f"{name}{sign}{word or plain(value)}"
        self.words = f"{label} {({'>=': 'at least ', '<=': 'at most '}).get(sign, '')}{word or plain(value)}"

    def __repr__(self) -> str:
        return f"Condition({self.text!r})"

    @property
    def meaning(self) -> tuple[str, str, Decimal | str]:
        """What it asks, the same for every way of writing it: name, sign and value."""
        return self._name, self._sign, self._value

    def holds(self, case: Case) -> bool | None:
        """Tell whether a case meets it, None where the case has no value."""
        if isinstance(self._value, str):
            return self._value == (case.country if self._name == "country" else case.sectoral_group)
        value = case.values.get(self._name)
        if value is None:
            return None
        if self._sign == "=":
            return value == self._value
        return value >= self._value if self._sign == ">=" else value <= self._value


def caution(variable: str, label: str) -> list[str]:
    """Return what to mind where a mode's code is ranked like a score: a sentence, or none for another variable.

    >>> caution("market", "Market")
    ['Market is a code (0 none, 1 domestic, 2 global, 3 both), which is ranked here as if it were a scale.']
    >>> caution("product-upgrading", "Product upgrading")
    []
    """
    told = f"{label} is a code (0 none, 1 domestic, 2 global, 3 both), which is ranked here as if it were a scale."
    return [told] if variable in MODES else []


def decide(case: Case, asked: Sequence[Condition]) -> bool | None:
    """Tell whether a case meets all conditions; None where only a missing value could tell.

    A case that fails one condition fails, whatever is missing for another.
    """
    found = [condition.holds(case) for condition in asked]
    return False if False in found else None if None in found else True


def conditions(cases: Sample, texts: Sequence[str]) -> list[Condition]:
    """Return the conditions that texts state, such as ``quasi-hierarchy>=2`` or ``country=Brazil``.

    Args:
        cases: the sample whose variables, sectoral groups and countries may be named.
        texts: ``VARIABLE>=X``, ``<=`` or ``=`` with a half point from 0 to 3, or a word of the scale (absent, low,
            medium, high); ``sectoral_group=…``; ``country=…``.

    Raises:
        ParameterError: a text is no condition, its value is no point of the scale, or one is given twice.
        UnknownName: there is no such variable, sectoral group or country.

    >>> import clusterkg
    >>> from clusterkg.analysis.samples import sample
    >>> cases = sample(clusterkg.load().graph)
    >>> asked = conditions(cases, ["quasi-hierarchy >= 2", "collective-efficiency=high", "country=brazil"])
    >>> [one.text for one in asked]
    ['quasi-hierarchy>=2', 'collective-efficiency=high', 'country=Brazil']
    >>> [case.slug for case in cases if decide(case, asked)]
    ['petrolina-juazeiro-fruit', 'santa-catarina-apples', 'sinos-valley-footwear']
    """
    found = [_condition(cases, text) for text in texts]
    known: set[tuple[str, str, Decimal | str]] = set()
    for one in found:
        if one.meaning in known:
            raise ParameterError("is given twice", place=f"'{one.text}'", remedy="give each condition once")
        known.add(one.meaning)
    return found


def _condition(cases: Sample, text: str) -> Condition:
    parts = re.fullmatch(r"\s*([^<>=]*[^<>=\s])\s*(>=|<=|=)\s*([^<>=\s][^<>=]*?)\s*", text)
    if parts is None:
        raise ParameterError("is no condition", place=f"'{text}'", remedy=EXAMPLES)
    name, sign, value = parts.groups()
    what = _key(name)
    if what in ("sectoral-group", "country"):
        if sign != "=":
            raise ParameterError(f"takes = and not {sign}", place=f"'{text}'", remedy=EXAMPLES)
        known = {_key(one): one for one in (cases.countries if what == "country" else cases.groups)}
        if _key(value) not in known:
            fault = f"no case is of such a {what.replace('-', ' ')}"
            raise UnknownName(fault, place=value, remedy=nearest(value, known.values()))
        return Condition(what.replace("-", "_"), what.capitalize().replace("-", " "), sign, known[_key(value)])
    variable = cases.variable(name)
    word = value.casefold() if value.casefold() in WORDS else ""
    return Condition(variable, cases.variables[variable], sign, _value(variable, value, text), word)


def _value(variable: str, value: str, text: str) -> Decimal:
    """Return the point of the scale that a condition names by its number or its word."""
    if variable in MODES:
        if value not in ("0", "1", "2", "3"):
            raise ParameterError(f"'{value}' is no code", place=f"'{text}'", remedy=CODES)
        return POINTS[2 * int(value)]
    word = WORDS.get(value.casefold())
    if word is None and value[:1].isalpha():
        raise ParameterError(f"'{value}' is no word of the scale", place=f"'{text}'", remedy=nearest(value, WORDS))
    return point(value, f"'{text}'") if word is None else word


def _key(name: str) -> str:
    return name.strip().casefold().replace(" ", "-").replace("_", "-")
