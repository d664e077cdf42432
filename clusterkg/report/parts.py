"""The parts that a report is made of, whatever it is written as: sections, tables, figures, entries."""

from __future__ import annotations

import re
import unicodedata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Cell", "Entry", "Figure", "Grid", "Origin", "Report", "Section", "Text", "anchor", "count"]


def anchor(*words: object) -> str:
    """Return words as one name that a link can lead to.

    >>> anchor("case", "São Bento do Sul"), anchor("ledger", 5, "Average", "sum")
    ('case-sao-bento-do-sul', 'ledger-5-average-sum')
    """
    text = unicodedata.normalize("NFKD", " ".join(map(str, words))).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def count(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count(1, "case"), count(40, "case")
    ('1 case', '40 cases')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class Cell:
    """A text with what it is and where it leads.

    Attributes:
        text: what is shown.
        link: the anchor of the part that it leads to; empty for none.
        kind: ``number``, ``missing`` for a stated reason instead of a value, ``blank``, ``code`` or empty.
        mark: a second text, anchor and explanation, such as the way to a row of the ledger; or None.
        others: what follows it in the same place, each with a link of its own.
    """

    __slots__ = ("kind", "link", "mark", "others", "text")

    def __init__(self, text: object, link: str = "", kind: str = "", mark: tuple[str, str, str] | None = None) -> None:
        self.text, self.link, self.kind, self.mark = str(text), link, kind, mark
        self.others: list[Cell] = []

    def __repr__(self) -> str:
        return f"Cell({self.text!r})"

    @property
    def length(self) -> int:
        """How many characters it and what follows it take."""
        return len(self.text) + sum(other.length + len("; ") for other in self.others)


class Origin:
    """How something was made: queries of the library with their parameters, and the command that runs them.

    Attributes:
        command: what to type.
        queries: names of queries, whose texts stand at the end of the report.
        parameters: what was given to them.
    """

    def __init__(self, command: str, queries: Sequence[str], parameters: Mapping[str, str] | None = None) -> None:
        self.command, self.queries, self.parameters = command, list(queries), dict(parameters or {})

    def __repr__(self) -> str:
        return f"Origin({self.command!r})"


class Text:
    """A paragraph: texts and links in a row."""

    def __init__(self, *cells: Cell | str) -> None:
        self.cells = [cell if isinstance(cell, Cell) else Cell(cell) for cell in cells]


class Grid:
    """A table.

    Attributes:
        id: its anchor.
        caption: what it holds.
        columns: the headings.
        rows: a list of cells a row; the first cell names the row.
        numeric: which columns are set to the right.
        groups: for each row the headings above it, outermost first; empty where there are none.
        anchors: for each row its own anchor or an empty text; empty where there are none.
        notes: lines below.
        origin: how it was made, or None where that is said elsewhere.
        folded: what is shown in its place until it is opened; empty where it stands open.
        ruled: the numbers of rows above which there is a rule.
    """

    def __init__(
        self,
        id: str,
        caption: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[Cell]],
        *,
        numeric: Sequence[bool] = (),
        groups: Sequence[Sequence[str]] = (),
        anchors: Sequence[str] = (),
        notes: Sequence[str] = (),
        origin: Origin | None = None,
        folded: str = "",
        ruled: Iterable[int] = (),
    ) -> None:
        self.id, self.caption, self.columns = id, caption, list(columns)
        self.rows = [list(row) for row in rows]
        self.numeric = list(numeric) or [False] * len(self.columns)
        self.groups, self.anchors, self.notes = [tuple(group) for group in groups], list(anchors), list(notes)
        self.origin, self.folded, self.ruled = origin, folded, set(ruled)

    def headings(self, row: int) -> list[tuple[int, str]]:
        """Return the headings that begin above a row: depth and text, outermost first."""
        if not self.begins(row):
            return []
        own = self.groups[row]
        before = self.groups[row - 1] if row else (None,) * len(own)
        new = next(depth for depth, text in enumerate(own) if text != before[depth])
        return [(depth, own[depth]) for depth in range(new, len(own)) if own[depth]]

    def begins(self, row: int) -> bool:
        """Tell whether a row begins a group, though one without a name."""
        return bool(self.groups) and (not row or self.groups[row] != self.groups[row - 1])


class Figure:
    """A drawing beside the table that it is drawn from.

    Attributes:
        id: its anchor.
        caption: what it shows; `label` says the same to who cannot see it.
        spec: the name of its specification, with `rows` as the data to draw.
        reading: how to read it.
        grid: the same as a table.
        origin: how it was made.
    """

    def __init__(
        self,
        id: str,
        caption: str,
        *,
        label: str,
        reading: str,
        spec: str,
        rows: Sequence[Mapping[str, object]],
        grid: Grid,
        origin: Origin,
    ) -> None:
        self.id, self.caption, self.label, self.reading = id, caption, label, reading
        self.spec, self.rows, self.grid, self.origin = spec, list(rows), grid, origin


class Entry:
    """Something with a name and what is said of it: a finding.

    Attributes:
        id: its anchor.
        title: its name.
        badge: a word or two that judge it; `tone` is ``good``, ``mixed``, ``bad`` or ``open``.
        text: what it says in full.
        facts: pairs of a name and cells.
        grid: the rows that it rests on, or None.
        origin: how it was made, or None.
    """

    def __init__(
        self,
        id: str,
        title: str,
        text: str,
        facts: Sequence[tuple[str, Sequence[Cell]]],
        *,
        badge: str = "",
        tone: str = "open",
        grid: Grid | None = None,
        origin: Origin | None = None,
    ) -> None:
        self.id, self.title, self.text, self.facts = id, title, text, list(facts)
        self.badge, self.tone, self.grid, self.origin = badge, tone, grid, origin


class Section:
    """A heading with what stands below it.

    Attributes:
        id: its anchor.
        title: the heading.
        parts: texts, tables, figures, entries and sections.
        folded: what is shown beside the heading until it is opened; None where it stands open.
    """

    def __init__(
        self,
        id: str,
        title: str,
        parts: Iterable[Text | Grid | Figure | Entry | Section | Code],
        *,
        folded: str | None = None,
    ) -> None:
        self.id, self.title, self.parts, self.folded = id, title, list(parts), folded


class Code:
    """The text of a query.

    Attributes:
        id: its anchor.
        title: the query's name.
        text: SPARQL.
    """

    def __init__(self, id: str, title: str, text: str) -> None:
        self.id, self.title, self.text = id, title, text


class Report:
    """A whole report: a title, a line below it, and sections."""

    def __init__(self, title: str, subtitle: str, sections: Iterable[Section]) -> None:
        self.title, self.subtitle, self.sections = title, subtitle, list(sections)

    def __repr__(self) -> str:
        return f"<Report: {self.title}, {len(self.sections)} sections>"
