"""A researcher's table with the accepted links in columns of their own, ready to be joined."""

from __future__ import annotations

from clusterkg.errors import DataError, FileError
from clusterkg.linking.accepting import accept, targets_of
from clusterkg.linking.gazetteer import GEONAMES
from clusterkg.linking.tables import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from clusterkg.linking.accepting import Accepted, Targets
    from clusterkg.linking.project import Project
    from clusterkg.linking.sssom import Link, Origin
    from clusterkg.linking.tables import Subject, Table

__all__ = ["Joined", "join"]

ADDED = {
    "country": ("linked_iso3",),
    "cluster": ("linked_cluster",),
    "place": ("linked_geonames", "linked_region", "linked_latitude", "linked_longitude"),
    "industry": ("linked_isic4",),
}
"""What a column that is linked adds, beside how, by what score and on what basis."""


class Joined:
    """A table with its links.

    Attributes:
        columns, rows: as they are written.
        named, linked: how many distinct things the rows name, and how many of these have a link.
        faults: what keeps the table from being written, a line each; where there are any, there is no row.
    """

    def __init__(self, columns: list[str], rows: list[list[str]], named: int, linked: int, faults: list[str]) -> None:
        self.columns, self.rows, self.named, self.linked, self.faults = columns, rows, named, linked, faults

    def to_csv(self) -> str:
        """Return the table as comma-separated values; a blank is what is not linked."""
        from clusterkg.rendering import as_csv

        return as_csv(self.columns, self.rows)


def join(path: str, origin: Origin, links: Sequence[Link], project: Project, place: str) -> Joined:
    """Return a table with the links that a reviewed table of mappings accepts.

    Args:
        path: the researcher's table.
        origin: what the mappings were made from.
        links: the mappings.
        project: the project's own things.
        place: what to call the mappings in a message.

    Raises:
        FileError: the table cannot be read, or has changed since.
        DataError: it has a column of that name already.
        ModuleNotFoundError: the extra ``places`` is not installed, and places are linked.
    """
    table = read(path, origin.columns)
    if table.digest != origin.digest:
        raise FileError("has changed since it was linked", place=path, remedy="link it anew")
    added = _columns_of(table)
    subjects = table.subjects()
    targets = targets_of(links, project)
    by_id = {subject.id: subject for subject in subjects.values()}
    countries = {id: subject for id, subject in by_id.items() if subject.kind == "country"}
    own = [link for link in links if link["subject_id"] in countries]
    found, _ = accept(own, countries, targets, lambda subject: "", place)
    codes = {countries[id].text: chosen[0].iri.rpartition("/")[2] for id, chosen in found.items() if chosen}
    accepted, faults = accept(links, by_id, targets, lambda subject: codes.get(subject.country, ""), place)
    linked = sum(any(link.iri for link in chosen) for chosen in accepted.values())
    rows = [] if faults else list(_rows(table, subjects, accepted, targets))
    return Joined([*table.header, *added], rows, len(by_id), linked, faults)


def _columns_of(table: Table) -> list[str]:
    """Return the columns that a table gets.

    Raises:
        DataError: it has one of that name.
    """
    found: list[str] = []
    for kind, names in ADDED.items():
        if kind in table.columns:
            found += [*names, *(f"linked_{kind}_{word}" for word in ("match", "score", "basis"))]
    taken = [name for name in found if name in table.header]
    if taken:
        raise DataError(f"has a column {taken[0]} already", place=table.path, remedy="rename it")
    return found


def _rows(
    table: Table, subjects: Mapping[tuple[str, ...], Subject], accepted: Mapping[str, Sequence[Accepted]], to: Targets
) -> Iterator[list[str]]:
    """Yield the rows of a table with the columns of `_columns_of` behind its own.

    A blank is what is not linked: nothing was found, nothing was accepted, or the row names nothing.
    """
    kinds = [kind for kind in ADDED if kind in table.columns]
    for _, cells, keys in table.named():
        row = list(cells)
        for kind in kinds:
            links = accepted[subjects[keys[kind]].id] if kind in keys else ()
            values = [_values(kind, link, to) for link in links]
            row += [";".join(filter(None, column)) for column in zip(*values, strict=True)] or [""] * len(ADDED[kind])
            for attribute in ("match", "score", "basis"):
                row.append(";".join(filter(None, dict.fromkeys(getattr(link, attribute) for link in links))))
        yield row


def _values(kind: str, link: Accepted, to: Targets) -> list[str]:
    """Return what stands in the columns of a kind for a link."""
    if not link.iri:
        return [""] * len(ADDED[kind])
    code = link.iri.rpartition("/")[2]
    if kind != "place":
        return [code]
    entry = to.entry(link.iri)
    at = [entry.latitude, entry.longitude] if entry is not None else [None, None]
    place, region = (link.iri, "") if link.iri.startswith(GEONAMES) else ("", code)
    return [place, region, *("" if value is None else str(value) for value in at)]
