"""What the shapes say of coded cases before they are written, cell by cell."""

from __future__ import annotations

import re

from clusterkg.coding.columns import BY_SHEET
from clusterkg.coding.problems import CellProblem
from clusterkg.coding.values import hint
from clusterkg.terms import BASE, ONTOLOGY
from clusterkg.validation.places import plain
from clusterkg.validation.validators import validate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clusterkg.coding.documents import Documents
    from clusterkg.coding.known import Known
    from clusterkg.validation.shapes import Shapes
    from clusterkg.validation.validators import Result

__all__ = ["problems"]

CASES, THINGS = 25, 100
"""How many cases, or things of a list, are validated at a time: engines slow down with the size of a graph."""

LEVELS = {"Violation": "error", "Warning": "warning"}
"""What is told; what is incomplete (``Info``) a coder sees as blank cells."""

ENDS = tuple(f"<{ONTOLOGY}{kind}>" for kind in ("CaseStudy", "Cluster", "Source", "Table"))
"""Kinds of things whose own statements matter to those that name them, but not where these lead."""

CASE, CLASS = ONTOLOGY + "case", ONTOLOGY + "industryClass"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

Lines = list[tuple[str, str]]


class _Surroundings:
    """What the things of some documents lean on, in the documents and in the graph."""

    def __init__(self, documents: Documents, known: Known) -> None:
        self._known = known
        self._new: dict[str, Lines] = {}
        for subjects in documents.files.values():
            for subject, statements in subjects.items():
                self._new.setdefault(subject, []).extend(statements)
        self._statements: dict[str, Lines] = {}

    def of(self, subject: str) -> Lines:
        if subject not in self._statements:
            self._statements[subject] = [*self._new.get(subject, ()), *self._known.statements(subject)]
        return self._statements[subject]

    def around(self, subjects: set[str]) -> Iterator[str]:
        """Yield as N-Triples what leads on from some subjects, these left out."""
        waiting = [term for subject in subjects for _, term in self._new.get(subject, ())]
        # Ratings that a case has already, for one of them may be accepted too.
        rated = {term[1:-1] for subject in subjects for predicate, term in self._new[subject] if predicate == CASE}
        waiting += [f"<{rating}>" for case in rated for rating in self._known.of("case", case)]
        there = [subject for subject in subjects if self._known.has(subject)]
        # A codebook that gets a variable belongs to a study, which says so.
        waiting += [f"<{study}>" for subject in there for study in self._known.of("codebook", subject)]
        waiting += [f"<{subject}>" for subject in there]
        seen: set[str] = set()
        while waiting:
            term = waiting.pop()
            if term in seen or not term.startswith(f"<{BASE}"):
                continue
            seen.add(term)
            subject = term[1:-1]
            ours = subject in subjects
            statements = self._known.statements(subject) if ours else self.of(subject)
            kinds = {value for predicate, value in statements if predicate == RDF_TYPE}
            for predicate, value in statements:
                yield f"{term} <{predicate}> {value} .\n"
            if kinds.isdisjoint(ENDS):
                waiting += [value for _, value in statements]
            else:
                # Which groups are usual for a cluster's class, ISIC's tree tells.
                waiting += [value for predicate, value in statements if predicate == CLASS]


def problems(documents: Documents, known: Known, shapes: Shapes, engine: str | None = None) -> list[CellProblem]:
    """Return what the shapes say, each told once at the cell that it rests on.

    Args:
        documents: the statements, with the cells behind them.
        known: what the graph has.
        shapes: the shapes.
        engine: the SHACL engine; see `validators.validate`.
    """
    surroundings = _Surroundings(documents, known)
    found: dict[tuple[object, ...], CellProblem] = {}
    for portion in _portions(documents):
        subjects = {subject for _, some in portion for subject in some}
        own = (documents.triples(name, some) for name, some in portion)
        text = "".join([*surroundings.around(subjects), *own])
        results = validate(text, shapes, engine, subjects)
        for result in sorted(results, key=lambda one: (_rank(one), one.key())):
            if result.severity in LEVELS and result.focus not in documents.carried:
                problem, place = _problem(result, documents, shapes, known)
                found.setdefault((*place, problem.level), problem)
    return list(found.values())


