"""The rules by which a test reaches its verdict, each with the numbers that it goes by."""

from __future__ import annotations

from fractions import Fraction

from clusterkg.findings.statistics import (
    cliffs_delta,
    correlation_ratio,
    groups_probability,
    leanings,
    least_probability,
    probability,
    sign_probability,
    tau_b,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from clusterkg.findings.claims import Claim
    from clusterkg.graph.answers import Value

    Row = Mapping[str, Value]
    Limits = Mapping[str, Decimal]

__all__ = [
    "EXCEPTIONS",
    "FAILS",
    "HOLDS",
    "NOT_TESTABLE",
    "TESTS",
    "TOO_FEW",
    "VERDICTS",
    "Judgement",
    "claimed_sign",
    "judge",
    "of_directions",
]

HOLDS = "holds"
EXCEPTIONS = "holds with exceptions"
FAILS = "fails"
TOO_FEW = "too few cases to tell"
NOT_TESTABLE = "not testable from the coding"
VERDICTS = (HOLDS, EXCEPTIONS, FAILS, TOO_FEW, NOT_TESTABLE)
"""What a test can say of a claim."""


class Judgement:
    """A verdict, and all that it was reached by.

    Attributes:
        verdict: one of `VERDICTS`.
        rule: why, in one sentence with the numbers.
        n: the cases of the sample with all values that the claim asks for; None where nothing was tested.
        missing: the cases without one of them.
        exceptions: the cases that speak against the claim, by their places among the rows.
        estimate: the strength of a relation from -1 to 1, or the share that meets the claim; None without one.
        p: the exact probability of so strong a relation by chance, in either direction; None without one.
        one_sided: the same in the claimed direction alone; None where no single sign is claimed.
        by_one_sided: the verdict that this would give in the place of p.
        bounds: the estimate with every missing value taken as the lowest, and as the highest, that occurs.
        remark: what the bounds would change; empty where nothing.
    """

    def __init__(
        self,
        verdict: str,
        rule: str,
        n: int | None = None,
        missing: int | None = None,
        exceptions: Sequence[int] = (),
        *,
        estimate: float | None = None,
        p: float | None = None,
    ) -> None:
        self.verdict, self.rule, self.n, self.missing = verdict, rule, n, missing
        self.exceptions = list(exceptions)
        self.estimate, self.p = estimate, p
        self.one_sided: float | None = None
        self.by_one_sided: str | None = None
        self.bounds: tuple[float | None, float | None] | None = None
        self.remark = ""


def judge(test: str, claim: Claim, rows: Sequence[Row], limits: Limits, unit: str = "") -> Judgement:
    """Return the verdict on a claim from the rows of its query.

    Args:
        test: the name of the test; see `TESTS`.
        claim: what is claimed.
        rows: the rows of the query that tests it.
        limits: the limits of the codebook.
        unit: what a row of a tally stands for, in the plural; empty where it is a case.
    """
    return _tally(claim, rows, limits, unit) if test == "tally" and unit else TESTS[test](claim, rows, limits)


def _tally(claim: Claim, rows: Sequence[Row], limits: Limits, unit: str = "coded cases") -> Judgement:
    """Judge how many rows meet the conditions: as many as counted, the share meant, or all that are named."""
    met = [place for place, row in enumerate(rows) if row["meets"] is True]
    unmet = [place for place, row in enumerate(rows) if row["meets"] is False]
    missing = len(rows) - len(met) - len(unmet)
    judged: Callable[[int], str]
    if claim.count is not None:
        words = f"{claim.count} claimed"
        contrary = met if len(met) > claim.count else unmet

        def judged(meeting: int) -> str:
            return HOLDS if meeting == claim.count else FAILS

    elif claim.quantifier is not None:
        words = f"'{claim.quantifier.replace('-', ' ')}' claimed, which is {_meaning(claim, limits)}"
        against_meeting = "greatest_share" in claim.shares or "below_share" in claim.shares
        contrary = met if against_meeting else unmet

        def judged(meeting: int) -> str:
            return _of_share(claim, Fraction(meeting, len(rows)), limits)

    else:
        words, contrary = "each named case claimed", unmet

        def judged(meeting: int) -> str:
            return HOLDS if meeting == len(rows) else EXCEPTIONS if meeting else FAILS

    if not rows:
        return Judgement(TOO_FEW, "no case belongs to the sample", 0, 0)
    lower, upper = judged(len(met)), judged(len(met) + missing)
    between = {judged(meeting) for meeting in range(len(met), len(met) + missing + 1)}
    verdict = lower if between == {lower} else TOO_FEW
    n = len(rows) - missing
    found = f"{len(met)} of {n} {unit} meet it"
    if missing:
        found += f", {len(met)} to {len(met) + missing} of {len(rows)} with the {missing} that are not coded"
    rule = f"{words}; {found}"
    if verdict == TOO_FEW:
        rule += f"; with none of these it {_says(lower)}, with all of them it {_says(upper)}"
        if lower == upper:
            rule += ", in between not"
    elif verdict == HOLDS and claim.quantifier in ("few", "some"):
        rule += f": {', '.join(str(rows[place]['name']) for place in met)}"
    # Of a number that may yet come out, no single case is to blame.
    open_count = verdict == TOO_FEW and claim.count is not None
    exceptions = [] if verdict == HOLDS or open_count else contrary
    return Judgement(verdict, rule, n, missing, exceptions, estimate=len(met) / n if n else None)


def _says(verdict: str) -> str:
    return verdict if verdict != TOO_FEW else "stays open"


def _meaning(claim: Claim, limits: Limits) -> str:
    """Return the shares that a quantifier stands for in words: ``at least 50 %``."""
    words = {"least_share": "at least", "above_share": "above", "greatest_share": "at most", "below_share": "below"}
    if claim.quantifier in ("all", "none"):
        strays = f"with exceptions up to {float(limits['exceptions']) * 100:g} %"
        return f"{'every' if claim.quantifier == 'all' else 'no'} case, {strays}"
    return " and ".join(f"{words[name]} {float(share) * 100:g} %" for name, share in claim.shares.items())


def _of_share(claim: Claim, share: Fraction, limits: Limits) -> str:
    """Return what a share says of a quantifier: all and none bear few exceptions, tendencies those that they name."""
    least, greatest = (claim.shares.get(name) for name in ("least_share", "greatest_share"))
    above, below = (claim.shares.get(name) for name in ("above_share", "below_share"))
    if least == 1 or greatest == 0:
        strays = 1 - share if least == 1 else share
        return HOLDS if not strays else EXCEPTIONS if strays <= Fraction(limits["exceptions"]) else FAILS
    inside = (
        (least is None or share >= Fraction(least))
        and (greatest is None or share <= Fraction(greatest))
        and (above is None or share > Fraction(above))
        and (below is None or share < Fraction(below))
    )
    if not inside:
        return FAILS
    half = Fraction(1, 2)
    tends = (least is not None and Fraction(least) >= half) or (above is not None and Fraction(above) >= half)
    strays = 1 - share if tends else share if greatest is not None else Fraction(0)
    return EXCEPTIONS if strays else HOLDS


def _association(claim: Claim, rows: Sequence[Row], limits: Limits) -> Judgement:
    """Judge whether outcome and predictor rise and fall together: Kendall's tau-b."""
    pairs = [(row["predictor"], row["outcome"]) for row in rows]
    return _relation("tau-b", lambda x, y: tau_b(x, y), claim, pairs, limits)


def _contrast(claim: Claim, rows: Sequence[Row], limits: Limits) -> Judgement:
    """Judge whether cases of one side lie above those of the other: Cliff's delta."""
    pairs = [(None if row["side"] is None else int(bool(row["side"])), row["outcome"]) for row in rows]
    judged = _relation("Cliff's delta", lambda x, y: cliffs_delta([bool(one) for one in x], y), claim, pairs, limits)
    first = sum(1 for side, outcome in pairs if side == 1 and outcome is not None)
    others = sum(1 for side, outcome in pairs if side == 0 and outcome is not None)
    judged.rule = f"{first} cases against {others}: {judged.rule}"
    return judged


def _relation(
    statistic: str,
    measure: Callable[[Sequence[float], Sequence[float]], float | None],
    claim: Claim,
    pairs: Sequence[tuple[Value, Value]],
    limits: Limits,
) -> Judgement:
    """Judge a relation over the cases with both values, and say what the others could change."""
    whole = [place for place, pair in enumerate(pairs) if None not in pair]
    x = [_number(pairs[place][0]) for place in whole]
    y = [_number(pairs[place][1]) for place in whole]
    judged = _strength(statistic, measure(x, y), x, y, claim, limits)
    judged.n, judged.missing = len(whole), len(pairs) - len(whole)
    judged.exceptions = [whole[place] for place in judged.exceptions]
    if judged.missing and judged.estimate is not None:
        ends = []
        for pick in (min, max):
            filled = [
                (pick(x) if one is None else _number(one), pick(y) if other is None else _number(other))
                for one, other in pairs
            ]
            one_side, other_side = [pair[0] for pair in filled], [pair[1] for pair in filled]
            ends.append(_strength(statistic, measure(one_side, other_side), one_side, other_side, claim, limits))
        judged.bounds = ends[0].estimate, ends[1].estimate
        changed = [
            f"with every missing value the {word} that occurs {_tells(end.verdict)} ({_shown(end.estimate)})"
            for word, end in zip(("lowest", "highest"), ends, strict=True)
            if _firm(end.verdict) != _firm(judged.verdict)
        ]
        judged.remark = "; ".join(changed)
    return judged


def _tells(verdict: str) -> str:
    words = {HOLDS: "it would hold", EXCEPTIONS: "it would hold with exceptions", FAILS: "it would fail"}
    return words.get(verdict, "there would be too few cases to tell")


def _firm(verdict: str) -> str:
    return HOLDS if verdict == EXCEPTIONS else verdict


def _number(value: Value) -> float:
    if value is None:
        raise ValueError("a missing value is no number")
    return float(value)


def _shown(estimate: float | None) -> str:
    return "none" if estimate is None else f"{estimate:+.2f}"


def _strength(
    statistic: str, estimate: float | None, x: Sequence[float], y: Sequence[float], claim: Claim, limits: Limits
) -> Judgement:
    if len(x) < limits["cases"]:
        return Judgement(TOO_FEW, f"{len(x)} cases have both values; a relation is judged from {limits['cases']:g} on")
    if estimate is None:
        side = "stand on both sides" if statistic != "tau-b" else "differ in both values"
        return Judgement(TOO_FEW, f"the {len(x)} cases do not {side}, so that there is no {statistic}")
    p = probability(x, y)
    found = f"{statistic} {estimate:+.2f}, exact two-sided p {p:.3f}"
    sign = claimed_sign(claim.directions)
    one_sided = probability(x, y, sign) if sign and len(claim.directions) == 1 else None
    lean = leanings(x, y)
    level = float(limits["probability"])
    if least_probability(x, y, [sign] if sign and "neutral" not in claim.directions else [1, -1]) > level:
        because = f"no order of these {len(x)} cases that would speak for or against it could have a p of {level:g}"
        judged = Judgement(TOO_FEW, f"{found}; {because}", estimate=estimate, p=p)
        return _with_one_sided(judged, one_sided, claim, any(value * sign < 0 for value in lean), limits)
    verdict, deciding = of_directions(claim.directions, estimate, p, limits)
    if deciding == "neutral":
        # What is said to be none is contradicted by the cases that make it some.
        sign = 0 if verdict == HOLDS else -1 if estimate > 0 else 1
    against = [place for place, value in enumerate(lean) if value * sign < 0]
    if verdict == HOLDS and against:
        verdict = EXCEPTIONS
    because = f"{' or '.join(claim.directions)} claimed; {_because(deciding, verdict, limits)}"
    judged = Judgement(verdict, f"{found}; {because}", exceptions=against, estimate=estimate, p=p)
    return _with_one_sided(judged, one_sided, claim, bool(against), limits)


def _with_one_sided(judged: Judgement, p: float | None, claim: Claim, contrary: bool, limits: Limits) -> Judgement:
    """Note the p of the claimed direction, and the verdict that it would give in the place of the two-sided one."""
    judged.one_sided = p
    if p is not None and judged.estimate is not None:
        holds = _of_direction(claim.directions[0], judged.estimate, p, limits) == HOLDS
        judged.by_one_sided = judged.verdict if not holds else EXCEPTIONS if contrary else HOLDS
    return judged


def claimed_sign(directions: Sequence[str]) -> int:
    """Return 1 or -1 for a sign that alone is claimed, beside neutral or not, else 0."""
    signs = {"positive": 1, "negative": -1}
    found = {signs[direction] for direction in directions if direction in signs}
    return found.pop() if len(found) == 1 else 0


def of_directions(directions: Sequence[str], estimate: float, p: float, limits: Limits) -> tuple[str, str]:
    """Return what strength and probability say of the signs claimed, any of which will do, and which decided."""
    said = {direction: _of_direction(direction, estimate, p, limits) for direction in directions}
    for verdict in (HOLDS, TOO_FEW, FAILS):
        for direction in directions:
            if said[direction] == verdict:
                return verdict, direction
    raise ValueError(f"a relation has a direction: {list(directions)}")


def _of_direction(direction: str, estimate: float, p: float, limits: Limits) -> str:
    neutral, level = float(limits["neutral"]), float(limits["probability"])
    if direction == "neutral":
        return HOLDS if abs(estimate) < neutral else FAILS if p <= level else TOO_FEW
    strength = estimate if direction == "positive" else -estimate
    return FAILS if strength < neutral else HOLDS if p <= level else TOO_FEW


def _because(direction: str, verdict: str, limits: Limits) -> str:
    neutral, level = f"{limits['neutral']:g}", f"{limits['probability']:g}"
    verdict = _firm(verdict)
    if direction == "neutral":
        return {
            HOLDS: f"it lies within {neutral} of 0",
            FAILS: f"it lies {neutral} or more from 0, and p is at most {level}",
            TOO_FEW: f"it lies {neutral} or more from 0, but p is above {level}",
        }[verdict]
    return {
        HOLDS: f"it has that sign, {neutral} or more from 0, and p is at most {level}",
        FAILS: f"it has not that sign, or lies within {neutral} of 0",
        TOO_FEW: f"it has that sign, {neutral} or more from 0, but p is above {level}",
    }[verdict]


def _paired(claim: Claim, rows: Sequence[Row], limits: Limits) -> Judgement:
    """Judge whether one variable exceeds another in the same cases: the sign test."""
    whole = [place for place, row in enumerate(rows) if None not in (row["greater"], row["lesser"])]
    steps = [_number(rows[place]["greater"]) - _number(rows[place]["lesser"]) for place in whole]
    higher, lower = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
    missing = len(rows) - len(whole)
    counted = f"greater in {higher}, equal in {len(steps) - higher - lower}, smaller in {lower} of {len(steps)} cases"
    if len(steps) < limits["cases"]:
        return Judgement(TOO_FEW, f"{counted}; judged from {limits['cases']:g} cases on", len(steps), missing)
    estimate, p = (higher - lower) / len(steps), sign_probability(higher, lower)
    verdict, deciding = of_directions(claim.directions, estimate, p, limits)
    against = [place for place, step in zip(whole, steps, strict=True) if step * claimed_sign(claim.directions) < 0]
    if verdict == HOLDS and against:
        verdict = EXCEPTIONS
    rule = f"{counted}: balance {estimate:+.2f}, exact two-sided p {p:.3f}; {_because(deciding, verdict, limits)}"
    sign = claimed_sign(claim.directions)
    one_sided = sign_probability(higher, lower, sign) if sign and len(claim.directions) == 1 else None
    judged = Judgement(verdict, rule, len(steps), missing, against, estimate=estimate, p=p)
    return _with_one_sided(judged, one_sided, claim, bool(against), limits)


def _spread(claim: Claim, rows: Sequence[Row], limits: Limits) -> Judgement:
    """Judge whether scores lie far apart: from the lowest to the highest."""
    scores = [_number(row["outcome"]) for row in rows if row["outcome"] is not None]
    missing = len(rows) - len(scores)
    if len(scores) < 2:
        return Judgement(TOO_FEW, f"{len(scores)} cases have a score", len(scores), missing)
    reach = max(scores) - min(scores)
    wide = reach >= limits["spread"]
    verdict = HOLDS if wide else TOO_FEW if missing else FAILS
    rule = f"from {min(scores):g} to {max(scores):g}, {reach:g} points apart; far apart from {limits['spread']:g} on"
    if verdict == TOO_FEW:
        rule += f", which the {missing} cases that are not coded may bring about"
    return Judgement(verdict, rule, len(scores), missing)


def _groups(claim: Claim, rows: Sequence[Row], limits: Limits) -> Judgement:
    """Judge whether several groups differ: how far their ranks lie apart, by Kruskal and Wallis."""
    del claim
    whole = [row for row in rows if row["outcome"] is not None]
    names = [str(row["sectoral_group"]) for row in whole]
    scores = [_number(row["outcome"]) for row in whole]
    n, missing = len(whole), len(rows) - len(whole)
    strength = correlation_ratio(names, scores)
    if n < limits["cases"]:
        return Judgement(TOO_FEW, f"{n} cases have a value; groups are judged from {limits['cases']:g} on", n, missing)
    if strength is None:
        return Judgement(TOO_FEW, f"the {n} cases are all alike, or of one group", n, missing)
    p, level, neutral = groups_probability(names, scores), limits["probability"], limits["neutral"]
    verdict = FAILS if strength < neutral else HOLDS if p <= level else TOO_FEW
    because = f"{'below' if verdict == FAILS else 'at least'} {neutral:g}"
    if verdict != FAILS:
        because += f", {'and p is at most' if verdict == HOLDS else 'but p is above'} {level:g}"
    found = f"{len(set(names))} groups of {n} cases, as far apart as {strength:.2f} of 1, exact p {p:.3f}"
    return Judgement(verdict, f"{found}; it is {because}", n, missing, estimate=strength, p=p)


def _order(claim: Claim, rows: Sequence[Row], limits: Limits) -> Judgement:
    """Judge whether the things of one side all lie above, or below, those of the other."""
    del limits
    sign = claimed_sign(claim.directions)
    values = [(bool(row["side"]), sign * _number(row["value"])) for row in rows if row["value"] is not None]
    missing = len(rows) - len(values)
    first = [value for side, value in values if side]
    others = [value for side, value in values if not side]
    told = ", ".join(f"{row['name']} {row['value']}" for row in rows)
    if missing or not first or not others:
        return Judgement(TOO_FEW, f"not every value is there: {told}", len(values), missing)
    verdict = HOLDS if min(first) > max(others) else FAILS
    word = "above" if sign > 0 else "below"
    return Judgement(verdict, f"{told}; claimed to lie {word} the others: {claim.subject}", len(values), missing)


TESTS: dict[str, Callable[[Claim, Sequence[Row], Limits], Judgement]] = {
    "tally": _tally,
    "kendall-tau-b": _association,
    "cliffs-delta": _contrast,
    "sign": _paired,
    "spread": _spread,
    "kruskal-wallis": _groups,
    "order": _order,
}
"""The tests, by the name that a query's header gives under ``#+ test:``."""
