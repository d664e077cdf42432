"""What turns the verdict on a finding, as people and programs read it."""

from __future__ import annotations

from clusterkg import rendering
from clusterkg.notebooks import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from clusterkg.analysis.changes import Filling, Way
    from clusterkg.findings import Finding
    from clusterkg.graph.answers import Value

__all__ = ["COLUMNS", "Fragility"]

COLUMNS = (
    "id",
    "verdict",
    "by",
    "number",
    "tried",
    "way",
    "case",
    "variable",
    "before",
    "after",
    "then",
    "estimate",
    "p",
)
"""Columns of the CSV, a contract: a row a change, those of one way together under its number."""

SHOWN = 10
"""How many ways people are shown, unless told otherwise."""


class Fragility(Shown):
    """How few changes turn the verdict on a finding.

    Attributes:
        id: the finding's id; `name` its claim in short.
        verdict: the verdict as the data stand, with its `p`.
        by: ``rating``, ``case`` or ``country``.
        most: the greatest number of changes that was to be tried.
        fewest: the fewest that turn the verdict; None where no number that was tried does.
        tried: how many ways were tried.
        ways: every way to turn it by so many, by the names of the cases.
        remark: why nothing was tried; else empty.
        fillings: which values would turn it for a rating that has none, where that was asked; `unfilled` is the
            number of such ratings, None where it was not asked.
        degrees: whether degrees, which move by ranks, are among what it reads.
        shown: how many ways text and Markdown list; CSV and JSON hold all.
    """

    def __init__(self, finding: Finding, by: str, most: int, remark: str = "") -> None:
        self.id, self.name, self.verdict = finding.id, finding.claim.name, finding.verdict
        self.p, self.by, self.most, self.remark = finding.judgement.p, by, most, remark
        self.fewest: int | None = None
        self.tried = 0
        self.ways: list[Way] = []
        self.fillings: list[Filling] = []
        self.unfilled: int | None = None
        self.degrees = False
        self.shown = SHOWN

    def __repr__(self) -> str:
        return f"<Fragility of {self.id} by {self.by}: {self.mark or 'nothing to try'}>"

    def of(self, finding: Finding) -> Fragility:
        """Return the same of another finding that the same test is put to."""
        other = Fragility(finding, self.by, self.most, self.remark)
        other.fewest, other.tried, other.ways, other.degrees = self.fewest, self.tried, self.ways, self.degrees
        other.fillings, other.unfilled = self.fillings, self.unfilled
        return other

    @property
    def mark(self) -> str | None:
        """The number in short: ``1``, or ``>3`` where it is more than was tried; None where nothing was tried."""
        return None if self.remark else str(self.fewest) if self.fewest else f">{self.most}"

    @property
    def then(self) -> list[str]:
        """The verdicts that it turns to, each once."""
        return sorted({way.verdict for way in self.ways})

    @property
    def sentence(self) -> str:
        """What was found, in a sentence."""
        if self.remark:
            return self.remark
        tried = f"tried {self.tried:,} way{'s' if self.tried != 1 else ''}"
        if self.fewest is None:
            number, verb = (
                (self._unit(1).removeprefix("1 "), "turns") if self.most == 1 else (self._unit(self.most), "turn")
            )
            return f"No {number} {verb} it; {tried}."
        verb = "turns" if self.fewest == 1 else "turn"
        many = f"{len(self.ways):,} way{'s' if len(self.ways) != 1 else ''}"
        return f"{self._unit(self.fewest)} {verb} it, in {many}; {tried}."

    def _unit(self, number: int) -> str:
        many = "" if number == 1 else "s"
        if self.by == "case":
            return f"{number} case{many} left out"
        if self.by == "country":
            return f"{number} {'country' if number == 1 else 'countries'} left out"
        return f"{number} half point{many}" + (f" or rank{many}" if self.degrees else "")

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """Yield the changes under `COLUMNS`; one row without them where nothing turns it; then the missing values."""
        start = (self.id, self.verdict, self.by, self.fewest, self.tried)
        if not self.ways:
            yield (*start, *[None] * 8)
        for number, way in enumerate(self.ways, 1):
            for change in way.changes:
                told = (change.slug, change.variable, change.before, change.after)
                yield (*start, number, *told, way.verdict, way.estimate, way.p)
        for one in self.fillings:
            change = one.change
            told = (change.slug, change.variable, change.before, "; ".join(one.values))
            yield (self.id, self.verdict, "missing", None, None, None, *told, one.verdict, None, None)

    def to_csv(self) -> str:
        """Return CSV under `COLUMNS`."""
        return rendering.as_csv(COLUMNS, list(self.rows()))

    def to_json(self) -> str:
        """Return JSON: one object, with an object for each way."""
        return rendering.as_json(self.describe())

    def describe(self) -> dict[str, Any]:
        """Return all that was found."""
        told: dict[str, Any] = {
            "id": self.id,
            "claim": self.name,
            "verdict": self.verdict,
            "p": _rounded(self.p),
            "by": self.by,
            "most": self.most,
            "fewest": self.fewest,
            "tried": self.tried,
            "remark": self.remark or None,
            "ways": [
                {
                    "then": way.verdict,
                    "estimate": way.estimate,
                    "p": way.p,
                    "changes": [
                        {"case": one.slug, "variable": one.variable, "before": one.before, "after": one.after}
                        for one in way.changes
                    ],
                }
                for way in self.ways
            ],
        }
        if self.unfilled is not None:
            told["without_value"] = self.unfilled
            told["missing"] = [
                {
                    "case": one.change.slug,
                    "variable": one.change.variable,
                    "reason": one.change.before,
                    "values": one.values,
                    "then": one.verdict,
                }
                for one in self.fillings
            ]
        return told

    def to_markdown(self) -> str:
        """Return Markdown: the number, and as many ways as are to be shown."""
        columns, rows, notes = self._table()
        parts = [f"**{self.id}: {self.name}**", self._verdict, self.sentence]
        if rows:
            parts.append(rendering.as_markdown(columns, rows).rstrip("\n"))
        return "\n\n".join([*parts, *notes]) + "\n"

    def to_text(self, width: int = 80) -> str:
        """Return the number for a terminal of that width, and as many ways as are to be shown."""
        import textwrap

        columns, rows, notes = self._table()
        parts = [textwrap.fill(text, width) for text in (f"{self.id}: {self.name}", self._verdict, self.sentence)]
        if rows:
            parts.append(rendering.as_text(columns, rows, width=width).rstrip("\n"))
        if notes:
            parts.append("\n".join(textwrap.fill(note, width, subsequent_indent="  ") for note in notes))
        return "\n\n".join(parts) + "\n"

    @property
    def _verdict(self) -> str:
        return f"Verdict: {self.verdict}" + (f" (p {self.p:.3f})" if self.p is not None else "") + "."

    def _table(self) -> tuple[list[str], list[tuple[Value, ...]], list[str]]:
        columns = ["recoded" if self.by == "rating" else "left_out", "then", "estimate", "p"]
        rows: list[tuple[Value, ...]] = [
            (str(way), way.verdict, _figure(way.estimate, "+.2f"), _figure(way.p, ".3f"))
            for way in self.ways[: self.shown]
        ]
        if all(row[3] is None for row in rows):
            columns, rows = columns[:2], [row[:2] for row in rows]
        notes = [f"and {len(self.ways) - self.shown:,} more"] if len(self.ways) > self.shown else []
        notes += [str(filling) for filling in self.fillings]
        if self.unfilled is not None and not self.fillings:
            notes.append(
                f"No value for any one of the {self.unfilled} ratings without one would turn it."
                if self.unfilled
                else "Every rating that it reads has a value."
            )
        return columns, rows, notes


def _figure(value: float | None, form: str) -> str | None:
    return None if value is None else format(value, form)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
