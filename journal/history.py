"""Who did what and on which day: the history of the Journal, only ever added to.

An event tells of a deed, never of content. Events that record an entry or a measure also hold a digest of
the row as it was written (of its sealed bytes), so that a row changed behind our back is found too.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, insert, select, tuple_

from journal import chain
from journal.digests import (
    FIXED_DEED,
    FIXED_ENTRY,
    FIXED_MEASURE,
    attachment_digest,
    deed_digest,
    entry_digest,
    measure_digest,
)
from journal.model import Role
from journal.remains import PURGED, Remains
from journal.standing import DEEDS, MEASURE, RECORDED, Standing
from journal.store import Head, Store, Writing
from journal.tables import attachments, deeds, entries, events, measures

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
_TRIES = 20  # while the worker writes
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the history tells of the register, as far as it was walked."""

    standing: Standing
    remains: Remains


def verify(store: Store, looking_for: str | None = None) -> chain.Verified:
    """Walk the whole history, and compare what stands in the register with what the history says of it."""
    before = store.head()
    walk = chain.Walk(chain.beginning(store.school), looking_for=looking_for)
    told = _Told(standing=Standing(), remains=Remains())
    if not _walk_on(store, walk, told, before):
        return walk.end()
    after = store.head()
    if walk.events < before.event:  # its end was cut off
        walk.breaks_at(walk.events + 1)
    elif walk.events > after.event:  # events were put behind its end
        walk.breaks_at(after.event + 1)
    for one in _compare(store, walk, told, before):
        walk.meets(one)
    for number, seq in told.remains.unexplained():
        walk.breaks_at(seq)
        walk.meets(chain.Altered(number=number, what="destroyed"))
    return walk.end()


def _walk_on(store: Store, walk: chain.Walk, told: _Told, before: Head) -> bool:
    """Walk to the end as it now is. False where a link is broken: what stands behind it proves nothing."""
    for batch in _batches(store, after=walk.events or None):
        spoilt = _spoilt(store, batch, told.remains)
        for event in batch:
            if not walk.step(event):
                return False
            if event.seq == before.event and event.digest != before.digest:
                walk.breaks_at(event.seq)
                return False
            if what := spoilt.get(event.seq):
                walk.breaks_at(event.seq)  # the link holds, but the row of which it tells is another
                walk.meets(chain.Altered(number=event.number or 0, what=what))
            if passed_over := told.standing.hear(event):
                walk.breaks_at(event.seq)
                walk.meets(passed_over)
    return True


def _compare(store: Store, walk: chain.Walk, told: _Told, before: Head) -> list[chain.Altered]:
    """Where the register differs. The worker may write meanwhile: that is heard, and looked at again."""
    for _ in range(_TRIES):
        with store.reading() as connection:
            found = list(told.standing.compare(connection))
        if not (found or told.remains.unexplained()) or store.head().event <= walk.events:
            break
        if not _walk_on(store, walk, told, before):
            break
    return found


def _batches(store: Store, after: int | None = None) -> Iterator[list[chain.Event]]:
    last = after
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


def _spoilt(store: Store, batch: Sequence[chain.Event], remains: Remains) -> dict[int, str]:
    """The events of a batch whose rows are not as they were when the event was written, and how."""
    with store.reading() as connection:
        remains.hear(connection, batch)
        entry_digests = _entry_digests(connection, [e.number for e in batch if e.kind == RECORDED])
        digests = {
            MEASURE: _row_digests(
                connection, measures, FIXED_MEASURE, measure_digest, _keys(batch, {MEASURE})
            )
        }
        done = _row_digests(connection, deeds, FIXED_DEED, deed_digest, _keys(batch, DEEDS))
        digests |= dict.fromkeys(DEEDS, done)
    spoilt = {}
    for event in batch:
        detail = chain.read_detail(event.detail)
        if event.kind == RECORDED:
            found, what = entry_digests.get(event.number), ""
        elif event.kind in digests:
            found = digests[event.kind].get((event.number, detail.get("ordinal")))
            what = "measure-" if event.kind == MEASURE else "deed-"
        else:
            continue
        if event.seq in remains.excused:
            continue
        if found is None:
            spoilt[event.seq] = f"{what}missing"
        elif found != detail.get("row"):
            spoilt[event.seq] = f"{what}altered"
    for seq in remains.spoilt:
        spoilt.setdefault(seq, "altered")
    return spoilt


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


def _keys(batch: Sequence[chain.Event], kinds: Collection[str]) -> list[tuple[Any, Any]]:
    """Of which rows these events tell: number and ordinal."""
    return [(e.number, chain.read_detail(e.detail).get("ordinal")) for e in batch if e.kind in kinds]


def _row_digests(
    connection: Connection,
    table: Table,
    fixed: Sequence[Column[Any]],
    digest: Callable[[Mapping[str, Any]], str],
    keys: Sequence[tuple[Any, Any]],
) -> dict[tuple[Any, Any], str]:
    if not keys:
        return {}
    query = select(*fixed).where(tuple_(table.c.number, table.c.ordinal).in_(keys))
    return {(row.number, row.ordinal): digest(row._asdict()) for row in connection.execute(query)}
