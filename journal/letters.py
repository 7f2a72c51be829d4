"""Which letter is owed to whom, who is sending it just now, and what was sent.

A letter is owed first and sent later. Claiming it takes a lease for some minutes; the attempt's number tells
a worker that slept through its lease from the one that took over.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Select, Update, func, insert, or_, select, update

from journal import history
from journal.book import Journal
from journal.hours import midnight, settled, without_hour
from journal.links import forget_links, link_with
from journal.model import Letter, LetterKind, LetterState, Reader, Role
from journal.store import Writing
from journal.tables import letters

TOKEN_DAYS = 30
ASKED_DAYS = 7  # a question that nobody answered for a week is no way in any more
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
FAR = timedelta(days=7)  # the last in line is told of an urgent appeal long before
CODE = 64  # characters of a period and of an error's class, as wide as their columns


class LeaseLost(Exception):
    """Another worker has taken over this letter: leave it alone."""


def owe(
    journal: Journal,
    *,
    kind: LetterKind,
    reader: Reader,
    period: str,
    due_at: datetime,
    data: Mapping[str, object] | None = None,
) -> bool:
    """Owe a letter, once for its kind, reader and period. False if it was owed before."""
    if len(period) > CODE:
        raise ValueError(f"a letter's period is a day, a number or a fingerprint: {CODE} characters at most")
    store = journal.store
    mark = mark_of(journal, reader)
    same = (letters.c.kind == kind.value) & (letters.c.reader == mark) & (letters.c.period == period)
    owed = select(letters.c.id).where(same)
    with store.reading() as connection:  # a daily letter mostly is, and asking need not stop a writer
        if connection.execute(owed).first() is not None:
            return False
    with store.writing() as writing:
        run = writing.connection.execute
        if run(owed).first() is not None:  # asked again, with the writers shut out
            return False
        number = (run(select(func.max(letters.c.id))).scalar() or 0) + 1
        written = json.dumps(dict(data or {}), ensure_ascii=False)
        run(
            insert(letters).values(
                id=number,
                kind=kind.value,
                reader=mark,
                role=reader.role.value,
                period=period,
                state=LetterState.OWED.value,
                due_at=due_at,
                attempts=0,
                error="",
                address=store.keys.seal_text(reader.address, place=store.place("letters", "address", number)),
                data=store.keys.seal_text(written, place=store.place("letters", "data", number)),
            )
        )
        return True


def claim(
    journal: Journal,
    now: datetime,
    *,
    kinds: Collection[LetterKind] = tuple(LetterKind),
    lease: timedelta = timedelta(minutes=10),
) -> Letter | None:
    """Take the letter that is due longest, for as long as the lease. None when nothing is due."""
    of_a_fast_clock = (letters.c.kind == LetterKind.URGENT.value) & (letters.c.due_at > now + FAR)
    due = (
        select(letters)
        .where(
            letters.c.kind.in_([kind.value for kind in kinds]),
            letters.c.state == LetterState.OWED.value,
            or_(letters.c.due_at <= now, of_a_fast_clock),
            _over(letters.c.next_attempt_at, now, BACKOFF[-1]),
            _over(letters.c.lease_until, now, lease),
        )
        .order_by(letters.c.due_at, letters.c.id)
        .limit(1)
    )
    with journal.store.reading() as connection:  # mostly nothing is due, and asking need not stop a writer
        if connection.execute(due).first() is None:
            return None
    with journal.store.writing() as writing:
        row = writing.connection.execute(due).first()  # asked again, with the writers shut out
        if row is None:
            return None
        taken = {"attempts": row.attempts + 1, "lease_until": now + lease}
        writing.connection.execute(update(letters).where(letters.c.id == row.id).values(taken))
        claimed = writing.connection.execute(select(letters).where(letters.c.id == row.id)).one()
    return read_letter(journal, claimed, claimed.snapshot)


def _over(until: Column[datetime], now: datetime, longest: timedelta) -> ColumnElement[bool]:
    """Whether a pause is over; also one that is longer than any: a clock that ran ahead has written it."""
    return or_(until.is_(None), until <= now, until > now + longest)


def freeze(
    journal: Journal,
    letter: Letter,
    *,
    raw: bytes,
    token: str,
    covers_to: int,
    now: datetime,
    days: int = TOKEN_DAYS,
    covers_event: int | None = None,
) -> None:
    """Keep a letter as it was rendered, before it is submitted. Raises LeaseLost."""
    store = journal.store
    values = {
        "snapshot": store.keys.seal(raw, place=store.place("letters", "snapshot", letter.id)),
        "token": journal.fingerprint("token", token),
        "token_until": midnight(now) + timedelta(days=_lives(letter, days) + 1),
        "covers_to": covers_to,
        "covers_event": covers_event,
    }
    with store.writing() as writing:
        # By the snapshot, not the token: a letter that told of what was destroyed is written anew.
        unfrozen = _held_by(letter).where(letters.c.snapshot.is_(None))
        if writing.connection.execute(unfrozen.values(values)).rowcount != 1:
            raise LeaseLost("Another worker has this letter: it will be sent by that one.")


def settle(journal: Journal, letter: Letter, now: datetime) -> None:
    """The server accepted it. True whoever submitted it, so no lease is asked for."""
    with journal.store.writing() as writing:
        owed = update(letters).where(letters.c.id == letter.id, letters.c.state == LetterState.OWED.value)
        values = {
            "state": LetterState.SENT.value,
            "sent_on": now.date(),
            "error": "",
            **settled(letter, now),
            **without_hour(journal, writing, letter),
        }
        if writing.connection.execute(owed.values(values)).rowcount == 1:
            _note(writing, LetterState.SENT.value, letter, now)


def postpone(journal: Journal, letter: Letter, now: datetime, error: str) -> datetime:
    """Try again later: after 1, 5, 15, 60 minutes, and then each hour; what is urgent each 5 minutes."""
    pauses = BACKOFF[:2] if letter.kind is LetterKind.URGENT else BACKOFF
    again = now + pauses[min(max(letter.attempts, 1), len(pauses)) - 1]
    with journal.store.writing() as writing:
        values = {"next_attempt_at": again, "lease_until": None, "error": error[:CODE]}
        writing.connection.execute(_held_by(letter).values(values))
    return again


def fail(journal: Journal, letter: Letter, now: datetime, error: str) -> None:
    """The server refused it for good."""
    with journal.store.writing() as writing:
        values = {
            "state": LetterState.FAILED.value,
            "error": error[:CODE],
            **settled(letter, now),
            **without_hour(journal, writing, letter),
        }
        if writing.connection.execute(_held_by(letter).values(values)).rowcount == 1:
            _note(writing, "failed", letter, now)


def covered(journal: Journal, reader: Reader) -> int | None:
    """The last number of which a DAILY letter told this reader; None if there never was one."""
    query = _of(journal, reader, func.max(letters.c.covers_to)).where(
        letters.c.state != LetterState.FAILED.value
    )
    with journal.store.reading() as connection:
        return connection.execute(query).scalar()


def last_daily(journal: Journal, reader: Reader, before: str = "9999") -> str | None:
    """The newest day, before that one, for which this reader was owed a DAILY letter."""
    newest = _of(journal, reader, func.max(letters.c.period)).where(letters.c.period < before)
    with journal.store.reading() as connection:
        return connection.execute(newest).scalar()


def by_token(journal: Journal, token: str, now: datetime) -> Letter | None:
    """The letter with this token, its own or a link's, with its snapshot; None if unknown or expired."""
    mark = journal.fingerprint("token", token)
    with journal.store.reading() as connection:
        linked, about = link_with(connection, mark) or (None, None)
        its = letters.c.token == mark if linked is None else letters.c.id == linked
        row = connection.execute(select(letters).where(its, letters.c.token_until > now)).first()
    return None if row is None else replace(read_letter(journal, row, row.snapshot), about=about)


