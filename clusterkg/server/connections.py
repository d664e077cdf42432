"""A client's connection: how long its request may take to arrive and its answer to leave, and how much may wait.

What two programs could read in two ways, such as a request of two lengths, is refused.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from clusterkg.server.log import line, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

__all__ = ["CONNECTIONS", "KEY", "Connection", "watch"]

CONNECTIONS = 1000
"""The connections that may be open at once."""

KEY = "clusterkg.connection"
"""The name under which a request's scope has its connection."""

LONGEST_HEAD = 1 << 17
"""The bytes of a request's first line and headers."""

MOST_HEADERS, LONGEST_HEADER = 100, 1 << 14
"""How many headers a request may have, and the bytes of each."""

LONGEST_ADDRESS = (1 << 16) - 1
"""The bytes of a request's address, which are as many as can be read."""

PATIENCE = 30.0
"""Seconds that a request's head may take to arrive, and then its body."""

PIPELINED = 20
"""How many requests a client may send before their answers."""

SPAN, SLOWEST = 20.0, 2000
"""Of an answer that waits for a client it has to take, in so many seconds, so many bytes a second."""

PENDING = 256_000_000
"""The bytes that may wait for all clients together; beyond them those that wait for most are let go."""

STEP = 1.0
"""Seconds between two looks at all connections."""

ABSOLUTE = re.compile(rb"https?://([^/?#@]+)([/?].*)?", re.I | re.S)

PHRASES = {400: "Bad Request", 408: "Request Timeout", 414: "URI Too Long", 431: "Request Header Fields Too Large"}


