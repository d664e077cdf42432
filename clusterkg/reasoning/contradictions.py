"""Contradictions: the fewest statements and axioms that cannot hold together, in plain lines."""

from __future__ import annotations

import os
import re

from clusterkg.errors import ReasonerError
from clusterkg.prefixes import compact
from clusterkg.reasoning.hermit import run_java
from clusterkg.reasoning.premises import as_ntriples
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as ox

    Expression = str | list["Expression"]

__all__ = ["Contradiction", "MissingCompilerError", "contradictions", "in_words", "short"]

TOKEN = re.compile(r'<[^>]*>|"(?:[^"\\]|\\.)*"(?:\^\^(?:<[^>]*>|[\w:-]+)|@[\w-]+)?|[()]|[^\s()]+')

WORDS = {
    "ClassAssertion": "{1} a {0}",
    "ObjectPropertyAssertion": "{1} {0} {2}",
    "DataPropertyAssertion": "{1} {0} {2}",
    "FunctionalObjectProperty": "{0} has one value at most",
    "FunctionalDataProperty": "{0} has one value at most",
    "ObjectPropertyDomain": "whatever has {0} is a {1}",
    "DataPropertyDomain": "whatever has {0} is a {1}",
    "ObjectPropertyRange": "a value of {0} is a {1}",
    "DataPropertyRange": "a value of {0} is a {1}",
    "SubClassOf": "every {0} is a {1}",
    "SubObjectPropertyOf": "whatever has {0} has it as {1} too",
    "EquivalentClasses": "{0} is defined as {1}",
    "DatatypeDefinition": "{0} is defined as {1}",
    "DisjointClasses": "nothing is both {0} and {1}",
    "DifferentIndividuals": "{0} is not {1}",
    "ObjectHasValue": "{0} value {1}",
    "DataHasValue": "{0} value {1}",
    "ObjectSomeValuesFrom": "{0} some ({1})",
    "DataSomeValuesFrom": "{0} some ({1})",
    "ObjectAllValuesFrom": "{0} only ({1})",
    "DataAllValuesFrom": "{0} only ({1})",
    "ObjectMinCardinality": "{1} min {0}",
    "ObjectMaxCardinality": "{1} max {0}",
    "ObjectExactCardinality": "{1} exactly {0}",
    "ObjectComplementOf": "not ({0})",
}
"""How an axiom or a class expression reads, its parts put in for the numbers."""

BETWEEN = {"ObjectIntersectionOf": " and ", "ObjectUnionOf": " or ", "SubObjectPropertyChain": " then "}
FACETS = {"minInclusive": ">=", "minExclusive": ">", "maxInclusive": "<=", "maxExclusive": "<"}


class MissingCompilerError(ReasonerError):
    """Java is there without its compiler, which the search for the statements in play needs."""


class Contradiction:
    """The fewest statements that contradict one another, with the axioms by which they do.

    Attributes:
        subjects: the cases, or other described things, whose statements are in play; none when
            the ontology contradicts itself.
        lines: the statements, then the axioms, each in words.
    """

    def __init__(self, subjects: list[str], lines: list[str]) -> None:
        self.subjects, self.lines = subjects, lines

    def __repr__(self) -> str:
        return f"<Contradiction: {'; '.join(self.lines)}>"


def short(iri: str) -> str:
    """Return an IRI by its prefix or its path below our base, as in messages.

    >>> short("https://w3id.org/clusterkg/case/giuliani2005/leon-footwear#chain-us")
    'case/giuliani2005/leon-footwear#chain-us'
    >>> short("https://w3id.org/clusterkg/ontology#score")
    'ckg:score'
    """
    return compact(iri).strip("<>").removeprefix(BASE)


