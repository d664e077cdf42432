"""What points to a thing: the statements whose object it is, or a part of it, by their properties."""

from __future__ import annotations

from urllib.parse import quote

from clusterkg import library
from clusterkg.server.frame import home_of
from clusterkg.server.things import called, name_in, read_name
from clusterkg.server.views.view import ask
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Made

__all__ = ["MOST", "Pointing", "pointing_to"]

MOST = 50
"""How many links of one property a page shows."""


class Pointing:
    """The links of one property that point to a thing.

    Attributes:
        label: what the property is called; `link` where that leads.
        n: how many links there are.
        links: the first of them: name, where it leads, and the fragment that is pointed at, empty for the thing.
    """

    def __init__(self, label: str, link: str, n: int) -> None:
        self.label, self.link, self.n = label, link, n
        self.links: list[tuple[str, str, str]] = []

    def __repr__(self) -> str:
        return f"Pointing({self.label!r}, n={self.n})"


def pointing_to(graph: Graph, path: str) -> tuple[list[Pointing], Made, str]:
    """Return what points to a thing, the query that finds it, and where it is asked in full."""
    import pyoxigraph as ox

    query = library.read("pages/links-to-a-thing", graph.folders)
    answer, made = ask(graph, query, {"thing": BASE + path})
    found: dict[str, list[tuple[str, str]]] = {}
    for row in answer:
        found.setdefault(str(row["property"]), []).append((str(row["subject"]), str(row["object"])))
    groups = []
    for property, pairs in found.items():
        name = name_in(graph, ox.NamedNode(property)) or read_name(property)
        group = Pointing(name, home_of(property), len(pairs))
        for subject, object_ in pairs[:MOST]:
            label = called(graph, subject) or read_name(subject)
            group.links.append((label, home_of(subject), object_.partition("#")[2]))
        groups.append(group)
    return groups, made, f"/query/pages/links-to-a-thing?thing={quote(BASE + path, safe='')}&format=html"
