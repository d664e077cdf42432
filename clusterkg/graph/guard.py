"""The guard: a query from outside is answered in a child process, which is stopped at its limits.

No engine can be told to stop, so a process is what is stopped.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time

from clusterkg.errors import ClusterkgError, QueryError, UnknownName, nearest
from clusterkg.graph import worker
from clusterkg.graph.answers import Answer
from clusterkg.graph.children import Forked, Spawned
from clusterkg.graph.engines import ENGINES
from clusterkg.graph.fence import can_be_fenced
from clusterkg.graph.limits import Limits
from clusterkg.graph.worker import Request, Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterkg.graph import Graph

__all__ = ["WAYS", "broken", "run", "serialize"]

WAYS = ("fork", "spawn")

STEP = 0.1
"""Seconds after which a waiting parent looks at the clock; on Windows also until it hears Ctrl-C."""

HEAD = len(worker.READY) + worker.LENGTH

WINDOWS_STACK_OVERFLOW = 0xC00000FD


def run(
    graph: Graph,
    text: str,
    place: str = "query",
    limits: Limits | None = None,
    *,
    needs: Iterable[str] | None = None,
    engine: str = "oxigraph",
    way: str | None = None,
) -> Answer:
    """Return the answer to a query as `Graph.run` gives it, from a child process.

    Args:
        graph: what is asked; it loads what `needs` names first, outside the limits.
        text: SPARQL, with its parameters bound.
        place: what to call it in a message.
        limits: what it may take; None for the usual limits.
        needs: the parts of the graph that it reads; None for all.
        engine: ``oxigraph`` or ``rdflib``.
        way: ``fork`` or ``spawn``; None for a fork where that is safe, see `children`.

    Raises:
        LimitError: it takes more than it may; there is no part of an answer then.
        QueryError: it does not parse, fails, or breaks the engine down.
        UnknownName: there is no such engine or way.

    >>> from clusterkg.graph import Graph
    >>> run(Graph(), "SELECT (1 + 1 AS ?two) { }", needs=["study"]).rows
    [(2,)]
    """
    answer = _guarded(graph, Task(text, place, limits or Limits(), engine=engine), needs, way)
    assert isinstance(answer, Answer)
    return answer


def serialize(
    graph: Graph,
    text: str,
    format: str,
    place: str = "query",
    limits: Limits | None = None,
    *,
    needs: Iterable[str] | None = None,
    way: str | None = None,
) -> str:
    """Return the answer to a query in one of the W3C's formats as `Graph.serialize` does, from a child process.

    Raises:
        LimitError, QueryError, UnknownName: as `run` does.
    """
    written = _guarded(graph, Task(text, place, limits or Limits(), format=format), needs, way)
    assert isinstance(written, str)
    return written


def _guarded(graph: Graph, task: Task, needs: Iterable[str] | None, way: str | None) -> Answer | str:
    if task.engine not in ENGINES:
        raise UnknownName("no such engine", place=task.engine, remedy=nearest(task.engine, ENGINES))
    if graph.disk is not None:
        if not can_be_fenced():
            fault = "a query of your own cannot be fenced in over a store on this system"
            raise QueryError(fault, place=task.place, remedy="ask a ready question, or ask without the store")
        # Its database has threads of its own, which a fork would leave behind; and opening it again costs little.
        way = "spawn"
    if way is None:
        way = "fork" if hasattr(os, "fork") and threading.active_count() == 1 else "spawn"
    if way not in WAYS:
        raise UnknownName("no such way", place=way, remedy=nearest(way, WAYS))
    graph.require(None if task.engine == "rdflib" else needs)
    try:
        child = Forked(graph, task) if way == "fork" else Spawned(Request(task, graph))
    except OSError as error:
        raise QueryError(f"no process could be started for it: {error.strerror}", place=task.place) from error
    outcome = _await(child, task)
    if isinstance(outcome, ClusterkgError):
        raise outcome
    return outcome


def _await(child: Forked | Spawned, task: Task) -> Answer | str | ClusterkgError:
    """Return what the child gives, while it runs; kill it at the limit of time, or when this is interrupted."""
    seconds = task.limits.seconds
    deadline = None
    late = False
    result, said = _Reader(child.result), _Reader(child.said, most=4096)
    try:
        result.start()
        said.start()
        wait = STEP
        while result.is_alive() and not late:
            result.join(wait)
            if seconds is not None and result.data:
                deadline = deadline or time.monotonic() + seconds
                wait = min(STEP, deadline - time.monotonic())
                late = wait <= 0 and result.is_alive()
    except BaseException:
        late = True
        raise
    finally:
        # A child that has closed its result ends by itself, and how is worth knowing.
        if late:
            child.kill()
        code = child.wait()
        for reader in (result, said):
            if reader.ident is not None:
                reader.join()
        child.close()
    if late:
        return task.limits.exceeded("seconds", task.place)
    data = memoryview(result.data)
    if len(data) >= HEAD and len(data) == HEAD + int.from_bytes(data[1:HEAD], "little"):
        outcome: Answer | str | ClusterkgError = pickle.loads(data[HEAD:])
        return outcome
    return broken(code, said.data.decode(errors="replace"), task)


def broken(code: int, said: str, task: Task) -> QueryError:
    """Return what there is to say of a child that ended without an outcome."""
    if code == worker.OUT_OF_MEMORY or "memory allocation of" in said or "can't start new thread" in said:
        return task.limits.exceeded("megabytes", task.place)
    name = f"exit code {code}"
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    if name == "SIGXCPU":
        return task.limits.exceeded("seconds", task.place)
    if name in ("SIGSEGV", "SIGBUS") or code == WINDOWS_STACK_OVERFLOW or "overflowed its stack" in said:
        fault = f"breaks the engine down ({name}), as a query does that is nested too deeply"
        return QueryError(fault, place=task.place, remedy="write it flatter")
    if name == "SIGKILL":
        fault = f"was killed from outside ({name}), as the system does when memory runs out"
        return QueryError(fault, place=task.place, remedy="ask for less, or free memory")
    last = said.strip().splitlines()[-1:] or ["it said nothing"]
    return QueryError(f"breaks the engine down ({name}): {last[0][:200]}", place=task.place, remedy="ask otherwise")


class _Reader(threading.Thread):
    """Reads a pipe to its end, so that whoever writes never waits; keeps all of it, or the beginning."""

    def __init__(self, descriptor: int, most: int | None = None) -> None:
        super().__init__(daemon=True)
        self.descriptor, self.most, self.data = descriptor, most, bytearray()

    def run(self) -> None:
        while chunk := os.read(self.descriptor, 1 << 18):
            if self.most is None or len(self.data) < self.most:
                self.data += chunk
