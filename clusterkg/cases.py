"""One case study in full: its cluster, ratings, chains, who plays a part in it, and sources."""

from __future__ import annotations

from clusterkg import library, rendering
from clusterkg.errors import UnknownName, nearest
from clusterkg.notebooks import Shown
from clusterkg.terms import case_iri, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value

    Line = tuple[Value, ...]

__all__ = ["COLUMNS", "QUERIES", "Case", "describe"]


COLUMNS = ("section", "item", "value", "locator", "source", "evidence", "cited", "note")
"""Columns of the CSV; cited are the works that the evidence goes back to."""

QUERIES = ("overview", "names", "places", "classes", "ratings", "chains", "participations", "sources")
"""The queries in ``queries/cases`` that a case is described by."""

CHAIN_DETAILS = {
    "sells in": "destination",
    "enables": "enables",
    "hinders": "hinders",
    "leaves unaffected": "leaves_unaffected",
    "confidence": "confidence",
}
"""What a chain may have beside its mode, scope and leader: what a line calls it, and its column."""


class Case(Shown, dict[str, "Any"]):
    """What the graph says of one case study, as `describe` returns it: a mapping that can be shown."""

    columns = COLUMNS

    @property
    def rows(self) -> list[Line]:
        """The case as lines under `COLUMNS`."""
        return _lines(self)

    def to_csv(self) -> str:
        """Return the case as CSV under `COLUMNS`."""
        return rendering.as_csv(COLUMNS, self.rows)

    def to_json(self) -> str:
        """Return the case as one JSON object."""
        return rendering.as_json(self)

    def to_markdown(self) -> str:
        """Return the case as a Markdown table; without columns that nothing stands in."""
        lines = _lines(self)
        filled = [place for place in range(len(COLUMNS)) if place < 5 or any(line[place] for line in lines)]
        rows = [tuple(line[place] for place in filled) for line in lines]
        return rendering.as_markdown([COLUMNS[place] for place in filled], rows, title=self["name"])

    def to_text(self, width: int = 80) -> str:
        """Return the case for a terminal of that width; sources are in the other formats."""
        lines, below = _told_lines(self)
        notes = [f"{item}: {value}" for section, item, value, _ in lines if section == "Notes"]
        if any(str(line[1]).endswith("*") for line in lines):
            notes.append("* A second opinion, kept beside the accepted value.")
        return rendering.as_text(
            COLUMNS[:4],
            [line for line in lines if line[0] != "Notes"],
            title=self["name"],
            notes=notes,
            numeric=[False] * 4,
            group=["section"],
            below=below,
            width=width,
        )


def describe(graph: Graph, slug: str, *, study: str = "giuliani2005") -> Case:
    """Return what the graph says of one case study.

    Args:
        graph: the loaded graph.
        slug: the cluster's slug; with ``--period`` where a study has several cases of one cluster.
        study: the study's key.

    Returns:
        A mapping with ``case``, ``name``, ``cluster`` (also its places with their links, and its codes),
        ``study``, ``period``, ``sectoral_group``, ``ratings`` (value, or None with a reason),
        ``governance``, ``chains``, ``participations`` (actors, events and standards), ``sources``,
        ``evidence``, ``notes`` and ``status``; empty lists where nothing is stated, None where there
        is no period. What a rating or a chain has several of, such as sources, is one text.

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
                "places_linked": ask("places"),
                "classes": ask("classes"),
            },
            "study": {"iri": about["study"], "name": about["study_name"]},
            "period": about["period"],
            "sectoral_group": about["sectoral_group"],
            "ratings": _folded(ask("ratings"), "rating"),
            "governance": {"status": about["governance_status"]},
            "chains": _folded(ask("chains"), "chain"),
            "participations": ask("participations"),
            "source_basis": about["source_basis"],
            "sources": ask("sources"),
            "evidence": texts("evidence"),
            "notes": texts("note"),
            "status": texts("status"),
        }
    )


SEVERAL = {"source": "; ", "locator": "; ", "lead_actor": "; ", "evidence": "\n", "note": "\n"}
"""What a rating or a chain may have several of, and what stands between them."""


def _folded(rows: Iterable[dict[str, Any]], thing: str) -> list[dict[str, Any]]:
    """Return a row for each rating or chain; a query gives one for each of its sources."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[thing], []).append(row)
    return [
        same[0]
        | {
            name: between.join(texts) or None
            for name, between in SEVERAL.items()
            if name in same[0] and (texts := dict.fromkeys(row[name] for row in same if row[name]))
        }
        for same in found.values()
    ]


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


