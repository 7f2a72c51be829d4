"""What can be asked of `senim` about keeping and destroying: keys, backups, the nightly work, purge."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from intake.verbs.values import add_json, add_now, positive

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]

AddVerb = Callable[..., argparse.ArgumentParser]


def add_keeping(verbs: "Verbs", verb: AddVerb) -> None:
    """The verbs of this page. `verb` adds one, as it adds all the others."""
    _keys(verbs, verb)
    _backups(verbs, verb)
    _nightly(verbs, verb)
    _destroy(verbs, verb)


def _keys(verbs: "Verbs", verb: AddVerb) -> None:
    verb(
        verbs,
        "rekey",
        "give the Journal a new key and seal it anew; the worker may run on",
        "senim rekey",
        run="keys:rekey",
    )
    recovery = verb(
        verbs,
        "recovery",
        "write the sheet with the key for the school's safe, or restore the key from it",
        "senim recovery sheet.html",
        run="keys:recovery",
    )
    recovery.add_argument(
        "out",
        type=Path,
        nargs="?",
        metavar="OUT",
        help="the page to print, - is standard output; with --read the key file (default: journal.key_file)",
    )
    recovery.add_argument("--read", action="store_true", help="type the lines of the sheet back")


def _backups(verbs: "Verbs", verb: AddVerb) -> None:
    backup = verb(
        verbs,
        "backup",
        "write the whole Journal to a file that only the school's key opens",
        "senim backup /media/usb/senim-2026-11-22.age",
        run="backup:backup",
    )
    backup.add_argument("out", type=Path, metavar="OUT", help="the file to write; it must not be there yet")
    restore = verb(
        verbs,
        "restore",
        "make the Journal of a backup, where there is none",
        "senim restore var/backup/senim-config-2026-11-22.age --next-number 58",
        run="backup:restore",
    )
    restore.add_argument("file", type=Path, metavar="IN", help="the backup")
    restore.add_argument(
        "--next-number",
        type=positive,
        metavar="N",
        help="what the next appeal gets: one more than the highest that staff were told of",
    )
    restore.add_argument(
        "--damaged", action="store_true", help="also a Journal that was damaged when the backup was made"
    )
    for one in (backup, restore):
        one.add_argument(
            "--passphrase", action="store_true", help="ask for a passphrase, needed besides the key"
        )
        one.add_argument(
            "--passphrase-file", type=Path, metavar="FILE", help="read it from there (chmod 600)"
        )


def _nightly(verbs: "Verbs", verb: AddVerb) -> None:
    night = verb(
        verbs,
        "nightly",
        "do what is due once a night; `senim run` does it by itself",
        "senim nightly",
        run="backup:nightly",
    )
    add_now(night)
    add_json(night)


def _destroy(verbs: "Verbs", verb: AddVerb) -> None:
    purge = verb(
        verbs,
        "purge",
        "destroy the content of what was kept long enough, or of one entry",
        "senim purge --dry-run\n  senim purge --number 12 --reason 'request No. 45'",
    )
    purge.add_argument("--number", type=positive, metavar="N", help="this entry alone, at a family's request")
    purge.add_argument(
        "--reason", metavar="TEXT", help="a few words that the history keeps for ever: no names"
    )
    purge.add_argument("--dry-run", action="store_true", help="only say what would be destroyed")
    add_now(purge)
    add_json(purge)
