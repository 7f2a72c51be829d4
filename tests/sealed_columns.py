"""Every sealed value of a Journal, in whatever table it stands, with the seal that opens it and its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, LargeBinary, select

from journal.book import Journal
from journal.sealing import Keys, Place, Seal
from journal.tables import entries, metadata, school

SEALED = [
    column for table in metadata.sorted_tables for column in table.c if isinstance(column.type, LargeBinary)
]
OF_AN_APPEAL = {"entries", "measures", "deeds", "attachments"}  # but for the wrapped key itself


@dataclass(frozen=True)
class Sealed:
    """One value. `row` are the values of its primary key."""

    column: Column[Any]
    row: tuple[Any, ...]
    envelope: bytes
    place: Place

    @property
    def name(self) -> str:
        return f"{self.column.table.name}.{self.column.name}"

    @property
    def head(self) -> bytes:
        """Version and key id: by them one sees which key has sealed it."""
        return self.envelope[:5]


def all_sealed(journal: Journal) -> list[Sealed]:
    return list(_all(journal))


def _all(journal: Journal) -> Iterator[Sealed]:
    with journal.store.reading() as connection:
        for column in SEALED:
            table = column.table
            own = list(table.primary_key.columns)
            for *row, envelope in connection.execute(select(*own, column).where(column.is_not(None))):
                at = ".".join(map(str, row))
                place = journal.store.place(table.name, column.name, at)
                yield Sealed(column, tuple(row), bytes(envelope), place)


def seal_of(journal: Journal, one: Sealed, keys: Keys | None = None) -> Seal:
    """What opens a value: the school's keys (the Journal's, unless others are given) or its appeal's."""
    keys = keys or journal.store.keys
    if one.column is school.c.key_check:
        return keys._check
    if one.column is entries.c.data_key:
        return keys._wrap
    if one.column.table.name not in OF_AN_APPEAL:
        return keys
    number = one.row[0]
    with journal.store.reading() as connection:
        wrapped = connection.execute(select(entries.c.data_key).where(entries.c.number == number)).scalar()
    return keys.appeal(bytes(wrapped or b""), journal.store.place("entries", "data_key", number))
