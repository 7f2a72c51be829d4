"""When a letter is owed, to whom, and what happens when it does not leave."""

from dataclasses import replace
from email.message import EmailMessage

import pytest

from intake.outbox import Sent, owe_due, send_one
from intake.server import Unreachable
from intake.submission import OutcomeUnknown, Refused
from journal.letters import listed
from journal.model import LetterKind, LetterState
from reports.daily import write_daily
from tests.desk import AIGUL, DANIYAR, SCHOOL, YERLAN, DayAtTheDesk, text_of
from tests.school import plain_letter


def appeal(n: int = 1) -> bytes:
    return plain_letter(f"Жасырын\n\nБізге көмек керек, {n}.")


def test_nothing_is_owed_before_15_00(day: DayAtTheDesk) -> None:
    day.arrives(appeal())
    assert day.at(14, 59).sends() == []
    assert day.at(15, 0).sends() == [Sent.SENT] * 3


def test_a_day_without_news_still_gets_its_short_letter(day: DayAtTheDesk) -> None:
    day.at(15).sends()
    (letter,) = day.letters(AIGUL, "daily")
    assert "жаңа өтініш жоқ" in str(letter["Subject"])


def test_each_reader_gets_one_letter_a_day_however_often_we_ask(day: DayAtTheDesk) -> None:
    for minute in range(0, 50, 10):
        day.at(15, minute).sends()
    assert [len(day.letters(reader, "daily")) for reader in SCHOOL.staff] == [1, 1, 1]


def test_a_late_start_sends_one_letter_and_says_that_it_is_late(day: DayAtTheDesk) -> None:
    day.arrives(appeal())
    day.at(9, 30, days=1).sends()
    (letter,) = day.letters(AIGUL, "daily")
    assert "кешігіп" in text_of(letter)
    assert "Бізге көмек керек" in text_of(letter)


def test_a_worker_asleep_for_three_days_sends_one_letter_with_everything(day: DayAtTheDesk) -> None:
    day.at(15).sends()
    day.arrives(appeal())
    day.at(10, days=3).sends()
    assert len(day.letters(AIGUL, "daily")) == 2
    assert "Бізге көмек керек" in text_of(day.letters(AIGUL, "daily")[1])
    day.at(15).sends()
    assert len(day.letters(AIGUL, "daily")) == 3


def test_a_new_installation_does_not_send_yesterday_s_letter(day: DayAtTheDesk) -> None:
    assert day.at(9).sends() == []


def test_a_clock_that_was_put_back_owes_no_letter_of_a_day_before(day: DayAtTheDesk) -> None:
    day.arrives(appeal())
    assert day.at(15, days=1).sends() == [Sent.SENT] * 3
    assert day.at(9).sends() == []
    assert day.at(15).sends() == []
    assert day.at(15, days=1).sends() == [Sent.SENT] * 3


def test_what_one_letter_told_as_new_the_next_one_does_not(day: DayAtTheDesk) -> None:
    day.arrives(appeal(1))
    day.at(15).sends()
    day.at(16).arrives(appeal(2))
    day.at(15, days=1).sends()
    first, second = day.letters(AIGUL, "daily")
    assert "№1" in str(text_of(first)) and "№2" not in text_of(first)
    assert "Бізге көмек керек, 2" in text_of(second)
    assert "1 жаңа" in str(second["Subject"])


def test_a_text_over_4000_characters_continues_in_a_letter_of_its_own(day: DayAtTheDesk) -> None:
    words = " ".join(f"Бұл {n} сөйлем." for n in range(600))
    day.arrives(plain_letter(f"Жасырын\n\n{words}"))
    day.at(15).sends()
    (daily,), (rest,) = day.letters(AIGUL, "daily"), day.letters(AIGUL, "text")
    assert "Бұл 599 сөйлем." not in text_of(daily)
    whole = " ".join((text_of(daily) + text_of(rest)).split())
    assert all(f"Бұл {n} сөйлем." in whole for n in range(600)), "not a sentence is lost between the two"
    assert day.letters(DANIYAR, "text") == [], "short letters stay short"


def failing(fault: Exception, *, to: str = "") -> object:
    def submit(_raw: bytes, recipient: str) -> None:
        if to in ("", recipient):
            raise fault

    return submit


