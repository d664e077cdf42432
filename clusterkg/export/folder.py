"""The folder of exported files, written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile

from clusterkg.errors import FileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["write_folder"]


def write_folder(path: str, files: Mapping[str, bytes], *, replace: bool = False, ours: Collection[str] = ()) -> None:
    """Write files into a folder that is there afterwards as a whole, or else as it was.

    Args:
        path: the folder.
        files: name to content.
        replace: whether an earlier export may be replaced; a folder with anything else in it never is.
        ours: names beside those of `files` that an earlier export may have written.

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
        strange = [name for name in there if name not in files and name not in ours]
        if strange:
            raise FileError(f"holds {strange[0]}, which no export wrote", place=path, remedy="name another folder")
    try:
        parent = os.path.dirname(path)
        os.makedirs(parent, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=parent, prefix=".export-") as work:
            fresh, old = os.path.join(work, "new"), os.path.join(work, "old")
            os.mkdir(fresh)
            for name, content in files.items():
                with open(os.path.join(fresh, name), "wb") as file:
                    file.write(content)
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
