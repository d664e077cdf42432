"""The catalogue of ready questions: which there are, found by words, and which a study's coding can answer."""

from __future__ import annotations

from clusterkg import library, rendering
from clusterkg.analysis.samples import sample
from clusterkg.errors import QueryError, UnknownName, nearest
from clusterkg.parameters import pairs
from clusterkg.questions.ground import ground_of, uncoded
from clusterkg.resources import query_paths
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from clusterkg.analysis.samples import Sample
    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value
    from clusterkg.library import Query

__all__ = ["FOLDER", "Catalogue", "Question", "catalogue"]

FOLDER = "questions/"
"""Where the ready questions stand in the library."""

COLUMNS = ("question", "asks", "parameters", "tags", "not_coded")
"""The contract of the catalogue's CSV."""


class Question:
    """A ready question.

    Attributes:
        query: the query behind it.
        name: its name in the library, without the folder.
        asks: the question in plain words.
        tags: what it is about.
        not_coded: what it asks for and no case of the study has: variables, or things in words.
    """

    def __init__(self, query: Query, not_coded: Sequence[str] = ()) -> None:
        self.query, self.not_coded = query, list(not_coded)
        self.name = query.name.removeprefix(FOLDER)
        self.asks = " ".join(str(query.header.get("summary") or "").split())
        tags = query.header.get("tags")
        self.tags = [str(tag) for tag in tags] if isinstance(tags, list) else []

    def __repr__(self) -> str:
        return f"Question({self.name!r})"

    @property
    def parameters(self) -> list[str]:
        """The parameters with their defaults: ``least_score=2``; the study, which all have, is left out."""
        return [
            f"{one.name}={str(one.default).rsplit('/', 1)[-1] if one.kind == 'iri' else one.default}"
            for one in self.query.declared
            if one.name != "study"
        ]

    def words(self) -> str:
        """Return all words by which it can be found, in small letters."""
        header = self.query.header
        parts = [self.name.replace("-", " "), self.name, self.asks, str(header.get("description") or ""), *self.tags]
        parts += [str(text) for text in pairs(header.get("columns")).values()]
        return " ".join(parts).casefold()

    def row(self) -> tuple[Value, ...]:
        """Return the question under `COLUMNS`."""
        return (self.name, self.asks, "; ".join(self.parameters), "; ".join(self.tags), "; ".join(self.not_coded))


class Catalogue:
    """Ready questions, in the order of their names.

    Attributes:
        study: the study whose coding answers them.
        questions: those that can be read.
        faults: what is wrong with those of added folders that cannot, a line each.
    """

    def __init__(self, study: str, questions: Sequence[Question], faults: Sequence[str] = ()) -> None:
        self.study, self.questions, self.faults = study, list(questions), list(faults)

    def __repr__(self) -> str:
        return f"<Catalogue: {len(self)} question{'s' if len(self) != 1 else ''}>"

    def __len__(self) -> int:
        return len(self.questions)

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)

    def about(self, words: Sequence[str]) -> Catalogue:
        """Return the questions in which every one of the words occurs.

        Raises:
            UnknownName: there is none; the nearest words that occur are offered.
        """
        wanted = [word.casefold() for text in words for word in text.split()]
        found = [one for one in self if all(word in one.words() for word in wanted)]
        if not found:
            occurring = {word.strip(".,;:?()") for one in self for word in one.words().split()}
            strange = [word for word in wanted if not any(word in one.words() for one in self)]
            remedy = nearest(strange[0], occurring) if strange else "take fewer words"
            fault = f"no question has the word '{strange[0]}'" if strange else "no question has all these words"
            raise UnknownName(
                fault, place=" ".join(words) or "''", remedy=remedy or "clusterkg questions lists them all"
            )
        return Catalogue(self.study, found, self.faults)

    def to_text(self, width: int = 80) -> str:
        """Return the questions for a terminal: each name with what it asks below."""
        below = {}
        for number, one in enumerate(self):
            below[number] = [one.asks]
            if one.parameters:
                below[number].append(f"Parameters: {', '.join(one.parameters)}")
            if one.not_coded:
                below[number].append(f"Not coded in {self.study}: {', '.join(one.not_coded)}")
        notes = [f"{len(self)} question{'s' if len(self) != 1 else ''}. Ask one with: clusterkg query questions/NAME"]
        return rendering.as_text(["question"], [(one.name,) for one in self], below=below, notes=notes, width=width)

    def to_csv(self) -> str:
        """Return CSV under `COLUMNS`: the contract that other tools read."""
        return rendering.as_csv(COLUMNS, [one.row() for one in self])

    def to_json(self) -> str:
        """Return JSON: an object a question."""
        return rendering.as_json(rendering.named(COLUMNS, [one.row() for one in self]))

    def to_markdown(self) -> str:
        """Return a Markdown table."""
        return rendering.as_markdown(COLUMNS, [one.row() for one in self])

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame`` under `COLUMNS`; see `frames.frame`."""
        from clusterkg.graph.frames import frame

        return frame(COLUMNS, [tuple(value or None for value in one.row()) for one in self])

    def _repr_html_(self) -> str:
        from clusterkg.notebooks import rows_as_html

        return rows_as_html(COLUMNS, [one.row() for one in self], str)

    def to_turtle(self) -> str:
        """Return the questions as data, each a ``sh:SPARQLExecutable``; see `publishing.as_turtle`."""
        from clusterkg.questions.publishing import as_turtle

        return as_turtle(one.query for one in self)


def catalogue(graph: Graph, study: str = "giuliani2005") -> Catalogue:
    """Return all ready questions of the library and of added folders, with what a study's coding lacks for each.

    One of an added folder that cannot be read is named under `Catalogue.faults` and hides no other.

    Raises:
        UnknownName: there is no such study with cases.

    >>> import clusterkg
    >>> found = catalogue(clusterkg.load().graph).about(["quasi-hierarchical", "all", "the", "same"])
    >>> [question.name for question in found]
    ['functional-upgrading-in-quasi-hierarchies']
    """
    known = sample(graph, study)
    questions, faults = [], []
    for name in query_paths(graph.folders):
        if not name.startswith(FOLDER):
            continue
        try:
            query = library.read(name, graph.folders)
            questions.append(Question(query, _lacking(graph, query, known)))
        except QueryError as error:
            faults.append(str(error))
    return Catalogue(study, questions, faults)


def _lacking(graph: Graph, query: Query, known: Sample) -> list[str]:
    """Return what a question asks for and the study does not code."""
    lacking = uncoded(query, known)
    if lacking or "would_need" not in query.header:
        return lacking
    values = {"study": study_iri(known.study)} if "study" in query.parameters else {}
    ground = ground_of(graph, query, query.terms(values))
    return [ground.told] if ground is not None and not ground.answerable else []
