"""On which day each folder of the mailbox was last looked into, and how much still stood in it then."""

from datetime import date

from sqlalchemy import insert, select, update

from journal.book import Journal
from journal.condition import Look
from journal.tables import folders


def note(journal: Journal, folder: str, *, today: date, standing: int) -> None:
    """Write down a complete look that differs from the one before; most looks of a day change nothing."""
    before = looks(journal).get(folder)
    if before is not None and (before.looked_on, before.standing) == (today, standing):
        return
    values = {"standing": standing, "looked_on": today}
    with journal.store.writing() as writing:
        seen = update(folders).where(folders.c.folder == folder).values(values)
        if writing.connection.execute(seen).rowcount == 0:
            writing.connection.execute(insert(folders).values(folder=folder, since=today, **values))


def looks(journal: Journal) -> dict[str, Look]:
    """By the folder's name."""
    with journal.store.reading() as connection:
        rows = connection.execute(select(folders)).all()
    return {
        row.folder: Look(folder=row.folder, since=row.since, standing=row.standing, looked_on=row.looked_on)
        for row in rows
    }
