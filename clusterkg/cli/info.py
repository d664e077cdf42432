"""`clusterkg info`: how much the graph holds."""

from __future__ import annotations

from clusterkg import __version__
from clusterkg.cli.options import YES, add_shared, answer_text, graph_of, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add_shared(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.knowledge_graph import KnowledgeGraph

    write(answer_text(KnowledgeGraph(graph_of(options)).info(), options.format, f"clusterkg {__version__}"))
    return YES
