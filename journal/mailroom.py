"""What became of each incoming message: where it is to be filed, and what is held for a person to look at."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from journal import history
from journal.model import Disposition, Filing, Held, HeldState, Origin
from journal.store import Store, Writing
from journal.tables import held, letters, messages, replies

_STEP = 500  # UIDs asked for at a time
_CODE = 64  # characters of a reason, as wide as its column
_NOTE = insert(messages)  # made once: SQLAlchemy then finds it again among what it has compiled


class AlreadyReceived(Exception):
    """A message that stood at this place was dealt with before."""


class NoSuchHeld(Exception):
    """No held message has this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no held message {number}: see them with `senim held list`.")


class AlreadySettled(Exception):
    """A person has already decided otherwise about this held message."""


def received(store: Store, mailbox: str, uidvalidity: int, uids: Sequence[int]) -> dict[int, Filing]:
    """Those of the UIDs that were dealt with before, and where each is to be filed."""
    found: dict[int, Filing] = {}
    with store.reading() as connection:
        for start in range(0, len(uids), _STEP):
            rows = connection.execute(
                select(messages.c.uid, messages.c.filing).where(
                    messages.c.mailbox == mailbox,
                    messages.c.uidvalidity == uidvalidity,
                    messages.c.uid.in_(uids[start : start + _STEP]),
                )
            )
            found.update((row.uid, Filing(row.filing)) for row in rows)
    return found


def receive(
    store: Store,
    origin: Origin,
    disposition: Disposition,
    *,
    filing: Filing,
    reason: str,
    number: int | None,
    on: date,
) -> None:
    """Note what became of a message, once. Raises AlreadyReceived, at the latest when all is committed."""
    row = {
        "mailbox": origin.mailbox,
        "uidvalidity": origin.uidvalidity,
        "uid": origin.uid,
        "disposition": disposition.value,
        "filing": filing.value,
        "reason": reason[:_CODE],
        "day": on,
        # The mail server's log knows the sender of each UID: an anonymous entry is not tied to one.
        "number": None if filing is Filing.EXPUNGED else number,
    }
    taken = AlreadyReceived(f"UID {origin.uid} was dealt with before: file it again, and nothing more.")
    with store.writing() as writing:
        writing.add(_NOTE, row, taken=taken)


def counts(store: Store, since: date) -> dict[tuple[Disposition, str], int]:
    """How many messages came since that day, by what became of them and why."""
    what = (messages.c.disposition, messages.c.reason)
    query = select(*what, func.count()).where(messages.c.day >= since).group_by(*what).order_by(*what)
    with store.reading() as connection:
        rows = connection.execute(query).all()
    return {(Disposition(disposition), reason): count for disposition, reason, count in rows}


def hold(store: Store, origin: Origin, *, reason: str, raw: bytes | None, size: int, on: date) -> int:
    """Put a message aside, sealed as it came; once, also when the server gave it another place meanwhile."""
    with store.writing() as writing:
        before = None if raw is None else _held_before(store, writing, origin, raw, size)
        if before is not None:
            place = {"mailbox": origin.mailbox, "uidvalidity": origin.uidvalidity, "uid": origin.uid}
            writing.connection.execute(update(held).where(held.c.id == before).values(place))
            return before
        highest = writing.connection.execute(select(func.max(held.c.id))).scalar()
        number = (highest or 0) + 1
        sealed = None if raw is None else store.keys.seal(raw, place=store.place("held", "raw", number))
        writing.connection.execute(
            insert(held).values(
                id=number,
                mailbox=origin.mailbox,
                uidvalidity=origin.uidvalidity,
                uid=origin.uid,
                reason=reason[:_CODE],
                day=on,
                size=size,
                state=HeldState.WAITING.value,
                removed=False,
                raw=sealed,
            )
        )
        history.append(writing, "held", on=on, detail={"held": number, "reason": reason[:_CODE]})
        return number


def _held_before(store: Store, writing: Writing, origin: Origin, raw: bytes, size: int) -> int | None:
    """The same bytes, held when the folder still had another UIDVALIDITY (RFC 9051 §2.3.1.1)."""
    elsewhere = (held.c.mailbox != origin.mailbox) | (held.c.uidvalidity != origin.uidvalidity)
    alike = select(held.c.id, held.c.raw).where(held.c.size == size, held.c.raw.is_not(None), elsewhere)
    for row in writing.connection.execute(alike).all():
        if store.keys.open(row.raw, place=store.place("held", "raw", row.id)) == raw:
            return int(row.id)
    return None


