"""The messages that were put aside: look at one, let it in as an appeal or as a reply, or drop it."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from intake.config import Config
from intake.verbs.opening import now, one_school, open_journal, today
from intake.verbs.output import print_json, print_table, say
from intake.verbs.person import person
from journal.model import Held, HeldState
from journal.openings import note_held_opened
from reports.school import StaffMember

if TYPE_CHECKING:
    from intake.desk import Desk

# The codes that stand in the Journal, in words. A code that is not here says enough itself.
REASONS = {
    "too-large": "larger than 30 MB, so it was not fetched; look at it in the mailbox",
    "spam-marked": "marked as spam by the mail server",
    "list-or-bulk": "from a mailing list, or marked as bulk mail",
    "no-sender": "without a sender, as machines write",
    "empty": "nothing is written in it",
    "no-valid-token": "from a staff address, but not an answer to a recent letter of ours",
    "other-sender": "an answer to a letter of ours, from an address that did not get it",
    "repeated-from": "an answer to a letter of ours whose sender stands there more than once",
    "no-from": "an answer to a letter of ours that does not say from whom it is",
    "odd-from": "an answer to a letter of ours whose sender is not one plain address",
    "foreign-sender-field": "an answer to a letter of ours that someone else sent on behalf of its sender",
    "reader-died": "reading it broke off twice; look at it in the mailbox",
    "reader-too-slow": "reading it would take too long; look at it in the mailbox",
    "reader-too-large": "reading it would take too much memory; look at it in the mailbox",
    "unconfirmed-too-many": "an answer to a letter of ours without proof, one too many on that day",
    "junk": "new in the folder for spam, where letters of site forms often land",
    "reader-left": "an answer to a letter of ours, to somebody who is no longer in `staff`",
}
UNREADABLE = "its form is broken or hostile, so it was not read; look at it in the mailbox"
PREVIEW = 2_000  # characters


def listing(asked: argparse.Namespace) -> int:
    """Those that wait; with --all those already settled too."""
    with open_journal(one_school(asked)) as journal:
        found = journal.held(waiting_only=not asked.all)
    if asked.json:
        print_json([_facts(one) for one in found])
        return 0
    rows = [(one.id, one.on, one.reason, _size(one.size), one.state) for one in found]
    print_table(("id", "on", "reason", "size", "state"), rows, empty="nothing is held")
    return 0


def _facts(one: Held) -> dict[str, object]:
    return {"id": one.id, "on": one.on, "reason": one.reason, "size": one.size, "state": one.state}


def _size(count: int) -> str:
    return f"{count} B" if count < 10_000 else f"{count // 1000} kB"


def show(asked: argparse.Namespace) -> int:
    """Why, when, how large, and its words. No sender: it may be an anonymous child's letter."""
    config = one_school(asked)
    with open_desk(config) as desk:
        one = desk.journal.held_message(asked.id)
        note_held_opened(desk.journal, one.id, by=person(), on=today(config))
        subject, text, files, reader = _preview(one, desk)
    why = REASONS.get(one.reason, UNREADABLE)
    if asked.json:
        shown = {**_facts(one), "why": why, "subject": subject, "text": text, "files": files}
        print_json({**shown, "answers_letter_to": reader and reader.name})
        return 0
    say(f"held {one.id} · {one.state}", f"on      {one.on}", f"reason  {one.reason}: {why}")
    say(
        f"size    {one.size} bytes",
        f"files   {files or 'none'}",
        *([f"answers a letter of ours to {reader.name} ({reader.role})"] if reader else []),
        "",
        *([subject, ""] if subject else []),
        text,
    )
    if one.state is HeldState.WAITING:
        say("")
        if reader:
            say(f"if {reader.name} tells you that this is true: senim held release {one.id} --as reply")
        say(f"to let it in as an appeal: senim held release {one.id}")
        say(f"if it is nothing: senim held discard {one.id}")
    return 0


def _preview(one: Held, desk: "Desk") -> tuple[str, str, int, StaffMember | None]:
    """Subject, text, number of files, and whose letter it answers; only what reading safely gives."""
    from intake.appeal import anonymous_text
    from intake.message import Unreadable
    from intake.release import reader_named

    if one.raw is None:
        return "", "(its bytes are not kept here)", 0, None
    try:
        message = desk.reader.read(one.raw)
        reader = reader_named(message, one.raw, desk)
    except Unreadable:
        return "", "(it cannot be read safely; look at it in the mailbox, folder for held mail)", 0, None
    text = anonymous_text(message.text)  # no signature, no quoted letters: they may name a child
    shown = text if len(text) <= PREVIEW else f"{text[:PREVIEW]} …"
    return message.subject, shown, len(message.attachments), reader


def release(asked: argparse.Namespace) -> int:
    """Let one in as an appeal or as a reply; the worker then takes it out of the mailbox's folder."""
    from intake.release import release as let_in
    from intake.release import release_as_reply

    with open_desk(one_school(asked)) as desk:
        if asked.as_what == "reply":
            member = release_as_reply(asked.id, desk, by=person())
            say(f"held {asked.id} is recorded as a reply of {member.name}; a letter says what was recorded")
        else:
            say(f"held {asked.id} is now № {let_in(asked.id, desk, by=person())} of the Journal")
    return 0


@contextmanager
def open_desk(config: Config) -> Iterator["Desk"]:
    """The desk at which a held message or a reply is looked at."""
    from intake.desk import to_desk
    from intake.reader import Reader

    with open_journal(config) as journal, Reader() as reader:
        yield to_desk(config, journal, now(), reader)


def discard(asked: argparse.Namespace) -> int:
    """Decide that one is nothing; the worker then destroys it in the mailbox."""
    config = one_school(asked)
    with open_journal(config) as journal:
        journal.settle_held(asked.id, HeldState.DISCARDED, on=today(config), reason=asked.reason, by=person())
    say(f"held {asked.id} is discarded; the next pull removes it from the mailbox")
    return 0
