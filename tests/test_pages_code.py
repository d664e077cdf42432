"""The form to code a case, over a real server: what is typed comes back as statements, or with what is wrong."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from conftest import ROOT, Run, rows_of
from forms import Page
from rows import GOOD, Row
from served import FORM, Reply, Server, serving

from clusterkg.coding import export
from clusterkg.coding.columns import BY_SHEET, RATED
from clusterkg.coding.form import BACKING, MOST
from clusterkg.coding.importing import prepare
from clusterkg.coding.problems import COLUMNS
from clusterkg.graph import Graph
from clusterkg.knowledge_graph import KnowledgeGraph

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


@pytest.fixture(scope="module")
def empty(served: Server) -> Page:
    return page_of(served.get("/code", HTML))


def test_the_form_has_a_field_for_every_column(empty: Page) -> None:
    fields = typed(empty)
    assert [name for name in (one.name for one in BY_SHEET["cases"]) if name not in fields] == []
    assert [one.name for one in RATED if any(f"{one.name}.{name}" not in fields for name in BACKING)] == []
    assert [
        one.name for one in BY_SHEET["chains"] if one.name != "case_id" and f"chains.1.{one.name}" not in fields
    ] == []
    assert set(fields.values()) == {""}


def test_every_field_has_a_label_a_hint_and_an_id_of_its_own(empty: Page) -> None:
    assert len(empty.ids) == len(set(empty.ids))
    for name, marks in empty.marks.items():
        if name not in ("like", "replace"):
            assert set(marks["aria-describedby"].split()) <= set(empty.ids), name


def test_the_options_are_those_of_the_codebook(empty: Page, kg: KnowledgeGraph) -> None:
    from clusterkg.coding.codebook import find, pages

    book = pages(kg.graph)
    for name in ("product", "collective_efficiency", "market", "sectoral_group", "confidence"):
        assert empty.options[name] == ["", *(option.word for option in find(book, name).options)]
    meanings = "".join(empty.text.values())
    for option in find(book, "product").options:
        assert option.meaning in meanings


def test_what_must_be_filled_is_what_the_shapes_demand(served: Server, empty: Page) -> None:
    assert told(served, good()) == []
    assert [rule for rule, _ in told(served, good(study=""))] == ["study"]
    for column in BY_SHEET["cases"]:
        if column.name not in ("market", "network", "quasi_hierarchy", "hierarchy"):
            # A country is known by its code too.
            blank = {column.name: "", "sum": "", **({"iso3": ""} if column.name == "country" else {})}
            errors = [one["input"] for one in checked(served, good(**blank))["problems"] if one["level"] == "error"]
            assert errors == ([column.name] if column.required else []), column.name
            assert ("required" in empty.marks[column.name]) == column.required


@pytest.mark.parametrize(
    "name",
    [name if number % 10 == 0 else pytest.param(name, marks=pytest.mark.slow) for number, name in enumerate(CASES)],
)
def test_a_shipped_case_typed_into_the_form_gives_back_its_statements(
    served: Server, kg: KnowledgeGraph, name: str
) -> None:
    fields = typed(page_of(served.get(f"/code?like=giuliani2005/{name}", HTML)))
    assert ("case-exists", "case_id") in told(served, fields)
    found = checked(served, {**fields, "replace": "yes"})
    assert found["conforms"], found["problems"]
    file = f"cases_ttl/giuliani2005/cases/{name}.ttl"
    ours = {one for one in triples(found["files"][file]) if one.predicate.value in KEPT}
    theirs = {one for one in triples((ROOT / file).read_text(encoding="utf-8")) if one.predicate.value in KEPT}
    assert ours == theirs
    again = export.rows_of(Graph(unwritten=found["files"]), "giuliani2005")
    before = export.rows_of(kg.graph, "giuliani2005")
    for sheet in ("cases", "values", "chains"):
        was, now = (
            # What all values of a row have in common, its locator says once more.
            sorted(sorted((k, v) for k, v in row.items() if (sheet, k) != ("cases", "locator")) for row in rows)
            for rows in ([one for one in some[sheet] if one["case_id"] == name] for some in (before, again))
        )
        assert now == was


BAD = [
    ("rating-score", "product", {"product": "7", "sum": ""}, {"product": "3", "sum": "6.5"}),
    ("rating-score", "process", {"process": "high", "sum": ""}, {"process": "3", "sum": ""}),
    (
        "rating-degree",
        "collective_efficiency",
        {"collective_efficiency": "medium-high"},
        {"collective_efficiency": "medium"},
    ),
    ("missing-mark", "functional", {"functional": "n.d.", "sum": ""}, {"functional": "not reported", "sum": ""}),
    ("sum", "sum", {"sum": "6"}, {"sum": "5.5"}),
    ("governance-blank", "network", {"network": ""}, {"network": "0"}),
    ("governance-mixed", "market", {"market": "N/A"}, {"market": "1"}),
    ("governance-code", "hierarchy", {"hierarchy": "4"}, {"hierarchy": "0"}),
    ("lead-actor", "lead_actor", {"quasi_hierarchy": "1"}, {"quasi_hierarchy": "3"}),
    ("period", "period", {"period": "1988-01"}, {"period": "1988-2001"}),
    ("country-code", "iso3", {"iso3": "PAL"}, {"iso3": "pak"}),
    ("cluster-country", "country", {"country": "Pakistania", "iso3": ""}, {"country": "Pakistan", "iso3": ""}),
    ("cluster-industry-class", "isic4", {"isic4": "9999"}, {"isic4": "1520"}),
    ("case-sectoral-group", "sectoral_group", {"sectoral_group": "textiles"}, {"sectoral_group": "complex-products"}),
    ("geonames-id", "geonames_id", {"geonames_id": "Sialkot"}, {"geonames_id": "1164909"}),
    ("case-source", "source", {"source": ""}, {"source": "Nadvi (1999); Schmitz (1995)"}),
    ("cluster-name", "name", {"name": "León footwear"}, {"name": "León boots"}),
    ("coder-name", "coder", {"coder": "深圳"}, {"coder": "coder-2"}),
    ("case-id", "name", {"case_id": "", "name": "深圳", "place": ""}, {"case_id": "shenzhen", "name": "深圳"}),
    ("case-id-period", "case_id", {"case_id": "sialkot--2001", "period": "1990s"}, {"case_id": "sialkot--1990s"}),
    ("comment", "case_id", {"case_id": "# sialkot"}, {"case_id": "sialkot"}),
    ("study", "study", {"study": "Nadvi 1999"}, {"study": "nadvi1999"}),
    ("study", "study", {"study": "clusters"}, {"study": "clusters2"}),
    (
        "value-missing",
        "product",
        {"product": "", "sum": "", "product.evidence": "So it is."},
        {"product.evidence": "So."},
    ),
    (
        "governance-mode",
        "chains.1.governance_mode",
        {"chains.1.governance_mode": "markt", "chains.1.market_scope": "global"},
        {"chains.1.market_scope": "global"},
    ),
    (
        "market-scope",
        "chains.1.market_scope",
        {"chains.1.governance_mode": "market", "chains.1.market_scope": "far"},
        {},
    ),
    (
        "effect",
        "chains.2.product_effect",
        {"chains.2.governance_mode": "market", "chains.2.market_scope": "domestic", "chains.2.product_effect": "helps"},
        {
            "chains.2.governance_mode": "market",
            "chains.2.market_scope": "domestic",
            "chains.2.product_effect": "enables",
        },
    ),
    (
        "unknown-variable",
        "values.1.variable",
        {"values.1.variable": "market", "values.1.value": "2"},
        {"values.1.variable": "product", "values.1.value": "2"},
    ),
    (
        "value-differs",
        "values.1.value",
        {"values.1.variable": "product", "values.1.value": "3"},
        {"values.1.variable": "product", "values.1.value": "3", "values.1.coder": "ben"},
    ),
    (
        "value-twice",
        "values.2.variable",
        {**{f"values.{n}.variable": "process" for n in (1, 2)}, **{f"values.{n}.value": "2.5" for n in (1, 2)}},
        {"values.2.variable": "process", "values.2.value": "2.5"},
    ),
    (
        "text-markup",
        "evidence",
        {"evidence": "<b>Firms</b> raised quality."},
        {"evidence": "Firms < 5 raised quality."},
    ),
    ("cell-limit", "note", {"note": "x" * 5001}, {"note": "x" * 5000}),
    ("control-sign", "note", {"note": "a\x07b"}, {"note": "a b"}),
]
"""Rule, the field that it shows at, what breaks it, and the nearest that does not."""


@pytest.mark.parametrize(("rule", "field", "bad", "neighbour"), BAD, ids=[f"{one[0]} {one[1]}" for one in BAD])
def test_a_fault_is_told_at_its_field_and_as_the_command_line_tells_it(
    served: Server, tmp_path: Path, rule: str, field: str, bad: dict[str, str], neighbour: dict[str, str]
) -> None:
    fields = good() | bad
    problems = checked(served, fields)["problems"]
    assert (rule, field) in [(one["rule"], one["input"]) for one in problems]
    assert rule not in [found for found, _ in told(served, good() | neighbour)]
    if rule not in ("study", "comment"):
        prepared = prepare(write(tmp_path, fields), STUDY, str(tmp_path / "out"))
        theirs = [dict(zip(COLUMNS, one.values(), strict=True)) for one in prepared.problems]
        assert [{name: one[name] for name in COLUMNS} for one in problems] == theirs


def test_the_sheets_of_a_form_give_the_command_line_the_same(served: Server, tmp_path: Path, run: Run) -> None:
    fields = good(
        product="7", product__evidence="=SUM(A1)", note="-1 is no score", chains__1__governance_mode="markt", case_id=""
    )
    names = [f"{sheet}.csv" for sheet in BY_SHEET]
    for name in names:
        reply = send(served, fields, format=name)
        assert reply.status == 200, reply
        assert "attachment" in reply.headers["content-disposition"]
        assert reply.media == "text/csv"
        (tmp_path / name).write_bytes(reply.body)
    done = run("code", *names, "--study", STUDY, "--out", "out", "--dry-run", "--problems", "problems.csv")
    assert done.returncode == 1
    theirs = rows_of((tmp_path / "problems.csv").read_text(encoding="utf-8"))
    ours = rows_of(send(served, fields, format="csv").text)
    assert [{name: one[name] for name in COLUMNS} for one in ours] == theirs
    assert {one["input"] for one in ours} >= {"product", "chains.1.governance_mode", "name"}


def test_the_folder_of_a_form_is_what_the_command_line_writes_and_stands_the_check(
    served: Server, tmp_path: Path, run: Run
) -> None:
    fields = good(
        product__evidence="A ban.", values__1__variable="process", values__1__value="3", values__1__coder="ben"
    )
    reply = send(served, fields, format="zip")
    assert (reply.status, reply.media) == (200, "application/zip")
    assert reply.headers["content-disposition"] == f'attachment; filename="{STUDY}-{GOOD["case_id"]}.zip"'
    with zipfile.ZipFile(io.BytesIO(reply.body)) as packed:
        packed.extractall(tmp_path)
    case = f"{STUDY}/cases_ttl/{STUDY}/cases/{GOOD['case_id']}.ttl"
    done = run("check", case, "--data", STUDY)
    assert (done.returncode, "conforms" in done.stdout + done.stderr) == (0, True), done.stderr
    prepared = prepare(write(tmp_path, fields), STUDY, str(tmp_path / "theirs"))
    theirs = prepared.files()
    assert checked(served, fields)["files"] == theirs
    assert {path.relative_to(tmp_path / STUDY).as_posix() for path in (tmp_path / STUDY).rglob("*.ttl")} == set(theirs)


def test_the_turtle_of_a_form_holds_all_that_its_folder_holds(served: Server) -> None:
    reply = send(served, good(), format="ttl")
    assert (reply.status, reply.media) == (200, "text/turtle")
    assert reply.headers["content-disposition"] == f'attachment; filename="{STUDY}-{GOOD["case_id"]}.ttl"'
    assert reply.headers["cache-control"] == "private, no-cache"
    files = checked(served, good())["files"]
    assert triples(reply.text) == set().union(*map(triples, files.values()))
    assert send(served, good(), "text/turtle").body == reply.body
    from clusterkg.prefixes import house_prefixes
    from clusterkg.turtle import format_text

    assert format_text(reply.text, "case", house_prefixes()) == reply.text


def test_there_is_no_turtle_while_an_error_is_left(served: Server) -> None:
    plain = send(served, good(product="7"), format="ttl")
    assert (plain.status, plain.media) == (422, "text/plain")
    assert "cases!K3 (product): error: A score is a number from 0" in plain.text
    page = send(served, good(product="7"), HTML, format="ttl")
    assert (page.status, page.media) == (422, HTML)
    assert "content-disposition" not in page.headers
    assert Page(page.text).marks["product"]["aria-invalid"] == "true"


def test_a_page_with_faults_leads_to_each_of_them(served: Server) -> None:
    fields = good(product="7", sum="", period="1988-01", product__evidence="x", chains__3__governance_mode="markt")
    reply = send(served, fields, HTML)
    page = page_of(reply)
    assert {"#product", "#period", "#chains-3-governance_mode"} <= set(page.links)
    assert {link.removeprefix("#") for link in page.links if link.startswith("#")} <= set(page.ids)
    wrong = {name for name, marks in page.marks.items() if marks.get("aria-invalid") == "true"}
    assert {"product", "period", "chains.3.governance_mode"} <= wrong
    assert "name" not in wrong
    for name, marks in page.marks.items():
        if name not in ("like", "replace"):
            assert set(marks["aria-describedby"].split()) <= set(page.ids)
    assert "A score is a number from 0" in page.text["product-fault"]
    assert page.text["summary"] == "3 errors to mend"
    assert "does not say why" in page.text["product-evidence-fault"]
    assert "Warning" in page.text["product-evidence-fault"]
    # What was typed is there still.
    assert {name: typed(page)[name] for name in ("product", "period", "note")} == {
        "product": "7",
        "period": "1988-01",
        "note": "",
    }


def test_a_good_page_shows_the_turtle_the_buttons_and_what_would_change(served: Server, tmp_path: Path) -> None:
    page = page_of(send(served, good(), HTML))
    assert page.text["summary"] == "No error is left"
    assert [button for button in page.buttons["case"] if button[0] == "format"] == [
        ("format", "ttl"),
        ("format", "zip"),
        ("format", "cases.csv"),
    ]
    assert send(served, good(), format="ttl").text in page.text["result"]
    prepared = prepare(write(tmp_path, good()), STUDY, str(tmp_path / "out"))
    prepared.write()
    from clusterkg.coding.impact import impact

    for _, _, rows, _, notes in impact(str(tmp_path / "out")).parts():
        for text in (*(str(row[0]) for row in rows), *notes):
            assert text in page.text["result"], text


@pytest.mark.slow
def test_the_findings_are_put_to_the_test_on_demand(served: Server) -> None:
    fields = good(study="giuliani2005")
    page = page_of(send(served, fields, HTML))
    assert ("do", "judge") in page.buttons["case"]
    judged = page_of(send(served, fields, HTML, do="judge"))
    assert ("do", "judge") not in judged.buttons["case"]
    assert "giuliani2005 were put to the test" in judged.text["result"]
    assert ("do", "judge") not in page_of(send(served, good(), HTML)).buttons["case"]


def test_rows_come_and_go_and_nothing_typed_is_lost(served: Server, empty: Page) -> None:
    odd = "  <i>\"é'&amp;</i>\n\nzweite  Zeile\\ "
    fields = {name: f"{odd}{number}" for number, name in enumerate(typed(empty))}
    fields |= {"chains.2.locator": "p. 2", "values.1.evidence": "\nso", "replace": "yes"}
    more = page_of(send(served, fields, HTML, do="more-chains"))
    after = typed(more)
    assert "autofocus" in more.marks["chains.3.governance_mode"]
    assert [name for name in fields if after[name].replace("\r\n", "\n") != fields[name]] == []
    less = typed(page_of(send(served, after, HTML, do="less-chains-1")))
    assert (less["chains.1.locator"], less["chains.2.locator"], "chains.3.locator" in less) == ("p. 2", "", False)
    assert typed(page_of(send(served, less, HTML, do="check")))["values.1.evidence"] == "\nso"
    both = {name for name in less if "." not in name}
    assert {name: less[name] for name in both} == {name: fields[name] for name in both}


def test_an_example_can_be_begun_from(served: Server, empty: Page) -> None:
    assert set(empty.options["like"]) == {"", *(f"giuliani2005/{name}" for name in CASES)}
    page = page_of(served.get("/code?like=giuliani2005/sinos-valley-footwear", HTML))
    assert typed(page)["functional"] == "1.5"
    assert typed(page)["study"] == "giuliani2005"
    for like, fault in (
        ("giuliani2005/sinos", "sinos-valley-footwear"),
        ("giuliani/x", "giuliani2005"),
        ("x", "study"),
    ):
        reply = served.get(f"/code?like={like}")
        assert (reply.status, fault in reply.text) == (404, True), reply
    assert served.get("/code?liek=x").status == 400
    assert served.get("/code?format=ttl").status == 406


def test_the_fields_can_be_had_as_rows(served: Server) -> None:
    rows = rows_of(served.get("/code?format=csv").text)
    assert [one["name"] for one in rows if one["required"] == "true" and one["sheet"] == "cases"] == [
        "study",
        *("name", "country", "industry", "sectoral_group", "source"),
    ]
    assert served.get("/code?format=json").json()[0]["name"] == "study"


def test_what_is_no_form_is_refused(served: Server) -> None:
    def status(body: bytes | str, media: str = FORM, path: str = "/code") -> tuple[int, str]:
        reply = served.request("POST", path, body, {"Content-Type": media})
        return reply.status, reply.text

    for body, fault in (
        ("name=a&name=b", "name: is given twice"),
        ("nmae=a", "nmae: is no field of this form; did you mean 'name'?"),
        ("chains.1.colour=a", "chains.1.colour: is no field"),
        ("chains.0.locator=a", "chains.0.locator: is no field"),
        ("values.1.locator=a&values.1.locator=b", "values.1.locator: is given twice"),
        ("do=format-the-disk", "do=format-the-disk: is nothing to do"),
        ("do=check&do=judge", "do: is given twice"),
        ("replace=perhaps", "replace=perhaps: is none of its values"),
        ("format=pdf", "format=pdf: is no format"),
        ("name=%00", "has a NUL in it"),
        ("name=%FF", "not UTF-8"),
        (b"\xff\xfe\x00", "not UTF-8"),
        ("&".join(f"x{n}=1" for n in range(3001)), "more than 3,000 fields"),
        ("&".join(f"chains.{n}.locator=x" for n in range(1, MOST["chains"] + 2)), "chains.41: a form has 40 rows"),
    ):
        assert fault in status(body)[1], body
        assert status(body)[0] == 400, body
    assert status("format=chains.csv&name=x")[0] == 404
    assert status("name=x", "multipart/form-data; boundary=x")[0] == 415
    assert status("name=x", "")[0] == 415
    assert status("name=x", f"{FORM}; charset=latin1")[0] == 415
    assert status("name=x", path="/code?name=y")[0] == 400
    assert status("name=" + "x" * 4_000_000)[0] == 413
    assert status("name=x", path="/cases")[0] == 405
    assert served.request("PUT", "/code", "x").status == 405
    assert send(served, good(), "image/png").status == 406
    assert status("")[0] == status("name")[0] == status("&&=&"[:2])[0] == 200


HOSTILE = (
    "<script>alert(1)</script>",
    "\"'>} . <https://w3id.org/clusterkg/case/x/evil> a <https://w3id.org/clusterkg/ontology#CaseStudy> . #",
    '"""@en . <urn:evil> <urn:evil> <urn:evil> .\n@prefix ckg: <urn:evil> .',
    "\\u003e \\n \\",
    "=cmd|' /C calc'!A0",
    "# a comment",
    "../../../../etc/passwd\r\nSet-Cookie: x=y",
    "\u202e\u200b\ufeff\u0085\u2028",
    "x" * 20_000,
    "\x01\x02\x1b[31m",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "9" * 400,
)


