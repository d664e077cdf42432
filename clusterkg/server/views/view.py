"""What a view is asked, and what it shows: a page's content, the same as rows, and the queries that made it."""

from __future__ import annotations

import gzip
from urllib.parse import quote, urlencode

from clusterkg.errors import ParameterError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from clusterkg.errors import ClusterkgError
    from clusterkg.graph import Answer, Graph
    from clusterkg.graph.answers import Value
    from clusterkg.graph.limits import Limits
    from clusterkg.library import Query

__all__ = ["Asked", "Made", "Taken", "View", "ask"]

LEVEL = 5
"""How hard an answer to a form is compressed."""


class Asked:
    """What a request asks of a view.

    Attributes:
        address: where the view is, such as ``/cases``; what it is followed by is `path`.
        path: what follows the view's own address, such as the name of a question; mostly empty.
        pairs: names and values in the order in which they came, without ``format``.
        home: the address of the service as the request calls it, without a slash at its end.
        limits: what a query may take that the project did not ship; None for the usual limits.
    """

    def __init__(
        self,
        address: str,
        path: str,
        pairs: Sequence[tuple[str, str]],
        home: str = "",
        limits: Limits | None = None,
    ) -> None:
        self.address, self.path, self.home, self.limits = address, path, home, limits
        self.pairs = [(name, value) for name, value in pairs if name != "format"]

    def __repr__(self) -> str:
        return f"Asked({self.url()!r})"

    def only(self, *names: str) -> None:
        """Refuse parameters of other names.

        Raises:
            ParameterError: there is one; the nearest name is offered.
        """
        for name, _ in self.pairs:
            if name not in names:
                remedy = nearest(name[:60], names) if names else "leave it out"
                raise ParameterError("is no parameter of this page", place=name[:60] or "''", remedy=remedy)

    def all(self, name: str) -> list[str]:
        """Return the values of a parameter, each once, without those that are empty, as a blank form sends them."""
        return list(dict.fromkeys(value for key, value in self.pairs if key == name and value))

    def one(self, name: str, default: str = "") -> str:
        """Return the value of a parameter that has one.

        Raises:
            ParameterError: it is given twice.

        >>> Asked("/cases", "", [("group", "complex"), ("page", "")]).one("page", "1")
        '1'
        """
        values = self.all(name)
        if len(values) > 1:
            raise ParameterError("is given twice", place=name, remedy="give it once")
        return values[0] if values else default

    def choice(self, name: str, known: Iterable[str], default: str = "") -> str:
        """Return the value of a parameter that is one of some; the default where it is not given.

        Raises:
            ParameterError: it is none of them; the nearest is offered.
        """
        value = self.one(name, default)
        if value != default and value not in (names := list(known)):
            raise ParameterError("is none of its values", place=f"{name}={value[:60]}", remedy=nearest(value, names))
        return value

    def some(self, name: str, known: Iterable[str]) -> list[str]:
        """Return the values of a parameter that may have several, each one of some.

        Raises:
            ParameterError: one is none of them; the nearest is offered.
        """
        values, names = self.all(name), list(known)
        for value in values:
            if value not in names:
                remedy = nearest(value[:60], names)
                raise ParameterError("is none of its values", place=f"{name}={value[:60]}", remedy=remedy)
        return values

    def url(self, pairs: Iterable[tuple[str, str]] | None = None, **fields: str) -> str:
        """Return the view's address with other parameters, or with some more.

        >>> asked = Asked("/cases", "", [("group", "complex"), ("country", "MEX")])
        >>> asked.url(format="csv"), asked.without("group", "complex"), asked.beside("group", "natural")
        ('/cases?group=complex&country=MEX&format=csv', '/cases?country=MEX',
         '/cases?group=complex&country=MEX&group=natural')
        """
        given = [*(self.pairs if pairs is None else pairs), *fields.items()]
        given = [(name, value) for name, value in given if value]
        at = self.address + quote(self.path)
        return f"{at}?{urlencode(given, quote_via=quote)}" if given else at

    def beside(self, name: str, value: str) -> str:
        """Return the address of the same with one value more."""
        return self.url([*self.pairs, (name, value)])

    def without(self, name: str, value: str | None = None) -> str:
        """Return the address of the same without a value of a parameter, or without any."""
        return self.url([(key, one) for key, one in self.pairs if key != name or value not in (None, one)])

    def instead(self, name: str, value: str) -> str:
        """Return the address of the same with this value of a parameter alone."""
        return self.url([*((key, one) for key, one in self.pairs if key != name), (name, value)])


