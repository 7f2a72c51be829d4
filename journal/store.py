"""One open Journal: its database, its keys, and transactions in which numbers and history stay in order.

Every writer locks the row of the school first. So there is one writer at a time, the next number and the
end of the history are known to it, and a rollback leaves neither a gap nor a loose end.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import Connection, Engine, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from journal import chain, database
from journal.faults import KeyChanged
from journal.sealing import Keys, Place, new_key
from journal.tables import school
from journal.transaction import Head as Head
from journal.transaction import Writing as Writing
from journal.transaction import watched


class Store:
    """What all parts of the Journal share. Any thread may use it; each has its own transaction."""

    def __init__(self, engine: Engine, keys: Keys, school_id: str, key_check: bytes) -> None:
        self.engine = engine
        self.keys = keys
        self.school = school_id
        self._key_check = key_check  # as it stood when the key had proved to be right
        self._reader = engine.execution_options(only_reads=True)
        self._here = threading.local()

    @classmethod
    def open(cls, url: str, key: bytes) -> Self:
        """Open what `senim upgrade` made; the first opening binds it to its key."""
        keys = Keys(key)
        engine = database.connect(url)
        try:
            database.demand_current(engine)
            return cls(engine, *_recognise(engine, keys))
        except BaseException:
            engine.dispose()
            raise

    @classmethod
    def of(cls, connection: Connection, keys: Keys) -> Self:
        """Of a Journal that stands in a transaction only, so far: use it `within` that one."""
        return cls(connection.engine, *_proved(connection.execute(_SCHOOL).one(), keys))

    def close(self) -> None:
        self.engine.dispose()

    def place(self, table: str, column: str, row: object) -> Place:
        return Place(school=self.school, table=table, column=column, row=str(row))

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A transaction, or a savepoint inside the one that this thread already has."""
        current = self._current()
        if current is not None:
            with watched(current), current.part():
                yield current
            return
        with database.faults(), self.engine.begin() as connection, self.within(connection) as current:
            yield current

    @contextmanager
    def within(self, connection: Connection) -> Iterator[Writing]:
        """All that this thread reads and writes meanwhile belongs to this transaction, begun elsewhere."""
        current = Writing(connection, _locked_head(connection, self._key_check))
        before = current.head
        self._here.writing = current
        try:
            with watched(current):
                yield current
            with watched(current):  # somebody may have caught the fault and gone on
                current.settle()
                if current.head != before:
                    connection.execute(update(school).values(_columns(current.head)))
        finally:
            self._here.writing = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from: that of this thread's transaction, so that it sees its own writes."""
        current = self._current()
        if current is not None:
            with watched(current):
                yield current.connection
            return
        with database.faults(), self._reader.connect() as connection:
            yield connection

    def head(self) -> Head:
        current = self._current()
        if current is not None:
            return current.head
        with self.reading() as connection:
            return read_head(connection)

    def _current(self) -> Writing | None:
        return getattr(self._here, "writing", None)


_HEAD = select(school.c.last_number, school.c.last_event, school.c.last_digest)


def read_head(connection: Connection) -> Head:
    number, event, digest = connection.execute(_HEAD).one()
    return Head(number=number, event=event, digest=digest)


_LOCKED = select(school.c.last_number, school.c.last_event, school.c.last_digest, school.c.key_check)


def _locked_head(connection: Connection, key_check: bytes) -> Head:
    """Raises KeyChanged: whoever writes with a key that was changed meanwhile writes what nobody can open."""
    found = connection.execute(_LOCKED.with_for_update()).one()  # SQLite: BEGIN IMMEDIATE
    number, event, digest, check = found
    if check != key_check:
        raise KeyChanged
    return Head(number=number, event=event, digest=digest)


def _columns(head: Head) -> dict[str, int | str]:
    return {"last_number": head.number, "last_event": head.event, "last_digest": head.digest}


_SCHOOL = select(school.c.id, school.c.key_check, school.c.fingerprint_key)


def _recognise(engine: Engine, keys: Keys) -> tuple[Keys, str, bytes]:
    """All that the key opens, the school's id and the check value, after the key has proved to be its own."""
    with database.faults(), database.only_reading(engine) as connection:
        row = connection.execute(_SCHOOL).first()
    if row is None:
        try:
            with database.faults(), engine.begin() as connection:
                _begin(connection, keys)
        except IntegrityError:
            pass  # another process was a moment earlier: then its key decides
        with database.faults(), database.only_reading(engine) as connection:
            row = connection.execute(_SCHOOL).one()
    return _proved(row, keys)


def _proved(row: Row[Any, Any, Any], keys: Keys) -> tuple[Keys, str, bytes]:
    keys.prove(row.key_check, check_place(row.id))
    if row.fingerprint_key is not None:
        keys = keys.with_fingerprint_key(row.fingerprint_key, fingerprint_place(row.id))
    return keys, str(row.id), bytes(row.key_check)


def _begin(connection: Connection, keys: Keys) -> None:
    school_id = new_key().hex()[:32]
    head = Head(number=0, event=0, digest=chain.beginning(school_id))
    check = keys.check_value(check_place(school_id))
    connection.execute(insert(school).values(only_row=1, id=school_id, key_check=check, **_columns(head)))


def check_place(school_id: str) -> Place:
    return Place(school=school_id, table="school", column="key_check", row="1")


def fingerprint_place(school_id: str) -> Place:
    return Place(school=school_id, table="school", column="fingerprint_key", row="1")
