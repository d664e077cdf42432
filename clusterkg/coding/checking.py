"""Sheets that have been read into what they say of a study: built, held against the graph, checked by the shapes."""

from __future__ import annotations

import copy
import itertools
import os
import re

from clusterkg.coding import conformance, doubts, statements
from clusterkg.coding.known import Known
from clusterkg.coding.problems import Problems
from clusterkg.coding.records import LONGEST, Records
from clusterkg.coding.values import slug
from clusterkg.errors import DataError
from clusterkg.terms import ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterkg.coding.documents import Documents
    from clusterkg.coding.problems import CellProblem
    from clusterkg.coding.sheets import Book, Sheet

__all__ = ["Coded", "Ground", "check", "refuse_key"]

LISTS = ("sources", "actors", "codings", "sheets", "industries", "study")
"""Files of a study that an import adds to: what stands there stays."""

TAKEN = {"all": "--study all means every study", "clusters": "cases_ttl/clusters/ holds what no study owns"}
"""Keys that no study may have, and why."""

UNTOLD = {
    f"{ONTOLOGY}score",
    f"{ONTOLOGY}degree",
    "http://purl.org/linked-data/sdmx/2009/attribute#obsStatus",
    "http://www.w3.org/ns/prov#wasDerivedFrom",
    "http://www.w3.org/ns/prov#wasGeneratedBy",
}
"""Properties that a new value replaces, or that an import writes by itself."""

SEVERAL = {"http://www.w3.org/2004/02/skos/core#altLabel", "http://purl.org/dc/terms/source"}
"""Properties of which each value counts."""

TITLE = re.compile(r"[a-z0-9]+(-+[a-z0-9]+)*")


class Ground:
    """What sheets are held against: a graph and its shapes.

    Args:
        folders: folders of the project's shape that join the shipped one.

    Attributes:
        known: what the graph has.
        shapes: the shapes.
        there: the paths of the graph's files by their names.

    Raises:
        FileError, TurtleError, DataError: the project or a folder cannot be read.
    """

    def __init__(self, folders: Iterable[str] = ()) -> None:
        from clusterkg.graph import Graph
        from clusterkg.validation.shapes import Shapes, shapes_path

        graph = Graph(folders)
        self.known = Known(graph)
        self.files = graph.files
        self.there = {file.name: file.path for file in graph.files}
        self.shapes = Shapes(shapes_path(graph.folders))

    def anew(self) -> Ground:
        """Return the same for another check, which may leave out files that it writes anew."""
        other = copy.copy(self)
        other.known = self.known.anew()
        return other


class Coded:
    """What some sheets say of a study.

    Attributes:
        study: the key of the study.
        problems: everything that was met, by sheet and row.
        cases: how many case studies there are in the sheets, rival codings not counted.
        opinions: how many cases have values here by coders who have no row of their own or are not the first.
        names: the names of the files that would be written.
    """

    def __init__(
        self, study: str, problems: Problems, documents: Documents, there: dict[str, str], cases: int, opinions: int
    ) -> None:
        self.study, self.problems, self.cases, self.opinions = study, problems, cases, opinions
        self.names = sorted(documents.files)
        self._documents, self._there = documents, there

    @property
    def conforms(self) -> bool:
        """Whether no error is left."""
        return not self.problems.of_level("error")

    def files(self) -> dict[str, str]:
        """Return the texts of the files, in the house order, by name inside the folder.

        Raises:
            DataError: an error is left.
        """
        self._refuse_errors()
        return _files(self._documents, self._there, self.study)

    def turtle(self) -> str:
        """Return all statements as one document in the house order, without what the files have already.

        Raises:
            DataError: an error is left.
        """
        from clusterkg.prefixes import house_prefixes
        from clusterkg.turtle import format_text

        self._refuse_errors()
        cases = [name for name in self.names if name.startswith(f"cases_ttl/{self.study}/cases/")]
        head = next((self._documents.heads[name] for name in cases if name in self._documents.heads), "")
        text = "".join(self._documents.triples(name) for name in self.names)
        return format_text(f"{head or f'# Of the study {self.study}.'}\n\n{text}", self.study, house_prefixes())

    def _refuse_errors(self) -> None:
        if not self.conforms:
            raise DataError("has errors left", place=self.study, remedy="mend them first")


def refuse_key(study: str) -> None:
    """Refuse what cannot be the key of a study.

    Raises:
        DataError: it cannot.
    """
    if not TITLE.fullmatch(study) or len(study) > LONGEST:
        example = slug(study) if 0 < len(slug(study)) <= LONGEST else "nadvi1999"
        remedy = f"write small letters, digits and hyphens, such as {example}"
        raise DataError("is no key of a study", place=study, remedy=remedy)
    if study in TAKEN:
        raise DataError(
            f"is no key of a study: {TAKEN[study]}",
            place=study,
            remedy="name it after author and year, as in nadvi1999",
        )


