"""The store on disk: a copy of the project's graph with the series beside it, a cache that its sources can rebuild.

A folder holds ``store.json``, which names the database in use, and that database. Whoever writes works on a copy, whose
files are hard links, and makes it the one in use by replacing ``store.json`` when all is done: a run that is stopped or
killed leaves the store as it was, and a reader keeps what it has opened.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from contextlib import contextmanager

from clusterkg.errors import FileError
from clusterkg.graph import Graph
from clusterkg.resources import rule_paths, turtle_files
from clusterkg.series.datasets import COUNTRY_YEARS, series_graph
from clusterkg.series.observations import indicator_iri
from clusterkg.terms import ONTOLOGY, graph_iri
from clusterkg.turtle import write_atomically

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    import pyoxigraph as ox

__all__ = ["Draft", "datasets_in", "graph_on", "is_store", "writing"]

MANIFEST = "store.json"
LOCK = ".lock"
LAYOUT = 1
"""The number of this layout; a store of another is rebuilt."""

SHIPPED = graph_iri("ontology/reference/series.ttl")
"""The graph of the extract that the project ships, whose indicators give way to imported ones."""

REBUILD = "build it again with clusterkg import --store FOLDER --rebuild"

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

BATCH = 1 << 24
"""The bytes of N-Triples that the engine takes at a time; its memory grows with them."""


def is_store(folder: str) -> bool:
    """Tell whether a folder holds a store."""
    return os.path.isfile(os.path.join(folder, MANIFEST))


def datasets_in(folder: str) -> list[dict[str, Any]]:
    """Return what a store records of each data set in it, in the order of import; nothing where there is no store yet.

    Raises:
        FileError: the folder holds something else, or its record is damaged.
    """
    if not is_store(folder):
        if os.path.exists(folder) and not os.path.isdir(folder):
            raise FileError("is a file", place=folder, remedy="name a folder for the store")
        strange = sorted(set(os.listdir(folder)) - {LOCK}) if os.path.isdir(folder) else []
        if strange and not all(name.startswith("database-") for name in strange):
            fault = f"is no store: it holds {strange[0]} and no {MANIFEST}"
            raise FileError(fault, place=folder, remedy="name a new folder for the store")
        return []
    datasets: list[dict[str, Any]] = _manifest(folder)["datasets"]
    return datasets


def _manifest(folder: str) -> dict[str, Any]:
    path = os.path.join(folder, MANIFEST)
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
        if not isinstance(found["datasets"], list) or not str(found["database"]).startswith("database-"):
            raise ValueError
    except FileNotFoundError as error:
        raise FileError("is no store", place=folder, remedy="make one with clusterkg import FILE --store") from error
    except (ValueError, KeyError, TypeError) as error:
        fault = "is damaged: it names no data sets"
        raise FileError(fault, place=path, remedy="remove the store's folder and import the files anew") from error
    known: dict[str, Any] = found
    return known


def _check_version(folder: str, manifest: dict[str, Any]) -> None:
    made = str(manifest.get("oxigraph", "?"))
    if manifest.get("layout") != LAYOUT or made.split(".")[:2] != _version().split(".")[:2]:
        fault = f"was made by Oxigraph {made}, and {_version()} is installed"
        raise FileError(fault, place=folder, remedy=REBUILD)


def _version() -> str:
    import pyoxigraph

    return pyoxigraph.__version__


class Draft:
    """A copy of a store's database to write to, which becomes the one in use when it is kept.

    Attributes:
        store: the database.
        datasets: what is recorded of each data set, to be changed along with it.
    """

    def __init__(self, folder: str, name: str, store: ox.Store, datasets: list[dict[str, Any]]) -> None:
        self.folder, self.name, self.store, self.datasets = folder, name, store, datasets
        self.project: dict[str, Any] = {}

    def add(self, graph: str, texts: Iterable[str]) -> None:
        """Add N-Triples to a graph, as many at a time as memory allows for."""
        import pyoxigraph as ox

        target = ox.NamedNode(graph)
        batch: list[str] = []
        size = 0
        for text in texts:
            batch.append(text)
            size += len(text)
            if size >= BATCH:
                self.store.bulk_load("".join(batch).encode(), ox.RdfFormat.N_TRIPLES, to_graph=target, lenient=True)
                batch, size = [], 0
        if batch:
            self.store.bulk_load("".join(batch).encode(), ox.RdfFormat.N_TRIPLES, to_graph=target, lenient=True)

    def remove(self, name: str) -> None:
        """Remove a data set."""
        import pyoxigraph as ox

        self.store.remove_graph(ox.NamedNode(series_graph(name)))
        self.datasets[:] = [about for about in self.datasets if about["name"] != name]

    def copy_project(self, folders: Sequence[str]) -> None:
        """Put the project's graph into the store, in place of the copy that it has."""
        import pyoxigraph as ox

        ours = series_graph("")
        for graph in list(self.store.named_graphs()):
            if not graph.value.startswith(ours):
                self.store.remove_graph(graph)
        project = Graph(folders)
        project.require()
        quads = project.store.dump(format=ox.RdfFormat.N_QUADS) or b""
        self.store.load(quads, ox.RdfFormat.N_QUADS)
        self._share_country_years()
        self.project = {"files": _fingerprint(folders), "folders": [os.path.abspath(one) for one in folders]}

    def _share_country_years(self) -> None:
        """Move what the shipped extract says of countries' years to where all data sets' are said, each once."""
        import pyoxigraph as ox

        shipped, shared = ox.NamedNode(SHIPPED), ox.NamedNode(COUNTRY_YEARS)
        is_a, kind = ox.NamedNode(RDF_TYPE), ox.NamedNode(ONTOLOGY + "CountryYear")
        about = [is_a, ox.NamedNode(ONTOLOGY + "country"), ox.NamedNode(ONTOLOGY + "year")]
        moved = [
            quad
            for typed in list(self.store.quads_for_pattern(None, is_a, kind, shipped))
            for predicate in about
            for quad in self.store.quads_for_pattern(typed.subject, predicate, None, shipped)
        ]
        for quad in moved:
            self.store.remove(quad)
        self.store.extend([ox.Quad(quad.subject, quad.predicate, quad.object, shared) for quad in moved])

    def give_way(self) -> list[str]:
        """Let the shipped extract give way to imported figures of the same indicators, and return their codes."""
        import pyoxigraph as ox

        shipped, joins = ox.NamedNode(SHIPPED), ox.NamedNode(ONTOLOGY + "joins")
        left = []
        for code in sorted({code for about in self.datasets for code in about["joins"]}):
            indicator = ox.NamedNode(indicator_iri(code))
            quads = list(self.store.quads_for_pattern(None, indicator, None, shipped))
            quads += self.store.quads_for_pattern(None, joins, indicator, shipped)
            quads += self.store.quads_for_pattern(indicator, None, None, shipped)
            for quad in quads:
                self.store.remove(quad)
            if quads:
                left.append(code)
        return left

    def keep(self) -> None:
        """Make this the database in use."""
        self.store.flush()
        del self.store
        record = {
            "layout": LAYOUT,
            "oxigraph": _version(),
            "database": self.name,
            "project": self.project,
            "datasets": self.datasets,
        }
        write_atomically(os.path.join(self.folder, MANIFEST), json.dumps(record, indent=1, ensure_ascii=False) + "\n")


