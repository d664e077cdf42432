"""The library of queries: `.rq` files, each one question, with a header that says so."""

from __future__ import annotations

import os
import re
from functools import cached_property

from clusterkg import sparql
from clusterkg.errors import ParameterError, QueryError, nearest
from clusterkg.resources import query_path, shipped_root
from clusterkg.turtle import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

__all__ = ["TESTS", "Query", "read", "read_file"]

TESTS = {
    "tally": ("case", "name", "meets"),
    "kendall-tau-b": ("case", "name", "predictor", "outcome"),
    "cliffs-delta": ("case", "name", "side", "outcome"),
    "sign": ("case", "name", "greater", "lesser"),
    "spread": ("case", "name", "outcome"),
    "kruskal-wallis": ("case", "name", "sectoral_group", "outcome"),
    "order": ("thing", "name", "side", "value"),
}
"""The tests of findings that a query's header can name (``#+ test:``), with the columns that each reads."""

NEEDS = re.compile(r"^#\+ needs: *\[([\w, -]*)\] *$", re.M)
LONGEST_HEADER = 20_000
"""The characters that a header may have: YAML takes its time."""

TYPES = {
    "iri": "an IRI in full, as in https://w3id.org/clusterkg/study/giuliani2005",
    "integer": "a whole number, as in 2",
    "decimal": "a number, as in 1.5",
    "boolean": "true or false",
}


class Query:
    """A query: its text, where it came from, what it needs and which parameters it takes.

    Attributes:
        name: its name in the library (``tables/governance``), or the file or ``-`` it was read from.
        path: the file, for messages.
        text: SPARQL, with the header.
        shipped: whether the project ships it; others are refused SERVICE and FROM, and are run under limits.

    Raises:
        QueryError: it is not shipped, and has such a clause or more than `sparql.LONGEST` characters.
    """

    def __init__(self, name: str, path: str, text: str, *, shipped: bool) -> None:
        self.name, self.path, self.text, self.shipped = name, path, text, shipped
        if not shipped:
            sparql.refuse_long(text, path)
            sparql.refuse_reaching_out(text, path)

    def __repr__(self) -> str:
        return f"Query({self.name!r})"

    @property
    def needs(self) -> list[str] | None:
        """The parts of the graph that it reads (``#+ needs: [cases, study]``), or None for all."""
        found = NEEDS.search(self.text)
        return [part.strip() for part in found[1].split(",")] if found else None

    @cached_property
    def header(self) -> dict[str, Any]:
        """The decorators of the header as YAML gives them, by grlc's convention, with our own keys.

        Raises:
            QueryError: the header is not YAML, or not a mapping.
        """
        import yaml

        lines = [line.removeprefix("#+").removeprefix(" ") for line in self.text.splitlines() if line[:2] == "#+"]
        text = "\n".join(lines)
        if len(text) > LONGEST_HEADER:
            fault = f"the #+ header is longer than {LONGEST_HEADER:,} characters"
            raise QueryError(fault, place=self.path, remedy="say less in it")
        try:
            header = yaml.safe_load(text)
        except RecursionError as error:
            raise QueryError(
                "the #+ header is nested too deeply", place=self.path, remedy="write it flatter"
            ) from error
        except (yaml.YAMLError, ValueError) as error:  # ValueError: a date or number that there is not
            fault = " ".join(str(error).split())
            raise QueryError(f"the #+ header is not YAML: {fault}", place=self.path) from error
        if header is not None and not isinstance(header, dict):
            raise QueryError("the #+ header is not a list of 'key: value' lines", place=self.path)
        return header or {}

    @property
    def parameters(self) -> list[str]:
        """The names a user gives for the parameters: ``study`` for ``?_study_iri``."""
        return [public_name(variable) for variable in sparql.parameters(self.text)]

    def bind(self, values: Mapping[str, object]) -> str:
        """Return the query's text with every parameter bound, defaults standing in for what is not given.

        Args:
            values: parameter to value, as text or as a Python value; the variable's ending says
                which term it becomes (``_iri``, ``_integer``, ``_decimal``, ``_boolean``, else a string).

        Raises:
            ParameterError: no such parameter, a value of the wrong kind or outside the
                enumeration, or none where the query has no default.
        """
        variables = {public_name(variable): variable for variable in sparql.parameters(self.text)}
        for name in values:
            if name not in variables:
                remedy = nearest(name, variables) or "it has no parameters"
                raise ParameterError(f"the query has no parameter '{name}'", place=self.name, remedy=remedy)
        missing = [name for name in variables if name not in values]
        chosen = dict(values)
        if missing:
            defaults = _pairs(self.header.get("defaults"))
            for name in missing:
                if name not in defaults:
                    raise ParameterError(
                        f"parameter '{name}' has no value", place=self.name, remedy=f"give --param {name}=…"
                    )
                if not _is_plain(defaults[name]):
                    raise ParameterError(f"the default of '{name}' is no single value", place=self.name)
                chosen[name] = defaults[name]
        terms = {variables[name]: self._term(name, variables[name], value) for name, value in chosen.items()}
        return sparql.bind(self.text, terms)

    def check_values(self, values: Mapping[str, object]) -> None:
        """Raise ParameterError for a value outside its enumeration (``#+ enumerate:``)."""
        allowed = _pairs(self.header.get("enumerate"))
        for name, value in values.items():
            listed = allowed.get(name)
            options = [str(option) for option in listed if _is_plain(option)] if isinstance(listed, list) else []
            if options and str(value) not in options:
                raise ParameterError(
                    f"'{value}' is no value of parameter '{name}'",
                    place=self.name,
                    remedy=nearest(str(value), options),
                )

    def _term(self, name: str, variable: str, value: object) -> object:
        import pyoxigraph as ox

        text = str(value).strip()
        kind = variable.rsplit("_", 1)[-1]
        try:
            match kind:
                case "iri":
                    if not re.match(r"[A-Za-z][\w+.-]*:", text):
                        raise ValueError(text)
                    return ox.NamedNode(text)
                case "integer":
                    return ox.Literal(int(text))
                case "decimal":
                    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text):
                        raise ValueError(text)
                    return ox.Literal(text, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))
                case "boolean":
                    if text not in ("true", "false"):
                        raise ValueError(text)
                    return ox.Literal(text == "true")
                case _:
                    return ox.Literal(str(value))
        except ValueError as error:
            raise ParameterError(
                f"'{text}' is no value of parameter '{name}'",
                place=self.name,
                remedy=f"give {TYPES.get(kind, 'text in UTF-8')}",
            ) from error


