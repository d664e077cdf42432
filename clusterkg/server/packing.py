"""Answers compressed for those who take them so, piece by piece, so that a long one keeps nobody waiting.

Nothing is done in threads: a process that is forked while another thread runs may wait for ever for what that holds.
"""

from __future__ import annotations

import asyncio
import re
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Packing", "takes_gzip"]

SMALL = 600
"""Bytes below which an answer goes out as it is."""

LEVEL = 5

PIECE = 1 << 16
"""The bytes that are compressed at once."""


def takes_gzip(header: str) -> bool:
    """Tell whether an Accept-Encoding header takes gzip, and likes it no less than the answer as it is.

    >>> takes_gzip("br, gzip"), takes_gzip("gzip;q=0"), takes_gzip("not-gzip"), takes_gzip("*;q=0.5"), takes_gzip("")
    (True, False, False, True, False)
    >>> takes_gzip("gzip;q=0.5, identity"), takes_gzip("identity;q=0.5, x-gzip")
    (False, True)
    """
    likings: dict[str, float] = {}
    for part in header[:2000].lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        value = 1.0
        for parameter in parameters:
            key, _, text = parameter.partition("=")
            if key.strip() == "q":
                value = float(text) if re.fullmatch(r"0(\.\d{0,3})?|1(\.0{0,3})?", text.strip(), re.A) else 0.0
        likings[name] = value
    gzip = likings.get("gzip", likings.get("x-gzip", likings.get("*", 0.0)))
    return gzip > 0 and gzip >= likings.get("identity", 0.0)


class Packing:
    """What compresses the answers of an application, and says in ``Vary`` that it may."""

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        accept = ", ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"accept-encoding")
        await self.inner(scope, receive, _Way(send, packs=bool(accept) and takes_gzip(accept)).send)


class _Way:
    """The way of one answer."""

    def __init__(self, further: Send, *, packs: bool) -> None:
        self.further, self.packs = further, packs
        self.start: Message | None = None
        self.packer: zlib._Compress | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            names = {name.lower() for name, _ in message["headers"]}
            # Without a type there is nothing to compress, such as where the client has the answer already.
            if b"content-encoding" in names or b"content-type" not in names:
                await self.further(message)
            else:
                self.start = message
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        start, self.start = self.start, None
        if start is not None:
            packs = more or len(body) >= SMALL
            if packs:
                _add_vary(start)
            if packs and self.packs:
                self.packer = zlib.compressobj(LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
                body = await self._packed(body, more)
                start["headers"] = [one for one in start["headers"] if one[0].lower() != b"content-length"]
                start["headers"].append((b"content-encoding", b"gzip"))
                if not more:
                    start["headers"].append((b"content-length", str(len(body)).encode()))
            await self.further(start)
        elif self.packer is not None:
            body = await self._packed(body, more)
        await self.further({**message, "body": body})

    async def _packed(self, data: bytes, more: bool) -> bytes:
        assert self.packer is not None
        found = []
        for begin in range(0, len(data), PIECE):
            if begin:
                await asyncio.sleep(0)
            found.append(self.packer.compress(data[begin : begin + PIECE]))
        if not more:
            found.append(self.packer.flush())
        return b"".join(found)


def _add_vary(start: Message) -> None:
    headers = []
    said = b""
    for name, value in start["headers"]:
        if name.lower() == b"vary":
            said = value
        else:
            headers.append((name, value))
    if b"accept-encoding" not in said.lower():
        said += b", Accept-Encoding" if said else b"Accept-Encoding"
    start["headers"] = [*headers, (b"vary", said)]
