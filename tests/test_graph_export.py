"""The graph as a whole: two independent readers get back what was written, and every count is counted."""

import hashlib
import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

import clusterkg
from clusterkg.export.formats import files_of
from clusterkg.export.jsonld import as_jsonld
from clusterkg.export.rows import Export, export
from clusterkg.export.statements import as_ntriples
from clusterkg.knowledge_graph import KnowledgeGraph

DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
VOID = rdflib.Namespace("http://rdfs.org/ns/void#")
CKG = rdflib.Namespace("https://w3id.org/clusterkg/ontology#")
DATASET = rdflib.URIRef("https://w3id.org/clusterkg/dataset")
STUDY = rdflib.URIRef("https://w3id.org/clusterkg/study/giuliani2005")

FORMATS = ["csv", "csvw", "datapackage", "xlsx", "parquet", "cube", "nt", "jsonld"]


@pytest.fixture(scope="module")
def made(kg: KnowledgeGraph) -> Export:
    return export(kg.graph)


@pytest.fixture(scope="module")
def files(made: Export) -> dict[str, bytes]:
    return files_of(made, "0.0", FORMATS)


@pytest.fixture(scope="module")
def folder(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export")
    for name, content in files.items():
        (path / name).write_bytes(content)
    return path


@pytest.fixture(scope="module")
def triples(folder: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(folder / "graph.nt")


@pytest.fixture(scope="module")
def void(folder: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(folder / "void.ttl")


@pytest.fixture(scope="module")
def dcat(folder: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(folder / "dcat.ttl")


def same(one: rdflib.Graph, other: rdflib.Graph) -> bool:
    """Tell whether two graphs are isomorphic: blank nodes are compared where there are any, all else as it is."""

    def ground(graph: rdflib.Graph) -> set[object]:
        return {triple for triple in graph if not any(isinstance(term, rdflib.BNode) for term in triple)}

    def rest(graph: rdflib.Graph) -> rdflib.Graph:
        some = rdflib.Graph()
        for triple in graph:
            if any(isinstance(term, rdflib.BNode) for term in triple):
                some.add(triple)
        return some

    return ground(one) == ground(other) and isomorphic(rest(one), rest(other))


@pytest.mark.slow
def test_n_triples_hold_the_graph_as_rdflib_reads_the_files(kg: KnowledgeGraph, triples: rdflib.Graph) -> None:
    whole = rdflib.Graph()
    for subject, predicate, term, _ in kg.to_rdflib().quads():
        whole.add((subject, predicate, term))
    assert len(triples) == len(whole) == len(kg)
    assert same(triples, whole)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own use of it
def test_json_ld_holds_the_same_graph(folder: Path, triples: rdflib.Graph) -> None:
    assert same(rdflib.Graph().parse(folder / "graph.jsonld"), triples)


def test_n_triples_are_sorted_and_every_file_is_the_same_twice(files: dict[str, bytes]) -> None:
    lines = files["graph.nt"].decode().splitlines()
    assert lines == sorted(set(lines))
    again = files_of(export(clusterkg.load().graph), "0.0", FORMATS)
    assert [name for name in files if again[name] != files[name]] == [], "workbook and Parquet too"


def test_a_score_keeps_the_form_in_which_it_is_written(files: dict[str, bytes]) -> None:
    case = "https://w3id.org/clusterkg/case/giuliani2005/leon-footwear#product-upgrading"
    line = f'<{case}> <{CKG.score}> "2.0"^^<http://www.w3.org/2001/XMLSchema#decimal> .\n'
    assert line in files["graph.nt"].decode()


def test_the_keys_of_json_ld_are_the_words_of_the_ontology(files: dict[str, bytes]) -> None:
    document, context = json.loads(files["graph.jsonld"]), json.loads(files["context.jsonld"])["@context"]
    nodes = {node["@id"]: node for node in document["@graph"] if "@id" in node}
    rating = nodes["case/giuliani2005/leon-footwear#product-upgrading"]
    assert rating["@type"] == "Rating"
    assert (rating["score"], rating["accepted"], rating["dataSet"]) == ("2.0", True, "study/giuliani2005")
    assert rating["variable"] == "concept/dimension/product-upgrading"
    assert nodes["concept/dimension/product-upgrading"]["prefLabel"]["es"] == "Escalamiento de producto"
    assert context["score"] == {"@id": str(CKG.score), "@type": "http://www.w3.org/2001/XMLSchema#decimal"}
    keys = {key for node in document["@graph"] for key in node if not key.startswith("@")}
    assert keys <= set(context)
    twins = {key for key in context if ":" in key}
    assert "owl:intersectionOf" in twins
    assert all(key.partition(":")[2] in context for key in twins), "another property has the name alone"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own use of it
def test_names_that_clash_or_are_none_keep_properties_apart(tmp_path: Path) -> None:
    text = """
        @prefix ckg: <https://w3id.org/clusterkg/ontology#> .
        @prefix dcterms: <http://purl.org/dc/terms/> .
        <http://example.org/a> a ckg:Cluster , dcterms:Cluster ;
          ckg:study 1 ; dcterms:study "one" ; <http://example.org/study> 2.50 ; <http://example.org/1> "x"@en , "y" ;
          <https://w3id.org/clusterkg/study/study> <http://example.org/b> , <http://example.org/c> ;
          <https://w3id.org/clusterkg/study/NY.GDP> 2.0e0 , true , <http://example.org/b> ;
          ckg:owl ( <http://example.org/b> ( 1 "z"@es ) ) ; dcterms:date [ dcterms:date _:b , "2005"^^<http://e/t> ] .
        _:b dcterms:date _:b .
    """
    wanted = rdflib.Graph().parse(data=text, format="turtle")
    nt = wanted.serialize(format="nt")
    triples = sorted((quad.triple for quad in ox.parse(nt.encode(), format=ox.RdfFormat.N_TRIPLES)), key=str)
    for name, content in as_jsonld(triples).items():
        (tmp_path / name).write_bytes(content)
    assert isomorphic(rdflib.Graph().parse(tmp_path / "graph.jsonld"), wanted)


def test_one_coder_s_view_is_exported_as_that_view(second_opinions: str) -> None:
    kg = clusterkg.load(second_opinions, coding="ana")
    graph = rdflib.Graph().parse(data=as_ntriples(export(kg.graph).statements).decode(), format="nt")
    accepted = {
        str(next(graph.objects(rating, CKG.coding))) for rating in graph.subjects(CKG.accepted, rdflib.Literal(True))
    }
    assert {iri.rsplit("-", 1)[-1] for iri in accepted} == {"ana"}
    assert len(graph) == len(kg)


def test_the_counts_of_void_are_those_of_the_dump(void: rdflib.Graph, triples: rdflib.Graph) -> None:
    said = {predicate: value.toPython() for predicate, value in void[DATASET] if isinstance(value, rdflib.Literal)}
    assert said[VOID.triples] == len(triples)
    assert said[VOID.properties] == len(set(triples.predicates()))
    assert said[VOID.classes] == len(set(triples.objects(None, rdflib.RDF.type)))
    assert said[VOID.distinctSubjects] == len(set(triples.subjects()))
    assert said[VOID.distinctObjects] == len(set(triples.objects()))
    typed = set(triples.subjects(rdflib.RDF.type))
    assert said[VOID.entities] == len({one for one in typed if isinstance(one, rdflib.URIRef)})


def partitions(void: rdflib.Graph, kind: str) -> dict[str, tuple[int, int]]:
    """Return the entities and statements of each class or property, as VoID has them."""
    return {
        str(next(void.objects(part, VOID[kind]))): tuple(
            next(void.objects(part, VOID[count])).toPython() for count in ("entities", "triples")
        )
        for part in void.objects(DATASET, VOID[f"{kind}Partition"])
    }


def test_each_partition_of_void_has_both_counts_as_sparql_counts_them(void: rdflib.Graph, kg: KnowledgeGraph) -> None:
    def counted(query: str) -> dict[str, tuple[int, int]]:
        rows = kg.graph.run(query)
        return {str(row["part"]): (row["entities"], row["triples"]) for row in rows if row["part"]}

    properties = """SELECT ?part (COUNT(DISTINCT ?s) AS ?entities) (COUNT(*) AS ?triples) { ?s ?part ?o }
        GROUP BY ?part"""
    assert partitions(void, "property") == counted(properties)
    classes = """SELECT ?part (COUNT(DISTINCT ?s) AS ?entities) (COUNT(*) AS ?triples) { ?s a ?part ; ?p ?o }
        GROUP BY ?part"""
    found = partitions(void, "class")
    assert found == counted(classes)
    assert found[str(CKG.CaseStudy)][0] == 40 < found[str(CKG.CaseStudy)][1]


def test_the_parts_of_void_make_up_the_whole(void: rdflib.Graph, kg: KnowledgeGraph) -> None:
    subsets = set(void.objects(DATASET, VOID.subset)) - set(void.subjects(rdflib.RDF.type, VOID.Linkset))
    assert {str(one).rsplit("#", 1)[-1] for one in subsets} >= {"ontology", "concepts", "cases", "built"}
    total = sum(next(void.objects(one, VOID.triples)).toPython() for one in subsets)
    assert total == len(kg)


def test_every_vocabulary_used_is_named(void: rdflib.Graph, triples: rdflib.Graph) -> None:
    spaces = [str(one) for one in void.objects(DATASET, VOID.vocabulary)]
    for term in {*triples.predicates(), *triples.objects(None, rdflib.RDF.type)}:
        assert isinstance(term, rdflib.BNode) or str(term).startswith(tuple(spaces)), term
    assert all(any(str(one).startswith(space) for one in triples.predicates()) for space in spaces)


LINKED = """
@prefix ckg: <https://w3id.org/clusterkg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<https://w3id.org/clusterkg/cluster/somewhere>
    a ckg:Cluster ;
    skos:broadMatch <http://www.wikidata.org/entity/Q155> ;
    skos:closeMatch <https://example.org/elsewhere> ;
    skos:exactMatch
        <http://www.wikidata.org/entity/Q1> ,
        <https://sws.geonames.org/1/> ,
        <https://sws.geonames.org/2/> .
"""


def test_links_are_counted_by_target_and_kind(void: rdflib.Graph, tmp_path: Path) -> None:
    def linksets(graph: rdflib.Graph) -> dict[tuple[str, str], int]:
        found = {}
        for one in graph.subjects(rdflib.RDF.type, VOID.Linkset):
            (target,), (match,) = graph.objects(one, VOID.objectsTarget), graph.objects(one, VOID.linkPredicate)
            (space,), (number,) = graph.objects(target, VOID.uriSpace), graph.objects(one, VOID.triples)
            found[str(space), str(match).rsplit("#", 1)[-1]] = int(str(number))
        return found

    before = linksets(void)
    (tmp_path / "cases_ttl/clusters").mkdir(parents=True)
    (tmp_path / "cases_ttl/clusters/somewhere.ttl").write_text(LINKED, encoding="utf-8")
    made = export(clusterkg.load(str(tmp_path)).graph)
    text = files_of(made, "0.0", ["nt"])["void.ttl"].decode()
    after = linksets(rdflib.Graph().parse(data=text, format="turtle", publicID="file:///void.ttl"))
    more = {key: number - before.get(key, 0) for key, number in after.items() if number != before.get(key, 0)}
    geonames, wikidata = "https://sws.geonames.org/", "http://www.wikidata.org/entity/"
    assert more == {(geonames, "exactMatch"): 2, (wikidata, "exactMatch"): 1, (wikidata, "broadMatch"): 1}


def test_each_distribution_has_the_size_and_checksum_of_its_file(dcat: rdflib.Graph, folder: Path) -> None:
    described = set()
    for one in dcat.subjects(rdflib.RDF.type, DCAT.Distribution):
        (url,) = dcat.objects(one, DCAT.downloadURL)
        path = Path(str(url).removeprefix("file://"))
        assert path.parent == folder, "the address is relative to where the description stands"
        content = path.read_bytes()
        (size,), (checksum,) = dcat.objects(one, DCAT.byteSize), dcat.objects(one, SPDX.checksum)
        assert size.toPython() == len(content)
        (value,) = dcat.objects(checksum, SPDX.checksumValue)
        assert str(value) == hashlib.sha256(content).hexdigest()
        (media_type,) = dcat.objects(one, DCAT.mediaType)
        assert re.fullmatch(r"https://www\.iana\.org/assignments/media-types/(application|text)/[\w.+-]+", media_type)
        assert list(dcat.objects(one, rdflib.DCTERMS.license))
        described.add(path.name)
    assert described == {path.name for path in folder.iterdir()} - {
        *("README.txt", "cases.R", "cases.do", "void.ttl", "dcat.ttl")
    }


def test_files_are_forms_of_the_study_the_cubes_or_the_whole(dcat: rdflib.Graph) -> None:
    by_dataset = {
        str(dataset): {str(one).rsplit("#", 1)[-1] for one in dcat.objects(dataset, DCAT.distribution)}
        for dataset in dcat.subjects(rdflib.RDF.type, DCAT.Dataset)
    }
    assert by_dataset[str(DATASET)] == {"graph.nt", "graph.jsonld", "context.jsonld"}
    assert by_dataset["https://w3id.org/clusterkg/cube/giuliani2005"] == {"cube.ttl", "cube-left-out.csv"}
    assert {"cases.csv", "cases.parquet", "cases.xlsx"} <= by_dataset[str(STUDY)]


def test_the_source_paper_is_named_with_its_authors(dcat: rdflib.Graph, void: rdflib.Graph) -> None:
    (source,) = dcat.objects(STUDY, rdflib.DCTERMS.source)
    assert "Upgrading in Global Value Chains" in str(next(dcat.objects(source, rdflib.DCTERMS.title)))
    assert (
        str(next(dcat.objects(source, rdflib.DCTERMS.identifier))) == "https://doi.org/10.1016/j.worlddev.2005.01.002"
    )
    assert "Rabellotti" in str(next(dcat.objects(source, rdflib.DCTERMS.creator)))
    assert source in set(void.objects(DATASET, rdflib.DCTERMS.source))


def test_the_dumps_of_void_are_the_files_beside_it(void: rdflib.Graph, folder: Path) -> None:
    dumps = {str(one) for one in void.objects(DATASET, VOID.dataDump)}
    assert dumps == {(folder / name).as_uri() for name in ("graph.nt", "graph.jsonld")}
    assert len(list(void.objects(DATASET, VOID.feature))) == 2


def test_oxigraph_reads_every_rdf_file_too(folder: Path, kg: KnowledgeGraph) -> None:
    base = f"{folder.as_uri()}/"
    for name in ("cube.ttl", "void.ttl", "dcat.ttl"):
        assert len(list(ox.parse(path=str(folder / name), base_iri=base + name))) > 250
    assert len(list(ox.parse(path=str(folder / "graph.nt")))) == len(kg)
