"""What a folder's cases would change: figures and verdicts that move, nearest cases, combinations never seen before."""

from __future__ import annotations

from clusterkg import library, rendering
from clusterkg.graph import Graph
from clusterkg.graph.answers import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clusterkg.graph.answers import Value

    Row = tuple[Value, ...]
    Features = dict[str, dict[str, dict[str, float]]]
    Profiles = dict[str, list[dict[str, Value]]]

__all__ = ["COLUMNS", "FIGURES", "Impact", "compared", "impact", "judged_studies"]

COLUMNS = ("section", "case", "item", "figure", "before", "after", "n_before", "n_after")
"""Columns of the CSV, a contract."""

FIGURES = ("pooled/upgrading-figures", "pooled/chain-figures", "pooled/rating-figures")
"""Queries that give the pooled figures, each under ``of``, ``item``, ``figure``, ``value`` and ``n``."""

NEAREST = 3
"""How many of the nearest cases are shown for a new one."""

LEAST_SHARED = 5
"""Variables that two cases share at least to be compared, where the new case has as many."""

FIGURE, VERDICT, CHANGED, NEW, NEAR, COMBINATION, FIRST = (
    "pooled figure",
    "verdict",
    "case replaced",
    "new case",
    "nearest case",
    "new combination",
    "first seen",
)


class Impact:
    """What changes when a folder joins the graph.

    Attributes:
        folder: the folder.
        rows: a tuple a row under `COLUMNS`, by section: ``new case`` and ``case replaced``; ``pooled
            figure``, over the cases of all studies, each with the values that it runs over; ``verdict``, of
            findings of a study whose cases the folder adds to or replaces; ``nearest case``, whose ``after``
            is the distance from 0 to 1 and ``n_after`` the number of variables compared; ``new
            combination`` and ``first seen``, with the number of cases that have it.
    """

    def __init__(self, folder: str, rows: Iterable[Row]) -> None:
        self.folder, self.rows = folder, list(rows)

    def section(self, *names: str) -> list[dict[str, Value]]:
        """Return the rows of some sections as mappings."""
        return [dict(zip(COLUMNS, row, strict=True)) for row in self.rows if row[0] in names]

    def to_csv(self) -> str:
        """Return the rows as CSV."""
        return rendering.as_csv(COLUMNS, self.rows)

    def to_json(self) -> str:
        """Return the rows as JSON, an object each."""
        return rendering.as_json(rendering.named(COLUMNS, self.rows))

    def to_text(self, width: int = 80) -> str:
        """Return the changes for a terminal of that width."""
        parts = [
            rendering.as_text(
                columns,
                rows,
                title=title,
                numeric=numeric,
                notes=notes,
                # A case has several neighbours, and its name stands above them once.
                group=["case"] if "nearest" in columns else [],
                width=width,
            )
            for title, columns, rows, numeric, notes in self.parts()
        ]
        return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"

    def to_markdown(self) -> str:
        """Return the changes as Markdown for a pull request."""
        parts = [f"### What {self.folder.rstrip('/').rpartition('/')[2]} would change"]
        for title, columns, rows, numeric, notes in self.parts():
            text = rendering.as_markdown(columns, rows, notes=notes, numeric=numeric).rstrip("\n")
            parts.append(f"#### {title}\n\n{text}" if columns else f"#### {title}\n\n{' '.join(notes)}")
        return "\n\n".join(parts) + "\n"

    def parts(self) -> Iterable[tuple[str, Sequence[str], list[Row], list[bool], list[str]]]:
        """Yield title, columns, rows, which columns are numbers, and notes of each part."""
        cases: list[Row] = [(row["case"], row["item"], row["figure"]) for row in self.section(NEW, CHANGED)]
        if not cases:
            yield "Cases", (), [], [], ["The folder brings no case."]
        else:
            yield "Cases that join", ("case", "study", "sectoral_group"), cases, [False] * 3, []
        figures: list[Row] = [
            (row["item"], row["figure"], _step(row["before"], row["after"]), _step(row["n_before"], row["n_after"]))
            for row in self.section(FIGURE)
        ]
        if figures:
            note = "Over the cases of all studies; n is the number of coded values, or of cases with coded governance."
            columns = ("what", "figure", "before_→_after", "n")
            yield "Pooled figures that move", columns, figures, [False, False, True, True], [note]
        else:
            yield "Pooled figures that move", (), [], [], ["None."]
        verdicts: list[Row] = [
            (row["item"], _step(row["before"], row["after"]), _step(row["n_before"], row["n_after"]))
            for row in self.section(VERDICT)
        ]
        if verdicts:
            yield "Findings whose verdict moves", ("finding", "verdict", "n"), verdicts, [False, False, True], []
        near: list[Row] = [(row["case"], row["item"], row["after"], row["n_after"]) for row in self.section(NEAR)]
        compared = {row[0] for row in near}
        alone = [f"{row['case']} has none." for row in self.section(NEW) if row["case"] not in compared]
        if near:
            note = (
                "Distance 0 is alike, 1 is opposite: the mean over the variables that both cases have coded; governance"
                f" counts one a mode, by market scopes that differ. Compared are cases that share {LEAST_SHARED}"
                " variables or more, or all that the new case has."
            )
            columns = ("case", "nearest", "distance", "variables")
            yield "Nearest cases", columns, near, [False, False, True, True], [note, *alone]
        first: list[Row] = [(row["case"], row["section"], row["item"]) for row in self.section(COMBINATION, FIRST)]
        if first:
            yield "Never seen before", ("case", "kind", "what"), first, [False] * 3, []


