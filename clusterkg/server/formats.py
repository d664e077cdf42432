"""The formats of answers: their media types and names, and which of them a request wants."""

from __future__ import annotations

import re
from functools import lru_cache

from clusterkg.errors import ParameterError, UnknownName, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "ASKED",
    "GRAPHS",
    "NTRIPLES",
    "ROWS",
    "TSV",
    "Format",
    "NotAcceptable",
    "accepted",
    "named",
    "preferences",
    "quality",
]


LONGEST_KEPT = 300
"""The signs of a header up to which it is remembered what it likes best."""


class NotAcceptable(UnknownName):
    """What the request accepts is no format of this answer."""


class Format:
    """A format.

    Attributes:
        name: what the engine calls it.
        media: its media type.
        ending: of a file's name.
        also: other media types under which it is asked for.
        words: names under which ``format=`` takes it.
        text: whether the Content-Type names the charset; R takes XML without one for Latin-1.
    """

    def __init__(
        self,
        name: str,
        media: str,
        ending: str,
        also: Sequence[str] = (),
        words: Sequence[str] = (),
        *,
        text: bool = False,
    ) -> None:
        self.name, self.media, self.ending, self.also = name, media, ending, tuple(also)
        self.words = (ending, media, *words)
        self.header = f"{media}; charset=utf-8" if text else media

    def __repr__(self) -> str:
        return f"Format({self.name!r})"


JSON = Format("srj", "application/sparql-results+json", "json", ["application/json"], ["srj"])
XML = Format("srx", "application/sparql-results+xml", "xml", ["application/xml", "text/xml"], ["srx"], text=True)
CSV = Format("w3c-csv", "text/csv", "csv", text=True)
TSV = Format("tsv", "text/tab-separated-values", "tsv", text=True)
TURTLE = Format(
    "ttl", "text/turtle", "ttl", ["application/x-turtle", "application/turtle"], ["turtle", "n3"], text=True
)
NTRIPLES = Format("nt", "application/n-triples", "nt", ["text/plain"], ["ntriples", "n-triples"])
RDFXML = Format(
    "rdf",
    "application/rdf+xml",
    "rdf",
    ["application/xml", "text/xml"],
    ["xml", "rdfxml", "rdf+xml"],
    text=True,
)
JSONLD = Format("jsonld", "application/ld+json", "jsonld", ["application/json"], ["json", "json-ld"])

ROWS = (JSON, XML, CSV, TSV)
"""What rows are written as; the first where a request does not say."""

ASKED = (JSON, XML)
"""What a yes or no is written as: the W3C's CSV and TSV have none."""

GRAPHS = (TURTLE, NTRIPLES, RDFXML, JSONLD)
"""What triples are written as."""


def named(words: Sequence[str], offered: Sequence[Format]) -> Format:
    """Return the format that ``format=`` names, in one word or, as some clients do, in several that mean the same.

    A media type that is not known is passed over where another word is.

    Raises:
        ParameterError: none has that name at all, or the words mean different formats.
        NotAcceptable: one has, but this answer cannot be written in it.

    >>> named(["csv"], ROWS), named(["rdf+xml", "application/rdf+xml"], GRAPHS)
    (Format('w3c-csv'), Format('rdf'))
    >>> named(["csvv"], ROWS)
    Traceback (most recent call last):
    clusterkg.errors.ParameterError: format=csvv: is no format; did you mean 'csv'?
    """
    wanted = [word.strip().lower() for words_ in words for word in words_.split(",")]
    found = {one: None for word in wanted for one in offered if word in one.words or word in one.also}
    strange = [word for word in wanted if not any(word in (*one.words, *one.also) for one in offered)]
    place = f"format={', '.join(words)[:60]}"
    if len(found) == 1 and all("/" in word for word in strange):
        return next(iter(found))
    if len(found) > 1:
        raise ParameterError("means several formats", place=place, remedy="name one")
    names = [one.ending for one in offered]
    if any(strange[0] in one.words for one in (*ROWS, *GRAPHS)):
        raise NotAcceptable("this answer has no such form", place=place, remedy=f"use {', '.join(names)}")
    raise ParameterError("is no format", place=place, remedy=nearest(strange[0][:60], names))


def accepted(header: str, offered: Sequence[Format]) -> Format:
    """Return the format that an Accept header likes best; the first that is offered where it is blank.

    Of formats that it likes alike, the one comes that is offered first.

    Raises:
        NotAcceptable: it likes none of them.

    >>> accepted("text/csv;q=0.5, application/sparql-results+xml", ROWS)
    Format('srx')
    >>> accepted("", GRAPHS), accepted("*/*", ROWS)
    (Format('ttl'), Format('srj'))
    >>> accepted("text/*, text/csv;q=0", ROWS)
    Format('tsv')
    >>> accepted("image/png", ROWS)
    Traceback (most recent call last):
    clusterkg.server.formats.NotAcceptable: Accept: image/png: this answer has no such form; use \
application/sparql-results+json, application/sparql-results+xml, text/csv, text/tab-separated-values
    """
    # Most clients always send the same.
    return (_liked if len(header) <= LONGEST_KEPT else _liked.__wrapped__)(header, tuple(offered))


@lru_cache(maxsize=256)
def _liked(header: str, offered: tuple[Format, ...]) -> Format:
    likings = preferences(header)
    if not likings:
        return offered[0]
    # A browser's wish for XML is one for a page that it can show, and there is none: what it takes besides will do.
    plain = "text/html" not in likings
    best, most = None, 0.0
    for one in offered:
        liking = quality(likings, [one.media, *(one.also if plain else ())])
        if liking > most:
            best, most = one, liking
    if best is None:
        remedy = f"use {', '.join(one.media for one in offered)}"
        raise NotAcceptable("this answer has no such form", place=f"Accept: {header[:200]}", remedy=remedy)
    return best


def preferences(header: str) -> dict[str, float]:
    """Return each media range of an Accept header with its q-value; what is no media range is left out.

    >>> preferences("text/csv;q=0.5, */*;q=0.1, nonsense, text/html;level=1")
    {'text/csv': 0.5, '*/*': 0.1, 'text/html': 1.0}
    """
    found: dict[str, float] = {}
    for part in header[:8000].split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        if not re.fullmatch(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+", media, re.A):
            continue
        value = 1.0
        for parameter in parameters:
            key, _, text = parameter.partition("=")
            if key.strip().lower() == "q":
                value = float(text) if re.fullmatch(r"0(\.\d{0,3})?|1(\.0{0,3})?", text.strip(), re.A) else 0.0
        found[media.lower()] = value
    return found


def quality(likings: Mapping[str, float], medias: Iterable[str]) -> float:
    """Return how much a header likes something that goes by some media types: the most specific range counts.

    >>> quality({"text/*": 0.5, "*/*": 0.1}, ["text/csv"])
    0.5
    """

    def of(media: str) -> float:
        for range_ in (media, media.partition("/")[0] + "/*", "*/*"):
            if range_ in likings:
                return likings[range_]
        return 0.0

    first, *others = medias
    # A synonym counts when it is named, a pattern only for the media type proper.
    return max(of(first), *(likings.get(media, 0.0) for media in others), 0.0)
