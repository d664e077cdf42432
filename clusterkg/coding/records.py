"""The cases that the rows of a book speak of, with their values and chains and the cells that say so."""

from __future__ import annotations

from clusterkg.coding import chains, ratings, values
from clusterkg.coding.columns import BY_SHEET, RATED
from clusterkg.coding.lines import Line
from clusterkg.coding.ratings import Rating
from clusterkg.coding.values import key_of, slug
from clusterkg.errors import nearest
from clusterkg.terms import BASE, case_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterkg.coding.chains import Chain
    from clusterkg.coding.known import Known
    from clusterkg.coding.problems import CellProblem
    from clusterkg.coding.sheets import Row, Sheet

__all__ = ["UNNAMED", "Case", "Records"]

LONGEST = 100
"""Signs that a name of a case or a coding may have, which names a file."""

UNNAMED = "unnamed"
"""The name of the coding of rows that name no coder."""


class Case:
    """One case study: a row of the wide layout, and what other rows say of it.

    Attributes:
        iri: its IRI; that of its cluster is made of `slug`.
        line: the row, None where the graph has the case and the book only speaks of it.
        coding: the name of the coding of the row.
        rival: whether another coding of the case came first.
        ratings: by variable and coding.
        chains: in the order of the sheet.
        governance: the name of the concept that says whether governance is coded, empty where a fault hides it.
    """

    def __init__(self, iri: str, slug: str, line: Line | None, coding: str) -> None:
        self.iri, self.slug, self.line, self.coding = iri, slug, line, coding
        self.rival = False
        self.period: tuple[str, str] | None = None
        self.ratings: dict[tuple[str, str], Rating] = {}
        self.chains: list[Chain] = []
        self.governance = "not-yet-coded"
        self.sources: list[str] = []


