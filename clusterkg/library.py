"""The library of queries: `.rq` files, each one question, with a header that says so."""

from __future__ import annotations

import os
import re
from functools import cache, cached_property, lru_cache

from clusterkg import sparql
from clusterkg.errors import ParameterError, QueryError
from clusterkg.parameters import Parameter, chosen_terms, declared, public_name
from clusterkg.resources import query_path, shipped_root
from clusterkg.turtle import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    import pyoxigraph as ox

__all__ = ["TESTS", "Query", "read", "read_at", "read_file"]

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


class Query:
    """A query: its text, where it came from, what it needs and which parameters it takes.

    Attributes:
        name: its name in the library (``tables/governance``), or the file or ``-`` it was read from.
        path: the file, for messages.
        text: SPARQL, with the header.
        shipped: whether the project ships it; others are refused SERVICE and FROM, and are run under limits.

    Args:
        services: whether it may have SERVICE all the same, since somebody named the hosts it may call.

    Raises:
        QueryError: it is not shipped, and has such a clause or more than `sparql.LONGEST` characters.
    """

    def __init__(self, name: str, path: str, text: str, *, shipped: bool, services: bool = False) -> None:
        self.name, self.path, self.text, self.shipped = name, path, text, shipped
        if not shipped:
            sparql.refuse_long(text, path)
            sparql.refuse_reaching_out(text, path, services=services)

    def __repr__(self) -> str:
        return f"Query({self.name!r})"

    @cached_property
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
            # The fast reader is for what the project ships: it trusts its stack.
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader) if self.shipped else yaml.SafeLoader
            header = yaml.load(text, Loader=loader)
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

    @cached_property
    def declared(self) -> list[Parameter]:
        """The parameters with their kinds, defaults and options; see `parameters.Parameter`."""
        return declared(self.text, self.header)

    def terms(self, values: Mapping[str, object]) -> dict[str, ox.NamedNode | ox.Literal]:
        """Return the term of each parameter by its variable; see `bind`."""
        given = {public_name(variable): variable for variable in sparql.parameters(self.text)}
        # The header is read where it has something to say: reading it takes longer than many a query.
        known = [Parameter(variable) for variable in given.values()] if set(given) == set(values) else self.declared
        try:
            return chosen_terms(known, values, self.name)
        except ParameterError:
            return chosen_terms(self.declared, values, self.name)

    def bind(self, values: Mapping[str, object]) -> str:
        """Return the query's text with every parameter bound, defaults standing in for what is not given.

        Args:
            values: parameter to value, as text or as a Python value; the variable's ending says
                which term it becomes (``_iri``, ``_integer``, ``_decimal``, ``_boolean``, else a string).

        Raises:
            ParameterError: no such parameter, a value of the wrong kind, or none where the query has no default.
        """
        return sparql.bind(self.text, self.terms(values))

    def check_values(self, values: Mapping[str, object]) -> None:
        """Raise ParameterError for a value outside its enumeration (``#+ enumerate:``)."""
        for parameter in self.declared if values else ():
            if parameter.name in values:
                parameter.check(values[parameter.name], self.name)


def read_file(path: str, *, services: bool = False) -> Query:
    """Return the query in a file of the user's; see `Query` for `services`.

    Raises:
        FileError: it cannot be read, or is a pipe or device.
        QueryError: it reaches out, or is too long.
    """
    return Query(path, path, read_text(path, sparql.LONGEST + 1), shipped=False, services=services)


def read(name: str, folders: Iterable[str] = (), *, services: bool = False) -> Query:
    """Return the query of that name in the shipped library or in an added folder's; see `Query` for `services`.

    Raises:
        UnknownName: there is none; the nearest names are offered.

    >>> read("tables/governance").parameters
    ['study', 'table', 'labels']
    """
    return read_at(name, query_path(name, folders), services=services)


def read_at(name: str, path: str, *, services: bool = False) -> Query:
    """Return the query of the library that stands at a path; see `read`."""
    if path.startswith(_shipped_folder()):
        return _shipped(name, path, os.stat(path).st_mtime_ns)
    return Query(name, path, read_text(path, sparql.LONGEST + 1), shipped=False, services=services)


@cache
def _shipped_folder() -> str:
    return os.path.join(shipped_root(), "queries", "")


@lru_cache(maxsize=512)
def _shipped(name: str, path: str, changed: int) -> Query:
    """Return one query for one state of a shipped file, so that it is read once however often it is asked."""
    return Query(name, path, read_text(path, sparql.LONGEST + 1), shipped=True)
