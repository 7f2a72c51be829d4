"""The Journal's disk and database fail at every place: no letter leaves the mailbox before it is kept."""

import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from intake.pull import PullReport
from journal.faults import DatabaseUnreachable
from tests import invariants
from tests.line_faults import changed
from tests.tried import KINDS, Tried

KB = 1024


# A full disk


def journal_size(tried: Tried) -> int:
    return (tried.school.folder / "journal.db").stat().st_size


@contextmanager
def no_more_pages_than(count: int) -> Iterator[None]:
    """SQLite itself says that the disk is full (max_page_count)."""
    real = sqlite3.connect

    def limited(*arguments: object, **named: object) -> sqlite3.Connection:
        connection = real(*arguments, **named)  # type: ignore[call-overload]
        connection.execute(f"PRAGMA max_page_count = {count}")
        assert isinstance(connection, sqlite3.Connection)
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("journal.database.sqlite3.connect", limited)
        yield


def test_a_disk_that_is_full_at_any_page_loses_no_letter(tried: Tried) -> None:
    tried.receives(*KINDS * 4)
    pages = journal_size(tried) // 4096
    full = 0
    for more in range(0, 60, 4):
        with no_more_pages_than(pages + more):
            came_of_it = tried.pulls()
        tried.holds()
        if isinstance(came_of_it, PullReport):
            break
        assert "disk is full" in str(came_of_it)
        full += 1
    assert full
    tried.recovers()


