"""How an answer goes out: whole with its tag, or in parts while it is made."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import aclosing

from starlette.responses import Response

from clusterkg.errors import ClusterkgError
from clusterkg.server.desk import CHUNK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from typing import Any

    from starlette.types import Receive, Scope, Send

__all__ = ["Broken", "Gone", "Streamed", "matches", "tag", "whole"]


class Gone(Exception):
    """The client has closed the connection before its answer was made."""


class Broken(Exception):
    """An answer broke off after it had begun."""


def tag(*parts: str | bytes) -> str:
    """Return an entity tag for what is made of some parts; a weak one, since answers may go out compressed.

    >>> tag("a", b"b") == tag("a", "b") != tag("ab")
    True
    """
    pieces = [part.encode() if isinstance(part, str) else part for part in parts]
    lengths = ",".join(str(len(piece)) for piece in pieces)
    return f'W/"{hashlib.sha256(b"".join([lengths.encode(), b";", *pieces])).hexdigest()[:32]}"'


def matches(header: str, wanted: str) -> bool:
    """Tell whether an If-None-Match header names a tag.

    >>> matches('"x", W/"y"', 'W/"y"'), matches('"y"', 'W/"y"'), matches("", 'W/"y"')
    (True, True, False)
    """
    weak = wanted.removeprefix("W/")
    return bool(header) and any(one.strip().removeprefix("W/") in (weak, "*") for one in header.split(","))


def whole(data: bytes, media: str, known: str = "", tagged: str = "", *, vary: str = "Accept") -> Response:
    """Return an answer that is there in full, or the word that the client has it already.

    Args:
        data: the answer.
        media: its Content-Type.
        known: the request's If-None-Match header.
        tagged: its entity tag; none makes one of the data.
        vary: the headers of the request that it went by.
    """
    tagged = tagged or tag(media, data)
    headers = {"ETag": tagged, "Cache-Control": "no-cache", "Vary": vary}
    if matches(known, tagged):
        return Response(status_code=304, headers=headers)
    return Response(data, headers={**headers, "Content-Type": media})


class Streamed(Response):
    """An answer in parts.

    Args:
        frames: gives the parts, and ends with what is no part; it is closed here.
        media: the Content-Type.
        seconds: how long the client may take to receive it; None for ever.
    """

    def __init__(self, frames: AsyncGenerator[tuple[bytes, Any], None], media: str, seconds: float | None) -> None:
        super().__init__(headers={"Content-Type": media, "Cache-Control": "no-cache", "Vary": "Accept"})
        del self.headers["content-length"]
        self.frames, self.seconds = frames, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the parts as they come.

        Raises:
            Broken: there is no more to be had, such as when the limit of time is reached; the connection has to be
                closed without an end then, so that nobody takes the parts for the whole.
        """
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await self._send_parts(send)

    async def _send_parts(self, send: Send) -> None:
        async with aclosing(self.frames) as frames:
            try:
                async with asyncio.timeout(self.seconds):
                    async for kind, part in frames:
                        more = kind == CHUNK
                        await send({"type": "http.response.body", "body": part if more else b"", "more_body": more})
            except ClusterkgError as error:
                raise Broken(str(error)) from error
            except TimeoutError as error:
                raise Broken(f"the client took longer than {self.seconds:g} seconds to receive it") from error
