"""A backup that only the school's key opens, and a Journal made of it again, as a person asks for them."""

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pyrage  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from intake.age_file import lock, recipient_of
from journal.letters import listed
from journal.model import LetterKind, LetterState
from journal.private import FILE
from journal.sealing import Keys, new_key
from tests.command import ARUZHAN, HER_MOTHER, Senim, config_of, open_journal
from tests.databases import PostgreSQL

CLEAR = ("Асханада", "Ахметова", "saule@family.example", "расписанием", "picture", "Secret Person")
JOURNAL = "sqlite:///var/journal.db"


def put(folder: Path, old: str, new: str) -> None:
    config = folder / "config.yaml"
    text = config.read_text()
    assert old in text
    config.write_text(text.replace(old, new))


@pytest.fixture
def backup(begun: Path, senim: Senim) -> Path:
    said = senim("backup", "copy.age")
    assert said.status == 0, said
    return begun / "copy.age"


@pytest.fixture
def disk_died(backup: Path) -> Path:
    """All that is left is the backup, the key and the config."""
    for file in (backup.parent / "var").glob("journal.db*"):
        file.unlink()
    return backup


def test_a_backup_is_its_owners_alone_and_shows_nothing(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == FILE
    found = backup.read_bytes()
    assert found.startswith(b"age-encryption.org/v1\n")
    key = config_of(backup.parent).journal_key()
    for secret in (key, key.hex().encode(), b"events", *(words.encode() for words in CLEAR)):
        assert secret not in found
    assert [one.name for one in backup.parent.glob("copy*")] == ["copy.age"]
    with open_journal(backup.parent) as journal:
        assert journal.verify().ok


def test_a_backup_by_hand_is_in_the_history_and_overwrites_nothing(backup: Path, senim: Senim) -> None:
    before = backup.read_bytes()
    said = senim("backup", "copy.age")
    assert said.status == 1
    assert "nothing is overwritten" in said.err
    assert backup.read_bytes() == before
    with open_journal(backup.parent) as journal:
        assert journal.store.head().event == 5  # two appeals, two held messages, one backup


def test_a_journal_comes_back_as_it_was(disk_died: Path, senim: Senim) -> None:
    said = senim("restore", "copy.age", "--next-number", "3")
    assert said.status == 0, said
    assert "the next one is 3" in said.out
    with open_journal(disk_died.parent) as journal:
        assert journal.verify().ok
        first, second = journal.entries()
        assert (first.text, second.applicant) == (ARUZHAN.text, HER_MOTHER.applicant)
        assert journal.attachments(1)[0].content == b"picture"
        assert len(journal.held()) == 2
        assert journal.record(ARUZHAN, identity="1").repeat
    file = disk_died.parent / "var" / "journal.db"
    assert file.stat().st_mode & 0o777 == FILE


def test_everybody_is_told_that_what_came_later_is_not_in_it(disk_died: Path, senim: Senim) -> None:
    senim("restore", "copy.age", "--next-number", "7")
    with open_journal(disk_died.parent) as journal:
        owed = listed(journal)
        assert {letter.kind for letter in owed} == {LetterKind.NOTICE}
        assert {letter.state for letter in owed} == {LetterState.OWED}
        assert len({letter.reader.address for letter in owed}) == 4
        assert journal.record(HER_MOTHER, identity="9").number == 7


def test_without_the_next_number_one_is_told_how_to_find_it(disk_died: Path, senim: Senim) -> None:
    for words in ([], ["--next-number", "2"]):
        said = senim("restore", "copy.age", *words)
        assert said.status == 1
        assert "its last number is 2" in said.err
        assert "--next-number 3" in said.err
    assert not (disk_died.parent / "var" / "journal.db").exists()


def test_the_wrong_key_is_refused_before_anything_is_made(disk_died: Path, senim: Senim) -> None:
    key = disk_died.parent / "var" / "journal.key"
    right = key.read_text()
    key.unlink()
    key.write_text(new_key().hex())
    key.chmod(0o400)
    said = senim("restore", "copy.age", "--next-number", "3")
    assert said.status == 1
    assert "does not open with the school's key" in said.err
    assert not (disk_died.parent / "var" / "journal.db").exists()
    key.unlink()
    key.write_text(right)
    key.chmod(0o400)
    assert senim("restore", "copy.age", "--next-number", "3").status == 0


def test_a_journal_that_is_there_stays_and_one_is_told_what_to_do(backup: Path, senim: Senim) -> None:
    before = (backup.parent / "var" / "journal.db").read_bytes()
    said = senim("restore", "copy.age", "--next-number", "3")
    assert said.status == 1
    assert "move it aside" in said.err
    assert (backup.parent / "var" / "journal.db").read_bytes() == before


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda found: found[:-1], id="cut at its end"),
        pytest.param(lambda found: found[: len(found) // 2], id="cut in the middle"),
        pytest.param(lambda found: found[:100], id="cut in its head"),
        pytest.param(lambda found: b"", id="empty"),
        pytest.param(lambda found: found[:-500] + bytes([found[-500] ^ 1]) + found[-499:], id="altered"),
        pytest.param(lambda found: found + b"x", id="longer"),
        pytest.param(lambda found: b"PK\x03\x04" + found, id="something else"),
    ],
)
def test_a_spoilt_backup_is_refused_and_the_next_try_may_follow(
    spoil: Callable[[bytes], bytes], disk_died: Path, senim: Senim
) -> None:
    found = disk_died.read_bytes()
    disk_died.write_bytes(spoil(found))
    said = senim("restore", "copy.age", "--next-number", "3")
    assert said.status == 1
    assert "copy.age" in said.err
    disk_died.write_bytes(found)
    assert senim("restore", "copy.age", "--next-number", "3").status == 0


