"""A drawing of a plot: what a script is given, the same as a table, and the query behind it."""

from __future__ import annotations

from clusterkg import library
from clusterkg.server.views.view import Made
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from clusterkg.graph import Answer, Graph
    from clusterkg.report.parts import Grid
    from clusterkg.server.views.narrowed import Narrowing

__all__ = ["SCALE", "Drawing", "asked_of"]

SCALE = [0, 3]
"""The scores of upgrading."""


class Drawing:
    """What a plot shows.

    Attributes:
        kind: how a script draws it, as ``web/src/plots.js`` has it; empty for what needs none.
        said: what the script is given: ``rows``, and what the axes show.
        grid: the same as a table.
        columns, rows: the same as CSV and JSON have it: the answer to the query.
        made: the queries.
        label: the same in a sentence, for who cannot see it.
        reading: how to read it.
        notes: what to bear in mind.
        more: what else a template needs.
    """

    def __init__(
        self,
        kind: str,
        said: Mapping[str, Any],
        grid: Grid,
        answer: Answer,
        made: Sequence[Made],
        *,
        label: str,
        reading: str,
        notes: Sequence[str] = (),
        **more: Any,
    ) -> None:
        self.kind, self.said, self.grid, self.made = kind, dict(said), grid, list(made)
        self.columns, self.rows = answer.columns, answer.rows
        self.label, self.reading, self.notes, self.more = label, reading, list(notes), more


def asked_of(graph: Graph, narrowing: Narrowing, name: str, **values: str) -> tuple[Answer, Made]:
    """Return the answer of a query to what is chosen, and the query as it was asked."""
    query = library.read(name, graph.folders)
    given = {**({"study": study_iri(narrowing.study)} if "study" in query.parameters else {}), **values}
    text = narrowing.narrow(query.bind(given))
    return graph.run(text, query.path, needs=query.needs), Made(query.name, text, given)
