"""Writes the whole Journal out as one stream of rows, the same from whichever database: for a backup.

What is sealed stays sealed. A record is its length (4 bytes, big-endian) and its JSON; the bytes of which
that speaks follow. First what it is a copy of, then each table, its columns and its rows, last a count and a
keyed digest of all of it (HMAC-SHA256): nobody without the school's key can have made or altered it.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, select

from journal import database
from journal.sealing import Keys
from journal.store import Store, read_head
from journal.tables import metadata

FORMAT = 1
LENGTH_BYTES = 4
PURPOSE = "backup digest"
_FEW = 100  # rows fetched at a time, where they are small

Record = Any  # JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a copy is a copy of."""

    revision: str  # the migration at which the database stood
    school: str
    made_on: date
    last_number: int

    def to_record(self) -> Record:
        return {
            "senim": FORMAT,
            "revision": self.revision,
            "school": self.school,
            "made_on": self.made_on.isoformat(),
            "last_number": self.last_number,
        }


def copy_out(store: Store, *, on: date) -> Iterator[bytes]:
    """The Journal as it is at one moment, in pieces. No more of it is in memory than one row."""
    digest = keyed_digest(store.keys)
    rows = 0
    with database.snapshot(store.engine) as connection:
        last = read_head(connection).number
        origin = Origin(revision=database.HEAD, school=store.school, made_on=on, last_number=last)
        for piece in _counted(origin, connection):
            if isinstance(piece, int):
                rows += piece
            else:
                digest.update(piece)
                yield piece
    yield framed({"rows": rows, "digest": digest.hexdigest()})


def keyed_digest(keys: Keys) -> "hmac.HMAC":
    """Of a copy, from its first byte to its last row."""
    return hmac.new(keys.purpose(PURPOSE), digestmod=hashlib.sha256)


def framed(record: Record) -> bytes:
    text = json.dumps(record, separators=(",", ":")).encode()
    return len(text).to_bytes(LENGTH_BYTES, "big") + text


def _counted(origin: Origin, connection: Connection) -> Iterator[bytes | int]:
    """The pieces, and a 1 behind each row."""
    yield framed(origin.to_record())
    for table in metadata.sorted_tables:  # what is referred to comes first
        yield framed({"table": table.name, "columns": [column.name for column in table.columns]})
        for row in connection.execute(_all(table)):
            yield from _row(row)
            yield 1


def _all(table: Table) -> Any:
    large = any(isinstance(column.type, LargeBinary) for column in table.columns)
    query = select(table).order_by(*table.primary_key.columns)
    # A file of an appeal may have 20 MB: not even two of them at once.
    return query.execution_options(stream_results=True, max_row_buffer=1 if large else _FEW)


def _row(values: Sequence[Any]) -> Iterator[bytes]:
    yield framed([_plain(value) for value in values])
    yield from (bytes(value) for value in values if isinstance(value, bytes | memoryview))


def _plain(value: object) -> Record:
    if isinstance(value, bytes | memoryview):
        return {"bytes": len(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value
