"""Where the Journal's database is and how to reach it: a file (SQLite) or a server (PostgreSQL).

This, `journal.locking` and `journal.sweeping` alone tell the two apart.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError

from journal import private
from journal.faults import DatabaseUnreachable, DriverMissing, OpenToOthers, SchemaOutOfDate, faults
from journal.locking import lock, lock_number

__all__ = [
    "DatabaseUnreachable",
    "DriverMissing",
    "SchemaOutOfDate",
    "begun",
    "connect",
    "faults",
    "lock",
    "pending",
    "upgrade",
]

HEAD = "0004"  # the newest migration; a test holds it to the scripts
BUSY_SECONDS = 30  # how long a writer waits for another one


def connect(url: str) -> Engine:
    """An engine for a Journal's URL. Makes nothing: a missing SQLite file stays missing."""
    return _engine(_read_url(url))


@contextmanager
def reached(url: str) -> Iterator[Engine]:
    """An engine for one look at the database: its connections are closed afterwards."""
    engine = connect(url)
    try:
        yield engine
    finally:
        engine.dispose()


def upgrade(url: str) -> None:
    """Make the database or bring it up to date: all migrations, in one transaction."""
    from journal.migrations.steps import run

    with rebuilding(url) as connection:
        run(connection)


@contextmanager
def rebuilding(url: str) -> Iterator[Connection]:
    """A transaction in which the tables themselves change, for one process at a time: all of it or nothing.

    A missing SQLite file is made. References between its rows are not watched meanwhile: see `loose_ends`.
    """
    address = _read_url(url)
    if address.get_backend_name() == "sqlite":
        _make_file(_file(address))
    engine = _engine(address, foreign_keys=False)  # SQLite changes a table by copying it, and FKs object
    try:
        with faults(), engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock_number("upgrade")}
                )
            yield connection
    finally:
        engine.dispose()


def loose_ends(connection: Connection) -> bool:
    """Whether a row refers to one that is not there. PostgreSQL would not have taken it."""
    if connection.dialect.name != "sqlite":
        return False
    return connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """The whole database as it is at one moment, however long the reading takes. Writers go on meanwhile."""
    options: dict[str, Any] = {"only_reads": True}  # SQLite's WAL: as it was at the first read
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with faults(), engine.execution_options(**options).connect() as connection:
        yield connection


def pending(url: str) -> list[str]:
    """The migrations not yet applied, oldest first; empty when it is up to date. Changes nothing."""
    from journal.migrations.steps import after

    with reached(url) as engine:
        return after(revision(engine))


def begun(url: str) -> bool:
    """Whether a key was ever used with this database. If so, a new key would be no help."""
    with reached(url) as engine:
        if revision(engine) is None:
            return False
        with faults(), only_reading(engine) as connection:
            return connection.execute(text("SELECT 1 FROM school")).first() is not None


def revision(engine: Engine) -> str | None:
    """The migration at which the database stands; None when it has none, or is not there at all."""
    if engine.dialect.name == "sqlite" and not _file(engine.url).exists():
        return None
    with faults(), only_reading(engine) as connection:
        if not engine.dialect.has_table(connection, "alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)


def only_reading(engine: Engine) -> Connection:
    """A connection that waits for no writer."""
    return engine.execution_options(only_reads=True).connect()


def demand_current(engine: Engine) -> None:
    """Refuse a database that this version of Senim would misread."""
    found = revision(engine)
    if found == HEAD:
        return
    if found is None:
        raise SchemaOutOfDate("There is no Journal at journal.url yet: run `senim upgrade` to make it.")
    if found > HEAD:
        raise SchemaOutOfDate(
            f"The Journal is at migration {found} and this Senim knows only {HEAD}: it was written by a "
            "newer version. Install that version."
        )
    raise SchemaOutOfDate(f"The Journal is at migration {found}, {HEAD} is needed: run `senim upgrade`.")


def _read_url(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise DatabaseUnreachable(
            "journal.url is not a database's address: write sqlite:///var/journal.db, "
            "or postgresql://user@host/name."
        ) from None
    if address.drivername in ("postgres", "postgresql"):
        address = address.set(drivername="postgresql+psycopg")
    if address.drivername in ("sqlite", "sqlite+pysqlite") and address.database not in (None, "", ":memory:"):
        return address
    if address.drivername == "postgresql+psycopg":
        return address
    raise DatabaseUnreachable(
        "journal.url must name a file (sqlite:///var/journal.db) or a PostgreSQL database "
        "(postgresql://user@host/name)."
    )


def _engine(address: URL, *, foreign_keys: bool = True) -> Engine:
    if address.get_backend_name() == "sqlite":
        return _sqlite(address, foreign_keys=foreign_keys)
    return _postgresql(address)


def _file(address: URL) -> Path:
    return Path(str(address.database))


def _make_file(path: Path) -> None:
    """An empty file that only its owner may read; SQLite gives its WAL the same rights."""
    try:
        private.make_file(path)
    except OSError as error:
        raise DatabaseUnreachable(
            f"The Journal's file cannot be made ({type(error).__name__}): look at the rights of the folder "
            "that journal.url names."
        ) from error


def _sqlite(address: URL, *, foreign_keys: bool) -> Engine:
    file = _file(address).absolute()
    for one in (file, file.with_name(f"{file.name}-wal")):
        if fault := private.exposure(one):
            raise OpenToOthers(f"The Journal's file: {fault}")
    where = f"file:{quote(str(file))}?mode=rw"  # rw: never makes a file

    def open_file() -> sqlite3.Connection:
        connection = sqlite3.connect(
            where, uri=True, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None
        )
        try:
            for pragma in (
                "journal_mode=WAL",
                "synchronous=FULL",  # a commit is on the disk before the mail server is touched
                "secure_delete=ON",
                "temp_store=MEMORY",
                f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
            ):
                connection.execute(f"PRAGMA {pragma}").close()
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine(address, creator=open_file, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # The driver's own transactions begin too late for savepoints (isolation_level=None switches them
        # off), and a read that later becomes a write fails under concurrency: writers say so at once.
        options = connection.get_execution_options()
        if options.get("no_transaction", False):  # VACUUM wants none
            return
        only_reads = options.get("only_reads", False)
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")

    return engine


def _postgresql(address: URL) -> Engine:
    options: dict[str, Any] = {}
    if "connect_timeout" not in address.query:
        options["connect_timeout"] = 10
    try:
        engine = create_engine(
            address,
            connect_args=options,
            hide_parameters=True,
            isolation_level="READ COMMITTED",  # whoever waited for the school's row sees what was committed
            pool_pre_ping=True,
        )
    except ImportError as error:
        raise DriverMissing(
            "journal.url names PostgreSQL, and its driver does not load: "
            "`pip install 'psycopg[binary]'` into Senim's environment."
        ) from error

    @event.listens_for(engine, "connect")
    def settings(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
            cursor.execute("SET synchronous_commit = on")
        connection.commit()

    return engine
