"""What can be wrong with the Journal's database, in words that say what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError


class DatabaseUnreachable(Exception):
    """The database cannot be opened or did not answer. Trying again is safe.

    Nothing was written, unless the connection broke at the commit: then nobody knows, and asking again tells.
    """


class DiskFull(DatabaseUnreachable):
    """There is no room left for the database to write."""


class KeyChanged(DatabaseUnreachable):
    """The Journal was sealed with a new key since it was opened. Nothing was written with the old one."""

    def __init__(self) -> None:
        super().__init__(
            "The Journal's key was changed (`senim rekey`) after this had begun: start it anew. Nothing was "
            "written with the old key."
        )


class OpenToOthers(DatabaseUnreachable):
    """Others on this machine can read the Journal's file, or put another in its place."""


class DriverMissing(DatabaseUnreachable):
    """PostgreSQL was asked for, and its driver is not installed."""


class SchemaOutOfDate(Exception):
    """The database has not been made yet, or was made by another version of Senim."""


@contextmanager
def faults() -> Iterator[None]:
    """Turn the drivers' many errors into one that says what to do, and carries no value of a row."""
    try:
        yield
    except (OperationalError, InterfaceError, InternalError) as error:  # never the fault of what we wrote
        raise _fault(error) from error
    except DBAPIError as error:
        if error.connection_invalidated or _code(error) in _REMEDIES:
            raise _fault(error) from error
        raise


def _code(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or "")


_REMEDIES = {
    "SQLITE_FULL": "the disk is full: make room",
    "53100": "the server's disk is full: make room",
    "SQLITE_BUSY": "another process keeps it locked: see which one, or wait",
    "55P03": "another process keeps it locked: see which one, or wait",
    "SQLITE_READONLY": "it may only be read: give Senim's user the right to write the file and its folder",
    "25006": "it may only be read: does journal.url name a standby?",
    "XX001": "the database is damaged: restore a backup",
    "42501": "Senim's user has no right to its tables: make that user the owner of the database",
    "SQLITE_CANTOPEN": "the file cannot be opened: look at the rights of the file and of its folder",
    "SQLITE_NOTADB": "the file is not a database: look at journal.url, or restore a backup",
    "SQLITE_CORRUPT": "the file is damaged: restore a backup",
}


_FULL = ("SQLITE_FULL", "53100")


def _fault(error: DBAPIError) -> DatabaseUnreachable:
    error = _first(error)
    kind = DiskFull if _code(error) in _FULL else DatabaseUnreachable
    return kind(_explain(error))


def _first(error: DBAPIError) -> DBAPIError:
    """When giving up failed too, the first fault is the cause."""
    earlier = error.__context__
    while earlier is not None:
        error = earlier if isinstance(earlier, DBAPIError) else error
        earlier = earlier.__context__
    return error


def _explain(error: DBAPIError) -> str:
    code = _code(error)
    family = "_".join(code.split("_")[:2])  # SQLITE_IOERR_FSYNC is of the family SQLITE_IOERR
    remedy = _REMEDIES.get(code) or _REMEDIES.get(family) or "see that it runs and that journal.url is right"
    return f"The Journal's database did not do what was asked ({code or type(error).__name__}): {remedy}."
