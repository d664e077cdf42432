"""Where the place that a value names can be read: the table, or the passages of a section or note."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from clusterkg.graph import Graph

__all__ = ["parted"]


def parted(graph: Graph, study: str, locator: object) -> list[tuple[str, str]]:
    """Return the places that a locator names, each with the page that shows it; empty where none does.

    >>> from clusterkg.graph import Graph
    >>> parted(Graph(), "giuliani2005", "Table 5; 5(a); p. 4")
    [('Table 5', '/tables/5'), ('5(a)', '/passages#passage-s5a-01'), ('p. 4', '')]
    """
    from clusterkg.server.studies import STUDY

    found = []
    of = f"?study={quote(study)}" if study != STUDY else ""
    for place in str(locator or "").split("; "):
        name = place.removeprefix("section ").removeprefix("Section ")
        number = name.removeprefix("Table ")
        link = ""
        if number != name and number in _tables(graph, study):
            link = f"/tables/{quote(number)}{of}"
        elif name in (anchors := _anchors(graph, study)):
            link = f"/passages{of}#{anchors[name]}"
        if place:
            found.append((place, link))
    return found


@cache
def _tables(graph: Graph, study: str) -> Collection[str]:
    """Return the numbers of the tables of a study that can be shown."""
    from clusterkg import tables
    from clusterkg.errors import UnknownName

    try:
        return tables.titles(graph, study)
    except UnknownName:
        return ()


@cache
def _anchors(graph: Graph, study: str) -> Mapping[str, str]:
    """Return the row of the first passage at each place of a study."""
    from clusterkg.report.passages import passages_of

    found: dict[str, str] = {}
    for passage in passages_of(graph, study).values():
        found.setdefault(passage.locator, passage.anchor)
    return found
