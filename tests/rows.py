"""Rows of a coder's sheets, for the tests to spoil."""

import csv
import io
from collections.abc import Callable, Sequence

from clusterkg.coding.columns import OPTIONAL, WIDE
from clusterkg.coding.importing import Import

__all__ = ["GOOD", "NAMES", "Prepare", "Row", "row", "sheet", "told"]

Row = dict[str, str]

NAMES = [column.name for column in (*WIDE, *OPTIONAL)]

GOOD: Row = {
    "case_id": "sialkot-surgical-instruments",
    "name": "Sialkot surgical instruments",
    "place": "Sialkot",
    "country": "Pakistan",
    "iso3": "PAK",
    "industry": "Footwear",
    "isic4": "1520",
    "sectoral_group": "traditional-manufacturing",
    "collective_efficiency": "high",
    "product": "2",
    "process": "2.5",
    "functional": "1",
    "intersectoral": "0",
    "sum": "5.5",
    "market": "1",
    "network": "0",
    "quasi_hierarchy": "2",
    "hierarchy": "0",
    "lead_actor": "German importers",
    "period": "1990s",
    "source": "Nadvi (1999)",
    "locator": "pp. 1605-1626",
    "evidence": "Firms raised quality after a ban by the US regulator.",
    "note": "",
    "confidence": "high",
    "coder": "ana",
}


def sheet(rows: Sequence[Row], names: list[str] = NAMES) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def row(**changes: str) -> Row:
    return {**GOOD, **changes}


Prepare = Callable[..., Import]


def told(prepared: Import, number: int | None = None) -> list[tuple[str, str, str]]:
    """Return level, rule and field of the problems, or of those of a row."""
    problems = [problem for problem in prepared.problems if number is None or problem.row == number]
    return [(problem.level, problem.rule, problem.field) for problem in problems]
