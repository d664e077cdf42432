"""The ready questions: found by words and by what they are about, with what a study's coding lacks for each."""

from __future__ import annotations

from clusterkg.errors import UnknownName
from clusterkg.server.views.view import View

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.graph import Graph
    from clusterkg.questions.catalogue import Catalogue, Question
    from clusterkg.server.views.view import Asked

__all__ = ["show"]


def show(graph: Graph, asked: Asked) -> View:
    """Return the catalogue, or of it what has some words and tags.

    Raises:
        ParameterError: a parameter that there is not, or a tag that no question has.
        UnknownName: there is no such study with cases.
    """
    import shlex

    from clusterkg.questions.catalogue import COLUMNS, Catalogue, catalogue

    asked.only("q", "tag", "study")
    study = asked.one("study", "giuliani2005")
    every = catalogue(graph, study)
    known = sorted({tag for one in every for tag in one.tags})
    tags = [_known(asked, tag, known) for tag in asked.all("tag")]
    words, fault = asked.one("q"), None
    found = every
    if words.strip():
        try:
            found = every.about([words])
        except UnknownName as error:
            found, fault = Catalogue(study, [], every.faults), error
    found = Catalogue(study, [one for one in found if set(tags) <= {*one.tags}], every.faults)
    command = f"clusterkg questions{f' {shlex.quote(words)}' if words.strip() else ''}"
    if study != "giuliani2005":
        command += f" --study {shlex.quote(study)}"
    return View(
        "Ready questions",
        "questions",
        {
            "found": found,
            "all": len(every),
            "words": words,
            "tags": tags,
            "facets": _facets(found, known, tags),
            "study": study,
            "where": address_of,
            "studies": _studies(graph),
            "default": study == "giuliani2005",
            "folders": _library(graph) if not words.strip() and not tags else {},
        },
        columns=COLUMNS,
        rows=[one.row() for one in found],
        command=command if not tags else "",
        code="" if tags else _code(words, study),
        here="/questions",
        about="Questions about clusters in value chains that are ready to be asked, with their parameters.",
        written={"csv": found.to_csv, "json": found.to_json, "md": found.to_markdown},
        fault=fault,
        status=200 if fault is None else 404,
    )


def _code(words: str, study: str) -> str:
    given = [repr(words)] if words.strip() else []
    given += [f"study={study!r}"] if study != "giuliani2005" else []
    return f"kg.questions({', '.join(given)}).to_pandas()"


def _known(asked: Asked, tag: str, known: Sequence[str]) -> str:
    from clusterkg.errors import ParameterError, nearest

    if tag not in known:
        raise ParameterError("no question is about that", place=f"tag={tag[:60]}", remedy=nearest(tag[:60], known))
    return tag


def _facets(found: Catalogue, known: Sequence[str], tags: Sequence[str]) -> list[tuple[str, int, bool]]:
    """Return each tag with how many of the questions found have it, and whether it is chosen; none without any."""
    counted = [(tag, sum(tag in one.tags for one in found), tag in tags) for tag in known]
    return [(tag, n, chosen) for tag, n, chosen in counted if n or chosen]


def _studies(graph: Graph) -> list[tuple[str, str]]:
    """Return the studies that have cases: key and name."""
    from clusterkg import library
    from clusterkg.terms import study_iri

    query = library.read("report/studies")
    return [
        (str(row["study"]).removeprefix(study_iri("")), str(row["name"]))
        for row in graph.run(query.bind({}), query.path, needs=query.needs)
    ]


def _library(graph: Graph) -> dict[str, list[tuple[str, str]]]:
    """Return the other queries of the library by their folders: name and what each asks."""
    from clusterkg import library
    from clusterkg.errors import QueryError
    from clusterkg.questions.catalogue import FOLDER
    from clusterkg.resources import query_paths

    folders: dict[str, list[tuple[str, str]]] = {}
    for name in query_paths(graph.folders):
        if not name.startswith(FOLDER):
            try:
                asks = " ".join(str(library.read(name, graph.folders).header.get("summary") or name).split())
            except QueryError:
                continue
            folders.setdefault(name.rpartition("/")[0], []).append((name, asks))
    return folders


def address_of(one: Question, study: str) -> str:
    """Return where a question is asked."""
    from urllib.parse import quote

    where = f"/query/{quote(one.name)}"
    return where if study == "giuliani2005" or "study" not in one.query.parameters else f"{where}?study={quote(study)}"
