"""All case studies of a graph with what they can be chosen by, read once and kept."""

from __future__ import annotations

from functools import cache

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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value

__all__ = ["COLUMNS", "QUERY", "SORTS", "Casebook", "book_of", "query_for"]

QUERY = "pages/cases"
PLACE = "  # What is chosen\n"
"""Where the query has room for what is chosen."""

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

    def __init__(
        self, rows: Sequence[tuple[Value, ...]], facets: Iterable[Mapping[str, Value]], texts: Iterable[Sequence[Value]]
    ) -> None:
        self.rows = list(rows)
        self.everybody = (1 << len(self.rows)) - 1
        self.facets: dict[str, dict[str, Choice]] = {name: {} for name in FACETS}
        self._places = {str(row[-1]): place for place, row in enumerate(self.rows)}
        self._ranks: dict[str, dict[int, int]] = {"group": {}, "degree": {}}
        self._texts = [""] * len(self.rows)
        self._orders: dict[tuple[str, bool], list[int]] = {}
        self._read(facets)
        self._score()
        self._close()
        gathered: dict[int, list[str]] = {}
        for case, text in texts:
            if str(case) in self._places:
                gathered.setdefault(self._places[str(case)], []).append(str(text))
        for place, found in gathered.items():
            self._texts[place] = fold("\n".join(found))

    def __len__(self) -> int:
        return len(self.rows)

    def _read(self, facets: Iterable[Mapping[str, Value]]) -> None:
        """Take in the values that are things, and the reasons."""
        members: dict[tuple[str, str], list[int]] = {}
        for row in facets:
            place = self._places.get(str(row["case"]))
            if place is None:
                continue
            name, iri, label = str(row["facet"]), str(row["value"]), str(row["label"])
            word, term = _last(iri), f"<{iri}>"
            rank = int(row["rank"]) if isinstance(row["rank"], int) else UNRANKED
            if row["scope"] is not None:
                word, term = f"{_last(str(row['scope']))}-{word}", f"({term} <{row['scope']}>)"
                label = f"{row['scope_label']} {label.lower()}"
            choice = self.facets[name].get(word)
            if choice is None:
                choice = Choice(word, label, rank=(int(bool(row["is_reason"])), rank))
                self.facets[name][word] = choice
            if row["is_reason"]:
                choice.reason = term
            elif term not in choice.things:
                # Two things with one last part are one value here.
                choice.things = f"{choice.things} {term}".strip()
            members.setdefault((name, word), []).append(place)
            if name in self._ranks and rank != UNRANKED and not row["is_reason"]:
                self._ranks[name][place] = rank
        for (name, word), places in members.items():
            self.facets[name][word].mask = _mask(places)

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

    def _order(self, sort: str, descending: bool) -> list[int]:
        slugs = [(_last(str(row[-1])), str(row[-1])) for row in self.rows]
        if sort in self._ranks:
            ranks = self._ranks[sort]
            keys: list[Value] = [ranks.get(place) for place in range(len(self.rows))]
        elif sort == "name":
            keys = [slug for slug, _ in slugs]
        else:
            column = COLUMNS.index(sort)
            keys = [row[column] for row in self.rows]
        places = sorted(range(len(self.rows)), key=lambda place: slugs[place])
        having = [place for place in places if keys[place] is not None]
        having.sort(key=lambda place: keys[place], reverse=descending)  # type: ignore[arg-type, return-value]
        return having + [place for place in places if keys[place] is None]


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

    def rows(name: str) -> list[tuple[Value, ...]]:
        query = library.read(name, graph.folders)
        return graph.run(query.text, query.path, needs=query.needs).rows

    query = library.read("pages/case-facets", graph.folders)
    facets = graph.run(query.text, query.path, needs=query.needs)
    return Casebook(rows(QUERY), facets, rows("pages/case-texts"))


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
