"""The generalisation of a month is owed on the first day of the next one, to the director and the deputy."""

from datetime import datetime

from intake.desk import Desk
from intake.owing import owe_to
from journal.book import Journal
from journal.model import Entry, LetterKind, Role
from reports.conflict import hidden_from
from reports.generalisation import Generalisation, generalise
from reports.period import Period, month_of
from reports.school import School, StaffMember

_READERS = (Role.DEPUTY_DIRECTOR, Role.DIRECTOR)


def owe_generalisations(desk: Desk) -> int:
    """Owe last month's, once its day has come. Returns how many were newly owed."""
    period = month_of(desk.today).before
    due = {member: _due(member, desk) for member in desk.school.staff if member.role in _READERS}
    ready = [member for member, at in due.items() if at <= desk.now]
    if not ready or not desk.journal.numbers(from_day=period.first, to_day=period.last):
        return 0  # a month without an appeal, or before there was a box, teaches nothing
    return sum(
        owe_to(LetterKind.GENERALISATION, member, period.code, desk, {}, due_at=due[member])
        for member in ready
    )


def _due(member: StaffMember, desk: Desk) -> datetime:
    school = desk.school
    return datetime.combine(
        desk.today.replace(day=1), member.hour or school.summary_at, tzinfo=school.time_zone
    )


def generalised(
    journal: Journal, school: School, period: Period, now: datetime, reader: StaffMember | None = None
) -> tuple[Generalisation, list[int]]:
    """A period's generalisation, and the entries of which it tells. `reader`: without what names them."""
    today = now.astimezone(school.time_zone).date()
    hidden = (lambda _: False) if reader is None else hidden_from(journal, school, reader, today)

    def received(one: Period) -> list[Entry]:
        return [entry for entry in journal.entries(from_day=one.first, to_day=one.last) if not hidden(entry)]

    entries = received(period)
    found = generalise(
        school, period, entries, received(period.before), received(period.year_before), today=today
    )
    return found, [entry.number for entry in entries]
