"""Boolean minimisation: prime implicants by Quine and McCluskey, and every cover of fewest of them."""

from __future__ import annotations

from itertools import islice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Row = tuple[int, ...]
    Term = tuple[int | None, ...]

__all__ = ["MOST_MODELS", "covers", "minimal_covers", "prime_implicants", "written"]

MOST_MODELS = 500
"""How many covers are looked for; where there are more, there is no telling them apart by eye."""


def covers(term: Term, row: Row) -> bool:
    """Tell whether a row of a truth table falls under a term; None in a term leaves the condition open.

    >>> covers((1, None, 0), (1, 1, 0)), covers((1, None, 0), (1, 1, 1))
    (True, False)
    """
    return all(literal is None or literal == value for literal, value in zip(term, row, strict=True))


def written(term: Term, names: Sequence[str]) -> str:
    """Return a term as it is written in the field: ``*`` for and, ``~`` for not.

    A term that leaves every condition open is true of every case.

    >>> written((1, None, 0), ["DEV", "URB", "STB"])
    'DEV*~STB'
    >>> written((None, None), ["DEV", "URB"])
    '(every case)'
    """
    literals = zip(term, names, strict=True)
    return "*".join(("" if value else "~") + name for value, name in literals if value is not None) or "(every case)"


def prime_implicants(on: Iterable[Row], free: Iterable[Row] = ()) -> list[Term]:
    """Return the terms that cover rows of `on`, none outside `on` and `free`, and that no shorter term contains.

    Quine (1952), The problem of simplifying truth functions; McCluskey (1956), Minimization of Boolean functions:
    two terms that differ in one condition alone are merged until none is left to merge.

    Args:
        on: rows where the outcome is present.
        free: rows that a term may cover or not, the remainders of a parsimonious solution.

    Returns:
        Terms by length, then in the order of the conditions, present before absent.

    >>> prime_implicants([(1, 1), (1, 0)])
    [(1, None)]
    >>> prime_implicants([(1, 1)], free=[(1, 0), (0, 1)])
    [(1, None), (None, 1)]
    """
    wanted = set(on)
    terms: set[Term] = {*wanted, *free}
    primes: list[Term] = []
    while terms:
        merged: set[Term] = set()
        used: set[Term] = set()
        for term in terms:
            for place, value in enumerate(term):
                if value == 0:
                    other = (*term[:place], 1, *term[place + 1 :])
                    if other in terms:
                        merged.add((*term[:place], None, *term[place + 1 :]))
                        used |= {term, other}
        primes += [term for term in terms - used if any(covers(term, row) for row in wanted)]
        terms = merged
    return sorted(primes, key=_order)


def _order(term: Term) -> tuple[int, tuple[int, ...]]:
    rank = {1: 0, 0: 1, None: 2}
    return sum(literal is not None for literal in term), tuple(rank[literal] for literal in term)


def minimal_covers(on: Iterable[Row], primes: Sequence[Term], most: int = MOST_MODELS) -> list[tuple[Term, ...]]:
    """Return every choice of fewest prime implicants that together cover all rows, up to `most` of them.

    Where there are several, the data do not tell them apart: all are to be reported (Baumgartner & Thiem 2017,
    Model ambiguities in configurational comparative research). Each is given once, its terms in the order of `primes`.

    >>> rows = [(0, 0, 1), (0, 1, 1), (1, 1, 1), (1, 1, 0)]
    >>> minimal_covers(rows, prime_implicants(rows))
    [((1, 1, None), (0, None, 1))]
    >>> rows = [(0, 1), (1, 0), (1, 1)]
    >>> minimal_covers([(1, 1)], prime_implicants([(1, 1)], free=[(0, 1), (1, 0)]))
    [((1, None),), ((None, 1),)]
    """
    rows = sorted(set(on))
    if not rows:
        return []
    reach = [sum(1 << place for place, row in enumerate(rows) if covers(term, row)) for term in primes]
    everything = (1 << len(rows)) - 1
    for size in range(1, len(rows) + 1):
        found = list(islice(_covers_of(everything, reach, range(len(primes)), size), most))
        if found:
            models = sorted(tuple(sorted(places)) for places in found)
            return [tuple(primes[place] for place in model) for model in models]
    return []


def _covers_of(left: int, reach: Sequence[int], allowed: Sequence[int], size: int) -> Iterator[tuple[int, ...]]:
    """Yield each set of at most `size` of the allowed terms that covers all rows that are left, once."""
    if not left:
        yield ()
        return
    gains = {place: reach[place] & left for place in allowed}
    if size * max((gain.bit_count() for gain in gains.values()), default=0) < left.bit_count():
        return
    # The row that fewest terms cover leaves the least to try.
    bits = [1 << place for place in range(left.bit_length()) if left >> place & 1]
    choices = min(([place for place in allowed if gains[place] & bit] for bit in bits), key=len)
    refused: set[int] = set()
    for place in choices:
        # Covers with an earlier choice have been found already.
        refused.add(place)
        rest = [other for other in allowed if other not in refused]
        for others in _covers_of(left & ~reach[place], reach, rest, size - 1):
            yield (place, *others)
