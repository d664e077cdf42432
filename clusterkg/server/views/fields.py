"""A form for a query's parameters: a field each, with what it takes, what was typed, and what is wrong with it."""

from __future__ import annotations

import re

from clusterkg.errors import ParameterError
from clusterkg.prefixes import compact
from clusterkg.questions.asking import home_of_kind
from clusterkg.server.things import name_in, things_like
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterkg.graph import Graph
    from clusterkg.library import Query
    from clusterkg.parameters import Parameter

__all__ = ["Field", "fields_of", "place_of"]

MOST_OPTIONS = 400
"""More things than this make a poor list: the field takes text then."""


class Field:
    """One field of the form.

    Attributes:
        name: of the parameter.
        label: the same as people read it.
        kind: ``select``, ``number`` or ``text``.
        value: what is in it.
        options: of a select, pairs of value and label.
        default: what counts where nothing is given, as people read it; empty where something must be given.
        hint: what to write, in a few words.
        step: of a number.
        fault: what is wrong with the value; empty where nothing is.
    """

    def __init__(self, name: str, kind: str, value: str, default: str, hint: str, step: str = "") -> None:
        self.name, self.kind, self.value, self.default, self.hint, self.step = name, kind, value, default, hint, step
        self.label = (name[:1].upper() + name[1:]).replace("_", " ")
        self.options: list[tuple[str, str]] = []
        self.fault = ""

    def __repr__(self) -> str:
        return f"Field({self.name!r})"


def fields_of(graph: Graph, query: Query, values: Mapping[str, str]) -> list[Field]:
    """Return a field for each parameter of a query, with what is wrong with the values given.

    Args:
        graph: the graph, whose things and their names make the options.
        query: the query.
        values: what was given, by name; names that the query does not have are left alone.
    """
    return [_field(graph, query, one, values) for one in query.declared]


def place_of(error: ParameterError, fields: Sequence[Field]) -> Field | None:
    """Return the field that an error is about; None where it is about none, or several."""
    found = re.search(r"parameter '([^']*)'", error.fault)
    return next((one for one in fields if found and one.name == found[1]), None)


def _field(graph: Graph, query: Query, one: Parameter, values: Mapping[str, str]) -> Field:
    default = "" if one.default is None else str(one.default).lower() if one.kind == "boolean" else str(one.default)
    value = values.get(one.name, default)
    made = Field(one.name, "text", value, _read(graph, default), "")
    if one.options:
        made.options = [(_short(str(option)), _read(graph, str(option))) for option in one.options]
    elif one.kind == "boolean":
        made.options = [("true", "yes"), ("false", "no")]
    elif one.kind == "iri" and default:
        things = things_like(graph, default)
        if len(things) <= MOST_OPTIONS:
            made.options = [(_given(iri, default), label) for iri, label in things]
        made.hint = f"its IRI, or what follows {home_of_kind(default)}"
    elif one.kind == "iri":
        made.hint = "an IRI in full"
    elif one.kind in ("integer", "decimal"):
        made.kind, made.step = "number", "1" if one.kind == "integer" else "any"
        made.hint = "a whole number" if one.kind == "integer" else "a number, as in 1.5"
    if made.options:
        made.kind, made.hint = "select", ""
    if one.name in values:
        try:
            one.check(value, query.name)
            one.term(value, query.name)
        except ParameterError as error:
            made.fault = f"{error.fault}; {error.remedy}" if error.remedy else error.fault
    if made.options:
        _choose(one, made, query.name)
    return made


def _choose(one: Parameter, made: Field, place: str) -> None:
    """Let the value be an option: the one that means the same, or where none does, one more."""
    if not made.value and not made.default:
        made.options.insert(0, ("", "–"))
        return
    if any(made.value == option for option, _ in made.options):
        return
    try:
        wanted = one.term(made.value, place)
        same = next((option for option, _ in made.options if one.term(option, place) == wanted), None)
    except ParameterError:
        same = None
    if same is None:
        made.options.insert(0, (made.value, made.value or "(blank)"))
    else:
        made.value = same


def _given(iri: str, default: str) -> str:
    """Return the shortest text that a parameter with that default takes for an IRI of its kind."""
    return compact(iri).strip("<>") if "#" in iri else iri.removeprefix(home_of_kind(default))


def _short(option: str) -> str:
    """Return the shortest text that a parameter takes for one of its options."""
    return re.split(r"[/#]", option)[-1] if option.startswith(BASE) else option


def _read(graph: Graph, value: str) -> str:
    """Return a value as people read it: a thing of ours by its name."""
    import pyoxigraph as ox

    if not value.startswith(BASE):
        return value
    return name_in(graph, ox.NamedNode(value)) or value.removeprefix(BASE)
