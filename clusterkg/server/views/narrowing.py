"""A list narrowed down by the parameters of its address: what is left, and how much each further choice would leave."""

from __future__ import annotations

from clusterkg.server.facets import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from typing import Any

    from clusterkg.server.views.view import Asked

    Of = Callable[[Any], Collection[str]]

__all__ = ["WORDS", "Facet", "Narrowed", "narrowed"]

WORDS = "q"
"""The parameter of free text."""


class Option:
    """A value that a list may be narrowed down to: its name, how many things would be left, and where that is."""

    def __init__(self, value: str, label: str, count: int, link: str, chosen: bool) -> None:
        self.value, self.label, self.count, self.link, self.chosen = value, label, count, link, chosen


class Facet:
    """A parameter with the values that it may have, those that would leave something or are chosen."""

    def __init__(self, name: str, label: str, options: Iterable[Option]) -> None:
        self.name, self.label, self.options = name, label, list(options)

    @property
    def chosen(self) -> list[Option]:
        """The values that are chosen."""
        return [option for option in self.options if option.chosen]


class Narrowed:
    """What is left of a list.

    Attributes:
        shown: the things left, in their order; `total` is how many there were.
        facets: by what it can be narrowed down.
        words: the free text, and `without_words` the address of the same without it.
        kept: names and values of all other parameters, for the form of the free text.
        all: the address of the whole list.
    """

    def __init__(self, shown: Sequence[Any], total: int, facets: Sequence[Facet], asked: Asked) -> None:
        self.shown, self.total, self.facets = list(shown), total, list(facets)
        self.words, self.without_words = asked.one(WORDS), asked.without(WORDS)
        self.kept = [(name, value) for name, value in asked.pairs if name != WORDS and value]
        names = {WORDS, *(facet.name for facet in facets)}
        self.all = asked.url([(name, value) for name, value in asked.pairs if name not in names])

    @property
    def active(self) -> bool:
        """Whether it is narrowed down at all."""
        return bool(self.words) or any(facet.chosen for facet in self.facets)


def narrowed(
    asked: Asked,
    things: Sequence[Any],
    facets: Mapping[str, tuple[str, Of]],
    *,
    names: Mapping[str, str] | None = None,
    orders: Mapping[str, Sequence[str]] | None = None,
    text: Callable[[Any], str] | None = None,
) -> Narrowed:
    """Return what is left of a list.

    Several values of one parameter widen it, several parameters narrow it down. How many things a value would leave is
    counted among those that the other parameters leave.

    Args:
        asked: the request.
        things: the whole list.
        facets: parameter to its label and what gives the values of a thing.
        names: what people call a value, where they call it otherwise.
        orders: the order of a parameter's values, where it is not that in which they occur.
        text: gives the text in which all words of `WORDS` must be; None where a list has no free text.

    Raises:
        ParameterError: a value is that of none of the things, or the free text is given twice.
    """
    called, ordered = names or {}, orders or {}
    wanted = [fold(word) for word in asked.one(WORDS).split()] if text else []
    having = list(things)
    if text is not None and wanted:
        having = [one for one in things if all(word in fold(text(one)) for word in wanted)]
    known: dict[str, list[str]] = {}
    for name, (_, of) in facets.items():
        there = dict.fromkeys(value for thing in things for value in of(thing))
        known[name] = [value for value in ordered[name] if value in there] if name in ordered else list(there)
    chosen = {name: asked.some(name, values) for name, values in known.items()}

    def fits(thing: Any, but: str = "") -> bool:
        return all(
            not chosen[name] or name == but or any(value in chosen[name] for value in of(thing))
            for name, (_, of) in facets.items()
        )

    found = []
    for name, (label, of) in facets.items():
        counts = dict.fromkeys(known[name], 0)
        for thing in having:
            if fits(thing, name):
                for value in of(thing):
                    counts[value] += 1
        options = [
            Option(
                value,
                called.get(value, value),
                count,
                asked.without(name, value) if value in chosen[name] else asked.beside(name, value),
                value in chosen[name],
            )
            for value, count in counts.items()
            if count or value in chosen[name]
        ]
        found.append(Facet(name, label, options))
    return Narrowed([thing for thing in having if fits(thing)], len(things), found, asked)
