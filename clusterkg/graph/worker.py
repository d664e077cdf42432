"""The child process in which the guard has a query answered: it can reach nothing but the graph, and ends by itself.

Its standard input is a lifeline, which closes when the parent is gone; to its standard output it writes that it is
ready and then its outcome; what the engine says in its death throes goes to standard error.
"""

from __future__ import annotations

import gc
import math
import os
import pickle
import signal
import sys
import threading
import time

from clusterkg.errors import ClusterkgError, QueryError
from clusterkg.graph import Graph
from clusterkg.graph.answers import Answer
from clusterkg.graph.engines import run_oxigraph, run_rdflib, serialize
from clusterkg.graph.fence import fence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from clusterkg.graph.limits import Limits

try:
    import resource
    import select
except ModuleNotFoundError:  # Windows
    POSIX = False
else:
    POSIX = True

__all__ = [
    "LENGTH",
    "OUT_OF_MEMORY",
    "READY",
    "Request",
    "Task",
    "end_with",
    "give_up",
    "main",
    "memory",
    "perform",
    "prepare",
    "serve",
]

READY = b"R"
"""What is written when the graph is loaded and the work begins."""

LENGTH = 8
"""The bytes that say how long the outcome is."""

OUT_OF_MEMORY = 77
"""The exit code for having taken more memory than the limit."""

LIFELINE, RESULT, SAID = 0, 1, 2
STEP = 50
"""Milliseconds between two looks at the memory."""

REACHING_OUT = ("open", "os.system", "subprocess.Popen", "ctypes.dlopen", "socket.")
"""The beginnings of the audit events that stand for a file, a process or a socket."""


class Task:
    """What is to be answered: a query, by which engine, in which format, within which limits."""

    def __init__(self, text: str, place: str, limits: Limits, *, engine: str = "oxigraph", format: str = "") -> None:
        self.text, self.place, self.limits, self.engine, self.format = text, place, limits, engine, format


class Request:
    """A task for a process that has to load the graph afresh: which folders, coding and parts, how many triples."""

    def __init__(self, task: Task, graph: Graph) -> None:
        self.task, self.folders, self.coding, self.disk = task, graph.folders, graph.coding, graph.disk
        self.parts, self.parent = sorted(graph.loaded), os.getpid()
        self.triples = 0 if graph.disk else len(graph.store)

    def graph(self) -> Graph:
        """Return the graph, loaded.

        Raises:
            QueryError: it is not the graph that the parent has.
        """
        if self.disk is not None:
            try:
                return Graph(self.folders, disk=self.disk)
            except (OSError, RuntimeError) as error:
                raise QueryError(f"the store cannot be opened: {error}", place=self.task.place) from error
        graph = Graph(self.folders, coding=self.coding)
        graph.require(self.parts)
        if len(graph.store) != self.triples:
            fault = "the graph in memory is not what its files say: one of them has changed"
            raise QueryError(fault, place=self.task.place, remedy="load the graph anew")
        if self.task.engine == "rdflib":
            graph.to_rdflib()
        return graph


def perform(graph: Graph, task: Task) -> Answer | str:
    """Return the answer to a task, within its limit of rows."""
    if task.format:
        return serialize(graph.store, task.text, task.format, task.place, task.limits)
    if task.engine == "rdflib":
        return run_rdflib(graph.to_rdflib(), task.text, task.place, task.limits)
    return run_oxigraph(graph.store, task.text, task.place, task.limits)


def main() -> NoReturn:
    """Load the graph that standard input asks for, and answer: the work of a process that was not forked."""
    sys.stdout = sys.stderr
    size = int.from_bytes(_read(LENGTH), "little")
    request: Request = pickle.loads(_read(size))
    prepare(request.task.engine)
    try:
        graph = request.graph()
    except ClusterkgError as error:
        _write(READY + _packed(error))
        os._exit(0)
    serve(graph, request.task, request.parent)


