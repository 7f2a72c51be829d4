"""One pass over the mailbox: take what came, commit what it is, and only then file it on the server."""

import logging
import threading
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from intake.config import Config
from intake.desk import Desk, to_desk
from intake.imap_faults import CommandRefused, FolderMissing
from intake.mailbox import Incoming, Mailbox
from intake.pipeline import process
from intake.reader import Reader
from journal.book import Journal
from journal.mailroom import AlreadyReceived
from journal.model import Disposition, Filing

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
        desk = to_desk(config, journal, now, reader)
        with Mailbox.open(config.imap, config.folders) as mailbox:
            return _pull(mailbox, desk, stopping or threading.Event())


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
