"""What each address of the service answers."""

from __future__ import annotations

import asyncio
import re
import secrets
from urllib.parse import quote, urlencode

from starlette.responses import JSONResponse, RedirectResponse, Response

from clusterkg.server import frame, protocol
from clusterkg.server.answers import Gone, Streamed, matches, tag, whole
from clusterkg.server.assets import asset
from clusterkg.server.clerk_jobs import ENDINGS, Described, Filled, Known, SelfDescription, Shown, Terms
from clusterkg.server.desk import CHUNK
from clusterkg.server.faults import Refusal
from clusterkg.server.formats import GRAPHS, Format, accepted, named, preferences
from clusterkg.server.kept import Kept, Plain, Shelf
from clusterkg.server.packing import takes_gzip
from clusterkg.server.pool import Busy
from clusterkg.server.sparql_jobs import Sparql, Written
from clusterkg.server.views import formats_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from starlette.requests import Request

    from clusterkg.server.desk import Job
    from clusterkg.server.kept import Key
    from clusterkg.server.pool import Pool

__all__ = ["Service"]

HTML = Format("html", "text/html", "html", text=True)
ANSWERS = (
    Format("json", "application/json", "json"),
    Format("csv", "text/csv", "csv", text=True),
    HTML,
    Format("md", "text/markdown", "md", ["text/x-markdown"], ["markdown"], text=True),
)
"""What a ready question's answer is written as; the first where a request does not say."""

GROUND = Format("ground", "application/json", "ground")
"""What an answer rests on, for programs that have its rows; it is asked for by its name alone."""
GROUND.words = ("ground",)

LONGEST_LINK = 2000
"""The signs of an address that a header still leads to."""

LONGEST_VALUE = 2000
"""The signs of a parameter's value."""

LONGEST_QUERY = 60_000
"""The signs of a query in the address of the editor; more has no room in a request's first line."""

ANSWERS_KEPT, LONGEST_KEPT = 32_000_000, 2_000_000
"""The bytes of answers to queries from outside that are kept for who asks the same again, and those of each."""

ARRIVING = 64_000_000
"""The bytes that bodies which are on their way may have together."""

NOWHERE = "https://endpoint.invalid"
"""Stands for the address of the service in what is kept for all of its names."""

