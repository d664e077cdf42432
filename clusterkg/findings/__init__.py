"""The findings of a study: each claim of its prose, tested by a query, with a verdict that is computed."""

from __future__ import annotations

from clusterkg import library, rendering
from clusterkg.errors import DataError, QueryError, UnknownName, nearest
from clusterkg.findings.claims import claims_of, limits_of
from clusterkg.findings.verdicts import NOT_TESTABLE, TESTS, VERDICTS, Judgement, judge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal
    from typing import Any

    from clusterkg.findings.claims import Claim
    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value

__all__ = ["COLUMNS", "VERDICTS", "Finding", "Findings", "examine", "find"]

COLUMNS = (
    "id",
    "locator",
    "kind",
    "subject",
    "relation",
    "direction",
    "verdict",
    "n",
    "missing",
    "exceptions",
    "paraphrase",
)
"""Columns of the list of findings, a contract."""


class Finding:
    """A claim with the verdict on it.

    Attributes:
        claim: what the study says; see `Claim`.
        judgement: what the cases say to it; see `Judgement`.
        query: the query that tested it, with the finding bound, or None.
        path: the query's file, or None.
        test: the name of the test, or None.
        unit: what a row of a tally stands for, in the plural; empty where it is a case.
        columns: the columns that the query gave; `rows` its rows.
        values: of a finding asked for by itself what its conditions look at, item to value, by the case's IRI.
    """

    def __init__(self, claim: Claim, judgement: Judgement) -> None:
        self.claim, self.judgement = claim, judgement
        self.query: str | None = None
        self.path: str | None = None
        self.test: str | None = None
        self.unit = ""
        self.columns: list[str] = []
        self.rows: list[tuple[Value, ...]] = []
        self.values: dict[str, dict[str, Value]] = {}

    def __repr__(self) -> str:
        return f"<Finding {self.id}: {self.verdict}>"

    def _repr_html_(self) -> str:
        from clusterkg.findings.views import InFull
        from clusterkg.notebooks import text_as_html

        return text_as_html(InFull(self).to_text(100))

    @property
    def id(self) -> str:
        """The last part of its IRI."""
        return self.claim.id

    @property
    def verdict(self) -> str:
        """One of `VERDICTS`."""
        return self.judgement.verdict

    @property
    def exceptions(self) -> list[str]:
        """The slugs of the cases that speak against the claim, each once."""
        place = self.columns.index("case") if "case" in self.columns else None
        if place is None:
            return []
        slugs = (str(self.rows[row][place]).rsplit("/", 1)[-1] for row in self.judgement.exceptions)
        return list(dict.fromkeys(slugs))

    def cases(self) -> Iterator[tuple[str, str]]:
        """Yield slug and name of each case that was looked at."""
        if "case" in self.columns and "name" in self.columns:
            case, name = self.columns.index("case"), self.columns.index("name")
            for row in self.rows:
                yield str(row[case]).rsplit("/", 1)[-1], str(row[name])

    def row(self) -> tuple[Value, ...]:
        """Return the finding under `COLUMNS`."""
        claim, judged = self.claim, self.judgement
        return (
            claim.id,
            claim.locator,
            claim.kind,
            claim.subject,
            claim.relation,
            "; ".join(claim.directions) or None,
            judged.verdict,
            judged.n,
            judged.missing,
            "; ".join(self.exceptions) or None,
            claim.paraphrase,
        )