_LISTED = [column for column in held.c if column.name != "raw"]


def list_held(store: Store, *, waiting_only: bool) -> list[Held]:
    """Without their bytes, oldest first."""
    query = select(*_LISTED).order_by(held.c.id)
    if waiting_only:
        query = query.where(held.c.state == HeldState.WAITING.value)
    with store.reading() as connection:
        return [_held(store, row, None) for row in connection.execute(query)]


def read_held(store: Store, number: int) -> Held:
    with store.reading() as connection:
        row = connection.execute(select(held).where(held.c.id == number)).first()
    if row is None:
        raise NoSuchHeld(number)
    return _held(store, row, row.raw)


def settle_held(
    store: Store,
    number: int,
    state: HeldState,
    *,
    on: date,
    reason: str,
    by: str = "",
    entry: int | None = None,
) -> None:
    """Write down what a person decided, and who. The same decision twice is one. `entry`: what it became."""
    with store.writing() as writing:
        was = _state(writing, number)
        if was is state:
            return
        if was is not HeldState.WAITING:
            raise AlreadySettled(f"Held message {number} was {was.value} before: nothing was changed.")
        writing.connection.execute(update(held).where(held.c.id == number).values(state=state.value))
        detail: dict[str, str | int] = {"held": number, "reason": reason[:_CODE]}
        if by:
            detail["by"] = by
        history.append(writing, state.value, on=on, number=entry, detail=detail)


def to_remove(store: Store) -> Iterator[Held]:
    """Settled, and its copy still on the mail server. With the bytes, by which the copy is recognised."""
    pending = (held.c.state != HeldState.WAITING.value) & held.c.removed.is_(False)
    with store.reading() as connection:
        numbers = connection.execute(select(held.c.id).where(pending).order_by(held.c.id)).scalars().all()
    for number in numbers:  # one at a time: each may be 30 MB
        yield read_held(store, number)


def removed(store: Store, number: int) -> None:
    """The server's copy is gone; so are ours and its place and size: it may have been a child's letter.

    By them the mail server's log would name the sender of the appeal that was made of it.
    """
    with store.writing() as writing:
        if _state(writing, number) is HeldState.WAITING:
            raise AlreadySettled(f"Held message {number} still waits for a decision: nothing was changed.")
        gone = {"removed": True, "raw": None, "uidvalidity": 0, "uid": 0, "size": 0}
        writing.connection.execute(update(held).where(held.c.id == number).values(gone))


def count_reply(store: Store, letter_id: int, fingerprint: str, on: date) -> bool:
    """False if this reply was already counted, for this letter or another."""
    with store.writing() as writing:
        counted = select(replies.c.day).where(replies.c.fingerprint == fingerprint)
        if writing.connection.execute(counted).first() is not None:
            return False
        writing.connection.execute(insert(replies).values(letter=letter_id, fingerprint=fingerprint, day=on))
        return True


def answers(store: Store, reader: str, since: date) -> int:
    """How many replies to a reader's letters were taken since that day. `reader`: as the letters name one."""
    theirs = replies.join(letters, letters.c.id == replies.c.letter)
    query = select(func.count()).select_from(theirs)
    with store.reading() as connection:
        mine = query.where(letters.c.reader == reader, replies.c.day >= since)
        return connection.execute(mine).scalar_one()


def _state(writing: Writing, number: int) -> HeldState:
    state = writing.connection.execute(select(held.c.state).where(held.c.id == number)).scalar()
    if state is None:
        raise NoSuchHeld(number)
    return HeldState(state)


def _held(store: Store, row: Row[Any], sealed: bytes | None) -> Held:
    raw = None if sealed is None else store.keys.open(sealed, place=store.place("held", "raw", row.id))
    return Held(
        id=row.id,
        origin=Origin(mailbox=row.mailbox, uidvalidity=row.uidvalidity, uid=row.uid),
        reason=row.reason,
        on=row.day,
        size=row.size,
        state=HeldState(row.state),
        raw=raw,
    )
