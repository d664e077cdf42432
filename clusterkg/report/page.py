"""A report as one HTML page that needs no other file."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.report.parts import Report

__all__ = ["as_html", "require"]

FOLDER = os.path.join(os.path.dirname(__file__), "template")


def require() -> None:
    """Raise ModuleNotFoundError if what a page needs is not installed, before anything is computed."""
    import jinja2
    import vl_convert

    del jinja2, vl_convert


def as_html(report: Report) -> str:
    """Return the report as a page: HTML that is well-formed XML too, with styles and drawings inside.

    Raises:
        ModuleNotFoundError: the extra ``report`` is not installed.
    """
    import jinja2
    import markupsafe

    from clusterkg.coding.printing import STYLE
    from clusterkg.report import drawing, parts
    from clusterkg.turtle import read_text

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters["drawn"] = lambda figure: markupsafe.Markup(drawing.draw(figure.spec, figure.rows))
    environment.globals["anchor"] = parts.anchor
    environment.globals["address"] = lambda link: f"#{link}"  # the page needs no other
    environment.tests["code"] = lambda part: isinstance(part, parts.Code)
    environment.tests["entry"] = lambda part: isinstance(part, parts.Entry)
    environment.tests["figure"] = lambda part: isinstance(part, parts.Figure)
    environment.tests["grid"] = lambda part: isinstance(part, parts.Grid)
    environment.tests["section"] = lambda part: isinstance(part, parts.Section)
    style = STYLE + read_text(os.path.join(FOLDER, "page.css"))
    return environment.get_template("page.html.jinja").render(report=report, style=style)
