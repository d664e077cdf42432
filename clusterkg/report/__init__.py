"""The living paper: one document that rebuilds a study, tests its claims and says how each number was made."""

from __future__ import annotations

from clusterkg.report.composing import compose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph

__all__ = ["FORMATS", "write"]

FORMATS = ("html", "md")


def write(graph: Graph, *, study: str = "giuliani2005", format: str = "html") -> str:
    """Return the report of a study as one document.

    The same graph gives the same bytes: nothing in it depends on time, place or chance.

    Args:
        graph: the loaded graph.
        study: the study's key.
        format: one of `FORMATS`; ``html`` needs the extra ``report``, ``md`` needs nothing.

    Raises:
        ModuleNotFoundError: a page is asked for and the extra ``report`` is not installed.
        UnknownName: there is no such study with cases; the nearest are offered.
    """
    if format == "md":
        from clusterkg.report.markdown import as_markdown

        return as_markdown(compose(graph, study))
    from clusterkg.report.page import as_html, require

    require()
    return as_html(compose(graph, study))
