"""The ontology: every term complete in three languages, and all of it OWL 2 DL."""

import collections
import re

import pyhornedowl
import pyoxigraph as ox
import pytest
from conftest import ROOT
from pyhornedowl.profile import check_profile

from clusterkg.resources import turtle_files
from clusterkg.terms import BASE, ONTOLOGY

OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
LANGUAGES = ("en", "es", "pt")

About = dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]


def triples_of(*names: str) -> list[ox.Triple]:
    """Return the triples of some files, in the order in which they stand there."""
    found: list[ox.Triple] = []
    for name in names:
        text = (ROOT / name).read_bytes()
        found += [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    return found


def described(name: str, namespace: str) -> dict[str, About]:
    """Return what a file says of each thing of a namespace."""
    found: dict[str, About] = collections.defaultdict(lambda: collections.defaultdict(list))
    for triple in triples_of(name):
        if isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(namespace):
            found[triple.subject.value][triple.predicate.value].append(triple.object)
    return found


TERMS = described("ontology/clusterkg.ttl", ONTOLOGY)
CONCEPTS = described("ontology/concepts.ttl", BASE + "concept/")


def languages(about: About, predicate: str) -> list[str]:
    return sorted(str(getattr(value, "language", "")) for value in about[predicate])


@pytest.mark.parametrize("iri", TERMS, ids=lambda iri: iri.removeprefix(ONTOLOGY))
def test_a_term_is_labelled_defined_and_sourced(iri: str) -> None:
    about = TERMS[iri]
    assert languages(about, RDFS + "label") == list(LANGUAGES)
    assert languages(about, SKOS + "definition") == ["en"]
    assert about[DCTERMS + "source"]
    assert [value.value for value in about[RDFS + "isDefinedBy"]] == [ONTOLOGY.rstrip("#")]


@pytest.mark.parametrize("iri", CONCEPTS, ids=lambda iri: iri.removeprefix(BASE + "concept/"))
def test_a_concept_is_labelled_defined_and_sourced(iri: str) -> None:
    about = CONCEPTS[iri]
    scheme = any(value.value == SKOS + "ConceptScheme" for value in about[RDF + "type"])
    assert languages(about, SKOS + "prefLabel") == list(LANGUAGES)
    assert languages(about, SKOS + "definition") == ["en"]
    assert about[DCTERMS + "source"]
    assert scheme or about[SKOS + "inScheme"]


def test_labels_tell_terms_of_a_kind_apart() -> None:
    for language in LANGUAGES:
        labels = collections.Counter(
            (label.value, str(about[RDF + "type"][0].value).endswith("Class"))
            for about in TERMS.values()
            for label in about[RDFS + "label"]
            if getattr(label, "language", None) == language
        )
        assert [label for label, count in labels.items() if count > 1] == []


def test_a_definition_is_a_sentence_and_no_two_are_alike() -> None:
    # A learning fact keeps the words, and the missing full stop, of the transcribed table.
    told = [about for iri, about in CONCEPTS.items() if "/learning-fact/" not in iri]
    definitions = [about[SKOS + "definition"][0].value for about in (*TERMS.values(), *told)]
    assert [text for text in definitions if not re.fullmatch(r"[A-Z0-9].*[.)]", text, re.S)] == []
    assert [text for text, count in collections.Counter(definitions).items() if count > 1] == []


# OWL 2 DL


def violations(triples: list[ox.Triple]) -> list[str]:
    """Return the names of what py-horned-owl finds against OWL 2 DL."""
    # pyoxigraph keeps the files' order; rdflib's RDF/XML, ordered by hash, is misread now and then.
    text = ox.serialize(triples, format=ox.RdfFormat.RDF_XML).decode()
    ontology = pyhornedowl.open_ontology_from_string(text, "rdf")
    return [type(found).__name__ for found in check_profile(ontology, "DL").violations]


def parsed(text: str) -> list[ox.Triple]:
    prefixes = (
        f"@prefix ckg: <{ONTOLOGY}> . @prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> . @prefix : <{BASE}case/x#> .\n"
    )
    return [quad.triple for quad in ox.parse((prefixes + text).encode(), format=ox.RdfFormat.TURTLE)]


ONTOLOGY_TRIPLES = triples_of("ontology/clusterkg.ttl", "ontology/concepts.ttl")


def test_ontology_and_concepts_are_owl_2_dl() -> None:
    assert violations(ONTOLOGY_TRIPLES) == []


def test_all_files_together_are_owl_2_dl() -> None:
    files, _ = turtle_files()
    names = [file.name for file in files if file.name not in ("ontology/cube.ttl", "ontology/prefixes.ttl")]
    assert (
        violations(triples_of("ontology/clusterkg.ttl", *(name for name in names if name != "ontology/clusterkg.ttl")))
        == []
    )


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (":a a ckg:CaseStudie .", "UseOfUndeclaredClass"),
        (":a a ckg:CaseStudy ; ckg:feedInto :b .", "UseOfUndeclaredObjectProperty"),
        ("ckg:feedsInto a owl:DatatypeProperty .", "UseOfIllegalPunning"),
        ("ckg:country a owl:FunctionalProperty .", "UseOfNonSimplePropertyInFunctionalPropertyAxiom"),
    ],
    ids=["no-such-class", "no-such-property", "object-and-data-property", "functional-with-a-chain"],
)
def test_the_profile_check_catches(fault: str, name: str) -> None:
    assert name in violations(ONTOLOGY_TRIPLES + parsed(fault))


def test_a_sound_case_is_no_violation() -> None:
    assert violations(ONTOLOGY_TRIPLES + parsed(":a a ckg:CaseStudy ; ckg:feedsInto :b . :b a ckg:ValueChain .")) == []
