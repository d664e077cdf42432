"""The analyses as a person asks for them: methods of the knowledge graph."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.analysis.association import Association
    from clusterkg.analysis.contrast import Contrast
    from clusterkg.analysis.fragilities import Fragilities
    from clusterkg.analysis.fragility_views import Fragility
    from clusterkg.analysis.profiles import Profiles
    from clusterkg.analysis.qca import Qca
    from clusterkg.graph import Graph

__all__ = ["Analyses"]


class Analyses:
    """The analyses of a graph's cases; `KnowledgeGraph` has them all."""

    graph: Graph

    def association(
        self, predictor: str, outcome: str, *, study: str = "giuliani2005", group: str | None = None
    ) -> Association:
        """Return how two variables rise and fall together over the cases; see `analysis.association.associate`.

        >>> import clusterkg
        >>> found = clusterkg.load().association("collective-efficiency", "product-upgrading")
        >>> [(one.name, one.strength.n, one.strength.p and round(one.strength.p, 3)) for one in found.relations][:3]
        [('All cases', 35, 0.038), ('Complex products', 9, 0.524), ('Natural resource-based', 11, 0.064)]
        """
        from clusterkg.analysis import association

        return association.associate(self.graph, predictor, outcome, study=study, group=group)

    def contrast(
        self, outcome: str, where: str | Sequence[str], *, study: str = "giuliani2005", group: str | None = None
    ) -> Contrast:
        """Return how the cases that meet conditions differ from the others; see `analysis.contrast.contrast`.

        >>> import clusterkg
        >>> found = clusterkg.load().contrast("functional-upgrading", ["quasi-hierarchy>=2", "country=Mexico"])
        >>> len(found.meeting), len(found.others), [case.slug for case in found.undecided]
        (5, 29, [])
        """
        from clusterkg.analysis import contrast

        return contrast.contrast(self.graph, outcome, where, study=study, group=group)

    def profiles(
        self,
        *,
        least: object = "0.5",
        by: str | None = None,
        cuts: Sequence[object] = (),
        study: str = "giuliani2005",
        group: str | None = None,
    ) -> Profiles:
        """Return which types of upgrading the cases have reached together; see `analysis.profiles.profiles`.

        >>> import clusterkg
        >>> found = clusterkg.load().profiles(least=1.5, group="complex-products")
        >>> [(found.label(types), len(cases)) for types, cases in found.cut.counted()[""].items()]
        [('product + process', 6), ('product + process + functional', 3)]
        """
        from clusterkg.analysis import profiles

        return profiles.profiles(self.graph, least=least, by=by, cuts=cuts, study=study, group=group)

    def qca(
        self,
        outcome: str,
        conditions: Sequence[str] = (),
        *,
        inclusion: float = 1.0,
        cases: int = 1,
        solution: str = "conservative",
        negate: bool = False,
        study: str = "giuliani2005",
        group: str | None = None,
    ) -> Qca:
        """Return which configurations of crisp sets an outcome goes with; see `analysis.qca.analyse`.

        >>> import clusterkg
        >>> found = clusterkg.load().qca("marked-product-upgrading", ["network-chain", "high-collective-efficiency"])
        >>> [str(model) for model in found.comparison.models], len(found.comparison.left_out)
        (['high-collective-efficiency'], 6)
        """
        from clusterkg.analysis import qca

        return qca.analyse(
            self.graph,
            outcome,
            conditions,
            inclusion=inclusion,
            cases=cases,
            solution=solution,
            negate=negate,
            study=study,
            group=group,
        )

    def fragility(
        self,
        id: str,
        *,
        study: str = "giuliani2005",
        most: int = 3,
        by: str = "rating",
        missing: bool = False,
        firm: bool = False,
    ) -> Fragility:
        """Return the fewest half points, or cases left out, that turn a verdict; see `analysis.fragility.fragility`.

        >>> import clusterkg
        >>> kg = clusterkg.load()
        >>> found = kg.fragility("s5a-10", most=2)
        >>> found.verdict, found.fewest, len(found.ways), str(found.ways[0])
        ('holds', 1, 12, 'Bucaramanga apparel, collective efficiency medium → high')
        """
        from clusterkg.analysis import fragility

        return fragility.fragility(self.graph, id, study=study, most=most, by=by, missing=missing, firm=firm)

    def fragilities(self, *, study: str = "giuliani2005", most: int = 2, firm: bool = False) -> Fragilities:
        """Return every tested finding with its fragility; see `analysis.fragilities.fragilities`."""
        from clusterkg.analysis import fragilities

        return fragilities.fragilities(self.graph, study=study, most=most, firm=firm)
