"""A data set of series described: which file, of when, what it holds and what was left out."""

from __future__ import annotations

from clusterkg.series.observations import dataset_iri, indicator_iri
from clusterkg.terms import BASE, ONTOLOGY, SERIES_GRAPHS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

__all__ = ["COUNTRY_YEARS", "described", "series_graph"]

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"


def series_graph(name: str) -> str:
    """Return the IRI of the named graph of a data set in a store.

    >>> series_graph("gdp")
    'https://w3id.org/clusterkg/graph/series/gdp'
    """
    return SERIES_GRAPHS + name


COUNTRY_YEARS = series_graph("country-years")
"""The graph that says of each country's year which it is, once for all data sets: a union of graphs would repeat it."""


def described(about: Mapping[str, Any]) -> str:
    """Return the description of a data set and of its indicators as N-Triples.

    Args:
        about: ``name``, ``title``, ``file``, ``sha256``, ``imported``, ``vintage``, ``format``, ``indicators``
            (code to label), ``joins`` (codes), ``observations``, ``aggregates``, ``skipped``; ``source`` and
            ``licence`` where they are known. What is empty is left out.
    """
    node = f"<{dataset_iri(about['name'])}>"
    lines = [
        f"{node} <{RDF}type> <http://purl.org/linked-data/cube#DataSet>",
        f"{node} <{RDF}type> <http://www.w3.org/ns/dcat#Dataset>",
        f"{node} <{RDF}type> <{ONTOLOGY}Series>",
        f"{node} <http://purl.org/linked-data/cube#structure> <{BASE}ontology/cube#series>",
        f"{node} <{SKOS}prefLabel> {_text(about['title'] or about['name'])}",
        f"{node} <{ONTOLOGY}fileName> {_text(about['file'])}",
        f"{node} <{ONTOLOGY}sha256> {_text(about['sha256'])}",
        f"{node} <{ONTOLOGY}fileFormat> {_text(about['format'])}",
    ]
    if about.get("imported"):
        lines.append(f'{node} <{DCTERMS}created> "{about["imported"]}"^^<{XSD}date>')
    if about.get("vintage"):
        lines.append(f"{node} <{ONTOLOGY}vintage> {_text(about['vintage'])}")
    for key, predicate in (("source", "source"), ("licence", "license")):
        if about.get(key):
            lines.append(f"{node} <{DCTERMS}{predicate}> <{about[key]}>")
    for key in ("observations", "aggregates", "skipped"):
        property = {"aggregates": "aggregateObservations", "skipped": "recordsSkipped"}.get(key, key)
        lines.append(f'{node} <{ONTOLOGY}{property}> "{about[key]}"^^<{XSD}integer>')
    lines += _indicators(node, about["indicators"], about["joins"])
    return "".join(f"{line} .\n" for line in lines)


def _indicators(node: str, labels: Mapping[str, str], joins: Iterable[str]) -> list[str]:
    """Return which indicators a data set holds, and what those are that it joins; others are described elsewhere."""
    lines = [f"{node} <{ONTOLOGY}indicator> <{indicator_iri(code)}>" for code in labels]
    for code in joins:
        indicator = f"<{indicator_iri(code)}>"
        lines += [
            f"{node} <{ONTOLOGY}joins> {indicator}",
            f"{indicator} <{RDF}type> <{ONTOLOGY}Indicator>",
            f"{indicator} <{RDF}type> <http://www.w3.org/2002/07/owl#DatatypeProperty>",
            f"{indicator} <{SKOS}notation> {_text(code)}",
            f"{indicator} <{SKOS}prefLabel> {_text(labels[code] or code)}",
        ]
    return lines


def _text(value: object) -> str:
    r"""Return a text as an N-Triples string.

    >>> _text('a "b"\nc')
    '"a \\"b\\"\\nc"'
    """
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{text}"'
