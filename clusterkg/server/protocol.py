"""The SPARQL 1.1 protocol: what a request asks, read from it once, and refused where it is no request for a query."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from clusterkg import sparql
from clusterkg.server.faults import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FORM", "MOST_BYTES", "QUERY", "UPDATE", "Asked", "pairs_of", "read_form", "read_request"]

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
"""The media types of a request's body."""

MOST_BYTES = 3 * sparql.LONGEST + 65_536
"""The bytes that a body may have: the longest query, each sign as three, and the rest of a form."""

MOST_FIELDS = 200

MOST_ESCAPED = 200_000
"""The percent-encoded bytes of a form that was sent to a page: to decode many takes time, and everybody waits."""

MOST_OF_A_PAGE = 3_000
"""The fields that the form of a page may have."""

CALLED = "query"
"""What a message calls the query."""

READ_ONLY = "this service is for reading only"


class Asked:
    """A query as a request puts it.

    Attributes:
        text: SPARQL.
        default_graphs: the IRIs of the graphs whose union is asked; None for all of them.
        named_graphs: with those, the IRIs of the graphs that GRAPH can name.
        formats: the words by which ``format=`` names the answer's format; none leaves it to the Accept header.
    """

    def __init__(
        self, text: str, default_graphs: Sequence[str] | None, named_graphs: Sequence[str], formats: Sequence[str]
    ) -> None:
        self.text, self.formats = text, list(formats)
        self.default_graphs, self.named_graphs = default_graphs, list(named_graphs)


def pairs_of(data: bytes, place: str, most: int = MOST_FIELDS) -> list[tuple[str, str]]:
    """Return the names and values of a form or of an address, decoded once.

    Raises:
        Refusal: they are not UTF-8, or too many.

    >>> pairs_of(b"query=ASK+%7B%7D&x=100%2525", "form")
    [('query', 'ASK {}'), ('x', '100%25')]
    """
    if not data:
        return []
    try:
        text = data.decode("ascii") if place == "address" else data.decode()
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=most)
    except UnicodeDecodeError as error:
        raise Refusal(400, f"{place}: not UTF-8; send it as UTF-8, percent-encoded") from error
    except ValueError as error:
        raise Refusal(400, f"{place}: has more than {most:,} fields; send fewer") from error


def read_request(method: str, media: str, address: bytes, body: bytes) -> Asked | None:
    """Return what a request asks, or None for a bare look at the service.

    Args:
        method: GET, HEAD or POST.
        media: the body's Content-Type.
        address: the query string of the address, as it came.
        body: as it came.

    Raises:
        Refusal: it is none that the protocol knows, or wants to write.
        QueryError: the query is too long.
    """
    pairs = pairs_of(address, "address")
    kind = media.partition(";")[0].strip().lower()
    if method in ("GET", "HEAD"):
        if not pairs:
            return None
        return _asked(pairs)
    if kind == FORM:
        if any(name in ("query", "update") for name, _ in pairs):
            raise Refusal(400, "query: stands in the address of a POST; put it into the body")
        return _asked([*pairs_of(body, "form"), *pairs])
    if kind == UPDATE:
        raise Refusal(403, f"update: is refused; {READ_ONLY}")
    if kind != QUERY:
        fault = f"Content-Type: {kind[:100]} is no form of a query" if kind else "Content-Type: is missing"
        raise Refusal(415, f"{fault}; send {QUERY} or {FORM}")
    _refuse_charset(media)
    if any(name in ("query", "update") for name, _ in pairs):
        raise Refusal(400, "query: stands in the address and in the body; give it once")
    try:
        return _asked([("query", body.decode()), *pairs])
    except UnicodeDecodeError as error:
        raise Refusal(400, "query: not UTF-8; send it as UTF-8") from error


def _refuse_charset(media: str) -> None:
    """Refuse a body that its Content-Type says to be no UTF-8."""
    charset = re.search(r"charset\s*=\s*\"?([\w.:-]+)", media, re.I | re.A)
    if charset and charset[1].lower().replace("-", "") not in ("utf8", "usascii"):
        raise Refusal(415, f"Content-Type: charset {charset[1][:40]} is not taken; send UTF-8")


def read_form(media: str, body: bytes) -> list[tuple[str, str]]:
    """Return the names and values of a form that was sent to a page.

    Args:
        media: the body's Content-Type.
        body: as it came.

    Raises:
        Refusal: it is no form, not UTF-8, has too many fields, or a NUL in one.
    """
    kind = media.partition(";")[0].strip().lower()
    if kind != FORM:
        fault = f"Content-Type: {kind[:100]} is not taken here" if kind else "Content-Type: is missing"
        raise Refusal(415, f"{fault}; send {FORM}")
    _refuse_charset(media)
    if body.count(b"%") > MOST_ESCAPED:
        raise Refusal(413, f"form: has more than {MOST_ESCAPED:,} signs that are percent-encoded; send less")
    pairs = pairs_of(body, "form", MOST_OF_A_PAGE)
    for name, value in pairs:
        if "\0" in name or "\0" in value:
            raise Refusal(400, f"{name[:60]!r}: has a NUL in it; send text")
    return pairs


def _asked(pairs: Sequence[tuple[str, str]]) -> Asked:
    def of(name: str) -> list[str]:
        return [value for key, value in pairs if key == name]

    if of("update"):
        raise Refusal(403, f"update: is refused; {READ_ONLY}")
    texts, formats = of("query"), of("format")
    if not texts:
        raise Refusal(400, f"query: is missing; give query=…, beside {_names(pairs)}")
    if len(texts) > 1:
        raise Refusal(400, f"query: is given {len(texts)} times; give it once")
    text = texts[0]
    if "\0" in text:
        raise Refusal(400, "query: has a NUL in it; send text")
    sparql.refuse_long(text, CALLED)
    default, some = of("default-graph-uri"), of("named-graph-uri")
    return Asked(text, default if default or some else None, some, formats)


def _names(pairs: Sequence[tuple[str, str]]) -> str:
    return ", ".join(dict.fromkeys(name[:40] for name, _ in pairs[:10])) or "nothing"
