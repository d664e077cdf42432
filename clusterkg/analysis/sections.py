"""An analysis as people and programs read it: a table after another, and one table of figures that is a contract."""

from __future__ import annotations

from abc import abstractmethod

from clusterkg import rendering
from clusterkg.notebooks import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from clusterkg.graph.answers import Value

__all__ = ["Analysis", "Section", "probable", "rounded", "signed"]


class Section:
    """A part of what is shown.

    Attributes:
        title: a line above it.
        columns: names of the columns; none where there are sentences alone.
        rows: a tuple a row.
        notes: sentences below.
        right: columns that are set to the right.
        group: columns that become headings in a terminal.
        below: sentences below a row, by its number from 0; in Markdown a column, `told` its name.
        lines: an indented list, whose lines keep their indent when they are broken.
    """

    def __init__(
        self,
        title: str,
        columns: Sequence[str] = (),
        rows: Sequence[Sequence[Value]] = (),
        *,
        notes: Sequence[str] = (),
        right: Sequence[str] = (),
        group: Sequence[str] = (),
        below: Mapping[int, Sequence[str]] | None = None,
        told: str = "remark",
        lines: Sequence[str] = (),
    ) -> None:
        self.title, self.columns, self.rows, self.notes = title, columns, rows, notes
        self.right, self.group, self.below, self.told, self.lines = right, group, below or {}, told, lines

    def to_text(self, width: int) -> str:
        """Return the section for a terminal of that width."""
        import textwrap

        if self.columns:
            return rendering.as_text(
                self.columns,
                self.rows,
                title=self.title,
                notes=self.notes,
                numeric=[name in self.right for name in self.columns],
                group=self.group,
                below=self.below,
                width=width,
            )
        told = [line for note in self.notes for line in textwrap.wrap(note, width, subsequent_indent="  ")]
        listing = []
        for line in self.lines:
            indent = " " * (len(line) - len(line.lstrip()) + 4)
            listing += textwrap.wrap(line, width, subsequent_indent=indent)
        between = [""] if listing and told else []
        return "\n".join([*textwrap.wrap(self.title, width), "", *listing, *between, *told]) + "\n"

    def to_markdown(self) -> str:
        """Return the section as Markdown; what stands below a row becomes a last column."""
        if not self.columns:
            listing = ["```", *self.lines, "```", ""] if self.lines else []
            return "\n".join([f"**{self.title}**", "", *listing, *(f"- {note}" for note in self.notes)]).rstrip() + "\n"
        columns, rows = [*self.columns], [tuple(row) for row in self.rows]
        if any(self.below.values()):
            columns.append(self.told)
            rows = [(*row, "; ".join(self.below.get(number, ()))) for number, row in enumerate(rows)]
        numeric = [name in self.right for name in columns]
        return rendering.as_markdown(columns, rows, title=self.title, notes=self.notes, numeric=numeric)


class Analysis(Shown):
    """What every analysis is shown by; a kind says what its sections, rows and description are."""

    columns: tuple[str, ...] = ()
    """Columns of the CSV, a contract."""

    @property
    @abstractmethod
    def rows(self) -> list[tuple[Value, ...]]:
        """The figures under `columns`; a blank is a figure that is withheld, with the reason in its row."""

    @abstractmethod
    def sections(self) -> list[Section]:
        """Return the parts that a person reads."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """Return all that there is to say, as JSON holds it."""

    def to_csv(self) -> str:
        """Return CSV under `columns`: the contract that other tools read."""
        return rendering.as_csv(self.columns, self.rows)

    def to_json(self) -> str:
        """Return JSON: one object with everything."""
        return rendering.as_json(self.describe())

    def to_markdown(self) -> str:
        """Return Markdown: the sections as tables."""
        return "\n".join(section.to_markdown() for section in self.sections())

    def to_text(self, width: int = 80) -> str:
        """Return the sections for a terminal of that width."""
        return "\n".join(section.to_text(width) for section in self.sections())


def signed(estimate: float | None) -> str | None:
    """Return a strength as it is printed, None for none.

    >>> signed(0.25), signed(-0.001), signed(None)
    ('+0.25', '0.00', None)
    """
    if estimate is None:
        return None
    text = f"{estimate:+.2f}"
    return "0.00" if text in ("-0.00", "+0.00") else text


def probable(p: float | None) -> str | None:
    """Return a probability as it is printed, None for none.

    >>> probable(0.0378), probable(0.00001)
    ('0.038', '<0.001')
    """
    if p is None:
        return None
    return f"{p:.3f}" if p >= 0.0005 else "<0.001"


def rounded(value: float | None) -> float | None:
    """Return a figure for programs, to six digits.

    >>> rounded(0.3109684), rounded(3.0230437e-20)
    (0.310968, 3.02304e-20)
    """
    return None if value is None else float(f"{value:.6g}")
