"""The clock goes wrong: no letter of 15:00 is missed, none comes twice, no appeal changes its day."""

import os
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from intake.outbox import Sent, owe_due, send_one
from intake.server import Unreachable
from journal.letters import claim, listed
from journal.model import LetterKind
from tests.desk import AIGUL, DayAtTheDesk, text_of
from tests.school import SchoolUnderTest, plain_letter
from tests.tried import Tried

BERLIN = ZoneInfo("Europe/Berlin")


def periods(day: DayAtTheDesk) -> list[str]:
    """The days for which Айгүл is owed or was sent a letter, oldest first."""
    return sorted(
        letter.period
        for letter in listed(day.journal)
        if letter.kind is LetterKind.DAILY and letter.reader.address == AIGUL.address
    )


def told_to(day: DayAtTheDesk) -> list[int]:
    """The last number of which each of Айгүл's letters tells, by day."""
    found = {
        letter.period: letter.covers_to
        for letter in listed(day.journal)
        if letter.kind is LetterKind.DAILY and letter.reader.address == AIGUL.address
    }
    return [found[period] for period in sorted(found)]


def test_a_second_before_15_00_nothing_is_owed_and_a_second_after_it_all_is(day: DayAtTheDesk) -> None:
    day.now = day.now.replace(hour=14, minute=59, second=59)
    assert day.sends() == []
    day.now += timedelta(seconds=2)
    assert len(day.sends()) == 3
    assert day.sends() == []


def test_a_pass_that_began_before_15_00_and_ends_after_it_leaves_the_letters_to_the_next(
    day: DayAtTheDesk,
) -> None:
    """`now` is taken once: a letter that comes at 15:00:01 is in the next day's, never in none."""
    day.arrives(plain_letter("Жасырын\n\nБірінші хат."))
    day.at(15).sends()
    day.arrives(plain_letter("Жасырын\n\nЕкінші хат."))
    day.at(15, days=1).sends()
    assert told_to(day) == [1, 2]
    first, second = day.letters(AIGUL, "daily")
    assert "Екінші хат" not in text_of(first)
    assert "Екінші хат" in text_of(second)


def test_a_clock_that_was_a_day_ahead_sends_each_day_once(day: DayAtTheDesk) -> None:
    day.arrives(plain_letter("Жасырын\n\nБірінші хат."))
    day.at(15, days=1).sends()  # the clock says Tuesday
    day.at(15, days=-1).sends()  # it is Monday after all
    day.arrives(plain_letter("Жасырын\n\nЕкінші хат."))
    day.at(15, days=1).sends()  # Tuesday in truth: its letter left yesterday
    day.at(15, days=1).sends()
    day.at(15, days=1).sends()
    assert len(periods(day)) == len(set(periods(day)))
    assert sorted(told_to(day))[-1] == 2, "the second letter was told of in the end"
    assert len(day.letters(AIGUL, "daily")) == len(periods(day))


def test_a_clock_that_falls_a_day_back_sends_nothing_twice(day: DayAtTheDesk) -> None:
    day.at(15, days=-1).sends()
    day.arrives(plain_letter("Жасырын\n\nБірінші хат."))
    day.at(15, days=1).sends()
    day.at(16, days=-1).sends()  # it is Sunday again
    day.at(16, days=1).sends()  # and Monday again
    assert periods(day) == ["2026-11-22", "2026-11-23"]
    assert len(day.letters(AIGUL, "daily")) == 2


def test_a_letter_put_off_by_a_clock_that_was_ahead_leaves_when_the_clock_is_right(
    day: DayAtTheDesk,
) -> None:
    """Else it would wait for the day that the clock said: the letter of 15:00 came tomorrow."""

    def no_server(raw: bytes, recipient: str) -> None:
        raise Unreachable("nobody there")

    day.at(15)
    owe_due(day.desk)
    day.at(15, 1, days=1)
    for _ in range(3):
        assert send_one(day.desk, no_server) is Sent.SERVER_DOWN
    day.at(15, 5, days=-1).sends()
    assert len(day.letters(AIGUL, "daily")) == 1


