"""The figures of the pages: drawn from rows, each as one picture with a name, beside the table that says the same."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import Watched, watching
from served import Server

from clusterkg.server.assets import address_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROWS: dict[str, object] = {
    "map": [
        {
            "name": "Sinos Valley",
            "latitude": -29.7,
            "longitude": -51.1,
            "group": "a",
            "placed": "named",
            "href": "/about",
        },
        {"name": "Suva", "latitude": -18.1, "longitude": 178.4, "group": "b", "placed": "seat"},
        {"name": "nowhere", "latitude": None, "longitude": None, "group": "b"},
    ],
    "strip": {
        "value": "score",
        "domain": [0, 3],
        "rows": [
            {"name": "one", "group": "a", "value": 0},
            {"name": "two", "group": "a", "value": 2},
            {"name": "three", "group": "a", "value": None, "reason": "not coded"},
        ],
    },
    "heat": [
        {"row": "a", "column": "product", "value": 1.234, "n": 4, "missing": 1},
        {"row": "a", "column": "process", "value": None, "reason": "not coded"},
    ],
    "matrix": [
        {"row": "a", "column": "market", "found": "both"},
        {"row": "a", "column": "network", "found": "no such chain"},
        {"row": "b", "column": "market", "found": None, "reason": "not told"},
    ],
    "scatter": {
        "x": "efficiency",
        "y": "score",
        "rows": [{"name": "<b>", "x": 1, "y": 2, "panel": "a", "column": "c"}],
    },
    "bars": [{"name": "a", "value": 3, "n": 3}, {"name": "b", "value": None, "reason": "not told"}],
}


@pytest.fixture
def drawn(browser: "Browser", served: Server) -> Callable[..., "AbstractContextManager[Watched]"]:
    """Open a page of the service that has figures of every kind, and wait until they are drawn."""
    policy = served.get("/editor", "text/html").headers["content-security-policy"]

    def figure(kind: str) -> str:
        caption = f"<figcaption>The {kind}</figcaption>"
        return f'<figure data-plot="{kind}" data-source="/rows/{kind}.json">{caption}<table></table></figure>'

    body = "".join(map(figure, [*ROWS, "pie", "lost"]))
    head = f'<link rel="stylesheet" href="/style.css"><script src="{address_of("plots.js")}" defer></script>'
    page = f'<!doctype html><html lang="en"><title>x</title><link rel="icon" href="data:,">{head}<body>{body}'

    @contextmanager
    def opened(**more: Any) -> Iterator[Watched]:
        with watching(browser, served, **more) as watched:
            headers = {"Content-Security-Policy": policy, "Content-Type": "text/html"}
            watched.page.route("**/figures", lambda route: route.fulfill(body=page, headers=headers))
            watched.page.route("**/rows/*.json", lambda route: route.fulfill(json=ROWS[Path(route.request.url).stem]))
            watched.page.goto("/figures")
            watched.page.wait_for_function("() => [...document.querySelectorAll('figure')].every(f => f.dataset.drawn)")
            yield watched

    return opened


def test_every_kind_of_figure_is_drawn_under_the_policy(drawn: Callable[..., Any]) -> None:
    with drawn() as watched:
        page = watched.page
        for kind in ROWS:
            figure = page.locator(f"figure[data-plot={kind}]")
            picture = figure.get_by_role("img")
            assert picture.get_attribute("aria-label") == f"The {kind}"
            # What tells of the picture as a whole is not told of its parts again; the table stays.
            assert picture.locator("[aria-label], a, [tabindex]").count() == 0
            assert figure.locator("table").count() == 1
        assert watched.outside == []
        # The kind that there is not and the address that there is not are told in a line each.
        notes = page.locator(".plot-note").all_inner_texts()
        assert [note.partition(")")[0] for note in notes] == [
            "The picture could not be drawn (pie: no such kind of figure",
            "The picture could not be drawn (lost: no such kind of figure",
        ]
        assert watched.faults == []


def test_a_missing_value_is_no_zero_in_a_figure(drawn: Callable[..., Any]) -> None:
    with drawn() as watched:
        page = watched.page
        strip = page.locator("figure[data-plot=strip] svg")
        assert strip.locator("text", has_text="mean 1, n 2, 1 missing").count() == 1
        assert strip.locator(".plot-mark > *").count() == 2
        heat = page.locator("figure[data-plot=heat] svg")
        assert heat.locator(".plot-mark > *").count() == 1
        assert heat.get_by_text("not coded").count() == 1
        assert heat.get_by_text("1.23").count() == 1
        assert page.locator("figure[data-plot=bars] .plot-mark > *").count() == 1
        # Two of the three places are somewhere; the signs in the legend are not counted.
        assert page.locator("figure[data-plot=map] .plot-mark > *").count() == 2


def test_a_dot_tells_its_name_and_leads_to_its_page(drawn: Callable[..., Any]) -> None:
    with drawn() as watched:
        page = watched.page
        dots = page.locator("figure[data-plot=map] .plot-mark > *")
        dots.nth(1).hover()
        tip = page.locator("figure[data-plot=map] svg text", has_text="where we chose a seat")
        tip.wait_for()
        assert "Suva" in (tip.text_content() or "")
        dots.nth(0).click()
        page.wait_for_url("**/about")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_fit_a_phone_and_take_the_page_s_colours(drawn: Callable[..., Any], scheme: str) -> None:
    with drawn(width=360, height=740, scheme=scheme) as watched:
        page = watched.page
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        ink = page.evaluate("getComputedStyle(document.body).color")
        assert page.evaluate("getComputedStyle(document.querySelector('figure .plot > svg text')).fill") == ink
        page.set_viewport_size({"width": 1000, "height": 700})
        page.wait_for_function("() => document.querySelector('figure .plot > svg').getAttribute('width') > 600")
        assert watched.faults == []
