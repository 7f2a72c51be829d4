"""Tries everything that Senim stands on, one thing after the other, and says what to mend."""

import importlib.util
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from intake.config import Config, ConfigFault
from intake.faults import explain
from intake.profiles import NONE
from intake.rights import check_rights
from intake.school_key import check_key, open_journal
from intake.server import Finding
from journal.database import pending
from journal.private import exposure
from reports.catalogue import LANGUAGES
from reports.clock import local_day
from reports.danger import ListUnreadable, read_lists
from reports.helping import unreadable
from reports.naming import has_surname
from reports.reply_words import read_words
from reports.school import Detail
from reports.shipped import templates

REPLY_WORDS = "words of replies"
PACKAGES = ("intake", "journal", "reports")
WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)  # a clock before this day has lost its battery
# Kazakhstan has one time, UTC+5, since 2024-03-01; by a table before 2024a the 15:00 letter leaves at 14:00.
ALMATY, SINCE = ZoneInfo("Asia/Almaty"), datetime(2024, 3, 2, tzinfo=UTC)


def check_machine(now: datetime) -> list[Finding]:
    """What all schools on this machine share."""
    return [
        _packages(),
        _tzdata(),
        _clock(now),
        *_guarded("templates", _templates),
        *_guarded(REPLY_WORDS, _reply_words),
    ]


def check_school(config: Config, now: datetime) -> list[Finding]:
    """What one school stands on: its file, its secrets, its Journal, its mail."""
    return [
        Finding("config", True, ""),
        *_staff(config),
        *_guarded("rights", lambda: check_rights(config)),
        *_guarded("the Journal's key", lambda: check_key(config, local_day(config.school, now))),
        *_guarded("database", lambda: _database(config)),
        *_guarded("troubles", lambda: _troubles(config, now)),
        *_guarded("backup", lambda: _backup(config, now)),
        *_guarded("mailbox", lambda: _mailbox(config)),
        *_guarded("submission", lambda: _submission(config)),
        *_guarded("replies", lambda: _replies(config)),
    ]


