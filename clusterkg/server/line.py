"""The server's end of the way to a desk: jobs go out, frames come in, and a desk that ends is noticed at once."""

from __future__ import annotations

import asyncio
import contextlib

from clusterkg.server.desk import HEAD

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

__all__ = ["Line"]

RECEIVED = 1 << 18
"""The most bytes that are taken at once."""

ENOUGH = 1 << 20
"""The bytes that may wait here for whoever takes the frames; the desk waits with more."""


class Line:
    """A line to a desk, which belongs to one job at a time.

    Attributes:
        ended: whether the desk has ended.

    Args:
        socket: the server's end; it does not block.
        on_end: is called once when the desk has ended.
    """

    def __init__(self, socket: socket.socket, on_end: Callable[[], object]) -> None:
        self.socket, self.on_end, self.ended = socket, on_end, False
        self._loop = asyncio.get_running_loop()
        self._inbox = bytearray()
        self._waiter: asyncio.Future[None] | None = None
        self._clock: asyncio.TimerHandle | None = None
        self._late = self._reading = self._dry = False
        self._read_on()

    def start_clock(self, seconds: float | None) -> None:
        """Let `frame` raise TimeoutError so many seconds from now, and ever after; None stops the clock."""
        if self._clock is not None:
            self._clock.cancel()
        self._late = False
        self._clock = None if seconds is None else self._loop.call_later(seconds, self._ring)

    async def send(self, data: bytes) -> None:
        """Send bytes.

        Raises:
            OSError: the desk has ended.
        """
        try:
            sent = self.socket.send(data)
        except BlockingIOError:
            sent = 0
        if sent < len(data):
            await self._loop.sock_sendall(self.socket, data[sent:])

    async def frame(self) -> tuple[bytes, bytes]:
        """Return the next frame: its kind and what is in it.

        Raises:
            EOFError: the desk has ended.
            TimeoutError: the clock has run out.
        """
        while True:
            if self._late:
                raise TimeoutError
            if self._whole():
                break
            if self.ended:
                raise EOFError
            if not self._reading:
                self._read_on()
            self._waiter = self._loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        needed = HEAD + int.from_bytes(self._inbox[1:HEAD], "little")
        kind, payload = bytes(self._inbox[:1]), bytes(memoryview(self._inbox)[HEAD:needed])
        del self._inbox[:needed]
        if not self._reading and not self.ended and len(self._inbox) < ENOUGH:
            self._read_on()
        return kind, payload

    async def run_dry(self, seconds: float) -> None:
        """Wait for the desk's end, for some seconds; what still comes is dropped."""
        self.start_clock(seconds)
        self._dry = True
        self._inbox.clear()
        with contextlib.suppress(EOFError, TimeoutError):
            await self.frame()

    def close(self) -> None:
        """Hear no more."""
        self.start_clock(None)
        self._read_no_more()

    def _whole(self) -> bool:
        """Tell whether the next frame has come."""
        inbox = self._inbox
        return len(inbox) >= HEAD and len(inbox) >= HEAD + int.from_bytes(inbox[1:HEAD], "little")

    def _read_on(self) -> None:
        self._loop.add_reader(self.socket, self._receive)
        self._reading = True

    def _read_no_more(self) -> None:
        if self._reading:
            self._loop.remove_reader(self.socket)
            self._reading = False

    def _receive(self) -> None:
        try:
            data = self.socket.recv(RECEIVED)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not self._dry:
            self._inbox += data
        if not data:
            self.ended = True
            self._read_no_more()
            self.on_end()
        elif len(self._inbox) > ENOUGH and self._whole():
            self._read_no_more()
        if self._waiter is not None and not self._waiter.done() and (self.ended or self._whole()):
            self._waiter.set_result(None)

    def _ring(self) -> None:
        self._late = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