FREE = ("case_id", "name", "place", "source", "locator", "evidence", "note", "status", "lead_actor", "coder", "period")
"""The fields of the case that take text as it comes."""


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_in_every_field_gives_a_form_with_problems(served: Server, empty: Page, text: str) -> None:
    names = [*typed(empty), *(f"values.1.{column.name}" for column in BY_SHEET["values"] if column.name != "case_id")]
    everywhere = dict.fromkeys(names, text) | {"study": STUDY, "replace": ""}
    reply = send(served, everywhere, HTML)
    assert typed(page_of(reply))["evidence"] == text.replace("\r\n", "\n")
    assert "<script>alert" not in reply.text
    problems = checked(served, everywhere)["problems"]
    assert [one for one in problems if one["level"] == "error"]
    assert not [one for one in problems if "fails:" in one["message"]]


@pytest.mark.parametrize("name", FREE)
def test_text_stays_text_in_the_turtle(served: Server, name: str) -> None:
    for text in HOSTILE[1:3]:
        reply = send(served, good(**{name: text}), format="ttl")
        assert reply.status in (200, 422), reply
        if reply.status == 200:
            subjects = {one.subject.value for one in triples(reply.text) if isinstance(one.subject, ox.NamedNode)}
            assert not [one for one in subjects if "urn:" in one or "/x/evil" in one]
            assert {one.split("/")[4] for one in subjects} <= {
                *("actor", "case", "cluster", "concept", "sheet", "source", "study")
            }