MOST_DRAINED = 5 * protocol.MOST_BYTES
"""Bytes of a body that is too long which are taken in and dropped.

Who still sends reads no answer, and a proxy makes a 502 of it.
"""

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
        self._shelf: Shelf[Kept] = Shelf()
        self._answers: Shelf[Plain] = Shelf(ANSWERS_KEPT)
        self._arriving = 0  # bytes of bodies that are not whole yet
        self._making: dict[Key, asyncio.Future[Any]] = {}

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
        if (again := self._answers.get((tagged,))) is not None:
            return whole(again.data, again.media, known, tagged)
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
        data = first.data or b""
        if not first.lasting:
            return whole(data, first.header, known, tag(secrets.token_bytes(16)))
        if len(data) <= LONGEST_KEPT:
            self._answers.put((tagged,), Plain(data, first.header))
        return whole(data, first.header, known, tagged)

    async def _description(self, request: Request) -> Response:
        if _wants_page(request):
            return RedirectResponse("/editor", 303, {"Vary": "Accept", "Cache-Control": "no-cache"})
        format = accepted(header(request, "accept"), GRAPHS)
        return await self._clerk(
            request, SelfDescription("service", format.ending, f"{self._home(request)}/sparql"), format.header
        )

    async def void(self, request: Request) -> Response:
        """Say how much of what there is."""
        format = accepted(header(request, "accept"), GRAPHS)
        job = SelfDescription("void", format.ending, f"{NOWHERE}/sparql")
        data = await self._made(request, job, key=f"void.{format.ending}")
        data = data.replace(NOWHERE.encode(), self._home(request).encode())
        return whole(data, format.header, header(request, "if-none-match"))

    async def view(self, request: Request) -> Response:
        """Show a view: as a page for people, as CSV or JSON for programs."""
        path: str = request.path_params.get("path", "")
        address: str = request.scope["path"]
        address = address[: len(address) - len(path)]
        if request.method == "POST":
            return await self._form(request, address)
        accept = header(request, "accept")
        key = (address, path, request.scope["query_string"], accept, home := self._home(request))
        kept = self._shelf.get(key)
        if kept is None:
            pairs = _parameters(request)
            words = [value for name, value in pairs if name == "format"]
            # A ready question was for programs first; every other view is a page first.
            offered = ANSWERS if address == "/query/" else (HTML, *(one for one in ANSWERS if one is not HTML))
            nameable = (*offered, GROUND) if address == "/query/" else offered
            format = named(words, nameable) if words else accepted(accept, offered)
            if len(path) > LONGEST_VALUE or not path.isprintable():
                raise Refusal(404, f"{address}: there is nothing of such a name; begin at /")
            job = Shown(address, path, pairs, format, home, self.readers.limits)
            status, made = await self._once(key, job, request.scope["path"])
            if status != 200:
                # A page that says what is wrong is kept for nobody.
                headers = {"Cache-Control": "no-store", "Vary": "Accept", "Content-Type": format.header}
                return Response(made.data, status, headers)
            kept = self._shelf.put(key, made)
        answer = given(kept, request)
        if address == "/query/" and kept.media in (ANSWERS[0].header, ANSWERS[1].header):
            _lead_to_ground(answer, request, path)
        return answer

    async def _form(self, request: Request, address: str) -> Response:
        """Answer a form that was sent to a view; the answer is kept in nobody's browser but the sender's.

        There it has to be, or whoever follows a link in the page and comes back finds nothing of what they typed.
        """
        pairs = protocol.read_form(header(request, "content-type"), await self._body(request, "send less"))
        for name, value in _parameters(request):
            if name != "format":
                raise Refusal(400, f"{name[:60]}: stands in the address of a POST; put it into the form")
            pairs.append((name, value))
        words = [value for name, value in pairs if name == "format" and value]
        accept = header(request, "accept")
        offered = formats_of(address)
        format = named(words, offered) if words else accepted(accept, offered)
        job = Filled(address, pairs, format.name, self._home(request), for_person=_wants_page(request))
        taken = await self.clerks.ask(job, address)
        headers = {"Cache-Control": "private, no-cache", "Vary": "Accept, Accept-Encoding"}
        headers["Content-Type"] = taken.media or format.header
        if taken.name:
            headers["Content-Disposition"] = f'attachment; filename="{taken.name}"'
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(taken.data, taken.status, headers)
        return Response(taken.compressed, taken.status, {**headers, "Content-Encoding": "gzip"})

    async def _once(self, key: Key, job: Job, path: str) -> Any:
        """Return what a clerk gives; who asks for the same meanwhile waits for the same, and asks no other clerk."""
        making = self._making.get(key)
        if making is None:
            making = asyncio.ensure_future(self.clerks.ask(job, path[:LONGEST_VALUE]))
            self._making[key] = making

            def made(done: asyncio.Future[Any]) -> None:
                del self._making[key]
                if not done.cancelled():
                    done.exception()  # is told to those who wait, if any still do

            making.add_done_callback(made)
        # Shielded, since one of those who wait may go away.
        return await asyncio.shield(making)

    async def terms(self, request: Request) -> Response:
        """Give what the editor offers while one writes."""
        key = ("terms",)
        kept = self._shelf.get(key)
        if kept is None:
            data = bytes(await self.clerks.ask(Terms(), "/editor/terms.json"))
            kept = self._shelf.put(key, Kept(data, ANSWERS[0].header))
        return given(kept, request)

    async def style(self, request: Request) -> Response:
        """Give the pages' style."""
        key = ("style",)
        kept = self._shelf.get(key) or self._shelf.put(key, Kept(frame.style().encode(), "text/css; charset=utf-8"))
        return given(kept, request)

    async def static(self, request: Request) -> Response:
        """Give a file that pages bring with them."""
        found = asset(request.path_params["name"])
        tagged = f'W/"{found.sha256[:32]}"'
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable" if found.lasting else "no-cache",
            "ETag": tagged,
            "Vary": "Accept-Encoding",
        }
        if matches(header(request, "if-none-match"), tagged):
            return Response(status_code=304, headers=headers)
        headers["Content-Type"] = found.media
        if not takes_gzip(header(request, "accept-encoding")):
            return Response(found.data, headers=headers)
        return Response(found.compressed, headers={**headers, "Content-Encoding": "gzip"})

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

    async def ontology(self, request: Request) -> Response:
        """Give the ontology, in the form that is liked best."""
        format = accepted(header(request, "accept"), (*GRAPHS, HTML))
        if format is HTML or _wants_page(request):
            return RedirectResponse("/page/ontology", 303, {"Vary": "Accept", "Cache-Control": "no-cache"})
        return await self._clerk(request, Described("ontology", format.ending), format.header)

    async def health(self, request: Request) -> Response:
        """Say whether there is anybody to answer."""
        pools = {"readers": self.readers, "clerks": self.clerks}
        well = all(pool.desks for pool in pools.values())
        said: dict[str, Any] = {"status": "ok" if well else "down"}
        for name, pool in pools.items():
            said[name] = {"all": len(pool.desks), "free": pool.free, "waiting": pool.waiting}
        return JSONResponse(said, 200 if well else 503, {"Cache-Control": "no-store"})

    async def _clerk(self, request: Request, job: Job, media: str) -> Response:
        """Return what a clerk gives."""
        return whole(await self._made(request, job), media, header(request, "if-none-match"))

    async def _made(self, request: Request, job: Job, key: str = "") -> bytes:
        """Return what a clerk gives, and keep it under a key where it is always the same and takes long."""
        if key in self._kept:
            return self._kept[key]
        data = bytes(await self.clerks.ask(job, request.scope["path"][:LONGEST_VALUE]))
        if key:
            self._kept[key] = data
        return data

    async def _body(self, request: Request, remedy: str = "ask in several queries") -> bytes:
        """Return the body of a request, as it came; one that does not arrive is given up by its connection.

        Args:
            request: the request.
            remedy: what to do where it is too long.

        Raises:
            Refusal: it is too long or compressed, or too many are on their way.
            Gone: the client has left.
        """
        if header(request, "content-encoding").lower() not in ("", "identity"):
            raise Refusal(415, "Content-Encoding: is not taken; send the body as it is")
        large = Refusal(413, f"the body is longer than {protocol.MOST_BYTES:,} bytes; {remedy}")
        length = request.headers.get("content-length", "0")
        if length.isdecimal() and int(length[:20]) > MOST_DRAINED:
            raise large
        data, received, arrived, more = bytearray(), 0, 0, True
        try:
            while more:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                chunk, more = message.get("body", b""), message.get("more_body", False)
                received += len(chunk)
                if received > MOST_DRAINED:
                    raise large
                if received > protocol.MOST_BYTES:
                    data.clear()
                    continue
                data += chunk
                if more:
                    arrived += len(chunk)
                    self._arriving += len(chunk)
                    if self._arriving > ARRIVING:
                        raise Busy
        finally:
            self._arriving -= arrived
        if received > protocol.MOST_BYTES:
            raise large
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


