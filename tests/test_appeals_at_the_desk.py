"""What becomes of everything else that comes to the box."""

from email.message import EmailMessage

import pytest

from intake.form import FormFields, write_form
from intake.mailbox import Mailbox
from intake.release import NotReleased, release
from journal.mailroom import AlreadyReceived
from journal.model import Channel, Disposition, Filing, HeldState
from tests.desk import SCHOOL, DayAtTheDesk
from tests.moments import A_MOMENT
from tests.school import plain_letter

pytestmark = pytest.mark.decides

MARIA = "=?utf-8?b?0JzQsNGA0LjRjyDQn9C10YLRgNC+0LLQsA==?= <maria@family.example>"


def from_page(text: str, *, submission: str = "0f" * 16, surname: str = "") -> bytes:
    fields = FormFields(
        anonymous=not surname,
        surname=surname,
        class_group="7Ә",
        phone="87010000000",
        language="kk",
        text=text,
    )
    return write_form(fields, (), box=SCHOOL.box, submission_id=submission, now=A_MOMENT).as_bytes()


def test_an_anonymous_appeal_is_recorded_and_its_letter_destroyed(day: DayAtTheDesk) -> None:
    outcome = day.arrives(from_page("Сыныпта мені келемеждейді."))
    assert (outcome.disposition, outcome.filing, outcome.number) == (
        Disposition.RECORDED,
        Filing.EXPUNGED,
        1,
    )
    entry = day.journal.entry(1)
    assert entry.anonymous
    assert (entry.channel, entry.class_group, entry.phone) == (Channel.PAGE, "7Ә", "87010000000")
    assert entry.term.received_on.isoformat() == "2026-11-23"


def test_a_signed_letter_is_moved_and_its_writer_stands_in_the_register(day: DayAtTheDesk) -> None:
    outcome = day.arrives(plain_letter("Прошу разобраться со звонками.", sender=MARIA, subject="Звонки"))
    assert outcome.filing is Filing.JOURNALED
    entry = day.journal.entry(1)
    assert entry.applicant is not None
    assert (entry.applicant.given_name, entry.applicant.surname) == ("Мария", "Петрова")
    assert (entry.content, entry.channel) == ("Звонки", Channel.LETTER)


def test_the_hour_of_an_anonymous_appeal_leaves_no_trace_and_that_of_a_signed_one_counts(
    day: DayAtTheDesk,
) -> None:
    day.arrives(from_page("Таңертең жаздым.", submission="aa" * 16))
    day.at(21).arrives(from_page("Кешке жаздым.", submission="bb" * 16))
    assert day.journal.entry(1).term == day.journal.entry(2).term
    day.arrives(plain_letter("Прошу помочь.", sender=MARIA))
    assert day.journal.entry(3).term.registered_on > day.journal.entry(1).term.registered_on


def test_a_school_may_have_signed_letters_destroyed_too(day: DayAtTheDesk) -> None:
    day.signed_goes = Filing.EXPUNGED
    assert day.arrives(plain_letter("Прошу помочь.", sender=MARIA)).filing is Filing.EXPUNGED


def test_a_letter_that_ends_with_the_name_of_a_member_of_staff_is_not_signed_by_them(
    day: DayAtTheDesk,
) -> None:
    day.arrives(plain_letter("Меня унижает на уроках\n\nМаратов Ерлан", sender="child@family.example"))
    assert day.journal.entry(1).anonymous
    day.arrives(plain_letter("Прошу помочь моему сыну.\n\nСерік Болатов", sender="child@family.example"))
    assert not day.journal.entry(2).anonymous


def test_a_double_click_is_one_entry_and_its_second_letter_is_destroyed_too(day: DayAtTheDesk) -> None:
    day.arrives(from_page("Бір рет жаздым."))
    again = day.arrives(from_page("Бір рет жаздым."))
    assert (again.disposition, again.filing, again.reason) == (
        Disposition.IGNORED,
        Filing.EXPUNGED,
        "repeat",
    )
    assert day.journal.last_number() == 1


def test_a_form_that_always_sends_the_same_id_loses_nothing(day: DayAtTheDesk) -> None:
    day.arrives(from_page("Бірінші бала."))
    assert day.arrives(from_page("Екінші бала.")).number == 2


def test_two_children_with_the_same_words_are_two_entries_and_the_second_says_so(day: DayAtTheDesk) -> None:
    day.arrives(from_page("Көмектесіңізші.", submission="aa" * 16))
    day.arrives(from_page("Көмектесіңізші.", submission="bb" * 16))
    assert day.journal.entry(2).repeats == 1


