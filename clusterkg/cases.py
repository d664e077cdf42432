"""One case study in full: its cluster, ratings, chains, who plays a part in it, and sources."""

from __future__ import annotations

from clusterkg import library, rendering
from clusterkg.errors import UnknownName, nearest
from clusterkg.terms import case_iri, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from clusterkg.graph import Graph

__all__ = ["FORMATS", "as_csv", "as_markdown", "as_text", "describe"]

FORMATS = ("table", "csv", "json", "md")


def describe(graph: Graph, slug: str, *, study: str = "giuliani2005") -> dict[str, Any]:
    """Return what the graph says of one case study.

    Args:
        graph: the loaded graph.
        slug: the cluster's slug; with ``--period`` where a study has several cases of one cluster.
        study: the study's key.

    Returns:
        A mapping with ``case``, ``name``, ``cluster``, ``study``, ``sectoral_group``, ``ratings``
        (value, or None with a reason, and evidence), ``governance``, ``chains``, ``participations``
        (actors, events and standards), ``sources`` and ``notes``;
        empty lists where nothing is stated.

    Raises:
        UnknownName: there is no such case; the nearest slugs are offered.
    """
    index = library.read("cases/index")
    known: dict[str, set[str]] = {}
    for iri, study_of, _ in graph.run(index.text, index.name, needs=index.needs).rows:
        known.setdefault(str(study_of).removeprefix(study_iri("")), set()).add(str(iri).rsplit("/", 1)[-1])
    if study not in known:
        raise UnknownName("no such study with cases", place=study, remedy=nearest(study, known))
    if slug not in known[study]:
        raise UnknownName(f"no such case in {study}", place=slug, remedy=nearest(slug, known[study]))

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

    return {
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
        "participations": ask("participations"),
        "source_basis": about["source_basis"],
        "sources": ask("sources"),
        "notes": texts("note"),
    }


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
        locator, source = origin(row)
        row_only = row["evidence"] == f"{locator}, row only"
        lines.append(("Ratings", row["variable"] + coding, value, row["evidence"] if row_only else locator, source))
        if row["evidence"] and not row_only:
            lines.append(("Ratings", "  evidence", row["evidence"], "", row["cited"] or ""))
    lines.append(("Governance", "Status", case["governance"]["status"], "", ""))
    for row in case["chains"]:
        parts = [row["governance_mode"] or "mode not stated", row["market_scope"] or "scope not stated"]
        if row["lead_actor"]:
            parts.append(f"led by {row['lead_actor']}")
        if not row["counted"]:
            parts.append("described, not counted")
        lines.append(("Governance", row["name"] or "Chain", ", ".join(parts), *origin(row)))
        for item, column in CHAIN_DETAILS.items():
            if row[column]:
                lines.append(
                    ("Governance", f"  {item}", row[column], "", (row["cited"] or "") if column == "evidence" else "")
                )
    for row in case["participations"]:
        about = [row["role"], row["chain"], row["period"]]
        about.append("all cases of the group" if row["applies_to"] == "sectoral group" else None)
        lines.append((f"{row['kind'].capitalize()}s", row["name"], ", ".join(filter(None, about)), *origin(row)))
        if row["evidence"]:
            lines.append((f"{row['kind'].capitalize()}s", "  evidence", row["evidence"], "", row["cited"] or ""))
    lines.append(("Sources", "Basis", case["source_basis"], "", ""))
    lines += [("Sources", "Source", row["citation"], "", "") for row in case["sources"]]
    lines += [("Notes", "Note", note, "", "") for note in case["notes"]]
    return lines


CHAIN_DETAILS = {
    "sells in": "destination",
    "enables": "enables",
    "hinders": "hinders",
    "leaves unaffected": "leaves_unaffected",
    "evidence": "evidence",
    "note": "note",
    "confidence": "confidence",
}
"""What a chain may have beside its mode, scope and leader: what a line calls it, and its column."""

COLUMNS = ("section", "item", "value", "locator", "source")


def as_text(case: dict[str, Any], width: int = 80) -> str:
    """Return the case for a terminal of that width; sources are in the other formats."""
    lines = [line[:-1] for line in _lines(case)]
    return rendering.as_text(
        COLUMNS[:-1], lines, title=case["name"], numeric=[False] * 4, group=["section"], width=width
    )


def as_csv(case: dict[str, Any]) -> str:
    """Return the case as CSV: section, item, value, locator, source."""
    return rendering.as_csv(COLUMNS, _lines(case))


def as_markdown(case: dict[str, Any]) -> str:
    """Return the case as a Markdown table."""
    return rendering.as_markdown(COLUMNS, _lines(case), title=case["name"])
