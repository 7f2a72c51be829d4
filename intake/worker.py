"""The worker's day: pull what came, owe what is due, send what is owed, and begin again.

Every school has threads of its own, so that nobody waits for another's dead server: one pulls, when the watch
at the mailbox rings or at the next tick; one sends at every tick, so that 15:00 means 15:00 however slow the
mailbox is; one does what is due once a night; one is the watch. What any of them does is committed in the
Journal or not done: each may be cut anywhere. Every pass can also be made by hand (`senim pull`,
`senim send`, `senim nightly`); running one twice changes nothing.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TypeVar

from intake import nightly
from intake.config import Config, ConfigFault
from intake.heartbeat import Heartbeat, heartbeats
from intake.patience import Patience
from intake.pull import PullReport, pull
from intake.reader import Reader
from intake.send import SendReport, send
from intake.server import LoginRefused, Server, ServerFault, Unreachable
from intake.troubles import Troubles
from intake.watch import Watch

log = logging.getLogger(__name__)

TICK = 15  # seconds between two passes
WATCHED = 60  # between two pulls while the watch is there: it sees the inbox alone, and could be deceived
GRACE = 6  # seconds that the passes under way get to come to their own end after SIGTERM
BLINK = 0.2  # seconds until a signal is noticed
SLOW = 60  # seconds after which a pull under way is a trouble; told after fifteen minutes, as every trouble
AWAY = (15, 30, 60, 120)  # seconds between two tries while the server is away
NIGHT_LOOK = 60  # seconds between two looks whether something is due for the night
NIGHT_AGAIN = (5 * 60, 15 * 60, 60 * 60)  # between two tries of what failed
LOCKED_OUT = (60, 5 * 60, 15 * 60)  # after a refused password: providers lock accounts that are hammered

_R = TypeVar("_R", PullReport, SendReport)


def run(configs: Sequence[Config]) -> bool:
    """Serve all schools until SIGTERM or SIGINT. True if a pass hung and was left behind: end the process."""
    stopping = threading.Event()
    reader = Reader()
    beats = heartbeats(configs)
    with _signals() as asked:
        log.info("begun with %d school(s), a pass every %d seconds", len(configs), TICK)
        schools = [_School(config, stopping, reader, beats) for config in configs]
        for number, school in enumerate(schools):
            school.begin(after=number * min(1, TICK / len(schools)))  # not all in the same second
        while not asked:
            time.sleep(BLINK)
        stopping.set()
        until = time.monotonic() + GRACE
        for school in schools:
            school.wake()
        hanging = [school for school in schools if not school.ended(until)]
    if hanging:
        log.warning("ended in the middle of a pass; the next start goes on from there")
    else:
        reader.close()  # not under a letter that is being read: it would seem to have done harm
    log.info("ended")
    return bool(hanging)


class _School:
    """One school's share of the worker."""

    def __init__(
        self,
        config: Config,
        stopping: threading.Event,
        reader: Reader,
        beats: Mapping[Path, Heartbeat],
    ) -> None:
        self._config = config
        self._stopping = stopping
        self._reader = reader
        self._heartbeat = beats.get(config.heartbeat_file) if config.heartbeat_file else None
        self._bell = threading.Event()
        self._alarm = threading.Event()  # a letter should leave now
        self._watch = Watch(config, self._bell.set, stopping)
        self._troubles = Troubles(config)
        self._telling = threading.Lock()
        self._pulling_since: float | None = None
        self._first = 0.0
        # Daemons: one that hangs in a connection must not keep the process from ending.
        self._passes = [
            threading.Thread(target=work, name=f"{config.name} {work.__name__}", daemon=True)
            for work in (self._pull_on, self._send_on, self._work_at_night)
        ]

    def begin(self, after: float) -> None:
        """Begin all, so many seconds from now."""
        self._first = time.monotonic() + after
        for thread in self._passes:
            thread.start()
        self._watch.begin()

    def wake(self) -> None:
        """Look up: something has changed."""
        self._bell.set()
        self._alarm.set()

    def ended(self, until: float) -> bool:
        """Wait for the passes under way to come to their end."""
        for thread in self._passes:
            thread.join(max(0, until - time.monotonic()))
        self._watch.ended(min(until, time.monotonic() + 2))  # one that hangs has nothing to bring to an end
        return not any(thread.is_alive() for thread in self._passes)

    def _pull_on(self) -> None:
        away, locked_out = Patience(AWAY), Patience(LOCKED_OUT)
        step = partial(pull, reader=self._reader, alarmed=self._alarm.set)
        self._stopping.wait(self._first - time.monotonic())
        while not self._stopping.is_set():
            self._bell.clear()
            tried = self._login()
            self._pulling_since = time.monotonic()
            outcome = self._pass("pull", step, self._troubles.pulled)
            self._pulling_since = None
            if isinstance(outcome, ServerFault):
                self._watch.step_aside()
            if isinstance(outcome, LoginRefused):
                self._wait_for_another_password(tried, locked_out.longer())
            elif isinstance(outcome, ServerFault):
                self._rest(away.longer())
            elif isinstance(outcome, Exception):
                self._rest(TICK)
            else:
                away.restored()
                locked_out.restored()
                self._watch.welcome()
                self._rest(WATCHED if self._watch.alive else TICK)

    def _rest(self, seconds: float) -> None:
        if not self._stopping.is_set():  # it is set first, and the bell is rung after it
            self._bell.wait(seconds)

    def _send_on(self) -> None:
        down = Patience((TICK, 2 * TICK, 4 * TICK))
        self._stopping.wait(self._first - time.monotonic())
        while not self._stopping.is_set():
            began = time.monotonic()
            self._alarm.clear()
            self._look_at_the_pull()
            outcome = self._pass("send", send, self._troubles.sent)
            if isinstance(outcome, SendReport) and outcome.server_down:
                self._stopping.wait(down.longer())  # each letter that is owed would try the password anew
            else:
                down.restored()
                self._wait_for_alarm(TICK - (time.monotonic() - began))

    def _wait_for_alarm(self, seconds: float) -> None:
        if not self._stopping.is_set():  # as in _rest
            self._alarm.wait(seconds)

    def _work_at_night(self) -> None:
        """A backup may take minutes: no letter waits for it."""
        failing = Patience(NIGHT_AGAIN)
        self._stopping.wait(self._first - time.monotonic())
        while not self._stopping.is_set():
            try:
                well = nightly.run(self._config, datetime.now(UTC), stopping=self._stopping).clean
            except Exception as fault:
                log.error("%s: the night's work failed: %s", self._config.name, type(fault).__name__)
                well = False
            if well:
                failing.restored()
            self._stopping.wait(NIGHT_LOOK if well else failing.longer())

    def _pass(
        self, what: str, step: Callable[..., _R], tell: Callable[[_R | Exception, datetime], None]
    ) -> _R | Exception:
        """One pass. Whatever goes wrong in it, there is a next one."""
        outcome: _R | Exception
        try:
            outcome = step(self._config, datetime.now(UTC), stopping=self._stopping)
        except Exception as fault:
            log.error("%s: %s failed: %s", self._config.name, what, type(fault).__name__)
            outcome = fault
        self._tell(partial(tell, outcome))
        if self._heartbeat and not isinstance(outcome, Exception) and outcome.clean:
            self._heartbeat.well(self._config.path, what)
        return outcome

    def _look_at_the_pull(self) -> None:
        """A server that hangs, or drips, raises nothing: nobody else would tell of it."""
        since = self._pulling_since
        if since is not None and time.monotonic() - since > SLOW:
            slow = Unreachable("the mailbox's server answers, but a pull does not come to its end")
            self._tell(partial(self._troubles.pulled, slow))

    def _tell(self, tell: Callable[[datetime], None]) -> None:
        try:
            with self._telling:
                tell(datetime.now(UTC))
        except Exception as fault:  # of all things, this must not end a thread
            log.error("%s: troubles failed: %s", self._config.name, type(fault).__name__)

    def _wait_for_another_password(self, tried: Server | None, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self._login() == tried and (left := until - time.monotonic()) > 0:
            if self._stopping.wait(min(TICK, left)):
                return

    def _login(self) -> Server | None:
        """The password with the rest; None where there is no file of it just now."""
        try:
            return self._config.imap
        except ConfigFault:
            return None


@contextmanager
def _signals() -> Iterator[list[int]]:
    """The signals that asked for an end, as they come. A list: a handler must wait for no lock."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
