"""IRIs of the project: the frozen patterns, and the words that stand for them."""

from __future__ import annotations

__all__ = [
    "BASE",
    "INFERENCES_GRAPH",
    "LICENCE",
    "ONTOLOGY",
    "SERIES_GRAPHS",
    "SHORTHANDS_GRAPH",
    "case_iri",
    "graph_iri",
    "owner_iri",
    "query_iri",
    "rival_ending",
    "study_iri",
]

BASE = "https://w3id.org/clusterkg/"
"""Everything that the project names lives under this IRI."""

ONTOLOGY = BASE + "ontology#"
"""Namespace of the ontology's own terms, prefix ``ckg:``."""

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
"""Licence of ontology and data, as their headers name it."""

SHORTHANDS_GRAPH = BASE + "graph/shorthands"
"""Graph that the rules in ``ontology/rules/`` fill at load with one-hop properties."""

INFERENCES_GRAPH = BASE + "graph/inferences"
"""Graph that the same rules fill with the defined classes that cases and chains belong to."""

SERIES_GRAPHS = BASE + "graph/series/"
"""What the graphs of imported series begin with, one a data set."""


def study_iri(key: str) -> str:
    """Return the IRI of the study with that key.

    >>> study_iri("giuliani2005")
    'https://w3id.org/clusterkg/study/giuliani2005'
    """
    return f"{BASE}study/{key}"


def query_iri(name: str) -> str:
    """Return the IRI of a query of the library by its name, as findings name the queries that test them.

    >>> query_iri("findings/tally")
    'https://w3id.org/clusterkg/query/findings/tally'
    """
    return f"{BASE}query/{name}"


def case_iri(study: str, slug: str) -> str:
    """Return the IRI of a study's case study of the cluster with that slug.

    >>> case_iri("giuliani2005", "sinos-valley-footwear")
    'https://w3id.org/clusterkg/case/giuliani2005/sinos-valley-footwear'
    """
    return f"{BASE}case/{study}/{slug}"


def graph_iri(name: str) -> str:
    """Return the IRI of the named graph that holds the file of that name.

    `name` is the file's path inside the project, with forward slashes.

    >>> graph_iri("cases_ttl/clusters/leon-footwear.ttl")
    'https://w3id.org/clusterkg/graph/cases_ttl/clusters/leon-footwear'
    """
    return f"{BASE}graph/{name.removesuffix('.ttl')}"


def owner_iri(name: str) -> str | None:
    """Return the IRI that owns a file of `cases_ttl/`, or None where no single thing does.

    The file may describe that thing and its fragments, nothing else; a name that ends in ``/``
    owns everything below it. The patterns are those of ``docs/model.md``.

    >>> owner_iri("cases_ttl/giuliani2005/cases/leon-footwear.ttl")
    'https://w3id.org/clusterkg/case/giuliani2005/leon-footwear'
    >>> owner_iri("cases_ttl/giuliani2005/sources.ttl")
    'https://w3id.org/clusterkg/source/'
    >>> owner_iri("cases_ttl/giuliani2005/sheets.ttl")
    'https://w3id.org/clusterkg/sheet/giuliani2005/'
    >>> owner_iri("ontology/concepts.ttl") is None
    True
    """
    match name.removesuffix(".ttl").split("/"):
        case ["cases_ttl", "clusters", slug]:
            return f"{BASE}cluster/{slug}"
        case ["cases_ttl", study, "cases", slug]:
            return case_iri(study, slug)
        case ["cases_ttl", study, "codings", _, slug]:
            return case_iri(study, slug)
        case ["cases_ttl", study, "study" | "codings" | "passages" | "reported"]:
            return study_iri(study)
        case ["cases_ttl", _, "sources"]:
            return f"{BASE}source/"
        case ["cases_ttl", _, "industries"]:
            return f"{BASE}concept/industry/"
        case ["cases_ttl", study, "sheets"]:
            return f"{BASE}sheet/{study}/"
        case ["cases_ttl", _, "actors" | "events" | "standards" as kind]:
            return f"{BASE}{kind[:-1]}/"
        case ["cases_ttl", study, "findings"]:
            return f"{BASE}finding/{study}/"
        case _:
            return None


def rival_ending(name: str) -> str:
    """Return what the names of a rival coding's ratings end in; nothing for a file of another kind.

    >>> rival_ending("cases_ttl/giuliani2005/codings/second/leon-footwear.ttl")
    '--second'
    >>> rival_ending("cases_ttl/giuliani2005/cases/leon-footwear.ttl")
    ''
    """
    match name.split("/"):
        case ["cases_ttl", _, "codings", coding, _]:
            return f"--{coding}"
        case _:
            return ""