def given(kept: Kept, request: Request) -> Response:
    """Return an answer that is kept, compressed where the client takes that."""
    headers = {"ETag": kept.tag, "Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding"}
    if matches(header(request, "if-none-match"), kept.tag):
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = kept.media
    if takes_gzip(header(request, "accept-encoding")):
        return Response(kept.compressed, headers={**headers, "Content-Encoding": "gzip"})
    return Response(kept.data, headers=headers)


def _lead_to_ground(answer: Response, request: Request, path: str) -> None:
    """Say in a header where the ground of an answer is, since CSV and JSON have rows alone."""
    pairs = [pair for pair in protocol.pairs_of(request.scope["query_string"], "address") if pair[0] != "format"]
    where = f"/query/{quote(path)}?{urlencode([*pairs, ('format', 'ground')], quote_via=quote)}"
    if len(where) <= LONGEST_LINK:
        answer.headers["Link"] = f'<{where}>; rel="describedby"; type="application/json"'


def _parameters(request: Request) -> list[tuple[str, str]]:
    """Return the parameters in a request's address.

    Raises:
        Refusal: they are not text, or too long.
    """
    pairs = protocol.pairs_of(request.scope["query_string"], "address")
    for name, value in pairs:
        longest = LONGEST_QUERY if name == "query" else LONGEST_VALUE
        if len(value) > longest or len(name) > LONGEST_VALUE:
            raise Refusal(400, f"{name[:60]}: is longer than {longest:,} signs; write less")
        if "\0" in name + value:
            raise Refusal(400, f"{name[:60]!r}: has a NUL in it; send text")
    return pairs


def _wants_page(request: Request) -> bool:
    """Tell whether a request likes a page at least as much as data, and says so by name."""
    likings = preferences(header(request, "accept"))
    page_ = likings.get("text/html", 0.0)
    return page_ > 0 and all(likings.get(one.media, 0.0) <= page_ for one in GRAPHS)
