"""The evidence behind the rows of an answer: where each coded value stands, and what the source says there."""

from __future__ import annotations

from clusterkg import library
from clusterkg.graph.answers import plain
from clusterkg.questions.ground import GOVERNANCE, study_of, variables_of
from clusterkg.terms import BASE, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from clusterkg.graph import Answer, Graph
    from clusterkg.graph.answers import Value
    from clusterkg.library import Query
    from clusterkg.questions.ground import Terms

__all__ = ["Evidence", "evidence_for"]

COLUMNS = ("case", "other_case")
"""The columns that hold the IRI of a case; ``cases`` holds the last parts of several."""


class Evidence:
    """What one coded value, or one value chain, rests on.

    Attributes:
        thing: the IRI of the rating or chain; `case` that of its case.
        variable: what is coded, by its notation; ``governance`` for a chain.
        item: its name: the variable's, or the chain's.
        value: the value as it is printed, the reason why there is none, or whether the chain is counted.
        locator: where it stands; `source` in which work.
        text: what the source says, in our words; empty where a printed row is all there is.
        cited: the works that the source goes back to.
    """

    def __init__(self, row: Mapping[str, Value]) -> None:
        self.thing, self.case, self.variable = str(row["thing"]), str(row["case"]), str(row["variable"])
        self.item, self.value = str(row["item"]), plain(row["value"])
        self.locator, self.source = str(row["locator"] or ""), str(row["source"] or "")
        self.text, self.cited = str(row["evidence"] or ""), str(row["cited"] or "")

    def __repr__(self) -> str:
        return f"Evidence({self.thing!r})"

    def __str__(self) -> str:
        """Return it as a line: ``Functional upgrading 1.5 [Table 5; 5(c)(i)]: Held back by … (works)``."""
        text = self.text or "nothing beside the printed row"
        works = f" ({self.cited})" if self.cited else ""
        between = ", " if self.variable == GOVERNANCE else " "
        return f"{self.item}{between}{self.value} [{self.locator or 'no place named'}]: {text.rstrip('.')}{works}."

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "about": self.thing,
            "item": self.item,
            "value": self.value,
            "locator": self.locator,
            "source": self.source,
            "evidence": self.text or None,
            "cited": self.cited or None,
        }


def evidence_for(graph: Graph, query: Query, terms: Terms, answer: Answer) -> list[list[Evidence]]:
    """Return for each row of an answer what its cases' values rest on, as far as the answer goes by them.

    Args:
        graph: the loaded graph.
        query: the question, whose header names the variables; of one that names none, all count.
        terms: its parameters' terms by their variables.
        answer: its answer.

    Returns:
        A list a row, in the order of the row's cases, then of variables; empty for a row that is about no case.
    """
    wanted = set(variables_of(query, terms))
    study = study_of(terms)
    support = library.read("analysis/evidence", graph.folders)
    known: dict[str, list[Evidence]] = {}
    for row in graph.run(support.bind({"study": study_iri(study)}), support.path, needs=support.needs):
        one = Evidence(row)
        if not wanted or one.variable in wanted:
            known.setdefault(one.case, []).append(one)
    return [[one for iri in _things(row, study) for one in _behind(known, iri)] for row in answer]


def _behind(known: Mapping[str, Sequence[Evidence]], iri: str) -> list[Evidence]:
    """Return the evidence for a case, or for one chain or rating of it."""
    case, sharp, _ = iri.partition("#")
    return [one for one in known.get(case, ()) if not sharp or one.thing == iri]


def _things(row: Mapping[str, Value], study: str) -> Iterable[str]:
    """Yield the IRIs of the cases that a row is about, or of parts of them, each once."""
    found = [str(row[column]) for column in COLUMNS if row.get(column)]
    for entry in str(row.get("cases") or "").split("; "):
        # A remark may stand behind a case: ``bucaramanga-apparel (no score)``.
        if slug := entry.partition(" (")[0]:
            found.append(f"{BASE}case/{study}/{slug}")
    return dict.fromkeys(found)
