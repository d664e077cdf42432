"""A query of the library, asked: a form for its parameters, its answer, and what that rests on."""

from __future__ import annotations

import shlex

from clusterkg.errors import ParameterError, QueryError
from clusterkg.server.things import called
from clusterkg.server.views.fields import fields_of, place_of
from clusterkg.server.views.view import Made, View
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from clusterkg.graph import Answer, Graph
    from clusterkg.graph.answers import Value
    from clusterkg.library import Query
    from clusterkg.server.views.view import Asked

__all__ = ["show"]

EVIDENCE = "evidence"
"""The parameter that wants what each row rests on; no query has one of that name."""

MOST_SHOWN = 2000
"""The rows that a page shows; CSV and JSON have all."""


def show(graph: Graph, asked: Asked) -> View:
    """Return the answer to a query of the library, below a form for its parameters.

    Raises:
        UnknownName: there is no such query; the nearest are offered.
        ParameterError: a parameter is given twice.
        QueryError: the query fails; LimitError: it takes more than it may.
    """
    from clusterkg import sparql
    from clusterkg.questions.asking import ask, find

    query = find(asked.path, graph.folders)
    values = {name: asked.one(name) for name, _ in asked.pairs}
    evidence = False
    if EVIDENCE not in query.parameters and EVIDENCE in values:
        evidence = asked.choice(EVIDENCE, ("yes", "no"), "no") == "yes"
        del values[EVIDENCE]
    try:
        if sparql.calls_out(query.text):
            return _elsewhere(graph, query, values)
        answer = ask(graph, query, values, limits=asked.limits)
    except ParameterError as error:
        return _form_again(graph, query, asked, values, error, evidence=evidence)
    return _answered(graph, query, asked, values, answer, evidence=evidence)


def _answered(
    graph: Graph, query: Query, asked: Asked, values: dict[str, str], answer: Answer, *, evidence: bool
) -> View:
    from clusterkg import sparql
    from clusterkg.questions.views import COLUMN, InFull

    shown = InFull(answer, evidence=evidence)
    made = [Made(query.name, sparql.bind(query.text, query.terms(values)), values)]
    if shown.evidence is not None:
        made.append(_evidence_query(graph, query, values))
    columns = [*answer.columns, COLUMN] if evidence else answer.columns
    given = "".join(f", {name}={value!r}" for name, value in values.items())
    said = _about(graph, query, values)
    said.update(
        answer=answer.rows[:MOST_SHOWN],
        left_out=max(0, len(answer.rows) - MOST_SHOWN),
        names=_names(graph, answer.rows[:MOST_SHOWN]),
        notes=shown.notes,
        behind=shown.evidence,
        evidence=evidence,
        has_evidence=isinstance(query.header.get("ground"), dict),
        fault="",
    )
    return View(
        _asks(query),
        "question",
        said,
        columns=columns,
        rows=answer.rows,
        made=made,
        command=_command(query, values, evidence=evidence),
        code=f"kg.query({query.name!r}{given}).to_pandas()"
        if shown.evidence is None
        else f"answer = kg.query({query.name!r}{given})\nframe = answer.to_pandas()\n"
        f"frame[{COLUMN!r}] = ['\\n'.join(map(str, behind)) for behind in answer.evidence]",
        here="/questions",
        written={
            "csv": shown.to_csv,
            "json": shown.to_json,
            "md": shown.to_markdown,
            "ground": lambda: _ground(answer),
        },
    )


def _elsewhere(graph: Graph, query: Query, values: dict[str, str]) -> View:
    """Return the page of a query that asks other endpoints, which nothing here does: its text, and where to ask it."""
    from clusterkg import sparql
    from clusterkg.endpoint.addresses import host_of
    from clusterkg.endpoint.federation import find_services

    text = sparql.bind(query.text, query.terms(values))
    hosts = list(dict.fromkeys(host_of(service.url) for service in find_services(text, query.name)))
    allowed = "".join(f" --allow-service {shlex.quote(host)}" for host in hosts)
    fault = f"SERVICE is refused: it would call {', '.join(hosts)}, and this service asks nobody else"
    error = QueryError(fault, place=query.name, remedy="ask it on the command line, as told below")
    said = _about(graph, query, values)
    said.update(fault=f"{error.fault}; {error.remedy}", evidence=False, answer=None, has_evidence=False)
    command = f"{_command(query, values, evidence=False)}{allowed}"
    made = [Made(query.name, text, values)]
    return View(_asks(query), "question", said, made=made, command=command, here="/questions", fault=error, status=403)


def _ground(answer: Answer) -> str:
    """Return what an answer rests on as JSON, in the words that a data frame has it in its ``attrs``."""
    from clusterkg import rendering

    ground = answer.ground
    return rendering.as_json({"ground": ground.as_dict() if ground is not None else None, "notes": answer.told})


def _form_again(
    graph: Graph, query: Query, asked: Asked, values: dict[str, str], error: ParameterError, *, evidence: bool
) -> View:
    """Return the form with what was typed, and the fault where it is."""
    said = _about(graph, query, values)
    fields = said["fields"]
    field = place_of(error, fields)
    told = f"{error.fault}; {error.remedy}" if error.remedy else error.fault
    if field is not None and not field.fault:
        field.fault = told
    said.update(fault=told, evidence=evidence, answer=None, has_evidence=isinstance(query.header.get("ground"), dict))
    # Whoever has given nothing yet has done nothing wrong.
    status = 400 if values or field is None else 200
    return View(_asks(query), "question", said, here="/questions", fault=error, status=status)


def _about(graph: Graph, query: Query, values: dict[str, str]) -> dict[str, Any]:
    """Return what a query says of itself, and the form for its parameters."""
    from clusterkg.parameters import pairs

    header = query.header
    tags = header.get("tags")
    return {
        "name": query.name,
        "description": " ".join(str(header.get("description") or "").split()),
        "told": {str(name): " ".join(str(told).split()) for name, told in pairs(header.get("columns")).items()},
        "tags": [str(tag) for tag in tags] if isinstance(tags, list) and query.name.startswith("questions/") else [],
        "fields": fields_of(graph, query, values),
    }


def _asks(query: Query) -> str:
    return " ".join(str(query.header.get("summary") or query.name).split())


def _evidence_query(graph: Graph, query: Query, values: dict[str, str]) -> Made:
    """Return the query that the evidence comes from."""
    from clusterkg import library
    from clusterkg.questions.ground import study_of
    from clusterkg.terms import study_iri

    support = library.read("analysis/evidence", graph.folders)
    study = {"study": study_iri(study_of(query.terms(values)))}
    return Made(support.name, support.bind(study), study)


def _names(graph: Graph, rows: Sequence[Sequence[Value]]) -> dict[str, str]:
    """Return the names of the things of ours in an answer."""
    iris = {value for row in rows for value in row if isinstance(value, str) and value.startswith(BASE)}
    names = {iri: called(graph, iri) for iri in iris if " " not in iri}
    return {iri: name for iri, name in names.items() if name}


def _command(query: Query, values: dict[str, str], *, evidence: bool) -> str:
    """Return the command line that gives the same."""
    given = "".join(f" --param {shlex.quote(f'{name}={value}')}" for name, value in values.items())
    return f"clusterkg query {query.name}{given}{' --evidence' if evidence else ''}"
