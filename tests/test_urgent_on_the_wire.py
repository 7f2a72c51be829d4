"""An urgent appeal over a real mail server: two are told within a moment, and one answer stops the third."""

from datetime import datetime
from functools import partial

import pytest

from tests.school import ALMATY, SchoolUnderTest, at, plain_letter, reply_to
from tests.servers import Account
from tests.test_loop import running
from tests.waiting import comes_true

pytestmark = pytest.mark.real

SUNDAY = 6 - datetime.now(ALMATY).weekday() or 7  # days from today to the next one
DANGER = "Жасырын\n\nМенің өлгім келеді."


def has(school: SchoolUnderTest, reader: Account, *kinds: str) -> None:
    """A reader gets letters of these kinds, and no others."""
    school.mail.wait_for(reader.address, len(kinds))
    assert sorted(str(one["X-Senim-Letter"]) for one in school.letters(reader)) == sorted(kinds)


def test_on_a_sunday_night_two_are_told_and_a_word_of_one_stops_the_third(school: SchoolUnderTest) -> None:
    school.mail.append(plain_letter(DANGER), school.box.address)
    school.senim("pull", "--now", at("23:10", day=SUNDAY))
    school.senim("send", "--now", at("23:10", day=SUNDAY))
    has(school, school.psychologist, "daily", "urgent")
    has(school, school.pedagogue, "daily", "urgent")
    has(school, school.deputy, "daily")
    (letter,) = school.letters(school.pedagogue, "urgent")
    school.write(reply_to(letter, "№1: прочитано", school.pedagogue.address))
    school.box_holds(1)
    school.senim("pull", "--now", at("23:40", day=SUNDAY))
    school.senim("send", "--now", at("14:00", day=SUNDAY + 1))
    has(school, school.pedagogue, "daily", "urgent", "confirmation")
    has(school, school.deputy, "daily")


def test_without_a_word_the_third_is_told_after_two_hours(school: SchoolUnderTest) -> None:
    school.mail.append(plain_letter(DANGER), school.box.address)
    school.senim("pull", "--now", at("23:10", day=SUNDAY))
    school.senim("send", "--now", at("23:11", day=SUNDAY))
    has(school, school.deputy, "daily")
    school.senim("send", "--now", at("01:10", day=SUNDAY + 1))
    has(school, school.deputy, "daily", "urgent")


def test_the_worker_sends_it_without_waiting_for_the_next_tick(school: SchoolUnderTest) -> None:
    with running(school.folder, "worker.TICK = worker.WATCHED = 3600") as worker:
        school.mail.deliver(plain_letter(DANGER), school.box.address, "mother@family.example")
        for reader in (school.psychologist, school.pedagogue):
            comes_true(partial(school.letters, reader, "urgent"))
        worker.end()
