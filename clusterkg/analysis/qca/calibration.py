"""Crisp sets as a codebook names them, and whether a case is in one, out of it, or untold."""

from __future__ import annotations

from itertools import product

from clusterkg import library
from clusterkg.errors import DataError, UnknownName, nearest
from clusterkg.graph.answers import plain
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal
    from typing import Any

    from clusterkg.analysis.samples import Case
    from clusterkg.graph import Graph

    Answered = tuple[int, str, str]

__all__ = ["MODES", "SCOPES", "Codebook", "CrispSet", "codebook"]

MODES = ("market", "network", "quasi-hierarchy", "hierarchy")
SCOPES = {"domestic": 1, "global": 2}
"""What each market scope adds to the code of a mode (Table 3)."""


class CrispSet:
    """A set that a case is in or out of, as the codebook states it.

    Attributes:
        iri: its IRI; `notation` is what it is asked for by, `name` its English name, `reason` why it is cut there.
        variable: the notation of the dimension that it looks at, with its IRI in `dimension`; None for a set of chains,
            of a group, or of other sets.
        least, greatest: the bounds of the value, themselves included; None where there is none.
        modes, scopes, groups: what it carries, notation to IRI; group to IRI by English name.
        least_chains: how many pairs of mode and scope there must be at least, or None.
        parts: the notations of the sets that it is the intersection of.
        absent: whether in and out are exchanged.
    """

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        first = rows[0]
        self.iri, self.notation, self.name = str(first["set"]), str(first["notation"]), str(first["name"])
        self.reason = str(first["reason"] or "")
        self.variable: str | None = first["variable"]
        self.dimension, self._variable_name = first["dimension"], first["variable_name"]
        self.least: Decimal | None = first["least"]
        self.greatest: Decimal | None = first["greatest"]
        self._words = (first["least_degree"], first["greatest_degree"])
        self.modes = {row["carries"]: row["carries_iri"] for row in rows if row["of"] == "mode"}
        self.scopes = {row["carries"]: row["carries_iri"] for row in rows if row["of"] == "scope"}
        self.groups = {row["carries_name"]: row["carries_iri"] for row in rows if row["of"] == "group"}
        self._carried = sorted({str(row["carries_name"]) for row in rows if row["of"] in ("mode", "scope")})
        self.least_chains: int | None = first["least_chains"]
        self.parts = sorted({str(row["part"]) for row in rows if row["part"] is not None})
        self.absent = bool(first["absent"])

    def __repr__(self) -> str:
        return f"CrispSet({self.notation!r})"

    @property
    def of_chains(self) -> bool:
        """Whether it looks at the counted chains of a case."""
        return bool(self.modes or self.scopes or self.least_chains)

    def described(self) -> str:
        """Return what puts a case into the set, in words."""
        if self.parts:
            text = "in " + " and ".join(self.parts)
        elif self.variable is not None:
            bounds = ((self.least, "at least", self._words[0]), (self.greatest, "at most", self._words[1]))
            limits = [f"{words} {word or plain(bound)}" for bound, words, word in bounds if bound is not None]
            text = f"{self._variable_name} {' and '.join(limits)}"
        elif self.groups:
            text = f"sectoral group {' or '.join(self.groups)}"
        elif self.least_chains:
            text = f"{self.least_chains} pairs of mode and scope at least"
        else:
            text = f"a counted chain: {', '.join(self._carried)}"
        return f"not so: {text}" if self.absent else text


