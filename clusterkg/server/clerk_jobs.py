"""What a clerk does: descriptions of things, ready questions, lists, and what the service says of itself."""

from __future__ import annotations

from functools import cache

from clusterkg.errors import UnknownName, nearest
from clusterkg.server.formats import GRAPHS
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    import pyoxigraph as ox

    from clusterkg.graph import Graph
    from clusterkg.server.desk import Send

__all__ = ["Described", "Known", "Overview", "Question", "SelfDescription"]

LABELS = (
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://purl.org/dc/terms/title",
)
"""The properties that a thing's name stands in, the best first."""

LONGEST_NAME = 200
"""The signs of a name that the nearest is looked for; others are strange to everything."""

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
    """The description of a thing of ours: all statements about it and its fragments.

    Args:
        path: what follows the base of the project's IRIs.
        ending: that of a format of triples, or ``html``.
    """

    def __init__(self, path: str, ending: str) -> None:
        self.path, self.ending = path, ending

    def run(self, graph: Graph, send: Send) -> bytes:
        """Return it, written.

        Raises:
            UnknownName: there is no such thing; the nearest are offered.
        """
        subjects = subjects_of(graph, self.path)
        if self.ending == "html":
            return _page(graph, self.path, subjects).encode()
        return written(_statements(graph, subjects), self.ending, BASE + self.path)


class Question:
    """A query of the library, asked.

    Args:
        name: its name there; of a ready question the bare name.
        values: its parameters by their names.
        format: ``csv``, ``json`` or ``html``.
    """

    def __init__(self, name: str, values: Mapping[str, str], format: str) -> None:
        self.name, self.values, self.format = name, dict(values), format

    def run(self, graph: Graph, send: Send) -> bytes:
        """Return the answer, written as the command line does.

        Raises:
            UnknownName: there is no such query, or the answer has no such form.
            ParameterError: a value does not fit.
        """
        from clusterkg import rendering
        from clusterkg.questions.asking import ask, find
        from clusterkg.questions.views import InFull
        from clusterkg.server.pages import page

        query = find(self.name, graph.folders)
        answer = ask(graph, query, self.values)
        asks = " ".join(str(query.header.get("summary") or query.name).split())
        shown = InFull(answer, title=asks)
        if self.format == "csv":
            return shown.to_csv().encode()
        if self.format == "json":
            return shown.to_json().encode()
        table = rendering.as_html(answer.columns, rendering.with_short_iris(answer.rows), notes=shown.notes)
        return page(asks, f'<div class="wide">\n{table}</div>').encode()


class Overview:
    """What there is: studies with their cases, ready questions, endpoints."""

    def run(self, graph: Graph, send: Send) -> bytes:
        """Return it as a page."""
        from clusterkg import library
        from clusterkg.questions.catalogue import FOLDER
        from clusterkg.resources import query_paths
        from clusterkg.server.pages import link, list_of, page, query_form

        query = library.read("cases/index", graph.folders)
        cases: dict[str, list[str]] = {}
        for row in graph.run(query.text, query.path, needs=query.needs):
            address = f"/page/{str(row['case']).removeprefix(BASE)}"
            cases.setdefault(str(row["study"]).removeprefix(BASE), []).append(link(address, str(row["name"])))
        studies = "".join(f"<h3>{link(f'/page/{study}', study)}</h3>\n{list_of(c)}" for study, c in cases.items())
        questions = []
        for name in query_paths(graph.folders):
            if name.startswith(FOLDER):
                one = library.read(name, graph.folders)
                asks = " ".join(str(one.header.get("summary") or name).split())
                questions.append(link(f"/query/{name.removeprefix(FOLDER)}?format=html", asks))
        ways = [
            f"{link('/sparql', '/sparql')}: SPARQL 1.1 protocol, with its own description",
            f"{link('/.well-known/void', '/.well-known/void')}: how much of what there is (VoID)",
            f"{link('/ontology', '/ontology')}: the ontology",
        ]
        count = sum(map(len, cases.values()))
        body = (
            f"<p>{graph.size():,} statements, {count} case studies, {len(questions)} ready questions.</p>\n"
            f"<h2>Ask</h2>\n{query_form()}\n<h2>For programs</h2>\n{list_of(ways)}\n"
            f"<h2>Case studies</h2>\n{studies}\n<h2>Ready questions</h2>\n{list_of(questions)}"
        )
        return page("Industrial clusters in global value chains", body).encode()


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

            text = void.describe(export(graph), __version__, ())
            base = BASE + ".well-known/void"
        else:
            from clusterkg.server.service import describe

            text, base = describe(graph, self.address), self.address
        if self.ending == "ttl":
            return text.encode()
        quads = ox.parse(text.encode(), format=ox.RdfFormat.TURTLE, base_iri=base)
        return written([quad.triple for quad in quads], self.ending, base)


