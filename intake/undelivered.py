"""A letter that did not reach its reader: the other readers and the administrator are told the same day."""

from collections.abc import Iterator
from datetime import date, timedelta

from intake.desk import Desk
from intake.owing import owe_to
from journal.deliveries import last_in
from journal.letters import covered
from journal.model import Letter, LetterKind
from reports.news import FIRST_DAYS
from reports.school import StaffMember

# Nobody is told that these did not arrive: two dead mailboxes would go on about each other for ever.
_SILENT = frozenset({LetterKind.BOUNCED, LetterKind.NOTICE})


def tell_the_others(desk: Desk, letter: Letter, why: str) -> None:
    """Owe the news of it, once for each letter. `why` is a short code of `intake.delivery_report`."""
    if letter.kind in _SILENT:
        return
    data = {
        "kind": letter.kind.value,
        "day": _day(letter, desk).isoformat(),
        "to": _called(letter, desk),
        "role": letter.reader.role.value,
        "why": why,
        "new": _untold(letter, desk),
    }
    for one in _others(letter, desk):
        owe_to(LetterKind.BOUNCED, one, str(letter.id), desk, data)


def _others(letter: Letter, desk: Desk) -> Iterator[StaffMember]:
    school = desk.school
    for one in (*school.staff, *([school.administrator] if school.administrator else [])):
        if one.address.casefold() != letter.reader.address.casefold():
            yield one


def _called(letter: Letter, desk: Desk) -> str:
    member = desk.school.member(letter.reader.address)
    return member.name if member else ""


def _day(letter: Letter, desk: Desk) -> date:
    if letter.kind is LetterKind.DAILY:
        return date.fromisoformat(letter.period)
    return letter.due_at.astimezone(desk.school.time_zone).date()


def _untold(letter: Letter, desk: Desk) -> int:
    """How many appeals of that letter its reader has not been told of; what came later is no news yet."""
    if letter.kind is not LetterKind.DAILY:
        return 0
    told = covered(desk.journal, letter.reader)
    week_ago = desk.today - timedelta(days=FIRST_DAYS)
    untold = desk.journal.entries(after=told or 0, from_day=week_ago if told is None else None)
    last = last_in(desk.journal, letter)
    return sum(entry.number <= last for entry in untold)
