"""The messages that were put aside: look at one, let it in as an appeal, or decide that it is nothing."""

import argparse

from intake.config import Config
from intake.verbs.opening import now, one_school, open_journal, today
from intake.verbs.output import print_json, print_table, say
from journal.model import Held, HeldState

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
    with open_journal(config) as journal:
        one = journal.held_message(asked.id)
        journal.note("opened", on=today(config), detail={"held": one.id})
    subject, text, files = _preview(one)
    why = REASONS.get(one.reason, UNREADABLE)
    if asked.json:
        print_json({**_facts(one), "why": why, "subject": subject, "text": text, "files": files})
        return 0
    say(f"held {one.id} · {one.state}", f"on      {one.on}", f"reason  {one.reason}: {why}")
    say(
        f"size    {one.size} bytes",
        f"files   {files or 'none'}",
        "",
        *([subject, ""] if subject else []),
        text,
    )
    if one.state is HeldState.WAITING:
        say("", f"to let it in as an appeal: senim held release {one.id}")
        say(f"if it is nothing: senim held discard {one.id}")
    return 0


def _preview(one: Held) -> tuple[str, str, int]:
    """Subject, text, number of files; only what reading safely gives."""
    from intake.appeal import anonymous_text
    from intake.message import Unreadable
    from intake.reader import Reader

    if one.raw is None:
        return "", "(its bytes are not kept here)", 0
    try:
        with Reader() as reader:
            message = reader.read(one.raw)
    except Unreadable:
        return "", "(it cannot be read safely; look at it in the mailbox, folder for held mail)", 0
    text = anonymous_text(message.text)  # no signature, no quoted letters: they may name a child
    return message.subject, text if len(text) <= PREVIEW else f"{text[:PREVIEW]} …", len(message.attachments)


def release(asked: argparse.Namespace) -> int:
    """Let one in as an appeal; the worker then takes it out of the mailbox's folder."""
    from intake.desk import Desk
    from intake.reader import Reader
    from intake.release import release as let_in

    config = one_school(asked)
    with open_journal(config) as journal, Reader() as reader:
        desk = Desk(
            journal=journal, school=config.school, now=now(), reader=reader, labels=config.form.labels
        )
        number = let_in(asked.id, desk)
    say(f"held {asked.id} is now № {number} of the Journal")
    return 0


def discard(asked: argparse.Namespace) -> int:
    """Decide that one is nothing; the worker then destroys it in the mailbox."""
    config: Config = one_school(asked)
    with open_journal(config) as journal:
        journal.settle_held(asked.id, HeldState.DISCARDED, on=today(config), reason=asked.reason)
    say(f"held {asked.id} is discarded; the next pull removes it from the mailbox")
    return 0
