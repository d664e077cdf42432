"""The columns of the exported files: what each holds, of which type, and where its rule stands."""

from __future__ import annotations

from clusterkg.analysis.samples import MODES
from clusterkg.terms import BASE, ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["CODES", "DEGREES", "EFFICIENCY", "REASONS", "Column", "columns_of", "scores_of", "variable_column"]

REASONS = ("not reported", "not available", "not applicable", "not yet coded")
"""The stated reasons why there is no value; in Stata the missing values .a to .d, in this order."""

DEGREES = ("low", "medium", "high")
"""The degrees of collective efficiency by their ranks 1 to 3."""

CODES = ("none", "domestic", "global", "both")
"""The markets of a case's counted chains of one mode, by the codes 0 to 3 of Table 3."""

UPGRADING = ("product-upgrading", "process-upgrading", "functional-upgrading", "intersectoral-upgrading")
EFFICIENCY = "collective-efficiency"

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
    ) -> None:
        self.name, self.label, self.kind, self.unit = name, label, kind, unit
        self.values, self.reason, self.rule = list(values), reason, rule

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


def columns_of(variables: Mapping[str, str]) -> dict[str, list[Column]]:
    """Return the columns of each file, in their order.

    Args:
        variables: those of the study, notation to English name.
    """
    return {"cases": _of_cases(variables), "ratings": _of_ratings(), "chains": _of_chains()}


def _reason(name: str, of: str) -> Column:
    rule = BASE + "concept/value-status/"
    return Column(f"{name}_reason", f"why there is no value: {of}", values=[*REASONS, "not coded"], rule=rule)


def _of_cases(variables: Mapping[str, str]) -> list[Column]:
    found = [
        Column("case", "case study: the end of its IRI", rule=ONTOLOGY + "CaseStudy"),
        Column("study", "key of the study", rule=ONTOLOGY + "Study"),
        Column("name", "name of the case, with its period where the study has several of the cluster"),
        Column("sectoral_group", "sectoral group in which the study puts the case", rule=ONTOLOGY + "sectoralGroup"),
        Column("country", "country of the cluster", rule=ONTOLOGY + "country"),
        Column("industry", "industry of the cluster", rule=ONTOLOGY + "industry"),
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
    found.append(Column(name, told, "degree", unit="degree", values=DEGREES, reason=reason, rule=rule))
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
    return [*found, _reason("governance", "governance"), Column("sources", "what the case was coded from")]


def _of_ratings() -> list[Column]:
    return [
        Column("case", "case study: the end of its IRI", rule=ONTOLOGY + "CaseStudy"),
        Column("variable", "what is rated: notation of the dimension", rule=ONTOLOGY + "variable"),
        Column("coding", "whose rating it is", rule=ONTOLOGY + "coding"),
        Column("accepted", "whether tables and figures go by it", "boolean", rule=ONTOLOGY + "accepted"),
        Column(
            "value",
            "the rating",
            "number",
            unit="score from 0 to 3; of collective efficiency the rank, 1 to 3",
            reason="reason",
            rule=ONTOLOGY + "score",
        ),
        Column("reason", "why there is no value", values=REASONS, rule=BASE + "concept/value-status/"),
        Column("locator", "where in the source", rule=ONTOLOGY + "locator"),
        Column("source", "which source"),
        Column("evidence", "what the source says there, in our words", rule=ONTOLOGY + "evidence"),
    ]


def _of_chains() -> list[Column]:
    words = {
        "governance_mode": "how the chain is governed",
        "market_scope": "domestic or global",
        "lead_actor": "who leads it",
        "destination": "where it sells",
        "enables": "types of upgrading that it enables; blank: the source says nothing",
        "hinders": "types of upgrading that it hinders; blank: the source says nothing",
        "leaves_unaffected": "types of upgrading that it leaves as they are; blank: the source says nothing",
        "basis": "what the coding of the chain goes by",
        "confidence": "how sure the coder is",
        "locator": "where in the source",
        "source": "which source",
        "evidence": "what the source says there, in our words",
    }
    return [
        Column("case", "case study: the end of its IRI", rule=ONTOLOGY + "CaseStudy"),
        Column("chain", "value chain: the end of its IRI", rule=ONTOLOGY + "ValueChain"),
        Column("counted", "whether it counts in the coding of governance", "boolean", rule=ONTOLOGY + "feedsInto"),
        *(Column(name, label) for name, label in words.items()),
    ]
