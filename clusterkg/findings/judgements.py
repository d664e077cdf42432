"""Table 4 recomputed: each printed judgement of a relation beside what the coded cases give for it."""

from __future__ import annotations

from clusterkg import library, rendering
from clusterkg.errors import UnknownName
from clusterkg.findings import examine
from clusterkg.findings.claims import limits_of
from clusterkg.findings.verdicts import EXCEPTIONS, FAILS, HOLDS
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.findings import Finding, Findings
    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value

__all__ = ["AGREEMENTS", "COLUMNS", "Judgements", "recompute"]

COLUMNS = (
    "relation",
    "sectoral_group",
    "printed",
    "recomputed",
    "estimate",
    "p",
    "n",
    "missing",
    "agreement",
    "finding",
    "why",
)
"""Columns of the recomputed table, a contract."""

AGREEMENTS = {HOLDS: "agrees", EXCEPTIONS: "agrees with exceptions", FAILS: "disagrees"}
"""What a verdict says of the printed judgement; any other says that it cannot be told."""

CANNOT_TELL = "cannot be told"
NO_DATA = "no data"


class Judgements:
    """The printed judgements of a study on its relations, recomputed.

    Attributes:
        study: the study's key.
        rows: a tuple a cell under `COLUMNS`, in the table's order.
    """

    columns = COLUMNS

    def __init__(self, study: str, rows: list[tuple[Value, ...]]) -> None:
        self.study, self.rows = study, rows

    def __len__(self) -> int:
        return len(self.rows)

    def to_csv(self) -> str:
        """Return CSV under `COLUMNS`."""
        return rendering.as_csv(COLUMNS, self.rows)

    def to_json(self) -> str:
        """Return JSON: an object a cell."""
        return rendering.as_json(rendering.named(COLUMNS, self.rows))

    def to_markdown(self) -> str:
        """Return a Markdown table."""
        return rendering.as_markdown(COLUMNS, self.rows, title=self.title)

    def to_html(self) -> str:
        """Return an HTML table."""
        return rendering.as_html(COLUMNS, self.rows, title=self.title)

    def to_latex(self) -> str:
        """Return a LaTeX table."""
        return rendering.as_latex(COLUMNS, self.rows, title=self.title)

    def to_text(self, width: int = 80) -> str:
        """Return the table for a terminal of that width, the reasons below it."""
        columns = [name for name in COLUMNS if name not in ("why", "missing")]
        kept = [COLUMNS.index(name) for name in columns]
        rows = [tuple(row[place] for place in kept) for row in self.rows]
        notes = [f"{row[-2]}: {row[-1]}" for row in self.rows]
        group = ["relation", "sectoral_group"]
        return rendering.as_text(columns, rows, title=self.title, notes=notes, group=group, width=width)

    @property
    def title(self) -> str:
        """The table's title."""
        return "Table 4 recomputed: printed judgements beside what the coded cases give, p exact and two-sided"


def recompute(graph: Graph, *, study: str = "giuliani2005", tested: Findings | None = None) -> Judgements:
    """Return each printed judgement of a relation beside its recomputation.

    A judgement is recomputed by the finding that its cell leads to: collective efficiency against an
    upgrading type by tau-b, cases with a global quasi-hierarchy against those without by Cliff's delta. A
    cell for which no case is coded stays empty and says why.

    Args:
        graph: the loaded graph.
        study: the study's key.
        tested: the study's findings, where they have been put to the test already.

    Raises:
        UnknownName: the study prints no judgement of a relation.
        others: as for `examine`.
    """
    found: dict[str, Finding] = {}
    for finding in examine(graph, study=study) if tested is None else tested:
        for passage in finding.claim.passages:
            found.setdefault(passage.iri, finding)
    neutral = float(limits_of(graph, study)["neutral"])
    query = library.read("findings/judgements", graph.folders)
    answer = graph.run(query.bind({"study": study_iri(study)}), query.path, needs=query.needs)
    rows: list[tuple[Value, ...]] = []
    for row in answer:
        told = (row["relation"], row["sectoral_group"], row["printed"])
        rows.append((*told, *_recomputed(found.get(str(row["cell"])), neutral)))
    if not rows:
        raise UnknownName("prints no judgement of a relation", place=study, remedy="name a study that does")
    return Judgements(study, rows)


def _recomputed(finding: Finding | None, neutral: float) -> tuple[Value, ...]:
    if finding is None:
        return (None, None, None, None, None, NO_DATA, None, "no finding takes the cell up")
    judged = finding.judgement
    said: str | None = None
    estimate = judged.estimate
    if finding.test == "tally":
        met = sum(1 for row in finding.rows if row[finding.columns.index("meets")] is True)
        said, estimate = "none" if not met else f"present in {met}", None
    elif estimate is not None:
        said = "neutral" if abs(estimate) < neutral else "positive" if estimate > 0 else "negative"
    shown = None if estimate is None else f"{estimate:+.2f}"
    p = None if judged.p is None else f"{judged.p:.3f}"
    agreement = AGREEMENTS.get(judged.verdict, CANNOT_TELL) if said else NO_DATA
    why = judged.rule + (f"; {judged.remark}" if judged.remark else "")
    return (said, shown, p, judged.n, judged.missing, agreement, finding.id, why)
