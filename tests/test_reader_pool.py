"""Many letters are read by several processes at once; each keeps its place, and harms only itself."""

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from intake import reader as reader_module
from intake import reader_process
from intake.message import Message, Unreadable, parse
from intake.reader import Reader, ReaderUnavailable
from tests.drafts import messages
from tests.misreading import WEAK, weak
from tests.school import plain_letter
from tests.test_reader import told

LARGE = bytes(30 * 1024 * 1024 + 1)


@pytest.fixture
def weak_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    monkeypatch.setattr(reader_process, "COMMAND", WEAK)
    monkeypatch.setattr(reader_process, "PATIENCE", 60)
    with Reader(2) as reader:
        yield reader


def letters(count: int) -> list[bytes]:
    return [plain_letter(f"Жасырын\n\nхат {number}", subject=f"{number}") for number in range(count)]


def said(read: Message | Unreadable) -> str:
    return read.reason if isinstance(read, Unreadable) else read.subject


def test_many_letters_come_back_in_their_order(reader: Reader) -> None:
    raws = letters(150)
    assert list(messages(reader, raws)) == [parse(raw) for raw in raws]
    assert list(messages(reader, [])) == []


def test_several_processes_read_at_once_and_none_is_started_before_it_is_needed(weak_reader: Reader) -> None:
    def processes() -> set[str]:
        return {one.references[-1] for one in messages(weak_reader, tellers) if isinstance(one, Message)}

    tellers = [weak("tells of itself")]
    assert processes() == processes()
    tellers *= 400
    assert len(processes()) == 2


def test_each_letter_harms_only_itself(weak_reader: Reader) -> None:
    raws = letters(70)
    hostile = {3: "is killed", 4: "crashes", 20: "says noise", 40: "answers a number", 41: "hangs up"}
    expected = [str(number) for number in range(70)]
    for place, name in hostile.items():
        raws[place] = weak(name)
        expected[place] = "reader-too-large" if name == "says noise" else "reader-died"
    raws[50], expected[50] = LARGE, "too-large"
    assert [said(one) for one in messages(weak_reader, raws)] == expected


def test_a_letter_that_hangs_does_not_take_the_others_time(
    weak_reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    weak_reader.read(letters(1)[0])
    monkeypatch.setattr(reader_process, "PATIENCE", 2)
    raws = [*letters(3), weak("sleeps"), *letters(3)]
    assert [said(one) for one in messages(weak_reader, raws)] == [*"012", "reader-too-slow", *"012"]


def test_only_what_may_be_under_way_is_taken_from_the_mailbox(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "AHEAD_BYTES", 40_000)
    monkeypatch.setattr(reader_module, "BUNDLE_BYTES", 10_000)
    taken = 0

    def fetched() -> Iterator[bytes]:
        nonlocal taken
        for raw in [plain_letter("a" * 6_000)] * 60:
            taken += 1
            yield raw

    most = max(taken - seen for seen, _ in enumerate(messages(reader, fetched()), 1))
    assert 2 <= most <= 10


def test_who_wants_no_more_may_leave_in_the_middle(reader: Reader) -> None:
    everything = messages(reader, letters(500))
    assert said(next(everything)) == "0"
    everything.close()  # type: ignore[attr-defined]
    assert said(reader.read(letters(1)[0])) == "0"


def test_without_a_process_many_letters_wait_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_process, "COMMAND", ["/bin/false"])
    with Reader() as reader, pytest.raises(ReaderUnavailable, match="stay in the mailbox"):
        list(messages(reader, letters(3)))


def test_closing_waits_for_no_letter(weak_reader: Reader) -> None:
    weak_reader.read(letters(1)[0])
    faults: list[BaseException] = []

    def reads() -> None:
        try:
            weak_reader.read(weak("sleeps"))
        except ReaderUnavailable as fault:  # no letter's fault: it is read at the next start
            faults.append(fault)

    waiting = threading.Thread(target=reads)
    waiting.start()
    time.sleep(0.5)
    weak_reader.close()
    waiting.join(20)
    assert len(faults) == 1


def test_a_process_outlives_the_thread_that_first_asked_it(weak_reader: Reader) -> None:
    """As threads of a server come and go; the system would end it together with the one that started it."""
    found: list[str] = []
    for _ in range(3):
        asks = threading.Thread(target=lambda: found.extend(told(weak_reader, "process")))
        asks.start()
        asks.join()
    assert len(set(found)) == 1


def test_both_processes_may_end_between_two_batches(weak_reader: Reader) -> None:
    tellers = [weak("tells of itself")] * 200
    before = {one.references[-1] for one in messages(weak_reader, tellers) if isinstance(one, Message)}
    for process in before:
        os.kill(int(process.split()[1]), signal.SIGKILL)
    raws = letters(100)
    assert [said(one) for one in messages(weak_reader, raws)] == [str(number) for number in range(100)]
