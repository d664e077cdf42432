"""The shapes: each catches its bad case and passes its good neighbour, in both engines."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import rdflib
from rdflib import SH, XSD, Literal, URIRef
from shaping import (
    BAD,
    COMPONENTS,
    DESCRIPTION,
    GOOD,
    ROOT,
    SHAPE,
    batches,
    by_pyshacl,
    by_shacl,
    expected,
    header,
    in_batch,
    looked_at,
    named,
    outcome,
    own,
    read,
    results_of,
    shapes_graph,
    speaking_shapes,
    surrounded,
    text_surrounded,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize("path", BAD, ids=named)
def test_a_bad_case_gives_its_one_result_and_no_other(path: Path) -> None:
    assert outcome(results_of(path)) == expected(path)


@pytest.mark.parametrize("path", GOOD, ids=named)
def test_a_good_neighbour_gives_no_result(path: Path) -> None:
    assert results_of(path) == []


@pytest.mark.parametrize("place", range(len(batches())))
def test_the_fast_engine_gives_what_the_reference_gives(place: int) -> None:
    """Of all bad cases and good neighbours, those that do not get in each other's way side by side."""
    together = rdflib.Graph()
    for path in batches()[place]:
        together += own(path)
    found = by_shacl(text_surrounded(together), set(together.subjects()))
    assert Counter(found) == Counter(in_batch(place))


def test_every_bad_case_and_good_neighbour_stands_in_one_batch() -> None:
    assert sorted(path for batch in batches() for path in batch) == sorted([*BAD, *GOOD])


def test_every_file_of_the_project_conforms_in_both_engines() -> None:
    files = [ROOT / "ontology/clusterkg.ttl", ROOT / "ontology/concepts.ttl"]
    for folder in ("ontology/reference", "cases_ttl", "tests/data/second-study"):
        files += sorted((ROOT / folder).rglob("*.ttl"))
    graph = read(*files)
    reference = by_pyshacl(graph)
    assert [result for result in reference if result.severity == SH.Violation] == []
    assert Counter(by_shacl(graph.serialize(format="nt"))) == Counter(reference)


def test_every_shape_that_speaks_has_a_bad_case() -> None:
    assert {URIRef(header(path)[1].partition(">")[0][1:]) for path in BAD} == set(speaking_shapes())


def test_every_shape_that_speaks_has_a_good_neighbour_that_it_looks_at() -> None:
    neighbours = set()
    for path in GOOD:
        graph = own(path)
        for name in header(path)[0].split():
            assert looked_at(SHAPE[name], graph), (path.stem, name)
            neighbours.add(SHAPE[name])
    assert neighbours == set(speaking_shapes())


def test_every_constraint_of_every_shape_has_a_case_that_it_catches() -> None:
    """What no bad case shows is shown on copies of good neighbours, each with one property made wrong."""
    graph = shapes_graph()
    wanted = {
        (shape, COMPONENTS[parameter])
        for shape in speaking_shapes()
        for parameter in graph.predicates(shape)
        if parameter not in DESCRIPTION
    }
    caught = {(result.shape, result.component) for path in BAD for result in results_of(path)}
    neighbours = read(*GOOD)
    copies = rdflib.Graph()
    for number, (shape, component) in enumerate(sorted(wanted - caught)):
        copies += spoilt_copy(neighbours, shape, component, f"--{number}")
    with surrounded(copies + neighbours) as whole:
        caught |= {(result.shape, result.component) for result in by_pyshacl(whole, set(copies.subjects()))}
    assert wanted - caught == set()


def spoilt_copy(neighbours: rdflib.Graph, shape: URIRef, component: URIRef, ending: str) -> Iterator[tuple]:
    """Yield a good node that the shape looks at under a new name, with the shape's property made wrong."""
    graph = shapes_graph()
    path = graph.value(shape, SH.path)
    good = max(looked_at(shape, neighbours), key=lambda node: (len(set(neighbours.objects(node, path))), node))
    values = set(neighbours.objects(good, path))
    if component == SH.MinCountConstraintComponent:
        values = set()
    elif component == SH.MaxCountConstraintComponent:
        values |= {Literal("one"), Literal("two")}
    elif component == SH.UniqueLangConstraintComponent:
        values |= {Literal("one", lang="en"), Literal("two", lang="en")}
    elif component == SH.SPARQLConstraintComponent:
        values = {Literal(-1000), Literal("-1000.0", datatype=XSD.decimal)}
    elif component == SH.DisjointConstraintComponent:
        values = set(neighbours.objects(good, graph.value(shape, SH.disjoint)))
    else:
        values = {URIRef("https://w3id.org/clusterkg/nothing"), Literal("nothing", lang="de")}
    for predicate, value in neighbours.predicate_objects(good):
        if predicate != path:
            yield URIRef(good + ending), predicate, value
    for value in values:
        yield URIRef(good + ending), path, value
