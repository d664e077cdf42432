"""Pages in a real Chromium: what it says of them, how they stand in the dark, on a phone, by keyboard."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDE, PHONE = {"width": 1200, "height": 900}, {"width": 360, "height": 780}

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""The rules that axe-core holds a page to."""

FIRST, LAST = 60, 15
"""How many stops of a long page are walked at its beginning and at its end."""

BESIDES = 3
"""How often Tab may stop at what scrolls, as Chromium lets it, besides what it has to stop at."""

SETTLED = """() => [...document.querySelectorAll('figure[data-plot][data-source]')].every(one => one.dataset.drawn)
  && (!document.querySelector('script[src*="/editor."]') || document.documentElement.dataset.editor === "ready")"""
"""Whether the figures are drawn, and the editor stands in the place of the plain form."""

BARRIERS = """async rules => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.flatMap(rule => rule.nodes.slice(0, 5).map(
    node => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary.replace(/\\s+/g, " ")}`));
}"""

THIN = """() => {
  for (const one of document.querySelectorAll("main, main *"))
    if (one.children.length > 24) [...one.children].slice(16, -8).forEach(child => child.remove());
}"""

STOPS = """() => {
  const groups = new Set();
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter(one => {
    if (one.tabIndex < 0 || one.disabled || one.type === "hidden" || !one.checkVisibility()) return false;
    if (one.tagName === "SUMMARY" && one.parentElement.querySelector("summary") !== one) return false;
    if (one.type === "radio" && !one.checked) {
      const same = [...document.getElementsByName(one.name)].filter(other => other.form === one.form);
      if (same.some(other => other.checked) || groups.has(same[0])) return false;
      groups.add(same[0]);
    }
    return true;
  });
}"""
"""What Tab has to stop at, in the order of the page."""

LISTEN = f"""() => {{
  window.stops = ({STOPS})();
  window.reached = [];
  document.addEventListener("focusin", ({{target}}) => {{
    // The editor takes what is typed in a field that nobody sees, and shows that it does around itself.
    const shown = target.closest(".CodeMirror") ?? target;
    const {{outlineStyle, outlineWidth}} = getComputedStyle(shown);
    const box = shown.getBoundingClientRect();
    window.reached.push({{
      place: window.stops.indexOf(target),
      seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 1 && box.width > 0 && box.height > 0,
      name: `${{target.tagName.toLowerCase()}} ${{(target.innerText || target.name || "").trim().slice(0, 40)}}`,
    }});
  }});
  return window.stops.length;
}}"""


OUTLINE = """() => [...document.querySelectorAll("main :is(h1, h2, h3, tbody th)")].map(
  one => one.textContent.trim().replace(/\\s+/g, " ")).slice(0, 60)"""


class Visit:
    """A page that is open, and what the browser has said since.

    Attributes:
        status: of the answer.
        said: messages of the console, errors of scripts, requests that failed.
        strangers: addresses on other hosts that were asked for.
        bytes: how many bytes everything took that was loaded, as it came over the wire.
    """

    def __init__(self, page: "Page", home: str, *, scripts: bool) -> None:
        self.page, self.home, self.scripts = page, home, scripts
        self.status, self.said, self.strangers = 0, [], []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("requestfailed", lambda request: self.said.append(f"{request.url}: {request.failure}"))
        page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        if not url.startswith((self.home, "data:")):
            self.strangers.append(url)

    def go(self, path: str) -> "Visit":
        answer = self.page.goto(self.home + path.removeprefix("/"))
        assert answer is not None
        self.status = answer.status
        if self.scripts:
            self.page.wait_for_function(SETTLED)
        return self

    @property
    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def as_seen(self, width: dict[str, int], scheme: str) -> None:
        """See the page at another width, light or dark."""
        self.page.set_viewport_size(width)
        self.page.emulate_media(color_scheme=scheme)
        # What is drawn by a script is drawn anew.
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def thin(self) -> None:
        """Leave out what comes again and again, but for its beginning and end: axe-core takes long over thousands."""
        self.page.evaluate(THIN)

    def barriers(self, axe: str) -> list[str]:
        """Return what axe-core finds: rule, place, what to do."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(axe)
        return self.page.evaluate(BARRIERS, RULES)

    def walk(self) -> tuple[list[str], list[str]]:
        """Go through the page by Tab alone; return what was left out or out of order, and where no focus was to see.

        Of a page with very many stops the first and the last are walked: what lies between is one long table.
        """
        stops = self.page.evaluate(LISTEN)
        whole = stops <= FIRST + LAST
        self._tab((stops if whole else FIRST) + BESIDES)
        if not whole:
            self.page.evaluate("at => window.stops.at(at).focus()", -LAST)
            self._tab(LAST + BESIDES)
        reached: list[dict[str, Any]] = self.page.evaluate("window.reached")
        walked = [one for one in range(stops) if one < FIRST or one >= stops - LAST]
        # Behind the last stop it begins again.
        ours = list(dict.fromkeys(one["place"] for one in reached if one["place"] >= 0))
        missed = [
            self.page.evaluate("at => window.stops[at].outerHTML.slice(0, 120)", at) for at in walked if at not in ours
        ]
        disordered = [f"{before} before {after}" for before, after in pairwise(ours) if before > after]
        return missed + disordered, [one["name"] for one in reached if not one["seen"]]

    def _tab(self, times: int) -> None:
        for _ in range(times):
            self.page.keyboard.press("Tab")

    def closed_folds(self, most: int = 3) -> list[str]:
        """Open the first folds by keyboard; return the names of those that stayed closed."""
        left = []
        for fold in self.page.locator("main details:not([open]) > summary:visible").element_handles()[:most]:
            fold.focus()
            self.page.keyboard.press("Enter")
            if not fold.evaluate("one => one.parentElement.open"):
                left.append(fold.inner_text())
        return left

    def outline(self) -> list[str]:
        """Return what the page tells: headings, and the first cells of its tables."""
        return self.page.evaluate(OUTLINE)

    def screenshot(self, name: str) -> None:
        """Keep a picture where somebody wants to look at it: in the folder CLUSTERKG_SCREENSHOTS."""
        folder = os.environ.get("CLUSTERKG_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.evaluate("window.scrollTo(0, 0)")
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=False)


@contextmanager
def visiting(browser: "Browser", home: str, *, scripts: bool = True) -> Iterator[Visit]:
    """Open an empty page of a browser of its own, wide and light; what asks another host gets nothing."""
    context = browser.new_context(viewport=WIDE, color_scheme="light", java_script_enabled=scripts)
    context.set_default_timeout(60_000)
    context.route(re.compile(rf"https?://(?!{re.escape(urlsplit(home).netloc)}/)"), lambda route: route.abort())
    try:
        yield Visit(context.new_page(), home, scripts=scripts)
    finally:
        context.close()
