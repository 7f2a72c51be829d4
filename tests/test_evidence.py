"""A reply whose writer's own domain signed it counts at once, from the name server to the Journal."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from intake import name_server
from intake.authentication import Trust
from intake.evidence import signers
from intake.gate import MOST_BYTES
from journal.letters import listed
from journal.model import Disposition, LetterKind
from tests.desk import AIGUL, YERLAN, DayAtTheDesk, believed
from tests.name_server import NameServer
from tests.school import plain_letter, reply_to
from tests.seals import key, sealed

pytestmark = pytest.mark.decides

NAME = "s1._domainkey.school.example"
RECORD = {NAME: (f'TXT "v=DKIM1; k=rsa; " "p={key().public}"',)}


@contextmanager
def elsewhere(day: DayAtTheDesk, *, silent: bool = False) -> Iterator[NameServer]:
    """The box is with a provider that Senim does not know; the name server has the school's key."""
    with NameServer(RECORD, silent=silent) as server:
        day.trust = Trust(name_server=server.address)
        yield server


def asked_about(day: DayAtTheDesk) -> EmailMessage:
    """The letter of 15:00 about one appeal."""
    day.arrives(plain_letter("Жасырын\n\nДәлізде бізді итереді."))
    day.at(15).sends()
    (letter,) = day.letters(AIGUL, "daily")
    day.at(16)
    return letter


def reply(letter: EmailMessage, day: DayAtTheDesk, author: str = AIGUL.address) -> bytes:
    written = reply_to(letter, "№1: ата-анасымен сөйлестім", author)
    del written["Date"]
    written["Date"] = day.now
    return written.as_bytes(policy=SMTP)


def found(raw: bytes, day: DayAtTheDesk) -> tuple[str, ...]:
    return signers(day.reader.read(raw), raw, day.desk)


def test_a_signed_reply_is_recorded_at_once(day: DayAtTheDesk) -> None:
    letter = asked_about(day)
    with elsewhere(day):
        outcome = day.arrives(sealed(reply(letter, day), at=day.now))
    assert (outcome.disposition, outcome.reason) == (Disposition.UPDATED, "reply")
    (measure,) = day.journal.entry(1).measures
    assert (measure.text, measure.by) == ("ата-анасымен сөйлестім", AIGUL.name)


@pytest.mark.parametrize("silent, changed", [(True, False), (False, True)])
def test_a_reply_whose_signature_cannot_be_checked_or_does_not_hold_is_asked_back(
    day: DayAtTheDesk, silent: bool, changed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name_server, "MOST_SECONDS", 0.2)
    letter = asked_about(day)
    with elsewhere(day, silent=silent):
        raw = sealed(reply(letter, day), at=day.now)
        day.arrives(raw.replace(b"Subject: ", b"Subject: x") if changed else raw)
    assert day.journal.entry(1).measures == ()
    assert LetterKind.CONFIRM in {one.kind for one in listed(day.journal)}


def test_the_key_of_the_writers_domain_is_asked_for_once(day: DayAtTheDesk) -> None:
    letter = asked_about(day)
    with elsewhere(day) as server:
        raw = sealed(sealed(reply(letter, day), at=day.now), domain="evil.example", by=key(owner="evil"))
        assert found(raw, day) == ("school.example",)
        assert server.asked == [NAME]


def test_the_name_server_is_asked_only_where_its_answer_can_matter(day: DayAtTheDesk) -> None:
    letter = asked_about(day)
    with elsewhere(day) as server:
        true = sealed(reply(letter, day), at=day.now)
        family = plain_letter("Жасырын\n\nАсханада кезек ұзақ.")
        assert found(sealed(family, domain="family.example", at=day.now), day) == ()
        assert found(sealed(reply(letter, day, "mother@family.example"), domain="family.example"), day) == ()
        without = plain_letter("Сәлем", sender=AIGUL.address)
        assert found(sealed(without, at=day.now), day) == ()
        assert found(reply(letter, day), day) == ()
        day.trust = replace(day.trust, profile="authserv-id", authserv_id="mx.school.example")
        vouched = believed(reply_to(letter, "№1: сөйлестім", AIGUL.address))
        assert found(vouched.replace(b"\n", b"\nDKIM-Signature: v=1\n", 1), day) == ()
        assert server.asked == []
        assert found(true, day) == ("school.example",)


def test_another_readers_signed_reply_to_a_letter_is_not_theirs(day: DayAtTheDesk) -> None:
    letter = asked_about(day)
    with elsewhere(day):
        outcome = day.arrives(sealed(reply(letter, day, YERLAN.address), at=day.now))
    assert (outcome.disposition, outcome.reason) == (Disposition.HELD, "other-sender")


def test_a_letter_that_the_reading_process_refuses_is_not_verified(day: DayAtTheDesk) -> None:
    letter = asked_about(day)
    with elsewhere(day):
        raw = sealed(reply(letter, day), at=day.now)
        message = day.reader.read(raw)
        assert signers(message, raw + b"x" * MOST_BYTES, day.desk) == ()
