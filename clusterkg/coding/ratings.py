"""The coded values of a row: what a cell means as a score, a degree, a word of a list or a stated reason."""

from __future__ import annotations

from clusterkg.coding import values
from clusterkg.coding.documents import literal
from clusterkg.coding.values import key_of
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.coding.columns import Column
    from clusterkg.coding.known import Known
    from clusterkg.coding.lines import Line

__all__ = ["Rating", "check_sum", "coded", "word"]

ADDED = ("product", "process", "functional", "intersectoral")
"""The columns whose scores the column sum adds up."""


class Rating:
    """One coded value: a score, a degree or the reason why there is none.

    Attributes:
        dimension: the name of the variable's concept.
        coding: the name of the coding that it belongs to.
        predicate, term: the property and the value as N-Triples writes it.
        sources, locator, evidence, confidence: where it comes from and how sure it is.
        lines: the row that gives the value, then those that say more of it.
        column: the name of the column that holds the value in the first of them.
    """

    def __init__(self, dimension: str, coding: str, predicate: str, term: str, line: Line, column: str) -> None:
        self.dimension, self.coding, self.predicate, self.term = dimension, coding, predicate, term
        self.lines, self.column = [line], column
        self.sources: list[str] = []
        self.locator = self.evidence = self.confidence = ""

    @property
    def digits(self) -> str | None:
        """The digits of a score; empty where the cell holds something else, None where it is no score."""
        if self.predicate != "score":
            return None
        return self.term.split('"')[1] if "decimal" in self.term else ""


def coded(known: Known, line: Line, name: str, column: Column) -> tuple[str, str] | None:
    """Return property and term of a rated cell, None where it is blank."""
    text = line.text(name)
    if not text:
        return None
    say = line.say(name)
    why = values.reason(text, say)
    if why:
        return "obsStatus", f"<{BASE}concept/value-status/{why}>"
    if column.kind == "degree":
        return "degree", _concept(known, line, name, "degree", text)
    kind = line.cell(name)[0].kind
    digits = values.score(text, say) if kind not in ("date", "boolean") else None
    return "score", f'"{digits}"^^<http://www.w3.org/2001/XMLSchema#decimal>' if digits else literal(text)


def word(known: Known, line: Line, name: str, scheme: str) -> str:
    """Return the term of a cell that holds a word of a list; empty where it is blank."""
    text = line.told(name)
    return _concept(known, line, name, scheme, text) if text else ""


def _concept(known: Known, line: Line, name: str, scheme: str, text: str) -> str:
    """Return the concept of a list that a text names, or the text where it names none."""
    iri = known.words.get(scheme, {}).get(key_of(text))
    if iri is None:
        return literal(text)
    if not known.spelt(scheme, text):
        line.say(name)("normalised", "spelling", f"'{text}' was read as {known.shown[scheme][key_of(text)]}.", "")
    return f"<{iri}>"


def check_sum(line: Line, ratings: Mapping[str, Rating]) -> None:
    """Hold the column sum against the scores of its row, by column.

    A score that cannot be read is told already, and nothing is held against it.
    """
    from decimal import Decimal

    text = line.told("sum")
    if not text:
        return
    stated = values.score(text, line.say("sum"))
    if stated is None:
        fix = values.hint("sum", text, {}) or "write the number, or leave sum empty"
        line.tell(("sum",), "error", "sum-number", f"'{text}' is no sum of scores.", fix)
        return
    if len(line.cell(*ADDED)) < len(ADDED):
        # What a column that is not there would add, nobody knows.
        return
    scores = [rating.digits for name in ADDED if (rating := ratings.get(name)) and rating.digits is not None]
    if "" in scores:
        return
    added = sum(map(Decimal, scores), Decimal(0))
    if Decimal(stated) != added:
        worked = " + ".join(score.removesuffix(".0") for score in scores) or "no score"
        line.tell(
            (*ADDED, "sum"),
            "error",
            "sum",
            f"The scores add up to {f'{added:f}'.removesuffix('.0')} ({worked}), but sum says {text}.",
            "mend the wrong score, or leave sum empty",
            at=("sum",),
        )
