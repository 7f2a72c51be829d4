"""Replies of staff as they came, for as long as somebody may say that they were misunderstood."""

import argparse

from intake.verbs.held import open_desk
from intake.verbs.opening import one_school, open_journal, today
from intake.verbs.output import print_json, print_table, say
from intake.verbs.person import person
from journal import whole_replies
from journal.openings import note_opened


def listing(asked: argparse.Namespace) -> int:
    """All that are kept, the newest first; never what they say."""
    with open_journal(one_school(asked)) as journal:
        found = whole_replies.listed(journal)
    if asked.json:
        print_json(
            [{"id": one.id, "letter": one.letter, "by": one.role, "until": one.until} for one in found]
        )
        return 0
    rows = [(one.id, one.letter, one.role, one.until) for one in found]
    print_table(("id", "answers letter", "by", "kept until"), rows, empty="no reply is kept", fold=("by",))
    return 0


def show(asked: argparse.Namespace) -> int:
    """One whole: it quotes our letter, so all the appeals that this told of count as opened."""
    from intake.message import Unreadable
    from intake.purge import numbers_in

    config = one_school(asked)
    with open_desk(config) as desk:
        kept = whole_replies.opened(desk.journal, asked.id)
        numbers = numbers_in(kept.answers) if kept.answers else ()
        note_opened(desk.journal, "reply", by=person(), on=today(config), numbers=numbers)
        try:
            message = desk.reader.read(kept.raw)
            text = message.text or message.html
        except Unreadable:
            text = "(it cannot be read safely)"
    say(
        f"reply {kept.id} · {kept.role}",
        f"answers letter {kept.letter}",
        f"kept until {kept.until}",
        "",
        text,
    )
    return 0