def _guarded(name: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """One thing that is broken must not keep the rest from being tried."""
    try:
        yield from check()
    except ConfigFault as fault:
        yield Finding(name, False, str(fault).split(": ", 1)[-1].removeprefix(f"{name}: "))
    except Exception as fault:
        yield Finding(name, False, explain(fault))


def _packages() -> Finding:
    """PyPI has other projects of these names; installed beside Senim they would stand in its place."""
    homes = {name: _home(name) for name in PACKAGES}
    strangers = sorted(name for name, home in homes.items() if home != Path(__file__).parents[1])
    if strangers:
        remedy = f"{', '.join(strangers)}: another project's package stands in the place of ours"
        return Finding(
            "packages", False, f"{remedy}; install Senim in an environment of its own (python3 -m venv)"
        )
    return Finding("packages", True)


def _home(name: str) -> Path | None:
    found = importlib.util.find_spec(name)
    return Path(found.origin).parents[1] if found and found.origin else None


def _tzdata() -> Finding:
    if SINCE.astimezone(ALMATY).utcoffset() == timedelta(hours=5):
        return Finding("time zones", True)
    remedy = "this machine's table is older than 2024a: the 15:00 letter would leave at 14:00"
    return Finding("time zones", False, f"{remedy}; run: apt-get install --only-upgrade tzdata")


def _clock(now: datetime) -> Finding:
    if now >= WRITTEN:
        return Finding("clock", True)
    return Finding("clock", False, "this machine's clock is years behind; run: timedatectl set-ntp true")


def _templates() -> Iterator[Finding]:
    from intake.specimen import write_everything  # a made-up day in a Journal of its own

    try:
        read_lists()
        yield Finding("words of danger", True)
    except ListUnreadable as fault:
        yield Finding("words of danger", False, str(fault))
    for language, count in write_everything():
        yield Finding(f"templates in {language}", True, f"{count} letters and pages were written")


def _reply_words() -> Iterator[Finding]:
    """What an editor slipped on in the list of words; what is told here is not understood in replies."""
    faults = list(read_words(templates() / "replies.toml").faults)
    faults += [f"«{one}» is no longer understood" for language in LANGUAGES for one in unreadable(language)]
    remedy = f"templates/replies.toml: {'; '.join(faults)}" if faults else ""
    yield Finding(REPLY_WORDS, not faults, remedy)


def _staff(config: Config) -> Iterator[Finding]:
    """Not wrong, but perhaps not meant: said as remarks."""
    staff = config.school.staff
    remarks = []
    if not any(one.detail is Detail.FULL for one in staff):
        remarks.append("nobody gets whole texts; give one reader detail: full")
    if len(staff) < 2:
        remarks.append("one reader alone: when they are ill nobody reads the box")
    if config.school.administrator is None:
        remarks.append(
            "no administrator is named: nobody is written to when something is broken, and an appeal that "
            "concerns all readers but one cannot be kept from them"
        )
    unsure = [str(place) for place, one in enumerate(staff) if not has_surname(one.name)]
    if unsure:
        remarks.append(
            f"staff {', '.join(unsure)} (counted from 0): no surname can be told in the name, so an appeal "
            "that names that reader may not be known; write it whole, like Тегі Аты Әкесінің аты"
        )
    if config.school.last_resort is None:
        remarks.append(
            "conflict.last_resort names nobody: an appeal that names every reader would be read by no one"
        )
    if any(
        one.address.rpartition("@")[2].endswith(("example", "example.com", "example.org")) for one in staff
    ):
        remarks.append("some addresses are those of the example")
    yield Finding("staff", True, "; ".join(remarks))


def _database(config: Config) -> Iterator[Finding]:
    if config.database_file is not None and (exposed := exposure(config.database_file)):
        yield Finding("database file", False, exposed)
        return
    waiting = pending(config.journal_url)
    if waiting:
        yield Finding("migrations", False, f"{len(waiting)} to apply; run: senim upgrade")
        return
    yield Finding("migrations", True)
    with open_journal(config) as journal:
        verified = journal.verify()
    at = "behind it" if verified.broken_at is None else f"at event {verified.broken_at}"
    remedy = "" if verified.ok else f"altered {at}; compare with the last backup"
    yield Finding("history", verified.ok, remedy)


def _troubles(config: Config, now: datetime) -> Iterator[Finding]:
    """What the worker met with; told here too, for when no letter can leave."""
    from intake.trouble_signs import findings

    if not pending(config.journal_url):
        with open_journal(config) as journal:
            yield from findings(config, journal, now)


def _backup(config: Config, now: datetime) -> Iterator[Finding]:
    """Not of today is no fault: a machine may be off at night."""
    from intake.nightly import findings

    if not pending(config.journal_url):
        with open_journal(config) as journal:
            yield from findings(config, journal, now)


def _mailbox(config: Config) -> Iterator[Finding]:
    from intake.mailbox import Mailbox

    with Mailbox.open(config.imap, config.folders) as mailbox:
        yield Finding("mailbox login", True)
        yield from (Finding(f"mailbox: {one.name}", one.ok, one.remedy) for one in mailbox.probe())


def _submission(config: Config) -> Iterator[Finding]:
    from intake.submission import probe

    yield from (Finding(f"submission: {one.name}", one.ok, one.remedy) for one in probe(config.submission))


def _replies(config: Config) -> Iterator[Finding]:
    """How a reply of staff is believed, as far as the file says it; `--circle` finds out what is true."""
    configured, in_use = config.settings.replies.profile, config.replies.trust.profile
    if configured != "auto":
        remark = ""
    elif in_use != NONE:
        remark = (
            f"the profile of this provider is {in_use}; whether it works is told by: senim check --circle"
        )
    else:
        remark = (
            "the provider is not known, so a reply without a valid signature (DKIM) is confirmed by a second "
            "letter; whether it can be spared is told by: senim check --circle"
        )
    yield Finding("replies", True, remark)
