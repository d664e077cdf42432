"""The order in which rdflib joins the patterns of a query: each after one that it shares a variable with."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import islice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

__all__ = ["joined_in_order"]

NAME = "https://w3id.org/clusterkg/joins"
"""Under what name rdflib knows the evaluation of here."""

ENOUGH = 5000
"""How many matches are counted to tell a small pattern from a large one."""


@contextmanager
def joined_in_order() -> Iterator[None]:
    """Let rdflib join patterns along their variables, for as long as the context lasts.

    Left alone, rdflib takes patterns by how much of each is known beforehand, related or not, and
    multiplies what has nothing to do with one another. The answers are the same in any order.

    >>> import rdflib
    >>> graph = rdflib.Graph().parse(data="<urn:a> <urn:p> 1 ; <urn:q> 2 .", format="turtle")
    >>> with joined_in_order():
    ...     [str(row.s) for row in graph.query("SELECT ?s { ?s <urn:p> ?x ; <urn:q> ?y }")]
    ['urn:a']
    """
    from rdflib.plugins.sparql import CUSTOM_EVALS
    from rdflib.plugins.sparql.evaluate import evalBGP

    orders: dict[Any, list[Any]] = {}

    def evaluate(context: Any, part: Any) -> Any:
        if part.name != "BGP" or len(part.triples) < 2:
            # So rdflib's hook is told to leave it to rdflib.
            raise NotImplementedError
        free = {term for triple in part.triples for term in triple if _is_free(term)}
        known = frozenset(term for term in free if context[term] is not None)
        key = tuple(part.triples), known
        if key not in orders:
            orders[key] = _in_order(part.triples, known, context)
        return evalBGP(context, orders[key])

    before = CUSTOM_EVALS.get(NAME)
    CUSTOM_EVALS[NAME] = evaluate
    try:
        yield
    finally:
        del CUSTOM_EVALS[NAME]
        if before is not None:
            CUSTOM_EVALS[NAME] = before


def _in_order(triples: Iterable[Any], known: Iterable[Any], context: Any) -> list[Any]:
    """Return triple patterns in an order in which each has as much known, and matches as little, as can be."""
    left, found, order = list(triples), set(known), []
    sizes = {triple: _size(triple, context) for triple in left}
    while left:
        best = min(left, key=lambda triple: (*_cost(triple, found), sizes[triple]))
        left.remove(best)
        order.append(best)
        found.update(term for term in best if _is_free(term))
    return order


def _cost(triple: Any, found: set[Any]) -> tuple[bool, int]:
    """Return what to hold against a pattern as the next: that it shares nothing with those before, and its unknowns."""
    free = {term for term in triple if _is_free(term)}
    unknown = free - found
    return bool(found) and bool(free) and unknown == free, len(unknown)


def _size(triple: Any, context: Any) -> int:
    """Return how many statements match a pattern by what is known of it, as far as it matters."""
    from rdflib.paths import Path

    if isinstance(triple[1], Path):
        return ENOUGH
    return sum(1 for _ in islice(context.graph.triples(tuple(context[term] for term in triple)), ENOUGH))


def _is_free(term: Any) -> bool:
    from rdflib import BNode, Variable

    return isinstance(term, Variable | BNode)
