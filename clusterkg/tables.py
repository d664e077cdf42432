"""The tables of a study, rebuilt by the queries that its layout names."""

from __future__ import annotations

import re

from clusterkg import library, rendering
from clusterkg.errors import UnknownName, nearest
from clusterkg.graph.answers import plain
from clusterkg.terms import BASE, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Answer, Value
    from clusterkg.ledger import Ledger

__all__ = ["ALL_STUDIES", "FORMATS", "LABELS", "Table", "rebuild", "rebuild_all", "records", "titles"]

LABELS = ("preferred", "printed")
FORMATS = ("table", "csv", "json", "md", "html", "latex")

ALL_STUDIES = "all"
"""In place of a study's key: the table over the cases of every study."""

NUMBERING = "giuliani2005"
"""The study by whose numbers the tables over all studies go."""

POOLED = ("case-studies", "collective-efficiency", "governance", "upgrading")
"""Tables that every study's cases can fill: queries under ``tables/`` with one of their name under ``pooled/``."""

COMPANION = re.compile(r".*_n|n_of|basis")
"""Columns that stand beside the figures: in JSON and pandas always, elsewhere where they say something."""

GROUPED = ("sectoral_group", "industry", "industries", "learning_pattern", "relation")
"""Columns that a terminal shows as headings above the rows that share them, as the paper does."""


