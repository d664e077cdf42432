"""What the figures show of each case: its degree, its scores, and its chains by mode and market."""

from __future__ import annotations

from clusterkg import library
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal

    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value

__all__ = ["CHAINS", "EFFICIENCY", "MODES", "RATINGS", "TYPES", "Profile", "profiles", "read"]

RATINGS, CHAINS = "report/ratings", "report/chains"
"""The queries that profiles are made from."""

EFFICIENCY = "collective-efficiency"
TYPES = ("product-upgrading", "process-upgrading", "functional-upgrading", "intersectoral-upgrading")
MODES = ("market", "network", "quasi-hierarchy", "hierarchy")
"""Notations, in the order of the study's tables."""

UNSTATED = "not stated"


class Profile:
    """One case of a study.

    Attributes:
        slug: the end of its IRI; `name` and `group` the names of case and sectoral group.
        degree: the degree of collective efficiency, with its `rank`; None where there is none.
        scores: the score of each upgrading type, None where there is none.
        modes: for each governance mode whether it is found in a domestic and in a global chain;
            None where that is not coded.
        reasons: why there is none, by variable or mode.
    """

    def __init__(self, slug: str, name: str, group: str) -> None:
        self.slug, self.name, self.group = slug, name, group
        self.degree: str | None = None
        self.rank: int | None = None
        self.scores: dict[str, Decimal | None] = dict.fromkeys(TYPES)
        self.modes: dict[str, tuple[bool, bool] | None] = dict.fromkeys(MODES)
        self.reasons: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"Profile({self.slug!r})"

    def reason(self, of: str) -> str:
        """Return the stated reason why there is no value, or `UNSTATED`."""
        return self.reasons.get(of, UNSTATED)


def profiles(graph: Graph, study: str) -> list[Profile]:
    """Return the cases of a study by sectoral group and name; none where there is no such study.

    >>> from clusterkg.graph import Graph
    >>> found = {profile.slug: profile for profile in profiles(Graph(), "giuliani2005")}
    >>> bucaramanga = found["bucaramanga-apparel"]
    >>> bucaramanga.scores["functional-upgrading"], bucaramanga.reason("functional-upgrading")
    (None, 'N/A')
    >>> found["campina-grande-footwear"].modes["market"], found["leon-footwear"].modes["quasi-hierarchy"]
    (None, (False, True))
    """
    return read(_ask(graph, RATINGS, study), _ask(graph, CHAINS, study))


def read(ratings: Iterable[Mapping[str, Value]], chains: Iterable[Mapping[str, Value]]) -> list[Profile]:
    """Return the cases that rows of `RATINGS` and `CHAINS` tell of, in the order of the rows."""
    from decimal import Decimal

    found: dict[str, Profile] = {}

    def of(row: Mapping[str, Value]) -> Profile:
        slug = str(row["case"]).rsplit("/", 1)[-1]
        return found.setdefault(slug, Profile(slug, str(row["name"]), str(row["sectoral_group"])))

    for row in ratings:
        profile, variable = of(row), str(row["variable"])
        if row["reason"] is not None:
            profile.reasons[variable] = str(row["reason"])
        if variable == EFFICIENCY:
            if row["degree"] is not None and row["rank"] is not None:
                profile.degree, profile.rank = str(row["degree"]), int(row["rank"])
        elif row["value"] is not None:
            profile.scores[variable] = Decimal(row["value"])
    for row in chains:
        profile, mode = of(row), str(row["mode"])
        if row["reason"] is not None:
            profile.reasons[mode] = str(row["reason"])
        if row["domestic"] is not None:
            profile.modes[mode] = (bool(row["domestic"]), bool(row["global"]))
    return list(found.values())


def _ask(graph: Graph, name: str, study: str) -> Iterator[dict[str, Value]]:
    query = library.read(name, graph.folders)
    return iter(graph.run(query.bind({"study": study_iri(study)}), query.name, needs=query.needs))
