"""The application: which address is answered by what, and what holds for every answer."""

from __future__ import annotations

import sys
import time
import traceback

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Route

from clusterkg.errors import ClusterkgError, nearest
from clusterkg.server.answers import Broken, Gone
from clusterkg.server.faults import Refusal, refusal_of, response
from clusterkg.server.pool import Busy
from clusterkg.server.views import VIEWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from clusterkg.server.handlers import Service

__all__ = ["application"]

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Location, Retry-After",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer carries."""

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}

SMALL = 600
"""Bytes below which an answer goes out as it is."""

RETRY = 2
"""Seconds after which a client that found everybody at work may ask again."""

LOGGED = 300
"""The signs of an address that the log shows."""


def application(service: Service) -> ASGIApp:
    """Return the application over a service."""
    routes = {
        "/.well-known/void": service.void,
        "/data/{path:path}": service.data,
        "/editor/terms.json": service.terms,
        "/healthz": service.health,
        "/id/{path:path}": service.thing,
        "/ontology": service.ontology,
        "/sparql": service.sparql,
        "/static/{name}": service.static,
        "/style.css": service.style,
        **{f"{where}{{path:path}}" if where[1:].endswith("/") else where: service.view for where in VIEWS},
    }
    known = [path.partition("{")[0] for path in routes]

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        path = str(request.scope["path"])[:200]
        if error.status_code == 405:
            allowed = ", ".join(sorted((error.headers or {}).get("Allow", "GET").split(", ")))
            refusal = Refusal(
                405, f"{path}: {request.method[:20]} is not possible here; use {allowed}", {"Allow": allowed}
            )
        elif error.status_code == 404:
            refusal = Refusal(404, f"{path}: there is nothing here; {nearest(path, known) or 'begin at /'}")
        else:
            refusal = Refusal(error.status_code, f"{path}: {error.detail}")
        return response(refusal, request.headers.get("accept", ""))

    starlette = Starlette(
        routes=[
            Route(path, _told(handler), methods=["GET", "HEAD", "POST"] if path == "/sparql" else ["GET", "HEAD"])
            for path, handler in routes.items()
        ],
        exception_handlers={HTTPException: http_error},
    )
    return Front(GZipMiddleware(starlette, minimum_size=SMALL, compresslevel=5))


def _told(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Return a handler whose faults are told to the client in words."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except Refusal as error:
            refusal = error
        except Busy:
            headers = {"Retry-After": str(RETRY)}
            refusal = Refusal(503, "every process of this service is at work; ask again in some seconds", headers)
        except ClusterkgError as error:
            refusal = refusal_of(error)
        return response(refusal, request.headers.get("accept", ""))

    return handle


class Front:
    """What stands before the application: headers for every answer, the log, and the last word on errors."""

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and write a line of the log."""
        if scope["type"] != "http":
            return
        begun = time.monotonic()
        status, sent = 0, 0

        async def sending(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    # R's RCurl finds the charset only under a name in these capitals.
                    *(
                        (b"Content-Type" if name == b"content-type" else name, value)
                        for name, value in message["headers"]
                    ),
                    *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
                ]
            else:
                sent += len(message.get("body", b""))
            await send(message)

        try:
            if scope["method"] == "OPTIONS":
                await Response(status_code=204, headers=PREFLIGHT)(scope, receive, sending)
            else:
                await self.inner(scope, receive, sending)
        except Gone:
            status = 499
        except Broken as error:
            # Without an end the server closes the connection, so that nobody takes the parts for the whole.
            print(f"clusterkg: an answer broke off: {error}", file=sys.stderr)
        except Exception:
            traceback.print_exc()
            if not status:
                text = "something failed in this service; its operator finds the reason in the log\n"
                await Response(text, 500, media_type="text/plain")(scope, receive, sending)
        finally:
            _log(scope, status, sent, time.monotonic() - begun)


def _log(scope: Scope, status: int, sent: int, seconds: float) -> None:
    """Write a line of the log: who asked what, with which status, bytes and milliseconds."""
    client = scope.get("client") or ("-", 0)
    raw: bytes = scope.get("raw_path") or b""
    query: bytes = scope["query_string"]
    address = (raw + (b"?" + query if query else b""))[:LOGGED].decode("latin-1")
    shown = address.encode("unicode_escape").decode("ascii").replace('"', "%22")
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    print(
        f'{client[0]} {stamp} "{scope["method"][:20]} {shown}" {status} {sent} {seconds * 1000:.1f}',
        file=sys.stderr,
        flush=True,
    )