class Out:
    """A connection's way out: the head of an answer goes with what follows it at once, and what goes is counted."""

    def __init__(self, transport: Any) -> None:
        self._transport, self.given, self._head = transport, 0, b""
        self._loop = asyncio.get_running_loop()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send bytes; a head waits for its body, which comes in the same turn of the loop or after it."""
        self.given += len(data)
        if self._head:
            data, self._head = self._head + data, b""
        elif data.startswith(b"HTTP/1.1 ") and data.endswith(b"\r\n\r\n") and data[9:10] != b"1":
            # R's RCurl finds the charset only under a name in these capitals.
            self._head = data.replace(b"\r\ncontent-type: ", b"\r\nContent-Type: ", 1)
            self._loop.call_soon(self.flush)
            return
        self._transport.write(data)

    def close(self) -> None:
        """Close when all has gone out."""
        self.flush()
        self._transport.close()

    def flush(self) -> None:
        """Send a head that waits."""
        if self._head:
            data, self._head = self._head, b""
            self._transport.write(data)


class Connection(HttpToolsProtocol):
    """A connection.

    Attributes:
        lost: whether the client has gone.
        task: what answers its request, set by the application; it is cancelled when the client goes.
    """

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.lost = False
        self.task: asyncio.Task[Any] | None = None
        self._out: Out | None = None
        self._due = 0.0  # when something that the client owes has to be there; 0 where it owes nothing
        self._in_head, self._head = False, 0
        self._fault = (400, "the request is no HTTP/1.1 that can be read here")
        self._looked, self._taken = 0.0, 0  # when it was seen to wait for the client, and what that had taken by then

    def connection_made(self, transport: Any) -> None:
        """Begin; where there are too many connections, let the one go that has been silent for longest."""
        self._out = Out(transport)
        super().connection_made(cast("asyncio.Transport", self._out))
        self._due = self.loop.time() + PATIENCE
        if len(self.connections) > CONNECTIONS:
            others = [one for one in self.connections if isinstance(one, Connection) and one is not self]
            silent = [one for one in others if one.silent]
            min(silent, key=lambda one: one._due or float("inf"), default=self).drop("there are too many connections")

    def connection_lost(self, exc: Exception | None) -> None:
        """End what is being done for the client."""
        self.lost = True
        super().connection_lost(exc)
        self.pipeline.clear()
        if self.task is not None:
            self.task.cancel()

    @property
    def silent(self) -> bool:
        """Whether nothing is being done for the client."""
        return self.cycle is None or self.cycle.response_complete

    @property
    def waiting(self) -> int:
        """How many bytes wait for the client to take them."""
        return int(self.transport.get_write_buffer_size())

    def drop(self, reason: str) -> None:
        """Close at once, and say why in the log; what waits is lost."""
        say(f"clusterkg: {self._name()}: {reason}; the connection is closed")
        self.reset()

    def reset(self) -> None:
        """Close at once, in a way that no client takes for an answer's end, be it one of HTTP/1.0."""
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take bytes of requests."""
        if self.lost or self.transport.is_closing():
            return
        if self.silent and not self._due:
            self._due = self.loop.time() + PATIENCE
        in_head = self._in_head
        super().data_received(data)
        if in_head and self._in_head:
            self._head += len(data)
            if self._head > LONGEST_HEAD and not self.transport.is_closing():
                self._fault = self._too_long()
                self.send_400_response("")

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        cast("dict[str, Any]", self.scope)[KEY] = self
        self._in_head, self._head = True, 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header.

        Raises:
            ValueError: it is refused, as `_fault` says.
        """
        if len(self.headers) >= MOST_HEADERS or len(value) > LONGEST_HEADER:
            self._fault = 431, f"more than {MOST_HEADERS} headers, or one of more than {LONGEST_HEADER:,} bytes"
            raise ValueError(self._fault[1])
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Let the application answer a request whose head is there.

        Raises:
            ValueError: it is refused, as `_fault` says.
        """
        self._in_head, self._due = False, self.loop.time() + PATIENCE
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        hosts = sum(name == b"host" for name, _ in self.headers)
        if size > LONGEST_HEAD:
            self._fault = self._too_long()
        elif len(self.url) > LONGEST_ADDRESS:
            self._fault = 414, f"the address is longer than {LONGEST_ADDRESS:,} bytes; send a query by POST"
        elif hosts > 1 or (not hosts and self.parser.get_http_version() != "1.0"):
            self._fault = 400, f"Host: is given {hosts} times; give it once"
        elif len(self.pipeline) >= PIPELINED:
            self._fault = 400, f"more than {PIPELINED} requests wait for their answers; wait for some"
        elif self._find_target():
            super().on_headers_complete()
            # Reading was stopped if it has to wait, and the client's leaving would go unnoticed.
            self.flow.resume_reading()
            return
        raise ValueError(self._fault[1])

    def on_message_complete(self) -> None:
        """Owe nothing any more."""
        super().on_message_complete()
        self._due = 0.0

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read, and close."""
        status, text = self._fault
        say(line(self._name(), b"-", status, 0, 0))
        if self.task is not None and (self.pipeline or not self.cycle or self.cycle.response_started):
            # Another request's answer is on its way, into which no second one may be put.
            self.reset()
            return
        body = f"{text}\n".encode()
        head = (
            f"HTTP/1.1 {status} {PHRASES[status]}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n"
            f"x-content-type-options: nosniff\r\naccess-control-allow-origin: *\r\ncache-control: no-store\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()

    def look(self, now: float) -> None:
        """Let go of a client that keeps the service waiting."""
        if self._due and now > self._due and not self.transport.is_closing():
            self._due = now + PATIENCE
            begun = self._in_head or not self.silent
            self._fault = 408, f"the request did not arrive within {PATIENCE:g} seconds; send it at once"
            if begun:
                self.send_400_response("")
            else:
                self.transport.close()
        if not self.waiting or self._out is None:
            self._looked = 0.0
            return
        taken = self._out.given - self.waiting
        if not self._looked:
            self._looked, self._taken = now, taken
        elif now - self._looked > SPAN:
            if taken - self._taken < SPAN * SLOWEST:
                self.drop(f"took less than {SLOWEST:,} bytes a second of its answer")
            self._looked, self._taken = now, taken

    def _find_target(self) -> bool:
        """Bring the address into its usual form, without the host; tell whether there is one."""
        if self.url.startswith(b"/"):
            return True
        if self.url == b"*" and self.parser.get_method() == b"OPTIONS":
            self.url = b"/"
            return True
        absolute = ABSOLUTE.fullmatch(self.url)
        if absolute is None:
            self._fault = 400, "the request's address does not begin with a slash"
            return False
        host, rest = absolute[1], absolute[2] or b"/"
        self.url = rest if rest.startswith(b"/") else b"/" + rest
        # Such an address goes before the header.
        self.headers[:] = [(name, host if name == b"host" else value) for name, value in self.headers]
        return True

    def _too_long(self) -> tuple[int, str]:
        return 431, f"the request's first line and headers are longer than {LONGEST_HEAD:,} bytes"

    def _name(self) -> str:
        return str(self.client[0]) if self.client else "-"


async def watch(connections: Collection[Any]) -> None:
    """Look at all connections from time to time, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(STEP)
        some = [one for one in connections if isinstance(one, Connection)]
        for one in some:
            one.look(loop.time())
        waiting = sum(one.waiting for one in some)
        for one in sorted(some, key=lambda one: -one.waiting):
            if waiting <= PENDING:
                break
            waiting -= one.waiting
            one.drop("it takes its answer more slowly than others, and too much waits for all together")
