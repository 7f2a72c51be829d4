"""Destroys what was kept long enough: the content of old appeals, and old copies on the mail server."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.config import Config
from intake.mailbox import Mailbox
from intake.our_letter import read_our_letter
from journal.book import Journal, Purged
from journal.letters import prune
from journal.purging import ANONYMOUS, SIGNED, Told, due, finish, last_traffic, purge
from journal.sweeping import StillInUse
from reports.clock import local_day

log = logging.getLogger(__name__)

QUIET = timedelta(days=60)  # without any letter in or out: longer than a mailbox rests in summer


def numbers_in(sent: bytes) -> frozenset[int]:
    """The appeals that a letter of ours names."""
    return read_our_letter(sent).told or frozenset()


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
    """Destroy the content of these entries, and forget letters that take no reply any more.

    Returns how many entries. `finish` then takes the bytes out of the database's files.
    """
    on, told, count = local_day(config.school, now), Told(numbers_in), 0
    for over in found:
        for number in over.numbers:
            with suppress(Purged):  # somebody was quicker by hand
                purge(journal, number, on=on, reason=f"{over.kept.days}d", rule=over.rule, told=told)
                count += 1
    prune(journal, now)
    return count


def tidy_mailbox(config: Config, now: datetime) -> int:
    """Destroy copies on the mail server that are older than mailbox.after.keep_days. Raises ServerFault."""
    before = local_day(config.school, now) - timedelta(days=config.after.keep_days)
    with Mailbox.open(config.imap, config.folders) as mailbox:
        return mailbox.destroy_old_copies(before)
