"""Destroys the content of appeals: of those kept long enough, or of one whose family asks for it."""

import argparse
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from intake.config import Config
from intake.purge import (
    Copies,
    Due,
    clock_trusted,
    destroy_copies,
    destroy_due,
    due_now,
    numbers_in,
)
from intake.reader import ReaderUnavailable
from intake.server import ServerFault
from intake.verbs.opening import now, one_school, open_journal
from intake.verbs.output import complain, print_json, say, working
from intake.verbs.values import WrongUsage
from journal.book import Journal
from journal.model import Entry, Filing, HeldState
from journal.purging import LONGEST_REASON, Told, finish, purge, same_words
from journal.sweeping import StillInUse
from reports.clock import local_day
from reports.words import numbers


def destroy(asked: argparse.Namespace) -> int:
    """By retention; or one entry with `--number`. `--dry-run` destroys nothing."""
    if (asked.number is None) != (asked.reason is None):
        raise WrongUsage(
            "--number and --reason go together: senim purge --number 12 --reason 'request No. 45'; "
            "without both, everything is destroyed whose time of keeping is over"
        )
    config = one_school(asked)
    with open_journal(config) as journal:
        return _one(asked, config, journal) if asked.number else _all_due(asked, config, journal)


def _all_due(asked: argparse.Namespace, config: Config, journal: Journal) -> int:
    at = asked.now or now()
    found = due_now(config, journal, at)
    count = sum(len(one.numbers) for one in found)
    if count and not asked.now and not clock_trusted(config, journal, at):
        complain(
            f"the clock says {local_day(config.school, at)}, and no letter came or left for two months: "
            "nothing was destroyed; if the clock is right, say so: senim purge --now TIME"
        )
        return 1
    if asked.dry_run:
        _tell(asked, found, "would be destroyed")
        return 0
    destroy_due(config, journal, found, at)
    _tell(asked, found, "destroyed")
    return _swept(journal)


def _tell(asked: argparse.Namespace, found: Sequence[Due], what: str) -> None:
    if asked.json:
        rules = [{"rule": one.rule, "days": one.kept.days, "numbers": one.numbers} for one in found]
        print_json({"dry_run": asked.dry_run, "destroyed": rules})
        return
    for one in found:
        if one.numbers:
            say(f"{what}: the content of {numbers(one.numbers)} ({one.rule}: {one.kept.days} days)")
    if not any(one.numbers for one in found):
        say("no appeal's time of keeping is over")


def _swept(journal: Journal) -> int:
    try:
        finish(journal)
    except StillInUse as fault:
        complain(str(fault))
        return 1
    return 0


def _one(asked: argparse.Namespace, config: Config, journal: Journal) -> int:
    entry = journal.entry(asked.number)
    reason = _clean(asked.reason, entry)
    on = local_day(config.school, asked.now or now())
    done = entry.purged_on is not None
    if not done and not asked.dry_run:
        purge(journal, entry.number, on=on, reason=reason, told=Told(numbers_in))
    copies = None if asked.dry_run else _copies(entry, config, journal)
    elsewhere = [] if done else list(_elsewhere(entry, config, journal, on, copies))
    if asked.json:
        destroyed = [] if done else [{"rule": "request", "days": None, "numbers": [entry.number]}]
        count = copies.gone.count if copies else None
        print_json(
            {"dry_run": asked.dry_run, "destroyed": destroyed, "copies": count, "elsewhere": elsewhere}
        )
    else:
        say(_done(entry, dry_run=asked.dry_run), *_of_copies(copies), *elsewhere)
    if asked.dry_run:
        return 0
    return max(_swept(journal), int(copies is None))


def _done(entry: Entry, *, dry_run: bool) -> str:
    if entry.purged_on is not None:
        return f"the content of № {entry.number} was destroyed on {entry.purged_on} already"
    would = "would be destroyed" if dry_run else "destroyed"
    return f"{would}: the content of № {entry.number}; its line of the register stays"


def _copies(entry: Entry, config: Config, journal: Journal) -> Copies | None:
    """What the mailbox had of it is destroyed there. None where it could not be reached; that is said."""
    try:
        with working("looking for copies in the mailbox"):
            return destroy_copies(config, journal, entry)
    except (ServerFault, ReaderUnavailable) as fault:
        complain(str(fault))
        complain("copies in the mailbox were not looked for, or not all: run the same command once more")
        return None


def _of_copies(copies: Copies | None) -> Iterator[str]:
    if copies is None:
        return
    gone = copies.gone
    yield f"destroyed in the mailbox: {gone.count} letters that quote it, tell of it, or are its own"
    if gone.count and not gone.lasting:
        yield "this mail server only marks them as deleted: have a mail program compact its folders"
    for number in copies.held:
        yield f"the held message {number} tells of it too: see it, then `senim held discard {number}`"
    if not gone.sent:
        yield "where the provider keeps what is sent, name that folder: mailbox.folders.sent in config.yaml"


def _elsewhere(
    entry: Entry, config: Config, journal: Journal, on: date, copies: Copies | None
) -> Iterator[str]:
    """Where the same words may still be, and Senim cannot reach or tell them."""
    if same := same_words(journal, entry):
        yield f"the same words stand in {numbers(same)}: destroy them too, if they are meant"
    if any(one.size for one in journal.held(waiting_only=False) if one.state is not HeldState.WAITING):
        yield "a held letter that was settled, perhaps its own, is still in the mailbox: run `senim pull`"
    yield "the letters that told of it are in the readers' mailboxes still: ask them to delete these"
    folder = config.folders.journaled
    if copies is None:
        quoted = on + timedelta(days=config.after.keep_days + 1)
        yield (
            f"replies of staff may quote it, and copies of our letters tell of it, in the mailbox, in "
            f"«{folder}» and among what was sent, until {quoted}"
        )
    gone = entry.term.received_on + timedelta(days=config.after.keep_days + 1)
    kept = not entry.anonymous and config.after.signed is not Filing.EXPUNGED and gone >= on
    if kept and not (copies and copies.its_own):
        yield f"its own letter may lie in the mailbox, in «{folder}», until {gone}: delete it there"
    until = on + timedelta(days=config.settings.backup.keep_days)
    yield f"backups made before today hold it until they are thrown away: {until} at the latest"


def _clean(reason: str, entry: Entry) -> str:
    """A few words for the history, which keeps them for ever: no name may be in them."""
    line = " ".join("".join(one if one.isprintable() else " " for one in reason).split())
    line = unicodedata.normalize("NFC", line)
    if not line or len(line) > LONGEST_REASON:
        raise WrongUsage(
            f"--reason: write a few words, {LONGEST_REASON} signs at most, like 'request No. 45, 24.11.2026'"
        )
    if any(part in line.casefold() for part in _personal(entry)):
        raise WrongUsage(
            "--reason names the applicant, and the history would keep it for ever: write the number and the "
            "day of the request instead"
        )
    return line


def _personal(entry: Entry) -> set[str]:
    who = entry.applicant
    said = [who.surname, who.given_name, who.patronymic, who.address, who.email] if who else []
    parts = {part for one in said for part in re.split(r"[\s,;.@]+", one.casefold()) if len(part) > 2}
    digits = "".join(re.findall(r"\d", entry.phone))
    return {part for part in parts if not part.isdigit()} | ({digits} if len(digits) > 5 else set())
