"""What the Journal has for one reader's daily letter, gathered as plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from journal.book import Journal
from journal.condition import Trouble
from journal.conflicts import kept, numbers_since
from journal.doings import Doing
from journal.leaves import Leave, told_between
from journal.letters import covered, last_daily, mark_of
from journal.looks import looks
from journal.mailroom import answers
from journal.model import Disposition, Entry, Reader
from journal.questions import open_questions
from journal.troubles import open_troubles
from reports.asking import asked_of
from reports.clock import due_daily, local_day
from reports.conflict import Sight, sight
from reports.in_charge import in_charge
from reports.school import School, StaffMember
from reports.together import gather_together

FIRST_DAYS = 7  # a reader's first letter looks back so far
COPIES_COME = timedelta(days=31)  # after its first copy, at the latest, a letter that a server sends again
STALE = timedelta(minutes=15)  # a mailbox that was not read for longer is not being read
_UNREAD = (Trouble.MAILBOX, Trouble.MAILBOX_LOGIN, Trouble.READING, Trouble.JOURNAL, Trouble.DISK)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLook:
    """The newest look into the mailbox, and how much still lay in it then."""

    standing: int | None = None  # None: nobody has looked yet
    unread_since: date | datetime | None = None  # None while it is being read; a moment is the school's


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What the Journal has for one reader's letter, as plain values."""

    new: tuple[Entry, ...] = ()  # in the order of their numbers
    waiting: tuple[Entry, ...] = ()  # without measures, among them new ones
    counts: Mapping[tuple[Disposition, str], int] = field(default_factory=dict)
    counted_from: date  # the first day of the messages counted
    covered_to: int = 0  # what letters before this one told of
    came_to: int = 0  # the last number there is, whether it is for this reader or not
    digest: str = ""
    looked: LastLook | None = None
    unconfirmed: tuple[int, ...] = ()  # appeals on which a reply in the reader's name waits for a «yes»
    named: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # who does not get an appeal, by name
    unread: tuple[int, ...] = ()  # appeals that nobody would read whole: somebody else must be asked
    under_way: tuple[Entry, ...] = ()  # with measures, not closed, overdue or soon due
    to_consider: tuple[Entry, ...] = ()  # considered by the others, and not yet by this reader
    done: tuple[Doing, ...] = ()  # recorded since the reader's last letter
    covers_event: int | None = None  # the newest event of the history just now
    away: tuple[tuple[StaffMember, Leave], ...] = ()  # colleagues who are away
    own_leave: Leave | None = None  # told by this reader, who gets letters all the same
    away_since: date | None = None  # no letter has come to this reader since that day, because of a leave

    def overdue(self, today: date) -> int:
        """How many are not closed although their day is over."""
        return len({one.number for one in (*self.waiting, *self.under_way) if one.term.due_on < today})

    @property
    def unheard(self) -> tuple[Entry, ...]:
        """Urgent, told of before, and nobody has said a word about them."""
        return tuple(one for one in self.still_waiting if one.urgent and not one.considered_by)

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
    came = tuple(journal.entries(after=told or 0, from_day=week_ago if told is None else None, to_day=None))
    open_ = tuple(journal.open_entries())
    repeated = [one.repeats for one in came if one.repeats]
    numbers = [*repeated, *(one.number for one in (*came, *open_))]
    together = gather_together(journal, school, member, occasion.today)
    numbers += together.numbers
    seen = sight(journal, school, occasion.today, numbers)
    new = _for(member, came, seen)
    since = last = week_ago if told is None else _last_letter(journal, school, member, occasion)
    # What is new may be older than that: a letter that failed told of nothing.
    since = min([since, *(entry.term.received_on for entry in new)])
    return News(
        new=new,
        waiting=_for(member, open_, seen),
        counts=_counts(journal, since, [one for one in came if seen.hidden(one, member)], member, seen),
        counted_from=since,
        covered_to=told or 0,
        came_to=max((one.number for one in came), default=0),
        digest=journal.digest(),
        looked=last_look(journal, school, now),
        unconfirmed=tuple(n for one in open_questions(journal, reader, now) for n in asked_of(one.data)),
        named={one.number: tuple(who.name for who in seen.named(one)) for one in new},
        unread=tuple(sorted({one.number for one in (*came, *open_) if seen.needs_another(one)})),
        under_way=_for(member, together.under_way, seen),
        to_consider=_for(member, together.to_consider, seen),
        done=tuple(
            one
            for one in together.done
            if one.number in together.entries and not seen.hidden(together.entries[one.number], member)
        ),
        covers_event=together.event,
        away=together.away,
        own_leave=together.own_leave,
        away_since=None if told is None else _was_away(journal, member, last, occasion),
    )


