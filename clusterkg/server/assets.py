"""The files that pages bring with them, such as scripts, under addresses that change with their content."""

from __future__ import annotations

import gzip
import json
import os
from functools import cache

from clusterkg.errors import FileError, UnknownName, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FOLDER", "PREFIX", "Asset", "address_of", "asset", "assets"]

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "static")
"""Where they are; `VENDOR.json` in it says what each is made of."""

PREFIX = "/static/"
"""Where the service gives them."""

MEDIA = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
}


class Asset:
    """A file.

    Attributes:
        name: what it is called where it is asked for, such as `plots.js`.
        file: its name with the hash of its content, such as `plots.3f2a9c1b.js`; of what never is part of a page, the
            same as `name`.
        sha256: the hash of its content in full.
        media: its Content-Type.
    """

    __slots__ = ("_compressed", "_data", "file", "media", "name", "sha256")

    def __init__(self, name: str, file: str, sha256: str) -> None:
        self.name, self.file, self.sha256 = name, file, sha256
        self.media = MEDIA[file.rpartition(".")[2]]
        self._data = self._compressed = b""

    def __repr__(self) -> str:
        return f"Asset({self.file!r})"

    @property
    def lasting(self) -> bool:
        """Whether the address will always mean this very content."""
        return self.name != self.file

    @property
    def data(self) -> bytes:
        """The content; read once.

        Raises:
            FileError: the file is not there or cannot be read.
        """
        if not self._data:
            self._data = _read(self.file)
        return self._data

    @property
    def compressed(self) -> bytes:
        """The content as gzip; made once, the same each time.

        Raises:
            FileError: the file is not there or cannot be read.
        """
        if not self._compressed:
            self._compressed = gzip.compress(self.data, 9, mtime=0)
        return self._compressed


def _read(file: str) -> bytes:
    path = os.path.join(FOLDER, file)
    try:
        with open(path, "rb") as source:
            return source.read()
    except OSError as error:
        fault = f"cannot be read: {error.strerror}"
        raise FileError(fault, place=path, remedy="install clusterkg anew, or run make assets") from error


@cache
def assets() -> Mapping[str, Asset]:
    """Return all files, by their names with the hash.

    Raises:
        FileError: the list of them is not there or cannot be read.
    """
    listed = json.loads(_read("VENDOR.json"))["files"]
    return {one["file"]: Asset(one["name"], one["file"], one["sha256"]) for one in listed}


def asset(file: str) -> Asset:
    """Return the file of a name with its hash.

    It is looked up among the names in the list: no name leads anywhere else.

    Raises:
        UnknownName: there is none; the nearest is offered.

    >>> asset("THIRD_PARTY_LICENSES.txt").lasting
    False
    >>> asset("../VENDOR.json")
    Traceback (most recent call last):
    clusterkg.errors.UnknownName: /static/../VENDOR.json: there is no such file; did you mean ...
    """
    known = assets()
    if file in known:
        return known[file]
    # Somebody who writes the name without its hash, or with the hash of last year, wants today's.
    stem, _, ending = file.partition(".")
    found = next((one for one in known.values() if one.name == f"{stem}.{ending.rpartition('.')[2]}"), None)
    remedy = f"did you mean '{found.file}'?" if found else nearest(file[:100], known)
    raise UnknownName("there is no such file", place=PREFIX + file[:200], remedy=remedy)


@cache
def address_of(name: str) -> str:
    """Return where the file of a name is to be had.

    Raises:
        UnknownName: there is none; the nearest is offered.

    >>> address_of("plots.js").startswith("/static/plots.")
    True
    >>> address_of("plot.js")
    Traceback (most recent call last):
    clusterkg.errors.UnknownName: plot.js: is no file of the pages; did you mean 'plots.js'?
    """
    names = {one.name: one.file for one in assets().values()}
    if name not in names:
        raise UnknownName("is no file of the pages", place=name[:200], remedy=nearest(name[:100], names))
    return PREFIX + names[name]
