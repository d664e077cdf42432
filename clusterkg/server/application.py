"""The application: which address is answered by what, and what holds for every answer."""

from __future__ import annotations

import asyncio
import time
import traceback

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clusterkg.errors import ClusterkgError, nearest
from clusterkg.server.answers import Broken, Gone
from clusterkg.server.connections import KEY, Connection
from clusterkg.server.desk import Failure, Unmanned
from clusterkg.server.faults import Refusal, refusal_of, response
from clusterkg.server.log import line_of, say
from clusterkg.server.packing import Packing
from clusterkg.server.pool import Busy
from clusterkg.server.views import FORMS, VIEWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from clusterkg.server.handlers import Service

__all__ = ["application"]

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Retry-After",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer carries."""

WRITTEN = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]

FAILED = "something failed in this service; its operator finds the reason in the log"
"""What is told of a fault that is the service's own."""

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}

POSTED = {"/sparql", *FORMS}
"""The addresses that take a POST."""

AGAIN = {"Retry-After": "2"}
"""Seconds after which a client that found everybody at work may ask again."""


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
        return response(refusal, ", ".join(request.headers.getlist("accept")))

    starlette = Starlette(
        routes=[
            Route(path, _told(handler), methods=["GET", "HEAD", "POST"] if path in POSTED else ["GET", "HEAD"])
            for path, handler in routes.items()
        ],
        exception_handlers={HTTPException: http_error},
    )
    # To lead from /sparql/ to /sparql would repeat whatever host the request names.
    starlette.router.redirect_slashes = False
    return Front(Packing(_Quick(starlette, {"/sparql": _told(service.sparql)})))


class _Quick:
    """The few addresses that are asked most, before all others are looked through."""

    def __init__(self, others: ASGIApp, handlers: Mapping[str, Callable[[Request], Awaitable[Response]]]) -> None:
        self.others, self.handlers = others, handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        handler = self.handlers.get(scope["path"])
        if handler is None or scope["method"] not in ("GET", "HEAD", "POST"):
            await self.others(scope, receive, send)
        else:
            await (await handler(Request(scope, receive)))(scope, receive, send)


def _told(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Return a handler whose faults are told to the client in words."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except Refusal as error:
            refusal = error
        except Busy:
            refusal = Refusal(503, "every process of this service is at work; ask again in some seconds", AGAIN)
        except Unmanned as error:
            say(f"clusterkg: {error}")
            refusal = Refusal(503, "no process of this service can be started now; ask again in some seconds", AGAIN)
        except Failure as error:
            say(f"clusterkg: {request.scope['path'][:200]!r}: {error}")
            refusal = Refusal(500, FAILED)
        except ClusterkgError as error:
            refusal = refusal_of(error)
            if refusal.status == 500:
                say(f"clusterkg: {request.scope['path'][:200]!r}: {type(error).__name__}: {error}")
        return response(refusal, ", ".join(request.headers.getlist("accept")))

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
                message["headers"] = [*message["headers"], *WRITTEN]
            else:
                sent += len(message.get("body", b""))
            await send(message)

        connection = scope.get(KEY)
        if isinstance(connection, Connection):
            connection.task = asyncio.current_task()
        try:
            if isinstance(connection, Connection) and connection.lost:
                raise Gone
            if scope["method"] == "OPTIONS":
                await Response(status_code=204, headers=PREFLIGHT)(scope, receive, sending)
            else:
                await self.inner(scope, receive, sending)
        except Gone:
            status = 499
        except asyncio.CancelledError:
            if not (isinstance(connection, Connection) and connection.lost):
                raise
            status = 499
        except Broken as error:
            say(f"clusterkg: an answer broke off: {error}")
            await _break_off(connection)
        except Exception:
            say(traceback.format_exc())
            if not status:
                await Response(f"{FAILED}\n", 500, media_type="text/plain")(scope, receive, sending)
        finally:
            if isinstance(connection, Connection):
                connection.task = None
            say(line_of(scope, status, sent, time.monotonic() - begun))


async def _break_off(connection: object) -> None:
    """Close a connection without the answer's end."""
    if isinstance(connection, Connection):
        connection.task = None
        connection.reset()
        await asyncio.sleep(0)  # that it is lost is told in the next turn of the loop
