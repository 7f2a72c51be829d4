"""Who may write a measure, and what happens to everyone else who tries."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from journal import whole_replies
from journal.letters import listed
from journal.model import Disposition, Filing, LetterKind
from tests.desk import AIGUL, DANIYAR, YERLAN, DayAtTheDesk, believed, text_of
from tests.school import plain_letter, reply_to

pytestmark = pytest.mark.decides


def with_two_appeals(day: DayAtTheDesk) -> EmailMessage:
    """Two appeals and the letter about them that Айгүл got at 15:00."""
    day.arrives(plain_letter("Жасырын\n\nДәлізде бізді итереді, №2: деп жазылған қағаз ілінген."))
    day.arrives(plain_letter("Жасырын\n\nАсханада кезек ұзақ."))
    day.at(15).sends()
    (letter,) = day.letters(AIGUL, "daily")
    day.at(16)
    return letter


def measures(day: DayAtTheDesk, number: int) -> list[str]:
    return [measure.text for measure in day.journal.entry(number).measures]


def test_a_reply_records_its_measures_in_the_name_of_the_reader_and_is_confirmed(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    outcome = day.answers(letter, "№1: ата-анасымен сөйлестім", AIGUL)
    assert (outcome.disposition, outcome.filing) == (Disposition.UPDATED, Filing.EXPUNGED)
    (measure,) = day.journal.entry(1).measures
    assert (measure.text, measure.by, measure.role) == ("ата-анасымен сөйлестім", AIGUL.name, AIGUL.role)
    assert day.journal.entry(1).considered_by == (AIGUL.role,)
    day.sends()
    (confirmation,) = day.letters(AIGUL, "confirmation")
    assert "ата-анасымен сөйлестім" in text_of(confirmation)
    assert "итереді" not in text_of(confirmation), "a confirmation never repeats the appeal"


def test_the_quoted_words_of_a_family_are_never_a_measure(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    day.answers(letter, "№1: ата-анасымен сөйлестім", AIGUL)
    assert measures(day, 2) == []


def test_the_same_reply_twice_counts_once(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    reply = believed(reply_to(letter, "№1: сөйлестім", AIGUL.address))
    day.arrives(reply)
    again = day.arrives(reply)
    assert (again.disposition, again.reason) == (Disposition.IGNORED, "repeat")
    assert again.filing is Filing.EXPUNGED  # as the first: it quotes our letter too
    assert measures(day, 1) == ["сөйлестім"]


def test_a_reply_of_which_nothing_was_understood_leaves_the_mailbox_and_is_kept_sealed(
    day: DayAtTheDesk,
) -> None:
    outcome = day.answers(with_two_appeals(day), "Бәрімен сөйлестік.", AIGUL)
    assert (outcome.reason, outcome.filing) == ("nothing-understood", Filing.EXPUNGED)
    (kept,) = whole_replies.listed(day.journal)
    whole = message_from_bytes(whole_replies.opened(day.journal, kept.id).raw, policy=default)
    assert isinstance(whole, EmailMessage)
    assert "Бәрімен сөйлестік." in text_of(whole)


def test_the_same_words_in_a_new_reply_count_again(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    day.answers(letter, "№1: қоңырау шалдым", AIGUL)
    day.answers(letter, "№1: қоңырау шалдым", AIGUL)
    assert measures(day, 1) == ["қоңырау шалдым", "қоңырау шалдым"]


def test_a_stranger_with_a_stolen_token_is_held_and_the_reader_is_told_once_a_day(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    for _ in range(3):
        reply = reply_to(letter, "№1: бәрі жақсы, шара қажет емес", "bully@class.example")
        outcome = day.arrives(believed(reply, "class.example"))
        assert (outcome.disposition, outcome.reason) == (Disposition.HELD, "other-sender")
    assert measures(day, 1) == []
    day.sends()
    (notice,) = day.letters(AIGUL, "refusal")
    assert "bully@class.example" not in notice.as_string()
    assert not [to for to, _ in day.sent if to == "bully@class.example"], "a stranger is never answered"


def test_another_reader_with_a_colleague_s_token_is_held(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    outcome = day.answers(letter, "№1: жабылды", YERLAN)
    assert outcome.disposition is Disposition.HELD
    assert measures(day, 1) == []


def test_a_reply_with_two_from_fields_is_held(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    raw = b"From: bully@class.example\r\n" + believed(reply_to(letter, "№1: жабылды", AIGUL.address))
    outcome = day.arrives(raw)
    assert (outcome.disposition, outcome.reason) == (Disposition.HELD, "repeated-from")
    assert measures(day, 1) == []


def test_a_staff_address_without_a_token_is_held_and_told(day: DayAtTheDesk) -> None:
    with_two_appeals(day)
    outcome = day.arrives(plain_letter("№1: жабылды", sender=AIGUL.address))
    assert (outcome.disposition, outcome.reason) == (Disposition.HELD, "no-valid-token")
    assert measures(day, 1) == []
    day.sends()
    assert len(day.letters(AIGUL, "refusal")) == 1


def test_a_token_of_last_month_is_no_token(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    day.at(16, days=31)
    assert day.answers(letter, "№1: сөйлестім", AIGUL).reason == "no-valid-token"
    assert measures(day, 1) == []


def test_a_reader_who_left_the_school_can_record_nothing_more(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    day.without(AIGUL)
    assert day.answers(letter, "№1: сөйлестім", AIGUL).reason == "reader-left"
    assert measures(day, 1) == []


def test_a_number_that_does_not_exist_is_said_back_and_stored_nowhere(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    day.answers(letter, "№77: сөйлестім\n№1: сынып сағаты өтті", AIGUL)
    assert (measures(day, 1), measures(day, 2)) == (["сынып сағаты өтті"], [])
    day.sends()
    assert "77" in text_of(day.letters(AIGUL, "confirmation")[0])


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("Auto-Submitted", "auto-replied", "out-of-office"),
        ("X-Autoreply", "yes", "out-of-office"),
        ("Auto-Submitted", "auto-generated", "automatic"),
    ],
)
def test_an_out_of_office_is_ignored_and_answered_by_nobody(
    day: DayAtTheDesk, field: str, value: str, reason: str
) -> None:
    letter = with_two_appeals(day)
    away = reply_to(letter, "№1: мен демалыстамын, 5 желтоқсанда келемін", AIGUL.address)
    away[field] = value
    outcome = day.arrives(believed(away))
    assert (outcome.disposition, outcome.reason) == (Disposition.IGNORED, reason)
    assert measures(day, 1) == []
    assert day.sends() == []


def test_an_answering_machine_without_marks_gets_one_letter_a_day_at_most(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    for _ in range(5):
        day.answers(letter, "Мен демалыстамын.", AIGUL)
        day.sends()
    assert len(day.letters(AIGUL, "confirmation")) == 1


def test_our_own_letter_that_comes_back_is_ignored(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    outcome = day.arrives(letter.as_bytes())
    assert (outcome.disposition, outcome.reason) == (Disposition.IGNORED, "our-letter")
    assert day.journal.last_number() == 2
    assert day.sends() == []


def test_a_bounce_of_our_letter_is_ignored_and_stands_in_the_history(day: DayAtTheDesk) -> None:
    letter = with_two_appeals(day)
    bounce = "\r\n".join(
        [
            "From: MAILER-DAEMON@mail.example",
            "Return-Path: <>",
            f"In-Reply-To: {letter['Message-ID']}",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b\r\nContent-Type: text/plain\r\n\r\nThe mailbox is full.",
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\nStatus: 5.2.2\r\n",
            "--b--\r\n",
        ]
    )
    outcome = day.arrives(bounce.encode())
    assert (outcome.disposition, outcome.reason) == (Disposition.IGNORED, "delivery-report")
    assert day.journal.last_number() == 2


def test_file_12_brings_the_attachments_by_a_letter_of_their_own(day: DayAtTheDesk) -> None:
    signed = EmailMessage()
    signed["From"] = "=?utf-8?b?0JzQsNGA0LjRjyDQn9C10YLRgNC+0LLQsA==?= <m@family.example>"
    signed["Message-ID"] = "<f1@family.example>"
    signed.set_content("Прошу рассмотреть справку.")
    signed.add_attachment(b"%PDF-1.4 spravka", maintype="application", subtype="pdf", filename="spravka.pdf")
    day.arrives(signed)
    day.at(15).sends()
    (letter,) = day.letters(AIGUL, "daily")
    day.at(16).answers(letter, "файл 1", AIGUL)
    day.sends()
    (files,) = day.letters(AIGUL, "files")
    assert [part.get_content() for part in files.iter_attachments()] == [b"%PDF-1.4 spravka"]
    assert measures(day, 1) == []


def test_a_reader_with_short_letters_gets_no_files(day: DayAtTheDesk) -> None:
    with_two_appeals(day)
    (letter,) = day.letters(DANIYAR, "daily")
    day.answers(letter, "файл 1", DANIYAR)
    day.sends()
    assert day.letters(DANIYAR, "files") == []
    assert len(day.letters(DANIYAR, "confirmation")) == 1


def test_every_letter_carries_a_token_of_its_own(day: DayAtTheDesk) -> None:
    with_two_appeals(day)
    dailies = [letter for letter in listed(day.journal) if letter.kind is LetterKind.DAILY]
    assert len(dailies) == 3
    assert len({str(day.letters(one, "daily")[0]["Reply-To"]) for one in (AIGUL, YERLAN, DANIYAR)}) == 3
