"""What a clerk does: views, data about things, and what the service says of itself."""

from __future__ import annotations

import contextlib

from clusterkg.errors import ClusterkgError, UnknownName
from clusterkg.server.formats import GRAPHS, NotAcceptable
from clusterkg.server.kept import Kept
from clusterkg.server.things import statements, subjects_of, written
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.graph import Graph
    from clusterkg.graph.limits import Limits
    from clusterkg.server.desk import Send
    from clusterkg.server.formats import Format
    from clusterkg.server.views.view import Asked, Taken, View

__all__ = ["ENDINGS", "Described", "Filled", "Known", "SelfDescription", "Shown", "Terms", "Warm"]

ENDINGS = {one.ending: one for one in GRAPHS}


class Known:
    """Whether the graph describes a thing of ours."""

    def __init__(self, path: str) -> None:
        self.path = path

    def run(self, graph: Graph, send: Send) -> None:
        """Return nothing.

        Raises:
            UnknownName: it does not; the nearest are offered.
        """
        subjects_of(graph, self.path)


class Described:
    """The statements about a thing of ours and its fragments.

    Args:
        path: what follows the base of the project's IRIs.
        ending: that of a format of triples.
    """

    def __init__(self, path: str, ending: str) -> None:
        self.path, self.ending = path, ending

    def run(self, graph: Graph, send: Send) -> bytes:
        """Return them, written.

        Raises:
            UnknownName: there is no such thing; the nearest are offered.
        """
        return written(statements(graph, subjects_of(graph, self.path)), self.ending, BASE + self.path)


class Shown:
    """A view, as a page or as its rows.

    Args:
        address: of the view, one of `VIEWS`.
        path: what follows it.
        pairs: the parameters.
        format: one whose name is ``html``, ``csv``, ``json`` or ``md``.
        home: the address of the service.
        limits: what a query may take that the project did not ship.
    """

    def __init__(
        self,
        address: str,
        path: str,
        pairs: Sequence[tuple[str, str]],
        format: Format,
        home: str,
        limits: Limits | None = None,
    ) -> None:
        self.address, self.path, self.pairs, self.format, self.home = address, path, list(pairs), format, home
        self.limits = limits

    def run(self, graph: Graph, send: Send) -> tuple[int, Kept]:
        """Return its status and itself, written.

        Raises:
            UnknownName: there is no such thing, or it has no rows.
            NotAcceptable: it is not written in the format.
            ParameterError: a value does not fit.
        """
        from clusterkg.server.views import show_at
        from clusterkg.server.views.view import Asked

        asked = Asked(self.address, self.path, self.pairs, self.home, self.limits)
        view = show_at(self.address)(graph, asked)
        return view.status, Kept(self._written(view, asked).encode(), self.format.header)

    def _written(self, view: View, asked: Asked) -> str:
        from clusterkg import rendering
        from clusterkg.server import frame

        name = self.format.name
        if name == "html":
            return frame.render(view, asked)
        if view.fault is not None:
            raise view.fault
        if name in view.written:
            return view.written[name]()
        if name == "md":
            raise NotAcceptable("this answer has no such form", place="format=md", remedy="use html, csv, json")
        if view.rows is None:
            raise UnknownName("this page has no rows", place=asked.url()[:200], remedy="take it as HTML")
        if name == "csv":
            return rendering.as_csv(view.columns, view.rows)
        return rendering.as_json(rendering.named(view.columns, view.rows))


class Filled:
    """A form that was sent to a view.

    Args:
        address: of the view, one of `FORMS`.
        pairs: names and values.
        format: the name of the format of the answer.
        for_person: whether a page is wanted rather than a line of text.
        home: the address of the service.
    """

    def __init__(
        self, address: str, pairs: Sequence[tuple[str, str]], format: str, home: str, *, for_person: bool
    ) -> None:
        self.address, self.pairs, self.format, self.home = address, list(pairs), format, home
        self.for_person = for_person

    def run(self, graph: Graph, send: Send) -> Taken:
        """Return what the view makes of it.

        Raises:
            ParameterError: a field that there is not, or a value that does not fit.
            UnknownName: there is nothing of that form.
        """
        from clusterkg.server.views import take_at
        from clusterkg.server.views.view import Asked

        asked = Asked(self.address, "", self.pairs, self.home)
        return take_at(self.address)(graph, asked, self.format, for_person=self.for_person)


class Warm:
    """What takes long and many pages need, worked out before anybody asks: the tests of all findings, the templates."""

    def run(self, graph: Graph, send: Send) -> None:
        """Return nothing; what cannot be worked out is told to who asks for it."""
        from clusterkg.server import frame
        from clusterkg.server.views import overview
        from clusterkg.server.views.view import Asked

        with contextlib.suppress(ClusterkgError):
            asked = Asked("/", "", [])
            frame.render(overview.show(graph, asked), asked)


class Terms:
    """What the editor offers while one writes; see `completion.terms`."""

    def run(self, graph: Graph, send: Send) -> bytes:
        """Return it as JSON."""
        import json

        from clusterkg.server.completion import terms

        return json.dumps(terms(graph), ensure_ascii=False, separators=(",", ":")).encode()


class SelfDescription:
    """What the service says of itself: ``service`` for SPARQL 1.1 Service Description, ``void`` for VoID.

    Args:
        kind: one of the two.
        ending: that of a format of triples.
        address: where the endpoint is, in full.
    """

    def __init__(self, kind: str, ending: str, address: str = "") -> None:
        self.kind, self.ending, self.address = kind, ending, address

    def run(self, graph: Graph, send: Send) -> bytes:
        """Return it, written."""
        import pyoxigraph as ox

        from clusterkg import __version__

        if self.kind == "void":
            from clusterkg.export import void
            from clusterkg.export.rows import export

            text = void.describe(export(graph), __version__, (), self.address)
            base = BASE + ".well-known/void"
        else:
            from clusterkg.server.service import describe

            text, base = describe(graph, self.address), self.address
        if self.ending == "ttl":
            return text.encode()
        quads = ox.parse(text.encode(), format=ox.RdfFormat.TURTLE, base_iri=base)
        return written([quad.triple for quad in quads], self.ending, base)
