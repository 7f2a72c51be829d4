"""A reader tells of a leave: no letters meanwhile, all of it in the first one afterwards, and others know."""

from dataclasses import replace
from datetime import date
from email.message import EmailMessage

import pytest

from intake.understood import to_deeds
from journal.leaves import away
from journal.model import Disposition, Role
from reports.school import Detail, StaffMember
from reports.slip import Slip
from tests.desk import AIGUL, DANIYAR, SCHOOL, YERLAN, DayAtTheDesk, text_of
from tests.school import plain_letter, reply_to

pytestmark = pytest.mark.decides
ADMIN = StaffMember(name="Мақсат", address="admin@school.example", role=Role.ADMINISTRATOR, language="ru")


def writes(day: DayAtTheDesk, text: str) -> None:
    day.arrives(plain_letter(text, subject="жасырын"))


def tells(day: DayAtTheDesk, member: StaffMember, words: str) -> None:
    """A reply to the newest daily letter."""
    day.answers(day.letters(member, "daily")[-1], words, member)


def machine(letter: EmailMessage, words: str, sender: str) -> EmailMessage:
    """What an answering machine makes of a letter (RFC 3834)."""
    reply = reply_to(letter, words, sender, quote=False)
    reply["Auto-Submitted"] = "auto-replied"
    return reply


@pytest.fixture
def began(day: DayAtTheDesk) -> DayAtTheDesk:
    """A Monday on which everybody has had a letter; the hour is 16."""
    writes(day, "Мені мазақ етеді.")
    day.at(15).sends()
    return day.at(16)


def test_during_a_leave_no_daily_letter_comes_and_the_first_one_tells_of_all_since(
    began: DayAtTheDesk,
) -> None:
    tells(began, AIGUL, "демалыс: ертең")
    began.sends()
    began.at(10, days=1)
    writes(began, "Асханада тамақ суық.")
    began.at(15).sends()
    assert len(began.letters(AIGUL, "daily")) == 1
    assert len(began.letters(YERLAN, "daily")) == 2
    began.at(10, days=1)
    began.sends()  # before the hour: yesterday's letter is not owed now
    assert len(began.letters(AIGUL, "daily")) == 1
    writes(began, "Спортзалда жарық жоқ.")
    began.at(15).sends()
    text = text_of(began.letters(AIGUL, "daily")[-1])
    assert len(began.letters(AIGUL, "daily")) == 2
    assert "Асханада тамақ суық." in text and "Спортзалда жарық жоқ." in text


def test_a_confirmation_says_the_days_and_how_to_end_it(began: DayAtTheDesk) -> None:
    tells(began, AIGUL, "демалыс: 1–15 желтоқсан")
    began.sends()
    letter = began.letters(AIGUL, "confirmation")[-1]
    assert "Демалысыңыз: 1–15 желтоқсан" in text_of(letter)
    assert "«демалыс аяқталды»" in text_of(letter) and "«ҚАТЕ»" in text_of(letter)


def test_days_that_are_not_clear_are_asked_back_and_nothing_is_noted(began: DayAtTheDesk) -> None:
    tells(began, AIGUL, "демалыс: екі апта")
    began.sends()
    assert "«демалыс: 1–15 желтоқсан»" in text_of(began.letters(AIGUL, "confirmation")[-1])
    assert away(began.journal, AIGUL.address, began.desk.today) is None
    assert not began.history("leave")


def test_who_is_back_early_gets_letters_again(began: DayAtTheDesk) -> None:
    tells(began, AIGUL, "демалыс: ертең")
    began.at(9, days=1)
    tells(began, AIGUL, "демалыс аяқталды")
    began.at(15).sends()
    assert len(began.letters(AIGUL, "daily")) == 2


def test_if_all_readers_of_whole_texts_are_away_letters_go_on_and_the_administrator_hears_once(
    began: DayAtTheDesk,
) -> None:
    began.school = replace(SCHOOL, administrator=ADMIN)
    tells(began, AIGUL, "демалыс: ертең")
    tells(began, YERLAN, "отпуск: 24–30 ноября")
    began.at(15, days=1).sends()
    assert len(began.letters(AIGUL, "daily")) == len(began.letters(YERLAN, "daily")) == 2
    began.at(17).sends()
    notice = began.letters(ADMIN, "notice")
    assert len(notice) == 1 and "24 ноября" in text_of(notice[0])
    began.at(15, days=1).sends()  # Айгүл is here again: Ерлан's leave counts
    assert len(began.letters(YERLAN, "daily")) == 2
    assert len(began.letters(AIGUL, "daily")) == 3


