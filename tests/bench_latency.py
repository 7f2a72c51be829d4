"""`make bench`: from the mail server's «250» to a numbered entry, letter by letter, as the worker waits.

And from an urgent entry to its two letters in the readers' mailboxes: five seconds at the most.
"""

import random
import signal
import statistics
import time

from intake.config import load
from journal.book import Journal
from tests.school import SchoolUnderTest, plain_letter

LETTERS = 50
PATIENCE = 30  # seconds for one letter
URGENT = 5


def test_from_acceptance_to_a_numbered_entry(school: SchoolUnderTest) -> None:
    (config,) = load(school.folder / "config.yaml")
    chance = random.Random(2177)
    worker = school.start("run")
    waited: list[float] = []
    try:
        with Journal.open(config.journal_url, config.journal_key()) as journal:
            for n in range(1, LETTERS + 2):  # the first waits for the start, and does not count
                letter = plain_letter(f"Жасырын\n\nАсханада кезек ұзақ, {n}-күн. " + "Тамақ суық. " * 200)
                time.sleep(chance.uniform(0.5, 2.5))  # families do not write one after the other
                school.mail.deliver(letter, school.box.address, "mother@family.example")
                accepted = time.monotonic()
                while journal.last_number() < n:
                    assert time.monotonic() - accepted < PATIENCE
                    time.sleep(0.005)
                waited.append(time.monotonic() - accepted)
    finally:
        worker.send_signal(signal.SIGTERM)
        asked = time.monotonic()
        assert worker.wait(15) == 0, worker.communicate()
        ended = time.monotonic() - asked
    later = statistics.quantiles(waited[1:], n=20)
    print(
        f"\nfrom acceptance to a numbered entry: median {statistics.median(waited[1:]):.2f} s, "
        f"19 of 20 within {later[18]:.2f} s, the longest {max(waited[1:]):.2f} s ({LETTERS} letters); "
        f"the worker ended {ended:.1f} s after SIGTERM"
    )


def test_from_an_urgent_entry_to_both_letters(school: SchoolUnderTest) -> None:
    (config,) = load(school.folder / "config.yaml")
    chance = random.Random(23)
    worker = school.start("run")
    waited: list[float] = []
    try:
        with Journal.open(config.journal_url, config.journal_key()) as journal:
            for n in range(1, URGENT + 1):  # those of one day that have letters of their own
                time.sleep(chance.uniform(3, 8))
                letter = plain_letter(f"Жасырын\n\nМенің өлгім келеді, {n}.")
                school.mail.deliver(letter, school.box.address, "mother@family.example")
                until = time.monotonic() + PATIENCE
                while journal.last_number() < n:
                    assert time.monotonic() < until
                    time.sleep(0.005)
                recorded = time.monotonic()
                for reader in (school.psychologist, school.pedagogue):
                    school.mail.wait_for(reader.address, n)
                waited.append(time.monotonic() - recorded)
    finally:
        worker.terminate()
        worker.wait(15)
    print(f"\nfrom an urgent entry to both letters: the longest {max(waited):.2f} s ({URGENT} appeals)")
