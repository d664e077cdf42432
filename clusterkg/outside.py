"""What people call the terms of outside vocabularies that the graph uses, since their own labels are not loaded."""

from __future__ import annotations

import os

from clusterkg.prefixes import house_prefixes
from clusterkg.resources import shipped_root
from clusterkg.turtle import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["label_of", "labels"]

_loaded: dict[str, str] = {}


def labels() -> Mapping[str, str]:
    """Return the English labels by IRI, as `ontology/outside-terms.tsv` has them.

    Raises:
        FileError: the shipped file is missing.
    """
    if not _loaded:
        spaces = house_prefixes()
        for line in read_text(os.path.join(shipped_root(), "ontology", "outside-terms.tsv")).splitlines()[1:]:
            term, label = line.split("\t")
            prefix, _, name = term.partition(":")
            _loaded[spaces[prefix] + name] = label
    return _loaded


def label_of(iri: str) -> str:
    """Return the label of an outside term; empty where it has none.

    >>> label_of("http://purl.org/dc/terms/source"), label_of("http://example.org/x")
    ('source', '')
    """
    return labels().get(iri, "")
