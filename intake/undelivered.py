"""A letter that did not reach its reader: the other readers and the administrator are told the same day."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, cast

from intake.apart import kept_back
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
    }
    for one in _others(letter, desk):
        if not kept_back(_numbers(letter), one, desk):  # nobody hears of letters about what names them
            told = {**data, "new": _untold(letter, one, desk)}
            owe_to(LetterKind.BOUNCED, one, str(letter.id), desk, told)


def _numbers(letter: Letter) -> list[int]:
    """The appeals that a letter is about, as far as it is about certain ones."""
    data = cast("Mapping[str, Any]", letter.data)
    stored = [one["number"] for one in data.get("stored", ()) if isinstance(one, Mapping)]
    found = [data.get("number"), *stored, *data.get("files", ()), *data.get("numbers", ())]
    return [one for one in found if isinstance(one, int)]


def _others(letter: Letter, desk: Desk) -> Iterator[StaffMember]:
    school = desk.school
    for one in (*school.staff, *([school.administrator] if school.administrator else [])):
        if one.address.casefold() != letter.reader.address.casefold():
            yield one


def _called(letter: Letter, desk: Desk) -> str:
    member = desk.school.reader(letter.reader.address, letter.reader.role)
    return member.name if member else ""


def _day(letter: Letter, desk: Desk) -> date:
    if letter.kind is LetterKind.DAILY:
        return date.fromisoformat(letter.period)
    return letter.due_at.astimezone(desk.school.time_zone).date()


def _untold(letter: Letter, one: StaffMember, desk: Desk) -> int:
    """How many appeals of that letter its reader has not been told of; what came later is no news yet.

    What is kept back from either of the two, that reader or the one who is told this, does not count.
    """
    if letter.kind is not LetterKind.DAILY:
        return 0
    told = covered(desk.journal, letter.reader)
    week_ago = desk.today - timedelta(days=FIRST_DAYS)
    both = [who for who in (desk.school.member(letter.reader.address), one) if who is not None]
    untold = desk.journal.entries(after=told or 0, from_day=week_ago if told is None else None)
    last = last_in(desk.journal, letter)
    numbers = [entry.number for entry in untold if entry.number <= last]
    return len(set(numbers).difference(*(kept_back(numbers, who, desk) for who in both)))
