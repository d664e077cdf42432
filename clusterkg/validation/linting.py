"""Whether queries can be relied on: that they parse, say what they answer, and answer in one order."""

from __future__ import annotations

import os
import re
from functools import cache

from clusterkg import library, sparql
from clusterkg.endpoint.federation import without_calls
from clusterkg.errors import QueryError
from clusterkg.graph.engines import run_oxigraph
from clusterkg.prefixes import compact
from clusterkg.resources import PARTS, query_paths, rule_paths, shipped_root
from clusterkg.terms import BASE, ONTOLOGY
from clusterkg.turtle import read_text
from clusterkg.validation.problems import Problem, shown_path
from clusterkg.validation.project import Terms, unknown_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from clusterkg.library import Query
    from clusterkg.validation.workspace import Workspace

__all__ = ["paths", "problems", "tests_of_findings"]

TESTED_BY = ONTOLOGY + "testedBy"

STRINGS_IRIS_COMMENTS = (
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|'
    r"'''(?:[^'\\]|\\.|'(?!''))*'''|"
    r'"(?:[^"\\\n\r]|\\.)*"|'
    r"'(?:[^'\\\n\r]|\\.)*'|"
    r'<[^<>"{}|^`\\\x00-\x20]*>|'
    r"#[^\n\r]*"
)

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")

Fault = tuple[int, str, str]


def paths(workspace: Workspace) -> list[str]:
    """Return the paths of all queries and rules of the project."""
    return [*query_paths(workspace.folders).values(), *rule_paths(workspace.folders)]


def tests_of_findings(workspace: Workspace) -> tuple[list[str], list[Problem]]:
    """Return the paths of the queries that test findings of the files looked at, and what is no test among them.

    A query that is not there is told of with the other IRIs that stand for nothing.
    """
    known = query_paths(workspace.folders)
    tested: dict[str, None] = {}
    found: list[Problem] = []
    for file in workspace.checked:
        if file.part != "findings":
            continue
        tested_by = workspace.ox.NamedNode(TESTED_BY)
        for quad in workspace.store.quads_for_pattern(None, tested_by, None, workspace.graph(file)):
            iri = str(getattr(quad.object, "value", ""))
            path = known.get(iri.removeprefix(BASE + "query/"))
            if path is None:
                continue
            tested[path] = None
            named = re.search(r"(?m)^#\+ test: *(\S*) *$", read_text(path))
            if named is None or named[1] not in library.TESTS:
                fault = f"{compact(iri)} is no test of findings"
                fix = f"name a query whose header says '#+ test:' and one of {', '.join(library.TESTS)}"
                subject = str(getattr(quad.subject, "value", ""))
                found.append(workspace.problem(file, subject, TESTED_BY, "error", fault, fix, iri))
    return list(tested), found


def problems(workspace: Workspace, files: Sequence[str]) -> Iterator[Problem]:
    """Yield what is wrong with queries, given by their paths.

    Raises:
        FileError: one cannot be read.
    """
    terms = Terms(workspace)
    sound: list[tuple[str, _Text, str]] = []
    for path in files:
        try:
            # A query that is not shipped is run below too, and must not reach out.
            query = library.Query(
                path,
                path,
                read_text(path),
                shipped=path.startswith(os.path.join(shipped_root(), "")),
                services=os.path.abspath(path).startswith(os.path.join(shipped_root(), "")),
            )
        except QueryError as error:
            yield _problem(path, _line(error, path), error.fault, error.remedy)
            continue
        text = _Text(query.text)
        found = list(_faults(query, text, terms))
        # What a query has from another host comes in no order that could be looked at here.
        if not found and text.form == "SELECT" and not sparql.calls_out(query.text):
            sound.append((path, text, query.bind({})))
        for line, fault, remedy in found:
            yield _problem(path, line, fault, remedy)
    yield from _unsettled(workspace, sound)


def _problem(path: str, line: int, fault: str, remedy: str) -> Problem:
    return Problem(shown_path(path), line, "", "", "error", fault, remedy)


