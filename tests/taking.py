"""A school whose pulls run in the test's own process, so that a test can spoil one edge of them."""

import threading
from datetime import UTC, datetime

import pytest

from intake.config import Config, load
from intake.pull import PullReport, pull
from intake.reader import Reader
from journal.book import Journal
from journal.condition import Look
from journal.looks import looks
from tests.school import SchoolUnderTest, plain_letter

SIGNED = "=?utf-8?b?0JzQsNGA0LjRjyDQn9C10YLRgNC+0LLQsA==?= <m@family.example>"


@pytest.fixture
def taking(school: SchoolUnderTest, reader: Reader) -> "Taking":
    (config,) = load(school.folder / "config.yaml")
    return Taking(school, config, reader)


class Taking:
    """That school, and the letters that come to it."""

    def __init__(self, school: SchoolUnderTest, config: Config, reader: Reader) -> None:
        self.school = school
        self.config = config
        self.reader = reader
        self.stopping = threading.Event()
        self.now = datetime.now(UTC)

    def come(self, count: int, *, signed: bool = False, words: str = "Асханада тамақ суық") -> None:
        for n in range(count):
            sender = SIGNED if signed else "mother@family.example"
            text = f"{words}, {n}." if signed else f"Жасырын\n\n{words}, {n}."
            self.school.mail.append(plain_letter(text, sender=sender), self.school.box.address)

    def pull(self) -> PullReport:
        return pull(self.config, self.now, reader=self.reader, stopping=self.stopping)

    def journal(self) -> Journal:
        return Journal.open(self.config.journal_url, self.config.journal_key())

    def texts(self) -> list[str]:
        """Of all entries, whose numbers have no gap."""
        with self.journal() as journal:
            entries = list(journal.entries())
        assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
        return [entry.text.removeprefix("Жасырын\n") for entry in entries]

    def held(self) -> list[str]:
        with self.journal() as journal:
            return [one.reason for one in journal.held()]

    def look(self, folder: str = "INBOX") -> Look:
        with self.journal() as journal:
            return looks(journal)[folder]

    def folder(self, name: str) -> list[bytes]:
        return self.school.mail.messages(self.school.box.address, name)
