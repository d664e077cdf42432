"""The places that a text can name: those of the gazetteer, by country, with the project's own names for them."""

from __future__ import annotations

from clusterkg.linking.entries import Entry, Hit, Index
from clusterkg.linking.names import folded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterkg.linking.project import OwnPlace, Project

__all__ = ["Places"]


class Places:
    """Indexed places.

    Args:
        project: has the countries, the regions and the places that are linked already.
        countries: three letters of those whose places are all to be known.
        names: where no country is given, the names that are looked for in the whole world, and only as they are.

    Attributes:
        missing: the package that would bring the gazetteer, where it is not installed; else empty.
        by_iri: the places that are known, by address.
    """

    def __init__(self, project: Project, countries: Iterable[str] = (), names: Iterable[str] = ()) -> None:
        self._project = project
        self.missing = ""
        entries = {entry.iri: entry for entry in self._read(set(countries), names)}
        for place in project.places:
            if place.link:
                entry = entries.get(place.link)
                if entry is None:
                    entry = entries[place.link] = Entry(
                        place.link,
                        place.names[0],
                        country=place.country,
                        regions=place.regions,
                        latitude=place.latitude,
                        longitude=place.longitude,
                    )
                entry.reviewed = (*entry.reviewed, *place.names)
        self.by_iri = entries
        self._by_country: dict[str, list[Entry]] = {}
        for entry in (*entries.values(), *project.own_regions):
            self._by_country.setdefault(entry.country, []).append(entry)
        self._indexes: dict[str, Index] = {}
        self._unlinked: dict[str, list[OwnPlace]] = {}
        for place in project.places:
            for key in {folded(name) for name in place.names} if not place.link else ():
                self._unlinked.setdefault(key, []).append(place)

    def _read(self, countries: set[str], names: Iterable[str]) -> list[Entry]:
        from clusterkg.linking.gazetteer import by_name, read

        two = {letters: code for code, letters in self._project.two.items()}
        known = self._project.regions.names
        try:
            if countries:
                return read({letters: code for letters, code in two.items() if code in countries}, known)
            return by_name(names, two, known)
        except ModuleNotFoundError as error:
            self.missing = str(error.name)
            return []

    def find(self, text: str, country: str) -> list[Hit]:
        """Return what a text may stand for in a country, or anywhere where `country` is empty."""
        return self._index(country).find(text)

    def elsewhere(self, text: str, country: str) -> list[Entry]:
        """Return the places of just that main or reviewed name in other countries that are known."""
        hits = [hit for code in self._by_country if code != country for hit in self._index(code).exact(text)]
        return [hit.entry for hit in hits if hit.basis != "alternate name"]

    def unlinked(self, text: str, country: str) -> list[tuple[str, str]]:
        """Return address and reason of the project's places of that name which are linked to no place outside."""
        named = self._unlinked.get(folded(text), ())
        return [(place.iri, place.reason) for place in named if country in ("", place.country)]

    def _index(self, country: str) -> Index:
        if country not in self._indexes:
            entries = self._by_country.get(country, [])
            everything = [entry for some in self._by_country.values() for entry in some]
            self._indexes[country] = Index(entries if country else everything)
        return self._indexes[country]