def _line(error: QueryError, path: str) -> int:
    """Return the line that a complaint about a file names, 1 where it names none."""
    told = error.place.removeprefix(path).lstrip(":")
    return int(told) if told.isdigit() else 1


class _Text:
    """A query seen by its tokens.

    Attributes:
        tokens: text, line and depth of braces of each token that is no string and no comment.
        form: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``; empty where there is none.
    """

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, int, int]] = []
        depth, line, seen = 0, 1, 0
        for match in _token().finditer(text):
            line += text.count("\n", seen, match.start())
            seen = match.start()
            token = match[0]
            if token[0] in "\"'#":
                continue
            depth -= token == "}"
            self.tokens.append((token, line, depth))
            depth += token == "{"
        words = [(token.upper(), line, depth) for token, line, depth in self.tokens]
        self.words = words
        self.form = next((word for word, _, _ in words if word in FORMS), "")

    def stars(self) -> Iterator[int]:
        """Yield the line of each SELECT that names no columns."""
        for index, (word, line, _) in enumerate(self.words):
            if word == "SELECT":
                rest = [word for word, _, _ in self.words[index + 1 : index + 3]]
                if rest[:1] == ["*"] or (rest[:1] in (["DISTINCT"], ["REDUCED"]) and rest[1:] == ["*"]):
                    yield line

    def order(self) -> int | None:
        """Return the line of the ORDER BY of the whole query, or None where there is none."""
        return next((line for word, line, depth in self.words if word == "ORDER" and depth == 0), None)

    def order_keys(self) -> list[str]:
        """Return the variables by which the query as a whole is ordered; what is computed for the order is left out."""
        start = next(
            (index for index, (word, _, depth) in enumerate(self.words) if word == "ORDER" and not depth), None
        )
        names, index = [], 0
        tokens = [token for token, _, _ in self.tokens[start + 2 :]] if start is not None else []
        while index < len(tokens) and tokens[index].upper() not in ("LIMIT", "OFFSET", "VALUES"):
            alone = tokens[index][0] in "?$"
            turned = tokens[index].upper() in ("ASC", "DESC") and tokens[index + 1 : index + 4 : 2] == ["(", ")"]
            if alone or turned:
                names.append(tokens[index + 2 if turned else index][1:])
                index += 4 if turned else 1
                continue
            # A function's arguments do not tell rows apart as they are.
            depth = 0
            while index < len(tokens):
                depth += (tokens[index] == "(") - (tokens[index] == ")")
                index += 1
                if depth == 0 and tokens[index - 1] == ")":
                    break
        return names

    def columns(self) -> list[str]:
        """Return the columns that the query as a whole selects."""
        names, within = [], 0
        start = next(index for index, (word, _, _) in enumerate(self.words) if word == "SELECT")
        tokens = self.tokens[start + 1 :]
        for index, (token, _, _) in enumerate(tokens):
            if token == "{" or token.upper() == "WHERE":
                break
            within += (token == "(") - (token == ")")
            if token[0] in "?$" and (not within or (index and tokens[index - 1][0].upper() == "AS")):
                names.append(token[1:])
        return names

    def iris(self) -> Iterator[tuple[str, int]]:
        """Yield each IRI that the query uses, with its line; an undeclared prefix is left out."""
        prefixes: dict[str, str] = {}
        tokens = iter(self.tokens)
        for token, line, _ in tokens:
            if token.upper() == "PREFIX":
                name = next(tokens, ("", 0, 0))[0]
                prefixes[name[:-1]] = next(tokens, ("", 0, 0))[0][1:-1]
            elif token[0] == "<" and token[-1] == ">" and len(token) > 1:
                yield token[1:-1], line
            elif ":" in token and token[0] not in "?$":
                name, _, local = token.partition(":")
                if name in prefixes:
                    yield prefixes[name] + re.sub(r"\\(.)", r"\1", local), line


