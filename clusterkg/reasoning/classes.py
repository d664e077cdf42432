"""The ontology's defined classes: their definitions, their members by rule, and the triples that make them members."""

from __future__ import annotations

import os
import re

from clusterkg.errors import QueryError, UnknownName, nearest
from clusterkg.resources import rule_paths
from clusterkg.terms import BASE, INFERENCES_GRAPH, ONTOLOGY, case_iri
from clusterkg.turtle import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as ox

__all__ = ["DefinedClass", "cases_of", "class_named", "defined_classes", "members", "satisfying"]

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

DEFINED = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?class ?label ?definition
WHERE {
  ?class a owl:Class ;
         owl:equivalentClass ?expression .
  FILTER(ISIRI(?class))
  OPTIONAL { ?class rdfs:label ?label . FILTER(LANG(?label) = "en") }
  OPTIONAL { ?class skos:definition ?definition . FILTER(LANG(?definition) = "en") }
}
ORDER BY ?class
"""

RULE = re.compile(
    r"(?P<prologue>.*)CONSTRUCT\s*\{\s*\?(?P<thing>\w+)\s+a\s+\S+\s*\}\s*WHERE\s*\{(?P<body>.*)\}\s*", re.S
)
CONDITION = re.compile(r"^\s*FILTER\s*\(.*\)\s*$", re.M)


class DefinedClass:
    """A class of the ontology that is defined by what its members are like.

    Attributes:
        iri: the class.
        label: its English label; its local name where it has none.
        definition: its definition in English words, or nothing.
        rule: the file of the rule that finds its members at load, or None.
    """

    __slots__ = ("definition", "iri", "label", "rule")

    def __init__(self, iri: str, label: str, definition: str, rule: str | None) -> None:
        self.iri, self.label, self.definition, self.rule = iri, label, definition, rule

    def __repr__(self) -> str:
        return f"DefinedClass({self.iri!r})"


def rule_name(iri: str) -> str:
    """Return the name of the file that holds the rule of a class.

    >>> rule_name("https://w3id.org/clusterkg/ontology#CaseInGlobalChain")
    'case-in-global-chain.rq'
    """
    local = re.split(r"[#/]", iri)[-1]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", local).lower() + ".rq"


def defined_classes(store: ox.Store, folders: Iterable[str] = ()) -> list[DefinedClass]:
    """Return the defined classes of the ontologies loaded, by IRI.

    Args:
        store: the loaded graph.
        folders: folders added to the project, whose rules stand in for shipped ones.
    """
    import pyoxigraph as ox

    rules = {os.path.basename(path): path for path in rule_paths(folders)}
    answer = store.query(DEFINED, use_default_graph_as_union=True)
    assert isinstance(answer, ox.QuerySolutions)
    found: dict[str, DefinedClass] = {}
    for iri, label, definition in answer:
        local = re.split(r"[#/]", iri.value)[-1]
        words = "" if definition is None else definition.value
        found.setdefault(
            iri.value,
            DefinedClass(iri.value, local if label is None else label.value, words, rules.get(rule_name(iri.value))),
        )
    return list(found.values())


def class_named(name: str, classes: Iterable[DefinedClass]) -> DefinedClass:
    """Return the class of that local name (``CaseInGlobalChain``), prefixed name or IRI.

    Raises:
        UnknownName: there is none; the nearest names are offered.
    """
    by_name = {defined.iri.removeprefix(ONTOLOGY): defined for defined in classes}
    local = name.removeprefix(ONTOLOGY).removeprefix("ckg:")
    if local not in by_name:
        raise UnknownName("no such defined class", place=name, remedy=nearest(local, by_name))
    return by_name[local]


def cases_of(store: ox.Store, study: str) -> list[str]:
    """Return the IRIs of a study's case studies, sorted.

    Raises:
        UnknownName: there is no such study with cases; the nearest keys are offered.
    """
    import pyoxigraph as ox

    pattern = store.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), ox.NamedNode(ONTOLOGY + "CaseStudy"))
    cases = {quad.subject.value for quad in pattern if isinstance(quad.subject, ox.NamedNode)}
    found = sorted(case for case in cases if case.startswith(case_iri(study, "")))
    if not found:
        studies = {case.removeprefix(BASE + "case/").split("/")[0] for case in cases}
        raise UnknownName("no such study with cases", place=study, remedy=nearest(study, studies))
    return found


def members(store: ox.Store, defined: DefinedClass) -> list[str]:
    """Return the IRIs of a class's members as its rule found them at load, sorted."""
    import pyoxigraph as ox

    graph = ox.NamedNode(INFERENCES_GRAPH)
    pattern = store.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), ox.NamedNode(defined.iri), graph)
    return sorted(quad.subject.value for quad in pattern if isinstance(quad.subject, ox.NamedNode))


def satisfying(store: ox.Store, defined: DefinedClass, thing: str) -> list[ox.Triple]:
    """Return the triples by which a thing meets the pattern of a class's rule; none where it does not.

    The rule's own pattern serves as template, so that what is shown is what the rule looked at.

    Raises:
        QueryError: the rule's pattern cannot be shown, or does not parse.
    """
    import pyoxigraph as ox

    if defined.rule is None:
        return []
    rule = RULE.fullmatch(read_text(defined.rule))
    if rule is None:
        raise QueryError(
            "the rule's pattern cannot be shown",
            place=defined.rule,
            remedy="write CONSTRUCT { ?thing a CLASS } WHERE { … } with triples, and each FILTER on a line of its own",
        )
    template = CONDITION.sub("", rule["body"])
    one = f"VALUES ?{rule['thing']} {{ {ox.NamedNode(thing)} }}"
    text = f"{rule['prologue']}CONSTRUCT {{ {template} }} WHERE {{ {one} {rule['body']} }}"
    try:
        triples = store.query(text, use_default_graph_as_union=True)
    except SyntaxError as error:
        raise QueryError(
            f"the rule's pattern cannot be shown: {error.msg}",
            place=defined.rule,
            remedy="write triples without paths, and each FILTER on a line of its own",
        ) from error
    assert isinstance(triples, ox.QueryTriples)
    return sorted(set(triples), key=lambda triple: [getattr(term, "value", "") for term in triple])
