"""What this is: how to cite it, its licences, which data are served, and what its words mean."""

from __future__ import annotations

import hashlib
import os

from clusterkg.server.views.view import View, ask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Asked

__all__ = ["hash_of", "show"]

HASHED = (
    "find cases_ttl ontology -name '*.ttl' -not -path '*/.*' -not -path ontology/shapes.ttl | LC_ALL=C sort "
    "| xargs -d '\\n' sha256sum | sha256sum"
)
"""What gives the hash of a folder's data in a shell, in the folder."""

SHIPPED = "cd \"$(python -c 'from clusterkg.resources import shipped_root; print(shipped_root())')\""


def show(graph: Graph, asked: Asked) -> View:
    """Return what is served and what it rests on, with how much of what there is as rows.

    Raises:
        ParameterError: a parameter that there is not.
        FileError, DataError: the citation is not there.
    """
    from clusterkg import __version__, citation, library
    from clusterkg.resources import shipped_root
    from clusterkg.server.assets import address_of

    asked.only()
    answer, made = ask(graph, library.read("info/contents", graph.folders))
    rows = [*answer.rows, ("triples", graph.size()), ("files", len(graph.files))]
    folders = []
    for root in (shipped_root(), *graph.folders):
        files = _files(root)
        own = root == shipped_root()
        folders.append(
            {
                "name": f"clusterkg {__version__}" if own else os.path.basename(os.path.abspath(root)),
                "files": len(files),
                "hash": hash_of(files),
                "command": f"{SHIPPED if own else 'cd ' + os.path.basename(os.path.abspath(root))} && {HASHED}",
            }
        )
    cited = citation.read()
    works = [cited, *cited.get("references", ())]
    return View(
        "About",
        "about",
        {
            "version": __version__,
            "message": cited.get("message", ""),
            "works": [citation.as_text(work) for work in works],
            "bibtex": "\n\n".join(
                citation.as_bibtex(work, "clusterkg" if not place else f"study{place}")
                for place, work in enumerate(works)
            ),
            "folders": folders,
            "replaced": len(graph.replaced),
            "on_disk": graph.disk is not None,
            "shown": rows,
            "licences": address_of("THIRD_PARTY_LICENSES.txt"),
        },
        columns=answer.columns,
        rows=rows,
        made=[made],
        making="Triples and files are counted as they are loaded, and all else by the query.",
        command="clusterkg info",
        code="kg.info().to_pandas()",
        here="/about",
        about="What clusterkg is, how to cite it, its licences, and which data are served here.",
    )


def _files(root: str) -> list[tuple[str, str]]:
    """Return name and path of each Turtle file of a folder, by name, those that others stand in for included."""
    from clusterkg.resources import shipped_root, turtle_files

    files = turtle_files(() if root == shipped_root() else (root,))[0]
    return [(file.name, file.path) for file in files if file.root == root]


def hash_of(files: Iterable[tuple[str, str]]) -> str:
    """Return the hash of some files: that of the lines which `sha256sum` writes of them, by their names.

    Args:
        files: name and path of each.

    Raises:
        FileError: one cannot be read.

    >>> hash_of([])[:8]
    'e3b0c442'
    """
    from clusterkg.errors import FileError

    lines = hashlib.sha256()
    for name, path in sorted(files):
        try:
            with open(path, "rb") as file:
                one = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise FileError(f"cannot be read: {error.strerror}", place=name, remedy="start the service anew") from error
        lines.update(f"{one}  {name}\n".encode())
    return lines.hexdigest()
