"""One pass over the mailbox: take what came, commit what it is, and only then file it on the server."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile

from intake.ahead import Ahead, MakeReady
from intake.config import Config
from intake.desk import Desk, Outcome, to_desk
from intake.imap_faults import CommandRefused, FolderMissing
from intake.mailbox import Incoming, Mailbox
from intake.message import Unreadable
from intake.pipeline import Letter, read, take
from intake.reader import Reader, ReaderUnavailable
from intake.school_key import open_journal
from journal import looks
from journal.faults import DatabaseUnreachable
from journal.mailroom import AlreadyReceived
from journal.model import Disposition, Filing
from reports.clock import local_day

MOST_IN_A_ROW = 3  # letters that the Journal's database does not take: then it takes none just now

log = logging.getLogger(__name__)


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


def pull(
    config: Config,
    now: datetime,
    *,
    stopping: threading.Event | None = None,
    reader: Reader | None = None,
    alarmed: Callable[[], None] = lambda: None,
) -> PullReport:
    """One pass over the mailbox. Raises ServerFault, DatabaseUnreachable and ReaderUnavailable.

    `reader` stays open for the next pass; without one, this pass has its own. `alarmed` is called when an
    urgent appeal was recorded.
    """
    if reader is None:
        with Reader() as own:
            return pull(config, now, stopping=stopping, reader=own, alarmed=alarmed)
    with open_journal(config) as journal, journal.lock("pull") as mine:
        if not mine:
            log.info("another worker is at this mailbox")
            return PullReport(busy=True)
        desk = to_desk(config, journal, now, reader)
        with Mailbox.open(config.imap, config.folders) as mailbox:
            return _pull(_Pass(mailbox, desk, stopping or threading.Event(), alarmed))


def _pull(work: "_Pass") -> PullReport:
    mailbox, desk, stopping = work.mailbox, work.desk, work.stopping
    inbox = mailbox.uids()
    work.take_all(inbox, partial(read, desk=desk))
    if not stopping.is_set():
        _remove_settled(mailbox, desk, set(inbox))
    if mailbox.junk is not None and not stopping.is_set():
        _look_into_junk(mailbox.junk, work)
    fault = work.fault or mailbox.why_left
    if fault is not None:
        raise fault
    return PullReport(
        recorded=work.counted[Disposition.RECORDED],
        updated=work.counted[Disposition.UPDATED],
        ignored=work.counted[Disposition.IGNORED],
        held=work.counted[Disposition.HELD],
        filed_again=work.filed_again,
        not_filed=next(iter(work.refusals), ""),
    )


def _look_into_junk(folder: str, work: "_Pass") -> None:
    """Form mail often lands among junk. What is new there is held for a person, and not judged otherwise."""
    desk, mailbox = work.desk, work.mailbox
    try:
        mailbox.enter(folder)
    except (CommandRefused, FolderMissing) as refusal:  # no reason to call the inbox unread
        log.error("junk was not looked into: %s", type(refusal).__name__)
        work.refusals.append(str(refusal))
        return
    look = looks.looks(desk.journal).get(folder)
    since = desk.today if look is None else look.since
    uids = mailbox.uids(since=since - timedelta(days=1))  # the server's day may begin when ours long has
    if look is None:  # a first look that breaks off must not be forgotten, nor its day with it
        looks.note(desk.journal, folder, today=since, standing=len(uids))
    work.take_all(uids, _junk, lambda one: local_day(desk.school, one.received_at) >= since)


def _junk(batch: Sequence[Incoming]) -> list[Letter]:
    return [Letter(incoming=one, case=Unreadable("junk")) for one in batch]


@dataclass(slots=True)
class _Pass:
    """One pass under way, and what it has come to so far."""

    mailbox: Mailbox
    desk: Desk
    stopping: threading.Event
    alarmed: Callable[[], None]  # there is a letter that should leave now
    counted: Counter[Disposition] = field(default_factory=Counter)
    filed_again: int = 0
    refusals: list[str] = field(default_factory=list)
    left: int = 0  # letters that could not be written down
    fault: Exception | None = None  # why, for the first of them
    in_a_row: int = 0  # that the database did not take

    def take_all(
        self, uids: Sequence[int], make_ready: MakeReady, wanted: Callable[[Incoming], bool] = lambda _: True
    ) -> None:
        """All that stands there, batch by batch: read, written down, committed, and then filed."""
        mailbox, journal = self.mailbox, self.desk.journal
        known = journal.received(mailbox.folder, mailbox.uidvalidity, uids)
        self.filed_again += len(known)
        left_before = self.left + len(mailbox.left)
        with Ahead(mailbox, make_ready, _file) as ahead:
            ahead.file(known)  # what an earlier run committed and did not come to file
            for batch in ahead.batches([uid for uid in uids if uid not in known], wanted):
                taken = self._commit(batch)
                if any(isinstance(what, Outcome) and what.urgent for what in taken.values()):
                    self.alarmed()
                ahead.file({uid: self._counted(what) for uid, what in taken.items()})
                if self.stopping.is_set() or self.in_a_row >= MOST_IN_A_ROW:
                    break
            else:
                standing = self.left + len(mailbox.left) - left_before
                looks.note(journal, mailbox.folder, today=self.desk.today, standing=standing)
            self.refusals += ahead.refusals()

    def _commit(self, batch: Sequence[Letter]) -> dict[int, Outcome | Filing]:
        """A batch in one transaction; where that does not commit, one letter at a time."""
        taken: dict[int, Outcome | Filing] = {}
        try:
            with self.desk.journal.transaction():
                for letter in self._until_stopped(batch):
                    taken |= _take(letter, self.desk)
            return taken
        except ReaderUnavailable:
            raise
        except Exception as fault:  # of the Journal, or of one letter: it must not keep the others out
            log.warning("%d letters are taken one at a time: %s", len(batch), type(fault).__name__)
        return self._one_by_one(batch)

    def _one_by_one(self, batch: Sequence[Letter]) -> dict[int, Outcome | Filing]:
        taken: dict[int, Outcome | Filing] = {}
        for letter in self._until_stopped(batch):
            try:
                taken |= _take(letter, self.desk)
                self.in_a_row = 0
            except ReaderUnavailable:
                raise
            except Exception as fault:  # it stays where it is, and the administrator is told of the pass
                # No UID: the mail server knows its sender.
                log.error("a letter stays: %s", type(fault).__name__)
                self.fault = self.fault or fault
                self.left += 1
                self.in_a_row += isinstance(fault, DatabaseUnreachable)
                if self.in_a_row >= MOST_IN_A_ROW:
                    break
        return taken

    def _until_stopped(self, batch: Sequence[Letter]) -> Iterator[Letter]:
        return takewhile(lambda _: not self.stopping.is_set(), batch)

    def _counted(self, what: Outcome | Filing) -> Filing:
        if isinstance(what, Filing):
            self.filed_again += 1
            return what
        # Counted, not logged, held ones too: a log's line has a time, and an anonymous appeal has none.
        self.counted[what.disposition] += 1
        return what.filing


def _take(letter: Letter, desk: Desk) -> dict[int, Outcome | Filing]:
    """What became of it; or where it goes, if another worker or a commit of which we lost track was first."""
    origin = letter.incoming.origin
    try:
        return {origin.uid: take(letter, desk)}
    except AlreadyReceived:
        if known := desk.journal.received(origin.mailbox, origin.uidvalidity, [origin.uid]):
            return dict(known)
        raise


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
        if held.raw is not None:
            removed = mailbox.remove_held(held.raw)
        else:  # too large to be fetched: its copy is known by its size, unless another has the very same
            others = (one for one in desk.journal.held(waiting_only=False) if one.id != held.id)
            removed = all(one.size != held.size for one in others) and mailbox.remove_large(held.size)
        origin = held.origin
        here = (origin.mailbox, origin.uidvalidity) == (mailbox.folder, mailbox.uidvalidity)
        waits_in_inbox = here and origin.uid in in_inbox
        if removed or not waits_in_inbox:  # else its folder refused it just now: the next pull comes to it
            desk.journal.held_removed(held.id)
