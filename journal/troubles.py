"""What is wrong just now, since when, and whether the administrator was told."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from journal.book import Journal
from journal.condition import OpenTrouble, Trouble
from journal.tables import troubles


def begin(journal: Journal, kind: Trouble, since: datetime) -> None:
    """Write a trouble down, once: the first moment stands."""
    with journal.store.writing() as writing:
        known = writing.connection.execute(select(troubles.c.kind).where(troubles.c.kind == kind.value))
        if known.first() is None:
            writing.connection.execute(insert(troubles).values(kind=kind.value, since=since, told=False))


def told(journal: Journal, kind: Trouble) -> bool:
    """Note that its letter is owed. False if another worker was first."""
    with journal.store.writing() as writing:
        untold = (troubles.c.kind == kind.value) & troubles.c.told.is_(False)
        return writing.connection.execute(update(troubles).where(untold).values(told=True)).rowcount == 1


def end(journal: Journal, kind: Trouble) -> bool:
    """It is over. False if another worker was first."""
    with journal.store.writing() as writing:
        gone = delete(troubles).where(troubles.c.kind == kind.value)
        return writing.connection.execute(gone).rowcount == 1


def open_troubles(journal: Journal) -> dict[Trouble, OpenTrouble]:
    """All that have begun and are not over, the oldest first."""
    with journal.store.reading() as connection:
        rows = connection.execute(select(troubles).order_by(troubles.c.since, troubles.c.kind)).all()
    found = [OpenTrouble(kind=Trouble(row.kind), since=row.since, told=row.told) for row in rows]
    return {one.kind: one for one in found}
