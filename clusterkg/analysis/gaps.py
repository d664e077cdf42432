"""Which cases have no value, and for which reason, in words."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.analysis.samples import Case

__all__ = ["gaps", "listed"]


def gaps(missing: Sequence[tuple[Case, str, str]], labels: dict[str, str]) -> list[str]:
    """Return a sentence for each reason, or set of reasons, that cases share, with the names of these cases.

    Args:
        missing: what `Sample.missing` gives: a case, the variable, the reason.
        labels: the notation of each variable to its English name.

    >>> import clusterkg
    >>> from clusterkg.analysis.samples import sample
    >>> cases = sample(clusterkg.load().graph, group="traditional-manufacturing")
    >>> for sentence in gaps(cases.missing("functional-upgrading", "market"), cases.variables):
    ...     print(sentence)
    No functional upgrading (not available): Bucaramanga apparel.
    No market (not available): Campina Grande footwear.
    """
    of_case: dict[str, dict[str, list[str]]] = {}
    names: dict[str, str] = {}
    for case, variable, reason in missing:
        of_case.setdefault(case.iri, {}).setdefault(reason, []).append(labels.get(variable, variable).lower())
        names[case.iri] = case.name
    sharing: dict[str, list[str]] = {}
    for iri, reasons in of_case.items():
        told = listed([f"no {listed(lacking, 'or')} ({reason})" for reason, lacking in reasons.items()])
        sharing.setdefault(told, []).append(names[iri])
    return [f"{told[0].upper()}{told[1:]}: {'; '.join(cases)}." for told, cases in sharing.items()]


def listed(parts: Sequence[str], word: str = "and") -> str:
    """Return words as one would say them.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return f" {word} ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
