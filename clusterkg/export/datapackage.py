"""A description of the exported CSV files as a Data Package 2.0 with its Table Schemas."""

from __future__ import annotations

import hashlib
import json
import re

from clusterkg.export.columns import KEYS
from clusterkg.export.csvw import BOUNDS
from clusterkg.export.titles import names_of
from clusterkg.export.void import sources_of
from clusterkg.terms import LICENCE, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from clusterkg.export.columns import Column
    from clusterkg.export.rows import Export
    from clusterkg.export.tables import Tables

__all__ = ["describe"]

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
"""Version 2.0, the standard since 2024: keys are lists there and categories have a property of their own."""

TYPES = {"number": "number", "integer": "integer", "code": "integer", "boolean": "boolean"}


def describe(made: Export, tables: Tables, files: Mapping[str, bytes], version: str) -> dict[str, bytes]:
    """Return ``datapackage.json``, which names each CSV file with its columns, keys, size and checksum.

    Args:
        made: what is exported.
        tables: its tables.
        files: their content by the file's name.
        version: that of clusterkg.
    """
    _, titles = names_of(made.graph, tables)
    about = {
        "$schema": PROFILE,
        "name": re.sub(r"[^a-z0-9._-]", "-", made.study.lower()),
        "id": study_iri(made.study),
        "title": f"{made.study}: cases of industrial clusters in value chains",
        "version": version,
        "sources": _sources(made),
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCE, "title": "Creative Commons Attribution 4.0"}],
        "resources": [
            _resource(table, columns, files[f"{table}.csv"], {one.name: titles[table, one.name] for one in columns})
            for table, (columns, _) in tables.items()
        ],
    }
    return {"datapackage.json": (json.dumps(about, ensure_ascii=False, indent=2) + "\n").encode()}


def _sources(made: Export) -> list[dict[str, str]]:
    """Return the works that the study comes from, by title and, where the graph has one, address."""
    import pyoxigraph as ox

    told: dict[str, dict[str, str]] = {iri: {} for iri in sources_of(made)}
    names = {"http://purl.org/dc/terms/bibliographicCitation": "title", "http://purl.org/dc/terms/identifier": "path"}
    for triple in made.statements:
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.Literal):
            key = names.get(triple.predicate.value)
            if key and triple.subject.value in told:
                told[triple.subject.value][key] = triple.object.value
    return [said for said in told.values() if "title" in said]


def _resource(table: str, columns: list[Column], content: bytes, titles: dict[str, dict[str, str]]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(one, titles[one.name]) for one in columns],
        "fieldsMatch": "exact",
        "missingValues": [""],
        "primaryKey": list(KEYS[table]),
    }
    if table != "cases" and "case" in KEYS[table]:
        schema["foreignKeys"] = [{"fields": ["case"], "reference": {"resource": "cases", "fields": ["case"]}}]
    return {
        "name": table,
        "type": "table",
        "path": f"{table}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema,
    }


def _field(one: Column, titles: dict[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": one.name,
        "title": titles["en"],
        "titles": titles,
        "description": one.label if not one.unit else f"{one.label} ({one.unit})",
        "type": TYPES.get(one.kind, "string"),
    }
    if one.kind == "boolean":
        said |= {"trueValues": ["true"], "falseValues": ["false"]}
    constraints: dict[str, Any] = {"required": True} if one.required else {}
    if one.kind in BOUNDS:
        constraints |= dict(zip(("minimum", "maximum"), BOUNDS[one.kind], strict=True))
    elif one.values:
        constraints["enum"] = one.values
    if one.kind == "degree":
        said |= {"categories": one.values, "categoriesOrdered": True}
    if constraints:
        said["constraints"] = constraints
    if one.rule:
        said["rdfType"] = one.rule
    return said
