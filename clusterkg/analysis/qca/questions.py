"""A term of a solution as SPARQL that finds its cases, in any tool that holds the graph."""

from __future__ import annotations

from itertools import pairwise

from clusterkg.graph.answers import plain
from clusterkg.prefixes import compact, house_prefixes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.analysis.qca.calibration import Codebook, CrispSet

__all__ = ["query_of"]


def query_of(
    study: str,
    sets: Codebook,
    outcome: CrispSet,
    conditions: Sequence[CrispSet],
    term: Sequence[int | None],
    group: str | None,
) -> str:
    """Return the query that finds the cases of a term, as the analysis counted them.

    A case that lacks a value on any set of the analysis is not found: it is in no row of the truth table either.

    Args:
        study: the IRI of the study.
        sets: the crisp sets of the codebook.
        outcome: the set that is explained.
        conditions: the sets that explain it.
        term: 1, 0 or None for each condition.
        group: the English name of the sectoral group that the analysis is restricted to, or None.
    """
    import pyoxigraph as ox

    chosen = [(one, value) for one, value in zip(conditions, term, strict=True) if value is not None]
    words = " and ".join(f"{'in' if value else 'not in'} {one.notation}" for one, value in chosen)
    parts = {part.notation: part for one in (outcome, *conditions) for part in sets.within(one)}.values()
    lines = ["  ?case a ckg:CaseStudy ;", f"        ckg:study {compact(study)} ;", "        skos:prefLabel ?label ."]
    lines += ['  FILTER(LANG(?label) = "en")']
    if group is not None:
        lines += [f"  ?case ckg:sectoralGroup/skos:prefLabel {ox.Literal(group, language='en')} ."]
    for variable, dimension in sorted({(part.variable, part.dimension) for part in parts if part.variable}):
        lines += [f"  ?{_word(variable)}_rating ckg:case ?case ;"]
        lines += [f"    ckg:variable {compact(str(dimension))} ;", "    ckg:accepted true ;"]
        lines += [f"    ckg:score|(ckg:degree/ckg:rank) ?{_word(variable)} ."]
    if any(part.of_chains for part in parts):
        lines += ["  ?case ckg:governanceStatus status:coded ."]
    for one, value in chosen:
        lines += [
            f"  # {'' if value else 'not '}{one.notation}: {one.described()}",
            f"  FILTER({_test(sets, one, value)})",
        ]
    lines += ["  BIND(STR(?label) AS ?name)", f"  BIND({_test(sets, outcome, 1)} AS ?outcome)"]
    body = "\n".join(lines)
    used = [
        name for name in sorted(house_prefixes()) if f" {name}:" in body or f"({name}:" in body or f"|{name}:" in body
    ]
    prefixes = "".join(f"PREFIX {name}: <{house_prefixes()[name]}>\n" for name in used)
    question = f"Which cases are {words}?" if words else "Which cases have a value on every set?"
    return (
        f"#+ summary: {question}\n#+ description: outcome says whether a case is in {outcome.notation}.\n{prefixes}\n"
        f"SELECT ?case ?name ?outcome\nWHERE {{\n{body}\n}}\nORDER BY ?name ?case\n"
    )


def _word(notation: str) -> str:
    return notation.replace("-", "_")


def _test(sets: Codebook, one: CrispSet, value: int) -> str:
    """Return the expression that is true of a case in the set, or out of it."""
    inside = " && ".join(_plain(part) for part in sets.within(one))
    # A plain set turns itself round where it is absent; an intersection is turned round as a whole.
    positive = bool(value) != (one.absent and bool(one.parts))
    return inside if positive else f"!({inside})"


def _plain(one: CrispSet) -> str:
    if one.variable is not None:
        bounds = [f"?{_word(one.variable)} >= {plain(one.least)}"] if one.least is not None else []
        bounds += [f"?{_word(one.variable)} <= {plain(one.greatest)}"] if one.greatest is not None else []
        test = " && ".join(bounds)
    elif one.groups:
        groups = (f"EXISTS {{ ?case ckg:sectoralGroup {compact(str(iri))} }}" for iri in one.groups.values())
        test = " || ".join(groups)
    elif one.least_chains:
        pairs = " . ".join(
            f"?case ckg:feedsInto ?chain{n} . ?chain{n} ckg:governedBy ?mode{n} ; ckg:marketScope ?scope{n}"
            for n in range(one.least_chains)
        )
        names = [f"CONCAT(STR(?mode{n}), STR(?scope{n}))" for n in range(one.least_chains)]
        apart = " && ".join(f"{left} < {right}" for left, right in pairwise(names))
        test = f"EXISTS {{ {pairs}{f' FILTER({apart})' if apart else ''} }}"
    else:
        carried = [f"ckg:governedBy {compact(str(iri))}" for iri in one.modes.values()]
        carried += [f"ckg:marketScope {compact(str(iri))}" for iri in one.scopes.values()]
        test = f"EXISTS {{ ?case ckg:feedsInto ?chain . ?chain {' ; '.join(carried)} }}"
    return f"!({test})" if one.absent else f"({test})" if " || " in test else test
