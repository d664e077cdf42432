"""The queries of ``queries/checks/``: each looks for one kind of fault across files, and any row is one."""

from __future__ import annotations

from clusterkg import library
from clusterkg.errors import DataError
from clusterkg.graph.engines import run_oxigraph
from clusterkg.resources import query_paths
from clusterkg.validation.problems import LEVELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterkg.library import Query
    from clusterkg.validation.problems import Problem
    from clusterkg.validation.workspace import Workspace

__all__ = ["problems"]


def problems(workspace: Workspace) -> Iterator[Problem]:
    """Yield the faults that the queries find in the files looked at.

    A query has the columns ``focus`` and ``message``, and may have ``path``, ``value`` and ``fix``;
    its header may say ``#+ level: warning``. One that needs none of the parts looked at is left out.

    Raises:
        QueryError: a query does not parse or fails.
        DataError: a query has not these columns.
    """
    parts = {file.part for file in workspace.checked}
    for name in query_paths(workspace.folders):
        if not name.startswith("checks/"):
            continue
        query = library.read(name, workspace.folders)
        needs = query.needs
        if needs is None or not parts.isdisjoint(needs):
            yield from _run(workspace, query)


def _run(workspace: Workspace, query: Query) -> Iterator[Problem]:
    workspace.require(query.needs)
    answer = run_oxigraph(workspace.union(), query.bind({}), query.path)
    if not {"focus", "message"} <= set(answer.columns):
        raise DataError("a check has the columns ?focus and ?message", place=query.path, remedy="name them in SELECT")
    found = []
    for row in answer:
        focus, path = str(row["focus"] or ""), str(row.get("path") or "")
        file = workspace.home(focus, path)
        if file is not None:
            found.append((file, focus, path, row))
    # The header is read where there is something to say: reading it takes longer than the query.
    level = str(query.header.get("level", "error")) if found else "error"
    if level not in LEVELS:
        raise DataError(f"'{level}' is no level", place=query.path, remedy=f"write one of {', '.join(LEVELS)}")
    for file, focus, path, row in found:
        message, fix, value = (str(row.get(column) or "") for column in ("message", "fix", "value"))
        yield workspace.problem(file, focus, path, level, message, fix, value)
