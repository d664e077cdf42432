"""A study's cases as the rows of a coder's spreadsheet."""

from __future__ import annotations

from clusterkg.coding.choices import ask
from clusterkg.coding.columns import BY_SHEET, CHAINS, RATED, WIDE
from clusterkg.errors import UnknownName, nearest
from clusterkg.graph.answers import plain
from clusterkg.terms import BASE, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clusterkg.graph import Graph

    Line = dict[str, str]

__all__ = ["rows_of"]

BACKING = ("source", "locator", "evidence", "confidence")
"""What a value rests on: columns of the row, and of the long layout where a value rests on something else."""

CASE = BASE + "case/"
UNNAMED = "unnamed"
"""What the coding of rows that name no coder is called."""

VARIABLES = {column.concept: column.name for column in RATED}
EFFECTS = {column.concept: column.name for column in CHAINS if column.kind == "effect"}
MODES = {column.concept.rsplit("/", 1)[-1]: column.name for column in WIDE if column.kind == "governance"}
"""Governance modes by notation, from the least hierarchical to the most."""


class Statement:
    """One thing that is said of a case, a rating or a chain, with what it rests on.

    Attributes:
        texts: column to its texts, in order; no column is there without one.
        counted: whether a chain counts in the study's coding.
    """

    __slots__ = ("counted", "texts")

    def __init__(self, *, counted: bool = True) -> None:
        self.texts: dict[str, list[str]] = {}
        self.counted = counted

    def add(self, column: str, text: str) -> None:
        """Add a text, once."""
        if text and text not in self.texts.get(column, ()):
            self.texts.setdefault(column, []).append(text)

    def get(self, column: str) -> str:
        """Return the column's texts as one cell; empty where there is none."""
        return joined(column, self.texts.get(column, ()))

    @property
    def told(self) -> bool:
        """Whether prose tells of a chain, and not a table's code alone."""
        return self.get("basis") != "table"


def joined(column: str, texts: Iterable[str]) -> str:
    r"""Return several texts as one cell: prose a line each, names in a row with semicolons.

    >>> joined("source", ["Schmitz (1995)", "Schmitz (1999)"]), joined("note", ["One.", "Two."])
    ('Schmitz (1995); Schmitz (1999)', 'One.\nTwo.')
    """
    return ("\n" if column in ("evidence", "note", "status") else "; ").join(texts)


def rows_of(graph: Graph, study: str) -> dict[str, list[dict[str, str]]]:
    """Return a study's cases as a coder would have typed them, by sheet.

    The sheet ``cases`` has a row a case; ``values`` the ratings that rest on something else than their
    case's row says, and every rival coder's; ``chains`` the chains that prose tells of. What the values of a
    row have in common, its cells ``source``, ``locator`` and ``confidence`` say once. The layouts have no
    place for names in other languages, nor for the source of a chain apart from its case's.

    Args:
        graph: the loaded graph.
        study: the study's key.

    Returns:
        For each of ``cases``, ``chains`` and ``values`` a list of rows, column to text; a column that the
        graph says nothing of is left out.

    Raises:
        UnknownName: there is no such study with cases.

    >>> from clusterkg.graph import Graph
    >>> sheets = rows_of(Graph(), "giuliani2005")
    >>> row = {row["case_id"]: row for row in sheets["cases"]}["sinos-valley-footwear"]
    >>> row["product"], row["functional"], row["sum"], row["market"], row["quasi_hierarchy"]
    ('3', '1.5', '7.5', '3', '2')
    >>> [row["market"] for row in sheets["cases"] if row["case_id"] == "campina-grande-footwear"]
    ['N/A']
    """
    iri = study_iri(study)
    cases, places = _cases(graph, iri)
    if not cases:
        known = {str(row["study"]).removeprefix(study_iri("")) for row in _index(graph)}
        raise UnknownName("no such study with cases", place=study, remedy=nearest(study, known))
    ratings, rivals = _ratings(graph, iri)
    chains = _chains(graph, iri)
    sheets: dict[str, list[Line]] = {sheet: [] for sheet in BY_SHEET}
    slugs: set[str] = set()
    for case in sorted(cases, key=lambda case: _place(case, cases)):
        facts, rated, told = cases[case], ratings.get(case, {}), chains.get(case, [])
        counted = [chain for chain in told if chain.counted]
        row = {column: facts.get(column) for column in facts.texts} | _placed(places.get(case, {}))
        row["coder"] = _named(row["coder"]) if "coder" in row else _coder(rated.values())
        # The row is one coder's; what another gave where that one left a blank stands in the sheet of values alone.
        own = {column: rating for column, rating in rated.items() if rating.get("coder") == row["coder"]}
        row |= {column: rating.get("value") for column, rating in own.items()}
        row |= _sum(row) | _governance(row.pop("governance", ""), counted) | _leader(counted)
        row |= _common(row, [*own.values(), *counted])
        # A case of a further period goes by the name of its cluster, and by its own in the other sheets, unless
        # it is the first here: then a reader will take it for the only one.
        name = case.removeprefix(f"{CASE}{study}/")
        slug = name.split("--")[0]
        sheets["cases"].append(_ordered("cases", row | {"case_id": slug}))
        row["case_id"] = name if slug in slugs else slug
        slugs.add(slug)
        sheets["chains"] += _chain_rows(row, told)
        sheets["values"] += [
            _value(row, column, rated[column])
            for column in VARIABLES.values()
            if column in rated and not (column in own and _rests_on_the_row(row, rated[column]))
        ]
        sheets["values"] += [_value(row, column, rating) for column, rating in rivals.get(case, [])]
    return sheets


