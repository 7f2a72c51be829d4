"""Pull the plug on the way out, at every word: each reader has the day's letter, and no second one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from intake.send import SendReport
from journal.letters import listed
from journal.model import Letter, LetterKind, LetterState
from tests import invariants
from tests.line_faults import Fault, answered, cut_after, cut_before, cut_within, delayed, silent, trickled
from tests.tried import Tried, mostly

DOT = rb"[.]$"
STEPS = (rb"EHLO", rb"AUTH", rb"MAIL", rb"RCPT", rb"DATA")  # and then the dot
LATER = ("15:02", "15:10", "15:30", "16:40")  # past each pause: 1, 5, 15, 60 minutes


@contextmanager
def impatient(seconds: float = 0.6) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("intake.submission.TIMEOUT", seconds)
        yield


def befallen(tried: Tried, *faults: Fault, seconds: float = 0.0) -> SendReport | Exception:
    """The sending pass of 15:00 on a line that suffers this."""
    line = tried.smtp_line()
    line.suffers(*faults)
    if seconds:
        with impatient(seconds):
            came_of_it = tried.sends()
    else:
        came_of_it = tried.sends()
    assert line.suffered, f"nothing like {[fault.word for fault in faults]} in {line.heard}"
    line.heals()
    return came_of_it


def is_made_good(tried: Tried, *, copies: int = 1) -> None:
    """A later pass brings what is missing; each reader has one letter of the day; the next changes none."""
    assert isinstance(tried.sends("15:10"), SendReport)
    for reader in tried.school.readers:
        tried.school.mail.wait_for(reader.address, 1)
    assert {letter.state for letter in dailies(tried)} == {LetterState.SENT}
    invariants.a_letter_a_day(tried.school, copies=copies)
    before = invariants.state(tried.school)
    assert isinstance(tried.sends("17:00"), SendReport)
    assert invariants.state(tried.school) == before


def dailies(tried: Tried) -> list[Letter]:
    with invariants.open_journal(tried.school) as journal:
        return [letter for letter in listed(journal) if letter.kind is LetterKind.DAILY]


@pytest.mark.parametrize("word", mostly(*STEPS, now=[rb"DATA"]))
@pytest.mark.parametrize("cut", mostly(cut_before, cut_after, now=[cut_after]))
def test_a_line_that_breaks_before_the_final_dot_brings_each_letter_once(
    tried: Tried, word: bytes, cut: type
) -> None:
    came_of_it = befallen(tried, cut(word))
    assert isinstance(came_of_it, SendReport)
    assert came_of_it.server_down
    is_made_good(tried)


def test_a_line_that_breaks_at_the_final_dot_before_the_server_heard_it_brings_each_letter_once(
    tried: Tried,
) -> None:
    befallen(tried, cut_before(DOT))
    is_made_good(tried)


@pytest.mark.parametrize("times", mostly(1, 3, now=[1]))
def test_a_line_that_breaks_after_the_final_dot_brings_the_same_letter_again(
    tried: Tried, times: int
) -> None:
    befallen(tried, cut_after(DOT, times=times))
    is_made_good(tried, copies=2)
    by_id: dict[str, set[bytes]] = {}
    for reader in tried.school.readers:
        for letter in tried.school.letters(reader, "daily"):
            by_id.setdefault(letter["Message-ID"], set()).add(letter.as_bytes().partition(b"Message-ID")[2])
    assert all(len(bodies) == 1 for bodies in by_id.values()), "the second copy says something else"


def test_a_server_that_never_answers_the_final_dot_is_given_up_and_told_the_same_again(
    tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.submission.FINAL_PATIENCE", 0.6)
    befallen(tried, silent(DOT))
    is_made_good(tried, copies=2)


def test_an_answer_to_the_final_dot_that_takes_its_time_is_waited_for(tried: Tried) -> None:
    """A filter that looks at each letter for a minute: giving up would send it again and again for ever."""
    came_of_it = befallen(tried, delayed(DOT, 1.0), seconds=0.5)
    assert isinstance(came_of_it, SendReport)
    assert came_of_it.sent == 3
    is_made_good(tried)


@pytest.mark.parametrize("code", mostly(421, 450, 451, 452, now=[421]))
@pytest.mark.parametrize("word", mostly(rb"MAIL", rb"RCPT", rb"DATA", DOT, now=[rb"RCPT", DOT]))
def test_a_server_that_says_later_is_asked_later(tried: Tried, word: bytes, code: int) -> None:
    befallen(tried, answered(word, b"%d 4.3.2 not now\r\n" % code, cut=code == 421 or word == DOT))
    assert LetterState.FAILED not in {letter.state for letter in dailies(tried)}
    is_made_good(tried)


@pytest.mark.parametrize("code", mostly(552, 554, now=[554]))
def test_a_letter_that_is_refused_for_good_stops_no_other_and_is_not_sent_again(
    tried: Tried, code: int
) -> None:
    line = tried.smtp_line()
    line.suffers(answered(DOT, b"%d 5.7.1 no\r\n" % code, cut=True))
    tried.sends()
    line.heals()
    for hour in LATER:
        tried.sends(hour)
    states = sorted(letter.state for letter in dailies(tried))
    assert states == [LetterState.FAILED, LetterState.SENT, LetterState.SENT]
    (refused,) = (letter.reader.address for letter in dailies(tried) if letter.state is LetterState.FAILED)
    said = [command for command in line.heard if command.startswith(b"rcpt TO:<%s>" % refused.encode())]
    assert len(said) == 1


def test_one_reader_who_is_unknown_silences_nobody(tried: Tried) -> None:
    refused = tried.school.psychologist  # the first in the config
    befallen(
        tried,
        answered(rb"RCPT TO:<%s" % re.escape(refused.address.encode()), b"550 5.1.1 unknown\r\n", times=99),
    )
    for hour in LATER:
        tried.sends(hour)
    for reader in tried.school.readers:
        if reader is not refused:
            tried.school.mail.wait_for(reader.address, 1)
            assert len(tried.school.letters(reader, "daily")) == 1
    assert tried.school.letters(refused, "daily") == []
    invariants.a_letter_a_day(tried.school)


def test_a_letter_at_which_the_server_always_hangs_up_silences_nobody_either(tried: Tried) -> None:
    line = tried.smtp_line()
    dropped = tried.school.psychologist
    line.suffers(cut_before(rb"RCPT TO:<%s" % re.escape(dropped.address.encode()), times=99))
    for hour in ("15:00", "15:00", "15:01", *LATER):
        tried.sends(hour)
    for reader in tried.school.readers:
        if reader is not dropped:
            tried.school.mail.wait_for(reader.address, 1)
    line.heals()
    tried.sends("18:30")
    tried.school.mail.wait_for(dropped.address, 1)
    invariants.a_letter_a_day(tried.school)


@pytest.mark.parametrize("word", mostly(rb"EHLO", rb"MAIL", rb"DATA", DOT, now=[rb"DATA"]))
def test_a_server_that_answers_in_drops_does_not_hold_the_sender_for_ever(
    tried: Tried, monkeypatch: pytest.MonkeyPatch, word: bytes
) -> None:
    monkeypatch.setattr("intake.submission.LONGEST", 1.0)
    befallen(tried, trickled(word, 0.3), seconds=0.6)
    monkeypatch.undo()
    is_made_good(tried, copies=2)


@pytest.mark.parametrize("word", mostly(*STEPS, now=[rb"AUTH"]))
def test_a_server_that_falls_silent_before_the_dot_brings_each_letter_once(tried: Tried, word: bytes) -> None:
    came_of_it = befallen(tried, silent(word), seconds=0.6)
    assert isinstance(came_of_it, SendReport)
    assert came_of_it.server_down
    is_made_good(tried)


@pytest.mark.parametrize(
    "answer", [b"\x00\xff\xfe\r\n", b"999 what\r\n", b"250-and on\r\n" * 2_000, b"2\r\n"]
)
@pytest.mark.parametrize("word", mostly(rb"EHLO", rb"MAIL", rb"RCPT", rb"DATA", DOT, now=[DOT]))
def test_answers_that_are_no_smtp_are_no_yes(tried: Tried, word: bytes, answer: bytes) -> None:
    befallen(tried, answered(word, answer, cut=True))
    is_made_good(tried, copies=2)


def test_a_letter_cut_in_the_middle_of_the_servers_answer_is_asked_for_again(tried: Tried) -> None:
    befallen(tried, cut_within(DOT, lambda said: 2))
    is_made_good(tried, copies=2)


@pytest.mark.soak
def test_what_is_owed_is_never_forgotten_however_long_no_server_is_there(tried: Tried) -> None:
    """GlobaLeaks drops what it could not send for a fortnight."""
    line = tried.smtp_line()
    line.suffers(cut_before(rb"EHLO", times=9_999))
    for day in range(1, 21):
        tried.sends(day=day)
    line.heals()
    tried.sends("17:30", day=20)
    days = {letter.period for letter in dailies(tried) if letter.state is LetterState.SENT}
    assert len(days) >= 13  # each working day of them
    assert min(days) == min(letter.period for letter in dailies(tried))
    for reader in tried.school.readers:
        tried.school.mail.wait_for(reader.address, len(days))
    invariants.a_letter_a_day(tried.school)
    assert datetime.fromisoformat(max(days)) > datetime.fromisoformat(min(days))
