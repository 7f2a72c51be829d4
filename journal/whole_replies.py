"""Replies as they came, whole and sealed, for as long as somebody may say that they were misunderstood."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, false, func, insert, or_, select

from journal.book import Journal
from journal.model import Role
from journal.store import Writing
from journal.tables import kept_replies, letters

_OF_A_REPLY = 32  # characters of a reply's fingerprint, for which its confirmation and its question are owed


class NoSuchReply(LookupError):
    """No reply is kept under that number: its time is over, or there never was one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReply:
    """A reply that is kept. `role` is its writer's; the two letters' bytes are there where one was opened."""

    id: int
    letter: int
    role: Role
    until: date
    raw: bytes = b""
    answers: bytes | None = None  # the letter that it answers, as it was sent


def keep(journal: Journal, letter_id: int, fingerprint: str, raw: bytes, *, until: date) -> None:
    """Keep a reply to one of our letters up to that day. `fingerprint`: as `Journal.count_reply` has it."""
    store = journal.store
    with store.writing() as writing:
        number = (writing.connection.execute(select(func.max(kept_replies.c.id))).scalar() or 0) + 1
        sealed = store.keys.seal(raw, place=store.place("kept_replies", "raw", number))
        row = {"id": number, "letter": letter_id, "fingerprint": fingerprint, "until": until, "raw": sealed}
        writing.connection.execute(insert(kept_replies).values(row))


def listed(journal: Journal) -> list[KeptReply]:
    """Those that are kept, the newest first, without their words."""
    columns = (kept_replies.c.id, kept_replies.c.letter, kept_replies.c.until, letters.c.role)
    query = select(*columns).join(letters, letters.c.id == kept_replies.c.letter)
    with journal.store.reading() as connection:
        rows = connection.execute(query.order_by(kept_replies.c.id.desc())).all()
    return [KeptReply(id=row.id, letter=row.letter, role=Role(row.role), until=row.until) for row in rows]


def opened(journal: Journal, reply_id: int) -> KeptReply:
    """One with its words. Raises NoSuchReply."""
    store = journal.store
    query = (
        select(kept_replies, letters.c.role, letters.c.snapshot)
        .join(letters, letters.c.id == kept_replies.c.letter)
        .where(kept_replies.c.id == reply_id)
    )
    with store.reading() as connection:
        row = connection.execute(query).first()
    if row is None:
        raise NoSuchReply(f"no reply {reply_id} is kept: see `senim replies list`")
    sent = None
    if row.snapshot is not None:
        sent = store.keys.open(row.snapshot, place=store.place("letters", "snapshot", row.letter))
    return KeptReply(
        id=row.id,
        letter=row.letter,
        role=Role(row.role),
        until=row.until,
        raw=store.keys.open(row.raw, place=store.place("kept_replies", "raw", row.id)),
        answers=sent,
    )


def forget(journal: Journal, today: date) -> int:
    """Destroy those whose time is over. Returns how many."""
    with journal.store.writing() as writing:
        over = delete(kept_replies).where(kept_replies.c.until < today)
        return writing.connection.execute(over).rowcount


def forget_with(writing: Writing, letter_id: int, period: str) -> None:
    """Destroy the replies to a letter: they quote what is being destroyed. And the one that it tells of.

    A confirmation is owed for the fingerprint of its reply, which may have answered another day's letter.
    """
    begins = period[:_OF_A_REPLY]
    told_of = kept_replies.c.fingerprint.startswith(begins, autoescape=True)
    over = or_(kept_replies.c.letter == letter_id, told_of if len(begins) == _OF_A_REPLY else false())
    writing.connection.execute(delete(kept_replies).where(over))
