"""One case study in full: its cluster, ratings, chains and sources."""

from __future__ import annotations

from clusterkg import library, rendering
from clusterkg.errors import UnknownName, nearest
from clusterkg.terms import case_iri, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from clusterkg.graph import Graph

__all__ = ["Case", "describe"]


COLUMNS = ("section", "item", "value", "locator", "source")


class Case(dict[str, "Any"]):
    """What the graph says of one case study, as `describe` returns it: a mapping that can be shown."""

    def to_csv(self) -> str:
        """Return the case as CSV: section, item, value, locator, source."""
        return rendering.as_csv(COLUMNS, _lines(self))

    def to_json(self) -> str:
        """Return the case as one JSON object."""
        return rendering.as_json(self)

    def to_markdown(self) -> str:
        """Return the case as a Markdown table."""
        return rendering.as_markdown(COLUMNS, _lines(self), title=self["name"])

    def to_text(self, width: int = 80) -> str:
        """Return the case for a terminal of that width; sources are in the other formats."""
        lines = [line[:-1] for line in _lines(self)]
        return rendering.as_text(
            COLUMNS[:-1], lines, title=self["name"], numeric=[False] * 4, group=["section"], width=width
        )


def describe(graph: Graph, slug: str, *, study: str = "giuliani2005") -> Case:
    """Return what the graph says of one case study.

    Args:
        graph: the loaded graph.
        slug: the cluster's slug; with ``--period`` where a study has several cases of one cluster.
        study: the study's key.

    Returns:
        A mapping with ``case``, ``name``, ``cluster``, ``study``, ``sectoral_group``, ``ratings``
        (value, or None with a reason), ``governance``, ``chains``, ``sources`` and ``notes``;
        empty lists where nothing is stated.

    Raises:
        UnknownName: there is no such case; the nearest slugs are offered.
    """
    index = library.read("cases/index")
    known: dict[str, set[str]] = {}
    for iri, study_of, _ in graph.run(index.text, index.name, needs=index.needs).rows:
        known.setdefault(str(study_of).removeprefix(study_iri("")), set()).add(str(iri).rsplit("/", 1)[-1])
    elsewhere = sorted(other for other, slugs in known.items() if other != study and slug in slugs)
    use = f"use --study {' or '.join(elsewhere)}, which has the case" if elsewhere else ""
    if study not in known:
        raise UnknownName("no such study with cases", place=study, remedy=use or nearest(study, known))
    if slug not in known[study]:
        raise UnknownName(
            f"no such case in {study}",
            place=slug,
            remedy=_periods(slug, known[study]) or use or _near(slug, study, known),
        )

    def ask(name: str) -> list[dict[str, Any]]:
        query = library.read(f"cases/{name}")
        text = query.bind({"case": case_iri(study, slug)})
        return list(graph.run(text, query.name, needs=query.needs))

    overview = ask("overview")
    if not overview:
        raise UnknownName(
            "the case lacks a name, cluster, study or sectoral group", place=slug, remedy="complete its file"
        )
    about, names = overview[0], ask("names")

    def texts(kind: str) -> list[str]:
        return [row["text"] for row in names if row["kind"] == kind]

    return Case(
        {
            "case": about["case"],
            "name": about["name"],
            "printed_labels": texts("printed label"),
            "cluster": {
                "iri": about["cluster"],
                "name": about["cluster_name"],
                "other_names": texts("other name"),
                "places": texts("place"),
                "country": about["country"],
                "industry": about["industry"],
            },
            "study": {"iri": about["study"], "name": about["study_name"]},
            "sectoral_group": about["sectoral_group"],
            "ratings": ask("ratings"),
            "governance": {"status": about["governance_status"]},
            "chains": ask("chains"),
            "source_basis": about["source_basis"],
            "sources": ask("sources"),
            "notes": texts("note"),
        }
    )


def _periods(slug: str, slugs: Iterable[str]) -> str:
    """Return a remedy that names all cases of a cluster, where the study has it at other periods."""
    found = sorted(one for one in slugs if one.split("--")[0] == slug.split("--")[0])
    return f"of this cluster there are: {', '.join(found)}" if found else ""


def _near(slug: str, study: str, known: Mapping[str, set[str]]) -> str:
    """Return a remedy that names the nearest cases of the study, else those of another study with it."""
    here = nearest(slug, known[study])
    if here:
        return here
    for other in sorted(known):
        if there := nearest(slug, known[other]) if other != study else "":
            return f"with --study {other}: {there}"
    return ""


def _lines(case: dict[str, Any]) -> list[tuple[str, str, Any, str, str]]:
    """Return the case as lines of section, item, value, and place and source that it comes from."""

    def origin(row: dict[str, Any]) -> tuple[str, str]:
        return str(row["locator"] or ""), str(row["source"] or "")

    cluster = case["cluster"]
    lines: list[tuple[str, str, Any, str, str]] = [
        ("Case", "Cluster", cluster["name"], "", ""),
        ("Case", "Places", "; ".join(cluster["places"]), "", ""),
        ("Case", "Country", cluster["country"], "", ""),
        ("Case", "Industry", cluster["industry"], "", ""),
        ("Case", "Sectoral group", case["sectoral_group"], "", ""),
        ("Case", "Study", case["study"]["name"], "", ""),
        ("Case", "Printed as", "; ".join(case["printed_labels"]), "", ""),
    ]
    for row in case["ratings"]:
        coding = "" if row["accepted"] else f" ({row['coding']}, not accepted)"
        value = row["value"] if row["value"] is not None else row["reason"]
        lines.append(("Ratings", row["variable"] + coding, value, *origin(row)))
    lines.append(("Governance", "Status", case["governance"]["status"], "", ""))
    for row in case["chains"]:
        parts = [row["governance_mode"] or "mode not stated", row["market_scope"] or "scope not stated"]
        if row["lead_actor"]:
            parts.append(f"led by {row['lead_actor']}")
        if not row["counted"]:
            parts.append("described, not counted")
        lines.append(("Governance", row["name"] or "Chain", ", ".join(parts), *origin(row)))
    lines.append(("Sources", "Basis", case["source_basis"], "", ""))
    lines += [("Sources", "Source", row["citation"], "", "") for row in case["sources"]]
    lines += [("Notes", "Note", note, "", "") for note in case["notes"]]
    return lines