def _was_away(journal: Journal, member: StaffMember, last: date, occasion: Occasion) -> date | None:
    first, until = last + timedelta(days=1), occasion.period - timedelta(days=1)
    return last if first <= until and told_between(journal, member.address, first, until) else None


def _for(member: StaffMember, entries: Iterable[Entry], seen: Sight) -> tuple[Entry, ...]:
    """Those that this reader may see, as this reader may see them."""
    return tuple(_spared(one, member, seen) for one in entries if not seen.hidden(one, member))


def _spared(entry: Entry, member: StaffMember, seen: Sight) -> Entry:
    """Without an earlier appeal that this reader may not see, and without one in charge whom it names."""
    # Only a mark by hand parts two appeals of the same words.
    before = entry.repeats and seen.kept.of(entry.repeats, member.address)
    if before and before.holds(seen.on):
        entry = replace(entry, repeats=None)
    return replace(entry, responsible="") if entry.responsible and in_charge(entry, seen) is None else entry


def _counts(
    journal: Journal, since: date, kept_back: Iterable[Entry], member: StaffMember, seen: Sight
) -> Mapping[tuple[Disposition, str], int]:
    """The messages by what became of them, without those whose appeals are kept back from this reader.

    Of replies only the reader's own: those of others may be on what is kept back.
    """
    counts = {key: n for key, n in journal.counts(since).items() if key[0] is not Disposition.UPDATED}
    mine = mark_of(journal, Reader(address=member.address, role=member.role))
    counts[Disposition.UPDATED, ""] = answers(journal.store, mine, since)
    rows = kept(journal, older := numbers_since(journal, since - COPIES_COME))
    marked = ((number, rows.of(number, member.address)) for number in older)
    hidden = {number for number, one in marked if one is not None and one.holds(seen.on)}
    if hidden:  # a repeat may be a copy of one of them; of an anonymous one nothing says which
        counts.pop((Disposition.IGNORED, "repeat"), None)
    numbers = hidden & set(numbers_since(journal, since))
    numbers |= {one.number for one in kept_back if one.term.received_on >= since}
    recorded = (Disposition.RECORDED, "")
    if numbers and recorded in counts:
        counts[recorded] = max(counts[recorded] - len(numbers), 0)
    return counts


def last_look(journal: Journal, school: School, now: datetime) -> LastLook:
    """What the newest look into the mailbox left there, its Junk folder included where there is one."""
    found = looks(journal).values()
    newest = max((one.looked_on for one in found), default=None)
    if newest is None:
        return LastLook()
    # A folder that left the config is looked into no more: that is no fault.
    standing = sum(one.standing for one in found if newest - one.looked_on <= timedelta(days=1))
    since: date | datetime | None = newest if newest < local_day(school, now) else None
    begun = [one.since for kind, one in open_troubles(journal).items() if kind in _UNREAD]
    if begun and now - min(begun) > STALE:
        since = min(begun).astimezone(school.time_zone)
    return LastLook(standing=standing, unread_since=since)


def _last_letter(journal: Journal, school: School, member: StaffMember, occasion: Occasion) -> date:
    """The day of the reader's letter before this one."""
    reader = Reader(address=member.address, role=member.role)
    owed = last_daily(journal, reader, before=occasion.period.isoformat())
    if owed:
        return date.fromisoformat(owed)
    before = due_daily(school, member, occasion.due_at - timedelta(seconds=1))
    return before.period if before else occasion.period - timedelta(days=FIRST_DAYS)
