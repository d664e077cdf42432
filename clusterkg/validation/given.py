"""What a Turtle file is that a user names: the project's file that it stands in for, or one that joins it."""

from __future__ import annotations

import os
import re

from clusterkg.errors import DataError, FileError
from clusterkg.prefixes import house_prefixes
from clusterkg.resources import DataFile, part_of
from clusterkg.terms import BASE, owner_iri
from clusterkg.turtle import read_text, syntax_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["SHAPES", "expand", "home_of", "identify"]

SHAPES = "ontology/shapes.ttl"

ENDINGS = (".ttl", ".rq")


def expand(paths: Iterable[str]) -> list[str]:
    """Return the files named, and the Turtle files and queries below the folders named.

    Raises:
        FileError: a path does not exist, or a folder holds neither.
    """
    files: dict[str, None] = {}
    for path in paths:
        if not os.path.isdir(path):
            if not os.path.exists(path):
                raise FileError("no such file or folder", place=path, remedy="check the path")
            files[path] = None
            continue
        found = []
        for root, folders, names in os.walk(path):
            folders[:] = [name for name in folders if not name.startswith(".")]
            found += [os.path.join(root, name) for name in names if name.endswith(ENDINGS) and name[0] != "."]
        if not found:
            raise FileError("holds no .ttl file and no query", place=path, remedy="name a folder with Turtle files")
        files.update(dict.fromkeys(sorted(found)))
    return list(files)


def home_of(iri: str) -> str | None:
    """Return the name of the file in which the project describes a thing, or None where the IRI does not tell.

    >>> home_of("https://w3id.org/clusterkg/case/giuliani2005/leon-footwear#chain-us")
    'cases_ttl/giuliani2005/cases/leon-footwear.ttl'
    >>> home_of("https://w3id.org/clusterkg/concept/governance-mode/network")
    'ontology/concepts.ttl'
    >>> home_of("https://w3id.org/clusterkg/study/giuliani2005#coding-second")
    'cases_ttl/giuliani2005/codings.ttl'
    >>> home_of("https://w3id.org/clusterkg/study/giuliani2005#passage-s2-01")
    'cases_ttl/giuliani2005/passages.ttl'
    >>> home_of("http://example.org/x") is None
    True
    """
    if not iri.startswith(BASE):
        return None
    thing, _, part = iri.removeprefix(BASE).partition("#")
    match thing.split("/"):
        case ["cluster", slug]:
            return f"cases_ttl/clusters/{slug}.ttl"
        case ["case", study, slug]:
            return f"cases_ttl/{study}/cases/{slug}.ttl"
        case ["study", study]:
            file = {"coding": "codings", "passage": "passages"}.get(part.partition("-")[0], "study")
            return f"cases_ttl/{study}/{file}.ttl"
        case ["sheet", study, _]:
            return f"cases_ttl/{study}/sheets.ttl"
        case ["source" | "actor" | "event" | "standard" as kind, _]:
            return f"cases_ttl/STUDY/{kind}s.ttl"
        case ["finding", study, _]:
            return f"cases_ttl/{study}/findings.ttl"
        case ["concept", "isic4" | "hs2022" as scheme, *_]:
            return f"ontology/reference/{scheme}.ttl"
        case ["concept", "governance-type", *_]:
            return "ontology/reference/governance-types.ttl"
        case ["concept", *_]:
            return "ontology/concepts.ttl"
        case ["country", _]:
            return "ontology/reference/countries.ttl"
        case ["region", _]:
            return "ontology/reference/regions.ttl"
        case ["ontology"]:
            return "ontology/clusterkg.ttl"
        case _:
            return None


def identify(path: str, files: Sequence[DataFile]) -> tuple[DataFile, list[DataFile]]:
    """Return a given file as a file of the project, and the files that it stands in for.

    Where it lies in the project's layout, its place there decides; elsewhere what it describes.
    A list (of sources, concepts, …) stands in for the project's list when it holds half of it;
    a shorter one joins it.

    Args:
        path: the file.
        files: the project's files.

    Raises:
        FileError, TurtleError: it cannot be read, or is not Turtle.
    """
    located = _located(path)
    if located is not None:
        name, root = located
        if name == SHAPES:
            return DataFile(name, path, "shapes", root), []
        return DataFile(name, path, str(part_of(name)), root), [file for file in files if file.name == name]
    subjects = _subjects(path)
    things = {iri.removeprefix(BASE).partition("#")[0] for iri in subjects if iri.startswith(BASE)}
    single = sorted((t for t in things if t.split("/")[0] in SINGLE), key=lambda t: (SINGLE.index(t.split("/")[0]), t))
    if single:
        return _as_single(path, subjects, [BASE + thing for thing in single], files)
    return _as_list(path, subjects, things, files)