def under(limit: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def test_a_file_that_may_not_grow_loses_no_letter(tried: Tried) -> None:
    """By the command, as a quota of the system would: any write may fail, that of the WAL too."""
    tried.receives()
    refused = 0
    for more in (0, 60):
        done = subprocess.run(
            tried.school.command("pull"),
            cwd=tried.school.folder,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=under(more * KB),
        )
        assert "Traceback" not in done.stderr, done.stderr
        tried.holds()
        refused += done.returncode == 1
    assert refused
    tried.recovers()


# Where the Journal lies on a disk of its own, in a mount namespace that ends with the command.
ON_A_SMALL_DISK = """
mount -t tmpfs -o size={size}k,mode=0700 tmpfs disk && cp saved/* disk/ && {then}
"$@"
code=$?
cp -f disk/* saved/
exit $code
"""


def on_a_disk(tried: Tried, size: int, then: str = "true") -> "subprocess.CompletedProcess[str]":
    """`senim pull` with the Journal on a tmpfs of so many kilobytes."""
    folder = tried.school.folder
    if not (folder / "saved").exists():
        (folder / "saved").mkdir()
        (folder / "disk").mkdir()
        for file in folder.glob("journal.db*"):
            file.rename(folder / "saved" / file.name)
        tried.configure("sqlite:///journal.db", "sqlite:///saved/journal.db")
    config = (folder / "config.yaml").read_text()
    (folder / "on-disk.yaml").write_text(config.replace("///saved/", "///disk/"))
    space = ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    script = ON_A_SMALL_DISK.format(size=size, then=then)
    words = ["sh", "-c", script, "sh", *tried.school.command("pull")]
    words[words.index(str(folder / "config.yaml"))] = str(folder / "on-disk.yaml")
    return subprocess.run([*space, *words], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.soak
def test_a_small_disk_that_fills_up_loses_no_letter(tried: Tried) -> None:
    tried.receives()
    size = journal_size(tried) // KB
    codes = []
    for more in (8, 40, 80, 120, 160, 200, 300, 500, 900):
        done = on_a_disk(tried, size + more)
        assert "Traceback" not in done.stderr, done.stderr
        tried.holds()
        codes.append(done.returncode)
    assert codes[0] == 1
    assert codes[-1] == 0
    tried.recovers()


@pytest.mark.soak
def test_a_disk_that_may_only_be_read_loses_no_letter(tried: Tried) -> None:
    tried.receives()
    done = on_a_disk(tried, 4_000, "mount -o remount,ro disk")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr, done.stderr
    tried.holds()
    tried.recovers()


# A file that is locked, read-only, damaged


@contextmanager
def impatient(seconds: float) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("journal.database.BUSY_SECONDS", seconds)
        yield


def writer(tried: Tried) -> sqlite3.Connection:
    """Somebody else who is writing, and takes long."""
    other = sqlite3.connect(tried.school.folder / "journal.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    return other


@pytest.mark.parametrize("moment", ["from the beginning", "while letters are fetched"])
def test_a_journal_that_somebody_keeps_locked_is_waited_for_and_then_tried_again(
    tried: Tried, moment: str
) -> None:
    tried.receives()
    others: list[sqlite3.Connection] = []

    def lock(said: bytes) -> bytes:
        others.append(writer(tried))
        return said

    if moment == "from the beginning":
        lock(b"")
    else:
        tried.imap_line().suffers(changed(rb"UID FETCH .*BODY", lock))
    with impatient(0.3):
        fault = tried.pulls()
    assert isinstance(fault, DatabaseUnreachable)
    assert "keeps it locked" in str(fault)
    others[0].close()
    tried.holds()
    tried.recovers()


def test_who_only_reads_waits_for_no_writer(tried: Tried) -> None:
    """A worker that sleeps in the middle of a commit must not keep people from their Journal."""
    tried.receives("signed")
    tried.recovers()
    other = writer(tried)
    with impatient(0):
        tried.holds()
    other.close()


def test_a_journal_that_may_only_be_read_is_told(tried: Tried) -> None:
    tried.receives()
    real = sqlite3.connect

    def reading(where: str, **named: object) -> sqlite3.Connection:
        connection = real(where.replace("mode=rw", "mode=ro"), **named)  # type: ignore[call-overload]
        assert isinstance(connection, sqlite3.Connection)
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("journal.database.sqlite3.connect", reading)
        fault = tried.pulls()
    assert isinstance(fault, DatabaseUnreachable)
    assert "may only be read" in str(fault)
    tried.holds()
    tried.recovers()


@pytest.mark.parametrize(
    "damage",
    [
        "pages turned over",
        *(pytest.param(kind, marks=pytest.mark.soak) for kind in ("not a database", "nothing", "gone")),
    ],
)
def test_a_damaged_journal_takes_nothing_from_the_mailbox(tried: Tried, damage: str) -> None:
    tried.receives("signed")
    tried.pulls()
    tried.receives()
    file = tried.school.folder / "journal.db"
    backup = file.read_bytes()
    match damage:
        case "not a database":
            file.write_bytes(b"\x00" * len(backup))
        case "pages turned over":
            file.write_bytes(backup[:4096] + backup[4096:][::-1])
        case "nothing":
            file.write_bytes(b"")
        case "gone":
            file.unlink()
    for beside in tried.school.folder.glob("journal.db-*"):
        beside.unlink()
    done = subprocess.run(
        tried.school.command("pull"), cwd=tried.school.folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr, done.stderr
    assert len(tried.school.inbox()) == 3
    for beside in tried.school.folder.glob("journal.db-*"):
        beside.unlink()
    file.write_bytes(backup)
    file.chmod(0o600)
    tried.recovers()


# Yesterday's backup


def test_after_yesterdays_backup_was_put_back_what_lies_filed_may_come_once_more(tried: Tried) -> None:
    """The numbers of today are given anew, and the digest of a letter that went out says that they were."""
    folder = tried.school.folder
    (known,) = tried.receives("signed")
    tried.recovers()
    for file in folder.glob("journal.db*"):
        shutil.copy2(file, folder / f"backup-{file.name}")
    lost = tried.receives("signed", "signed", "held")
    tried.recovers()
    with invariants.open_journal(tried.school) as journal:
        digest = journal.digest()
    for file in folder.glob("journal.db*"):
        file.unlink()
    for file in folder.glob("backup-*"):
        file.rename(folder / file.name.removeprefix("backup-"))

    said = tried.school.senim("journal", "verify", "--digest", digest, code=1)
    assert "Traceback" not in said
    with invariants.open_journal(tried.school) as journal:
        assert set(invariants.kept(journal, tried.delivered)) == {known}
    assert isinstance(tried.pulls(), PullReport)  # it does not stumble over the UIDs that it forgot

    with tried.school.mail._client(tried.school.box.address) as client:
        for place in ("Senim.Journaled", "Senim.Held"):
            client.select_folder(place)
            client.move(client.search(), "INBOX")  # what the backup did not know comes in anew
    tried.recovers()
    with invariants.open_journal(tried.school) as journal:
        found = invariants.kept(journal, tried.delivered)
    assert [found[mark] for mark in (known, *lost)] == [1, 1, 1, 1]


def test_after_the_backup_of_this_morning_was_put_back_the_days_letter_goes_out_with_what_is_known(
    tried: Tried,
) -> None:
    """A second letter of the day is better than none: nobody knows any more that there was a first."""
    folder = tried.school.folder
    tried.receives("signed")
    tried.recovers()
    for file in folder.glob("journal.db*"):
        shutil.copy2(file, folder / f"backup-{file.name}")
    tried.sends()
    for reader in tried.school.readers:
        tried.school.mail.wait_for(reader.address, 1)
    for file in folder.glob("journal.db*"):
        file.unlink()
    for file in folder.glob("backup-*"):
        file.rename(folder / file.name.removeprefix("backup-"))
    tried.sends("15:10")
    tried.sends("15:20")
    for reader in tried.school.readers:
        tried.school.mail.wait_for(reader.address, 2)
        assert len(tried.school.letters(reader, "daily")) == 2
