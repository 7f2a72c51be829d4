"""Keeps an appeal from the reader whom it names: what is noted, who is told instead, who may change it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from intake.desk import Desk
from intake.owing import owe_to, reader_of
from journal import conflicts
from journal.alarms import numbers_in, told_of
from journal.deliveries import write_anew
from journal.letters import covered
from journal.model import Letter, LetterKind
from journal.openings import CARRIERS
from reports.alone import ALONE
from reports.conflict import Sight, sight
from reports.conflict_words import LIFTED, MARKED, RESTORED, TRIED
from reports.in_charge import in_charge
from reports.naming import called_in
from reports.school import Detail, StaffMember


def note_named(number: int, named: Sequence[str], desk: Desk) -> None:
    """Write down whom a new appeal names, with the appeal itself: later its words may be gone."""
    readers = [one.address for one in desk.school.staff if one.name in named]
    if readers:
        conflicts.name(desk.journal, number, readers, on=desk.today)


def seen_at(desk: Desk, numbers: Sequence[int]) -> Sight:
    """Who may see these appeals today."""
    return sight(desk.journal, desk.school, desk.today, numbers)


def kept_back(numbers: Iterable[int], member: StaffMember, desk: Desk) -> tuple[int, ...]:
    """Those of these entries that are not for this reader."""
    wanted = sorted(set(numbers))
    seen = seen_at(desk, wanted)
    return tuple(one for one in wanted if seen.hidden(desk.journal.entry(one), member))


def who_may_see(number: int, desk: Desk) -> tuple[StaffMember, ...]:
    """The readers for whom an appeal is."""
    entry, seen = desk.journal.entry(number), seen_at(desk, [number])
    outside = [desk.school.last_resort] if desk.school.last_resort else []
    return tuple(one for one in (*desk.school.staff, *outside) if not seen.hidden(entry, one))


def in_charge_of(number: int, desk: Desk) -> StaffMember | None:
    """Who looks after an appeal, as far as its readers may know it."""
    return in_charge(desk.journal.entry(number), seen_at(desk, [number]))


def withheld(letter: Letter, member: StaffMember, desk: Desk) -> bool:
    """Whether a letter owed earlier is about an appeal that its reader may not see now."""
    if letter.kind not in CARRIERS | {LetterKind.ESCALATION}:
        return False
    numbers = numbers_in(letter)
    return len(kept_back(numbers, member, desk)) == len(set(numbers))


def owe_another(number: int, desk: Desk) -> None:
    """Nobody is left who reads it whole: the next in the config gets it, else the administrator hears."""
    other = seen_at(desk, [number]).stand_in(desk.journal.entry(number))
    if other is not None:
        if told_of(desk.journal, reader_of(other), [number]):
            return  # an urgent letter was quicker
        data = {"number": number, "why": ALONE}
        owe_to(LetterKind.TEXT, other, f"{ALONE}-{number}", desk, data)
    elif desk.school.administrator is not None:
        notice = {"about": "conflict", "number": number}
        owe_to(LetterKind.NOTICE, desk.school.administrator, f"conflict-{number}", desk, notice)


def whom_to_lift(number: int, about: str, desk: Desk) -> tuple[StaffMember, ...]:
    """Of whom a reply says «no conflict»: those it names, else all from whom the appeal is kept back."""
    named = seen_at(desk, [number]).named(desk.journal.entry(number))
    meant = tuple(one for one in named if called_in(about, one.name))
    return meant or named


def whom_to_mark(number: int, about: str, desk: Desk) -> tuple[StaffMember, ...]:
    """Of whom a reply says «there is a conflict», where that is not known already."""
    entry, seen = desk.journal.entry(number), seen_at(desk, [number])
    return tuple(
        one
        for one in desk.school.staff
        if called_in(about, one.name) and (seen.lifted(entry, one) or not seen.hidden(entry, one))
    )


def lift(number: int, readers: Sequence[StaffMember], by: StaffMember, desk: Desk) -> bool:
    """From tomorrow on the appeal is shown to these readers; until then the others can object."""
    addresses = [one.address for one in readers]
    event = conflicts.lift(desk.journal, number, addresses, role=by.role, on=desk.today)
    told = _Told(number=number, state=LIFTED, readers=tuple(readers), by=by, period=f"{LIFTED}-{event}")
    _tell(_others(told, desk), told, desk)
    for one in readers:
        if one.detail is Detail.NUMBERS:
            continue  # the daily letter counts it
        due = datetime.combine(
            desk.today + timedelta(days=1), one.hour or desk.school.summary_at, desk.school.time_zone
        )
        owe_to(LetterKind.TEXT, one, told.period, desk, {"number": number, "why": LIFTED}, due_at=due)
    return True


def mark(number: int, readers: Sequence[StaffMember], by: StaffMember, desk: Desk) -> bool:
    """From now on the appeal is not shown to these readers; those who knew of it are told so.

    False where nobody but its writer would hear of the appeal any more: then nothing was done. A reader whom
    a nickname means could mark all the others, close the appeal, and nobody would know.
    """
    if _unheard(number, readers, by, desk):
        return False
    knew = [one for one in readers if one != by and (covered(desk.journal, reader_of(one)) or 0) >= number]
    addresses = [one.address for one in readers]
    event = conflicts.mark(desk.journal, number, addresses, role=by.role, on=desk.today)
    _write_anew(number, readers, desk)
    told = _Told(number=number, state=MARKED, readers=tuple(readers), by=by, period=f"{MARKED}-{event}")
    # The administrator too: with two readers, one could otherwise keep everything from the other unseen.
    administrator = [desk.school.administrator] if desk.school.administrator else []
    hear = [*_others(told, desk), *knew, *administrator]
    _tell(hear or [one for one in readers if one != by], told, desk)
    if seen_at(desk, [number]).needs_another(desk.journal.entry(number)):
        owe_another(number, desk)
    return True


def _write_anew(number: int, readers: Iterable[StaffMember], desk: Desk) -> None:
    """A letter that no server has taken yet, because none was there, must not tell of it afterwards."""
    for one in readers:
        write_anew(desk.journal, number, reader_of(one))


def _unheard(number: int, readers: Sequence[StaffMember], by: StaffMember, desk: Desk) -> bool:
    """Whether nobody but `by` would be left to hear of it: no reader, nobody outside, no administrator."""
    entry, seen, school = desk.journal.entry(number), seen_at(desk, [number]), desk.school
    if all(seen.in_words(entry, one) for one in readers):
        return False  # as the appeal itself says: a lifting is taken back
    left = any(one not in (by, *readers) and not seen.hidden(entry, one) for one in school.staff)
    outside = by in readers and school.last_resort is not None  # who then gets it whole
    watched = (
        school.administrator is not None and school.administrator.address.casefold() != by.address.casefold()
    )
    return not (left or outside or watched)


def tell_tried(numbers: Iterable[int], by: StaffMember, desk: Desk) -> None:
    """A reader has replied on an appeal that is kept back from them: the others hear of it, once a day."""
    for number in numbers:
        day = f"{TRIED}-{number}-{desk.today.isoformat()}"
        period = f"{day}-{desk.journal.fingerprint('tried', by.address)[:16]}"
        told = _Told(number=number, state=TRIED, readers=(), by=by, period=period)
        _tell(_others(told, desk), told, desk)


def before(number: int, readers: Iterable[StaffMember], desk: Desk) -> list[list[str]]:
    """What is kept of these readers and an appeal, and whether it was told to them, as a letter's data."""
    kept = conflicts.kept(desk.journal, [number])
    found = []
    for one in readers:
        known = kept.of(number, one.address)
        stood = "" if known is None else LIFTED if known.lifted else MARKED
        told = "told" if (covered(desk.journal, reader_of(one)) or 0) >= number else ""
        found.append([one.address, stood, known.day.isoformat() if known else "", told])
    return found


