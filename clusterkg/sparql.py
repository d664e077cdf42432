"""SPARQL text seen by its tokens: parameters bound as terms, forbidden clauses found."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from clusterkg.errors import ParameterError, QueryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "FORMS",
    "LONGEST",
    "bind",
    "calls_out",
    "dataset",
    "form",
    "iris",
    "parameters",
    "prologue",
    "refuse_long",
    "refuse_reaching_out",
    "tokens",
    "undeclared_prefix",
    "ungrouped",
    "variables",
    "words",
]

WORD = re.compile(r"[^\W\d]\w*")
ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
"""The words that begin a query after its prologue."""

KEPT = 20_000
"""The characters of a query up to which it is remembered what was found in it."""

SELECTING = ("SELECT", "DISTINCT", "REDUCED")
"""The words before the columns of a query."""

LONGEST = 1_000_000
"""The characters that a query may have."""

OPENING_IRIS_COMMENTS = r"""(?P<opening>"{3}|'{3}|"|')""" r'|<[^<>"{}|^`\\\x00-\x20]*>|' r"#[^\n\r]*|"
"""What a token of another kind cannot hide in: strings, IRIs and comments, matched before anything else."""

BODIES = {
    '"""': r'(?:[^"\\]++|\\.|"(?!""))*+',
    "'''": r"(?:[^'\\]++|\\.|'(?!''))*+",
    '"': r'(?:[^"\\\n\r]++|\\.)*+',
    "'": r"(?:[^'\\\n\r]++|\\.)*+",
}
"""What stands between the quotes of each kind."""


@cache
def _body(quote: str) -> re.Pattern[str]:
    return re.compile(BODIES[quote], re.S)


@cache
def _variables() -> re.Pattern[str]:
    return re.compile(OPENING_IRIS_COMMENTS + r"[?$](?P<variable>_\w*)", re.S)


@cache
def _names() -> re.Pattern[str]:
    # A run of letters is taken whole: to look for a colon from each of its parts would take quadratic time.
    local = r":(?:[\w:%-]|\.(?=[\w:%.-])|\\.)*"
    run = rf"(?P<run>[^\W\d_][\w.-]*+)(?P<local>{local})?"
    return re.compile(rf"{OPENING_IRIS_COMMENTS}[?$]\w+|@[A-Za-z]+(?:-[A-Za-z0-9]+)*+|{run}|{local}|_\w*", re.S)


@cache
def _clauses() -> re.Pattern[str]:
    return re.compile(OPENING_IRIS_COMMENTS + r"[(){}]|[?$](?P<name>\w+)|[\w-]*:[\w-]*|(?P<word>[A-Za-z]+)", re.S)


def _tokens(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the tokens that are no strings, in time that grows with the text alone.

    A quote that nothing closes is no string. Where one was, a later one of its kind has no chance either
    as far as the search came, since it passed that quote as an escaped one; so no part is searched twice.
    """
    hopeless: dict[str, int] = {}
    position = 0
    while match := pattern.search(text, position):
        position = match.end()
        opening = match["opening"]
        if not opening:
            yield match
            continue
        start = match.start()
        position = start + 1
        for quote in dict.fromkeys((opening, opening[0])):
            if start < hopeless.get(quote, 0):
                continue
            body = _body(quote).match(text, start + len(quote))
            end = body.end() if body else start
            if text.startswith(quote, end):
                position = end + len(quote)
                break
            hopeless[quote] = end


@cache
def _signs() -> re.Pattern[str]:
    return re.compile(r"(?P<brace>[{}])|" + _names().pattern, re.S)


def _words(text: str) -> Iterator[tuple[str | None, str, int]]:
    """Yield the prefix of each prefixed name, or each word in capitals, with its place; nothing for other tokens."""
    for match in _tokens(_names(), text):
        run = match["run"]
        if run is None or match["local"] is not None:
            yield run, "", match.start()
            continue
        for word in WORD.finditer(run):
            yield None, word[0].upper(), match.start() + word.start()


def parameters(text: str) -> list[str]:
    """Return the names of a query's parameters in the order in which they first stand there.

    By the convention of grlc a parameter is a variable that begins with an underscore and may end
    in its type: ``?_study_iri``, ``?_threshold_decimal``, ``?_labels``.

    >>> parameters('SELECT ?case { ?case ckg:study ?_study_iri . FILTER(?x > ?_least_decimal) # ?_no')
    ['_study_iri', '_least_decimal']
    """
    return list(dict.fromkeys(_pieces(text)[1::2]))


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
    pieces = _pieces(text)
    written = {name: str(term) for name, term in terms.items()}
    return "".join(piece if number % 2 == 0 else written[piece] for number, piece in enumerate(pieces))


@lru_cache(maxsize=256)
def _pieces(text: str) -> tuple[str, ...]:
    """Return a query cut at its parameters: text, parameter, text, and so on."""
    pieces, done = [], 0
    for match in _tokens(_variables(), text):
        if match["variable"]:
            pieces += [text[done : match.start()], match["variable"]]
            done = match.end()
    return (*pieces, text[done:])


def refuse_long(text: str, place: str) -> None:
    """Refuse a query that is longer than anybody writes.

    Raises:
        QueryError: it has more than a million characters.
    """
    if len(text) > LONGEST:
        raise QueryError(f"is longer than {LONGEST:,} characters", place=place, remedy="ask in several queries")


def refuse_reaching_out(text: str, place: str, *, services: bool = False, graphs: bool = False) -> None:
    """Refuse a query that names another data set: SERVICE, FROM.

    A query that the project did not ship is answered from the loaded graph alone: every engine
    follows SERVICE over the network, and some read files named by FROM.

    Args:
        text: the query.
        place: what to call it in a message.
        services: whether SERVICE is let pass here, since it is resolved before an engine sees it.
        graphs: whether FROM is let pass here, since the graphs that it names are looked at; see `dataset`.

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
        _refuse_words(reading, place, (*(() if services else ("SERVICE",)), *(() if graphs else ("FROM",))))


def _decoded(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10FFFF else match[0]


def _refuse_words(text: str, place: str, refused: tuple[str, ...]) -> None:
    # The same query is put many times; texts that nobody writes are not kept.
    found = (_first_word if len(text) <= KEPT else _first_word.__wrapped__)(text, refused)
    if found is not None:
        word, line = found
        raise QueryError(
            f"{word} is refused: a query is answered from the loaded graph alone",
            place=f"{place}:{line}",
            remedy="load the data with --data instead",
        )


@lru_cache(maxsize=256)
def _first_word(text: str, wanted: tuple[str, ...]) -> tuple[str, int] | None:
    """Return the first of some words that a query has outside strings, IRIs and comments, with its line, or None."""
    # To look for the letters is quick, and most queries do not have them.
    capitals = text.upper()
    if not any(word in capitals for word in wanted):
        return None
    for _, word, start in _words(text):
        if word in wanted:
            return word, text.count("\n", 0, start) + 1
    return None


def undeclared_prefix(text: str) -> tuple[str, int] | None:
    r"""Return the first prefix that a query uses without declaring it, with its line, or None.

    >>> undeclared_prefix("PREFIX a: <http://example.org/>\nSELECT ?s { ?s a:p b:c }")
    ('b', 2)
    """
    declared: set[str] = set()
    after_keyword = False
    for prefix, word, start in _words(text):
        if prefix is not None and after_keyword:
            declared.add(prefix)
        elif prefix is not None and prefix not in declared:
            return prefix, text.count("\n", 0, start) + 1
        after_keyword = word == "PREFIX"
    return None


def ungrouped(text: str) -> tuple[str, int] | None:
    r"""Return the first column that a query neither groups by nor computes, with its line, or None.

    Only the outermost SELECT is looked at.

    >>> ungrouped("SELECT ?a ?b\n  (COUNT(?c) AS ?n) { ?a ?b ?c } GROUP BY ?a")
    ('b', 1)
    >>> ungrouped("SELECT ?a (COUNT(?c) AS ?n) { ?a ?b ?c } GROUP BY ?a")
    """
    columns: dict[str, int] = {}
    grouped: set[str] = set()
    clause, depth, groups = "", 0, False
    for match in _tokens(_clauses(), text):
        if match[0] in ("(", "{"):
            groups |= depth == 0 and (match[0] == "(") and clause in SELECTING
            depth += 1
        elif match[0] in (")", "}"):
            depth -= 1
        elif match["word"] and depth == 0:
            clause = match["word"].upper() if match["word"].upper() != "BY" else f"{clause} BY"
        elif match["name"] and clause == "GROUP BY":
            grouped.add(match["name"])
        elif match["name"] and depth == 0 and clause in SELECTING:
            columns.setdefault(match["name"], text.count("\n", 0, match.start()) + 1)
    loose = ((name, line) for name, line in columns.items() if name not in grouped)
    return next(loose, None) if groups or grouped else None


def words(text: str) -> list[str]:
    """Return the bare words of a query, in upper case: keywords and names of functions.

    >>> words('SELECT (AVG(?avg) AS ?x) { ?s ex:avg "AVG" } # AVG')
    ['SELECT', 'AVG', 'AS']
    """
    return [word for _, word, _ in _words(text) if word]


def tokens(text: str) -> list[tuple[str, int]]:
    """Return the braces, IRIs, names, words and variables of a query with their places; no strings, no comments.

    >>> [token for token, _ in tokens('SELECT ?s { ?s ex:p <urn:x>, "{" } # {')]
    ['SELECT', '?s', '{', '?s', 'ex:p', '<urn:x>', '}']
    """
    found = ((match[0], match.start()) for match in _tokens(_signs(), text))
    return [(token, start) for token, start in found if token[0] != "#"]


def dataset(text: str) -> tuple[list[str], list[str]]:
    """Return the IRIs of the graphs that a query names by FROM, and those that it names by FROM NAMED.

    >>> dataset("PREFIX g: <urn:> SELECT * FROM g:a FROM NAMED <urn:b> { ?from ?p <urn:c> }")
    (['urn:a'], ['urn:b'])
    """
    spaces = prologue(text)
    plain: list[str] = []
    named: list[str] = []
    depth, at = 0, [token for token, _ in tokens(text)]
    for number, token in enumerate(at):
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth or token.upper() != "FROM":
            continue
        names_it = at[number + 1 : number + 2] and at[number + 1].upper() == "NAMED"
        name = at[number + (2 if names_it else 1)] if number + 2 < len(at) else ""
        prefix, _, local = name.partition(":")
        iri = name[1:-1] if name.startswith("<") else spaces.get(prefix, "") + local
        (named if names_it else plain).append(iri)
    return plain, named


def variables(text: str) -> list[str]:
    """Return the names of a query's variables, in the order in which each first stands there.

    >>> variables("SELECT ?b { ?a ex:p $b }")
    ['b', 'a']
    """
    return list(dict.fromkeys(token[1:] for token, _ in tokens(text) if token[0] in "?$" and len(token) > 1))


def calls_out(text: str) -> bool:
    """Tell whether a query has a SERVICE clause.

    >>> calls_out("SELECT ?s { SERVICE <http://example.org/> { ?s ?p ?o } }"), calls_out('SELECT ("SERVICE" AS ?x) { }')
    (True, False)
    """
    return "SERVICE" in text.upper() and "SERVICE" in words(text)


def prologue(text: str) -> dict[str, str]:
    r"""Return the prefixes that a query declares, each with its namespace.

    >>> prologue("PREFIX a: <http://example.org/>\nSELECT ?s { ?s a:p ?o }")
    {'a': 'http://example.org/'}
    """
    found: dict[str, str] = {}
    name = None
    for match in _tokens(_names(), text):
        if match[0].startswith("<"):
            if name is not None:
                found.setdefault(name, match[0][1:-1])
            name = None
        elif match["local"] or match[0].startswith(":"):
            name = match["run"] or ""
        elif match[0].upper() in FORMS:
            break
    return found


def form(text: str) -> tuple[str, int]:
    r"""Return the word with which a query begins after its prologue, and its line; nothing where there is none.

    >>> form("PREFIX a: <http://example.org/>\nselect ?s { ?s a:p ?o }"), form("# nothing")
    (('select', 2), ('', 1))
    """
    for match in _tokens(_names(), text):
        word = match["run"]
        if word and match["local"] is None and word.upper() not in ("PREFIX", "BASE"):
            return word, text.count("\n", 0, match.start()) + 1
    return "", 1


def iris(text: str) -> list[str]:
    r"""Return every IRI that a query names, in full, in the order in which each first stands there.

    >>> iris("PREFIX a: <http://example.org/>\nSELECT ?s { ?s a:p <http://example.org/b> ; a:p a:c }")
    ['http://example.org/p', 'http://example.org/b', 'http://example.org/c']
    """
    spaces = prologue(text)
    found: dict[str, None] = {}
    declaring = False
    for match in _tokens(_names(), text):
        if match[0].startswith("<"):
            if not declaring:
                found[match[0][1:-1]] = None
            declaring = False
        elif match["local"] or match[0].startswith(":"):
            prefix, _, local = match[0].partition(":")
            if prefix in spaces and not declaring:
                found[spaces[prefix] + re.sub(r"\\(.)", r"\1", local)] = None
        elif match[0].upper() in ("PREFIX", "BASE"):
            declaring = True
    return list(found)