def test_a_backup_that_is_not_there_is_said_plainly(begun: Path, senim: Senim) -> None:
    said = senim("restore", "nothing.age", "--next-number", "3")
    assert said.status == 1
    assert "nothing.age" in said.err


def test_the_schools_own_key_is_always_a_way_in_and_another_one_where_it_is_named(
    begun: Path, senim: Senim
) -> None:
    other = pyrage.x25519.Identity.generate()
    put(begun, "recipient: null", f"recipient: {other.to_public()}")
    assert senim("backup", "copy.age").status == 0
    (begun / "var" / "journal.db").rename(begun / "aside.db")
    plain = pyrage.decrypt((begun / "copy.age").read_bytes(), [other])
    assert json.loads(plain[4 : 4 + int.from_bytes(plain[:4], "big")])["last_number"] == 2
    for words in CLEAR:
        assert words.encode() not in plain
    assert senim("restore", "copy.age", "--next-number", "3").status == 0


def test_with_a_passphrase_neither_that_nor_the_key_alone_opens_a_backup(
    begun: Path, senim: Senim, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["жеті бұлт", "жеті бұлт", "сегіз бұлт", "жеті бұлт"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    other = pyrage.x25519.Identity.generate()
    put(begun, "recipient: null", f"recipient: {other.to_public()}")
    assert senim("backup", "copy.age", "--passphrase").status == 0
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt((begun / "copy.age").read_bytes(), [other])
    (begun / "var" / "journal.db").rename(begun / "aside.db")
    said = senim("restore", "copy.age", "--next-number", "3")
    assert said.status == 1
    assert "--passphrase" in said.err
    assert senim("restore", "copy.age", "--next-number", "3", "--passphrase").status == 1
    key = begun / "var" / "journal.key"
    right = key.rename(begun / "aside.key")
    key.write_text(new_key().hex())
    key.chmod(0o400)
    file = begun / "phrase"
    file.write_text("жеті бұлт\n")
    file.chmod(0o600)
    words = ("restore", "copy.age", "--next-number", "3", "--passphrase-file", "phrase")
    assert senim(*words).status == 1
    right.replace(key)
    assert senim(*words).status == 0
    assert "жеті" not in (begun / "copy.age").read_text("latin-1")


def test_a_passphrase_that_is_mistyped_short_or_open_to_all_makes_no_backup(
    begun: Path, senim: Senim, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["seven clouds", "seven clowns", "short"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    assert "not the same" in senim("backup", "copy.age", "--passphrase").err
    assert "at least" in senim("backup", "copy.age", "--passphrase").err
    monkeypatch.setattr("getpass.getpass", nobody_types)
    assert "--passphrase-file" in senim("backup", "copy.age", "--passphrase").err
    (begun / "phrase").write_text("seven clouds\n")
    (begun / "phrase").chmod(0o644)
    assert "chmod 600" in senim("backup", "copy.age", "--passphrase-file", "phrase").err
    assert not list(begun.glob("copy*"))


def nobody_types(_: str) -> str:
    raise EOFError


def test_a_recipient_that_is_none_is_told_with_its_place(begun: Path, senim: Senim) -> None:
    put(begun, "recipient: null", "recipient: age1xyz")
    assert "backup.recipient" in senim("backup", "copy.age").err
    wrong = "age1" + "q" * 58  # as long as one, but its checksum is not
    put(begun, "recipient: age1xyz", f"recipient: {wrong}")
    said = senim("backup", "copy.age")
    assert said.status == 1
    assert "backup.recipient" in said.err
    assert not list(begun.glob("copy*"))


def test_the_key_of_the_lock_is_the_same_as_any_tool_makes_it() -> None:
    for key in (bytes(range(32)), bytes(32), b"\xff" * 32, Keys(bytes(32)).purpose("backup")):
        public = X25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()
        assert recipient_of(key) == str(pyrage.x25519.Recipient.from_str(recipient_of(key)))
        fives = ["qpzry9x8gf2tvdw0s3jn54khce6mua7l".index(sign) for sign in recipient_of(key)[4:-6]]
        bits = sum(five << 5 * place for place, five in enumerate(reversed(fives)))
        assert (bits >> 4).to_bytes(32, "big") == public


def test_a_backup_from_before_a_change_of_the_key_names_the_key_that_opens_it(
    backup: Path, senim: Senim
) -> None:
    assert senim("rekey").status == 0
    assert senim("backup", "after.age").status == 0
    var = backup.parent / "var"
    for file in var.glob("journal.db*"):
        file.unlink()
    said = senim("restore", "copy.age", "--next-number", "3")
    assert said.status == 1
    (before,) = var.glob("journal.key.before-*")
    assert f"{before} opens it" in said.err
    assert not (var / "journal.db").exists()
    assert senim("restore", "after.age", "--next-number", "3").status == 0
    with open_journal(backup.parent) as journal:
        assert journal.record(ARUZHAN, identity="1").repeat, "a repeat is known in spite of the new key"
    for file in var.glob("journal.db*"):
        file.unlink()
    before.replace(var / "journal.key")
    assert senim("restore", "copy.age", "--next-number", "3").status == 0


# A disk that is full, a process that is killed


class FullDisk(BytesIO):
    """A file on a disk with room for so many bytes."""

    def __init__(self, file: BinaryIO, room: int) -> None:
        super().__init__()
        self._file, self._room = file, room

    def write(self, data: Any) -> int:
        self._room -= len(data)
        if self._room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._file.write(data)


@pytest.mark.parametrize("room", [0, 300, 9_000])
def test_a_disk_that_fills_up_leaves_no_half_a_backup(
    room: int, begun: Path, senim: Senim, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(
            "intake.backup.lock", lambda pieces, file, **how: lock(pieces, FullDisk(file, room), **how)
        )
        said = senim("backup", "copy.age")
    assert said.status == 1
    assert "copy.age: No space left on device" in said.err
    assert not list(begun.glob("copy*"))
    assert senim("backup", "copy.age").status == 0


@pytest.mark.soak
def test_a_real_disk_that_fills_up_leaves_no_half_a_backup(begun: Path) -> None:
    (begun / "disk").mkdir()
    command = [sys.executable, "-m", "intake", "--config", "config.yaml", "backup", "disk/copy.age"]
    script = 'mount -t tmpfs -o size=8k none disk && { "$@"; code=$?; ls -A disk; exit $code; }'
    space = ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    done = subprocess.run(
        [*space, "sh", "-c", script, "sh", *command], cwd=begun, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


KILLED = """
import os, signal, sys
from journal import copying, arrival
from intake.cli import main
left = int(sys.argv.pop(1))
def counting(real):
    def step(*args):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args)
    return step
copying._row = counting(copying._row)
arrival._Batch.write = counting(arrival._Batch.write)
main(sys.argv[1:])
"""


def killed(folder: Path, after: int, *words: str) -> None:
    command = [sys.executable, "-c", KILLED, str(after), "--config", str(folder / "config.yaml"), *words]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def test_a_backup_that_is_killed_is_none_and_the_next_one_is_whole(begun: Path, senim: Senim) -> None:
    killed(begun, 4, "backup", "copy.age")
    assert [one.name for one in begun.glob("copy*")] == ["copy.age.unfinished"]
    assert senim("backup", "copy.age").status == 0
    assert [one.name for one in begun.glob("copy*")] == ["copy.age"]
    (begun / "var" / "journal.db").unlink()
    assert senim("restore", "copy.age", "--next-number", "3").status == 0


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)])
def another_database(request: pytest.FixtureRequest, disk_died: Path) -> Iterator[Path]:
    """Where the Journal is to stand from now on."""
    if request.param == "postgresql":
        running: PostgreSQL = request.getfixturevalue("postgresql")
        put(disk_died.parent, JOURNAL, running.fresh())
    yield disk_died.parent


@pytest.mark.parametrize("after", [9, *(pytest.param(n, marks=pytest.mark.soak) for n in (0, 1, 3, 6, 12))])
def test_a_restore_that_is_killed_can_be_begun_again(
    after: int, another_database: Path, senim: Senim
) -> None:
    killed(another_database, after, "restore", "copy.age", "--next-number", "3")
    assert "senim upgrade" in senim("journal", "list").err, "there is no half a Journal"
    assert senim("restore", "copy.age", "--next-number", "3").status == 0
    with open_journal(another_database) as journal:
        assert journal.verify().ok
        assert len(list(journal.entries())) == 2


def test_two_backups_to_one_file_at_once_do_not_mix(begun: Path, senim: Senim) -> None:
    from intake.backup import _whole_file

    with _whole_file(begun / "copy.age") as file:
        file.write(b"the first")
        said = senim("backup", "copy.age")
        assert said.status == 1
        assert "is being written there" in said.err
    assert (begun / "copy.age").read_bytes() == b"the first"
