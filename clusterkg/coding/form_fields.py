"""The fields of the form: in which groups they stand, what can be chosen in each, and what the codebook says of it."""

from __future__ import annotations

from functools import lru_cache

from clusterkg.coding.choices import Choices, ask
from clusterkg.coding.codebook import pages
from clusterkg.coding.columns import BY_SHEET, RATED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterkg.coding.choices import Choice
    from clusterkg.coding.codebook import Page
    from clusterkg.coding.columns import Column
    from clusterkg.graph import Graph

__all__ = ["Described", "Field", "Group", "described"]

CHOSEN = ("concept", "degree", "effect", "governance", "score", "variable")
"""Kinds of columns whose few options are shown to choose from."""

LISTED = {
    "case_id": "cluster",
    "source": "source",
    "lead_actor": "actor",
    "destination": "country",
    "study": "study",
    "value": "value",
}
"""Columns of free text for which the graph has proposals, and the lists of these."""

GROUPS = (
    ("study", "Study and coder", ("study", "coder", "status")),
    ("cluster", "Cluster", ("case_id", "name", "place", "country", "iso3", "geonames_id", "industry", "isic4")),
    (
        "case",
        "Case and sources",
        ("sectoral_group", "period", "source", "locator", "evidence", "confidence", "source_basis", "note"),
    ),
    ("efficiency", "Collective efficiency", ("collective_efficiency",)),
    (
        "components",
        "Components of collective efficiency",
        tuple(column.name for column in BY_SHEET["cases"] if column in RATED[5:]),
    ),
    ("upgrading", "Upgrading", ("product", "process", "functional", "intersectoral", "sum")),
    ("governance", "Governance", ("market", "network", "quasi_hierarchy", "hierarchy", "lead_actor")),
)
"""Where the columns of the sheet of cases stand in the form: name, heading, columns."""

STUDY = "Key of the study: small letters, digits and hyphens, after author and year. A new key founds a study."


class Field:
    """One field.

    Attributes:
        name: what it is called; in a row, what its name ends in.
        heading: its name for people.
        explanation: what to write there.
        required: whether it must be filled.
        control: ``select``, ``area`` or ``text``.
        options: what can be chosen, with what it means.
        listed: the name of the list of proposals; empty where it has none.
        page: what the codebook says of it, or None.
        rated: whether it holds a rating, which may rest on something of its own.
    """

    def __init__(self, column: Column, options: Iterable[Choice], listed: str, page: Page | None) -> None:
        self.name, self.heading, self.explanation = column.name, column.heading, column.explanation
        # A chain of which mode or market is not known is kept as one that is only told of.
        self.required, self.page = column.required and column.sheet != "chains", page
        self.control = "select" if column.kind in CHOSEN else "area" if column.kind == "longtext" else "text"
        self.options, self.listed = list(options), listed
        self.rated = column in RATED

    def __repr__(self) -> str:
        return f"Field({self.name!r})"


class Group:
    """Some fields under a heading."""

    def __init__(self, name: str, heading: str, fields: Iterable[Field]) -> None:
        self.name, self.heading, self.fields = name, heading, list(fields)

    def __repr__(self) -> str:
        return f"Group({self.name!r})"


class Described:
    """All fields of the form.

    Attributes:
        groups: those of the case.
        rows: those of a row, by sheet.
        lists: by name the proposals for fields of free text, each a word and what it is.
    """

    def __init__(
        self, groups: Iterable[Group], rows: dict[str, list[Field]], lists: dict[str, list[list[str]]]
    ) -> None:
        self.groups, self.rows, self.lists = list(groups), rows, lists

    def fields(self) -> list[tuple[str, Field]]:
        """Return the fields with the sheets of their columns, in the order of the form."""
        found = [("cases", field) for group in self.groups for field in group.fields]
        return found + [(sheet, field) for sheet, fields in self.rows.items() for field in fields]


@lru_cache(maxsize=1)
def described(graph: Graph) -> Described:
    """Return the fields as a graph's codebook describes them.

    Args:
        graph: the loaded graph.

    >>> from clusterkg.graph import Graph
    >>> shown = described(Graph())
    >>> [group.name for group in shown.groups]
    ['study', 'cluster', 'case', 'efficiency', 'components', 'upgrading', 'governance']
    >>> [field.name for field in shown.rows["chains"]][:3]
    ['governance_mode', 'market_scope', 'lead_actor']
    """
    from clusterkg.coding.columns import Column

    choices = Choices(graph)
    book = {(page.sheet, page.name): page for page in pages(graph)}
    lists: dict[str, list[list[str]]] = {}
    for kind, word, label in ask(graph, "proposals").rows:
        lists.setdefault(str(kind), []).append([str(word), str(label or "")])
    lists["value"] = []

    def field(column: Column) -> Field:
        options = choices.of(column)
        listed = "" if column.kind in CHOSEN else LISTED.get(column.name, column.name if options else "")
        if listed and options:
            lists.setdefault(listed, [[one.word, one.label] for one in options])
        if column.kind in ("score", "degree"):
            known = {word for word, _ in lists["value"]}
            lists["value"] += [[one.word, one.label] for one in options if one.word not in known]
        page = book.get((column.sheet, column.name)) or book.get(("cases", column.name))
        return Field(column, options if column.kind in CHOSEN else (), listed, page)

    columns = {column.name: column for column in BY_SHEET["cases"]}
    columns["study"] = Column("cases", "study", "slug", "Study", STUDY, required=True)
    groups = [Group(name, heading, [field(columns[one]) for one in some]) for name, heading, some in GROUPS]
    rows = {
        sheet: [field(column) for column in BY_SHEET[sheet] if column.name != "case_id"]
        for sheet in ("chains", "values")
    }
    return Described(groups, rows, lists)
