"""What somebody tries with a letter's token: a teacher who found a forwarded summary, or may read it."""

from email.message import EmailMessage

import pytest

from journal.model import Disposition
from tests.desk import AIGUL, DANIYAR, DayAtTheDesk, text_of
from tests.school import plain_letter, reply_to


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