def _index(graph: Graph) -> Iterable[Mapping[str, object]]:
    from clusterkg import library

    query = library.read("cases/index")
    return graph.run(query.text, query.name, needs=query.needs)


def _cases(graph: Graph, study: str) -> tuple[dict[str, Statement], dict[str, dict[str, Line]]]:
    """Return each case's own statements, and its places by IRI with their names and numbers."""
    cases: dict[str, Statement] = {}
    places: dict[str, dict[str, Line]] = {}
    for case, column, part, text in ask(graph, "sheet-cases", study=study).rows:
        if part is None:
            cases.setdefault(str(case), Statement()).add(str(column), str(text))
        else:
            places.setdefault(str(case), {}).setdefault(str(part), {}).setdefault(str(column), str(text))
    return cases, places


def _placed(places: Mapping[str, Line]) -> Line:
    """Return the cells of the places; the number is the first place's."""
    in_order = [place for _, place in sorted(places.items())]
    cells = {"place": "; ".join(place["place"] for place in in_order if "place" in place)}
    if in_order and "geonames_id" in in_order[0]:
        cells["geonames_id"] = in_order[0]["geonames_id"]
    return cells


def _ratings(
    graph: Graph, study: str
) -> tuple[dict[str, dict[str, Statement]], dict[str, list[tuple[str, Statement]]]]:
    """Return each case's accepted ratings by column, and the others with their column."""
    found: dict[str, tuple[str, str, bool, Statement]] = {}
    for row in ask(graph, "sheet-ratings", study=study):
        column = VARIABLES.get(str(row["dimension"]))
        if column is None:
            continue
        about = (str(row["case"]), column, row["accepted"] is True, Statement())
        rating = found.setdefault(str(row["rating"]), about)[-1]
        value = row["score"] if row["score"] is not None else row["degree"] or row["reason"]
        rating.add("value", plain(value))
        for name in BACKING:
            rating.add(name, plain(row[name]))
        rating.add("coder", _named(plain(row["coder"])))
    accepted: dict[str, dict[str, Statement]] = {}
    rivals: dict[str, list[tuple[str, Statement]]] = {}
    for case, column, is_accepted, rating in found.values():
        if is_accepted:
            accepted.setdefault(case, {})[column] = rating
        else:
            rivals.setdefault(case, []).append((column, rating))
    return accepted, rivals


def _chains(graph: Graph, study: str) -> dict[str, list[Statement]]:
    """Return each case's chains."""
    found: dict[str, dict[str, Statement]] = {}
    for case, chain, counted, column, about, text in ask(graph, "sheet-chains", study=study).rows:
        name = EFFECTS.get(str(about), "") if column == "effect" else str(column)
        if name:
            chains = found.setdefault(str(case), {})
            chains.setdefault(str(chain), Statement(counted=counted is True)).add(name, str(text))
    return {case: list(chains.values()) for case, chains in found.items()}


def _sum(row: Mapping[str, str]) -> Line:
    """Return the sum of the four upgrading scores where all four are there."""
    from decimal import Decimal, InvalidOperation

    try:
        scores = [Decimal(row[column]) for column in ("product", "process", "functional", "intersectoral")]
    except (InvalidOperation, KeyError):
        return {}
    return {"sum": plain(sum(scores, Decimal(0)))}


def _governance(status: str, chains: Iterable[Statement]) -> Line:
    """Return the codes of the four modes; a reason in all, or nothing where nobody has coded them."""
    if status != "coded":
        return {} if status in ("", "not yet coded") else dict.fromkeys(MODES.values(), status)
    codes = dict.fromkeys(MODES.values(), 0)
    for mode, scope in {(chain.get("governance_mode"), chain.get("market_scope")) for chain in chains}:
        if mode in MODES:
            codes[MODES[mode]] += {"domestic": 1, "global": 2}.get(scope, 0)
    return {column: str(code) for column, code in codes.items()}


