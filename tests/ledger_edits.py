"""What the tests of the ledger name and change: files, ratings, printed figures, and what a ledger says of one."""

import re
from collections.abc import Callable
from pathlib import Path

from clusterkg.ledger import Ledger

ROOT = Path(__file__).parent.parent
REPORTED = "cases_ttl/giuliani2005/reported.ttl"
STUDY = "cases_ttl/giuliani2005/study.ttl"
LEON = "cases_ttl/giuliani2005/cases/leon-footwear.ttl"
Change = Callable[..., Ledger]


def rating(variable: str, value: str, name: str = LEON) -> str:
    """Return a rating as the case's file has it, from its variable to its locator, with a value in it."""
    found = re.search(rf"    ckg:variable dim:{variable} ;\n(?:    .*\n)*", (ROOT / name).read_text(encoding="utf-8"))
    assert found
    return re.sub(r"(?<=:coding-published ;\n    ).*(?= ;)", value, found[0])


def reprinted(name: str, figure: str) -> tuple[str, str, str]:
    """Return the edit that prints another figure in a cell of reported.ttl, such as ``table-7-average-process``."""
    found = re.search(rf"<#{name}>\n(?:    .*\n)*", (ROOT / REPORTED).read_text(encoding="utf-8"))
    assert found
    value = figure if "." in figure else f"{figure}.0"
    new = re.sub(r'ckg:printed ".*"', f'ckg:printed "{figure}"', found[0])
    return REPORTED, found[0], re.sub(r"ckg:value [\d.]+", f"ckg:value {value}", new)


def row_of(ledger: Ledger, table: str, row: str, column: str) -> dict[str, object]:
    found = [record for record in ledger if (record["table"], record["row"], record["column"]) == (table, row, column)]
    assert len(found) == 1, found
    return found[0]


def said(ledger: Ledger, table: str, row: str, column: str) -> tuple[object, object]:
    record = row_of(ledger, table, row, column)
    return record["verdict"], record["cause"]


NAMES = [
    (
        LEON,
        "@prefix skos:",
        "@prefix sdmx-attribute: <http://purl.org/linked-data/sdmx/2009/attribute#> .\n@prefix skos:",
    ),
]
