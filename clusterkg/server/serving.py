"""The running server: its address, its processes, its signals."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import socket
import sys

from clusterkg.errors import EndpointError, QueryError
from clusterkg.graph import Graph
from clusterkg.graph.fence import can_be_fenced
from clusterkg.graph.limits import Limits
from clusterkg.server.desk import Desk
from clusterkg.server.pool import Pool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Settings", "serve"]

QUEUE = 8
"""How many jobs may wait for each process."""

SPARE = 400
"""The files that are open beside the connections."""

CLERK = 60.0
"""Seconds that the project's own work may take, whatever a query from outside may."""

GARBAGE = (1000, 10, 10)
"""After how many new objects garbage is looked for, in each generation."""

WARM_AFTER = 3.0
"""Seconds after the start at which what takes long is worked out: who starts it for one question need not wait."""

GRACE = 20
"""Seconds that answers under way have when the server is told to stop."""


class Settings:
    """How a server is to run.

    Attributes:
        host: the name or number to listen at.
        port: the port; 0 for any that is free.
        workers: how many processes answer queries, and as many do the rest.
        limits: what a query may take.
        folders: folders of the project's shape that join the shipped one.
        store: the folder of a store that ``clusterkg import`` made, or None.
        proxy_headers: whether a proxy on this machine tells who asks, and by which scheme.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 7878,
        workers: int = 2,
        limits: Limits | None = None,
        folders: Sequence[str] = (),
        store: str | None = None,
        proxy_headers: bool = False,
    ) -> None:
        self.host, self.port, self.workers = host, port, workers
        self.limits = limits or Limits()
        self.folders, self.store, self.proxy_headers = list(folders), store, proxy_headers


def serve(settings: Settings, announce: Callable[[str], object]) -> None:
    """Serve until told to stop by SIGTERM or SIGINT; answers under way are finished then.

    Args:
        settings: how.
        announce: is told the address when the server is up.

    Raises:
        ModuleNotFoundError: starlette or uvicorn is not installed.
        QueryError: this system cannot fork processes, or not fence them in over a store.
        EndpointError: the address cannot be listened at.
        ClusterkgError: the graph cannot be loaded.
    """
    if not hasattr(os, "fork"):
        fault = "this system cannot fork processes, which the server needs"
        raise QueryError(fault, place="serve", remedy="run it in a container or in WSL; see docs/serving.md")
    if settings.store is not None and not can_be_fenced():
        fault = "queries from outside cannot be fenced in over a store on this system"
        raise QueryError(fault, place="--store", remedy="serve without the store, or on Linux")
    import httptools  # noqa: F401
    import starlette  # noqa: F401
    import uvicorn  # noqa: F401

    _make_room()
    graph_of = _graph_of(settings)
    # What is loaded stays; what requests leave behind is looked for, unlike in a command that soon ends.
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    with contextlib.closing(_listening(settings.host, settings.port)) as listener:
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        asyncio.run(_run(settings, graph_of, listener, f"http://{shown}:{port}", announce))


def _make_room() -> None:
    """Let this process have as many files open as its connections need, where the system's hard limit allows it."""
    import resource

    from clusterkg.server.connections import CONNECTIONS

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + SPARE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
        )


def _graph_of(settings: Settings) -> Callable[[], Graph]:
    """Return what gives the graph in a process: the one that is loaded here, or a store, which each opens itself.

    A database on disk has threads of its own, which a fork would leave behind.
    """
    if settings.store is not None:
        from clusterkg.series.store import graph_on

        store = settings.store
        return lambda: graph_on(store, settings.folders)
    graph = Graph(settings.folders)
    graph.require()
    for line in graph.replaced:
        print(f"clusterkg: {line}", file=sys.stderr)
    return lambda: graph


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(512)
        except OSError:
            listener.close()
            raise
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        remedy = "name another --host or --port; --port 0 takes one that is free"
        raise EndpointError(f"cannot be listened at: {reason}", place=f"{host}:{port}", remedy=remedy) from error
    return listener


async def _run(
    settings: Settings,
    graph_of: Callable[[], Graph],
    listener: socket.socket,
    address: str,
    announce: Callable[[str], object],
) -> None:
    import uvicorn

    from clusterkg.server.application import application
    from clusterkg.server.connections import Connection, watch
    from clusterkg.server.handlers import Service

    limits = settings.limits
    readers = Pool(lambda: Desk(graph_of, limits), settings.workers, limits, QUEUE * settings.workers)
    ours = Limits(seconds=CLERK)
    clerks = Pool(lambda: Desk(graph_of, None), settings.workers, ours, QUEUE * settings.workers, ours=True)
    try:
        await readers.open()
        await clerks.open()

        class Server(uvicorn.Server):
            """A server that ends when it is told to, rather than raise the signal once more."""

            @contextlib.contextmanager
            def capture_signals(self) -> Iterator[None]:
                loop = asyncio.get_running_loop()
                for one in (signal.SIGTERM, signal.SIGINT):
                    loop.add_signal_handler(one, self.handle_exit, one, None)
                try:
                    yield
                finally:
                    for one in (signal.SIGTERM, signal.SIGINT):
                        loop.remove_signal_handler(one)

        config = uvicorn.Config(
            application(Service(readers, clerks, address)),
            http=Connection,
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=settings.proxy_headers,
            timeout_graceful_shutdown=GRACE,
        )
        server = Server(config)
        beside = [
            asyncio.create_task(watch(server.server_state.connections)),
            asyncio.create_task(_warm(clerks)),
        ]
        announce(address)
        try:
            await server.serve(sockets=[listener])
        finally:
            for task in beside:
                task.cancel()
    finally:
        readers.close()
        clerks.close()


async def _warm(clerks: Pool) -> None:
    """Let the clerks work out what takes long, while nobody asks: first one, so that others are free, then the rest."""
    from clusterkg.server.clerk_jobs import Warm

    await asyncio.sleep(WARM_AFTER)
    # Who has been first has done with it at once, and is free while the others are at it.
    for several in (1, clerks.size):
        await asyncio.gather(*(clerks.ask(Warm()) for _ in range(several)), return_exceptions=True)
