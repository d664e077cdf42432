"""The parameters of a query: which there are, what each can take, and the term that a value becomes."""

from __future__ import annotations

import re

from clusterkg import sparql
from clusterkg.errors import ParameterError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    import pyoxigraph as ox

__all__ = ["Parameter", "chosen_terms", "declared", "pairs", "public_name"]

TYPES = {
    "iri": "an IRI in full, as in https://w3id.org/clusterkg/study/giuliani2005",
    "integer": "a whole number, as in 2",
    "decimal": "a number, as in 1.5",
    "boolean": "true or false",
}

DECIMAL = "http://www.w3.org/2001/XMLSchema#decimal"


class Parameter:
    """One parameter of a query.

    Attributes:
        name: what a user calls it: ``study`` for ``?_study_iri``.
        variable: the variable that stands for it in the query, without its question mark.
        kind: ``iri``, ``integer``, ``decimal``, ``boolean`` or ``text``, by the variable's ending.
        default: what it is where nothing is given, or None where something must be.
        options: all that it can be, where the header enumerates it; else empty.
    """

    def __init__(self, variable: str, default: object = None, options: Sequence[object] = ()) -> None:
        self.variable, self.name = variable, public_name(variable)
        ending = variable.rsplit("_", 1)[-1]
        self.kind = ending if ending in TYPES and self.name != variable.lstrip("_") else "text"
        self.default, self.options = default, list(options)

    def __repr__(self) -> str:
        return f"Parameter({self.name!r})"

    def term(self, value: object, place: str) -> ox.NamedNode | ox.Literal:
        """Return the RDF term that a value becomes.

        An IRI may be given in full, with a house prefix (``mode:network``), or by its last part or parts
        (``network``) where an option or the default shows what stands before it.

        Raises:
            ParameterError: the value is not of the parameter's kind.
        """
        import pyoxigraph as ox

        text = str(value).strip()
        if isinstance(value, bool):
            text = text.lower()
        try:
            match self.kind:
                case "iri":
                    return ox.NamedNode(self._in_full(text))
                case "integer":
                    return ox.Literal(int(text))
                case "decimal":
                    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text, re.A):
                        raise ValueError(text)
                    return ox.Literal(text, datatype=ox.NamedNode(DECIMAL))
                case "boolean":
                    if text not in ("true", "false"):
                        raise ValueError(text)
                    return ox.Literal(text == "true")
                case _:
                    return ox.Literal(str(value))
        except ValueError as error:
            offered = self._offered(text) if self.options else f"give {TYPES.get(self.kind, 'text in UTF-8')}"
            raise ParameterError(
                f"'{text}' is no value of parameter '{self.name}'", place=place, remedy=offered
            ) from error

    def check(self, value: object, place: str) -> None:
        """Raise ParameterError for a value that is not among the options; the nearest are offered."""
        if self.options and _key(self.term(value, place)) not in [_key(self.term(one, place)) for one in self.options]:
            text = str(value).strip()
            raise ParameterError(
                f"'{text}' is no value of parameter '{self.name}'", place=place, remedy=self._offered(text)
            )

    def _offered(self, text: str) -> str:
        words = {_last(str(option)) if self.kind == "iri" else str(option) for option in self.options}
        return nearest(text, words) or f"there are: {', '.join(sorted(words))}"

    def _in_full(self, text: str) -> str:
        if re.match(r"[A-Za-z][\w+.-]*:", text):
            prefix, _, rest = text.partition(":")
            if rest and not rest.startswith("//"):
                from clusterkg.prefixes import house_prefixes

                return house_prefixes().get(prefix, f"{prefix}:") + rest
            return text
        for option in self.options:
            if text.casefold() == _last(str(option)).casefold():
                return str(option)
        if self.default is None or self.options or not re.fullmatch(r"[\w.~-]+(/[\w.~-]+)*", text):
            raise ValueError(text)
        # As many parts of the default give way as are named: ``demo2020/alpha-textiles`` names a case of that study.
        named = text.count("/") + 1
        return "/".join([*str(self.default).split("/")[:-named], text])


def _last(iri: str) -> str:
    return re.split(r"[/#]", iri)[-1]


def _key(term: ox.NamedNode | ox.Literal) -> object:
    """Return what two terms share that mean one value: 2 and 2.0 are one number."""
    if getattr(getattr(term, "datatype", None), "value", None) == DECIMAL:
        return float(term.value)
    return term


def public_name(variable: str) -> str:
    """Return the name that a user gives for a parameter's variable.

    >>> public_name("_study_iri"), public_name("_labels"), public_name("_least_score_decimal")
    ('study', 'labels', 'least_score')
    """
    name = variable.lstrip("_")
    stem, _, ending = name.rpartition("_")
    return stem if stem and ending in TYPES else name


def pairs(entries: object) -> dict[str, Any]:
    """Return grlc's list of one-key mappings (``- study: …``) as one mapping, in its order.

    >>> pairs([{"study": "a"}, {"least_score": 2}])
    {'study': 'a', 'least_score': 2}
    """
    found: dict[str, Any] = {}
    if isinstance(entries, list):
        for entry in entries:
            if isinstance(entry, dict):
                found.update(entry)
    return found


def declared(text: str, header: Mapping[str, Any]) -> list[Parameter]:
    """Return the parameters of a query, in the order in which they first stand in it.

    Args:
        text: the query.
        header: its decorators, of which ``defaults`` and ``enumerate`` count.
    """
    defaults, choices = pairs(header.get("defaults")), pairs(header.get("enumerate"))
    known = []
    for variable in sparql.parameters(text):
        name = public_name(variable)
        listed = choices.get(name)
        options = [option for option in listed if _is_plain(option)] if isinstance(listed, list) else []
        known.append(Parameter(variable, defaults.get(name), options))
    return known


def _is_plain(value: object) -> bool:
    """Tell whether a value of a header can be put as text: a list may hold itself, or grow without end."""
    return not isinstance(value, list | dict | set | tuple)


def chosen_terms(
    known: Sequence[Parameter], values: Mapping[str, object], place: str
) -> dict[str, ox.NamedNode | ox.Literal]:
    """Return the term of each parameter by its variable, defaults standing in for what is not given.

    Raises:
        ParameterError: no such parameter, a value of the wrong kind, or none where there is no default.
    """
    names = {one.name for one in known}
    for name in values:
        if name not in names:
            remedy = nearest(name, names) or "it has no parameters"
            raise ParameterError(f"the query has no parameter '{name}'", place=place, remedy=remedy)
    terms = {}
    for one in known:
        value = values.get(one.name, one.default)
        if value is None:
            raise ParameterError(
                f"parameter '{one.name}' has no value", place=place, remedy=f"give --param {one.name}=…"
            )
        if not _is_plain(value):
            raise ParameterError(f"the default of '{one.name}' is no single value", place=place)
        terms[one.variable] = one.term(value, place)
    return terms
