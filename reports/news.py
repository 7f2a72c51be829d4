"""What the Journal has for one reader's daily letter, gathered as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from journal.book import Journal
from journal.letters import covered, last_daily
from journal.looks import looks
from journal.model import Disposition, Entry, Reader
from journal.questions import open_questions
from reports.asking import asked_of
from reports.clock import due_daily
from reports.school import School, StaffMember

FIRST_DAYS = 7  # a reader's first letter looks back so far
STALE = timedelta(minutes=15)  # a mailbox that was not read for longer is not being read
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLook:
    """The newest look into the mailbox: when (local to the school), and how much still lay in it then."""

    at: datetime | None = None  # None: nobody has looked yet
    standing: int = 0
    stale: bool = False  # it should have been looked into again long ago


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What the Journal has for one reader's letter, as plain values."""

    new: tuple[Entry, ...] = ()  # in the order of their numbers
    waiting: tuple[Entry, ...] = ()  # without measures, among them new ones
    counts: Mapping[tuple[Disposition, str], int] = field(default_factory=dict)
    counted_from: date  # the first day of the messages counted
    covered_to: int = 0  # what letters before this one told of
    digest: str = ""
    looked: LastLook | None = None
    unconfirmed: tuple[int, ...] = ()  # appeals on which a reply in the reader's name waits for a «yes»

    @property
    def still_waiting(self) -> tuple[Entry, ...]:
        """What waits for a measure and was told of before: urgent ones first, then the oldest."""
        fresh = {entry.number for entry in self.new}
        older = (entry for entry in self.waiting if entry.number not in fresh)
        return tuple(sorted(older, key=lambda one: (not one.urgent, one.term.received_on, one.number)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """For which day a letter is, when it was due, which day it is written on, and whether that is late."""

    period: date
    due_at: datetime  # local to the school
    today: date
    late: bool


def gather(journal: Journal, school: School, member: StaffMember, occasion: Occasion, now: datetime) -> News:
    """Reads what came since the reader's last letter, what is open, and what became of every message."""
    reader = Reader(address=member.address, role=member.role)
    told = covered(journal, reader)
    week_ago = occasion.period - timedelta(days=FIRST_DAYS)
    new = tuple(journal.entries(after=told or 0, from_day=week_ago if told is None else None, to_day=None))
    since = week_ago if told is None else _last_letter(journal, school, member, occasion)
    # What is new may be older than that: a letter that failed told of nothing.
    since = min([since, *(entry.term.received_on for entry in new)])
    return News(
        new=new,
        waiting=tuple(journal.open_entries()),
        counts=journal.counts(since),
        counted_from=since,
        covered_to=told or 0,
        digest=journal.digest(),
        looked=last_look(journal, school, now),
        unconfirmed=tuple(n for one in open_questions(journal, reader, now) for n in asked_of(one.data)),
    )


def last_look(journal: Journal, school: School, now: datetime) -> LastLook:
    """When the mailbox was last read, its Junk folder included where there is one."""
    found = looks(journal).values()
    newest = max((one.looked_at for one in found), default=None)
    if newest is None:
        return LastLook(stale=True)
    # A folder that left the config is looked into no more: that is no fault.
    current = [one for one in found if newest - one.looked_at < FORGOTTEN]
    oldest = min(one.looked_at for one in current)
    return LastLook(
        at=oldest.astimezone(school.time_zone),
        standing=sum(one.standing for one in current),
        stale=now - oldest > STALE,
    )


def _last_letter(journal: Journal, school: School, member: StaffMember, occasion: Occasion) -> date:
    """The day of the reader's letter before this one. The Journal's newest is mostly this very one."""
    owed = last_daily(journal, Reader(address=member.address, role=member.role))
    if owed and date.fromisoformat(owed) < occasion.period:
        return date.fromisoformat(owed)
    before = due_daily(school, member, occasion.due_at - timedelta(seconds=1))
    return before.period if before else occasion.period - timedelta(days=FIRST_DAYS)
