"""A form of a page as a browser sees it: its fields, what stands in them, and what sending it would send."""

import html.parser
from collections.abc import Sequence

Attributes = Sequence[tuple[str, str | None]]


class Page(html.parser.HTMLParser):
    """A page, read for its forms.

    Attributes:
        fields: by form (its id) what each field holds, by name; boxes that are not ticked are left out.
        ids: all ids of the page.
        links: all addresses that links lead to.
        buttons: by form the names and values of its buttons.
        options: what can be chosen in each field of choices, by name.
        marks: the attributes of each field, by name.
        text: the text of each thing that has an id, tags left out; of nested ones too.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, dict[str, str]] = {}
        self.ids: list[str] = []
        self.links: list[str] = []
        self.buttons: dict[str, list[tuple[str, str]]] = {}
        self.options: dict[str, list[str]] = {}
        self.marks: dict[str, dict[str, str]] = {}
        self.text: dict[str, str] = {}
        self._form, self._select, self._area = "", "", ""
        self._open: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        said = {name: value or "" for name, value in attrs}
        names = {name for name, _ in attrs}
        if "id" in said:
            self.ids.append(said["id"])
        if tag not in ("input", "br", "meta", "link", "hr", "img"):
            self._open.append((tag, said.get("id", "")))
        name, form = said.get("name", ""), said.get("form", self._form)
        if tag == "a":
            self.links.append(said.get("href", ""))
        elif tag == "form":
            self._form = said.get("id", said.get("action", ""))
        elif tag == "button":
            self.buttons.setdefault(form, []).append((name, said.get("value", "")))
        elif tag == "input":
            self.marks[name] = said
            if said.get("type") not in ("checkbox", "radio") or "checked" in names:
                self._put(form, name, said.get("value", ""))
        elif tag == "textarea":
            self.marks[name], self._area = said, name
            self._put(form, name, "")
        elif tag == "select":
            self.marks[name], self._select = said, name
            self.options[name] = []
        elif tag == "option" and self._select:
            if not self.options[self._select] or "selected" in names:
                self._put(form, self._select, said.get("value", ""), again=True)
            self.options[self._select].append(said.get("value", ""))

    def _put(self, form: str, name: str, value: str, *, again: bool = False) -> None:
        fields = self.fields.setdefault(form, {})
        assert again or name not in fields, f"{name} is there twice"
        fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "form":
            self._form = ""
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            # The first line break belongs to the tag.
            fields = self.fields[self._form]
            fields[self._area] = fields[self._area].removeprefix("\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._form][self._area] += data
        for _, id in self._open:
            if id:
                self.text[id] = self.text.get(id, "") + data
