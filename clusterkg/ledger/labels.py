"""Names that a study prints for one thing, held against each other."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clusterkg.graph.answers import Value

    Row = tuple[str, str, str, Value, Value, Value, str, str]

__all__ = ["contradictions", "difference"]

SHORT = re.compile(r"[^\W_]+\.")
"""A short form such as ``S.``, which is no misspelling."""

STANDS_FOR = {"&": "and"}
"""Signs that stand for a word."""

FILLING = re.compile(r"^\d+\.\s*|['’]?\s+(clusters|industries|sectors)$")
"""What stands about the name of a group without being part of it: a number, the word clusters."""


def contradictions(names: Iterable[Sequence[Value]]) -> list[Row]:
    """Return a row of the ledger for each thing that places of a study call differently.

    Args:
        names: rows of the query ``ledger/labels``: kind, thing, order, place, name.

    Returns:
        Rows under ``label``: the thing, what kind it is, the first place's name, the other names, the
        number of names compared, ``differs``, and where each stands and how it differs from the first.
    """
    things: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for kind, thing, _, place, name in names:
        things.setdefault((str(kind), str(thing)), []).append((str(place), str(name)))
    industries = {found[0][1]: thing for (kind, thing), found in things.items() if kind == "industry"}
    rows: list[Row] = []
    for (kind, thing), found in things.items():
        if kind == "place":
            rows += _misspelt(thing, found)
            continue
        places: dict[str, list[str]] = {}
        for place, name in found:
            bare = FILLING.sub("", name) if kind == "sectoral_group" else name
            same = next((known for known in places if known.casefold() == bare.casefold()), bare)
            places.setdefault(same, []).append(place)
        if len(places) < 2:
            continue
        first, *others = places
        said = [f"{first} in {', '.join(dict.fromkeys(places[first]))}"]
        for other in others:
            astray = kind == "industry" and industries.get(other, thing) != thing
            how = "the name of another industry" if astray else difference(first, other)
            said.append(f"{other} in {', '.join(dict.fromkeys(places[other]))} ({how})")
        rows.append(("label", thing, kind, first, "; ".join(others), len(found), "differs", "; ".join(said)))
    return sorted(rows, key=lambda row: (row[2], row[1]))


def _misspelt(thing: str, found: Sequence[tuple[str, str]]) -> Iterator[Row]:
    """Yield a row for a cluster whose place is printed with wrong letters, accents and short forms apart."""
    wrong = {name: place for place, name in found if _close(_words(SHORT.sub("", name)), _words(place))}
    if wrong:
        printed, used = "; ".join(wrong), "; ".join(dict.fromkeys(wrong.values()))
        said = "; ".join(f"{name} for {place} (other letters than the name in use)" for name, place in wrong.items())
        yield "label", thing, "place", printed, used, len(wrong), "differs", said


def difference(first: str, other: str) -> str:
    """Return in plain words how one name differs from another.

    >>> difference("Ubá", "Ubà"), difference("Milk-dairy", "Milkdairy"), difference("Textiles", "Textile")
    ('other accents', 'other punctuation', 'other spelling')
    >>> difference("Rio Pardo, RGS", "Rio Pardo"), difference("Espirito Santo", "ES")
    ("without 'RGS'", 'shortened')
    >>> difference("Pe", "Peru"), difference("Co", "Col."), difference("Mangoes and grapes", "Mangoes & grapes")
    ('written out', 'another short form', "with '&' for 'and'")
    >>> difference("Torreon", "Coahuila")
    'another name'
    """
    if _plain(first) == _plain(other):
        return "other accents"
    one, two = _words(first), _words(other)
    if "".join(one) == "".join(two):
        return "other punctuation"
    if len(one) == len(two) and _close(one, two):
        return "other spelling"
    missing = [word for word in _tokens(first) if _plain(word) not in two]
    added = [word for word in _tokens(other) if _plain(word) not in one]
    swapped = [(old, new) for old in missing for new in added if _stands_for(old, new, first, other)]
    missing = [word for word in missing if word not in [old for old, _ in swapped]]
    added = [word for word in added if word not in [new for _, new in swapped]]
    if swapped or not (missing and added):
        said = [f"without '{' '.join(missing)}'"] if missing else []
        said += [f"with '{' '.join(added)}'"] if added else []
        said += [f"with '{_as_printed(new, other)}' for '{_as_printed(old, first)}'" for old, new in swapped]
        return ", ".join(said)
    if _shortened(first, other):
        return "shortened"
    if _shortened(other, first):
        return "another short form" if SHORT.search(other) else "written out"
    if set(one) & set(two):
        return f"without '{' '.join(missing)}', with '{' '.join(added)}'"
    return "another name"


def _as_printed(word: str, name: str) -> str:
    """Return a word of a name with the full stop of a short form."""
    return f"{word}." if f"{word}." in name else word


def _stands_for(old: str, new: str, first: str, other: str) -> bool:
    """Tell whether one of two words stands for the other: a sign, or the initial that has a full stop in its name."""
    for short, word, name in ((old, new, first), (new, old, other)):
        initial = len(short) == 1 and _as_printed(short, name) != short and _plain(word).startswith(_plain(short))
        if STANDS_FOR.get(short) == _plain(word) or initial:
            return True
    return False


def _plain(text: str) -> str:
    """Return a text in small letters without accents."""
    return "".join(letter for letter in normalize("NFD", text) if not combining(letter)).casefold()


def _tokens(text: str) -> list[str]:
    return re.findall(r"[^\W_]+|&", text)


def _words(text: str) -> list[str]:
    return _tokens(_plain(text))


def _close(words: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether some words are not among the others, but each of them is near one: a letter more or another."""

    def near(word: str, other: str) -> bool:
        if min(len(word), len(other)) < 4 or abs(len(word) - len(other)) > 1:
            return False
        letters = list(other)
        for letter in word:
            if letter in letters:
                letters.remove(letter)
        return len(letters) <= 1

    strange = [word for word in words if word not in others]
    return bool(strange) and all(any(near(word, other) for other in others) for word in strange)


def _shortened(longer: str, shorter: str) -> bool:
    """Tell whether one text is the other's short form: its letters in order, and written as short forms are."""
    marks = "." in shorter or len(shorter) <= 4 or re.search(r"[A-Z]{2}", shorter)
    letters = iter("".join(_words(longer)))
    few = len("".join(_words(shorter))) < len("".join(_words(longer)))
    return bool(marks) and few and all(letter in letters for letter in "".join(_words(shorter)))
