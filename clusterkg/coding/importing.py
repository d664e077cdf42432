"""Sheets into a study's folder: read, checked, and written when no error is left."""

from __future__ import annotations

import os

from clusterkg.coding import folder
from clusterkg.coding.checking import Coded, Ground, check, refuse_key
from clusterkg.coding.sheets import LAYOUTS, read
from clusterkg.errors import FileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Import", "prepare"]


class Import:
    """What some sheets would add to a folder.

    Attributes:
        study: the key of the study.
        problems: everything that was met, by sheet and row.
        cases: how many case studies there are in the sheets, rival codings not counted.
        opinions: how many cases have values here by coders who have no row of their own or are not the first.
        names: the names of the files that would be written.
    """

    def __init__(self, coded: Coded, out: str, seen: folder.State) -> None:
        self.study, self.problems, self.cases, self.opinions = coded.study, coded.problems, coded.cases, coded.opinions
        self.names = coded.names
        self._coded, self._out, self._seen = coded, out, seen

    @property
    def conforms(self) -> bool:
        """Whether no error is left."""
        return self._coded.conforms

    def files(self) -> dict[str, str]:
        """Return the texts of the files, in the house order, by name inside the folder.

        Raises:
            DataError: an error is left.
        """
        return self._coded.files()

    def write(self) -> None:
        """Write the files, all of them or none.

        Raises:
            DataError: an error is left.
            FileError: the folder cannot be written, or has changed since the sheets were checked; it is as it was.
        """
        files = self.files()
        if files:
            folder.write(self._out, files, self._seen)


def prepare(
    paths: Sequence[str],
    study: str,
    out: str,
    folders: Iterable[str] = (),
    *,
    replace: bool = False,
    engine: str | None = None,
) -> Import:
    """Read and check sheets, and return what they would add to a folder.

    Args:
        paths: workbooks or text files, which may refer to each other's cases.
        study: the key of the study that they belong to; an unknown one is founded.
        out: the folder that would be written: of the project's shape, or not there yet.
        folders: further folders of the project's shape that the cases may refer to.
        replace: whether a case that is there already may be written anew.
        engine: the SHACL engine; None for the fast one where there is one.

    Raises:
        DataError: the key of the study cannot be one.
        FileError, TurtleError: the project or a folder cannot be read.
    """
    from clusterkg.resources import shipped_root

    refuse_key(study)
    if os.path.exists(out) and not os.path.isdir(out):
        raise FileError("is no folder", place=out, remedy="name a folder to write to")
    folder.mend(out)
    seen = folder.state(out)
    around = [*folders]
    if os.path.isdir(os.path.join(out, folder.TOP)) and not os.path.samefile(out, shipped_root()):
        around.append(out)
    ground = Ground(around)
    ground.known.local = {file.name for file in ground.files if file.root == out}
    books = [read(path, LAYOUTS) for path in paths]
    return Import(check(books, study, ground, replace=replace, engine=engine), out, seen)
