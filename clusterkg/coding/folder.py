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

    from filelock import FileLock

__all__ = ["TOP", "mend", "state", "write"]

TOP = "cases_ttl"
"""The folder inside the project's that all files lie in: one exchange of it puts them all in place."""

STAGE = ".clusterkg-"
STALE = 3600.0
"""Seconds after which a stage that a crash has left is removed."""

LOCK = ".clusterkg.lock"
"""The file by which those who write to a folder wait for each other; it stays."""

PATIENCE = 60.0
"""Seconds that one waits for another's writing to end."""

State = dict[str, tuple[int, int, int]]


def state(folder: str) -> State:
    """Return what tells whether the files below a folder's `TOP` have changed: number, size and time of each.

    Raises:
        FileError: something there is a link, through which the exchange would write elsewhere or which it would lose.
    """
    found: State = {}
    top = os.path.join(folder, TOP)
    for place, folders, names in os.walk(top):
        for name in (".", *folders, *names):
            path = os.path.normpath(os.path.join(place, name))
            if os.path.islink(path):
                fault = "is a link, which an import does not write through"
                raise FileError(fault, place=path, remedy="put a copy there")
            if name in names:
                entry = os.stat(path, follow_symlinks=False)
                found[path] = (entry.st_ino, entry.st_size, entry.st_mtime_ns)
    return found


def write(folder: str, files: Mapping[str, str], seen: State | None = None) -> None:
    """Write files below a project folder, replacing those of the same name, all of them or none.

    A copy of the folder's `TOP` is made beside it, of links where the file system has them, changed, and
    exchanged for it in one step.

    Args:
        folder: the project folder, which need not exist.
        files: text by name inside the folder; all names begin with `TOP`.
        seen: the folder's `state` that the files were made for, if it matters.

    Raises:
        FileError: the folder cannot be written, or has changed since it was seen; it is as it was.
    """
    if not files:
        return
    existed = os.path.isdir(folder)
    try:
        os.makedirs(folder, exist_ok=True)
        with _lock(folder):
            _mend(folder)
            now = state(folder)
            if seen is not None and now != seen:
                raise FileError(
                    "has been changed by somebody else meanwhile; it is as they left it",
                    place=folder,
                    remedy="run it again",
                )
            _write(folder, files)
    except OSError as error:
        raise FileError(
            f"cannot be written: {error.strerror or error}; it is as it was", place=error.filename or folder
        ) from error
    finally:
        if not existed and os.path.isdir(folder) and set(os.listdir(folder)) <= {LOCK}:
            shutil.rmtree(folder, ignore_errors=True)


def _lock(folder: str) -> FileLock:
    import filelock

    return filelock.FileLock(os.path.join(folder, LOCK), timeout=PATIENCE)


def _write(folder: str, files: Mapping[str, str]) -> None:
    target = os.path.join(folder, TOP)
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
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def mend(folder: str) -> None:
    """Undo what an exchange that was cut short has left, and remove stages that nobody uses any more."""
    if os.path.isdir(folder) and any(name.startswith(STAGE) for name in os.listdir(folder)):
        with _lock(folder):
            _mend(folder)


def _mend(folder: str) -> None:
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
