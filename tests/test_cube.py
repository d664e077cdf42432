"""The data cubes: what is exported keeps all 21 constraints, and each constraint catches a cube that breaks it."""

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from conftest import Run

import clusterkg
from clusterkg import library
from clusterkg.errors import DataError, TurtleError
from clusterkg.export.cube import as_cube
from clusterkg.export.rows import export
from clusterkg.graph.engines import run_oxigraph, run_rdflib
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.prefixes import house_prefixes
from clusterkg.resources import query_paths
from clusterkg.turtle import format_text
from clusterkg.validation.cubes import CONSTRAINTS, breaches, normalise

NAMES = [name for name in query_paths() if name.startswith("cube/")]
QB = rdflib.Namespace("http://purl.org/linked-data/cube#")
CKG = rdflib.Namespace("https://w3id.org/clusterkg/ontology#")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")

GOOD = """
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix qb: <http://purl.org/linked-data/cube#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

ex:set a qb:DataSet ; qb:structure ex:dsd ; qb:slice ex:slice ; ex:unit "USD" .
ex:dsd a qb:DataStructureDefinition ; qb:component ex:c-area, ex:c-year, ex:c-value, ex:c-unit, ex:c-note ;
  qb:sliceKey ex:key .
ex:c-area qb:dimension ex:area .
ex:c-year qb:dimension ex:year .
ex:c-value qb:measure ex:value .
ex:c-unit qb:attribute ex:unit ; qb:componentRequired true ; qb:componentAttachment qb:DataSet .
ex:c-note qb:attribute ex:note ; qb:componentRequired false .
ex:area rdfs:range skos:Concept ; qb:codeList ex:areas .
ex:year rdfs:range rdfs:Literal .
ex:areas a skos:ConceptScheme .
ex:br a skos:Concept ; skos:inScheme ex:areas .
ex:mx a skos:Concept ; skos:inScheme ex:areas .
ex:key a qb:SliceKey ; qb:componentProperty ex:year .
ex:slice qb:sliceStructure ex:key ; ex:year 2002 ; qb:observation ex:o1 .
ex:o1 qb:dataSet ex:set ; ex:area ex:br ; ex:value 1 .
ex:o2 qb:dataSet ex:set ; ex:area ex:mx ; ex:year 2002 ; ex:value 2 .

ex:sizes a qb:DataSet ; qb:structure ex:sizes-dsd .
ex:sizes-dsd a qb:DataStructureDefinition ; qb:component ex:c-area, ex:c-kind, ex:c-height, ex:c-weight .
ex:c-kind qb:dimension qb:measureType .
qb:measureType rdfs:range qb:MeasureProperty .
ex:c-height qb:measure ex:height .
ex:c-weight qb:measure ex:weight .
ex:m1 qb:dataSet ex:sizes ; ex:area ex:br ; qb:measureType ex:height ; ex:height 1 .
ex:m2 qb:dataSet ex:sizes ; ex:area ex:br ; qb:measureType ex:weight ; ex:weight 2 .

ex:trees a qb:DataSet ; qb:structure ex:trees-dsd .
ex:trees-dsd a qb:DataStructureDefinition ; qb:component ex:c-down, ex:c-up, ex:c-sort, ex:c-value .
ex:c-down qb:dimension ex:down .
ex:c-up qb:dimension ex:up .
ex:c-sort qb:dimension ex:sort .
ex:down rdfs:range skos:Concept ; qb:codeList ex:down-list .
ex:up rdfs:range skos:Concept ; qb:codeList ex:up-list .
ex:sort rdfs:range skos:Concept ; qb:codeList ex:sorts .
ex:down-list a qb:HierarchicalCodeList ; qb:hierarchyRoot ex:top ; qb:parentChildProperty ex:holds .
ex:top ex:holds ex:middle .
ex:middle ex:holds ex:leaf .
ex:up-list a qb:HierarchicalCodeList ; qb:hierarchyRoot ex:top ; qb:parentChildProperty [ owl:inverseOf ex:within ] .
ex:inner ex:within ex:top .
ex:inmost ex:within ex:inner .
ex:sorts a skos:Collection ; skos:member ex:some .
ex:some a skos:Collection ; skos:member ex:fine .
ex:fine a skos:Concept .
ex:t1 qb:dataSet ex:trees ; ex:down ex:leaf ; ex:up ex:inmost ; ex:sort ex:fine ; ex:value 1 .
"""

