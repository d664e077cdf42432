"""Questions, vocabulary and things in a real browser: they fit a phone, complain of nothing, and go by keyboard."""

from browsing import watching
from playwright.sync_api import Browser
from served import Server

PAGES = (
    "/vocabulary",
    "/vocabulary?kind=property&q=chain",
    "/vocabulary/diagram",
    "/codebook",
    "/codebook?variable=functional",
    "/page/ontology",
    "/page/concept/governance-mode",
    "/page/concept/governance-mode/network",
    "/page/concept/isic4/1520",
    "/page/source/giuliani2005",
    "/page/source/rabellotti1999",
    "/page/country/MEX",
    "/page/actor/us-footwear-buyers",
    "/page/study/giuliani2005",
    "/questions?tag=upgrading",
    "/query/nearest-known-cases?evidence=yes",
    "/query/pages/things-of-a-class",
)


def test_the_pages_fit_a_phone_and_complain_of_nothing(served: Server, browser: Browser) -> None:
    for scheme in ("light", "dark"):
        with watching(browser, served, width=360, scheme=scheme) as watched:
            for address in PAGES if scheme == "dark" else PAGES[:4]:
                watched.page.goto(address)
                assert watched.page.evaluate("document.documentElement.scrollWidth") <= 360, address
            assert not watched.faults
            assert not watched.outside


def test_a_question_is_asked_from_the_keyboard_without_scripts(served: Server, browser: Browser) -> None:
    with watching(browser, served, scripts=False) as watched:
        page = watched.page
        page.goto("/query/chains-of-a-mode")
        page.get_by_label("Mode").focus()
        page.keyboard.type("Network")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/query/chains-of-a-mode?*")
        assert "mode=network" in page.url
        assert "evidence=yes" in page.url
        assert page.get_by_label("Mode").input_value() == "network"
        assert page.get_by_role("columnheader", name="Rests on").count() == 1
