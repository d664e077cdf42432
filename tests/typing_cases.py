"""A case typed into the form of a real server, and the same as the rows of sheets."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
from conftest import ROOT
from forms import Page
from rows import GOOD, Row
from served import FORM, Reply, Server

from clusterkg.coding.columns import BY_SHEET, RATED
from clusterkg.coding.form import BACKING

HTML = "text/html"
STUDY = "demo2026"
CASES = sorted(path.stem for path in (ROOT / "cases_ttl/giuliani2005/cases").glob("*.ttl"))
CKG = "https://w3id.org/clusterkg/ontology#"
KEPT = {
    *(f"{CKG}{name}" for name in ("variable", "score", "degree", "accepted", "coding", "case", "sectoralGroup")),
    *(f"{CKG}{name}" for name in ("sourceBasis", "describes", "study", "governanceStatus")),
    "http://purl.org/linked-data/sdmx/2009/attribute#obsStatus",
}
"""Properties of a case and its ratings whose every statement has a field in the form."""

Fields = Mapping[str, str]


def send(served: Server, fields: Fields | Sequence[tuple[str, str]], accept: str = "", **more: str) -> Reply:
    pairs = [*(fields.items() if isinstance(fields, Mapping) else fields), *more.items()]
    headers = {"Content-Type": FORM, **({"Accept": accept} if accept else {})}
    return served.request("POST", "/code", urlencode(pairs), headers)


def good(**changes: str) -> dict[str, str]:
    """Return fields that have no fault, but for the changes; a name may have a dot for two underscores."""
    return {"study": STUDY, **GOOD, **{name.replace("__", "."): text for name, text in changes.items()}}


def checked(served: Server, fields: Fields) -> Any:
    reply = send(served, fields, format="json")
    assert reply.status == 200, reply
    return reply.json()


def told(served: Server, fields: Fields) -> list[tuple[str, str]]:
    """Return rule and field of what is more than read otherwise."""
    problems = checked(served, fields)["problems"]
    return [(one["rule"], one["input"]) for one in problems if one["level"] != "normalised"]


def page_of(reply: Reply) -> Page:
    assert (reply.status, reply.media) == (200, HTML), reply
    return Page(reply.text)


def typed(page: Page) -> dict[str, str]:
    """Return what sending the form without a button would send."""
    return page.fields["case"]


def as_rows(fields: Fields) -> dict[str, list[Row]]:
    """Return the fields as the rows of sheets, as a coder would type them."""
    sheets: dict[str, list[Row]] = {"cases": [], "chains": [], "values": []}
    sheets["cases"].append({name: text for name, text in fields.items() if "." not in name and name not in ("study",)})
    numbered: dict[tuple[str, int], Row] = {}
    for name, text in fields.items():
        parts = name.split(".")
        if len(parts) == 3 and text:
            numbered.setdefault((parts[0], int(parts[1])), {"case_id": fields["case_id"]})[parts[2]] = text
    for variable in [column.name for column in RATED]:
        own = {name: fields.get(f"{variable}.{name}", "") for name in BACKING}
        if any(own.values()):
            head = {"case_id": fields["case_id"], "variable": variable, "value": fields.get(variable, "")}
            sheets["values"].append(head | own)
    for (sheet, _), row in sorted(numbered.items()):
        sheets[sheet].append(row)
    return sheets


def write(folder: Path, fields: Fields) -> list[str]:
    """Write the same as spreadsheets by hand, without anything of the form's own code."""
    paths = []
    for sheet, rows in as_rows(fields).items():
        if rows:
            columns = [column.name for column in BY_SHEET[sheet]]
            out = io.StringIO()
            writer = csv.DictWriter(out, columns, restval="", extrasaction="ignore")
            writer.writeheader()
            # The form's sheets have a row of explanations, so that what follows has the same number.
            writer.writerow({columns[0]: "# explanations"})
            writer.writerows(rows)
            paths.append(str(folder / f"{sheet}.csv"))
            Path(paths[-1]).write_text(out.getvalue(), encoding="utf-8")
    return paths


def triples(text: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)}
