"""The desks of one kind: who is free, who waits, who is stopped and replaced."""

from __future__ import annotations

import asyncio
import pickle
import signal
from collections import deque
from contextlib import aclosing

from clusterkg.errors import ClusterkgError, QueryError
from clusterkg.graph.guard import broken
from clusterkg.graph.worker import Task
from clusterkg.server.desk import CHUNK, END, FAULT, LAST, LENGTH, READY, Desk, Failure, Unmanned
from clusterkg.server.line import Line
from clusterkg.server.log import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine
    from typing import Any

    from clusterkg.graph.limits import Limits
    from clusterkg.server.desk import Job

__all__ = ["Busy", "Pool"]

START = 120.0
"""Seconds that a desk may take to load the graph."""

AFTERLIFE = 5.0
"""Seconds that a process which is killed may take to give its memory back."""


class Busy(Exception):
    """Every desk is at work, and as many jobs wait as may."""


class Seat:
    """A desk and the line to it."""

    def __init__(self, desk: Desk, on_end: Callable[[Seat], object]) -> None:
        self.desk = desk
        self.line = Line(desk.socket, lambda: on_end(self))

    def leave(self) -> tuple[int, str]:
        """Stop the desk; return its exit code and last words."""
        self.line.close()
        return self.desk.end()


class Pool:
    """Some desks, each at one job at a time.

    Args:
        make: starts a desk.
        size: how many.
        limits: of these the one of seconds holds for each job, from its start to the end of its answer.
        queue: how many jobs may wait for a desk, each as long as a job may take.
        ours: whether the jobs are the project's own work, so that a desk which breaks down at one is nobody's fault
            who asks.
    """

    def __init__(self, make: Callable[[], Desk], size: int, limits: Limits, queue: int, *, ours: bool = False) -> None:
        self.make, self.size, self.limits, self.queue, self.ours = make, size, limits, queue, ours
        self.idle: list[Seat] = []
        self.desks: set[Seat] = set()
        self._waiters: deque[asyncio.Future[Seat]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Start the desks, one after the other, since the first may have to bring a store up to date.

        Raises:
            ClusterkgError: the graph cannot be loaded.
        """
        for _ in range(self.size):
            self._free(await self._ready(self._started()))

    def close(self) -> None:
        """Stop all desks."""
        for task in self._tasks:
            task.cancel()
        for seat in list(self.desks):
            seat.leave()
        self.desks.clear()
        self.idle.clear()

    @property
    def free(self) -> int:
        """How many desks have nothing to do."""
        return len(self.idle)

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return len(self._waiters)

    async def frames(self, job: Job, place: str = "query") -> AsyncGenerator[tuple[bytes, Any], None]:
        """Yield the parts of an answer under `CHUNK`, and last what the job gives under `END`.

        A desk whose job breaks off, because this is closed early or a limit is reached, is stopped and replaced. A job
        whose desk is killed by somebody else, before a part has gone out, is given to another once.

        Raises:
            Busy: there is no desk for it.
            LimitError, QueryError: the job takes more than it may, or fails; parts may have gone out before.
            Failure: the job is the project's own, and fails as nobody has foreseen.
            ClusterkgError: what the job raises.
        """
        data = pickle.dumps(job, pickle.HIGHEST_PROTOCOL)
        data = len(data).to_bytes(LENGTH, "little") + data
        again = True
        while True:
            seat = await self._take()
            whole = False
            try:
                seat.line.start_clock(self.limits.seconds)
                await seat.line.send(data)
                while True:
                    kind, payload = await seat.line.frame()
                    if kind == CHUNK:
                        again = False
                        yield CHUNK, payload
                        continue
                    whole = kind != LAST
                    if kind == FAULT:
                        raise pickle.loads(payload)
                    yield END, pickle.loads(payload)
                    return
            except TimeoutError as error:
                raise self.limits.exceeded("seconds", place) from error
            except (EOFError, OSError) as error:
                seat.line.close()
                code, words = seat.desk.await_end()
                if code == -signal.SIGKILL and again:
                    again = False
                    continue
                fault = broken(code, words, Task("", place, self.limits))
                raise (Failure(f"{fault.place}: {fault.fault}") if self.ours else fault) from error
            finally:
                seat.line.start_clock(None)
                if whole and not seat.line.ended:
                    self._free(seat)
                else:
                    self._replace(seat)

    async def ask(self, job: Job, place: str = "query") -> Any:
        """Return what a job gives that has no parts; see `frames`."""
        async with aclosing(self.frames(job, place)) as frames:
            async for kind, value in frames:
                if kind == END:
                    return value
        raise QueryError("gave no answer", place=place)

    async def _take(self) -> Seat:
        """Return a desk for a job; whoever has come first is served first."""
        if self.idle:
            return self.idle.pop()
        if len(self.desks) < self.size:
            return await self._ready(self._started())
        if len(self._waiters) >= self.queue:
            raise Busy
        waiter: asyncio.Future[Seat] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await waiter
        except BaseException as error:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
            elif waiter.done() and not waiter.cancelled():
                self._free(waiter.result())  # it came at the moment at which this was given up
            if isinstance(error, TimeoutError):
                raise Busy from error
            raise

    def _free(self, seat: Seat) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(seat)
                return
        self.idle.append(seat)

    def _replace(self, seat: Seat) -> None:
        """Stop a desk, and start another at once, so that nobody else starts one in its place."""
        self.desks.discard(seat)
        if not seat.desk.ended:
            self._apart(self._bury(seat))
        try:
            self._apart(self._hire(self._started()))
        except ClusterkgError as error:
            say(f"clusterkg: {error}")  # the next job that finds too few desks starts one

    async def _bury(self, seat: Seat) -> None:
        """Stop a desk without waiting until the system has its memory back, which takes a while for a large one."""
        try:
            seat.desk.kill()
            await seat.line.run_dry(AFTERLIFE)
        finally:
            seat.leave()

    async def _hire(self, seat: Seat) -> None:
        try:
            self._free(await self._ready(seat))
        except ClusterkgError as error:
            say(f"clusterkg: {error}")

    def _apart(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _gone(self, seat: Seat) -> None:
        """Replace a desk that ends while it has nothing to do, such as when the system is short of memory."""
        if seat in self.idle:
            self.idle.remove(seat)
            seat.line.close()
            code, words = seat.desk.await_end()
            say(f"clusterkg: a process that had nothing to do ended (exit code {code}): {words or 'it said nothing'}")
            self._replace(seat)

    def _started(self) -> Seat:
        seat = Seat(self.make(), self._gone)
        self.desks.add(seat)
        return seat

    async def _ready(self, seat: Seat) -> Seat:
        """Return a desk when it has loaded the graph.

        Raises:
            Unmanned: it does not start.
            ClusterkgError: it cannot load the graph.
        """
        seat.line.start_clock(START)
        try:
            kind, payload = await seat.line.frame()
        except (TimeoutError, OSError, EOFError) as error:
            self.desks.discard(seat)
            code, words = seat.leave()
            fault = f"a process of the server does not start (exit code {code}): {words or 'it said nothing'}"
            raise Unmanned(fault, place="server") from error
        except asyncio.CancelledError:
            self.desks.discard(seat)
            seat.leave()
            raise
        finally:
            seat.line.start_clock(None)
        if kind != READY:
            self.desks.discard(seat)
            seat.leave()
            fault_there: ClusterkgError = pickle.loads(payload)
            raise fault_there
        return seat
