"""The line of a Turtle file on which a subject, a predicate or an object stands."""

from __future__ import annotations

import re
from functools import cache

from clusterkg.turtle import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Places", "lines_of", "plain"]

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@cache
def _token() -> re.Pattern[str]:
    return re.compile(
        r'''(?P<string>"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^'\\]|\\.|'(?!''))*\'\'\'
            |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
          |(?P<iri><[^<>"{}|^`\s]*>)
          |(?P<comment>\#[^\n]*)
          |(?P<directive>@(?:prefix|base)\b|(?:prefix|base)(?=\s+(?:[\w.-]*:\s*)?<))
          |(?P<name>(?:_|[^\W\d_][\w.-]*)?:(?:[\w:%-]|\.(?=[\w:%.-])|\\.)*)
          |(?P<annotation>\^\^\s*(?:<[^<>\s]*>|[\w.-]*:[\w.-]*)|@[A-Za-z]+(?:-[\w-]+)*)
          |(?P<plain>[+-]?(?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?|[A-Za-z]+)
          |(?P<mark>[][();,.])''',
        re.X | re.S | re.I,
    )


class _Reader:
    """The statements of one Turtle document, each with the line of its subject, predicate and object."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.base = ""
        self.prefixes: dict[str, str] = {}

    def statements(self) -> Iterator[tuple[int, str | None, str | None, str]]:
        """Yield line, subject, predicate and term for each term; what is not yet known is None.

        Terms inside brackets come with the subject and predicate that the brackets hang on.
        """
        subject: str | None = None
        predicate: str | None = None
        depth, line, seen = 0, 1, 0
        directive = ""
        for match in _token().finditer(self.text):
            line += self.text.count("\n", seen, match.start())
            seen = match.start()
            token, kind = match[0], match.lastgroup
            if kind in ("comment", "annotation"):
                continue
            if kind == "directive":
                directive = token.lstrip("@").lower()
            elif directive:
                if kind == "name":
                    directive = token[:-1]
                elif kind == "iri":
                    self._declare(directive, token)
                    directive = ""
            elif token in ("[", "("):
                depth += 1
                # What the brackets hold has no name: only what they hang on has a line.
                subject = "" if subject is None else subject
            elif token in ("]", ")"):
                depth -= 1
            elif depth == 0 and token == ".":
                subject = predicate = None
            elif depth == 0 and token == ";":
                predicate = None
            elif kind != "mark":
                term = self._term(token, kind)
                yield line, subject, predicate, term
                if depth == 0 and subject is None:
                    subject = term
                elif depth == 0 and predicate is None:
                    predicate = term

    def _declare(self, name: str, iri: str) -> None:
        if name == "base":
            self.base = self._resolve(iri[1:-1])
        else:
            self.prefixes[name] = self._resolve(iri[1:-1])

    def _term(self, token: str, kind: str | None) -> str:
        if kind == "iri":
            return self._resolve(token[1:-1])
        if kind == "name":
            prefix, _, local = token.partition(":")
            return self.prefixes.get(prefix, prefix + ":") + re.sub(r"\\(.)", r"\1", local)
        if kind == "string":
            quotes = 3 if token[:3] in ('"""', "'''") and len(token) > 5 else 1
            return _unescape(token[quotes:-quotes])
        return RDF_TYPE if token == "a" else token

    def _resolve(self, iri: str) -> str:
        iri = _unescape(iri)
        if iri == "":
            return self.base
        if iri.startswith("#"):
            return self.base.partition("#")[0] + iri
        if re.match(r"[A-Za-z][\w+.-]*:", iri) or not self.base:
            return iri
        from urllib.parse import urljoin

        return urljoin(self.base, iri)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        code = match[1]
        return chr(int(code[1:], 16)) if len(code) > 1 else ESCAPES.get(code, code)

    return re.sub(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", character, text, flags=re.S)


def lines_of(text: str) -> dict[tuple[str, ...], int]:
    """Return the first line of each subject, of its predicates and of their objects.

    Keys are ``(subject,)``, ``(subject, predicate)`` and ``(subject, predicate, object)``, IRIs in
    full and literals by their text alone; ``("", term)`` is where a term is mentioned first.

    >>> lines = lines_of('''@prefix ex: <http://example.org/> .
    ... ex:b
    ...     a ex:C ;
    ...     ex:q
    ...         1.0 ,
    ...         "two" .
    ... ''')
    >>> b, q = "http://example.org/b", "http://example.org/q"
    >>> lines[b,], lines[b, q], lines[b, q, "two"], lines["", "http://example.org/C"]
    (2, 4, 6, 3)
    """
    lines: dict[tuple[str, ...], int] = {}
    for line, subject, predicate, term in _Reader(text).statements():
        lines.setdefault(("", term), line)
        known = [part for part in (subject, predicate) if part is not None]
        lines.setdefault((*known, term), line)
    return lines


def plain(term: str) -> str:
    """Return what a term in N-Triples says: an IRI without brackets, a literal's text alone.

    >>> plain("<http://example.org/b>"), plain('"two"@en'), plain('"1.0"^^<http://example.org/d>'), plain("_:b1")
    ('http://example.org/b', 'two', '1.0', '')
    """
    if term.startswith("<"):
        return term[1:-1]
    return _unescape(term[1 : term.rindex('"')]) if term.startswith('"') else ""


class Places:
    """Finds lines in files, each of which is read once and only when asked for."""

    def __init__(self) -> None:
        self._files: dict[str, dict[tuple[str, ...], int]] = {}

    def line(self, path: str, focus: str, predicate: str = "", value: str = "") -> int:
        """Return the line that says of `focus` what is asked for, as nearly as there is one.

        That is the line of the value, else of the predicate, else where the subject's
        description begins, else where it is first mentioned, else 1.

        Args:
            path: the file.
            focus: IRI of the subject.
            predicate: IRI of the predicate, if there is one.
            value: IRI or text of the object, if there is one.
        """
        if path not in self._files:
            self._files[path] = lines_of(read_text(path))
        lines = self._files[path]
        for key in ((focus, predicate, value), (focus, predicate), (focus,), ("", focus)):
            if key in lines and all(key[1:]):
                return lines[key]
        return 1
