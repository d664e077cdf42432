"""The two SHACL engines: pySHACL, the reference, and the Rust package ``shacl``, the fast one."""

from __future__ import annotations

from clusterkg.errors import DataError, UnknownName, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    import rdflib

    from clusterkg.validation.shapes import Shapes

__all__ = ["ENGINES", "Result", "validate"]

SH = "http://www.w3.org/ns/shacl#"

ENGINES = ("shacl", "pyshacl")


class Result:
    """One result of a validation, alike from either engine.

    Attributes:
        focus: IRI of the focus node; a blank node's label begins with ``_:``.
        path: the result path as SPARQL writes it, a plain predicate as its IRI; empty where none.
        value: the value as N-Triples writes it; empty where none.
        shape: IRI of the shape, or of the nearest shape around it that has one.
        severity: ``Violation``, ``Warning`` or ``Info``.
        component: local name of the constraint component.
        message: the shape's message.
    """

    __slots__ = ("component", "focus", "message", "path", "severity", "shape", "value")

    def __init__(
        self, focus: str, path: str, value: str, shape: str, severity: str, component: str, message: str
    ) -> None:
        self.focus, self.path, self.value, self.shape = focus, path, value, shape
        self.severity, self.component, self.message = severity, component, message

    def key(self) -> tuple[str, ...]:
        """Return what tells the result from others."""
        return self.focus, self.path, self.value, self.shape, self.severity, self.component, self.message

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Result) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        return f"Result{self.key()!r}"


def validate(text: str, shapes: Shapes, engine: str | None = None, focus: Collection[str] | None = None) -> set[Result]:
    """Return the results of validating a Turtle document.

    Args:
        text: the data, with the ontology that its classes come from.
        shapes: the shapes.
        engine: ``shacl`` or ``pyshacl``; None for the fast one where it is installed.
        focus: IRIs of the only focus nodes whose results count; None for all.

    Raises:
        DataError: the shapes have a constraint that the engine cannot apply.
        UnknownName: there is no such engine.
        ModuleNotFoundError: the engine that was asked for is not installed.
    """
    if engine not in (None, *ENGINES):
        raise UnknownName("no such SHACL engine", place=str(engine), remedy=nearest(str(engine), ENGINES))
    if engine != "pyshacl":
        try:
            import shacl
        except ImportError:
            if engine == "shacl":
                raise
        else:
            if engine == "shacl" or hasattr(shacl, "Shapes"):
                found = _with_shacl(shacl, text, shapes)
                return {one for one in found if focus is None or one.focus in focus}
    return _with_pyshacl(text, shapes, focus)


def _with_shacl(shacl: Any, text: str, shapes: Shapes) -> set[Result]:
    if "shacl" not in shapes.compiled:
        try:
            shapes.compiled["shacl"] = shacl.Shapes.from_turtle(shapes.text)
        except ValueError as error:
            raise _cannot(shapes, error) from error
    report = shapes.compiled["shacl"].validate_turtle(text)
    return {
        Result(
            _plain(found.focus_node),
            _plain(found.path or ""),
            found.value or "",
            _plain(found.root_shape or found.source_shape),
            found.severity,
            found.component,
            min(found.messages, default=""),
        )
        for found in report.results
    }


def _cannot(shapes: Shapes, error: Exception) -> DataError:
    """Return the fault that kept an engine from applying the shapes."""
    for fault in shapes.query_faults():
        return fault
    told = str(getattr(error, "message", "") or error).removeprefix("invalid shapes graph: ").split("\n")[0]
    return DataError(f"cannot be applied: {told}", place=shapes.path, remedy="mend the constraint")


def _plain(term: str) -> str:
    """Return the IRI of a plain ``<…>``; anything else as it is."""
    return term[1:-1] if term.startswith("<") and term.find(">") == len(term) - 1 else term


def _with_pyshacl(text: str, shapes: Shapes, focus: Collection[str] | None) -> set[Result]:
    import logging
    import re

    import pyshacl
    import rdflib
    from pyshacl.errors import ReportableRuntimeError

    if "pyshacl" not in shapes.compiled:
        for fault in shapes.query_faults():
            raise fault
        shapes_graph = rdflib.Graph().parse(data=shapes.text, format="turtle")
        _put_prefixes_into_queries(shapes_graph)
        shapes.compiled["pyshacl"] = shapes_graph, {}
    shapes_graph, prepared = shapes.compiled["pyshacl"]
    normalize = rdflib.NORMALIZE_LITERALS
    # As written: rdflib would turn 01.50 into 1.50, and report what no file says.
    rdflib.NORMALIZE_LITERALS = False
    # pySHACL writes its complaints to stderr before it raises them.
    log = logging.getLogger("pyshacl-validate")
    log.disabled = True
    try:
        data = _graph_with_prepared_queries(prepared).parse(data=text, format="turtle")
        _, report, _ = pyshacl.validate(
            data,
            shacl_graph=shapes_graph,
            inference="none",
            inplace=True,
            focus_nodes=None if focus is None else sorted(focus),
        )
    except (ReportableRuntimeError, re.error, ValueError) as error:
        raise _cannot(shapes, error) from error
    finally:
        rdflib.NORMALIZE_LITERALS = normalize
        log.disabled = False
    assert isinstance(report, rdflib.Graph)
    return _PyshaclReport(report, shapes_graph).results()


