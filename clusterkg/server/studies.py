"""What is computed of a study, once in each clerk: its tables, its ledger, its findings, the names of its cases."""

from __future__ import annotations

import os
import shlex
from functools import cache

from clusterkg.errors import UnknownName, nearest
from clusterkg.terms import BASE, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.analysis.copies import Copy
    from clusterkg.findings import Finding, Findings
    from clusterkg.graph import Graph
    from clusterkg.ledger import Ledger
    from clusterkg.server.views.view import Asked
    from clusterkg.tables import Table

__all__ = [
    "STUDY",
    "case_links",
    "command",
    "copy_of",
    "findings_about",
    "findings_of",
    "ledger_of",
    "place_of_case",
    "place_of_finding",
    "slugs_of",
    "studies",
    "study_of",
    "tables_of",
]

STUDY = "giuliani2005"
"""The study that a page is about where the address names none."""


@cache
def studies(graph: Graph) -> Mapping[str, str]:
    """Return the name of each study that has cases, by its key."""
    from clusterkg import library

    query = library.read("report/studies", graph.folders)
    answer = graph.run(query.text, query.name, needs=query.needs)
    return {str(row["study"]).removeprefix(study_iri("")): str(row["name"]) for row in answer}


def study_of(graph: Graph, asked: Asked, *others: str) -> str:
    """Return the key of the study that is asked for, or one of some other words that may stand there.

    Raises:
        UnknownName: there is no such study; the nearest is offered.
        ParameterError: it is given twice.
    """
    key = asked.one("study", STUDY)
    known = [*studies(graph), *others]
    if key not in known:
        raise UnknownName("no such study with cases", place=key[:60], remedy=nearest(key[:60], known))
    return key


@cache
def tables_of(graph: Graph, study: str) -> Mapping[str, Table]:
    """Return the rebuilt tables of a study by their numbers; none where it prints none."""
    from clusterkg import tables

    try:
        tables.titles(graph, study)
    except UnknownName:
        return {}
    return {table.number: table for table in tables.rebuild_all(graph, study=study)}


@cache
def ledger_of(graph: Graph, study: str) -> Ledger:
    """Return the ledger of a study, with no row where it prints nothing."""
    from clusterkg import ledger, tables

    return ledger.compare(graph, tables.records(tables_of(graph, study).values()), study=study)


_tested: dict[tuple[Graph, str], Findings] = {}


def findings_of(graph: Graph, study: str) -> Findings:
    """Return the findings of a study, each put to the test; none where none is written down."""
    from clusterkg.findings import Findings, examine
    from clusterkg.findings.claims import claims_of

    if (graph, study) not in _tested:
        try:
            claims_of(graph, study)
        except UnknownName:
            _tested[graph, study] = Findings(study, [])
        else:
            _tested[graph, study] = examine(graph, study=study)
    return _tested[graph, study]


def findings_about(graph: Graph, study: str, slug: str) -> list[Finding]:
    """Return the findings that name a case, put to the test here where not all have been already.

    Raises:
        UnknownName: no finding of the study is written down.
        DataError: the codebook lacks a limit.
    """
    from clusterkg.findings import examine

    every = _tested.get((graph, study))
    if every is None:
        return list(examine(graph, study=study, about=slug))
    return [one for one in every if slug in {part.slug for part in (*one.claim.about, *one.claim.groups)}]


@cache
def copy_of(graph: Graph) -> Copy:
    """Return a copy of the graph to change and change back."""
    from clusterkg.analysis.copies import Copy

    return Copy(graph)


@cache
def slugs_of(graph: Graph, study: str) -> Mapping[str, str]:
    """Return the name of each case of a study by its slug."""
    return {slug: name for slug, name, _ in _cases(graph, study)}


@cache
def case_links(graph: Graph, study: str) -> Mapping[str, str]:
    """Return where the names of a study's cases lead; the name of a cluster with two cases leads to the cluster."""
    own: dict[str, str] = {}
    described: dict[str, set[str]] = {}
    for slug, name, cluster in _cases(graph, study):
        own[name] = place_of_case(study, slug)
        described.setdefault(cluster, set()).add(slug)
    for cluster, slugs in described.items():
        slug = min(slugs)
        one = place_of_case(study, slug) if len(slugs) == 1 else f"/page/cluster/{slug.partition('--')[0]}"
        own.setdefault(cluster, one)
    return own


@cache
def _cases(graph: Graph, study: str) -> list[tuple[str, str, str]]:
    """Return slug, name and name of the cluster of each case of a study."""
    from clusterkg import library

    query = library.read("pages/case-names", graph.folders)
    answer = graph.run(query.text, query.name, needs=query.needs)
    return [
        (str(row["case"]).rpartition("/")[2], str(row["name"]), str(row["cluster"]))
        for row in answer
        if row["study"] == study_iri(study)
    ]


def place_of_case(study: str, slug: str) -> str:
    """Return where the page of a case is."""
    return f"/page/case/{study}/{slug}"


def place_of_finding(iri: str) -> str:
    """Return where the page of a finding is.

    >>> place_of_finding("https://w3id.org/clusterkg/finding/giuliani2005/s6-09")
    '/page/finding/giuliani2005/s6-09'
    """
    return f"/page/{iri.removeprefix(BASE)}"


def command(graph: Graph, words: str, study: str = STUDY) -> str:
    """Return a command line over the folders that are served, which go by their names alone."""
    of = f" --study {study}" if study != STUDY else ""
    added = (os.path.basename(os.path.abspath(folder)) for folder in graph.folders)
    return f"clusterkg {words}{of}{''.join(f' --data {shlex.quote(name)}' for name in added)}"
