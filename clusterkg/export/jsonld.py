"""Statements as JSON-LD whose keys are the names of the properties, with the context that says what the keys mean."""

from __future__ import annotations

import json
import re
from collections import Counter

from clusterkg.prefixes import house_prefixes
from clusterkg.terms import BASE, ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import pyoxigraph as ox

    Node = ox.NamedNode | ox.BlankNode
    Description = dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]

__all__ = ["as_document", "as_jsonld"]

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
FIRST, REST, NIL, TYPE = RDF + "first", RDF + "rest", RDF + "nil", RDF + "type"

IRIS, TEXTS, MIXED = "@id", "@language", ""
"""How the values of a property are written: as IRIs, texts by language, or each with what it is."""

NO_LANGUAGE = "@none"
"""The key of a text without a language, beside those that have one."""


def as_jsonld(triples: list[ox.Triple]) -> dict[str, bytes]:
    """Return ``graph.jsonld``, a node a thing in the order of their IRIs, and ``context.jsonld``, which it names.

    IRIs of the project are written from `terms.BASE` on. Of two properties with one name that of the project has it
    alone, and the other goes by its prefix. Lists are lists; blank nodes stand where they belong.

    Args:
        triples: the statements, in a fixed order.
    """
    writer = _Writer(triples)
    context = {"@version": 1.1, **writer.prefixes(), **writer.terms()}
    document = {"@context": ["context.jsonld", {"@base": BASE}], "@graph": writer.nodes()}
    return {
        "graph.jsonld": (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode(),
        "context.jsonld": (json.dumps({"@context": context}, ensure_ascii=False, indent=2) + "\n").encode(),
    }


def as_document(triples: list[ox.Triple]) -> bytes:
    """Return statements as one document of JSON-LD that has its context in it; see `as_jsonld`.

    >>> import pyoxigraph as ox
    >>> is_a, case = ox.NamedNode(TYPE), ox.NamedNode(ONTOLOGY + "CaseStudy")
    >>> json.loads(as_document([ox.Triple(ox.NamedNode(BASE + "case/demo/a"), is_a, case)]))["@graph"]
    [{'@id': 'case/demo/a', '@type': 'CaseStudy'}]
    """
    writer = _Writer(triples)
    context = {"@version": 1.1, "@base": BASE, **writer.prefixes(), **writer.terms()}
    return (json.dumps({"@context": context, "@graph": writer.nodes()}, ensure_ascii=False, indent=1) + "\n").encode()


class _Writer:
    """Statements by subject, with the names that their properties and classes go by."""

    def __init__(self, triples: list[ox.Triple]) -> None:
        import pyoxigraph as ox

        self.ox = ox
        self.things: dict[Node, Description] = {}
        self.used: Counter[Node] = Counter()
        kinds: dict[str, set[str]] = {}
        classes: dict[str, None] = {}
        for triple in triples:
            subject, predicate, term = triple.subject, triple.predicate.value, triple.object
            if isinstance(subject, ox.Triple) or isinstance(term, ox.Triple):
                continue  # the project has no statements about statements
            self.things.setdefault(subject, {}).setdefault(predicate, []).append(term)
            if isinstance(term, ox.BlankNode):
                self.used[term] += 1
            if predicate == TYPE and isinstance(term, ox.NamedNode):
                classes[term.value] = None
            elif predicate not in (FIRST, REST, TYPE):
                kinds.setdefault(predicate, set()).add(self._kind(term))
        self.kinds = {predicate: _common(found) for predicate, found in kinds.items()}
        self.names = _names([*self.kinds, *classes])
        self.classes = list(classes)

    def _kind(self, term: ox.NamedNode | ox.BlankNode | ox.Literal) -> str:
        if not isinstance(term, self.ox.Literal):
            return IRIS
        return TEXTS if term.language else term.datatype.value

    def prefixes(self) -> dict[str, str]:
        """Return the prefixes that names need."""
        needed = {name.partition(":")[0] for name in self.names.values() if ":" in name}
        return {name: space for name, space in sorted(house_prefixes().items()) if name in needed}

    def terms(self) -> dict[str, Any]:
        """Return what each name means, and how its values are to be read."""
        found = {self.names[iri]: _meaning(iri, kind) for iri, kind in self.kinds.items()}
        found |= {self.names[iri]: iri for iri in self.classes if self.names[iri] not in (iri, *found)}
        return dict(sorted(found.items()))

    def nodes(self) -> list[dict[str, Any]]:
        """Return a node for each thing that no other holds inside."""
        inside = {node for node in self.things if isinstance(node, self.ox.BlankNode) and self.used[node] == 1}
        return [self._node(node) for node in self.things if node not in inside]

    def _node(self, node: Node) -> dict[str, Any]:
        about = self.things.get(node, {})
        said: dict[str, Any] = {}
        if isinstance(node, self.ox.NamedNode) or self.used[node] != 1:
            said["@id"] = self._iri(node)
        types = [self.names[term.value] for term in about.get(TYPE, ()) if isinstance(term, self.ox.NamedNode)]
        if types:
            said["@type"] = types[0] if len(types) == 1 else types
        keys = sorted((self.names[key], key) for key in about if key in self.names and key in self.kinds)
        return said | {name: self._values(about[key], self.kinds[key]) for name, key in keys}

    def _values(self, terms: list[Any], kind: str) -> Any:
        if kind == TEXTS:
            by_language: dict[str, list[str]] = {}
            for term in terms:
                by_language.setdefault(term.language or NO_LANGUAGE, []).append(term.value)
            return {language: _alone(texts) for language, texts in sorted(by_language.items())}
        return _alone([self._value(term, kind) for term in terms])

    def _value(self, term: Any, kind: str) -> Any:
        if isinstance(term, self.ox.BlankNode):
            return self._inside(term)
        if isinstance(term, self.ox.NamedNode):
            if term.value == NIL:
                return {"@list": []}
            return self._iri(term) if kind == IRIS else {"@id": self._iri(term)}
        value, datatype = term.value, term.datatype.value
        if term.language:
            return {"@value": value, "@language": term.language}
        if datatype == XSD + "string" or (datatype == kind and not _native(datatype)):
            return value
        if _native(datatype) and re.fullmatch(r"true|false|0|-?[1-9]\d*", value):
            return json.loads(value)
        return {"@value": value, "@type": datatype}

    def _inside(self, node: ox.BlankNode) -> Any:
        """Return a blank node as it stands inside another: as a list where it is one."""
        if self.used[node] != 1:
            return {"@id": self._iri(node)}
        members: list[Any] = []
        link: Any = node
        while isinstance(link, self.ox.BlankNode) and set(self.things.get(link, {})) == {FIRST, REST}:
            members.append(self._value(self.things[link][FIRST][0], MIXED))
            link = self.things[link][REST][0]
        return {"@list": members} if members else self._node(node)

    def _iri(self, node: Node) -> str:
        if isinstance(node, self.ox.BlankNode):
            return str(node)
        iri = node.value
        short = iri.removeprefix(BASE)
        return short if short and short != iri and ":" not in short else iri


def _native(datatype: str) -> bool:
    """Tell whether JSON has such values of its own."""
    return datatype in (XSD + "integer", XSD + "boolean")


def _alone(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _common(kinds: set[str]) -> str:
    """Return the one kind of a property's values, or `MIXED`; texts with and without a language are of one."""
    if kinds == {TEXTS, XSD + "string"}:
        return TEXTS
    return next(iter(kinds)) if len(kinds) == 1 else MIXED


def _meaning(iri: str, kind: str) -> Any:
    if kind == IRIS:
        return {"@id": iri, "@type": "@id"}
    if kind == TEXTS:
        return {"@id": iri, "@container": "@language"}
    if kind in (MIXED, XSD + "string") or _native(kind):
        return iri
    return {"@id": iri, "@type": kind}


def _names(iris: list[str]) -> dict[str, str]:
    """Return the name of each IRI: its end, or where that is taken by another, its prefixed name, or itself.

    The project's own prefixes are left out: their names are those of properties too.
    """
    spaces = [(name, space) for name, space in house_prefixes().items() if not space.startswith(BASE)]
    spaces.sort(key=lambda item: -len(item[1]))
    names: dict[str, str] = {}
    taken = {name for name, _ in spaces}
    for iri in sorted(set(iris), key=lambda iri: (not iri.startswith(ONTOLOGY), iri)):
        local = re.split(r"[#/]", iri)[-1]
        prefixed = next((f"{name}:{iri[len(space) :]}" for name, space in spaces if iri.startswith(space)), iri)
        ours = iri.startswith(ONTOLOGY)
        names[iri] = local if re.fullmatch(r"[A-Za-z][\w.-]*", local) and (ours or local not in taken) else prefixed
        taken.add(local)
    return names
