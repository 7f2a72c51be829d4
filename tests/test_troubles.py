"""Nobody wonders whether the box works: the administrator has a letter when it does not, one when it does."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import Engine, event

from intake.config import Config, load
from intake.pull import PullReport, pull
from intake.send import SendReport
from intake.troubles import Troubles
from journal.book import Journal
from journal.faults import DatabaseUnreachable, DiskFull
from journal.letters import listed
from journal.troubles import open_troubles
from tests.command import Senim
from tests.desk import text_of
from tests.school import SchoolUnderTest, at, plain_letter
from tests.servers import Account

ADMINISTRATOR = "administrator: {{address: {0}, language: {1}, name: Нұрлан}}\n"


class WithAdministrator:
    """A school with an administrator, whose servers go away and come back."""

    def __init__(self, school: SchoolUnderTest, senim: Senim, language: str = "ru") -> None:
        self.school = school
        self._senim = senim
        self.administrator: Account = school.mail.new_box()
        self.file = school.folder / "config.yaml"
        self.right = self.file.read_text() + ADMINISTRATOR.format(self.administrator.address, language)
        self.file.write_text(self.right)

    def mailbox_is_gone(self) -> None:
        self.file.write_text(self.right.replace(f"port: {self.school.box.imap.port}", "port: 1"))

    def submission_is_gone(self) -> None:
        self.file.write_text(self.right.replace(f"port: {self.school.box.submission.port}", "port: 1"))

    def password(self, word: str) -> None:
        (self.school.folder / "secret").write_text(word)

    def mends(self) -> None:
        self.file.write_text(self.right)
        self.password(self.school.box.password)

    def pulls(self, hour: str, code: int = 0) -> str:
        return self.senim("pull", "--now", at(hour), code=code)

    def sends(self, hour: str, code: int = 0) -> str:
        return self.senim("send", "--now", at(hour), code=code)

    def senim(self, *words: str, code: int = 0) -> str:
        said = self._senim("--config", str(self.file), *words)
        assert said.status == code, said
        return said.out + said.err

    def notices(self, count: int) -> list[EmailMessage]:
        """As many as there must be, and no more."""
        self.school.mail.wait_for(self.administrator.address, count)
        found = self.school.letters(self.administrator, "notice")
        assert len(found) == count, [str(one["Subject"]) for one in found]
        return found

    def config(self) -> Config:
        (config,) = load(self.file)
        return config

    def journal(self) -> Journal:
        config = self.config()
        return Journal.open(config.journal_url, config.journal_key())


FullDisk = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def full_disk() -> FullDisk:
    """While it lasts, no SQLite file of this process grows."""

    @contextmanager
    def full() -> Iterator[None]:
        def keep_small(connection: sqlite3.Connection, _record: object) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 2}")

        event.listen(Engine, "connect", keep_small)
        try:
            yield
        finally:
            event.remove(Engine, "connect", keep_small)

    return full


@pytest.fixture
def watched(school: SchoolUnderTest, senim: Senim) -> WithAdministrator:
    return WithAdministrator(school, senim)


def test_a_mailbox_that_cannot_be_read_for_a_quarter_of_an_hour_is_told_once(
    watched: WithAdministrator,
) -> None:
    watched.mailbox_is_gone()
    watched.pulls("12:00", code=1)
    watched.pulls("12:10", code=1)
    watched.sends("12:10")
    assert watched.school.letters(watched.administrator) == []
    for minute in (16, 17, 40):
        watched.pulls(f"12:{minute}", code=1)
        watched.sends(f"12:{minute}")
    (begun,) = watched.notices(1)
    assert begun["Subject"] == "Ящик доверия: почтовый ящик не читается"
    assert re.search(r"Началось: \d+ \w+, 12:00", text_of(begun))
    assert "senim check" in text_of(begun)
    watched.mends()
    watched.pulls("12:45")
    watched.sends("12:45")
    watched.pulls("12:46")
    watched.sends("12:46")
    _, over = watched.notices(2)
    assert over["Subject"] == "Ящик доверия: почтовый ящик снова читается"
    assert re.search(r"Закончилось: \d+ \w+, 12:45", text_of(over))


def test_a_mailbox_that_falters_for_a_moment_again_and_again_is_no_news(watched: WithAdministrator) -> None:
    for hour in ("12:00", "12:30", "13:00"):
        watched.mailbox_is_gone()
        watched.pulls(hour, code=1)
        watched.pulls(hour.replace(":00", ":14").replace(":30", ":44"), code=1)
        watched.mends()
        watched.pulls(hour.replace(":00", ":15").replace(":30", ":45"))
    watched.sends("13:20")
    with watched.journal() as journal:
        assert listed(journal) == []


def test_a_wrong_password_is_told_at_the_second_refusal(watched: WithAdministrator) -> None:
    watched.password("another")
    watched.pulls("12:00", code=1)
    watched.pulls("12:01", code=1)
    watched.pulls("12:02", code=1)
    watched.mends()
    watched.sends("12:02")
    (begun,) = watched.notices(1)
    assert begun["Subject"] == "Ящик доверия: почтовый ящик не принимает пароль"
    assert "mailbox.imap.password_file" in text_of(begun)
    watched.pulls("12:05")
    watched.sends("12:05")
    watched.notices(2)


def test_a_trouble_whose_beginning_could_not_be_told_is_told_in_one_letter(
    watched: WithAdministrator,
) -> None:
    watched.password("another")  # of both servers
    for minute in ("00", "01", "02"):
        watched.pulls(f"12:{minute}", code=1)
        watched.sends(f"12:{minute}", code=1 if minute != "00" else 0)
    watched.mends()
    watched.pulls("13:30")
    watched.sends("13:30")
    told = {str(one["Subject"]): text_of(one) for one in watched.notices(2)}
    assert set(told) == {
        "Ящик доверия: почтовый ящик снова принимает пароль",
        "Ящик доверия: сервер отправки снова принимает пароль",
    }
    for text in told.values():
        assert "Началось" in text and "Закончилось" in text
    watched.pulls("13:31")
    watched.sends("13:31")
    watched.notices(2)


def test_a_daily_letter_unsent_twenty_minutes_after_its_hour_is_told(watched: WithAdministrator) -> None:
    watched.submission_is_gone()
    watched.sends("15:00")  # merely put off
    said = watched.sends("15:20", code=1)
    assert "senim letters list" in said
    checked = watched.senim("check", code=1)
    watched.mends()
    watched.sends("16:30")
    (told,) = watched.notices(1)
    assert told["Subject"] == "Ящик доверия: ежедневное письмо отправлено"
    assert re.search(r"Началось: \d+ \w+, 15:00", text_of(told))
    for reader in watched.school.readers:
        watched.school.mail.wait_for(reader.address, 1)
    assert "daily letter could not be sent" in checked
    watched.sends("16:31")
    watched.notices(1)


def test_without_an_administrator_nothing_is_owed_and_the_check_says_what_is_wrong(
    watched: WithAdministrator,
) -> None:
    watched.right = watched.right.replace(watched.right.splitlines()[-1], "")
    watched.mailbox_is_gone()
    for minute in ("00", "20"):
        watched.pulls(f"12:{minute}", code=1)
    said = watched.senim("check", code=1)
    assert re.search(r"trouble — The mailbox cannot be read, since \d{4}-\d\d-\d\d 12:00", said)
    watched.mends()
    watched.pulls("12:30")
    watched.sends("12:30")
    with watched.journal() as journal:
        assert listed(journal) == []
        assert open_troubles(journal) == {}


def test_letters_that_cannot_be_put_into_folders_are_told(watched: WithAdministrator) -> None:
    watched.right = watched.right.replace("submission:", '  folders: {held: "../../nowhere"}\nsubmission:', 1)
    watched.mends()
    watched.school.mail.deliver(
        b"From: a@b.example\r\nX-Spam-Flag: YES\r\n\r\nx\r\n", watched.school.box.address
    )
    for minute in ("00", "16"):
        watched.pulls(f"12:{minute}", code=1)
    watched.sends("12:16")
    (told,) = watched.notices(1)
    assert told["Subject"] == "Ящик доверия: почтовый сервер не раскладывает письма по папкам"


def test_what_could_not_be_read_is_told_by_number_at_the_hour_of_the_daily_letter(
    watched: WithAdministrator,
) -> None:
    """Told at once, the letter's own hour would say when an appeal came that is let in afterwards."""
    bomb = b"From: x@y.example\r\nSubject: Secret\r\n" + b"X-A: 1\r\n" * 400 + b"\r\ntext\r\n"

    def comes(hour: str) -> None:
        watched.school.mail.deliver(bomb, watched.school.box.address)
        watched.pulls(hour)
        watched.sends(hour)

    comes("12:00")
    comes("12:05")
    assert watched.school.letters(watched.administrator) == []
    watched.sends("15:00")
    (told,) = watched.notices(1)
    assert told["Subject"] == "Ящик доверия: 2 письма не удалось прочитать"
    assert "senim held show 1: слишком большое" in text_of(told) and "senim held show 2:" in text_of(told)
    assert "Secret" not in text_of(told)
    comes("16:20")
    watched.sends("23:50")
    watched.notices(1)
    watched.senim("send", "--now", at("15:00", day=2))
    _, told = watched.notices(2)
    assert "senim held show 3:" in text_of(told) and "senim held show 1:" not in text_of(told)
    watched.senim("send", "--now", at("15:00", day=3))
    watched.notices(2)


