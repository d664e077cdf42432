"""The shapes speak to the coder: each has a message, a remedy, a severity and a source, and names what exists."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, SH, BNode, Literal, URIRef
from shaping import BAD, CKG, GOOD, REMEDY, ROOT, SHAPE, closed_to, named, read, shapes_graph, speaking_shapes

from clusterkg.prefixes import house_prefixes
from clusterkg.turtle import format_text


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