def _lines(case: dict[str, Any]) -> list[Line]:
    """Return the case as lines under `COLUMNS`."""
    cluster = case["cluster"]
    lines: list[Line] = [
        _line("Case", "Cluster", cluster["name"]),
        _line("Case", "Places", "; ".join(cluster["places"])),
        _line("Case", "Country", cluster["country"]),
        _line("Case", "Industry", cluster["industry"]),
        _line("Case", "Sectoral group", case["sectoral_group"]),
        _line("Case", "Study", case["study"]["name"]),
    ]
    if case["period"]:
        lines.append(_line("Case", "Period", case["period"]))
    lines.append(_line("Case", "Printed as", "; ".join(case["printed_labels"])))
    lines += _link_lines(cluster)
    for row in case["ratings"]:
        coding = "" if row["accepted"] else f" ({row['coding']}, not accepted)"
        value = row["value"] if row["value"] is not None else row["reason"]
        lines.append(_line("Ratings", row["variable"] + coding, value, row))
    lines.append(_line("Governance", "Status", case["governance"]["status"]))
    for row in case["chains"]:
        parts = [row["governance_mode"] or "mode not stated", row["market_scope"] or "scope not stated"]
        if row["lead_actor"]:
            parts.append(f"led by {row['lead_actor']}")
        if not row["counted"]:
            parts.append("described, not counted")
        lines.append(_line("Governance", row["name"] or "Chain", ", ".join(parts), row))
        lines += [_line("Governance", f"  {item}", row[name]) for item, name in CHAIN_DETAILS.items() if row[name]]
    for row in case["participations"]:
        about = [row["role"], row["chain"], row["period"]]
        about.append("all cases of the group" if row["applies_to"] == "sectoral group" else None)
        lines.append(_line(f"{row['kind'].capitalize()}s", row["name"], ", ".join(filter(None, about)), row))
    lines.append(_line("Sources", "Basis", case["source_basis"]))
    lines += [_line("Sources", "Source", row["citation"]) for row in case["sources"]]
    lines += [_line("Notes", "Evidence", text) for text in case["evidence"]]
    lines += [_line("Notes", "Note", text) for text in case["notes"]]
    lines += [_line("Notes", "Status", text) for text in case["status"]]
    return lines


def _link_lines(cluster: Mapping[str, Any]) -> list[Line]:
    """Return where the cluster is and under which codes it stands; a link that is not there says why."""
    lines: list[Line] = []
    for row in cluster["places_linked"]:
        point = f"{row['latitude']}, {row['longitude']}" if row["latitude"] is not None else None
        told = [row["basis"], row["region_code"], point]
        lines.append(_line("Links", row["name"], ", ".join(filter(None, told)), row))
        for list_, name in (("GeoNames", "geonames"), ("Wikidata", "wikidata")):
            reason = row[f"no_{name}"]
            if link := row[name] or (f"none: {reason}" if reason else None):
                lines.append(_line("Links", f"  {list_}", link))
    codes: dict[str, list[str]] = {}
    for row in cluster["classes"]:
        codes.setdefault(row["kind"], []).append(row["code"] or f"none: {row['reason']}")
    return lines + [_line("Links", kind, "; ".join(entries)) for kind, entries in codes.items()]


def _line(section: str, item: str, value: Value, row: Mapping[str, Any] | None = None) -> Line:
    backing = [str((row or {}).get(name) or "") for name in COLUMNS[3:]]
    return (section, item, value, *backing)


def _told_lines(case: dict[str, Any]) -> tuple[list[tuple[Value, ...]], dict[int, list[str]]]:
    """Return the lines for a terminal, rival values below the accepted, and by line the paragraphs below it.

    What a line rests on stands below its details.
    """
    lines: list[tuple[Value, ...]] = []
    below: dict[int, list[str]] = {}
    accepted = {row["variable"] for row in case["ratings"] if row["accepted"]}
    rivals = {
        f"{row['variable']} ({row['coding']}, not accepted)": row["coding"]
        for row in case["ratings"]
        if not row["accepted"] and row["variable"] in accepted
    }
    paragraphs: list[str] = []
    for section, item, value, locator, _, evidence, cited, note in _lines(case):
        detail = str(item).startswith("  ")
        if not detail:
            below[len(lines) - 1] = paragraphs
            paragraphs = []
        rival = rivals.get(str(item)) if section == "Ratings" else None
        bare = evidence == f"{locator}, row only"
        lines.append((section, f"  {rival}*" if rival else item, value, evidence if bare else locator))
        told = "" if bare else f"{evidence} (after {cited})" if cited else evidence
        paragraphs += [" ".join(str(text).split()) for text in (told, note) if text]
    below[len(lines) - 1] = paragraphs
    return lines, below
