"""Records of a file into triples: an observation each, and the country's year that a case joins."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isinf
from urllib.parse import quote

from clusterkg.errors import DataError
from clusterkg.series.records import is_year
from clusterkg.terms import BASE, ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from clusterkg.series.areas import Area, Areas
    from clusterkg.series.records import Record, Tally

    Key = tuple[str, str, str]

__all__ = ["Observations", "contradiction", "dataset_iri", "indicator_iri", "number"]

QB = "http://purl.org/linked-data/cube#"
SDMX = "http://purl.org/linked-data/sdmx/2009/"
XSD = "http://www.w3.org/2001/XMLSchema#"
A = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

NUMBER = re.compile(r"[+-]?(?:(\d+)(?:\.(\d*))?|\.(\d+))([eE][+-]?\d+)?", re.A)
WHOLE_DIGITS, FRACTION_DIGITS = 19, 18
"""How many digits before and behind the point the engine's decimals hold; with more, a text is no number to it."""

STATUSES = frozenset("BDEFGIKNPSUVW")
"""SDMX observation statuses that say more than that the value is a usual one."""

MOST_REPEATED = 100_000
"""After how many repeated observations a file is given up as no series."""

FIRST_YEAR = 1000


class Observations:
    """The observations of one file, as N-Triples, with a count of what they are of.

    Args:
        dataset: the data set's name.
        areas: what knows the codes of areas.
        tally: where what is left out is counted.
        in_years: tells whether a year is asked for.
        joins: tells by its code whether an indicator's figures become properties of countries' years.

    Attributes:
        n: observations.
        aggregates: how many of them are of areas that are no country.
        indicators: code to label, of all observations.
        joined: codes of the indicators that join.
        countries: the countries that have observations.
        years: the years that have observations.
        repeated: the observations that come more than once.
    """

    def __init__(
        self,
        dataset: str,
        areas: Areas,
        tally: Tally,
        in_years: Callable[[str], bool],
        joins: Callable[[str], bool],
    ) -> None:
        self.areas, self.tally, self.in_years, self.joins = areas, tally, in_years, joins
        self.dataset = dataset_iri(dataset)
        self.n = self.aggregates = 0
        self.indicators: dict[str, str] = {}
        self.joined: list[str] = []
        self.countries: set[str] = set()
        self.years: set[str] = set()
        self.repeated: set[Key] = set()
        self._areas: dict[tuple[str, str], Area | None] = {}
        self._seen: dict[tuple[str, str], int] = {}
        self._country_years: set[tuple[Area, str]] = set()
        self._of_indicator: dict[str, tuple[str, str, bool]] = {}

    def placed(self, record: Record) -> Area | None:
        """Return the area of a record that can be an observation; None, and counted why, where it cannot."""
        key = record.area, record.area_label
        if key not in self._areas:
            self._areas[key] = self._area(*key)
        area = self._areas[key]
        if not is_year(record.period):
            self.tally.no_year.add(f"'{record.period}' in line {record.line}")
        elif area is None:
            unlike = self.areas.find(record.area) is not None
            (self.tally.unlike if unlike else self.tally.unknown).add(
                f"'{record.area}' {record.area_label}".rstrip() + f" in line {record.line}"
            )
        elif not self.in_years(record.period):
            self.tally.unwanted += 1
        else:
            return area
        return None

    def _area(self, code: str, label: str) -> Area | None:
        area = self.areas.find(code)
        named = self.areas.country_of(label)
        return None if area is not None and named is not None and named != area.iri else area

    def triples(self, records: Iterable[Record]) -> Iterator[str]:
        """Yield the triples of each record that is an observation, a text a record."""
        for record in records:
            area = self.placed(record)
            if area is None:
                continue
            literal = number(record.value)
            if literal is None:
                self.tally.no_number.add(f"'{record.value}' in line {record.line}")
                continue
            if literal.endswith("double>") and "e" not in record.value.lower():
                self.tally.rounded.add(f"'{record.value}' in line {record.line}")
            if self._is_repeated(area, record):
                self.repeated.add((area.iri, record.indicator, record.period))
                if len(self.repeated) > MOST_REPEATED:
                    raise DataError(f"says more than {MOST_REPEATED:,} observations twice", remedy="it is no series")
                continue
            yield self._observation(area, record, literal)

    def _is_repeated(self, area: Area, record: Record) -> bool:
        """Tell whether an observation was seen before: a bit a year, so that millions fit into memory."""
        key = area.iri, record.indicator
        seen, bit = self._seen.get(key, 0), 1 << int(record.period) - FIRST_YEAR
        self._seen[key] = seen | bit
        return bool(seen & bit)

    def _observation(self, area: Area, record: Record, literal: str) -> str:
        part, indicator, joins = self._indicator(record)
        year = record.period
        node = f"<{self.dataset}#{area.code}-{part}-{year}>"
        self.n += 1
        self.years.add(year)
        text = (
            f"{node} {A} <{QB}Observation> .\n"
            f"{node} <{QB}dataSet> <{self.dataset}> .\n"
            f"{node} <{SDMX}dimension#refArea> <{area.iri}> .\n"
            f'{node} <{SDMX}dimension#refPeriod> "{year}"^^<{XSD}gYear> .\n'
            f"{node} <{ONTOLOGY}indicator> {indicator} .\n"
            f"{node} <{SDMX}measure#obsValue> {literal} .\n"
        )
        if record.status in STATUSES and record.status:
            text += f"{node} <{SDMX}attribute#obsStatus> <{SDMX}code#obsStatus-{record.status}> .\n"
        if not area.country:
            self.aggregates += 1
            return text
        self.countries.add(area.iri)
        if not joins:
            return text
        self._country_years.add((area, year))
        return f"{text}<{BASE}country-year/{area.code}/{year}> {indicator} {literal} .\n"

    def country_years(self) -> Iterator[str]:
        """Yield what is said of each country's year beside its figures, which several data sets would say alike."""
        for area, year in sorted(self._country_years):
            in_year = f"<{BASE}country-year/{area.code}/{year}>"
            yield (
                f"{in_year} {A} <{ONTOLOGY}CountryYear> .\n"
                f"{in_year} <{ONTOLOGY}country> <{area.iri}> .\n"
                f'{in_year} <{ONTOLOGY}year> "{year}"^^<{XSD}integer> .\n'
            )

    def _indicator(self, record: Record) -> tuple[str, str, bool]:
        code = record.indicator
        if code not in self._of_indicator:
            joins = self.joins(code)
            self.indicators[code] = record.indicator_label
            self._of_indicator[code] = quote(code, safe=""), f"<{indicator_iri(code)}>", joins
            if joins:
                self.joined.append(code)
        return self._of_indicator[code]


