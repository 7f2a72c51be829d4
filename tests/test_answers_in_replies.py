"""An answer to a family, cut out of a whole reply: it has the lines that belong to it, and no others."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from intake.reply import read_reply
from journal.model import DeedKind
from tests.replies import letter, message

ANSWER = "№12: жауап: Рахмет, бәрі шешілді."
NOTE = "Сынып жетекшісіне айту керек"


def quoted() -> str:
    sent = message_from_bytes(letter(), policy=default)
    assert isinstance(sent, EmailMessage)
    plain = sent.get_body(("plain",))
    assert plain is not None
    lines = "\n".join(f"> {line}" for line in plain.get_content().splitlines())
    return f"23.11.2026 15:00, Сенім жәшігі <box@school.example>:\n{lines}"


@pytest.mark.parametrize("sole", [None, 12])
def test_a_note_below_the_quotation_is_no_line_of_the_answer_above_it(sole: int | None) -> None:
    slip = read_reply(message(f"{ANSWER}\n\n{quoted()}\n\n{NOTE}"), letter(), sole)
    assert not [line for line in slip.measures if line.kind is DeedKind.ANSWERED]
    assert any(ANSWER in one and NOTE in one for one in slip.not_understood)


def test_an_answer_above_the_quotation_has_all_its_paragraphs() -> None:
    reply = message(f"{ANSWER}\n\nКезек қысқарды.\n\n{quoted()}")
    (line,) = read_reply(reply, letter()).measures
    assert (line.numbers, line.kind) == ((12,), DeedKind.ANSWERED)
    assert line.text == "Рахмет, бәрі шешілді.\n\nКезек қысқарды."


def test_a_number_below_the_quotation_begins_something_else() -> None:
    reply = message(f"{ANSWER}\n\n{quoted()}\n\n№13: {NOTE}")
    said = [(line.numbers, line.kind) for line in read_reply(reply, letter()).measures]
    assert said == [((12,), DeedKind.ANSWERED), ((13,), None)]


@pytest.mark.parametrize("greeting", ["Құрметті Сәуле Ахметқызы!", "Здравствуйте, Сауле!", "Hello!"])
@pytest.mark.parametrize("sole", [None, 12])
def test_a_greeting_in_an_answer_is_the_familys_and_a_signature_is_the_mail_programs(
    greeting: str, sole: int | None
) -> None:
    head = "жауап:" if sole else "№12: жауап:"
    own = f"{greeting}\n{head}\n{greeting}\n\nБәрі шешілді.\n\nҚұрметпен,\nАйгүл\n+7 701 000 00 00"
    reply = message(f"{own}\n\nОтправлено с iPhone\n\n{quoted()}")
    (line,) = read_reply(reply, letter(), sole).measures
    assert (line.numbers, line.kind) == ((12,), DeedKind.ANSWERED)
    assert line.text == f"{greeting}\n\nБәрі шешілді."


def test_a_greeting_behind_an_answer_that_has_ended_is_nobodys() -> None:
    reply = message(f"{ANSWER}\n№13: әңгіме\n\nРахмет!\n\n{quoted()}")
    slip = read_reply(reply, letter())
    assert [line.text for line in slip.measures] == ["Рахмет, бәрі шешілді.", "әңгіме"]
    assert slip.not_understood == ()