BAD = [
    (1, "", "ex:x a qb:Observation .", "x"),
    (1, "", "ex:x a qb:DataSet ; qb:structure ex:dsd . ex:o1 qb:dataSet ex:x .", "o1"),
    (2, "", "ex:x a qb:DataSet .", "x"),
    (2, "", "ex:x a qb:DataSet ; qb:structure ex:dsd, ex:sizes-dsd .", "x"),
    (3, "", "ex:x a qb:DataStructureDefinition ; qb:component ex:c-area .", "x"),
    (4, "ex:year rdfs:range rdfs:Literal .", "", "year"),
    (5, "ex:area rdfs:range skos:Concept ; qb:codeList ex:areas .", "ex:area rdfs:range skos:Concept .", "area"),
    (6, "", "ex:c-value qb:componentRequired false .", "c-value"),
    (7, "", "ex:x a qb:SliceKey .", "x"),
    (8, "", "ex:key qb:componentProperty ex:height . ex:slice ex:height 1 .", "key"),
    (9, "", "ex:x a qb:Slice .", "x"),
    (9, "", "ex:slice qb:sliceStructure ex:x .", "slice"),
    (10, "", "ex:x a qb:Slice ; qb:sliceStructure ex:key .", "x"),
    (11, "", "ex:x qb:dataSet ex:set ; ex:area ex:br ; ex:value 3 .", "x"),
    (12, "", "ex:x qb:dataSet ex:set ; ex:area ex:mx ; ex:year 2002 ; ex:value 9 .", "x"),
    (13, ' ; ex:unit "USD"', "", "o1"),
    (14, "", "ex:x qb:dataSet ex:set ; ex:area ex:mx ; ex:year 2003 .", "x"),
    (15, "qb:measureType ex:weight ; ex:weight 2", "qb:measureType ex:weight", "m2"),
    (16, "", "ex:m1 ex:weight 3 .", "m1"),
    (17, "", "ex:x qb:dataSet ex:sizes ; ex:area ex:mx ; qb:measureType ex:height ; ex:height 1 .", "x"),
    (18, "", "ex:slice qb:observation ex:m1 .", "m1"),
    (19, "", "ex:x qb:dataSet ex:set ; ex:area ex:fine ; ex:year 2002 ; ex:value 9 .", "x"),
    (19, "", "ex:x qb:dataSet ex:trees ; ex:down ex:leaf ; ex:up ex:top ; ex:sort ex:br ; ex:value 9 .", "x"),
    (20, "ex:middle ex:holds ex:leaf .", "", "t1"),
    (20, "ex:top ex:holds ex:middle .", "ex:middle ex:holds ex:top .", "t1"),
    (21, "ex:inner ex:within ex:top .", "ex:top ex:within ex:inner .", "t1"),
]
"""Constraint, what goes from the good cube, what comes, and the thing then at fault."""


def spoilt(gone: str, come: str) -> str:
    """Return the good cube with a text in it put otherwise, or with one more at its end."""
    assert not gone or GOOD.count(gone) == 1
    return GOOD.replace(gone, come) if gone else GOOD + come


def test_each_constraint_has_its_query() -> None:
    numbers = [int(name.removeprefix("cube/ic-")[:2]) for name in NAMES]
    assert numbers == list(range(1, CONSTRAINTS + 1))


def test_each_constraint_is_broken_by_some_bad_cube() -> None:
    assert {number for number, *_ in BAD} == set(range(1, CONSTRAINTS + 1))


