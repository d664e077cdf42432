"""Whether data cubes keep the integrity constraints of the RDF Data Cube Vocabulary (W3C Recommendation, 2014)."""

from __future__ import annotations

from typing import NamedTuple

from clusterkg import library
from clusterkg.errors import TurtleError
from clusterkg.graph.engines import run_oxigraph
from clusterkg.resources import query_paths
from clusterkg.turtle import read_text, syntax_error
from clusterkg.validation.places import Places
from clusterkg.validation.problems import Problem, Report, shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as ox

__all__ = ["CONSTRAINTS", "Breach", "breaches", "check_cubes", "normalise"]

CONSTRAINTS = 21

PREFIXES = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX qb: <http://purl.org/linked-data/cube#>
"""

NORMAL_FORM = (
    # What a term must be where it is used as such.
    "INSERT { ?o a qb:Observation } WHERE { ?slice qb:observation ?o }",
    "INSERT { ?o a qb:Observation } WHERE { ?o qb:dataSet ?set }",
    "INSERT { ?s a qb:Slice } WHERE { ?set qb:slice ?s }",
    "INSERT { ?c qb:componentProperty ?p . ?p a qb:DimensionProperty } WHERE { ?c qb:dimension ?p }",
    "INSERT { ?c qb:componentProperty ?p . ?p a qb:MeasureProperty } WHERE { ?c qb:measure ?p }",
    "INSERT { ?c qb:componentProperty ?p . ?p a qb:AttributeProperty } WHERE { ?c qb:attribute ?p }",
    # What is said once of a data set or a slice holds for its observations.
    """INSERT { ?o ?p ?value } WHERE {
      ?set qb:structure/qb:component ?c . ?c qb:componentProperty ?p ; qb:componentAttachment qb:DataSet .
      ?set ?p ?value . ?o qb:dataSet ?set }""",
    """INSERT { ?o ?p ?value } WHERE {
      ?set qb:structure/qb:component ?c ; qb:slice ?s . ?c qb:componentProperty ?p ; qb:componentAttachment qb:Slice .
      ?s ?p ?value ; qb:observation ?o }""",
    """INSERT { ?o ?p ?value } WHERE {
      ?set qb:structure/qb:component/qb:componentProperty ?p ; qb:slice ?s . ?p a qb:DimensionProperty .
      ?s ?p ?value ; qb:observation ?o }""",
    # A path cannot go along a property that a variable names, so the way down each hierarchy is laid step by step.
    "INSERT { ?list <urn:clusterkg:reaches> ?root } WHERE { ?list a qb:HierarchicalCodeList ; qb:hierarchyRoot ?root }",
)
"""Updates that bring a cube into the normal form of section 10 of the recommendation, and prepare IC-20 and IC-21."""

STEP_DOWN = """INSERT { ?list <urn:clusterkg:reaches> ?below } WHERE {
  ?list <urn:clusterkg:reaches> ?above ; qb:parentChildProperty ?down .
  { ?above ?down ?below . FILTER(isIRI(?down)) } UNION { ?down owl:inverseOf ?up . ?below ?up ?above }
  FILTER NOT EXISTS { ?list <urn:clusterkg:reaches> ?below } }"""


class Breach(NamedTuple):
    """One breach of a constraint.

    Attributes:
        constraint: its number, 1 to 21.
        focus: the IRI at fault.
        message: what is wrong there.
    """

    constraint: int
    focus: str
    message: str


def normalise(store: ox.Store) -> None:
    """Bring the cubes of a store into the normal form, in which the constraints are put."""
    for update in NORMAL_FORM:
        store.update(PREFIXES + update)
    size = -1
    while size != len(store):
        size = len(store)
        store.update(PREFIXES + STEP_DOWN)


def breaches(turtle: str, place: str = "cube", folders: Iterable[str] = ()) -> list[Breach]:
    """Return what in a file of data cubes breaks the constraints; an empty list means that it keeps all 21.

    Each constraint is a query of ``queries/cube/``.

    Args:
        turtle: the file's text.
        place: what to call it in a message.
        folders: added folders.

    Raises:
        TurtleError: it is not Turtle, or holds no data set, of which nothing could be said.
    """
    import pyoxigraph as ox

    store = ox.Store()
    try:
        store.load(turtle.encode(), ox.RdfFormat.TURTLE)
    except SyntaxError as error:
        raise syntax_error(place, error) from error
    normalise(store)
    is_a = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    data_set = ox.NamedNode("http://purl.org/linked-data/cube#DataSet")
    if next(iter(store.quads_for_pattern(None, is_a, data_set)), None) is None:
        raise TurtleError("holds no qb:DataSet, so there is nothing to check", place=place)
    found = []
    for name in query_paths(folders):
        if name.startswith("cube/ic-"):
            query = library.read(name, folders)
            number = int(name.removeprefix("cube/ic-").partition("-")[0])
            found += [
                Breach(number, str(row["focus"]), str(row["message"]))
                for row in run_oxigraph(store, query.text, query.path)
            ]
    return found


def check_cubes(paths: Iterable[str], folders: Iterable[str] = ()) -> Report:
    """Return what in some files of data cubes breaks the constraints, each file held against them by itself.

    Args:
        paths: Turtle files, of this project or of others.
        folders: added folders.

    Raises:
        FileError: a file cannot be read.
        TurtleError: a file is not Turtle, or holds no data set.
    """
    files, added = list(paths), list(folders)
    places = Places()
    found = []
    for path in files:
        for breach in breaches(read_text(path), path, added):
            line = places.line(path, breach.focus)
            fix = f"see integrity constraint {breach.constraint} of the RDF Data Cube Vocabulary"
            found.append(Problem(shown_path(path), line, breach.focus, "", "error", breach.message, fix))
    return Report(found, files=len(files))
