"""The ledger: what a study prints, each figure and claim beside what the data give for it."""

from __future__ import annotations

from decimal import Decimal, localcontext

from clusterkg import library, rendering
from clusterkg.errors import UnknownName, nearest
from clusterkg.graph.answers import plain
from clusterkg.ledger.figures import DIGITS, decimal, grids, verdict
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value
    from clusterkg.ledger.figures import Record

    Row = tuple[Value, ...]

__all__ = ["COLUMNS", "PLACES", "VERDICTS", "Ledger", "compare", "count_figures", "summary_of", "summary_text"]

COLUMNS = ("table", "row", "column", "printed", "recomputed", "n", "verdict", "cause")
"""Columns of the ledger, a contract."""

VERDICTS = (
    "transcribed",
    "equal",
    "equal after rounding",
    "equal after truncation",
    "differs",
    "cannot be recomputed",
)
"""How a printed figure stands to its recomputation; ``transcribed`` is equal by construction."""

SLIPS = ("differs", "equal after truncation")
"""Verdicts that speak against the print."""

PLACES = ("note", "prose", "appendix", "label")
"""What stands under ``table`` in a row that holds a passage, the appendix or a name against something else."""

SOURCES = (
    *("counts", "quantities", "scale", "sections", "directions", "absent-buyers", "wordings", "told-chains"),
    "source-lists",
)
"""Queries of the library under ``ledger/`` whose rows are rows of the ledger."""


