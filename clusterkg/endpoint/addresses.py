"""The addresses that the project talks to: checked before anything is sent."""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import urlsplit

from clusterkg.errors import EndpointError

__all__ = ["beside", "checked", "credentials", "host_of", "is_loopback", "origin_of", "same_origin"]

USER, PASSWORD = "CLUSTERKG_ENDPOINT_USER", "CLUSTERKG_ENDPOINT_PASSWORD"
"""The environment variables for the credentials."""

CONVENTIONS = {
    "/query": ("/store", "/update"),
    "/sparql": ("/sparql-graph-crud", "/sparql"),
    "/sparql-auth": ("/sparql-graph-crud-auth", "/sparql-auth"),
}
"""What a query address ends in, with where servers that name it so keep graph store and updates: Oxigraph, Virtuoso."""


def checked(url: str) -> str:
    """Return the address of an endpoint as it was given, if it can be one.

    Raises:
        EndpointError: it is no http or https address, or holds credentials or a fragment.

    >>> checked("http://localhost:7878/query")
    'http://localhost:7878/query'
    >>> checked("ftp://example.org/sparql")
    Traceback (most recent call last):
    clusterkg.errors.EndpointError: ftp://example.org/sparql: is no http or https address; \
give one such as http://localhost:7878/query
    """
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        known, parts = False, urlsplit("")
    if "@" in parts.netloc:
        place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        remedy = f"put them in {USER} and {PASSWORD}, or in netrc"
        raise EndpointError("the address holds credentials, which would end up in logs", place=place, remedy=remedy)
    if not known or set(url) & set(' <>"{}|\\^`') or not url.isprintable() or not url.isascii():
        remedy = "give one such as http://localhost:7878/query"
        raise EndpointError("is no http or https address", place=url or "an empty text", remedy=remedy)
    if "#" in url:
        raise EndpointError("has a fragment, which no server sees", place=url, remedy="leave out what follows #")
    return url


def host_of(url: str) -> str:
    """Return host and port of an address as people write them, the port left out where it is the usual one.

    >>> host_of("https://Query.Wikidata.org/sparql"), host_of("http://127.0.0.1:7878/query")
    ('query.wikidata.org', '127.0.0.1:7878')
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return host if parts.port in (None, usual) else f"{host}:{parts.port}"


def origin_of(url: str) -> tuple[str, str]:
    """Return what must not change on a redirect: scheme, and host with port."""
    return urlsplit(url).scheme, host_of(url)


def same_origin(one: str, other: str) -> bool:
    """Tell whether two addresses are of one scheme, host and port.

    >>> same_origin("https://example.org/a", "https://example.org:443/b"), same_origin("https://a.org/", "http://a.org/")
    (True, False)
    """
    return origin_of(one) == origin_of(other)


def is_loopback(url: str) -> bool:
    """Tell whether an address is on this machine.

    >>> is_loopback("http://localhost:7878/"), is_loopback("http://127.0.0.1.example.org/")
    (True, False)
    """
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def beside(url: str) -> tuple[str, str] | None:
    """Return where graph store and updates are by the conventions of Oxigraph and Virtuoso; None where none fits.

    >>> beside("http://localhost:8890/sparql-auth")
    ('http://localhost:8890/sparql-graph-crud-auth', 'http://localhost:8890/sparql-auth')
    >>> beside("http://localhost:3030/ds") is None
    True
    """
    for ending, (store, update) in CONVENTIONS.items():
        if url.endswith(ending):
            base = url.removesuffix(ending)
            return base + store, base + update
    return None


def credentials(url: str) -> tuple[str, str] | None:
    """Return user and password for an address: from the environment, else from the user's netrc; else None.

    Raises:
        EndpointError: netrc cannot be read, or one variable is set without the other.
    """
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    if user and password is not None:
        return user, password
    if user or password is not None:
        lacking = PASSWORD if user else USER
        raise EndpointError("is not set, though its fellow is", place=lacking, remedy="set both, or neither")
    import netrc

    path = os.environ.get("NETRC") or os.path.expanduser("~/.netrc")
    if not os.path.isfile(path):
        return None
    try:
        found = netrc.netrc(path).authenticators(urlsplit(url).hostname or "")
    except (netrc.NetrcParseError, OSError, UnicodeError) as error:
        # The parser's message may hold a word of the file, and so a password.
        raise EndpointError("cannot be read as netrc", place=path, remedy="mend it, or its permissions") from error
    return (found[0], found[2] or "") if found else None