def _step(before: Value, after: Value) -> str:
    shown = [plain(value) or "none" for value in (before, after)]
    return shown[0] if shown[0] == shown[1] else " → ".join(shown)


def impact(folder: str, folders: Iterable[str] = ()) -> Impact:
    """Return what changes when a folder's files join the graph; nothing is written.

    Args:
        folder: a folder of the project's shape.
        folders: folders that have joined already.

    Raises:
        FileError, TurtleError, DataError: a folder or a file of it cannot be looked at.

    >>> from clusterkg.resources import shipped_root
    >>> impact(shipped_root()).section("new case", "pooled figure")
    []
    """
    earlier = list(folders)
    before, after = Graph(earlier), Graph([*earlier, folder])
    return compared(before, after, folder, judged=True)


def compared(before: Graph, after: Graph, folder: str = "", *, judged: bool) -> Impact:
    """Return what differs between a graph and the same with more files.

    Args:
        before: the graph.
        after: the graph with the files.
        folder: the folder that they came with; empty for files that are not written.
        judged: whether the findings are put to the test, which takes some seconds.
    """
    known, profiles = _profiles(before), _profiles(after)
    new = [case for case in profiles if case not in known]
    replaced = [case for case in profiles if case in known and _brought(after, folder, case)]
    rows: list[Row] = []
    for section, cases in ((NEW, new), (CHANGED, replaced)):
        for case in cases:
            about = profiles[case][0]
            rows.append((section, about["name"], about["study"], about["sectoral_group"], None, None, None, None))
    rows += _moved(before, after)
    if judged:
        rows += _judged_anew(before, after, folder)
    rows += _nearest(_features(after), known, profiles, new)
    rows += _unseen(known, profiles, new)
    return Impact(folder, rows)


def _ask(graph: Graph, name: str) -> Iterable[dict[str, Value]]:
    query = library.read(name)
    return graph.run(query.bind({}), query.name, needs=query.needs)


def _profiles(graph: Graph) -> Profiles:
    found: Profiles = {}
    for row in _ask(graph, "pooled/profiles"):
        found.setdefault(str(row["case"]), []).append(row)
    return found


def _brought(graph: Graph, folder: str, case: str) -> bool:
    """Tell whether a known case's file now comes from the folder, in place of another."""
    study, slug = case.split("/")[-2:]
    name = f"cases_ttl/{study}/cases/{slug}.ttl"
    return any(file.name == name and file.root == folder for file in graph.files)


def _figures(graph: Graph) -> dict[tuple[str, str], tuple[Value, Value]]:
    return {
        (f"{row['of']}, {row['item']}", str(row["figure"])): (row["value"], row["n"])
        for name in FIGURES
        for row in _ask(graph, name)
    }


