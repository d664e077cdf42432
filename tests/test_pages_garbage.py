"""Every parameter of every view with what nobody should send: it is told in words, and is never a fault of ours."""

import html
from urllib.parse import quote

import pytest
from served import Server
from test_server_safety import GARBAGE

from clusterkg.server.facets import FACETS
from clusterkg.server.views import VIEWS

PARAMETERS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "/": ("", (), ()),
    "/about": ("", (), ()),
    "/cases": ("", (*FACETS, "sort", "desc", "page"), ("q",)),
    "/code": ("", ("like",), ()),
    "/codebook": ("", ("variable",), ()),
    "/compare": ("", ("case", "only"), ()),
    "/editor": ("", ("example",), ("query",)),
    "/findings": ("", ("study", "verdict", "section", "kind", "variable", "about"), ("q",)),
    "/ledger": ("", ("study", "table", "verdict"), ("q",)),
    "/page/": ("finding/giuliani2005/s6-09", ("turned", "statements"), ()),
    "/passages": ("", ("study",), ()),
    "/plots": ("", (), ()),
    "/plots/": ("upgrading", ("study", "group", "country"), ()),
    "/query/": ("upgrading-by-country", ("study", "type", "evidence"), ()),
    "/questions": ("", ("tag", "study"), ("q",)),
    "/tables": ("", ("study",), ()),
    "/tables/": ("5", ("study", "labels", "recomputed", "verdict"), ()),
    "/vocabulary": ("", ("kind",), ("q",)),
    "/vocabulary/diagram": ("", (), ()),
}
"""For each view a path behind its address, the parameters that take some values only, and those that take any words."""


def test_no_view_is_left_out() -> None:
    assert set(VIEWS) == set(PARAMETERS)


@pytest.mark.parametrize("address", PARAMETERS)
def test_garbage_in_a_parameter_is_told_in_words(served: Server, address: str) -> None:
    path, choices, words = PARAMETERS[address]
    for name in (*choices, *words):
        for number, (kind, value) in enumerate(GARBAGE.items()):
            accept = ("text/html", "application/json")[number % 2] if address != "/code" else "text/html"
            answer = served.get(f"{address}{path}?{name}={quote(value, safe='')}", accept)
            place = (address, name, kind, answer)
            # What a blank form sends is as if it were not sent; words that occur nowhere find nothing.
            # Of a question an empty text may be what is asked, and what is no text cannot be empty.
            nothing = {200, 400} if address == "/query/" else {200}
            allowed = nothing if kind == "nothing" else {400, 404} if name in choices else {200, 400, 404}
            assert answer.status in allowed, place
            assert "Traceback" not in answer.text, place
            assert "<script>alert" not in answer.text or answer.media != "text/html", place
            if answer.status != 200 and accept == "application/json":
                assert answer.json()["error"], place


@pytest.mark.parametrize("address", PARAMETERS)
def test_a_parameter_that_there_is_not_is_refused_by_its_name(served: Server, address: str) -> None:
    path = PARAMETERS[address][0]
    for name in ("zzz", "<b>", "format", "%00", "%ff", "a" * 3000):
        answer = served.get(f"{address}{path}?{name}={'csvv' if name == 'format' else 1}", "text/html")
        assert answer.status == 400, (name, answer)
        assert "<b>" not in answer.text
    assert "zzz" in html.unescape(served.get(f"{address}{path}?zzz=1", "text/html").text)


@pytest.mark.parametrize("address", PARAMETERS)
def test_a_parameter_that_has_one_value_is_refused_two(served: Server, address: str) -> None:
    path, choices, words = PARAMETERS[address]
    several = {*FACETS, "case", "tag"}
    for name in {*choices, *words} - several:
        answer = served.get(f"{address}{path}?{name}=a&{name}=b", "text/html")
        assert answer.status == 400, (name, answer)
        assert name in answer.text


@pytest.mark.parametrize("address", [one for one in PARAMETERS if one.endswith("/") and one != "/"])
def test_garbage_for_a_name_is_told_in_words(served: Server, address: str) -> None:
    for kind, value in GARBAGE.items():
        answer = served.get(f"{address}{quote(value, safe='')}", "text/html")
        assert answer.status in (400, 404), (address, kind, answer)
        assert "<script>alert" not in answer.text
