"""Only one worker serves a mailbox at a time, and a dead one holds up nobody."""

import fcntl
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from journal.faults import DatabaseUnreachable, faults
from journal.private import open_lock


def lock_number(name: str) -> int:
    """A lock's name as the number that PostgreSQL wants."""
    return int.from_bytes(hashlib.sha256(f"senim {name}".encode()).digest()[:8], "big", signed=True)


_ours: set[Path] = set()  # lock files that this process holds: lockf does not keep its own threads apart
_ours_guard = threading.Lock()


@contextmanager
def lock(engine: Engine, name: str) -> Iterator[bool]:
    """One worker per name: False if somebody else has it. Let go by the system when the process dies."""
    if engine.dialect.name == "sqlite":
        file = Path(str(engine.url.database)).absolute()
        readable = "".join(c if c.isascii() and c.isalnum() else "-" for c in name)[:40]
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        with _file_lock(file.with_name(f"{file.name}.{readable}.{digest}.lock")) as mine:
            yield mine
    else:
        with _server_lock(engine, lock_number(name)) as mine:
            yield mine


@contextmanager
def _file_lock(path: Path) -> Iterator[bool]:
    # lockf, not flock: a parser's child process would inherit a flock and keep it when its parent is killed.
    path = path.resolve()
    with _ours_guard:
        if path in _ours:
            free = False
        else:
            _ours.add(path)
            free = True
    if not free:
        yield False
        return
    try:
        handle = _open(path)
        try:
            try:
                fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
            else:
                yield True
        finally:
            os.close(handle)
    finally:
        with _ours_guard:
            _ours.discard(path)


def _open(path: Path) -> int:
    try:
        return open_lock(path)
    except OSError as error:
        raise DatabaseUnreachable(
            f"The lock beside the Journal's file cannot be made ({type(error).__name__}): look at the rights "
            "of the folder that journal.url names."
        ) from error


@contextmanager
def _server_lock(engine: Engine, key: int) -> Iterator[bool]:
    with faults():
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        mine = bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar())
    try:
        yield mine
    finally:
        if mine:
            with suppress(DBAPIError):  # the server may be gone
                # A closed session lets go too, but only once the server comes to notice it.
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
        connection.invalidate()
        connection.close()