class Codebook:
    """The crisp sets of a study.

    Attributes:
        study: the key of the study whose codebook names them.
        sets: notation to set, by notation.
    """

    def __init__(self, study: str, sets: Iterable[CrispSet]) -> None:
        self.study, self.sets = study, {one.notation: one for one in sets}

    def __len__(self) -> int:
        return len(self.sets)

    def find(self, name: str) -> CrispSet:
        """Return the set of a notation or an English name, with spaces or underscores for hyphens.

        Raises:
            UnknownName: there is no such set; the nearest are offered.
        """
        wanted = name.strip().casefold().replace(" ", "-").replace("_", "-")
        names = {one.name.casefold().replace(" ", "-"): one for one in self.sets.values()} | self.sets
        if wanted not in names:
            remedy = nearest(wanted, self.sets) or "clusterkg query analysis/sets lists them"
            raise UnknownName("no such crisp set", place=name or "''", remedy=remedy)
        return names[wanted]

    def within(self, one: CrispSet) -> list[CrispSet]:
        """Return the sets that decide on a set: those that it is made of, or itself.

        Raises:
            DataError: it is made of a set that is itself an intersection, or that the codebook does not name.
        """
        for part in one.parts:
            if part not in self.sets or self.sets[part].parts:
                raise DataError(
                    f"is made of '{part}', which is no plain set of the codebook",
                    place=one.iri,
                    remedy="list plain sets under ckg:intersectionOf",
                )
        return [self.sets[part] for part in one.parts] or [one]

    def variables(self, one: CrispSet) -> list[str]:
        """Return what a set looks at: notations of dimensions, ``governance``, ``sectoral group``; each once."""
        kinds = (part.variable or ("governance" if part.of_chains else "sectoral group") for part in self.within(one))
        return list(dict.fromkeys(kinds))

    def membership(self, one: CrispSet, case: Case) -> int | None:
        """Return 1 for a case in the set, 0 for one out of it, None where that is not coded.

        In an intersection is what is in all its parts; where one part is untold, so is the whole.
        """
        told = [_membership(part, case) for part in self.within(one)]
        if None in told:
            return None
        inside = all(told)
        return int(inside != one.absent if one.parts else inside)

    def lacks(self, one: CrispSet, case: Case) -> tuple[str, str] | None:
        """Return the variable that a case has no value on, and the stated reason; None where it has one."""
        for part in self.within(one):
            if _membership(part, case) is None:
                if part.variable is not None:
                    return part.variable, case.reason(part.variable)
                return "governance", next(case.reason(mode) for mode in MODES if mode not in case.values)
        return None

    def possible(self, sets: Sequence[CrispSet], groups: Iterable[str]) -> set[tuple[int, ...]]:
        """Return the combinations of memberships that a case could have, by what the sets mean.

        A case is in one sectoral group; what is above the higher cut of a variable is above the lower one too. So some
        remainders can never be observed.

        Args:
            sets: the sets, in the order of the combinations.
            groups: all sectoral groups, by English name.
        """
        plain_sets = list({part.notation: part for one in sets for part in self.within(one)}.values())
        families: dict[str, list[CrispSet]] = {}
        for part in plain_sets:
            families.setdefault(self.variables(part)[0], []).append(part)
        signatures = [
            sorted({tuple(facts) for facts in _signatures(kind, family, list(groups))})
            for kind, family in families.items()
        ]
        order = [part.notation for family in families.values() for part in family]
        found = set()
        for combination in product(*signatures):
            values = dict(zip(order, (value for family in combination for value in family), strict=True))
            found.add(tuple(self._of_parts(one, values) for one in sets))
        return found

    def _of_parts(self, one: CrispSet, values: dict[str, int]) -> int:
        inside = all(values[part.notation] for part in self.within(one))
        return int(inside != one.absent if one.parts else inside)


def codebook(graph: Graph, study: str) -> Codebook:
    """Return the crisp sets of a study, or those of giuliani2005 where its own codebook names none.

    >>> import clusterkg
    >>> sets = codebook(clusterkg.load().graph, "giuliani2005")
    >>> sets.find("Functionally upgraded").described()
    'Functional upgrading at least 0.5'
    >>> sets.find("medium or high collective efficiency").described()
    'Collective efficiency at least medium'
    """
    query = library.read("analysis/sets", graph.folders)
    for key in dict.fromkeys((study, "giuliani2005")):
        answer = graph.run(query.bind({"study": study_iri(key)}), query.path, needs=query.needs)
        rows: dict[str, list[dict[str, Any]]] = {}
        for row in answer:
            rows.setdefault(str(row["set"]), []).append(row)
        if rows:
            break
    return Codebook(key, map(CrispSet, rows.values()))


def _membership(one: CrispSet, case: Case) -> int | None:
    """Return whether a case is in a set that is no intersection."""
    if one.variable is not None:
        value = case.values.get(one.variable)
        return None if value is None else int(_inside(one, value) != one.absent)
    if not one.of_chains:
        return int((case.sectoral_group in one.groups) != one.absent)
    if any(mode not in case.values for mode in MODES):
        return None
    pairs = {(mode, scope) for mode in MODES for scope, bit in SCOPES.items() if int(case.values[mode]) & bit}
    return int(_chained(one, pairs) != one.absent)


def _inside(one: CrispSet, value: Decimal) -> bool:
    return (one.least is None or value >= one.least) and (one.greatest is None or value <= one.greatest)


def _chained(one: CrispSet, pairs: set[tuple[str, str]]) -> bool:
    if one.least_chains:
        return len(pairs) >= one.least_chains
    # Two modes, or two scopes, are on no chain at once.
    return any(set(one.modes) <= {mode} and set(one.scopes) <= {scope} for mode, scope in pairs)


def _signatures(kind: str, family: Sequence[CrispSet], groups: Sequence[str]) -> Iterable[list[int]]:
    """Yield the memberships in the sets of one kind that some value, group or choice of chains gives."""
    if kind == "sectoral group":
        for group in groups:
            yield [int((group in one.groups) != one.absent) for one in family]
    elif kind == "governance":
        every = list(product(MODES, SCOPES))
        for chosen in product((0, 1), repeat=len(every)):
            pairs = {pair for pair, on in zip(every, chosen, strict=True) if on}
            yield [int(_chained(one, pairs) != one.absent) for one in family]
    else:
        from decimal import Decimal

        # Scores go from 0 to 3 by half points, the ranks of degrees from 1 to 3.
        for half in range(7):
            yield [int(_inside(one, Decimal(half) / 2) != one.absent) for one in family]
