"""The desks of one kind: who is free, who waits, who is stopped and replaced."""

from __future__ import annotations

import asyncio
import pickle
import sys
import time
from contextlib import aclosing

from clusterkg.errors import ClusterkgError, QueryError
from clusterkg.graph.guard import broken
from clusterkg.graph.worker import Task
from clusterkg.server.desk import CHUNK, END, FAULT, HEAD, LAST, READY, Desk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from typing import Any

    from clusterkg.graph.limits import Limits
    from clusterkg.server.desk import Job

__all__ = ["Busy", "Pool"]

RECEIVED = 1 << 18
"""The most bytes that are taken from a desk at once."""

START = 120.0
"""Seconds that a desk may take to load the graph."""


class Busy(Exception):
    """Every desk is at work, and as many jobs wait as may."""


class Pool:
    """Some desks, each at one job at a time.

    Args:
        make: starts a desk.
        size: how many.
        limits: of these the one of seconds holds for each job, from its start to the end of its answer.
        queue: how many jobs may wait for a desk, each as long as a job may take.
    """

    def __init__(self, make: Callable[[], Desk], size: int, limits: Limits, queue: int) -> None:
        self.make, self.size, self.limits, self.queue = make, size, limits, queue
        self.idle: asyncio.LifoQueue[Desk] = asyncio.LifoQueue()
        self.desks: set[Desk] = set()
        self.waiting = 0

    async def open(self) -> None:
        """Start the desks, one after the other, since the first may have to bring a store up to date.

        Raises:
            ClusterkgError: the graph cannot be loaded.
        """
        for _ in range(self.size):
            self.idle.put_nowait(await self._ready(self._started()))

    def close(self) -> None:
        """Stop all desks."""
        for desk in list(self.desks):
            desk.end()
        self.desks.clear()

    @property
    def free(self) -> int:
        """How many desks have nothing to do."""
        return self.idle.qsize()

    async def frames(self, job: Job, place: str = "query") -> AsyncGenerator[tuple[bytes, Any], None]:
        """Yield the parts of an answer under `CHUNK`, and last what the job gives under `END`.

        A desk whose job breaks off, because this is closed early or a limit is reached, is stopped and replaced.

        Raises:
            Busy: there is no desk for it.
            LimitError, QueryError: the job takes more than it may, or fails; parts may have gone out before.
            ClusterkgError: what the job raises.
        """
        desk = await self._take()
        whole = False
        try:
            deadline = None if self.limits.seconds is None else time.monotonic() + self.limits.seconds
            data = pickle.dumps(job, pickle.HIGHEST_PROTOCOL)
            await _in_time(_send(desk, len(data).to_bytes(HEAD - 1, "little") + data), deadline)
            inbox = bytearray()
            while True:
                kind, payload = await _in_time(_frame(desk, inbox), deadline)
                if kind == CHUNK:
                    yield CHUNK, payload
                    continue
                whole = kind != LAST
                if kind == FAULT:
                    raise pickle.loads(payload)
                yield END, pickle.loads(payload)
                return
        except TimeoutError as error:
            raise self.limits.exceeded("seconds", place) from error
        except (EOFError, ConnectionError, BrokenPipeError) as error:
            self.desks.discard(desk)
            raise broken(*desk.await_end(), Task("", place, self.limits)) from error
        finally:
            await self._give_back(desk, whole=whole)

    async def ask(self, job: Job, place: str = "query") -> Any:
        """Return what a job gives that has no parts; see `frames`."""
        async with aclosing(self.frames(job, place)) as frames:
            async for kind, value in frames:
                if kind == END:
                    return value
        raise QueryError("gave no answer", place=place)

    async def _take(self) -> Desk:
        if self.idle.empty() and self.waiting >= self.queue:
            raise Busy
        if not self.idle.empty():
            return self.idle.get_nowait()
        if len(self.desks) < self.size:
            return await self._ready(self._started())
        self.waiting += 1
        try:
            return await asyncio.wait_for(self.idle.get(), self.limits.seconds)
        except TimeoutError as error:
            raise Busy from error
        finally:
            self.waiting -= 1

    async def _give_back(self, desk: Desk, *, whole: bool) -> None:
        if whole and not desk.ended:
            self.idle.put_nowait(desk)
            return
        self.desks.discard(desk)
        if not desk.ended:
            desk.end()
        try:
            fresh = self._started()  # at once, so that nobody else starts one in its place
        except ClusterkgError as error:
            _say(error)
            return
        # Shielded, since it may be somebody's going away that brings us here.
        await asyncio.shield(self._hire(fresh))

    async def _hire(self, desk: Desk) -> None:
        try:
            self.idle.put_nowait(await self._ready(desk))
        except ClusterkgError as error:
            _say(error)

    def _started(self) -> Desk:
        desk = self.make()
        self.desks.add(desk)
        return desk

    async def _ready(self, desk: Desk) -> Desk:
        try:
            kind, payload = await asyncio.wait_for(_frame(desk, bytearray()), START)
        except (TimeoutError, OSError, EOFError) as error:
            self.desks.discard(desk)
            code, words = desk.end()
            fault = f"a process of the server does not start (exit code {code}): {words or 'it said nothing'}"
            raise QueryError(fault, place="server") from error
        except asyncio.CancelledError:
            self.desks.discard(desk)
            desk.end()
            raise
        if kind != READY:
            self.desks.discard(desk)
            desk.end()
            fault_there: ClusterkgError = pickle.loads(payload)
            raise fault_there
        return desk


def _say(error: ClusterkgError) -> None:
    """Tell the log of a desk that could not be replaced, such as when the system has no process left.

    The next job that finds too few desks starts one.
    """
    print(f"clusterkg: {error}", file=sys.stderr, flush=True)


async def _in_time(work: Any, deadline: float | None) -> Any:
    """Return what is awaited, in the time that is left."""
    if deadline is None:
        return await work
    async with asyncio.timeout(deadline - time.monotonic()):
        return await work


async def _send(desk: Desk, data: bytes) -> None:
    try:
        sent = desk.socket.send(data)
    except BlockingIOError:
        sent = 0
    if sent < len(data):
        await asyncio.get_running_loop().sock_sendall(desk.socket, data[sent:])


async def _frame(desk: Desk, inbox: bytearray) -> tuple[bytes, bytes]:
    """Return the next frame, its kind and what is in it; what comes after it stays in the inbox."""
    loop = asyncio.get_running_loop()
    needed = HEAD
    while True:
        if len(inbox) >= HEAD:
            needed = HEAD + int.from_bytes(inbox[1:HEAD], "little")
        if len(inbox) >= needed:
            break
        data = await loop.sock_recv(desk.socket, RECEIVED)
        if not data:
            raise EOFError
        inbox += data
    kind, payload = bytes(inbox[:1]), bytes(inbox[HEAD:needed])
    del inbox[:needed]
    return kind, payload
