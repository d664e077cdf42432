"""The shapes: each catches its bad case and passes its good neighbour, in both engines, and speaks to the coder."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyshacl
import pytest
import rdflib
import shacl
from rdflib import RDF, SH, XSD, BNode, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.util import from_n3

from clusterkg.graph.joins import joined_in_order
from clusterkg.prefixes import house_prefixes
from clusterkg.turtle import format_text

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
BAD = sorted((ROOT / "tests/bad_cases").glob("*.ttl"))
GOOD = sorted((ROOT / "tests/good_neighbours").glob("*.ttl"))
SHAPE = rdflib.Namespace("https://w3id.org/clusterkg/shape/")
CKG = rdflib.Namespace("https://w3id.org/clusterkg/ontology#")
REMEDY = CKG.remedy
COMPONENTS = {
    SH["class"]: SH.ClassConstraintComponent,
    SH.closed: SH.ClosedConstraintComponent,
    SH.datatype: SH.DatatypeConstraintComponent,
    SH.disjoint: SH.DisjointConstraintComponent,
    SH.hasValue: SH.HasValueConstraintComponent,
    SH["in"]: SH.InConstraintComponent,
    SH.languageIn: SH.LanguageInConstraintComponent,
    SH.maxCount: SH.MaxCountConstraintComponent,
    SH.maxLength: SH.MaxLengthConstraintComponent,
    SH.minCount: SH.MinCountConstraintComponent,
    SH.nodeKind: SH.NodeKindConstraintComponent,
    SH["not"]: SH.NotConstraintComponent,
    SH["or"]: SH.OrConstraintComponent,
    SH.pattern: SH.PatternConstraintComponent,
    SH.sparql: SH.SPARQLConstraintComponent,
    SH.uniqueLang: SH.UniqueLangConstraintComponent,
    SH.xone: SH.XoneConstraintComponent,
}
DESCRIPTION = {RDF.type, SH.message, SH.severity, SH.path, SH.property, SH.targetClass, SH.targetSubjectsOf}
DESCRIPTION |= {SH.ignoredProperties, REMEDY, CKG.sheetMessage, CKG.sheetRemedy, CKG.sheetProperty}
DESCRIPTION |= {rdflib.DCTERMS.source, CKG.locator}


class Result(NamedTuple):
    focus: object
    path: object
    value: object
    component: object
    severity: object
    shape: object
    message: str | None


class ParsedOnce(rdflib.Graph):
    """A graph that parses each query once: pySHACL asks the same one of every focus node."""

    def query(self, query_object, *arguments, **options):
        if isinstance(query_object, str):
            query_object = parsed(query_object)
        return super().query(query_object, *arguments, **options)


@cache
def parsed(query: str):
    return prepareQuery(query)


def read(*paths: Path) -> ParsedOnce:
    graph = ParsedOnce()
    for path in paths:
        graph.parse(path)
    return graph


@cache
def shapes_graph() -> rdflib.Graph:
    return read(ROOT / "ontology/shapes.ttl", ROOT / "ontology/prefixes.ttl")


@cache
def shapes_for_pyshacl() -> rdflib.Graph:
    """Return the shapes with the prefixes written into each query: pySHACL would collect them for every focus node."""
    graph = rdflib.Graph() + shapes_graph()
    namespaces = {str(graph.value(one, SH.prefix)): graph.value(one, SH.namespace) for one in graph.subjects(SH.prefix)}
    for constraint in list(graph.subjects(SH.prefixes)):
        select = graph.value(constraint, SH.select)
        used = sorted(set(re.findall(r"[\w-]+(?=:\w)", select)) & set(namespaces))
        head = "".join(f"PREFIX {name}: <{namespaces[name]}>\n" for name in used)
        graph.set((constraint, SH.select, Literal(head + select)))
        graph.remove((constraint, SH.prefixes, None))
    return graph


@cache
def compiled_shapes() -> shacl.Shapes:
    return shacl.Shapes.from_text(shapes_graph().serialize(format="nt"), format="ntriples")


@cache
def speaking_shapes() -> list[URIRef]:
    """Return the shapes that give results: those with a message."""
    return sorted(set(shapes_graph().subjects(SH.message)))


@cache
def own(path: Path) -> ParsedOnce:
    """Return what a bad case or a good neighbour says."""
    return read(path)


@cache
def surroundings() -> ParsedOnce:
    """Return what a single file is checked against: ontology, codes, study, two clusters and the case of one.

    All countries and sources would make each of hundreds of validations wait: there are those that a file names.
    """
    files = ["ontology/clusterkg.ttl", "ontology/concepts.ttl"]
    files += [f"cases_ttl/clusters/{slug}.ttl" for slug in ("guadalajara-footwear", "leon-footwear")]
    files += [f"cases_ttl/giuliani2005/{name}.ttl" for name in ("study", "cases/leon-footwear")]
    paths = [ROOT / name for name in files]
    graph = read(*paths)
    listed = read(ROOT / "ontology/reference/countries.ttl", ROOT / "cases_ttl/giuliani2005/sources.ttl")
    texts = " ".join(path.read_text("utf-8") for path in [*paths, *BAD, *GOOD])
    for name in set(re.findall(r"\b(?:country|source):[\w-]+", texts)):
        thing = house_prefixes()[name.partition(":")[0]] + name.partition(":")[2]
        graph += listed.triples((URIRef(thing), None, None))
    return graph


@cache
def surrounding_lines() -> dict:
    """Return of each thing in the surroundings what N-Triples says of it."""
    lines: dict = {}
    for line in surroundings().serialize(format="nt").splitlines(keepends=True):
        lines.setdefault(line.partition(" ")[0], []).append(line)
    return {node: "".join(lines[node.n3()]) for node in set(surroundings().subjects())}


def replaced_by(graph: rdflib.Graph) -> set:
    """Return what of the surroundings a graph stands in for: what it describes, with its parts."""
    described = set(graph.subjects())
    return {
        subject
        for subject in surrounding_lines()
        if subject in described or URIRef(subject.partition("#")[0]) in described
    }


@contextmanager
def surrounded(graph: rdflib.Graph) -> Iterator[ParsedOnce]:
    """Lend the surroundings with a graph in them."""
    around, replaced = surroundings(), rdflib.Graph()
    for subject in replaced_by(graph):
        replaced += around.triples((subject, None, None))
    around -= replaced
    around += graph
    yield around
    around -= graph
    around += replaced


def text_surrounded(graph: rdflib.Graph) -> str:
    """Return as N-Triples the surroundings with a graph in them."""
    replaced = replaced_by(graph)
    kept = [lines for subject, lines in surrounding_lines().items() if subject not in replaced]
    return "".join([*kept, graph.serialize(format="nt")])


def by_pyshacl(graph: rdflib.Graph, focus: set | None = None) -> list[Result]:
    """Return the results of the reference; `focus` leaves out the rest of the graph, and cannot name blank nodes."""
    some = sorted(focus) if focus and not any(isinstance(node, BNode) for node in focus) else None
    with joined_in_order():
        _, report, _ = pyshacl.validate(graph, shacl_graph=shapes_for_pyshacl(), focus_nodes=some)
    results = []
    for node in report.subjects(RDF.type, SH.ValidationResult):
        about = dict(report.predicate_objects(node))
        results.append(
            Result(
                about[SH.focusNode],
                about.get(SH.resultPath),
                about.get(SH.value),
                about[SH.sourceConstraintComponent],
                about[SH.resultSeverity],
                about[SH.sourceShape],
                str(about[SH.resultMessage]),
            )
        )
    return only(focus, results)


def by_shacl(text: str, focus: set | None = None) -> list[Result]:
    """Return the results of the fast engine about N-Triples."""
    results = []
    for result in compiled_shapes().validate_text(text, format="ntriples").results:
        simple = result.path is None or re.fullmatch("<[^<>]+>", result.path)
        results.append(
            Result(
                node_of(result.focus_node),
                node_of(result.path) if simple else BNode(),
                node_of(result.value),
                URIRef(result.component_iri),
                URIRef(result.severity_iri),
                node_of(result.source_shape),
                result.message,
            )
        )
    return only(focus, results)


def node_of(text: str | None):
    if text is None:
        return None
    return from_n3(text) if text[0] in '<"' else BNode()


def only(focus: set | None, results: list[Result]) -> list[Result]:
    """Return the results about some nodes, blank nodes and composed paths made alike."""
    return [
        Result(*("a blank node" if isinstance(term, BNode) else term for term in result))
        for result in results
        if focus is None or result.focus in focus or isinstance(result.focus, BNode)
    ]


@cache
def results_of(path: Path) -> list[Result]:
    with surrounded(own(path)) as graph:
        return by_pyshacl(graph, set(own(path).subjects()))


def header(path: Path) -> list[str]:
    """Return the two comment lines that open a file here."""
    return [line.removeprefix("# ") for line in path.read_text("utf-8").split("\n")[:2]]


def named(path: Path) -> str:
    return path.stem


def closed_to(shape: URIRef) -> set[URIRef]:
    """Return the properties that a closed shape lets pass."""
    graph = shapes_graph()
    allowed = {graph.value(part, SH.path) for part in graph.objects(shape, SH.property)}
    allowed |= set(graph.items(graph.value(shape, SH.ignoredProperties)))
    return {term for term in allowed - {RDF.type} if isinstance(term, URIRef)}


def targets(shape: URIRef) -> set[URIRef]:
    """Return the classes whose instances a shape looks at, itself or through its node shape."""
    graph = shapes_graph()
    return set(graph.objects(shape, SH.targetClass)) | {
        target for node in graph.subjects(SH.property, shape) for target in graph.objects(node, SH.targetClass)
    }


def looked_at(shape: URIRef, graph: rdflib.Graph) -> set:
    """Return the nodes of a graph that a shape looks at."""
    properties = shapes_graph().objects(shape, SH.targetSubjectsOf)
    return {node for target in targets(shape) for node in graph.subjects(RDF.type, target)} | {
        node for target in properties for node in graph.subjects(target)
    }


@pytest.mark.parametrize("path", BAD, ids=named)
def test_a_bad_case_gives_its_one_result_and_no_other(path: Path) -> None:
    message, place = header(path)
    shape, focus = re.fullmatch(r"<(.+)> at (?:<(.+)>|a blank node)", place).groups()
    found = [(str(result.shape), str(result.focus), result.message) for result in results_of(path)]
    assert found == [(shape, focus or "a blank node", message)]


@pytest.mark.parametrize("path", GOOD, ids=named)
def test_a_good_neighbour_gives_no_result(path: Path) -> None:
    assert results_of(path) == []


@pytest.mark.parametrize("path", [*BAD, *GOOD], ids=named)
def test_the_fast_engine_gives_what_the_reference_gives(path: Path) -> None:
    found = by_shacl(text_surrounded(own(path)), set(own(path).subjects()))
    assert Counter(found) == Counter(results_of(path))


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


@pytest.mark.parametrize("shape", speaking_shapes(), ids=lambda shape: shape.rpartition("/")[2])
def test_a_shape_speaks_to_the_coder_in_one_sentence(shape: URIRef) -> None:
    graph = shapes_graph()
    message, remedy = graph.value(shape, SH.message, any=False), graph.value(shape, REMEDY, any=False)
    assert message.language == remedy.language == "en"
    assert re.fullmatch(r"[A-Z][^\n]*[^.]\.", message)
    assert not re.search(r"[.!?] [A-Z]", re.sub(r'"[^"]*"', "", message))
    assert re.fullmatch(r"[a-z][^\n]{5,75}[^.]", remedy)


@pytest.mark.parametrize("shape", speaking_shapes(), ids=lambda shape: shape.rpartition("/")[2])
def test_a_shape_says_how_grave_its_results_are_and_where_its_rule_comes_from(shape: URIRef) -> None:
    graph = shapes_graph()
    assert graph.value(shape, SH.severity, any=False) in {SH.Violation, SH.Warning, SH.Info}
    source = graph.value(shape, rdflib.DCTERMS.source, any=False)
    assert source.rpartition("/")[2] in {"ontology", "giuliani2005"}
    assert ((shape, CKG.locator, None) in graph) == source.endswith("giuliani2005")


def test_no_two_shapes_say_the_same() -> None:
    for predicate in (SH.message, CKG.sheetMessage):
        messages = Counter(str(message) for message in shapes_graph().objects(None, predicate))
        assert [message for message, times in messages.items() if times > 1] == []


FROM_A_SHEET = r"(actor|case|chain|cluster|coding|evidence|locator|note|period|place|rating|source|text)(-.+)?"
"""Names of the shapes that what comes from a sheet can break."""


def test_whatever_a_row_of_a_sheet_can_break_speaks_in_the_coder_s_words() -> None:
    wanted = {shape for shape in speaking_shapes() if re.fullmatch(FROM_A_SHEET, shape.removeprefix(SHAPE))}
    said = set(shapes_graph().subjects(CKG.sheetMessage))
    assert said == set(shapes_graph().subjects(CKG.sheetRemedy))
    assert wanted - said == set()
    assert said - wanted == {SHAPE["concept-label-english"]}


@pytest.mark.parametrize("shape", sorted(shapes_graph().subjects(CKG.sheetMessage)), ids=lambda s: s[len(SHAPE) :])
def test_what_a_shape_says_to_a_sheet_has_no_word_of_turtle(shape: URIRef) -> None:
    graph = shapes_graph()
    message = graph.value(shape, CKG.sheetMessage, any=False)
    remedy = graph.value(shape, CKG.sheetRemedy, any=False)
    assert message.language == remedy.language == "en"
    assert re.fullmatch(r"[A-Z][^\n]{15,120}[^.]\.", message)
    assert re.fullmatch(r"[a-z][^\n]{5,75}[^.]", remedy)
    for text in (message, remedy):
        assert not re.search(r"\w:\w|://|\^\^|@en|\bIRI\b|Turtle|fragment|datatype|node", text)


def test_a_closed_shape_lists_every_property_that_it_lets_pass() -> None:
    graph = shapes_graph()
    closed = set(graph.subjects(SH.closed, Literal(True)))
    names = {"rating", "chain", "row", "column", "cell", "footnote", "assertion", "section", "participation"}
    assert {shape.rpartition("/")[2] for shape in closed} == names
    for shape in closed:
        listed = re.findall(r"[\w-]+:\w+", graph.value(shape, SH.message))
        assert {graph.namespace_manager.expand_curie(name) for name in listed} == closed_to(shape)


def test_whatever_a_shape_or_its_message_names_exists() -> None:
    """A shape with a misspelt term never fires, and a message with one misleads."""
    graph = shapes_graph()
    ours = ("https://w3id.org/clusterkg/ontology#", "https://w3id.org/clusterkg/concept/")
    known = set(read(ROOT / "ontology/clusterkg.ttl", ROOT / "ontology/concepts.ttl").subjects())
    names = {term for triple in graph for term in triple if isinstance(term, URIRef)}
    for predicate in (SH.message, REMEDY, SH.select):
        for text in graph.objects(None, predicate):
            for prefix, name in re.findall(r"(?<![\w/#:-])([a-z][\w-]*):([\w-]+)", text):
                assert prefix in house_prefixes() or prefix in {"case", "giuliani2005", "https"}, (prefix, text)
                names.add(URIRef(house_prefixes().get(prefix, "") + name))
    assert {name for name in names if name.startswith(ours) and not name.endswith("/concept/")} - known == set()


def test_every_shape_has_a_name() -> None:
    graph = shapes_graph()
    for kind in (SH.NodeShape, SH.PropertyShape, SH.SPARQLConstraint):
        assert [shape for shape in graph.subjects(RDF.type, kind) if not shape.startswith(SHAPE)] == []
    listed = {SH.path, SH.alternativePath, SH.inversePath, SH["or"], SH.xone, SH["in"]}
    listed |= {SH.ignoredProperties, SH.languageIn, RDF.first, RDF.rest}
    assert {predicate for _, predicate, node in graph if isinstance(node, BNode)} <= listed


def test_every_shape_without_a_message_is_a_part_of_another_or_holds_others() -> None:
    graph = shapes_graph()
    silent = set(graph.subjects(RDF.type, SH.NodeShape)) | set(graph.subjects(RDF.type, SH.PropertyShape))
    used = {member for listed in graph.objects(None, SH["or"] | SH.xone) for member in graph.items(listed)}
    used |= set(graph.objects(None, SH["not"]))
    for shape in silent - set(speaking_shapes()):
        assert shape in used or (shape, SH.property, None) in graph, shape


@pytest.mark.parametrize("path", [*BAD, *GOOD], ids=named)
def test_a_case_for_the_shapes_is_in_the_house_format(path: Path) -> None:
    text = path.read_text("utf-8")
    assert format_text(text, str(path), house_prefixes()) == text
