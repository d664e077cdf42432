"""What each address of the service answers."""

from __future__ import annotations

import re
import secrets
from urllib.parse import quote

from starlette.responses import JSONResponse, RedirectResponse, Response

from clusterkg.server import protocol
from clusterkg.server.answers import Gone, Streamed, matches, tag, whole
from clusterkg.server.clerk_jobs import ENDINGS, Described, Known, Overview, Question, SelfDescription
from clusterkg.server.desk import CHUNK
from clusterkg.server.faults import Refusal
from clusterkg.server.formats import GRAPHS, Format, accepted, named, preferences
from clusterkg.server.pages import STYLE, page, query_form
from clusterkg.server.pool import Busy
from clusterkg.server.sparql_jobs import Sparql, Written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from starlette.requests import Request

    from clusterkg.server.desk import Job
    from clusterkg.server.pool import Pool

__all__ = ["Service", "header"]

HTML = Format("html", "text/html", "html", text=True)
ANSWERS = (
    Format("json", "application/json", "json"),
    Format("csv", "text/csv", "csv", text=True),
    HTML,
)
"""What a ready question's answer is written as; the first where a request does not say."""

LONGEST_VALUE = 2000
"""The signs of a parameter's value."""

ARRIVING = 64_000_000
"""The bytes that bodies which are on their way may have together."""

PLAIN_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")


