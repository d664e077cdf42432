"""The facets by which case studies are chosen, each as a pattern of SPARQL."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["FACETS", "SCORES", "STEPS", "UNSTATED", "Choice", "Facet", "clause", "fold", "search_clause"]

UNSTATED = "not-stated"
"""The value of a facet for cases that have neither a value nor a reason why there is none."""

ABSENT = "absent"

STEPS = {"0.5": "", "1": "low", "1.5": "", "2": "medium", "2.5": "", "3": "high"}
"""The scores above zero, with the words of the codebook for those that it names."""

SCORES = {
    "product": "ckg:productUpgrading",
    "process": "ckg:processUpgrading",
    "functional": "ckg:functionalUpgrading",
    "intersectoral": "ckg:intersectoralUpgrading",
}
"""The facets of scores, each with the property that holds the accepted one."""

COMBINING = re.compile("[\u0300-\u036f]")
"""Accents that are signs of their own."""

SPELT_OUT = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i"}
"""Letters that Unicode does not take apart."""

LATIN = (*range(0xE0, 0x180), *range(0x1E00, 0x1F00))


class Facet:
    """What cases are told apart by.

    Attributes:
        title: what people call it.
        things: the pattern of a case that has ``?chosen``, beside ``?chosen_scope`` for modes; empty for scores.
        reasons: the pattern of a case that states ``?chosen`` instead of a value; empty where no reason is stated.
        unstated: what a case without both is called.
        hint: what has to be known to choose by it.
    """

    def __init__(
        self, title: str, things: str = "", reasons: str = "", unstated: str = "not stated", hint: str = ""
    ) -> None:
        self.title, self.things, self.reasons = title, things, reasons
        self.unstated, self.hint = unstated, hint

    def __repr__(self) -> str:
        return f"Facet({self.title!r})"


def _reasons(variable: str) -> str:
    """Return the pattern of a case whose accepted rating of a variable states a reason."""
    return (
        f"?rating ckg:variable dim:{variable} ; ckg:accepted true ; ckg:case ?case ; sdmx-attribute:obsStatus ?chosen ."
    )


FACETS = {
    "study": Facet("Study", "?case ckg:study ?chosen ."),
    "group": Facet(
        "Sectoral group", "?case ckg:sectoralGroup ?chosen .", hint="after Pavitt, as the study takes them over"
    ),
    "country": Facet("Country", "?case ckg:country ?chosen ."),
    "degree": Facet(
        "Collective efficiency", "?case ckg:collectiveEfficiency ?chosen .", _reasons("collective-efficiency")
    ),
    "mode": Facet(
        "Governance of counted chains",
        "?case ckg:feedsInto ?chain . ?chain ckg:governedBy ?chosen ; ckg:marketScope ?chosen_scope .",
        "?case ckg:governanceStatus ?chosen .",
        hint="a case may have several",
    ),
    **{
        name: Facet(f"{name.capitalize()} upgrading", reasons=_reasons(f"{name}-upgrading"), hint="score from 0 to 3")
        for name in SCORES
    },
    "basis": Facet("Coded from", "?case ckg:sourceBasis ?chosen ."),
    "lead": Facet(
        "Who leads a counted chain",
        "?case ckg:feedsInto/ckg:leadActor/ckg:actorType ?chosen .",
        unstated="nobody told of",
    ),
}
"""The facets by the names of their parameters."""


class Choice:
    """A value of a facet.

    Attributes:
        word: what stands for it in an address.
        label: what people read.
        mask: the cases that have it, a bit each by their place.
        things: what `Facet.things` has, a term, or two for a mode and its scope; empty for other kinds of values.
        reason: the reason that it stands for; empty where it is a value.
        least: the least score; `absent` where it is zero.
        rank: its place among the values.
    """

    def __init__(
        self, word: str, label: str, mask: int = 0, *, things: str = "", reason: str = "", rank: tuple[int, ...] = ()
    ) -> None:
        self.word, self.label, self.mask = word, label, mask
        self.things, self.reason, self.rank = things, reason, rank

    def __repr__(self) -> str:
        return f"Choice({self.word!r})"


def clause(name: str, choices: Sequence[Choice]) -> str:
    """Return the group of SPARQL that keeps the cases which have one of some values of a facet.

    >>> print(clause("basis", [Choice("published-studies", "", things="<https://example.org/p>")]))
      {
        SELECT DISTINCT ?case
        WHERE {
          {
            VALUES ?chosen { <https://example.org/p> }
            ?case ckg:sourceBasis ?chosen .
          }
        }
      }
    """
    facet = FACETS[name]
    branches = []
    if things := [choice.things for choice in choices if choice.things]:
        names = "(?chosen ?chosen_scope)" if name == "mode" else "?chosen"
        branches.append([f"VALUES {names} {{ {' '.join(things)} }}", facet.things])
    if reasons := [choice.reason for choice in choices if choice.reason]:
        branches.append([f"VALUES ?chosen {{ {' '.join(reasons)} }}", facet.reasons])
    for choice in choices:
        if name in SCORES and not choice.reason and choice.word != UNSTATED:
            test = "= 0" if choice.word == ABSENT else f">= {choice.word.partition('-')[0]}"
            branches.append([f"?case {SCORES[name]} ?score .", f"FILTER(?score {test})"])
        elif choice.word == UNSTATED:
            has = [f"?case {SCORES[name]} ?chosen ." if name in SCORES else facet.things, facet.reasons]
            without = [f"FILTER NOT EXISTS {{ {pattern} }}" for pattern in has if pattern]
            branches.append(["?case a ckg:CaseStudy .", *without])
    return _group(branches)


def _group(branches: Iterable[Sequence[str]]) -> str:
    """Return the cases of any of some branches, as a group."""
    inner = " UNION ".join("{\n" + "".join(f"        {line}\n" for line in lines) + "      }" for lines in branches)
    return f"  {{\n    SELECT DISTINCT ?case\n    WHERE {{\n      {inner}\n    }}\n  }}"


@cache
def _letters() -> Mapping[str, str]:
    """Return what each small letter with an accent is without it."""
    found = dict(SPELT_OUT)
    for number in LATIN:
        base = unicodedata.normalize("NFKD", chr(number))[0]
        if chr(number).islower() and base != chr(number) and base.isascii() and base.isalpha():
            found.setdefault(chr(number), base)
    return found


@cache
def _table() -> dict[int, str]:
    return str.maketrans(dict(_letters()))


def fold(text: str) -> str:
    """Return a text in small letters without accents.

    >>> fold("São José dos Campos"), fold("LEO\u0301N")
    ('sao jose dos campos', 'leon')
    """
    return COMBINING.sub("", text.lower()).translate(_table())


def search_clause(word: str, term: str) -> str:
    """Return the group of SPARQL that keeps the cases in one of whose names a word occurs.

    Accents are folded as `fold` does, of those letters alone that the word has: no other could make it fit.

    Args:
        word: a folded word.
        term: the same, written as a literal of SPARQL.
    """
    told = 'REPLACE(LCASE(STR(?text)), "[\\u0300-\\u036F]", "")'
    by_base: dict[str, list[str]] = {}
    for letter, base in _letters().items():
        if set(base) & set(word):
            by_base.setdefault(base, []).append(letter)
    for base, letters in sorted(by_base.items()):
        told = f'REPLACE({told}, "[{"".join(sorted(letters))}]", "{base}")'
    at_cluster = "?case ckg:describes/(ckg:place|ckg:country|ckg:industry)/(skos:prefLabel|skos:altLabel) ?text ."
    texts = (
        "?case skos:prefLabel|skos:altLabel ?text .",
        "?case ckg:describes/(skos:prefLabel|skos:altLabel) ?text .",
        at_cluster,
    )
    found = f"FILTER(CONTAINS({told}, {term}))"
    return _group([["?case a ckg:CaseStudy .", pattern, found] for pattern in texts])
