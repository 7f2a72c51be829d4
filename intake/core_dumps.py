"""Sees to it that a process of ours that dies leaves no copy of its memory, with letters and keys in it."""

import ctypes
import resource

_PR_SET_DUMPABLE = 4  # prctl(2)


def forbid_core_dumps() -> None:
    """Of this process: a program that it starts must forbid them itself."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The limit does not bind a system's own collector of core dumps; and nobody, not even another process of
    # the same user, may look into this one's memory or environment.
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
