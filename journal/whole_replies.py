"""Replies as they came, whole and sealed, for as long as somebody may say that they were misunderstood."""

from datetime import date

from sqlalchemy import delete, func, insert, select

from journal.book import Journal
from journal.tables import kept_replies


def keep(journal: Journal, letter_id: int, fingerprint: str, raw: bytes, *, until: date) -> None:
    """Keep a reply to one of our letters up to that day. `fingerprint`: as `Journal.count_reply` has it."""
    store = journal.store
    with store.writing() as writing:
        number = (writing.connection.execute(select(func.max(kept_replies.c.id))).scalar() or 0) + 1
        sealed = store.keys.seal(raw, place=store.place("kept_replies", "raw", number))
        row = {"id": number, "letter": letter_id, "fingerprint": fingerprint, "until": until, "raw": sealed}
        writing.connection.execute(insert(kept_replies).values(row))


def forget(journal: Journal, today: date) -> int:
    """Destroy those whose time is over. Returns how many."""
    with journal.store.writing() as writing:
        over = delete(kept_replies).where(kept_replies.c.until < today)
        return writing.connection.execute(over).rowcount
