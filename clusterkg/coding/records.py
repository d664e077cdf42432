"""The cases, values and chains that the rows of a book speak of, each with the cells that say so."""

from __future__ import annotations

from clusterkg.coding import values
from clusterkg.coding.columns import BY_SHEET, RATED
from clusterkg.coding.documents import literal
from clusterkg.coding.problems import CellProblem
from clusterkg.coding.values import key_of, slug
from clusterkg.errors import nearest
from clusterkg.terms import BASE, case_iri, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clusterkg.coding.columns import Column
    from clusterkg.coding.known import Known
    from clusterkg.coding.sheets import Cell, Row, Sheet
    from clusterkg.coding.values import Say

__all__ = ["UNNAMED", "Case", "Chain", "Line", "Rating", "Records"]

UNNAMED = "unnamed"
"""The name of the coding of rows that name no coder."""

MODES = {
    "market": "market",
    "network": "network",
    "quasi_hierarchy": "quasi-hierarchy",
    "hierarchy": "hierarchy",
}
"""The columns of Table 3's codes and the governance modes, from the least hierarchical."""

SCOPES = {1: ("domestic",), 2: ("global",), 3: ("domestic", "global")}
"""The market scopes that a code of Table 3 adds up."""

EFFECTS = {"enables": "enables", "hinders": "hinders", "leavesunaffected": "leavesUnaffected"}
"""What a chain does to a type of upgrading, by key, and the property that says so."""

EFFECT_WORDS = "enables, hinders or leaves unaffected"


class Line:
    """A row of a sheet whose cells are read one by one, and what there is to say of them."""

    def __init__(self, row: Row, sheet: str, kind: str, problems: list[CellProblem]) -> None:
        self.row, self.sheet, self.kind, self._problems = row, sheet, kind, problems
        self._texts: dict[str, str] = {}

    def cell(self, *names: str) -> tuple[Cell, ...]:
        """Return the cells of those columns, as far as the sheet has the columns."""
        return tuple(cell for name in names if (cell := self.row.cells.get(name)) is not None)

    def say(self, name: str) -> Say:
        """Return what tells of the cell in a column."""
        return lambda level, rule, message, fix: self.tell((name,), level, rule, message, fix)

    def tell(self, names: Sequence[str], level: str, rule: str, message: str, fix: str = "") -> None:
        """Tell of the cells of some columns; the first that has a text gives place and value."""
        cells = self.cell(*names)
        shown = next((cell for cell in cells if cell.text), cells[0] if cells else None)
        self._problems.append(
            CellProblem(
                self.sheet,
                self.row.number,
                shown.address if shown else "",
                ";".join(names),
                level,
                rule,
                shown.text if shown else "",
                message,
                fix,
            )
        )

    def text(self, name: str, *, code: bool = False) -> str:
        """Return the text of a cell put right; empty where there is none."""
        if name not in self._texts:
            cells = self.cell(name)
            read = values.tidy_code if code else values.tidy
            self._texts[name] = read(cells[0], self.say(name)) if cells else ""
        return self._texts[name]


class Rating:
    """One coded value: a score, a degree or the reason why there is none.

    Attributes:
        dimension: the name of the variable's concept.
        coding: the name of the coding that it belongs to.
        predicate, term: the property and the value as N-Triples writes it.
        sources, locator, evidence, confidence: where it comes from and how sure it is.
        lines: the row that gives the value, then those that say more of it.
        column: the name of the column that holds the value in the first of them.
    """

    def __init__(self, dimension: str, coding: str, predicate: str, term: str, line: Line, column: str) -> None:
        self.dimension, self.coding, self.predicate, self.term = dimension, coding, predicate, term
        self.lines, self.column = [line], column
        self.sources: list[str] = []
        self.locator = self.evidence = self.confidence = ""