def test_a_lease_of_a_dead_worker_whose_clock_was_ahead_ends_with_the_right_time(day: DayAtTheDesk) -> None:
    day.at(15)
    owe_due(day.desk)
    day.at(15, 1, days=1)
    for _ in range(3):
        assert claim(day.journal, day.now) is not None  # and it dies
    day.at(15, 5, days=-1).sends()
    assert len(day.letters(AIGUL, "daily")) == 1


def test_a_worker_that_slept_for_three_days_sends_one_letter_with_all_of_them(day: DayAtTheDesk) -> None:
    """RT's digest covers «the last 24 hours» from now: a day that was missed is lost."""
    day.at(15).sends()
    for n in range(3):
        day.arrives(plain_letter(f"Жасырын\n\nХат, күні {n}."))
        day.now += timedelta(days=1)
    day.at(9, 30).sends()  # Friday morning: Thursday's is the latest that is due
    letters = day.letters(AIGUL, "daily")
    assert len(letters) == 2
    for n in range(3):
        assert f"күні {n}" in text_of(letters[-1])
    assert len(day.sends()) == 0


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25)], ids=["forward", "back"])
def test_where_clocks_are_put_forward_and_back_15_00_stays_15_00(day: DayAtTheDesk, sunday: date) -> None:
    day.school = replace(day.school, time_zone=BERLIN, every_day=True)
    day.now = datetime.combine(sunday - timedelta(days=1), time(0, 0), tzinfo=UTC)
    sent: list[datetime] = []
    for _ in range(3 * 24):
        if day.sends():
            sent.append(day.now.astimezone(BERLIN))
        day.now += timedelta(hours=1)
    assert {moment.time() for moment in sent} == {time(15, 0)}
    assert [moment.date() for moment in sent] == [sunday + timedelta(days=n) for n in (-1, 0, 1)]


@pytest.mark.parametrize("hour", [time(2, 30), pytest.param(time(3, 0), marks=pytest.mark.soak)])
@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25)])
def test_an_hour_that_the_night_has_not_or_has_twice_is_once_a_day(
    day: DayAtTheDesk, hour: time, sunday: date
) -> None:
    day.school = replace(day.school, time_zone=BERLIN, every_day=True, summary_at=hour)
    day.now = datetime.combine(sunday - timedelta(days=1), time(0, 0), tzinfo=UTC)
    for _ in range(3 * 24 * 2):
        day.sends()
        day.now += timedelta(minutes=30)
    found = periods(day)
    assert len(found) == len(set(found))
    assert {(sunday + timedelta(days=n)).isoformat() for n in (-1, 0, 1)} <= set(found)
    assert len(day.letters(AIGUL, "daily")) == len(found)


def test_mail_that_bears_the_servers_time_keeps_its_day_whatever_our_clock_says(tried: Tried) -> None:
    """By the front door: the day of receipt is the mail server's, not the worker's and not the sender's."""
    tried.receives("signed")
    tried.pulls(day=-1)
    tried.receives("signed")
    tried.pulls(day=+1)
    one, two = tried.school.entries()
    assert one["received_on"] == two["received_on"]
    tried.recovers()


def test_a_table_of_zones_from_before_2024_is_refused_by_check(
    school: SchoolUnderTest, tmp_path: Path
) -> None:
    """With it the letter of 15:00 would leave at 14:00."""
    zones = tmp_path / "old" / "Asia"
    zones.mkdir(parents=True)
    # Until March 2024 Almaty was where Omsk still is: six hours east of Greenwich.
    omsk = files("tzdata").joinpath("zoneinfo", "Asia", "Omsk").read_bytes()
    (zones / "Almaty").write_bytes(omsk)
    done = subprocess.run(
        school.command("check"),
        env={**os.environ, "PYTHONTZPATH": str(zones.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "older than 2024a" in done.stdout + done.stderr
