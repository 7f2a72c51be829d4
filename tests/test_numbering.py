"""Numbers have no gaps, whoever writes at once and whatever is given up half-way (clause 4.1)."""

import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from journal.book import Journal
from tests.databases import KEY, from_a_child, from_her_mother


class ChangedTheirMind(Exception):
    """Someone gives up in the middle of a transaction."""


def numbers(journal: Journal) -> list[int]:
    return [entry.number for entry in journal.entries()]


def test_the_first_appeal_is_number_one_and_the_next_is_two(journal: Journal) -> None:
    assert journal.last_number() == 0
    assert journal.record(from_a_child(), identity="<a@site>").number == 1
    assert journal.record(from_her_mother(), identity="<b@site>").number == 2
    assert journal.last_number() == 2


def test_a_transaction_that_was_given_up_leaves_no_gap(journal: Journal) -> None:
    journal.record(from_a_child("бір"), identity="<1@site>")
    with pytest.raises(ChangedTheirMind), journal.transaction():
        journal.record(from_a_child("екі"), identity="<2@site>")
        raise ChangedTheirMind
    assert journal.last_number() == 1
    assert journal.record(from_a_child("үш"), identity="<3@site>").number == 2
    assert [entry.text for entry in journal.entries()] == ["бір", "үш"]
    assert journal.verify().ok


def test_one_bad_message_of_a_batch_leaves_no_gap_and_the_others_stay(journal: Journal) -> None:
    with journal.transaction():
        for text in ("бір", "нашар", "үш"):
            try:
                with journal.transaction():
                    journal.record(from_a_child(text), identity=f"<{text}@site>")
                    if text == "нашар":
                        raise ChangedTheirMind
            except ChangedTheirMind:
                assert journal.last_number() == 1
    assert [(entry.number, entry.text) for entry in journal.entries()] == [(1, "бір"), (2, "үш")]
    assert journal.verify().ok


def test_savepoints_inside_savepoints_give_up_only_what_is_theirs(journal: Journal) -> None:
    with journal.transaction():
        with pytest.raises(ChangedTheirMind), journal.transaction():
            journal.record(from_a_child("сыртқы"), identity="<1@site>")
            with pytest.raises(ChangedTheirMind), journal.transaction():
                journal.record(from_a_child("ішкі"), identity="<2@site>")
                raise ChangedTheirMind
            assert journal.last_number() == 1
            raise ChangedTheirMind
        journal.record(from_a_child("соңғы"), identity="<3@site>")
    assert [(entry.number, entry.text) for entry in journal.entries()] == [(1, "соңғы")]
    assert journal.verify().ok


def test_eight_threads_at_once_some_giving_up_leave_no_gap(open_journal: Callable[[], Journal]) -> None:
    journal = open_journal()

    def write(thread: int) -> None:
        for turn in range(10):
            try:
                with journal.transaction():
                    journal.record(from_a_child(f"{thread} {turn}"), identity=f"<{thread}.{turn}@site>")
                    if (thread + turn) % 3 == 0:
                        raise ChangedTheirMind
            except ChangedTheirMind:
                pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    kept = sum((thread + turn) % 3 != 0 for thread in range(8) for turn in range(10))
    assert numbers(journal) == list(range(1, kept + 1))
    assert journal.last_number() == kept
    assert journal.verify().ok


WRITER = """
import sys
from journal.book import Journal
from tests.databases import from_a_child
url, name, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Journal.open(url, bytes(range(32))) as journal:
    for turn in range(times):
        try:
            with journal.transaction():
                journal.record(from_a_child(f"{name} {turn}"), identity=f"<{name}.{turn}@site>")
                if turn % 4 == 3:
                    raise InterruptedError
        except InterruptedError:
            pass
"""


def test_four_processes_at_once_leave_no_gap(journal_url: str) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, journal_url, name, "12"])
        for name in ("a", "b", "c", "d")
    ]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0, 0]
    with Journal.open(journal_url, KEY) as journal:
        assert numbers(journal) == list(range(1, 4 * 9 + 1))
        assert journal.verify().ok


KILLED = """
import sys, time
from journal.book import Journal
from tests.databases import from_a_child
with Journal.open(sys.argv[1], bytes(range(32))) as journal, journal.transaction():
    for turn in range(5):
        journal.record(from_a_child(f"{turn}"), identity=f"<{turn}@killed>")
    print("written", flush=True)
    time.sleep(600)
"""


def test_a_writer_killed_before_its_commit_leaves_nothing(journal_url: str) -> None:
    with Journal.open(journal_url, KEY) as journal:
        journal.record(from_a_child("бір"), identity="<1@site>")
        with subprocess.Popen([sys.executable, "-c", KILLED, journal_url], stdout=subprocess.PIPE) as killed:
            assert killed.stdout is not None
            assert killed.stdout.readline() == b"written\n"
            killed.send_signal(signal.SIGKILL)
        assert journal.record(from_a_child("екі"), identity="<2@site>").number == 2
        assert numbers(journal) == [1, 2]
        assert journal.verify().ok
