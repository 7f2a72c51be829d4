"""The worker's day: pull what came, owe what is due, send what is owed, and begin again.

Every pass can also be made by hand (`senim pull`, `senim send`); running one twice changes nothing.
"""

import logging
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Protocol

import schedule

from intake.config import Config
from intake.desk import Desk
from intake.imap_faults import CommandRefused, FolderMissing
from intake.mailbox import Incoming, Mailbox
from intake.outbox import Sent, owe_due, send_one
from intake.pipeline import process
from intake.reader import Reader
from intake.submission import submit
from journal.book import Journal
from journal.letters import prune
from journal.mailroom import AlreadyReceived
from journal.model import Disposition, Filing

log = logging.getLogger(__name__)

TICK = 15  # seconds between two passes
GRACE = 6  # seconds that a pass gets to come to its own end after SIGTERM


@dataclass(frozen=True, slots=True, kw_only=True)
class PullReport:
    """What one pull came to, in messages. `busy`: another worker is at this mailbox, nothing was done."""

    recorded: int = 0
    updated: int = 0
    ignored: int = 0
    held: int = 0
    filed_again: int = 0  # committed by an earlier run that did not come to filing them
    busy: bool = False
    not_filed: str = ""  # why some messages stay in the inbox for now, although they are in the Journal

    @property
    def clean(self) -> bool:
        return not self.not_filed


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """What one sending pass came to, in letters."""

    owed: int = 0
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    server_down: bool = False

    @property
    def clean(self) -> bool:
        return not (self.failed or self.server_down)


class Pass(Protocol):
    """`pull` or `send`: one school, one moment."""

    def __call__(
        self, config: Config, now: datetime, *, stopping: threading.Event
    ) -> PullReport | SendReport: ...


class Stopped(BaseException):
    """SIGTERM came and the pass under way did not end in time; every edge is safe to cut."""


def pull(
    config: Config, now: datetime, *, stopping: threading.Event | None = None, reader: Reader | None = None
) -> PullReport:
    """One pass over the mailbox. Raises ServerFault, DatabaseUnreachable and ReaderUnavailable.

    `reader` stays open for the next pass; without one, this pass has its own.
    """
    if reader is None:
        with Reader() as own:
            return pull(config, now, stopping=stopping, reader=own)
    with Journal.open(config.journal_url, config.journal_key()) as journal, journal.lock("pull") as mine:
        if not mine:
            log.info("another worker is at this mailbox")
            return PullReport(busy=True)
        desk = _desk(journal, config, now, reader)
        with Mailbox.open(config.imap, config.folders) as mailbox:
            return _pull(mailbox, desk, stopping or threading.Event())


def _desk(journal: Journal, config: Config, now: datetime, reader: Reader) -> Desk:
    # In the school's zone, so that a day written down anywhere is the school's day.
    local = now.astimezone(config.school.time_zone)
    return Desk(
        journal=journal,
        school=config.school,
        now=local,
        reader=reader,
        signed_goes=config.after.signed,
        labels=config.form.labels,
    )


def _pull(mailbox: Mailbox, desk: Desk, stopping: threading.Event) -> PullReport:
    uids = mailbox.uids()
    known = desk.journal.received(mailbox.folder, mailbox.uidvalidity, uids)
    refusals = [_file(mailbox, known)]  # what an earlier run committed and did not come to file
    _remove_settled(mailbox, desk, set(uids))
    counted: Counter[Disposition] = Counter()
    for batch in mailbox.fetch([uid for uid in uids if uid not in known]):
        filings: dict[int, Filing] = {}
        for incoming in batch:
            if stopping.is_set():
                break
            filing, disposition = _take(incoming, desk)
            filings[incoming.origin.uid] = filing
            counted[disposition] += 1
        refusals.append(_file(mailbox, filings))
        if stopping.is_set():
            break
    return PullReport(
        recorded=counted[Disposition.RECORDED],
        updated=counted[Disposition.UPDATED],
        ignored=counted[Disposition.IGNORED],
        held=counted[Disposition.HELD],
        filed_again=len(known),
        not_filed=next((refusal for refusal in refusals if refusal), ""),
    )


def _take(incoming: Incoming, desk: Desk) -> tuple[Filing, Disposition]:
    origin = incoming.origin
    try:
        outcome = process(incoming, desk)
    except AlreadyReceived:
        # Another worker committed it since we asked: it is filed as that one decided.
        filing = desk.journal.received(origin.mailbox, origin.uidvalidity, [origin.uid])[origin.uid]
        return filing, Disposition.IGNORED
    if outcome.disposition is Disposition.HELD:
        # The others are only counted: a line of a log has a time of day, and an anonymous appeal has none.
        log.info("uid %d held %s", origin.uid, outcome.reason)
    return outcome.filing, outcome.disposition


def _file(mailbox: Mailbox, filings: Mapping[int, Filing]) -> str:
    """File what is committed. A folder that takes nothing stops no other letter: the reason comes back."""
    plan: dict[Filing, list[int]] = {}
    for uid, filing in sorted(filings.items()):
        plan.setdefault(filing, []).append(uid)
    try:
        mailbox.file(plan)
    except (CommandRefused, FolderMissing) as refusal:
        log.error("not filed: %s", type(refusal).__name__)
        return str(refusal)
    return ""


def _remove_settled(mailbox: Mailbox, desk: Desk, in_inbox: Set[int]) -> None:
    # A held message that a person settled by the command leaves the mailbox here, where we are logged in.
    for held in desk.journal.held_to_remove():
        removed = held.raw is not None and mailbox.remove_held(held.raw)
        origin = held.origin
        waits_in_inbox = origin.uidvalidity == mailbox.uidvalidity and origin.uid in in_inbox
        if removed or not waits_in_inbox:  # else its folder refused it just now: the next pull comes to it
            desk.journal.held_removed(held.id)


def send(config: Config, now: datetime, *, stopping: threading.Event | None = None) -> SendReport:
    """One pass over what is owed. A letter that could not leave stays owed and is tried again later."""
    stopping = stopping or threading.Event()
    with Journal.open(config.journal_url, config.journal_key()) as journal, Reader() as reader:
        desk = _desk(journal, config, now, reader)  # no letter is read here, so nothing is started
        owed = owe_due(desk)
        if owed:
            prune(journal, now)  # once a day is enough
        counted: Counter[Sent] = Counter()
        while not stopping.is_set():
            step = send_one(desk, partial(_submit, config))
            counted[step] += 1
            if step in (Sent.NOTHING_OWED, Sent.SERVER_DOWN):
                break
    down = counted[Sent.SERVER_DOWN]
    return SendReport(
        owed=owed,
        sent=counted[Sent.SENT],
        deferred=counted[Sent.DEFERRED] + down,
        failed=counted[Sent.FAILED],
        server_down=down > 0,
    )


def _submit(config: Config, raw: bytes, recipient: str) -> None:
    submit(raw, server=config.submission, sender=config.school.box, recipients=[recipient])


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
