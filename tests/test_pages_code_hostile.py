"""The form to code a case under what nobody should send, and under many at once: problems, and nothing written."""

import io
import zipfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT
from forms import Page
from rows import GOOD
from served import FORM, Server, serving
from typing_cases import HTML, STUDY, checked, good, page_of, send, told, triples, typed

from clusterkg.coding.columns import BY_SHEET
from clusterkg.coding.form import MOST


@pytest.fixture(scope="module")
def empty(served: Server) -> Page:
    return page_of(served.get("/code", HTML))


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
