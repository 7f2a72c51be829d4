"""`make bench`: ratios measured in one run on one machine. Nothing here is asserted; look at the numbers."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from imapclient import IMAPClient

from intake.config import load
from intake.pull import pull
from journal.book import Journal
from journal.database import upgrade
from journal.model import Appeal, Channel, Measure, Role, Term
from reports.daily import write_daily
from tests.databases import KEY
from tests.desk import AIGUL, SCHOOL
from tests.school import SchoolUnderTest, plain_letter
from tests.servers import Account

LETTERS = 300
RUNS = 3


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def say(what: str, ratio: float, detail: str) -> None:
    print(f"\n{what}: {ratio:.1f}× ({detail})")


def raw_read(box: Account, out: Path) -> None:
    """What no program can beat: every byte of the mailbox, appended to a file."""
    context = box.imap.tls_context()
    with IMAPClient("127.0.0.1", box.imap.port, ssl_context=context) as client, out.open("wb") as file:
        client._imap.debug = 0
        client.login(box.address, box.password)
        client.select_folder("INBOX", readonly=True)
        for parts in client.fetch(client.search(), ["BODY.PEEK[]"]).values():
            file.write(parts[b"BODY[]"])


def test_pull_against_a_raw_read(school: SchoolUnderTest, tmp_path: Path) -> None:
    body = "Жасырын\n\n" + "Сыныпта мені келемеждейді, мұғалімге айтуға қорқамын. " * 60
    for n in range(LETTERS):
        school.mail.deliver(plain_letter(f"{body}{n}"), school.box.address)
    raw = statistics.median(seconds(lambda: raw_read(school.box, tmp_path / "raw")) for _ in range(RUNS))
    (config,) = load(school.folder / "config.yaml")
    whole = seconds(lambda: pull(config, datetime.now(UTC)))
    say(
        "pull into the sealed Journal / raw read",
        whole / raw,
        f"{LETTERS} letters, {whole:.1f} s, {raw:.2f} s",
    )


def filled(url: str, count: int) -> Journal:
    upgrade(url)
    journal = Journal.open(url, KEY)
    day = date(2026, 9, 1)
    with journal.transaction():
        for n in range(count):
            on = day + timedelta(days=n % 60)
            term = Term(received_on=on, registered_on=on, due_on=on)
            appeal = Appeal(
                applicant=None,
                term=term,
                channel=Channel.PAGE,
                content=f"№{n}",
                text=f"Мәтін {n}",
                language="kk",
            )
            number = journal.record(appeal, identity=f"{n}").number
            measure = Measure(text="қаралды", by="Айгүл", role=Role.PSYCHOLOGIST, recorded_on=on)
            if n < count - 20:
                journal.add_measure(number, measure)
    return journal


def test_the_daily_letter_of_a_large_journal_against_that_of_a_small_one(tmp_path: Path) -> None:
    now = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    spent: list[float] = []
    for count in (200, 5_000):
        with filled(f"sqlite:///{tmp_path}/{count}.db", count) as journal:

            def write(journal: Journal = journal) -> None:
                write_daily(journal, SCHOOL, AIGUL, period=now.date(), due_at=now, now=now, late=False)

            write()
            spent.append(statistics.median(seconds(write) for _ in range(RUNS)))
    say("daily letter, 5,000 entries / 200 entries", spent[1] / spent[0], f"{spent[1] * 1000:.0f} ms")


@pytest.mark.parametrize("words", [["--version"], ["journal", "--help"]])
def test_start_up_against_an_empty_python(words: list[str]) -> None:
    def run(*command: str) -> float:
        return statistics.median(
            seconds(lambda: subprocess.run([sys.executable, *command], check=True, capture_output=True))
            for _ in range(9)
        )

    empty, ours = run("-c", "pass"), run("-m", "intake", *words)
    say(f"senim {' '.join(words)} / empty python", ours / empty, f"{ours * 1000:.0f} ms")
