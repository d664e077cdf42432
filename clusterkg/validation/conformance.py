"""What the shapes say of files, as problems with a place and a remedy."""

from __future__ import annotations

from clusterkg.prefixes import compact
from clusterkg.validation.places import plain
from clusterkg.validation.validators import validate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clusterkg.validation.problems import Problem
    from clusterkg.validation.shapes import Shapes
    from clusterkg.validation.validators import Result
    from clusterkg.validation.workspace import Workspace

__all__ = ["problems"]

LEVELS = {"Violation": "error", "Warning": "warning", "Info": "info"}

LONGEST = 80
"""How many characters of a value a message shows."""

TOLD_BY_NAMES = ("ClassConstraintComponent", "ClosedConstraintComponent")
"""Constraints that an IRI which stands for nothing, or a property that nobody knows, breaks besides."""


def problems(
    workspace: Workspace, shapes: Shapes, engine: str | None, told: Iterable[Problem] = ()
) -> Iterator[Problem]:
    """Yield what the shapes say of the files looked at.

    Args:
        workspace: the files.
        shapes: the shapes.
        engine: the SHACL engine; see `validators.validate`.
        told: what is wrong with names; it is not told a second time.
    """
    known = {(problem.focus, problem.path) for problem in told}
    for result in validate(workspace.data(), shapes, engine, workspace.focus()):
        if result.component in TOLD_BY_NAMES and (result.focus, result.path) in known:
            continue
        file = workspace.home(result.focus, result.path)
        if file is not None:
            yield workspace.problem(
                file,
                result.focus,
                result.path,
                LEVELS.get(result.severity, "error"),
                _message(result),
                shapes.remedy(result.shape),
                plain(result.value),
            )


def _message(result: Result) -> str:
    """Return the shape's message with the value that it is about."""
    value = plain(result.value)
    if (
        not result.value
        or result.value.startswith("_:")
        or value == result.focus
        or (value and value in result.message)
    ):
        return result.message
    found = compact(value) if result.value.startswith("<") else _shown(value) or "an empty text"
    return f"{result.message} Found: {found}."


def _shown(text: str) -> str:
    r"""Return a text as a terminal can show it: signs that nobody sees as their numbers, a long one cut.

    >>> _shown("a" + chr(0x202E) + "b"), len(_shown("x" * 5001))
    ('a\\u202Eb', 80)
    """
    seen = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04X}" for sign in text[:81])
    return seen if len(seen) <= LONGEST else seen[: LONGEST - 1] + "…"
