"""Which plots there are."""

from __future__ import annotations

from clusterkg.server.views import drawn_averages, drawn_cases

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from clusterkg.graph import Graph
    from clusterkg.server.views.drawing import Drawing
    from clusterkg.server.views.narrowed import Narrowing

__all__ = ["PLOTS", "Plot"]


class Plot:
    """A plot that there is.

    Attributes:
        title: its heading; `about` says in a sentence what it shows.
        draw: what makes its drawing.
        typed: whether it is of one type of upgrading, which a parameter chooses.
    """

    def __init__(
        self, title: str, about: str, draw: Callable[[Graph, Narrowing], Drawing], *, typed: bool = False
    ) -> None:
        self.title, self.about, self.draw, self.typed = title, about, draw, typed


PLOTS = {
    "map": Plot("Where the clusters are", "Each case at its points, by sectoral group.", drawn_cases.places),
    "governance": Plot(
        "Governance by case",
        "Which modes are found in each cluster's value chains, and in which market.",
        drawn_cases.governance,
    ),
    "upgrading": Plot(
        "Upgrading by case", "How far each cluster got in each type of upgrading.", drawn_cases.upgrading
    ),
    "upgrading-by-group": Plot(
        "Upgrading by sectoral group", "How the scores of a type lie in each group.", drawn_cases.groups, typed=True
    ),
    "collective-efficiency": Plot(
        "Upgrading against collective efficiency",
        "Each case's degree and scores, by group and type.",
        drawn_cases.efficiency,
    ),
    "modes": Plot(
        "Upgrading by governance mode and market",
        "The mean score of the cases with each kind of chain.",
        drawn_averages.modes,
        typed=True,
    ),
    "countries": Plot("Upgrading by country", "The mean score in each country.", drawn_averages.countries, typed=True),
    "economy": Plot(
        "Upgrading and the size of the economy",
        "The mean score beside the gross domestic product at the time of the study.",
        drawn_averages.economy,
        typed=True,
    ),
    "inequality": Plot(
        "Upgrading and inequality",
        "The mean score beside the Gini index at the time of the study.",
        drawn_averages.inequality,
        typed=True,
    ),
}
"""The plots, by their names in the address."""