class Ledger:
    """Rows under the ledger's columns, figures first, then contradictions between places.

    Attributes:
        study: the study's key.
        rows: a tuple a row, as long as `COLUMNS`. ``printed`` is the text in print; ``recomputed`` a
            number, a text, or None where it cannot be recomputed; ``n`` the number of coded values
            that it rests on.
    """

    def __init__(self, study: str, rows: Iterable[Row]) -> None:
        self.study, self.rows = study, list(rows)

    def __repr__(self) -> str:
        return f"<Ledger of {self.study}: {len(self.rows)} rows, {len(self.slips())} slips>"

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        """Yield each row as a mapping from column to value."""
        for row in self.rows:
            yield dict(zip(COLUMNS, row, strict=True))

    @property
    def columns(self) -> list[str]:
        """The ledger's columns."""
        return list(COLUMNS)

    def records(self) -> list[dict[str, Value]]:
        """Return each row as a mapping from column to value."""
        return list(self)

    def slips(self) -> Ledger:
        """Return the rows that speak against the print: what differs, and what was cut off instead of rounded."""
        return Ledger(self.study, [row for row in self.rows if row[6] in SLIPS])

    def only(self, table: str) -> Ledger:
        """Return the rows of one table, or those under ``note``, ``prose``, ``appendix`` or ``label``.

        Args:
            table: as the ledger or one of its headings has it, in capitals or not: ``6``, ``Table 6``, ``Labels``.

        Raises:
            UnknownName: the ledger has no such rows.
        """
        known = dict.fromkeys([*(str(row[0]) for row in self.rows), *PLACES])
        names = {form.casefold(): name for name in known for form in (name, _title(name))}
        asked = table.strip().casefold()
        wanted = names.get(asked) or {"a": "appendix"}.get(asked)
        if wanted is None:
            raise UnknownName("no figures of such a table", place=table, remedy=nearest(table, known))
        return Ledger(self.study, [row for row in self.rows if row[0] == wanted])

    def summary(self) -> list[Row]:
        """Return the number of rows of each verdict, a row for each table; the columns are ``table`` and `VERDICTS`."""
        return summary_of((str(row[0]), str(row[6])) for row in self.rows)

    def to_csv(self) -> str:
        """Return CSV of every row: the contract that other tools read."""
        return rendering.as_csv(COLUMNS, self.rows)

    def to_json(self) -> str:
        """Return JSON: an object a row; ``recomputed`` is a number where it is one."""
        return rendering.as_json(self.records())

    def to_markdown(self) -> str:
        """Return a Markdown table of every row."""
        return rendering.as_markdown(COLUMNS, self.rows)

    def to_text(self, width: int = 80, *, every: bool = False) -> str:
        """Return the ledger for a terminal of that width: the slips with their causes, then the summary.

        Args:
            width: columns of the terminal.
            every: show every row, not the slips alone.
        """
        import textwrap

        def wrap(text: str, first: str, rest: str) -> list[str]:
            return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)

        lines: list[str] = []
        shown = self if every else self.slips()
        for table in dict.fromkeys(str(row[0]) for row in shown.rows):
            lines += ["", _title(table)]
            for row in shown.rows:
                if row[0] == table:
                    cause = plain(row[7]) if table != "label" else ""
                    lines += wrap(_line(row), "  ", "    ")
                    lines += wrap(cause, "      ", "      ")
        if not shown.rows:
            lines += ["", "No slips."]
        title = f"Ledger of {self.study}: what is printed, beside what the data give"
        counted = summary_text(self.summary(), width) if self.rows else ""
        return "\n".join([title, *lines, *(["", counted] if counted else [""])])

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame``; needs the extra ``pandas``."""
        from clusterkg.graph.frames import frame

        return frame(COLUMNS, self.rows)

    def _repr_html_(self) -> str:
        from clusterkg.notebooks import rows_as_html

        return rows_as_html(COLUMNS, self.rows, plain, caption=f"Ledger of {self.study}")


def _title(table: str) -> str:
    titles = {"note": "Text and notes", "prose": "Prose and coding", "appendix": "Appendix", "label": "Labels"}
    return titles.get(table, f"Table {table}")


def _line(row: Row) -> str:
    """Return a row without its table and cause as one line; the cause of a label says the names."""
    table, name, column, printed, recomputed, n, said, cause = row
    if table == "label":
        return f"{name}, {column}: {cause}"
    if recomputed is None:
        return f"{name}, {column}: printed {_quoted(printed)}, {said}"
    return f"{name}, {column}: printed {_quoted(printed)}, recomputed {_quoted(recomputed)} (n {n}), {said}"


def _quoted(value: Value) -> str:
    text = plain(value)
    return f"'{text}'" if {",", ";"} & set(text) else text


def summary_of(rows: Iterable[tuple[str, str]]) -> list[Row]:
    """Return how many rows of each verdict each table has, from pairs of table and verdict.

    >>> summary_of([("5", "equal"), ("5", "differs"), ("5", "equal")])
    [('5', 0, 2, 0, 0, 1, 0)]
    """
    counts: dict[str, dict[str, int]] = {}
    for table, said in rows:
        of_table = counts.setdefault(table, dict.fromkeys(VERDICTS, 0))
        of_table[said] += 1
    return [(table, *of_table.values()) for table, of_table in counts.items()]


def summary_text(summary: Sequence[Row], width: int = 80) -> str:
    """Return a summary for a terminal."""
    rows = [(_title(str(table)), *numbers) for table, *numbers in summary]
    if len(rows) > 1:
        rows.append(("All", *(sum(int(plain(row[place])) for row in rows) for place in range(1, len(VERDICTS) + 1))))
    columns = ["printed_in", *(name.replace(" ", "_") for name in VERDICTS)]
    return rendering.as_text(columns, rows, rule_before=lambda row: row[0] == "All", width=width)


def compare(graph: Graph, rebuilt: Mapping[str, Sequence[Record]], *, study: str, places: bool = True) -> Ledger:
    """Return the ledger of a study.

    Args:
        graph: the loaded graph.
        rebuilt: the rows of each rebuilt table under preferred names, by the table's number; figures of
            other tables are left out.
        study: the study's key.
        places: whether the contradictions between text, notes, appendix and labels follow.

    Raises:
        DataError: a printed cell stands nowhere, or two things stand in one place.
    """
    from clusterkg.ledger.causes import cause

    rows: list[Row] = []
    with localcontext(prec=DIGITS):
        for grid in grids(graph, rebuilt, study):
            for figure in grid.figures.values():
                said = (verdict(figure), cause(grid, figure))
                value = _value(figure.value)
                rows.append((grid.number, figure.row, figure.column, figure.printed, value, figure.n, *said))
    return Ledger(study, rows + (_of_places(graph, study) if places else []))


def count_figures(graph: Graph, rebuilt: Mapping[str, Sequence[Record]], *, study: str) -> list[Row]:
    """Return the summary of the printed figures alone, for which no cause need be found; see `compare`."""
    with localcontext(prec=DIGITS):
        found = grids(graph, rebuilt, study)
        return summary_of((grid.number, verdict(figure)) for grid in found for figure in grid.figures.values())


def _value(value: Decimal | str | None) -> Value:
    """Return a recomputed figure as the ledger holds it: a decimal of at most six places, a text or None."""
    return value if value is None or isinstance(value, str) else Decimal(decimal(value))


def _of_places(graph: Graph, study: str) -> list[Row]:
    """Return the rows that hold passages, the appendix and names against other places, in the order of `PLACES`."""
    from clusterkg.ledger.labels import contradictions

    def ask(name: str) -> list[Row]:
        query = library.read(f"ledger/{name}", graph.folders)
        return graph.run(query.bind({"study": study_iri(study)}), query.name, needs=query.needs).rows

    rows = [(*row[:3], plain(row[3]), *row[4:]) for name in SOURCES for row in ask(name)]
    rows += contradictions(ask("labels"))
    return [row for place in PLACES for row in rows if row[0] == place]