class Records:
    """The cases of some sheets.

    Args:
        sheets: the sheets, those of one kind in the order given.
        known: what the graph has.
        study: the key of the study that they belong to.
        replace: whether a case that the graph has may be coded anew by the same coder.

    Attributes:
        cases: new cases and those of the graph that the sheets speak of, rival codings apart.
        problems: what was met in reading.
        replace: as given.
        refused: the IRIs of cases whose rows have no place.
    """

    def __init__(self, sheets: Iterable[Sheet], known: Known, study: str, *, replace: bool = False) -> None:
        self.known, self.study, self.replace = known, study, replace
        self.cases: list[Case] = []
        self.problems: list[CellProblem] = []
        self.coders: dict[str, str] = {}
        self._first: dict[str, Case] = {}
        self._of_cluster: dict[str, list[Case]] = {}
        self._named: dict[str, tuple[str, str]] = {}
        self.refused: set[str] = set()
        self._by_kind: dict[str, list[tuple[Sheet, Row]]] = {kind: [] for kind in BY_SHEET}
        for sheet in sheets:
            self._by_kind[sheet.kind] += [(sheet, row) for row in sheet.rows]
        for line in self._lines("cases"):
            self._read_case(line)
        told: dict[str, list[Line]] = {}
        for line in self._lines("chains"):
            case = self._find(line)
            if case is not None:
                told.setdefault(case.iri, []).append(line)
            else:
                chains.chain(line, known)
        for case in self.cases:
            if not case.rival:
                chains.join(case, told.get(case.iri, []), known)
        for line in self._lines("values"):
            self._read_value(line)

    def _lines(self, kind: str) -> Iterable[Line]:
        return (Line(row, sheet.name, kind, self.problems) for sheet, row in self._by_kind[kind])

    def _coding(self, line: Line) -> str:
        coder = line.told("coder")
        name = slug(coder) or (UNNAMED if not coder else "")
        if not name or len(name) > LONGEST:
            line.tell(
                ("coder",),
                "error",
                "coder-name",
                "A coder needs a short name with Latin letters or digits, which names the coding.",
                "write initials such as ana or coder-2",
            )
            name = UNNAMED
        self.coders.setdefault(name, coder)
        return name

    def _read_case(self, line: Line) -> None:
        name = self._slug(line)
        coding = self._coding(line)
        period = self._period(line)
        # A case that cannot be placed is read all the same, for the faults of its other cells.
        case = Case(case_iri(self.study, name or "unnamed"), name, line, coding)
        case.period = period
        placed = bool(name) and self._place(case, line)
        if placed:
            if case.rival and case.iri not in self._first:
                self._stand_in(case.iri, case.slug)
            self._first.setdefault(case.iri, case)
            self._of_cluster.setdefault(case.slug, []).append(case)
            self.cases.append(case)
        else:
            self.refused.add(case.iri)
        case.sources = self._citations(line)
        self._read_ratings(case, line)
        if case.rival or not placed:
            self._check_unkept(line)
        else:
            chains.read_codes(case, line)

    def _place(self, case: Case, line: Line) -> bool:
        """Give a case the IRI of its period; tell whether it may stand there."""
        existing = {
            **self.known.cases_of(self.study, case.slug),
            **{other.iri: other.period or ("", "") for other in self._of_cluster.get(case.slug, ()) if not other.rival},
        }
        same = [iri for iri, years in existing.items() if case.period is None or years == case.period]
        if existing and not same:
            case.iri += f"--{slug(line.text('period'))}"
            return True
        if same:
            case.iri = case.iri if case.iri in same else same[0]
            return self._joins(case, line)
        return True

    def _joins(self, case: Case, line: Line) -> bool:
        """Tell whether a row may join a case that there is already: as its replacement or a second opinion."""
        here = {other.coding: other for other in self._of_cluster.get(case.slug, ()) if other.iri == case.iri}
        main = self.known.main_coding(case.iri) if not here else ""
        there = set(here) or self.known.codings_of(case.iri)
        names = ("case_id", "period", "coder")
        if case.coding in here:
            first = here[case.coding].line
            assert first is not None
            line.tell(
                names,
                "error",
                "duplicate-case",
                f"Row {first.row.number}{self._of(first, line)} codes the same case: same case_id, period and coder.",
                "remove one row, or give it its own case_id, period or coder",
            )
            return False
        if case.coding == UNNAMED and there - {UNNAMED}:
            by = ", ".join(sorted(there - {UNNAMED}))
            line.tell(
                ("coder",),
                "error",
                "coder-missing",
                f"The case is coded by {by} already, and this row names no coder.",
                f"write {main or by} if it is the same coder, or the name of the second one",
            )
            return False
        if here:
            case.rival = True
            return True
        anew = case.coding == main or (not main and case.coding not in there)
        if (anew or case.coding in there) and not self.replace:
            by = "by the same coder" if case.coding in there else "without a value that would tell its coder"
            line.tell(
                names,
                "error",
                "case-exists",
                f"The study has this case already, {by} and for the same period.",
                "use --replace to code it anew, or name another coder or period",
            )
            return False
        case.rival = not anew
        return True

    def _of(self, other: Line, line: Line) -> str:
        """Return which sheet a row stands in, where it is not that of another."""
        return "" if other.sheet == line.sheet else f" of {other.sheet}"

    def _slug(self, line: Line) -> str:
        typed = line.told("case_id")
        head, _, tail = typed.partition("--")
        name = slug(head)
        if tail and slug(tail) != slug(line.told("period")):
            line.tell(
                ("case_id", "period"),
                "error",
                "case-id-period",
                f"The case_id names a period, {tail}, that the column period does not.",
                f"write {name} as case_id and the period in the column period",
            )
        elif name and typed != (f"{name}--{slug(tail)}" if tail else name):
            line.say("case_id")("normalised", "case-id-spelling", f"The case goes by {name}.", "")
        if len(name) > LONGEST:
            fix = f"write a case_id of at most {LONGEST} signs"
            line.tell(("case_id",), "error", "case-id", "The case_id is too long for the name of a file.", fix)
            return ""
        if not typed:
            name = self._made(line)
        elif not name:
            self._nameless(line)
        self._named.setdefault(name, (line.told("name"), f"row {line.row.number}"))
        return name

    def _made(self, line: Line) -> str:
        """Return the short name that name or place give where no case_id does."""
        typed, place = line.told("name"), line.told("place")
        name = slug(typed) or slug(place)
        if not name or len(name) > LONGEST:
            self._nameless(line)
            return ""
        known = self.known.clusters.get(f"{BASE}cluster/{name}", "")
        other, where = (known, "known already") if known else self._named.get(name, (typed, ""))
        if key_of(other) != key_of(typed):
            line.tell(
                ("case_id", "name", "place"),
                "error",
                "case-id",
                f"Without a case_id the case would go by {name}, and so does {other} ({where}).",
                "write a case_id that tells them apart",
            )
            return ""
        message = f"There is no case_id; the case goes by {name}."
        line.tell(
            ("case_id", "name"), "normalised", "case-id-made", message, "write it if it is to stay when names change"
        )
        return name

    def _nameless(self, line: Line) -> None:
        line.tell(
            ("case_id", "name", "place"),
            "error",
            "case-id",
            "The case has no short name, and none can be made from name and place.",
            "write a case_id of small letters, digits and hyphens, such as sialkot-surgical-instruments",
        )

    def _period(self, line: Line) -> tuple[str, str] | None:
        text = line.told("period")
        if not text:
            return None
        found = None if line.cell("period")[0].kind == "date" else values.period(text, line.say("period"))
        if found is None:
            fix = values.hint("period", text, {}) or "write a year, a range such as 1988-2001 or a decade such as 1990s"
            line.tell(("period",), "error", "period", f"'{text}' is no period.", fix)
        return found

    def _citations(self, line: Line) -> list[str]:
        parts = (" ".join(part.split()) for part in line.told("source").split(";"))
        return [part for part in parts if part]

    def _read_ratings(self, case: Case, line: Line) -> None:
        by_column = {}
        for column in RATED:
            found = ratings.coded(self.known, line, column.name, column)
            if found is not None:
                rating = Rating(column.concept.rpartition("/")[2], case.coding, *found, line, column.name)
                self._complete(rating, line, case.sources, evidence=False)
                by_column[column.name] = case.ratings[rating.dimension, rating.coding] = rating
        ratings.check_sum(line, by_column)

    def _complete(self, rating: Rating, line: Line, sources: list[str], *, evidence: bool) -> None:
        # A place in one work is none in another.
        elsewhere = bool(sources) and sources != rating.sources
        rating.sources = sources or rating.sources
        rating.locator = line.told("locator") or ("" if elsewhere else rating.locator)
        rating.confidence = ratings.word(self.known, line, "confidence", "confidence") or rating.confidence
        if evidence:
            rating.evidence = line.told("evidence") or rating.evidence

    def _check_unkept(self, line: Line) -> None:
        """Tell of the faults of cells that have no place, such as the codes of a second coder."""
        chains.read_codes(Case("", "", line, ""), line)
        group = ratings.word(self.known, line, "sectoral_group", "sectoral-group")
        if group and not group.startswith("<"):
            text = line.text("sectoral_group")
            fix = values.hint("sectoral-group", text, self.known.shown["sectoral-group"])
            line.tell(("sectoral_group",), "error", "case-sectoral-group", f"'{text}' is none of the list.", fix)

    def _find(self, line: Line) -> Case | None:
        """Return the case that a row of another sheet speaks of."""
        typed = line.told("case_id")
        names = [slug(part) for part in typed.split("--")]
        iri = case_iri(self.study, "--".join(names))
        if iri in self._first:
            return self._first[iri]
        if iri in self.refused:
            return None
        if typed and self.known.has(iri):
            return self._stand_in(iri, names[0])
        there = {first.iri.rpartition("/")[2] for first in self._first.values()} | self.known.slugs(self.study)
        line.tell(
            ("case_id",),
            "error",
            "unknown-case",
            f"No row of the sheet cases has the case_id '{typed}'." if typed else "The row names no case.",
            nearest(typed, there) or "write the case_id of a case of this study",
        )
        return None

    def _stand_in(self, iri: str, name: str) -> Case:
        """Return a case of the graph that the sheets speak of and do not code anew."""
        case = self._first[iri] = Case(iri, name, None, "")
        case.governance = self.known.one(iri, "governanceStatus").rpartition("/")[2]
        self.cases.append(case)
        return case

    def _read_value(self, line: Line) -> None:
        case = self._find(line)
        text = line.text("variable")
        column = next(
            (one for one in RATED if key_of(text) in (key_of(one.name), key_of(one.concept.rpartition("/")[2]))), None
        )
        if column is None:
            self._tell_of_variable(line, text)
            return
        found = ratings.coded(self.known, line, "value", column)
        if found is None:
            line.tell(("value",), "error", "value-missing", "The row gives no value.", "write a value, or not reported")
        if case is None or found is None:
            return
        coding = self._coder_of_value(line, case)
        case = next((other for other in self.cases if (other.iri, other.coding) == (case.iri, coding)), case)
        dimension = column.concept.rpartition("/")[2]
        there = case.coding != coding and dimension in self.known.rated_by(case.iri, coding)
        if there and not self.replace:
            line.tell(
                ("case_id", "variable", "coder"),
                "error",
                "case-exists",
                "This coder has coded the variable already.",
                "use --replace to write it anew, or name another coder",
            )
            return
        rating = case.ratings.get((dimension, coding))
        if rating is None:
            rating = case.ratings[dimension, coding] = Rating(dimension, coding, *found, line, "value")
            rating.sources = case.sources
            if case.line is not None and case.coding == coding:
                # What a row says holds for each of its values.
                self._complete(rating, case.line, case.sources, evidence=False)
        elif len(rating.lines) > 1 or rating.lines[0].kind == "values":
            other = next(one for one in reversed(rating.lines) if one.kind == "values")
            line.tell(
                ("case_id", "variable", "coder"),
                "error",
                "value-twice",
                f"Row {other.row.number}{self._of(other, line)} gives this coder's value of the variable already.",
                "keep one of the two rows",
            )
            return
        elif (rating.predicate, rating.term) != found:
            line.tell(
                ("value",),
                "error",
                "value-differs",
                f"The sheet {rating.lines[0].sheet} has another value of {column.name} for this case and coder.",
                "write the same value in both, or name the second coder",
            )
            return
        else:
            rating.lines.append(line)
        self._complete(rating, line, self._citations(line), evidence=True)

    def _coder_of_value(self, line: Line, case: Case) -> str:
        """Return whose value a row gives: its coder's, or that of the case where it names none."""
        if line.told("coder"):
            return self._coding(line)
        if case.line is not None:
            return case.coding
        coding = self.known.main_coding(case.iri) or UNNAMED
        self.coders.setdefault(coding, "")
        return coding

    def _tell_of_variable(self, line: Line, text: str) -> None:
        named = [one.name for one in RATED]
        columns = {key_of(column.name): column.name for column in BY_SHEET["cases"]}
        message = f"'{text}' is no variable." if text else "The row names no variable."
        fix = nearest(text, named) or f"write one of {', '.join(named)}"
        if key_of(text) in columns:
            message = f"{columns[key_of(text)]} is no rated variable; it has a value for the whole case."
            fix = "write it in the sheet cases"
        line.tell(("variable",), "error", "unknown-variable", message, fix)
