"""The passages of a study: each paragraph, quotation and note with its place and the findings that it leads to."""

from __future__ import annotations

from clusterkg import library
from clusterkg.report.parts import Cell, Grid, Origin, Section, Text, anchor
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from clusterkg.graph import Graph

__all__ = ["PASSAGES", "Passage", "passages_of", "place_of", "section"]

PASSAGES = "report/passages"
"""The query that passages are read with."""


class Passage:
    """One paragraph, quotation or note of a study.

    Attributes:
        iri: its IRI; `anchor` is the row that it has in the report.
        locator: the section or note that it stands in, with its `number` there, counted from 1.
        topic: what it is about, in this project's words.
        findings: the ids of the findings that it leads to.
        no_claim: why it leads to none; empty where nothing is said.
    """

    def __init__(self, iri: str, locator: str, number: int, topic: str, no_claim: str) -> None:
        self.iri, self.locator, self.number, self.topic, self.no_claim = iri, locator, number, topic, no_claim
        self.findings: list[str] = []

    def __repr__(self) -> str:
        return f"Passage({self.iri!r})"

    @property
    def anchor(self) -> str:
        """The anchor of its row."""
        return anchor("passage", self.iri.rsplit("#", 1)[-1].removeprefix("passage-"))


def passages_of(graph: Graph, study: str) -> dict[str, Passage]:
    """Return the passages of a study by IRI, in the order of the text; none where none is listed.

    >>> from clusterkg.graph import Graph
    >>> found = list(passages_of(Graph(), "giuliani2005").values())
    >>> found[1].locator, found[1].number, found[1].topic, found[1].anchor
    ('1', 2, 'Small firms in clusters', 'passage-s1-02')
    """
    found: dict[str, Passage] = {}
    so_far: dict[str, int] = {}
    query = library.read(PASSAGES, graph.folders)
    for row in graph.run(query.bind({"study": study_iri(study)}), query.name, needs=query.needs):
        iri, locator = str(row["passage"]), str(row["locator"])
        if iri not in found:
            so_far[locator] = so_far.get(locator, 0) + 1
            found[iri] = Passage(iri, locator, so_far[locator], str(row["topic"]), str(row["no_claim"] or ""))
        if row["finding"] is not None:
            found[iri].findings.append(str(row["finding"]).rsplit("/", 1)[-1])
    return found


def place_of(locator: str) -> str:
    """Return the heading below which a place of the study is shown.

    >>> place_of("5(c)(i)"), place_of("note 20"), place_of("Table 4")
    ('Section 5(c)(i)', 'Notes', 'Table 4')
    """
    if locator.startswith("note"):
        return "Notes"
    return f"Section {locator}" if locator[:1].isdigit() else locator


def section(passages: Sequence[Passage], shown: Collection[str], study: str) -> Section:
    """Return the section of passages.

    Args:
        passages: the passages in the order of the text; there may be none.
        shown: the ids of the findings that the report has an entry for.
        study: the study's key.
    """
    title = "Passages: where each claim stands"
    if not passages:
        return Section("passages", title, [Text("No passage of this study is listed.")])
    given = {"study": study_iri(study)}
    silent = sum(1 for passage in passages if not passage.findings)
    return Section(
        "passages",
        title,
        [
            Text(
                "Every paragraph, quotation and note of the study in its order, by its place and a topic in this "
                f"project's words; its own words stand nowhere here. Of {len(passages)} passages "
                f"{len(passages) - silent} lead to findings and {silent} do not, and the reason stands instead. "
                "What the cells and footnotes of a table claim stands with the findings of the table."
            ),
            Grid(
                "passages-list",
                "Passages in the order of the text, with the findings that each leads to",
                ["Where", "Number there", "Topic", "Findings"],
                [
                    [
                        Cell(passage.locator),
                        Cell(passage.number, kind="number"),
                        Cell(passage.topic),
                        _claims(passage, shown),
                    ]
                    for passage in passages
                ],
                numeric=[False, True, False, False],
                groups=[(place_of(passage.locator),) for passage in passages],
                anchors=[passage.anchor for passage in passages],
                origin=Origin(f"clusterkg query {PASSAGES} --param study={given['study']}", [PASSAGES], given),
            ),
        ],
    )


def _claims(passage: Passage, shown: Collection[str]) -> Cell:
    """Return the findings of a passage as links, or why there is none."""
    if not passage.findings:
        return Cell(f"no claim: {passage.no_claim or 'not stated'}", kind="missing")
    first, *others = (Cell(id, anchor("finding", id) if id in shown else "") for id in passage.findings)
    first.others = others
    return first
