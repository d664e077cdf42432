"""The columns of the exported files: what each holds, of which type, and where its rule stands."""

from __future__ import annotations

from clusterkg.analysis.samples import MODES
from clusterkg.terms import BASE, ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "CODES",
    "DEGREES",
    "EFFICIENCY",
    "KEYS",
    "REASONS",
    "SEPARATOR",
    "Column",
    "codebook_columns",
    "columns_of",
    "scores_of",
    "variable_column",
]

REASONS = ("not reported", "not available", "not applicable", "not yet coded")
"""The stated reasons why there is no value; in Stata the missing values .a to .d, in this order."""

DEGREES = ("low", "medium", "high")
"""The degrees of collective efficiency by their ranks 1 to 3."""

CODES = ("none", "domestic", "global", "both")
"""The markets of a case's counted chains of one mode, by the codes 0 to 3 of Table 3."""

UPGRADING = ("product-upgrading", "process-upgrading", "functional-upgrading", "intersectoral-upgrading")
EFFICIENCY = "collective-efficiency"

SEPARATOR = "; "
"""What stands between several values of one cell."""

KEYS = {
    "cases": ("case",),
    "ratings": ("case", "variable", "coding"),
    "chains": ("case", "chain"),
    "codebook": ("file", "column"),
}
"""The columns by which a row of each table is told from every other."""

LONGEST = 25
"""With ``_reason`` behind it a name has the 32 characters that Stata allows."""


class Column:
    """One column of an exported file.

    Attributes:
        name: as the header has it; 32 characters at most, as Stata has it.
        label: what it holds.
        kind: ``text``, ``number``, ``integer``, ``boolean``, ``degree`` (an ordered word) or ``code`` (of `CODES`).
        unit: unit or scale; empty for text.
        values: what may stand there; empty where anything may.
        reason: the column that says why a value is missing; empty where none does.
        rule: the IRI of the term whose definition, with its source, the column goes by.
        property: the IRI of the property whose value stands in the cell; empty where the cell is a name of that value
            or is computed.
        value: the IRI that a cell stands for, with the column's name in braces; empty where it stands for itself.
        required: whether a cell is never blank.
        category: whether it holds words of a short list, that of `values` or the data's own.
        several: whether a cell may hold several values, with `SEPARATOR` between them.
    """

    def __init__(
        self,
        name: str,
        label: str,
        kind: str = "text",
        *,
        unit: str = "",
        values: Sequence[str] = (),
        reason: str = "",
        rule: str = "",
        property: str = "",
        value: str = "",
        required: bool = False,
        category: bool = False,
        several: bool = False,
    ) -> None:
        self.name, self.label, self.kind, self.unit = name, label, kind, unit
        self.values, self.reason, self.rule = list(values), reason, rule or property
        self.property, self.value = property, value
        self.required, self.category, self.several = required, category or (bool(values) and kind == "text"), several

    def __repr__(self) -> str:
        return f"Column({self.name!r})"


def variable_column(notation: str) -> str:
    """Return the name of a variable's column.

    >>> variable_column("product-upgrading")
    'product_upgrading'
    """
    return notation.replace("-", "_")[:LONGEST]


def scores_of(variables: Mapping[str, str]) -> list[str]:
    """Return the notations of the variables that have scores: the types of upgrading, then the others by name."""
    others = sorted(set(variables) - {*UPGRADING, EFFICIENCY, *MODES})
    return [*UPGRADING, *others]


def columns_of(variables: Mapping[str, str], study: str) -> dict[str, list[Column]]:
    """Return the columns of each file, in their order.

    Args:
        variables: those of the study, notation to English name.
        study: the study's key, which the IRIs of its cases and codings are made of.
    """
    return {"cases": _of_cases(variables), "ratings": _of_ratings(study), "chains": _of_chains(study)}


def codebook_columns() -> list[Column]:
    """Return the columns of the codebook."""
    return [
        Column("file", "file that has the column", required=True, category=True),
        Column("column", "name of the column", required=True),
        Column("label", "what the column holds", required=True),
        Column("type", "kind of its values", required=True, category=True),
        Column("unit", "unit or scale"),
        Column("values", "what may stand there; blank: anything", several=True),
        Column("missing", "what a blank means, and which column says why", required=True),
        Column("rule", "IRI of the term whose definition the column goes by"),
    ]


def _reason(name: str, of: str) -> Column:
    rule = BASE + "concept/value-status/"
    return Column(f"{name}_reason", f"why there is no value: {of}", values=[*REASONS, "not coded"], rule=rule)


