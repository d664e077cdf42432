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

__all__ = ["Rule", "rules_by_column", "rules_by_term"]

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

VALUE = ("ckg:score", "ckg:degree", "sdmx-attribute:obsStatus")
"""The properties of which a rating has one; which one may depend on its variable."""


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


class _Shape:
    """A shape with a message: its rule, the classes it is about, the properties it looks at, the variables it binds."""

    __slots__ = ("classes", "excused", "only", "paths", "rule")

    def __init__(self, store: ox.Store, node: ox.NamedNode, rule: Rule) -> None:
        self.rule, self.classes, self.paths = rule, _classes(store, node), _paths(store, node)
        self.only, self.excused = _variables(store, node)

    @property
    def conditional(self) -> bool:
        """Whether it binds the ratings of some variables alone."""
        return bool(self.only or self.excused)

    def binds(self, variable: str) -> bool:
        """Tell whether it binds the ratings of a variable."""
        return variable not in self.excused and (not self.only or variable in self.only)


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
        targets, looked_at = {_iri(name) for name in classes}, {_iri(name) for name in properties}
        values = {_iri(name) for name in VALUE} if classes == RATING else set()
        found[column.name] = [
            shape.rule
            for shape in shapes
            if shape.classes & targets
            and shape.binds(column.concept)
            and shape.paths & (values if shape.conditional else looked_at)
        ]
    return found


def rules_by_term(folders: Iterable[str] = ()) -> dict[str, list[Rule]]:
    """Return the rules that are about each class or property, by its IRI, errors first, in the words for files.

    Raises as `rules_by_column` does.

    >>> [rule.name for rule in rules_by_term()["https://w3id.org/clusterkg/ontology#actorType"]]
    ['actor-type']
    """
    found: dict[str, list[Rule]] = {}
    for shape in _shapes(folders, spoken=SH + "message"):
        for iri in shape.classes | shape.paths:
            found.setdefault(iri, []).append(shape.rule)
    return found


def _iri(name: str) -> str:
    prefix, local = name.split(":")
    return house_prefixes()[prefix] + local


def _shapes(folders: Iterable[str], spoken: str = ONTOLOGY + "sheetMessage") -> list[_Shape]:
    """Return the shapes that have a message, those of errors first.

    Args:
        folders: added folders.
        spoken: the property that their words stand in; where no shape has it, ``sh:message`` takes its place.
    """
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

    for_coders = {quad.subject for quad in store.quads_for_pattern(None, ox.NamedNode(spoken), None)}
    candidates = for_coders or {
        quad.subject for quad in store.quads_for_pattern(None, ox.NamedNode(SH + "message"), None)
    }
    remedies = [ONTOLOGY + name for name in (("remedy",) if spoken == SH + "message" else ("sheetRemedy", "remedy"))]
    found = []
    for shape in candidates:
        if not isinstance(shape, ox.NamedNode):
            continue
        rule = Rule(
            re.split(r"[/#]", shape.value)[-1],
            LEVELS.get(text(shape, SH + "severity"), "error"),
            text(shape, spoken, SH + "message"),
            text(shape, *remedies),
        )
        found.append(_Shape(store, shape, rule))
    order = list(LEVELS.values())
    return sorted(found, key=lambda shape: (order.index(shape.rule.level), shape.rule.name))


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


def _variables(store: ox.Store, shape: ox.NamedNode) -> tuple[set[str], set[str]]:
    """Return the variables that alone a shape binds, and those that it excuses.

    Such a shape is an ``sh:or`` of what it demands and of a part that says of which variable the rating is: one
    that says the variable excuses it, one that says ``sh:not`` the variable excuses all others.
    """
    import pyoxigraph as ox

    variable = ox.NamedNode(ONTOLOGY + "variable")
    only: set[str] = set()
    excused: set[str] = set()
    waiting: list[tuple[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, bool]] = [(shape, False)]
    visited = set()
    while waiting:
        node, denied = waiting.pop()
        if (node, denied) in visited or not isinstance(node, ox.NamedNode | ox.BlankNode):
            continue
        visited.add((node, denied))
        parts = list(store.quads_for_pattern(node, None, None))
        waiting += [
            (quad.object, denied != (quad.predicate.value == SH + "not"))
            for quad in parts
            if quad.predicate.value in PARTS
        ]
        if any(quad.predicate.value == SH + "path" and quad.object == variable for quad in parts):
            said = only if denied else excused
            for quad in parts:
                if quad.predicate.value == SH + "hasValue" and isinstance(quad.object, ox.NamedNode):
                    said.add(quad.object.value)
                elif quad.predicate.value == SH + "in":
                    said |= _members(store, quad.object)
    return only, excused


def _members(store: ox.Store, node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> set[str]:
    """Return the IRIs in an RDF list."""
    import pyoxigraph as ox

    found: set[str] = set()
    while isinstance(node, ox.NamedNode | ox.BlankNode) and node.value != RDF + "nil":
        first, rest = (
            next(iter(store.quads_for_pattern(node, ox.NamedNode(RDF + name), None)), None)
            for name in ("first", "rest")
        )
        if first is None or rest is None:
            break
        if isinstance(first.object, ox.NamedNode):
            found.add(first.object.value)
        node = rest.object
    return found
