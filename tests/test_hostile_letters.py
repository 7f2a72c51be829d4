"""No message of any kind makes the worker slow, large or dead: not even those that nobody would write."""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from intake.appeal import to_appeal
from intake.message import Message, Unreadable, parse
from intake.reader import Reader
from journal.model import Term
from tests.cleaned import clean
from tests.corpora import letters
from tests.drafts import messages
from tests.hostile_letters import hostile
from tests.test_corpora_reading import check

TERM = Term(received_on=date(2026, 11, 22), registered_on=date(2026, 11, 23), due_on=date(2026, 12, 14))
OF_THE_READER = "reader-died", "reader-too-slow", "reader-too-large"
MOST_GROWTH = 60_000  # kilobytes: what one letter brings at most, twice; a leak over thousands brings more


def memory() -> int:
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def outcome(read: Message | Unreadable, reader: Reader) -> str:
    """What became of it, after all that the worker itself does with its words."""
    if isinstance(read, Unreadable):
        return read.reason
    check(read)
    to_appeal(read, None, term=TERM, default_language="kk", clean=reader.clean)
    return "read"


def read_all(seeds: Iterator[int], others: list[bytes]) -> Counter[str]:
    with Reader() as reader:
        counted: Counter[str] = Counter()
        before = 0
        for place, one in enumerate(messages(reader, (hostile(seed, others) for seed in seeds))):
            counted[outcome(one, reader)] += 1
            before = memory() if place == 150 else before
        assert memory() - before < MOST_GROWTH
    return counted


def test_hostile_letters_are_read_or_put_aside_and_harm_nobody() -> None:
    counted = read_all(iter(range(300)), [raw for _, raw in letters()][:300])
    print(dict(counted))
    assert sum(counted.values()) == 300
    assert counted["read"] > 200
    assert not [reason for reason in counted if reason in OF_THE_READER or reason.startswith("error-")]


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_thousands_of_new_hostile_letters_harm_nobody() -> None:
    first = random.SystemRandom().randrange(10**9)
    until = time.monotonic() + float(os.environ.get("SENIM_SOAK_SECONDS", "900"))

    def seeds() -> Iterator[int]:
        for seed in range(first, first + 10**6):
            if time.monotonic() > until:
                return
            yield seed

    counted = read_all(seeds(), [raw for _, raw in letters()])
    print(f"from seed {first}: {dict(counted)}")
    assert not [reason for reason in counted if reason in OF_THE_READER or reason.startswith("error-")]


def test_the_same_number_makes_the_same_letter() -> None:
    others = [raw for _, raw in letters()][:20]
    assert [hostile(seed, others) for seed in range(20)] == [hostile(seed, others) for seed in range(20)]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("sign", [" \t", ". ", "не ", "имя ", "> ", "(", "\u00a0", "1) "])
def test_a_long_run_of_anything_costs_the_worker_little(sign: str) -> None:
    """A line of 250,000 spaces once took a minute to be asked whether its writer wants to stay unknown."""
    read = parse(b"From: a@b.example\r\n\r\nx" + sign.encode() * (250_000 // len(sign)) + b"y")
    to_appeal(read, None, term=TERM, default_language="kk", clean=clean)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("label", ["name", "аты-жөні", "ФИО", "менің атым", "my name is"])
def test_a_long_gap_behind_a_label_costs_the_worker_little(label: str) -> None:
    """Any stranger's letter once kept the worker for hours, looking for where the name begins."""
    line = label + " " * 120_000 + "x" * 200
    read = parse(f"From: a@b.example\r\n\r\n{line}\r\n".encode())
    to_appeal(read, None, term=TERM, default_language="kk", clean=clean)
