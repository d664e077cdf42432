"""What leaving out a case or a country does to a relation, as people and programs read it."""

from __future__ import annotations

from clusterkg.analysis.gaps import listed
from clusterkg.analysis.sections import Section, probable, rounded, signed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from clusterkg.analysis.strengths import LeaveOneOut
    from clusterkg.graph.answers import Value

__all__ = ["left_out_figures", "left_out_json", "left_out_section"]


def left_out_figures(left: LeaveOneOut) -> tuple[Value, ...]:
    """Return the range of estimate and p, what moves most, and what turns significance; None for what is not there."""
    estimates, chances = left.estimates or (None, None), left.probabilities or (None, None)
    most = "; ".join(name for name, _ in left.most) or None
    turning = "; ".join(name for name, _ in left.turning) or None
    return (*map(rounded, estimates), *map(rounded, chances), most, turning)


def left_out_json(left: LeaveOneOut, statistic: str) -> dict[str, Any] | None:
    """Return every run, what moves most and what turns significance; None where nothing could be left out."""
    if not left.runs:
        return None
    return {
        "moves_most": [name for name, _ in left.most],
        "turns_significance": [name for name, _ in left.turning],
        "runs": [
            {
                "without": name,
                "n": run.n,
                statistic: rounded(run.estimate),
                "p": rounded(run.p),
                "withheld": run.withheld or None,
            }
            for name, run in left.runs
        ],
    }


def left_out_section(left: Sequence[tuple[str, LeaveOneOut]], statistic: str, level: float) -> Section:
    """Return the ranges as a table, and below each row what moves most and what turns significance."""
    rows: list[tuple[Value, ...]] = []
    below: dict[int, list[str]] = {}
    for name, one in left:
        if not one.runs:
            continue
        low, high = map(signed, one.estimates or (None, None))
        least, greatest = map(probable, one.probabilities or (None, None))
        told = []
        if one.most:
            told.append(f"moves most: {'; '.join(f'{what} (to {signed(estimate)})' for what, estimate in one.most)}")
        if one.turning:
            turned = "; ".join(f"{what} (to {probable(p)})" for what, p in one.turning)
            told.append(f"carries p across {level:g}: {turned}")
        if one.withheld:
            told.append(f"withheld without: {'; '.join(one.withheld)}")
        below[len(rows)] = told
        rows.append((name, one.by, low, high, least, greatest))
    what = listed(list(dict.fromkeys(one.by for _, one in left)), "or")
    title = f"The same without each {what} in turn: ranges of {statistic} and p"
    columns = ("cases", "left_out", "lowest", "highest", "least p", "greatest p")
    notes = [] if rows else ["Nothing is measured, so that nothing can be left out."]
    return Section(title, columns if rows else (), rows, notes=notes, right=columns[2:], below=below)