@contextmanager
def writing(folder: str, folders: Sequence[str] = (), *, anew: bool = False) -> Iterator[Draft]:
    """Give a draft of a store, made where there is none yet; unless it is kept, the store stays as it is.

    Args:
        folder: the store's.
        folders: the folders of the project's shape whose files join the shipped ones in it.
        anew: whether to begin with an empty database.

    Raises:
        FileError: another process is writing, the folder holds something else, or the database is damaged.
    """
    import filelock

    datasets_in(folder)
    ours = not os.path.isdir(folder)
    try:
        os.makedirs(folder, exist_ok=True)
        lock = filelock.FileLock(os.path.join(folder, LOCK), timeout=0)
        with lock:
            with _draft(folder, folders, anew=anew) as draft:
                yield draft
            _clear(folder, draft.name)
    except filelock.Timeout as error:
        ours = False
        fault = "another process is writing to this store"
        raise FileError(fault, place=folder, remedy="wait until it is done") from error
    finally:
        if ours and not is_store(folder):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _draft(folder: str, folders: Sequence[str], *, anew: bool) -> Iterator[Draft]:
    manifest = _manifest(folder) if is_store(folder) else None
    used = str(manifest["database"]) if manifest else ""
    _clear(folder, used)
    number = int(used.rpartition("-")[2]) + 1 if used else 1
    name = f"database-{number}"
    path = os.path.join(folder, name)
    shutil.rmtree(path, ignore_errors=True)
    draft = None
    try:
        if manifest and not anew:
            _check_version(folder, manifest)
            before = _open(os.path.join(folder, used), folder)
            before.backup(path)
            del before
        draft = Draft(folder, name, _open(path, folder), list(manifest["datasets"]) if manifest and not anew else [])
        draft.project = dict(manifest["project"]) if manifest and not anew else {}
        if draft.project.get("files") != _fingerprint(folders):
            draft.copy_project(folders)
        yield draft
    finally:
        kept = is_store(folder) and _manifest(folder)["database"] == name
        if draft is not None and hasattr(draft, "store"):
            del draft.store
        if not kept:
            shutil.rmtree(path, ignore_errors=True)


