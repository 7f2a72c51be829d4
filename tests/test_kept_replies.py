"""The whole reply of a reader: sealed until nobody can object to what was understood of it, then gone."""

import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from intake.purge import numbers_in
from intake.reader import Reader
from journal import whole_replies
from journal.purging import Told, purge
from journal.whole_replies import NoSuchReply
from tests.command import Senim
from tests.desk import AIGUL, DayAtTheDesk, believed
from tests.school import plain_letter, reply_to
from tests.test_verbs_held import held_reply

WORDS = "№1: ата-анасымен сөйлестім"


def with_an_appeal(day: DayAtTheDesk) -> EmailMessage:
    day.arrives(plain_letter("Жасырын\n\nДәлізде бізді итереді."))
    day.at(15).sends()
    (letter,) = day.letters(AIGUL, "daily")
    day.at(16)
    return letter


def nights(day: DayAtTheDesk, days: int) -> None:
    """The destroying part of so many nights; no config is needed for what has no term."""
    day.at(2, days=days)
    whole_replies.forget(day.journal, day.desk.today)


@pytest.mark.decides
def test_a_reply_is_kept_whole_until_its_confirmation_can_no_longer_be_undone(day: DayAtTheDesk) -> None:
    letter = with_an_appeal(day)
    day.answers(letter, WORDS, AIGUL)
    (kept,) = whole_replies.listed(day.journal)
    assert (kept.role, kept.raw) == (AIGUL.role, b"")
    whole = whole_replies.opened(day.journal, kept.id)
    assert WORDS.encode() in whole.raw or b"base64" in whole.raw
    assert whole.answers is not None
    assert numbers_in(whole.answers) == {1}
    nights(day, 1)
    assert whole_replies.listed(day.journal)
    nights(day, 1)
    assert whole_replies.listed(day.journal) == []
    with pytest.raises(NoSuchReply, match="senim replies list"):
        whole_replies.opened(day.journal, kept.id)


@pytest.mark.decides
def test_a_reply_that_was_asked_back_is_kept_as_long_as_the_question_waits(day: DayAtTheDesk) -> None:
    letter = with_an_appeal(day)
    outcome = day.arrives(reply_to(letter, WORDS, AIGUL.address))
    assert outcome.reason == "unconfirmed"
    nights(day, 7)
    assert whole_replies.listed(day.journal)
    nights(day, 2)
    assert whole_replies.listed(day.journal) == []


@pytest.mark.decides
def test_a_reply_that_comes_twice_is_kept_once(day: DayAtTheDesk) -> None:
    letter = with_an_appeal(day)
    reply = believed(reply_to(letter, WORDS, AIGUL.address))
    day.arrives(reply)
    day.arrives(reply)
    assert len(whole_replies.listed(day.journal)) == 1


def test_a_destroyed_appeal_takes_the_replies_to_its_letters_with_it(day: DayAtTheDesk) -> None:
    letter = with_an_appeal(day)
    day.answers(letter, WORDS, AIGUL)
    purge(day.journal, 1, on=day.desk.today, reason="request", told=Told(numbers_in))
    assert whole_replies.listed(day.journal) == []
    day.answers(letter, "№1: тағы сөйлестім", AIGUL)  # it brings the destroyed words back
    assert whole_replies.listed(day.journal) == []


def test_a_kept_reply_is_listed_without_its_words_and_shown_with_them(
    senim: Senim, begun: Path, reader: Reader
) -> None:
    assert len(senim("replies", "list").out.splitlines()) == 1  # the heads alone
    held = held_reply(begun, reader)
    assert senim("held", "release", str(held), "--as", "reply").status == 0
    listed = senim("replies", "list")
    assert "psychologist" in listed.out
    assert "кесте" not in listed.out
    (facts,) = json.loads(senim("replies", "list", "--json").out)
    before = senim("journal", "opened", "2").out
    shown = senim("replies", "show", str(facts["id"]))
    assert "№2: кесте түзетілді" in shown.out
    opened = senim("journal", "opened", "2").out
    assert "in a reply of staff" in opened
    assert "in a reply of staff" not in before
    missing = senim("replies", "show", "99")
    assert (missing.status, missing.err) == (1, "senim: no reply 99 is kept: see `senim replies list`\n")
