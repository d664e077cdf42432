"""The errors that this package raises, each a single line: place, fault, remedy.

::

    ClusterkgError            anything below; the command line turns it into exit code 2
    ├── FileError             a file or folder that is not there or cannot be read or written
    ├── TurtleError           a file that is not Turtle, or not in a form the project keeps
    ├── DataError             files that are Turtle but contradict one another or their names
    ├── QueryError            a query that does not parse, is refused, or fails while it runs
    │   ├── ParameterError    a parameter that the query does not have, or a value it cannot take
    │   └── LimitError        a query that was stopped: it takes more time, memory or rows than it may
    ├── EndpointError         a SPARQL endpoint that is down or slow, refuses, or answers nonsense
    ├── ReasonerError         a reasoner that is not there (no Java), or fails
    └── UnknownName           a table, case, study, query or format that does not exist
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "ClusterkgError",
    "DataError",
    "EndpointError",
    "FileError",
    "LimitError",
    "ParameterError",
    "QueryError",
    "ReasonerError",
    "TurtleError",
    "UnknownName",
    "nearest",
]


class ClusterkgError(Exception):
    """A fault that a person can mend, told in one line.

    Args:
        fault: what is wrong, in plain words.
        place: where: a file, ``file:line`` or a name; left out when the fault names it.
        remedy: what to do about it.

    >>> print(ClusterkgError("no such file", place="a.ttl", remedy="check the path"))
    a.ttl: no such file; check the path
    """

    def __init__(self, fault: str, *, place: str = "", remedy: str = "") -> None:
        self.fault = " ".join(fault.split())
        self.place = place
        self.remedy = " ".join(remedy.split())
        super().__init__(self.fault)

    def __str__(self) -> str:
        line = f"{self.place}: {self.fault}" if self.place else self.fault
        return f"{line}; {self.remedy}" if self.remedy else line


class FileError(ClusterkgError):
    """A file or folder is not there, or cannot be read or written."""


class TurtleError(ClusterkgError):
    """A file is not Turtle, or not in a form that the project keeps."""


class DataError(ClusterkgError):
    """Files are Turtle, but contradict one another or their own names."""


class QueryError(ClusterkgError):
    """A query does not parse, is refused, or fails while it runs."""


class ParameterError(QueryError):
    """A query has no such parameter, or cannot take the value given for it."""


class LimitError(QueryError):
    """A query was stopped: it takes more time, memory or rows than it may."""


class EndpointError(ClusterkgError):
    """A SPARQL endpoint is down or slow, refuses, or answers nonsense."""


class ReasonerError(ClusterkgError):
    """A reasoner is not there, such as for want of Java, or fails."""


class UnknownName(ClusterkgError):
    """There is no table, case, study, query or format of that name."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a remedy that names what `name` was probably meant to be.

    Up to three candidates are offered, the likeliest first; where nothing is near, all of
    `known` are listed when they are few, and nothing is said when they are many.

    >>> nearest("sinos-vally", ["sinos-valley-footwear", "leon-footwear"])
    "did you mean 'sinos-valley-footwear'?"
    >>> nearest("9", ["1", "2", "A"])
    'there are: 1, 2, A'
    """
    from difflib import SequenceMatcher

    names = sorted(set(known))
    wanted = name.casefold()
    ratios = {candidate: SequenceMatcher(None, wanted, candidate.casefold()).ratio() for candidate in names}
    best = max(ratios.values(), default=0.0)
    # What is nearly as near as the nearest is offered too.
    near = [n for n in sorted(names, key=lambda n: -ratios[n]) if ratios[n] >= max(0.6, best - 0.1)][:3]
    if not near and len(wanted) > 2:
        near = [candidate for candidate in names if wanted in candidate.casefold()][:3]
    if near:
        return f"did you mean {' or '.join(repr(match) for match in near)}?"
    return f"there are: {', '.join(names)}" if 0 < len(names) <= 12 else ""
