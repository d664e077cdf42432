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
        compiled: what the engines make of the shapes, by the engine's name.

    Raises:
        FileError, TurtleError: it cannot be read, or is not Turtle.
        DataError: it has a term that SHACL does not know, or a property shape without one path.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        shapes = read_text(path)
        prefixes = os.path.join(shipped_root(), "ontology", "prefixes.ttl")
        self.text = shapes + "\n" + read_text(prefixes)
        self.compiled: dict[str, Any] = {}
        self._shapes = shapes
        self._references: list[tuple[str, str, str]] = []
        self._queries: dict[str, str] = {}
        self._remedies: dict[str, str] = {}
        self._sheet_messages: dict[str, str] = {}
        self._sheet_remedies: dict[str, str] = {}
        self._sheet_properties: dict[str, str] = {}
        self._terms = set(VOCABULARY.split())
        if not path.startswith(os.path.join(shipped_root(), "")):
            self.examine()

    def examine(self) -> None:
        """Read the statements, once, and raise at what no engine could be trusted with.

        The shipped shapes wait for it until the whole project is checked, or they have something to say.
        """
        if self._references:
            return
        self._read(self._shapes)
        if not any(predicate.startswith(SH + "target") for _, predicate, _ in self._references):
            raise DataError("holds no shape with a target", place=self.path, remedy="name a file of SHACL shapes")

    def _read(self, shapes: str) -> None:
        """Take in the statements, and raise at the first that no engine could be trusted with."""
        import pyoxigraph as ox

        paths: dict[str, int] = {}
        texts = {
            ONTOLOGY + "remedy": self._remedies,
            ONTOLOGY + "sheetMessage": self._sheet_messages,
            ONTOLOGY + "sheetRemedy": self._sheet_remedies,
            SH + "select": self._queries,
        }
        counts = {SH + name for name in COUNTS}
        good: set[str] = set()
        try:
            for quad in ox.parse(shapes.encode(), format=ox.RdfFormat.TURTLE):
                predicate, value = quad.predicate.value, quad.object
                if predicate not in good:
                    self._check_term(str(quad.subject).strip("<>"), predicate, predicate)
                    good.add(predicate)
                if isinstance(value, ox.NamedNode):
                    subject, iri = str(quad.subject).strip("<>"), value.value
                    self._references.append((subject, predicate, iri))
                    if predicate == ONTOLOGY + "sheetProperty":
                        self._sheet_properties[subject] = iri
                    if iri not in good:
                        self._check_term(subject, predicate, iri)
                        good.add(iri)
                    if predicate == SH + "property":
                        paths.setdefault(iri, 0)
                    elif iri == SH + "PropertyShape":
                        paths.setdefault(subject, 0)
                elif predicate in texts and isinstance(value, ox.Literal):
                    texts[predicate][str(quad.subject).strip("<>")] = value.value
                elif predicate in counts and not self._is_count(value):
                    raise self._fault(
                        str(quad.subject).strip("<>"),
                        f"sh:{predicate.removeprefix(SH)} is no whole number",
                        "write a number, as in 1",
                        predicate,
                    )
                if predicate == SH + "path":
                    subject = str(quad.subject).strip("<>")
                    paths[subject] = paths.get(subject, 0) + 1
        except SyntaxError as error:
            raise syntax_error(self.path, error, house_prefixes()) from error
        for shape, count in paths.items():
            if count != 1:
                fault = f"the property shape {compact(shape)} has {count or 'no'} sh:path{'s' if count > 1 else ''}"
                raise self._fault(shape, fault, "write one sh:path")

    def _check_term(self, subject: str, predicate: str, iri: str) -> None:
        if iri.startswith(SH) and iri.removeprefix(SH) not in self._terms:
            raise self._unknown(subject, predicate, iri)

    @staticmethod
    def _is_count(value: object) -> bool:
        return re.fullmatch(rf'"[0-9]+"\^\^<{INTEGER}>', str(value)) is not None

    def _fault(self, subject: str, fault: str, remedy: str, predicate: str = "", value: str = "") -> DataError:
        line = Places().line(self.path, subject, predicate, value)
        return DataError(fault, place=f"{self.path}:{line}", remedy=remedy)

    def _unknown(self, subject: str, predicate: str, iri: str) -> DataError:
        name = iri.removeprefix(SH)
        remedy = nearest(name, self._terms).replace("'", "") or "write a term of SHACL"
        return self._fault(subject, f"SHACL has no term sh:{name}", remedy, predicate, iri)

    def references(self) -> list[tuple[str, str, str]]:
        """Return subject, predicate and IRI of each statement about an IRI."""
        self.examine()
        return self._references

    def remedy(self, shape: str) -> str:
        """Return what the shape says to do; empty where it says nothing."""
        self.examine()
        return self._remedies.get(shape, "")

    def sheet_message(self, shape: str) -> str:
        """Return the shape's rule as it is said to whoever fills in a spreadsheet; empty where no sheet can break it.

        >>> Shapes(shapes_path()).sheet_message("https://w3id.org/clusterkg/shape/rating-score")
        'A score is a number from 0 (absent) to 3 (high).'
        """
        self.examine()
        return self._sheet_messages.get(shape, "")

    def sheet_remedy(self, shape: str) -> str:
        """Return what the shape says to write into the cell; empty where no sheet can break it.

        >>> Shapes(shapes_path()).sheet_remedy("https://w3id.org/clusterkg/shape/rating-score")
        'write 0 to 3, or not reported'
        """
        self.examine()
        return self._sheet_remedies.get(shape, "")

    def sheet_property(self, shape: str) -> str:
        """Return the IRI of the property whose cell to look at, where the shape is about a thing as a whole."""
        self.examine()
        return self._sheet_properties.get(shape, "")

    def query_faults(self) -> Iterator[DataError]:
        """Yield what keeps the queries of SPARQL constraints from being parsed."""
        import pyoxigraph as ox

        declarations = "".join(f"PREFIX {name}: <{space}> " for name, space in house_prefixes().items())
        self.examine()
        for subject, text in self._queries.items():
            try:
                ox.Store().query(declarations + text)
            except SyntaxError as error:
                fault = re.sub(r"^.*?at \d+:\d+: ", "", error.msg or "not SPARQL").splitlines()[0][:120]
                yield self._fault(
                    subject, f"the query of {compact(subject)} does not parse: {fault}", "mend sh:select", SH + "select"
                )
