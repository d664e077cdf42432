"""Every page in a real browser: it is sound, light and dark, wide and on a phone, by keyboard and without scripts."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pytest
from browser import PHONE, WIDE, visiting
from served import Server

from clusterkg.server.views import VIEWS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Each takes a second or so in the browser, the whole of them more than a user's quick run should take.
pytestmark = pytest.mark.slow

LEON = "giuliani2005/leon-footwear"

SAMPLES = {
    "/": ["/"],
    "/about": ["/about"],
    "/cases": ["/cases", "/cases?q=footwear"],
    "/code": ["/code"],
    "/codebook": ["/codebook"],
    "/compare": ["/compare", "/compare?case=leon-footwear&case=sinos-valley-footwear"],
    "/editor": ["/editor", "/editor?query=ASK%20%7B%7D"],
    "/findings": ["/findings"],
    "/ledger": ["/ledger"],
    "/page/": [
        f"/page/case/{LEON}",
        "/page/cluster/leon-footwear",
        "/page/study/giuliani2005",
        "/page/ontology",
        "/page/finding/giuliani2005/s6-09",
    ],
    "/passages": ["/passages"],
    "/plots": ["/plots"],
    "/plots/": [
        "/plots/map",
        "/plots/governance",
        "/plots/upgrading?country=MEX",
        "/plots/upgrading-by-group",
        "/plots/collective-efficiency",
        "/plots/modes",
        "/plots/countries?group=specialised-suppliers",
        "/plots/economy",
    ],
    "/query/": [
        "/query/upgrading-by-country?format=html",
        "/query/functional-upgrading-in-quasi-hierarchies?least_score=2&format=html",
    ],
    "/questions": ["/questions"],
    "/tables": ["/tables"],
    "/tables/": ["/tables/4", "/tables/6"],
    "/vocabulary": ["/vocabulary"],
    "/vocabulary/diagram": ["/vocabulary/diagram"],
}
"""Pages of each view; a view that is not there yet is left out."""

KNOWN: dict[str, tuple[str, ...]] = {}
"""What axe-core finds in what we took from others, by view: the beginnings of its lines."""

PAGES = [(address, path) for address in VIEWS for path in SAMPLES.get(address, [])]

WAYS = [(WIDE, "light"), (WIDE, "dark"), (PHONE, "light"), (PHONE, "dark")]
"""How a page is looked at; the first and the last are looked through for barriers, which has both of each."""

Look = Callable[[str], "Seen"]


def each_page(test: Callable[..., None]) -> pytest.MarkDecorator:
    """Run a test for every page; it may ask for the address of its view, too."""
    wanted = [name for name in ("address", "path") if name in inspect.signature(test).parameters]
    values = [(address, path) if "address" in wanted else path for address, path in PAGES]
    return pytest.mark.parametrize(",".join(wanted), values, ids=[path for _, path in PAGES])(test)


def test_every_view_has_a_page_that_is_looked_at() -> None:
    assert [address for address in VIEWS if not SAMPLES.get(address)] == []


@dataclass
class Seen:
    """What one visit to a page has shown, and one without scripts."""

    status: int
    title: str
    barriers: list[str]
    wider: dict[str, int]
    said: list[str]
    strangers: list[str]
    left_out: list[str]
    unseen: list[str]
    first_stop: str
    skipped_to: str
    closed: list[str]
    outline: list[str]
    outline_without_scripts: list[str]
    content_without_scripts: int


@pytest.fixture(scope="module")
def look(served: Server, browser: "Browser", axe: str) -> Callable[[str], Seen]:
    """Look at a page in every way, once."""

    @cache
    def looked(path: str) -> Seen:
        with visiting(browser, served.address) as visit:
            visit.go(path)
            outline, title = visit.outline(), visit.page.title()
            left_out, unseen = visit.walk()
            visit.page.evaluate("document.activeElement.blur(); document.querySelector('.skip').focus()")
            visit.page.keyboard.press("Enter")
            skipped_to = visit.page.evaluate("document.activeElement.id")
            first_stop = visit.page.evaluate("window.reached[0].name")
            closed = visit.closed_folds()
            barriers, wider = [], {}
            for width, scheme in WAYS:
                visit.as_seen(width, scheme)
                way = f"{width['width']} {scheme}"
                visit.screenshot(f"{re.sub('[^a-z0-9]+', '-', path.strip('/')) or 'overview'}-{way.replace(' ', '-')}")
                wider[way] = visit.overflow
            visit.thin()
            for width, scheme in (WAYS[-1], WAYS[0]):
                visit.as_seen(width, scheme)
                barriers += [f"{width['width']} {scheme}: {one}" for one in visit.barriers(axe)]
        with visiting(browser, served.address, scripts=False) as plain:
            plain.go(path)
            bare = plain.outline()
            content = plain.page.locator("main :is(td, li, dd, textarea)").count()
        return Seen(
            visit.status, title, barriers, wider, visit.said + plain.said, visit.strangers + plain.strangers,
            left_out, unseen, first_stop, skipped_to, closed, outline, bare, content,
        )  # fmt: skip

    return looked


@each_page
def test_the_browser_has_no_complaint_and_asks_nobody_else(path: str, look: Look) -> None:
    seen = look(path)
    assert seen.status == 200
    assert seen.said == []
    assert seen.strangers == []


@each_page
def test_nothing_in_a_page_is_a_barrier(address: str, path: str, look: Look) -> None:
    known = KNOWN.get(address, ())
    assert [one for one in look(path).barriers if not any(rule in one for rule in known)] == []


@each_page
def test_a_page_fits_the_window(path: str, look: Look) -> None:
    assert not any(look(path).wider.values()), look(path).wider


@each_page
def test_a_page_is_walked_by_keyboard(path: str, look: Look) -> None:
    """Tab reaches the way past the navigation, then every link, field and fold in order, and one sees where it is."""
    seen = look(path)
    assert seen.first_stop == "a Skip to the content"
    assert seen.skipped_to == "content"
    assert seen.left_out == []
    assert seen.unseen == []
    assert seen.closed == []


@each_page
def test_a_page_says_the_same_without_scripts(path: str, look: Look) -> None:
    seen = look(path)
    assert seen.outline_without_scripts == seen.outline
    assert seen.content_without_scripts > 0


@each_page
def test_a_form_is_sent_by_enter(path: str, served: Server, browser: "Browser") -> None:
    with visiting(browser, served.address) as visit:
        visit.go(path)
        # The editor answers in its place; test_server_editor.py asks by keyboard there.
        forms = visit.page.locator("main form:not([method=post])" if not path.startswith("/editor") else "#none")
        for place in range(forms.count()):
            visit.go(path)
            form = forms.nth(place)
            action = form.evaluate("one => new URL(one.action).pathname")
            form.locator("input:not([type=hidden]):not([type=checkbox]):not([type=radio]), button").first.focus()
            with visit.page.expect_navigation() as moved:
                visit.page.keyboard.press("Enter")
            answer = moved.value
            assert answer is not None
            assert answer.status < 500
            assert visit.page.evaluate("location.pathname") == action
            assert visit.page.locator("h1").count() == 1


def test_no_two_pages_have_one_title(look: Look) -> None:
    titles: dict[str, str] = {}
    for _, path in PAGES:
        place = path.partition("?")[0]
        assert titles.setdefault(look(path).title, place) == place, path


def test_a_browser_sees_a_barrier_where_there_is_one(served: Server, browser: "Browser", axe: str) -> None:
    """The check itself catches: a field without a name, a stranger asked, a word on the console, a page too wide."""
    with visiting(browser, served.address) as visit:
        visit.go("/")
        assert not visit.barriers(axe)
        assert visit.walk() == ([], [])
        visit.page.evaluate(
            "() => { const main = document.querySelector('main'); main.append(document.createElement('input'));"
            "main.lastChild.style.minWidth = '4000px'; main.lastChild.style.outline = '0';"
            "main.lastChild.tabIndex = 1; console.log('hm'); new Image().src = 'http://127.0.0.2:9/a.png' }"
        )
        visit.page.wait_for_timeout(100)
        assert any(one.startswith("label: ") for one in visit.barriers(axe))
        assert visit.overflow > 0
        assert "hm" in visit.said
        assert visit.strangers == ["http://127.0.0.2:9/a.png"]
        visit.page.evaluate("document.activeElement.blur()")
        left_out, unseen = visit.walk()
        assert left_out or unseen