def test_a_form_as_large_as_can_be_is_answered_in_time(served: Server) -> None:
    fields = good()
    for number in range(1, MOST["chains"] + 1):
        fields |= {f"chains.{number}.governance_mode": "market", f"chains.{number}.market_scope": "global"}
        fields |= {f"chains.{number}.lead_actor": f"{'x' * 4900}{number}"}
    for number in range(1, MOST["values"] + 1):
        fields |= {f"values.{number}.variable": "product", f"values.{number}.value": "2"}
        fields |= {f"values.{number}.coder": f"coder {number}", f"values.{number}.evidence": "y" * 4900}
    assert checked(served, fields)["conforms"]
    del fields["values.60.value"]
    found = [one["input"] for one in checked(served, fields)["problems"] if one["level"] == "error"]
    assert found == ["values.60.value"]


def test_nothing_is_written_anywhere_and_an_added_study_is_known(served: Server, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with zipfile.ZipFile(io.BytesIO(send(served, good(), format="zip").body)) as packed:
        packed.extractall(tmp_path)
    data = tmp_path / STUDY

    def state() -> dict[str, tuple[int, int]]:
        roots = (data, ROOT / "cases_ttl", ROOT / "ontology")
        found = {str(path): path.stat() for root in roots for path in root.rglob("*") if path.is_file()}
        return {name: (one.st_mtime_ns, one.st_size) for name, one in found.items()}

    before = state()
    with serving(home, "--data", str(data), "--workers", "1") as server:
        fields = typed(page_of(server.get(f"/code?like={STUDY}/{GOOD['case_id']}", HTML)))
        assert fields["lead_actor"] == GOOD["lead_actor"]
        for replace in ("", "yes"):
            for format in ("html", "ttl", "zip", "json", "cases.csv"):
                reply = send(server, {**fields, "replace": replace}, format=format)
                assert reply.status == (422 if format in ("ttl", "zip") and not replace else 200), reply
                assert reply.headers["cache-control"] == "private, no-cache"
        # The next form finds the graph as it was.
        assert ("case-exists", "case_id") in told(server, fields)
        assert told(server, {**fields, "replace": "yes"}) == told(server, {**fields, "replace": "yes"})
        assert sorted(path.name for path in home.iterdir()) == ["serve.log"]
    assert state() == before


def test_forms_are_checked_side_by_side(served: Server) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as many:
        products = ["0", "1", "2", "3", "7"] * 2
        replies = list(many.map(lambda product: checked(served, good(product=product, sum="")), products))
    assert [one["conforms"] for one in replies] == [True, True, True, True, False] * 2
    for product, reply in zip(products, replies, strict=True):
        if reply["conforms"]:
            (file,) = [text for name, text in reply["files"].items() if "/cases/" in name]
            assert f"ckg:score {product}.0" in file


def test_a_second_opinion_is_checked_as_one(served: Server) -> None:
    fields = typed(page_of(served.get("/code?like=giuliani2005/sinos-valley-footwear", HTML)))
    fields = {name: text for name, text in fields.items() if "." not in name} | {
        "coder": "ana",
        "functional": "2",
        "sum": "",
    }
    found = checked(served, fields)
    assert found["conforms"], found["problems"]
    assert "cases_ttl/giuliani2005/codings/ana/sinos-valley-footwear.ttl" in found["files"]
