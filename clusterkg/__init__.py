"""clusterkg: industrial clusters in global value chains, as a knowledge graph.

>>> import clusterkg
>>> kg = clusterkg.load()
>>> kg.table(5).columns[:3]
['industry', 'cluster', 'collective_efficiency']
"""

from __future__ import annotations

from clusterkg import errors
from clusterkg.errors import ClusterkgError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.knowledge_graph import KnowledgeGraph, Limits, load, ontology, validate

__all__ = ["ClusterkgError", "KnowledgeGraph", "Limits", "__version__", "errors", "load", "ontology", "validate"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    # The command line imports this package too, and should not pay for what it does not use.
    if name in ("KnowledgeGraph", "Limits", "load", "ontology", "validate"):
        from clusterkg import knowledge_graph

        return getattr(knowledge_graph, name)
    raise AttributeError(f"module 'clusterkg' has no attribute {name!r}")
