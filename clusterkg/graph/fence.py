"""A fence around a process that reads a store's files: it can neither reach the network nor write nor start others.

Over a graph in memory it is enough that a process can open nothing; a database on disk opens its files at need.
"""

from __future__ import annotations

import platform
import sys

__all__ = ["can_be_fenced", "fence"]

DENIED = {
    # socket, connect, fork, vfork, execve, creat, openat2, execveat, io_uring_setup, then open and openat for writing
    "x86_64": (0xC000003E, (41, 42, 57, 58, 59, 85, 437, 322, 425), ((2, 1), (257, 2))),
    "aarch64": (0xC00000B7, (198, 203, 221, 437, 281, 425), ((56, 2),)),
}
"""Of each kind of machine Linux's number for it, the system calls that are refused, and those that open a file, with
the place of the argument that says what for."""

WRITING = 0o1 | 0o2 | 0o100
"""The flags O_WRONLY, O_RDWR and O_CREAT, the same on both machines."""

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000 | 13, 0x80000000  # 13: permission denied

NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2
FOREIGN = 0x40000000
"""System calls from here on are those of another numbering."""


def can_be_fenced() -> bool:
    """Tell whether `fence` knows this kind of machine."""
    return sys.platform == "linux" and platform.machine() in DENIED


def fence() -> None:
    """Refuse this thread, and those that it starts, sockets, new programs, and files to write to; for good.

    Raises:
        OSError: the system will not set up the fence.
    """
    import ctypes

    class Instruction(ctypes.Structure):
        _fields_ = (
            ("code", ctypes.c_ushort),
            ("yes", ctypes.c_ubyte),
            ("no", ctypes.c_ubyte),
            ("value", ctypes.c_uint),
        )

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(Instruction)))

    lines = _program()
    instructions = (Instruction * len(lines))(*(Instruction(*line) for line in lines))
    program = Program(len(lines), instructions)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(SECCOMP, FILTER, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "the system sets up no fence around a process")


def _program() -> list[tuple[int, int, int, int]]:
    """Return the filter: operation, how many lines to skip where it holds and where not, value."""
    machine, refused, opening = DENIED[platform.machine()]
    lines = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, machine), (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0)]
    lines += [(AT_LEAST, 0, 1, FOREIGN), (RETURN, 0, 0, REFUSE)]
    for number in refused:
        lines += [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE)]
    for number, argument in opening:
        flags = 16 + 8 * argument
        lines += [(EQUAL, 0, 4, number), (LOAD, 0, 0, flags), (ANY_BIT, 0, 1, WRITING), (RETURN, 0, 0, REFUSE)]
        lines += [(RETURN, 0, 0, ALLOW)]
    return [*lines, (RETURN, 0, 0, ALLOW)]
