"""The shapes of a SHACL file: whether they can be trusted to check something, and what they say to do."""

from __future__ import annotations

import os
import re

from clusterkg.errors import DataError, nearest
from clusterkg.prefixes import compact, house_prefixes
from clusterkg.resources import shipped_root
from clusterkg.terms import ONTOLOGY
from clusterkg.turtle import read_text, syntax_error
from clusterkg.validation.places import Places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    import pyoxigraph as ox

__all__ = ["Shapes", "shapes_path"]

SH = "http://www.w3.org/ns/shacl#"

VOCABULARY = """
    NodeShape PropertyShape PropertyGroup SPARQLConstraint SPARQLTarget PrefixDeclaration
    Violation Warning Info IRI BlankNode Literal BlankNodeOrIRI BlankNodeOrLiteral IRIOrLiteral
    targetClass targetNode targetObjectsOf targetSubjectsOf target
    property path alternativePath inversePath oneOrMorePath zeroOrMorePath zeroOrOnePath
    class datatype nodeKind minCount maxCount minExclusive minInclusive maxExclusive maxInclusive
    minLength maxLength pattern flags languageIn uniqueLang equals disjoint lessThan lessThanOrEquals
    not and or xone node qualifiedValueShape qualifiedMinCount qualifiedMaxCount
    qualifiedValueShapesDisjoint closed ignoredProperties hasValue in
    sparql select ask prefixes declare prefix namespace
    message severity name description order group defaultValue deactivated
"""
"""The terms of SHACL that a shapes file can use, by their names: its core and its SPARQL constraints."""

COUNTS = ("minCount", "maxCount", "minLength", "maxLength", "qualifiedMinCount", "qualifiedMaxCount")
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


def shapes_path(folders: Iterable[str] = ()) -> str:
    """Return the shapes file: that of the last added folder which has one, else the shipped one."""
    paths = [os.path.join(root, "ontology", "shapes.ttl") for root in (shipped_root(), *folders)]
    return [path for path in paths if os.path.isfile(path) or path == paths[0]][-1]


class Shapes:
    """A shapes file that has been read.

    Attributes:
        path: the file.
        text: the shapes and the prefixes that their queries use, as Turtle.
        references: subject, predicate and IRI of each of its statements about an IRI.
        queries: each SPARQL constraint with its text.
        compiled: what the engines make of the shapes, by the engine's name.

    Raises:
        FileError, TurtleError: it cannot be read, or is not Turtle.
        DataError: it has a term that SHACL does not know, or a property shape without one path.
    """

    def __init__(self, path: str) -> None:
        import pyoxigraph as ox

        self.path = path
        shapes = read_text(path)
        prefixes = os.path.join(shipped_root(), "ontology", "prefixes.ttl")
        self.text = shapes + "\n" + read_text(prefixes)
        self.references: list[tuple[str, str, str]] = []
        self.queries: dict[str, str] = {}
        self.compiled: dict[str, Any] = {}
        self._remedies: dict[str, str] = {}
        self._terms = set(VOCABULARY.split())
        paths: dict[str, int] = {}
        try:
            for quad in ox.parse(shapes.encode(), format=ox.RdfFormat.TURTLE):
                self._read(quad, paths)
        except SyntaxError as error:
            raise syntax_error(path, error, house_prefixes()) from error
        if not any(predicate.startswith(SH + "target") for _, predicate, _ in self.references):
            raise DataError("holds no shape with a target", place=path, remedy="name a file of SHACL shapes")
        for shape, count in paths.items():
            if count != 1:
                raise self._fault(
                    shape,
                    f"the property shape {compact(shape)} has {count or 'no'} sh:path{'s' if count > 1 else ''}",
                    "write one sh:path",
                )

    def _read(self, quad: ox.Quad, paths: dict[str, int]) -> None:
        """Take in one statement; `paths` counts the paths of named property shapes."""
        subject = str(getattr(quad.subject, "value", ""))
        predicate, value = quad.predicate.value, quad.object
        name = predicate.removeprefix(SH)
        if name != predicate and name not in self._terms:
            raise self._unknown(subject, predicate, predicate)
        text = str(getattr(value, "value", ""))
        datatype = str(getattr(getattr(value, "datatype", None), "value", ""))
        is_iri = type(value).__name__ == "NamedNode"
        if is_iri:
            self.references.append((subject, predicate, text))
            if text.startswith(SH) and text.removeprefix(SH) not in self._terms:
                raise self._unknown(subject, predicate, text)
        if name in COUNTS and not (re.fullmatch(r"[0-9]+", text) and datatype == INTEGER):
            raise self._fault(subject, f"sh:{name} is no whole number", "write a number, as in 1", predicate, text)
        named = type(quad.subject).__name__ == "NamedNode"
        if named and predicate == SH + "path":
            paths[subject] = paths.get(subject, 0) + 1
        elif named and text == SH + "PropertyShape":
            paths.setdefault(subject, 0)
        elif predicate == SH + "property" and is_iri:
            paths.setdefault(text, 0)
        elif predicate == ONTOLOGY + "remedy":
            self._remedies[subject] = text
        elif predicate == SH + "select":
            self.queries[subject] = text

    def _fault(self, subject: str, fault: str, remedy: str, predicate: str = "", value: str = "") -> DataError:
        line = Places().line(self.path, subject, predicate, value)
        return DataError(fault, place=f"{self.path}:{line}", remedy=remedy)

    def _unknown(self, subject: str, predicate: str, iri: str) -> DataError:
        name = iri.removeprefix(SH)
        remedy = nearest(name, self._terms).replace("'", "") or "write a term of SHACL"
        return self._fault(subject, f"SHACL has no term sh:{name}", remedy, predicate, iri)

    def remedy(self, shape: str) -> str:
        """Return what the shape says to do; empty where it says nothing."""
        return self._remedies.get(shape, "")

    def query_faults(self) -> Iterator[DataError]:
        """Yield what keeps the queries of SPARQL constraints from being parsed."""
        import pyoxigraph as ox

        declarations = "".join(f"PREFIX {name}: <{space}> " for name, space in house_prefixes().items())
        for subject, text in self.queries.items():
            try:
                ox.Store().query(declarations + text)
            except SyntaxError as error:
                fault = re.sub(r"^.*?at \d+:\d+: ", "", error.msg or "not SPARQL").splitlines()[0][:120]
                yield self._fault(
                    subject, f"the query of {compact(subject)} does not parse: {fault}", "mend sh:select", SH + "select"
                )
