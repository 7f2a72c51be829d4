"""Tells two people of an urgent appeal at once, by night too; then the next in line, until somebody answers.

All of the line is owed together with the appeal. A letter whose turn comes later is dropped when it comes, if
somebody has written about the appeal meanwhile. The first two are never dropped: whoever answers first may be
the very one whom the child fears.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.apart import owe_another, seen_at
from intake.desk import Desk
from intake.owing import owe_to, reader_of
from journal import alarms
from journal.deliveries import notice_waiting, reword
from journal.leaves import all_away
from journal.model import Entry, Letter, LetterKind, Role
from reports.school import Detail, StaffMember

AT_ONCE = 2  # people who are told at the same moment
SINGLE = 5  # urgent appeals of one day that have letters of their own; of more several are told together
GATHERED = timedelta(minutes=15)  # for so long, at most
UNANSWERED = "urgent"  # what a notice to the administrator is about
_ACKNOWLEDGED, _DESTROYED = "acknowledged", "purged"  # why a letter need not leave
_FOR_THE_BEST = (_ACKNOWLEDGED, _DESTROYED)
_ORDER = (Role.PSYCHOLOGIST, Role.SOCIAL_PEDAGOGUE, Role.DEPUTY_DIRECTOR, Role.DIRECTOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """When somebody is told. `first`: at once, whatever others do meanwhile."""

    member: StaffMember
    due_at: datetime
    first: bool
    last: bool
    others: tuple[StaffMember, ...]  # who was told before, or is at the same moment


def raise_alarm(number: int, desk: Desk) -> None:
    """Owe the letters about a new urgent appeal, in the transaction that records it."""
    entry = desk.journal.entry(number)
    line, at_once = line_for(entry, desk)
    if not line:
        owe_another(number, desk)  # nobody may read it: the administrator hears at once
        return
    together = alarms.urgent_on(desk.journal, desk.today) > SINGLE
    begins = desk.now + GATHERED if together else midnight(desk)
    for place, member in enumerate(line):
        waits = desk.school.acknowledge * max(place - at_once + 1, 0)
        turn = _Turn(
            member=member,
            # Without an hour where it is due now: no clock that is put back delays it.
            due_at=(desk.now + GATHERED * together if together or waits else begins) + waits,
            first=place < at_once,
            last=place == len(line) - 1,
            others=tuple(one for one in line[: max(place, at_once)] if one != member),
        )
        _owe(number, turn, desk, together=together)
    _owe_last(number, len(line) - at_once + 1, desk, together=together)


def _owe(number: int, turn: _Turn, desk: Desk, *, together: bool) -> None:
    data: dict[str, object] = {
        "first": turn.first,
        "last": turn.last,
        "names": [one.name for one in turn.others],
    }
    if not together:
        owe_to(
            LetterKind.URGENT, turn.member, str(number), desk, {**data, "number": number}, due_at=turn.due_at
        )
        return
    reader = reader_of(turn.member)
    until = turn.due_at
    waiting = alarms.still_open(desk.journal, reader, until - GATHERED, until, first=turn.first)
    if waiting is not None:
        more = {**waiting.data, "numbers": [*alarms.numbers_in(waiting), number]}
        if reword(desk.journal, kind=LetterKind.URGENT, reader=reader, period=waiting.period, data=more):
            return
    period = f"{alarms.SEVERAL}{number}"
    owe_to(LetterKind.URGENT, turn.member, period, desk, {**data, "numbers": [number]}, due_at=turn.due_at)


def _owe_last(number: int, turns: int, desk: Desk, *, together: bool) -> None:
    """When all were told and nobody has answered, the administrator hears: of the numbers alone.

    Of a flood at once, when the first one's time is over: an answer on that one hides none of the others.
    """
    administrator = desk.school.administrator
    if administrator is None:
        return
    period = f"{UNANSWERED}-{number}"
    if together:
        of_today = f"{UNANSWERED}-{desk.today}-"
        period, reader = f"{of_today}{number}", reader_of(administrator)
        waiting = notice_waiting(desk.journal, reader, of_today)
        if waiting is not None:
            more = {**waiting.data, "numbers": [*alarms.numbers_in(waiting), number]}
            at = waiting.period
            if reword(desk.journal, kind=LetterKind.NOTICE, reader=reader, period=at, data=more):
                return
    data = {"about": UNANSWERED, "numbers": [number]}
    due_at = desk.now + desk.school.acknowledge * turns
    owe_to(LetterKind.NOTICE, administrator, period, desk, data, due_at=due_at)


def line_for(entry: Entry, desk: Desk) -> tuple[list[StaffMember], int]:
    """Who is told of an urgent appeal, in order, and how many of them at once.

    Who told of a leave, and who gets numbers alone, comes last. Whoever is away by a machine's word gets the
    letter, but does not count: anybody could have made that word.
    """
    seen = seen_at(desk, [entry.number])
    staff = [one for one in desk.school.staff if not seen.hidden(entry, one)]
    away = all_away(desk.journal, [one.address for one in staff], desk.today)
    on_leave = {address for address, leave in away.items() if not leave.automatic}

    def later(one: StaffMember) -> tuple[bool, bool, int]:
        blind = one.detail is Detail.NUMBERS and not seen.reads_whole(entry, one)
        return one.address in on_leave, blind, _ORDER.index(one.role)

    line = sorted(staff, key=later)
    other = seen.stand_in(entry) if seen.needs_another(entry) else None
    if other is not None:
        line = [other, *(one for one in line if one != other)]
    here = [place for place, one in enumerate(line, 1) if one.address not in away]
    return line, here[AT_ONCE - 1] if len(here) >= AT_ONCE else max(len(line) - len(on_leave), AT_ONCE)


def overtaken(letter: Letter, desk: Desk) -> str:
    """Why a letter whose turn has come need not leave any more: a code, or nothing."""
    about_it = letter.kind is LetterKind.NOTICE and letter.data.get("about") == UNANSWERED
    if letter.kind is not LetterKind.URGENT and not about_it:
        return ""
    if untold(letter, desk):
        return ""
    every = [desk.journal.entry(number) for number in alarms.numbers_in(letter)]
    return _DESTROYED if all(one.purged_on for one in every) else _ACKNOWLEDGED


def untold(letter: Letter, desk: Desk) -> list[Entry]:
    """The appeals of an urgent letter that it still has to tell of."""
    every = [desk.journal.entry(number) for number in alarms.numbers_in(letter)]
    there = [one for one in every if one.purged_on is None]
    return there if letter.data.get("first") else [one for one in there if not acknowledged(one)]


def acknowledged(entry: Entry) -> bool:
    """Whether somebody has written about it: a measure or any other deed that stands."""
    return bool(entry.measures) or any(one.undone_on is None for one in entry.deeds)


def next_in_line(letter: Letter, desk: Desk, why: str = "") -> None:
    """An urgent letter does not reach its reader: the next one gets it now, unless that was for the best."""
    if letter.kind is LetterKind.URGENT and why not in _FOR_THE_BEST:
        alarms.hasten(desk.journal, letter.period, desk.now, midnight(desk))


def told_at_once(numbers: Sequence[int], member: StaffMember, desk: Desk) -> set[int]:
    """Of which of these appeals an urgent letter has told this reader."""
    return alarms.told_of(desk.journal, reader_of(member), numbers)


def midnight(desk: Desk) -> datetime:
    """With which this day of the school began."""
    local = desk.now.astimezone(desk.school.time_zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
