"""What was destroyed must also leave the files of the database: free pages, dead rows, the write-ahead log.

Deleting a row only unties it. Where something was destroyed a note of it is committed with it, so that a
sweep that broke off is made up for by the next one.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import Connection, Engine, delete, insert, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from journal.database import BUSY_SECONDS, faults
from journal.store import Store, Writing
from journal.tables import chores

# As names in the table of chores: destroyed and not swept up, and what a sweep that is under way will sweep.
UNSWEPT, SWEEPING = "unswept", "sweeping"
# Every table from which something is destroyed; the last one is PostgreSQL's own: it holds samples of values.
_TABLES = (
    "school",
    "entries",
    "measures",
    "deeds",
    "attachments",
    "fingerprints",
    "messages",
    "held",
    "letters",
    "kept_replies",
)
_SAMPLES = "pg_catalog.pg_statistic"
PATIENCE = 15  # seconds that a sweep waits for those who read
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03")


class StillInUse(Exception):
    """Somebody is reading what was destroyed, so its bytes cannot leave the database's files yet."""

    def __init__(self) -> None:
        super().__init__(
            "The content is destroyed, but another program reads the Journal's database all the time, so its "
            "sealed bytes still lie in the database's files. Run `senim purge` again when that one has ended."
        )


def note_unswept(writing: Writing, on: date) -> None:
    """Say, in the transaction that destroys something, that it is still to be swept up."""
    _put(writing, UNSWEPT, on)


def sweep(store: Store) -> bool:
    """Take out of the database's files what was destroyed. False when nothing was. Raises StillInUse."""
    with store.writing() as writing:
        run = writing.connection.execute
        found = run(select(chores.c.name, chores.c.done_on).where(chores.c.name.in_((UNSWEPT, SWEEPING))))
        days = {row.name: row.done_on for row in found}
        if not days:
            return False
        # What is destroyed from now on is noted anew: it may come too late for this sweep.
        _put(writing, SWEEPING, max(days.values()))
        run(delete(chores).where(chores.c.name == UNSWEPT))
    with faults(), _outside_transactions(store.engine) as connection, _others_may_read():
        if store.engine.dialect.name == "sqlite":
            _sweep_sqlite(connection)
        else:
            _sweep_postgresql(connection)
    with store.writing() as writing:
        writing.connection.execute(delete(chores).where(chores.c.name == SWEEPING))
    return True


def _put(writing: Writing, name: str, on: date) -> None:
    run = writing.connection.execute
    if run(select(chores.c.name).where(chores.c.name == name)).first() is None:
        run(insert(chores).values(name=name, done_on=on))


@contextmanager
def _outside_transactions(engine: Engine) -> Iterator[Connection]:
    options: dict[str, object] = {"no_transaction": True}
    if engine.dialect.name != "sqlite":
        options = {"isolation_level": "AUTOCOMMIT"}
    with engine.execution_options(**options).connect() as connection:
        yield connection


@contextmanager
def _others_may_read() -> Iterator[None]:
    try:
        yield
    except OperationalError as fault:
        code = getattr(fault.orig, "sqlite_errorname", None) or getattr(fault.orig, "sqlstate", None)
        if code in _BUSY:
            raise StillInUse from None
        raise


def _sweep_sqlite(connection: Connection) -> None:
    """Into the file what stands in its log, the file written anew without free pages, and the log emptied."""
    run = connection.exec_driver_sql
    run(f"PRAGMA busy_timeout={PATIENCE * 1000}")
    run("PRAGMA temp_store=FILE")  # a Journal with pictures does not fit in memory; it is sealed there too
    try:
        _empty_log(connection)  # first: a log of gigabytes and a second copy of the file may not both fit
        run("VACUUM")
        _empty_log(connection)
    finally:
        run("PRAGMA temp_store=MEMORY")
        run(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _empty_log(connection: Connection) -> None:
    busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    if busy:
        raise StillInUse


def _sweep_postgresql(connection: Connection) -> None:
    """Each table written anew without dead rows. What its log still holds is the administrator's (docs)."""
    _outlive_readers(connection)
    for table in _TABLES:
        connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table}")
    for statement in (f"VACUUM (FULL) {_SAMPLES}", "SELECT pg_switch_wal()", "CHECKPOINT"):
        try:
            connection.exec_driver_sql(statement)
        except ProgrammingError as fault:  # these ask for more rights than the owner of a database has
            if getattr(fault.orig, "sqlstate", None) != "42501":
                raise


_OLDER_READERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND backend_type = 'client backend' AND pid <> pg_backend_pid() "
    "AND (age(backend_xmin) > age(CAST(:mine AS xid)) OR age(backend_xid) > age(CAST(:mine AS xid)))"
)


def _outlive_readers(connection: Connection) -> None:
    """A row that somebody's open transaction may still see survives even VACUUM FULL."""
    mine = connection.exec_driver_sql("SELECT CAST(pg_current_xact_id() AS xid)").scalar_one()
    for _ in range(PATIENCE * 10 + 1):
        if not connection.execute(_OLDER_READERS, {"mine": str(mine)}).scalar_one():
            return
        time.sleep(0.1)
    raise StillInUse
