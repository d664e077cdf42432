"""Checks: what is wrong, doubtful or incomplete in files, in the words of whoever has to mend it."""

from __future__ import annotations

from clusterkg.validation import conformance, linting, project, queries
from clusterkg.validation.cubes import check_cubes
from clusterkg.validation.given import expand
from clusterkg.validation.problems import COLUMNS, Problem, Report
from clusterkg.validation.shapes import Shapes, shapes_path
from clusterkg.validation.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["COLUMNS", "Problem", "Report", "check", "check_cubes"]


def check(paths: Iterable[str] = (), folders: Iterable[str] = (), *, engine: str | None = None) -> Report:
    """Return what is wrong with files: held against shapes, ontology, graph and one another.

    Args:
        paths: Turtle files and queries, or folders of them; none for the whole project. A file
            stands in for the project's file that describes the same thing, wherever it lies;
            only problems of what is given are reported.
        folders: folders of the project's shape that join the shipped one.
        engine: the SHACL engine: ``shacl`` or ``pyshacl``; None for the fast one where there is one.

    Raises:
        FileError, TurtleError, DataError, QueryError: something cannot be looked at.

    >>> from clusterkg.resources import shipped_root
    >>> check([shipped_root() + "/cases_ttl/giuliani2005/cases/leon-footwear.ttl"]).summary
    '1 file, 0 errors, 0 warnings, 0 notes: conforms'
    """
    named = list(paths)
    files = expand(named)
    lint = [path for path in files if path.endswith(".rq")]
    turtle = [path for path in files if not path.endswith(".rq")]
    workspace = Workspace(turtle, folders, whole=not named)
    shapes = workspace.shapes
    if not named:
        lint, shapes = linting.paths(workspace), [shapes_path(workspace.folders)]
    tests, found = linting.tests_of_findings(workspace)
    lint += [path for path in tests if path not in lint]
    looked_at = len(workspace.checked) + len(shapes) + len(lint)
    for path in shapes:
        found += project.problems_of_references(workspace, path, Shapes(path).references())
    if workspace.checked or shapes:
        rules = Shapes(shapes[-1] if shapes else shapes_path(workspace.folders))
        found += project.problems(workspace)
        found += conformance.problems(workspace, rules, engine, found)
    if workspace.checked:
        found += queries.problems(workspace)
    found += linting.problems(workspace, lint)
    return Report(found, files=looked_at, replaced=workspace.replaced)