def test_the_good_cube_breaks_nothing() -> None:
    assert breaches(GOOD) == []


@pytest.mark.parametrize(("number", "gone", "come", "focus"), BAD, ids=lambda value: str(value)[:40])
def test_a_bad_cube_breaks_the_one_constraint(number: int, gone: str, come: str, focus: str) -> None:
    found = breaches(spoilt(gone, come))
    assert f"http://example.org/{focus}" in {one.focus for one in found if one.constraint == number}
    assert {one.constraint for one in found} == {number}


@pytest.mark.parametrize("number", range(1, CONSTRAINTS + 1))
def test_both_engines_find_the_same_breach(number: int) -> None:
    store = ox.Store()
    _, gone, come, _ = next(bad for bad in BAD if bad[0] == number)
    store.load(spoilt(gone, come).encode(), ox.RdfFormat.TURTLE)
    normalise(store)
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=store.dump(None, ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()).decode(), format="nt")
    query = library.read(NAMES[number - 1])
    answer = run_oxigraph(store, query.text)
    assert len(answer) > 0
    assert run_rdflib(dataset, query.text) == answer


def test_a_file_without_a_cube_is_not_called_whole() -> None:
    with pytest.raises(TurtleError, match=r"a\.ttl: holds no qb:DataSet"):
        breaches("<http://example.org/a> a <http://example.org/B> .", "a.ttl")
    with pytest.raises(TurtleError, match=r"a\.ttl:1: not Turtle"):
        breaches("no turtle", "a.ttl")


def test_the_command_checks_cubes_of_others(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.ttl").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.ttl").write_text(spoilt(*BAD[-4][1:3]), encoding="utf-8")
    done = run("check", "--cube", "good.ttl")
    assert (done.returncode, done.stdout) == (0, "")
    done = run("check", "--cube", "good.ttl", "bad.ttl")
    line = 1 + spoilt(*BAD[-4][1:3])[: spoilt(*BAD[-4][1:3]).index("ex:x qb:dataSet")].count("\n")
    assert done.returncode == 1
    assert done.stdout == (
        f"bad.ttl:{line}: error: the observation has a code that is not in the dimension's code list; see integrity"
        " constraint 19 of the RDF Data Cube Vocabulary\n"
    )
    assert done.stderr == "clusterkg: 2 files, 1 error, 0 warnings, 0 notes: does not conform\n"
    for wrong, said in ((["--cube"], "--cube: names no file"), (["--cube", "none.ttl"], "none.ttl: no such file")):
        done = run("check", *wrong)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr


@pytest.fixture(scope="module")
def files(kg: KnowledgeGraph) -> dict[str, bytes]:
    return as_cube(export(kg.graph))


@pytest.fixture(scope="module")
def cube(files: dict[str, bytes]) -> rdflib.Graph:
    return rdflib.Graph().parse(data=files["cube.ttl"], format="turtle")


def test_the_exported_cubes_keep_every_constraint(files: dict[str, bytes]) -> None:
    assert breaches(files["cube.ttl"].decode()) == []


def test_the_cubes_are_in_the_house_order(files: dict[str, bytes]) -> None:
    text = files["cube.ttl"].decode()
    assert format_text(text, prefixes=house_prefixes()) == text


def test_each_value_of_the_graph_is_an_observation_and_nothing_else_is(kg: KnowledgeGraph, cube: rdflib.Graph) -> None:
    wanted = {
        (str(row["rating"]), row["score"] if row["score"] is not None else row["degree"])
        for row in kg.query(
            "PREFIX ckg: <https://w3id.org/clusterkg/ontology#>"
            "SELECT ?rating ?score ?degree { ?rating a ckg:Rating ; ckg:score|ckg:degree ?any"
            " OPTIONAL { ?rating ckg:score ?score } OPTIONAL { ?rating ckg:degree ?degree } }"
        )
    }
    found = set()
    for observation in cube.subjects(rdflib.RDF.type, QB.Observation):
        (rating,) = cube.objects(observation, PROV.wasDerivedFrom)
        (value,) = [*cube.objects(observation, CKG.score), *cube.objects(observation, CKG.degree)]
        found.add((str(rating), value.toPython() if isinstance(value, rdflib.Literal) else str(value)))
    assert found == wanted
    assert len(found) == 174
    assert sum(isinstance(value, Decimal) for _, value in found) == 139


