"""What the shapes demand of a column, in the words of the codebook."""

from __future__ import annotations

import re

from clusterkg.coding.columns import Column
from clusterkg.prefixes import house_prefixes
from clusterkg.terms import ONTOLOGY
from clusterkg.turtle import read_text
from clusterkg.validation.shapes import shapes_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as ox

__all__ = ["Rule", "rules_by_column"]

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LEVELS = {SH + "Violation": "error", SH + "Warning": "warning", SH + "Info": "info"}
PARTS = {SH + name for name in ("or", "and", "xone", "not", "node")} | {RDF + "first", RDF + "rest"}

RATING = ("ckg:Rating",)
CASE = ("ckg:CaseStudy",)
CHAIN = ("ckg:ValueChain",)

WRITTEN = {
    "score": (RATING, ("ckg:score", "sdmx-attribute:obsStatus")),
    "degree": (RATING, ("ckg:degree", "sdmx-attribute:obsStatus")),
    "governance": (CASE, ("ckg:feedsInto", "ckg:governanceStatus")),
    "effect": (CHAIN, ("ckg:enables", "ckg:hinders", "ckg:leavesUnaffected")),
    "country": (("ckg:Cluster",), ("ckg:country",)),
    "industry": (("ckg:Cluster",), ("ckg:industry",)),
    "sectoral_group": (CASE, ("ckg:sectoralGroup",)),
    "source_basis": (CASE, ("ckg:sourceBasis",)),
    "confidence": (RATING + CHAIN, ("ckg:confidence",)),
    "governance_mode": (CHAIN, ("ckg:governedBy",)),
    "market_scope": (CHAIN, ("ckg:marketScope",)),
}
"""What a column becomes, by its kind or name: properties of things of a class."""


class Rule:
    """One shape in words.

    Attributes:
        name: the local name of the shape, as a problems file shows it.
        level: ``error``, ``warning`` or ``info``.
        message: what is demanded.
        fix: what to write.
    """

    __slots__ = ("fix", "level", "message", "name")

    def __init__(self, name: str, level: str, message: str, fix: str) -> None:
        self.name, self.level, self.message, self.fix = name, level, message, fix

    def __repr__(self) -> str:
        return f"Rule({self.name!r}, {self.level!r})"


def rules_by_column(columns: Iterable[Column], folders: Iterable[str] = ()) -> dict[str, list[Rule]]:
    """Return the rules that check each column, by its name, errors first.

    Args:
        columns: the columns; one that becomes nothing that a shape looks at has no rules.
        folders: added folders; the last that has shapes of its own stands in for the shipped ones.

    Raises:
        FileError, TurtleError: the shapes cannot be read.

    >>> from clusterkg.coding.columns import column
    >>> rules = rules_by_column([column("cases", "product"), column("cases", "note")])
    >>> [rule.level for rule in rules["product"] if rule.name == "rating-score"], rules["note"]
    (['error'], [])
    """
    shapes = _shapes(folders)
    found: dict[str, list[Rule]] = {}
    for column in columns:
        classes, properties = WRITTEN.get(column.kind) or WRITTEN.get(column.name) or ((), ())
        found[column.name] = [
            rule
            for rule, about, paths in shapes
            if about & {_iri(name) for name in classes} and paths & {_iri(name) for name in properties}
        ]
    return found


def _iri(name: str) -> str:
    prefix, local = name.split(":")
    return house_prefixes()[prefix] + local


def _shapes(folders: Iterable[str]) -> list[tuple[Rule, set[str], set[str]]]:
    """Return each shape with a message as a rule, the classes it is about and the properties it looks at."""
    import pyoxigraph as ox

    store = ox.Store()
    path = shapes_path(folders)
    store.load(read_text(path).encode(), format=ox.RdfFormat.TURTLE)

    def text(subject: ox.NamedNode, *predicates: str) -> str:
        for predicate in predicates:
            for quad in store.quads_for_pattern(subject, ox.NamedNode(predicate), None):
                if isinstance(quad.object, ox.NamedNode | ox.Literal):
                    return quad.object.value
        return ""

    spoken = ONTOLOGY + "sheetMessage"
    for_coders = {quad.subject for quad in store.quads_for_pattern(None, ox.NamedNode(spoken), None)}
    candidates = for_coders or {
        quad.subject for quad in store.quads_for_pattern(None, ox.NamedNode(SH + "message"), None)
    }
    rules = []
    for shape in candidates:
        if not isinstance(shape, ox.NamedNode):
            continue
        rule = Rule(
            re.split(r"[/#]", shape.value)[-1],
            LEVELS.get(text(shape, SH + "severity"), "error"),
            text(shape, spoken, SH + "message"),
            text(shape, ONTOLOGY + "sheetRemedy", ONTOLOGY + "remedy"),
        )
        rules.append((rule, _classes(store, shape), _paths(store, shape)))
    order = list(LEVELS.values())
    return sorted(rules, key=lambda entry: (order.index(entry[0].level), entry[0].name))


def _classes(store: ox.Store, shape: ox.NamedNode) -> set[str]:
    """Return the classes that a shape, or a node shape that it is a property shape of, has for a target."""
    import pyoxigraph as ox

    owners = [quad.subject for quad in store.quads_for_pattern(None, ox.NamedNode(SH + "property"), shape)]
    return {
        quad.object.value
        for node in (shape, *owners)
        for quad in store.quads_for_pattern(node, ox.NamedNode(SH + "targetClass"), None)
        if isinstance(quad.object, ox.NamedNode)
    }


def _paths(store: ox.Store, shape: ox.NamedNode) -> set[str]:
    """Return the properties that a shape looks at, itself or through the shapes that it is made of."""
    import pyoxigraph as ox

    found: set[str] = set()
    waiting: list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = [shape]
    visited = set()
    while waiting:
        node = waiting.pop()
        if node in visited or not isinstance(node, ox.NamedNode | ox.BlankNode):
            continue
        visited.add(node)
        for quad in store.quads_for_pattern(node, None, None):
            if quad.predicate.value in PARTS:
                waiting.append(quad.object)
            elif quad.predicate.value == SH + "path" and isinstance(quad.object, ox.NamedNode):
                found.add(quad.object.value)
    return found