def test_the_form_s_letter_is_an_appeal_whatever_automatic_marks_the_site_adds(day: DayAtTheDesk) -> None:
    raw = b"Auto-Submitted: auto-generated\r\nPrecedence: bulk\r\n" + from_page("Маған көмек керек.")
    assert day.arrives(raw).disposition is Disposition.RECORDED


@pytest.mark.parametrize(
    ("header", "disposition", "reason"),
    [
        ("Auto-Submitted: auto-generated", Disposition.IGNORED, "automatic"),
        ("X-Autoreply: yes", Disposition.IGNORED, "out-of-office"),
        ("Precedence: list", Disposition.HELD, "list-or-bulk"),
        ("List-Id: <news.example>", Disposition.HELD, "list-or-bulk"),
        ("X-Spam-Flag: YES", Disposition.HELD, "spam-marked"),
    ],
)
def test_other_machines_are_ignored_and_doubtful_mail_is_held(
    day: DayAtTheDesk, header: str, disposition: Disposition, reason: str
) -> None:
    outcome = day.arrives(header.encode() + b"\r\n" + plain_letter("Здравствуйте!", sender=MARIA))
    assert (outcome.disposition, outcome.reason) == (disposition, reason)
    assert day.journal.last_number() == 0
    assert day.journal.counts(A_MOMENT.date()) == {(disposition, reason): 1}


def test_a_letter_over_the_limit_is_held_without_its_bytes(day: DayAtTheDesk) -> None:
    outcome = day.arrives(None, size=Mailbox.LIMIT + 1)
    assert (outcome.disposition, outcome.reason) == (Disposition.HELD, "too-large")
    (kept,) = day.journal.held()
    with pytest.raises(NotReleased, match="too large"):
        release(kept.id, day.desk)


def test_what_cannot_be_read_is_held_and_the_next_letter_goes_on(day: DayAtTheDesk) -> None:
    outcome = day.arrives(b"X: 1\r\n" * 500 + b"\r\ntext")
    assert outcome.disposition is Disposition.HELD
    assert day.arrives(from_page("Келесі хат.")).number == 1
    (kept,) = day.journal.held()
    with pytest.raises(NotReleased, match="cannot be read"):
        release(kept.id, day.desk)


def test_a_fault_of_ours_holds_the_letter_and_logs_no_word_of_it(
    day: DayAtTheDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_args: object, **_kwargs: object) -> None:
        raise KeyError("Аружан 7Ә")

    monkeypatch.setattr("intake.registration.term", fails)
    outcome = day.arrives(from_page("Аружан 7Ә сыныбында."))
    assert (outcome.disposition, outcome.reason) == (Disposition.HELD, "error-KeyError")
    assert "Аружан" not in caplog.text
    assert day.journal.last_number() == 0


def test_a_held_letter_can_be_let_in_once_and_its_copy_leaves_the_mailbox(day: DayAtTheDesk) -> None:
    day.arrives(b"X-Spam-Flag: YES\r\n" + plain_letter("Жасырын\n\nМені ұрады."))
    (kept,) = day.journal.held()
    assert release(kept.id, day.desk) == 1
    assert day.journal.entry(1).anonymous
    assert day.journal.held_message(kept.id).state is HeldState.RELEASED
    assert [one.id for one in day.journal.held_to_remove()] == [kept.id]
    with pytest.raises(NotReleased, match="already settled"):
        release(kept.id, day.desk)


def test_one_place_in_the_mailbox_is_considered_once(day: DayAtTheDesk) -> None:
    day.arrives(from_page("Бір."))
    day.arrived -= 1  # another worker saw the same UID
    with pytest.raises(AlreadyReceived):
        day.arrives(from_page("Бір."))
    assert day.journal.last_number() == 1


def test_a_letter_without_an_id_that_comes_again_after_the_server_renumbered_is_one_entry(
    day: DayAtTheDesk,
) -> None:
    raw = b"From: a@family.example\r\n\r\n" + "Анонимно. Помогите.".encode()
    day.arrives(raw)
    assert day.arrives(raw).reason == "repeat"
    assert day.journal.last_number() == 1


def test_an_empty_letter_is_held(day: DayAtTheDesk) -> None:
    empty = EmailMessage()
    empty["From"] = "a@family.example"
    empty.set_content("\n")
    assert day.arrives(empty).reason == "empty"
