"""The process that answers one job after another: forked from the server, and able to do no more than its jobs need.

Two kinds are made. A *reader* answers queries from outside: it can open no file and no socket, and stops itself at the
limit of memory. A *clerk* does the project's own work, such as a ready question, which may read the project's files.
Both are forked from a process without other threads, so that no lock is left behind.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import socket
import threading
import traceback
import warnings

from clusterkg.errors import ClusterkgError, QueryError
from clusterkg.graph import worker
from clusterkg.graph.children import keep_only
from clusterkg.graph.limits import Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn, Protocol

    from clusterkg.graph import Graph

    Send = Callable[[bytes], object]

    class Job(Protocol):
        """What a desk can be given to do; it is pickled on its way."""

        def run(self, graph: Graph, send: Send) -> Any:
            """Return what the job gives; what is sent before that goes out at once."""


__all__ = ["CHUNK", "END", "FAULT", "HEAD", "LAST", "LENGTH", "READY", "Desk", "Failure", "Unmanned"]

READY, CHUNK, END, LAST, FAULT = b"R", b"C", b"E", b"L", b"F"
"""Kinds of frames: it is ready; a part of an answer; an answer's end; the same, and the desk retires; an error."""

HEAD = 9
"""The bytes before a frame: its kind, then how long it is."""

LENGTH = HEAD - 1
"""The bytes before a job, which say how long it is."""

RECEIVED = 1 << 18
"""The most bytes that are read at once."""

SPARE = 0.25
"""The share of the limit of memory that a reader may have kept from earlier queries before it retires."""

STEP = 50
"""Milliseconds between two looks at the memory."""

DESK, SAID = 0, 2


class Failure(Exception):
    """The service's own work fails, whatever was asked; in words for its operator, with the lines that led there."""


class Unmanned(QueryError):
    """There is no process for a job, and none can be started now, such as while the system has no room for it."""


class Desk:
    """A process at work, as the server sees it.

    Attributes:
        socket: what jobs go in and frames come out by; it does not block.
        pid: of the process.

    Args:
        graph_of: gives the graph in the process; where it is in memory already, that is shared.
        limits: of these a reader keeps that of memory; None makes a clerk.

    Raises:
        Unmanned: no process can be started.
    """

    def __init__(self, graph_of: Callable[[], Graph], limits: Limits | None) -> None:
        worker.prepare("oxigraph")
        parent = os.getpid()
        here, there, self.said, said = _ways()
        os.set_blocking(said, False)  # an engine's last words must never make it wait
        os.set_blocking(self.said, False)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                self.pid = os.fork()
        except OSError as error:
            for one in (here, there):
                one.close()
            for pipe in (self.said, said):
                os.close(pipe)
            raise Unmanned(f"no process could be started: {error.strerror}", place="server") from error
        if self.pid == 0:
            try:
                signal.set_wakeup_fd(-1)
                keep_only(there.fileno(), there.fileno(), said)
                _attend(graph_of, limits, parent)
            except BaseException as error:  # what is up the stack is the server's, and must not run twice
                with contextlib.suppress(OSError):
                    os.write(SAID, f"{type(error).__name__}: {error}".encode())
            finally:
                os._exit(1)
        there.close()
        os.close(said)
        here.setblocking(False)
        self.socket = here
        self.ended = False

    def kill(self) -> None:
        """Stop the process; it is still to be ended."""
        if not self.ended:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def end(self) -> tuple[int, str]:
        """Stop the process if it still runs; return its exit code, or a signal's below zero, and its last words."""
        if self.ended:
            return 0, ""
        self.kill()
        self.ended = True
        try:
            code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        except ChildProcessError:
            code = 0
        words = self._last_words()
        self.socket.close()
        os.close(self.said)
        return code, words

    def await_end(self) -> tuple[int, str]:
        """Return the same for a process that has closed its end of the socket: how it ends by itself."""
        with contextlib.suppress(ChildProcessError):
            code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            words = self._last_words()
            self.ended = True
            self.socket.close()
            os.close(self.said)
            return code, words
        return self.end()

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            return os.read(self.said, 4096).decode(errors="replace")
        return ""


