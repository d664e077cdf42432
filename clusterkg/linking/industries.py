"""Classes of ISIC Rev. 4 by code, by title, by what a title is about, and by the project's own industries."""

from __future__ import annotations

import re

from clusterkg.linking.entries import Entry, Hit
from clusterkg.linking.names import folded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.linking.project import Project

__all__ = ["Industries", "core"]

CODE = re.compile(r"(?:isic\s*(?:rev\.?\s*4)?\s*:?\s*)?([A-U])?\s*(\d{2,4})", re.IGNORECASE)

OPENING = re.compile(r"(?:manufacture|growing|processing and preserving|processing|production|mining|raising) of ")
CLOSING = re.compile(r" (?:activities|production|industry|industries|sector|manufacturing|cluster)$")

LEAST = 80
"""How like a title the words of a text must be, of 100, to be offered."""

MOST = 5


def core(title: str) -> str:
    """Return what a title of the classification is about.

    >>> core("Manufacture of footwear"), core("Growing of pome fruits and stone fruits"), core("Software industry")
    ('footwear', 'pome fruits and stone fruits', 'software')
    """
    words = folded(title)
    return CLOSING.sub("", OPENING.sub("", words, count=1) if OPENING.match(words) else words)


class Industries:
    """The entries of the classification, indexed."""

    def __init__(self, project: Project) -> None:
        self._classes = project.classes
        self._titles: dict[str, list[Entry]] = {}
        self._cores: dict[str, list[Entry]] = {}
        self._code = {entry.iri: code for code, entry in project.classes.items()}
        self._own: dict[str, list[tuple[list[str], list[str]]]] = {}
        self._found: dict[str, list[Hit]] = {}
        for entry in project.classes.values():
            for name in (entry.name, *entry.names):
                self._titles.setdefault(folded(name), []).append(entry)
                self._cores.setdefault(core(name), []).append(entry)
        by_iri = {entry.iri: entry for entry in project.classes.values()}
        self._by_iri = by_iri
        for names, classes in project.industries.values():
            for key in {folded(name) for name in names}:
                self._own.setdefault(key, []).append((names, classes))

    def code(self, iri: str) -> str:
        """Return the code of an entry by its address; empty where it is none."""
        return self._code.get(iri, "")

    def find(self, text: str) -> list[Hit]:
        """Return what a text may stand for: by code or title, by the project's industries, by similar words.

        Of entries of one title in one line of descent the narrowest stands for all: 3100 for 310 and 31.

        Raises:
            ModuleNotFoundError: nothing is exact, and the extra ``linking`` is not installed.
        """
        if text not in self._found:
            found = self._by_code(text) or self._by_title(text)
            self._found[text] = found or self._similar(core(text))
        return self._found[text]

    def _by_code(self, text: str) -> list[Hit]:
        match = CODE.fullmatch(text.strip())
        if match is None:
            return []
        # A spreadsheet takes the zero off 0141, and leaves what is a group's code too.
        put = [f"0{match[2]}"] if len(match[2]) == 3 and not match[1] else []
        meant = [self._classes[code] for code in (match[2], *put) if code in self._classes]
        return [Hit(entry, "main name", entry.name) for entry in meant]

    def _by_title(self, text: str) -> list[Hit]:
        found: dict[str, Hit] = {}
        for entry in self._narrowest(self._titles.get(folded(text), [])):
            found[entry.iri] = Hit(entry, "main name", entry.name)
        if found:
            return list(found.values())
        for names, classes in self._own.get(folded(text), ()):
            for iri in classes:
                if iri in self._by_iri:
                    found.setdefault(iri, Hit(self._by_iri[iri], "reviewed name", names[0]))
            if not found:
                for entry in self._narrowest([one for name in names for one in self._cores.get(core(name), ())]):
                    found.setdefault(entry.iri, Hit(entry, "alternate name", names[0]))
        for entry in self._narrowest(self._cores.get(core(text), [])):
            found.setdefault(entry.iri, Hit(entry, "alternate name", core(entry.name)))
        return list(found.values())

    def _narrowest(self, entries: list[Entry]) -> list[Entry]:
        codes = {self._code[entry.iri] for entry in entries}
        return [
            entry
            for entry in {entry.iri: entry for entry in entries}.values()
            if not any(code != self._code[entry.iri] and code.startswith(self._code[entry.iri]) for code in codes)
        ]

    def _similar(self, key: str) -> list[Hit]:
        from rapidfuzz import fuzz, process

        if not key:
            return []
        near = process.extract(
            key, list(self._cores), scorer=fuzz.token_set_ratio, processor=None, score_cutoff=LEAST, limit=None
        )
        # Of titles with all words of the text the one that says least besides is the likeliest.
        near.sort(key=lambda one: (-one[1], -fuzz.ratio(key, one[0]), one[0]))
        found: list[Hit] = []
        for title, ratio, _ in near[:MOST]:
            likeness = (ratio + fuzz.ratio(key, title)) / 200
            found += [Hit(entry, "similar name", entry.name, likeness) for entry in self._narrowest(self._cores[title])]
        return found[:MOST]
