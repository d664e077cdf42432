"""Which types of upgrading the cases of a study have reached together."""

from __future__ import annotations

from itertools import combinations, permutations

from clusterkg.analysis.lattice import Lattice
from clusterkg.errors import UnknownName

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from clusterkg.analysis.samples import Case, Sample

    Types = tuple[str, ...]

__all__ = ["BY", "TYPES", "Cut", "Ladder", "Pair", "Profile", "part_of", "types_of"]

TYPES = ("product-upgrading", "process-upgrading", "functional-upgrading", "intersectoral-upgrading")
"""The types of upgrading, in the order of the study's tables."""

BY = ("sectoral_group", "country")
"""What the counts of profiles can be parted by."""


class Profile:
    """The types that a case has reached, as far as it has scores.

    Attributes:
        case: the case.
        reached: the types at or above the cut.
        unknown: the types without a score; where there are any, the profile is known in part only.
    """

    def __init__(self, case: Case, types: Types, least: Decimal) -> None:
        self.case = case
        self.reached = tuple(name for name in types if name in case.values and case.values[name] >= least)
        self.unknown = tuple(name for name in types if name not in case.values)

    def __repr__(self) -> str:
        return f"<Profile of {self.case.slug}: {self.reached}>"

    def has(self, name: str) -> bool | None:
        """Tell whether a type is reached, None where there is no score."""
        return None if name in self.unknown else name in self.reached


class Pair:
    """How often two types come together, over the cases with a score on both.

    Attributes:
        types: the two types.
        both: the cases that reached both; `first`, `second` those that reached one alone; `neither` the others.
        missing: how many cases lack a score on one of them.
    """

    def __init__(self, types: tuple[str, str], profiles: Sequence[Profile]) -> None:
        self.types = types
        found: dict[tuple[bool | None, bool | None], list[Case]] = {}
        for one in profiles:
            found.setdefault((one.has(types[0]), one.has(types[1])), []).append(one.case)
        self.both, self.first = found.get((True, True), []), found.get((True, False), [])
        self.second, self.neither = found.get((False, True), []), found.get((False, False), [])
        self.missing = len(profiles) - self.n

    @property
    def n(self) -> int:
        """How many cases have a score on both."""
        return len(self.both) + len(self.first) + len(self.second) + len(self.neither)


class Ladder:
    """Whether one type is reached without another, over the cases whose scores tell.

    A case without the first is none without the second, and one with the second neither, whatever score is missing.

    Attributes:
        having: the type that is reached; `lacking` the other.
        against: the cases that have the one without the other.
        reached: how many of the n have the first.
        n: how many cases could be told; `missing` how many not.
    """

    def __init__(self, having: str, lacking: str, profiles: Sequence[Profile]) -> None:
        self.having, self.lacking = having, lacking
        told = [(one, one.has(having), one.has(lacking)) for one in profiles]
        known = [(one, a, b) for one, a, b in told if a is False or b is True or (a is not None and b is not None)]
        self.against = [one.case for one, a, b in known if a and b is False]
        self.reached, self.n = sum(1 for _, a, _ in known if a), len(known)
        self.missing = len(profiles) - self.n

    @property
    def holds(self) -> bool | None:
        """Whether all cases that have the first have the second; None where no case has the first."""
        return not self.against if self.reached else None


class Cut:
    """The profiles of a sample at one cut.

    Attributes:
        least: the score from which a type counts as reached.
        types: the types that the study has scores on.
        profiles: that of each case.
    """

    def __init__(self, cases: Sample, least: Decimal) -> None:
        self.least = least
        self.types = types_of(cases)
        self.profiles = [Profile(case, self.types, least) for case in cases]

    @property
    def whole(self) -> list[Profile]:
        """The profiles without a gap."""
        return [one for one in self.profiles if not one.unknown]

    @property
    def partial(self) -> list[Profile]:
        """The profiles with a gap: they are in no count of whole profiles."""
        return [one for one in self.profiles if one.unknown]

    def counted(self, by: str | None = None) -> dict[str, dict[Types, list[Case]]]:
        """Return the cases of each whole profile, in each sectoral group or country, or under one empty name."""
        found: dict[str, dict[Types, list[Case]]] = {}
        order = sorted(self.whole, key=lambda one: [name not in one.reached for name in self.types])
        for one in sorted(order, key=lambda one: part_of(one.case, by)):
            found.setdefault(part_of(one.case, by), {}).setdefault(one.reached, []).append(one.case)
        return {
            name: dict(sorted(profiles.items(), key=lambda item: -len(item[1]))) for name, profiles in found.items()
        }

    def reached(self, name: str) -> tuple[int, int]:
        """Return how many cases reached a type, and how many have a score on it."""
        told = [one.has(name) for one in self.profiles if one.has(name) is not None]
        return sum(1 for one in told if one), len(told)

    def pairs(self) -> list[Pair]:
        """Return how often each two types come together."""
        return [Pair(two, self.profiles) for two in combinations(self.types, 2)]

    def ladders(self) -> list[Ladder]:
        """Return for each two types, either way round, whether the one is reached without the other."""
        return [Ladder(one, other, self.profiles) for one, other in permutations(self.types, 2)]

    def lattice(self) -> Lattice:
        """Return the sets of types that the cases with a whole profile have in common."""
        return Lattice(self.types, [(one.case, one.reached) for one in self.whole])


def part_of(case: Case, by: str | None) -> str:
    """Return the sectoral group or the country of a case, or nothing where the cases are not parted."""
    return {"sectoral_group": case.sectoral_group, "country": case.country}[by] if by else ""


def types_of(cases: Sample) -> Types:
    """Return the types of upgrading that a sample has scores on, or reasons why it has none.

    Raises:
        UnknownName: its study rates no type of upgrading.
    """
    types = tuple(name for name in TYPES if name in cases.variables)
    if not types:
        raise UnknownName("rates no type of upgrading", place=cases.study, remedy=f"there are: {', '.join(TYPES)}")
    return types
