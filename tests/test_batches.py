"""A pull takes letters in batches: quick on a good day, and on a bad one no letter pays for another."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from imapclient import IMAPClient
from sqlalchemy import Engine, event

from intake import ahead, incoming, pipeline, pull, registration
from intake.mailbox import Mailbox
from intake.reader import Reader, ReaderUnavailable
from intake.server import Unreachable
from journal.book import Journal
from journal.database import DatabaseUnreachable
from journal.model import Filing
from tests.taking import Taking

COMMANDS = (
    "select_folder", "search", "fetch", "list_folders", "create_folder", "move", "copy", "add_flags",
    "uid_expunge", "namespace",
)  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the mail server is asked, in order."""
    said: list[str] = []
    for name in COMMANDS:
        real: Callable[..., Any] = getattr(IMAPClient, name)

        def heard(*words: Any, _real: Callable[..., Any] = real, _name: str = name, **named: Any) -> Any:
            said.append(_name)
            return _real(*words, **named)

        monkeypatch.setattr(IMAPClient, name, heard)
    return said


@contextmanager
def watched_commits() -> Iterator[list[None]]:
    found: list[None] = []

    def count(_connection: object) -> None:
        found.append(None)

    event.listen(Engine, "commit", count)
    try:
        yield found
    finally:
        event.remove(Engine, "commit", count)


# On a good day


def test_a_batch_is_one_commit_and_eight_commands(taking: Taking, asked: list[str]) -> None:
    taking.come(1, signed=True)
    taking.pull()  # makes the folder
    taking.come(5)
    taking.come(5, signed=True, words="Холодно в классе")
    asked.clear()
    with watched_commits() as commits:
        assert taking.pull().recorded == 10
    assert asked == [
        "select_folder",
        "search",
        "fetch",
        "fetch",
        "add_flags",
        "uid_expunge",
        "namespace",
        "move",
    ]
    assert len(commits) == 1, "the batch; that the folder was looked into today, it knew"
    assert taking.school.inbox() == []
    assert taking.look().standing == 0


def test_an_empty_inbox_costs_two_commands(taking: Taking, asked: list[str]) -> None:
    taking.pull()
    assert asked == ["select_folder", "search"]


def test_letters_of_many_batches_are_entered_in_their_order(
    taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "BATCH_COUNT", 2)
    taking.come(11)
    assert taking.pull().recorded == 11
    assert taking.texts() == [f"Асханада тамақ суық, {n}." for n in range(11)]
    assert taking.school.inbox() == []