class Findings:
    """The findings of a study, each with its verdict.

    Attributes:
        study: the study's key.
        findings: in the order of the paper: sections, notes, tables.
    """

    columns = COLUMNS

    def __init__(self, study: str, findings: Iterable[Finding]) -> None:
        self.study, self.findings = study, list(findings)

    def __repr__(self) -> str:
        return f"<Findings of {self.study}: {len(self)}>"

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    @property
    def rows(self) -> list[tuple[Value, ...]]:
        """The findings under `COLUMNS`."""
        return [finding.row() for finding in self]

    @property
    def probabilities(self) -> tuple[int, int]:
        """How many verdicts rest on a probability, and by how many different tests: what a study repeats is one."""
        judged = [one for one in self if one.judgement.p is not None]
        return len(judged), len({(one.path, one.judgement.rule, tuple(one.rows)) for one in judged})

    def of_verdict(self, verdict: str) -> Findings:
        """Return the findings with one verdict.

        Raises:
            UnknownName: there is no such verdict; the nearest are offered.
        """
        wanted = verdict.strip().casefold().replace("-", " ")
        if wanted not in VERDICTS:
            raise UnknownName("no such verdict", place=verdict, remedy=nearest(wanted, VERDICTS))
        return Findings(self.study, [finding for finding in self if finding.verdict == wanted])

    def about(self, name: str) -> Findings:
        """Return the findings about a case or a sectoral group, or restricted to the group.

        A case stands also behind those that it speaks against.

        Args:
            name: the slug of the case or group, or its name.

        Raises:
            UnknownName: there is no such case, and no finding is about such a thing; the nearest are offered.
        """
        named = {finding.id: [*finding.claim.about, *finding.claim.groups] for finding in self}
        slugs = {part.slug for parts in named.values() for part in parts}
        labels = {part.label.casefold(): part.slug for parts in named.values() for part in parts}
        for finding in self:
            for case, label in finding.cases():
                slugs.add(case)
                labels.setdefault(label.casefold(), case)
        wanted = name.strip() if name.strip() in slugs else labels.get(name.strip().casefold())
        if wanted is None:
            raise UnknownName("no finding is about that", place=name or "''", remedy=_offered(name, slugs, labels))
        return Findings(
            self.study,
            [one for one in self if wanted in {*(part.slug for part in named[one.id]), *one.exceptions}],
        )

    def to_csv(self) -> str:
        """Return CSV under `COLUMNS`: the contract that other tools read."""
        return rendering.as_csv(COLUMNS, self.rows)

    def to_json(self) -> str:
        """Return JSON: an object a finding."""
        return rendering.as_json(rendering.named(COLUMNS, self.rows))

    def to_markdown(self) -> str:
        """Return a Markdown table."""
        return rendering.as_markdown(COLUMNS, self.rows, title=f"Findings of {self.study}")

    def to_text(self, width: int = 80) -> str:
        """Return the findings for a terminal of that width: claim and verdict, then how many there are of each."""
        rows = [(finding.id, finding.claim.name, finding.verdict, finding.judgement.n) for finding in self]
        listed = rendering.as_text(
            ("id", "claim", "verdict", "n"), rows, title=f"Findings of {self.study}", width=width
        )
        return f"{listed}\n{self.summary_text(width)}"

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame`` under `COLUMNS`; see `frames.frame`."""
        from clusterkg.graph.frames import frame

        return frame(COLUMNS, self.rows)

    def _repr_html_(self) -> str:
        from clusterkg.graph.answers import plain
        from clusterkg.notebooks import rows_as_html

        rows = [(finding.id, finding.claim.name, finding.verdict, finding.judgement.n) for finding in self]
        return rows_as_html(("id", "claim", "verdict", "n"), rows, plain, caption=f"Findings of {self.study}")

    def summary(self) -> list[tuple[Value, ...]]:
        """Return how many findings of each kind have each verdict, the kinds by name."""
        kinds = sorted({finding.claim.kind for finding in self})
        counted = {
            kind: [sum(1 for one in self if (one.claim.kind, one.verdict) == (kind, said)) for said in VERDICTS]
            for kind in kinds
        }
        return [(kind, *numbers) for kind, numbers in counted.items()]

    def summary_text(self, width: int = 80) -> str:
        """Return `summary` for a terminal, with the sum of the kinds."""
        rows = self.summary()
        if len(rows) > 1:
            rows.append(("all", *(sum(int(str(row[place])) for row in rows) for place in range(1, len(VERDICTS) + 1))))
        columns = ["kind", *(name.replace(" ", "_") for name in VERDICTS)]
        resting, different = self.probabilities
        repeated = f"{resting} verdicts rest on a probability, by {different} different tests."
        notes = [repeated] if different < resting else []
        return rendering.as_text(columns, rows, notes=notes, rule_before=lambda row: row[0] == "all", width=width)


def _offered(name: str, slugs: Iterable[str], labels: Iterable[str]) -> str:
    """Return a remedy: of a word that is part of names all that have it, groups first, else the nearest name."""
    wanted = name.strip().casefold()
    having = [label for label in labels if len(wanted) > 2 and wanted in label]
    if having:
        return f"names with that word: {', '.join(repr(label) for label in having)}"
    return nearest(name, slugs) or nearest(wanted, labels)


def examine(graph: Graph, *, study: str = "giuliani2005", about: str = "") -> Findings:
    """Return every finding of a study with its verdict.

    Args:
        graph: the loaded graph.
        study: the study's key.
        about: the slug of a case or group, to test those findings alone that name it.

    Raises:
        UnknownName: there is no such study with findings, or a finding names a query that there is not.
        QueryError: a finding's query does not parse, or its header names no test that there is.
        DataError: the codebook lacks a limit.
    """
    made = claims_of(graph, study)
    if about:
        made = [claim for claim in made if about in {part.slug for part in (*claim.about, *claim.groups)}]
    known = limits_of(graph, study)
    queries = {name: library.read(name, graph.folders) for name in {claim.query for claim in made} if name is not None}
    return Findings(study, [_tested(graph, claim, known, queries) for claim in made])


def find(graph: Graph, id: str, *, study: str = "giuliani2005") -> Finding:
    """Return one finding with its verdict; see `examine`.

    Raises:
        UnknownName: there is no such finding; the nearest are offered.
    """
    found = {claim.id: claim for claim in claims_of(graph, study)}
    asked, id = id, id.strip().rpartition("/")[2].casefold()
    if id not in found:
        raise UnknownName(f"no such finding in {study}", place=asked or "''", remedy=nearest(id, found))
    name = found[id].query
    queries = {} if name is None else {name: library.read(name, graph.folders)}
    finding = _tested(graph, found[id], limits_of(graph, study), queries)
    if finding.query is not None and finding.claim.conditions:
        query = library.read("findings/values", graph.folders)
        for row in graph.run(query.bind({"finding": finding.claim.iri}), query.path, needs=query.needs):
            finding.values.setdefault(str(row["case"]), {})[str(row["item"])] = row["value"]
    return finding


def _tested(graph: Graph, claim: Claim, known: dict[str, Decimal], queries: Mapping[str, library.Query]) -> Finding:
    if claim.query is None:
        return Finding(claim, Judgement(NOT_TESTABLE, f"would need {claim.would_need}"))
    query = queries[claim.query]
    name = str(query.header.get("test"))
    if name not in TESTS:
        raise QueryError(
            f"'{name}' is no test of findings", place=query.path, remedy=f"write '#+ test: ' and {nearest(name, TESTS)}"
        )
    unit = str(query.header.get("counts") or "")
    text = query.bind({"finding": claim.iri})
    answer = graph.run(text, query.path, needs=query.needs)
    try:
        judged = judge(name, claim, list(answer), known, unit)
    except KeyError as error:
        raise DataError(
            f"the test {name} wants a column {error.args[0]}", place=query.path, remedy="name it in SELECT"
        ) from error
    finding = Finding(claim, judged)
    finding.query, finding.path, finding.test, finding.unit = text, f"queries/{claim.query}.rq", name, unit
    finding.columns, finding.rows = answer.columns, answer.rows
    return finding
