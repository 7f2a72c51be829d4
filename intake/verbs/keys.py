"""The school's key on the command line: a new one, its sheet for the safe, and the sheet typed back."""

import argparse
import sys
from pathlib import Path

from intake.config import Config, ConfigFault, KeyMissing
from intake.school_key import RekeyFault, old_keys
from intake.school_key import rekey as change
from intake.verbs.opening import one_school, open_journal, today
from intake.verbs.output import complain, say, working
from intake.verbs.values import WrongUsage
from journal.book import Journal
from journal.database import begun
from journal.private import READ_ONLY, write_new
from journal.purging import finish
from journal.rekeying import opens
from journal.sweeping import StillInUse
from reports.recovery import LINES, Mistyped, read_line, read_lines, write_sheet


def rekey(asked: argparse.Namespace) -> int:
    """A new key for the Journal; the old one is kept for the backups."""
    config = one_school(asked)
    with working("sealing the Journal anew") as status:
        kept = change(config, today(config), tell=lambda n: status.update(f"sealing anew: {n} values so far"))
        status.update("taking the old seals out of the database's files")
        with open_journal(config) as journal:
            swept = _swept(journal)
    until = next((one.until for one in old_keys(config) if one.file == kept), today(config))
    say(
        f"the Journal has a new key: {config.key_file}",
        "print its recovery sheet now: senim recovery sheet.html",
        f"the old key opens nothing in the Journal any more. It opens the backups made before: {kept}",
        f"from {until} on no backup needs it: the nightly work destroys it then. Destroy the old sheet too",
        "where the service gets the key as a systemd credential, restart it: systemctl restart senim",
    )
    if not swept:
        say("another program reads the database: the old seals lie in its files until the next `senim purge`")
    return 0


def _swept(journal: Journal) -> bool:
    try:
        finish(journal)
    except StillInUse:  # the nightly work tries it again
        return False
    return True


def recovery(asked: argparse.Namespace) -> int:
    """The sheet; with --read, the key file from what a person types."""
    config = one_school(asked)
    if asked.read:
        return _read(config, asked.out)
    if asked.out is None:
        raise WrongUsage("name the page to write: senim recovery sheet.html; or type a sheet back: --read")
    day = today(config)
    with open_journal(config) as journal:  # proves that this is the Journal's key
        page = write_sheet(
            config.school, config.journal_key(), day=day, keep_days=config.settings.backup.keep_days
        )
        journal.note("sheet", on=day, detail={"key": journal.store.keys.id})
    if str(asked.out) == "-":
        sys.stdout.write(page)
        return 0
    write_new(asked.out, page.encode())
    say(f"wrote {asked.out}: print it, put it into the school's safe, then: shred -u {asked.out}")
    return 0


def _read(config: Config, out: Path | None) -> int:
    if config.sources.elsewhere("journal_key") is not None and out is None:
        raise RekeyFault(
            "The key comes from $SENIM_JOURNAL_KEY or a systemd credential: put the right one there, or name "
            "a file to write what you type into: senim recovery --read journal.key"
        )
    target = out or config.key_file
    if out is None:
        _spare_another(config)
    key = _typed()
    if out is None and begun(config.journal_url) and not opens(config.journal_url, key):
        complain("the lines are right, but this is the key of another Journal, or one from before a `rekey`")
        complain("nothing was written; to keep it for an old backup: senim recovery --read FILE")
        return 1
    write_new(target, f"{key.hex()}\n".encode(), mode=READ_ONLY)
    say(f"wrote the key {target}", "next: senim upgrade, which says whether the Journal opens")
    return 0


def _spare_another(config: Config) -> None:
    """Better before the typing than after it."""
    try:
        config.journal_key()
    except KeyMissing:
        return
    except ConfigFault:
        pass
    raise RekeyFault(
        f"{config.key_file} is there already: see what it is with `senim check`, move it away, and try "
        "again. Nothing was changed."
    )


def _typed() -> bytes:
    """All lines from a pipe; at a terminal one after the other, and a mistyped one again."""
    if not sys.stdin.isatty():
        return read_lines(sys.stdin.read())
    say(f"type the {LINES} lines of the sheet, Enter after each; the number before a line may be left out")
    lines: list[str] = []
    while len(lines) < LINES:
        line = input(f"{len(lines) + 1}. ")
        try:
            read_line(len(lines) + 1, line)
        except Mistyped as fault:
            say(f"  ✗ {fault}")
        else:
            lines.append(line)
    return read_lines("\n".join(lines))
