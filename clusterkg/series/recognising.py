"""A file of series opened: its bytes hashed, its archive seen through, its text decoded, its format recognised."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
import zlib
from contextlib import contextmanager
from itertools import islice

from clusterkg.errors import FileError, UnknownName
from clusterkg.series.formats import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO

    from clusterkg.series.records import Format

__all__ = ["Source", "fingerprint", "opened"]

HEAD = 12
"""How many first lines a format is recognised by."""

LONGEST = 1 << 20
"""The bytes that a line may have: no CSV of series has more, and a file without line ends would fill the memory."""

SHOWN = 80
"""How many characters of a first line are shown."""

TABLES = re.compile(r"(?i)(.*/)?(WDICSV|WDIData|API_.*_DS\d+_.*)\.csv")
"""The table among the files of an archive of the World Bank; the others say more of countries and indicators."""


class Source:
    """The decoded lines of a file of series, which can be read once.

    Attributes:
        path: the file.
        head: its first lines, up to `HEAD`.
        format: the module that reads it.
        latin: how many lines were no UTF-8 and were read as Latin-1.
        done: how many bytes of text have been read.
        size: how many there are.
    """

    def __init__(self, path: str, stream: IO[bytes], size: int) -> None:
        self.path, self.size = path, size
        self.latin = self.done = 0
        self._lines = self._decoded(stream)
        self.head = list(islice(self._lines, HEAD))
        self.format = _format_of(self.head, path)

    def __iter__(self) -> Iterator[str]:
        yield from self.head
        yield from self._lines

    def _decoded(self, stream: IO[bytes]) -> Iterator[str]:
        """Yield the lines; one that is no UTF-8 is taken as Latin-1, in which every byte is a letter."""
        while line := stream.readline(LONGEST):
            if len(line) == LONGEST and line[-1:] != b"\n":
                raise FileError(f"has a line of more than {LONGEST:,} bytes", place=self.path, remedy="name a CSV file")
            if self.done == 0:
                line = line.removeprefix(b"\xef\xbb\xbf")
            self.done += len(line)
            if b"\0" in line:
                raise FileError(
                    "is no text, or text in UTF-16", place=self.path, remedy="save it as CSV in UTF-8, or name a CSV"
                )
            try:
                yield line.decode()
            except UnicodeDecodeError:
                self.latin += 1
                yield line.decode("latin-1")


def fingerprint(path: str) -> str:
    """Return the SHA-256 of a file, in hexadecimal.

    Raises:
        FileError: there is no such file, it is empty, or it cannot be read.
    """
    if not os.path.exists(path):
        raise FileError("no such file", place=path, remedy="check the path")
    if not os.path.isfile(path):
        raise FileError("is no file", place=path, remedy="name a CSV file, or a zip of one")
    if os.path.getsize(path) == 0:
        raise FileError("is empty", place=path, remedy="download it anew")
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileError(f"cannot be read: {error.strerror}", place=path) from error


@contextmanager
def opened(path: str) -> Iterator[Source]:
    """Open a CSV file, or the one table of series in a zip archive, which is read without unpacking it to disk.

    Raises:
        FileError: it cannot be read, or is damaged, also where that shows only while it is read.
        UnknownName: it is of no known format.
    """
    try:
        with open(path, "rb") as file:
            if not zipfile.is_zipfile(file):
                file.seek(0)
                if file.read(2) == b"PK":
                    raise FileError("is a damaged zip archive", place=path, remedy="download it anew")
                file.seek(0)
                yield Source(path, file, os.fstat(file.fileno()).st_size)
                return
            with zipfile.ZipFile(file) as archive:
                member = archive.getinfo(_table_of(archive.namelist(), path))
                with archive.open(member) as stream:
                    yield Source(path, stream, member.file_size)
    except NotImplementedError as error:  # zipfile's word for a compression that it has not
        fault = f"is compressed in a way that cannot be read here: {error}"
        raise FileError(fault, place=path, remedy="unpack it and give the CSV file") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        fault = f"is a damaged zip archive: {error}"
        raise FileError(fault, place=path, remedy="download it anew") from error
    except RuntimeError as error:
        if "encrypted" not in str(error):
            raise
        raise FileError("is a zip archive with a password", place=path, remedy="unpack it and name the CSV") from error
    except OSError as error:
        raise FileError(f"cannot be read: {error.strerror or error}", place=path) from error


def _table_of(names: Sequence[str], path: str) -> str:
    """Return the name of the one table of series in an archive."""
    tables = [name for name in names if TABLES.fullmatch(name)]
    tables = tables or [name for name in names if name.lower().endswith(".csv")]
    if len(tables) == 1:
        return tables[0]
    shown = ", ".join(sorted(tables or names)[:5]) or "nothing"
    fault = f"has {len(tables) or 'no'} tables of series, one is wanted: it holds {shown}"
    raise FileError(fault, place=path, remedy="unpack it and name the CSV")


def _format_of(head: Sequence[str], path: str) -> Format:
    for format in FORMATS:
        if format.recognises(head):
            return format
    first = (head[0] if head else "").strip()
    first = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in first)
    shown = first[:SHOWN] + ("…" if len(first) > SHOWN else "")
    known = "; ".join(f"{format.NAME} ({format.LOOKS_LIKE})" for format in FORMATS)
    raise UnknownName(f"is of no known format: it begins '{shown}'", place=path, remedy=f"there are: {known}")
