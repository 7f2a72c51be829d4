"""The school's calendar: days, working days, when a letter is due and when an answer is."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.model import Role
from reports.clock import add_working_days, due_daily, is_working_day, local_day, term
from reports.school import Deadline, School, StaffMember

ALMATY = ZoneInfo("Asia/Almaty")
FIRST, LAST = datetime.fromisoformat("2025-01-01"), datetime.fromisoformat("2035-01-01")
AIGUL = StaffMember(
    name="Айгүл Сейітқызы", address="psy@school.example", role=Role.PSYCHOLOGIST, language="kk"
)


def a_school(**changes: object) -> School:
    values: dict[str, object] = {
        "names": {"kk": "№15 мектеп-лицей"},
        "time_zone": ALMATY,
        "languages": ("kk", "ru"),
        "box": "box@school.example",
        "staff": (AIGUL,),
    }
    return School(**{**values, **changes})  # type: ignore[arg-type]


def at_almaty(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=ALMATY)


def test_almaty_is_five_hours_ahead_since_march_2024() -> None:
    assert at_almaty(2026, 11, 22, 15).astimezone(UTC) == datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_the_day_is_that_of_the_schools_wall() -> None:
    school = a_school()
    assert local_day(school, datetime(2026, 11, 22, 18, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert local_day(school, datetime(2026, 11, 22, 19, 0, tzinfo=UTC)) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 11, 23), True),  # a Monday
        (date(2026, 11, 22), False),  # a Sunday
        (date(2026, 12, 16), False),  # Independence Day
        (date(2026, 3, 23), False),  # Nauryz
        (date(2026, 3, 9), False),  # 8 March fell on a Sunday
        (date(2024, 5, 4), True),  # a Saturday worked by decree
        (date(2024, 5, 8), False),  # for this day off
    ],
)
def test_working_days_are_kazakhstans(day: date, worked: bool) -> None:
    assert is_working_day(a_school(), day) is worked


def test_the_config_moves_days_off_by_decree() -> None:
    deadline = Deadline(off=frozenset({date(2026, 11, 23)}), work=frozenset({date(2026, 12, 16)}))
    school = a_school(deadline=deadline)
    assert not is_working_day(school, date(2026, 11, 23))
    assert is_working_day(school, date(2026, 12, 16))


def test_an_appeal_before_the_hour_is_registered_the_same_day() -> None:
    found = term(a_school(), at_almaty(2026, 11, 23, 15, 0))
    assert (found.received_on, found.registered_on) == (date(2026, 11, 23), date(2026, 11, 23))


def test_an_appeal_after_the_hour_is_registered_the_next_working_day() -> None:
    found = term(a_school(), at_almaty(2026, 11, 20, 15, 0, 1))  # Friday
    assert (found.received_on, found.registered_on) == (date(2026, 11, 20), date(2026, 11, 23))


def test_an_appeal_on_a_day_off_is_registered_the_next_working_day() -> None:
    found = term(a_school(), at_almaty(2026, 12, 16, 9))  # Wednesday, a holiday
    assert found.registered_on == date(2026, 12, 17)


def test_where_only_the_day_is_kept_the_hour_changes_nothing() -> None:
    morning = term(a_school(), at_almaty(2026, 11, 20, 8), day_only=True)
    night = term(a_school(), at_almaty(2026, 11, 20, 23), day_only=True)
    assert morning == night
    assert morning.registered_on == date(2026, 11, 20)


def test_an_answer_is_due_after_fifteen_working_days_without_the_holiday() -> None:
    found = term(a_school(), at_almaty(2026, 11, 27, 10))
    # Fifteen working days after Friday 27 November, 16 December not being one.
    assert found.due_on == date(2026, 12, 21)


def test_the_number_of_working_days_is_a_setting() -> None:
    assert term(a_school(deadline=Deadline(working_days=1)), at_almaty(2026, 11, 27, 10)).due_on == date(
        2026, 11, 30
    )


def test_the_letter_is_due_at_three_and_not_a_second_before() -> None:
    school = a_school()
    before = due_daily(school, AIGUL, at_almaty(2026, 11, 22, 14, 59, 59))
    after = due_daily(school, AIGUL, at_almaty(2026, 11, 22, 15, 0, 0))
    assert before is not None
    assert after is not None
    assert before.period == date(2026, 11, 21)
    assert after.period == date(2026, 11, 22)
    assert after.due_at == datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_a_reader_may_have_an_hour_and_days_of_their_own() -> None:
    erlan = StaffMember(
        name="Ерлан Маратов",
        address="social@school.example",
        role=Role.SOCIAL_PEDAGOGUE,
        language="ru",
        hour=time(9),
        days=frozenset({0, 3}),
    )
    due = due_daily(a_school(), erlan, at_almaty(2026, 11, 25, 12))  # Wednesday
    assert due is not None
    assert due.period == date(2026, 11, 23)
    assert due.due_at == at_almaty(2026, 11, 23, 9)


def test_midnight_is_an_hour_like_any_other() -> None:
    owl = StaffMember(
        name="Данияр Әлиев", address="d@s.example", role=Role.DIRECTOR, language="kk", hour=time(0)
    )
    due = due_daily(a_school(), owl, at_almaty(2026, 11, 25, 1))
    assert due is not None
    assert due.due_at == at_almaty(2026, 11, 25)


def test_a_school_may_want_letters_on_working_days_only() -> None:
    due = due_daily(a_school(every_day=False), AIGUL, at_almaty(2026, 11, 22, 18))  # Sunday
    assert due is not None
    assert due.period == date(2026, 11, 20)


def test_a_worker_that_slept_three_days_owes_only_the_last_letter() -> None:
    due = due_daily(a_school(), AIGUL, at_almaty(2026, 11, 25, 10))
    assert due is not None
    assert due.period == date(2026, 11, 24)


def test_a_reader_without_days_gets_no_letter() -> None:
    nobody = StaffMember(name="Н", address="n@s.example", role=Role.DIRECTOR, language="kk", days=frozenset())
    assert due_daily(a_school(), nobody, at_almaty(2026, 11, 25, 10)) is None


@pytest.mark.parametrize(
    ("day", "hour", "utc"),
    [
        (29, time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # the hour that does not exist
        (29, time(15), datetime(2026, 3, 29, 13, tzinfo=UTC)),  # summer time since that morning
        (28, time(15), datetime(2026, 3, 28, 14, tzinfo=UTC)),
    ],
)
def test_a_zone_with_summer_time_keeps_its_wall_clock(day: int, hour: time, utc: datetime) -> None:
    school = a_school(time_zone=ZoneInfo("Europe/Berlin"), summary_at=hour)
    due = due_daily(school, AIGUL, datetime(2026, 3, day, 23, tzinfo=ZoneInfo("Europe/Berlin")))
    assert due is not None
    assert due.due_at == utc


def test_an_hour_that_comes_twice_counts_the_first_time() -> None:
    school = a_school(time_zone=ZoneInfo("Europe/Berlin"), summary_at=time(2, 30))
    due = due_daily(school, AIGUL, datetime(2026, 10, 25, 12, tzinfo=UTC))
    assert due is not None
    assert due.due_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(moment=st.datetimes(min_value=FIRST, max_value=LAST, timezones=st.just(UTC)))
def test_what_is_due_has_passed_within_a_week_and_does_not_come_again(moment: datetime) -> None:
    due = due_daily(a_school(), AIGUL, moment)
    assert due is not None
    assert 0 <= (moment - due.due_at).total_seconds() < 24 * 3600
    assert due_daily(a_school(), AIGUL, due.due_at) == due


@given(
    start=st.dates(min_value=date(2025, 1, 1), max_value=date(2030, 1, 1)),
    first=st.integers(0, 30),
    second=st.integers(0, 30),
)
def test_working_days_add_up(start: date, first: int, second: int) -> None:
    school = a_school()
    step = add_working_days(school, start, first)
    assert add_working_days(school, step, second) == add_working_days(school, start, first + second)
