"""Makes a backup of a school's Journal, which only its key opens, and makes a Journal of a backup again."""

import errno
import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from intake.age_file import DoesNotOpen, lock, unlock, with_passphrase
from intake.config import Config
from intake.school_key import old_keys
from intake.secret_files import SecretFault, Sources, read_key
from intake.telling import owe_notice
from journal.book import Journal
from journal.copying import copy_out
from journal.private import FILE, sync_folder
from journal.restoring import Restored, Stream, read_beginning
from journal.restoring import restore as restore_rows
from journal.sealing import Keys
from journal.ways_out import stop_waiting
from reports.clock import local_day
from reports.conflict import hidden_from

PURPOSE = "backup"  # of the key with which backups are locked
UNFINISHED = ".unfinished"  # behind the name of one that is being written


class Stopped(Exception):
    """The worker is to end; the backup is made at the next start."""


class UnderWay(Exception):
    """Somebody else is writing this very file."""


class KeyBefore(Exception):
    """The backup is of a time when the Journal had another key, which is still here."""


class NumberMissing(Exception):
    """Nobody has said which number the next appeal gets."""


def write_backup(
    config: Config,
    journal: Journal,
    out: Path,
    now: datetime,
    *,
    passphrase: str = "",
    stopping: threading.Event | None = None,
) -> int:
    """The whole Journal as it is at one moment, locked. Returns its size in bytes.

    It is there whole or not at all, and never in the place of another file. With a passphrase it opens with
    that and the school's key together, and with nothing else.
    """
    recipient = "" if passphrase else config.settings.backup.recipient
    pieces = _until(stopping, copy_out(journal.store, on=local_day(config.school, now)))
    try:
        with _whole_file(out) as file:
            lock(
                pieces,
                file,
                key=_key(journal.store.keys, passphrase),
                also=[recipient] if recipient else [],
            )
            return file.tell()
    except OSError as fault:
        if fault.errno is None or fault.filename is not None:
            raise
        raise OSError(fault.errno, os.strerror(fault.errno), str(out)) from None  # a full disk has no name


def restore(
    config: Config,
    file: Path,
    now: datetime,
    *,
    next_number: int | None,
    damaged_too: bool = False,
    passphrase: str = "",
) -> Restored:
    """Make the Journal of a backup, in a database where there is none. All of it, or nothing."""
    keys = Keys(config.journal_key())
    stream = _stream(file, keys, passphrase)
    try:
        origin = read_beginning(stream)
    except DoesNotOpen:
        _name_its_key(config, file, passphrase)
        raise
    if next_number is None or next_number <= origin.last_number:
        raise NumberMissing(_which_number(origin.made_on, origin.last_number))
    return restore_rows(
        config.journal_url,
        keys,
        stream,
        next_number=next_number,
        on=local_day(config.school, now),
        damaged_too=damaged_too,
        then=lambda journal, restored: _tell(config, journal, restored, now),
    )


def _stream(file: Path, keys: Keys, passphrase: str) -> Stream:
    return partial(unlock, file, key=_key(keys, passphrase))


def _key(keys: Keys, passphrase: str) -> bytes:
    key = keys.purpose(PURPOSE)
    return with_passphrase(key, passphrase) if passphrase else key


def _name_its_key(config: Config, file: Path, passphrase: str) -> None:
    """Raises KeyBefore when one of the keys that the Journal had before opens this backup."""
    for kept in old_keys(config):
        with suppress(DoesNotOpen, SecretFault):
            keys = Keys(read_key("journal_key", kept.file, Sources()))
            read_beginning(_stream(file, keys, passphrase))
            raise KeyBefore(
                f"{file} was made before the key was changed: {kept.file} opens it. Put that one in the "
                f"place of {config.key_file} (and keep both), restore, and change the key again: senim rekey."
            )


def _which_number(made_on: date, last: int) -> str:
    return (
        f"This backup is of {made_on}, and its last number is {last}. Staff may have been told higher ones "
        "since: look into the newest daily letter. Then say which number comes next: "
        f"--next-number {last + 1} if no letter tells of a higher one than {last}, else one more than the "
        "highest. Nothing was changed."
    )


def _tell(config: Config, journal: Journal, restored: Restored, now: datetime) -> None:
    """Whoever wrote a measure since then believes it to be in the Journal; nothing that waited leaves now."""
    school, on = config.school, local_day(config.school, now)
    origin = restored.origin
    stopped = [journal.entry(number) for number in stop_waiting(journal, now)]
    data = {
        "about": "restored",
        "made_on": origin.made_on.isoformat(),
        "last": origin.last_number,
        "next": restored.next_number,
    }
    period = f"restored-{journal.fingerprint('restored', now.isoformat())[:16]}"
    for member in school.staff:
        hidden = hidden_from(journal, school, member, on)
        theirs = [one.number for one in stopped if not hidden(one)]
        owe_notice(journal, member, period, now, {**data, "unsent": theirs})
    if school.administrator:
        everything = {**data, "unsent": [one.number for one in stopped]}
        owe_notice(journal, school.administrator, period, now, everything)


def _until(stopping: threading.Event | None, pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        if stopping is not None and stopping.is_set():
            raise Stopped("The worker was told to end in the middle of a backup.")
        yield piece


@contextmanager
def _whole_file(out: Path) -> Iterator[BinaryIO]:
    """Readable by its owner alone; under its own name only when all of it is on the disk."""
    part = out.with_name(f"{out.name}{UNFINISHED}")
    _refuse_another(out)
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, FILE)
    with os.fdopen(handle, "wb") as file:
        _claim(file, part)
        _refuse_another(out)  # whoever had claimed it before may have come to its end
        with suppress(PermissionError):  # a memory stick knows no rights; the lock is what keeps it safe
            os.fchmod(handle, FILE)
        file.truncate(0)  # of one that was cut short
        try:
            yield file
            file.flush()
            os.fsync(handle)
            _refuse_another(out)
            part.rename(out)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    sync_folder(out.parent)


def _claim(file: BinaryIO, part: Path) -> None:
    """Two at once would write into one another; a lock dies with its process."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(file.fileno()), part.stat()):
            return
    except (BlockingIOError, FileNotFoundError):
        pass
    raise UnderWay(f"{part}: a backup is being written there just now; wait for it, or name another file.")


def _refuse_another(out: Path) -> None:
    if os.path.lexists(out):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(out))
