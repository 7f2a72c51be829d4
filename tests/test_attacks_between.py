"""Attacks on what waits: a flood around one letter, a server that is away, words that were destroyed."""

from email import message_from_bytes

import pytest

from intake.alarm import SINGLE
from intake.outbox import Sent, send_one
from intake.purge import numbers_in
from intake.server import Unreachable
from journal import whole_replies
from journal.letters import by_token
from journal.model import DeedState
from journal.purging import Told, purge
from tests.desk import AIGUL, DANIYAR, YERLAN, DayAtTheDesk, text_of
from tests.school import plain_letter
from tests.test_traces import NURLAN
from tests.test_urgent import DANGER, night, passes, told

pytestmark = pytest.mark.decides
__all__ = ["night"]  # the fixture

SLY = "Жасырын\n\nАйгүл Сейітқызы мені ұрады, өлгім келеді."


def flood(day: DayAtTheDesk) -> None:
    """One more than have letters of their own: from now on several are told together."""
    for n in range(SINGLE + 1):
        day.arrives(plain_letter(f"Жасырын\n\nЯ всех убью {n}"))
        passes(day, seconds=10)


def test_a_flood_does_not_put_an_appeal_off_until_its_reader_s_turn_comes(night: DayAtTheDesk) -> None:
    flood(night)  # in which Данияр is third in line, two hours later
    night.arrives(plain_letter(SLY))  # of which he is the second
    passes(night, minutes=16)
    for member in (YERLAN, DANIYAR):
        assert "ұрады" in text_of(night.letters(member, "urgent")[-1])
    assert not any("ұрады" in text_of(one) for one in night.letters(AIGUL, "urgent"))


def test_an_answer_on_one_of_a_flood_hides_from_the_administrator_none_of_the_others(
    night: DayAtTheDesk,
) -> None:
    flood(night)
    night.arrives(plain_letter(DANGER))
    passes(night, minutes=16)
    said = "\n".join(f"№{number}: таныстым" for number in range(1, SINGLE + 2))
    night.answers(night.letters(AIGUL, "urgent")[-1], said, AIGUL)
    passes(night, hours=12)
    (notice,) = night.letters(NURLAN, "notice")
    assert f"№{SINGLE + 2}:" in str(notice["Subject"])


def test_a_letter_that_no_server_took_does_not_tell_of_what_was_marked_meanwhile(
    night: DayAtTheDesk,
) -> None:
    night.arrives(plain_letter(f"{DANGER} Борода."))

    def away(raw: bytes, recipient: str) -> None:
        if recipient != AIGUL.address:
            raise Unreachable("nobody there")
        night._submit(raw, recipient)

    while send_one(night.desk, away) is not Sent.NOTHING_OWED:
        pass
    night.answers(night.letters(AIGUL, "urgent")[0], "№1: қайшылық бар — Ерлан Маратов", AIGUL)
    passes(night, hours=1)
    assert "yerlan" not in told(night)
    assert "daniyar" in told(night)


def test_an_answer_that_no_server_took_does_not_leave_once_its_writer_is_named(day: DayAtTheDesk) -> None:
    day.arrives(plain_letter("У сына отбирают деньги.\n\nПетрова Мария", sender="maria@family.example"))
    day.at(15).sends()
    (letter,) = day.letters(DANIYAR, "daily")
    day.answers(letter, "№1: жауап: Всё выдумано, заберите жалобу.", DANIYAR)

    def away(raw: bytes, recipient: str) -> None:
        raise Unreachable("nobody there")

    for minute in (31, 40, 50):
        day.at(15, minute)
        for _ in range(2):
            send_one(day.desk, away)
    day.answers(day.letters(AIGUL, "daily")[0], "№1: қайшылық бар — Данияр Әлиев", AIGUL)
    day.at(18).sends()
    assert not [to for to, _ in day.sent if to == "maria@family.example"]
    assert [one.state for one in day.journal.entry(1).deeds] == [DeedState.FAILED]


def test_a_reply_to_another_day_s_letter_goes_with_the_appeal_that_it_speaks_of(day: DayAtTheDesk) -> None:
    day.arrives(plain_letter("Жасырын\n\nДәлізде бізді итереді."))
    day.at(15).sends()
    day.at(16)
    day.arrives(plain_letter("Асханада кезек ұзақ.\n\nПетрова Мария", sender="maria@family.example"))
    day.at(15, days=1).sends()
    (older, _) = day.letters(AIGUL, "daily")
    day.at(16)
    day.answers(older, "№1: сөйлестім", AIGUL)
    day.answers(older, "№2: жауап: Құпия сөздер айтылды.", AIGUL)
    purge(day.journal, 2, on=day.desk.today, reason="request", told=Told(numbers_in))
    assert [one.id for one in whole_replies.listed(day.journal)] == [1]
    assert day.journal.verify().ok


def test_no_kept_copy_of_an_urgent_letter_tells_the_hour_of_it(night: DayAtTheDesk) -> None:
    night.arrives(plain_letter(f"{DANGER} {'Солай болды. ' * 2000}"))
    passes(night)
    letters = [one for kind in ("urgent", "text") for one in night.letters(AIGUL, kind)]
    assert [one["Date"] is not None for one in letters] == [True, True]
    for one in letters:
        kept = by_token(night.journal, str(one["Message-ID"])[3:35], night.now)
        assert kept is not None
        assert kept.snapshot is not None
        copy = message_from_bytes(kept.snapshot)
        assert copy["Date"] is None
        assert copy["Message-ID"] == one["Message-ID"]
    night.answers(letters[1], "ата-анасымен сөйлестім", AIGUL)
    assert [one.text for one in night.journal.entry(1).measures] == ["ата-анасымен сөйлестім"]
