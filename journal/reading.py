"""Reads the register: entries with their measures and the list of their files, the seals opened."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, select

from journal.model import (
    Applicant,
    Attachment,
    AttachmentLine,
    Channel,
    Entry,
    Finding,
    Measure,
    Role,
    Status,
    Term,
)
from journal.sealing import Seal
from journal.store import Store
from journal.tables import attachments, entries, measures

_BATCH = 200  # entries opened at a time: few queries, and little memory even when texts are long


class NoSuchEntry(Exception):
    """There is no entry of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"There is no entry № {number} in the Journal: see the numbers with `senim journal list`."
        )
        self.number = number


class Purged(Exception):
    """The content of this entry was destroyed; only its row in the register is left."""

    def __init__(self, number: int) -> None:
        super().__init__(f"The content of entry № {number} was destroyed: nothing can be added to it.")
        self.number = number


def entry_seal(store: Store, number: int, wrapped: bytes) -> Seal:
    return store.keys.appeal(wrapped, store.place("entries", "data_key", number))


def read_roles(text: str) -> tuple[Role, ...]:
    return tuple(Role(word) for word in text.split(",") if word)


def write_roles(text: str, role: str) -> str:
    """The roles of `read_roles` and one more, each once, in the order in which they came."""
    return ",".join(dict.fromkeys([word for word in text.split(",") if word] + [str(role)]))


def read_entry(store: Store, number: int) -> Entry:
    found = _read(store, select(entries).where(entries.c.number == number))
    if not found:
        raise NoSuchEntry(number)
    return found[0]


def read_entries(store: Store, *, after: int, from_day: date | None, to_day: date | None) -> Iterator[Entry]:
    """By number. Each batch is a short read of its own: a slow reader holds up nobody."""
    query = _received(select(entries), from_day, to_day).order_by(entries.c.number).limit(_BATCH)
    while batch := _read(store, query.where(entries.c.number > after)):
        yield from batch
        after = batch[-1].number


def read_numbers(store: Store, *, from_day: date | None, to_day: date | None) -> list[int]:
    query = _received(select(entries.c.number), from_day, to_day).order_by(entries.c.number)
    with store.reading() as connection:
        return list(connection.execute(query).scalars())


def _received(query: Select[Any], from_day: date | None, to_day: date | None) -> Select[Any]:
    if from_day is not None:
        query = query.where(entries.c.received_on >= from_day)
    if to_day is not None:
        query = query.where(entries.c.received_on <= to_day)
    return query


def read_open(store: Store) -> list[Entry]:
    """Without a measure and not closed: REGISTERED says exactly that. What is destroyed waits for nothing."""
    waiting = (entries.c.status == Status.REGISTERED.value) & entries.c.purged_on.is_(None)
    return _read(store, select(entries).where(waiting).order_by(entries.c.number))


def read_destroyed(store: Store, numbers: Sequence[int]) -> set[int]:
    """Those whose content was destroyed."""
    if not numbers:
        return set()
    gone = select(entries.c.number).where(entries.c.number.in_(numbers), entries.c.purged_on.is_not(None))
    with store.reading() as connection:
        return set(connection.execute(gone).scalars())


def read_attachments(store: Store, number: int) -> list[Attachment]:
    with store.reading() as connection:
        entry = connection.execute(select(entries.c.data_key).where(entries.c.number == number)).first()
        if entry is None:
            raise NoSuchEntry(number)
        rows = connection.execute(
            select(attachments).where(attachments.c.number == number).order_by(attachments.c.ordinal)
        ).all()
    if entry.data_key is None or not rows:
        return []
    seal = entry_seal(store, number, entry.data_key)
    files = []
    for row in rows:
        name, media_type, _size = _line(store, seal, row)
        place = store.place("attachments", "content", f"{number}.{row.ordinal}")
        files.append(
            Attachment(name=name, media_type=media_type, content=seal.open(row.content, place=place))
        )
    return files


def _read(store: Store, query: Select[Any]) -> list[Entry]:
    """Three queries for any number of entries."""
    with store.reading() as connection:
        rows = connection.execute(query).all()
        numbers = [row.number for row in rows]
        steps = [numbers[i : i + _BATCH] for i in range(0, len(numbers), _BATCH)]
        kept_measures: dict[int, list[Row[Any]]] = {}
        kept_lines: dict[int, list[Row[Any]]] = {}
        for step in steps:
            for row in connection.execute(
                select(measures).where(measures.c.number.in_(step)).order_by(measures.c.ordinal)
            ):
                kept_measures.setdefault(row.number, []).append(row)
            for row in connection.execute(
                select(attachments.c.number, attachments.c.ordinal, attachments.c.line)
                .where(attachments.c.number.in_(step))
                .order_by(attachments.c.ordinal)
            ):
                kept_lines.setdefault(row.number, []).append(row)
    return [
        _entry(store, row, kept_measures.get(row.number, ()), kept_lines.get(row.number, ())) for row in rows
    ]


def _entry(store: Store, row: Row[Any], taken: Sequence[Row[Any]], lines: Sequence[Row[Any]]) -> Entry:
    seal = None if row.data_key is None else entry_seal(store, row.number, row.data_key)

    def opened(name: str) -> str:
        envelope = row._mapping[name]
        if seal is None or envelope is None:  # destroyed: the register keeps the row without its content
            return ""
        return seal.open_text(envelope, place=store.place("entries", name, row.number))

    return Entry(
        number=row.number,
        applicant=None
        if row.anonymous
        else Applicant(
            surname=opened("surname"),
            given_name=opened("given_name"),
            patronymic=opened("patronymic"),
            address=opened("address"),
            email=opened("email"),
        ),
        term=Term(received_on=row.received_on, registered_on=row.registered_on, due_on=row.due_on),
        channel=Channel(row.channel),
        content=opened("content"),
        text=opened("text"),
        language=row.language,
        class_group=opened("class_group"),
        phone=opened("phone"),
        urgent=row.urgent,
        status=Status(row.status),
        refused=tuple(json.loads(opened("refused") or "[]")),
        cause=row.cause,
        finding=None if row.finding is None else Finding(row.finding),
        considered_by=read_roles(row.considered_by),
        measures=tuple(_measure(store, seal, each) for each in taken),
        attachments=() if seal is None else tuple(_attachment_line(store, seal, each) for each in lines),
        repeats=row.repeats,
        purged_on=row.purged_on,
    )


def _measure(store: Store, seal: Seal | None, row: Row[Any]) -> Measure:
    def opened(column: str) -> str:
        envelope = row._mapping[column]
        if seal is None or envelope is None:
            return ""
        return seal.open_text(envelope, place=store.place("measures", column, f"{row.number}.{row.ordinal}"))

    return Measure(
        text=opened("text"),
        by=opened("person"),
        role=Role(row.role),
        recorded_on=row.recorded_on,
    )


def _line(store: Store, seal: Seal, row: Row[Any]) -> tuple[str, str, int]:
    place = store.place("attachments", "line", f"{row.number}.{row.ordinal}")
    name, media_type, size = json.loads(seal.open_text(row.line, place=place))
    return name, media_type, size


def _attachment_line(store: Store, seal: Seal, row: Row[Any]) -> AttachmentLine:
    name, media_type, size = _line(store, seal, row)
    return AttachmentLine(name=name, media_type=media_type, size=size)
