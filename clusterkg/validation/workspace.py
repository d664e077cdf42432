"""The files of one check: which are looked at, which stand around them, and what of them is loaded."""

from __future__ import annotations

import os
import re

from clusterkg.graph.loading import build_shorthands, load_files
from clusterkg.resources import DataFile, turtle_files
from clusterkg.terms import BASE, ONTOLOGY, graph_iri
from clusterkg.turtle import read_text
from clusterkg.validation.given import identify
from clusterkg.validation.places import Places
from clusterkg.validation.problems import Problem, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyoxigraph as ox

__all__ = ["Workspace"]

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

SMALL = {"cases", "codings", "clusters", "sheets"}
"""Parts of which one file is one thing that leans on few others."""

COMMON = {"ontology", "concepts", "reference", "isic", "products"}
"""Parts whose things are held against one another, and that everything leans on."""

SELDOM = {"reported", "findings"}
"""Parts that nothing else leans on."""


class Workspace:
    """The project's files with the given ones in their places.

    Args:
        given: paths of Turtle files to look at.
        folders: folders of the project's shape that join the shipped one.
        whole: look at all files of the project instead.

    Attributes:
        files: the project's files, the given ones among them.
        checked: the files to look at.
        whole: whether these are all.
        shapes: paths of the shapes files among the given ones.
        doubles: two of the given files that stand for the same file of the project.
        replaced: a line for each project file that another stands in for.
        store: what is loaded, one graph a file.

    Raises:
        FileError, TurtleError, DataError: a file cannot be read, is not Turtle, or has no place.
    """

    def __init__(self, given: Sequence[str], folders: Iterable[str] = (), *, whole: bool = False) -> None:
        import pyoxigraph as ox

        self.ox = ox
        self.folders = list(folders)
        self.files, self.replaced = turtle_files(self.folders)
        self.whole = whole
        self.shapes: list[str] = []
        self.doubles: list[tuple[DataFile, DataFile]] = []
        self.checked = self.files if whole else self._put(given)
        self.store: ox.Store = ox.Store()
        self.places = Places()
        self._loaded: set[str] = set()
        self._graphs = {graph_iri(file.name): file for file in self.files}
        self._checked_graphs = {graph_iri(file.name) for file in self.checked}
        small = {file.part for file in self.checked} <= SMALL
        self._load(file for file in self.files if not small or file.part not in SELDOM)

    def _put(self, given: Iterable[str]) -> list[DataFile]:
        """Put the given files in the places of those that they stand in for, and return them."""
        files = {file.name: file for file in self.files}
        names: set[str] = set()
        checked = []
        for path in given:
            file, replaced = identify(path, self.files)
            if file.part == "shapes":
                self.shapes.append(path)
                continue
            if file.name in names:
                first = files[file.name]
                file = DataFile(f"given/{len(names)}.ttl", path, "given", file.root)
                self.doubles.append((first, file))
                replaced = []
            names.add(file.name)
            for other in replaced:
                files.pop(other.name, None)
                if os.path.abspath(other.path) != os.path.abspath(path):
                    self.replaced.append(f"{path} stands in for {shown_path(other.path)}")
            files[file.name] = file
            checked.append(file)
        for file in checked:
            files[file.name] = file
        self.files = [files[name] for name in sorted(files)]
        return checked

    def _load(self, files: Iterable[DataFile]) -> None:
        wanted = [file for file in files if file.name not in self._loaded]
        load_files(self.store, wanted)
        self._loaded.update(file.name for file in wanted)

    def loaded_files(self) -> list[DataFile]:
        """Return the files that are loaded."""
        return [file for file in self.files if file.name in self._loaded]

    def described(self) -> tuple[ox.Store, list[DataFile]]:
        """Return what is loaded of the things that the checked files describe, and the files that describe them."""
        if self.whole:
            return self.store, self.files
        store = self.ox.Store()
        for file in self.checked:
            for subject in {quad.subject for quad in self.store.quads_for_pattern(None, None, None, self.graph(file))}:
                store.extend(self.store.quads_for_pattern(subject, None, None, None))
        near = {graph.value for graph in store.named_graphs() if isinstance(graph, self.ox.NamedNode)}
        return store, [self._graphs[graph] for graph in sorted(near | self._checked_graphs)]

    def load_rest(self) -> None:
        """Load the files that a check of a few has left out."""
        self._load(self.files)

    def require(self, parts: Iterable[str] | None) -> None:
        """Load the parts named, or everything with what the rules add."""
        wanted = None if parts is None else set(parts)
        self._load(file for file in self.files if wanted is None or file.part in wanted)
        if wanted is None or "shorthands" in wanted:
            self._load(self.files)
            self.load_shorthands()

    def union(self) -> ox.Store:
        """Return what is loaded, each statement once.

        Oxigraph counts a statement for each graph that has it. Files of the project share none,
        but two given files that describe one thing may.
        """
        if not any(file.part == "given" for file in self.checked):
            return self.store
        store = self.ox.Store()
        everything = self.ox.NamedNode(BASE + "graph/union")
        store.extend(self.ox.Quad(quad.subject, quad.predicate, quad.object, everything) for quad in self.store)
        return store

    def load_shorthands(self) -> None:
        """Build what the rules add to the graph."""
        if "shorthands" not in self._loaded:
            build_shorthands(self.store, self.folders)
            self._loaded.add("shorthands")

    def graph(self, file: DataFile) -> ox.NamedNode:
        """Return the name of a file's graph."""
        return self.ox.NamedNode(graph_iri(file.name))

    def quads(self, subject: str | None = None, object: str | None = None) -> Iterator[ox.Quad]:
        """Yield what is loaded about a subject, or to an object, by their IRIs."""
        node = self.ox.NamedNode
        return self.store.quads_for_pattern(
            None if subject is None else node(subject), None, None if object is None else node(object), None
        )

    def _graph_of(self, quad: ox.Quad) -> str:
        return quad.graph_name.value if isinstance(quad.graph_name, self.ox.NamedNode) else ""

    def _part_of(self, graph: str) -> str:
        return self._graphs[graph].part if graph in self._graphs else ""

    def describes(self, iri: str) -> bool:
        """Tell whether a loaded file says something of that thing."""
        return next(self.quads(subject=iri), None) is not None

    def subjects(self, file: DataFile) -> set[str]:
        """Return the IRIs that a file describes."""
        quads = self.store.quads_for_pattern(None, None, None, self.graph(file))
        return {quad.subject.value for quad in quads if isinstance(quad.subject, self.ox.NamedNode)}

    def home(self, focus: str, path: str = "") -> DataFile | None:
        """Return the file, among those looked at, that describes a thing, or None.

        A thing that no file describes is at home where it is mentioned. A node without a name has no
        place to show; it is a problem of its own.
        """
        if focus.startswith("_:"):
            return None
        graphs = [(self._graph_of(quad), quad.predicate.value) for quad in self.quads(subject=focus)]
        if not graphs:
            graphs = [(self._graph_of(quad), "") for quad in self.quads(object=focus)]
        ours = [graph for graph in graphs if graph[0] in self._checked_graphs]
        with_path = [graph for graph in ours if graph[1] == path]
        return self._graphs[sorted(with_path or ours)[0][0]] if ours else None

    def problem(
        self, file: DataFile, focus: str, path: str, level: str, message: str, fix: str = "", value: str = ""
    ) -> Problem:
        """Return a problem with the line on which the file says what it is about."""
        # Of a path with several predicates, the one that the file uses: all others lead to the subject's line.
        predicates = re.findall(r"<([^<>]+)>", path) or [path]
        line = max(self.places.line(file.path, focus, predicate, value) for predicate in predicates)
        return Problem(shown_path(file.path), line, focus, path, level, message, fix)

    def focus(self) -> set[str] | None:
        """Return the IRIs that problems can be about: what the files looked at describe, or name and nobody describes.

        None where all files are looked at.
        """
        if self.whole:
            return None
        found: set[str] = set()
        for file in self.checked:
            for quad in self.store.quads_for_pattern(None, None, None, self.graph(file)):
                if isinstance(quad.subject, self.ox.NamedNode):
                    found.add(quad.subject.value)
                if isinstance(quad.object, self.ox.NamedNode) and not self.describes(quad.object.value):
                    found.add(quad.object.value)
        return found

    def data(self) -> str:
        """Return as Turtle what shapes have to see: the files looked at, and what they lean on.

        What is looked at goes in as it is written: the store would turn ``3.0`` into ``3``.
        """
        if self.whole or not COMMON.isdisjoint(file.part for file in self.checked):
            return "\n".join(read_text(file.path) for file in self.loaded_files())
        return "\n".join([*self._around(), *(read_text(file.path) for file in self.checked)])

    def _around(self) -> Iterator[str]:
        """Yield the statements about what the files looked at lead to, and about what names them."""
        ours = {
            quad.subject
            for file in self.checked
            for quad in self.store.quads_for_pattern(None, None, None, self.graph(file))
        }
        # A case has ratings in several files, and two of them may be one too many.
        rated = self.ox.NamedNode(ONTOLOGY + "case")
        cases = {
            quad.object
            for file in self.checked
            if file.part in SMALL
            for quad in self.store.quads_for_pattern(None, rated, None, self.graph(file))
        }
        waiting: list[object] = list(ours)
        for named in ours | cases:
            waiting += [quad.subject for quad in self.store.quads_for_pattern(None, None, named, None)]
        reached: set[object] = set()
        while waiting:
            thing = waiting.pop()
            if thing in reached or not isinstance(thing, self.ox.NamedNode):
                continue
            reached.add(thing)
            for quad in self.store.quads_for_pattern(thing, None, None, None):
                graph = self._graph_of(quad)
                part = self._part_of(graph)
                if part != "sources" or quad.predicate.value == RDF_TYPE:
                    # A source leads to the works that it cites, and they to others.
                    waiting.append(quad.object)
                # What the ontology says in words is for people.
                kinds = (self.ox.NamedNode,) if part == "ontology" else (self.ox.NamedNode, self.ox.Literal)
                if graph not in self._checked_graphs and isinstance(quad.object, kinds):
                    yield f"{quad.triple} ."