def contradictions(
    statements: Iterable[ox.Triple], told: Iterable[ox.Triple], *, most: int = 10
) -> list[Contradiction]:
    """Return what contradicts what: sets as small as can be, no statement in two of them.

    Args:
        statements: everything that the reasoner was given.
        told: the part of it that stands in files; what rules derive from it comes into play only
            where the files' own statements do not contradict one another.
        most: how many contradictions to look for.

    Raises:
        MissingCompilerError: Java is there without its compiler.
        ReasonerError: there is no Java, or the search fails.
    """
    import tempfile
    from importlib.resources import as_file, files

    with (
        tempfile.TemporaryDirectory(prefix="clusterkg-") as folder,
        as_file(files("clusterkg.reasoning") / "Contradictions.java") as program,
    ):
        paths = [os.path.join(folder, name) for name in ("statements.nt", "told.nt")]
        for path, triples in zip(paths, (statements, told), strict=True):
            with open(path, "wb") as file:
                file.write(as_ntriples(triples))
        code, out, complaint = run_java([str(program), *paths, str(most)])
    if code:
        if re.search(r"jdk\.compiler|[Cc]ould not find or load main class|compiler.*not found", complaint):
            raise MissingCompilerError(
                "is a runtime without a compiler, and the search for the statements in play needs one",
                place="Java",
                remedy="install a JDK, version 11 or later (Debian: apt install default-jdk-headless)",
            )
        first = next((line for line in complaint.splitlines() if line.strip()), "no answer")
        raise ReasonerError(f"the search for the statements in play fails: {first}", place="HermiT")
    found: dict[str, list[str]] = {}
    for line in out.splitlines():
        number, _, axiom = line.partition("\t")
        found.setdefault(number, []).append(axiom)
    return [_contradiction(axioms) for axioms in found.values()]


def _contradiction(axioms: list[str]) -> Contradiction:
    things = [axiom for axiom in axioms if re.match(r"(Class|ObjectProperty|DataProperty)Assertion\(", axiom)]
    subjects = {iri.partition("#")[0] for axiom in things for iri in re.findall(r"<([^>]+)>", axiom)}
    cases = {iri for iri in subjects if iri.startswith(BASE + "case/")}
    described = {iri for iri in subjects if iri.startswith(BASE) and not iri.startswith(BASE + "concept/")}
    # Terms of the ontology end up here too, by the IRI of the ontology itself.
    named = cases or described - {BASE + "ontology"}
    return Contradiction(sorted(named), [in_words(axiom) for axiom in axioms])


def in_words(axiom: str) -> str:
    """Return an axiom of OWL's functional syntax in words; what has none keeps its form.

    >>> in_words('DataPropertyRange(<https://w3id.org/clusterkg/ontology#score> xsd:decimal)')
    'a value of ckg:score is a xsd:decimal'
    >>> in_words('SubClassOf(<http://example.org/A> ObjectMinCardinality(2 <http://example.org/p> owl:Thing))')
    'every http://example.org/A is a http://example.org/p min 2'
    """
    tokens = TOKEN.findall(axiom)
    return _words(_parse(tokens)[0])


def _parse(tokens: list[str]) -> list[Expression]:
    """Take expressions off the front of some tokens, up to a closing bracket, and return them."""
    expressions: list[Expression] = []
    while tokens:
        token = tokens.pop(0)
        if token == ")":
            break
        if tokens and tokens[0] == "(":
            tokens.pop(0)
            expressions.append([token, *_parse(tokens)])
        else:
            expressions.append(token)
    return expressions


def _words(expression: Expression) -> str:
    if isinstance(expression, str):
        if expression.startswith("<"):
            return short(expression[1:-1])
        literal = re.fullmatch(r'"(.*)"\^\^xsd:(decimal|integer|boolean)', expression, re.S)
        return literal[1] if literal else expression
    name = str(expression[0])
    parts = [_words(part) for part in expression[1:]]
    if name in BETWEEN:
        return BETWEEN[name].join(parts)
    if name == "facetRestriction":
        return f"{FACETS.get(parts[0], parts[0])} {parts[1]}"
    if name == "DataRangeRestriction":
        # The lower bound first: Java keeps them in no order.
        return f"{parts[0]} {' and '.join(sorted(parts[1:], reverse=True))}"
    if name in WORDS and len(parts) >= WORDS[name].count("{"):
        return WORDS[name].format(*parts)
    return f"{name}({' '.join(parts)})"
