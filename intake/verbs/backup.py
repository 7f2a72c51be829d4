"""Makes a backup, makes a Journal of one again, does what is done once a night."""

import argparse
import dataclasses
import getpass
import logging

from intake.backup import restore as restore_backup
from intake.backup import write_backup
from intake.secret_files import Sources, read_password
from intake.verbs.opening import all_schools, now, one_school, open_journal, today
from intake.verbs.output import complain, print_json, say, working
from intake.verbs.values import WrongUsage
from intake.verbs.work import begin_log
from journal.arrival import NotEmpty
from journal.chores import BY_HAND, done

SHORTEST = 8  # characters of a passphrase


def backup(asked: argparse.Namespace) -> int:
    """One file, for wherever it is safe."""
    config = one_school(asked)
    passphrase = _passphrase(asked, twice=True)
    with open_journal(config) as journal:
        with working("writing the backup"):
            size = write_backup(config, journal, asked.out, now(), passphrase=passphrase)
        with journal.transaction():
            done(journal, BY_HAND, today(config))
            journal.note("backup", on=today(config))
    say(
        f"wrote {asked.out}, {_size(size)}; only this Journal's key "
        f"{'and the passphrase together open' if passphrase else 'opens'} it: keep {config.key_file.name} or "
        "its recovery sheet elsewhere"
    )
    return 0


def restore(asked: argparse.Namespace) -> int:
    """All of it, or nothing."""
    config = one_school(asked)
    passphrase = _passphrase(asked)
    try:
        with working("restoring"):
            restored = restore_backup(
                config,
                asked.file,
                now(),
                next_number=asked.next_number,
                damaged_too=asked.damaged,
                passphrase=passphrase,
            )
    except NotEmpty as fault:
        complain(str(fault))
        complain(
            "stop the services and move it aside first: a SQLite file with its -wal and -shm to another name;"
            " for PostgreSQL name a new, empty database in journal.url"
        )
        return 1
    origin = restored.origin
    for damage in restored.damage:
        complain(damage)
    say(
        f"the Journal is again as it was on {origin.made_on}, with {origin.last_number} as its last number; "
        f"the next one is {restored.next_number}",
        "every seal opens and the history holds" if not restored.damage else "it is damaged as said above",
        "what came or was written since is not in it: staff and the administrator are told by letter",
        "what to do with letters that were filed since, and with what was destroyed since by request: "
        'docs/setup.md, "When the disk died"',
    )
    return 0


def nightly(asked: argparse.Namespace) -> int:
    """For cron. Running it twice in a night does nothing more."""
    from intake.nightly import run

    begin_log(logging.WARNING)
    configs, trouble = all_schools(asked)
    reports = []
    for config in configs:
        mark = f"{config.name}: " if len(configs) > 1 else ""
        report = run(config, asked.now or now())
        trouble = trouble or not report.clean
        reports.append({"school": config.name, **dataclasses.asdict(report)})
        if not asked.json:
            for fault in report.failed.values():
                complain(mark + fault)
            say(mark + _say(report.busy, report.done))
    if asked.json:
        print_json(reports)
    return int(trouble)


def _passphrase(asked: argparse.Namespace, *, twice: bool = False) -> str:
    """From a file or typed, never from the command line, which every user of the machine can see."""
    if asked.passphrase_file is not None:
        return read_password("passphrase", asked.passphrase_file, Sources())
    if not asked.passphrase:
        return ""
    typed = _typed("Passphrase: ")
    if len(typed) < SHORTEST:
        raise WrongUsage(f"a passphrase has {SHORTEST} characters at least: some words that belong together")
    if twice and _typed("Once more: ") != typed:
        raise WrongUsage("the two are not the same; nothing was written")
    return typed


def _typed(prompt: str) -> str:
    try:
        return getpass.getpass(prompt)
    except EOFError:
        raise WrongUsage("nobody is there to type it; name a file: --passphrase-file FILE") from None


def _say(busy: bool, done: tuple[str, ...]) -> str:
    if busy:
        return "another worker is at it; nothing was done"
    return f"done: {', '.join(done)}" if done else "nothing was due"


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{count / 1_000:.1f} kB"
