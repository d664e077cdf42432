"""The frame of all pages: navigation, content, and at the end the same in other forms."""

from __future__ import annotations

import json
import os
import shlex
from functools import cache
from urllib.parse import quote

from clusterkg.prefixes import compact
from clusterkg.server.assets import address_of
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import jinja2

    from clusterkg.server.views.view import Asked, View

__all__ = ["NAVIGATION", "address", "environment", "home_of", "render", "render_fault", "snippets", "style"]

FOLDER = os.path.join(os.path.dirname(__file__), "templates")

NAVIGATION = {
    "/": "Overview",
    "/cases": "Cases",
    "/compare": "Compare",
    "/tables": "Tables",
    "/findings": "Findings",
    "/questions": "Questions",
    "/plots": "Plots",
    "/vocabulary": "Vocabulary",
    "/editor": "SPARQL",
    "/code": "Code a case",
    "/about": "About",
}
"""What every page leads to."""


def address(link: str) -> str:
    """Return where a link leads: to a page here, to http or https, or to a place on the same page.

    >>> address("/cases"), address("https://www.geonames.org/1/"), address("javascript:alert(1)")
    ('/cases', 'https://www.geonames.org/1/', '#javascript%3Aalert%281%29')
    """
    if link.startswith("/") and not link.startswith("//"):
        return link
    return link if link.startswith(("http://", "https://")) else f"#{quote(link)}"


def home_of(iri: str) -> str:
    """Return where a page about an IRI is: ours here, any other at its own address; empty where it has none.

    >>> home_of("https://w3id.org/clusterkg/case/giuliani2005/leon-footwear#chain-us")
    '/page/case/giuliani2005/leon-footwear#chain-us'
    >>> home_of("https://w3id.org/clusterkg/query/tables/governance")
    '/query/tables/governance?format=html'
    >>> home_of("urn:x")
    ''
    """
    if iri.startswith(BASE):
        path, hash_, fragment = iri.removeprefix(BASE).partition("#")
        if path.startswith("query/"):
            return f"/{quote(path)}?format=html"
        return f"/page/{quote(path)}{hash_}{quote(fragment)}"
    return iri if iri.startswith(("http://", "https://")) else ""


@cache
def environment() -> jinja2.Environment:
    """Return the templates: those of the pages, and below them the parts that the report is made of.

    Raises:
        ModuleNotFoundError: jinja2 is not installed.
    """
    import jinja2

    from clusterkg.graph.answers import plain
    from clusterkg.rendering import heading
    from clusterkg.report import page as report_page
    from clusterkg.report import parts

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader([FOLDER, report_page.FOLDER]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    made.globals.update(
        address=address, asset=address_of, anchor=parts.anchor, count=parts.count, navigation=NAVIGATION
    )
    # Figures are drawn by a script; what the report draws itself is left out.
    made.filters.update(plain=plain, heading=heading, home_of=home_of, short=_short, drawn=lambda figure: "")
    for kind in (parts.Code, parts.Entry, parts.Figure, parts.Grid, parts.Section):
        made.tests[kind.__name__.lower()] = lambda part, kind=kind: isinstance(part, kind)
    return made


def render(view: View, asked: Asked) -> str:
    """Return a view as a page."""
    said: dict[str, Any] = {"view": view, "asked": asked, "snippets": snippets(view, asked), **view.values}
    return environment().get_template(f"{view.template}.html.jinja").render(said)


def render_fault(status: int, message: str) -> str:
    """Return a page that says why there is no other."""
    from http import HTTPStatus

    from clusterkg.server.views.view import Asked, View

    # Who hears a page read out hears its heading first, and of a tab only that is seen.
    title = f"{status}: {HTTPStatus(status).phrase.lower()}"
    return render(View(title, "fault", {"message": message}), Asked("", "", []))


def snippets(view: View, asked: Asked) -> list[tuple[str, str]]:
    """Return how to have the same elsewhere: pairs of a language and a text to copy.

    >>> from clusterkg.server.views.view import Asked, View
    >>> cases = View("Cases", "cases", {}, columns=["case"], rows=[], code='kg.query("cases/index")')
    >>> for language, text in snippets(cases, Asked("/cases", "", [("country", "MEX")], "http://localhost:7878")):
    ...     print(f"{language}: {text}")
    curl: curl 'http://localhost:7878/cases?country=MEX&format=csv'
    Python: import pandas
    frame = pandas.read_csv("http://localhost:7878/cases?country=MEX&format=csv")
    R: frame <- read.csv("http://localhost:7878/cases?country=MEX&format=csv")
    Python without the service: import clusterkg
    kg = clusterkg.load()
    kg.query("cases/index")
    """
    found = []
    if view.rows is not None:
        where = asked.home + asked.url(format="csv")
        found += [
            ("curl", f"curl {shlex.quote(where)}"),
            ("Python", f"import pandas\nframe = pandas.read_csv({json.dumps(where)})"),
            ("R", f"frame <- read.csv({json.dumps(where)})"),
        ]
    if view.code:
        found.append(("Python without the service", f"import clusterkg\nkg = clusterkg.load()\n{view.code}"))
    if view.command:
        found.append(("command line", view.command))
    return found


def _short(iri: str) -> str:
    """Return an IRI as people read it: below our base, or by its prefix."""
    return compact(iri).strip("<>").removeprefix(BASE)


@cache
def style() -> str:
    """Return the style sheet of all pages."""
    from clusterkg.turtle import read_text

    return read_text(os.path.join(FOLDER, "site.css"))
