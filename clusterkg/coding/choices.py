"""What a coder can choose from: the options of each column, as the graph names and defines them."""

from __future__ import annotations

import re

from clusterkg import library
from clusterkg.coding.columns import RATED, Column
from clusterkg.graph.answers import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterkg.graph import Answer, Graph

__all__ = ["Choice", "Choices", "ask"]


class Choice:
    """One option of a column.

    Attributes:
        word: what stands in a cell.
        label: its name for people; empty where the word is one.
        definition: what it means, in the words of the ontology; empty where the ontology gives none.
        note: how to decide, where the ontology tells.
        missing: whether it is a stated reason why there is no value.
        number: whether a spreadsheet holds it as a number.
    """

    __slots__ = ("definition", "label", "missing", "note", "number", "word")

    def __init__(
        self,
        word: str,
        label: str = "",
        definition: str = "",
        note: str = "",
        *,
        missing: bool = False,
        number: bool = False,
    ) -> None:
        self.word, self.label, self.definition, self.note = word, label, definition, note
        self.missing, self.number = missing, number

    def __repr__(self) -> str:
        return f"Choice({self.word!r})"


class Choices:
    """The options of every column, read from a graph.

    Args:
        graph: the loaded graph.

    Attributes:
        reasons: the stated reasons why a value is missing.

    >>> from clusterkg.coding.columns import column
    >>> from clusterkg.graph import Graph
    >>> [choice.word for choice in Choices(Graph()).of(column("cases", "collective_efficiency"))]
    ['low', 'medium', 'high', 'N/A', 'not applicable', 'not reported', 'not yet coded']
    >>> Choices(Graph()).of(column("cases", "evidence"))
    []
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._schemes: dict[str, list[Choice]] = {}
        self._about: dict[str, tuple[str, ...]] = {}
        self._found: dict[str, list[Choice]] = {}
        self._codes: list[tuple[str, int]] = []
        self.reasons: list[Choice] = []
        for row in ask(graph, "schemes"):
            self._about[str(row["scheme"])] = tuple(plain(row[name]) for name in ("label", "definition", "note"))
        for row in ask(graph, "concepts"):
            scheme, iri, word = str(row["scheme"]), str(row["concept"]), str(row["notation"])
            texts = [plain(row[name]) for name in ("label", "definition", "note")]
            choice = Choice(word, *texts, missing=bool(row["missing"]))
            self._schemes.setdefault(scheme, []).append(choice)
            self._about[iri] = tuple(texts)
            if row["code"] is not None:
                self._codes.append((texts[0], int(plain(row["code"]))))
            if choice.missing:
                self.reasons.append(choice)

    def about(self, column: Column) -> tuple[str, ...]:
        """Return label, definition and note of what the column codes; empty texts where the graph has none."""
        return self._about.get(column.concept or column.scheme, ("", "", ""))

    def of(self, column: Column) -> list[Choice]:
        """Return the column's options, reasons for a missing value last; empty where it is free text."""
        key = column.kind + column.scheme
        if key not in self._found:
            self._found[key] = self._of(column)
        return self._found[key]

    def _of(self, column: Column) -> list[Choice]:
        match column.kind:
            case "concept":
                return self._schemes.get(column.scheme, [])
            case "degree":
                return self._schemes.get(column.scheme, []) + self.reasons
            case "score":
                return [*self._scores(), *self.reasons]
            case "governance":
                return [*self._governance(), *self.reasons]
            case "country" | "iso3":
                countries = ask(self._graph, "countries")
                named = [(str(row["name"]), str(row["iso3"])) for row in countries]
                return [Choice(*(pair if column.kind == "country" else pair[::-1])) for pair in named]
            case "industry":
                industries = self._schemes.get(column.scheme, [])
                return [Choice(choice.label, "", choice.definition, choice.note) for choice in industries]
            case "code":
                # Classes have four digits; divisions and groups, above them, fewer.
                return [choice for choice in self._schemes.get(column.scheme, []) if len(choice.word) == 4]
            case "effect":
                rows = ask(self._graph, "effects")
                return [Choice(str(row["label"]), "", str(row["definition"])) for row in rows]
            case "variable":
                return [Choice(other.name, other.heading, self.about(other)[1]) for other in RATED]
            case _:
                return []

    def _scores(self) -> Iterator[Choice]:
        """Yield the scores in half points; the ontology names the whole ones in its definition of a score."""
        from decimal import Decimal

        for row in ask(self._graph, "scale"):
            names = dict(re.findall(r"\b(\d) ([a-z]+)", str(row["definition"])))
            score, most = Decimal(plain(row["least"])), Decimal(plain(row["most"]))
            while score <= most:
                word = plain(score)
                note = "" if word in names else str(row["note"])
                yield Choice(word, names.get(word, ""), "", note, number=True)
                score += Decimal("0.5")

    def _governance(self) -> Iterator[Choice]:
        """Yield the codes of governance: none, each market scope's own, and the sums of several."""
        import itertools

        for size in range(len(self._codes) + 1):
            for scopes in itertools.combinations(self._codes, size):
                label = " and ".join(name for name, _ in scopes).capitalize() or "None"
                yield Choice(str(sum(code for _, code in scopes)), label, number=True)


def ask(graph: Graph, name: str, **parameters: object) -> Answer:
    """Return the answer to a query of the library's folder ``coding``."""
    query = library.read(f"coding/{name}")
    return graph.run(query.bind(parameters), query.name, needs=query.needs)
