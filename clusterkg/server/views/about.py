"""What this is: how to cite it, its licences, which data are served, and what its words mean."""

from __future__ import annotations

import os
from functools import cache

from clusterkg.server.views.view import View, ask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterkg.graph import Graph
    from clusterkg.resources import DataFile
    from clusterkg.server.views.view import Asked

__all__ = ["hash_of", "show"]


def show(graph: Graph, asked: Asked) -> View:
    """Return what is served and what it rests on, with the parts of the graph as rows.

    Raises:
        ParameterError: a parameter that there is not.
    """
    from clusterkg import __version__, library
    from clusterkg.resources import shipped_root

    asked.only()
    answer, made = ask(graph, library.read("info/contents", graph.folders))
    rows = [*answer.rows, ("triples", graph.size()), ("files", len(graph.files))]
    folders = [
        (name, sum(1 for file in graph.files if file.root == root), _command(root == shipped_root()))
        for root, name in [
            (shipped_root(), f"clusterkg {__version__}"),
            *((folder, os.path.basename(os.path.abspath(folder))) for folder in graph.folders),
        ]
    ]
    return View(
        "About",
        "about",
        {
            "version": __version__,
            "citation": _citation(),
            "hash": _hash(graph),
            "folders": folders,
            "replaced": len(graph.replaced),
            "shown": rows,
        },
        columns=answer.columns,
        rows=rows,
        made=[made],
        here="/about",
        about="What clusterkg is, how to cite it, its licences, and which data are served here.",
    )
