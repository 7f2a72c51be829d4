"""What is done once a night is done once, by one, and whatever fails keeps the rest from nothing."""

import json
import logging
import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from intake import nightly, worker
from intake.backup import restore
from intake.backup_folder import backups, file_of, on_the_journals_disk
from intake.checkup import check_school
from intake.config import Config
from intake.reader import Reader
from intake.send import SendReport
from journal.book import Journal
from journal.chores import ROTATED, last_done
from journal.condition import OpenTrouble, Trouble
from journal.letters import listed
from journal.model import Measure, Role, Term
from journal.purging import purge
from journal.sealing import new_key
from journal.sweeping import UNSWEPT
from journal.tables import events
from journal.troubles import open_troubles
from tests.command import ARUZHAN, HER_MOTHER, Senim, config_of, open_journal
from tests.databases import PostgreSQL
from tests.school import SchoolUnderTest
from tests.test_backup import put
from tests.test_loop import running
from tests.waiting import comes_true

ALMATY = ZoneInfo("Asia/Almaty")
ALL = list(nightly.CHORES)


def at(day: int, hour: str = "03:00") -> datetime:
    """A moment of November; days above 30 are December's."""
    moment = datetime.fromisoformat(f"2026-11-01T{hour}:00").replace(tzinfo=ALMATY)
    return moment + timedelta(days=day - 1)


def nights(config: Config) -> list[int]:
    return sorted((night - date(2026, 10, 31)).days for night in backups(config))


def spoil(config: Config) -> None:
    """From now on no backup can be written."""
    put(config.path.parent, "folder: var/backup ", "folder: config.yaml/no ")


