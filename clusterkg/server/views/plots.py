"""The plots: a list of them."""

from __future__ import annotations

from clusterkg.server.views.drawings import PLOTS
from clusterkg.server.views.view import View

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Asked

__all__ = ["show"]


def show(graph: Graph, asked: Asked) -> View:
    """Return the plots that there are.

    Raises:
        ParameterError: a parameter that there is not.
    """
    asked.only()
    return View(
        "Plots",
        "plots",
        {"plots": [(f"/plots/{name}", plot.title, plot.about) for name, plot in PLOTS.items()]},
        columns=["plot", "title", "about"],
        rows=[(name, plot.title, plot.about) for name, plot in PLOTS.items()],
        here="/plots",
        about="Plots of clusters, value chains and upgrading, each beside the table that says the same.",
    )