def revoke(journal: Journal, letter_id: int, now: datetime) -> None:
    """Let the token of a letter end now: somebody has it who should not."""
    with journal.store.writing() as writing:
        living = update(letters).where(letters.c.id == letter_id, letters.c.token_until > now)
        writing.connection.execute(living.values(token_until=midnight(now)))


def listed(journal: Journal) -> list[Letter]:
    """All letters, newest first, without their snapshots."""
    columns = [column for column in letters.c if column.name != "snapshot"]
    query = select(*columns).order_by(letters.c.due_at.desc(), letters.c.id.desc())
    with journal.store.reading() as connection:
        rows = connection.execute(query).all()
    return [read_letter(journal, row, None) for row in rows]


def prune(journal: Journal, now: datetime) -> int:
    """Forget what was in a letter once no reply to it is taken any more. Returns how many were forgotten.

    What is left of them in the database's files goes when an appeal that they told of is destroyed.
    """
    unwritten = letters.c.token_until.is_(None) & (letters.c.due_at <= now - timedelta(days=TOKEN_DAYS))
    over = ((letters.c.token_until <= now) | unwritten) & (letters.c.state != LetterState.OWED.value)
    still_there = letters.c.snapshot.is_not(None) | letters.c.data.is_not(None)
    with journal.store.writing() as writing:
        forget_links(writing, over)
        forget = update(letters).where(over, still_there).values(snapshot=None, data=None)
        return writing.connection.execute(forget).rowcount


def _held_by(letter: Letter) -> Update:
    """Only while this attempt is the newest one."""
    return update(letters).where(
        letters.c.id == letter.id,
        letters.c.state == LetterState.OWED.value,
        letters.c.attempts == letter.attempts,
    )


def _note(writing: Writing, kind: str, letter: Letter, now: datetime) -> None:
    detail = {"letter": letter.id, "kind": letter.kind.value, "period": letter.period}
    history.append(writing, kind, on=now.date(), role=letter.reader.role, detail=detail)


def _lives(letter: Letter, days: int) -> int:
    return ASKED_DAYS if letter.kind is LetterKind.CONFIRM else days


def mark_of(journal: Journal, reader: Reader) -> str:
    """How a reader is named in the table: a keyed fingerprint of the address."""
    return journal.fingerprint("reader", reader.address.strip().lower())


def _of(journal: Journal, reader: Reader, what: Any) -> Select[Any]:
    return select(what).where(
        letters.c.kind == LetterKind.DAILY.value, letters.c.reader == mark_of(journal, reader)
    )


def read_letter(journal: Journal, row: Row[Any], sealed: bytes | None) -> Letter:
    """A letter from its row, with its snapshot if that is given."""
    store = journal.store

    def opened(column: str, envelope: bytes) -> bytes:
        return store.keys.open(envelope, place=store.place("letters", column, row.id))

    return Letter(
        id=row.id,
        kind=LetterKind(row.kind),
        reader=Reader(address=opened("address", row.address).decode(), role=Role(row.role)),
        period=row.period,
        state=LetterState(row.state),
        due_at=row.due_at,
        attempts=row.attempts,
        data={} if row.data is None else json.loads(opened("data", row.data)),
        next_attempt_at=row.next_attempt_at,
        sent_on=row.sent_on,
        covers_to=row.covers_to or 0,
        snapshot=None if sealed is None else opened("snapshot", sealed),
        error=row.error,
    )
