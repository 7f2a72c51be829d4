"""Reads the register: entries with their measures and the list of their files, the seals opened."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, select

from journal.model import (
    Applicant,
    Attachment,
    AttachmentLine,
    Channel,
    Deed,
    DeedKind,
    DeedState,
    Entry,
    Finding,
    Measure,
    Role,
    Status,
    Term,
)
from journal.sealing import Seal
from journal.store import Store
from journal.tables import attachments, deeds, entries, measures

_CORRECTIONS = (DeedKind.NAME, DeedKind.CONTENT, DeedKind.CLASS)
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


def read_some(store: Store, numbers: Collection[int]) -> list[Entry]:
    """The entries of these numbers, as far as there are any."""
    wanted = sorted(set(numbers))
    found: list[Entry] = []
    for at in range(0, len(wanted), _BATCH):
        query = select(entries).where(entries.c.number.in_(wanted[at : at + _BATCH]))
        found += _read(store, query.order_by(entries.c.number))
    return found


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


@dataclass(frozen=True, slots=True)
class _Rows:
    """What hangs on the entries that are read, by their numbers."""

    measures: dict[int, list[Row[Any]]]
    deeds: dict[int, list[Row[Any]]]
    lines: dict[int, list[Row[Any]]]


def _read(store: Store, query: Select[Any]) -> list[Entry]:
    """Four queries for any number of entries."""
    files = select(attachments.c.number, attachments.c.ordinal, attachments.c.line)
    with store.reading() as connection:
        rows = connection.execute(query).all()
        numbers = [row.number for row in rows]
        hanging = _Rows(
            *(
                _by_number(connection, wanted, table, numbers)
                for wanted, table in (
                    (select(measures), measures),
                    (select(deeds), deeds),
                    (files, attachments),
                )
            )
        )
    return [_entry(store, row, hanging) for row in rows]


def _by_number(
    connection: Connection, wanted: Select[Any], table: Table, numbers: Sequence[int]
) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for at in range(0, len(numbers), _BATCH):
        of_these = wanted.where(table.c.number.in_(numbers[at : at + _BATCH])).order_by(table.c.ordinal)
        for row in connection.execute(of_these):
            found.setdefault(row.number, []).append(row)
    return found


def _entry(store: Store, row: Row[Any], hanging: _Rows) -> Entry:
    seal = None if row.data_key is None else entry_seal(store, row.number, row.data_key)
    taken = tuple(_measure(store, seal, each) for each in hanging.measures.get(row.number, ()))
    done = tuple(read_deed(store, seal, each) for each in hanging.deeds.get(row.number, ()))
    corrected = {one.kind: one.words for one in done if one.undone_on is None}  # the newest of each kind

    def opened(name: str) -> str:
        envelope = row._mapping[name]
        if seal is None or envelope is None:  # destroyed: the register keeps the row without its content
            return ""
        return seal.open_text(envelope, place=store.place("entries", name, row.number))

    entry = Entry(
        number=row.number,
        applicant=None if row.anonymous else _applicant(opened),
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
        measures=tuple(one for one in taken if one.undone_on is None),
        undone=tuple(one for one in taken if one.undone_on is not None),
        deeds=done,
        responsible=corrected.get(DeedKind.RESPONSIBLE, ""),
        escalated=row.escalated,
        attachments=()
        if seal is None
        else tuple(_attachment_line(store, seal, each) for each in hanging.lines.get(row.number, ())),
        repeats=row.repeats,
        purged_on=row.purged_on,
    )
    return _corrected(entry, corrected)


def _corrected(entry: Entry, words: Mapping[DeedKind, str]) -> Entry:
    """The same as staff have corrected it. A name stands as one piece: nobody said which part is what."""
    name, content, class_group = (words.get(kind, "") for kind in _CORRECTIONS)
    if not (name or content or class_group):
        return entry
    applicant = entry.applicant
    if applicant is not None and name:
        applicant = replace(applicant, surname=name, given_name="", patronymic="")
    return replace(
        entry,
        applicant=applicant,
        content=content or entry.content,
        class_group=class_group or entry.class_group,
        at_first=entry,
    )


def _applicant(opened: Callable[[str], str]) -> Applicant:
    """Who signed it."""
    return Applicant(
        surname=opened("surname"),
        given_name=opened("given_name"),
        patronymic=opened("patronymic"),
        address=opened("address"),
        email=opened("email"),
    )


def _opened(store: Store, seal: Seal | None, row: Row[Any], column: str) -> str:
    """A sealed text of a measure or a deed; empty where it was destroyed."""
    envelope = row._mapping[column]
    if seal is None or envelope is None:
        return ""
    table = "deeds" if "kind" in row._mapping else "measures"
    return seal.open_text(envelope, place=store.place(table, column, f"{row.number}.{row.ordinal}"))


def _measure(store: Store, seal: Seal | None, row: Row[Any]) -> Measure:
    return Measure(
        text=_opened(store, seal, row, "text"),
        by=_opened(store, seal, row, "person"),
        role=Role(row.role),
        recorded_on=row.recorded_on,
        undone_on=row.undone_on,
    )


def read_deed(store: Store, seal: Seal | None, row: Row[Any]) -> Deed:
    """One deed from its row."""
    return Deed(
        ordinal=row.ordinal,
        kind=DeedKind(row.kind),
        by=_opened(store, seal, row, "person"),
        role=Role(row.role),
        recorded_on=row.recorded_on,
        words=_opened(store, seal, row, "words"),
        code=row.code,
        state=None if row.state is None else DeedState(row.state),
        undone_on=row.undone_on,
    )


def _line(store: Store, seal: Seal, row: Row[Any]) -> tuple[str, str, int]:
    place = store.place("attachments", "line", f"{row.number}.{row.ordinal}")
    name, media_type, size = json.loads(seal.open_text(row.line, place=place))
    return name, media_type, size


def _attachment_line(store: Store, seal: Seal, row: Row[Any]) -> AttachmentLine:
    name, media_type, size = _line(store, seal, row)
    return AttachmentLine(name=name, media_type=media_type, size=size)
