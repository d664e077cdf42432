"""The sets of features that cases have in common, ordered by inclusion: the concept lattice of Wille (1982)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterkg.analysis.samples import Case

    Features = tuple[str, ...]

__all__ = ["Concept", "Lattice"]


class Concept:
    """A closed set of features: no further one is shared by all cases that have these.

    Attributes:
        intent: the features, in the lattice's order.
        extent: the cases that have them all; for the set of all features perhaps none.
        exact: those of the extent that have no feature beside.
    """

    def __init__(self, intent: Features, extent: Sequence[Case], exact: Sequence[Case]) -> None:
        self.intent, self.extent, self.exact = intent, list(extent), list(exact)

    def __repr__(self) -> str:
        return f"<Concept {self.intent}: {len(self.extent)} cases>"


class Lattice:
    """All formal concepts of some cases and features.

    Attributes:
        concepts: the concepts, smaller sets of features first, then by the order of the features.
        edges: places of two concepts of which the second has just more features, with none between them.

    >>> from clusterkg.analysis.samples import Case
    >>> one, two = Case("case/one", "One", "g", "c"), Case("case/two", "Two", "g", "c")
    >>> lattice = Lattice(("a", "b"), [(one, ("a",)), (two, ("a", "b"))])
    >>> [(concept.intent, len(concept.extent)) for concept in lattice.concepts], lattice.edges
    ([(('a',), 2), (('a', 'b'), 1)], [(0, 1)])
    """

    def __init__(self, features: Features, profiles: Sequence[tuple[Case, Features]]) -> None:
        closed = {frozenset(features)}
        for _, profile in profiles:
            closed |= {one & frozenset(profile) for one in closed}
        places = {feature: place for place, feature in enumerate(features)}
        ordered = sorted(
            (tuple(sorted(one, key=places.__getitem__)) for one in closed),
            key=lambda one: (len(one), [places[feature] for feature in one]),
        )
        self.concepts = [
            Concept(
                intent,
                [case for case, profile in profiles if set(intent) <= set(profile)],
                [case for case, profile in profiles if set(intent) == set(profile)],
            )
            for intent in ordered
        ]
        sets = [set(concept.intent) for concept in self.concepts]
        self.edges = [
            (less, more)
            for less, fewer in enumerate(sets)
            for more, further in enumerate(sets)
            if fewer < further and not any(fewer < between < further for between in sets)
        ]

    def listing(self, labels: Mapping[str, str]) -> list[str]:
        """Return the concepts as an indented list: under each those with just more features.

        A concept below several stands under the first of them, which names the numbers of the others.
        """
        lines: list[str] = []
        shown: set[int] = set()

        def add(place: int, depth: int) -> None:
            shown.add(place)
            concept = self.concepts[place]
            name = " + ".join(labels.get(feature, feature) for feature in concept.intent) or "none of them"
            parents = [less for less, more in self.edges if more == place]
            also = f", also under {' and '.join(str(less + 1) for less in parents[1:])}" if len(parents) > 1 else ""
            count = f"{len(concept.extent)} case{'' if len(concept.extent) == 1 else 's'}"
            just = f", {len(concept.exact)} just these" if concept.exact else ""
            lines.append(f"{'  ' * depth}{place + 1} {name}: {count}{just}{also}")
            for less, more in self.edges:
                # The first concept that it stands below is the one that lists it.
                if less == place and more not in shown and min(a for a, b in self.edges if b == more) == place:
                    add(more, depth + 1)

        add(0, 0)
        return lines
