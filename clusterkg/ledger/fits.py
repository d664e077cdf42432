"""The rule that may lie behind an index none of whose components is published: fewer cases have joint action."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from clusterkg.ledger.figures import Figure, Grid, division
from clusterkg.rendering import heading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Totals = tuple[Decimal, Decimal, Decimal]

__all__ = ["fits", "totals"]

MOST = 24
"""The most half points that external economies or joint action can have in a case: four components of up to 3."""


def fits(grid: Grid, figure: Figure) -> Iterator[str]:
    """Yield with which numbers of cases an index fits that leaves out the cases without joint action.

    The rule is one for the whole column: external economies are averaged over all cases of a group, joint
    action and the index over those that have both. It is searched for totals that give all three printed
    figures; nothing is said where it fits every number of cases, or all cases, which need no such rule.
    How many other figures it would give as well tells how little it proves.
    """
    if figure.of_column != "index" or grid.ratio(figure):
        return
    found = {row: _fitting(grid, row) for row in grid.figures.values() if row.of_column == "index"}
    cases, numbers = _cases(grid, figure), found[figure]
    if not all(found.values()) or cases in numbers or len(numbers) == cases:
        return
    most = max(numbers)
    whole, joint, index = numbers[most]
    first, second = (heading(part.column).lower() for part in grid.components(figure))
    only = f"only {most} fits" if len(numbers) == 1 else f"{_listed(numbers)} fit, no other number does"
    given, possible, lowest, highest = _figures(grid, figure)
    share = f"{given} of the {possible}" if given < possible else f"each of the {possible}"
    yield (
        f"fitted, not proven: {first} averaged over all {cases} cases ({division(whole, cases)}), "
        f"{second} and the index over the {most} that have both ({division(joint, most)}, "
        f"{division(index, most)}), a rule that fits every group; of 1 to {cases} cases {only}, but it would give "
        f"{share} figures from {lowest} to {highest}; no component of a case is published"
    )


def totals(part: Figure, by: int) -> tuple[int, int]:
    """Return the least and the greatest whole number, from 0, whose quotient rounds half up to a printed figure."""
    assert part.number is not None
    half = Decimal(1).scaleb(-part.decimals) / 2
    lowest = max(Decimal(0), (part.number - half) * by).to_integral_value(ROUND_CEILING)
    highest = ((part.number + half) * by).to_integral_value(ROUND_CEILING) - 1
    return int(lowest), int(highest)


def _cases(grid: Grid, index: Figure) -> int:
    """Return the number of cases in the group of an index, 0 where it is not known."""
    cases = grid.sums().get(index.row, {}).get("cases")
    return cases if isinstance(cases, int) else 0


def _spans(grid: Grid, index: Figure) -> Iterator[tuple[int, int, int, int]]:
    """Yield what the two printed averages beside an index leave open, in half points.

    A number of cases with both components, a total of joint action over them, and the least and greatest
    total of external economies that they can have when all cases together have the printed average.
    """
    parts, cases = grid.components(index), _cases(grid, index)
    if len(parts) != 2:
        return
    lowest, highest = totals(parts[0], 2 * cases)
    if lowest > min(highest, MOST * cases):
        return
    for both in range(1, cases + 1):
        least, greatest = totals(parts[1], 2 * both)
        for joint in range(least, min(greatest, MOST * both) + 1):
            yield both, joint, max(0, lowest - MOST * (cases - both)), min(MOST * both, highest)


def _fitting(grid: Grid, index: Figure) -> dict[int, Totals]:
    """Return by each number of cases with both components that fits an index: a total of each part and of the index."""
    parts, cases = grid.components(index), _cases(grid, index)
    found: dict[int, Totals] = {}
    for both, joint, least, greatest in _spans(grid, index):
        # The index is half of both components together, so that its total has quarter points.
        lowest, highest = totals(index, 4 * both)
        lowest, highest = max(least, lowest - joint), min(greatest, highest - joint)
        if lowest > highest or both in found:
            continue
        economies = _nearest(index, 4 * both, lowest + joint, highest + joint) - joint
        bounds = totals(parts[0], 2 * cases)
        others = economies + MOST * (cases - both)
        whole = _nearest(parts[0], 2 * cases, max(bounds[0], economies), min(bounds[1], others))
        found[both] = (Decimal(whole) / 2, Decimal(joint) / 2, Decimal(economies + joint) / 4)
    return found


def _figures(grid: Grid, index: Figure) -> tuple[int, int, Decimal, Decimal]:
    """Return how many figures between its two components the rule would give for an index, of how many, from and to."""
    first, second = (part.number or Decimal(0) for part in grid.components(index))
    unit = 10**index.decimals
    lowest = int((min(first, second) * unit).to_integral_value(ROUND_CEILING))
    highest = int((max(first, second) * unit).to_integral_value(ROUND_FLOOR))
    # Half up, in whole numbers: (total / 4 / both * unit) and a half, cut.
    given = {
        (2 * (economies + joint) * unit + 4 * both) // (8 * both)
        for both, joint, least, greatest in _spans(grid, index)
        for economies in range(least, greatest + 1)
    }
    among = sum(lowest <= figure <= highest for figure in given)
    return among, highest - lowest + 1, Decimal(lowest) / unit, Decimal(highest) / unit


def _nearest(figure: Figure, by: int, least: int, greatest: int) -> int:
    """Return the whole number between two whose quotient is nearest to a printed figure."""
    value = int(((figure.number or Decimal(0)) * by).to_integral_value())
    return min(max(value, least), greatest)


def _listed(numbers: Iterable[int]) -> str:
    *others, last = (str(number) for number in sorted(numbers))
    return f"{', '.join(others)} and {last}"
