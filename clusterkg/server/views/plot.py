"""One plot: drawn by a script from JSON, beside the table that says the same without any."""

from __future__ import annotations

from clusterkg.errors import UnknownName, nearest
from clusterkg.server import studies
from clusterkg.server.views.drawings import PLOTS
from clusterkg.server.views.narrowed import TYPES, narrowing_of
from clusterkg.server.views.view import View

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph
    from clusterkg.server.views.view import Asked

__all__ = ["show"]

DRAWN = "/drawing"
"""What stands behind a plot's address for what its script draws."""


def show(graph: Graph, asked: Asked) -> View:
    """Return a plot, or what its script draws.

    Raises:
        UnknownName: there is no such plot or study; the nearest is offered.
        ParameterError: a parameter or value that there is not.
    """
    from clusterkg.rendering import as_json

    name = asked.path.removesuffix(DRAWN)
    if name not in PLOTS:
        raise UnknownName("there is no such plot", place=f"/plots/{asked.path}"[:200], remedy=nearest(name[:60], PLOTS))
    plot = PLOTS[name]
    asked.only("study", "group", "country", *(["type"] if plot.typed else []))
    narrowing = narrowing_of(graph, asked)
    drawing = plot.draw(graph, narrowing)
    if asked.path.endswith(DRAWN):
        keys = list(dict.fromkeys(key for row in drawing.said["rows"] for key in row))
        return View(
            f"{plot.title}: what is drawn",
            "drawing",
            {"back": f"/plots/{name}"},
            columns=keys,
            rows=[tuple(row.get(key) for key in keys) for row in drawing.said["rows"]],
            here="/plots",
            written={"json": lambda: as_json(drawing.said)},
        )
    made = drawing.made[0]
    given = "".join(f", {key}={value!r}" for key, value in made.parameters.items())
    words = " ".join(f"--param {key}={value}" for key, value in made.parameters.items())
    question = made.name.removeprefix("questions/")
    source = asked.url()
    return View(
        plot.title,
        "plot",
        {
            "plot": plot,
            "drawing": drawing,
            "narrowing": narrowing,
            "studies": studies.studies(graph),
            "types": {word: label for word, (_, label) in TYPES.items()},
            "source": source.replace(f"/plots/{name}", f"/plots/{name}{DRAWN}", 1),
            "question": f"/query/{question}",
            "shown": len(drawing.grid.rows),
            "others": [(f"/plots/{other}", one.title) for other, one in PLOTS.items() if other != name],
        },
        columns=drawing.columns,
        rows=drawing.rows,
        made=drawing.made,
        command="" if narrowing.terms else studies.command(graph, f"query {question} {words}".strip()),
        code="" if narrowing.terms else f"kg.query({question!r}{given}).to_pandas()",
        scripts=["plots.js"] if drawing.kind else [],
        here="/plots",
        about=plot.about,
    )
