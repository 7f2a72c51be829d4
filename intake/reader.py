"""Has letters read and pictures drawn anew in a process apart, so that no letter can harm the worker.

The process is long-lived; it is ended and replaced when it dies, hangs, swells or answers what was not asked.
A letter with which that happened is tried once more, alone, in a fresh one; then it is Unreadable, and held.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from intake.cleaning import Cleaned
from intake.gate import MOST_BYTES, Unreadable
from intake.message import Message
from intake.reader_shape import (
    Header,
    Line,
    NotOurShape,
    TooMuch,
    cleaned_in,
    code_in,
    files_out,
    message_in,
    pack,
)
from journal.model import Attachment

COMMAND = (sys.executable, "-P", "-m", "intake.reader_child")
PATIENCE = 15  # seconds for one letter, by the clock on the wall
START_PATIENCE = 60  # seconds until a new process must have said that it is ready
LAST_WORDS = 2  # seconds until a process that hung up must have ended, so that we learn how

log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")
_Understand = Callable[[Header, list[bytes]], _Answer]


class ReaderUnavailable(Exception):
    """No process for reading can be started. That is no letter's fault: all stay in the mailbox."""


class _Misbehaved(Exception):
    """The process did not answer as agreed; `reason` is a short code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Reader:
    """Reads one letter at a time. Nothing is started before the first; `close` ends what was started."""

    def __init__(self) -> None:
        self._child: _Child | None = None
        self._one_at_a_time = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the process; a later letter would start another."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def read(self, raw: bytes) -> Message:
        """What `intake.message.parse` makes of a letter. Raises Unreadable, ReaderUnavailable."""
        if len(raw) > MOST_BYTES:
            raise Unreadable("too-large")
        return self._ask({"ask": "read"}, [raw], message_in)

    def clean(self, files: Sequence[Attachment]) -> Cleaned:
        """What `intake.cleaning.clean` makes of files. Raises Unreadable, ReaderUnavailable."""
        if not files:
            return Cleaned()
        header, blobs = files_out(files)
        return self._ask({**header, "ask": "clean"}, blobs, cleaned_in)

    def _ask(self, header: Header, blobs: list[bytes], understand: _Understand[_Answer]) -> _Answer:
        with self._one_at_a_time:
            try:
                return self._once(header, blobs, understand)
            except _Misbehaved as fault:
                log.warning("reading broke off, once more in a fresh process: %s", fault.reason)
            try:
                return self._once(header, blobs, understand)
            except _Misbehaved as fault:
                raise Unreadable(fault.reason) from None

    def _once(self, header: Header, blobs: list[bytes], understand: _Understand[_Answer]) -> _Answer:
        if self._child is None or self._child.ended:  # that it ended between two letters is no letter's fault
            self.close()
            self._child = _Child()
        try:
            answer, files = self._child.ask(header, blobs)
            if answer.get("is") == "unreadable":
                raise Unreadable(code_in(answer))
            if answer.get("is") == "too-large":
                raise TooMuch
            if answer.get("is") != "read":
                raise NotOurShape
            return understand(answer, files)
        except Unreadable:
            raise
        except BaseException as fault:  # also when we are told to end: half an answer may be on its way
            how = self._child.end()
            self._child = None
            reason = _reason(fault, how)
            if reason is None:
                raise
            raise _Misbehaved(reason) from None


class _Child:
    """One process, from its start to its end."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self._line = Line(ours)
        with theirs:
            try:
                self._process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - our own interpreter
                    COMMAND,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,  # it could quote a letter
                    cwd="/",
                    env=_environment(),
                    start_new_session=True,
                )
            except OSError as fault:
                ours.close()
                raise ReaderUnavailable(_unavailable(fault.strerror or type(fault).__name__)) from None
        try:
            header, _ = self._line.hear(until=time.monotonic() + START_PATIENCE)
        except (OSError, EOFError, NotOurShape) as fault:
            how = self.end()
            raise ReaderUnavailable(_unavailable(f"{type(fault).__name__}, exit status {how}")) from None
        except BaseException:
            self.end()
            raise
        if header != {"is": "ready"}:
            self.end()
            raise ReaderUnavailable(_unavailable("another program answered"))

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def ask(self, header: Header, blobs: list[bytes]) -> tuple[Header, list[bytes]]:
        """One question, one answer, and nothing after it."""
        until = time.monotonic() + PATIENCE
        mark = os.urandom(8).hex()  # so that an answer is never taken for another letter's
        self._line.say(pack({**header, "id": mark}, blobs), until=until)
        answer, files = self._line.hear(until=until)
        if answer.pop("to", None) != mark or self._line.more_waits():
            raise NotOurShape
        return answer, files

    def end(self) -> int:
        """End it in any case; how it ended, as `subprocess` tells it."""
        if self._line.hung_up():
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(LAST_WORDS)
        self._line.close()
        self._process.kill()
        return self._process.wait()


def _reason(fault: BaseException, how: int) -> str | None:
    """The code with which a letter is put aside; None when the fault is not the process's."""
    if not isinstance(fault, OSError | EOFError | NotOurShape):
        return None
    if isinstance(fault, TooMuch):
        return "reader-too-large"
    return "reader-too-slow" if isinstance(fault, TimeoutError) or how == -signal.SIGXCPU else "reader-died"


def _environment() -> dict[str, str]:
    """Only what finding the same modules takes; nothing of the worker's own settings."""
    places = [os.path.abspath(place) for place in sys.path if place]  # noqa: PTH100
    home = str(Path(__file__).resolve().parents[1])
    needed = {"PYTHONPATH": os.pathsep.join(dict.fromkeys([*places, home])), "PYTHONUTF8": "1"}
    return needed | {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}


def _unavailable(why: str) -> str:
    return (
        f"the process that reads letters could not be started ({why}): see that memory is free and that "
        "Senim's installation is whole; all letters stay in the mailbox until then"
    )
