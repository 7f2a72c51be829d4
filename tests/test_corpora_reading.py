"""Whatever comes, it is read or put aside for a person: never another error, never without end."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.appeal import to_appeal
from intake.message import Message, Unreadable, parse
from journal.model import Term
from tests.cleaned import clean
from tests.corpora import FOLDER, letters

TERM = Term(received_on=date(2026, 11, 22), registered_on=date(2026, 11, 23), due_on=date(2026, 12, 14))


def read(raw: bytes) -> str:
    """What became of one message: «read», or the code with which it is put aside."""
    try:
        message = parse(raw)
    except Unreadable as fault:
        return fault.reason
    check(message)
    to_appeal(message, None, term=TERM, default_language="kk", clean=clean)
    return "read"


def check(message: Message) -> None:
    """Nothing unclean leaves the parser."""
    lines = [message.subject, message.message_id, *message.from_fields, *message.recipients]
    for text in (message.text, message.html, *lines):
        text.encode("utf-8")  # no lone surrogates
        assert not set(text) & set("\0\x1b\r\x7f\x85\u200b\u202e\u2066\u2028\ufeff")
    assert not any("\n" in line for line in lines)
    for file in message.attachments:
        assert file.name and "/" not in file.name and "\\" not in file.name and len(file.name.encode()) <= 170


@pytest.mark.timeout(240)
def test_every_letter_is_read_or_put_aside() -> None:
    outcomes = Counter(read(raw) for _, raw in letters())
    print(f"{'corpora and own' if FOLDER.is_dir() else 'own letters only'}: {dict(outcomes)}")
    assert outcomes["read"] > 0.98 * sum(outcomes.values()) if FOLDER.is_dir() else outcomes["read"] > 15
    assert not {"broken-parts"} & set(outcomes)


def test_without_mail_parser_the_same_letters_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object) -> None:
        raise AttributeError("as mail-parser does on eight public letters")

    readable = [(name, raw) for name, raw in letters() if read(raw) == "read"][::3]
    as_usual = [parse(raw) for _, raw in readable]
    monkeypatch.setattr("mailparser.MailParser", fails)
    for (name, raw), usual in zip(readable, as_usual, strict=True):
        assert parse(raw) == usual, name


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_put_aside(raw: bytes) -> None:
    read(raw)


LINES = [
    b"From: a@b.example",
    b"Content-Type: multipart/alternative; boundary=b",
    b"Content-Type: text/html",
    b"Content-Type: message/rfc822",
    b"Content-Type: text/plain; charset=koi8-r; format=flowed",
    b"Content-Transfer-Encoding: base64",
    b"Content-Disposition: attachment; filename*0*=utf-8''a%d1",
    b"Subject: =?utf-8?b?0Lo=?= =?utf-8?q?=D0?=",
    b"",
    b"--b",
    b"--b--",
    "сәлем ".encode(),
    b"\xd1\xe5\xed\xb3\xec",
    b"<p>x</p>",
]


@given(st.lists(st.sampled_from(LINES), max_size=25))
def test_any_heap_of_mail_is_read_or_put_aside(lines: list[bytes]) -> None:
    read(b"\r\n".join(lines))
