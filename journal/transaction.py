"""A transaction under way: what it has read of the numbers, and the rows that it will write together.

A row that nobody asks for again waits in memory, and all that wait are written at once: before anything else
is asked of the database, and at the latest before the commit. A part of the transaction that fails takes its
rows with it, from memory or, once they are written, by a savepoint. So a batch of letters is a few commands.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Insert
from sqlalchemy.exc import IntegrityError, InterfaceError, InternalError, OperationalError

from journal import database
from journal.tables import metadata

_GIVEN_UP = (OperationalError, InterfaceError, InternalError)  # there is no savepoint to return to
# Tables to which others refer come first.
_ORDER = {table.name: place for place, table in enumerate(metadata.sorted_tables)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the numbers and the history stand."""

    number: int
    event: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row that waits; `taken` is raised if its key is taken."""

    statement: Insert
    values: dict[str, Any]
    taken: Exception | None


@dataclass(slots=True, kw_only=True)
class _Part:
    """A part of a transaction that may fail alone. Most parts need no savepoint: all their rows wait."""

    begins: int  # how many rows there were before it
    head: Head
    savepoint: bool = False


@dataclass(slots=True)
class Writing:
    """A transaction that is under way in one thread. `head` runs ahead of the row until the commit."""

    _connection: Connection
    head: Head
    broken: bool = False  # the database failed: it may have given up the transaction by itself
    _parts: list[_Part] = field(default_factory=list)
    _waiting: list[_Row] = field(default_factory=list)
    _written: int = 0  # rows that wait no more

    @property
    def connection(self) -> Connection:
        """To ask and to write at once. All that waited is written first."""
        self.settle()
        return self._connection

    @property
    def as_written(self) -> Connection:
        """To ask what is written, without the rows that wait: see `waiting`."""
        return self._connection

    def waiting(self, statement: Insert) -> Iterator[dict[str, Any]]:
        """The rows of a statement that are not written yet."""
        return (row.values for row in self._waiting if row.statement is statement)

    def add(self, statement: Insert, values: dict[str, Any], *, taken: Exception | None = None) -> None:
        """A row to be written with the others. All rows of a statement must have the same columns."""
        self._waiting.append(_Row(statement=statement, values=values, taken=taken))

    def settle(self) -> None:
        """Write what waits, each row in its own part of the transaction."""
        for depth, part in enumerate(self._parts, 1):
            if not part.savepoint:
                self._write(part.begins - self._written)
                self._connection.exec_driver_sql(f"SAVEPOINT senim_{depth}")
                part.savepoint = True
        self._write(len(self._waiting))

    @contextmanager
    def part(self) -> Iterator[None]:
        """All of what follows or none of it, whatever becomes of the transaction around it."""
        # In plain SQL: SQLAlchemy's own nested transactions cost as much as all that a letter writes.
        part = _Part(begins=self._written + len(self._waiting), head=self.head)
        self._parts.append(part)
        name = f"senim_{len(self._parts)}"
        try:
            yield
        except BaseException as fault:
            self.head = part.head
            failed = isinstance(fault, _GIVEN_UP) or self._connection.invalidated
            if not (failed or self.broken):  # else the whole transaction is given up
                self._give_up(part, name)
            raise
        else:
            if part.savepoint:
                self._connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")
        finally:
            self._parts.pop()

    def _give_up(self, part: _Part, name: str) -> None:
        del self._waiting[max(0, part.begins - self._written) :]
        if part.savepoint:
            self._connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {name}")
            self._connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")

    def _write(self, count: int) -> None:
        rows, self._waiting = self._waiting[:count], self._waiting[count:]
        self._written += len(rows)
        alike: dict[Insert, list[_Row]] = {}
        for row in rows:
            alike.setdefault(row.statement, []).append(row)
        try:
            for statement in sorted(alike, key=lambda statement: _ORDER[statement.table.name]):
                _insert(self._connection, statement, alike[statement])
        except BaseException:
            self.broken = True  # rows of other parts may be among those that are lost
            raise


def _insert(connection: Connection, statement: Insert, rows: list[_Row]) -> None:
    try:
        connection.execute(statement, [row.values for row in rows])
    except IntegrityError:
        if rows[0].taken is not None:
            raise rows[0].taken from None
        raise


@contextmanager
def watched(current: Writing) -> Iterator[None]:
    """After a fault (a full disk) SQLite may be outside its transaction: each write would stand alone."""
    if current.broken:
        raise database.DatabaseUnreachable(
            "The Journal's database failed earlier in this transaction: all of it was given up. Begin again."
        )
    try:
        with database.faults():
            yield
    except database.DatabaseUnreachable:
        current.broken = True
        raise