def test_one_thread_speaks_with_the_mail_server_and_no_more_is_fetched_than_there_is_room_for(
    taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    speakers: set[str] = set()
    under_way: list[int] = []
    most: list[int] = []
    read, commit = Mailbox.read, pull._Pass._commit

    def fetching(mailbox: Mailbox, batch: Sequence[Any]) -> Any:
        speakers.add(threading.current_thread().name)
        under_way.append(1)
        most.append(len(under_way))
        return read(mailbox, batch)

    def committing(work: Any, batch: Any) -> Any:
        under_way.pop()
        return commit(work, batch)

    def filing(mailbox: Mailbox, plan: Mapping[Filing, Sequence[int]]) -> None:
        speakers.add(threading.current_thread().name)
        file(mailbox, plan)

    file = Mailbox.file
    monkeypatch.setattr(incoming, "BATCH_COUNT", 1)
    monkeypatch.setattr(Mailbox, "read", fetching)
    monkeypatch.setattr(Mailbox, "file", filing)
    monkeypatch.setattr(pull._Pass, "_commit", committing)
    taking.come(12)
    taking.pull()
    assert len(speakers) == 1
    assert max(most) <= ahead.BATCHES + 1


# On a bad one


@contextmanager
def full_disk(taking: Taking, *, left: int) -> Iterator[None]:
    """The Journal's file may grow by so many pages of 4 KB and no further."""
    pages = (taking.school.folder / "journal.db").stat().st_size // 4096

    def limit(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + left}").close()

    event.listen(Engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)


def test_a_letter_for_which_the_disk_has_no_room_keeps_no_other_out(taking: Taking) -> None:
    taking.come(2)
    taking.come(1, signed=True, words="Длинное письмо.\n" * 20_000)
    taking.come(2, words="Кейінгі хат")
    with full_disk(taking, left=100):
        with pytest.raises(DatabaseUnreachable, match="disk is full"):
            taking.pull()
        assert len(taking.texts()) == 4
        assert len(taking.school.inbox()) == 1
        assert taking.look().standing == 1
    assert taking.pull().held == 1, "too long for an appeal: a person looks at it"
    assert taking.look().standing == 0


def test_a_disk_that_takes_nothing_is_not_asked_letter_by_letter_for_ever(
    taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking.come(12)
    tried: list[int] = []
    real = pipeline.take

    def take(*words: Any) -> Any:
        tried.append(1)
        return real(*words)

    monkeypatch.setattr(pull, "take", take)
    with full_disk(taking, left=0), pytest.raises(DatabaseUnreachable):
        taking.pull()
    fitted = len(taking.texts())  # what the last page had room for
    assert len(tried) <= 12 + fitted + pull.MOST_IN_A_ROW
    assert len(taking.school.inbox()) == 12 - fitted
    taking.pull()
    assert len(taking.texts()) == 12


def test_a_commit_of_which_nobody_knows_whether_it_was_done_doubles_nothing(
    taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking.come(3)
    taking.come(3, signed=True, words="Холодно")
    lost = iter([True])
    real = Journal.transaction

    @contextmanager
    def transaction(journal: Journal) -> Iterator[None]:
        outermost = journal.store._current() is None
        with real(journal):
            yield
        if outermost and next(lost, False):
            raise DatabaseUnreachable("the line was cut after COMMIT")

    monkeypatch.setattr(Journal, "transaction", transaction)
    report = taking.pull()
    assert (report.filed_again, report.clean) == (6, True), "as after a pull that was killed"
    assert len(taking.texts()) == 6
    assert taking.school.inbox() == []
    assert len(taking.folder("Senim/Journaled")) == 3, "filed as it was decided the first time"


def test_an_error_after_a_letter_got_its_number_gives_the_number_back(
    taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = registration._outcome

    def outcome(recorded: Any, case: Any) -> Any:
        if ", 1." in case.message.text:
            raise RuntimeError(case.message.text)
        return real(recorded, case)

    monkeypatch.setattr(registration, "_outcome", outcome)
    taking.come(3)
    report = taking.pull()
    assert (report.recorded, report.held) == (2, 1)
    assert len(taking.texts()) == 2
    assert taking.held() == ["error-RuntimeError"]
    assert len(taking.folder("Senim/Held")) == 1


@pytest.mark.parametrize("fault", [DatabaseUnreachable("this row only"), RuntimeError("this row only")])
def test_letters_that_not_even_holding_them_survives_keep_no_other_out(
    taking: Taking, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    real = pipeline._receive

    def receive(letter: Any, *more: Any) -> None:
        if b", 1." in letter.raw:
            raise fault
        real(letter, *more)

    monkeypatch.setattr(pipeline, "_receive", receive)
    monkeypatch.setattr(incoming, "BATCH_COUNT", 3)
    for n in range(4):
        taking.come(2, words=f"Хат {n}")
    with pytest.raises(type(fault), match="this row only"):
        taking.pull()
    assert taking.texts() == [f"Хат {n}, 0." for n in range(4)]
    assert len(taking.school.inbox()) == 4
    assert taking.look().standing == 4


def test_a_letter_that_goes_while_others_are_read_is_no_trouble(
    taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking.come(4)
    real = Mailbox.read

    def read(mailbox: Mailbox, batch: Sequence[Any]) -> Any:
        with Mailbox.open(taking.school.box.imap, taking.config.folders) as other:
            other.file({Filing.EXPUNGED: other.uids()[:1]})
        return real(mailbox, batch)

    monkeypatch.setattr(Mailbox, "read", read)
    assert taking.pull().recorded == 3
    assert taking.look().standing == 0


def test_a_letter_that_goes_before_it_is_filed_is_no_trouble(
    taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking.come(2)
    taking.come(2, signed=True)
    real = Mailbox.file

    def file(mailbox: Mailbox, plan: Mapping[Filing, Sequence[int]]) -> None:
        if plan:
            with Mailbox.open(taking.school.box.imap, taking.config.folders) as other:
                real(other, {Filing.HELD: other.uids()[1:3]})
        real(mailbox, plan)

    monkeypatch.setattr(Mailbox, "file", file)
    assert taking.pull().recorded == 4
    assert taking.school.inbox() == []
    assert len(taking.folder("Senim/Journaled")) == 1


def test_a_letter_too_large_to_fetch_is_held_and_its_batch_is_taken(
    taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Mailbox, "LIMIT", 5_000)
    taking.come(2)
    taking.come(1, words="ұ" * 5_000)
    taking.come(1)
    report = taking.pull()
    assert (report.recorded, report.held) == (3, 1)
    assert taking.held() == ["too-large"]


def test_a_line_that_breaks_in_a_later_batch_leaves_what_was_committed_filed(
    taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "BATCH_COUNT", 2)
    taking.come(8)
    real, calls = Mailbox.read, iter(range(100))

    def read(mailbox: Mailbox, batch: Sequence[Any]) -> Any:
        if next(calls) == 2:
            raise Unreachable("the server broke the connection off")
        return real(mailbox, batch)

    monkeypatch.setattr(Mailbox, "read", read)
    with pytest.raises(Unreachable):
        taking.pull()
    assert len(taking.texts()) == 4
    assert len(taking.school.inbox()) == 4
    monkeypatch.undo()
    assert taking.pull().recorded == 4


def test_a_reading_process_that_does_not_start_leaves_every_letter_where_it_is(
    taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking.come(3)

    def drafts(*_: Any) -> Any:
        raise ReaderUnavailable("no memory")

    with monkeypatch.context() as patch:
        patch.setattr(Reader, "drafts", drafts)
        with pytest.raises(ReaderUnavailable):
            taking.pull()
    assert taking.texts() == []
    assert len(taking.school.inbox()) == 3


def test_a_worker_asked_to_end_in_the_middle_of_a_batch_keeps_what_it_has_done(
    taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking.come(6)
    real, calls = pipeline.take, iter(range(100))

    def take(*words: Any) -> Any:
        if next(calls) == 2:
            taking.stopping.set()
        return real(*words)

    monkeypatch.setattr(pull, "take", take)
    assert taking.pull().recorded == 3
    assert len(taking.school.inbox()) == 3
    taking.stopping.clear()
    assert taking.pull().recorded == 3
    assert len(taking.texts()) == 6


KILLED = """
import os, signal, sys
from intake import incoming
from intake.{module} import {owner}
from intake.cli import main
incoming.BATCH_COUNT = 2
real, calls = {owner}.{name}, iter(range(100))
def cut(self, *words, **named):
    if next(calls) == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, *words, **named)
{owner}.{name} = cut
main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    ("module", "owner", "name", "at"),
    [
        ("mailbox", "Mailbox", "file", 2),  # the second batch is committed and not filed
        ("mailbox", "Mailbox", "read", 2),
        ("pull", "_Pass", "_commit", 1),
        ("ahead", "Ahead", "file", 2),
    ],
)
def test_a_pull_killed_among_its_batches_loses_and_doubles_nothing(
    taking: Taking, module: str, owner: str, name: str, at: int
) -> None:
    taking.come(4)
    taking.come(3, signed=True, words="Холодно")
    code = KILLED.format(module=module, owner=owner, name=name, at=at)
    config = str(taking.school.folder / "config.yaml")
    done = subprocess.run([sys.executable, "-c", code, "--config", config, "pull"], check=False)
    assert done.returncode == -signal.SIGKILL
    taking.pull()
    assert len(taking.texts()) == len(set(taking.texts())) == 7
    assert taking.school.inbox() == []
    assert len(taking.folder("Senim/Journaled")) == 3
