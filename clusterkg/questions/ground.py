"""What an answer rests on: the cases asked about, those with every value that counts, and what is missing."""

from __future__ import annotations

import re

from clusterkg import sparql
from clusterkg.analysis.samples import sample
from clusterkg.errors import QueryError
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    import pyoxigraph as ox

    from clusterkg.analysis.samples import Case, Sample
    from clusterkg.graph import Graph
    from clusterkg.library import Query

    Terms = Mapping[str, ox.NamedNode | ox.Literal]

__all__ = ["GOVERNANCE", "Ground", "ground_of", "study_of", "uncoded", "variables_of"]

GOVERNANCE = "governance"
"""The variable that stands for all modes at once: a case's governance is coded as a whole or not at all."""

NOT_APPLICABLE = "not applicable"
"""The reason of a case for which there could be no value: nothing is open about it."""

NAMED = 12
"""How many cases without a value are named for a terminal; JSON names all."""


class Ground:
    """What an answer rests on.

    Attributes:
        study: the study's key.
        told: what is asked about, in words and in the plural: ``cases in a quasi-hierarchical global chain``.
        of: how many of them there are.
        n: how many have a value on every variable that the answer goes by.
        variables: those variables, notation to name.
        missing: the others: case, variable and reason, for each value that there is not.
        undecided: of cases outside, those that may belong: case, variable and reason.
        uncoded: variables on which no case of the study has anything coded.
        would_need: what would have to be coded for an answer, where the study's coding cannot give one.
    """

    def __init__(self, study: str, told: str, of: int, variables: Mapping[str, str]) -> None:
        self.study, self.told, self.of, self.n = study, told, of, of
        self.variables = dict(variables)
        self.missing: list[tuple[Case, str, str]] = []
        self.undecided: list[tuple[Case, str, str]] = []
        self.uncoded: list[str] = []
        self.would_need = ""

    def __repr__(self) -> str:
        return f"<Ground: {self.n} of {self.of} {self.told}>"

    @property
    def answerable(self) -> bool:
        """Whether the study codes anything of what is asked."""
        return not self.uncoded and (self.of > 0 or not self.would_need)

    @property
    def sentences(self) -> list[str]:
        """The ground in sentences, each of which stands by itself."""
        need = f"it would take {self.would_need.rstrip('.')}." if self.would_need else ""
        if not self.answerable and not self.uncoded:
            return [f"Not coded: {self.study} has no {self.told}.", need[:1].upper() + need[1:]]
        if self.uncoded:
            names = _listed([name.replace("-", " ") for name in self.uncoded])
            said = [f"Not coded: no case of {self.study} has a value on {names}."]
            return [*said, need[:1].upper() + need[1:]] if need else said
        every = "all " if self.of > 1 else ""
        share = f"{every}{self.n}" if self.n == self.of else f"{self.n} of {self.of}"
        told = re.sub(r"^cases\b", "case", self.told) if self.of == 1 else self.told
        said = [f"Rests on {share} {told}."]
        said += [f"No {what}: {who}." for what, who in _by_variable(self.missing, self.variables)]
        return said + [
            f"Whether they belong is open without {what}: {who}."
            for what, who in _by_variable(self.undecided, self.variables)
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return the ground as JSON has it, with every case that is missing."""

        def told(parts: Sequence[tuple[Case, str, str]]) -> list[dict[str, str]]:
            return [{"case": case.iri, "variable": variable, "reason": reason} for case, variable, reason in parts]

        return {
            "study": self.study,
            "told": self.told,
            "of": self.of,
            "n": self.n,
            "variables": list(self.variables),
            "missing": told(self.missing),
            "undecided": told(self.undecided),
            "uncoded": self.uncoded,
            "would_need": self.would_need,
        }


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _by_variable(parts: Sequence[tuple[Case, str, str]], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return each variable's name with the cases that lack it, those of one reason together."""
    found: dict[str, dict[str, list[str]]] = {}
    for case, variable, reason in parts:
        found.setdefault(variable, {}).setdefault(reason, []).append(case.name)
    told = []
    for variable, reasons in found.items():
        for reason, cases in reasons.items():
            more = f" and {len(cases) - NAMED} more" if len(cases) > NAMED else ""
            name = names.get(variable, variable.replace("-", " "))
            told.append((name[:1].lower() + name[1:], f"{', '.join(cases[:NAMED])}{more} ({reason})"))
    return told


def variables_of(query: Query, terms: Terms | None = None) -> list[str]:
    """Return the variables that a question's header says its answer goes by; none where it says nothing.

    Args:
        query: the question. An entry such as ``?_upgrading_iri`` stands for the variable that a parameter names.
        terms: the parameters' terms by their variables; the defaults where left out.
    """
    return _resolved(query, _entries(query, "variables"), terms)


def _entries(query: Query, key: str) -> list[str]:
    """Return a list that stands in the header's ground."""
    ground = query.header.get("ground")
    listed = ground.get(key) if isinstance(ground, dict) else None
    if listed is not None and not isinstance(listed, list):
        raise QueryError(f"'{key}' of its ground is no list", place=query.path, remedy="write [one, two]")
    return [str(name) for name in listed or ()]


def _resolved(query: Query, names: Sequence[str], terms: Terms | None) -> list[str]:
    if any(name.startswith("?_") for name in names) and terms is None:
        terms = query.terms({})
    found = []
    for name in names:
        term = (terms or {}).get(name.removeprefix("?")) if name.startswith("?_") else None
        found.append(re.split(r"[/#]", term.value)[-1] if term is not None else name)
    return list(dict.fromkeys(found))


def uncoded(query: Query, known: Sample, terms: Terms | None = None) -> list[str]:
    """Return the variables of a question on which no case of a study has anything coded."""
    return [name for name in variables_of(query, terms) if name != GOVERNANCE and name not in known.variables]


def ground_of(graph: Graph, query: Query, terms: Terms) -> Ground | None:
    """Return what a question's answer rests on, or None for a query whose header names no ground.

    Args:
        graph: the loaded graph.
        query: the question.
        terms: its parameters' terms by their variables.

    Raises:
        QueryError: the header's sample is no pattern that the engine can match.
    """
    about = query.header.get("ground")
    if not isinstance(about, dict):
        return None
    study = study_of(terms)
    known = sample(graph, study)
    lacking = uncoded(query, known, terms)
    names = {
        name: known.variables.get(name, name.replace("-", " ").capitalize()) for name in variables_of(query, terms)
    }
    told = str(about.get("told") or f"cases of {study}")
    inside, things = _members(graph, query, terms, str(about.get("sample") or ""), known)
    ground = Ground(study, told, len(inside) if things is None else things, names)
    ground.would_need = " ".join(str(query.header.get("would_need") or "").split())
    ground.uncoded = lacking
    if lacking:
        ground.n = 0
        return ground
    asked = inside if things is None else list(known)
    ground.missing = [(case, name, _reason(case, name)) for name in names for case in asked if not _has(case, name)]
    if things is None:
        ground.n = sum(all(_has(case, name) for name in names) for case in inside)
    belonging = {case.iri for case in inside}
    ground.undecided = [
        (case, name, _reason(case, name))
        for name in _resolved(query, _entries(query, "decided_by"), terms)
        for case in known
        if case.iri not in belonging and not _has(case, name) and _reason(case, name) != NOT_APPLICABLE
    ]
    return ground


def study_of(terms: Terms) -> str:
    """Return the key of the study that a question is about; the first one where it has no such parameter."""
    term = terms.get("_study_iri")
    return term.value.removeprefix(study_iri("")) if term is not None else "giuliani2005"


def _has(case: Case, variable: str) -> bool:
    return case.governance_coded if variable == GOVERNANCE else variable in case.values


def _reason(case: Case, variable: str) -> str:
    return case.governance_reason if variable == GOVERNANCE else case.reason(variable)


def _members(graph: Graph, query: Query, terms: Terms, pattern: str, known: Sample) -> tuple[list[Case], int | None]:
    """Return the cases that a pattern matches, and how many things where it is about others than cases."""
    if not pattern.strip():
        return list(known), None
    prefixes = "".join(f"PREFIX {name}: <{space}>\n" for name, space in sparql.prologue(query.text).items())
    text = f"{prefixes}SELECT DISTINCT ?case ?thing WHERE {{ {pattern} }} ORDER BY ?case ?thing"
    bound = sparql.bind(text, {name: terms[name] for name in sparql.parameters(text) if name in terms})
    try:
        if query.shipped:
            answer = graph.run(bound, query.path, needs=query.needs)
        else:
            sparql.refuse_reaching_out(bound, query.path)
            answer = graph.run_guarded(bound, query.path)
    except QueryError as error:
        raise QueryError(
            f"the sample of its ground fails: {error.fault}", place=query.path, remedy=error.remedy
        ) from error
    things = {row["thing"] for row in answer if row["thing"] is not None}
    if things:
        return [], len(things)
    matched = {row["case"] for row in answer}
    return [case for case in known if case.iri in matched], None
