"""What the user wants of a file of series: indicators, countries and years."""

from __future__ import annotations

import re

from clusterkg.errors import ParameterError, UnknownName, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.series.areas import Areas

__all__ = ["Choice"]


class Choice:
    """Indicators, countries and years that are wanted; of each, nothing named means all.

    Args:
        indicators: codes.
        countries: codes of countries or of areas, alpha-3, alpha-2 or M49.
        years: ``1990-2005``, ``2002``, or nothing.

    Raises:
        ParameterError: `years` is no year or span.

    >>> choice = Choice(years="1990-2005")
    >>> choice.in_years("2002"), choice.in_years("2006")
    (True, False)
    """

    def __init__(self, indicators: Sequence[str] = (), countries: Sequence[str] = (), years: str = "") -> None:
        self.indicators, self.countries = sorted(set(indicators)), sorted(set(countries))
        found = re.fullmatch(r"\s*([12]\d{3})\s*(?:-\s*([12]\d{3})\s*)?", years, re.A)
        if years and (found is None or (found[2] and found[2] < found[1])):
            raise ParameterError("is no year or span of years", place=f"--years {years}", remedy="write 1990-2005")
        self.first, self.last = (found[1], found[2] or found[1]) if found else ("", "")

    @property
    def recorded(self) -> dict[str, object]:
        """The choice as plain values, by which an import is known again."""
        years = f"{self.first}-{self.last}" if self.first else ""
        return {"indicators": self.indicators, "countries": self.countries, "years": years}

    def in_years(self, year: str) -> bool:
        """Tell whether a year is wanted."""
        return not self.first or self.first <= year <= self.last

    def area_iris(self, areas: Areas) -> set[str]:
        """Return the IRIs of the areas that are wanted; none where all are.

        Raises:
            UnknownName: a code is of no country or known area; the nearest are offered.
        """
        iris = set()
        for code in self.countries:
            area = areas.find(code)
            if area is None:
                remedy = nearest(code.upper(), areas.names()) or "give the codes of ISO 3166-1, as BRA,MEX"
                raise UnknownName("is no country's code", place=f"--countries {code}", remedy=remedy)
            iris.add(area.iri)
        return iris
