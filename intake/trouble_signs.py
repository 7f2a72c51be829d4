"""Which trouble the end of a pass is a sign of, and what `senim check` says of those that are not over."""

import errno
import shutil
from collections.abc import Iterator
from datetime import datetime

from intake.config import Config, ConfigFault
from intake.pull import PullReport
from intake.reader import ReaderUnavailable
from intake.send import SendReport
from intake.server import Finding, LoginRefused
from intake.telling import LATE
from journal.book import Journal
from journal.condition import Trouble
from journal.deliveries import late_since
from journal.faults import DatabaseUnreachable, DiskFull, SchemaOutOfDate
from journal.sealing import WrongKey
from journal.troubles import open_troubles
from reports.news import last_look
from reports.trouble_words import words_of

PAST_THE_JOURNAL = frozenset({Trouble.JOURNAL, Trouble.DISK})
_FULL = (errno.ENOSPC, errno.EDQUOT)
_LITTLE = 1_000_000  # bytes: a disk with less is full for a database
OF_A_PULL = frozenset({Trouble.MAILBOX, Trouble.MAILBOX_LOGIN, Trouble.READING, Trouble.FILING})


def seen_in_pull(outcome: PullReport | Exception, config: Config) -> Trouble | None:
    """What a pull that ended so suffers from; None: from nothing."""
    if isinstance(outcome, PullReport):
        return Trouble.FILING if outcome.not_filed else None
    if isinstance(outcome, ReaderUnavailable):
        return Trouble.READING
    here = _on_this_machine(outcome, config)
    if here is not None:
        return here
    return Trouble.MAILBOX_LOGIN if isinstance(outcome, LoginRefused | ConfigFault) else Trouble.MAILBOX


def seen_in_send(outcome: SendReport | Exception, config: Config) -> Trouble | None:
    """The same of a sending pass. What its letters suffer from, the pass itself has written down."""
    if isinstance(outcome, SendReport):
        return None
    return _on_this_machine(outcome, config) or Trouble.LETTERS


def disproved_by(outcome: PullReport | Exception) -> frozenset[Trouble]:
    """The troubles that a pull shows to be over."""
    if not isinstance(outcome, PullReport):
        return frozenset()
    return OF_A_PULL - {Trouble.FILING} if outcome.not_filed else OF_A_PULL


def _on_this_machine(fault: Exception, config: Config) -> Trouble | None:
    if isinstance(fault, DiskFull) or (isinstance(fault, OSError) and fault.errno in _FULL):
        return Trouble.DISK
    if isinstance(fault, DatabaseUnreachable):  # a full disk has many faces
        return Trouble.DISK if _no_room(config) else Trouble.JOURNAL
    if isinstance(fault, SchemaOutOfDate | WrongKey) or _key_is_missing(fault, config):
        return Trouble.JOURNAL
    return None


def _no_room(config: Config) -> bool:
    if config.database_file is None:
        return False
    try:
        return shutil.disk_usage(config.database_file.parent).free < _LITTLE
    except OSError:
        return False


def _key_is_missing(fault: Exception, config: Config) -> bool:
    if not isinstance(fault, ConfigFault):
        return False
    try:
        config.journal_key()
    except ConfigFault:
        return True
    return False


def findings(config: Config, journal: Journal, now: datetime) -> Iterator[Finding]:
    """What is wrong just now, since when, and what to do about it: the second way, when no letter can go."""
    zone = config.school.time_zone
    since = {one.kind: one.since for one in open_troubles(journal).values()}
    late = late_since(journal, now - LATE)
    if late is not None:
        since.setdefault(Trouble.LETTERS, late)
    for trouble, begun in since.items():
        words = words_of(trouble, "en")
        at = begun.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        yield Finding(
            "trouble", False, f"{words.wrong}, since {at}. {words.remedy % {'command': 'senim check'}}"
        )
    look = last_look(journal, config.school, now)
    if look.standing is None or since.keys() & OF_A_PULL:
        return
    if look.unread_since is not None:
        remedy = "does the worker run? systemctl status senim"
        yield Finding("last look", False, f"the mailbox was last read on {look.unread_since}; {remedy}")
    else:
        yield Finding("last look", True, f"today; {look.standing} left in the mailbox")
