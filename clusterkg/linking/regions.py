"""The regions of countries: what a text calls one, and in which one a place of the gazetteer lies."""

from __future__ import annotations

import os

from clusterkg.linking.names import folded, region_key
from clusterkg.turtle import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Regions"]


class Regions:
    """The first-order divisions of all countries, as the gazetteer has them, with the names of the project's own.

    A region's key is country and code, as in ``BR.23``; Rio Grande do Sul is ``BR-RS`` by ISO 3166-2, which is
    known of the regions that the project itself has.

    >>> regions = Regions()
    >>> regions.find("BR", "Rio Grande do Sul"), regions.find("PE", "Moquegua"), regions.find("BR", "Texas")
    (frozenset({'BR.23'}), frozenset({'PE.18'}), frozenset())
    """

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._found: dict[tuple[str, str], set[str]] = {}
        text = read_text(os.path.join(os.path.dirname(__file__), "regions.tsv"))
        for line in [line for line in text.splitlines() if not line.startswith("#")][1:]:
            country, code, name = line.split("\t")
            self.names[f"{country}.{code}"] = name
            self._found.setdefault((country, region_key(name)), set()).add(f"{country}.{code}")

    def add(self, country: str, code: str, names: Iterable[str]) -> frozenset[str]:
        """Add the names and the code of a region by ISO 3166-2, and return the keys that it goes by.

        Args:
            country: two letters.
            code: as in ``BR-RS``.
            names: in any language.
        """
        names = list(names)
        keys = {region_key(name) for name in names}
        known = {key for name in keys for key in self._found.get((country, name), ())} or {code}
        for key in known:
            self.names.setdefault(key, names[0] if names else code)
        for text in (*keys, folded(code), folded(code.partition("-")[2])):
            self._found.setdefault((country, text), set()).update(known)
        return frozenset(known)

    def find(self, country: str, text: str) -> frozenset[str]:
        """Return the keys of the regions of a country that a text may mean; none where it means none that is known."""
        for key in (region_key(text), folded(text)):
            if (country, key) in self._found:
                return frozenset(self._found[country, key])
        return frozenset()

    def known(self, country: str) -> list[str]:
        """Return the names of a country's regions."""
        return sorted(name for key, name in self.names.items() if key[:2] == country)
