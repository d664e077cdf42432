"""A thing of ours: all statements about it and its fragments, a table each, and what points to it."""

from __future__ import annotations

import re
import shlex

from clusterkg import library
from clusterkg.server import studies
from clusterkg.server.frame import home_of
from clusterkg.server.things import called, classes_of, forms_of, name_in, read_name, subjects_of
from clusterkg.server.views import case, cluster, concept, finding, ontology
from clusterkg.server.views.links import pointing_to
from clusterkg.server.views.view import View, ask
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from clusterkg.graph import Answer, Graph
    from clusterkg.server.views.view import Asked, Made

    Show = Callable[[Graph, Asked], View]

__all__ = ["PAGES", "forms_of", "show", "statements"]

PAGES: dict[str, Show] = {
    "case": case.show,
    "cluster": cluster.show,
    "concept": concept.show,
    "finding": finding.show,
    "ontology": ontology.show,
}
"""The page of each kind of thing, by the first part of its path; what is not here is shown as all statements."""

STATEMENTS = "pages/statements-of-a-thing"

LONGEST = 20_000
"""The characters of a text that a page shows of it."""

MOST_OPEN = 40
"""With more fragments than this, a page folds those of one class together."""

CITATION = "http://purl.org/dc/terms/bibliographicCitation"


def show(graph: Graph, asked: Asked) -> View:
    """Return the page about a thing: that of its kind where there is one, unless its statements are asked for.

    Raises:
        UnknownName: the graph describes no such thing; the nearest are offered.
        ParameterError: the page takes no such parameter.
    """
    special = PAGES.get(asked.path.partition("/")[0])
    if special is None or asked.choice("statements", ("yes",)):
        return statements(graph, asked)
    return special(graph, asked)


def statements(graph: Graph, asked: Asked) -> View:
    """Return the page of a thing of any kind: all statements about it; raises as `show` does."""
    asked.only("statements")
    asked.choice("statements", ("yes",))
    subjects = subjects_with_statements(graph, asked.path)
    answer, made = statements_of(graph, asked.path)
    groups, pointing, where = pointing_to(graph, asked.path)
    own = next((one for one in subjects if not one["fragment"]), None)
    parts = [one for one in subjects if one["fragment"]]
    folded: dict[str, list[dict[str, Any]]] = {}
    for one in parts:
        folded.setdefault(one["kinds"][0]["text"] if one["kinds"] else "others", []).append(one)
    thing = shlex.quote(f"thing={BASE}{asked.path}")
    return View(
        called(graph, BASE + asked.path) or asked.path,
        "thing",
        {
            "iri": BASE + asked.path,
            "own": own,
            "parts": parts,
            "folded": folded if len(parts) > MOST_OPEN else {},
            "citation": _text_of(own, CITATION),
            "groups": groups,
            "where": where,
        },
        columns=answer.columns,
        rows=answer.rows,
        made=[made, pointing],
        command=studies.command(graph, f"query {STATEMENTS} --param {thing} --format csv"),
        code=f"kg.query({STATEMENTS!r}, thing={BASE + asked.path!r}).to_pandas()",
        others=forms_of(asked.path),
    )


def statements_of(graph: Graph, path: str) -> tuple[Answer, Made]:
    """Return all statements about a thing and its fragments as rows, and the query that finds them."""
    return ask(graph, library.read(STATEMENTS, graph.folders), {"thing": BASE + path})


def subjects_with_statements(graph: Graph, path: str) -> list[dict[str, Any]]:
    """Return a thing and its fragments with what is said of each.

    Raises:
        UnknownName: the graph describes no such thing; the nearest are offered.
    """
    import pyoxigraph as ox

    names: dict[str, str] = {}
    shown = []
    for iri in subjects_of(graph, path):
        said: dict[ox.NamedNode, dict[Any, None]] = {}
        for quad in graph.store.quads_for_pattern(ox.NamedNode(iri), None, None, None):
            said.setdefault(quad.predicate, {})[quad.object] = None
        properties = [
            (_word(graph, property, names), [_word(graph, term, names) for term in sorted(terms, key=str)])
            for property, terms in sorted(said.items(), key=lambda one: one[0].value)
        ]
        kinds = [_word(graph, ox.NamedNode(one), names) for one in sorted(classes_of(graph, iri))]
        fragment = iri.partition("#")[2]
        name = name_in(graph, ox.NamedNode(iri)) or (fragment[:1].upper() + fragment[1:]).replace("-", " ")
        shown.append({"iri": iri, "fragment": fragment, "name": name, "kinds": kinds, "said": properties})
    return shown


def _text_of(subject: dict[str, Any] | None, property: str) -> str:
    """Return the text of a property among the statements about a thing; empty where there is none."""
    said = subject["said"] if subject is not None else []
    return next((str(terms[0]["text"]) for word, terms in said if word["iri"] == property), "")


def _word(graph: Graph, term: Any, names: dict[str, str]) -> dict[str, str]:
    """Return how a term is shown: its text, its language, and where it leads."""
    import pyoxigraph as ox

    if isinstance(term, ox.NamedNode):
        if term.value not in names:
            names[term.value] = name_in(graph, term) or read_name(term.value)
        text = names[term.value]
        return {"text": text, "language": "", "link": home_of(term.value), "iri": term.value}
    text = term.value[:LONGEST] if isinstance(term, ox.Literal) else str(term)[:LONGEST]
    link = text if re.fullmatch(r"https?://[^\s<>\"]+", text) else ""
    return {"text": text, "language": getattr(term, "language", None) or "", "link": link, "iri": ""}
