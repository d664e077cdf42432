"""The two ways to start the guard's child process: forked from this one, or as a new Python.

A fork has the graph as it stands here, and costs milliseconds. It copies one thread only, so a lock that another one
holds at that moment stays locked in the child for ever; and Windows has no fork. A new Python loads the graph from the
same files, which takes a second or more. A server whose other threads are surely not at work on the graph may fork all
the same; one that forks its workers before it starts threads always may.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
import threading
import warnings

from clusterkg.graph import worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from typing import IO

    from clusterkg.graph import Graph
    from clusterkg.graph.worker import Request, Task

__all__ = ["Forked", "Spawned", "keep_only"]


class Forked:
    """A child that was forked: it has the graph as it stands here."""

    forking = threading.Lock()

    def __init__(self, graph: Graph, task: Task) -> None:
        worker.prepare(task.engine)
        if task.engine == "rdflib":
            graph.to_rdflib()
        parent = os.getpid()
        with self.forking, warnings.catch_warnings():
            # Of threads that are not Python's, such as a numerical library's, which mind forks themselves.
            warnings.simplefilter("ignore", DeprecationWarning)
            pipes = [os.pipe() for _ in range(3)]
            (lifeline, self.lifeline), (self.result, result), (self.said, said) = pipes
            try:
                self.pid = os.fork()
            except OSError:
                for descriptor in sum(pipes, ()):
                    os.close(descriptor)
                raise
            if self.pid == 0:
                try:
                    keep_only(lifeline, result, said)
                    worker.serve(graph, task, parent)
                except BaseException as error:  # what is up the stack is the parent's, and must not run twice
                    os.write(2, f"{type(error).__name__}: {error}".encode())
                finally:
                    os._exit(1)
            for descriptor in (lifeline, result, said):
                os.close(descriptor)
        _widen(self.result)
        self.ended: int | None = None

    def kill(self) -> None:
        """Stop it; it cannot refuse."""
        if self.ended is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for its end and return its exit code, or a signal's number below zero."""
        if self.ended is None:
            try:
                self.ended = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            except ChildProcessError:  # the program that we are part of has every child's end thrown away
                self.ended = 0
        return self.ended

    def close(self) -> None:
        """Close this end of its pipes."""
        for descriptor in (self.lifeline, self.result, self.said):
            os.close(descriptor)


def _widen(pipe: int) -> None:
    """Let a pipe hold more where the system can, so that the two processes take turns less often."""
    import fcntl

    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # the user's share of pipes is used up
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)


def keep_only(*descriptors: int) -> None:
    """Make some descriptors the standard streams of this process, and close all others."""
    import fcntl

    for stream, descriptor in enumerate([fcntl.fcntl(number, fcntl.F_DUPFD, 3) for number in descriptors]):
        os.dup2(descriptor, stream)
    try:
        for name in os.listdir("/dev/fd"):
            if int(name) > 2:
                os.closerange(int(name), int(name) + 1)
    except OSError:
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))


class Spawned:
    """A child that is a new Python: it loads the graph from its files."""

    def __init__(self, request: Request) -> None:
        import subprocess

        program = f"import sys; sys.path[:] = {sys.path!r}; from clusterkg.graph import worker; worker.main()"
        self.process: subprocess.Popen[bytes] = subprocess.Popen(
            [sys.executable, "-P", "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )
        data = pickle.dumps(request)
        self.streams = self.process.stdin, self.process.stdout, self.process.stderr
        try:
            stdin = _open(self.process.stdin)
            stdin.write(len(data).to_bytes(worker.LENGTH, "little"))
            rest = memoryview(data)
            while rest:
                rest = rest[stdin.write(rest) :]
        except BrokenPipeError:
            pass  # it is dead, which the waiting finds out with the reason
        except BaseException:
            self.kill()
            self.wait()
            self.close()
            raise
        self.result, self.said = _open(self.process.stdout).fileno(), _open(self.process.stderr).fileno()

    def kill(self) -> None:
        """Stop it; it cannot refuse."""
        self.process.kill()

    def wait(self) -> int:
        """Wait for its end and return its exit code, or a signal's number below zero."""
        return self.process.wait()

    def close(self) -> None:
        """Close this end of its pipes."""
        for stream in self.streams:
            if stream is not None:
                stream.close()


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream
