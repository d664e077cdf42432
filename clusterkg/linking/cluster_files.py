"""Clusters of a project folder that lack links, and accepted links written into their files."""

from __future__ import annotations

from clusterkg.linking.accepting import accept, targets_of
from clusterkg.linking.tables import Subject
from clusterkg.prefixes import house_prefixes
from clusterkg.terms import BASE, ONTOLOGY
from clusterkg.turtle import format_text, read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clusterkg.graph import Graph
    from clusterkg.linking.project import Project
    from clusterkg.linking.sssom import Link

__all__ = ["accepted_files", "subjects_of"]

SKOS = "http://www.w3.org/2004/02/skos/core#"


def subjects_of(project: Project, roots: Iterable[str] | None, graph: Graph) -> list[Subject]:
    """Return the places without a link, and the clusters without an industry class, as subjects.

    A place of which it is said why it has none is left out.

    Args:
        project: the things of the graph.
        roots: the folders whose clusters are asked for; None for all.
        graph: tells in which folder a cluster's file is.
    """
    found: list[Subject] = []
    wanted = None if roots is None else set(roots)
    for cluster in project.clusters:
        file = _file_of(cluster.iri, graph)
        if not file or (wanted is not None and _root(graph, file) not in wanted):
            continue
        for place in project.places:
            if place.cluster == cluster.iri and not place.link and not place.reason and place.names:
                region = sorted(project.regions.names.get(key, "") for key in place.regions)
                name = f"cluster:{place.iri.removeprefix(f'{BASE}cluster/')}"
                found.append(Subject(name, "place", place.names[0], place.country, region[0] if region else ""))
        industries = project.values(cluster.iri, ONTOLOGY + "industry")
        if industries and not project.values(cluster.iri, ONTOLOGY + "industryClass"):
            names = project.industries.get(industries[0], ([], []))[0]
            if names:
                found.append(Subject(f"cluster:{cluster.iri.rpartition('/')[2]}", "industry", names[0]))
    return found


def accepted_files(
    links: Sequence[Link], project: Project, graph: Graph, place: str
) -> tuple[dict[tuple[str, str], str], list[str]]:
    """Return the files of clusters with the accepted links in them, by folder and name, and a line for each fault.

    All else in a file stays. Subjects whose rows were taken out are left alone.

    Args:
        links: the rows of a reviewed table of mappings.
        project: the things of the graph.
        graph: tells where a cluster's file is.
        place: what to call the table in a message.

    Raises:
        FileError, TurtleError: a file cannot be read, or cannot be written anew without loss.
        ModuleNotFoundError: the extra ``places`` is not installed, and places are linked.
    """
    named = {link["subject_id"] for link in links}
    subjects = {one.id: one for one in subjects_of(project, None, graph) if one.id in named}
    accepted, faults = accept(links, subjects, targets_of(links, project), lambda one: one.country, place)
    if faults:
        return {}, faults
    triples: dict[str, list[str]] = {}
    for id, chosen in accepted.items():
        subject = f"{BASE}cluster/{id.removeprefix('cluster:')}"
        for link in chosen:
            if not link.iri:
                continue
            predicate = ONTOLOGY + "industryClass" if link.match == "class" else f"{SKOS}{link.match}Match"
            triples.setdefault(_file_of(subject, graph), []).append(f"<{subject}> <{predicate}> <{link.iri}> .\n")
    return {(_root(graph, name), name): _with(graph, name, lines) for name, lines in triples.items()}, []


def _with(graph: Graph, name: str, lines: Sequence[str]) -> str:
    """Return a file with some statements more, in the order of the house."""
    path = next(file.path for file in graph.files if file.name == name)
    return format_text(f"{read_text(path).rstrip()}\n\n{''.join(lines)}", path, house_prefixes())


def _root(graph: Graph, name: str) -> str:
    """Return the folder that a file of the graph came with."""
    return next(file.root for file in graph.files if file.name == name)


def _file_of(subject: str, graph: Graph) -> str:
    """Return the name of the file of a cluster or of its place; empty where there is none."""
    name = f"cases_ttl/clusters/{subject.partition('#')[0].rpartition('/')[2]}.ttl"
    return name if any(file.name == name for file in graph.files) else ""