@cache
def _token() -> re.Pattern[str]:
    name = r"[?$@]\w+|(?:[^\W\d_][\w.-]*)?:(?:[\w:%-]|\.(?=[\w:%.-])|\\.)*"
    return re.compile(f"{STRINGS_IRIS_COMMENTS}|{name}|[^\\W\\d]\\w*|[{{}}()*]", re.S)


def _faults(query: Query, text: _Text, terms: Terms) -> Iterator[Fault]:
    """Yield line, fault and remedy of what is wrong with one query, as far as its text shows it."""
    try:
        header: Mapping[str, object] = query.header
        bound = query.bind({})
    except QueryError as error:
        yield 1, error.fault, error.remedy or "write '#+ key: value'; quote a value with a colon in it"
        return
    try:
        harmless = without_calls(bound, query.path)
        sparql.refuse_reaching_out(harmless, query.path)
        run_oxigraph(terms.workspace.ox.Store(), harmless, query.path)
    except QueryError as error:
        yield _line(error, query.path), error.fault, error.remedy
        return
    if not str(header.get("summary") or "").strip():
        yield 1, "it does not say what it answers", "begin with '#+ summary: ' and the question in plain words"
    parts = (*PARTS, "shorthands")
    for part in query.needs or ():
        if part not in parts:
            yield 1, f"'{part}' is no part of the graph", f"under needs name some of {', '.join(parts)}"
    folders = query.path.replace("\\", "/").split("/")
    if "rules" in folders and text.form != "CONSTRUCT":
        yield 1, "a rule is a CONSTRUCT query", "write CONSTRUCT, or put the query into queries/"
    for line in text.stars():
        yield line, "SELECT * leaves its columns unnamed", "name each column"
    if text.form == "SELECT" and text.order() is None:
        yield 1, "its rows have no order", "end with ORDER BY and a key that tells every row from the others"
    if "checks" in folders and not {"focus", "message"} <= set(text.columns() if text.form == "SELECT" else ()):
        yield 1, "a check has the columns ?focus and ?message", "name them in SELECT"
    test = header.get("test")
    if test is not None and test not in library.TESTS:
        yield 1, f"'{test}' is no test of findings", f"under test name one of {', '.join(library.TESTS)}"
    elif test is not None and (lacking := set(library.TESTS[str(test)]) - set(text.columns())):
        yield 1, f"the test {test} wants the columns {', '.join(sorted(lacking))}", "name them in SELECT"
    for iri, line in dict(_Text(bound).iris()).items():
        if iri.startswith(BASE) and not terms.exists(iri):
            fault, remedy = unknown_iri(terms, iri)
            yield line, fault, remedy


def _unsettled(workspace: Workspace, queries: Sequence[tuple[str, _Text, str]]) -> Iterator[Problem]:
    """Yield each query whose rows come in another order when the same graph was loaded backwards.

    Where ORDER BY leaves two rows alike, an engine gives them as it finds them. Where the keys tell every row from
    the others, the query need not be asked a second time.
    """
    if not queries:
        return
    workspace.require(None)
    backwards = None
    for path, text, bound in queries:
        answer = run_oxigraph(workspace.store, bound, path)
        here = answer.rows
        keys = [answer.columns.index(name) for name in text.order_keys() if name in answer.columns]
        if len({tuple(row[key] for key in keys) for row in here}) == len(here):
            continue
        if backwards is None:
            # The store yields what came last first.
            backwards = workspace.ox.Store()
            backwards.extend(list(workspace.store))
        there = run_oxigraph(backwards, bound, path).rows
        if here != there:
            row = next((one for one, other in zip(here, there, strict=False) if one != other), ())
            told = ", ".join(compact(str(v)).strip("<>") if str(v).startswith("http") else str(v) for v in row)
            yield _problem(
                path,
                text.order() or 1,
                f"ORDER BY leaves rows in doubt, as at: {told}",
                "add a key that tells every row from the others",
            )
