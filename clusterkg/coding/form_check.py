"""The check of a form: what it says, read and checked as a spreadsheet is, and which field each problem is about."""

from __future__ import annotations

from clusterkg.coding.checking import Coded, check, refuse_key
from clusterkg.coding.form import Form, field_of
from clusterkg.coding.problems import CellProblem, Problems
from clusterkg.coding.records import Records
from clusterkg.coding.sheets import FAILED, LAYOUTS, MISSING, Book, address, read_data
from clusterkg.coding.template import as_csv
from clusterkg.coding.values import slug
from clusterkg.errors import DataError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterkg.coding.checking import Ground

__all__ = ["FIRST", "Checked", "checked", "rows_of_problems"]

FIRST = 3
"""The number of a sheet's first row: headings and explanations stand above it."""

STANDS_IN = "study-without-a-key"
"""The key that stands in for one that is none, so that all else is checked."""


class Checked:
    """A form, checked.

    Attributes:
        form: the form.
        problems: what was met, as a spreadsheet with the same rows would have it.
        csv: the sheets as CSV, by name, those without a row left out.
    """

    def __init__(
        self,
        form: Form,
        problems: Problems,
        csv: Mapping[str, str],
        begins: Mapping[tuple[str, int], str],
        coded: Coded | None,
    ) -> None:
        self.form, self.problems, self.csv = form, problems, dict(csv)
        self._begins, self._coded = dict(begins), coded

    @property
    def conforms(self) -> bool:
        """Whether no error is left."""
        return not self.problems.of_level("error")

    @property
    def coded(self) -> Coded:
        """What the form says.

        Raises:
            DataError: an error is left.
        """
        if self._coded is None or not self.conforms:
            raise DataError("has errors left", place="form", remedy="mend them first")
        return self._coded

    def fields(self, problem: CellProblem) -> list[str]:
        """Return the fields that a problem is about, first the one whose text it shows; empty where there is none."""
        names = [name for name in problem.field.split(";") if name]
        if not problem.sheet and names == ["study"]:
            return names
        begin = self._begins.get((problem.sheet, problem.row - FIRST + 1))
        if begin is None:
            return []
        columns = LAYOUTS[problem.sheet]
        # Of a row beside the case's, the case itself is seldom what is to be mended.
        known = [name for name in names if name in columns]
        names = [name for name in known if name != "case_id" or problem.sheet == "cases"] or known
        shown = [name for name in names if address(problem.row, columns.index(name) + 1) == problem.cell]
        return list(dict.fromkeys(field_of(begin, problem.sheet, name) for name in [*shown, *names]))


def checked(form: Form, ground: Ground) -> Checked:
    """Return a form with all that there is to say of it.

    Its rows are written as the CSV that can be had of it, and read from that as any file is.

    Args:
        form: the form.
        ground: what it is held against; see `checking.check`.
    """
    told: list[CellProblem] = []
    study = form.study
    try:
        refuse_key(study)
    except DataError as error:
        study = STANDS_IN
        message = f"'{form.study}' {error.fault}." if form.study else "A case belongs to a study, and none is named."
        told.append(CellProblem("", 0, "", "study", "error", "study", form.study, message, error.remedy))
    sheets, _ = form.sheets()
    case = _name(sheets["cases"], ground, study, replace=form.replace)
    sheets, begins = form.sheets(case)
    if not any(sheets.values()):
        message = "Nothing is filled in yet."
        told.append(
            CellProblem("", 0, "", "", "error", "no-rows", "", message, "begin with name, country and industry")
        )
        return Checked(form, Problems(told), {}, begins, None)
    if _is_comment(form.single.get("case_id", "")):
        fix = "write small letters, digits and hyphens"
        message = "A row that begins with # is there for people, and is not read."
        at = ("cases", FIRST, address(FIRST, 1), "case_id")
        told.append(CellProblem(*at, "error", "comment", form.single["case_id"], message, fix))
    csv = {sheet: as_csv(sheet, sheets) for sheet, rows in sheets.items() if rows}
    coded = check(_books(csv), study, ground, replace=form.replace)
    problems = Problems([*told, *coded.problems], list(csv))
    return Checked(form, problems, csv, begins, coded)


def _books(csv: Mapping[str, str]) -> list[Book]:
    books = []
    for sheet, text in csv.items():
        books.append(Book(f"{sheet}.csv"))
        read_data(books[-1], text.encode(), LAYOUTS)
    return books


def _name(rows: Sequence[Mapping[str, str]], ground: Ground, study: str, *, replace: bool) -> str:
    """Return how the other sheets call the case: the end of the IRI that its row in the sheet of cases gives it."""
    if not rows:
        return ""
    (book,) = _books({"cases": as_csv("cases", {"cases": [dict(row) for row in rows]})})
    records = Records(book.sheets, ground.known, study, replace=replace)
    found = [case.iri for case in records.cases if case.line is not None] or sorted(records.refused)
    return found[0].rpartition("/")[2] if found else slug(rows[0].get("case_id", ""))


def _is_comment(text: str) -> bool:
    """Tell whether a row with that text in its first cell would be passed over."""
    begun = text.lstrip()
    return begun.startswith("#") and begun not in MISSING and not FAILED.fullmatch(begun)


def rows_of_problems(found: Checked) -> list[tuple[str | int, ...]]:
    """Return the problems as rows, each with the field to mend at its end; empty where it is about none."""
    return [(*problem.values(), next(iter(found.fields(problem)), "")) for problem in found.problems]