def _graph_with_prepared_queries(prepared: dict[str, Any]) -> rdflib.Graph:
    """Return an empty graph that parses each query once, into `prepared`: pySHACL puts it for every focus node."""
    import rdflib
    from rdflib.plugins.sparql import prepareQuery

    class PreparingGraph(rdflib.Graph):
        def query(self, query_object: Any, *arguments: Any, **options: Any) -> Any:
            if isinstance(query_object, str):
                if query_object not in prepared:
                    prepared[query_object] = prepareQuery(query_object, initNs=dict(self.namespaces()))
                query_object = prepared[query_object]
            return super().query(query_object, *arguments, **options)

    return PreparingGraph()


def _put_prefixes_into_queries(shapes: rdflib.Graph) -> None:
    """Write the prefixes that ``sh:prefixes`` names into the queries: pySHACL collects them for every focus node."""
    import rdflib

    prefixes, select = rdflib.URIRef(SH + "prefixes"), rdflib.URIRef(SH + "select")
    prefix, namespace, declare = (rdflib.URIRef(SH + name) for name in ("prefix", "namespace", "declare"))
    for constraint, listing in list(shapes.subject_objects(prefixes)):
        query = str(shapes.value(constraint, select))
        declared = {str(shapes.value(one, prefix)): one for one in shapes.objects(listing, declare)}
        # Parsing a declaration takes as long as parsing a triple pattern.
        used = [name for name in sorted(declared) if f"{name}:" in query]
        head = "".join(f"PREFIX {name}: <{shapes.value(declared[name], namespace)}>\n" for name in used)
        shapes.remove((constraint, prefixes, listing))
        shapes.set((constraint, select, rdflib.Literal(head + query)))


class _PyshaclReport:
    """pySHACL's report, a graph, read as results."""

    def __init__(self, report: rdflib.Graph, shapes: rdflib.Graph) -> None:
        import rdflib

        self.rdflib = rdflib
        self.report, self.shapes = report, shapes

    def results(self) -> set[Result]:
        kind = self._sh("ValidationResult")
        return {self._result(node) for node in self.report.subjects(self.rdflib.RDF.type, kind)}

    def _sh(self, name: str) -> rdflib.URIRef:
        return self.rdflib.URIRef(SH + name)

    def _result(self, node: Any) -> Result:
        def one(name: str) -> Any:
            return self.report.value(node, self._sh(name))

        path, shape = one("resultPath"), one("sourceShape")
        if isinstance(path, self.rdflib.BNode):
            path = self.shapes.value(shape, self._sh("path"))
        messages = [str(text) for text in self.report.objects(node, self._sh("resultMessage"))]
        return Result(
            _plain(self._term(one("focusNode"))),
            _plain(self._path(path)) if path is not None else "",
            self._term(one("value")),
            _plain(self._term(self._named(shape))),
            one("resultSeverity").removeprefix(SH),
            one("sourceConstraintComponent").removeprefix(SH),
            min(messages, default=""),
        )

    def _named(self, shape: Any) -> Any:
        """Return the shape, or the nearest one around it that has an IRI."""
        while isinstance(shape, self.rdflib.BNode):
            around = self.shapes.value(None, self._sh("property"), shape)
            if around is None:
                return shape
            shape = around
        return shape

    def _term(self, term: Any) -> str:
        if term is None:
            return ""
        if isinstance(term, self.rdflib.Literal):
            text = str(term).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
            if term.language:
                return f'"{text}"@{term.language}'
            datatype = term.datatype or self.rdflib.XSD.string
            return f'"{text}"' if datatype == self.rdflib.XSD.string else f'"{text}"^^<{datatype}>'
        return f"<{term}>" if isinstance(term, self.rdflib.URIRef) else f"_:{term}"

    def _path(self, node: Any) -> str:
        """Return a property path as SPARQL writes it."""
        if isinstance(node, self.rdflib.URIRef):
            return f"<{node}>"
        marks = {"inversePath": "^{}", "oneOrMorePath": "({})+", "zeroOrMorePath": "({})*", "zeroOrOnePath": "({})?"}
        for name, pattern in marks.items():
            step = self.shapes.value(node, self._sh(name))
            if step is not None:
                return pattern.format(self._path(step))
        choices = self.shapes.value(node, self._sh("alternativePath"))
        steps = self.rdflib.collection.Collection(self.shapes, choices if choices is not None else node)
        return f"({('/' if choices is None else '|').join(self._path(step) for step in steps)})"
