"""The house prefixes, as `ontology/prefixes.ttl` declares them."""

from __future__ import annotations

import os

from clusterkg.resources import shipped_root
from clusterkg.turtle import read_text, syntax_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["compact", "house_prefixes"]

SHACL = "http://www.w3.org/ns/shacl#"

_loaded: dict[str, str] = {}


def house_prefixes() -> Mapping[str, str]:
    """Return the house prefixes: name (``ckg``) to namespace.

    Raises:
        FileError, TurtleError: the shipped file is missing or broken.

    >>> house_prefixes()["ckg"]
    'https://w3id.org/clusterkg/ontology#'
    """
    if not _loaded:
        import pyoxigraph as ox

        path = os.path.join(shipped_root(), "ontology", "prefixes.ttl")
        names: dict[str, str] = {}
        namespaces: dict[str, str] = {}
        try:
            for quad in ox.parse(read_text(path).encode(), format=ox.RdfFormat.TURTLE):
                if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                    target = {SHACL + "prefix": names, SHACL + "namespace": namespaces}
                    target.get(quad.predicate.value, {})[quad.subject.value] = quad.object.value
        except SyntaxError as error:
            raise syntax_error(path, error) from error
        _loaded.update((name, namespaces[subject]) for subject, name in sorted(names.items()))
    return _loaded


def compact(iri: str) -> str:
    """Return an IRI as a prefixed name where a house prefix fits, else in angle brackets.

    >>> compact("https://w3id.org/clusterkg/ontology#Rating")
    'ckg:Rating'
    >>> compact("http://example.org/x")
    '<http://example.org/x>'
    """
    best = max(
        ((name, space) for name, space in house_prefixes().items() if iri.startswith(space)),
        key=lambda item: len(item[1]),
        default=None,
    )
    return f"{best[0]}:{iri[len(best[1]) :]}" if best else f"<{iri}>"
