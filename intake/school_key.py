"""Opens the Journal with the school's key, and gives the school a new one.

A change of the key, at any point of which the plug may be pulled: the new key is written beside the old
(`journal.key.new`), the Journal is sealed anew in one transaction, the old key is kept under a name with
the day (`journal.key.before-2026-11-22`), and the new one takes its place. Whoever then finds a new key
beside the old asks the Journal which of the two is its own, and brings the change to its end.
"""

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from intake.config import Config
from intake.secret_files import decode_key
from intake.server import Finding
from journal import rekeying
from journal.book import Journal
from journal.private import READ_ONLY, destroy, sync_folder, write_new
from journal.sealing import WrongKey, new_key

_NEW, _BEFORE = ".new", ".before-"
_PATIENCE = 50  # times a tenth of a second, between another's commit and the new name of its key


class RekeyFault(Exception):
    """The key cannot be changed now; the message says what to do."""


class Kept(NamedTuple):
    """An old key, which still opens the backups made before that day."""

    file: Path
    until: date


def open_journal(config: Config) -> Journal:
    """The school's Journal; `with` closes it again. A change of the key that broke off is settled first."""
    for _ in range(_PATIENCE):
        coming = new_file(config).exists()
        settled = coming and settle(config)
        try:
            return Journal.open(config.journal_url, config.journal_key())
        except WrongKey:
            if settled and new_file(config).exists():
                raise  # the Journal was asked: it is neither's
            if not coming and not new_file(config).exists():
                break
            time.sleep(0.1)  # another process is about to put the new key in its place
    return Journal.open(config.journal_url, config.journal_key())


def rekey(config: Config, on: date, *, tell: Callable[[int], None] = lambda _: None) -> Path:
    """Give the Journal a new key and say where the old one is kept now."""
    if config.sources.elsewhere("journal_key") is not None:
        raise RekeyFault(
            "The key comes from $SENIM_JOURNAL_KEY or a systemd credential, where Senim cannot put another: "
            f"write it into {config.key_file} (chmod 400), take it away there, and try again."
        )
    with rekeying.alone(config.journal_url) as mine:
        if not mine:
            raise RekeyFault("Another `senim rekey` is under way: let it come to its end.")
        _settle(config)
        key = new_key()
        with Journal.open(config.journal_url, config.journal_key()) as journal:
            write_new(new_file(config), f"{key.hex()}\n".encode(), mode=READ_ONLY)
            rekeying.rekey(journal, key, on=on, tell=tell)
        return _put_in_place(config, on)


def settle(config: Config) -> bool:
    """Bring a change that broke off to its end. False: it is under way, and left to whoever does it."""
    with rekeying.alone(config.journal_url) as mine:
        if mine:
            _settle(config)
        return mine


def _settle(config: Config) -> None:
    new = new_file(config)
    if not new.exists():
        return
    key = decode_key(new.read_bytes())  # None: half a key, never used, for it was not yet on the disk
    if key is not None and rekeying.opens(config.journal_url, key):
        _put_in_place(config, rekeying.changed_on(config.journal_url))
    elif rekeying.opens(config.journal_url, config.journal_key()):
        destroy(new)
    # else the Journal is neither's: both stay, and opening it says so


def _put_in_place(config: Config, on: date) -> Path:
    file = _key_file(config)
    kept = _keep(file, on) if file.exists() else file  # somebody may have tidied up meanwhile
    new_file(config).replace(file)
    sync_folder(file.parent)
    return kept


def _keep(file: Path, on: date) -> Path:
    """The old key under a name of its own. A copy: at no moment is there no file of the key's name."""
    content = file.read_bytes()
    for turn in range(1, 10_000):
        kept = file.with_name(f"{file.name}{_BEFORE}{on.isoformat()}{f'-{turn}' if turn > 1 else ''}")
        if kept.exists() and decode_key(kept.read_bytes()) is None:
            destroy(kept)  # half a copy, of a change that broke off
        if not kept.exists():
            write_new(kept, content, mode=READ_ONLY)
            return kept
        if kept.read_bytes() == content:
            return kept
    raise RekeyFault(f"{file.parent} is full of old keys of this day: destroy those that nothing needs.")


def old_keys(config: Config) -> list[Kept]:
    """The keys before this one, the oldest first, and the day from which no backup needs them."""
    file = _key_file(config)
    found = (one for one in file.parent.glob(f"{file.name}{_BEFORE}????-??-??*") if one.is_file())
    return sorted((Kept(one, _until(config, one)) for one in found), key=lambda kept: kept.file.name)


def _until(config: Config, file: Path) -> date:
    day = file.name.rpartition(_BEFORE)[2][:10]
    try:
        return date.fromisoformat(day) + timedelta(days=config.settings.backup.keep_days + 1)
    except ValueError:
        return date.max


def forget_old_keys(config: Config, today: date) -> int:
    """Destroy the old keys that no backup needs any more, and say how many there were."""
    over = [kept.file for kept in old_keys(config) if kept.until <= today]
    for file in over:
        destroy(file)
    return len(over)


def check_key(config: Config, today: date) -> Iterator[Finding]:
    """Whether the key can be read, by nobody else, and what is left of earlier ones."""
    config.journal_key()
    new = new_file(config)
    remark = f"a change of it broke off: {new}; run: senim upgrade" if new.exists() else ""
    yield Finding("the Journal's key", not remark, remark)
    for kept in old_keys(config):
        if kept.until <= today:
            yield Finding(
                "an old key", False, f"no backup needs {kept.file} any more; run: shred -u {kept.file}"
            )
        else:
            yield Finding(
                "an old key", True, f"{kept.file} opens older backups; not needed from {kept.until} on"
            )


def _key_file(config: Config) -> Path:
    return config.key_file.resolve()  # what a link points to is replaced, not the link


def new_file(config: Config) -> Path:
    """Where a key stands that is not yet, or never became, the Journal's."""
    file = _key_file(config)
    return file.with_name(file.name + _NEW)
