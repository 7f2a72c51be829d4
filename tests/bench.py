"""`make bench`: ratios measured in one run on one machine. Nothing here is asserted; look at the numbers."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from journal.book import Journal
from journal.database import upgrade
from journal.model import Appeal, Channel, Measure, Role, Term
from reports.daily import write_daily
from tests.bench_letters import Kinds, fill, photos
from tests.databases import KEY
from tests.desk import AIGUL, SCHOOL
from tests.school import SchoolUnderTest, open_school
from tests.servers import Mail, unprivileged

LETTERS = int(os.environ.get("SENIM_BENCH_LETTERS", "2000"))
RUNS = int(os.environ.get("SENIM_BENCH_RUNS", "3"))


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def say(what: str, ratio: float, detail: str) -> None:
    print(f"\n{what}: {ratio:.1f}× ({detail})")


def run(what: str, school: SchoolUnderTest) -> tuple[dict[str, Any], float]:
    """One run of tests.bench_run; what it said, and the most memory its processes had together (PSS, MB)."""
    config = str(school.folder / "config.yaml")
    command = [sys.executable, "-m", "tests.bench_run", what, config]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    most = 0
    while process.poll() is None:
        most = max(most, proportional(process.pid))
        time.sleep(0.1)
    said, _ = process.communicate()
    assert process.returncode == 0
    return json.loads(said), most / 1024


def proportional(pid: int) -> int:
    """PSS of a process and of all that it started, in KiB; 0 for what the system does not show us."""
    found = 0
    with suppress(OSError):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        found = sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += sum(proportional(int(one)) for one in (task / "children").read_text().split())
    return found


class School(NamedTuple):
    """What is pulled into where."""

    school: SchoolUnderTest
    kinds: Kinds


@contextmanager
def filled_school(folder: Path, mail: Mail, count: int, pictures: list[bytes]) -> Iterator[School]:
    """A new school with that set in its inbox; gone afterwards."""
    folder.mkdir()
    school = open_school(folder, mail)
    who = unprivileged()
    mail.messages(school.box.address)  # makes the mailbox
    maildir = mail.base / "mail" / school.box.address
    yield School(school, fill(maildir / "Maildir", count, pictures, (who.pw_uid, who.pw_gid)))
    shutil.rmtree(maildir)
    shutil.rmtree(folder)


@pytest.mark.parametrize("what", ["mixed", "text"])
def test_pull_against_a_raw_read(mail: Mail, tmp_path: Path, what: str) -> None:
    pictures = photos() if what == "mixed" else []
    for n in range(RUNS):
        with filled_school(tmp_path / str(n), mail, LETTERS, pictures) as (school, kinds):
            run("raw", school)  # Dovecot makes its index
            raws, libraries = ([run(way, school)[0] for _ in range(3)] for way in ("raw", "library"))
            whole, memory = run("pull", school)
        assert whole["recorded"] == LETTERS
        raw, library = (statistics.median(one["seconds"] for one in them) for them in (raws, libraries))
        fastest, slowest = (f([one["seconds"] for one in raws]) for f in (min, max))
        say(
            f"pull into the sealed Journal / raw read, {what}",
            whole["seconds"] / raw,
            f"{whole['seconds'] / library:.1f}× the same by IMAPClient; {kinds}; {whole['seconds']:.2f} s, "
            f"raw {raw:.2f} s (on this machine {fastest:.2f} to {slowest:.2f}), by IMAPClient "
            f"{library:.2f} s (CPU {min(one['cpu'] for one in libraries):.2f} s); CPU of ours "
            f"{whole['cpu']:.2f} s, of the reading processes {whole['children']:.2f} s, most memory of all "
            f"together {memory:.0f} MB",
        )
        if whole["split"]:
            print(f"   seconds: {whole['split']}")


def test_the_cost_of_a_letter_in_a_long_queue_against_a_short_one(mail: Mail, tmp_path: Path) -> None:
    spent: list[float] = []
    for count in (1_000, 10_000):
        with filled_school(tmp_path / str(count), mail, count, []) as (school, _):
            run("raw", school)
            whole, memory = run("pull", school)
        spent.append(whole["seconds"] / count)
        cpu = (whole["cpu"] + whole["children"]) / count
        print(f"\n{count} letters: {spent[-1] * 1000:.2f} ms each, CPU {cpu * 1000:.2f} ms, {memory:.0f} MB")
    say("cost of a letter, 10,000 / 1,000", spent[1] / spent[0], f"{spent[1] * 1000:.2f} ms")


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
    def started(*command: str) -> float:
        return statistics.median(
            seconds(lambda: subprocess.run([sys.executable, *command], check=True, capture_output=True))
            for _ in range(9)
        )

    empty, ours = started("-c", "pass"), started("-m", "intake", *words)
    say(f"senim {' '.join(words)} / empty python", ours / empty, f"{ours * 1000:.0f} ms")