def prepare(engine: str) -> None:
    """Import and read what the work will need, since the child can open no file."""
    import decimal  # noqa: F401
    import difflib  # noqa: F401

    from clusterkg.prefixes import house_prefixes

    house_prefixes()
    if sys.platform == "linux":
        import ctypes  # noqa: F401
    if engine == "rdflib":
        import rdflib

        for text in ("ASK { }", "SELECT ?s { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"):
            run_rdflib(rdflib.Dataset(), text)


def serve(graph: Graph, task: Task, parent: int) -> NoReturn:
    """Give up what a query must not have, answer, and end; end at once when the parent is gone.

    The work is done in a thread of its own. The engine draws chance from a generator in each
    thread: in the thread that was forked it would be the parent's, and give every child the same UUIDs.
    """
    end_with(parent)
    give_up(task.limits, reads_disk=graph.disk is not None)
    before = memory()
    _write(READY)
    threading.Thread(target=_work, args=(graph, task), daemon=True).start()
    if POSIX:
        lifeline = select.poll()
        lifeline.register(LIFELINE, select.POLLIN | select.POLLHUP)
        most = task.limits.megabytes
        while not lifeline.poll(STEP):
            if most is not None and memory() - before > most:
                os._exit(OUT_OF_MEMORY)
    else:
        os.read(LIFELINE, 1)
    os._exit(1)


def _work(graph: Graph, task: Task) -> NoReturn:
    try:
        outcome = _packed(_outcome(graph, task))
        _write(outcome)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except OSError:
        os._exit(1)  # nobody reads any more
    os._exit(0)


def _outcome(graph: Graph, task: Task) -> Answer | str | ClusterkgError:
    try:
        return perform(graph, task)
    except ClusterkgError as error:
        return error
    except MemoryError:
        raise
    except BaseException as error:  # an engine's panic is no Exception, and the parent must hear of whatever it is
        return QueryError(f"fails: {type(error).__name__} {error}"[:500], place=task.place)


def _packed(outcome: Answer | str | ClusterkgError) -> bytes:
    data = pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(LENGTH, "little") + data


def _write(data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(RESULT, rest) :]


def _read(size: int) -> bytes:
    data = b""
    while len(data) < size:
        chunk = os.read(LIFELINE, size - len(data))
        if not chunk:
            os._exit(1)
        data += chunk
    return data


def end_with(parent: int) -> None:
    """Have Linux kill this process when the parent's thread that waits for it ends; elsewhere the lifeline does."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)


def give_up(limits: Limits, *, reads_disk: bool) -> None:
    """Set the limits, and let go of signals, files and sockets."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too, and decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if "faulthandler" in sys.modules:
        sys.modules["faulthandler"].disable()
    gc.freeze()
    if not POSIX:
        sys.addaudithook(_refuse)
        return
    _lower(resource.RLIMIT_CORE, 0)
    if limits.seconds is not None:
        _lower(resource.RLIMIT_CPU, math.ceil(limits.seconds + time.process_time()) + 1)
    if limits.megabytes is not None and os.path.exists("/proc/self/statm"):
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[0])
        _lower(resource.RLIMIT_AS, pages * resource.getpagesize() + int(limits.megabytes * 2**20))
    if reads_disk:
        fence()
        return
    # Standard streams stay; nothing else can be opened. An engine in memory needs no more.
    _lower(resource.RLIMIT_NOFILE, 3)


def _lower(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    value = min(value, 2**31 if kind == resource.RLIMIT_CPU else 2**62)  # Linux counts it in nanoseconds
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def memory() -> float:
    """Return the most memory that this process has had, in megabytes; 0 where the system does not tell."""
    if not POSIX:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def _refuse(event: str, _: tuple[object, ...]) -> None:
    if event.startswith(REACHING_OUT):
        raise PermissionError(f"{event} is refused: a query is answered from the loaded graph alone")
