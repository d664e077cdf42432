"""A page taken apart: its heading, links, anchors, tables, form fields and text."""

import html.parser
from urllib.parse import urldefrag

from served import Server

from clusterkg.server.frame import NAVIGATION

BLOCKS = {"p", "li", "dt", "dd", "h1", "h2", "h3", "h4", "td", "th", "caption", "summary", "option", "label", "br"}


class Field:
    """A field of a form: its name, its kind (``select``, or the type of an input), what is in it, what it offers."""

    def __init__(self, name: str, kind: str, value: str, attributes: dict[str, str]) -> None:
        self.name, self.kind, self.value, self.attributes = name, kind, value, attributes
        self.options: list[tuple[str, str]] = []

    @property
    def faulty(self) -> bool:
        return self.attributes.get("aria-invalid") == "true"


class PageParts(html.parser.HTMLParser):
    """What a page is made of.

    Attributes:
        links: the addresses that it leads to, in order.
        anchors: the ids in it.
        tables: each with its head and then its rows, as lists of the cells' texts.
        fields: those of its forms, by name.
        labels: what labels are for.
        text: all text, a line a block.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.fields: dict[str, Field] = {}
        self.labels: set[str] = set()
        self.text = ""
        self._cell: list[str] | None = None
        self._select: Field | None = None
        self._option: list[str] | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if "id" in given:
            self.anchors.append(given["id"])
        if tag in BLOCKS:
            self.text += "\n"
        if tag == "a":
            self.links.append(given["href"])
        elif tag == "label":
            self.labels.add(given["for"])
        elif tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = []
        elif tag == "input":
            kind = given.get("type", "text")
            self.fields[given["name"]] = Field(given["name"], kind, given.get("value", ""), given)
        elif tag == "select":
            self._select = self.fields[given["name"]] = Field(given["name"], "select", "", given)
        elif tag == "option" and self._select is not None:
            self._select.options.append((given["value"], ""))
            self._option = []
            if "selected" in given:
                self._select.value = given["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            self.tables[-1][-1].append(" ".join("".join(self._cell).split()))
            self._cell = None
        elif tag == "option" and self._select is not None and self._option is not None:
            self._select.options[-1] = (self._select.options[-1][0], "".join(self._option))
            self._option = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._cell is not None:
            self._cell.append(data)
        if self._option is not None:
            self._option.append(data)

    @property
    def ours(self) -> list[str]:
        """The addresses of the service that it leads to, each once, without places in pages."""
        return sorted({urldefrag(link)[0] for link in self.links if link.startswith("/")})


def page_at(served: Server, address: str, status: int = 200) -> PageParts:
    """Return the page at an address."""
    answer = served.get(address, "text/html")
    assert (answer.status, answer.media) == (status, "text/html"), (address, answer)
    parts = PageParts(answer.text)
    assert len(parts.anchors) == len(set(parts.anchors)), address
    assert set(parts.fields) >= {name for name in parts.labels if name in parts.fields}
    return parts


def assert_links_lead_somewhere(served: Server, parts: PageParts, most: int = 25) -> None:
    """Follow the links of a page to the service, evenly chosen where there are more than enough.

    Those that every page has are for a test of their own.
    """
    links = [link for link in parts.ours if link not in NAVIGATION]
    for link in links[:: len(links) // most + 1]:
        assert served.get(link, "text/html").status in (200, 303), link
    for link in parts.links:
        if link.startswith("#"):
            assert link[1:] in parts.anchors, link