def test_what_has_no_value_is_left_out_with_its_reason(files: dict[str, bytes], kg: KnowledgeGraph) -> None:
    rows = list(csv.DictReader(files["cube-left-out.csv"].decode().splitlines()))
    assert Counter(row["reason"] for row in rows) == {"not reported": 25, "not available": 1}
    assert len({row["rating"] for row in rows}) == len(rows)
    assert len(rows) + 174 == 200
    assert "1 not available, 25 not reported" in files["cube.ttl"].decode()


def test_a_zero_is_an_observation(cube: rdflib.Graph) -> None:
    assert sum(value.toPython() == 0 for value in cube.objects(None, CKG.score)) > 30


def test_one_cube_of_both_measures_would_break_a_constraint(files: dict[str, bytes]) -> None:
    # Why there are two cubes: with one, an observation lacks a measure, or a point does.
    text = files["cube.ttl"].decode()
    both = text.replace("<#degrees-degree> ,", "<#degrees-degree> , <#scores-score> ,")
    assert {one.constraint for one in breaches(both)} == {14}
    kind = "<#kind> qb:dimension qb:measureType . qb:measureType rdfs:range qb:MeasureProperty ."
    typed = "".join(
        f"<{one}> qb:measureType ckg:degree ."
        for one in rdflib.Graph().parse(data=text, format="turtle").subjects(CKG.degree)
    )
    dimension = both.replace("<#degrees-degree> ,", "<#degrees-degree> , <#kind> ,") + kind + typed
    assert {one.constraint for one in breaches(dimension)} == {17}


def test_the_graph_s_own_structure_departs_in_what_it_says_it_does(kg: KnowledgeGraph) -> None:
    triples = "".join(f"{quad.triple} .\n" for quad in kg.graph.store)
    base = "https://w3id.org/clusterkg/"
    study = (f"{base}case/giuliani2005/", f"{base}study/giuliani2005", f"{base}ontology")
    assert {one.constraint for one in breaches(triples) if one.focus.startswith(study)} == {14}


def test_components_and_rival_codings_are_observations_too(second_study: str, second_opinions: str) -> None:
    more = as_cube(export(clusterkg.load(second_study).graph, "demo2020"))["cube.ttl"].decode()
    assert "dim:backward-linkage" in more
    assert breaches(more) == []
    rivals = as_cube(export(clusterkg.load(second_opinions).graph))["cube.ttl"].decode()
    assert "#leon-footwear--product-upgrading--published" in rivals
    assert "--ana>" in rivals
    assert breaches(rivals) == []


def test_a_case_that_a_coding_rates_twice_is_refused(run: Run, tmp_path: Path) -> None:
    name = "cases_ttl/giuliani2005/cases/leon-footwear.ttl"
    text = (Path(__file__).parent.parent / name).read_text(encoding="utf-8")
    block = next(part for part in text.split("\n\n") if part.startswith("<#product-upgrading>"))
    copy = tmp_path / "mine" / name
    copy.parent.mkdir(parents=True)
    copy.write_text(text + "\n" + block.replace("<#product-upgrading>", "<#product-upgrading-again>"), encoding="utf-8")
    with pytest.raises(DataError, match=r"product-upgrading--published.*: integrity constraint 12"):
        as_cube(export(clusterkg.load(str(tmp_path / "mine")).graph))
    done = run("export", "out", "--format", "cube", "--data", "mine")
    assert done.returncode == 2
    assert "integrity constraint 12" in done.stderr
    assert not (tmp_path / "out").exists()
