"""An answer as people see it: its rows, what each rests on, and what the whole rests on."""

from __future__ import annotations

from clusterkg import rendering
from clusterkg.notebooks import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.graph import Answer
    from clusterkg.graph.answers import Value

__all__ = ["InFull"]

COLUMN = "rests_on"
"""The column of the evidence in CSV, JSON and Markdown."""

LONG = 120
"""A text longer than this makes a poor cell of a table."""

HIDDEN = ("case", "other_case")
NAMES = {"cluster", "name"}
"""Columns that hold the IRIs of cases, and those that hold their names."""


class InFull(Shown):
    """An answer with its ground and notes, and if wanted with the evidence behind each row.

    Args:
        answer: the answer.
        evidence: whether to show the evidence.
        by_name: whether a terminal leaves out the IRIs of cases that stand beside their names.
        title: what stands above it: the question.
    """

    def __init__(self, answer: Answer, *, evidence: bool = False, by_name: bool = False, title: str = "") -> None:
        self.answer, self.by_name, self.title = answer, by_name, title
        self.evidence = answer.evidence if evidence else None

    @property
    def notes(self) -> list[str]:
        """What the answer rests on, and what has to be known to read it, a sentence or more each."""
        said = list(self.answer.told)
        if self.evidence is not None and self.answer.rows and not any(self.evidence):
            said.append("No row is about a case whose values this answer goes by, so there is no evidence to show.")
        return said

    def to_text(self, width: int = 80) -> str:
        """Return the answer for a terminal, evidence below each row, the ground at the end."""
        if not self.answer.rows and self.notes:
            return rendering.as_records([], [], notes=self.notes, width=width).lstrip("\n")
        below: dict[int, list[str]] = {}
        if self.evidence is not None:
            below = {number: [str(one) for one in behind] for number, behind in enumerate(self.evidence)}
        columns, rows = self.answer.columns, rendering.with_short_iris(self.answer.rows)
        if self.by_name:
            columns, rows = _named_alone(columns, rows)
        if rendering.keeps_words_whole(columns, rows, width) and not any(
            isinstance(value, str) and len(value) > LONG for row in rows for value in row
        ):
            return rendering.as_text(columns, rows, title=self.title, notes=self.notes, below=below, width=width)
        return rendering.as_records(columns, rows, notes=self.notes, below=below, width=width)

    def to_csv(self) -> str:
        """Return CSV; the evidence is one more column, a line a value. The ground is no part of it."""
        return rendering.as_csv(*self._with_column("\n"))

    def to_markdown(self) -> str:
        """Return a Markdown table with the ground below."""
        columns, rows = self._with_column("\n")
        return rendering.as_markdown(columns, rows, title=self.title, notes=self.notes)

    def to_json(self) -> str:
        """Return JSON: an object a row; with evidence, each has a list of it."""
        rows: list[dict[str, object]] = [dict(row) for row in self.answer]
        for row, behind in zip(rows, self.evidence or (), strict=False):
            row[COLUMN] = [one.as_dict() for one in behind]
        return rendering.as_json(rows)

    def _with_column(self, between: str) -> tuple[list[str], Sequence[tuple[Value, ...]]]:
        if self.evidence is None:
            return self.answer.columns, self.answer.rows
        texts = [between.join(str(one) for one in behind) for behind in self.evidence]
        rows = [(*row, text) for row, text in zip(self.answer.rows, texts, strict=True)]
        return [*self.answer.columns, COLUMN], rows


def _named_alone(
    columns: Sequence[str], rows: Sequence[tuple[Value, ...]]
) -> tuple[list[str], list[tuple[Value, ...]]]:
    """Return a table without the IRIs of cases that stand beside their names: a terminal has no room for both."""
    kept = [place for place, column in enumerate(columns) if column not in HIDDEN or not {*columns} & NAMES]
    return [columns[place] for place in kept], [tuple(row[place] for place in kept) for row in rows]