def steps(day: DayAtTheDesk, submit: object) -> list[Sent]:
    owe_due(day.desk)
    done: list[Sent] = []
    while not done or done[-1] not in (Sent.NOTHING_OWED, Sent.SERVER_DOWN):
        done.append(send_one(day.desk, submit))  # type: ignore[arg-type]
    return done


def test_one_refused_reader_does_not_silence_the_others(day: DayAtTheDesk) -> None:
    refusal = Refused("no such mailbox", permanent=True, code=550)
    done = steps(day.at(15), failing(refusal, to=AIGUL.address))
    told_of_it = ["SENT", "SENT"]
    assert sorted(step.name for step in done) == ["FAILED", "NOTHING_OWED", "SENT", "SENT", *told_of_it]
    states = {one.reader.address: one.state for one in listed(day.journal) if one.kind is LetterKind.DAILY}
    assert states[AIGUL.address] is LetterState.FAILED
    assert states[YERLAN.address] is LetterState.SENT


def test_what_a_refused_letter_would_have_told_stands_in_the_next_one(day: DayAtTheDesk) -> None:
    day.arrives(appeal())
    steps(day.at(15), failing(Refused("over quota", permanent=True, code=552), to=AIGUL.address))
    day.at(15, days=1).sends()
    (letter,) = day.letters(AIGUL, "daily")
    assert "Бізге көмек керек, 1" in text_of(letter)


@pytest.mark.parametrize("fault", [Refused("busy", permanent=False, code=451), OutcomeUnknown("cut")])
def test_a_letter_that_may_not_have_left_is_sent_again_as_it_was(day: DayAtTheDesk, fault: Exception) -> None:
    day.arrives(appeal())
    sent: list[bytes] = []

    def submit(raw: bytes, recipient: str) -> None:
        sent.append(raw)
        raise fault

    steps(day.at(15), submit)
    day.at(15, 10).sends()
    again = [raw for to, raw in day.sent if to == AIGUL.address]
    assert len(again) == 1
    assert again[0] in sent, "the same bytes, so the same Message-ID"


def test_a_server_that_is_down_is_not_asked_for_every_letter(day: DayAtTheDesk) -> None:
    assert steps(day.at(15), failing(Unreachable("no answer"))) == [Sent.SERVER_DOWN]
    day.at(16).sends()
    assert [len(day.letters(reader, "daily")) for reader in SCHOOL.staff] == [1, 1, 1]


def test_a_letter_that_cannot_be_written_does_not_stop_the_others(
    day: DayAtTheDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_for_one(journal: object, school: object, member: object, **rest: object) -> object:
        if member == AIGUL:
            raise ZeroDivisionError
        return write_daily(journal, school, member, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr("intake.composing.write_daily", fails_for_one)
    assert sorted(step.name for step in day.at(15).sends()) == ["DEFERRED", "SENT", "SENT"]


def test_a_reader_who_left_gets_nothing_that_was_owed_before(day: DayAtTheDesk) -> None:
    owe_due(day.at(15).desk)
    day.without(AIGUL)
    day.sends()
    assert day.letters(AIGUL) == []
    assert len(day.letters(YERLAN)) == 1


def test_a_reader_with_an_hour_of_their_own_is_served_at_that_hour(day: DayAtTheDesk) -> None:
    hour = SCHOOL.summary_at.replace(hour=17)
    day.school = replace(SCHOOL, staff=(AIGUL, replace(YERLAN, hour=hour)))
    assert len(day.at(15, 30).sends()) == 1
    assert len(day.at(17, 1).sends()) == 1
    assert len(day.letters(YERLAN, "daily")) == 1


def test_every_letter_says_what_it_is_and_that_a_machine_sent_it(day: DayAtTheDesk) -> None:
    day.at(15).sends()
    for _, raw in day.sent:
        assert b"Auto-Submitted: auto-generated" in raw
        assert b"X-Auto-Response-Suppress: DR, RN, NRN, AutoReply" in raw
        assert b"X-Senim-Letter: daily" in raw
        assert max(len(line) for line in raw.split(b"\r\n")) <= 998
        assert raw.isascii()
    assert isinstance(day.letters(AIGUL)[0], EmailMessage)