def written(triples: Sequence[ox.Triple], ending: str, iri: str) -> bytes:
    """Return statements in a format: Turtle in the order of the house, JSON-LD with its context."""
    import pyoxigraph as ox

    from clusterkg.prefixes import house_prefixes

    if ending == "jsonld":
        from clusterkg.export.jsonld import as_document

        return as_document(list(triples))
    if ending == "ttl":
        from clusterkg.turtle import format_text

        lines = "".join(f"{triple} .\n" for triple in triples)
        return format_text(f"@base <{iri}> .\n{lines}", iri, house_prefixes()).encode()
    kind = ox.RdfFormat.N_TRIPLES if ending == "nt" else ox.RdfFormat.RDF_XML
    return ox.serialize(triples, format=kind, prefixes=dict(house_prefixes()) if ending == "rdf" else None) or b""


@cache
def _index(graph: Graph) -> dict[str, list[str]]:
    """Return the IRIs of each thing of ours and of its fragments, by the thing's path."""
    found: dict[str, list[str]] = {}
    for iri in sorted(graph.subjects()):
        if iri.startswith(BASE):
            found.setdefault(iri.removeprefix(BASE).partition("#")[0], []).append(iri)
    return found


def subjects_of(graph: Graph, path: str) -> list[str]:
    """Return the IRIs of a thing and its fragments.

    Raises:
        UnknownName: the graph describes no such thing; the nearest of its kind are offered.
    """
    index = _index(graph)
    if path in index:
        return index[path]
    remedy = ""
    if len(path) <= LONGEST_NAME:
        home, _, name = path.rpartition("/")
        beside = [one.rpartition("/")[2] for one in index if one.rpartition("/")[0] == home]
        remedy = (
            nearest(name, beside)
            if beside
            else nearest(path.partition("/")[0], {one.partition("/")[0] for one in index})
        )
    raise UnknownName("the graph describes no such thing", place=path[:LONGEST_NAME] or "/", remedy=remedy)


def _statements(graph: Graph, subjects: Sequence[str]) -> list[ox.Triple]:
    """Return all statements about some things, with those about the blank nodes in them."""
    import pyoxigraph as ox

    found: dict[ox.Triple, None] = {}
    waiting: list[Any] = [ox.NamedNode(iri) for iri in reversed(subjects)]
    seen = set(waiting)
    while waiting:
        for quad in graph.store.quads_for_pattern(waiting.pop(), None, None, None):
            found[quad.triple] = None
            if isinstance(quad.object, ox.BlankNode) and quad.object not in seen:
                seen.add(quad.object)
                waiting.append(quad.object)
    return list(found)


def _page(graph: Graph, path: str, subjects: Sequence[str]) -> str:
    import pyoxigraph as ox

    from clusterkg.server.pages import description, page

    shown: list[tuple[str, list[tuple[str, list[Any]]]]] = []
    names: dict[str, str] = {}
    for iri in subjects:
        said: dict[str, dict[Any, None]] = {}
        for quad in graph.store.quads_for_pattern(ox.NamedNode(iri), None, None, None):
            said.setdefault(quad.predicate.value, {})[quad.object] = None
            for term in (quad.predicate, quad.object):
                if isinstance(term, ox.NamedNode) and term.value not in names:
                    _name(graph, term, names)
        _name(graph, ox.NamedNode(iri), names)
        shown.append((iri, [(key, sorted(terms, key=str)) for key, terms in sorted(said.items())]))
    links = {one.media: f"/data/{path}.{one.ending}" for one in GRAPHS if one.ending != "rdf"}
    return page(names.get(BASE + path, path), description(shown, names), links)


def _name(graph: Graph, node: ox.NamedNode, names: dict[str, str]) -> None:
    import pyoxigraph as ox

    for label in LABELS:
        texts = [quad.object for quad in graph.store.quads_for_pattern(node, ox.NamedNode(label), None, None)]
        literals = [text for text in texts if isinstance(text, ox.Literal)]
        if literals:
            names[node.value] = min(literals, key=lambda text: (text.language != "en", text.value)).value
            return
