"""What is done once a night, each thing by itself: one that fails keeps the others from nothing.

A night begins at backup.at and bears that day's date; what a night off left undone is caught up. A Journal
in which nothing stood before that day has nothing to be done.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from intake.age_file import prove_recipient
from intake.backup import Stopped, write_backup
from intake.backup_folder import file_of, on_the_journals_disk, rotate
from intake.config import Config
from intake.faults import explain
from intake.purge import by_retention, tidy_mailbox
from intake.school_key import forget_old_keys, open_journal
from intake.server import Finding
from intake.telling import are_over, has_begun
from journal.book import Journal
from journal.chores import BACKED_UP, began_on, done, last_backup, last_done, note_gone
from journal.condition import Trouble
from journal.private import make_folder
from journal.purging import last_traffic
from reports.clock import local_day

log = logging.getLogger(__name__)

WITHOUT = timedelta(days=2)  # without a new backup: then it is a trouble
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NightReport:
    """What one look at the night's work came to."""

    done: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)  # and why, for a person
    busy: bool = False

    @property
    def clean(self) -> bool:
        return not self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Night:
    """A school's night."""

    config: Config
    journal: Journal
    now: datetime
    day: date
    stopping: threading.Event


def run(config: Config, now: datetime, *, stopping: threading.Event | None = None) -> NightReport:
    """Do what has not been done this night. Twice, or by two workers, it is done once."""
    with open_journal(config) as journal, journal.lock("nightly") as mine:
        if not mine:
            return NightReport(busy=True)
        night = _Night(
            config=config,
            journal=journal,
            now=now,
            day=night_of(config, now),
            stopping=stopping or threading.Event(),
        )
        report = _work(night)
        _judge(night)
        return report


def night_of(config: Config, now: datetime) -> date:
    """The day of the last backup.at that has passed."""
    local = now.astimezone(config.school.time_zone)
    return local.date() if local.time() >= config.settings.backup.at else local.date() - _DAY


def due(config: Config, journal: Journal, now: datetime) -> list[str]:
    """What is to be done this night and has not been done yet, in its order."""
    night, last, began = night_of(config, now), last_done(journal), began_on(journal)
    if began is None or _is_of(began, night):
        return []
    return [name for name in CHORES if name not in last or not _is_of(last[name], night)]


def _is_of(day: date, night: date) -> bool:
    """A day further ahead was written by a clock that was wrong."""
    return night <= day <= night + _DAY


def _work(night: _Night) -> NightReport:
    finished: list[str] = []
    failed: dict[str, str] = {}
    for chore in due(night.config, night.journal, night.now):
        if night.stopping.is_set():
            break
        try:
            CHORES[chore](night)
            done(night.journal, chore, night.day)
        except Stopped:
            break
        except Exception as fault:
            log.error("%s: %s failed: %s", night.config.name, chore, type(fault).__name__)
            failed[chore] = f"{chore}: {explain(fault)}"
        else:
            log.info("%s: %s done", night.config.name, chore)
            finished.append(chore)
    return NightReport(done=tuple(finished), failed=failed)


def _back_up(night: _Night) -> None:
    out = file_of(night.config, night.day)
    make_folder(out.parent)
    if not out.exists():  # else it was made, and the note of it was cut short
        write_backup(night.config, night.journal, out, night.now, stopping=night.stopping)


def _rotate(night: _Night) -> None:
    newest, today = last_traffic(night.journal), night.day
    # A clock that fell years back must not take all that was made since for backups of the future.
    oldest = rotate(night.config, today, sure=newest is not None and newest <= today + _DAY)
    if oldest is not None:
        note_gone(night.journal, oldest, on=local_day(night.config.school, night.now))
        # Where backups fail, the last good one is kept beyond its time: so is the key that opens it.
        today = min(today, oldest + timedelta(days=night.config.settings.backup.keep_days))
    forget_old_keys(night.config, today)  # no backup is left that one of them opens


def _destroy(night: _Night) -> None:
    count = by_retention(night.config, night.journal, night.now)
    if count:
        log.info("%s: the content of %d entries was destroyed by its term", night.config.name, count)


def _tidy(night: _Night) -> None:
    tidy_mailbox(night.config, night.now)


CHORES: Mapping[str, Callable[[_Night], None]] = {
    BACKED_UP: _back_up,
    "rotation": _rotate,
    "purge": _destroy,  # after the backup: should something be destroyed by mistake, there is one
    "mailbox": _tidy,
}


def without_backup_since(config: Config, journal: Journal) -> datetime | None:
    """When the newest backup was made; when the Journal was begun, where there is none. None: it is empty."""
    last = last_backup(journal) or began_on(journal)
    if last is None:
        return None
    return datetime.combine(last, config.settings.backup.at, tzinfo=config.school.time_zone)


def _judge(night: _Night) -> None:
    """The administrator is told after two days without a new one, and when there is one again."""
    school, now = night.config.school, night.now
    since = without_backup_since(night.config, night.journal)
    if since is not None and now - since >= WITHOUT:
        has_begun(night.journal, school, Trouble.BACKUP, now, since=since)
    else:
        are_over(night.journal, school, [Trouble.BACKUP], now)


def findings(config: Config, journal: Journal, now: datetime) -> Iterator[Finding]:
    """What `senim check` says of the night's work."""
    if config.settings.backup.recipient:
        prove_recipient(config.settings.backup.recipient)
    last = last_done(journal)
    since, made = without_backup_since(config, journal), last_backup(journal)
    if since is not None and now - since >= WITHOUT:
        said = f"the last one is of {made}" if made else "there is none yet"
        remedy = "does the worker run? else see why it fails: senim nightly"
        yield Finding("backup", False, f"{said}; {remedy}")
    else:
        remark = f"the last one is of {made}" if made else "the first one comes tonight"
        if on_the_journals_disk(config):
            remark += (
                "; backup.folder is on the Journal's own disk, and one fault would take both: name another"
            )
        yield Finding("backup", True, remark)
    late = [chore for chore in CHORES if chore in last and night_of(config, now) - last[chore] > WITHOUT]
    for chore in late:
        if chore != BACKED_UP:
            yield Finding(f"night: {chore}", False, f"last done on {last[chore]}; see: senim nightly")
