"""SPARQL text seen by its tokens: parameters bound as terms, forbidden clauses found."""

from __future__ import annotations

import re

from clusterkg.errors import ParameterError, QueryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["bind", "parameters", "refuse_reaching_out"]

TOKEN = re.compile(
    r"""(?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
      |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
      |(?P<comment>\#[^\n\r]*)
      |(?P<variable>[?$]\w+)
      |(?P<name>(?:[^\W\d_][\w.-]*)?:(?:[\w:%-]|\.(?=[\w:%.-])|\\.)*)
      |(?P<language>@\w+)
      |(?P<word>[^\W\d]\w*)
      |(?P<other>.)""",
    re.X | re.S,
)
"""A token of SPARQL, as far as is needed to know strings, IRIs and comments from the rest."""


def _tokens(text: str) -> Iterator[re.Match[str]]:
    return TOKEN.finditer(text)


def parameters(text: str) -> list[str]:
    """Return the names of a query's parameters in the order in which they first stand there.

    By the convention of grlc a parameter is a variable that begins with an underscore and may end
    in its type: ``?_study_iri``, ``?_threshold_decimal``, ``?_labels``.

    >>> parameters('SELECT ?case { ?case ckg:study ?_study_iri . FILTER(?x > ?_least_decimal) # ?_no')
    ['_study_iri', '_least_decimal']
    """
    names = (match["variable"][1:] for match in _tokens(text) if match["variable"])
    return list(dict.fromkeys(name for name in names if name.startswith("_")))


def bind(text: str, terms: Mapping[str, object]) -> str:
    """Return the query with each parameter put as the RDF term given for it.

    Tokens are replaced, never text inside a string, an IRI or a comment; the term is written in
    its own escaped form (``str(term)`` of pyoxigraph's terms), so no value can become syntax.
    Binding in the text and not in the engine reaches subqueries, and is the same for every engine.

    Raises:
        ParameterError: the query has no such parameter, or one was left without a value.

    >>> bind('SELECT * { ?s ?p ?_o . FILTER(?s != "?_o") }', {"_o": '"1\\\\" }"'})
    'SELECT * { ?s ?p "1\\\\" }" . FILTER(?s != "?_o") }'
    """
    known = parameters(text)
    for name in terms:
        if name not in known:
            raise ParameterError(f"the query has no parameter {name}")
    for name in known:
        if name not in terms:
            raise ParameterError(f"parameter {name} has no value")
    parts = []
    for match in _tokens(text):
        variable = match["variable"]
        bound = variable is not None and variable[1:] in terms
        parts.append(str(terms[variable[1:]]) if bound and variable else match[0])
    return "".join(parts)


def refuse_reaching_out(text: str, place: str) -> None:
    """Refuse a query that names another data set: SERVICE, FROM.

    A query that the project did not ship is answered from the loaded graph alone: every engine
    follows SERVICE over the network, and some read files named by FROM.

    Raises:
        QueryError: the query has such a clause.

    >>> refuse_reaching_out('SELECT * { ?service ?p "SERVICE" } # FROM', "q.rq")
    >>> refuse_reaching_out('SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }', "q.rq")
    Traceback (most recent call last):
    clusterkg.errors.QueryError: q.rq:1: SERVICE is refused: a query is answered from the loaded graph alone; \
load the data with --data instead
    """
    for match in _tokens(text):
        word = (match["word"] or "").upper()
        if word in ("SERVICE", "FROM"):
            line = text.count("\n", 0, match.start()) + 1
            raise QueryError(
                f"{word} is refused: a query is answered from the loaded graph alone",
                place=f"{place}:{line}",
                remedy="load the data with --data instead",
            )
