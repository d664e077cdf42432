"""A class drawn between those that point to it and those that it points to, with how many statements do so."""

from __future__ import annotations

from urllib.parse import quote

from clusterkg import library
from clusterkg.prefixes import compact
from clusterkg.server.frame import home_of
from clusterkg.server.things import name_in, read_name
from clusterkg.server.views.fields import fields_of
from clusterkg.server.views.view import Made, View

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Answer, Graph
    from clusterkg.server.views.view import Asked

__all__ = ["Box", "show"]

WIDTH, MIDDLE = 250, 210
"""The width of a box at a side, and of the one in the middle."""

ROOM = 190
"""What lies between the columns, for the arrows."""

HEAD, LINE, GAP = 26, 18, 14
"""The heights of a box's heading, of each line below it, and of what lies between two boxes."""

AXIS = 200
"""How far down the class in the middle stands at most, so that it is seen at once."""

LONGEST = 30
"""The signs of a line; a longer one is cut, and has its whole as a title."""


class Box:
    """A class at one side of the drawing.

    Attributes:
        label: of the class; `link` leads to the drawing with it in the middle.
        lines: what relates it to the class in the middle: property and number of statements.
        top, height: where it is drawn.
    """

    def __init__(self, label: str, link: str) -> None:
        self.label, self.link, self.top = label, link, 0
        self.lines: list[tuple[str, int]] = []

    def __repr__(self) -> str:
        return f"Box({self.label!r}, n={self.n})"

    @property
    def n(self) -> int:
        """How many statements there are."""
        return sum(n for _, n in self.lines)

    @property
    def height(self) -> int:
        """How high it is."""
        return HEAD + LINE * len(self.lines) + 6

    @property
    def middle(self) -> float:
        """Where its arrow begins or ends."""
        return self.top + self.height / 2


def show(graph: Graph, asked: Asked) -> View:
    """Return the drawing, with the same as a table.

    Raises:
        ParameterError: there is no such class, or a parameter that there is not.
    """
    from clusterkg import sparql
    from clusterkg.questions.asking import ask

    asked.only("class")
    query = library.read("pages/links-of-a-class", graph.folders)
    values = {"class": asked.one("class")} if asked.one("class") else {}
    answer = ask(graph, query, values)
    terms = query.terms(values)
    iri = terms["_class_iri"].value
    left, right = _boxes(graph, answer, "from"), _boxes(graph, answer, "to")
    height = max(_stack(left), _stack(right), HEAD + 2 * GAP)
    label = _label(graph, iri)
    return View(
        f"{label}, drawn",
        "diagram",
        {
            "label": label,
            "iri": iri,
            "where": home_of(iri),
            "left": left,
            "right": right,
            "height": height,
            "axis": min(height / 2, AXIS),
            "size": {"side": WIDTH, "middle": MIDDLE, "room": ROOM, "head": HEAD, "line": LINE, "longest": LONGEST},
            "field": fields_of(graph, query, values)[0],
            "entries": [
                (
                    str(row["direction"]),
                    _label(graph, str(row["property"])),
                    home_of(str(row["property"])),
                    _label(graph, str(row["class"])),
                    home_of(str(row["class"])),
                    row["n"],
                )
                for row in answer
            ],
        },
        columns=answer.columns,
        rows=answer.rows,
        made=[Made(query.name, sparql.bind(query.text, terms), values)],
        command=f"clusterkg query pages/links-of-a-class --param class={compact(iri).strip('<>')}",
        code=f"kg.query('pages/links-of-a-class', **{{'class': {iri!r}}}).to_pandas()",
        here="/vocabulary",
    )


def _label(graph: Graph, iri: str) -> str:
    import pyoxigraph as ox

    return name_in(graph, ox.NamedNode(iri)) or read_name(iri)


def _boxes(graph: Graph, answer: Answer, direction: str) -> list[Box]:
    """Return a box a class at one side, those with most statements first."""
    found: dict[str, Box] = {}
    for row in answer:
        if row["direction"] == direction:
            iri = str(row["class"])
            link = f"/vocabulary/diagram?class={quote(compact(iri).strip('<>'), safe='')}"
            box = found.setdefault(iri, Box(_label(graph, iri), link))
            box.lines.append((_label(graph, str(row["property"])), int(str(row["n"]))))
    return sorted(found.values(), key=lambda box: (-box.n, box.label))


def _stack(boxes: list[Box]) -> int:
    """Put boxes one below the other and return how high they are together."""
    top = GAP
    for box in boxes:
        box.top = top
        top += box.height + GAP
    return top
