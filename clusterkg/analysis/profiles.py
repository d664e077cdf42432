"""The upgrading profiles of a study, as people and programs read them."""

from __future__ import annotations

from clusterkg.analysis.gaps import gaps
from clusterkg.analysis.reached import BY, Cut, part_of
from clusterkg.analysis.samples import sample
from clusterkg.analysis.scale import point
from clusterkg.analysis.sections import Analysis, Section
from clusterkg.errors import ParameterError, nearest
from clusterkg.graph.answers import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from typing import Any

    from clusterkg.analysis.reached import Types
    from clusterkg.analysis.samples import Case, Sample
    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value

__all__ = ["COLUMNS", "CUTS", "Profiles", "profiles"]

COLUMNS = ("least", "part", "profile", "unknown", "n", "of", "cases")
"""Columns of the CSV, a contract: `of` is how many cases of the part have a whole profile."""

CUTS = ("1", "2", "3")
"""The cuts that stand beside the one that was asked for, when no others are named."""


class Profiles(Analysis):
    """Which types of upgrading the cases of a sample have reached together, at one cut or at several.

    Attributes:
        study: the study's key.
        group: the sectoral group that was asked for alone, else None.
        by: what the counts are parted by: ``sectoral_group``, ``country`` or None.
        cut: the profiles at the cut that was asked for.
        cuts: these and the profiles at the further cuts, from the lowest.
    """

    columns = COLUMNS

    def __init__(
        self, cases: Sample, least: Decimal, *, group: str | None, by: str | None, cuts: Sequence[Decimal]
    ) -> None:
        self.study, self.by, self._cases = cases.study, by, cases
        self.group = cases.groups[0] if group is not None else None
        self.cut = Cut(cases, least)
        self.cuts = [Cut(cases, one) for one in sorted({least, *cuts})]

    def __repr__(self) -> str:
        return f"<Profiles of {self.study}: {len(self.cut.whole)} cases>"

    def label(self, types: Types) -> str:
        """Return a set of types in words."""
        return " + ".join(self._word(name) for name in types) or "none"

    @staticmethod
    def _word(name: str) -> str:
        return name.removesuffix("-upgrading")

    @property
    def rows(self) -> list[tuple[Value, ...]]:
        """The profiles under `COLUMNS`, the cases with a whole one first; one with a gap names what is unknown."""
        found: list[tuple[Value, ...]] = []
        for cut in self.cuts:
            for part, counted in cut.counted(self.by).items():
                of = sum(map(len, counted.values()))
                for types, cases in counted.items():
                    found.append((cut.least, part or None, self.label(types), None, len(cases), of, _names(cases)))
            for one in cut.partial:
                # Of a case of which nothing is known, "none" would be a claim.
                known, unknown = self.label(one.reached) if one.reached else None, self.label(one.unknown)
                found.append((cut.least, part_of(one.case, self.by) or None, known, unknown, 1, None, one.case.name))
        return found

    def sections(self) -> list[Section]:
        """Return the profiles, the pairs of types, the ladders, the lattice and, if asked for, the cuts."""
        found = [self._profiles()]
        if self.cut.whole:
            found += [self._pairs(), self._ladders(), self._lattice()]
        if len(self.cuts) > 1:
            found.append(self._compared())
        return found

    def _profiles(self) -> Section:
        rows: list[tuple[Value, ...]] = []
        below: dict[int, list[str]] = {}
        for part, counted in self.cut.counted(self.by).items():
            of = sum(map(len, counted.values()))
            for types, cases in counted.items():
                below[len(rows)] = [_names(cases)]
                rows.append((*([part] if self.by else []), self.label(types), len(cases), of))
        notes = [
            f"{case.name}: {self.label(reached)} known, {self.label(unknown)} not; in no count of whole profiles."
            for case, reached, unknown in ((one.case, one.reached, one.unknown) for one in self.cut.partial)
            if len(unknown) < len(self.cut.types)
        ]
        notes += gaps(self._cases.missing(*self.cut.types), self._cases.variables)
        where = f"{self.group}, {self.study}" if self.group else self.study
        title = f"Types of upgrading reached, at a score of {plain(self.cut.least)} or more ({where})"
        if not rows:
            return Section(title, notes=["No case has a score on every type.", *notes])
        columns = (*([self.by] if self.by else []), "profile", "n", "of")
        group = [self.by] if self.by else []
        return Section(title, columns, rows, notes=notes, right=("n", "of"), group=group, below=below, told="cases")

    def _pairs(self) -> Section:
        columns = ("types", "both", "first alone", "second alone", "neither", "n", "missing")
        rows: list[tuple[Value, ...]] = [
            (
                " and ".join(map(self._word, one.types)),
                *(len(cases) for cases in (one.both, one.first, one.second, one.neither)),
                one.n,
                one.missing,
            )
            for one in self.cut.pairs()
        ]
        return Section("Which types come together", columns, rows, right=columns[1:])

    def _ladders(self) -> Section:
        columns = ("reached", "without", "cases", "reached by", "n", "missing")
        rows: list[tuple[Value, ...]] = []
        below, notes = {}, []
        for one in self.cut.ladders():
            having, lacking = self._word(one.having), self._word(one.lacking)
            if 0 < 2 * len(one.against) <= one.reached:
                below[len(rows)] = [_names(one.against)]
            rows.append((having, lacking, len(one.against), one.reached, one.n, one.missing))
            if one.holds:
                have = "1 has" if one.reached == 1 else f"{one.reached} have"
                notes.append(f"No {having} without {lacking}, in all {one.n} cases ({have} {having}).")
        nowhere = [self._word(name) for name in self.cut.types if self.cut.reached(name)[0] == 0]
        notes += [f"Nothing follows from {name}, which no case has reached." for name in nowhere]
        notes.append(
            "Cases are named where they are at most half of those that reached the first type; JSON names all."
        )
        return Section(
            "One type without another", columns, rows, notes=notes, right=columns[2:], below=below, told="names"
        )

    def _lattice(self) -> Section:
        labels = {name: self._word(name) for name in self.cut.types}
        note = (
            f"Of {len(self.cut.whole)} cases with a whole profile. The cases of a set are those that have at least its "
            "types; no other type is shared by all of them."
        )
        lines = self.cut.lattice().listing(labels)
        return Section("The sets of types that cases have in common, by inclusion", lines=lines, notes=[note])

    def _compared(self) -> Section:
        names = [f"from {plain(cut.least)}" for cut in self.cuts]
        counts = [
            {types: len(cases) for of in cut.counted().values() for types, cases in of.items()} for cut in self.cuts
        ]
        known = {types for count in counts for types in count}
        ordered = sorted(known, key=lambda types: (-len(types), [name not in types for name in self.cut.types]))
        rows: list[tuple[Value, ...]] = [
            (self.label(types), *(count.get(types, 0) for count in counts)) for types in ordered
        ]
        for name in self.cut.types:
            told = [cut.reached(name) for cut in self.cuts]
            rows.append((f"any with {self._word(name)}, of {told[0][1]}", *(count for count, _ in told)))
        notes = [f"Profiles: of {len(self.cut.whole)} cases; a type: of all that have a score on it."]
        title = "The same at each cut"
        return Section(title, ("profile", *names), rows, notes=notes, right=names)

    def describe(self) -> dict[str, Any]:
        """Return everything: profiles, gaps, pairs, ladders and the lattice, at each cut."""
        return {
            "study": self.study,
            "group": self.group,
            "by": self.by,
            "least": self.cut.least,
            "types": list(self.cut.types),
            "cuts": [self._cut_json(cut) for cut in self.cuts],
            "missing": [
                {"case": case.slug, "name": case.name, "variable": variable, "reason": reason}
                for case, variable, reason in self._cases.missing(*self.cut.types)
            ],
        }

    def _cut_json(self, cut: Cut) -> dict[str, Any]:
        lattice = cut.lattice()
        return {
            "least": cut.least,
            "n": len(cut.whole),
            "profiles": [
                {"part": part or None, "types": list(types), "n": len(cases), "cases": _slugs(cases)}
                for part, counted in cut.counted(self.by).items()
                for types, cases in counted.items()
            ],
            "partial": [
                {"case": one.case.slug, "types": list(one.reached), "unknown": list(one.unknown)} for one in cut.partial
            ],
            "types": [
                dict(zip(("type", "reached", "n"), (name, *cut.reached(name)), strict=True)) for name in cut.types
            ],
            "pairs": [
                {
                    "types": list(one.types),
                    "both": _slugs(one.both),
                    "first_alone": _slugs(one.first),
                    "second_alone": _slugs(one.second),
                    "neither": _slugs(one.neither),
                    "n": one.n,
                    "missing": one.missing,
                }
                for one in cut.pairs()
            ],
            "ladders": [
                {
                    "reached": one.having,
                    "without": one.lacking,
                    "cases": _slugs(one.against),
                    "reached_by": one.reached,
                    "n": one.n,
                    "missing": one.missing,
                    "implies": one.holds,
                }
                for one in cut.ladders()
            ],
            "lattice": {
                "concepts": [
                    {
                        "intent": list(one.intent),
                        "extent": _slugs(one.extent),
                        "exact": _slugs(one.exact),
                    }
                    for one in lattice.concepts
                ],
                "edges": [list(edge) for edge in lattice.edges],
            },
        }