def public_name(variable: str) -> str:
    """Return the name that a user gives for a parameter's variable.

    >>> public_name("_study_iri"), public_name("_labels"), public_name("_least_score_decimal")
    ('study', 'labels', 'least_score')
    """
    name = variable.lstrip("_")
    stem, _, ending = name.rpartition("_")
    return stem if stem and ending in TYPES else name


def _pairs(entries: object) -> dict[str, Any]:
    """Return grlc's list of one-key mappings (``- study: …``) as one mapping."""
    pairs: dict[str, Any] = {}
    if isinstance(entries, list):
        for entry in entries:
            if isinstance(entry, dict):
                pairs.update(entry)
    return pairs


def _is_plain(value: object) -> bool:
    """Tell whether a value of a header can be put as text: a list may hold itself, or grow without end."""
    return not isinstance(value, list | dict | set | tuple)


def read_file(path: str) -> Query:
    """Return the query in a file of the user's.

    Raises:
        FileError: it cannot be read, or is a pipe or device.
        QueryError: it reaches out, or is too long.
    """
    return Query(path, path, read_text(path, sparql.LONGEST + 1), shipped=False)


def read(name: str, folders: Iterable[str] = ()) -> Query:
    """Return the query of that name in the shipped library or in an added folder's.

    Raises:
        UnknownName: there is none; the nearest names are offered.

    >>> read("tables/governance").parameters
    ['study', 'table', 'labels']
    """
    path = query_path(name, folders)
    ours = os.path.join(shipped_root(), "queries", "")
    return Query(name, path, read_text(path, sparql.LONGEST + 1), shipped=path.startswith(ours))
