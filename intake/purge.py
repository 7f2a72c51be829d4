"""Destroys what was kept long enough, or at a family's request: contents, and copies on the mail server."""

import logging
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.config import Config
from intake.gate import Unreadable
from intake.mailbox import Mailbox
from intake.mentions import Mention, Sought
from intake.old_copies import Gone
from intake.our_letter import read_our_letter
from intake.reader import Reader
from journal.book import Journal, Purged
from journal.letters import prune
from journal.model import Entry
from journal.purging import ANONYMOUS, SIGNED, Told, due, finish, last_traffic, purge
from journal.sweeping import StillInUse
from journal.whole_replies import forget
from reports.clock import local_day

log = logging.getLogger(__name__)

QUIET = timedelta(days=60)  # without any letter in or out: longer than a mailbox rests in summer


def numbers_in(sent: bytes) -> frozenset[int]:
    """The appeals that a letter of ours names."""
    return read_our_letter(sent).named


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Entries whose time of keeping is over, by one rule of the config."""

    rule: str
    kept: timedelta
    numbers: tuple[int, ...]


def due_now(config: Config, journal: Journal, now: datetime) -> list[Due]:
    """Whose time of keeping is over."""
    on, kept = local_day(config.school, now), config.settings.retention
    signed = due(journal, on=on, signed=kept.signed, anonymous=timedelta.max)
    anonymous = due(journal, on=on, signed=timedelta.max, anonymous=kept.anonymous)
    return [
        Due(rule=SIGNED, kept=kept.signed, numbers=tuple(signed)),
        Due(rule=ANONYMOUS, kept=kept.anonymous, numbers=tuple(anonymous)),
    ]


def clock_trusted(config: Config, journal: Journal, now: datetime) -> bool:
    """Whether the clock is near what letters say: one that ran years ahead must not destroy everything.

    Where it is far off, no certificate of a mail server is valid, so no letter comes or leaves.
    """
    newest = last_traffic(journal)
    return newest is not None and local_day(config.school, now) - newest <= QUIET


def by_retention(config: Config, journal: Journal, now: datetime) -> int:
    """Destroy whatever is due, where the clock is to be trusted. Returns how many entries.

    Whatever keeps the bytes in the database's files is made up for the next time.
    """
    found = due_now(config, journal, now)
    if any(one.numbers for one in found) and not clock_trusted(config, journal, now):
        log.error("nothing is destroyed: no letter came or left for %d days, is the clock right?", QUIET.days)
        return 0
    count = destroy_due(config, journal, found, now)
    try:
        finish(journal)
    except StillInUse:
        log.warning("destroyed, but still in the database's files: another program reads it; tried again")
    return count


def destroy_due(config: Config, journal: Journal, found: Iterable[Due], now: datetime) -> int:
    """Destroy the content of these entries, and forget letters and replies that nobody can answer any more.

    Returns how many entries. `finish` then takes the bytes out of the database's files.
    """
    on, told, count = local_day(config.school, now), Told(numbers_in), 0
    for over in found:
        for number in over.numbers:
            with suppress(Purged):  # somebody was quicker by hand
                purge(journal, number, on=on, reason=f"{over.kept.days}d", rule=over.rule, told=told)
                count += 1
    prune(journal, now)
    forget(journal, on)
    return count


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """What told of an appeal on the mail server: destroyed there, but for what waits for a decision."""

    gone: Gone
    its_own: bool  # whether its own letter was among them
    held: tuple[int, ...]  # messages that wait, by their ids


def destroy_copies(config: Config, journal: Journal, entry: Entry) -> Copies:
    """Destroy at once what in the mailbox tells of this entry. Raises ServerFault, ReaderUnavailable.

    `entry` as it was before its content was destroyed: by its words more is found than by its number.
    """
    sought, found = Sought.of(entry), Counter[Mention | None]()
    with Reader(processes=1) as reader, Mailbox.open(config.imap, config.folders) as mailbox:

        def mention(raw: bytes) -> Mention | None:
            with suppress(Unreadable):  # such a one is held, and shows its bytes to nobody
                return sought.mention(reader.read(raw), raw)
            return None

        def meant(raw: bytes) -> bool:
            found[what := mention(raw)] += 1
            return what is not None

        # The server's day may begin when ours long has.
        gone = mailbox.destroy_copies(entry.term.received_on - timedelta(days=1), meant)
        waiting = ((one.id, journal.held_message(one.id).raw) for one in journal.held())
        held = tuple(number for number, raw in waiting if raw is not None and mention(raw))
    return Copies(gone=gone, its_own=found[Mention.ITS_OWN] > 0, held=held)


def tidy_mailbox(config: Config, now: datetime) -> int:
    """Destroy copies on the mail server that are older than mailbox.after.keep_days. Raises ServerFault."""
    before = local_day(config.school, now) - timedelta(days=config.after.keep_days)
    with Mailbox.open(config.imap, config.folders) as mailbox:
        return mailbox.destroy_old_copies(before)
