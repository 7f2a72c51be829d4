"""A change of the school's key that dies at whatever line of ours it has come to.

`Cuts` starts a process that has loaded everything and forks for each try, so that a try costs little.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any, Self

from intake import school_key
from intake.config import load
from journal import private, rekeying, store, transaction

WATCHED = {str(module.__file__) for module in (school_key, private, rekeying, store, transaction)}
DAY = date(2026, 11, 22)


class Cuts:
    """The process that forks. Use it in a `with`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.rekey_points"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def try_(self, what: str, config: Path, *, line: int = 0) -> int | None:
        """`rekey` or `open`, killed at that line; else how many lines it took."""
        if self._process.stdin is None or self._process.stdout is None:
            raise ValueError("started without its pipes")
        print(json.dumps([what, str(config), line]), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        assert answer is None or isinstance(answer, int), answer
        return answer


# What follows runs in the process that forks.


def _do(what: str, config: Path) -> None:
    (school,) = load(config, {})
    if what == "rekey":
        school_key.rekey(school, DAY)
    else:
        school_key.open_journal(school).close()


def _cut_at(line: int) -> Callable[[FrameType, str, Any], Any]:
    passed = 0

    def look(frame: FrameType, event: str, _: object) -> Any:
        nonlocal passed
        if event == "call":
            return look if frame.f_code.co_filename in WATCHED else None
        if event == "line":
            passed += 1
            if passed == line:
                os.kill(os.getpid(), signal.SIGKILL)
        return look

    def total() -> int:
        return passed

    look.total = total  # type: ignore[attr-defined]
    return look


def _fork(what: str, config: Path, line: int) -> int | str | None:
    ours, theirs = os.pipe()
    pid = os.fork()
    if not pid:
        answer: int | str
        look = _cut_at(line)
        sys.settrace(look)
        try:
            _do(what, config)
            answer = look.total()  # type: ignore[attr-defined]
        except BaseException as fault:
            answer = f"{type(fault).__name__}: {fault}"
        sys.settrace(None)
        os.write(theirs, json.dumps(answer).encode())
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as said:
        answered = said.read()
    os.waitpid(pid, 0)
    found: int | str | None = json.loads(answered) if answered else None
    return found


def serve() -> None:
    for asked in sys.stdin:
        what, config, line = json.loads(asked)
        print(json.dumps(_fork(what, Path(config), line)), flush=True)


if __name__ == "__main__":
    serve()
