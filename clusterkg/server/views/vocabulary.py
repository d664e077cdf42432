"""The vocabulary: classes, properties and lists of concepts, with how often each is used."""

from __future__ import annotations

from clusterkg import library
from clusterkg.prefixes import compact
from clusterkg.server.frame import home_of
from clusterkg.server.views.view import View, ask
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value
    from clusterkg.server.views.view import Asked

__all__ = ["show"]

COLUMNS = ("kind", "term", "label", "definition", "n")
"""The contract of the CSV: ``n`` are the things of a class, the statements of a property, the concepts of a list."""

KINDS = {"class": "Classes", "property": "Properties", "list": "Lists of concepts"}
COUNTED = {"class": "things", "property": "statements", "list": "concepts"}


def show(graph: Graph, asked: Asked) -> View:
    """Return all of it, or what has some words, or one kind.

    Raises:
        ParameterError: a parameter or kind that there is not.
    """
    asked.only("q", "kind")
    kind = asked.choice("kind", KINDS)
    words = asked.one("q").casefold().split()
    made, rows = [], list[tuple["Value", ...]]()
    for name, first in (("pages/terms", ""), ("pages/schemes", "list")):
        answer, query = ask(graph, library.read(name))
        made.append(query)
        rows += [row if not first else (first, *row) for row in answer.rows]
    rows = [row for row in rows if all(word in " ".join(map(str, row[1:4])).casefold() for word in words)]
    counted = [(one, name, sum(row[0] == one for row in rows)) for one, name in KINDS.items()]
    if kind:
        rows = [row for row in rows if row[0] == kind]
    groups = [
        (
            one,
            name,
            [
                (str(row[2] or ""), _short(str(row[1])), home_of(str(row[1])), str(row[3] or ""), row[4])
                for row in rows
                if row[0] == one
            ],
        )
        for one, name in KINDS.items()
    ]
    return View(
        "Vocabulary",
        "vocabulary",
        {
            "groups": [group for group in groups if group[2]],
            "counted": counted,
            "kind": kind,
            "words": asked.one("q"),
            "what": COUNTED,
            "found": len(rows),
        },
        columns=COLUMNS,
        rows=rows,
        made=made,
        here="/vocabulary",
        about="The classes, properties and concepts by which clusters and their value chains are described.",
    )


def _short(iri: str) -> str:
    return iri.removeprefix(BASE) if iri.startswith(BASE + "concept/") else compact(iri).strip("<>")
