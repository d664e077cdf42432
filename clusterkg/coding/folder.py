"""Files put into a project folder all at once: a reader, or whoever comes after a crash, finds all of them or none."""

from __future__ import annotations

import os
import shutil
import sys
import time

from clusterkg.errors import FileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TOP", "mend", "write"]

TOP = "cases_ttl"
"""The folder inside the project's that all files lie in: one exchange of it puts them all in place."""

STAGE = ".clusterkg-"
STALE = 3600.0
"""Seconds after which a stage that a crash has left is removed."""


def write(folder: str, files: Mapping[str, str]) -> None:
    """Write files below a project folder, replacing those of the same name, all of them or none.

    A copy of the folder's `TOP` is made beside it, of links where the file system has them, changed, and
    exchanged for it in one step.

    Args:
        folder: the project folder, which need not exist.
        files: text by name inside the folder; all names begin with `TOP`.

    Raises:
        FileError: the folder cannot be written; it is as it was.
    """
    if not files:
        return
    target = os.path.join(folder, TOP)
    mend(folder)
    existed = os.path.isdir(folder)
    stage = os.path.join(folder, f"{STAGE}{os.getpid()}")
    try:
        os.makedirs(stage)
        staged = os.path.join(stage, TOP)
        if os.path.isdir(target):
            shutil.copytree(target, staged, copy_function=_link, symlinks=True)
        for name, text in files.items():
            _put(os.path.join(stage, *name.split("/")), text)
        if os.path.isdir(target):
            _exchange(staged, target, os.path.join(stage, "old"))
        else:
            os.rename(staged, target)
    except OSError as error:
        raise FileError(
            f"cannot be written: {error.strerror}; it is as it was", place=error.filename or folder
        ) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        if not existed and os.path.isdir(folder) and not os.listdir(folder):
            os.rmdir(folder)


def mend(folder: str) -> None:
    """Undo what an exchange that was cut short has left, and remove stages that nobody uses any more."""
    if not os.path.isdir(folder):
        return
    target = os.path.join(folder, TOP)
    for name in os.listdir(folder):
        stage = os.path.join(folder, name)
        if not name.startswith(STAGE) or not os.path.isdir(stage):
            continue
        old = os.path.join(stage, "old")
        if not os.path.isdir(target) and os.path.isdir(old):
            os.rename(old, target)
        if time.time() - os.stat(stage).st_mtime > STALE:
            shutil.rmtree(stage, ignore_errors=True)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target)


def _put(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.lexists(path):
        # The name alone goes: what a link leads to stays what it was.
        os.unlink(path)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _exchange(staged: str, target: str, old: str) -> None:
    """Exchange two folders in one step where the system can, else in two that `mend` can undo."""
    if not _exchanged(staged, target):
        os.rename(target, old)
        try:
            os.rename(staged, target)
        except OSError:
            os.rename(old, target)
            raise


def _exchanged(one: str, other: str) -> bool:
    """Exchange two names in one system call; tell whether the system has one."""
    import ctypes

    first, second = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            current, exchange = -100, 2
            return bool(library.renameat2(current, first, current, second, exchange) == 0)
        if sys.platform == "darwin":
            swap = 2
            return bool(library.renamex_np(first, second, swap) == 0)
    except (AttributeError, OSError, TypeError):
        return False
    return False
