"""A page taken apart: its heading, links, anchors, tables and texts."""

from html.parser import HTMLParser

BLOCKS = {"p", "li", "dt", "dd", "h1", "h2", "h3", "td", "th", "caption", "summary", "pre", "br"}
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(HTMLParser):
    """What a test reads of a page.

    Attributes:
        heading: the text of its only `h1`.
        links: where its links lead, in order.
        ids: its anchors.
        tables: the rows of each table by its caption, headings of columns and of groups left out.
        text: all its text, white space folded.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.heading = self.text = ""
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.marks: list[tuple[str, str, str]] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._caption, self._rows = "", list[list[str]]()
        self.feed(text)
        self.text = " ".join(self.text.split())
        assert not self._open, self._open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag in BLOCKS:
            self.text += " "
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
            if given.get("class") == "mark":
                self.marks.append(("", given["href"], given["title"]))
        if tag == "table":
            self._caption, self._rows = "", []
        if tag == "tr":
            self._rows.append([])
        if tag in ("td", "th") and given.get("scope") not in ("col", "rowgroup"):
            self._rows[-1].append("")
        if tag not in VOID:
            self._open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1][0] == tag, (tag, self._open)
        self._open.pop()
        if tag == "table":
            self.tables[" ".join(self._caption.split())] = [
                [" ".join(cell.split()) for cell in row] for row in self._rows if row
            ]

    def handle_data(self, data: str) -> None:
        self.text += data
        for tag, given in reversed(self._open):
            if tag == "h1":
                self.heading += data
            if tag == "a" and given.get("class") == "mark":
                shown, href, title = self.marks[-1]
                self.marks[-1] = (shown + data, href, title)
            if tag == "caption":
                self._caption += data
            if tag in ("td", "th"):
                if given.get("scope") not in ("col", "rowgroup"):
                    self._rows[-1][-1] += data
                break
