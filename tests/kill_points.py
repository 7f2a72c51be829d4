"""Runs `senim` in a process that SIGKILLs itself at the n-th point where something outside could change.

`python -m tests.kill_points N ARGUMENTS…`: points are counted before and after every write transaction of the
Journal, every command to the IMAP server that changes or reads, and every step of an SMTP submission.
"""

import os
import signal
import smtplib
import sys
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from imapclient import IMAPClient

from intake.cli import main
from journal.store import Store

REACHED_NO_KILL = 0
passed = 0
fatal = 0


def point() -> None:
    """One place where the power may go."""
    global passed
    passed += 1
    if passed == fatal:
        os.kill(os.getpid(), signal.SIGKILL)


def around(owner: type, name: str) -> None:
    """A point before and a point after each call."""
    real: Callable[..., Any] = getattr(owner, name)

    def watched(*arguments: Any, **named: Any) -> Any:
        point()
        answer = real(*arguments, **named)
        point()
        return answer

    setattr(owner, name, watched)


def around_transactions() -> None:
    """A point before a transaction begins, one before its commit, one after it."""
    real = Store.writing

    @contextmanager
    def watched(store: Store) -> Any:
        point()
        with real(store) as writing:
            yield writing
            point()
        point()

    Store.writing = watched  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    fatal = int(sys.argv[1])
    around_transactions()
    for verb in ("search", "fetch", "move", "copy", "add_flags", "uid_expunge", "create_folder"):
        around(IMAPClient, verb)
    for verb in ("mail", "rcpt", "data"):
        around(smtplib.SMTP, verb)
    sys.exit(main(sys.argv[2:]))
