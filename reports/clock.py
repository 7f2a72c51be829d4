"""Knows the school's calendar: its day, the days worked, when a letter and when an answer is due.

Everything is local to the school's time zone, from the table in the `tzdata` package: Asia/Almaty is UTC+5
since 2024-03-01. No clock is read here: the moment is always given.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from journal.model import Term
from reports.school import School, StaffMember

if TYPE_CHECKING:
    from holidays import HolidayBase

LOOK_BACK = 7  # days: a worker that slept for longer sends one letter, for the last of the days missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A daily letter whose time has come: the local day that it is for, and the moment (UTC)."""

    period: date
    due_at: datetime


def local_day(school: School, moment: datetime) -> date:
    """The day on the school's wall calendar at a moment."""
    return moment.astimezone(school.time_zone).date()


def is_working_day(school: School, day: date) -> bool:
    """Whether the school works on a day. The config's own days off and decree transfers decide first."""
    if day in school.deadline.off:
        return False
    if day in school.deadline.work:
        return True
    return _is_worked(day)


def add_working_days(school: School, day: date, count: int) -> date:
    """The working day that comes `count` working days after a day; that day itself is not counted."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(school, day):
            count -= 1
    return day


def term(school: School, received: datetime, *, day_only: bool = False) -> Term:
    """When an appeal came, is registered, and is to be answered.

    What comes after the daily hour or on a day off is registered on the next working day. `day_only` leaves
    the hour out, for an appeal of which nothing finer than the day may be kept.
    """
    local = received.astimezone(school.time_zone)
    received_on = registered_on = local.date()
    late = local.time() > school.summary_at and not day_only
    if late or not is_working_day(school, received_on):
        registered_on = add_working_days(school, received_on, 1)
    due_on = add_working_days(school, registered_on, school.deadline.working_days)
    return Term(received_on=received_on, registered_on=registered_on, due_on=due_on)


def due_daily(school: School, member: StaffMember, now: datetime) -> Due | None:
    """The latest daily letter whose hour has passed for this reader, within the last week."""
    hour = school.summary_at if member.hour is None else member.hour
    today = local_day(school, now)
    for back in range(LOOK_BACK + 1):
        day = today - timedelta(days=back)
        # On the night when clocks are put forward the hour may not exist; fold=0 then means its place on
        # the old clock, the same moment for everyone. When it comes twice, the first counts.
        due_at = datetime.combine(day, hour, tzinfo=school.time_zone).astimezone(UTC)
        if due_at <= now and _is_letter_day(school, member, day):
            return Due(period=day, due_at=due_at) if now - due_at < timedelta(days=LOOK_BACK) else None
    return None


def _is_letter_day(school: School, member: StaffMember, day: date) -> bool:
    if member.days is not None:
        return day.weekday() in member.days
    return school.every_day or is_working_day(school, day)


@lru_cache(maxsize=2_000)  # a term is some twenty days, and every appeal asks for one
def _is_worked(day: date) -> bool:
    return _kazakhstan(day.year).is_working_day(day)  # knows the working Saturdays decreed so far


@cache
def _kazakhstan(year: int) -> "HolidayBase":
    import holidays  # takes a tenth of a second: only for those who ask

    # Asked one year at a time: the table is then the same whatever was asked before.
    return holidays.country_holidays("KZ", years=year, expand=False)