def _open(path: str, folder: str) -> ox.Store:
    import pyoxigraph as ox

    try:
        return ox.Store(path)
    except (OSError, RuntimeError) as error:
        if "lock" in str(error).lower():
            raise FileError("another process has this store open", place=folder, remedy="wait until it ends") from error
        raise FileError(f"the store is damaged: {_first(error)}", place=folder, remedy=REBUILD) from error


def _first(error: Exception) -> str:
    return str(error).splitlines()[0][:160] if str(error) else type(error).__name__


def _clear(folder: str, used: str) -> None:
    """Remove the databases of runs that were stopped; the one in use and the one before it stay.

    Somebody may still be reading the one before, whose files cost nothing as long as the other shares them.
    """
    kept = {used}
    if used:
        kept.add(f"database-{int(used.rpartition('-')[2]) - 1}")
    for entry in os.listdir(folder):
        if entry.startswith("database-") and entry not in kept:
            shutil.rmtree(os.path.join(folder, entry), ignore_errors=True)


def graph_on(folder: str, folders: Sequence[str] = ()) -> Graph:
    """Return the graph of a store, opened for reading, so that several may read.

    Where the project's files have changed since its copy was made, the copy is made again first.

    Raises:
        FileError: there is no such store; it is damaged or of another version; or its copy of the project has to be
            made again, and cannot be.
    """
    manifest = _manifest(folder)
    _check_version(folder, manifest)
    if manifest["project"].get("files") != _fingerprint(folders):
        with writing(folder, folders) as draft:
            draft.give_way()
            draft.keep()
        manifest = _manifest(folder)
    try:
        return Graph(folders, disk=os.path.join(folder, str(manifest["database"])))
    except (OSError, RuntimeError) as error:
        raise FileError(f"the store is damaged: {_first(error)}", place=folder, remedy=REBUILD) from error


def _fingerprint(folders: Sequence[str]) -> str:
    """Return a hash of all files that the project's graph is made of."""
    files, _ = turtle_files(folders)
    found = hashlib.sha256()
    for path in [*(file.path for file in files), *rule_paths(folders)]:
        found.update(path.encode() + b"\0")
        with contextlib.suppress(OSError), open(path, "rb") as file:
            found.update(hashlib.sha256(file.read()).digest())
    return found.hexdigest()
