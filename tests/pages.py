"""A page taken apart: what it links to, what its forms send, which queries it shows."""

import html.parser


class Page(html.parser.HTMLParser):
    """A page.

    Attributes:
        links: where its links lead, in their order.
        fields: names and values of its inputs.
        ids: the anchors that it has.
        code: the texts that are set as code.
        text: all its text.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fields: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.code: list[str] = []
        self.text = ""
        self._in_code = False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        if tag == "input":
            self.fields.append((given.get("name", ""), given.get("value", "")))
        if tag == "code":
            self._in_code = True
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "code":
            self._in_code = False

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in_code:
            self.code[-1] += data

    @property
    def query(self) -> str:
        """The first query that is shown."""
        return next(text for text in self.code if "SELECT" in text)
