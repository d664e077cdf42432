"""SPARQL text seen by its tokens: parameters bound as terms, forbidden clauses found."""

from __future__ import annotations

import re
from functools import cache

from clusterkg.errors import ParameterError, QueryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["bind", "iris", "parameters", "prologue", "refuse_reaching_out", "undeclared_prefix", "words"]

ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")

STRINGS_IRIS_COMMENTS = (
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|'
    r"'''(?:[^'\\]|\\.|'(?!''))*'''|"
    r'"(?:[^"\\\n\r]|\\.)*"|'
    r"'(?:[^'\\\n\r]|\\.)*'|"
    r'<[^<>"{}|^`\\\x00-\x20]*>|'
    r"#[^\n\r]*"
)
"""What a token of another kind cannot hide in: strings, IRIs and comments, matched before anything else."""


@cache
def _variables() -> re.Pattern[str]:
    return re.compile(STRINGS_IRIS_COMMENTS + r"|[?$](?P<variable>_\w*)", re.S)


@cache
def _words() -> re.Pattern[str]:
    names = r"[?$@]\w+|(?P<prefix>[^\W\d_][\w.-]*)?:(?:[\w:%-]|\.(?=[\w:%.-])|\\.)*"
    return re.compile(f"{STRINGS_IRIS_COMMENTS}|{names}|(?P<word>[^\\W\\d]\\w*)", re.S)


def parameters(text: str) -> list[str]:
    """Return the names of a query's parameters in the order in which they first stand there.

    By the convention of grlc a parameter is a variable that begins with an underscore and may end
    in its type: ``?_study_iri``, ``?_threshold_decimal``, ``?_labels``.

    >>> parameters('SELECT ?case { ?case ckg:study ?_study_iri . FILTER(?x > ?_least_decimal) # ?_no')
    ['_study_iri', '_least_decimal']
    """
    return list(_parameters(text))


@cache
def _parameters(text: str) -> tuple[str, ...]:
    found = (match["variable"] for match in _variables().finditer(text))
    return tuple(dict.fromkeys(name for name in found if name))


def bind(text: str, terms: Mapping[str, object]) -> str:
    r"""Return the query with each parameter put as the RDF term given for it.

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
    return _variables().sub(lambda match: str(terms[match["variable"]]) if match["variable"] else match[0], text)


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
    # rdflib decodes \\u escapes before it parses, strings' ends and keywords included; so both readings are searched.
    for reading in dict.fromkeys((text, ESCAPE.sub(_decoded, text))):
        _refuse_words(reading, place)


def _decoded(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10FFFF else match[0]


def _refuse_words(text: str, place: str) -> None:
    for match in _words().finditer(text):
        word = (match["word"] or "").upper()
        if word in ("SERVICE", "FROM"):
            line = text.count("\n", 0, match.start()) + 1
            raise QueryError(
                f"{word} is refused: a query is answered from the loaded graph alone",
                place=f"{place}:{line}",
                remedy="load the data with --data instead",
            )


def undeclared_prefix(text: str) -> tuple[str, int] | None:
    r"""Return the first prefix that a query uses without declaring it, with its line, or None.

    >>> undeclared_prefix("PREFIX a: <http://example.org/>\nSELECT ?s { ?s a:p b:c }")
    ('b', 2)
    """
    declared: set[str] = set()
    after_keyword = False
    for match in _words().finditer(text):
        prefix = match["prefix"]
        if prefix is not None and after_keyword:
            declared.add(prefix)
        elif prefix is not None and prefix not in declared:
            return prefix, text.count("\n", 0, match.start()) + 1
        after_keyword = (match["word"] or "").upper() == "PREFIX"
    return None


def words(text: str) -> list[str]:
    """Return the bare words of a query, in upper case: keywords and names of functions.

    >>> words('SELECT (AVG(?avg) AS ?x) { ?s ex:avg "AVG" } # AVG')
    ['SELECT', 'AVG', 'AS']
    """
    return [match["word"].upper() for match in _words().finditer(text) if match["word"]]


def prologue(text: str) -> dict[str, str]:
    r"""Return the prefixes that a query declares, each with its namespace.

    >>> prologue("PREFIX a: <http://example.org/>\nSELECT ?s { ?s a:p ?o }")
    {'a': 'http://example.org/'}
    """
    found: dict[str, str] = {}
    name = None
    for match in _words().finditer(text):
        if match["prefix"] is not None:
            name = match["prefix"]
        elif name is not None and match[0].startswith("<"):
            found.setdefault(name, match[0][1:-1])
        elif match["word"] and match["word"].upper() in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
            break
    return found


def iris(text: str) -> list[str]:
    r"""Return every IRI that a query names, in full, in the order in which each first stands there.

    >>> iris("PREFIX a: <http://example.org/>\nSELECT ?s { ?s a:p <http://example.org/b> ; a:p a:c }")
    ['http://example.org/p', 'http://example.org/b', 'http://example.org/c']
    """
    spaces, found, declaring = prologue(text), [], False
    for match in _words().finditer(text):
        if match["prefix"] is not None and not declaring:
            if match["prefix"] in spaces:
                local = match[0].partition(":")[2]
                found.append(spaces[match["prefix"]] + re.sub(r"\\(.)", r"\1", local))
        elif match[0].startswith("<") and not declaring:
            found.append(match[0][1:-1])
        if (match["word"] or "").upper() == "PREFIX":
            declaring = True
        elif match[0].startswith("<"):
            declaring = False
    return list(dict.fromkeys(found))
