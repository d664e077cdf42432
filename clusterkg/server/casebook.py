"""All case studies of a graph with what they can be chosen by, read once and kept."""

from __future__ import annotations

from functools import cache, cached_property

from clusterkg import library
from clusterkg.server.facets import (
    ABSENT,
    FACETS,
    SCORES,
    STEPS,
    UNSTATED,
    Choice,
    clause,
    fold,
    search_clause,
)
from clusterkg.server.things import called
from clusterkg.terms import ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal
    from typing import Any

    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value

__all__ = ["COLUMNS", "QUERY", "SORTS", "Casebook", "book_of", "query_for"]

QUERY = "pages/cases"
PLACE = "  # What is chosen\n"
"""Where the query has room for what is chosen."""

NOTATION = "http://www.w3.org/2004/02/skos/core#notation"
"""What a study prints for a reason."""

RANKS = (ONTOLOGY + "rank", ONTOLOGY + "position")
"""The properties that hold a thing's place among others."""

UNRANKED = 1 << 30
"""The place of a value among others where nobody has given it one."""

SORTS = {
    "group": "?position",
    "name": "?slug",
    "study": "?study",
    "country": "?country",
    "degree": "?rank",
    **{name: f"?{name}" for name in SCORES},
    "modes": "?modes",
}
"""What cases can be sorted by, each with the variable of the query."""

COLUMNS = (
    "study",
    "name",
    "country",
    "iso3",
    "industry",
    "sectoral_group",
    "collective_efficiency",
    *SCORES,
    "modes",
    "missing",
    "case",
)
"""The columns of cases, a contract."""


class Casebook:
    """All cases.

    Attributes:
        rows: a row a case under `COLUMNS`, by sectoral group and the last part of the IRI.
        facets: for each facet its values by their words.
        everybody: the mask of all cases: a bit each, by their places in `rows`.
    """

    def __init__(self, graph: Graph, rows: Sequence[tuple[Value, ...]], facets: Iterable[Sequence[Value]]) -> None:
        self._graph = graph
        self.rows = list(rows)
        self.everybody = (1 << len(self.rows)) - 1
        self.facets: dict[str, dict[str, Choice]] = {name: {} for name in FACETS}
        self._places = {str(row[-1]): place for place, row in enumerate(self.rows)}
        self._ranks: dict[str, dict[int, int]] = {"group": {}, "degree": {}}
        self._orders: dict[tuple[str, bool], list[int]] = {}
        self._read(facets)
        self._score()
        self._close()

    def __len__(self) -> int:
        return len(self.rows)

    def _read(self, facets: Iterable[Sequence[Value]]) -> None:
        """Take in the values that are things, and the reasons."""
        members: dict[tuple[Value, ...], list[int]] = {}
        for case, *value in facets:
            place = self._places.get(str(case))
            if place is not None:
                members.setdefault(tuple(value), []).append(place)
        for (facet, iri, scope, is_reason), places in members.items():
            name, thing = str(facet), str(iri)
            word, term, rank = _last(thing), f"<{thing}>", self._rank(thing)
            label = self._name(thing, NOTATION if is_reason else "")
            if scope is not None:
                word, term = f"{_last(str(scope))}-{word}", f"({term} <{scope}>)"
                label = f"{self._name(str(scope))} {label.lower()}"
            choice = self.facets[name].setdefault(word, Choice(word, label, rank=(int(bool(is_reason)), rank)))
            # Two things with one last part are one value here.
            if is_reason:
                choice.reason = f"{choice.reason} {term}".strip()
            else:
                choice.things = f"{choice.things} {term}".strip()
                if name in self._ranks and rank != UNRANKED:
                    self._ranks[name].update(dict.fromkeys(places, rank))
            choice.mask |= _mask(places)

    def _name(self, iri: str, property: str = "") -> str:
        """Return what people call a thing, by a property of its own where one is wanted."""
        texts = self._literals(iri, property) if property else []
        return min(texts, default="") or called(self._graph, iri) or _last(iri)

    def _rank(self, iri: str) -> int:
        """Return the place of a thing among others of its kind."""
        places = [text for property in RANKS for text in self._literals(iri, property)]
        return int(places[0]) if places and places[0].lstrip("-").isdigit() else UNRANKED

    def _literals(self, iri: str, property: str) -> list[str]:
        import pyoxigraph as ox

        quads = self._graph.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(property), None, None)
        return [quad.object.value for quad in quads if isinstance(quad.object, ox.Literal)]

    @cached_property
    def _texts(self) -> list[str]:
        """The names of each case, folded."""
        gathered: list[list[str]] = [[] for _ in self.rows]
        for case, text in _answer(self._graph, "pages/case-texts"):
            place = self._places.get(str(case))
            if place is not None:
                gathered[place].append(str(text))
        return [fold("\n".join(found)) for found in gathered]

    def _score(self) -> None:
        """Take in the values of scores: none at all, and each step or more."""
        from decimal import Decimal

        for name in SCORES:
            column = COLUMNS.index(name)
            scores = [(place, row[column]) for place, row in enumerate(self.rows) if row[column] is not None]
            found = {ABSENT: Choice(ABSENT, "0, absent", _mask(place for place, score in scores if score == 0))}
            for step, told in STEPS.items():
                least = Decimal(step)
                mask = _mask(place for place, score in scores if _number(score) >= least)
                more = step if step == list(STEPS)[-1] else f"{step} or more"
                found[f"{step}-or-more"] = Choice(f"{step}-or-more", f"{more}, {told}" if told else more, mask)
            self.facets[name] = {**found, **self.facets[name]}

    def _close(self) -> None:
        """Order the values, and add one for the cases that have none."""
        for name, choices in self.facets.items():
            rest = self.everybody
            for choice in choices.values():
                rest &= ~choice.mask
            if name in SCORES:
                column = COLUMNS.index(name)
                rest &= ~_mask(place for place, row in enumerate(self.rows) if row[column] is not None)
                ordered = list(choices.values())
            else:
                ordered = sorted(choices.values(), key=lambda one: (*one.rank, one.label))
            self.facets[name] = {one.word: one for one in ordered}
            if rest:
                self.facets[name][UNSTATED] = Choice(UNSTATED, FACETS[name].unstated, rest)

    def chosen(self, facet: str, words: Iterable[str]) -> int:
        """Return the mask of the cases that have one of some values of a facet."""
        mask = 0
        for word in words:
            mask |= self.facets[facet][word].mask
        return mask

    def only(self, iri: str) -> int:
        """Return the mask of one case; 0 where it is none."""
        place = self._places.get(iri)
        return 0 if place is None else 1 << place

    def found(self, words: Iterable[str]) -> int:
        """Return the mask of the cases in whose names all of some folded words occur."""
        wanted = list(words)
        if not wanted:
            return self.everybody
        return _mask(place for place, text in enumerate(self._texts) if all(word in text for word in wanted))

    def sorted(self, mask: int, sort: str, descending: bool) -> list[tuple[Value, ...]]:
        """Return the rows of a mask in an order; who has no value comes last in either direction."""
        order = self._orders.get((sort, descending))
        if order is None:
            order = self._orders[sort, descending] = self._order(sort, descending)
        bits = f"{mask:b}"[::-1]
        last = len(bits)
        return [self.rows[place] for place in order if place < last and bits[place] == "1"]

    @cached_property
    def _by_slug(self) -> list[int]:
        """The places of all cases by the last part of the IRI."""
        slugs = [(_last(str(row[-1])), str(row[-1])) for row in self.rows]
        return sorted(range(len(self.rows)), key=slugs.__getitem__)

    def _order(self, sort: str, descending: bool) -> list[int]:
        if sort == "name":
            # No two cases of a study have one slug; those of several stand by the whole IRI in both directions.
            slugs = [_last(str(row[-1])) for row in self.rows]
            return sorted(self._by_slug, key=slugs.__getitem__, reverse=descending)
        if sort in self._ranks:
            ranks = self._ranks[sort]
            keys: list[Any] = [ranks.get(place) for place in range(len(self.rows))]
        else:
            column = COLUMNS.index(sort)
            keys = [row[column] for row in self.rows]
        having = [place for place in self._by_slug if keys[place] is not None]
        having.sort(key=lambda place: keys[place], reverse=descending)
        return having + [place for place in self._by_slug if keys[place] is None]


