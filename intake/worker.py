"""The worker's day: pull what came, owe what is due, send what is owed, and begin again.

Every pass can also be made by hand (`senim pull`, `senim send`); running one twice changes nothing.
"""

import logging
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Protocol

import schedule

from intake.config import Config
from intake.pull import PullReport, pull
from intake.reader import Reader
from intake.send import SendReport, send

log = logging.getLogger(__name__)

TICK = 15  # seconds between two passes
GRACE = 6  # seconds that a pass gets to come to its own end after SIGTERM


class Pass(Protocol):
    """`pull` or `send`: one school, one moment."""

    def __call__(
        self, config: Config, now: datetime, *, stopping: threading.Event
    ) -> PullReport | SendReport: ...


class Stopped(BaseException):
    """SIGTERM came and the pass under way did not end in time; every edge is safe to cut."""


def run(configs: Sequence[Config]) -> None:
    """Pull, owe, send at every tick, school by school, until SIGTERM or SIGINT."""
    stopping = threading.Event()
    log.info("begun with %d school(s), a pass every %d seconds", len(configs), TICK)
    with _ended_by_signals(stopping), Reader() as reader:
        metronome = schedule.Scheduler()
        metronome.every(TICK).seconds.do(_tick, configs, stopping, reader)
        try:
            _tick(configs, stopping, reader)
            while not stopping.wait(1):
                metronome.run_pending()
        except Stopped:
            log.warning("ended in the middle of a pass; the next start goes on from there")
    log.info("ended")


def _tick(configs: Sequence[Config], stopping: threading.Event, reader: Reader) -> None:
    passes: dict[str, Pass] = {"pull": partial(pull, reader=reader), "send": send}
    for config in configs:
        done = [_guarded(name, config, stopping, passes[name]) for name in passes]
        if all(done) and config.heartbeat_file is not None:
            _beat(config.heartbeat_file)


def _beat(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(datetime.now(UTC).isoformat(timespec="seconds") + "\n")
    except OSError as fault:  # a monitor then misses the beat, which is what it is there for
        log.error("heartbeat_file cannot be written: %s", type(fault).__name__)


def _guarded(what: str, config: Config, stopping: threading.Event, step: Pass) -> bool:
    """One dead mailbox or server must not stop the other pass, the other schools or the next tick."""
    if stopping.is_set():
        return False
    try:
        report = step(config, datetime.now(UTC), stopping=stopping)
    except Exception as fault:
        log.error("%s: %s failed: %s", config.name, what, type(fault).__name__)
        return False
    return report.clean


@contextmanager
def _ended_by_signals(stopping: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT ask for an end; a pass that hangs in a connection is cut after GRACE seconds."""

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()
        signal.alarm(GRACE)

    def cut(_signal: int, _frame: FrameType | None) -> None:
        raise Stopped

    wanted = {signal.SIGTERM: ask, signal.SIGINT: ask, signal.SIGALRM: cut}
    before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
    try:
        yield
    finally:
        signal.alarm(0)
        for number, handler in before.items():
            signal.signal(number, handler)
