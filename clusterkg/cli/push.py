"""`clusterkg push`: the project's graphs, with the series of a store, at a SPARQL endpoint."""

from __future__ import annotations

import sys

from clusterkg.cli.options import ANSWER_FORMATS, YES, add_endpoint_timeout, add_shared, answer_text, graph_of, write
from clusterkg.cli.options import endpoint_timeout_of as timeout_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--endpoint", metavar="URL", required=True, help="where the server answers queries")
    parser.add_argument("--graph-store", metavar="URL", help="where it takes graphs (SPARQL 1.1 Graph Store protocol)")
    parser.add_argument("--update-url", metavar="URL", help="where it takes updates, if it has no graph store")
    parser.add_argument("--store", metavar="FOLDER", help="push what a store on disk holds, the series too")
    add_endpoint_timeout(parser)
    add_shared(parser, ANSWER_FORMATS)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.endpoint.pushing import Server, graphs_of, push

    server = Server(
        options.endpoint, graph_store=options.graph_store, update=options.update_url, timeout=timeout_of(options)
    )
    graphs = graphs_of(graph_of(options))
    answer = push(server, graphs, lambda line: print(f"clusterkg: {line}", file=sys.stderr))
    for other in server.others(graphs):
        print(f"clusterkg: {other}: is there from before, and was left as it is", file=sys.stderr)
    write(answer_text(answer, options.format))
    return YES
