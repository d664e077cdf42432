"""What a sheet mentions by name: works, actors and industries, described where the graph does not have them."""

from __future__ import annotations

import re

from clusterkg.coding.documents import DCTERMS, PROV, RDF_TYPE, SKOS, XSD, Documents, iri, literal
from clusterkg.coding.values import hint, key_of, name_key, slug
from clusterkg.terms import BASE, ONTOLOGY, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterkg.coding.lines import Line
    from clusterkg.coding.records import Case, Records

__all__ = ["Mentions"]


class Mentions:
    """The statements of an import as they grow, and the things that its sheets mention.

    Args:
        records: the cases.
        names: the name of each sheet in the IRIs of its cells.

    Attributes:
        cluster_names: the English names of clusters, of the graph and of the sheets, by the ends of their IRIs.
    """

    def __init__(self, records: Records, names: dict[str, str]) -> None:
        self.records, self.known, self.study, self.names = records, records.known, records.study, names
        self.documents = Documents()
        self.folder = f"cases_ttl/{self.study}/"
        self.cluster_names = {iri.rpartition("/")[2]: name for iri, name in self.known.clusters.items()}
        self._sources: dict[str, str] = {}
        self._actors: dict[str, str] = {}
        self._industries: dict[str, str] = {}
        self._names: dict[str, list[str]] = {}

    def source(self, citation: str, line: Line) -> str:
        """Return the IRI of the work that a citation names, which is described where the graph does not have it."""
        key = key_of(citation)
        found = self.known.sources.get(key) or self._sources.get(key)
        if found:
            self._tell_of_spelling(found, citation, line, "source")
            return found
        name = self._free("source", _source_key(citation))
        self._sources[key] = found = f"{BASE}source/{name}"
        self._names[found] = [citation]
        file, add = f"{self.folder}sources.ttl", self.documents.add
        add(file, found, RDF_TYPE, iri(ONTOLOGY + "Source"), line, "source")
        add(file, found, SKOS + "prefLabel", literal(citation), line, "source")
        if re.match(r"https?://\S+$", citation):
            add(file, found, DCTERMS + "identifier", f"{literal(citation)}^^<{XSD}anyURI>", line, "source")
        elif parts := re.match(r"(.+?)\s*\(?\b(\d{4})[a-z]?\)?$", citation):
            add(file, found, DCTERMS + "creator", literal(parts[1].rstrip(" ,(")), line, "source")
            add(file, found, DCTERMS + "issued", f'"{parts[2]}"^^<{XSD}gYear>', line, "source")
        return found

    def _free(self, kind: str, name: str) -> str:
        """Return a name that nothing of the kind has yet."""
        taken = {subject for described in self.documents.files.values() for subject in described}
        free, number = name, 1
        while self.known.has(f"{BASE}{kind}/{free}") or f"{BASE}{kind}/{free}" in taken:
            number += 1
            free = f"{name}-{number}"
        return free

    def actor(self, name: str, case: Case, line: Line, column: str) -> str:
        """Return the IRI of an actor, who is described where the graph does not have it."""
        key = name_key(name)
        found = self.known.actors.get(key) or self._actors.get(key)
        if found:
            self._tell_of_spelling(found, name, line, column)
        else:
            self._actors[key] = found = f"{BASE}actor/{self._free('actor', slug(name) or 'actor')}"
            self._names[found] = [name]
            file = f"{self.folder}actors.ttl"
            self.documents.add(file, found, RDF_TYPE, iri(ONTOLOGY + "Actor"), line, column)
            self.documents.add(file, found, SKOS + "prefLabel", literal(name, "en"), line, column)
            self.cite(file, found, case.sources, line)
        return found

    def industry(self, text: str, line: Line) -> str:
        """Return the term of an industry: of the list, or a new one of this study."""
        key = key_of(text)
        found = self.known.words.get("industry", {}).get(key) or self._industries.get(key)
        if found:
            self._tell_of_spelling(found, text, line, "industry")
            return iri(found)
        # Letters of other scripts give no name, and two texts may give the same one.
        name = self._free("concept/industry", slug(text) or "industry")
        near = hint("industry", text, self.known.shown.get("industry", {}))
        line.tell(
            ("industry",),
            "warning",
            "new-industry",
            f"No industry of the list is called '{text}'; it is added to it.",
            near or "check the spelling, or leave it",
        )
        self._industries[key] = found = f"{BASE}concept/industry/{name}"
        self._names[found] = [text]
        file, scheme = f"{self.folder}industries.ttl", f"{BASE}concept/industry"
        for predicate, term in (
            (RDF_TYPE, iri(ONTOLOGY + "Industry")),
            (SKOS + "prefLabel", literal(text, "en")),
            (SKOS + "notation", literal(name)),
            (SKOS + "definition", literal(f"{text}, as the coders of {self.study} call it.", "en")),
            (SKOS + "inScheme", iri(scheme)),
            (SKOS + "topConceptOf", iri(scheme)),
            (DCTERMS + "source", iri(self.study_source())),
        ):
            self.documents.add(file, found, predicate, term, line, "industry")
        return iri(found)

    def _tell_of_spelling(self, found: str, text: str, line: Line, column: str) -> None:
        """Tell of a name that differs from all names of the thing that it was read as."""
        names = self._names.get(found) or self.known.labels(found)
        if names and text not in names:
            message = f"'{text}' was read as {names[0]}, which is known already."
            line.say(column)("normalised", "spelling", message, "write another name if it is not the same")

    def cite(self, file: str, subject: str, sources: Iterable[str], line: Line) -> None:
        """Say which works a node rests on."""
        self.documents.rests(subject, DCTERMS + "source", line, "source")
        for citation in sources:
            self.documents.add(file, subject, DCTERMS + "source", iri(self.source(citation, line)), line, "source")

    def derived(self, file: str, subject: str, line: Line, column: str) -> None:
        """Point a node back at the cell that it comes from."""
        for cell in line.cell(column)[:1]:
            sheet = f"{BASE}sheet/{self.study}/{self.names[line.sheet]}"
            self.documents.add(file, subject, PROV + "wasDerivedFrom", iri(f"{sheet}#cell={cell.row},{cell.column}"))

    def study_source(self) -> str:
        """Return the source of what the study says of itself: its own, or for a new one the coding sheet."""
        return self.known.one(study_iri(self.study), DCTERMS + "source") or f"{BASE}source/{self.study}"

    def locate(self, file: str, subject: str, locator: str, line: Line) -> None:
        """Say where in its source a node stands."""
        self.documents.rests(subject, "locator", line, "locator")
        if locator:
            self.documents.add(file, subject, "locator", literal(locator), line, "locator")


def _source_key(citation: str) -> str:
    """Return a key for a new source: its authors and its year.

    >>> _source_key("Schmitz (1995)"), _source_key("Nadvi and Halder (2005)"), _source_key("https://example.org/a.pdf")
    ('schmitz1995', 'nadvi-halder2005', 'example-org-a-pdf')
    """
    link = re.match(r"https?://(?:www\.)?(\S+)$", citation)
    if link:
        return slug(link[1])[:60].strip("-") or "source"
    year = re.search(r"\b(\d{4}[a-z]?)\b", citation)
    authors = slug(re.sub(r"\b(and|et al|y|e)\b|&", " ", citation[: year.start()] if year else citation))
    return f"{authors[:60].strip('-')}{year[1].lower() if year else ''}" or "source"
