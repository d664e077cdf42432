"""How to cite clusterkg, as its CITATION.cff says."""

from __future__ import annotations

import os

from clusterkg.errors import DataError
from clusterkg.resources import shipped_root
from clusterkg.turtle import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["FILE", "as_bibtex", "as_text", "read"]

FILE = "CITATION.cff"


def read() -> dict[str, Any]:
    """Return what CITATION.cff says, under the Citation File Format's names; `references` are to be cited with it.

    Raises:
        FileError: the file is not there.
        DataError: it is no citation file.

    >>> read()["references"][0]["doi"]
    '10.1016/j.worlddev.2005.01.002'
    """
    import yaml

    path = os.path.join(shipped_root(), FILE)
    try:
        said = yaml.safe_load(read_text(path))
    except yaml.YAMLError as error:
        raise DataError("is not YAML", place=path, remedy="restore the file") from error
    if not isinstance(said, dict) or not said.get("title"):
        raise DataError("is no citation file", place=path, remedy="restore the file")
    return said


def as_text(work: Mapping[str, Any]) -> str:
    """Return a work as a line of a list of references.

    >>> as_text({"title": "clusterkg", "version": "0.1.0", "authors": [{"name": "The developers"}]})
    'The developers. clusterkg (version 0.1.0).'
    >>> as_text(read()["references"][0])[:77]
    'Giuliani, Elisa; Pietrobelli, Carlo; Rabellotti, Roberta (2005). Upgrading in'
    """
    year = f" ({work['year']})" if work.get("year") else ""
    version = f" (version {work['version']})" if work.get("version") else ""
    place = str(work.get("journal") or "")
    if place and work.get("volume"):
        issue = f"({work['issue']})" if work.get("issue") else ""
        place += f" {work['volume']}{issue}"
    if place and work.get("start"):
        place += f": {work['start']}-{work['end']}" if work.get("end") else f": {work['start']}"
    parts = [f"{'; '.join(_authors(work))}{year}", f"{work['title']}{version}", place]
    address = f" https://doi.org/{work['doi']}" if work.get("doi") else ""
    return f"{'. '.join(part for part in parts if part)}.{address}"


def as_bibtex(work: Mapping[str, Any], key: str) -> str:
    """Return a work as an entry of BibTeX.

    >>> print(as_bibtex(read(), "clusterkg"))
    @misc{clusterkg,
      author = {{The clusterkg developers}},
      title = {{clusterkg: a knowledge graph of industrial clusters in global value chains}},
      version = {0.1.0}
    }
    """
    kind = "article" if work.get("type") == "article" else "misc"
    authors = [name if ", " in name else f"{{{name}}}" for name in _authors(work)]
    fields = [("author", " and ".join(authors)), ("title", f"{{{work['title']}}}")]
    for name, own in (("journal", "journal"), ("year", "year"), ("volume", "volume"), ("number", "issue")):
        fields.append((name, str(work.get(own) or "")))
    if work.get("start"):
        fields.append(("pages", f"{work['start']}--{work['end']}" if work.get("end") else str(work["start"])))
    fields += [("doi", str(work.get("doi") or "")), ("version", str(work.get("version") or ""))]
    inner = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields if value)
    return f"@{kind}{{{key},\n{inner}\n}}"


def _authors(work: Mapping[str, Any]) -> list[str]:
    """Return the names of a work's authors."""
    found = []
    for one in work.get("authors") or ():
        names = (one.get("family-names"), one.get("given-names"))
        found.append(str(one.get("name") or ", ".join(str(name) for name in names if name)))
    return found
