"""The codebook: a page for each variable, with its question, options, rules, and the cases that use each option."""

from __future__ import annotations

from clusterkg.coding.choices import Choice, Choices, ask
from clusterkg.coding.columns import BY_SHEET, SHEETS
from clusterkg.coding.rules import rules_by_column
from clusterkg.errors import UnknownName, nearest
from clusterkg.graph.answers import plain
from clusterkg.terms import ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.coding.columns import Column
    from clusterkg.coding.rules import Rule
    from clusterkg.graph import Graph

__all__ = ["Option", "Page", "case_names", "find", "pages"]

VARIABLES = ("concept", "country", "degree", "effect", "governance", "industry", "score")
"""The kinds of columns that are variables: what they hold is chosen from options."""

COUNTED = {"score": "rating", "degree": "rating", "industry": "concept"}
"""How the query of uses calls what columns of a kind code, where it does not call it by the kind."""


class Option:
    """One option of a variable, and the cases that use it.

    Attributes:
        word: what stands in a cell.
        label: its name; empty where the word is one.
        definition: what it means; empty where the ontology does not say.
        missing: whether it is a stated reason why there is no value.
        number: whether a spreadsheet holds it as a number.
        cases: the names of the cases, in alphabetical order.
    """

    __slots__ = ("cases", "definition", "label", "missing", "number", "word")

    def __init__(self, choice: Choice, cases: Sequence[str]) -> None:
        self.word, self.label, self.definition = choice.word, choice.label, choice.definition or choice.note
        self.missing, self.number = choice.missing, choice.number
        self.cases = list(cases)

    def __repr__(self) -> str:
        return f"Option({self.word!r}, n={len(self.cases)})"

    @property
    def meaning(self) -> str:
        """Label and definition as one text; a label that only repeats the word is left out."""
        repeated = self.label.casefold() == self.word.casefold().replace("-", " ")
        label = "" if repeated and self.definition else self.label[:1].upper() + self.label[1:]
        return ". ".join(part for part in (label, self.definition) if part)


class Page:
    """What the codebook says of one variable.

    Attributes:
        name: the column's name.
        sheet: the sheet that the column is in.
        heading: the variable's name for people.
        question: what is asked, which is its definition.
        note: how to decide; empty where the ontology does not say.
        instruction: what to write.
        options: a list of `Option`, the stated reasons for a missing value last.
        rules: a list of `Rule`.
    """

    __slots__ = ("heading", "instruction", "name", "note", "options", "question", "rules", "sheet")

    def __init__(
        self,
        column: Column,
        question: str,
        note: str,
        options: Sequence[Option],
        rules: Sequence[Rule],
    ) -> None:
        self.name, self.sheet, self.heading = column.name, column.sheet, column.heading
        self.instruction = column.explanation
        self.question, self.note, self.options, self.rules = question, note, list(options), list(rules)

    def __repr__(self) -> str:
        return f"Page({self.name!r})"

    @property
    def coded(self) -> int:
        """How many cases have a value."""
        return len({case for option in self.options if not option.missing for case in option.cases})

    @property
    def missing(self) -> int:
        """How many cases have a stated reason instead."""
        return len({case for option in self.options if option.missing for case in option.cases})


def pages(graph: Graph) -> list[Page]:
    """Return the codebook's pages, in the order of the columns.

    Args:
        graph: the loaded graph; the cases of all its studies count.

    >>> from clusterkg.graph import Graph
    >>> page = {page.name: page for page in pages(Graph())}["product"]
    >>> page.coded, page.missing
    (35, 5)
    >>> [len(option.cases) for option in page.options if option.word in ("3", "not reported")]
    [13, 5]
    """
    choices = Choices(graph)
    uses: dict[tuple[str, str], dict[str, list[str]]] = {}
    rows = list(ask(graph, "uses"))
    names = _names({str(row["case"]): str(row["name"]) for row in rows})
    for row in rows:
        word = plain(row["number"] if row["number"] is not None else row["option"])
        about = uses.setdefault((str(row["kind"]), str(row["about"])), {})
        about.setdefault(word, []).append(names[str(row["case"])])
    columns: dict[str, Column] = {}
    for sheet in ("cases", "chains"):
        for column in BY_SHEET[sheet]:
            if column.kind in VARIABLES and not (sheet == "chains" and column.kind == "country"):
                columns.setdefault(column.name, column)
    rules = rules_by_column(columns.values(), graph.folders)
    return [_page(column, choices, uses.get(_about(column), {}), rules[column.name]) for column in columns.values()]


def case_names(graph: Graph) -> dict[str, str]:
    """Return the IRI of each case by the name under which the codebook lists it."""
    cases = {str(row["case"]): str(row["name"]) for row in ask(graph, "uses")}
    return {name: case for case, name in _names(cases).items()}


def _names(cases: dict[str, str]) -> dict[str, str]:
    """Return each case's name by its IRI, with its study where those of two studies have one name."""
    from collections import Counter

    uses = Counter(cases.values())
    return {case: f"{name} ({case.split('/')[-2]})" if uses[name] > 1 else name for case, name in cases.items()}


def find(book: Sequence[Page], name: str) -> Page:
    """Return the page of a variable.

    Args:
        book: the pages.
        name: the variable's column.

    Raises:
        UnknownName: it has no page; where it is a column all the same, its explanation is told.

    >>> from clusterkg.graph import Graph
    >>> find(pages(Graph()), "product").heading
    'Product upgrading'
    """
    by_name = {page.name: page for page in book}
    if name in by_name:
        return by_name[name]
    listed = f"the codebook has: {', '.join(by_name)}"
    for sheet in SHEETS:
        for column in BY_SHEET[sheet]:
            if column.name == name:
                explained = column.explanation.rstrip(".")
                raise UnknownName(f"a column that is no variable: {explained}", place=name, remedy=listed)
    raise UnknownName("no such variable", place=name, remedy=nearest(name, by_name) or listed)


def _about(column: Column) -> tuple[str, str]:
    """Return what the query of uses calls the column: how it is counted, and the IRI of what it codes."""
    about = ONTOLOGY + "Country" if column.kind == "country" else column.concept or column.scheme
    return COUNTED.get(column.kind, column.kind), about


def _page(column: Column, choices: Choices, uses: dict[str, list[str]], rules: Sequence[Rule]) -> Page:
    _, question, note = choices.about(column)
    options = [Option(choice, uses.get(choice.word, [])) for choice in choices.of(column)]
    known = {option.word for option in options}
    options += [Option(Choice(word), names) for word, names in uses.items() if word not in known]
    if column.kind == "country":
        # Of the world's countries, those with a case are worth a line.
        options = [option for option in options if option.cases]
    options.sort(key=lambda option: option.missing)
    return Page(column, question or column.explanation, note, options, rules)
