"""The areas of series: codes of countries to the project's IRIs, and of what is no country to areas of their own."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph

__all__ = ["Area", "Areas"]

CODES = """
PREFIX ckg: <https://w3id.org/clusterkg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?area ?class ?alpha3 ?code
WHERE {
  VALUES ?class { ckg:Country ckg:Area }
  ?area a ?class ;
        skos:notation ?alpha3 ;
        ?property ?code .
  FILTER(ISLITERAL(?code) && LANG(?code) = "" && REGEX(STR(?code), "^([A-Z]{2,3}|[0-9]{3})$"))
}
"""
"""Alpha-3, alpha-2 and, where the lists have it, M49: every code of a country that is letters or three digits."""

NAMES = """
PREFIX ckg: <https://w3id.org/clusterkg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?country ?name
WHERE {
  ?country a ckg:Country ;
           skos:prefLabel|skos:altLabel ?name .
}
"""

CASES = """
PREFIX ckg: <https://w3id.org/clusterkg/ontology#>

SELECT DISTINCT ?country
WHERE { ?cluster a ckg:Cluster ; ckg:country ?country }
"""

EUROSTAT = {"EL": "GR", "UK": "GB"}
"""Eurostat's own codes of two letters, which ISO 3166 has given to no other country."""


class Area(NamedTuple):
    """An area: its IRI, the last part of it, and whether it is a country, which alone joins a case."""

    iri: str
    code: str
    country: bool


class Areas:
    """The areas that the graph knows, by every code of theirs.

    Args:
        graph: its list of countries and areas is loaded for it, and its clusters.

    Attributes:
        of_cases: the IRIs of the countries in which clusters lie.

    >>> from clusterkg.graph import Graph
    >>> areas = Areas(Graph())
    >>> areas.find("BRA") == areas.find("BR"), areas.find("LCN").country, areas.find("QQQ")
    (True, False, None)
    """

    def __init__(self, graph: Graph) -> None:
        needs = ["reference", "clusters"]
        self._by_code: dict[str, Area] = {}
        for area, kind, notation, code in graph.run(CODES, "areas", needs=needs).rows:
            self._by_code[str(code)] = Area(str(area), str(notation), str(kind).endswith("Country"))
        named: dict[str, set[str]] = {}
        for country, name in graph.run(NAMES, "areas", needs=needs).rows:
            named.setdefault(_folded(str(name)), set()).add(str(country))
        self._by_name = {name: min(countries) for name, countries in named.items() if len(countries) == 1}
        self.of_cases = {str(row[0]) for row in graph.run(CASES, "areas", needs=needs).rows}

    def find(self, code: str) -> Area | None:
        """Return the area with an alpha-3, alpha-2 or M49 code, or a code of the World Bank's aggregates; else None.

        An M49 code may have lost its leading zeros, as spreadsheets take them.
        """
        code = code.strip().upper()
        if re.fullmatch(r"\d{1,3}", code, re.A):
            code = code.zfill(3)
        return self._by_code.get(EUROSTAT.get(code, code))

    def country_of(self, name: str) -> str | None:
        """Return the IRI of the country that goes by a name in English, Spanish or Portuguese; None where none does."""
        return self._by_name.get(_folded(name)) if name else None

    def names(self) -> list[str]:
        """Return the codes of three letters of all countries."""
        return sorted(area.code for area in set(self._by_code.values()) if area.country)


def _folded(name: str) -> str:
    """Return a name without capitals, accents and what stands around it.

    >>> _folded(" Perú ")
    'peru'
    """
    parts = unicodedata.normalize("NFKD", name.strip().casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