def restore(number: int, state: str, stood: Sequence[Sequence[str]], by: StaffMember, desk: Desk) -> bool:
    """Take back what a reader said of a conflict. False where a colleague has said something since."""
    kept = conflicts.kept(desk.journal, [number])
    now = [kept.of(number, address) for address, *_ in stood]
    if any(one is None or one.lifted != (state == LIFTED) for one in now):
        return False
    old = {
        address: conflicts.Conflict(lifted=was == LIFTED, day=date.fromisoformat(day)) if was else None
        for address, was, day, _ in stood
    }
    event = conflicts.restore(desk.journal, number, old, role=by.role, on=desk.today)
    readers = tuple(one for one in desk.school.staff if one.address in old)
    _write_anew(number, readers, desk)
    told = _Told(number=number, state=RESTORED, readers=readers, by=by, period=f"{RESTORED}-{event}")
    hear = _others(told, desk)
    knew = {address for address, _, _, known in stood if known}
    if state == MARKED:  # a lift is told to those whom it concerns on the next day only
        hear += [one for one in readers if one != by and one.address in knew]
        hear += [desk.school.administrator] if desk.school.administrator else []
    _tell(hear, told, desk)
    for one in readers:
        missed = one.address not in knew and (covered(desk.journal, reader_of(one)) or 0) >= number
        if missed and one.detail is not Detail.NUMBERS and not kept_back([number], one, desk):
            owe_to(LetterKind.TEXT, one, told.period, desk, {"number": number, "why": LIFTED})
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the others hear of: of which appeal, about whom, and by whom."""

    number: int
    state: str
    readers: tuple[StaffMember, ...]
    by: StaffMember
    period: str


def _others(told: _Told, desk: Desk) -> list[StaffMember]:
    """Whoever may see the appeal, without the one who did it and those of whom it was said."""
    return [one for one in who_may_see(told.number, desk) if one not in (told.by, *told.readers)]


def _tell(to: Iterable[StaffMember], told: _Told, desk: Desk) -> None:
    names_ = [one.name for one in told.readers]
    data = {"state": told.state, "number": told.number, "by": told.by.name, "names": names_}
    for one in to:
        owe_to(LetterKind.ECHO, one, told.period, desk, data)
