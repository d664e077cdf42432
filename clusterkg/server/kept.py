"""Answers that are kept: the graph does not change while it is served, so what was made once can be given again."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Sized
from typing import Generic, TypeVar

from clusterkg.server.answers import tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    Key = tuple[str | bytes, ...]

Answer = TypeVar("Answer", bound=Sized)

__all__ = ["Kept", "Plain", "Shelf"]

MOST_BYTES = 64_000_000
"""What a shelf may hold; with it full, what was asked for longest ago goes."""

LEVEL = 6

BESIDE = 1_000
"""The bytes that an answer takes beside its own and those of its key."""


class Kept:
    """An answer: its bytes, the same compressed, its Content-Type and its tag.

    It takes its time to make, so that a long one is made in the process that answers, and not in the server's.
    """

    def __init__(self, data: bytes, media: str) -> None:
        self.data, self.media = data, media
        self.compressed = gzip.compress(data, LEVEL, mtime=0)
        self.tag = tag(media, data)

    def __len__(self) -> int:
        return len(self.data) + len(self.compressed)


class Plain:
    """An answer as it was sent: its bytes and its Content-Type."""

    def __init__(self, data: bytes, media: str) -> None:
        self.data, self.media = data, media

    def __len__(self) -> int:
        return len(self.data)


class Shelf(Generic[Answer]):
    """Answers by what was asked, up to a number of bytes.

    >>> shelf = Shelf(2500)
    >>> for name in ("a", "b", "c"):
    ...     _ = shelf.put((name,), Kept(name.encode() * 50, "text/plain"))
    >>> shelf.get(("a",)), shelf.get(("c",)).data[:2]
    (None, b'cc')
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most, self.size = most, 0
        self._kept: OrderedDict[Key, Answer] = OrderedDict()

    def get(self, key: Key) -> Answer | None:
        """Return what is kept under a key; None where nothing is."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: Key, kept: Answer) -> Answer:
        """Keep an answer and return it; what has no room is not kept."""
        weight = _weight(key, kept)
        if key not in self._kept and weight <= self.most:
            self._kept[key] = kept
            self.size += weight
            while self.size > self.most:
                self.size -= _weight(*self._kept.popitem(last=False))
        return kept


def _weight(key: Key, kept: Sized) -> int:
    return len(kept) + sum(map(len, key)) + BESIDE