def _ways() -> tuple[socket.socket, socket.socket, int, int]:
    """Return both ends of what jobs and frames go through, and of what a process's last words do.

    Raises:
        Unmanned: the server has as many files open as it may.
    """
    try:
        here, there = socket.socketpair()
        try:
            return here, there, *os.pipe()
        except OSError:
            here.close()
            there.close()
            raise
    except OSError as error:
        raise Unmanned(f"no process could be started: {error.strerror}", place="server") from error


def _attend(graph_of: Callable[[], Graph], limits: Limits | None, parent: int) -> NoReturn:
    """Be the process: load, give up what is not needed, and do jobs until the server is gone."""
    worker.end_with(parent)
    try:
        graph = graph_of()
    except ClusterkgError as error:
        _frame(FAULT, pickle.dumps(error))
        os._exit(0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server hears it too, and decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    most = limits.megabytes if limits is not None else None
    if limits is not None:
        room = None if most is None else most * (1 + SPARE)
        worker.give_up(Limits(seconds=None, megabytes=room, rows=None), reads_disk=graph.disk is not None)
    _frame(READY, b"")
    if limits is None:
        while True:
            _frame(*_done(graph, _next_job(), ours=True))
    attempt = _Attempt()
    # The engine draws chance from a generator in each thread: in the one that was forked, every desk's is the same.
    threading.Thread(target=_read_on, args=(graph, most, attempt), daemon=True).start()
    hang_up = select.poll()
    hang_up.register(DESK, 0)
    while not hang_up.poll(STEP):
        if most is not None and worker.memory() - attempt.before > most:
            os._exit(worker.OUT_OF_MEMORY)
    os._exit(1)


class _Attempt:
    """What the thread that watches has to know: the most memory there has been before the job began."""

    def __init__(self) -> None:
        self.before = worker.memory()


def _read_on(graph: Graph, most: float | None, attempt: _Attempt) -> NoReturn:
    """Do jobs, in a thread that is watched; retire after one that has taken much memory, since some of it stays."""
    start = attempt.before
    try:
        while True:
            job = _next_job()
            attempt.before = worker.memory()
            kind, data = _done(graph, job, ours=False)
            retires = kind == END and most is not None and worker.memory() - start > most * SPARE
            _frame(LAST if retires else kind, data)
    except MemoryError:
        os._exit(worker.OUT_OF_MEMORY)
    except BaseException as error:
        if not isinstance(error, OSError):  # else nobody reads any more
            os.write(SAID, f"{type(error).__name__}: {error}".encode())
        os._exit(1)


def _next_job() -> Job:
    """Wait for a job; there is never more than one on its way, so that one look mostly takes all of it."""
    data = bytearray()
    size = LENGTH
    while len(data) < size:
        chunk = os.read(DESK, RECEIVED)
        if not chunk:
            os._exit(0)
        data += chunk
        if len(data) >= LENGTH:
            size = LENGTH + int.from_bytes(data[:LENGTH], "little")
    job: Job = pickle.loads(memoryview(data)[LENGTH:])
    return job


def _done(graph: Graph, job: Job, *, ours: bool) -> tuple[bytes, bytes]:
    """Do a job; return what it gives, or what went wrong.

    What nobody has foreseen is the fault of a query from outside, and of ours where the work is our own.
    """
    try:
        return END, pickle.dumps(job.run(graph, lambda data: _frame(CHUNK, data)), pickle.HIGHEST_PROTOCOL)
    except ClusterkgError as error:
        return FAULT, pickle.dumps(error)
    except (MemoryError, BrokenPipeError):
        raise
    except BaseException as error:  # an engine's panic is no Exception, and the server must hear of whatever it is
        if ours:
            return FAULT, pickle.dumps(Failure(traceback.format_exc()))
        return FAULT, pickle.dumps(QueryError(f"fails: {type(error).__name__} {error}"[:500], place="query"))


def _frame(kind: bytes, data: bytes) -> None:
    rest = memoryview(kind + len(data).to_bytes(HEAD - 1, "little") + data)
    while rest:
        rest = rest[os.write(DESK, rest) :]
