"""Turtle files into an in-memory store, one named graph a file, and what the rules build from them."""

from __future__ import annotations

import os

from clusterkg.errors import DataError, QueryError
from clusterkg.prefixes import compact, house_prefixes
from clusterkg.resources import DataFile, rule_paths, shipped_root
from clusterkg.sparql import refuse_reaching_out
from clusterkg.terms import INFERENCES_GRAPH, SHORTHANDS_GRAPH, graph_iri, owner_iri, rival_ending
from clusterkg.turtle import read_text, syntax_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyoxigraph as ox

__all__ = ["build_shorthands", "check_ownership", "load_files", "ownership_faults", "owns"]


def load_files(store: ox.Store, files: Iterable[DataFile]) -> None:
    """Load each file into its own named graph.

    Raises:
        FileError: a file cannot be read.
        TurtleError: a file is not Turtle; the line says where.
    """
    import pyoxigraph as ox

    for file in files:
        text = (read_text(file.path) if file.text is None else file.text).encode()
        try:
            store.load(text, ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph_iri(file.name)))
        except SyntaxError as error:
            raise syntax_error(file.path, error, house_prefixes()) from error


def check_ownership(store: ox.Store, files: Iterable[DataFile]) -> None:
    """Raise when a file describes what is not its own, or two files describe one thing.

    Raises:
        DataError: naming both places.
    """
    for _, _, error in ownership_faults(store, files):
        raise error


def ownership_faults(store: ox.Store, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, str, DataError]]:
    """Yield each file that describes what is not its own, with the thing's IRI and what to say.

    The IRI is empty where a file holds no statement.
    """
    import pyoxigraph as ox

    by_graph = {graph_iri(file.name): file for file in files}
    owners = {graph: owner_iri(file.name) for graph, file in by_graph.items()}
    subjects = store.query("SELECT DISTINCT ?graph ?subject { GRAPH ?graph { ?subject ?p ?o } }")
    assert isinstance(subjects, ox.QuerySolutions)
    # As one text: a Python object for each of some thousand terms takes three times as long.
    lines = (subjects.serialize(format=ox.QueryResultsFormat.TSV) or b"").decode().splitlines()[1:]
    home: dict[str, DataFile] = {}
    seen: set[str] = set()
    for line in lines:
        graph, _, subject = line.partition(">\t")
        graph = graph[1:]
        if graph not in by_graph:
            continue
        file, owner = by_graph[graph], owners[graph]
        seen.add(graph)
        if subject[:1] != "<":
            continue
        subject = subject[1:-1]
        ending = rival_ending(file.name)
        if owner is not None and not (owns(owner, subject) and subject.endswith(ending)):
            wanted = f"<{owner}{'#…' + ending if ending else '…' if owner[-1] == '/' else ''}>"
            error = DataError(
                f"describes <{subject}>, but a file of this name describes {wanted}",
                place=file.path,
                remedy="rename the file or mend the IRI",
            )
            yield file, subject, error
        # An added ontology may say more of a term; of a case, a source or a rating nobody else may.
        other = home.setdefault(subject if owner else f"{file.root} {subject}", file)
        if other is not file:
            for one, two in ((file, other), (other, file)):
                error = DataError(
                    f"{compact(subject)} is described here and in {two.path}",
                    place=one.path,
                    remedy="describe it in one of them and name its IRI in the other",
                )
                yield one, subject, error
    for graph, file in by_graph.items():
        if graph not in seen:
            yield file, "", DataError("holds no statement", place=file.path, remedy="fill it or remove it")


def owns(owner: str, iri: str) -> bool:
    """Tell whether a file that belongs to `owner` may describe `iri`; see `terms.owner_iri`."""
    if owner.endswith("/"):
        return iri.startswith(owner)
    return iri == owner or iri.startswith((owner + "#", owner + "--"))


def build_shorthands(store: ox.Store, folders: Iterable[str] = ()) -> int:
    """Run the CONSTRUCT rules of `ontology/rules/` and return how many triples they built.

    What a thing is goes to the graph of inferences, every other triple to that of shorthands.

    Raises:
        QueryError: a rule does not parse or is no CONSTRUCT.
    """
    import pyoxigraph as ox

    shorthands, inferences = ox.NamedNode(SHORTHANDS_GRAPH), ox.NamedNode(INFERENCES_GRAPH)
    is_a = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    built: set[ox.Triple] = set()
    ours = shipped_root()
    for path in rule_paths(folders):
        text = read_text(path)
        if not path.startswith(os.path.join(ours, "ontology", "")):
            refuse_reaching_out(text, path)
        try:
            triples = store.query(text, use_default_graph_as_union=True)
            if not isinstance(triples, ox.QueryTriples):
                raise QueryError("a rule must be a CONSTRUCT query", place=path)
            built.update(triples)
        except SyntaxError as error:
            fault = " ".join((error.msg or "").split())[:120]
            raise QueryError(f"the rule does not parse: {fault}", place=path, remedy="mend the rule") from error
        except (RuntimeError, OSError, ValueError) as error:
            raise QueryError(f"the rule fails: {error}", place=path, remedy="mend the rule") from error
    store.extend(
        ox.Quad(triple.subject, triple.predicate, triple.object, inferences if triple.predicate == is_a else shorthands)
        for triple in built
    )
    return len(built)