class Chain:
    """One value chain of a case; mode and scope are the names of their concepts, empty where not known."""

    def __init__(self, mode: str, scope: str, line: Line, columns: tuple[str, ...], *, counted: bool) -> None:
        self.mode, self.scope, self.line, self.columns, self.counted = mode, scope, line, columns, counted
        self.told = False
        self.lead_actor = self.locator = ""
        self.lead_line = line
        self.destinations: list[str] = []
        self.effects: list[tuple[str, str, str]] = []


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
    """

    def __init__(self, sheets: Iterable[Sheet], known: Known, study: str, *, replace: bool = False) -> None:
        self.known, self.study, self._replace = known, study, replace
        self.cases: list[Case] = []
        self.problems: list[CellProblem] = []
        self.coders: dict[str, str] = {}
        self._first: dict[str, Case] = {}
        self._by_kind: dict[str, list[tuple[Sheet, Row]]] = {kind: [] for kind in BY_SHEET}
        for sheet in sheets:
            self._by_kind[sheet.kind] += [(sheet, row) for row in sheet.rows]
        for sheet, row in self._by_kind["cases"]:
            self._read_case(Line(row, sheet.name, "cases", self.problems))
        told: dict[str, list[Line]] = {}
        for sheet, row in self._by_kind["chains"]:
            line = Line(row, sheet.name, "chains", self.problems)
            case = self._find(line)
            if case is not None:
                told.setdefault(case.iri, []).append(line)
        for case in self.cases:
            if not case.rival:
                self._read_chains(case, told.get(case.iri, []))
        for sheet, row in self._by_kind["values"]:
            self._read_value(Line(row, sheet.name, "values", self.problems))

    def _coding(self, line: Line) -> str:
        coder = line.text("coder")
        name = slug(coder) or (UNNAMED if not coder else "")
        if not name:
            line.tell(
                ("coder",),
                "error",
                "coder-name",
                "A coder needs a name with Latin letters or digits, which names the coding.",
                "write initials such as ana or coder-2",
            )
            name = UNNAMED
        self.coders.setdefault(name, coder)
        return name

    def _read_case(self, line: Line) -> None:
        name = self._slug(line)
        if not name:
            return
        coding = self._coding(line)
        period = self._period(line)
        case = Case(case_iri(self.study, name), name, line, coding)
        case.period = period
        existing = {
            **self.known.cases_of(self.study, name),
            **{iri: first.period or ("", "") for iri, first in self._first.items() if first.slug == name},
        }
        same = [iri for iri, years in existing.items() if period is None or years == period]
        if existing and not same:
            case.iri += f"--{slug(line.text('period'))}"
        elif same:
            case.iri = case.iri if case.iri in same else same[0]
            if not self._joins(case, line):
                return
        self._first.setdefault(case.iri, case)
        case.sources = self._citations(line)
        self._read_ratings(case, line)
        self._check_sum(case, line)
        if not case.rival:
            self._read_governance(case, line)
        self.cases.append(case)

    def _joins(self, case: Case, line: Line) -> bool:
        """Tell whether a row may join a case that there is already: as its replacement or a second opinion."""
        first = self._first.get(case.iri)
        codings = {other.coding for other in self.cases if other.iri == case.iri}
        if case.coding in codings:
            assert first is not None
            assert first.line is not None
            line.tell(
                ("case_id", "period", "coder"),
                "error",
                "duplicate-case",
                f"Row {first.line.row.number} codes the same case: same case_id, period and coder.",
                "remove one row, or give it its own case_id, period or coder",
            )
            return False
        if first is None:
            codings = {iri.rpartition("#coding-")[2] for iri in self.known.codings_of(case.iri)}
            if case.coding in codings and not self._replace:
                line.tell(
                    ("case_id", "period", "coder"),
                    "error",
                    "case-exists",
                    "The study has this case already, by the same coder and for the same period.",
                    "use --replace to code it anew, or name another coder or period",
                )
                return False
            if case.coding in codings or not codings:
                return True
        case.rival = True
        return True

    def _slug(self, line: Line) -> str:
        typed = line.text("case_id", code=True)
        name = slug(typed)
        if typed and name and name != typed.replace("--", "-"):
            line.say("case_id")("normalised", "case-id-spelling", f"The case goes by {name}.", "")
        if not typed:
            name = slug(line.text("name")) or slug(f"{line.text('place')} {line.text('industry')}")
        if not name:
            line.tell(
                ("case_id", "name", "place"),
                "error",
                "case-id",
                "The case has no short name, and none can be made from name and place.",
                "write a case_id of small letters, digits and hyphens, such as sialkot-surgical-instruments",
            )
        return name

    def _period(self, line: Line) -> tuple[str, str] | None:
        text = line.text("period", code=True)
        if not text or values.reason(text, values.nothing()):
            return None
        found = None if line.cell("period")[0].kind == "date" else values.period(text, line.say("period"))
        if found is None:
            line.tell(
                ("period",),
                "error",
                "period",
                f"'{text}' is no period.",
                values.hint("period", text, {}) or "write a year, a range such as 1988-2001 or a decade such as 1990s",
            )
        return found

    def _citations(self, line: Line) -> list[str]:
        text = line.text("source")
        if values.reason(text, values.nothing()):
            return []
        return [part for part in (" ".join(part.split()) for part in text.split(";")) if part]

    def _read_ratings(self, case: Case, line: Line) -> None:
        for column in RATED:
            found = self._value(line, column.name, column)
            if found is not None:
                rating = Rating(column.concept.rpartition("/")[2], case.coding, *found, line, column.name)
                self._complete(rating, line, case.sources, evidence=False)
                case.ratings[rating.dimension, rating.coding] = rating

    def _complete(self, rating: Rating, line: Line, sources: list[str], *, evidence: bool) -> None:
        rating.sources = sources or rating.sources
        rating.locator = line.text("locator") or rating.locator
        rating.confidence = self.word(line, "confidence", "confidence") or rating.confidence
        if evidence:
            rating.evidence = line.text("evidence") or rating.evidence

    def _value(self, line: Line, name: str, column: Column) -> tuple[str, str] | None:
        """Return property and term of a rated cell, None where it is blank."""
        text = line.text(name, code=True)
        if not text:
            return None
        say = line.say(name)
        why = values.reason(text, say)
        if why:
            return "obsStatus", f"<{BASE}concept/value-status/{why}>"
        if column.kind == "degree":
            return "degree", self._concept(line, name, "degree", text)
        kind = line.cell(name)[0].kind
        digits = values.score(text, say) if kind not in ("date", "boolean") else None
        return "score", f'"{digits}"^^<http://www.w3.org/2001/XMLSchema#decimal>' if digits else literal(text)

    def word(self, line: Line, name: str, scheme: str) -> str:
        """Return the term of a cell that holds a word of a list; empty where it is blank."""
        text = line.text(name, code=True)
        if not text or values.reason(text, values.nothing()):
            return ""
        return self._concept(line, name, scheme, text)

    def _concept(self, line: Line, name: str, scheme: str, text: str) -> str:
        """Return the concept of a list that a text names, or the text where it names none."""
        iri = self.known.words.get(scheme, {}).get(key_of(text))
        if iri is None:
            return literal(text)
        if not self.known.spelt(scheme, text):
            line.say(name)(
                "normalised", "spelling", f"'{text}' was read as {self.known.shown[scheme][key_of(text)]}.", ""
            )
        return f"<{iri}>"

    def _check_sum(self, case: Case, line: Line) -> None:
        text = line.text("sum", code=True)
        if not text or values.reason(text, values.nothing()):
            return
        names = ("product", "process", "functional", "intersectoral")
        from decimal import Decimal

        scores = [
            Decimal(rating.term.split('"')[1])
            for name in names
            if (rating := case.ratings.get((f"{name}-upgrading", case.coding))) is not None
            and rating.predicate == "score"
            and "decimal" in rating.term
        ]
        unread = any(
            rating.predicate == "score" and "decimal" not in rating.term
            for name in names
            if (rating := case.ratings.get((f"{name}-upgrading", case.coding))) is not None
        )
        if unread:
            # That a score is none is told already.
            return
        stated = values.score(text, line.say("sum"))
        added = sum(scores, Decimal(0))
        if stated is None or Decimal(stated) != added:
            worked = " + ".join(f"{score:f}".removesuffix(".0") for score in scores) or "no score"
            line.tell(
                (*names, "sum"),
                "error",
                "sum",
                f"The scores add up to {f'{added:f}'.removesuffix('.0')} ({worked}), but sum says {text}.",
                "mend the wrong score, or leave sum empty",
            )

    def _read_governance(self, case: Case, line: Line) -> None:
        codes: dict[str, int] = {}
        reasons: dict[str, str] = {}
        blank = []
        faulty = False
        for name in MODES:
            text = line.text(name, code=True)
            if not text:
                blank.append(name)
                continue
            code = values.governance_code(text)
            if code is not None and line.cell(name)[0].kind != "boolean":
                codes[name] = code
            elif why := values.reason(text, line.say(name)):
                reasons[name] = why
            else:
                faulty = True
                line.tell(
                    (name,),
                    "error",
                    "governance-code",
                    f"'{text}' is no governance code.",
                    values.hint("governance", text, {}) or "write 0 none, 1 domestic, 2 global or 3 both",
                )
        if faulty:
            case.governance = ""
        elif codes and blank:
            case.governance = ""
            line.tell(
                blank,
                "error",
                "governance-blank",
                "The other modes are coded and this is blank, which is not a zero.",
                "write 0 where the case has no such chain",
            )
        elif (codes and reasons) or len(set(reasons.values())) > 1 or (reasons and blank):
            case.governance = ""
            line.tell(
                list(MODES),
                "error",
                "governance-mixed",
                "Governance is coded for all four modes, or one reason stands at all four.",
                "write four codes, or the same reason four times",
            )
        elif reasons:
            case.governance = next(iter(reasons.values()))
        elif codes:
            case.governance = "coded"
            for name, code in codes.items():
                case.chains += [
                    Chain(MODES[name], scope, line, (name,), counted=True) for scope in SCOPES.get(code, ())
                ]

    def _read_chains(self, case: Case, told: list[Line]) -> None:
        """Join what the sheet of chains tells to the chains that the codes count, then find the leader's chain."""
        by_codes = bool(case.line) and case.governance != "not-yet-coded"
        for line in told:
            chain = self._chain(line)
            same = [other for other in case.chains if (other.mode, other.scope) == (chain.mode, chain.scope)]
            if not by_codes and case.line is not None and chain.mode and chain.scope:
                chain.counted, case.governance = True, "coded"
            elif same:
                chain.counted = True
                # The row tells of the very chain that the code counts.
                if not same[0].told:
                    chain.columns = same[0].columns
                    case.chains[case.chains.index(same[0])] = chain
                    continue
            elif case.governance and chain.mode and chain.scope and case.line is not None:
                line.tell(
                    ("governance_mode", "market_scope"),
                    "warning",
                    "chain-not-counted",
                    "The governance codes of the case count no such chain; it is kept as one that is only told of.",
                    "mend the code in the sheet cases if the chain is to count",
                )
            case.chains.append(chain)
        if case.line is not None and case.line.text("lead_actor"):
            self._lead(case, case.line)

    def _chain(self, line: Line) -> Chain:
        mode, scope = (
            self.word(line, "governance_mode", "governance-mode"),
            self.word(line, "market_scope", "market-scope"),
        )
        chain = Chain(_name(mode), _name(scope), line, ("governance_mode", "market_scope"), counted=False)
        for name, term, scheme in (
            ("governance_mode", mode, "governance-mode"),
            ("market_scope", scope, "market-scope"),
        ):
            if term and not term.startswith("<"):
                text = line.text(name)
                line.tell(
                    (name,),
                    "error",
                    name.replace("_", "-"),
                    f"'{text}' is none of the list.",
                    values.hint(scheme, text, self.known.shown[scheme]),
                )
        chain.told = True
        chain.lead_actor, chain.locator = line.text("lead_actor"), line.text("locator")
        chain.destinations = [part.strip() for part in line.text("destination").split(";") if part.strip()]
        for kind in ("product", "process", "functional", "intersectoral"):
            text = line.text(f"{kind}_effect", code=True)
            if not text or values.reason(text, values.nothing()):
                continue
            effect = EFFECTS.get(key_of(text))
            if effect:
                chain.effects.append((effect, f"{kind}-upgrading", f"{kind}_effect"))
            else:
                line.tell((f"{kind}_effect",), "error", "effect", f"'{text}' is no effect.", f"write {EFFECT_WORDS}")
        return chain

    def _lead(self, case: Case, line: Line) -> None:
        """Give the lead actor of the wide row to the case's most hierarchical global chain."""
        order = list(MODES.values())
        abroad = [chain for chain in case.chains if chain.counted and chain.scope == "global" and chain.mode in order]
        if not abroad:
            if case.governance:
                line.tell(
                    ("lead_actor", *MODES),
                    "error",
                    "lead-actor",
                    "A lead actor leads the most hierarchical global chain, and the case has no global chain.",
                    "mend the governance codes, or name the actor at its chain in the sheet chains",
                )
            return
        chain = max(abroad, key=lambda one: order.index(one.mode))
        actor = line.text("lead_actor")
        if chain.lead_actor and key_of(chain.lead_actor) != key_of(actor):
            line.tell(
                ("lead_actor",),
                "error",
                "lead-actor",
                f"The sheet chains names another leader of this chain: {chain.lead_actor}.",
                "keep one of the two",
            )
        chain.lead_actor, chain.lead_line = chain.lead_actor or actor, line

    def _find(self, line: Line) -> Case | None:
        """Return the case that a row of another sheet speaks of."""
        typed = line.text("case_id", code=True)
        names = [slug(part) for part in typed.split("--")]
        iri = case_iri(self.study, "--".join(names))
        if iri in self._first:
            return self._first[iri]
        if typed and self.known.has(iri):
            case = Case(iri, names[0], None, "")
            case.governance = self.known.one(iri, "governanceStatus").rpartition("/")[2]
            self._first[iri] = case
            self.cases.append(case)
            return case
        there = {first.iri.rpartition("/")[2] for first in self._first.values()} | self.known.slugs(self.study)
        line.tell(
            ("case_id",),
            "error",
            "unknown-case",
            f"No row of the sheet cases has the case_id '{typed}'." if typed else "The row names no case.",
            nearest(typed, there) or "write the case_id of a case of this study",
        )
        return None

    def _read_value(self, line: Line) -> None:
        case = self._find(line)
        text = line.text("variable", code=True)
        column = next(
            (one for one in RATED if key_of(text) in (key_of(one.name), key_of(one.concept.rpartition("/")[2]))), None
        )
        if column is None:
            named = [one.name for one in RATED]
            message = f"'{text}' is no variable." if text else "The row names no variable."
            line.tell(
                ("variable",),
                "error",
                "unknown-variable",
                message,
                nearest(text, named) or f"write one of {', '.join(named)}",
            )
        if case is None or column is None:
            return
        coding = self._coding(line) if line.text("coder") or case.line is None else case.coding
        case = next((other for other in self.cases if (other.iri, other.coding) == (case.iri, coding)), case)
        if case.line is None and f"{study_iri(self.study)}#coding-{coding}" in self.known.codings_of(case.iri):
            line.tell(
                ("case_id", "coder"),
                "error",
                "case-exists",
                "This coder has coded the case already, and its file is not changed.",
                "name another coder, or code the whole case anew with --replace",
            )
            return
        found = self._value(line, "value", column)
        if found is None:
            line.tell(("value",), "error", "value-missing", "The row gives no value.", "write a value, or not reported")
            return
        dimension = column.concept.rpartition("/")[2]
        rating = case.ratings.get((dimension, coding))
        if rating is None:
            rating = case.ratings[dimension, coding] = Rating(dimension, coding, *found, line, "value")
            rating.sources = case.sources
        elif len(rating.lines) > 1 or rating.lines[0].kind == "values":
            other = next(one for one in reversed(rating.lines) if one.kind == "values")
            line.tell(
                ("case_id", "variable", "coder"),
                "error",
                "value-twice",
                f"Row {other.row.number} gives this coder's value of the variable already.",
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


def _name(term: str) -> str:
    return term[1:-1].rpartition("/")[2] if term.startswith("<") else ""
