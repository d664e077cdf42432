"""What the graph already has that a sheet can name: terms, countries, sources, actors, clusters, cases, codings."""

from __future__ import annotations

import copy

from clusterkg.coding.values import key_of, name_key
from clusterkg.resources import PARTS
from clusterkg.terms import BASE, ONTOLOGY, graph_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyoxigraph as ox

    from clusterkg.graph import Graph

__all__ = ["Known"]

UNASKED = ("reported", "findings")
"""The parts of the graph that a sheet cannot speak of."""

NAMES = ("notation", "prefLabel", "altLabel")
"""The properties that name a thing; an earlier one goes before a later one."""

SKOS = "http://www.w3.org/2004/02/skos/core#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
MADE_BY = "http://www.w3.org/ns/prov#wasGeneratedBy"
TEMPORAL = "http://purl.org/dc/terms/temporal"
START, END = "http://www.w3.org/ns/dcat#startDate", "http://www.w3.org/ns/dcat#endDate"


class Known:
    """The things of a graph, by the keys of their names; see `values.key_of`.

    Attributes:
        countries: IRIs of countries by the keys of their names and by their three-letter codes.
        words: for each concept scheme, IRIs of its concepts by the keys of labels and notation.
        shown: for each concept scheme, the word that a sheet would show, by key.
        sources: IRIs of sources by the keys of their citations.
        actors: IRIs of actors by their names, capitals and spaces apart.
        local: the names of the files that lie in the folder to be written to.
    """

    def __init__(self, graph: Graph) -> None:
        import pyoxigraph as ox

        graph.require(part for part in PARTS if part not in UNASKED)
        self._ox, self._store = ox, graph.store
        self._forgotten: set[str] = set()
        self._paths = {file.name: file.path for file in graph.files}
        self.words: dict[str, dict[str, str]] = {}
        self.shown: dict[str, dict[str, str]] = {}
        self._spelt: dict[str, set[str]] = {}
        for concept, scheme in self._pairs(SKOS + "inScheme"):
            name = scheme.rpartition("/")[2]
            words, shown = self.words.setdefault(name, {}), self.shown.setdefault(name, {})
            notation = next(self._texts(concept, SKOS + "notation"), "")
            for text in (notation, *self._labels(concept)):
                words.setdefault(key_of(text), concept)
                self._spelt.setdefault(name, set()).add(text.casefold())
                shown.setdefault(key_of(text), text if name == "industry" else notation)
        self.countries = self._by_name("Country")
        self.country_names = {iri: name for name, iri in self._english("Country")}
        self.sources = self._by_name("Source")
        # How a source prints an actor, such as "US buyers", may be how another source calls another.
        self.actors = self._by_name("Actor", name_key, names=("prefLabel",))
        self.local: set[str] = set()
        self.clusters = {iri: name for name, iri in self._english("Cluster")}

    def anew(self) -> Known:
        """Return the same with nothing forgotten, for another import; both share what they have read."""
        other = copy.copy(self)
        other.local, other._forgotten = set(), set()
        return other

    def forget(self, name: str) -> None:
        """Leave out what a file says, because it will be written anew."""
        self._forgotten.add(graph_iri(name))

    def _quads(self, subject: str | None, predicate: str | None = None, object: str | None = None) -> Iterator[ox.Quad]:
        """Yield the statements with an IRI at some of their places, those of forgotten files left out."""
        at = (None if iri is None else self._ox.NamedNode(iri) for iri in (subject, predicate, object))
        for quad in self._store.quads_for_pattern(*at):
            if not self._forgotten or _value(quad.graph_name) not in self._forgotten:
                yield quad

    def statements(self, subject: str) -> list[tuple[str, str]]:
        """Return what the graph says of a thing: predicate and object as N-Triples writes it."""
        quads = self._quads(subject)
        return [(quad.predicate.value, str(quad.object)) for quad in quads]

    def spelt(self, scheme: str, text: str) -> bool:
        """Tell whether a text is one of the scheme's words but for capitals."""
        return text.casefold() in self._spelt.get(scheme, set())

    def slugs(self, study: str) -> set[str]:
        """Return the ends of the IRIs of a study's cases."""
        start = f"{BASE}case/{study}/"
        return {iri.removeprefix(start) for iri in self.of("study", f"{BASE}study/{study}") if iri.startswith(start)}

    def has(self, iri: str) -> bool:
        """Tell whether some file describes a thing."""
        return next(self._quads(iri), None) is not None

    def one(self, subject: str, predicate: str) -> str:
        """Return what a thing has under a property of ours: an IRI or a text; empty where nothing."""
        quads = self._quads(subject, _full(predicate))
        return min((_value(quad.object) for quad in quads), default="")

    def all(self, subject: str, predicate: str) -> list[str]:
        """Return all that a thing has under a property of ours, sorted."""
        quads = self._quads(subject, _full(predicate))
        return sorted(_value(quad.object) for quad in quads)

    def of(self, predicate: str, value: str) -> list[str]:
        """Return the things that have `value` under a property of ours, sorted."""
        quads = self._quads(None, _full(predicate), value)
        return sorted(quad.subject.value for quad in quads if isinstance(quad.subject, self._ox.NamedNode))

    def cases_of(self, study: str, slug: str) -> dict[str, tuple[str, str]]:
        """Return a study's cases of a cluster: IRI, with the years in which its period starts and ends."""
        found = {}
        for case in self.of("describes", f"{BASE}cluster/{slug}"):
            if case.startswith(f"{BASE}case/{study}/"):
                period = self.one(case, TEMPORAL)
                found[case] = (self.one(period, START)[:4], self.one(period, END)[:4]) if period else ("", "")
        return found

    def codings_of(self, case: str) -> set[str]:
        """Return the names of the codings that have rated a case."""
        return {self._coding(rating) for rating in self.of("case", case)} - {""}

    def main_coding(self, case: str) -> str:
        """Return the name of the coding that the case's own file holds; empty where nothing tells."""
        own = (self._coding(rating) for rating in self.of("case", case) if "--" not in _fragment(rating))
        return self.one(case, MADE_BY).rpartition("#coding-")[2] or next(filter(None, own), "")

    def accepted(self, case: str) -> dict[str, str]:
        """Return the names of the variables of which a case has an accepted rating, with the name of its coding."""
        return {
            self.one(rating, "variable").rpartition("/")[2]: self._coding(rating)
            for rating in self.of("case", case)
            if self.one(rating, "accepted") == "true"
        }

    def rated_by(self, case: str, coding: str) -> set[str]:
        """Return the names of the variables that a coding has rated in a case."""
        ratings = [rating for rating in self.of("case", case) if self._coding(rating) == coding]
        return {self.one(rating, "variable").rpartition("/")[2] for rating in ratings}

    def governance_code(self, case: str, mode: str) -> int:
        """Return Table 3's code of a governance mode, which a case's counted chains add up to."""
        chains = [chain for chain in self.all(case, "feedsInto") if self.one(chain, "governedBy").endswith(f"/{mode}")]
        scopes = {self.one(chain, "marketScope").rpartition("/")[2] for chain in chains}
        return ("domestic" in scopes) + 2 * ("global" in scopes)

    def written_in(self, name: str) -> dict[str, list[tuple[str, str]]]:
        """Return the statements of a file by subject as it writes them: the store keeps 2.0 as 2."""
        found: dict[str, list[tuple[str, str]]] = {}
        for quad in self._ox.parse(path=self._paths[name], format=self._ox.RdfFormat.TURTLE):
            found.setdefault(_value(quad.subject), []).append((quad.predicate.value, str(quad.object)))
        return found

    def described_in(self, name: str) -> set[str]:
        """Return the things that a file describes."""
        if graph_iri(name) in self._forgotten:
            return set()
        quads = self._store.quads_for_pattern(None, None, None, self._node(graph_iri(name)))
        return {quad.subject.value for quad in quads if isinstance(quad.subject, self._ox.NamedNode)}

    def labels(self, subject: str) -> list[str]:
        """Return all names of a thing."""
        return list(self._labels(subject))

    def _coding(self, rating: str) -> str:
        return self.one(rating, "coding").rpartition("#coding-")[2]

    def _node(self, iri: str) -> ox.NamedNode:
        return self._ox.NamedNode(iri)

    def _pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        for quad in self._quads(None, predicate):
            yield _value(quad.subject), _value(quad.object)

    def _texts(self, subject: str, predicate: str) -> Iterator[str]:
        for quad in self._quads(subject, predicate):
            yield _value(quad.object)

    def _labels(self, subject: str) -> Iterator[str]:
        yield from self._texts(subject, SKOS + "prefLabel")
        yield from self._texts(subject, SKOS + "altLabel")

    def _members(self, kind: str) -> list[str]:
        quads = self._quads(None, RDF_TYPE, ONTOLOGY + kind)
        return sorted(quad.subject.value for quad in quads if isinstance(quad.subject, self._ox.NamedNode))

    def _by_name(self, kind: str, key: Callable[[str], str] = key_of, names: Sequence[str] = NAMES) -> dict[str, str]:
        found: dict[str, str] = {}
        members = self._members(kind)
        # A preferred name goes before another thing's further name.
        for predicate in names:
            for iri in members:
                for text in self._texts(iri, SKOS + predicate):
                    found.setdefault(key(text), iri)
        return found

    def _english(self, kind: str) -> Iterator[tuple[str, str]]:
        for iri in self._members(kind):
            quads = self._quads(iri, SKOS + "prefLabel")
            names = {
                quad.object.language: quad.object.value for quad in quads if isinstance(quad.object, self._ox.Literal)
            }
            yield names.get("en") or next(iter(names.values()), ""), iri


def _fragment(iri: str) -> str:
    return iri.rpartition("#")[2]


def _value(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph) -> str:
    """Return the IRI or the text; a statement, which no file of the project has, as N-Triples writes it."""
    value: str | None = getattr(term, "value", None)
    return str(term) if value is None else value


def _full(predicate: str) -> str:
    return predicate if ":" in predicate else ONTOLOGY + predicate