def _names(cases: Sequence[Case]) -> str:
    return "; ".join(case.name for case in cases)


def _slugs(cases: Sequence[Case]) -> list[str]:
    return [case.slug for case in cases]


def profiles(
    graph: Graph,
    *,
    least: object = "0.5",
    by: str | None = None,
    cuts: Sequence[object] = (),
    study: str = "giuliani2005",
    group: str | None = None,
) -> Profiles:
    """Return which types of upgrading the cases of a study have reached together.

    Args:
        graph: the loaded graph; of one made for a coding, the values are that coding's.
        least: the score from which a type counts as reached: a half point from 0 to 3. At 0 every score counts.
        by: ``sectoral_group`` or ``country``, to count profiles in each.
        cuts: further such scores, to count at each.
        study: the study's key.
        group: one sectoral group alone.

    Raises:
        UnknownName: there is no such study or group, or the study rates no type of upgrading.
        ParameterError: a score is no half point from 0 to 3, or `by` is something else.

    >>> import clusterkg
    >>> found = profiles(clusterkg.load().graph, least=2)
    >>> len(found.cut.whole), len(found.cut.partial)
    (34, 6)
    >>> [(found.label(types), len(cases)) for types, cases in found.cut.counted()[""].items()][:2]
    [('product + process', 21), ('product + process + functional', 4)]
    >>> [(one.having, one.lacking) for one in found.cut.ladders() if one.holds][:2]
    [('functional-upgrading', 'product-upgrading'), ('functional-upgrading', 'process-upgrading')]
    """
    if by is not None and by.replace("-", "_") not in BY:
        raise ParameterError("profiles cannot be parted by that", place=by, remedy=nearest(by, BY))
    cases = sample(graph, study, group)
    points = [point(cut, "cuts") for cut in cuts]
    parted = by.replace("-", "_") if by is not None else None
    return Profiles(cases, point(least, "least"), group=group, by=parted, cuts=points)
