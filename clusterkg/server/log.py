"""The log: a line for each request, which no request can break or forge."""

from __future__ import annotations

import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.types import Scope

__all__ = ["line", "line_of", "say"]

LOGGED = 300
"""The signs of an address that the log shows."""


def say(text: str) -> None:
    """Write a line to standard error; where nobody reads it any more, nowhere."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        pass


def line(client: object, asked: bytes, status: int, sent: int, seconds: float) -> str:
    r"""Return who asked what when, with which status, bytes and milliseconds.

    Args:
        client: who; where a proxy is believed, what that says.
        asked: the method and the address, as they came.
        status: of the answer; 499 where the client left before it.
        sent: the bytes of the answer's body.
        seconds: how long it took.

    >>> line('::1" 2', b'GET /a"\x1b', 404, 10, 0.0012).split(" ", 2)[::2]
    ['::1%22%202', '"GET /a%22\\x1b" 404 10 1.2']
    """
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    who = _shown(str(client), 60).replace(" ", "%20")
    return f'{who} {stamp} "{_shown(asked.decode("latin-1"))}" {status} {sent} {seconds * 1000:.1f}'


def line_of(scope: Scope, status: int, sent: int, seconds: float) -> str:
    """Return the line for a request."""
    query: bytes = scope["query_string"]
    asked = scope["method"].encode() + b" " + (scope.get("raw_path") or b"") + (b"?" + query if query else b"")
    return line((scope.get("client") or "-")[0], asked, status, sent, seconds)


def _shown(text: str, most: int = LOGGED) -> str:
    return text[:most].encode("unicode_escape").decode("ascii").replace('"', "%22")
