"""The two SHACL engines: the Rust package ``shacl`` where it is installed, else pySHACL, the reference."""

from __future__ import annotations

from clusterkg.errors import DataError, UnknownName, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from clusterkg.validation.shapes import Shapes

__all__ = ["ENGINES", "Result", "cannot_apply", "plain_iri", "validate"]

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
    from clusterkg.validation import reference

    return reference.validate(text, shapes, focus)


def _with_shacl(shacl: Any, text: str, shapes: Shapes) -> set[Result]:
    if "shacl" not in shapes.compiled:
        try:
            shapes.compiled["shacl"] = shacl.Shapes.from_turtle(shapes.text)
        except ValueError as error:
            raise cannot_apply(shapes, error) from error
    report = shapes.compiled["shacl"].validate_turtle(text)
    return {
        Result(
            plain_iri(found.focus_node),
            plain_iri(found.path or ""),
            found.value or "",
            plain_iri(found.root_shape or found.source_shape),
            found.severity,
            found.component,
            min(found.messages, default=""),
        )
        for found in report.results
    }


def cannot_apply(shapes: Shapes, error: Exception) -> DataError:
    """Return the fault that kept an engine from applying the shapes."""
    for fault in shapes.query_faults():
        return fault
    told = str(getattr(error, "message", "") or error).removeprefix("invalid shapes graph: ").split("\n")[0]
    return DataError(f"cannot be applied: {told}", place=shapes.path, remedy="mend the constraint")


def plain_iri(term: str) -> str:
    """Return the IRI of a plain ``<…>``; anything else as it is."""
    return term[1:-1] if term.startswith("<") and term.find(">") == len(term) - 1 else term