class Service:
    """The service: readers for queries from outside, clerks for the project's own.

    Args:
        readers: the pool that answers `Sparql`.
        clerks: the pool that does all other jobs.
        address: where the service is, for requests that do not say which host they mean.
    """

    def __init__(self, readers: Pool, clerks: Pool, address: str) -> None:
        self.readers, self.clerks, self.address = readers, clerks, address
        # Blank nodes have other names at each start, so that no tag outlives it.
        self.start = secrets.token_hex(8)
        self._kept: dict[str, bytes] = {}
        self._arriving = 0  # bytes of bodies that are not whole yet

    async def sparql(self, request: Request) -> Response:
        """Answer a query by the SPARQL 1.1 protocol; describe the service where there is none."""
        address: bytes = request.scope["query_string"]
        posted = request.method == "POST"
        if not posted and not address:
            return await self._description(request)
        body = await self._body(request) if posted else b""
        accept, media = header(request, "accept"), header(request, "content-type")
        tagged = tag(self.start, address, body, media, accept)
        known = "" if posted else header(request, "if-none-match")
        # Any answer will do for a star, but whether there is one is not known before.
        if known.strip() != "*" and matches(known, tagged):
            return whole(b"", "text/plain", known, tagged)
        frames = self.readers.frames(Sparql((request.method, media, address, body), accept, self.readers.limits))
        kept = False
        try:
            kind, first = await anext(frames)
            if kind == CHUNK:
                kept = True
                return Streamed(frames, first.decode(), self.readers.limits.seconds)
        finally:
            if not kept:
                await frames.aclose()
        if isinstance(first, Refusal):
            raise first
        if first is None:
            return await self._description(request)
        assert isinstance(first, Written)
        return whole(first.data or b"", first.header, known, tagged if first.lasting else tag(secrets.token_bytes(16)))

    async def _description(self, request: Request) -> Response:
        if _wants_page(request):
            data = page("SPARQL", query_form()).encode()
            return whole(data, HTML.header, header(request, "if-none-match"))
        format = accepted(header(request, "accept"), GRAPHS)
        return await self._clerk(
            request, SelfDescription("service", format.ending, f"{self._home(request)}/sparql"), format.header
        )

    async def void(self, request: Request) -> Response:
        """Say how much of what there is."""
        format = accepted(header(request, "accept"), GRAPHS)
        job = SelfDescription("void", format.ending)
        return await self._clerk(request, job, format.header, key=f"void.{format.ending}")

    async def front(self, request: Request) -> Response:
        """Show what there is."""
        return await self._clerk(request, Overview(), HTML.header, key="overview")

    async def style(self, request: Request) -> Response:
        """Give the pages' style."""
        return whole(STYLE.encode(), "text/css; charset=utf-8", header(request, "if-none-match"))

    async def thing(self, request: Request) -> Response:
        """Lead from a thing to its page or its data."""
        path = request.path_params["path"]
        if path == "dataset" or path.startswith("query/"):
            return RedirectResponse("/.well-known/void" if path == "dataset" else f"/{quote(path)}", 303)
        await self.clerks.ask(Known(path), "/id/")
        format = accepted(header(request, "accept"), (*GRAPHS, HTML))
        where = f"/page/{quote(path)}" if format is HTML or _wants_page(request) else ""
        where = where or f"/data/{quote(path)}.{format.ending}"
        return RedirectResponse(where, 303, {"Vary": "Accept", "Cache-Control": "no-cache"})

    async def data(self, request: Request) -> Response:
        """Give all statements about a thing."""
        path, dot, ending = request.path_params["path"].rpartition(".")
        if not dot or ending not in ENDINGS:
            ends = ", ".join(f".{one}" for one in ENDINGS)
            raise Refusal(
                404, f"/data/{request.path_params['path'][:200]}: has no format at its end; add one of {ends}"
            )
        return await self._clerk(request, Described(path, ending), ENDINGS[ending].header)

    async def page(self, request: Request) -> Response:
        """Show all statements about a thing."""
        return await self._clerk(request, Described(request.path_params["path"], "html"), HTML.header)

    async def ontology(self, request: Request) -> Response:
        """Give the ontology, in the form that is liked best."""
        format = accepted(header(request, "accept"), (*GRAPHS, HTML))
        format = HTML if _wants_page(request) else format
        return await self._clerk(request, Described("ontology", format.ending), format.header)

    async def question(self, request: Request) -> Response:
        """Ask a query of the library."""
        values: dict[str, str] = {}
        for name, value in protocol.pairs_of(request.scope["query_string"], "address"):
            if name in values:
                raise Refusal(400, f"{name[:60]}: is given twice; give it once")
            if len(value) > LONGEST_VALUE or len(name) > LONGEST_VALUE:
                raise Refusal(400, f"{name[:60]}: is longer than {LONGEST_VALUE:,} signs; write less")
            if "\0" in name + value:
                raise Refusal(400, f"{name[:60]!r}: has a NUL in it; send text")
            values[name] = value
        word = values.pop("format", None)
        accept = header(request, "accept")
        format = named([word], ANSWERS) if word is not None else accepted(accept, ANSWERS)
        name = request.path_params["path"]
        if len(name) > LONGEST_VALUE or not name.isprintable():
            raise Refusal(404, "/query/: there is no query of such a name; the front page lists them")
        return await self._clerk(request, Question(name, values, format.name), format.header)

    async def health(self, request: Request) -> Response:
        """Say whether there is anybody to answer."""
        pools = {"readers": self.readers, "clerks": self.clerks}
        well = all(pool.desks for pool in pools.values())
        said: dict[str, Any] = {"status": "ok" if well else "down"}
        for name, pool in pools.items():
            said[name] = {"all": len(pool.desks), "free": pool.free, "waiting": pool.waiting}
        return JSONResponse(said, 200 if well else 503, {"Cache-Control": "no-store"})

    async def _clerk(self, request: Request, job: Job, media: str, key: str = "") -> Response:
        """Return what a clerk gives, and keep it where it is always the same and takes long."""
        if key in self._kept:
            data = self._kept[key]
        else:
            place = request.scope["path"][:LONGEST_VALUE]
            data = bytes(await self.clerks.ask(job, place))
            if key:
                self._kept[key] = data
        return whole(data, media, header(request, "if-none-match"))

    async def _body(self, request: Request) -> bytes:
        """Return the body of a request, as it came; one that does not arrive is given up by its connection.

        Raises:
            Refusal: it is too long or compressed, or too many are on their way.
            Gone: the client has left.
        """
        if header(request, "content-encoding").lower() not in ("", "identity"):
            raise Refusal(415, "Content-Encoding: is not taken; send the body as it is")
        large = Refusal(413, f"the body is longer than {protocol.MOST_BYTES:,} bytes; ask in several queries")
        length = request.headers.get("content-length", "0")
        if length.isdecimal() and int(length[:20]) > protocol.MOST_BYTES:
            raise large
        data, arrived, more = bytearray(), 0, True
        try:
            while more:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                chunk, more = message.get("body", b""), message.get("more_body", False)
                data += chunk
                if len(data) > protocol.MOST_BYTES:
                    raise large
                if more:
                    arrived += len(chunk)
                    self._arriving += len(chunk)
                    if self._arriving > ARRIVING:
                        raise Busy
        finally:
            self._arriving -= arrived
        return bytes(data)

    def _home(self, request: Request) -> str:
        """Return the address of the service as the request calls it."""
        host = request.headers.get("host", "")
        if not PLAIN_HOST.fullmatch(host):
            return self.address
        return f"{'https' if request.scope['scheme'] == 'https' else 'http'}://{host}"


def header(request: Request, name: str) -> str:
    """Return a header of a request; what stands in several of that name counts as in one."""
    return ", ".join(request.headers.getlist(name))


def _wants_page(request: Request) -> bool:
    """Tell whether a request likes a page at least as much as data, and says so by name."""
    likings = preferences(header(request, "accept"))
    page_ = likings.get("text/html", 0.0)
    return page_ > 0 and all(likings.get(one.media, 0.0) <= page_ for one in GRAPHS)
