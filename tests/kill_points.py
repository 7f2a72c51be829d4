"""Runs `senim` so that it dies, or falls asleep, at a counted point where something outside could change.

`Points` keeps one warm process that forks for each run (`python -m tests.kill_points`). Points stand before
and after every commit of the Journal, after every line said to a mail server (heard or not), after every
answer of it. Those after which something outside is no longer as it was are marked by «!».
"""

import imaplib
import json
import os
import re
import signal
import smtplib
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from imapclient import IMAPClient

from intake.cli import main
from journal.store import Store

ASKING = ("search", "fetch", "select_folder", "list_folders", "login")
CHANGING = ("move", "copy", "add_flags", "uid_expunge", "create_folder", "subscribe_folder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a run ended: its exit status, or none if it died or fell asleep; and the points that it passed."""

    status: int | None
    points: tuple[str, ...]
    pid: int
    said: str

    @property
    def came_through(self) -> bool:
        return self.status is not None

    @property
    def changes(self) -> int:
        return sum(point.endswith("!") for point in self.points)


class Points:
    """The process that forks. Use it in a `with`."""

    def __init__(self, folder: Path) -> None:
        self._trace = folder / "points"
        self._said = folder / "said"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kill_points"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def run(self, *words: str, point: int = 0, change: int = 0, stop: bool = False) -> Run:
        """A verb that dies at that point, or at the point after that change; neither: it comes to its end.

        `stop`: it falls asleep there (SIGSTOP) instead; `wake` lets it go on.
        """
        number = signal.SIGSTOP if stop else signal.SIGKILL
        return self._ask({"words": words, "point": point, "change": change, "signal": number})

    def wake(self, sleeping: Run) -> Run:
        return self._ask({"wake": sleeping.pid})

    def _ask(self, question: dict[str, Any]) -> Run:
        if self._process.stdin is None or self._process.stdout is None:
            raise ValueError("started without its pipes")
        files = {"trace": str(self._trace), "said": str(self._said)}
        print(json.dumps({**question, **files}), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        points = tuple(self._trace.read_text().split("\n")[:-1])
        run = Run(points=points, said=self._said.read_text(), **answer)
        if "Traceback" in run.said:
            raise AssertionError(run.said)
        return run


# What follows runs in the process that forks.


@dataclass(slots=True)
class Plan:
    """Where this run ends."""

    point: int = 0
    change: int = 0
    signal: int = signal.SIGKILL
    trace: int = -1
    passed: int = 0
    changed: int = 0


plan = Plan()


def point(name: str, *, changed: bool = False) -> None:
    """One place where the power may go."""
    if plan.trace < 0:
        return
    plan.passed += 1
    plan.changed += changed
    os.write(plan.trace, f"{name}{'!' if changed else ''}\n".encode())
    if plan.passed == plan.point or (changed and plan.changed == plan.change):
        os.kill(os.getpid(), plan.signal)


def around(owner: type, name: str, *, changes: bool = False) -> None:
    """A point after each call. Fails if there is no such thing any more."""
    real: Callable[..., Any] = getattr(owner, name)

    def watched(*arguments: Any, **named: Any) -> Any:
        answer = real(*arguments, **named)
        point(f"{name} is done", changed=changes)
        return answer

    setattr(owner, name, watched)


def around_transactions() -> None:
    """A point before each commit and one after it; savepoints too."""
    real = Store.writing
    depth = 0

    @contextmanager
    def watched(store: Store) -> Any:
        nonlocal depth
        what = "savepoint" if depth else "transaction"
        depth += 1
        try:
            with real(store) as writing:
                yield writing
                if depth == 1:
                    point("transaction to be committed")
        finally:
            depth -= 1
        point(f"{what} is done", changed=not depth)

    Store.writing = watched  # type: ignore[method-assign,assignment]


def around_lines() -> None:
    """A point after each line that is said: the server may or may not have heard it."""
    said = imaplib.IMAP4.send
    sent, heard = smtplib.SMTP.send, smtplib.SMTP.getreply

    def say(imap: imaplib.IMAP4, data: bytes) -> None:
        found = re.match(rb"\w+ ((?:UID )?[A-Z]+)", bytes(data))
        said(imap, data)
        if found:
            point(f"IMAP {found[1].decode()} said")

    dot = False

    def send(smtp: smtplib.SMTP, data: Any) -> None:
        nonlocal dot
        raw = data if isinstance(data, bytes) else str(data).encode()
        dot = raw == b".\r\n"
        name = "dot" if dot else raw[:4].decode("ascii", "replace").strip() if len(raw) < 300 else "letter"
        sent(smtp, data)
        point(f"SMTP {name} said")

    def getreply(smtp: smtplib.SMTP) -> tuple[int, bytes]:
        answer = heard(smtp)
        point("SMTP answered", changed=dot and answer[0] == 250)
        return answer

    imaplib.IMAP4.send = say  # type: ignore[method-assign,assignment]
    smtplib.SMTP.send = send  # type: ignore[method-assign,assignment]
    smtplib.SMTP.getreply = getreply  # type: ignore[method-assign,assignment]


def fork(asked: dict[str, Any]) -> int:
    """The run itself, in a process of its own; its id."""
    if pid := os.fork():
        return pid
    status = 70
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        plan.point, plan.change, plan.signal = asked["point"], asked["change"], asked["signal"]
        said = os.open(asked["said"], flags)
        os.dup2(said, 1)
        os.dup2(said, 2)
        plan.trace = os.open(asked["trace"], flags | os.O_APPEND)
        point("begun")
        status = main(asked["words"])
    except SystemExit as end:
        status = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def serve() -> None:
    around_transactions()
    around_lines()
    for verb in ASKING:
        around(IMAPClient, verb)
    for verb in CHANGING:
        around(IMAPClient, verb, changes=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if pid := asked.get("wake"):
            os.kill(pid, signal.SIGCONT)
        else:
            pid = fork(asked)
        _, ended = os.waitpid(pid, os.WUNTRACED)
        status = os.WEXITSTATUS(ended) if os.WIFEXITED(ended) else None
        print(json.dumps({"status": status, "pid": pid}), flush=True)


if __name__ == "__main__":
    serve()
