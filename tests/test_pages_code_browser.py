"""The form to code a case in a real browser: by keyboard alone from nothing to a download, with and without scripts."""

from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from browser import PHONE, WIDE, Visit, visiting
from served import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

CASE = {
    "study": "nadvi1999",
    "coder": "ana",
    "name": "Sialkot surgical instruments",
    "place": "Sialkot",
    "country": "Pakistan",
    "industry": "Footwear",
    "sectoral_group": "traditional",
    "source": "Nadvi (1999)",
    "locator": "p. 1605",
    "collective_efficiency": "high",
    "product": "2",
    "process": "2.5",
    "functional": "1",
    "intersectoral": "not rep",
    "market": "1",
    "network": "0",
    "quasi_hierarchy": "2",
    "hierarchy": "0",
    "lead_actor": "German importers",
}
"""What is typed into the fields, in their order; of a choice, as much as tells it."""


def reach(visit: Visit, id: str, most: int = 200) -> None:
    """Press Tab until a field has the focus, which is seen."""
    for _ in range(most):
        if visit.page.evaluate("document.activeElement.id || document.activeElement.value") == id:
            return
        visit.page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {id}")


def fill(visit: Visit, fields: dict[str, str]) -> None:
    for name, text in fields.items():
        reach(visit, name)
        visit.page.keyboard.type(text)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_case_is_coded_by_keyboard_alone_from_nothing_to_a_download(
    browser: "Browser", served: Server, tmp_path: Path, scripts: bool
) -> None:
    with visiting(browser, served.address, scripts=scripts) as visit:
        visit.go("/code")
        keys = visit.page.keyboard
        fill(visit, CASE | {"product": "not app"})
        fill(
            visit,
            {"chains-1-governance_mode": "quasi", "chains-1-market_scope": "glo", "chains-1-destination": "Germani"},
        )
        reach(visit, "more-chains")
        with visit.page.expect_navigation():
            keys.press("Enter")
        assert visit.page.evaluate("document.activeElement.id") == "chains-2-governance_mode"
        assert visit.page.input_value("#chains-1-destination") == "Germani"
        fill(visit, {"chains-2-lead_actor": "Italian buyers"})
        keys.press("Shift+Tab")
        reach(visit, "check")
        with visit.page.expect_navigation():
            keys.press("Enter")
        assert visit.page.evaluate("document.activeElement.id") == "outcome"
        assert visit.page.title().startswith("1 error – ")
        keys.press("Tab")
        keys.press("Enter")
        keys.press("Shift+Tab")
        reach(visit, "chains-1-destination", 3)
        assert visit.page.get_attribute("#chains-1-destination", "aria-invalid") == "true"
        keys.press("End")
        keys.press("Backspace")
        keys.type("y")
        # Enter in a field checks.
        with visit.page.expect_navigation():
            keys.press("Enter")
        assert visit.page.inner_text("#summary") == "No error is left"
        assert visit.page.input_value("#product") == "not applicable"
        # The link in the outcome leads past the form to what can be taken.
        assert visit.page.evaluate("document.activeElement.id") == "outcome"
        keys.press("Tab")
        keys.press("Enter")
        reach(visit, "ttl", 2)
        with visit.page.expect_download() as download:
            keys.press("Enter")
        assert download.value.suggested_filename == "nadvi1999-sialkot-surgical-instruments.ttl"
        download.value.save_as(tmp_path / "case.ttl")
        assert visit.strangers == []
        assert [line for line in visit.said if "net::ERR_ABORTED" not in line] == []
    store = ox.Store()
    store.load(path=str(tmp_path / "case.ttl"), format=ox.RdfFormat.TURTLE)
    found = store.query(
        "PREFIX ckg: <https://w3id.org/clusterkg/ontology#> SELECT ?c { ?c a ckg:ValueChain ; ckg:destination ?d }"
    )
    assert isinstance(found, ox.QuerySolutions)
    assert len(list(found)) == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_who_looks_something_up_and_comes_back_finds_what_they_typed(
    browser: "Browser", served: Server, scripts: bool
) -> None:
    with visiting(browser, served.address, scripts=scripts) as visit:
        visit.go("/code")
        for name in ("Sialkot", "Sialkot surgical instruments"):
            visit.page.fill("#name", name)
            visit.page.select_option("#market", "3")
            visit.go("/codebook?variable=country")
            visit.page.go_back()
            assert visit.page.input_value("#name") == name
            assert visit.page.input_value("#market") == "3"
            # The second time it is the page of a check that is left.
            with visit.page.expect_navigation():
                visit.page.click("button[value=check] >> nth=0")


def test_a_form_with_faults_and_one_without_have_no_barriers(browser: "Browser", served: Server, axe: str) -> None:
    with visiting(browser, served.address) as visit:
        visit.go("/code?like=giuliani2005/sinos-valley-footwear")
        visit.page.fill("#product-evidence", "x")
        visit.page.fill("#period", "long ago")
        visit.page.select_option("#market", "")
        for expected, changes in (
            ("3 errors to mend", {}),
            ("No error is left", {"#period": "1990s", "#study": "demo2026"}),
        ):
            for field, text in changes.items():
                visit.page.fill(field, text)
            if changes:
                visit.page.select_option("#market", "3")
            with visit.page.expect_navigation():
                visit.page.click("button[value=check] >> nth=0")
            assert expected in visit.page.inner_text("#summary")
            for width, scheme in ((WIDE, "light"), (PHONE, "dark")):
                visit.as_seen(width, scheme)
                assert visit.barriers(axe) == []
                assert visit.overflow == 0
            visit.as_seen(WIDE, "light")
            visit.screenshot(f"code {expected}")
        assert visit.said == []
