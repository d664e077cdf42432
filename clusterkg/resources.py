"""Where the project's files are: the shipped ones, and those of folders that a user adds."""

from __future__ import annotations

import os
from functools import cache

from clusterkg.errors import DataError, FileError, UnknownName, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = [
    "PARTS",
    "DataFile",
    "found_query",
    "part_of",
    "query_path",
    "query_paths",
    "rule_paths",
    "shipped_root",
    "turtle_files",
]

PARTS = (
    "ontology",
    "concepts",
    "reference",
    "isic",
    "series",
    "products",
    "clusters",
    "study",
    "sources",
    "cases",
    "codings",
    "sheets",
    "actors",
    "reported",
    "findings",
)
"""The parts of the graph that a query can say it needs, beside ``shorthands``, which rules build."""

TOP_FOLDERS = ("ontology", "cases_ttl", "queries")


class DataFile:
    """A Turtle file of the project.

    Attributes:
        name: its path inside the project, with forward slashes.
        path: where it is on this machine.
        part: the part of the graph that it belongs to, one of `PARTS`.
        root: the folder that it came with: the shipped one or one that a user added; empty where it is not written.
        text: what it would hold, where it is not written yet.
    """

    __slots__ = ("name", "part", "path", "root", "text")

    def __init__(self, name: str, path: str, part: str, root: str, text: str | None = None) -> None:
        self.name, self.path, self.part, self.root, self.text = name, path, part, root, text

    def __repr__(self) -> str:
        return f"DataFile({self.name!r}, {self.path!r})"


@cache
def shipped_root() -> str:
    """Return the folder that holds the shipped `ontology/`, `cases_ttl/` and `queries/`.

    Inside an installed package that is the package itself, in a checkout the folder above it.
    """
    package = os.path.dirname(os.path.abspath(__file__))
    return package if os.path.isdir(os.path.join(package, "ontology")) else os.path.dirname(package)


def part_of(name: str) -> str | None:
    """Return the part of the graph that a file of that name belongs to.

    None is for files that are no part of the graph, such as shapes.

    Raises:
        DataError: the name has no place in the project's layout.

    >>> part_of("cases_ttl/giuliani2005/cases/leon-footwear.ttl")
    'cases'
    >>> part_of("cases_ttl/giuliani2005/codings.ttl"), part_of("cases_ttl/giuliani2005/sheets.ttl")
    ('codings', 'sheets')
    >>> part_of("cases_ttl/leon-footwear.ttl")
    Traceback (most recent call last):
    clusterkg.errors.DataError: cases_ttl/leon-footwear.ttl: has no place in the project's layout; \
put clusters in cases_ttl/clusters/, cases in cases_ttl/STUDY/cases/
    """
    if set(name) & set(' <>"{}|^`\\\t\r\n') or not name.isprintable():
        raise DataError("has a sign in its name that no IRI can hold", place=name, remedy="rename it")
    match name.removesuffix(".ttl").split("/"):
        case ["ontology", "concepts"]:
            return "concepts"
        case ["ontology", "shapes"]:
            return None
        case ["ontology", _]:
            return "ontology"
        case ["ontology", "reference", "isic4"]:
            return "isic"  # ten times the size of the other lists, and of use to few queries
        case ["ontology", "reference", "series"]:
            return "series"
        case ["ontology", "reference", "hs2022"]:
            return "products"  # larger still
        case ["ontology", "reference", _]:
            return "reference"
        case ["cases_ttl", "clusters", _]:
            return "clusters"
        case ["cases_ttl", _, "cases", _]:
            return "cases"
        case ["cases_ttl", _, "codings"] | ["cases_ttl", _, "codings", _, _]:
            return "codings"
        case ["cases_ttl", _, "passages"]:
            return "findings"
        case ["cases_ttl", _, "industries"]:
            return "concepts"
        case ["cases_ttl", _, "events" | "standards"]:
            return "actors"  # whoever or whatever plays a part in a case
        case ["cases_ttl", _, "study" | "sources" | "codings" | "sheets" | "reported" | "actors" | "findings" as part]:
            return part
        case _:
            raise DataError(
                "has no place in the project's layout",
                place=name,
                remedy="put clusters in cases_ttl/clusters/, cases in cases_ttl/STUDY/cases/",
            )