def number(text: str) -> str | None:
    """Return a figure as an N-Triples literal with the digits as they are printed; None for what is no number.

    It is a decimal; a double where the text has an exponent, or more digits than the engine's decimals hold. A figure
    that not even a double holds would become infinite or zero, and so is none.

    >>> number("3521418059.923445")
    '"3521418059.923445"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    >>> number("5.1e11"), number("1,5")
    ('"5.1e11"^^<http://www.w3.org/2001/XMLSchema#double>', None)
    >>> number("1e400"), number("1e-400")
    (None, None)
    """
    text = text.strip()
    found = NUMBER.fullmatch(text)
    if found is None:
        return None
    whole, fraction = found[1] or "", found[2] or found[3] or ""
    exact = not found[4] and len(whole) <= WHOLE_DIGITS and len(fraction) <= FRACTION_DIGITS
    if not exact and (isinf(float(text)) or (float(text) == 0 and set(whole + fraction) != {"0"})):
        return None
    return f'"{text}"^^<{XSD}{"decimal" if exact else "double"}>'


def dataset_iri(name: str) -> str:
    """Return the IRI of the data set with that name.

    >>> dataset_iri("gdp-2026-03-20")
    'https://w3id.org/clusterkg/series/gdp-2026-03-20'
    """
    return f"{BASE}series/{name}"


def indicator_iri(code: str) -> str:
    """Return the IRI of an indicator, which is also the property that a country's year has its value under.

    >>> indicator_iri("NY.GDP.MKTP.CD"), indicator_iri("A/B c")
    ('https://w3id.org/clusterkg/indicator/NY.GDP.MKTP.CD', 'https://w3id.org/clusterkg/indicator/A%2FB%20c')
    """
    return f"{BASE}indicator/{quote(code, safe='')}"


def contradiction(records: Iterable[Record], made: Observations, repeated: Collection[Key]) -> DataError | None:
    """Return what to say where observations that come more than once differ; else count them as repeated.

    Args:
        records: the file's records, read a second time.
        made: what was made of them the first time.
        repeated: area, indicator and period of those that came more than once.
    """
    first: dict[Key, Record] = {}
    against: list[tuple[Record, Record]] = []
    for record in records:
        area = made.areas.find(record.area)
        key = (area.iri if area else "", record.indicator, record.period)
        if key not in repeated or number(record.value) is None:
            continue
        other = first.setdefault(key, record)
        if other is record:
            continue
        if Decimal(other.value) == Decimal(record.value):
            made.tally.repeated.add(f"lines {other.line} and {record.line}")
        else:
            against.append((other, record))
    if not against:
        return None
    one, other = against[0]
    more = f", and so do {len(against) - 1:,} more" if len(against) > 1 else ""
    return DataError(
        f"{one.area}, {one.period}, {one.indicator} is {one.value} in line {one.line} and {other.value} in line "
        f"{other.line}: these contradict each other{more}",
        remedy="take out what is wrong",
    )
