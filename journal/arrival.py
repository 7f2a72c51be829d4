"""Puts the rows of a backup, as `journal.copying` wrote them, back into empty tables.

The tables are made as they stood when the copy was written, filled, and only then brought up to date.
"""

import hmac
import json
from collections.abc import Generator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, MetaData, Table, insert, text

from journal import database
from journal.copying import FORMAT, LENGTH_BYTES, Origin, Record, keyed_digest
from journal.faults import SchemaOutOfDate
from journal.migrations.steps import after, run
from journal.sealing import Keys
from journal.tables import entries, events, messages, metadata

LONGEST_RECORD = 1_000_000  # bytes of JSON
LONGEST_VALUE = 500_000_000  # bytes of one sealed value
_ROWS, _BYTES = 200, 4_000_000  # written at once

Feed = Generator[int, bytes, None]  # asks for so many bytes, and is given them


class NotEmpty(Exception):
    """The database has a Journal in it already."""


class BrokenCopy(Exception):
    """What is read is no copy of a Journal, or not a whole and unaltered one."""


class Arrival:
    """A stream that comes in pieces of any size; what it holds is done as soon as it is there."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._wanted = next(feed)
        self._here = bytearray()
        self._ended = False

    def take(self, data: bytes, *, more: bool = False) -> None:
        """The next piece. `more`: what stands behind the end is no matter."""
        self._here += data
        while not self._ended and len(self._here) >= self._wanted:
            piece = bytes(memoryview(self._here)[: self._wanted])
            del self._here[: self._wanted]
            try:
                self._wanted = self._feed.send(piece)
            except StopIteration:
                self._ended = True
        if self._ended and self._here and not more:
            raise BrokenCopy("There is something behind the end of this backup: it was altered. Try another.")

    def end(self) -> None:
        """Nothing more comes."""
        if not self._ended:
            raise BrokenCopy("This backup is not whole: its end is missing. Try another.")


def read_origin(record: Record) -> Origin:
    """What the stream's first record says. Raises BrokenCopy, SchemaOutOfDate."""
    try:
        version, revision = record["senim"], str(record["revision"])
        origin = Origin(
            revision=revision,
            school=str(record["school"]),
            made_on=date.fromisoformat(record["made_on"]),
            last_number=int(record["last_number"]),
        )
    except (KeyError, TypeError, ValueError):
        raise BrokenCopy(
            "This is no backup of a Journal: name a file that `senim backup` has written."
        ) from None
    if version != FORMAT or revision > database.HEAD:
        raise SchemaOutOfDate(
            "This backup was written by a newer Senim, which this one cannot read: install that version."
        )
    return origin


def first_record(found: list[Origin]) -> Feed:
    """Reads no further than what the copy is of."""
    (record, _) = yield from _record()
    found.append(read_origin(record))


def empty_tables(connection: Connection, origin: Origin) -> None:
    """The tables as they were at the copy's migration, in place of empty ones. Raises NotEmpty."""
    if any(_has_rows(connection, table) for table in (entries, events, messages)):
        raise NotEmpty("This database has a Journal in it already, and nothing in it was changed.")
    metadata.drop_all(connection)
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    after(origin.revision)  # raises SchemaOutOfDate for one that never was
    run(connection, origin.revision)


def _has_rows(connection: Connection, table: Table) -> bool:
    if not connection.dialect.has_table(connection, table.name):
        return False
    return connection.execute(text(f"SELECT 1 FROM {table.name} LIMIT 1")).first() is not None  # noqa: S608


def fill(connection: Connection, keys: Keys) -> Feed:
    """Writes what comes into the empty tables, and brings them up to date. Raises BrokenCopy."""
    digest = keyed_digest(keys)
    (record, framed) = yield from _record()
    digest.update(framed)
    read_origin(record)
    batch: _Batch | None = None
    rows = 0
    while True:
        (record, framed) = yield from _record()
        if isinstance(record, dict) and "digest" in record:
            break
        digest.update(framed)
        if isinstance(record, dict):
            if batch is not None:
                batch.write()
            batch = _Batch(connection, record)
        elif batch is None:
            raise _broken()
        else:
            batch.add((yield from _values(record, digest)))
            rows += 1
    if batch is not None:
        batch.write()
    if record.get("rows") != rows or not hmac.compare_digest(str(record["digest"]), digest.hexdigest()):
        raise BrokenCopy(
            "This backup was altered, or written by somebody who does not have the school's key. Try another."
        )
    run(connection)
    if database.loose_ends(connection):
        raise _broken()


class _Batch:
    """Rows of one table on their way into it."""

    def __init__(self, connection: Connection, record: Record) -> None:
        name, columns = record.get("table"), record.get("columns")
        if name not in metadata.tables or not isinstance(columns, list):
            raise _broken()
        self._connection = connection
        # As the database has it just now: an older copy has older columns.
        table = Table(str(name), MetaData(), autoload_with=connection, resolve_fks=False)
        if not set(columns) <= set(table.columns.keys()):
            raise _broken()
        self._into = insert(table)
        self._columns = columns
        self._rows: list[dict[str, Any]] = []
        self._bytes = 0

    def add(self, values: list[Any]) -> None:
        self._rows.append(dict(zip(self._columns, values, strict=True)))
        self._bytes += sum(len(value) for value in values if isinstance(value, bytes))
        if len(self._rows) >= _ROWS or self._bytes >= _BYTES:
            self.write()

    def write(self) -> None:
        if self._rows:
            self._connection.execute(self._into, self._rows)
        self._rows, self._bytes = [], 0


def _record() -> Generator[int, bytes, tuple[Record, bytes]]:
    length = yield LENGTH_BYTES
    size = int.from_bytes(length, "big")
    if size > LONGEST_RECORD:
        raise _broken()
    written = yield size
    try:
        return json.loads(written), length + written
    except ValueError:
        raise _broken() from None


def _values(record: Record, digest: "hmac.HMAC") -> Generator[int, bytes, list[Any]]:
    if not isinstance(record, list):
        raise _broken()
    values: list[Any] = []
    for value in record:
        if isinstance(value, dict) and isinstance(value.get("bytes"), int):
            if not 0 <= value["bytes"] <= LONGEST_VALUE:
                raise _broken()
            sealed = yield value["bytes"]
            digest.update(sealed)
            values.append(sealed)
        else:
            values.append(_plain(value))
    return values


def _plain(value: Record) -> object:
    if not isinstance(value, dict):
        return value
    try:
        if "moment" in value:
            return datetime.fromisoformat(value["moment"])
        return date.fromisoformat(value["day"])
    except (KeyError, TypeError, ValueError):
        raise _broken() from None


def _broken() -> BrokenCopy:
    return BrokenCopy("This backup does not hold together as a Journal does: it was altered. Try another.")
