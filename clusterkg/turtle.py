"""Turtle files in the one order of the house."""

from __future__ import annotations

import os
import re
import stat
from functools import cache

from clusterkg.errors import FileError, TurtleError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pyoxigraph as ox

    Subject = ox.NamedNode | ox.BlankNode
    Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

__all__ = ["format_file", "format_text", "read_text", "syntax_error", "write_atomically"]

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"

LEADING = [
    *("rdfs:subClassOf", "rdfs:subPropertyOf", "owl:equivalentClass", "rdfs:domain", "rdfs:range", "rdfs:label"),
    *("skos:prefLabel", "skos:altLabel", "skos:notation", "dcterms:title", "skos:definition", "skos:scopeNote"),
    *("skos:note", "rdfs:comment", "skos:inScheme", "skos:topConceptOf", "skos:broader"),
    *("qb:dataSet", "ckg:describes", "ckg:study", "ckg:case", "ckg:table", "ckg:row", "ckg:column", "ckg:variable"),
    *("ckg:coding", "ckg:score", "ckg:degree", "sdmx-attribute:obsStatus", "ckg:accepted", "ckg:printed", "ckg:value"),
    *("ckg:tableNumber", "ckg:position", "ckg:printedHeading", "ckg:printedLabel", "ckg:governedBy"),
    "ckg:marketScope",
]
"""Predicates that open a description: what it is, what it is called, what it is about, its value."""

TRAILING = ["dcterms:source", "ckg:locator", "rdfs:isDefinedBy"]
"""Predicates that close a description: where it comes from."""

LOCAL_NAME = r"(?:[^\W_]|_)(?:[\w.-]*[\w-])?"
"""Local names that need no escape, in every parser."""

LANGUAGES = ("en", "es", "pt")


STREAMS = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")
"""What may be read though it is no file: what whoever started us has opened for us."""