def _portions(documents: Documents) -> Iterator[list[tuple[str, list[str]]]]:
    """Yield what is validated together: some cases with their clusters, then some things of a list, by file."""
    by_slug: dict[str, list[str]] = {}
    lists = []
    for name in documents.files:
        parts = name.removesuffix(".ttl").split("/")
        if parts[1] == "clusters" or parts[2] in ("cases", "codings"):
            by_slug.setdefault(parts[-1].partition("--")[0], []).append(name)
        else:
            lists.append(name)
    groups = list(by_slug.values())
    for start in range(0, len(groups), CASES):
        yield [(name, list(documents.files[name])) for group in groups[start : start + CASES] for name in group]
    for name in lists:
        subjects = list(documents.files[name])
        for start in range(0, len(subjects), THINGS):
            yield [(name, subjects[start : start + THINGS])]


def _rank(result: Result) -> int:
    """Put what is said of a case before what is said of its parts: the same fault is told once."""
    fragment = result.focus.partition("#")[2]
    return 0 if not fragment else 2 if fragment.startswith("chain-") else 1


def _problem(
    result: Result, documents: Documents, shapes: Shapes, known: Known
) -> tuple[CellProblem, tuple[object, ...]]:
    message = shapes.sheet_message(result.shape) or result.message
    remedy = shapes.sheet_remedy(result.shape) or shapes.remedy(result.shape)
    level, rule = LEVELS[result.severity], result.shape.rpartition("/")[2]
    path = documents.used(result.focus, result.path, result.value) or shapes.sheet_property(result.shape)
    behind = documents.cells(result.focus, path)
    if behind is None:
        problem = CellProblem("", 0, "", "", level, rule, plain(result.value), f"{result.focus}: {message}", remedy)
        return problem, (result.focus, result.path, rule)
    line, columns = behind
    cells = line.cell(*columns)
    shown = next((cell for cell in cells if cell.text), cells[0] if cells else None)
    text = shown.text if shown else ""
    # Of a list in a cell only the part that is wrong is looked for.
    part = plain(result.value)
    typed = part if part in text.split("; ") else line.text(columns[0])
    better = hint(_kind(line.kind, columns), typed, _words(line.kind, columns, known)) if text else ""
    problem = CellProblem(
        line.sheet,
        line.row.number,
        shown.address if shown else "",
        ";".join(columns),
        level,
        rule,
        text,
        message,
        better or remedy,
    )
    # Without a path it is about the thing as a whole, and told by itself.
    return problem, (line.sheet, line.row.number, columns, _last(path) or rule)


def _last(path: str) -> str:
    predicates: list[str] = re.findall(r"<([^<>]+)>", path)
    return predicates[-1] if predicates else path


def _column(kind: str, columns: Iterable[str]) -> tuple[str, str]:
    """Return kind and scheme of the first column that has one."""
    named = {column.name: column for column in BY_SHEET[kind]}
    for name in columns:
        if name in named:
            return named[name].kind, named[name].scheme.rpartition("/")[2]
    return "text", ""


def _kind(kind: str, columns: tuple[str, ...]) -> str:
    found, scheme = _column(kind, columns)
    return {"concept": scheme, "degree": "degree", "value": "score"}.get(found, found)


def _words(kind: str, columns: tuple[str, ...], known: Known) -> dict[str, str]:
    found, scheme = _column(kind, columns)
    if found == "country":
        return {key: known.country_names.get(iri, key) for key, iri in known.countries.items()}
    if found == "iso3":
        return {key: iri.rpartition("/")[2] for key, iri in known.countries.items() if len(key) == 3}
    words = known.shown.get(scheme, {})
    # Of ISIC a cluster has a class, which has four digits.
    return {key: word for key, word in words.items() if len(key) == 4} if scheme == "isic4" else words
