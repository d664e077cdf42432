"""What went wrong with a request: the status that says so, and the line that tells people."""

from __future__ import annotations

import json

from clusterkg.errors import ClusterkgError, LimitError, ParameterError, QueryError, UnknownName
from clusterkg.server.formats import NotAcceptable, preferences, quality
from clusterkg.server.frame import render_fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

__all__ = ["Refusal", "refusal_of", "response"]


JSON = ("application/json", "application/sparql-results+json", "application/ld+json")
"""The media types of whom a fault is told in JSON."""


class Refusal(Exception):
    """A request that is not answered: with which status, in what words, and with which headers.

    >>> str(Refusal(405, "PUT is not possible here; use GET or POST"))
    'PUT is not possible here; use GET or POST'
    """

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        self.status, self.headers = status, dict(headers or {})
        super().__init__(" ".join(message.split())[:2000])

    def __reduce__(self) -> tuple[type[Refusal], tuple[int, str, dict[str, str]]]:
        return type(self), (self.status, str(self), self.headers)


def refusal_of(error: ClusterkgError) -> Refusal:
    """Return how an error of the library is told over HTTP.

    The protocol wants 400 for what is no query. A query that is stopped at a limit gets 400 too: asked again, it would
    be stopped again, and clients and proxies repeat what fails with a 5xx.

    >>> refusal_of(UnknownName("no such query", place="x")).status, refusal_of(QueryError("fails")).status
    (404, 400)
    """
    message = str(error)
    if isinstance(error, LimitError):
        # The options that raise a limit are the operator's, not the asker's.
        remedy = "ask for fewer with SPARQL's LIMIT" if "LIMIT" in error.remedy else "ask for less"
        message = f"{error.place}: {error.fault}, which is the limit here; {remedy}"
    if " is refused: " in error.fault:
        if error.fault.startswith("SERVICE"):
            return Refusal(403, f"{error.place}: {error.fault}; ask the other endpoint yourself")
        return Refusal(400, f"{error.place}: {error.fault}; this service is for reading only")
    if isinstance(error, NotAcceptable):
        return Refusal(406, message)
    if isinstance(error, UnknownName):
        return Refusal(404, message)
    if isinstance(error, ParameterError | QueryError):
        return Refusal(400, message)
    return Refusal(500, message)


def response(refusal: Refusal, accept: str) -> Response:
    """Return the answer that tells of a refusal: as a page, as JSON, or as the line it is."""
    from starlette.responses import HTMLResponse, PlainTextResponse
    from starlette.responses import Response as Plain

    message = str(refusal)
    likings = preferences(accept)
    headers = {"Cache-Control": "no-store", **refusal.headers}
    if quality(likings, ["text/html"]) > 0 and "text/html" in likings:
        return HTMLResponse(render_fault(refusal.status, message), status_code=refusal.status, headers=headers)
    if any(likings.get(one, 0.0) > 0 for one in JSON):
        text = json.dumps({"status": refusal.status, "error": message}, ensure_ascii=False) + "\n"
        return Plain(text, refusal.status, {**headers, "Content-Type": "application/json"})
    return PlainTextResponse(message + "\n", status_code=refusal.status, headers=headers)
