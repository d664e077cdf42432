"""One finding in full, as people and programs read it."""

from __future__ import annotations

from clusterkg import rendering
from clusterkg.notebooks import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from clusterkg.findings import Finding

__all__ = ["InFull", "describe", "lines"]


class InFull(Shown):
    """A finding to be shown as a whole: claim, verdict with its rule, the rows that decide it, and its query."""

    def __init__(self, finding: Finding) -> None:
        self._finding = finding

    def to_csv(self) -> str:
        """Return CSV of item and text, a line for each; the rows that decide are in the JSON."""
        return rendering.as_csv(("item", "text"), [("Id", self._finding.id), *lines(self._finding)])

    def to_json(self) -> str:
        """Return JSON: one object, with the rows that decide and the query that gave them."""
        return rendering.as_json(describe(self._finding))

    def to_markdown(self) -> str:
        """Return Markdown: the items, the rows that decide and the query."""
        parts = [
            rendering.as_markdown(
                ("item", "text"), lines(self._finding), title=f"{self._finding.id}: {self._finding.claim.name}"
            )
        ]
        if self._finding.rows:
            columns, rows = _shown(self._finding)
            parts.append(rendering.as_markdown(columns, rows, title="Evidence"))
        if self._finding.query:
            parts.append(f"```sparql\n{self._finding.query.rstrip()}\n```\n")
        return "\n".join(parts)

    def to_text(self, width: int = 80) -> str:
        """Return the finding for a terminal of that width."""
        title = f"{self._finding.id}: {self._finding.claim.name}"
        parts = [rendering.as_text(("item", "text"), lines(self._finding), title=title, width=width)]
        if self._finding.rows:
            columns, rows = _shown(self._finding)
            parts.append(rendering.as_text(columns, rows, title="Evidence", width=width))
        if self._finding.query:
            parts.append(f"Query\n\n{self._finding.query}")
        return "\n".join(parts)


def describe(finding: Finding) -> dict[str, Any]:
    """Return all that there is to say of a finding, from the claim to the rows that decide it."""
    claim, judged = finding.claim, finding.judgement
    return {
        "id": claim.id,
        "iri": claim.iri,
        "claim": claim.name,
        "paraphrase": claim.paraphrase,
        "locator": claim.locator,
        # A cell of a table has no topic of its own; the locator names its table.
        "passages": [part.label for part in claim.passages if part.label != part.iri],
        "kind": claim.kind,
        "subject": claim.subject,
        "relation": claim.relation,
        "direction": claim.directions,
        "restricted_to": [part.label for part in claim.groups],
        "conditions": claim.conditions.get("condition", []),
        "sample": claim.conditions.get("sample", []),
        "side": claim.conditions.get("contrast", []),
        "predictor": [part.label for part in claim.predictors],
        "outcome": [part.label for part in claim.outcomes],
        "thresholds": claim.thresholds,
        "note": claim.note or None,
        "verdict": judged.verdict,
        "rule": judged.rule,
        "remark": judged.remark or None,
        "n": judged.n,
        "missing": judged.missing,
        "estimate": _rounded(judged.estimate),
        "p": _rounded(judged.p),
        "p_one_sided": _rounded(judged.one_sided),
        "verdict_one_sided": judged.by_one_sided,
        "bounds": [_rounded(bound) for bound in judged.bounds] if judged.bounds else None,
        "exceptions": finding.exceptions,
        "test": finding.test,
        "query": finding.path,
        "evidence": [
            {**row, **finding.values.get(str(row.get("case")), {})}
            for row in rendering.named(finding.columns, finding.rows)
        ],
        "sources": [part.label for part in claim.sources],
        "sparql": finding.query,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def lines(finding: Finding) -> list[tuple[str, str]]:
    """Return the finding as items and their text, those without one left out."""
    told = describe(finding)
    items = [
        ("Claim", told["paraphrase"]),
        ("Where", "; ".join([told["locator"], *told["passages"]])),
        ("Kind", told["kind"]),
        ("Subject", told["subject"]),
        ("Relation", "; ".join([told["relation"], *told["direction"]])),
        ("Restricted to", "; ".join(told["restricted_to"])),
        ("Asks of a case", "; ".join(told["conditions"])),
        ("Looks at cases", "; ".join(told["sample"])),
        ("Compares", f"cases with {' or '.join(told['side'])}, and those without" if told["side"] else None),
        ("Predictor", "; ".join(told["predictor"])),
        ("Outcome", "; ".join(told["outcome"])),
        ("Thresholds", " ".join(f"{name}: {why}" for name, why in told["thresholds"].items() if why)),
        ("Note", told["note"]),
        ("Verdict", told["verdict"]),
        ("Rule", told["rule"]),
        ("One-sided p", _one_sided(finding)),
        ("Missing values", told["remark"]),
        ("Exceptions", "; ".join(told["exceptions"])),
        ("Test", f"{told['test']}, by {told['query']}" if told["test"] else None),
        ("Sources", "; ".join(told["sources"])),
    ]
    return [(name, str(text)) for name, text in items if text]


def _one_sided(finding: Finding) -> str | None:
    """Return the p of the claimed direction and what it would make of the verdict, None without one."""
    judged = finding.judgement
    if judged.one_sided is None:
        return None
    same = judged.by_one_sided == judged.verdict
    what = "the verdict would be the same" if same else f"the verdict would be: {judged.by_one_sided}"
    return f"{judged.one_sided:.3f} in the claimed direction; by it {what}"


def _shown(finding: Finding) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the rows that decide, without IRIs, those that speak against the claim marked."""
    places = [place for place, name in enumerate(finding.columns) if name not in ("case", "thing")]
    against = set(finding.judgement.exceptions)
    words = {True: "yes", False: "no"}
    case = finding.columns.index("case") if "case" in finding.columns else None
    items = sorted({item for of_case in finding.values.values() for item in of_case}) if case is not None else []
    columns = [*(finding.columns[place] for place in places), *items, "against"]
    rows = []
    for number, row in enumerate(finding.rows):
        values = finding.values.get(str(row[case]), {}) if case is not None else {}
        shown = [_word(row[place], words) for place in places]
        rows.append((*shown, *map(values.get, items), "against" if number in against else None))
    return columns, rows


def _word(value: Any, words: dict[bool, str]) -> Any:
    return words[value] if isinstance(value, bool) else value
