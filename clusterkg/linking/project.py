"""What the project itself has that a text can name: countries, regions, clusters, places, industries."""

from __future__ import annotations

from clusterkg.linking.entries import Entry, Index
from clusterkg.linking.gazetteer import GEONAMES
from clusterkg.linking.names import folded
from clusterkg.linking.regions import Regions
from clusterkg.terms import ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterkg.graph import Graph

__all__ = ["OwnPlace", "Project"]

SKOS = "http://www.w3.org/2004/02/skos/core#"
SCHEMA = "https://schema.org/"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

NEEDS = ("concepts", "reference", "isic", "clusters", "cases")


class OwnPlace:
    """A place of a cluster, as the project describes it.

    Attributes:
        iri, names: its address and what it is called, in all languages, the preferred names first.
        cluster: the address of its cluster.
        country: three letters; empty where nobody has said.
        regions: the regions that it lies in, by the keys of `Regions`.
        link: its address at GeoNames; empty where there is none.
        reason: why there is none, where somebody has said.
        latitude, longitude: in degrees; None where nobody has said.
    """

    __slots__ = (*("cluster", "country", "iri", "latitude", "link", "longitude", "names", "reason", "regions"),)

    def __init__(self, iri: str, cluster: str) -> None:
        self.iri, self.cluster = iri, cluster
        self.names: list[str] = []
        self.country = self.link = self.reason = ""
        self.regions: frozenset[str] = frozenset()
        self.latitude: float | None = None
        self.longitude: float | None = None


class Project:
    """The things of a graph, each with its names in all languages.

    Attributes:
        countries: entries of ISO 3166-1, also by their codes; `country` is the three letters.
        two: three letters to two.
        regions: the regions of all countries, with the project's own names for some.
        own_regions: those that the project describes, as entries.
        clusters: entries, also by the names that studies print.
        places: those of clusters.
        classes: entries of ISIC Rev. 4 by code and title.
        industries: the project's industries: address to names, and the classes that its clusters are put into.
    """

    def __init__(self, graph: Graph) -> None:
        import pyoxigraph as ox

        graph.require(NEEDS)
        self._ox, self._store = ox, graph.store
        self.two: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.countries = Index(self._countries())
        self.regions = Regions()
        self.own_regions: list[Entry] = list(self._regions())
        self.clusters: list[Entry] = list(self._clusters())
        self.places = list(self._places())
        self.classes = dict(self._classes())
        self.industries: dict[str, tuple[list[str], list[str]]] = dict(self._industries())

    def country(self, iri: str) -> str:
        """Return a country's three letters, by its address in the project."""
        return iri.rpartition("/")[2]

    def has_class(self, iri: str) -> bool:
        """Tell whether an address is that of an entry of ISIC Rev. 4."""
        return any(entry.iri == iri for entry in self.classes.values())

    def value(self, subject: str, predicate: str) -> str:
        """Return what a thing has under a property: an IRI or a text, the first of several; empty where nothing."""
        return min(self._values(subject, predicate), default="")

    def values(self, subject: str, predicate: str) -> list[str]:
        """Return all that a thing has under a property, sorted."""
        return sorted(self._values(subject, predicate))

    def _countries(self) -> Iterator[Entry]:
        for iri in self._members("Country"):
            code = self.value(iri, SKOS + "notation")
            names = self._labels(iri)
            self.two[code] = self.value(iri, ONTOLOGY + "twoLetterCode")
            self.names[code] = names[0] if names else code
            entry = Entry(iri, self.names[code], country=code)
            entry.reviewed = (*names[1:], code, self.two[code])
            yield entry

    def _regions(self) -> Iterator[Entry]:
        for iri in self._members("Region"):
            code, names = self.value(iri, SKOS + "notation"), self._labels(iri)
            country = self.country(self.value(iri, ONTOLOGY + "country"))
            keys = self.regions.add(self.two.get(country, ""), code, names)
            entry = Entry(iri, names[0] if names else code, country=country, regions=keys)
            entry.reviewed = (*names[1:], code)
            yield entry

    def _clusters(self) -> Iterator[Entry]:
        printed: dict[str, list[str]] = {}
        for quad in self._store.quads_for_pattern(None, self._ox.NamedNode(ONTOLOGY + "describes"), None):
            printed.setdefault(_text(quad.object), []).extend(self._labels(_text(quad.subject)))
        for iri in self._members("Cluster"):
            names = [*self._labels(iri), *printed.get(iri, ())]
            country = self.country(self.value(iri, ONTOLOGY + "country"))
            slug = iri.rpartition("/")[2]
            entry = Entry(iri, names[0] if names else slug, country=country)
            entry.reviewed = (*names[1:], slug)
            yield entry

    def _places(self) -> Iterator[OwnPlace]:
        for cluster in self.clusters:
            for iri in self.values(cluster.iri, ONTOLOGY + "place"):
                place = OwnPlace(iri, cluster.iri)
                place.names = self._labels(iri)
                place.country = self.country(self.value(iri, ONTOLOGY + "country")) or cluster.country
                region = self.value(iri, ONTOLOGY + "region")
                place.regions = next((one.regions for one in self.own_regions if one.iri == region), frozenset())
                links = [link for link in self.values(iri, SKOS + "exactMatch") if link.startswith(GEONAMES)]
                place.link = links[0] if links else ""
                place.reason = self.value(iri, ONTOLOGY + "noGeoNamesMatch")
                place.latitude = _number(self.value(iri, SCHEMA + "latitude"))
                place.longitude = _number(self.value(iri, SCHEMA + "longitude"))
                yield place

    def _classes(self) -> Iterator[tuple[str, Entry]]:
        for iri in self._members("IndustryClass"):
            code, names = self.value(iri, SKOS + "notation"), self._labels(iri)
            yield code, Entry(iri, names[0] if names else code, names[1:])

    def _industries(self) -> Iterator[tuple[str, tuple[list[str], list[str]]]]:
        used: dict[str, set[str]] = {}
        for cluster in self.clusters:
            for industry in self._values(cluster.iri, ONTOLOGY + "industry"):
                used.setdefault(industry, set()).update(self._values(cluster.iri, ONTOLOGY + "industryClass"))
        for iri in self._members("Industry"):
            yield iri, (self._labels(iri), sorted(used.get(iri, ())))

    def _members(self, kind: str) -> list[str]:
        node = self._ox.NamedNode
        quads = self._store.quads_for_pattern(None, node(RDF_TYPE), node(ONTOLOGY + kind))
        return sorted({_text(quad.subject) for quad in quads})

    def _values(self, subject: str, predicate: str) -> Iterator[str]:
        node = self._ox.NamedNode
        for quad in self._store.quads_for_pattern(node(subject), node(predicate), None) if subject else ():
            yield _text(quad.object)

    def _labels(self, subject: str) -> list[str]:
        """Return the names of a thing without repetition, the preferred English one first."""
        found: list[tuple[int, bool, str]] = []
        for rank, predicate in enumerate(("prefLabel", "altLabel")):
            node = self._ox.NamedNode
            for quad in self._store.quads_for_pattern(node(subject), node(SKOS + predicate), None):
                if isinstance(quad.object, self._ox.Literal):
                    found.append((rank, quad.object.language != "en", quad.object.value))
        names: dict[str, str] = {}
        for _, _, name in sorted(found):
            names.setdefault(folded(name), name)
        return list(names.values())


def _text(term: object) -> str:
    return str(getattr(term, "value", term))


def _number(text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
