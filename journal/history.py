"""Who did what and on which day: the history of the Journal, only ever added to.

An event tells of a deed, never of content. Events that record an entry or a measure also hold a digest of
the row as it was written (of its sealed bytes), so that a row changed behind our back is found too.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, insert, select, tuple_

from journal import chain
from journal.digests import FIXED_ENTRY, FIXED_MEASURE, attachment_digest, entry_digest, measure_digest
from journal.model import Role
from journal.remains import MEASURE, PURGED, RECORDED, Remains
from journal.store import Head, Store, Writing
from journal.tables import attachments, entries, events, measures

__all__ = [
    "MEASURE",
    "PURGED",
    "RECORDED",
    "append",
    "attachment_digest",
    "entry_digest",
    "measure_digest",
    "verify",
]

_BATCH = 500
_NEW_EVENT = insert(events)
_LONGEST = 100  # characters of one value in an event's detail: a code or a count fits, content does not


def append(
    writing: Writing,
    kind: str,
    *,
    on: date,
    number: int | None = None,
    role: Role | None = None,
    detail: Mapping[str, str | int] | None = None,
) -> None:
    """Add an event to the history, in the transaction of what it tells of."""
    for value in (detail or {}).values():
        if not isinstance(value, str | int) or (isinstance(value, str) and len(value) > _LONGEST):
            raise ValueError("an event's detail holds codes and counts only, never content")
    head = writing.head
    event = chain.Event.after(
        head.digest, head.event + 1, kind, on=on, number=number, role=role and role.value, detail=detail or {}
    )
    writing.add(
        _NEW_EVENT,
        {
            "seq": event.seq,
            "day": event.on,
            "kind": event.kind,
            "number": event.number,
            "role": event.role,
            "detail": event.detail,
            "previous": event.previous,
            "digest": event.digest,
        },
    )
    writing.head = Head(number=head.number, event=event.seq, digest=event.digest)


def verify(store: Store, looking_for: str | None = None) -> chain.Verified:
    """Walk the whole history, and compare each recorded row with what the history says of it."""
    before = store.head()
    walk = chain.Walk(chain.beginning(store.school), looking_for=looking_for)
    remains = Remains()
    for batch in _batches(store):
        spoilt = _spoilt(store, batch, remains)
        for event in batch:
            if not walk.step(event):
                return walk.end()
            if event.seq in spoilt or (event.seq == before.event and event.digest != before.digest):
                walk.breaks_at(event.seq)
                return walk.end()
    after = store.head()
    if walk.events < before.event:  # its end was cut off
        walk.breaks_at(walk.events + 1)
    elif walk.events > after.event:  # events were put behind its end
        walk.breaks_at(after.event + 1)
    if (unexplained := remains.unexplained()) is not None:
        walk.breaks_at(unexplained)
    return walk.end()


def _batches(store: Store) -> Iterator[list[chain.Event]]:
    last: int | None = None
    while True:
        query = select(events).order_by(events.c.seq).limit(_BATCH)
        if last is not None:
            query = query.where(events.c.seq > last)
        with store.reading() as connection:
            rows = connection.execute(query).all()
        if not rows:
            return
        yield [_event(row) for row in rows]
        last = rows[-1].seq


def _event(row: Row[Any]) -> chain.Event:
    return chain.Event(
        seq=row.seq,
        on=row.day,
        kind=row.kind,
        number=row.number,
        role=row.role,
        detail=row.detail,
        previous=row.previous,
        digest=row.digest,
    )


def _spoilt(store: Store, batch: Sequence[chain.Event], remains: Remains) -> set[int]:
    """The events of a batch whose rows are not as they were when the event was written."""
    with store.reading() as connection:
        remains.hear(connection, batch)
        entry_digests = _entry_digests(connection, [e.number for e in batch if e.kind == RECORDED])
        measure_digests = _measure_digests(
            connection,
            [(e.number, chain.read_detail(e.detail).get("ordinal")) for e in batch if e.kind == MEASURE],
        )
    spoilt = set()
    for event in batch:
        detail = chain.read_detail(event.detail)
        if event.kind == RECORDED:
            found = entry_digests.get(event.number)
        elif event.kind == MEASURE:
            found = measure_digests.get((event.number, detail.get("ordinal")))
        else:
            continue
        if found is None or found != detail.get("row"):
            spoilt.add(event.seq)
    return (spoilt - remains.excused) | remains.spoilt


def _entry_digests(connection: Connection, numbers: Sequence[int | None]) -> dict[int | None, str]:
    if not numbers:
        return {}
    files: dict[int, list[str]] = {}
    kept = (
        select(attachments)
        .where(attachments.c.number.in_(numbers))
        .order_by(attachments.c.number, attachments.c.ordinal)
        .execution_options(stream_results=True, max_row_buffer=1)  # a batch of files would not fit in memory
    )
    for row in connection.execute(kept):
        files.setdefault(row.number, []).append(attachment_digest(row.line, row.content))
    rows = connection.execute(select(*FIXED_ENTRY).where(entries.c.number.in_(numbers)))
    return {row.number: entry_digest(row._asdict(), files.get(row.number, [])) for row in rows}


def _measure_digests(connection: Connection, keys: Sequence[tuple[Any, Any]]) -> dict[tuple[Any, Any], str]:
    if not keys:
        return {}
    query = select(*FIXED_MEASURE).where(tuple_(measures.c.number, measures.c.ordinal).in_(keys))
    return {(row.number, row.ordinal): measure_digest(row._asdict()) for row in connection.execute(query)}
