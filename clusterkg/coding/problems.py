"""What is to be said of the cells of a sheet, and all of it in one order."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["COLUMNS", "LEVELS", "CellProblem", "Problems"]

COLUMNS = ("sheet", "row", "cell", "field", "level", "rule", "value", "message", "fix")
"""Columns of the file of problems, a contract."""

LEVELS = ("error", "warning", "normalised")
"""An error keeps everything from being written, a warning is doubtful, what was normalised was read otherwise."""

SHOWN = 80
"""Signs of a value that a problem shows."""

COUNTED = {
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "normalised": ("cell normalised", "cells normalised"),
}


class CellProblem:
    """One thing to say of a cell, a row or a file.

    Attributes:
        sheet: the name of the sheet; empty where it is about the file or the study.
        row: the number of the row as the spreadsheet shows it; 0 where it is about the sheet.
        cell: its address, as in ``L7``; empty where it is about more or less than a cell.
        field: the columns concerned, joined by semicolons.
        level: one of `LEVELS`.
        rule: the local name of the shape, or the name of a rule of reading.
        value: what was typed, cut off after 80 signs.
        message: what is wrong, in a coder's words.
        fix: what to do; empty where nothing need be done.

    >>> print(CellProblem("cases", 7, "L7", "process", "error", "rating-score", "7", "A score is 0 to 3.", "write 2"))
    cases!L7 (process): error: A score is 0 to 3. Found: 7. Fix: write 2
    """

    __slots__ = COLUMNS

    def __init__(
        self,
        sheet: str,
        row: int,
        cell: str,
        field: str,
        level: str,
        rule: str,
        value: str,
        message: str,
        fix: str = "",
    ) -> None:
        self.sheet, self.row, self.cell, self.field = sheet, row, cell, field
        self.level, self.rule, self.message, self.fix = level, rule, message, fix
        self.value = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"

    def values(self) -> tuple[str | int, ...]:
        """Return the values in the order of `COLUMNS`."""
        return tuple(getattr(self, name) for name in COLUMNS)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CellProblem) and self.values() == other.values()

    def __hash__(self) -> int:
        return hash(self.values())

    def __repr__(self) -> str:
        return f"CellProblem{self.values()!r}"

    def __str__(self) -> str:
        place = (
            f"{self.sheet}!{self.cell}" if self.cell else f"{self.sheet}, row {self.row}" if self.row else self.sheet
        )
        where = f"{place} ({self.field.replace(';', ', ')})".lstrip() if self.field else place
        told = not self.value or f"'{self.value}'" in self.message
        found = "" if told else f" Found: {_one_line(self.value)}."
        fix = f" Fix: {self.fix}" if self.fix else ""
        return f"{where + ': ' if where else ''}{self.level}: {self.message}{found}{fix}"


class Problems:
    """Problems, each once, sorted by sheet, row and level.

    Args:
        problems: in any order.
        sheets: the names of the sheets in their order.
    """

    def __init__(self, problems: Iterable[CellProblem], sheets: Sequence[str] = ()) -> None:
        order = {name: index for index, name in enumerate(sheets)}
        self._problems = sorted(
            dict.fromkeys(problems),
            key=lambda one: (
                order.get(one.sheet, -1),
                one.sheet,
                one.row,
                LEVELS.index(one.level),
                len(one.cell),
                one.cell,
                one.field,
                one.rule,
                one.message,
            ),
        )

    def __len__(self) -> int:
        return len(self._problems)

    def __iter__(self) -> Iterator[CellProblem]:
        return iter(self._problems)

    def __repr__(self) -> str:
        return f"<Problems: {self.summary()}>"

    def of_level(self, level: str) -> list[CellProblem]:
        """Return the problems of one level."""
        return [problem for problem in self._problems if problem.level == level]

    def summary(self) -> str:
        """Return how many there are of each level.

        >>> Problems([]).summary()
        '0 errors, 0 warnings, 0 cells normalised'
        """
        counts = {level: len(self.of_level(level)) for level in LEVELS}
        return ", ".join(f"{count} {COUNTED[level][count != 1]}" for level, count in counts.items())

    def to_csv(self) -> str:
        """Return CSV of all problems, its header alone where there are none.

        Each is one line, and none begins a cell with what spreadsheet software would run.
        """
        from clusterkg import rendering
        from clusterkg.coding.template import escaped

        return rendering.as_csv(
            COLUMNS,
            [
                [escaped(_one_line(value)) if isinstance(value, str) else value for value in problem.values()]
                for problem in self._problems
            ],
        )

    def to_text(self, width: int = 80) -> str:
        """Return a list to read, each problem as a paragraph, and at its end how many there are."""
        import textwrap

        lines: list[str] = []
        for problem in self._problems:
            lines += textwrap.wrap(
                _one_line(str(problem)), width, subsequent_indent="    ", break_on_hyphens=False, break_long_words=True
            )
        return "\n".join([*lines, self.summary()])


def _one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)
