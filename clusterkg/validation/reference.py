"""pySHACL, the reference, asked so that it answers alike the fast engine; imported only where it has to answer."""

from __future__ import annotations

import logging
import re
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pyshacl
import rdflib
from pyshacl.errors import ReportableRuntimeError
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection as RdfList
from rdflib.plugins.sparql import prepareQuery

from clusterkg.graph.joins import joined_in_order
from clusterkg.validation.validators import Result, cannot_apply, plain_iri

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from clusterkg.validation.shapes import Shapes

__all__ = ["validate"]

ESCAPED = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\b": r"\b", "\f": r"\f"})
"""Characters that N-Triples writes in another form."""

STEPS = {SH.inversePath: "^{}", SH.oneOrMorePath: "({})+", SH.zeroOrMorePath: "({})*", SH.zeroOrOnePath: "({})?"}


def validate(text: str, shapes: Shapes, focus: Collection[str] | None) -> set[Result]:
    """Return pySHACL's results; see `validators.validate`.

    Raises:
        DataError: the shapes have a constraint that pySHACL cannot apply.
    """
    if "pyshacl" not in shapes.compiled:
        for fault in shapes.query_faults():
            raise fault
        shapes.compiled["pyshacl"] = _Compiled(shapes.text)
    compiled: _Compiled = shapes.compiled["pyshacl"]
    # From Turtle, rdflib turns 01.50 into 1.50, even with its normalizing off.
    quads = ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)
    statements = (ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    with _literals_as_written(), joined_in_order():
        try:
            _, report, _ = pyshacl.validate(
                _PreparingGraph(compiled.prepared).parse(data=statements, format="nt"),
                shacl_graph=compiled.graph,
                inference="none",
                inplace=True,
                focus_nodes=None if focus is None else sorted(focus),
            )
        except (ReportableRuntimeError, re.error, ValueError) as error:
            raise cannot_apply(shapes, error) from error
    assert isinstance(report, Graph)
    return {_result(report, node, compiled) for node in report.subjects(RDF.type, SH.ValidationResult)}


@contextmanager
def _literals_as_written() -> Iterator[None]:
    """Keep rdflib from rewriting literals and from talking about them, and pySHACL from telling errors twice."""
    normalize = rdflib.NORMALIZE_LITERALS
    logs = [logging.getLogger(name) for name in ("pyshacl-validate", "rdflib.term")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        rdflib.NORMALIZE_LITERALS = False
        for log in logs:
            log.disabled = True
        try:
            yield
        finally:
            rdflib.NORMALIZE_LITERALS = normalize
            for log in logs:
                log.disabled = False


class _PreparingGraph(Graph):
    """A graph that parses each query once, into `prepared`: pySHACL puts it anew for every focus node."""

    def __init__(self, prepared: dict[str, Any]) -> None:
        super().__init__()
        self.prepared = prepared

    def query(self, query_object: Any, *arguments: Any, **options: Any) -> Any:
        if isinstance(query_object, str):
            if query_object not in self.prepared:
                self.prepared[query_object] = prepareQuery(query_object, initNs=dict(self.namespaces()))
            query_object = self.prepared[query_object]
        return super().query(query_object, *arguments, **options)


class _Compiled:
    """Shapes as pySHACL gets them.

    Attributes:
        graph: the shapes, with prefixes written into the queries and without plain messages.
        messages: the plain messages, by shape or constraint.
        prepared: the queries parsed so far.
    """

    def __init__(self, text: str) -> None:
        self.graph = Graph().parse(data=text, format="turtle")
        self.messages: dict[Any, str] = {}
        self.prepared: dict[str, Any] = {}
        self._take_messages()
        self._put_prefixes_into_queries()

    def _take_messages(self) -> None:
        """Take out the messages without a variable: pySHACL puts the value into each, and fails at a backslash."""
        for node, _, message in list(self.graph.triples((None, SH.message, None))):
            text = str(message)
            if "{" not in text:
                self.messages[node] = min(text, self.messages.get(node, text))
                self.graph.remove((node, SH.message, message))

    def _put_prefixes_into_queries(self) -> None:
        """Write the prefixes that ``sh:prefixes`` names into the queries, instead of collecting them every time."""
        for constraint, listing in list(self.graph.subject_objects(SH.prefixes)):
            query = str(self.graph.value(constraint, SH.select))
            declared = {str(self.graph.value(one, SH.prefix)): one for one in self.graph.objects(listing, SH.declare)}
            # Parsing a declaration takes as long as parsing a triple pattern.
            used = [name for name in sorted(declared) if f"{name}:" in query]
            head = "".join(f"PREFIX {name}: <{self.graph.value(declared[name], SH.namespace)}>\n" for name in used)
            self.graph.remove((constraint, SH.prefixes, listing))
            self.graph.set((constraint, SH.select, Literal(head + query)))

    def named(self, shape: Any) -> Any:
        """Return the shape, or the nearest one around it that has an IRI."""
        while isinstance(shape, BNode):
            around = self.graph.value(None, SH.property, shape)
            if around is None:
                return shape
            shape = around
        return shape

    def path(self, node: Any) -> str:
        """Return a property path as SPARQL writes it."""
        if isinstance(node, URIRef):
            return f"<{node}>"
        for name, pattern in STEPS.items():
            step = self.graph.value(node, name)
            if step is not None:
                return pattern.format(self.path(step))
        choices = self.graph.value(node, SH.alternativePath)
        steps = RdfList(self.graph, choices if choices is not None else node)
        return f"({('/' if choices is None else '|').join(self.path(step) for step in steps)})"


def _result(report: Graph, node: Any, compiled: _Compiled) -> Result:
    def one(name: URIRef) -> Any:
        return report.value(node, name)

    path, shape = one(SH.resultPath), one(SH.sourceShape)
    if isinstance(path, BNode):
        path = compiled.graph.value(shape, SH.path)
    message = compiled.messages.get(one(SH.sourceConstraint)) or compiled.messages.get(shape)
    if message is None:
        message = min((str(text) for text in report.objects(node, SH.resultMessage)), default="")
    return Result(
        plain_iri(_term(one(SH.focusNode))),
        plain_iri(compiled.path(path)) if path is not None else "",
        _term(one(SH.value)),
        plain_iri(_term(compiled.named(shape))),
        one(SH.resultSeverity).removeprefix(str(SH)),
        one(SH.sourceConstraintComponent).removeprefix(str(SH)),
        message,
    )


def _term(term: Any) -> str:
    """Return a term as N-Triples writes it; nothing for None."""
    if term is None:
        return ""
    if isinstance(term, Literal):
        text = f'"{str(term).translate(ESCAPED)}"'
        if term.language:
            return f"{text}@{term.language}"
        plain = term.datatype is None or term.datatype == rdflib.XSD.string
        return text if plain else f"{text}^^<{term.datatype}>"
    return f"<{term}>" if isinstance(term, URIRef) else f"_:{term}"
