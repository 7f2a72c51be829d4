"""Who sits at the machine: the login that the history names when content is shown (clause 5.1)."""

import os
import pwd
import re
from pathlib import Path

_LOGIN = Path("/proc/self/loginuid")  # set once by the system at login; `su` and `sudo` do not change it
_NOBODY = 2**32 - 1
_ODD = re.compile(r"[^\w.@$-]", re.ASCII)
_LONGEST = 32  # characters of a login (useradd(8))


def person() -> str:
    """«askar», or «askar as senim» where somebody took on another user's rights."""
    user = _name(os.geteuid())
    came_as = _logged_in() or _clean(os.environ.get("SUDO_USER", "")) or user
    return user if came_as == user else f"{came_as} as {user}"


def _logged_in() -> str:
    """As the kernel remembers it; empty where nobody logged in, as under cron or in a container."""
    try:
        number = int(_LOGIN.read_text())
    except (OSError, ValueError):
        return ""
    return "" if number == _NOBODY else _name(number)


def _name(number: int) -> str:
    try:
        return _clean(pwd.getpwuid(number).pw_name)
    except KeyError:
        return f"uid-{number}"


def _clean(name: str) -> str:
    return _ODD.sub("-", name)[:_LONGEST]
