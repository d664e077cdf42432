"""A list of concepts, or one concept: what it means, what it is like elsewhere, and which cases go by it."""

from __future__ import annotations

from urllib.parse import quote

from clusterkg import library
from clusterkg.server.frame import home_of
from clusterkg.server.things import classes_of, subjects_of
from clusterkg.server.views.links import pointing_to
from clusterkg.server.views.view import View, ask
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Asked

__all__ = ["show"]

SKOS = "http://www.w3.org/2004/02/skos/core#"
MATCHES = {
    "exactMatch": "the same as",
    "closeMatch": "close to",
    "broadMatch": "narrower than",
    "narrowMatch": "broader than",
    "relatedMatch": "related to",
}
"""How a concept goes with one of another list."""

MOST = 12
"""How many cases a concept's page names."""


def show(graph: Graph, asked: Asked) -> View:
    """Return the page of a list of concepts or of a concept.

    Raises:
        UnknownName: there is none of the name; the nearest are offered.
        ParameterError: the page takes no parameters.
    """
    asked.only()
    subjects_of(graph, asked.path)
    if SKOS + "ConceptScheme" in classes_of(graph, BASE + asked.path):
        return _list(graph, asked)
    return _concept(graph, asked)


def _list(graph: Graph, asked: Asked) -> View:
    from clusterkg.server.things import forms_of
    from clusterkg.server.views.thing import subjects_with_statements

    iri = BASE + asked.path
    answer, made = ask(graph, library.read("pages/concepts"), {"scheme": iri})
    subjects = subjects_with_statements(graph, asked.path)
    names = {str(row["concept"]): str(row["label"] or row["notation"] or "") for row in answer}
    entries = [
        {
            "link": home_of(str(row["concept"])),
            "label": row["label"] or str(row["concept"]).rpartition("/")[2],
            "notation": row["notation"] or "",
            "definition": row["definition"] or "",
            "broader": (names.get(str(row["broader"]), ""), home_of(str(row["broader"]))) if row["broader"] else None,
            "cases": row["cases"],
        }
        for row in answer
    ]
    said = _said(subjects)
    return View(
        said["title"] or asked.path,
        "concepts",
        {
            "iri": iri,
            "own": subjects[0],
            "said": said,
            "entries": entries,
            "defined": any(one["definition"] for one in entries),
            "nested": any(one["broader"] for one in entries),
        },
        columns=answer.columns,
        rows=answer.rows,
        made=[made],
        code=f"kg.query('pages/concepts', scheme={iri!r}).to_pandas()",
        command=f"clusterkg query pages/concepts --param scheme={iri}",
        others=forms_of(asked.path),
        here="/vocabulary",
    )


def _concept(graph: Graph, asked: Asked) -> View:
    from clusterkg.server.things import forms_of
    from clusterkg.server.views.thing import statements_of, subjects_with_statements

    iri = BASE + asked.path
    subjects = subjects_with_statements(graph, asked.path)
    statements, all_of_it = statements_of(graph, asked.path)
    groups, pointing, where = pointing_to(graph, asked.path)
    answer, made = ask(graph, library.read("pages/cases-with-a-concept"), {"concept": iri})
    cases = {str(row["case"]): str(row["cluster"]) for row in answer}
    said = _said(subjects)
    return View(
        said["title"] or asked.path,
        "concept",
        {
            "iri": iri,
            "own": subjects[0],
            "said": said,
            "cases": [(name, home_of(case)) for case, name in list(cases.items())[:MOST]],
            "n": len(cases),
            "cases_where": f"/query/pages/cases-with-a-concept?concept={quote(iri, safe='')}&format=html",
            "groups": groups,
            "where": where,
        },
        columns=statements.columns,
        rows=statements.rows,
        made=[all_of_it, made, pointing],
        others=forms_of(asked.path),
        here="/vocabulary",
    )


def _said(subjects: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the statements about a concept or list say, under the names that the templates use."""
    by_name = {property["iri"]: terms for property, terms in subjects[0]["said"]}

    def texts(name: str) -> list[dict[str, str]]:
        return [term for term in by_name.get(SKOS + name, []) if not term["iri"]]

    def english(name: str) -> str:
        found = sorted(texts(name), key=lambda term: (term["language"] != "en", term["text"]))
        return found[0]["text"] if found else ""

    return {
        "title": english("prefLabel"),
        "labels": [term for term in texts("prefLabel") if term["language"] not in ("", "en")],
        "others": texts("altLabel"),
        "definition": english("definition"),
        "note": english("scopeNote"),
        "notation": english("notation"),
        "schemes": by_name.get(SKOS + "inScheme", []),
        "broader": by_name.get(SKOS + "broader", []),
        "matches": [
            (words, term) for name, words in MATCHES.items() for term in by_name.get(SKOS + name, []) if term["iri"]
        ],
    }
