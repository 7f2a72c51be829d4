"""What somebody tries with a letter's token: a teacher who found a forwarded summary, or may read it."""

from email.message import EmailMessage

import pytest

from journal.model import Disposition
from tests.desk import AIGUL, DANIYAR, DayAtTheDesk, believed, text_of
from tests.school import plain_letter, reply_to
from tests.test_undelivered import report


def daily(day: DayAtTheDesk) -> EmailMessage:
    """One anonymous appeal, and the letter about it that Айгүл got at 15:00."""
    day.arrives(plain_letter("Жасырын\n\nДәлізде бізді итереді."))
    day.at(15).sends()
    (letter,) = day.letters(AIGUL, "daily")
    day.at(16)
    return letter


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "line",
    [
        "-" * 490 + "original message" + "-" * 480 + "x",
        "*" * 999,
        "[cid:" * 3_999,
        "№1: сөйлестім" + " " * 19_000 + "x",
    ],
)
def test_no_line_of_a_reply_keeps_the_worker_from_the_other_letters(day: DayAtTheDesk, line: str) -> None:
    """A single line of dashes once took it hours, in the process that takes everybody's letters."""
    letter = daily(day)
    reply = reply_to(letter, "", AIGUL.address, quote=False)
    reply.set_content("\n".join([line] * (280_000 // len(line))), cte="base64")
    assert day.arrives(reply).disposition is Disposition.UPDATED


def test_a_reader_of_numbers_is_told_nobody_s_name_by_the_answers(day: DayAtTheDesk) -> None:
    """Who may know numbers alone once only had to write a line on each to be told who had written it."""
    day.numbers_only(DANIYAR)
    day.arrives(plain_letter("ФИО: Асқар Серікұлы\n\nАсханада кезек ұзақ."))
    day.at(15).sends()
    (letter,) = day.letters(DANIYAR, "daily")
    day.answers(letter, "№1: noted", DANIYAR)
    day.arrives(reply_to(letter, "№1: noted once more", DANIYAR.address))
    day.sends()
    for kind in ("confirmation", "confirm"):
        (told,) = day.letters(DANIYAR, kind)
        assert "№1" in text_of(told)
        assert "Асқар" not in told.as_string() + text_of(told)


@pytest.mark.parametrize("words", ["файл 2", "№2: сөйлестім", "№2: негізсіз"])
def test_nobody_learns_by_asking_at_what_time_an_appeal_came(day: DayAtTheDesk, words: str) -> None:
    """Asked every few minutes for the next number, the answers once told when the letter came."""
    letter = daily(day)
    day.at(10, days=1)
    answered = []
    for before_and_after in range(2):
        if before_and_after:
            day.arrives(plain_letter("Жасырын\n\nАсханада кезек ұзақ."))
        day.at(10, 10 + before_and_after).answers(letter, f"{words}{'.' * before_and_after}", AIGUL)
        day.sends()
        answered.append([len(day.letters(AIGUL, kind)) for kind in ("files", "confirmation")])
    assert answered[0] == answered[1] == [0, 1]
    assert day.journal.entry(2).measures == ()
    day.at(15).sends()
    day.at(16).answers(letter, "№2: сөйлестім, ертең тағы", AIGUL)
    assert [one.text for one in day.journal.entry(2).measures] == ["сөйлестім, ертең тағы"]


def test_the_news_of_a_lost_letter_does_not_count_what_came_after_it(day: DayAtTheDesk) -> None:
    """Forged at an hour of somebody's choice, it once told the others how many had written by then."""
    letter = daily(day)
    day.arrives(plain_letter("Жасырын\n\nАсханада кезек ұзақ."))
    day.arrives(report(letter))
    day.sends()
    (news,) = day.letters(DANIYAR, "bounced")
    assert "New appeals in it: 1" in text_of(news)


def test_a_true_reply_sent_again_under_another_id_counts_once(day: DayAtTheDesk) -> None:
    """Whoever was on copy has it with its signature, and may change what nobody signed."""
    letter = daily(day)
    reply = reply_to(letter, "№1: сөйлестім", AIGUL.address, quote=False)
    reply["Date"] = "Mon, 23 Nov 2026 16:00:00 +0500"
    first = day.arrives(believed(reply))
    reply.replace_header("Message-ID", "<another@phone.example>")
    again = day.arrives(believed(reply))
    assert (first.reason, again.reason) == ("reply", "repeat")
    assert len(day.journal.entry(1).measures) == 1


def test_the_same_words_of_another_hour_are_a_second_measure(day: DayAtTheDesk) -> None:
    letter = daily(day)
    for hour in (16, 17):
        reply = reply_to(letter, "№1: сөйлестім", AIGUL.address, quote=False)
        reply["Date"] = f"Mon, 23 Nov 2026 {hour}:00:00 +0500"
        assert day.arrives(believed(reply)).reason == "reply"
    assert len(day.journal.entry(1).measures) == 2