def read_text(path: str, most: int | None = None) -> str:
    r"""Return a UTF-8 file's text with ``\\n`` line ends and without a byte order mark.

    Args:
        path: a regular file, or a stream that is open already, as ``/dev/stdin``.
        most: after how many characters to stop.

    Raises:
        FileError: the file is missing, unreadable, not UTF-8, or a pipe or device, which may never end.
    """
    try:
        with open(path, encoding="utf-8-sig", opener=_open_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                if not path.startswith(STREAMS):
                    raise FileError("is a pipe or device", place=path, remedy="name a file, or - for standard input")
                os.set_blocking(file.fileno(), True)
            return file.read(-1 if most is None else most)
    except UnicodeDecodeError as error:
        raise FileError(f"not UTF-8 at byte {error.start}", place=path, remedy="save it as UTF-8") from error
    except FileNotFoundError as error:
        raise FileError("no such file", place=path, remedy="check the path") from error
    except IsADirectoryError as error:
        raise FileError("is a folder", place=path, remedy="name a file") from error
    except OSError as error:
        raise FileError(f"cannot be read: {error.strerror}", place=path) from error


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe that nobody writes to does not hold us up (on Windows there is none)."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def write_atomically(path: str, text: str) -> None:
    """Write `text` to `path` so that a reader finds the old file or the new one, never a part.

    Raises:
        FileError: the folder cannot be written; the file is then as it was.
    """
    temporary = f"{path}.{os.getpid()}.part"
    try:
        with open(temporary, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(path):
            os.chmod(temporary, os.stat(path).st_mode)
        os.replace(temporary, path)
    except OSError as error:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise FileError(f"cannot be written: {error.strerror}; it is as it was", place=path) from error


def syntax_error(path: str, error: SyntaxError, prefixes: Mapping[str, str] | None = None) -> TurtleError:
    """Return a parser's complaint about `path` as one line with its place and a remedy.

    `prefixes` are the house prefixes; an undeclared one of them gets its declaration as remedy.
    """
    place = f"{path}:{error.lineno}" if error.lineno else path
    fault = re.sub(r"^Parser error at line \d+ .*?: |^Parser error .*?: ", "", error.msg or "not Turtle")
    unknown = re.search(r"[Tt]he prefix '?([\w.-]*):?'? .*not", fault)
    if unknown:
        name, known = unknown[1], prefixes or {}
        if name in known:
            remedy = f"add '@prefix {name}: <{known[name]}> .' at the top"
        else:
            remedy = nearest(name, known) or f"declare it with '@prefix {name}: <…> .' at the top"
        return TurtleError(f"prefix '{name}:' is not declared", place=place, remedy=remedy)
    column = f" (column {error.offset})" if error.offset else ""
    return TurtleError(
        f"not Turtle: {fault}{column}", place=place, remedy="mend the statement that ends or begins there"
    )


class _Document:
    """A parsed Turtle file: its base, prefixes, comment at the top and triples by subject."""

    def __init__(self, text: str, path: str, house: Mapping[str, str]) -> None:
        import pyoxigraph as ox

        self.ox = ox
        self.path = path
        self.comment = _comment_at_top(text, path)
        self.descriptions: dict[Subject, dict[str, list[Term]]] = {}
        self.triples: set[ox.Triple] = set()
        parser = ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)
        try:
            for quad in parser:
                if isinstance(quad.subject, ox.Triple):
                    raise TurtleError("a quoted triple", place=path, remedy="give the statement a node of its own")
                self.triples.add(quad.triple)
                objects = self.descriptions.setdefault(quad.subject, {}).setdefault(quad.predicate.value, [])
                if quad.object not in objects:
                    objects.append(quad.object)
        except SyntaxError as error:
            raise syntax_error(path, error, house) from error
        self.base: str | None = parser.base_iri
        self.namespaces = {**house, **parser.prefixes}
        self.used: set[str] = set()
        # The longest namespace that fits wins, then the shortest name: one IRI, one spelling.
        self.by_length = sorted(self.namespaces.items(), key=lambda item: (-len(item[1]), len(item[0]), item[0]))
        self.names: dict[str, str] = {}
        self.ranks = {RDF + "type": -len(LEADING) - 1}
        for rank, name in [*enumerate(LEADING, -len(LEADING)), *enumerate(TRAILING, 1)]:
            prefix, _, local = name.partition(":")
            if prefix in house:
                self.ranks[house[prefix] + local] = rank

    def name(self, iri: str) -> str:
        """Return how `iri` is written in this file, and note the prefix as used."""
        if iri not in self.names:
            self.names[iri] = self._name(iri)
        return self.names[iri]

    def _name(self, iri: str) -> str:
        if self.base is not None and iri == self.base:
            return "<>"
        if self.base is not None and iri.startswith(self.base + "#"):
            return f"<{iri[len(self.base) :]}>"
        for prefix, namespace in self.by_length:
            if iri.startswith(namespace) and re.fullmatch(LOCAL_NAME, iri[len(namespace) :], re.A):
                self.used.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    def literal(self, literal: ox.Literal) -> str:
        value, datatype = literal.value, literal.datatype.value
        if datatype == XSD + "integer" and re.fullmatch(r"[+-]?\d+", value):
            return value
        if datatype == XSD + "decimal" and re.fullmatch(r"[+-]?\d*\.\d+", value):
            return value
        if datatype == XSD + "boolean" and value in ("true", "false"):
            return value
        text = value.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r").replace("\t", "\\t")
        text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", lambda m: f"\\u{ord(m[0]):04X}", text)
        quoted = f'"""{text}"""' if "\n" in text else f'"{text}"'
        if literal.language:
            return f"{quoted}@{literal.language}"
        return quoted if datatype == XSD + "string" else f"{quoted}^^{self.name(datatype)}"

    def blank_node(self, node: ox.BlankNode, indent: int) -> str:
        description = self.descriptions.get(node, {})
        members = self._list(node)
        if members is not None:
            return self._lines("(", [self.term(member, indent + 4) for member in members], ")", indent)
        lines = [
            self._statement(predicate, description[predicate], indent + 4) for predicate in self.in_order(description)
        ]
        return self._lines("[", [line + " ;" for line in lines], "]", indent)

    def _list(self, node: ox.BlankNode) -> list[Term] | None:
        members: list[Term] = []
        link: Term = node
        while isinstance(link, self.ox.BlankNode):
            description = self.descriptions.get(link, {})
            if set(description) != {RDF + "first", RDF + "rest"}:
                return None
            members.append(description[RDF + "first"][0])
            link = description[RDF + "rest"][0]
        return members if isinstance(link, self.ox.NamedNode) and link.value == RDF + "nil" else None

    def _lines(self, opening: str, lines: list[str], closing: str, indent: int) -> str:
        if not lines:
            return opening + closing
        flat = f"{opening} {' '.join(lines).removesuffix(' ;')} {closing}"
        if len(flat) + indent <= 96 and "\n" not in flat:
            return flat
        pad = " " * (indent + 4)
        return opening + "".join(f"\n{pad}{line}" for line in lines) + "\n" + " " * indent + closing

    def term(self, term: Term, indent: int) -> str:
        if isinstance(term, self.ox.NamedNode):
            return "()" if term.value == RDF + "nil" else self.name(term.value)
        if isinstance(term, self.ox.Literal):
            return self.literal(term)
        if isinstance(term, self.ox.BlankNode):
            return self.blank_node(term, indent)
        raise TurtleError("a quoted triple", place=self.path, remedy="give the statement a node of its own")

    def _statement(self, predicate: str, objects: Iterable[Term], indent: int) -> str:
        verb = "a" if predicate == RDF + "type" else self.name(predicate)
        ordered = sorted(objects, key=self._object_key)
        if len(ordered) == 1:
            return f"{verb} {self.term(ordered[0], indent)}"
        pad = "\n" + " " * (indent + 4)
        return verb + pad + f" ,{pad}".join(self.term(term, indent + 4) for term in ordered)

    def _object_key(self, term: Term) -> tuple[object, ...]:
        if isinstance(term, self.ox.NamedNode):
            return (0, "", _natural(self.name(term.value)))
        if isinstance(term, self.ox.Literal):
            language = term.language or ""
            rank = LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES)
            return (1, f"{rank}{language}", _natural(term.value), term.datatype.value)
        return (2, self.term(term, 0))

    def in_order(self, description: Mapping[str, object]) -> list[str]:
        """Return the predicates of a description in the order of the house."""

        def key(predicate: str) -> tuple[int, str]:
            return self.ranks.get(predicate, 0), "" if predicate == RDF + "type" else self.name(predicate)

        return sorted(description, key=key)

    def subjects(self) -> Iterator[Subject]:
        """Yield the subjects that get a statement of their own, in the order of the house."""
        referenced: dict[ox.BlankNode, int] = {}
        for description in self.descriptions.values():
            for objects in description.values():
                for term in objects:
                    if isinstance(term, self.ox.BlankNode):
                        referenced[term] = referenced.get(term, 0) + 1
        shared = [node for node, count in referenced.items() if count > 1]
        named = [s for s in self.descriptions if isinstance(s, self.ox.NamedNode)]
        roots = [s for s in self.descriptions if isinstance(s, self.ox.BlankNode) and s not in referenced]
        if shared or self._unreached([*roots, *named]):
            raise TurtleError("a blank node is used twice", place=self.path, remedy="give it an IRI of its own")
        first = self._first_subject(named)
        yield from sorted(named, key=lambda s: (s.value != first, *_natural(s.value)))
        yield from sorted(roots, key=lambda s: self.blank_node(s, 0))

    def _unreached(self, roots: Iterable[Subject]) -> bool:
        """Tell whether some blank nodes hang only on one another, so that no statement shows them."""
        seen: set[Term] = set()
        waiting: list[Term] = list(roots)
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                if not isinstance(node, self.ox.Literal | self.ox.Triple):
                    for objects in self.descriptions.get(node, {}).values():
                        waiting += [term for term in objects if isinstance(term, self.ox.BlankNode)]
        return any(subject not in seen for subject in self.descriptions)

    def _first_subject(self, named: list[ox.NamedNode]) -> str | None:
        if self.base is not None:
            return self.base
        # Without @base: the file's ontology or scheme header, if there is just one, leads.
        heads = [
            s.value
            for s in named
            for kind in self.descriptions[s].get(RDF + "type", [])
            if isinstance(kind, self.ox.NamedNode) and kind.value.endswith("owl#Ontology")
        ]
        return heads[0] if len(heads) == 1 else None

    def write(self) -> str:
        blocks = []
        for subject in self.subjects():
            description = self.descriptions[subject]
            if isinstance(subject, self.ox.BlankNode):
                blocks.append(self._anonymous(subject))
                continue
            lines = [self._statement(predicate, description[predicate], 4) for predicate in self.in_order(description)]
            blocks.append(self.name(subject.value) + "\n    " + " ;\n    ".join(lines) + " .\n")
        head = [f"{line}\n" for line in self.comment]
        declarations = [f"@base <{self.base}> .\n"] if self.base is not None else []
        declarations += [f"@prefix {name}: <{self.namespaces[name]}> .\n" for name in sorted(self.used)]
        parts = ["".join(head), "".join(declarations), *blocks]
        return "\n".join(part for part in parts if part)

    def _anonymous(self, subject: ox.BlankNode) -> str:
        description = self.descriptions[subject]
        lines = [self._statement(predicate, description[predicate], 4) for predicate in self.in_order(description)]
        return "[]\n    " + " ;\n    ".join(lines) + " .\n"


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return a sorting key by which ``#place-2`` comes before ``#place-10``."""
    parts = re.split(r"(\d+)", text)
    return tuple((int(part), "") if index % 2 else (-1, part) for index, part in enumerate(parts))


