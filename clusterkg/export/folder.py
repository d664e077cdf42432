"""The folder of exported files, written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile

from clusterkg import rendering
from clusterkg.errors import FileError
from clusterkg.export.scripts import r_script, stata_script

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.export.rows import Export

__all__ = ["files_of", "write_folder"]

CODEBOOK = ("file", "column", "label", "type", "unit", "values", "missing", "rule")

README = """{study}: cases of industrial clusters, exported by clusterkg {version}

cases.csv     a row a case: {cases} cases
ratings.csv   a row a rating, accepted or not, with its source and evidence: {ratings} ratings
chains.csv    a row a value chain: {chains} chains
codebook.csv  a row a column of these files: label, type, unit, values, where its rule stands
cases.R       reads cases.csv in R
cases.do      reads cases.csv in Stata (14 or newer)

{coding}The files are UTF-8, separated by commas, with a header line.

A blank is a missing value, never a zero. Why a value is missing stands in the column that ends in
_reason: not reported, not available, not applicable, not yet coded, or not coded, where nothing is
said at all. A score of 0 means that the kind of upgrading is absent, which is something else.

Scores and degrees are ordinal: an average of them takes the steps to be equal, which nobody has shown.
The four columns of governance are codes of markets, no order: 3 is both, not more than 2.

To join: case is the same word in all three files. Add clusterkg and the study to your references.
"""


def files_of(made: Export, version: str) -> dict[str, str]:
    """Return the text of each file by its name.

    Args:
        made: what is exported.
        version: that of clusterkg, which the README names.
    """
    files = {}
    book = []
    for name, columns in made.columns.items():
        names = [one.name for one in columns]
        files[f"{name}.csv"] = rendering.as_csv(names, [[row[column] for column in names] for row in made.rows[name]])
        for one in columns:
            why = f"blank; why: {one.reason}" if one.reason else "blank"
            book.append((f"{name}.csv", one.name, one.label, one.kind, one.unit, "; ".join(one.values), why, one.rule))
    files["codebook.csv"] = rendering.as_csv(CODEBOOK, book)
    counts = {name: len(rows) for name, rows in made.rows.items()}
    coding = f"Values are those of the coding {made.coding} alone.\n" if made.coding else ""
    files["README.txt"] = README.format(study=made.study, version=version, coding=coding, **counts)
    files["cases.R"] = r_script(made.columns["cases"])
    files["cases.do"] = stata_script(made.columns["cases"])
    return files


def write_folder(path: str, files: Mapping[str, str], *, replace: bool = False) -> None:
    """Write files into a folder that is there afterwards as a whole, or else as it was.

    Args:
        path: the folder.
        files: name to text.
        replace: whether an earlier export may be replaced; a folder with anything else in it never is.

    Raises:
        FileError: the folder is there already, holds something else, or cannot be written.
    """
    path = os.path.abspath(path)
    if os.path.lexists(path):
        if not os.path.isdir(path):
            raise FileError("is no folder", place=path, remedy="name another")
        there = sorted(os.listdir(path))
        if there and not replace:
            raise FileError("is there already", place=path, remedy="name another, or give --replace")
        strange = [name for name in there if name not in files]
        if strange:
            raise FileError(f"holds {strange[0]}, which no export wrote", place=path, remedy="name another folder")
    try:
        parent = os.path.dirname(path)
        os.makedirs(parent, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=parent, prefix=".export-") as work:
            fresh, old = os.path.join(work, "new"), os.path.join(work, "old")
            os.mkdir(fresh)
            for name, text in files.items():
                with open(os.path.join(fresh, name), "w", encoding="utf-8", newline="\n") as file:
                    file.write(text)
            if os.path.isdir(path):
                os.rename(path, old)
            try:
                os.rename(fresh, path)
            except OSError:
                if os.path.isdir(old):
                    shutil.move(old, path)
                raise
    except OSError as error:
        raise FileError(f"cannot be written: {error.strerror}; it is as it was", place=path) from error
