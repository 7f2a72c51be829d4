"""Lists the letters that are owed, were sent, or failed: to which role, never what they say."""

import argparse

from intake.verbs.opening import one_school, open_journal
from intake.verbs.output import print_json, print_table
from journal.letters import listed


def listing(asked: argparse.Namespace) -> int:
    """All letters, the newest first."""
    config = one_school(asked)
    zone = config.school.time_zone
    with open_journal(config) as journal:
        letters = listed(journal)
    rows = [
        {
            "id": one.id,
            "kind": one.kind,
            "to": one.reader.role,
            "for": one.period,
            "state": one.state,
            "due": one.due_at.astimezone(zone),
            "sent": one.sent_on,
            "attempts": one.attempts,
            "next_attempt": one.next_attempt_at.astimezone(zone) if one.next_attempt_at else None,
            "error": one.error,
        }
        for one in letters
    ]
    if asked.json:
        print_json(rows)
    else:
        heads = ("id", "kind", "to", "for", "state", "due", "sent", "attempts", "next attempt", "error")
        print_table(
            heads,
            [tuple(row.values()) for row in rows],
            empty="no letter was owed yet",
            fold=("kind", "to", "error"),
        )
    return 0
