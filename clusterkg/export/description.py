"""Statements gathered one by one, and written as Turtle in the order of the house."""

from __future__ import annotations

from decimal import Decimal

from clusterkg.prefixes import house_prefixes
from clusterkg.turtle import format_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyoxigraph as ox

    Object = str | int | bool | Decimal | ox.Literal

__all__ = ["Description"]

XSD = "http://www.w3.org/2001/XMLSchema#"


class Description:
    """Statements about things, whose IRIs are given in full or by a prefix (``qb:DataSet``).

    Args:
        base: the IRI that the file describes, to which fragments belong.
        more: prefixes beside those of the house.
    """

    def __init__(self, base: str, more: Mapping[str, str] | None = None) -> None:
        self.base, self.more = base, dict(more or {})
        self._known = {**house_prefixes(), **self.more}
        self._triples: dict[str, None] = {}

    def iri(self, name: str) -> str:
        """Return an IRI in full: of a prefixed name, of a fragment (``#scores``), or as it is; ``""`` is the base.

        >>> Description("http://example.org/a").iri("#b"), Description("http://example.org/a").iri("qb:DataSet")
        ('http://example.org/a#b', 'http://purl.org/linked-data/cube#DataSet')
        """
        if name == "" or name.startswith("#"):
            return self.base + name
        prefix, colon, local = name.partition(":")
        return self._known[prefix] + local if colon and prefix in self._known else name

    def say(self, subject: str, predicate: str, *objects: Object) -> None:
        """Add a statement for each object: a text is an IRI as `iri` takes it, anything else a literal."""
        import pyoxigraph as ox

        for one in objects:
            term: ox.NamedNode | ox.Literal
            if isinstance(one, str):
                term = ox.NamedNode(self.iri(one))
            elif isinstance(one, Decimal):
                written = f"{one:f}"
                term = ox.Literal(written if "." in written else f"{written}.0", datatype=ox.NamedNode(XSD + "decimal"))
            else:
                term = one if isinstance(one, ox.Literal) else ox.Literal(one)
            triple = ox.Triple(ox.NamedNode(self.iri(subject)), ox.NamedNode(self.iri(predicate)), term)
            self._triples[f"{triple} .\n"] = None

    def tell(self, subject: str, predicate: str, text: str | Mapping[str, str]) -> None:
        """Add a text, in English, or in each language that a mapping gives."""
        import pyoxigraph as ox

        for language, words in ({"en": text} if isinstance(text, str) else text).items():
            self.say(subject, predicate, ox.Literal(words, language=language))

    def write(self, comment: str) -> str:
        """Return the Turtle, with lines of comment at the top."""
        declared = "".join(f"@prefix {name}: <{space}> .\n" for name, space in self.more.items())
        head = "".join(f"# {line}\n" for line in comment.splitlines())
        text = f"{head}\n@base <{self.base}> .\n{declared}{''.join(self._triples)}"
        return format_text(text, self.base, house_prefixes())

    def write_movable(self, comment: str) -> str:
        """Return the Turtle without its base: neighbouring files and fragments go by names relative to where it stands.

        What is read from a copy elsewhere then names the copies of its neighbours.
        """
        folder = self.base.rpartition("/")[0] + "/"
        return self.write(comment).replace(f"@base <{self.base}> .\n", "", 1).replace(f"<{folder}", "<")