def _moved(before: Graph, after: Graph) -> list[Row]:
    """Return the pooled figures whose value moves, or the number of values that they run over."""
    old, new = _figures(before), _figures(after)
    rows: list[Row] = []
    for key in dict.fromkeys([*new, *old]):
        was, now = old.get(key, (None, 0)), new.get(key, (None, 0))
        if was != now:
            rows.append((FIGURE, None, *key, was[0], now[0], was[1], now[1]))
    return rows


def judged_studies(before: Graph, after: Graph, folder: str = "") -> set[str]:
    """Return the studies with findings whose cases or values a folder brings, or files that are not written."""

    def studies(graph: Graph, part: str, root: str | None = None) -> set[str]:
        return {file.name.split("/")[1] for file in graph.files if file.part == part and root in (None, file.root)}

    brought = studies(after, "cases", folder) | studies(after, "codings", folder)
    return brought & studies(before, "findings") & studies(after, "findings")


def _judged_anew(before: Graph, after: Graph, folder: str) -> list[Row]:
    """Return the findings whose verdict moves, of the studies whose cases or values the folder brings."""
    from clusterkg.findings import examine

    rows: list[Row] = []
    for study in sorted(judged_studies(before, after, folder)):
        was = {finding.id: finding for finding in examine(before, study=study)}
        for now in examine(after, study=study):
            old = was.get(now.id)
            if old is not None and old.verdict != now.verdict:
                n = (old.judgement.n, now.judgement.n)
                rows.append((VERDICT, None, f"{now.id}: {now.claim.name}", "verdict", old.verdict, now.verdict, *n))
    return rows


def _features(graph: Graph) -> Features:
    """Return where on its scales each case is coded, by variable or governance mode, then by part of it."""
    found: Features = {}
    for row in _ask(graph, "pooled/features"):
        parts = found.setdefault(str(row["case"]), {}).setdefault(str(row["feature"]), {})
        parts[str(row["part"])] = float(str(row["steps"])) / float(str(row["span"]))
    return found


def _nearest(features: Features, known: Profiles, profiles: Profiles, new: Sequence[str]) -> list[Row]:
    """Return for each new case the earlier cases nearest to it."""
    from decimal import Decimal

    rows: list[Row] = []
    for case in new:
        own = features.get(case, {})
        near = []
        for other in known:
            shared = own.keys() & features.get(other, {}).keys()
            if not shared or len(shared) < min(LEAST_SHARED, len(own)):
                continue
            apart = sum(_apart(own[name], features[other][name]) for name in sorted(shared)) / len(shared)
            near.append((round(apart, 3), -len(shared), other))
        for distance, compared, other in sorted(near)[:NEAREST]:
            label = f"{known[other][0]['name']} ({known[other][0]['study']})"
            exact = Decimal(f"{distance:.3f}")
            rows.append((NEAR, profiles[case][0]["name"], label, "distance", None, exact, None, -compared))
    return rows


def _apart(one: dict[str, float], other: dict[str, float]) -> float:
    """Return the mean distance over the parts of a variable: a score has one, a governance mode one a market scope."""
    return sum(abs(one[part] - other[part]) for part in one) / len(one)


def _combinations(rows: Iterable[dict[str, Value]]) -> set[str]:
    """Return sectoral group, degree and global mode of a case, where all three are coded."""
    return {
        f"{row['sectoral_group']} × {row['degree']} × {row['mode']}"
        for row in rows
        if row["degree"] is not None and row["mode"] is not None
    }


def _unseen(known: Profiles, profiles: Profiles, new: Sequence[str]) -> list[Row]:
    """Return what no earlier case has: combinations, countries, industries."""
    rows: list[Row] = []
    seen = set().union(*(_combinations(case) for case in known.values()))
    for case in new:
        for combination in sorted(_combinations(profiles[case]) - seen):
            count = sum(combination in _combinations(profiles[other]) for other in new)
            rows.append((COMBINATION, profiles[case][0]["name"], combination, "cases", 0, count, None, None))
    for kind in ("country", "industry"):
        had = {case[0][kind] for case in known.values()}
        for case in new:
            value = profiles[case][0][kind]
            if value not in had:
                count = sum(profiles[other][0][kind] == value for other in new)
                rows.append((FIRST, profiles[case][0]["name"], f"{kind} {value}", "cases", 0, count, None, None))
    return rows