def check(
    books: Iterable[Book], study: str, ground: Ground, *, replace: bool = False, engine: str | None = None
) -> Coded:
    """Build what the sheets of some books say, check it, and return it.

    Args:
        books: files of sheets, which may refer to each other's cases.
        study: the key of the study that they belong to; an unknown one is founded.
        ground: what they are held against; what is written anew is left out of it.
        replace: whether a case that is there already may be written anew.
        engine: the SHACL engine; None for the fast one where there is one.
    """
    known = ground.known
    found: list[CellProblem] = []
    sheets: list[Sheet] = []
    titles: dict[str, str] = {}
    names: dict[str, str] = {}
    for book in books:
        path = book.path
        for sheet in book.sheets:
            sheets.append(sheet)
            title, name = f"{os.path.basename(path)}, sheet {sheet.name}", sheet.name
            named = _name(path, name, known, study, names)
            if name in names:
                # Another file has a sheet of this name: the file's goes with it.
                sheet.name = (
                    f"{name} of {os.path.basename(path)}" if title not in titles.values() else f"{name} of {path}"
                )
                for problem in book.problems:
                    problem.sheet = sheet.name if problem.sheet == name else problem.sheet
            names[sheet.name], titles[sheet.name] = named, title
        found += book.problems
    records = Records(sheets, known, study, replace=replace)
    doubts.tell(records)
    documents = statements.build(records, names, titles)
    if not any(sheet.rows for sheet in sheets):
        # Headings alone found no study.
        documents.files.clear()
    for name in documents.files:
        if name.removesuffix(".ttl").rpartition("/")[2] not in LISTS:
            _tell_of_dropped(documents, known, name)
            known.forget(name)
    found += records.problems
    # A cell that cannot be read is told of once.
    unread = {(one.sheet, one.cell) for one in found if one.level == "error" and one.cell}
    checked = conformance.problems(documents, known, ground.shapes, engine)
    found += [one for one in checked if (one.sheet, one.cell) not in unread]
    # Reading is lazy: what the last rows met stands in the book only now.
    problems = Problems(found, [sheet.name for sheet in sheets])
    cases = len({case.iri for case in records.cases if case.line is not None and not case.rival})
    opinions = len({name.rpartition("/")[2] for name in documents.files if f"/{study}/codings/" in name})
    return Coded(study, problems, documents, ground.there, cases, opinions)


def _tell_of_dropped(documents: Documents, known: Known, name: str) -> None:
    """Tell what a file that is written anew holds and the sheets leave out."""
    new = documents.files[name]
    lost = []
    for subject in sorted(known.described_in(name)):
        part = subject.rpartition("#")[2] if "#" in subject else ""
        if subject not in new:
            lost.append(part or subject)
            continue
        said = {predicate for predicate, _ in new[subject]}
        gone = {
            predicate.rpartition("#")[2].rpartition("/")[2]
            for predicate, term in known.statements(subject)
            if (predicate not in said and predicate not in UNTOLD)
            or (predicate in SEVERAL and (predicate, term) not in new[subject])
        }
        lost += [f"{one} of {part}" if part else one for one in sorted(gone)]
    if lost:
        line, columns = next(documents.owners[subject] for subject in new if subject in documents.owners)
        line.tell(
            columns,
            "warning",
            "replaced",
            f"The case is written anew, and what it has and the sheets leave out is dropped: {', '.join(lost)}.",
            "add it to the sheets if it is to stay; clusterkg template --study writes what they have a place for",
        )


def _name(path: str, sheet: str, known: Known, study: str, taken: dict[str, str]) -> str:
    """Return the name of a sheet in IRIs: of its file and itself, with a number where an earlier import has it."""
    from clusterkg.terms import BASE

    stem = slug(os.path.splitext(os.path.basename(path))[0]) or "sheet"
    name = stem if slug(sheet) in ("", stem) else f"{stem}-{slug(sheet)}"
    free, number = name, 1
    while known.has(f"{BASE}sheet/{study}/{free}") or free in taken.values():
        number += 1
        free = f"{name}-{number}"
    return free


def _files(documents: Documents, there: dict[str, str], study: str) -> dict[str, str]:
    """Return the files in the house order; a list that is there already is added to."""
    from clusterkg.prefixes import house_prefixes
    from clusterkg.terms import owner_iri
    from clusterkg.turtle import format_text, read_text

    prefixes = house_prefixes()
    written = {}
    for name in documents.files:
        head = documents.heads.get(name, f"# Of the study {study}, written by an import.")
        if name in documents.kept:
            lines = read_text(there[name]).splitlines()
            head = "\n".join(itertools.takewhile(lambda line: line.startswith("#"), lines)) or head
        owner = owner_iri(name) or ""
        text = f"{head}\n\n" + ("" if owner.endswith("/") or not owner else f"@base <{owner}> .\n")
        if name in there and name.removesuffix(".ttl").rpartition("/")[2] in LISTS:
            text = read_text(there[name]) + "\n"
        written[name] = format_text(text + documents.triples(name), name, prefixes)
    return written