def test_a_leave_in_a_reply_without_proof_waits_for_a_yes(began: DayAtTheDesk) -> None:
    began.arrives(reply_to(began.letters(AIGUL, "daily")[-1], "демалыс: 1–15 желтоқсан", AIGUL.address))
    assert not began.history("leave")
    began.sends()
    question = began.letters(AIGUL, "confirm")[-1]
    assert "Демалысыңыз: 1–15 желтоқсан" in text_of(question)
    assert str(question["Subject"]).endswith("мұны Сіз жаздыңыз ба?")
    began.arrives(reply_to(question, "иә", AIGUL.address))
    assert len(began.history("leave")) == 1


def test_who_did_not_tell_of_a_leave_says_no_and_the_others_are_warned(began: DayAtTheDesk) -> None:
    began.arrives(reply_to(began.letters(AIGUL, "daily")[-1], "демалыс: 1–15 желтоқсан", AIGUL.address))
    began.sends()
    began.arrives(reply_to(began.letters(AIGUL, "confirm")[-1], "жоқ", AIGUL.address))
    began.sends()
    assert not began.history("leave")
    assert "ответ об отпуске от имени Айгүл Сейітқызы" in text_of(began.letters(YERLAN, "echo")[-1])
    assert "демалыс туралы жауапты Сіз жазбаған" in text_of(began.letters(AIGUL, "echo")[-1])


def test_one_word_to_the_confirmation_takes_a_leave_back(began: DayAtTheDesk) -> None:
    tells(began, AIGUL, "демалыс: 1–15 желтоқсан")
    began.sends()
    began.answers(began.letters(AIGUL, "confirmation")[-1], "ҚАТЕ", AIGUL)
    assert away(began.journal, AIGUL.address, date(2026, 12, 5)) is None
    assert len(began.history("leave-over")) == 1


def test_nobody_outside_the_staff_can_tell_of_a_leave(began: DayAtTheDesk) -> None:
    outside = StaffMember(name="Бөлім", address="dep@gov.example", role=Role.LAST_RESORT, language="kk")
    began.school = replace(SCHOOL, last_resort=outside)
    assert to_deeds(Slip(away="ертең"), outside, began.desk).away is None


@pytest.mark.parametrize("words", ["Я в отпуске до 1 декабря.", "Я в отпуске."])
def test_an_answering_machine_stops_no_letter_and_is_heard_once(began: DayAtTheDesk, words: str) -> None:
    for days in (0, 1, 1):
        began.at(16, days=days)
        letter = began.letters(YERLAN, "daily")[-1]
        outcome = began.arrives(machine(letter, words, YERLAN.address))
        assert outcome.disposition is Disposition.IGNORED
        began.at(15, days=1).sends()
    assert len(began.history("leave-automatic")) == 1
    assert len(began.letters(YERLAN, "daily")) == 4
    assert not began.letters(DANIYAR, "away")  # the next daily letter says so: no letter more


def test_what_a_machine_said_is_over_when_the_reader_writes(began: DayAtTheDesk) -> None:
    letter = began.letters(YERLAN, "daily")[-1]
    began.arrives(machine(letter, "Я в отпуске до 1 декабря.", YERLAN.address))
    assert away(began.journal, YERLAN.address, began.desk.today) is not None
    began.answers(letter, "№1: провёл беседу", YERLAN)
    assert away(began.journal, YERLAN.address, began.desk.today) is None


def test_a_stranger_with_a_letter_of_ours_can_stop_nobody_s_letters(began: DayAtTheDesk) -> None:
    """A forged answering machine, and the real reader's own leave beside it."""
    letter = began.letters(AIGUL, "daily")[-1]
    began.arrives(machine(letter, "Мен 15 желтоқсанға дейін демалыстамын.", "thief@evil.example"))
    began.at(15, days=1).sends()
    assert len(began.letters(AIGUL, "daily")) == 2


def test_a_reader_who_gets_the_brief_content_only_may_be_away_while_the_others_read(
    began: DayAtTheDesk,
) -> None:
    assert DANIYAR.detail is Detail.SHORT
    tells(began, DANIYAR, "leave: 24 November")
    began.at(15, days=1).sends()
    assert len(began.letters(DANIYAR, "daily")) == 1