class Made:
    """A query that made a view: its name in the library, its text as it was asked, and what was given to it."""

    def __init__(self, name: str, text: str, parameters: Mapping[str, str] | None = None) -> None:
        self.name, self.text, self.parameters = name, text, dict(parameters or {})

    def __repr__(self) -> str:
        return f"Made({self.name!r})"


class View:
    """What is shown.

    Attributes:
        title: the heading.
        template: the name of the template that lays it out, without its ending.
        values: what the template shows, by name.
        columns: names of the columns of what it shows as rows.
        rows: the rows, as CSV and JSON give them; None where a page has none.
        made: the queries that made it.
        making: what was done with their answers to make the rows; empty where the rows are one query's answer.
        command: what gives the same on the command line; empty where nothing does.
        code: what gives the same in Python with the package; empty where nothing does.
        others: media type to address, of the same in other forms, such as Turtle.
        scripts: names of the scripts and style sheets that the page needs beside the site's own.
        here: the address in the navigation that the page belongs to.
        about: one sentence for search engines and link previews.
        written: format to what writes it, where that is not simply the rows; ``md`` there is only so.
        fault: what is wrong with what was asked. The page says so itself and keeps what was typed; CSV and JSON, which
            cannot, are refused with it.
        status: of the page.
    """

    def __init__(
        self,
        title: str,
        template: str,
        values: Mapping[str, Any],
        *,
        columns: Sequence[str] = (),
        rows: Sequence[Sequence[Value]] | None = None,
        made: Sequence[Made] = (),
        making: str = "",
        command: str = "",
        code: str = "",
        others: Mapping[str, str] | None = None,
        scripts: Sequence[str] = (),
        here: str = "",
        about: str = "",
        written: Mapping[str, Callable[[], str]] | None = None,
        fault: ClusterkgError | None = None,
        status: int = 200,
    ) -> None:
        self.title, self.template, self.values = title, template, dict(values)
        self.columns, self.rows = list(columns), None if rows is None else [tuple(row) for row in rows]
        self.made, self.making, self.command, self.code = list(made), making, command, code
        self.others, self.scripts, self.here, self.about = dict(others or {}), list(scripts), here, about
        self.written, self.fault, self.status = dict(written or {}), fault, status

    def __repr__(self) -> str:
        return f"View({self.title!r})"


class Taken:
    """What a form that was sent is answered with.

    Attributes:
        data: the answer.
        name: the file that it is to be saved as; empty where it is to be shown.
        status: of the answer.
        media: its Content-Type; empty for that of the format that was asked for.
        compressed: the answer, compressed; made here, as it would keep the server's own process waiting.
    """

    def __init__(self, data: bytes, name: str = "", *, status: int = 200, media: str = "") -> None:
        self.data, self.name, self.status, self.media = data, name, status, media
        self.compressed = gzip.compress(data, LEVEL, mtime=0)

    def __repr__(self) -> str:
        return f"Taken({self.name!r}, {self.status})"


def ask(graph: Graph, query: Query, values: Mapping[str, str] | None = None) -> tuple[Answer, Made]:
    """Return the answer to a query of the library, and the query as it was asked.

    Args:
        graph: the graph.
        query: the query.
        values: its parameters by their names.

    Raises:
        ParameterError: a value does not fit.
        QueryError: the query fails.
    """
    text = query.bind(values or {})
    return graph.run(text, query.path, needs=query.needs), Made(query.name, text, values)
