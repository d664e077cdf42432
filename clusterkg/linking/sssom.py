"""Mapping tables by the Simple Standard for Sharing Ontology Mappings (SSSOM): tab-separated, with a header in YAML."""

from __future__ import annotations

import csv
import io
import json

from clusterkg.errors import DataError
from clusterkg.terms import BASE, ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["COLUMNS", "MATCHED", "NO_TERM", "Link", "Origin", "compact", "expand", "read", "text_of"]

COLUMNS = (
    *("subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification"),
    *("confidence", "reviewer_label", "reviewer_agreement", "comment"),
)
"""The slots of the standard that a table has, in its order.

A review is put into `reviewer_label` and `reviewer_agreement`, which the standard has for it since version 1.1:
a column of our own would have to be declared, and says nothing to other software.
"""

NO_TERM = "sssom:NoTermFound"

MATCHED = "semapv:LexicalMatching"

PREFIXES = {
    "ckg": ONTOLOGY,
    "cluster": f"{BASE}cluster/",
    "country": f"{BASE}country/",
    "geonames": "https://sws.geonames.org/",
    "isic4": f"{BASE}concept/isic4/",
    "region": f"{BASE}region/",
}

HELP = (
    "To review: write your name into reviewer_label on the row that is right; "
    "on a row that is wrong write -1 into reviewer_agreement too. "
    "Rows that begin with sure count without it. Then: clusterkg link --accept"
)

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
"""That of GeoNames, whose names and numbers a table has."""


class Link:
    """One row of a table: slots by name; empty where there is nothing.

    Attributes:
        slots: by name, as written.
        line: the line of the file, from 1; 0 before it is in one.
    """

    __slots__ = ("line", "slots")

    def __init__(self, slots: Mapping[str, str], line: int = 0) -> None:
        self.slots, self.line = dict(slots), line

    def __getitem__(self, slot: str) -> str:
        return self.slots.get(slot, "")


class Origin:
    """What a table of mappings was made from.

    Attributes:
        table: the path of a researcher's table, seen from the mappings; empty where a project folder was linked.
        digest: SHA-256 of that table.
        columns: which heading of it stands for what.
        version: that of clusterkg.
        date: the day, as in ``2026-11-24``.
    """

    __slots__ = ("columns", "date", "digest", "table", "version")

    def __init__(self, table: str, digest: str, columns: Mapping[str, str], version: str, date: str) -> None:
        self.table, self.digest, self.columns, self.version, self.date = table, digest, dict(columns), version, date

    @property
    def rows(self) -> str:
        """The namespace of the table's rows: it names what is in the file, not the file."""
        return f"{BASE}row/{self.digest[:12] or 'none'}/"


def compact(iri: str, origin: Origin) -> str:
    """Return an IRI as a table writes it.

    >>> compact("https://sws.geonames.org/3445859/", Origin("", "", {}, "0", "2026-11-24"))
    'geonames:3445859/'
    """
    for prefix, space in {**PREFIXES, "row": origin.rows}.items():
        if iri.startswith(space):
            return f"{prefix}:{iri[len(space) :]}"
    return iri


def expand(name: str) -> str:
    """Return the IRI that a table writes, also where somebody has written it in full; a strange one stays.

    >>> expand("geonames:3445859/"), expand("https://www.geonames.org/3445859/uba.html"), expand("geonames:3445859")
    ('https://sws.geonames.org/3445859/', 'https://sws.geonames.org/3445859/', 'https://sws.geonames.org/3445859/')
    """
    prefix, _, local = name.strip().partition(":")
    iri = PREFIXES[prefix] + local if prefix in PREFIXES else name.strip()
    for space in ("https://sws.geonames.org/", "https://www.geonames.org/", "http://www.geonames.org/"):
        number = iri.removeprefix(space).partition("/")[0]
        if iri.startswith(space) and number.isdecimal():
            return f"{PREFIXES['geonames']}{number}/"
    return iri


def text_of(origin: Origin, links: Iterable[Link]) -> str:
    """Return a table as text."""
    out = io.StringIO()
    out.writelines(f"{line}\n" for line in _header(origin))
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([" ".join(link[slot].split()) for slot in COLUMNS] for link in links)
    return out.getvalue()


