"""Descriptions of the exported CSV files after CSV on the Web (W3C: Metadata Vocabulary for Tabular Data, 2015)."""

from __future__ import annotations

import json
import re

from clusterkg.export.columns import KEYS, SEPARATOR
from clusterkg.export.titles import LANGUAGES, names_of
from clusterkg.terms import BASE, LICENCE, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from clusterkg.export.columns import Column
    from clusterkg.export.rows import Export
    from clusterkg.export.tables import Tables
    from clusterkg.export.titles import Names

__all__ = ["BOUNDS", "describe"]

CONTEXT = "http://www.w3.org/ns/csvw"

BOUNDS = {"number": (0, 3), "integer": (1, 3), "code": (0, 3)}
"""The least and the greatest value of a column by its kind: a score, a rank, a code of Table 3."""


def describe(made: Export, tables: Tables) -> dict[str, bytes]:
    """Return a ``…csv-metadata.json`` for each table, which validators find by its name.

    A table whose rows belong to cases is described together with that of the cases, since a foreign key is checked
    within one group only. A column has a ``propertyUrl`` where its cell, or the IRI that ``valueUrl`` makes of it, is
    that property's value; a column of names or codes has its term in ``rdfs:seeAlso`` instead.
    """
    names, titles = names_of(made.graph, tables)
    case = f"{BASE}case/{made.study}/{{case}}"
    things = {"cases": case, "chains": f"{case}#{{chain}}"}
    described = {
        table: _table(table, columns, names, {one.name: titles[table, one.name] for one in columns}, things)
        for table, (columns, _) in tables.items()
    }
    files = {}
    for table, said in described.items():
        about: dict[str, Any] = {
            "@context": [CONTEXT, {"@language": "en"}],
            "dc:license": {"@id": LICENCE},
            "dc:source": {"@id": study_iri(made.study)},
        }
        if _belongs_to_cases(table):
            about |= {"tables": [said, described["cases"]]}
        else:
            about |= said
        text = json.dumps(about, ensure_ascii=False, indent=2) + "\n"
        files[f"{table}.csv-metadata.json"] = text.encode()
    return files


def _belongs_to_cases(table: str) -> bool:
    return table != "cases" and "case" in KEYS[table]


def _table(
    table: str, columns: list[Column], names: Names, titles: dict[str, dict[str, str]], about: dict[str, str]
) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "columns": [_column(one, names, titles[one.name]) for one in columns],
        "primaryKey": list(KEYS[table]),
    }
    if _belongs_to_cases(table):
        schema["foreignKeys"] = [
            {"columnReference": "case", "reference": {"resource": "cases.csv", "columnReference": "case"}}
        ]
    if table in about:
        schema["aboutUrl"] = about[table]
    return {
        "url": f"{table}.csv",
        "dialect": {"header": True, "encoding": "utf-8"},
        "null": "",
        "tableSchema": schema,
    }


def _column(one: Column, names: Names, titles: dict[str, str]) -> dict[str, Any]:
    # The header is a title in no language: it is what a reader compares with the first line.
    told = {"und": one.name, **{language: titles[language] for language in LANGUAGES if language in titles}}
    said: dict[str, Any] = {
        "name": one.name,
        "titles": told,
        "dc:description": one.label if not one.unit else f"{one.label} ({one.unit})",
        "datatype": _datatype(one),
        "required": one.required,
    }
    if one.several:
        said["separator"] = SEPARATOR
    property = names.property_of(one)
    if property:
        said["propertyUrl"] = property
    elif one.rule:
        said["rdfs:seeAlso"] = {"@id": one.rule}
    if one.value:
        said["valueUrl"] = one.value
    return said


def _datatype(one: Column) -> Any:
    bounds = dict(zip(("minimum", "maximum"), BOUNDS.get(one.kind, ()), strict=False))
    match one.kind:
        case "number":
            return {"base": "decimal", **bounds}
        case "integer" | "code":
            return {"base": "integer", **bounds}
        case "boolean":
            return {"base": "boolean", "format": "true|false"}
        case _ if one.values:
            return {"base": "string", "format": "|".join(re.escape(word).replace("\\ ", " ") for word in one.values)}
        case _:
            return "string"