def _most_hierarchical(chains: Iterable[Statement]) -> list[Statement]:
    """Return the global chains of the most hierarchical mode among them."""
    abroad = [chain for chain in chains if chain.get("market_scope") == "global" and chain.get("governance_mode")]
    order = list(MODES)
    best = max((order.index(chain.get("governance_mode")) for chain in abroad), default=-1)
    return [chain for chain in abroad if order.index(chain.get("governance_mode")) == best]


def _leader(chains: Iterable[Statement]) -> Line:
    """Return who leads the first of the most hierarchical global chains."""
    names = [chain.get("lead_actor") for chain in _most_hierarchical(chains)[:1]]
    return {"lead_actor": names[0]} if names and names[0] else {}


def _common(row: Mapping[str, str], statements: Iterable[Statement]) -> Line:
    """Return locator and confidence that hold for the row: what every value from the row's source has.

    Where one has none, the row's cell stays empty, since it would speak for that one too. A table's chains
    come first: they have no row of their own to say anything else.
    """
    cells: Line = {}
    ours = [statement for statement in statements if statement.get("source") == row.get("source", "")]
    for column in ("locator", "confidence"):
        # A chain that prose tells of takes its locator from the row where it has none, but no confidence.
        bound = [one for one in ours if column == "locator" or "basis" not in one.texts or not one.told]
        firm = [one for one in bound if "basis" in one.texts and not one.told] or bound
        texts = [one.get(column) for one in firm]
        if column not in row and texts and all(one.get(column) for one in bound):
            cells[column] = max(sorted(set(texts)), key=texts.count)
    return cells


def _coder(ratings: Iterable[Statement]) -> str:
    """Return who made most of the accepted ratings."""
    coders = [rating.get("coder") for rating in ratings]
    return max(sorted(set(coders)), key=coders.count, default="")


def _named(coder: str) -> str:
    """Return a coder's name; empty for the coding of rows that name none."""
    return "" if coder == UNNAMED else coder


def _place(case: str, cases: Mapping[str, Statement]) -> tuple[tuple[str, int], bool, tuple[str, int], str]:
    """Return where a case's row stands: that of a sheet by its cell, others by name before them.

    A further period never stands before its cluster's first case, which goes by the bare name.
    """
    own, bare = _cell(cases[case]), case.split("--")[0]
    first = _cell(cases[bare]) if bare in cases else own
    return max(own, first), case != bare, own, case


def _cell(facts: Statement) -> tuple[str, int]:
    """Return sheet and row of the first cell that a case was imported from; nothing where there is none."""
    import re

    found = re.fullmatch(r"(.*)#cell=(\d+),\d+", facts.texts.get("cell", [""])[0])
    return (found[1], int(found[2])) if found else ("", 0)


def _value(row: Mapping[str, str], variable: str, rating: Statement) -> Line:
    """Return a row of the long layout."""
    line = {"case_id": row["case_id"], "variable": variable, "value": rating.get("value")}
    line |= {column: rating.get(column) for column in BACKING}
    return _ordered("values", line | {"coder": rating.get("coder") or (row.get("coder", "") and UNNAMED)})


def _rests_on_the_row(row: Mapping[str, str], statement: Statement) -> bool:
    """Tell whether the row's cells say what a value rests on; evidence of its own is always more."""
    own = [column for column in BACKING if column != "evidence"]
    return not statement.get("evidence") and all(statement.get(column) == row.get(column, "") for column in own)


def _chain_rows(row: Mapping[str, str], chains: Iterable[Statement]) -> list[Line]:
    """Return the chains of which more is known than the codes of the row can say.

    A described chain is among them where no code counts its mode and scope: a row of it is then not counted.
    """
    counted = [chain for chain in chains if chain.counted]
    leading = _most_hierarchical(counted)[:1]

    def kind(chain: Statement) -> tuple[str, str]:
        return chain.get("governance_mode"), chain.get("market_scope")

    codes = [kind(chain) for chain in counted]
    lines = []
    for chain in chains:
        more = {"destination", *EFFECTS.values()} & set(chain.texts)
        led = "lead_actor" in chain.texts and chain not in leading
        several = codes.count(kind(chain)) > 1
        if (chain.told or more or led or several) if chain.counted else kind(chain) not in codes:
            cells = {column.name: chain.get(column.name) for column in CHAINS}
            lines.append(_ordered("chains", cells | {"case_id": row["case_id"]}))
    return lines


def _ordered(sheet: str, row: Mapping[str, str]) -> Line:
    """Return the filled cells of a row in the order of the sheet's columns."""
    return {column.name: row[column.name] for column in BY_SHEET[sheet] if row.get(column.name)}
