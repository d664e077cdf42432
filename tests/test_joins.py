"""How rdflib joins patterns: along their variables, with the same answers, and only while it is asked by us."""

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from clusterkg.errors import QueryError
from clusterkg.graph.engines import run_rdflib
from clusterkg.graph.joins import joined_in_order
from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.terms import BASE, ONTOLOGY

if TYPE_CHECKING:
    import rdflib

PATTERNS = (
    "?rating ckg:accepted true .",
    f"?case ckg:study <{BASE}study/giuliani2005> .",
    "?rating ckg:case ?case .",
    "?rating ckg:variable ?variable .",
    "?variable a ckg:UpgradingType .",
)


def query(patterns: tuple[str, ...]) -> str:
    head = f"PREFIX ckg: <{ONTOLOGY}> SELECT ?rating ?case ?variable"
    return f"{head} {{ {' '.join(patterns)} }} ORDER BY ?rating"


@pytest.fixture
def asked(kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> "tuple[rdflib.Dataset, list[Any]]":
    """The graph in rdflib, and the patterns that it has been asked to match."""
    import rdflib

    matched: list[Any] = []
    triples = rdflib.Dataset.triples

    def counted(self: rdflib.Dataset, pattern: Any, context: Any = None) -> Any:
        matched.append(pattern)
        return triples(self, pattern, context)

    dataset = kg.to_rdflib()
    monkeypatch.setattr(rdflib.Dataset, "triples", counted)
    return dataset, matched


@pytest.mark.parametrize("patterns", list(permutations(PATTERNS))[::17], ids=range(8))
def test_patterns_that_share_nothing_are_not_multiplied(
    patterns: tuple[str, ...], asked: "tuple[rdflib.Dataset, list[Any]]", kg: KnowledgeGraph
) -> None:
    dataset, matched = asked
    answer = run_rdflib(dataset, query(patterns))
    assert answer == kg.query(query(patterns))
    assert len(answer) > 100
    accepted = len(kg.query(query(PATTERNS[:1] + PATTERNS[2:4])))
    assert len(matched) < 6 * accepted, "each pattern is asked of what the others leave, not of every pair"


def test_left_alone_rdflib_multiplies(asked: "tuple[rdflib.Dataset, list[Any]]", kg: KnowledgeGraph) -> None:
    """Where this fails, rdflib has learnt to join, and ours can go."""
    dataset, matched = asked
    text = query(PATTERNS[:3]).replace(" ?variable", "")
    assert len(list(dataset.query(text))) == len(kg.query(text))
    assert len(matched) > 40 * 200


def test_rdflib_is_left_as_it_was_whatever_happens(kg: KnowledgeGraph) -> None:
    from rdflib.plugins.sparql import CUSTOM_EVALS

    before = dict(CUSTOM_EVALS)
    with joined_in_order():
        assert len(CUSTOM_EVALS) == len(before) + 1
        with joined_in_order():
            assert len(CUSTOM_EVALS) == len(before) + 1
        assert len(CUSTOM_EVALS) == len(before) + 1
    with pytest.raises(QueryError):
        run_rdflib(kg.to_rdflib(), "SELECT ?s { ?s ?p }")
    assert before == CUSTOM_EVALS
