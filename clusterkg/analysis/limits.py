"""The limits by which an analysis goes, as a codebook states them."""

from __future__ import annotations

from clusterkg import library
from clusterkg.findings.claims import limits_of
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Decimal

    from clusterkg.graph import Graph

__all__ = ["SHIPPED", "Limits", "limits"]

SHIPPED = "giuliani2005"
"""The study whose limits serve one that states none."""


class Limits:
    """Limits of a codebook.

    Attributes:
        study: the key of the study whose codebook states them.
        cases: the fewest cases for a statistic.
        probability: the greatest probability by chance that counts as significant.
        neutral: the strength below which a relation is none.
        note: whose limits these are, where the study states none; else empty.
    """

    def __init__(self, study: str, stated: dict[str, Decimal], note: str = "") -> None:
        self.study, self.note = study, note
        self.cases, self.probability = int(stated["cases"]), float(stated["probability"])
        self.neutral = float(stated["neutral"])


def limits(graph: Graph, study: str) -> Limits:
    """Return the limits of a study's codebook, or those of the shipped study where it states none at all.

    Raises:
        DataError: the codebook states some of them and not all, or one twice.

    >>> import clusterkg
    >>> found = limits(clusterkg.load().graph, "giuliani2005")
    >>> found.cases, found.probability, found.neutral, found.note
    (5, 0.05, 0.2, '')
    """
    query = library.read("findings/limits", graph.folders)
    stated = graph.run(query.bind({"study": study_iri(study)}), query.path, needs=query.needs)
    if len(stated):
        return Limits(study, limits_of(graph, study))
    note = f"The codebook of {study} states no limits; those of {SHIPPED} are taken."
    return Limits(SHIPPED, limits_of(graph, SHIPPED), note)
