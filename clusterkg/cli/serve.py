"""`clusterkg serve`: the graph over HTTP, for browsers, pandas, R and SPARQL clients."""

from __future__ import annotations

import re
import sys

from clusterkg.cli.options import YES, add_data, add_limits, limits_of
from clusterkg.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]

MOST_WORKERS = 64


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--host", metavar="NAME", default="127.0.0.1", help="where to listen (default: 127.0.0.1)")
    parser.add_argument("--port", metavar="N", default="7878", help="the port; 0 for one that is free (default: 7878)")
    parser.add_argument(
        "--workers", metavar="N", default="2", help="how many processes answer queries at once (default: 2)"
    )
    parser.add_argument(
        "--store", metavar="FOLDER", help="serve a store that clusterkg import made, with the series in it"
    )
    parser.add_argument(
        "--proxy-headers", action="store_true", help="believe a proxy on this machine who asks, and by which scheme"
    )
    add_limits(parser)
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.server.serving import Settings, serve

    settings = Settings(
        host=options.host,
        port=_whole(options.port, "port", 0, 65_535),
        workers=_whole(options.workers, "workers", 1, MOST_WORKERS),
        limits=limits_of(options),
        folders=options.data,
        store=options.store,
        proxy_headers=options.proxy_headers,
    )

    def announce(address: str) -> None:
        print(f"{address}/", flush=True)
        print("clusterkg: serving there until it is stopped (Ctrl-C)", file=sys.stderr)

    serve(settings, announce)
    return YES


def _whole(text: str, name: str, least: int, most: int) -> int:
    if not re.fullmatch(r"\d{1,6}", text, re.A) or not least <= int(text) <= most:
        remedy = f"give a whole number from {least} to {most}"
        raise ParameterError("cannot be", place=f"--{name} {text}", remedy=remedy)
    return int(text)
