"""Statements by file and subject, and the cells of a sheet that each rests on."""

from __future__ import annotations

import re

from clusterkg.terms import BASE, ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterkg.coding.lines import Line

__all__ = ["DCAT", "DCTERMS", "OBS_STATUS", "PROV", "QB", "RDF_TYPE", "SKOS", "XSD", "Documents", "iri", "literal"]

SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
DCAT = "http://www.w3.org/ns/dcat#"
QB = "http://purl.org/linked-data/cube#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
OBS_STATUS = "http://purl.org/linked-data/sdmx/2009/attribute#obsStatus"


class Documents:
    """Statements by file and subject, and the cells behind each subject and predicate.

    Attributes:
        files: subject to its statements (predicate and object as N-Triples writes them), by file name.
        heads: the comment at the top of a new file.
        owners: the cells of a subject as a whole, by its IRI.
        carried: things of the graph that a file says on, and the names of these files are `kept`.
    """

    def __init__(self) -> None:
        self.files: dict[str, dict[str, list[tuple[str, str]]]] = {}
        self.heads: dict[str, str] = {}
        self.owners: dict[str, tuple[Line, tuple[str, ...]]] = {}
        self.carried: set[str] = set()
        self.kept: set[str] = set()
        self._cells: dict[tuple[str, str], tuple[Line, tuple[str, ...]]] = {}

    def add(self, file: str, subject: str, predicate: str, term: str, line: Line | None = None, *columns: str) -> None:
        """Add a statement that rests on cells of a row; `predicate` without a colon is one of ours."""
        predicate = predicate if ":" in predicate else ONTOLOGY + predicate
        statements = self.files.setdefault(file, {}).setdefault(subject, [])
        if (predicate, term) not in statements:
            statements.append((predicate, term))
        if line is not None and columns:
            self.rests(subject, predicate, line, *columns)

    def carry(self, file: str, subjects: dict[str, list[tuple[str, str]]]) -> None:
        """Keep in a file what it has already, but for the things that are described anew."""
        self.kept.add(file)
        for subject, statements in subjects.items():
            if subject not in self.files[file]:
                self.files[file][subject] = statements
                self.carried.add(subject)

    def rests(self, subject: str, predicate: str, line: Line, *columns: str) -> None:
        """Note on which cells a statement rests or would rest, were there one."""
        predicate = predicate if ":" in predicate else ONTOLOGY + predicate
        self._cells.setdefault((subject, predicate), (line, columns))
        self.owners.setdefault(subject, (line, columns))

    def cells(self, subject: str, path: str) -> tuple[Line, tuple[str, ...]] | None:
        """Return row and columns behind what a path of a subject says; None where no row says it."""
        for predicate in re.findall(r"<([^<>]+)>", path) or [path]:
            if (subject, predicate) in self._cells:
                return self._cells[subject, predicate]
        return self.owners.get(subject)

    def used(self, subject: str, path: str, value: str) -> str:
        """Return of a path with several predicates the one under which a subject has a value; else the path."""
        predicates = re.findall(r"<([^<>]+)>", path)
        if not predicates:
            return path
        for described in self.files.values():
            for predicate, term in described.get(subject, ()):
                if predicate in predicates and term == value:
                    return predicate
        return path

    def triples(self, file: str, subjects: Iterable[str] | None = None) -> str:
        """Return the statements of a file, or those of some of its subjects, as N-Triples."""
        described = self.files[file]
        return "".join(
            f"<{subject}> <{predicate}> {term} .\n"
            for subject in (described if subjects is None else subjects)
            for predicate, term in described[subject]
        )


def iri(name: str) -> str:
    """Return an IRI as N-Triples writes it; a name without a colon is one of our concepts."""
    return f"<{name if ':' in name else BASE + 'concept/' + name}>"


def literal(text: str, language: str = "") -> str:
    """Return a text as N-Triples writes it.

    >>> print(literal("León", "es"))
    "León"@es
    """
    import pyoxigraph as ox

    return str(ox.Literal(text, language=language or None))