class Table:
    """A table of a study as the graph gives it.

    Attributes:
        number: as the study numbers it: ``5``, ``A``.
        title: as the study prints it.
        study: the study's key.
        columns: the table's own columns; frozen names, the same in every format.
        companions: columns beside them: ``…_n``, the values that a figure rests on, out of
            ``n_of``; ``basis``, what a row was computed from.
        rows: a tuple a row, for columns and companions together.
    """

    def __init__(self, graph: Graph, number: str, title: str, study: str, answer: Answer) -> None:
        names, rows = answer.columns, answer.rows
        self.number, self.title, self.study, self._graph = number, title, study, graph
        self.columns = [name for name in names if not COMPANION.fullmatch(name)]
        self.companions = [name for name in names if COMPANION.fullmatch(name)]
        self.names, self.rows = list(names), list(rows)

    def __repr__(self) -> str:
        return f"<Table {self.number} of {self.study}: {len(self.rows)} rows of {', '.join(self.columns)}>"

    @property
    def caption(self) -> str:
        """The table's number and title in one line."""
        name = f"Appendix {self.number}" if self.number.isalpha() else f"Table {self.number}"
        return f"{name}. {self.title}"

    def records(self) -> list[dict[str, Value]]:
        """Return each row as a mapping, companions beside the figures."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows]

    def cells(self) -> list[tuple[Value, ...]]:
        """Return the rows of the table's own columns."""
        places = [self.names.index(name) for name in self.columns]
        return [tuple([row[place] for place in places]) for row in self.rows]

    def notes(self) -> list[str]:
        """Return what has to be known to read the figures: incomplete ones with their n, and their basis."""
        notes = []
        for record in self.records():
            name = record.get("cluster") or record.get("sectoral_group")
            for column in self._incomplete(record):
                shown = rendering.heading(column).lower()
                notes.append(f"* {name}, {shown}: {record[column + '_n']} of {record['n_of']} coded")
        basis = dict.fromkeys(str(record["basis"]) for record in self.records() if record.get("basis"))
        return notes + [text[:1].upper() + text[1:] for text in basis]

    def _incomplete(self, record: dict[str, Value]) -> list[str]:
        """Return the columns whose figure rests on fewer values than there could be, none not counted."""
        out: list[str] = []
        if "n_of" not in self.companions:
            return out
        for column in self.columns:
            n, of = record.get(column + "_n"), record.get("n_of")
            if isinstance(n, int) and isinstance(of, int) and 0 < n < of:
                out.append(column)
        return out

    def _marked(self) -> list[tuple[Value, ...]]:
        rows = []
        for record in self.records():
            incomplete = self._incomplete(record)
            rows.append(
                tuple(plain(record[name]) + "*" if name in incomplete else record[name] for name in self.columns)
            )
        return rows

    def _numeric(self) -> list[bool]:
        def number(value: Value) -> bool:
            return value is not None and not isinstance(value, str | bool)

        return [any(map(number, column)) for column in zip(*self.cells(), strict=True)] or [False] * len(self.columns)

    def to_csv(self) -> str:
        """Return CSV of the table's own columns: the contract that other tools read."""
        return rendering.as_csv(self.columns, self.cells())

    def to_json(self) -> str:
        """Return JSON: an object a row, numbers as numbers, ``…_n`` beside them."""
        return rendering.as_json(self.records())

    def to_markdown(self) -> str:
        """Return a Markdown table; a figure that rests on fewer values than it could is starred and explained."""
        return rendering.as_markdown(
            self.columns, self._marked(), title=self.caption, notes=self.notes(), numeric=self._numeric()
        )

    def to_html(self) -> str:
        """Return an HTML ``<table>``, starred like the Markdown."""
        return rendering.as_html(
            self.columns, self._marked(), title=self.caption, notes=self.notes(), numeric=self._numeric()
        )

    def to_latex(self) -> str:
        """Return a LaTeX ``table`` (needs booktabs), starred like the Markdown."""
        return rendering.as_latex(
            self.columns, self._marked(), title=self.caption, notes=self.notes(), numeric=self._numeric()
        )

    def to_text(self, width: int = 80) -> str:
        """Return the table for a terminal of that width, starred like the Markdown; footnotes stand below."""
        label = self.columns.index("cluster") if "cluster" in self.columns else None
        columns, rows, numeric, notes = self.columns, self._marked(), self._numeric(), self.notes()
        if {"footnote", "note"} <= set(columns):
            mark, text = columns.index("footnote"), columns.index("note")
            footnotes = {str(row[mark]): str(row[text]) for row in rows if row[mark] is not None}
            notes = [f"{key}  {footnotes[key]}" for key in sorted(footnotes)] + notes
            kept = [index for index in range(len(columns)) if index != text]
            columns = [columns[index] for index in kept]
            numeric = [numeric[index] for index in kept]
            rows = [tuple(row[index] for index in kept) for row in rows]
        if label is not None and "study" in columns:
            # A column of its own would leave no room for the names.
            place = columns.index("study")
            rows = [
                tuple(
                    f"{value} ({row[place]})" if index == label and row[place] else value
                    for index, value in enumerate(row)
                    if index != place
                )
                for row in rows
            ]
            columns, numeric = columns[:place] + columns[place + 1 :], numeric[:place] + numeric[place + 1 :]
        return rendering.as_text(
            columns,
            rows,
            title=self.caption,
            notes=notes,
            numeric=numeric,
            group=self.headings(),
            rule_before=(lambda row: row[label] == "Total") if label is not None else None,
            width=width,
        )

    def headings(self) -> list[str]:
        """Return the leading columns that several rows share, which people see as headings above the rows."""
        headings: list[str] = []
        for depth, name in enumerate(self.columns[:-1], start=1):
            shared = len({row[:depth] for row in self.rows}) < len(self.rows)
            if name not in GROUPED or not shared:
                break
            headings.append(name)
        return headings

    def ledger(self) -> Ledger:
        """Return the figures that the table prints, each beside its recomputation; empty where it prints none.

        Raises:
            UnknownName: it is a table over all studies.
        """
        from clusterkg import ledger

        if self.study == ALL_STUDIES:
            raise UnknownName("no study prints the table over all studies", place=self.number, remedy="name a study")
        preferred = rebuild(self._graph, self.number, study=self.study)
        return ledger.compare(self._graph, records([preferred]), study=self.study, places=False)

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame`` with the companions beside the figures; see `frames.frame`."""
        from clusterkg.graph.frames import frame

        return frame(self.names, self.rows, {"caption": self.caption, "notes": self.notes()})

    def _repr_html_(self) -> str:
        from clusterkg.notebooks import rows_as_html

        return rows_as_html(self.columns, self._marked(), plain, caption=self.caption, notes=self.notes())


def titles(graph: Graph, study: str) -> dict[str, tuple[str, str]]:
    """Return the tables of a study: number to title and the name of the query that rebuilds it.

    With `ALL_STUDIES` those that every study's cases can fill, by the numbers of `NUMBERING`.

    Raises:
        UnknownName: there is no such study, or it has no tables; the nearest are offered.
    """
    if study == ALL_STUDIES:
        own = {
            number: (title, name.removeprefix("tables/")) for number, (title, name) in titles(graph, NUMBERING).items()
        }
        return {
            number: (f"{title}, all studies", f"pooled/{name}")
            for number, (title, name) in own.items()
            if name in POOLED
        }
    query = library.read("tables/index")
    answer = graph.run(query.text, query.name, needs=query.needs)
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for iri, number, title, rebuilt_by in answer.rows:
        key = str(iri).removeprefix(study_iri(""))
        found.setdefault(key, {})[str(number)] = (str(title), str(rebuilt_by).removeprefix(BASE + "query/"))
    if study not in found:
        raise UnknownName("no such study with tables", place=study, remedy=nearest(study, found))
    return found[study]


def rebuild(graph: Graph, number: str, *, study: str = "giuliani2005", labels: str = "preferred") -> Table:
    """Return one table of a study, rebuilt from ratings, chains and concepts.

    Args:
        graph: the loaded graph.
        number: as the study numbers it (``5``; ``A`` for Appendix A).
        study: the study's key; `ALL_STUDIES` for the cases of every study, each row with its study.
        labels: ``preferred`` names, or those ``printed`` in the table.

    Raises:
        UnknownName: there is no such study, table or kind of labels.
    """
    known = titles(graph, study)
    wanted = number.upper().removeprefix("TABLE").removeprefix("APPENDIX").strip()
    if wanted not in known:
        raise UnknownName(f"no such table in {study}", place=number, remedy=nearest(wanted, known))
    title, name = known[wanted]
    return _run(graph, library.read(name, graph.folders), wanted, title, study, labels)


def rebuild_all(graph: Graph, *, study: str = "giuliani2005", labels: str = "preferred") -> list[Table]:
    """Return all tables of a study in the order of their numbers; see `rebuild`."""
    known = titles(graph, study)
    queries = {name: library.read(name, graph.folders) for _, name in known.values()}
    if all(query.needs is not None for query in queries.values()):
        graph.require({part for query in queries.values() for part in query.needs or ()})
    return [_run(graph, queries[name], number, title, study, labels) for number, (title, name) in known.items()]


def records(tables: Iterable[Table]) -> dict[str, list[dict[str, Value]]]:
    """Return the rows of each table, companions beside the figures, by the table's number."""
    return {table.number: table.records() for table in tables}


def _run(graph: Graph, query: library.Query, number: str, title: str, study: str, labels: str) -> Table:
    if labels not in LABELS:
        raise UnknownName("no such labels", place=labels, remedy=nearest(labels, LABELS))
    if study == ALL_STUDIES and labels == "printed":
        raise UnknownName("no table prints the cases of all studies", place="labels printed", remedy="use preferred")
    layout = NUMBERING if study == ALL_STUDIES else study
    given = {"study": study_iri(layout), "table": number, "labels": labels}
    text = query.bind({key: value for key, value in given.items() if key in query.parameters})
    answer = graph.run(text, query.name, needs=query.needs)
    return Table(graph, number, title, study, answer)
