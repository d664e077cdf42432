"""The changes that would turn a verdict, in words: a case recoded or left out, alone or with others."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.analysis.samples import Case
    from clusterkg.findings.verdicts import Judgement

__all__ = ["Change", "Filling", "Way"]


class Change:
    """One change: a case's rating recoded, a case left out, or a country.

    Attributes:
        slug: the case's slug, or the country's name; `name` by what people know it.
        variable: the variable recoded, None where the case or country is left out.
        before: the value, or the reason why there is none; `after` the value in its place.
        cases: how many cases a country has in the sample.
    """

    def __init__(
        self,
        case: Case | None,
        variable: str | None = None,
        before: str | None = None,
        after: str | None = None,
        *,
        country: str = "",
        cases: int = 1,
    ) -> None:
        self.slug, self.name = (case.slug, case.name) if case else (country, country)
        self.variable, self.before, self.after, self.cases = variable, before, after, cases

    def __repr__(self) -> str:
        return f"<Change: {self}>"

    def __str__(self) -> str:
        if self.variable is None:
            return self.name if self.cases == 1 else f"{self.name} ({self.cases} cases)"
        return f"{self.name}, {self.variable.lower()} {self.before} → {self.after}"

    def key(self) -> tuple[str, ...]:
        """Return what changes are sorted by."""
        return self.name, self.variable or "", self.after or ""


class Way:
    """One way to turn the verdict.

    Attributes:
        changes: the changes that it takes.
        verdict: what is said then, with its `estimate` and `p`, None where the test has none.
    """

    def __init__(self, changes: list[Change], judged: Judgement) -> None:
        self.changes, self.verdict = changes, judged.verdict
        self.estimate, self.p = _rounded(judged.estimate), _rounded(judged.p)

    def __repr__(self) -> str:
        return f"<Way: {self}>"

    def __str__(self) -> str:
        return "; ".join(str(change) for change in self.changes)

    def key(self) -> list[tuple[str, ...]]:
        """Return what ways are sorted by."""
        return [change.key() for change in self.changes]


class Filling:
    """The values that would turn the verdict if a rating without one had them.

    Attributes:
        change: case, variable and the reason why there is no value.
        values: the values, as people read them, from the lowest.
        verdict: what would be said.
    """

    def __init__(self, change: Change, scale: Sequence[str], first: int, last: int, verdict: str) -> None:
        self.change, self.values, self.verdict = change, list(scale[first : last + 1]), verdict
        self._open = first == 0, last == len(scale) - 1

    @property
    def told(self) -> str:
        """The values in words: ``2 or more``."""
        match self._open:
            case (True, True):
                return "anything"
            case (False, True) if len(self.values) > 1:
                return f"{self.values[0]} or more"
            case (True, False) if len(self.values) > 1:
                return f"{self.values[-1]} or less"
        return self.values[0] if len(self.values) == 1 else f"{self.values[0]} to {self.values[-1]}"

    def __str__(self) -> str:
        change = self.change
        what = f"If {change.name}, {str(change.variable).lower()} {change.before}, were coded"
        return f"{what} {self.told}, it would be told: {self.verdict}."


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
