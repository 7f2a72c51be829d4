"""Sees to it that a process of ours that dies leaves no copy of its memory, with letters and keys in it."""

import ctypes
import resource

_PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 3, 4  # prctl(2)


def forbid_core_dumps() -> None:
    """Of this process: a program that it starts must forbid them itself."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The limit does not bind a system's own collector of core dumps; and nobody, not even another process of
    # the same user, may look into this one's memory or environment.
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def may_dump() -> bool:
    """Whether the system could still collect this process's memory."""
    return bool(ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0))
