"""No hour stays of a letter that nobody waits for any more: it would tell when an appeal came."""

import re
from datetime import datetime

from sqlalchemy import select

from journal.book import Journal
from journal.model import Letter, LetterKind
from journal.store import Writing
from journal.tables import letters

_AT_ONCE = frozenset({LetterKind.URGENT, LetterKind.TEXT, LetterKind.NOTICE})
_DATE = re.compile(rb"(?im)^date:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*\r\n")


def settled(letter: Letter, now: datetime) -> dict[str, datetime | None]:
    """No hour stays of a letter that nobody waits for any more, save that of the daily one, which is known.

    An event of the history stands between two others: their hours would tell when an appeal was recorded.
    """
    due_at = letter.due_at
    if letter.kind is not LetterKind.DAILY:
        due_at = midnight(due_at.astimezone(now.tzinfo))
    return {"due_at": due_at, "next_attempt_at": None, "lease_until": None}


def without_hour(journal: Journal, writing: Writing, letter: Letter) -> dict[str, bytes]:
    """What left because an appeal had just come, kept without its Date: that would tell the hour of it."""
    if letter.kind not in _AT_ONCE:
        return {}
    store, place = journal.store, journal.store.place("letters", "snapshot", letter.id)
    sealed = writing.connection.execute(select(letters.c.snapshot).where(letters.c.id == letter.id)).scalar()
    if sealed is None:
        return {}
    head, end, body = store.keys.open(sealed, place=place).partition(b"\r\n\r\n")
    return {"snapshot": store.keys.seal(_DATE.sub(b"", head) + end + body, place=place)}


def midnight(moment: datetime) -> datetime:
    """With which that day began, in the zone of the moment."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
