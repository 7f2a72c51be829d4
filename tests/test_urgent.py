"""An urgent appeal is told to two people at once, and to the next one until somebody answers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.alarm import SINGLE
from intake.outbox import Sent, send_one
from intake.server import Unreachable
from intake.submission import Refused
from journal import leaves
from journal.letters import listed
from journal.model import LetterState, Reader, Role
from journal.openings import openings
from journal.purging import purge
from reports.school import StaffMember
from tests.desk import AIGUL, DANIYAR, YERLAN, DayAtTheDesk, text_of
from tests.school import plain_letter, reply_to
from tests.test_traces import NURLAN, cells, has_an_hour

pytestmark = pytest.mark.decides

SAULE = StaffMember(name="Сәуле Омарова", address="saule@school.example", role=Role.DIRECTOR, language="ru")
ABOUT_ALL = "Жасырын\n\nНас бьют: Сауле Омарова, Данияр Алиев, Ерлан Маратов, Айгуль Сейиткызы"
DANGER = "Жасырын\n\nМенің өлгім келеді."


@pytest.fixture
def night(day: DayAtTheDesk) -> DayAtTheDesk:
    """23:10 on a Sunday, in a school with four readers and an administrator."""
    staff = (SAULE, DANIYAR, YERLAN, AIGUL)  # as somebody wrote them into the config
    day.school = replace(
        day.school,
        staff=staff,
        administrator=NURLAN,
        urgent_steps={"kk": "1. Балаға қоңырау шалу.", "ru": "1. Позвонить ребёнку."},
        helplines=(("Сенім телефоны", "150"),),
    )
    return day.at(23, 10, days=-1)


def told(day: DayAtTheDesk, kind: str = "urgent") -> list[str]:
    """To whom such letters went, in their order."""
    return [to.partition("@")[0] for to, raw in day.sent if f"X-Senim-Letter: {kind}".encode() in raw]


def passes(day: DayAtTheDesk, **span: float) -> None:
    day.now += timedelta(**span)
    while send_one(day.desk, day._submit) is not Sent.NOTHING_OWED:
        pass


def test_two_are_told_at_once_by_night_on_a_sunday_and_in_the_order_of_their_roles(
    night: DayAtTheDesk,
) -> None:
    assert night.arrives(plain_letter(DANGER)).urgent
    passes(night)
    assert told(night) == ["aigul", "yerlan"]
    (letter,) = night.letters(AIGUL, "urgent")
    assert str(letter["Subject"]) == "ШҰҒЫЛ: №1 — қазір оқыңыз"
    said = text_of(letter)
    for words in ("Менің өлгім келеді.", "1. Балаға қоңырау шалу.", "150", "№1: таныстым", "Ерлан Маратов"):
        assert words in said
    before = said.partition("өлгім")[0]
    assert len(before) > 200  # a locked telephone shows less
    assert [(one.how, one.by) for one in openings(night.journal, 1)] == [
        ("letter-urgent", AIGUL.address),
        ("letter-urgent", YERLAN.address),
    ]


def test_an_ordinary_appeal_waits_for_15_00(night: DayAtTheDesk) -> None:
    assert not night.arrives(plain_letter("Жасырын\n\nМені мазақтайды, көмек керек")).urgent
    passes(night)
    assert told(night) == []


def test_whoever_is_next_is_told_as_long_as_nobody_answers_and_at_last_the_administrator(
    night: DayAtTheDesk,
) -> None:
    night.arrives(plain_letter(DANGER))
    passes(night)
    passes(night, hours=1, minutes=59)
    assert told(night) == ["aigul", "yerlan"]
    passes(night, minutes=1)
    assert told(night) == ["aigul", "yerlan", "daniyar"]
    passes(night, hours=2)
    assert told(night) == ["aigul", "yerlan", "daniyar", "saule"]
    assert "Пока никто не ответил" in text_of(night.letters(SAULE, "urgent")[0])
    assert "Данияр Әлиев" in text_of(night.letters(SAULE, "urgent")[0])
    assert told(night, "notice") == []
    passes(night, hours=2)
    (notice,) = night.letters(NURLAN, "notice")
    assert "№1" in text_of(notice)
    assert "өлгім" not in text_of(notice)


def test_a_reply_of_either_stops_the_others(night: DayAtTheDesk) -> None:
    night.arrives(plain_letter(DANGER))
    passes(night)
    night.answers(night.letters(YERLAN, "urgent")[0], "№1: позвонили маме", YERLAN)
    passes(night, hours=9)
    assert told(night) == ["aigul", "yerlan"]
    assert told(night, "notice") == []
    assert told(night, "confirmation") == ["yerlan"]
    left = {one.error for one in listed(night.journal) if one.state is LetterState.FAILED}
    assert left == {"acknowledged"}


def test_a_reply_that_is_not_proven_stops_nobody(night: DayAtTheDesk) -> None:
    night.arrives(plain_letter(DANGER))
    passes(night)
    night.arrives(reply_to(night.letters(YERLAN, "urgent")[0], "№1: всё хорошо", YERLAN.address))
    passes(night, hours=2)
    assert told(night) == ["aigul", "yerlan", "daniyar"]


def test_whom_the_child_fears_is_not_told_and_cannot_answer_first(night: DayAtTheDesk) -> None:
    night.arrives(plain_letter("Жасырын\n\nПсихолог Айгүл Сейітқызы мені ұрады."))
    passes(night)
    assert told(night) == ["yerlan", "daniyar"]
    assert "Кому ещё отправлено: Данияр Әлиев\r\n" in text_of(night.letters(YERLAN, "urgent")[0])


def test_the_second_of_the_two_is_told_also_when_the_first_has_answered_already(night: DayAtTheDesk) -> None:
    """Else whoever is quick could keep it from everybody else."""
    night.arrives(plain_letter(DANGER))
    assert send_one(night.desk, night._submit) is Sent.SENT
    night.answers(night.letters(AIGUL, "urgent")[0], "№1: өзім қараймын", AIGUL)
    passes(night)
    assert told(night) == ["aigul", "yerlan"]


def test_where_it_names_everybody_the_one_outside_is_told_at_once(night: DayAtTheDesk) -> None:
    outside = StaffMember(name="", address="office@district.example", role=Role.LAST_RESORT, language="ru")
    night.school = replace(night.school, last_resort=outside)
    night.arrives(plain_letter(ABOUT_ALL))
    passes(night)
    assert told(night) == ["office"]
    night.at(15, days=1).sends()
    assert told(night, "text") == []  # not a second time


def test_where_nobody_may_read_it_the_administrator_hears_at_once(night: DayAtTheDesk) -> None:
    night.arrives(plain_letter(ABOUT_ALL))
    passes(night)
    assert told(night) == []
    assert told(night, "notice") == ["it"]


def test_who_is_on_leave_comes_last_and_of_whom_a_machine_says_so_does_not_count(night: DayAtTheDesk) -> None:
    for member, automatic in ((AIGUL, False), (YERLAN, True)):
        leaves.note(
            night.journal,
            Reader(address=member.address, role=member.role),
            starts=night.desk.today,
            ends=night.desk.today + timedelta(days=9),
            on=night.desk.today,
            automatic=automatic,
        )
    night.arrives(plain_letter(DANGER))
    passes(night)
    assert told(night) == ["yerlan", "daniyar", "saule"]
    passes(night, hours=2)
    assert told(night)[-1] == "aigul"


def test_who_gets_numbers_alone_comes_last_and_reads_no_word_of_it(night: DayAtTheDesk) -> None:
    night.numbers_only(AIGUL)
    night.arrives(plain_letter(DANGER))
    passes(night, hours=5)
    assert told(night) == ["yerlan", "daniyar", "saule", "aigul"]
    said = text_of(night.letters(AIGUL, "urgent")[0])
    assert "№1" in said
    assert "өлгім" not in said
    assert "өлгім" in text_of(night.letters(DANIYAR, "urgent")[0])  # brief: its first words
    assert "150" in said


def test_a_letter_that_is_refused_goes_to_the_next_one_at_once(night: DayAtTheDesk) -> None:
    night.arrives(plain_letter(DANGER))

    def refuses_the_first(raw: bytes, recipient: str) -> None:
        if recipient == AIGUL.address:
            raise Refused(permanent=True, code=550)
        night._submit(raw, recipient)

    while send_one(night.desk, refuses_the_first) is not Sent.NOTHING_OWED:
        pass
    assert told(night) == ["yerlan", "daniyar"]


def test_a_mail_server_that_is_away_for_three_hours_keeps_nothing_back_when_it_is_there_again(
    night: DayAtTheDesk,
) -> None:
    night.arrives(plain_letter(DANGER))

    def away(raw: bytes, recipient: str) -> None:
        raise Unreachable("the server does not answer")

    for _ in range(36):
        while send_one(night.desk, away) is not Sent.NOTHING_OWED:
            pass
        night.now += timedelta(minutes=5)
    passes(night, minutes=5)
    assert told(night)[:2] == ["aigul", "yerlan"]


@pytest.mark.parametrize("jump", [timedelta(hours=-3), timedelta(days=40), timedelta(days=-40)])
def test_a_clock_that_jumps_delays_no_first_letter(night: DayAtTheDesk, jump: timedelta) -> None:
    night.arrives(plain_letter(DANGER))
    passes(night, seconds=jump.total_seconds())
    assert told(night)[:2] == ["aigul", "yerlan"]


def test_a_flood_hides_nothing_and_is_bounded(night: DayAtTheDesk) -> None:
    for n in range(SINGLE + 45):
        night.arrives(plain_letter(f"Жасырын\n\nЯ всех убью {n}"))
        passes(night, minutes=1)
    passes(night, minutes=15)
    letters = night.letters(AIGUL, "urgent")
    assert SINGLE + 3 <= len(letters) <= SINGLE + 5
    said = "\n".join(text_of(one) for one in letters)
    assert all(f"Я всех убью {n}\r\n" in said for n in range(SINGLE + 45))
    passes(night, hours=30)
    assert len(night.letters(SAULE, "urgent")) <= SINGLE + 5
    assert len(night.letters(NURLAN, "notice")) <= SINGLE + 1


def test_no_hour_stays_of_an_urgent_appeal_once_its_letters_are_settled(night: DayAtTheDesk) -> None:
    night.arrives(plain_letter(DANGER))
    assert not [one for one in listed(night.journal) if one.data.get("first") and has_an_hour(one.due_at)]
    passes(night)
    night.answers(night.letters(YERLAN, "urgent")[0], "№1: позвонили", YERLAN)
    passes(night, hours=9)
    assert not [one for one in cells(night.journal) if has_an_hour(one[2])]


def test_an_appeal_of_today_can_be_answered_by_whom_its_urgent_letter_has_told(night: DayAtTheDesk) -> None:
    night.arrives(plain_letter(DANGER))
    passes(night)
    night.answers(night.letters(AIGUL, "urgent")[0], "№1: ата-анасымен сөйлестім", AIGUL)
    assert [one.text for one in night.journal.entry(1).measures] == ["ата-анасымен сөйлестім"]


def test_a_destroyed_appeal_is_told_to_nobody_any_more(night: DayAtTheDesk) -> None:
    night.arrives(plain_letter(DANGER))
    purge(night.journal, 1, on=night.desk.today, reason="request")
    passes(night, hours=9)
    assert told(night) == []
    assert night.journal.verify().ok