@cache
def _token() -> re.Pattern[str]:
    """Return the pattern of a token of Turtle, as far as is needed to tell comments from the rest."""
    return re.compile(
        r"""(?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
            |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
          |(?P<iri><[^<>"{}|^`\\\s]*(?:\\u[0-9A-Fa-f]{4}[^<>"{}|^`\\\s]*)*>)
          |(?P<comment>\#[^\n]*)
          |(?P<word>[^\s"'<\#]+)""",
        re.X | re.S,
    )


def _comment_at_top(text: str, path: str) -> list[str]:
    """Return the comment lines above the first statement; a later comment is an error.

    Raises:
        TurtleError: a comment stands where writing the file anew would lose it.
    """
    top: list[str] = []
    started = False
    for match in _token().finditer(text):
        if match["comment"] is None:
            started = True
            continue
        if started:
            line = text.count("\n", 0, match.start()) + 1
            raise TurtleError(
                "a comment below the top of the file would be lost",
                place=f"{path}:{line}",
                remedy="move it above the prefixes, or make it a skos:note",
            )
        top.append(match["comment"].rstrip())
    return top


def format_text(text: str, path: str = "text", prefixes: Mapping[str, str] | None = None) -> str:
    """Return a Turtle document in the house order; the triples stay the same.

    Only the prefixes used, sorted, after the base; the subject of the file first (the base, or
    the one ontology header), then the others by name; ``a`` first, predicates in one fixed order;
    one object a line; comments at the top of the file only.

    Args:
        text: the document.
        path: what to call it in a message.
        prefixes: house prefixes, which serve where the document declares none for a namespace.

    Raises:
        TurtleError: not Turtle, a comment that would be lost, or a blank node used twice.

    >>> print(format_text("@prefix ex: <http://example.org/> . ex:b ex:q 2.0, 1.0 . ex:b a ex:C ."))
    @prefix ex: <http://example.org/> .
    <BLANKLINE>
    ex:b
        a ex:C ;
        ex:q
            1.0 ,
            2.0 .
    <BLANKLINE>
    >>> format_text("@prefix ex: <http://example.org/> . ex:b a ec:C .", "b.ttl")
    Traceback (most recent call last):
    clusterkg.errors.TurtleError: b.ttl:1: prefix 'ec:' is not declared; declare it with '@prefix ec: <…> .' at the top
    """
    import pyoxigraph as ox

    document = _Document(text, path, prefixes or {})
    written = document.write()
    before, after = ox.Dataset(), ox.Dataset()
    for dataset, triples in ((before, document.triples), (after, _Document(written, path, {}).triples)):
        for triple in triples:
            dataset.add(ox.Quad(triple.subject, triple.predicate, triple.object))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    if before != after:
        raise TurtleError("cannot be written anew without a change of meaning", place=path)
    return written


def format_file(path: str, prefixes: Mapping[str, str], *, check: bool = False) -> bool:
    """Bring one file into the house order; return whether it was (or, with `check`, would be) changed.

    Raises:
        FileError: it cannot be read or written.
        TurtleError: it is not Turtle; it stays as it was.
    """
    written = format_text(read_text(path), path, prefixes)
    with open(path, "rb") as file:
        changed = file.read() != written.encode()
    if changed and not check:
        # A link stays a link: what it leads to is written.
        write_atomically(os.path.realpath(path), written)
    return changed
