"""Tells the deputy director, and later the director, of appeals that wait for a measure for too long.

One letter a day for each reader, at the hour of their daily letter, on working days. Each appeal is told once
at each stage. Whoever an appeal names is passed over: then it goes straight to the next one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from intake.apart import seen_at
from intake.desk import Desk
from intake.owing import owe_to
from journal.escalations import Waiting, escalate, waiting
from journal.leaves import all_away
from journal.model import Entry, Letter, LetterKind, Role, Status
from reports.clock import add_working_days, is_working_day
from reports.school import StaffMember

DEPUTY, DIRECTOR = 1, 2  # as entries.escalated counts them
WAITED = "waited"  # what a notice to the administrator is about
_HOURS = timedelta(hours=5)  # after the daily hour: later it is evening, and the next working day will do
_TO = {DEPUTY: (Role.DEPUTY_DIRECTOR, Role.DIRECTOR), DIRECTOR: (Role.DIRECTOR, Role.DEPUTY_DIRECTOR)}


def owe_escalations(desk: Desk) -> None:
    """Owe what is due now, and write down which appeals are told of."""
    if not is_working_day(desk.school, desk.today):
        return
    overdue = [(one, stage) for one in waiting(desk.journal) if (stage := _stage(one, desk)) > one.level]
    if not overdue:
        return
    told: dict[StaffMember, list[int]] = {}
    reached: dict[int, tuple[int, list[StaffMember]]] = {}
    for one, stage in overdue:
        to = _readers(one.number, stage, desk) or _administrator(desk)
        if stage - one.level > 1:  # the machine was off for a week: the deputy has not heard either
            to += [who for who in _readers(one.number, DEPUTY, desk) if who not in to]
        if to and _is_hour(to, desk):
            reached[one.number] = (DIRECTOR if to[0].role is Role.DIRECTOR else stage, to)
            for member in to:
                told.setdefault(member, []).append(one.number)
    with desk.journal.transaction():
        owed = {member for member, numbers in told.items() if _owe(member, numbers, desk)}
        for number, (stage, to) in reached.items():
            if not owed.isdisjoint(to):
                escalate(desk.journal, number, stage, on=desk.today, role=to[0].role)


def _stage(one: Waiting, desk: Desk) -> int:
    """How far it should have come by now."""
    after = desk.school.escalation
    for stage, days in ((DIRECTOR, after.director_after), (DEPUTY, after.deputy_after)):
        if desk.today >= add_working_days(desk.school, one.registered_on, days):
            return stage
    return 0


def _readers(number: int, stage: int, desk: Desk) -> list[StaffMember]:
    """Who is told: all of the role whose turn it is and who may see it, those who are here first of all."""
    entry, seen = desk.journal.entry(number), seen_at(desk, [number])
    open_to = [one for one in desk.school.staff if not seen.hidden(entry, one)]
    away = all_away(desk.journal, [one.address for one in open_to], desk.today)
    here = [one for one in open_to if one.address not in away or away[one.address].automatic]
    for among in (here, open_to):
        for role in _TO[stage]:
            found = [one for one in among if one.role is role]
            if found:
                return found
    return []


def _administrator(desk: Desk) -> list[StaffMember]:
    """Where nobody may be told of an appeal the administrator hears of it, by its number alone."""
    return [desk.school.administrator] if desk.school.administrator else []


def _owe(member: StaffMember, numbers: list[int], desk: Desk) -> bool:
    day = desk.today.isoformat()
    if member.role is Role.ADMINISTRATOR:
        data = {"about": WAITED, "numbers": numbers}
        return owe_to(LetterKind.NOTICE, member, f"{WAITED}-{day}", desk, data)
    return owe_to(LetterKind.ESCALATION, member, day, desk, {"numbers": numbers})


def _is_hour(members: Sequence[StaffMember], desk: Desk) -> bool:
    """Whether the hour of all of them has come, and it is not evening yet."""
    hour = max(desk.school.summary_at if one.hour is None else one.hour for one in members)
    begins = datetime.combine(desk.today, hour, tzinfo=desk.school.time_zone)
    return begins <= desk.now < begins + _HOURS


def still_waiting(letter: Letter, desk: Desk) -> list[Entry]:
    """The appeals of such a letter that have no measure to this moment."""
    numbers = letter.data.get("numbers")
    found = [desk.journal.entry(one) for one in numbers] if isinstance(numbers, list) else []
    return [one for one in found if one.status is Status.REGISTERED and one.purged_on is None]