@pytest.fixture
def config(begun: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Without a mail server."""
    monkeypatch.setattr(nightly, "tidy_mailbox", lambda *_: 0)
    return config_of(begun)


def troubles(config: Config) -> dict[Trouble, OpenTrouble]:
    with open_journal(config.path.parent) as journal:
        return open_troubles(journal)


def test_the_backup_is_made_once_a_night_from_its_hour_on(config: Config) -> None:
    assert nightly.run(config, at(21, "02:59")).done == (), "the Journal was begun that day"
    assert nights(config) == []
    assert nightly.run(config, at(21)).done == tuple(ALL)
    assert nights(config) == [21]
    assert nightly.run(config, at(21, "03:01")).done == ()
    assert nightly.run(config, at(22, "02:59")).done == ()
    assert nightly.run(config, at(22, "04:00")).done == tuple(ALL)
    assert nights(config) == [21, 22]


def test_nights_that_the_machine_was_off_are_made_up_for_once(config: Config) -> None:
    nightly.run(config, at(24))
    assert nightly.run(config, at(28, "11:30")).done == tuple(ALL)
    assert nights(config) == [24, 28]


def test_a_nights_backup_is_as_good_as_one_by_hand(config: Config) -> None:
    nightly.run(config, at(24))
    (file,) = backups(config).values()
    assert file.name == "senim-config-2026-11-24.age"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    (config.path.parent / "var" / "journal.db").unlink()
    restored = restore(config, file, at(24), next_number=3)
    assert restored.origin.last_number == 2


def test_old_backups_go_and_nothing_else(config: Config) -> None:
    nightly.run(config, at(24))
    kept = [
        "senim-another-2026-11-24.age",
        "senim-config-2026-11-24.txt",
        "senim-config-2026-99-99.age",
        "notes",
    ]
    for name in kept:
        (config.backup_folder / name).write_text("x")
    (config.backup_folder / "senim-config-2026-11-25.age.unfinished").write_text("x")
    (config.backup_folder / "senim-config-2026-10-01.age").mkdir()
    nightly.run(config, at(24 + 34))
    assert nights(config) == [24, 58]
    nightly.run(config, at(24 + 35))
    assert nights(config) == [58, 59]
    there = {one.name for one in config.backup_folder.iterdir()} - {
        file.name for file in backups(config).values()
    }
    assert there == {*kept, "senim-config-2026-10-01.age"}


def test_the_newest_backup_stays_however_old_it_is(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    nightly.run(config, at(24))
    with monkeypatch.context() as patch:
        patch.setattr(nightly, "write_backup", fails)
        report = nightly.run(config, at(200))
    assert set(report.failed) == {"backup"}
    assert nights(config) == [24]


def fails(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device", "somewhere")


def test_the_key_of_the_last_good_backup_stays_as_long_as_that_one(
    config: Config, senim: Senim, monkeypatch: pytest.MonkeyPatch
) -> None:
    nightly.run(config, at(24))
    key = config.key_file.with_name("journal.key.before-2026-11-24")
    key.write_text(new_key().hex())
    key.chmod(0o400)
    with monkeypatch.context() as patch:
        patch.setattr(nightly, "write_backup", fails)
        nightly.run(config, at(200))
        assert key.exists()
    nightly.run(config, at(201))
    nightly.run(config, at(202))
    assert nights(config) == [201, 202]
    assert not key.exists()


def test_one_thing_that_fails_stops_no_other_and_is_tried_again(
    config: Config, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with monkeypatch.context() as patch:
        patch.setattr(nightly, "write_backup", fails)
        report = nightly.run(config, at(24))
        assert report.done == tuple(ALL[1:])
        assert "No space left on device" in report.failed["backup"]
        assert nightly.run(config, at(24, "03:05")).failed.keys() == {"backup"}
    assert nightly.run(config, at(24, "03:20")).done == ("backup",)
    assert nights(config) == [24]
    assert "backup failed: OSError" in caplog.text


def test_two_workers_do_it_once(config: Config) -> None:
    with open_journal(config.path.parent) as journal, journal.lock("nightly") as mine:
        assert mine
        assert nightly.run(config, at(24)).busy
    assert nights(config) == []
    assert nightly.run(config, at(24)).done == tuple(ALL)


def test_a_backup_whose_note_was_cut_short_is_not_made_twice(config: Config) -> None:
    nightly.run(config, at(24))
    before = file_of(config, date(2026, 11, 24)).read_bytes()
    with open_journal(config.path.parent) as journal, journal.store.writing() as writing:
        writing.connection.exec_driver_sql("DELETE FROM chores")
    assert nightly.run(config, at(24, "03:01")).done == tuple(ALL)
    assert file_of(config, date(2026, 11, 24)).read_bytes() == before


def test_a_worker_that_is_told_to_end_ends_in_the_middle_of_a_backup(config: Config) -> None:
    stopping = threading.Event()

    class AfterSome:
        def __init__(self) -> None:
            self.asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            return self.asked > 10

    assert nightly.run(config, at(24), stopping=AfterSome()).done == ()  # type: ignore[arg-type]
    assert list(config.backup_folder.iterdir()) == []
    assert nightly.run(config, at(24), stopping=stopping).done == tuple(ALL)


def test_a_clock_that_ran_years_ahead_stops_no_backups(config: Config) -> None:
    with open_journal(config.path.parent) as journal:
        journal.note("opened", on=date(2031, 1, 1), number=1)
        nightly.run(config, at(3000))
    assert nightly.run(config, at(24)).done == tuple(ALL)
    assert 24 in nights(config)


def test_a_backup_of_a_clock_that_ran_ahead_does_not_outstay_its_time(config: Config) -> None:
    """It would be there for years, with all that is destroyed meanwhile."""
    nightly.run(config, at(24))
    nightly.run(config, at(2000))
    assert 2000 in nights(config)
    nightly.run(config, at(25))
    assert nights(config) == [25]


def test_a_clock_that_fell_years_back_takes_no_backup_away(config: Config) -> None:
    nightly.run(config, at(24))
    nightly.run(config, at(25))
    nightly.run(config, at(-2000))
    assert {24, 25} <= set(nights(config))


# What was destroyed, and the backups that still have it


def test_the_history_says_from_which_day_nothing_of_the_destroyed_is_in_a_backup(config: Config) -> None:
    folder = config.path.parent

    def gone() -> list[str]:
        with open_journal(folder) as journal, journal.store.reading() as connection:
            query = select(events.c.detail).where(events.c.kind == ROTATED).order_by(events.c.seq)
            assert journal.verify().ok
            return [json.loads(detail)["gone_before"] for detail in connection.execute(query).scalars()]

    def destroyed(number: int, on: date) -> None:
        with open_journal(folder) as journal:
            purge(journal, number, on=on, reason="a request")

    nightly.run(config, at(24))
    destroyed(1, date(2026, 11, 24))
    for day in (25, 26, 58):
        nightly.run(config, at(day))
    assert gone() == []
    nightly.run(config, at(24 + 35))
    assert gone() == ["2026-11-25"], "the one of that very day was made before it was destroyed"
    nightly.run(config, at(24 + 36))
    assert gone() == ["2026-11-25"], "said once"
    destroyed(2, date(2026, 11, 26))
    nightly.run(config, at(24 + 38))
    assert gone() == ["2026-11-25", "2026-12-28"]


# Nobody wonders whether there are backups


def test_the_administrator_is_told_after_two_days_without_one_and_when_there_is_one_again(
    config: Config,
) -> None:
    nightly.run(config, at(24))
    folder = config.path.parent
    right = config.path.read_text()
    spoil(config)
    broken = config_of(folder)
    for moment in (at(25), at(25, "15:00"), at(26, "02:59")):
        nightly.run(broken, moment)
        assert Trouble.BACKUP not in troubles(config)
    for moment in (at(26), at(26, "03:05"), at(27)):
        nightly.run(broken, moment)
    with open_journal(folder) as journal:
        (begun,) = listed(journal)
    assert begun.data["trouble"] == "backup"
    assert datetime.fromisoformat(str(begun.data["since"])) == at(24)
    config.path.write_text(right)
    nightly.run(config, at(27, "09:00"))
    assert Trouble.BACKUP not in troubles(config)
    assert nights(config) == [24, 27]


def test_a_backup_by_hand_counts_too(config: Config, senim: Senim) -> None:
    nightly.run(config, at(24))
    spoil(config)
    with open_journal(config.path.parent) as journal, journal.store.writing() as writing:
        writing.connection.exec_driver_sql("INSERT INTO chores VALUES ('backup-by-hand', '2026-11-26')")
    nightly.run(config_of(config.path.parent), at(27))
    assert Trouble.BACKUP not in troubles(config)


def check(config: Config, now: datetime) -> dict[str, tuple[bool, str]]:
    found = check_school(config, now)
    return {one.name: (one.ok, one.remedy) for one in found if one.name.startswith(("backup", "night"))}


def test_check_complains_after_two_days_without_one(config: Config) -> None:
    assert check(config, at(21, "16:00"))["backup"][0], "begun the day before"
    ok, said = check(config, at(26))["backup"]
    assert not ok
    assert "there is none yet" in said
    nightly.run(config, at(26))
    ok, said = check(config, at(27, "23:00"))["backup"]
    assert ok
    assert "2026-11-26" in said
    assert "own disk" in said
    ok, said = check(config, at(28))["backup"]
    assert not ok
    assert "2026-11-26; does the worker run?" in said


def test_a_folder_on_another_disk_is_not_complained_of(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert on_the_journals_disk(config)
    if Path("/dev/shm").stat().st_dev != config.path.stat().st_dev:
        put(config.path.parent, "folder: var/backup ", "folder: /dev/shm/senim-nothing-there ")
        assert not on_the_journals_disk(config_of(config.path.parent))


# In PostgreSQL too


@pytest.mark.soak
def test_in_postgresql_the_night_is_the_same(
    postgresql: PostgreSQL, folder: Path, senim: Senim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "tidy_mailbox", lambda *_: 0)
    put(folder, "sqlite:///var/journal.db", postgresql.fresh())
    assert senim("upgrade").status == 0
    config = config_of(folder)
    with open_journal(folder) as journal:
        journal.record(HER_MOTHER, identity="1")
        journal.record(ARUZHAN, identity="2")
        journal.add_measure(
            1, Measure(text="x", by="y", role=Role.DIRECTOR, recorded_on=HER_MOTHER.term.registered_on)
        )
    assert nightly.run(config, at(24)).done == tuple(ALL)
    late = at(24 + 4 * 365)
    with open_journal(folder) as journal:
        recent = Term(received_on=late.date(), registered_on=late.date(), due_on=late.date())
        journal.record(replace(ARUZHAN, term=recent), identity="3")  # the box is alive
    assert nightly.run(config, late).done == tuple(ALL)
    with open_journal(folder) as journal:
        assert [entry.text for entry in journal.entries()][:2] == ["", ARUZHAN.text], (
            "destroyed after its term"
        )
        assert UNSWEPT not in last_done(journal), "and swept out of the files"
        assert journal.verify().ok
    assert nightly.run(config, late + timedelta(days=1)).done == tuple(ALL)
    newest = backups(config)[max(backups(config))]
    put(folder, config.journal_url, "sqlite:///var/again.db")
    assert restore(config_of(folder), newest, late, next_number=4).damage == ()


# By hand, and by the worker


def test_by_hand_it_says_what_it_did(config: Config, senim: Senim) -> None:
    said = senim("nightly", "--now", "2026-11-24T03:00+05:00")
    assert (said.status, said.out) == (0, f"done: {', '.join(ALL)}\n")
    assert senim("nightly", "--now", "2026-11-24T03:10+05:00").out == "nothing was due\n"
    spoil(config)
    said = senim("nightly", "--now", "2026-11-25T03:00+05:00")
    assert said.status == 1
    assert "backup: " in said.err
    assert "config.yaml/no" in said.err
    said = senim("nightly", "--now", "2026-11-25T03:20+05:00", "--json")
    assert json.loads(said.out)[0]["failed"].keys() >= {"backup"}


def test_the_worker_looks_whether_something_is_due_and_is_patient_with_what_fails(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = [RuntimeError("x"), nightly.NightReport(failed={"backup": "x"}), nightly.NightReport()]
    stopping = threading.Event()
    waited: list[float] = []

    def night(*_: object, **__: object) -> Any:
        outcome = outcomes.pop(0)
        if not outcomes:
            stopping.set()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(nightly, "run", night)
    monkeypatch.setattr(worker, "send", lambda *_, **__: SendReport())
    school = worker._School(config, stopping, Reader(), {})
    monkeypatch.setattr(stopping, "wait", waited.append)
    school._work_at_night()
    _, first, second, well = waited
    assert 0.8 * 5 * 60 <= first <= 1.2 * 5 * 60
    assert 0.8 * 15 * 60 <= second <= 1.2 * 15 * 60
    assert well == worker.NIGHT_LOOK


@pytest.mark.real
def test_the_worker_makes_the_backup_of_the_night_that_it_missed(school: SchoolUnderTest) -> None:
    config = config_of(school.folder)
    with Journal.open(config.journal_url, config.journal_key()) as journal:
        journal.note("opened", on=date(2026, 11, 1), number=1)
    with running(school.folder, "") as run:
        comes_true(partial(made, config))
        run.end()
    with Journal.open(config.journal_url, config.journal_key()) as journal:
        assert last_done(journal)["backup"] == next(iter(backups(config)))


def made(config: Config) -> bool:
    with Journal.open(config.journal_url, config.journal_key()) as journal:
        return "mailbox" in last_done(journal)
