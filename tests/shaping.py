"""Bad cases and good neighbours among what they lean on, and what both engines say of them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyshacl
import rdflib
import shacl
from rdflib import RDF, SH, BNode, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.util import from_n3

from clusterkg.graph.joins import joined_in_order
from clusterkg.prefixes import house_prefixes

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
        if focus is None or result.focus in focus or isinstance(result.focus, BNode) or result.focus == "a blank node"
    ]


@cache
def batches() -> list[list[Path]]:
    """Return the bad cases and good neighbours in lists whose files can stand side by side.

    Each describes things of its own, which none of the others names, and replaces nothing of the surroundings. What
    cannot stand beside others, or has a blank node that nobody could tell from another file's, stands alone.
    """
    shared: list[tuple[list[Path], set[str], set[str]]] = []
    alone = []
    for path in [*BAD, *GOOD]:
        graph = own(path)
        described = {subject.partition("#")[0] for subject in graph.subjects()}
        named = {term.partition("#")[0] for triple in graph for term in triple if isinstance(term, URIRef)} | described
        if replaced_by(graph) or any(isinstance(term, BNode) for triple in graph for term in triple):
            alone.append([path])
            continue
        for batch, things, names in shared:
            if described.isdisjoint(names) and things.isdisjoint(named):
                batch.append(path)
                things |= described
                names |= named
                break
        else:
            shared.append(([path], described, named))
    return [batch for batch, _, _ in shared] + alone


@cache
def batch_of(path: Path) -> int:
    """Return the place of the list in which a file stands."""
    return next(place for place, batch in enumerate(batches()) if path in batch)


@cache
def in_batch(place: int) -> list[Result]:
    """Return what the reference says of a list of files that stand side by side."""
    together, subjects = ParsedOnce(), set()
    for path in batches()[place]:
        together += own(path)
        subjects |= set(own(path).subjects())
    with surrounded(together) as graph:
        return by_pyshacl(graph, subjects)


@cache
def results_of(path: Path) -> list[Result]:
    """Return the results about a file, which stands beside others as long as they do not get in its way."""
    found = only(set(own(path).subjects()), in_batch(batch_of(path)))
    if len(batches()[batch_of(path)]) == 1 or outcome(found) == expected(path):
        return found
    with surrounded(own(path)) as graph:
        return by_pyshacl(graph, set(own(path).subjects()))


def outcome(results: list[Result]) -> list[tuple[str, str, str | None]]:
    """Return shape, focus node and message of results."""
    return [(str(result.shape), str(result.focus), result.message) for result in results]


@cache
def expected(path: Path) -> list[tuple[str, str, str | None]]:
    """Return the outcome that the header of a bad case promises; none for a good neighbour."""
    if path in GOOD:
        return []
    message, place = header(path)
    shape, focus = re.fullmatch(r"<(.+)> at (?:<(.+)>|a blank node)", place).groups()
    return [(shape, focus or "a blank node", message)]


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
