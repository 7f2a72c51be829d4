"""Writes a letter that is owed, whatever its kind, from the Journal as it now is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from intake.alarm import UNANSWERED, untold
from intake.apart import kept_back, seen_at
from intake.desk import Desk
from intake.escalating import still_waiting
from intake.generalising import generalised
from intake.telling import last_named
from journal.model import Letter, LetterKind
from reports.alone import write_alone
from reports.answers import write_files, write_refusal, write_text
from reports.asking import write_confirm, write_echo
from reports.confirmation import write_confirmation
from reports.daily import write_daily
from reports.escalation import write_escalation
from reports.family import write_answer
from reports.generalised import write_generalisation
from reports.notices import write_bounced, write_notice
from reports.passing import write_forward
from reports.period import read_period
from reports.render import Draft
from reports.school import StaffMember
from reports.urgent import write_urgent

# A letter that leaves this much after its hour says that it is late.
LATE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A letter's draft, and what becomes owed when it leaves."""

    draft: Draft
    covers_to: int = 0
    long_texts: tuple[int, ...] = ()
    unread: tuple[int, ...] = ()
    covers_event: int | None = None


def write(letter: Letter, member: StaffMember, desk: Desk) -> Written:
    """The letter as its reader gets it."""
    return _WRITERS[letter.kind](letter, member, desk)


def number_of(letter: Letter) -> int:
    """The appeal that a letter is about."""
    return int(str(letter.data["number"]))


def _daily(letter: Letter, member: StaffMember, desk: Desk) -> Written:
    daily = write_daily(
        desk.journal,
        desk.school,
        member,
        period=date.fromisoformat(letter.period),
        due_at=letter.due_at,
        now=desk.now,
        late=desk.now - letter.due_at >= LATE,
    )
    return Written(
        draft=daily.draft,
        covers_to=daily.covers_to,
        long_texts=daily.long_texts,
        unread=daily.unread,
        covers_event=daily.covers_event,
    )


def _text(letter: Letter, member: StaffMember, desk: Desk) -> Written:
    number = number_of(letter)
    if "why" not in letter.data:
        return Written(draft=write_text(desk.journal, desk.school, member, number))
    why, seen = str(letter.data["why"]), seen_at(desk, [number])
    draft, long = write_alone(desk.journal, desk.school, member, number, why, seen)
    return Written(draft=draft, long_texts=long)


def _files(letter: Letter, member: StaffMember, desk: Desk) -> Written:
    return Written(draft=write_files(desk.journal, desk.school, member, number_of(letter)))


def _forward(letter: Letter, member: StaffMember, desk: Desk) -> Written:
    seen = seen_at(desk, [number_of(letter)])
    draft, long = write_forward(desk.journal, desk.school, member, letter.data, seen)
    return Written(draft=draft, long_texts=long)


def _answer(letter: Letter, _member: StaffMember, desk: Desk) -> Written:
    return Written(draft=write_answer(desk.journal, desk.school, letter.data))


def _generalisation(letter: Letter, member: StaffMember, desk: Desk) -> Written:
    found, _ = generalised(desk.journal, desk.school, read_period(letter.period), desk.now, member)
    return Written(draft=write_generalisation(found, desk.school, member, today=desk.today))


def _urgent(letter: Letter, member: StaffMember, desk: Desk) -> Written:
    told = untold(letter, desk)
    hidden = kept_back([one.number for one in told], member, desk)
    told = [one for one in told if one.number not in hidden]
    seen = seen_at(desk, [one.number for one in told])
    draft, long = write_urgent(desk.school, member, told, seen, letter.data)
    return Written(draft=draft, long_texts=long)


def _escalation(letter: Letter, member: StaffMember, desk: Desk) -> Written:
    told = still_waiting(letter, desk)
    hidden = kept_back([one.number for one in told], member, desk)
    told = [one for one in told if one.number not in hidden]
    return Written(
        draft=write_escalation(desk.school, member, told, seen_at(desk, [one.number for one in told]))
    )


def _notice(letter: Letter, member: StaffMember, desk: Desk) -> Written:
    data = letter.data
    if data.get("about") == UNANSWERED:  # of a flood some may have been answered meanwhile
        data = {**data, "numbers": [one.number for one in untold(letter, desk)]}
    return Written(draft=write_notice(desk.school, member, data), covers_to=last_named(data))


_Writer = Callable[[Letter, StaffMember, Desk], Written]


def _of_data(write_it: Callable[..., Draft]) -> _Writer:
    """A letter that is made of its own data alone."""
    return lambda letter, member, desk: Written(draft=write_it(desk.school, member, letter.data))


_WRITERS: Mapping[LetterKind, _Writer] = {
    LetterKind.DAILY: _daily,
    LetterKind.TEXT: _text,
    LetterKind.FILES: _files,
    LetterKind.CONFIRMATION: _of_data(write_confirmation),
    LetterKind.REFUSAL: _of_data(write_refusal),
    LetterKind.CONFIRM: _of_data(write_confirm),
    LetterKind.ECHO: _of_data(write_echo),
    LetterKind.BOUNCED: _of_data(write_bounced),
    LetterKind.GENERALISATION: _generalisation,
    LetterKind.NOTICE: _notice,
    LetterKind.FORWARD: _forward,
    LetterKind.ANSWER: _answer,
    LetterKind.URGENT: _urgent,
    LetterKind.ESCALATION: _escalation,
}
