"""Whether files, IRIs and terms agree: what no shape can see, since it looks at one graph and not at files."""

from __future__ import annotations

import re

from clusterkg.errors import TurtleError, nearest
from clusterkg.graph.loading import ownership_faults, owns
from clusterkg.prefixes import compact
from clusterkg.resources import query_paths
from clusterkg.terms import BASE, ONTOLOGY, owner_iri
from clusterkg.validation.given import home_of
from clusterkg.validation.problems import Problem, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyoxigraph as ox

    from clusterkg.resources import DataFile
    from clusterkg.validation.workspace import Workspace

__all__ = ["Terms", "problems", "problems_of_references", "unknown_iri"]

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"

BUILT_IN = {
    RDF + "type",
    *(RDFS + name for name in ("label", "comment", "seeAlso", "isDefinedBy")),
    *(OWL + name for name in ("sameAs", "differentFrom", "deprecated", "versionInfo")),
}
"""Predicates that data may use though no file declares them."""

CELL = re.compile("#cell=[1-9][0-9]*,[1-9][0-9]*")
"""What names a cell of a sheet: row and column, counted from 1."""

PROPERTY_TYPES = {OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
CLASS_TYPES = {OWL + "Class", RDFS + "Class"}
DATATYPE_TYPES = {RDFS + "Datatype"}


class Terms:
    """What there is to refer to: the things described, the ontology's properties, classes and datatypes."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.properties = self._of_type(PROPERTY_TYPES)
        # A data set may declare the property that its indicator is.
        self.classes = self._of_type(CLASS_TYPES) | set(PROPERTY_TYPES)
        self.datatypes = self._of_type(DATATYPE_TYPES)
        self._exists: dict[str, bool] = {}
        self._subjects: set[str] = set()

    def _of_type(self, kinds: Iterable[str]) -> set[str]:
        named = self.workspace.ox.NamedNode
        subjects = (quad.subject for kind in kinds for quad in self.workspace.quads(object=kind))
        return {subject.value for subject in subjects if isinstance(subject, named)}

    def exists(self, iri: str) -> bool:
        """Tell whether an IRI under our base stands for something: a thing described, a query, a cell of a sheet."""
        iri = sheet_of(iri)
        if iri not in self._exists:
            found = self.workspace.describes(iri)
            if not found and iri.startswith(BASE + "query/"):
                found = iri.removeprefix(BASE + "query/") in query_paths(self.workspace.folders)
            if not found:
                self.workspace.load_rest()
                found = self.workspace.describes(iri)
            self._exists[iri] = found
        return self._exists[iri]

    def _described(self) -> set[str]:
        """Return the IRIs of everything that some file describes."""
        if not self._subjects:
            self.workspace.load_rest()
            subjects = {quad.subject for quad in self.workspace.store}
            self._subjects = {node.value for node in subjects if isinstance(node, self.workspace.ox.NamedNode)}
        return self._subjects

    def near(self, iri: str, known: Iterable[str] | None = None) -> str:
        """Return a remedy that names what an IRI was probably meant to be; empty where nothing is near."""
        space = iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
        if known is None:
            known = self._described()
        names = {other.removeprefix(space): other for other in known if other.startswith(space) and other != space}
        remedy = nearest(iri.removeprefix(space), names)
        for name in sorted(names, key=len, reverse=True):
            remedy = remedy.replace(f"'{name}'", compact(names[name]))
        return remedy


def sheet_of(iri: str) -> str:
    """Return the IRI of the spreadsheet of which an IRI names a cell, and any other IRI as it is.

    A sheet is described; its cells are not, so that they exist where it does.

    >>> sheet_of("https://w3id.org/clusterkg/sheet/mine2026/cases#cell=7,12")
    'https://w3id.org/clusterkg/sheet/mine2026/cases'
    >>> sheet_of("https://w3id.org/clusterkg/sheet/mine2026/cases#row-7")
    'https://w3id.org/clusterkg/sheet/mine2026/cases#row-7'
    """
    sheet, mark, _ = iri.partition("#cell=")
    return sheet if mark and sheet.startswith(BASE + "sheet/") and CELL.fullmatch(iri, len(sheet)) else iri


def unknown_iri(terms: Terms, iri: str) -> tuple[str, str]:
    """Return what to say of an IRI that stands for nothing, and what to do."""
    iri = sheet_of(iri)
    home = home_of(iri)
    known = terms.near(iri)
    describe = f"describe it in {home}" if home is not None and not iri.startswith(ONTOLOGY) else "mend the IRI"
    return f"{compact(iri)} does not exist", known or describe


def problems_of_references(
    workspace: Workspace, path: str, references: Iterable[tuple[str, str, str]]
) -> Iterator[Problem]:
    """Yield what is wrong with the IRIs in a file that is no part of the graph, such as shapes.

    Args:
        workspace: what there is to refer to.
        path: the file.
        references: subject, predicate and IRI of its statements.
    """
    terms = Terms(workspace)
    own = {subject for subject, _, _ in references}
    for subject, predicate, iri in references:
        if iri.startswith(BASE) and iri not in own and not terms.exists(iri):
            message, fix = unknown_iri(terms, iri)
            line = workspace.places.line(path, subject, predicate, iri)
            yield Problem(shown_path(path), line, subject, predicate, "error", message, fix)


def problems(workspace: Workspace) -> Iterator[Problem]:
    """Yield what is wrong with names, IRIs and terms in the files looked at."""
    yield from _ownership(workspace)
    terms = Terms(workspace)
    for file in workspace.checked:
        yield from _Statements(workspace, terms, file).problems()


def _ownership(workspace: Workspace) -> Iterator[Problem]:
    """Yield one problem for each file that describes what is another's, with the first such thing."""
    checked = {file.name for file in workspace.checked}
    first: dict[tuple[str, bool], list[Problem]] = {}
    for file, iri, error in ownership_faults(*workspace.described()):
        if file.name in checked:
            fault, remedy = error.fault, error.remedy
            owner = owner_iri(file.name)
            strange = bool(iri) and owner is not None and not owns(owner, iri)
            if strange and not file.root:
                fault = f"describes {compact(iri)} beside {compact(str(owner))}"
                remedy = "put each thing into a file of its own"
            problem = workspace.problem(file, iri, "", "error", fault, remedy)
            first.setdefault((file.name, strange), []).append(problem)
    for one, two in workspace.doubles:
        common = workspace.subjects(one) & workspace.subjects(two)
        for here, there in ((one, two), (two, one)):
            fault = f"{{}} is described here and in {shown_path(there.path)}"
            remedy = "give one of the two files"
            problems = [workspace.problem(here, iri, "", "error", fault.format(compact(iri)), remedy) for iri in common]
            first.setdefault((here.name, False), []).extend(problems)
    for found in first.values():
        yield from _first(found)


def _first(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield the first problem of a kind, with the number of the others."""
    if problems:
        problem = min(problems, key=lambda p: (p.line, p.focus))
        if len(problems) > 1:
            problem.message += f" (and {len(problems) - 1} more of its subjects)"
        yield problem


class _Statements:
    """The statements of one file, held against the terms that there are."""

    def __init__(self, workspace: Workspace, terms: Terms, file: DataFile) -> None:
        self.workspace, self.terms, self.file = workspace, terms, file
        self._missed_sheets: set[str] = set()
        # The ontology's own files declare terms, and describe structures of other vocabularies.
        self.data = file.part != "ontology"

    def problems(self) -> Iterator[Problem]:
        ox = self.workspace.ox
        typed: set[str] = set()
        classes: set[str] = set()
        subjects: dict[str, None] = {}
        predicates: dict[str, dict[str, None]] = {}
        for quad in self.workspace.store.quads_for_pattern(None, None, None, self.workspace.graph(self.file)):
            predicate, value = quad.predicate.value, quad.object
            if not isinstance(quad.subject, ox.NamedNode):
                subject = ""
            else:
                subject = quad.subject.value
                subjects[subject] = None
                predicates.setdefault(predicate, {})[subject] = None
            if predicate == RDF + "type":
                typed.add(subject)
                classes.add(getattr(value, "value", ""))
            if isinstance(value, ox.NamedNode):
                yield from self._reference(subject, predicate, value.value)
            elif isinstance(value, ox.Literal):
                yield from self._datatype(subject, predicate, value)
            elif isinstance(value, ox.Triple):
                line = self.workspace.places.line(self.file.path, subject, predicate)
                raise TurtleError(
                    "a quoted triple", place=f"{self.file.path}:{line}", remedy="give the statement a node of its own"
                )
            elif self.data:
                yield self._problem(
                    subject, predicate, "error", "a node without a name", "give it an IRI, as in <#chain-1>"
                )
        for predicate, users in predicates.items():
            yield from self._predicate(users, predicate)
        if self.data:
            for subject in subjects:
                if subject not in typed:
                    yield self._problem(
                        subject, "", "error", f"{compact(subject)} has no class", "say what it is, as in 'a ckg:Rating'"
                    )
            if subjects and self.terms.classes.isdisjoint(classes):
                # Without a class that the shapes know, nothing of the file would be looked at.
                fault, remedy = (
                    "describes nothing of a class of the ontology",
                    "begin with 'a ckg:CaseStudy' or the like",
                )
                yield self._problem(next(iter(subjects)), "", "error", fault, remedy)

    def _problem(self, subject: str, path: str, level: str, message: str, fix: str, value: str = "") -> Problem:
        return self.workspace.problem(self.file, subject, path, level, message, fix, value)

    def _reference(self, subject: str, predicate: str, iri: str) -> Iterator[Problem]:
        if predicate == RDF + "type" and self.data:
            yield from self._class(subject, iri)
        elif iri.startswith(BASE) and predicate != OWL + "versionIRI" and not self.terms.exists(iri):
            sheet = sheet_of(iri)
            if sheet in self._missed_sheets:
                return  # its thousand cells would say the same
            if sheet != iri:
                self._missed_sheets.add(sheet)
            message, fix = unknown_iri(self.terms, iri)
            yield self._problem(subject, predicate, "error", message, fix, iri)

    def _class(self, subject: str, iri: str) -> Iterator[Problem]:
        if iri in self.terms.classes:
            return
        ours = iri.startswith(BASE)
        if ours and self.terms.exists(iri):
            message = f"{compact(iri)} is not a class"
        elif ours:
            message = f"there is no class {compact(iri)}"
        else:
            message = f"the ontology does not know the class {compact(iri)}"
        fix = self.terms.near(iri, self.terms.classes) or "use a class of the ontology"
        yield self._problem(subject, RDF + "type", "error" if ours else "warning", message, fix, iri)

    def _predicate(self, subjects: Iterable[str], iri: str) -> Iterator[Problem]:
        if not self.data or iri in self.terms.properties or iri in BUILT_IN:
            return
        ours = iri.startswith(BASE)
        if ours and self.terms.exists(iri):
            message = f"{compact(iri)} is not a property"
        elif ours:
            message = f"there is no property {compact(iri)}"
        else:
            message = f"the ontology does not know the property {compact(iri)}"
        fix = self.terms.near(iri, self.terms.properties | BUILT_IN) or "use a property of the ontology"
        for subject in subjects:
            yield self._problem(subject, iri, "error" if ours else "warning", message, fix)

    def _datatype(self, subject: str, predicate: str, literal: ox.Literal) -> Iterator[Problem]:
        datatype = literal.datatype.value
        if datatype.startswith(BASE) and datatype not in self.terms.datatypes:
            fix = self.terms.near(datatype, self.terms.datatypes) or "leave the datatype out"
            message = f"there is no datatype {compact(datatype)}"
            yield self._problem(subject, predicate, "error", message, fix, literal.value)
