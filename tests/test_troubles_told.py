"""How often the administrator is told of a trouble that comes and goes: enough, and no more."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from intake.pull import PullReport
from intake.reader import ReaderUnavailable
from intake.server import LoginRefused, Security, Server, Unreachable
from intake.troubles import Troubles
from journal.letters import claim, freeze, listed, postpone, settle
from journal.model import LetterKind, LetterState
from tests.command import config_of, open_journal
from tests.school import ALMATY

NOON = datetime(2026, 11, 23, 12, tzinfo=ALMATY)
SERVER = Server(host="mail.example", port=993, security=Security.TLS, username="box", password="no")
DOWN, UP = Unreachable("no answer"), PullReport()


class Told:
    """A school whose pulls end as the test says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.troubles = Troubles(config_of(folder))

    def pulls(self, outcome: PullReport | Exception, *minutes: int) -> None:
        for minute in minutes:
            self.troubles.pulled(outcome, NOON + timedelta(minutes=minute))

    def notices(self) -> list[str]:
        """«mailbox begun», the oldest first."""
        with open_journal(self.folder) as journal:
            owed = [one for one in listed(journal) if one.kind is LetterKind.NOTICE]
        said = sorted(owed, key=lambda one: one.id)
        return [f"{one.data['trouble']} {'over' if 'until' in one.data else 'begun'}" for one in said]

    def leave(self, minute: int, *, accepted: bool = True) -> None:
        """Whatever is owed is written and submitted; the server takes it, or is not there."""
        now = NOON + timedelta(minutes=minute)
        with open_journal(self.folder) as journal:
            while letter := claim(journal, now):
                if letter.snapshot is None:
                    freeze(journal, letter, raw=b"x", token=f"{letter.id:032x}", covers_to=0, now=now)
                if accepted:
                    settle(journal, letter, now)
                else:
                    postpone(journal, letter, now, "Unreachable")


@pytest.fixture
def told(begun: Path) -> Told:
    return Told(begun)


def test_a_trouble_is_told_when_it_begins_and_when_it_is_over(told: Told) -> None:
    told.pulls(DOWN, 0, 14)
    assert told.notices() == []
    told.pulls(DOWN, 15, 16, 300)
    told.leave(301)
    told.pulls(UP, 302, 303)
    assert told.notices() == ["mailbox begun", "mailbox over"]


def test_a_server_that_falls_over_every_hour_is_told_once_a_day(told: Told) -> None:
    for hour in range(11):
        told.pulls(DOWN, *range(hour * 60, hour * 60 + 50, 10))
        told.leave(hour * 60 + 50)
        told.pulls(UP, hour * 60 + 50)
        told.leave(hour * 60 + 50)
    assert told.notices() == ["mailbox begun", "mailbox over"]


def test_a_server_that_stays_down_after_a_false_dawn_is_told_again(told: Told) -> None:
    told.pulls(DOWN, 0, 16)
    told.leave(16)
    told.pulls(UP, 17)
    told.pulls(DOWN, 18, 77)
    assert told.notices() == ["mailbox begun", "mailbox over"]
    told.pulls(DOWN, 78)
    assert told.notices() == ["mailbox begun", "mailbox over", "mailbox begun"]


def test_the_next_day_begins_with_the_old_patience(told: Told) -> None:
    for day in (0, 24 * 60):
        told.pulls(DOWN, day, day + 16)
        told.leave(day + 16)
        told.pulls(UP, day + 17)
    assert told.notices() == ["mailbox begun", "mailbox over"] * 2


def test_a_pull_that_fails_each_time_for_another_reason_has_failed_all_the_while(told: Told) -> None:
    reasons: Iterable[Exception] = (DOWN, ReaderUnavailable("no"), DOWN, ReaderUnavailable("no"))
    for minute, reason in enumerate(reasons):
        told.pulls(reason, minute * 5)
    assert told.notices() == ["reading begun"]


def test_a_password_refused_once_is_not_told_and_twice_is(told: Told) -> None:
    refused = LoginRefused(SERVER)
    told.pulls(refused, 0)
    told.pulls(UP, 1)
    told.pulls(refused, 2)
    assert told.notices() == []
    told.pulls(refused, 3)
    assert told.notices() == ["mailbox_login begun"]


def test_what_is_over_before_its_letter_could_leave_is_told_in_that_letter(told: Told) -> None:
    told.pulls(DOWN, 0, 16)
    told.leave(17, accepted=False)
    told.pulls(UP, 60)
    assert told.notices() == ["mailbox over"]
    told.leave(61)
    with open_journal(told.folder) as journal:
        (letter,) = listed(journal)
    assert letter.state is LetterState.SENT


def test_a_letter_that_may_have_left_keeps_its_words_and_the_end_has_one_of_its_own(told: Told) -> None:
    told.pulls(DOWN, 0, 16)
    now = NOON + timedelta(minutes=16)
    with open_journal(told.folder) as journal:
        letter = claim(journal, now)
        assert letter is not None
        freeze(journal, letter, raw=b"x", token="0" * 32, covers_to=0, now=now)
        postpone(journal, letter, now, "OutcomeUnknown")
    told.pulls(UP, 60)
    assert told.notices() == ["mailbox begun", "mailbox over"]


def test_two_workers_that_see_the_same_trouble_tell_it_once(told: Told) -> None:
    other = Told(told.folder)
    for minute in (0, 16, 17):
        told.pulls(DOWN, minute)
        other.pulls(DOWN, minute)
    told.leave(18)
    told.pulls(UP, 20)
    other.pulls(UP, 20)
    assert told.notices() == ["mailbox begun", "mailbox over"]


def test_a_pull_that_left_everything_to_another_worker_proves_nothing(told: Told) -> None:
    told.pulls(DOWN, 0)
    told.pulls(PullReport(busy=True), 5)
    told.pulls(DOWN, 15)
    assert told.notices() == ["mailbox begun"]