def turtle_files(
    folders: Iterable[str] = (), unwritten: Mapping[str, str] | None = None
) -> tuple[list[DataFile], list[str]]:
    """Return the Turtle files of the shipped project and of added folders, and what was replaced.

    An added folder has the project's shape (`cases_ttl/`, `ontology/`); a file with a shipped
    file's name stands in for it. The second list has a line for each such file, for the user.

    Args:
        folders: added folders.
        unwritten: texts of files that are to join last, by name, as if a further folder held them.

    Raises:
        FileError: a folder is missing or has not the project's shape.
        DataError: a file has no place in the project's layout.
    """
    found: dict[str, DataFile] = {}
    replaced: list[str] = []
    for root in (shipped_root(), *folders):
        _check_shape(root)
        for name, path in _walk(root, ("ontology", "cases_ttl"), ".ttl"):
            try:
                part = part_of(name)
            except DataError as error:
                raise DataError(error.fault, place=path, remedy=error.remedy) from error
            if part is None:
                continue
            if name in found:
                replaced.append(f"{path} stands in for {found[name].path}")
            found[name] = DataFile(name, path, part, root)
    for name, text in (unwritten or {}).items():
        part = part_of(name)
        if part is not None:
            found[name] = DataFile(name, name, part, "", text)
    return sorted(found.values(), key=lambda file: file.name), replaced


def _check_shape(root: str) -> None:
    if not os.path.isdir(root):
        raise FileError("no such folder", place=root, remedy="check the path")
    if not any(os.path.isdir(os.path.join(root, folder)) for folder in TOP_FOLDERS):
        raise FileError(
            "has none of the folders cases_ttl, ontology and queries",
            place=root,
            remedy="name the folder that holds them",
        )


def _walk(root: str, folders: Iterable[str], ending: str) -> Iterator[tuple[str, str]]:
    """Yield name and path of each file below some folders of a root, hidden ones left out."""
    waiting = [(folder, os.path.join(root, folder)) for folder in folders]
    visited = set()  # a link may lead back up
    while waiting:
        name, path = waiting.pop()
        real = os.path.realpath(path)
        if real in visited or not os.path.isdir(path):
            continue
        visited.add(real)
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir():
                    waiting.append((f"{name}/{entry.name}", entry.path))
                elif entry.name.endswith(ending):
                    yield f"{name}/{entry.name}", entry.path


def rule_paths(folders: Iterable[str] = ()) -> list[str]:
    """Return the paths of the CONSTRUCT rules, by name; an added folder's rule stands in for a shipped one."""
    rules: dict[str, str] = {}
    for root in (shipped_root(), *folders):
        rules.update(_walk(root, ["ontology/rules"], ".rq"))
    return [rules[name] for name in sorted(rules)]


def query_paths(folders: Iterable[str] = ()) -> dict[str, str]:
    """Return the library's queries: name (``tables/governance``) to path.

    A query in an added folder's `queries/` joins them or stands in for a shipped one.
    """
    paths: dict[str, str] = {}
    for root in (shipped_root(), *folders):
        for name, path in _walk(root, ["queries"], ".rq"):
            paths[name.removeprefix("queries/").removesuffix(".rq")] = path
    return dict(sorted(paths.items()))


def found_query(name: str, folders: Iterable[str] = ()) -> str | None:
    """Return the path of one query of the library, or None; no folder is listed for it."""
    parts = name.split("/")
    for root in (*reversed(list(folders)), shipped_root()) if not {"", ".", ".."} & set(parts) else ():
        path = os.path.join(root, "queries", *parts) + ".rq"
        if os.path.isfile(path):
            return path
    return None


def query_path(name: str, folders: Iterable[str] = ()) -> str:
    """Return the path of one query of the library.

    Raises:
        UnknownName: there is none of that name; the nearest are offered.
    """
    path = found_query(name, folders)
    if path is not None:
        return path
    known = query_paths(folders)
    remedy = nearest(name, known) or nearest(name.split("/")[-1], [key.split("/")[-1] for key in known])
    raise UnknownName("no such query in the library", place=name, remedy=remedy)
