"""One worker at a time: the second is told so, and a dead one holds up nobody."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from sqlalchemy import text

from journal.book import Journal
from journal.locking import lock_number
from tests.databases import KEY, PostgreSQL

HOLDER = """
import multiprocessing, sys, time
from journal.book import Journal

def child():
    time.sleep(600)

with Journal.open(sys.argv[1], bytes(range(32))) as journal, journal.lock("worker") as mine:
    if sys.argv[2] == "with a child":
        multiprocessing.get_context("fork").Process(target=child, daemon=True).start()
    print(mine, flush=True)
    if mine:
        time.sleep(600)
"""


def holder(url: str, how: str = "alone") -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, url, how], stdout=subprocess.PIPE, start_new_session=True
    )


def said(process: "subprocess.Popen[bytes]") -> bytes:
    if process.stdout is None:
        raise ValueError("the process was started without its output")
    return process.stdout.readline().strip()


def test_a_lock_is_one_holders_until_it_is_let_go(open_journal: Callable[[], Journal]) -> None:
    ours, theirs = open_journal(), open_journal()
    with ours.lock("worker") as first, theirs.lock("worker") as second, ours.lock("worker") as third:
        assert (first, second, third) == (True, False, False)
    with theirs.lock("worker") as again:
        assert again


def test_another_name_is_another_lock(journal: Journal) -> None:
    with journal.lock("INBOX") as one, journal.lock("Кіріс") as two, journal.lock("Шығыс") as three:
        assert (one, two, three) == (True, True, True)


def test_one_refused_does_not_take_the_lock_from_its_holder(open_journal: Callable[[], Journal]) -> None:
    ours, theirs = open_journal(), open_journal()
    with ours.lock("worker") as first:
        for _ in range(3):
            with theirs.lock("worker") as refused:
                assert not refused
        assert first
        with theirs.lock("worker") as refused:
            assert not refused


def test_an_error_inside_lets_the_lock_go(journal: Journal) -> None:
    with pytest.raises(InterruptedError), journal.lock("worker"):
        raise InterruptedError
    with journal.lock("worker") as mine:
        assert mine


def test_threads_of_one_process_are_kept_apart(journal: Journal) -> None:
    seen: list[bool] = []

    def ask() -> None:
        with journal.lock("worker") as mine:
            seen.append(mine)

    with journal.lock("worker"):
        thread = Thread(target=ask)
        thread.start()
        thread.join()
    assert seen == [False]


def test_a_second_process_is_told_and_a_killed_one_is_forgotten(journal_url: str) -> None:
    first = holder(journal_url)
    assert said(first) == b"True"
    second = holder(journal_url)
    assert said(second) == b"False"
    assert second.wait(60) == 0
    first.send_signal(signal.SIGKILL)
    first.wait(60)
    third = holder(journal_url)
    # PostgreSQL notices a dead client within moments; the file's lock is free at once.
    for _ in range(100):
        if said(third) == b"True":
            break
        third.wait(60)
        time.sleep(0.1)
        third = holder(journal_url)
    assert third.poll() is None
    third.kill()
    third.wait(60)


def test_a_child_that_outlives_a_killed_worker_does_not_keep_its_lock(tmp_path: Path) -> None:
    from journal.database import upgrade

    url = f"sqlite:///{tmp_path}/journal.db"
    upgrade(url)
    first = holder(url, "with a child")
    assert said(first) == b"True"
    first.send_signal(signal.SIGKILL)
    first.wait(60)
    try:
        second = holder(url)
        assert said(second) == b"True"
        second.kill()
        second.wait(60)
    finally:
        os.killpg(first.pid, signal.SIGKILL)  # its child


def test_letting_go_when_the_server_is_gone_is_no_error(open_journal: Callable[[], Journal]) -> None:
    journal = open_journal()
    if journal.store.engine.dialect.name == "sqlite":
        journal.store.engine.dispose()  # the file's lock does not need the database at all
    with journal.lock("worker") as mine:
        assert mine
        if journal.store.engine.dialect.name == "postgresql":
            with journal.store.reading() as connection:
                end = "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory'"
                connection.execute(text(end))
    with journal.lock("worker") as again:
        assert again


def test_a_lock_that_was_let_go_is_free_at_once_and_not_when_the_server_notices(
    postgresql: PostgreSQL, with_tables: str
) -> None:
    url = postgresql.fresh(like=with_tables)
    taken = []
    with Journal.open(url, KEY) as journal, psycopg.connect(url, autocommit=True) as waiting:
        for _ in range(50):
            with journal.lock("worker") as mine:
                assert mine
            free = waiting.execute("SELECT pg_try_advisory_lock(%s)", [lock_number("worker")]).fetchone()
            taken.append(free == (True,))
            waiting.execute("SELECT pg_advisory_unlock_all()")
    assert all(taken)