def test_a_full_disk_is_told_past_the_journal_and_its_end_by_it(
    watched: WithAdministrator, full_disk: FullDisk
) -> None:
    school, troubles = watched.school, Troubles(watched.config())
    long = plain_letter("Жасырын\n\n" + "Ұзын хат келді.\n" * 2_000)
    school.mail.deliver(long, school.box.address, "mother@family.example")
    outcomes: list[PullReport | Exception] = []

    def pulls(minute: int) -> None:
        now = datetime.fromisoformat(at("12:00")) + timedelta(minutes=minute)
        try:
            outcomes.append(pull(watched.config(), now))
        except Exception as fault:
            outcomes.append(fault)
        troubles.pulled(outcomes[-1], now)

    with full_disk():
        for minute in (0, 1, 2, 40):
            pulls(minute)
        (begun,) = watched.notices(1)
        assert begun["Subject"] == "Ящик доверия: на диске нет места"
    assert {type(one) for one in outcomes} == {DiskFull}
    pulls(41)
    watched.sends("12:42")
    _, over = watched.notices(2)
    assert over["Subject"] == "Ящик доверия: на диске снова есть место"
    assert re.search(r"Началось: \d+ \w+, 12:00", text_of(over))
    assert len(school.entries()) == 1


def test_a_journal_that_is_gone_is_told_after_a_quarter_of_an_hour(watched: WithAdministrator) -> None:
    troubles = Troubles(watched.config())
    file = watched.school.folder / "journal.db"
    start = datetime.fromisoformat(at("12:00"))
    away = file.rename(file.with_suffix(".away"))
    gone = DatabaseUnreachable("not there")
    for minute in (0, 10, 14):
        troubles.sent(gone, start + timedelta(minutes=minute))
        troubles.pulled(gone, start + timedelta(minutes=minute))
    assert watched.school.letters(watched.administrator) == []
    for minute in (15, 16):
        troubles.sent(gone, start + timedelta(minutes=minute))
    (begun,) = watched.notices(1)
    assert begun["Subject"] == "Ящик доверия: журнал недоступен"
    away.rename(file)
    troubles.sent(SendReport(), start + timedelta(minutes=20))
    watched.sends("12:21")
    watched.notices(2)
