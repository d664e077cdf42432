"""Sheets into a study: read, built, checked, and written when no error is left."""

from __future__ import annotations

import itertools
import os
import re

from clusterkg.coding import conformance, doubts, folder, statements
from clusterkg.coding.columns import BY_SHEET
from clusterkg.coding.known import Known
from clusterkg.coding.problems import CellProblem, Problems
from clusterkg.coding.records import Records
from clusterkg.coding.sheets import read
from clusterkg.coding.values import slug
from clusterkg.errors import DataError, FileError
from clusterkg.terms import ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clusterkg.coding.documents import Documents
    from clusterkg.coding.sheets import Sheet

__all__ = ["Import", "prepare"]

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


class Import:
    """What some sheets would add to a folder.

    Attributes:
        study: the key of the study.
        problems: everything that was met, by sheet and row.
        cases: how many case studies there are in the sheets, rival codings not counted.
        opinions: how many cases have values here by coders who have no row of their own or are not the first.
        names: the names of the files that would be written.
    """

    def __init__(
        self,
        study: str,
        out: str,
        problems: Problems,
        documents: Documents,
        there: dict[str, str],
        cases: int,
        opinions: int,
        seen: folder.State,
    ) -> None:
        self.study, self.problems, self.cases, self.opinions = study, problems, cases, opinions
        self.names = sorted(documents.files)
        self._out, self._documents, self._there, self._seen = out, documents, there, seen

    @property
    def conforms(self) -> bool:
        """Whether no error is left."""
        return not self.problems.of_level("error")

    def files(self) -> dict[str, str]:
        """Return the texts of the files, in the house order, by name inside the folder.

        Raises:
            DataError: an error is left.
        """
        if not self.conforms:
            raise DataError("has errors left", place=self.study, remedy="mend them first")
        return _files(self._documents, self._there, self.study)

    def write(self) -> None:
        """Write the files, all of them or none.

        Raises:
            DataError: an error is left.
            FileError: the folder cannot be written, or has changed since the sheets were checked; it is as it was.
        """
        files = self.files()
        if files:
            folder.write(self._out, files, self._seen)


def prepare(
    paths: Sequence[str],
    study: str,
    out: str,
    folders: Iterable[str] = (),
    *,
    replace: bool = False,
    engine: str | None = None,
) -> Import:
    """Read and check sheets, and return what they would add to a folder.

    Args:
        paths: workbooks or text files, which may refer to each other's cases.
        study: the key of the study that they belong to; an unknown one is founded.
        out: the folder that would be written: of the project's shape, or not there yet.
        folders: further folders of the project's shape that the cases may refer to.
        replace: whether a case that is there already may be written anew.
        engine: the SHACL engine; None for the fast one where there is one.

    Raises:
        DataError: the key of the study cannot be one.
        FileError, TurtleError: the project or a folder cannot be read.
    """
    from clusterkg.graph import Graph
    from clusterkg.resources import shipped_root
    from clusterkg.validation.shapes import Shapes, shapes_path

    if not TITLE.fullmatch(study):
        raise DataError(
            "is no key of a study",
            place=study,
            remedy=f"write small letters, digits and hyphens, such as {slug(study) or 'nadvi1999'}",
        )
    if study in TAKEN:
        raise DataError(
            f"is no key of a study: {TAKEN[study]}",
            place=study,
            remedy="name it after author and year, as in nadvi1999",
        )
    if os.path.exists(out) and not os.path.isdir(out):
        raise FileError("is no folder", place=out, remedy="name a folder to write to")
    folder.mend(out)
    seen = folder.state(out)
    around = [*folders]
    if os.path.isdir(os.path.join(out, folder.TOP)) and not os.path.samefile(out, shipped_root()):
        around.append(out)
    graph = Graph(around)
    known = Known(graph)
    known.local = {file.name for file in graph.files if file.root == out}
    found: list[CellProblem] = []
    sheets: list[Sheet] = []
    titles: dict[str, str] = {}
    names: dict[str, str] = {}
    for path in paths:
        book = read(path, known={kind: [column.name for column in columns] for kind, columns in BY_SHEET.items()})
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
    shapes = Shapes(shapes_path(around))
    found += records.problems
    # A cell that cannot be read is told of once.
    unread = {(one.sheet, one.cell) for one in found if one.level == "error" and one.cell}
    checked = conformance.problems(documents, known, shapes, engine)
    found += [one for one in checked if (one.sheet, one.cell) not in unread]
    # Reading is lazy: what the last rows met stands in the book only now.
    problems = Problems(found, [sheet.name for sheet in sheets])
    cases = len({case.iri for case in records.cases if case.line is not None and not case.rival})
    there = {file.name: file.path for file in graph.files}
    opinions = len({name.rpartition("/")[2] for name in documents.files if f"/{study}/codings/" in name})
    return Import(study, out, problems, documents, there, cases, opinions, seen)


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
