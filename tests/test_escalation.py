"""An appeal without a measure is told to the deputy director after a while, and later to the director."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from journal.letters import listed
from journal.model import LetterKind, Measure
from journal.tables import entries
from reports.school import Detail
from tests.desk import AIGUL, DANIYAR, YERLAN, DayAtTheDesk, text_of
from tests.school import plain_letter
from tests.test_traces import NURLAN
from tests.test_urgent import SAULE, told

pytestmark = pytest.mark.decides

COLD = "Жасырын\n\nСыныпта суық, тоңып отырамыз."


@pytest.fixture
def school_day(day: DayAtTheDesk) -> DayAtTheDesk:
    """A Monday at noon: there are a deputy director, a director and an administrator."""
    day.school = replace(day.school, staff=(AIGUL, YERLAN, DANIYAR, SAULE), administrator=NURLAN)
    return day


def days_pass(day: DayAtTheDesk, count: int, hour: int = 15) -> None:
    """Day after day at this hour; 23 November 2026 is a Monday, and no holiday comes before 16 December."""
    for _ in range(count):
        day.at(hour, days=1).sends()


def test_the_deputy_hears_after_five_working_days_and_the_director_after_ten(
    school_day: DayAtTheDesk,
) -> None:
    school_day.arrives(plain_letter(COLD))
    days_pass(school_day, 6)
    assert told(school_day, "escalation") == []
    days_pass(school_day, 1)  # Monday again
    assert told(school_day, "escalation") == ["daniyar"]
    days_pass(school_day, 6)
    assert told(school_day, "escalation") == ["daniyar"]
    days_pass(school_day, 1)
    assert told(school_day, "escalation") == ["daniyar", "saule"]
    days_pass(school_day, 9)
    assert told(school_day, "escalation") == ["daniyar", "saule"]
    assert school_day.history("escalated") == [{"level": 1}, {"level": 2}]
    assert school_day.journal.entry(1).escalated == 2
    assert school_day.journal.verify().ok


def test_one_letter_tells_of_all_that_are_due_with_what_its_reader_may_see(school_day: DayAtTheDesk) -> None:
    school_day.numbers_only(SAULE)
    for n in range(3):
        school_day.arrives(plain_letter(f"Жасырын\n\n{n}-кабинет суық."))
    days_pass(school_day, 14)
    (letter,) = school_day.letters(DANIYAR, "escalation")
    said = text_of(letter)
    assert "3 appeals have waited too long" in said
    assert all(f"№{n + 1}" in said and f"{n}-кабинет суық" in said for n in range(3))
    (short,) = school_day.letters(SAULE, "escalation")
    assert "№1" in text_of(short)
    assert "кабинет" not in text_of(short)


def test_the_urgent_one_stands_first_in_it(school_day: DayAtTheDesk) -> None:
    school_day.arrives(plain_letter(COLD))
    school_day.arrives(plain_letter("Жасырын\n\nМенің өлгім келеді."))
    days_pass(school_day, 7)
    (letter,) = school_day.letters(DANIYAR, "escalation")
    said = text_of(letter)
    assert 0 < said.index("№2") < said.index("№1 ")


def test_a_measure_ends_the_waiting_also_between_the_owing_and_the_sending(school_day: DayAtTheDesk) -> None:
    from intake.outbox import owe_due

    for n in range(2):
        school_day.arrives(plain_letter(f"Жасырын\n\n{n}-кабинет суық."))
    days_pass(school_day, 6)
    school_day.at(15, days=1)
    owe_due(school_day.desk)
    measure = Measure(text="жөнделді", by=AIGUL.name, role=AIGUL.role, recorded_on=school_day.desk.today)
    school_day.journal.add_measure(1, measure)
    school_day.sends()
    assert "№1 " not in text_of(school_day.letters(DANIYAR, "escalation")[0])
    school_day.journal.add_measure(2, measure)
    days_pass(school_day, 10)
    assert told(school_day, "escalation") == ["daniyar"]


def test_what_names_the_deputy_goes_straight_to_the_director_and_once(school_day: DayAtTheDesk) -> None:
    school_day.arrives(plain_letter("Жасырын\n\nДанияр Әлиев айғайлайды."))
    days_pass(school_day, 20)
    assert told(school_day, "escalation") == ["saule"]
    assert school_day.history("escalated") == [{"level": 2}]


def test_without_either_the_administrator_hears_by_the_number_alone(school_day: DayAtTheDesk) -> None:
    school_day.school = replace(school_day.school, staff=(AIGUL, YERLAN))
    school_day.arrives(plain_letter(COLD))
    days_pass(school_day, 20)
    assert told(school_day, "escalation") == []
    notices = [one for one in school_day.letters(NURLAN, "notice") if "№1" in text_of(one)]
    assert len(notices) == 2  # after five days and after ten
    assert not any("суық" in text_of(one) for one in notices)


def test_nothing_of_it_is_sent_at_night_or_on_a_day_off(school_day: DayAtTheDesk) -> None:
    school_day.arrives(plain_letter(COLD))
    days_pass(school_day, 7, hour=14)
    days_pass(school_day, 1, hour=23)
    days_pass(school_day, 3, hour=14)  # till Friday
    days_pass(school_day, 2)
    assert told(school_day, "escalation") == []
    days_pass(school_day, 1)
    assert sorted(told(school_day, "escalation")) == ["daniyar", "saule"]
    owed = [one for one in listed(school_day.journal) if one.kind is LetterKind.ESCALATION]
    assert {one.period for one in owed} == {"2026-12-07"}


def test_who_was_told_cannot_be_changed_behind_the_history(school_day: DayAtTheDesk) -> None:
    school_day.arrives(plain_letter(COLD))
    days_pass(school_day, 7)
    assert school_day.journal.verify().ok
    with school_day.journal.store.writing() as writing:
        writing.connection.execute(update(entries).values(escalated=0))
    found = school_day.journal.verify()
    assert [(one.number, one.what) for one in found.altered] == [(1, "escalated")]


def test_a_machine_that_was_off_for_a_month_sends_one_letter(school_day: DayAtTheDesk) -> None:
    for n in range(30):
        school_day.arrives(plain_letter(f"Жасырын\n\n{n}-кабинет суық."))
    school_day.now += timedelta(days=28)
    school_day.at(16).sends()
    assert sorted(told(school_day, "escalation")) == ["daniyar", "saule"]
    assert "№16–30" in text_of(school_day.letters(SAULE, "escalation")[0])
    school_day.at(15, days=1).sends()
    assert len(told(school_day, "escalation")) == 2


def test_the_deputy_on_leave_is_passed_over(school_day: DayAtTheDesk) -> None:
    from journal import leaves
    from journal.model import Reader

    reader = Reader(address=DANIYAR.address, role=DANIYAR.role)
    today = school_day.desk.today
    leaves.note(school_day.journal, reader, starts=today, ends=today + timedelta(days=30), on=today)
    school_day.arrives(plain_letter(COLD))
    days_pass(school_day, 7)
    assert told(school_day, "escalation") == ["saule"]
    assert Detail.SHORT is DANIYAR.detail
