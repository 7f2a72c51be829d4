"""A letter is owed once, sent by one worker at a time, and the same bytes again until it is accepted."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest

from journal import letters
from journal.book import Journal
from journal.letters import LeaseLost
from journal.model import Letter, LetterKind, LetterState, Reader, Role

AIGUL = Reader(address="Aigul@school.example", role=Role.PSYCHOLOGIST)
DANIYAR = Reader(address="daniyar@school.example", role=Role.DEPUTY_DIRECTOR)
THREE = datetime(2026, 11, 22, 15, 0, tzinfo=timezone(timedelta(hours=5)))
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
TOKEN = "0123456789abcdef0123456789abcdef"


def owe_daily(journal: Journal, reader: Reader = AIGUL, at: datetime = THREE) -> bool:
    period = at.date().isoformat()
    return letters.owe(journal, kind=LetterKind.DAILY, reader=reader, period=period, due_at=at)


def claimed(journal: Journal, now: datetime) -> Letter:
    letter = letters.claim(journal, now)
    assert letter is not None
    return letter


def send_daily(journal: Journal, at: datetime, covers_to: int, token: str) -> Letter:
    owe_daily(journal, at=at)
    letter = claimed(journal, at)
    letters.freeze(journal, letter, raw=b"raw", token=token, covers_to=covers_to, now=at)
    letters.settle(journal, letter, at)
    return letter


def test_a_letter_is_owed_once_for_its_kind_reader_and_period(journal: Journal) -> None:
    assert owe_daily(journal)
    assert not owe_daily(journal)
    spelt_otherwise = Reader(address=" aigul@SCHOOL.example", role=Role.PSYCHOLOGIST)
    assert not owe_daily(journal, spelt_otherwise)
    assert owe_daily(journal, DANIYAR)
    assert owe_daily(journal, at=THREE + DAY)
    assert letters.owe(journal, kind=LetterKind.FILES, reader=AIGUL, period="2026-11-22", due_at=THREE)
    assert len(letters.listed(journal)) == 4


def test_a_claimed_letter_says_what_it_is(journal: Journal) -> None:
    data = {"stored": [{"number": 12, "text": "әңгіме"}], "unknown": [99]}
    letters.owe(journal, kind=LetterKind.CONFIRMATION, reader=AIGUL, period="reply", due_at=THREE, data=data)
    letter = claimed(journal, THREE)
    assert (letter.kind, letter.reader, letter.period) == (LetterKind.CONFIRMATION, AIGUL, "reply")
    assert (letter.data, letter.attempts, letter.state) == (data, 1, LetterState.OWED)
    assert letter.due_at == THREE
    assert letter.due_at.utcoffset() == timedelta(0)
    assert letter.snapshot is None


def test_nothing_is_claimed_before_it_is_due_and_the_longest_due_comes_first(journal: Journal) -> None:
    owe_daily(journal, at=THREE + DAY)
    owe_daily(journal, DANIYAR)
    assert letters.claim(journal, THREE - MINUTE) is None
    assert claimed(journal, THREE + DAY).reader == DANIYAR
    assert claimed(journal, THREE + DAY).reader == AIGUL
    assert letters.claim(journal, THREE + DAY) is None


def test_a_lease_that_is_over_frees_the_letter(journal: Journal) -> None:
    owe_daily(journal)
    first = claimed(journal, THREE)
    assert letters.claim(journal, THREE + 9 * MINUTE) is None
    second = claimed(journal, THREE + 10 * MINUTE)
    assert (second.id, second.attempts) == (first.id, 2)


def test_a_letter_begun_before_a_crash_is_sent_again_with_the_same_bytes(journal: Journal) -> None:
    owe_daily(journal)
    letter = claimed(journal, THREE)
    letters.freeze(journal, letter, raw=b"Message-ID: <1>\r\n\r\n", token=TOKEN, covers_to=7, now=THREE)
    again = claimed(journal, THREE + DAY)
    assert again.snapshot == b"Message-ID: <1>\r\n\r\n"
    assert again.covers_to == 7
    with pytest.raises(LeaseLost):  # what was frozen once is not rendered anew
        letters.freeze(journal, again, raw=b"other", token="other", covers_to=8, now=THREE)


def test_a_worker_that_slept_through_its_lease_does_no_harm(journal: Journal) -> None:
    owe_daily(journal)
    sleeper = claimed(journal, THREE)
    other = claimed(journal, THREE + DAY)
    with pytest.raises(LeaseLost):
        letters.freeze(journal, sleeper, raw=b"old", token="old", covers_to=1, now=THREE)
    letters.freeze(journal, other, raw=b"new", token=TOKEN, covers_to=2, now=THREE + DAY)
    letters.postpone(journal, sleeper, THREE + DAY, "TimeoutError")
    letters.fail(journal, sleeper, THREE + DAY, "Refused")
    (kept,) = letters.listed(journal)
    assert (kept.state, kept.next_attempt_at, kept.error) == (LetterState.OWED, None, "")
    letters.settle(journal, other, THREE + DAY)
    letters.postpone(journal, other, THREE + DAY, "TimeoutError")
    assert letters.listed(journal)[0].state is LetterState.SENT


def test_what_the_sleeping_worker_did_send_is_sent(journal: Journal) -> None:
    owe_daily(journal)
    sleeper = claimed(journal, THREE)
    letters.freeze(journal, sleeper, raw=b"raw", token=TOKEN, covers_to=1, now=THREE)
    claimed(journal, THREE + DAY)
    letters.settle(journal, sleeper, THREE + DAY)
    assert letters.listed(journal)[0].state is LetterState.SENT


def test_a_deferred_letter_waits_1_5_15_60_minutes(journal: Journal) -> None:
    owe_daily(journal)
    now, waits = THREE, []
    for _ in range(6):
        again = letters.postpone(journal, claimed(journal, now), now, "Unreachable")
        assert letters.claim(journal, again - timedelta(seconds=1)) is None
        waits.append((again - now) // MINUTE)
        now = again
    assert waits == [1, 5, 15, 60, 60, 60]
    (letter,) = letters.listed(journal)
    assert (letter.error, letter.attempts, letter.next_attempt_at) == ("Unreachable", 6, now)


def test_one_refused_reader_does_not_stop_the_other(journal: Journal) -> None:
    owe_daily(journal)
    owe_daily(journal, DANIYAR)
    letters.fail(journal, claimed(journal, THREE), THREE, "Refused")
    letters.settle(journal, claimed(journal, THREE), THREE + MINUTE)
    states = {letter.reader: letter.state for letter in letters.listed(journal)}
    assert states == {AIGUL: LetterState.FAILED, DANIYAR: LetterState.SENT}
    sent = next(letter for letter in letters.listed(journal) if letter.reader == DANIYAR)
    assert sent.sent_on == THREE.date()
    assert letters.claim(journal, THREE + DAY) is None
    assert journal.verify().events == 2  # one failed, one sent


def test_settling_twice_is_told_once(journal: Journal) -> None:
    owe_daily(journal)
    letter = claimed(journal, THREE)
    letters.settle(journal, letter, THREE)
    letters.settle(journal, letter, THREE + DAY)
    assert letters.listed(journal)[0].sent_on == THREE.date()
    assert journal.verify().events == 1


def test_the_next_letter_begins_where_the_last_ended(journal: Journal) -> None:
    assert letters.covered(journal, AIGUL) is None
    assert letters.last_daily(journal, AIGUL) is None
    owe_daily(journal)
    assert letters.covered(journal, AIGUL) is None  # owed, and told of nothing yet
    assert letters.last_daily(journal, AIGUL) == "2026-11-22"
    letter = claimed(journal, THREE)
    letters.freeze(journal, letter, raw=b"raw", token=TOKEN, covers_to=0, now=THREE)
    assert letters.covered(journal, AIGUL) == 0
    letters.settle(journal, letter, THREE)
    send_daily(journal, THREE + DAY, covers_to=5, token="2")
    assert letters.covered(journal, AIGUL) == 5
    assert letters.covered(journal, DANIYAR) is None
    letters.prune(journal, THREE + 90 * DAY)
    assert letters.covered(journal, AIGUL) == 5
    assert letters.last_daily(journal, AIGUL) == "2026-11-23"


def test_a_refused_letter_told_nobody_anything(journal: Journal) -> None:
    owe_daily(journal)
    letter = claimed(journal, THREE)
    letters.freeze(journal, letter, raw=b"raw", token=TOKEN, covers_to=5, now=THREE)
    letters.fail(journal, letter, THREE, "Refused")
    assert letters.covered(journal, AIGUL) is None


def test_a_reply_finds_its_letter_by_the_token_for_thirty_days(journal: Journal) -> None:
    letter = send_daily(journal, THREE, covers_to=5, token=TOKEN)
    found = letters.by_token(journal, TOKEN, THREE + 29 * DAY)
    assert found is not None
    assert (found.id, found.reader, found.snapshot) == (letter.id, AIGUL, b"raw")
    assert letters.by_token(journal, TOKEN, THREE + 31 * DAY) is None
    for unknown in ("", TOKEN[:-1], TOKEN.upper(), "f" * 32):
        assert letters.by_token(journal, unknown, THREE) is None


def test_a_reply_is_counted_once(journal: Journal) -> None:
    letter = send_daily(journal, THREE, covers_to=5, token=TOKEN)
    assert journal.count_reply(letter.id, "abc", THREE.date())
    assert not journal.count_reply(letter.id, "abc", (THREE + DAY).date())
    assert journal.count_reply(letter.id, "def", THREE.date())


def test_a_snapshot_goes_when_no_reply_is_taken_any_more(journal: Journal) -> None:
    send_daily(journal, THREE, covers_to=5, token=TOKEN)
    letters.prune(journal, THREE + 29 * DAY)
    assert letters.by_token(journal, TOKEN, THREE) is not None
    letters.prune(journal, THREE + 31 * DAY)
    found = letters.by_token(journal, TOKEN, THREE)
    assert found is not None
    assert found.snapshot is None


def test_a_letter_still_owed_keeps_its_snapshot(journal: Journal) -> None:
    owe_daily(journal)
    letters.freeze(journal, claimed(journal, THREE), raw=b"raw", token=TOKEN, covers_to=1, now=THREE)
    letters.prune(journal, THREE + 90 * DAY)
    assert claimed(journal, THREE + 90 * DAY).snapshot == b"raw"


def test_the_list_is_newest_first_and_without_snapshots(journal: Journal) -> None:
    for day in range(3):
        send_daily(journal, THREE + day * DAY, covers_to=day, token=str(day))
    assert [letter.period for letter in letters.listed(journal)] == ["2026-11-24", "2026-11-23", "2026-11-22"]
    assert all(letter.snapshot is None for letter in letters.listed(journal))


def test_owing_goes_with_the_transaction_that_caused_it(journal: Journal) -> None:
    with pytest.raises(InterruptedError), journal.transaction():
        owe_daily(journal)
        raise InterruptedError
    assert letters.listed(journal) == []


def test_a_time_without_a_zone_is_a_mistake(journal: Journal) -> None:
    with pytest.raises(Exception, match="without a zone"):
        owe_daily(journal, at=datetime(2026, 11, 22, 15, 0))  # noqa: DTZ001
    assert letters.listed(journal) == []


def test_a_whole_message_id_is_no_period(journal: Journal) -> None:
    with pytest.raises(ValueError, match="fingerprint") as caught:
        letters.owe(journal, kind=LetterKind.CONFIRMATION, reader=AIGUL, period="CANARY" * 11, due_at=THREE)
    assert "CANARY" not in str(caught.value)
    assert letters.listed(journal) == []


def test_threads_that_claim_at_once_never_get_the_same_letter(open_journal: Callable[[], Journal]) -> None:
    journal = open_journal()
    for day in range(12):
        owe_daily(journal, at=THREE + day * DAY)
    late = THREE + 60 * DAY

    def take(_worker: int) -> list[int]:
        mine = []
        while letter := letters.claim(journal, late):
            mine.append(letter.id)
        return mine

    with ThreadPoolExecutor(4) as pool:
        taken = [number for mine in pool.map(take, range(4)) for number in mine]
    assert sorted(taken) == list(range(1, 13))


CLAIMER = """
import sys
from datetime import UTC, datetime
from journal import letters
from journal.book import Journal
with Journal.open(sys.argv[1], bytes(range(32))) as journal:
    while letter := letters.claim(journal, datetime(2027, 1, 1, tzinfo=UTC)):
        print(letter.id)
"""


def test_two_workers_never_claim_the_same_letter(
    journal_url: str, open_journal: Callable[[], Journal]
) -> None:
    journal = open_journal()
    for day in range(20):
        owe_daily(journal, at=THREE + day * DAY)
    workers = [
        subprocess.Popen([sys.executable, "-c", CLAIMER, journal_url], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    taken = [int(line) for worker in workers for line in worker.communicate(timeout=120)[0].split()]
    assert sorted(taken) == list(range(1, 21))
    assert [worker.returncode for worker in workers] == [0, 0]
    assert datetime(2027, 1, 1, tzinfo=UTC) > THREE