def _of_cases(variables: Mapping[str, str]) -> list[Column]:
    found = [
        Column("case", "case study: the end of its IRI", rule=ONTOLOGY + "CaseStudy", required=True),
        Column("study", "key of the study", rule=ONTOLOGY + "Study", required=True, category=True),
        Column("name", "name of the case, with its period where the study has several of the cluster", required=True),
        Column(
            "sectoral_group",
            "sectoral group in which the study puts the case",
            rule=ONTOLOGY + "sectoralGroup",
            category=True,
        ),
        Column("country", "country of the cluster", rule=ONTOLOGY + "country", category=True),
        Column("industry", "industry of the cluster", rule=ONTOLOGY + "industry", category=True),
        Column("period", "when the case was observed; blank where the study names no time"),
    ]
    for notation in scores_of(variables):
        name, told = variable_column(notation), variables.get(notation, notation.replace("-", " ").capitalize())
        rule = f"{BASE}concept/dimension/{notation}"
        scale = "score from 0 (absent) to 3 (high)"
        found.append(Column(name, told, "number", unit=scale, reason=f"{name}_reason", rule=rule))
        found.append(_reason(name, told))
    name, told, rule = variable_column(EFFICIENCY), "Collective efficiency", f"{BASE}concept/dimension/{EFFICIENCY}"
    reason = f"{name}_reason"
    found.append(
        Column(
            name,
            told,
            "degree",
            unit="degree",
            values=DEGREES,
            reason=reason,
            rule=rule,
            property=ONTOLOGY + "collectiveEfficiency",
            value=f"{BASE}concept/degree/{{{name}}}",
        )
    )
    found.append(
        Column(f"{name}_rank", f"{told}, as rank", "integer", unit="rank, 1 low to 3 high", reason=reason, rule=rule)
    )
    found.append(_reason(name, told))
    for mode in MODES:
        told = f"{mode.capitalize()}: markets of the counted chains so governed"
        rule = f"{BASE}concept/governance-mode/{mode}"
        scale = "code of Table 3: 0 none, 1 domestic, 2 global, 3 both; not an order"
        name = variable_column(mode)
        found.append(Column(name, told, "code", unit=scale, values="0123", reason="governance_reason", rule=rule))
    sources = Column("sources", "what the case was coded from", several=True)
    return [*found, _reason("governance", "governance"), sources]


def _case_of(study: str) -> Column:
    label, rule = "case study: the end of its IRI", ONTOLOGY + "CaseStudy"
    return Column("case", label, rule=rule, value=f"{BASE}case/{study}/{{case}}", required=True)


def _of_ratings(study: str) -> list[Column]:
    case = _case_of(study)
    case.property = ONTOLOGY + "case"
    return [
        case,
        Column(
            "variable",
            "what is rated: notation of the dimension",
            property=ONTOLOGY + "variable",
            value=BASE + "concept/dimension/{variable}",
            required=True,
            category=True,
        ),
        Column("coding", "whose rating it is", rule=ONTOLOGY + "coding", required=True, category=True),
        Column(
            "accepted",
            "whether tables and figures go by it",
            "boolean",
            property=ONTOLOGY + "accepted",
            required=True,
        ),
        Column(
            "value",
            "the rating",
            "number",
            unit="score from 0 to 3; of collective efficiency the rank, 1 to 3",
            reason="reason",
            rule=ONTOLOGY + "score",
        ),
        Column("reason", "why there is no value", values=REASONS, rule=BASE + "concept/value-status/"),
        Column("locator", "where in the source", property=ONTOLOGY + "locator"),
        Column("source", "which source", several=True),
        Column("evidence", "what the source says there, in our words", property=ONTOLOGY + "evidence"),
    ]


def _of_chains(study: str) -> list[Column]:
    def concept(name: str, label: str, scheme: str, property: str) -> Column:
        value = f"{BASE}concept/{scheme}/{{{name}}}"
        return Column(name, label, property=ONTOLOGY + property, value=value, category=True)

    def effect(name: str, label: str, rule: str) -> Column:
        told = f"types of upgrading that it {label}; blank: the source says nothing"
        return Column(name, told, rule=ONTOLOGY + rule, several=True)

    return [
        _case_of(study),
        Column("chain", "value chain: the end of its IRI", rule=ONTOLOGY + "ValueChain", required=True),
        Column(
            "counted",
            "whether it counts in the coding of governance",
            "boolean",
            rule=ONTOLOGY + "feedsInto",
            required=True,
        ),
        concept("governance_mode", "how the chain is governed", "governance-mode", "governedBy"),
        concept("market_scope", "domestic or global", "market-scope", "marketScope"),
        Column("lead_actor", "who leads it", rule=ONTOLOGY + "leadActor", several=True),
        Column("destination", "where it sells", rule=ONTOLOGY + "destination", several=True),
        effect("enables", "enables", "enables"),
        effect("hinders", "hinders", "hinders"),
        effect("leaves_unaffected", "leaves as they are", "leavesUnaffected"),
        concept("basis", "what the coding of the chain goes by", "chain-basis", "basis"),
        concept("confidence", "how sure the coder is", "confidence", "confidence"),
        Column("locator", "where in the source", property=ONTOLOGY + "locator"),
        Column("source", "which source", several=True),
        Column("evidence", "what the source says there, in our words", property=ONTOLOGY + "evidence"),
    ]
