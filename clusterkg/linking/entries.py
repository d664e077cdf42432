"""What a name can stand for: an entry of a list, found by its main name, another name, a longer or a similar one."""

from __future__ import annotations

from bisect import bisect_left

from clusterkg.linking.names import folded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Entry", "Hit", "Index"]

LEAST = 0.85
"""How like a name a text must be, of 1, to be offered."""

SHORTEST = 4
"""Letters below which any two names are alike."""

MOST = 5
"""How many longer or similar names are offered."""


class Entry:
    """A thing with names.

    Attributes:
        iri: its address.
        name: what it is mainly called.
        names: what else it is called.
        reviewed: names that the project itself has for it, which somebody has checked.
        country: three letters by ISO 3166-1; empty where none is known.
        regions: the regions that it lies in; empty where none is known.
        latitude, longitude: in degrees; None where not known.
        people: how many live there; None where not known, or where nobody can.
    """

    __slots__ = (*("country", "iri", "latitude", "longitude", "name", "names", "people", "regions", "reviewed"),)

    def __init__(
        self,
        iri: str,
        name: str,
        names: Iterable[str] = (),
        *,
        country: str = "",
        regions: frozenset[str] = frozenset(),
        latitude: float | None = None,
        longitude: float | None = None,
        people: int | None = None,
    ) -> None:
        self.iri, self.name, self.names = iri, name, tuple(names)
        self.country, self.regions = country, regions
        self.latitude, self.longitude, self.people = latitude, longitude, people
        self.reviewed: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Entry {self.name} {self.iri}>"


class Hit:
    """An entry that a text may stand for.

    Attributes:
        entry: the entry.
        basis: ``main name``, ``reviewed name``, ``alternate name``, ``longer name`` or ``similar name``.
        likeness: how like the names are, of 1; 1 where they are the same.
        name: the name that was met.
    """

    __slots__ = ("basis", "entry", "likeness", "name")

    def __init__(self, entry: Entry, basis: str, name: str, likeness: float = 1.0) -> None:
        self.entry, self.basis, self.name, self.likeness = entry, basis, name, likeness

    @property
    def exact(self) -> bool:
        """Whether the entry has just that name, accents and capitals apart."""
        return self.basis in ("main name", "reviewed name", "alternate name")

    def __repr__(self) -> str:
        return f"<Hit {self.entry.name} by {self.basis} {self.likeness:.2f}>"


class Index:
    """Entries by their names; made once, asked often.

    >>> index = Index([Entry("geo:1", "Ubá"), Entry("geo:2", "Uberaba", ["UBA"]), Entry("geo:3", "Chipilo de Mina")])
    >>> index.find("uba"), index.find("Chipilo")
    ([<Hit Ubá by main name 1.00>, <Hit Uberaba by alternate name 1.00>], [<Hit Chipilo de Mina by longer name 1.00>])
    >>> index.find("Uberava"), index.find("León")
    ([<Hit Uberaba by similar name 0.86>], [])
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = list(entries)
        self._main: dict[str, list[Entry]] = {}
        self._reviewed: dict[str, list[Entry]] = {}
        self._other: dict[str, list[Entry]] = {}
        for entry in self.entries:
            self._main.setdefault(folded(entry.name), []).append(entry)
            for kind, names in ((self._reviewed, entry.reviewed), (self._other, entry.names)):
                for key in {folded(name) for name in names}:
                    kind.setdefault(key, []).append(entry)
        self._sorted: list[str] = []
        self._likely: dict[str, list[str]] = {}
        self._found: dict[str, list[Hit]] = {}

    def find(self, text: str) -> list[Hit]:
        """Return what a text may stand for, exact names first: by main name, by reviewed, by alternate.

        Behind them come entries whose main name begins with the text, and, only where no name is exact, those
        that have a similar one. At most `MOST` that are not exact. An empty text stands for nothing.

        Raises:
            ModuleNotFoundError: no name is exact, and the extra ``linking`` is not installed.
        """
        key = folded(text)
        if key not in self._found:
            self._found[key] = self._find(key) if key else []
        return self._found[key]

    def exact(self, text: str) -> list[Hit]:
        """Return only what has just that name."""
        return list(self._exact(folded(text)).values())

    def _find(self, key: str) -> list[Hit]:
        found = self._exact(key)
        near: dict[str, Hit] = {}
        for hit in self._longer(key):
            if hit.entry.iri not in found:
                near.setdefault(hit.entry.iri, hit)
        if not found:
            for hit in self._similar(key):
                near.setdefault(hit.entry.iri, hit)
        return [*found.values(), *list(near.values())[:MOST]]

    def _exact(self, key: str) -> dict[str, Hit]:
        found: dict[str, Hit] = {}
        kinds = (("main name", self._main), ("reviewed name", self._reviewed), ("alternate name", self._other))
        for basis, names in kinds:
            for entry in names.get(key, ()):
                found.setdefault(entry.iri, Hit(entry, basis, entry.name))
        return found

    def _longer(self, key: str) -> list[Hit]:
        if len(key) < SHORTEST:
            return []
        if not self._sorted:
            self._sorted = sorted(self._main)
        begun = key + " "
        found: list[Hit] = []
        place = bisect_left(self._sorted, begun)
        while place < len(self._sorted) and self._sorted[place].startswith(begun):
            found += [Hit(entry, "longer name", entry.name) for entry in self._main[self._sorted[place]]]
            place += 1
        return found

    def _similar(self, key: str) -> list[Hit]:
        if len(key) < SHORTEST:
            return []
        from rapidfuzz import fuzz, process

        limit = 4 * MOST
        found: list[Hit] = []
        for name, ratio, _ in process.extract(
            key, self._alike(key), scorer=fuzz.ratio, processor=None, score_cutoff=100 * LEAST, limit=limit
        ):
            for hit in self._exact(name).values():
                found.append(Hit(hit.entry, "similar name", hit.entry.name, ratio / 100))
        return found

    def _alike(self, key: str) -> list[str]:
        """Return the names that begin with the same letter as a text or end in the same two: one in ten of all."""
        if not self._likely:
            for name in dict.fromkeys((*self._main, *self._reviewed, *self._other)):
                # A short name, and one in another script, is like any other of its length.
                if len(name) >= SHORTEST and name.isascii():
                    self._likely.setdefault(f"{name[0]}-", []).append(name)
                    self._likely.setdefault(f"-{name[-2:]}", []).append(name)
        begun, ended = self._likely.get(f"{key[0]}-", []), self._likely.get(f"-{key[-2:]}", [])
        return [*begun, *(name for name in ended if name[0] != key[0])]
