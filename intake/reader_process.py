"""One process that reads letters, from its start to its end, as the worker sees it from outside."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from intake.reader_shape import Header, Line, NotOurShape, TooMuch, pack

COMMAND = (sys.executable, "-P", "-m", "intake.reader_child")
PATIENCE = 15  # seconds for one letter, by the clock on the wall
START_PATIENCE = 60  # seconds until a new process must have said that it is ready
LAST_WORDS = 2  # seconds until a process that hung up must have ended, so that we learn how


class ReaderUnavailable(Exception):
    """No process for reading can be started. That is no letter's fault: all stay in the mailbox."""


class ReaderProcess:
    """Starts a process and waits until it is ready. Raises ReaderUnavailable."""

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

    def ask(
        self, header: Header, blobs: list[bytes], *, answers: int = 1
    ) -> Iterator[tuple[Header, list[bytes]]]:
        """One question and its answers in their order, PATIENCE for each, and nothing after them."""
        mark = os.urandom(8).hex()  # so that an answer is never taken for another letter's
        self._line.say(pack({**header, "id": mark}, blobs), until=time.monotonic() + PATIENCE)
        for place in range(answers):
            answer, files = self._line.hear(until=time.monotonic() + PATIENCE)
            if answer.pop("to", None) != [mark, place]:
                raise NotOurShape
            if place == answers - 1 and self._line.more_waits():
                raise NotOurShape
            yield answer, files

    def kill(self) -> None:
        """Let whoever waits for its answer in another thread wait no longer."""
        self._process.kill()

    def end(self) -> int:
        """End it in any case; how it ended, as `subprocess` tells it."""
        if self._line.hung_up():
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(LAST_WORDS)
        self._line.close()
        self._process.kill()
        return self._process.wait()


def reason(fault: BaseException, how: int) -> str | None:
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
