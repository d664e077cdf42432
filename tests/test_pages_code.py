"""The form to code a case, over a real server: what is typed comes back as statements, or with what is wrong."""

import io
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, Run, rows_of
from forms import Page
from rows import GOOD
from served import Server
from typing_cases import CASES, HTML, KEPT, STUDY, checked, good, page_of, send, told, triples, typed, write

from clusterkg.coding import export
from clusterkg.coding.columns import BY_SHEET, RATED
from clusterkg.coding.form import BACKING
from clusterkg.coding.importing import prepare
from clusterkg.coding.problems import COLUMNS
from clusterkg.graph import Graph
from clusterkg.knowledge_graph import KnowledgeGraph


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
