"""Tries every seal of the Journal: whether all that was sealed opens with the school's key."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, LargeBinary, Row, Table, select

from journal.sealing import Seal, SealBroken
from journal.store import Store
from journal.tables import attachments, deeds, entries, held, kept_replies, letters, measures

BY_THE_SCHOOL = (letters, held, kept_replies)
BY_AN_APPEAL = (entries, measures, deeds, attachments)  # each appeal's with a key of its own


def broken_seals(store: Store) -> Iterator[SealBroken]:
    """Those that do not open. What was destroyed is no fault."""
    with store.reading() as connection:
        for table in BY_THE_SCHOOL:
            for row in _rows(connection, table):
                yield from _tried(store, table, row, store.keys)
        for table in BY_AN_APPEAL:
            for row in _rows(connection, table):
                yield from _of_an_appeal(store, table, row)


def _rows(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    query = select(table).order_by(*table.primary_key.columns)
    if table in BY_AN_APPEAL and table is not entries:
        query = query.add_columns(entries.c.data_key).join(entries, table.c.number == entries.c.number)
    # A file of an appeal may have 20 MB.
    yield from connection.execute(query.execution_options(stream_results=True, max_row_buffer=1))


def _of_an_appeal(store: Store, table: Table, row: Row[Any]) -> Iterator[SealBroken]:
    if row.data_key is None:  # destroyed
        return
    try:
        seal = store.keys.appeal(row.data_key, store.place("entries", "data_key", row.number))
    except SealBroken as fault:
        yield fault
    else:
        yield from _tried(store, table, row, seal)


def _tried(store: Store, table: Table, row: Row[Any], seal: Seal) -> Iterator[SealBroken]:
    at = ".".join(str(row._mapping[column]) for column in table.primary_key.columns)
    for column in table.columns:
        sealed = row._mapping[column]
        if sealed is None or not isinstance(column.type, LargeBinary) or column is entries.c.data_key:
            continue
        try:
            seal.open(sealed, place=store.place(table.name, column.name, at))
        except SealBroken as fault:
            yield fault
