"""A row of a sheet, read cell by cell, and what is to be told of its cells."""

from __future__ import annotations

from clusterkg.coding import values
from clusterkg.coding.columns import BY_SHEET
from clusterkg.coding.problems import CellProblem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.coding.sheets import Cell, Row
    from clusterkg.coding.values import Say

__all__ = ["Line"]

PROSE = {
    kind: {column.name for column in columns if column.kind in ("text", "longtext", "citation")}
    for kind, columns in BY_SHEET.items()
}
"""The columns whose cells hold words as a person writes them; the others hold numbers, codes and words of lists."""


class Line:
    """A row of a sheet whose cells are read one by one, and what there is to say of them.

    Args:
        row: the row.
        sheet: the name of its sheet.
        kind: the layout of the sheet.
        problems: where it tells of its cells.
    """

    def __init__(self, row: Row, sheet: str, kind: str, problems: list[CellProblem]) -> None:
        self.row, self.sheet, self.kind, self._problems = row, sheet, kind, problems
        self._texts: dict[str, str] = {}
        self._told: dict[str, str] = {}

    def cell(self, *names: str) -> tuple[Cell, ...]:
        """Return the cells of those columns, as far as the sheet has the columns."""
        return tuple(cell for name in names if (cell := self.row.cells.get(name)) is not None)

    def say(self, name: str) -> Say:
        """Return what tells of the cell in a column."""
        return lambda level, rule, message, fix: self.tell((name,), level, rule, message, fix)

    def tell(
        self, names: Sequence[str], level: str, rule: str, message: str, fix: str = "", *, at: Sequence[str] = ()
    ) -> None:
        """Tell of the cells of some columns.

        The first that has a text gives place and value, or the first of the columns `at` where there are any.
        """
        cells = self.cell(*(at or names))
        shown = next((cell for cell in cells if cell.text), cells[0] if cells else None)
        self._problems.append(
            CellProblem(
                self.sheet,
                self.row.number,
                shown.address if shown else "",
                ";".join(names),
                level,
                rule,
                shown.text if shown else "",
                message,
                fix,
            )
        )

    def text(self, name: str) -> str:
        """Return the text of a cell put right; empty where there is none."""
        if name not in self._texts:
            cells = self.cell(name)
            read = values.tidy if name in PROSE[self.kind] else values.tidy_code
            self._texts[name] = read(cells[0], self.say(name)) if cells else ""
        return self._texts[name]

    def told(self, name: str) -> str:
        """Return what a cell says; empty where it is blank or says why nothing stands there."""
        if name not in self._told:
            text = self.text(name)
            # A name may be short: only a reason that is spelt out is none.
            missing = values.reason(text, self.say(name), marks=name not in ("case_id", "name"))
            self._told[name] = "" if missing else text
        return self._told[name]
