"""Brings the Journal's database up to date, and makes the key of a new one."""

import argparse

from intake.config import Config, ConfigFault, KeyMissing
from intake.faults import explain
from intake.school_key import new_file, settle
from intake.verbs.opening import all_schools, open_journal
from intake.verbs.output import complain, say
from journal.database import begun, pending
from journal.database import upgrade as migrate
from journal.private import READ_ONLY, write_new
from journal.sealing import new_key


def upgrade(asked: argparse.Namespace) -> int:
    """Each school by itself: one's fault leaves the others upgraded."""
    configs, trouble = all_schools(asked)
    for config in configs:
        mark = f"{config.name}: " if len(configs) > 1 else ""
        try:
            done = _upgrade(config)
        except Exception as fault:
            complain(mark + explain(fault))
            trouble = True
        else:
            say(*(mark + line for line in done))
    return int(trouble)


_BEGUN_ANEW = (
    "begun a new, empty Journal with the key that was there already; if there was a Journal before, stop"
    " here and look: is its disk mounted, is journal.url right?"
)


def _upgrade(config: Config) -> list[str]:
    """What was done, in lines. The key comes first: a database without its key is worth nothing."""
    done = [*_ready_key(config)]
    if new_file(config).exists() and not pending(config.journal_url):
        settle(config)
        done.append("brought a change of the key to its end")
    steps = pending(config.journal_url)
    new = not begun(config.journal_url)
    migrate(config.journal_url)
    if new and not done:
        # A disk that is not mounted looks like this: the numbers would begin at 1 again, unnoticed.
        done.append(_BEGUN_ANEW)
    done.append(f"applied migrations: {', '.join(steps)}" if steps else "the database is up to date")
    with open_journal(config) as journal:  # proves that the key is this Journal's
        last = journal.last_number()
    done.append(f"the Journal opens; its last number is {last}" if last else "the Journal opens; it is empty")
    return done


def _ready_key(config: Config) -> list[str]:
    try:
        config.journal_key()
    except KeyMissing:
        pass
    else:
        return []
    if begun(config.journal_url):
        raise ConfigFault(
            f"{config.path}: the Journal has entries, and its key is missing: put the school's copy back"
            f" ({config.key_file}); a new key could open nothing"
        )
    write_new(config.key_file, f"{new_key().hex()}\n".encode(), mode=READ_ONLY)
    safe = "print it for the school's safe: senim recovery sheet.html; without it nobody can open the Journal"
    return [f"made the key {config.key_file}", safe]
