"""What a finding's rows and verdict would be if its cases were coded otherwise, or some of them left out."""

from __future__ import annotations

from itertools import combinations
from math import comb

from clusterkg import library
from clusterkg.analysis.changes import Change, Filling, Way
from clusterkg.analysis.fragility_views import Fragility
from clusterkg.analysis.recodings import Rating, count_ways, moves, ratings_read
from clusterkg.analysis.turning import Option, Verdicts, fewest, turns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from decimal import Decimal

    from clusterkg.analysis.copies import Copy
    from clusterkg.analysis.recodings import Coded
    from clusterkg.analysis.samples import Case
    from clusterkg.analysis.turning import Delta
    from clusterkg.findings import Finding
    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value

    Rows = list[tuple[Value, ...]]
    Found = tuple[int | None, list[tuple[tuple[Option, ...], Delta]]]

__all__ = ["Question"]


class Question:
    """One finding, with all that can be otherwise about what it reads.

    Args:
        graph: the loaded graph.
        cases: the cases of the study, by their IRIs.
        copy: the copy of the graph that is changed.
        limits: the limits of the study.
        finding: the finding, tested already.

    Attributes:
        of_cases: whether its query reads cases at all.
        ratings: the ratings that it reads of the cases of its sample, or of all that could come into it.
    """

    def __init__(
        self, graph: Graph, cases: dict[str, Case], copy: Copy, limits: dict[str, Decimal], finding: Finding
    ) -> None:
        self.finding, self.cases, self.copy = finding, cases, copy
        self.text, self.place = str(finding.query), str(finding.path)
        query = library.read(str(finding.claim.query), graph.folders)
        self.of_cases = query.needs is None or "cases" in query.needs
        self.derived = query.needs is None or "shorthands" in query.needs
        # In the queries of the project a case's rows depend on nothing but the case; a test holds them to it.
        self.by_case = query.shipped and "case" in finding.columns
        self.verdicts = Verdicts(finding, limits)
        self.rows = self._by_case(finding.rows)
        read = ratings_read(graph, finding, self.copy) if self.of_cases else []
        in_reach = self._in_reach(read)
        self.ratings = [rating for rating in read if rating.case in in_reach]

    def _in_reach(self, ratings: Iterable[Rating]) -> set[str]:
        """Return the cases of the sample, and those that other values would bring into it."""
        asks = bool(self.finding.claim.sample_variables)
        return {rating.case for rating in ratings} if asks or not self.by_case else set(self.rows)

    def _by_case(self, rows: Rows) -> dict[str, Rows]:
        found: dict[str, Rows] = {}
        if self.by_case:
            place = self.finding.columns.index("case")
            for row in rows:
                found.setdefault(str(row[place]), []).append(row)
        return found

    def _ask(self, values: Mapping[str, Coded]) -> Rows:
        with self.copy.recoded(values, derived=self.derived):
            return self.copy.ask(self.text, self.place).rows

    def recode(self, most: int, firm: bool) -> Fragility:
        """Return the fewest recodings."""
        valued = [rating for rating in self.ratings if rating.value is not None]
        found = (
            fewest(self.verdicts, self._recodings, most, firm=firm)
            if self.by_case
            else self._one_by_one(valued, most, firm)
        )
        ways = count_ways(valued, most)

        def told(option: Option) -> list[Change]:
            assert isinstance(option.what, dict)
            return [
                Change(self.cases[rating.case], rating.name, rating.shown(rating.value), rating.shown(value))
                for rating, value in option.what.items()
            ]

        return self._shown(found, "rating", most, sum(ways[1 : (found[0] or most) + 1]), told)

    def _recodings(self, cost: int) -> Iterator[Option]:
        """Yield what each case's rows become by so many half points on its ratings.

        All cases are recoded alike at once, since the rows of one do not depend on another.
        """
        by_case: dict[str, dict[str, Rating]] = {}
        for rating in self.ratings:
            by_case.setdefault(rating.case, {})[rating.variable] = rating
        for steps in moves(list(dict.fromkeys(rating.variable for rating in self.ratings)), cost):
            recoded: dict[str, dict[Rating, Coded]] = {}
            for case, ratings in by_case.items():
                moved = {
                    ratings[variable]: value
                    for variable, by in steps.items()
                    if variable in ratings and (value := ratings[variable].moved(by)) is not None
                }
                if len(moved) == len(steps):
                    recoded[case] = moved
            rows = self._by_case(self._ask({r.iri: v for moved in recoded.values() for r, v in moved.items()}))
            for case, moved in recoded.items():
                delta = self.verdicts.delta(self.rows.get(case, []), rows.get(case, []))
                if delta:
                    yield Option(case, cost, delta, moved)

    def _one_by_one(self, ratings: list[Rating], most: int, firm: bool) -> Found:
        """Return the fewest recodings where the query has to be asked anew for each way."""

        def recoded(left: int, start: int) -> Iterator[dict[Rating, Coded]]:
            if not left:
                yield {}
            for place in range(start, len(ratings)):
                for steps in range(1, left + 1):
                    for value in (ratings[place].moved(steps), ratings[place].moved(-steps)):
                        if value is not None:
                            for rest in recoded(left - steps, place + 1):
                                yield {ratings[place]: value, **rest}

        for number in range(1, most + 1):
            found: list[tuple[tuple[Option, ...], Delta]] = []
            for what in recoded(number, 0):
                rows = self._ask({rating.iri: value for rating, value in what.items()})
                delta = self.verdicts.delta(self.finding.rows, rows)
                if turns(self.finding.verdict, self.verdicts.after(delta), firm=firm):
                    found.append(((Option("", number, delta, what),), delta))
            if found:
                return number, found
        return None, []

    def leave_out(self, most: int, by: str, firm: bool) -> Fragility:
        """Return the fewest cases, or countries, to leave out."""
        owners: dict[str, list[str]] = {}
        for case in self.rows if self.by_case else self.cases:
            owners.setdefault(case if by == "case" else self.cases[case].country, []).append(case)
        most_there_are = min(most, len(owners))
        found: Found = None, []
        if self.by_case:
            options = [
                Option(owner, 1, self.verdicts.delta([row for case in cases for row in self.rows[case]], []), cases)
                for owner, cases in owners.items()
            ]
            found = fewest(self.verdicts, lambda cost: options if cost == 1 else [], most_there_are, firm=firm)
        else:
            found = self._left_out_one_by_one(owners, most_there_are, firm)
        tried = sum(comb(len(owners), number) for number in range(1, (found[0] or most_there_are) + 1))

        def told(option: Option) -> list[Change]:
            if by == "case":
                return [Change(self.cases[option.owner])]
            assert isinstance(option.what, list)
            return [Change(None, country=option.owner, cases=len(option.what))]

        return self._shown(found, by, most, tried, told)

    def _left_out_one_by_one(self, owners: dict[str, list[str]], most: int, firm: bool) -> Found:
        """Return the fewest to leave out where the query has to be asked anew for each way."""
        for number in range(1, most + 1):
            found: list[tuple[tuple[Option, ...], Delta]] = []
            for chosen in combinations(owners, number):
                with self.copy.without((case for owner in chosen for case in owners[owner]), derived=self.derived):
                    rows = self.copy.ask(self.text, self.place).rows
                delta = self.verdicts.delta(self.finding.rows, rows)
                if turns(self.finding.verdict, self.verdicts.after(delta), firm=firm):
                    found.append((tuple(Option(owner, 1, (), owners[owner]) for owner in chosen), delta))
            if found:
                return number, found
        return None, []

    def fill(self, firm: bool) -> tuple[list[Filling], int]:
        """Return the values for single ratings without one that would turn the verdict, and how many have none."""
        without = [rating for rating in self.ratings if rating.value is None]
        found: list[Filling] = []
        by_value = self._filled(without)
        for rating in without:
            scale = rating.scale()
            said = [by_value[rating, value] for value in scale]
            start = 0
            for place in range(len(scale)):
                if place + 1 == len(scale) or said[place + 1] != said[start]:
                    if turns(self.finding.verdict, said[start], firm=firm):
                        values = [rating.shown(value) for value in scale]
                        told = Change(self.cases[rating.case], rating.name, rating.reason, None)
                        found.append(Filling(told, values, start, place, said[start]))
                    start = place + 1
        return found, len(without)

    def _filled(self, without: list[Rating]) -> dict[tuple[Rating, Coded], str]:
        """Return the verdict for each value of each rating without one, the others staying without."""
        found: dict[tuple[Rating, Coded], str] = {}
        by_variable: dict[str, list[Rating]] = {}
        for rating in without:
            by_variable.setdefault(rating.variable if self.by_case else rating.iri, []).append(rating)
        for alike in by_variable.values():
            for value in alike[0].scale():
                rows = self._ask({rating.iri: value for rating in alike})
                by_case = self._by_case(rows)
                for rating in alike:
                    before, after = self.finding.rows, rows
                    if self.by_case:
                        before, after = self.rows.get(rating.case, []), by_case.get(rating.case, [])
                    found[rating, value] = self.verdicts.after(self.verdicts.delta(before, after))
        return found

    def _shown(self, found: Found, by: str, most: int, tried: int, told: Callable[[Option], list[Change]]) -> Fragility:
        ways = []
        for options, delta in found[1]:
            judged = self.verdicts.judged(delta)
            changes = [change for option in options for change in told(option)]
            ways.append(Way(sorted(changes, key=Change.key), judged))
        ways.sort(key=Way.key)
        shown = Fragility(self.finding, by, most)
        shown.fewest, shown.tried, shown.ways = found[0], tried, ways
        shown.degrees = by == "rating" and any(rating.degrees for rating in self.ratings)
        return shown