def _header(origin: Origin) -> list[str]:
    """Return the header; every value is quoted, since YAML would make a date or a number of some."""
    source = {"table": origin.table, "sha256": origin.digest, "columns": origin.columns}
    prefixes = sorted({**PREFIXES, **({"row": origin.rows} if origin.table else {})}.items())
    slots = {
        "mapping_set_id": f"{origin.rows}mappings",
        "mapping_set_title": f"Proposed links of {origin.table.rpartition('/')[2] or 'the clusters of a folder'}",
        "license": LICENSE,
        "mapping_tool": "clusterkg",
        "mapping_tool_version": origin.version,
        "mapping_date": origin.date,
        "other": json.dumps(source, ensure_ascii=False),
        "comment": HELP,
    }
    return [
        "#curie_map:",
        *(f"#  {prefix}: {_quoted(space)}" for prefix, space in prefixes),
        *(f"#{slot}: {_quoted(value)}" for slot, value in slots.items()),
    ]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def read(text: str, place: str) -> tuple[Origin, list[Link]]:
    """Return what a table was made from and its rows, also after a spreadsheet has saved it.

    Spreadsheets put header lines into quotes and tabs behind them, which is undone; anything else that
    differs from the header as it was written is refused.

    Args:
        text: what is in the file.
        place: what to call it in a message.

    Raises:
        DataError: it is no such table, its header or columns were changed, or a row is broken.
    """
    head: list[str] = []
    names: list[str] = []
    found: list[Link] = []
    separator = _separator(text)
    try:
        for number, cells in enumerate(csv.reader(text.splitlines(), delimiter=separator, strict=True), start=1):
            cells = [cell.strip() for cell in cells]
            if not any(cells):
                continue
            if not names and cells[0].startswith("#"):
                head.append(separator.join(cells).rstrip(separator).rstrip())
            elif not names:
                names = cells
                if not head:
                    raise _strange(f"{place}:{number}")
                _check_columns(names, f"{place}:{number}")
            elif any(cells[len(names) :]):
                raise DataError(f"has {len(cells)} cells under {len(names)} headings", place=f"{place}:{number}")
            else:
                found.append(Link(dict(zip(names, cells, strict=False)), number))
    except csv.Error as error:
        raise DataError(f"is no table of cells: {error}", place=place) from error
    if not names:
        raise DataError("has no row of column names", place=place, remedy="give a table that clusterkg link wrote")
    origin = _origin(head, place)
    if head != _header(origin):
        wrong = next((n for n, (a, b) in enumerate(zip(head, _header(origin), strict=False), 1) if a != b), len(head))
        raise DataError(
            "the header was changed", place=f"{place}:{wrong}", remedy="put it back, or make the table anew"
        )
    return origin, found


def _separator(text: str) -> str:
    """Return what separates the cells, by the line of column names."""
    for line in text.splitlines():
        if line.lstrip('"').startswith("subject_id"):
            return next((sign for sign in "\t;," if sign in line), "\t")
    return "\t"


def _check_columns(names: list[str], place: str) -> None:
    from clusterkg.errors import nearest

    for name in names:
        if name and name not in COLUMNS:
            raise DataError(f"there is no column {name!r}", place=place, remedy=nearest(name, COLUMNS) or "remove it")
    lacking = [name for name in COLUMNS if name not in names]
    if lacking:
        raise DataError(f"lacks the column {lacking[0]}", place=place, remedy="put it back, or make the table anew")


def _origin(head: list[str], place: str) -> Origin:
    import yaml

    try:
        slots = yaml.safe_load("\n".join(line[1:] for line in head))
        source = json.loads(slots["other"])
        parts = (source["table"], source["sha256"], source["columns"], slots["mapping_tool_version"])
        return Origin(*parts, slots["mapping_date"])
    except (yaml.YAMLError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _strange(place) from error


def _strange(place: str) -> DataError:
    fault = "has not the header that clusterkg link writes"
    return DataError(fault, place=place, remedy="put it back as it was, or make the table anew")
