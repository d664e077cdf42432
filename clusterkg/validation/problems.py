"""What a check found: problems with their place, and the report that holds them."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["COLUMNS", "LEVELS", "Problem", "Report"]

COLUMNS = ("file", "line", "focus", "path", "level", "message", "fix")
LEVELS = ("error", "warning", "info")
COUNTED = {"error": ("error", "errors"), "warning": ("warning", "warnings"), "info": ("note", "notes")}


class Problem:
    """One thing that a check found, where it stands, and what to do about it.

    Attributes:
        file: the file, as the user named it.
        line: the line of the value, the predicate or the subject that it is about; 1 at least.
        focus: IRI of the thing that it is about; empty where it is about the file.
        path: IRI of the predicate (or SPARQL path) that it is about; empty where there is none.
        level: ``error`` is wrong, ``warning`` doubtful, ``info`` incomplete.
        message: what is wrong.
        fix: what to do; empty where the message says it.

    >>> print(Problem("a.ttl", 3, "http://example.org/x", "", "error", "the score is 7", "write 0 to 3"))
    a.ttl:3: error: the score is 7; write 0 to 3
    """

    __slots__ = COLUMNS

    def __init__(self, file: str, line: int, focus: str, path: str, level: str, message: str, fix: str = "") -> None:
        self.file, self.line, self.focus, self.path = file, line, focus, path
        self.level, self.message, self.fix = level, message, fix

    def row(self) -> tuple[str, int, str, str, str, str, str]:
        """Return the values in the order of `COLUMNS`."""
        return self.file, self.line, self.focus, self.path, self.level, self.message, self.fix

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and self.row() == other.row()

    def __hash__(self) -> int:
        return hash(self.row())

    def __repr__(self) -> str:
        return f"Problem{self.row()!r}"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: {self.level}"
        return f"{place}: {self.message.removesuffix('.')}; {self.fix}" if self.fix else f"{place}: {self.message}"


class Report:
    """The problems of a check.

    Attributes:
        problems: by file and line.
        files: how many files and queries were looked at.
        replaced: a line for each file of the project that another stood in for.

    >>> Report([], files=88).summary
    '88 files, 0 errors, 0 warnings, 0 notes: conforms'
    """

    def __init__(self, problems: Iterable[Problem], *, files: int, replaced: Sequence[str] = ()) -> None:
        self.problems = sorted(
            set(problems), key=lambda p: (p.file, p.line, LEVELS.index(p.level), p.focus, p.path, p.message, p.fix)
        )
        self.files = files
        self.replaced = list(replaced)

    def of_level(self, level: str) -> Sequence[Problem]:
        """Return the problems of one level."""
        return [problem for problem in self.problems if problem.level == level]

    @property
    def conforms(self) -> bool:
        """Whether something was checked and no error was found."""
        return self.files > 0 and not self.of_level("error")

    @property
    def summary(self) -> str:
        """The report in one line."""
        counts = [_counted(len(self.of_level(level)), *COUNTED[level]) for level in LEVELS]
        verdict = "conforms" if self.conforms else "does not conform" if self.files else "nothing was checked"
        return f"{', '.join([_counted(self.files, 'file', 'files'), *counts])}: {verdict}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def shown_path(path: str) -> str:
    """Return a path as a person in this folder would write it."""
    if not os.path.isabs(path):
        return path
    here = os.getcwd()
    return os.path.relpath(path, here) if path.startswith(here + os.sep) else path
