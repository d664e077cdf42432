"""The findings of a study as its files state them, before anything is put to the test."""

from __future__ import annotations

from clusterkg import library
from clusterkg.errors import DataError, UnknownName, nearest
from clusterkg.graph.answers import plain
from clusterkg.terms import BASE, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from typing import Any

    from clusterkg.graph import Graph

__all__ = ["LIMITS", "Claim", "Part", "claims_of", "limits_of"]

LIMITS = ("cases", "exceptions", "neutral", "probability", "spread")
"""The limits that a codebook states for tests, by their notations."""

SHARES = ("least_share", "above_share", "greatest_share", "below_share")


class Part:
    """Something that a finding names: an IRI with the name by which people know it."""

    def __init__(self, iri: str, label: str) -> None:
        self.iri, self.label = iri, label

    @property
    def slug(self) -> str:
        """The last part of the IRI."""
        return self.iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


class Claim:
    """What a finding claims.

    Attributes:
        iri: the finding's IRI; `id` is its last part.
        name: the claim in short; `paraphrase` in full, both in this project's words.
        locator: where the source makes it.
        kind: the notation of its kind: ``association``, ``universal`` and so on.
        relation: the notation of what it says of its subject.
        about: its subjects; `groups` the sectoral groups that it is restricted to.
        directions: notations of the signs that it claims, none for most kinds.
        query: the name of the query that tests it, or None.
        would_need: what would have to be coded where there is no query.
        count: the number that it states, or None.
        quantifier: the notation of how many it speaks of, with the shares in `shares`, or None.
        note: what has to be known to read it.
        sources: works that it leans on; `passages` where it stands.
        conditions: what it asks of a case, in words: by ``condition`` to meet it, by ``sample`` to be looked at, by
            ``contrast`` to stand on the first side of a comparison; `thresholds` why their bounds were chosen, and
            `sample_variables` the names of the variables whose values decide which cases are looked at.
    """

    def __init__(
        self, row: dict[str, Any], parts: dict[str, list[Part]], conditions: Sequence[dict[str, Any]] = ()
    ) -> None:
        self.iri = str(row["finding"])
        self.id = self.iri.rsplit("/", 1)[-1]
        self.name, self.paraphrase = str(row["name"]), str(row["paraphrase"])
        self.locator, self.kind, self.relation = str(row["locator"]), str(row["kind"]), str(row["relation"])
        self.query = str(row["tested_by"]).removeprefix(BASE + "query/") if row["tested_by"] else None
        self.would_need, self.note = str(row["would_need"] or ""), str(row["note"] or "")
        self.count: int | None = row["count"]
        self.quantifier: str | None = row["quantifier"]
        self.shares: dict[str, Decimal] = {name: row[name] for name in SHARES if row[name] is not None}
        self.about, self.groups = parts.get("about", []), parts.get("group", [])
        self.directions = sorted(part.slug for part in parts.get("direction", []))
        self.predictors, self.outcomes = parts.get("predictor", []), parts.get("outcome", [])
        self.sources, self.passages = parts.get("source", []), parts.get("passage", [])
        self.conditions: dict[str, list[str]] = {}
        for one in conditions:
            self.conditions.setdefault(str(one["use"]), []).append(_in_words(one))
        self.sample_variables = [
            str(one["variable"]) for one in conditions if one["use"] == "sample" and one["variable"]
        ]
        self.thresholds = {str(one["threshold"]): str(one["reason"] or "") for one in conditions if one["threshold"]}

    def __repr__(self) -> str:
        return f"Claim({self.id!r})"

    @property
    def subject(self) -> str:
        """The names of its subjects, joined."""
        return "; ".join(part.label for part in self.about)


def claims_of(graph: Graph, study: str) -> list[Claim]:
    """Return the findings of a study in the order of their ids, sections before notes before tables.

    Raises:
        UnknownName: there is no such study, or it has no findings; the nearest are offered.
    """
    parts: dict[str, dict[str, list[Part]]] = {}
    for row in _ask(graph, "parts", study):
        of_finding = parts.setdefault(str(row["finding"]), {})
        of_finding.setdefault(str(row["part"]), []).append(Part(str(row["thing"]), str(row["label"])))
    conditions: dict[str, list[dict[str, Any]]] = {}
    for row in _ask(graph, "conditions", study):
        conditions.setdefault(str(row["finding"]), []).append(row)
    found = {
        iri: Claim(row, parts.get(iri, {}), conditions.get(iri, ()))
        for row in _ask(graph, "index", study)
        if (iri := str(row["finding"]))
    }
    if not found:
        query = library.read("tables/index", graph.folders)
        known = {str(row[0]).removeprefix(study_iri("")) for row in graph.run(query.text, needs=query.needs).rows}
        remedy = nearest(study, known) if study not in known else "write them in its findings.ttl"
        raise UnknownName("no such study with findings", place=study, remedy=remedy)
    return sorted(found.values(), key=lambda claim: _order(claim.id))


def _in_words(row: dict[str, Any]) -> str:
    """Return what a condition asks of a case, as ``Product upgrading: upgraded (0.5 or more)``."""
    least, greatest = (plain(row[name]) for name in ("least", "greatest"))
    if row["variable"]:
        if least and greatest:
            bounds = str(least) if least == greatest else f"{least} to {greatest}"
        else:
            bounds = f"{least} or more" if least else f"{greatest} or less"
        told = f"{row['variable']}: {str(row['threshold']).lower()} ({bounds})"
    elif row["carries"]:
        carriers = {"chain": "a counted chain that is", "sectoral group": "of the group", "source basis": "coded from"}
        told = f"{carriers[str(row['of'])]} {row['carries']}"
    else:
        told = f"counted chains of at least {row['least_chains']} pairs of mode and scope"
    return f"not {told}" if row["absent"] else told


def _order(id: str) -> tuple[int, str]:
    """Return a sorting key by which sections come first, then notes, then tables."""
    import re

    numbered = re.sub(r"\d+", lambda match: match[0].zfill(3), id)
    return "snt".find(id[:1]), numbered


def limits_of(graph: Graph, study: str) -> dict[str, Decimal]:
    """Return the limits that a study's codebook states for tests, by `LIMITS`.

    Raises:
        DataError: one is missing, or stated twice.
    """
    found: dict[str, Decimal] = {}
    for row in _ask(graph, "limits", study):
        name = str(row["limit"])
        if name in found:
            raise DataError(f"two limits called '{name}'", place=f"the codebook of {study}", remedy="keep one")
        found[name] = row["value"]
    for name in LIMITS:
        if name not in found:
            raise DataError(
                f"no limit called '{name}'",
                place=f"the codebook of {study}",
                remedy="give it a ckg:Threshold of that notation under ckg:testLimit",
            )
    return found


def _ask(graph: Graph, name: str, study: str) -> list[dict[str, Any]]:
    query = library.read(f"findings/{name}", graph.folders)
    return list(graph.run(query.bind({"study": study_iri(study)}), query.path, needs=query.needs))
