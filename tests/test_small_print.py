"""Every daily letter accounts for the mailbox: what came, what became of it, what still lies there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from intake.verbs.held import REASONS
from journal import looks, troubles
from journal.condition import Trouble
from reports.foot import UNREAD, put_aside_as
from reports.school import Detail
from tests.command import Senim, open_journal
from tests.desk import AIGUL, SCHOOL, YERLAN, DayAtTheDesk, text_of
from tests.school import ALMATY, plain_letter

BOMB = b"From: x@y.example\r\n" + b"X-A: 1\r\n" * 400 + b"\r\ntext\r\n"


def plain(day: DayAtTheDesk, member: object = YERLAN) -> str:
    """The last daily letter, its lines joined."""
    letter = day.letters(member, "daily")[-1]  # type: ignore[arg-type]
    return " ".join(text_of(letter).split()).replace("\u00a0", " ")


def automatic(subject: str, mark: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "x@site.example", "box@school.example", subject
    letter["Auto-Submitted"] = mark
    letter.set_content("...")
    return letter


def a_day_of_post(day: DayAtTheDesk) -> None:
    appeal = plain_letter("Жасырын\n\nБізге көмек керек.")
    for raw in (appeal, appeal, plain_letter("Жасырын\n\nТағы бір өтініш.")):
        day.arrives(raw)  # the second is the same letter once more
    for n in range(2):
        day.arrives(automatic(f"Report {n}", "auto-generated"))
    day.arrives(b"X-Spam-Flag: YES\r\n" + plain_letter("Сатып алыңыз!"))
    day.arrives(b"List-Id: <news.example>\r\n" + plain_letter("Жаңалықтар"))
    day.arrives(plain_letter("№1: әңгіме өткізілді", sender=AIGUL.address))
    day.arrives(BOMB)
    day.arrives(None, size=40_000_000)


@pytest.mark.parametrize("detail", list(Detail))
def test_all_that_came_is_accounted_for_by_reason(day: DayAtTheDesk, detail: Detail) -> None:
    day.school = replace(SCHOOL, staff=(replace(YERLAN, detail=detail),))
    day.school = replace(day.school, staff=(*day.school.staff, AIGUL))
    a_day_of_post(day)
    day.at(15).sends()
    assert (
        "Писем в ящик пришло (16 ноября – 23 ноября) — 10: зарегистрировано обращений — 2, записано "
        "Ваших ответов — 0, пропущено — 3 (автоматические письма — 2, повторы — 1), отложено — 5 "
        "(нечитаемые — 2, сомнительные ответы — 1, спам — 1, рассылки — 1)."
    ) in plain(day)


def test_a_day_without_post_says_so(day: DayAtTheDesk) -> None:
    day.at(15).sends()
    assert "Ничего нового в ящик не поступало" in plain(day)
    assert "Почтовый ящик ещё ни разу не прочитан." in plain(day)


def test_what_still_lies_in_the_mailbox_is_said_its_junk_included(day: DayAtTheDesk) -> None:
    for folder, standing in (("INBOX", 2), ("Junk", 1)):
        looks.note(day.journal, folder, today=day.desk.today, standing=standing)
    day.at(15).sends()
    assert "Осталось в почтовом ящике — 3." in plain(day)


def test_a_mailbox_that_is_not_being_read_is_said_to_be_so(day: DayAtTheDesk) -> None:
    looks.note(day.journal, "INBOX", today=day.desk.today, standing=0)
    troubles.begin(day.journal, Trouble.MAILBOX, day.at(13, 10).now)
    day.at(15).sends()
    assert "Почтовый ящик сейчас не читается, последний раз он прочитан: 13:10." in plain(day)
    day.at(15, days=1).sends()
    assert "последний раз он прочитан: 23 ноября, 13:10." in plain(day)


def test_a_fault_of_a_moment_is_no_word_in_the_letter(day: DayAtTheDesk) -> None:
    looks.note(day.journal, "INBOX", today=day.desk.today, standing=0)
    troubles.begin(day.journal, Trouble.MAILBOX, day.at(14, 58).now)
    day.at(15).sends()
    assert "Осталось в почтовом ящике — 0." in plain(day)


def test_a_mailbox_that_nobody_looked_into_today_is_said_to_be_so(day: DayAtTheDesk) -> None:
    looks.note(day.journal, "INBOX", today=day.desk.today, standing=0)
    day.at(15, days=1).sends()
    assert "последний раз он прочитан: 23 ноября." in plain(day)


def test_a_folder_that_left_the_config_is_missed_by_nobody(day: DayAtTheDesk) -> None:
    today = day.desk.today
    looks.note(day.journal, "Junk", today=today - timedelta(days=2), standing=7)
    looks.note(day.journal, "INBOX", today=today, standing=0)
    day.at(15).sends()
    assert "Осталось в почтовом ящике — 0." in plain(day)


def test_every_reason_for_holding_has_its_group() -> None:
    unread = {reason for reason in REASONS if put_aside_as(reason) == UNREAD}
    assert unread == {"too-large", "reader-died", "reader-too-slow", "reader-too-large"}


# Repeats


def test_the_same_words_once_more_are_said_to_be_probably_a_repeat(day: DayAtTheDesk) -> None:
    for _ in range(2):
        day.arrives(plain_letter("Жасырын\n\nБізге асханада көмек керек."))
    day.at(15).sends()
    assert plain(day, AIGUL).count("қайта жіберілген №1 өтініш болуы мүмкін") == 1


def test_the_same_words_with_a_name_and_without_one_are_never_linked(day: DayAtTheDesk) -> None:
    words = "Бізге асханада көмек керек."
    signed = "=?utf-8?b?0JzQsNGA0LjRjyDQn9C10YLRgNC+0LLQsA==?= <m@family.example>"
    day.arrives(plain_letter(words, sender=signed))
    day.arrives(plain_letter(f"Жасырын\n\n{words}", sender=signed))
    day.arrives(plain_letter(words, sender=signed))
    day.at(15).sends()
    links = [(one.number, one.anonymous, one.repeats) for one in day.journal.entries()]
    assert links == [(1, False, None), (2, True, None), (3, False, 1)]
    assert plain(day, AIGUL).count("қайта жіберілген") == 1


def test_a_preview_in_the_morning_does_not_call_the_mailbox_unread(begun: Path, senim: Senim) -> None:
    at = datetime.now(UTC)
    with open_journal(begun) as journal:
        looks.note(journal, "INBOX", today=at.astimezone(ALMATY).date(), standing=0)
    tomorrow = (at + timedelta(days=1)).date().isoformat()
    said = senim("summary", "--date", tomorrow).out
    assert "Поштада қаралмай тұрғаны" in said
    assert "оқылмай тұр" not in said