SINGLE = ("case", "study", "cluster")
"""What has a file of its own. A file that holds several is known by the first of these, and told to split."""


def _as_single(
    path: str, subjects: set[str], things: Sequence[str], files: Sequence[DataFile]
) -> tuple[DataFile, list[DataFile]]:
    main = things[0]
    homes = {home_of(thing) for thing in things[1:]}
    others = [file for file in files if file.name in homes]
    owned = [file for file in files if owner_iri(file.name) == main]
    common = {file.name: len(subjects & _subjects(file.path)) for file in owned} if len(owned) > 1 else {}
    name = home_of(main)
    assert name is not None
    if main not in subjects:
        parts = [iri.partition("#")[2] for iri in subjects]
        codings = {part.partition("--")[2] for part in parts}
        if main.startswith(BASE + "case/") and len(codings) == 1 and "" not in codings:
            study, _, slug = main.removeprefix(BASE + "case/").partition("/")
            name = f"cases_ttl/{study}/codings/{codings.pop()}/{slug}.ttl"
        elif any(common.values()):
            name = max(common, key=lambda other: common[other])
        elif main.startswith(BASE + "study/"):
            kinds = {part.partition("-")[0] for part in parts}
            other = {"coding": "codings", "passage": "passages"}.get(kinds.pop() if len(kinds) == 1 else "", "reported")
            name = name.replace("/study.ttl", f"/{other}.ttl")
    replaced = [file for file in files if file.name == name]
    return DataFile(name, path, str(part_of(name)), ""), replaced + others


def _as_list(
    path: str, subjects: set[str], things: set[str], files: Sequence[DataFile]
) -> tuple[DataFile, list[DataFile]]:
    for file in files:
        owner = owner_iri(file.name)
        if owner is None or owner.endswith("/"):
            listed = _subjects(file.path)
            if 2 * len(listed & subjects) >= len(listed):
                return DataFile(file.name, path, file.part, ""), [file]
    # A name that no file has: a list that joins the project's.
    kinds = {thing.split("/")[0] for thing in things}
    homes = {home_of(BASE + thing) for thing in things}
    stem = re.sub(r"[^\w-]", "-", os.path.basename(path).removesuffix(".ttl"), flags=re.A)
    if len(kinds) == 1 and kinds <= {"source", "actor", "event", "standard"}:
        name = f"cases_ttl/{stem}/{kinds.pop()}s.ttl"
    elif kinds == {"sheet"} and len(homes) == 1:
        name = str(homes.pop())
    elif kinds and kinds <= {"concept", "country"}:
        name = f"ontology/reference/{stem}.ttl"
    else:
        return DataFile(f"given/{stem}.ttl", path, "given", ""), []
    return DataFile(name, path, str(part_of(name)), ""), []


def _located(path: str) -> tuple[str, str] | None:
    """Return name and root of a file that lies in the project's layout, whosever project it is."""
    parts = os.path.abspath(path).split(os.sep)
    for index in range(len(parts) - 2, 0, -1):
        if parts[index] in ("cases_ttl", "ontology"):
            name = "/".join(parts[index:])
            try:
                part_of(name)
            except DataError:
                return None
            return name, os.sep.join(parts[:index])
    return None


def _subjects(path: str) -> set[str]:
    """Return the IRIs that a file describes.

    Raises:
        FileError, TurtleError: it cannot be read, or is not Turtle.
    """
    import pyoxigraph as ox

    try:
        quads = ox.parse(read_text(path).encode(), format=ox.RdfFormat.TURTLE)
        return {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    except SyntaxError as error:
        raise syntax_error(path, error, house_prefixes()) from error