def _number(value: Value) -> Decimal:
    from decimal import Decimal

    return Decimal(str(value))


def _last(iri: str) -> str:
    return iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def _mask(places: Iterable[int]) -> int:
    """Return a number with a bit for each place."""
    data = bytearray()
    for place in places:
        byte = place >> 3
        if byte >= len(data):
            data.extend(bytes(byte + 1 - len(data)))
        data[byte] |= 1 << (place & 7)
    return int.from_bytes(data, "little")


@cache
def book_of(graph: Graph) -> Casebook:
    """Return all cases of a graph that does not change."""
    return Casebook(graph, _answer(graph, QUERY), _answer(graph, "pages/case-facets"))


def _answer(graph: Graph, name: str) -> list[tuple[Value, ...]]:
    query = library.read(name, graph.folders)
    return graph.run(query.text, query.path, needs=query.needs).rows


def query_for(
    graph: Graph, book: Casebook, chosen: Mapping[str, Sequence[str]], words: Sequence[str], sort: str, descending: bool
) -> str:
    """Return the query of the library with what is chosen in it, which gives the same rows in the same order."""
    import pyoxigraph as ox

    text = library.read(QUERY, graph.folders).text
    groups = [clause(name, [book.facets[name][word] for word in some]) for name, some in chosen.items()]
    groups += [search_clause(word, str(ox.Literal(word))) for word in words]
    before, place, after = text.partition(PLACE)
    assert place, QUERY
    body = before + "".join(f"{group}\n" for group in groups) + after
    variable = SORTS[sort]
    key = f"DESC({variable})" if descending else variable
    return f"{body.rpartition('ORDER BY')[0]}ORDER BY (!BOUND({variable})) {key} ?slug ?case\n"
