"""Narrows the queries of plots down to a study, a sectoral group and a country that the address names."""

from __future__ import annotations

import re

from clusterkg.server import studies
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph
    from clusterkg.server.facets import Choice
    from clusterkg.server.views.view import Asked

__all__ = ["TYPES", "Narrowing", "narrowing_of"]

TYPES = {
    f"{word}-upgrading": (f"{BASE}concept/dimension/{word}-upgrading", f"{word.capitalize()} upgrading")
    for word in ("product", "process", "functional", "intersectoral")
}
"""The types of upgrading: word in the address to IRI and name."""

TYPE = "functional-upgrading"
"""The one that is shown where the address names none."""

FACETS = {"group": "ckg:sectoralGroup", "country": "ckg:country"}
"""What cases are chosen by: parameter to property."""

CASE = re.compile(r"^( *)\?case a ckg:CaseStudy ;", re.MULTILINE)


class Narrowing:
    """What is chosen.

    Attributes:
        study: the study's key.
        type: a word of `TYPES`.
        terms: parameter to the terms that a case has one of, as SPARQL writes them.
        choices: parameter to the values that may be chosen.
        indicator: what else a query is given.
    """

    def __init__(self, study: str, type: str, terms: dict[str, str], choices: dict[str, list[Choice]]) -> None:
        self.study, self.type, self.terms, self.choices = study, type, terms, choices
        self.indicator: dict[str, str] = {}

    def narrow(self, text: str) -> str:
        """Return a query that speaks of the chosen cases alone: of each of its ?case what is chosen is asked, too."""
        lines = [
            f"VALUES ?chosen_{name} {{ {terms} }} ?case {FACETS[name]} ?chosen_{name} ."
            for name, terms in self.terms.items()
        ]
        if not lines:
            return text
        return CASE.sub(lambda found: "".join(f"{found[1]}{line}\n" for line in lines) + found[0], text)


def narrowing_of(graph: Graph, asked: Asked) -> Narrowing:
    """Return what an address chooses.

    Raises:
        UnknownName: there is no such study.
        ParameterError: a value that there is not; the nearest is offered.
    """
    from clusterkg.server.casebook import COLUMNS, book_of

    study = studies.study_of(graph, asked)
    book = book_of(graph)
    place = COLUMNS.index("study")
    own = sum(1 << number for number, row in enumerate(book.rows) if row[place] == study)
    choices = {name: [one for one in book.facets[name].values() if one.things and one.mask & own] for name in FACETS}
    terms = {}
    for name, known in choices.items():
        words = {one.word: one.things for one in known}
        word = asked.choice(name, words)
        if word:
            terms[name] = words[word]
    return Narrowing(study, asked.choice("type", TYPES, TYPE), terms, choices)
