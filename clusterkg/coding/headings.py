"""The headings of a sheet: which layout they make, and which column each stands for or was meant for."""

from __future__ import annotations

import re

from clusterkg.coding.columns import BY_SHEET
from clusterkg.errors import nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterkg.coding.sheets import Book, Cell

__all__ = ["LEAST", "SHOWN", "find", "layout", "tell_of_column"]

TELLING = {"values": {"case_id", "variable", "value"}, "chains": {"case_id", "governance_mode", "market_scope"}}
"""Headings by which a sheet is known for another than the wide one."""

SHOWN = 60
"""Signs of a heading that a problem shows."""

LONGEST = 5_000
"""Signs of a heading that are looked at."""

LEAST = 3
"""Headings of ours that no other sheet has by chance."""

NEAR = 0.8
"""How like a column's name a heading must be, of 1, to be taken for a misspelling."""

LABELS = {
    column.name: re.sub(r"\W", "", column.heading.casefold()) for columns in BY_SHEET.values() for column in columns
}
"""What columns are called for people, which some write for their names."""


def find(cells: list[Cell]) -> tuple[dict[str, Cell], dict[int, str], list[tuple[str, Cell]]]:
    """Return the heading cells by name, the names by column, and the headings that are there already."""
    header: dict[str, Cell] = {}
    columns: dict[int, str] = {}
    twice: list[tuple[str, Cell]] = []
    for cell in cells:
        name = re.sub(r"[\s\-]+", "_", cell.text[:LONGEST].strip().strip("\ufeff*").casefold()).strip("_")
        if not name:
            continue
        if name in header:
            twice.append((name, cell))
            columns[cell.column] = ""
        else:
            header[name] = cell
            columns[cell.column] = name
    return header, columns, twice


def layout(name: str, header: dict[str, Cell], known: Mapping[str, Sequence[str]]) -> str:
    """Return the layout of a sheet, by its name if the headings bear it out, else by its headings alone."""
    shared = {kind: len(header.keys() & set(columns)) for kind, columns in known.items()}
    if name.casefold() in shared and shared[name.casefold()] >= 2:
        return name.casefold()
    for kind, telling in TELLING.items():
        if telling <= header.keys():
            return kind
    return "cases" if shared.get("cases", 0) >= LEAST and ("case_id" in header or "name" in header) else ""


def tell_of_column(book: Book, cell: Cell, heading: str, texts: int, lacking: Sequence[str]) -> None:
    """Tell of a column that is passed over: an error where a column of ours was misspelt, and `texts` would be lost."""
    meant = _meant(heading, lacking)
    if meant and texts:
        level = "error"
        message = f"There is no column {heading}, and none called {meant}."
        fix = f"rename it to {meant}; if it is something else, give it a name less like that"
    else:
        level = "warning"
        held = f"with the text of {texts:,} {'cell' if texts == 1 else 'cells'}" if texts else "and empty"
        message = f"There is no column {heading}; it is passed over, {held}."
        fix = f"rename it to {meant}" if meant else nearest(heading, lacking) or "remove it, or see clusterkg codebook"
    book.tell(level, "unknown-column", message, fix, cell=cell, field=heading)


def _meant(heading: str, lacking: Sequence[str]) -> str:
    """Return which of the columns that a sheet lacks a heading was meant for; empty where none is near enough.

    >>> _meant("proces", ["product", "process"]), _meant("product_upgrading", ["product", "process"])
    ('process', 'product')
    >>> _meant("isic3", ["isic4"]), _meant("author", ["coder", "source"])
    ('', '')
    """
    from difflib import SequenceMatcher

    wanted = re.sub(r"\W|_", "", heading)
    best, found = NEAR, ""
    for name in lacking:
        for words in (name, LABELS.get(name, name)):
            ratio = SequenceMatcher(None, wanted, words.replace("_", "")).ratio()
            # Another edition of a classification is spelt nearly alike.
            edition = [re.findall(r"\d+", one) for one in (wanted, words)]
            if ratio >= best and (edition[0] == edition[1] or not all(edition)):
                best, found = ratio, name
    return found
