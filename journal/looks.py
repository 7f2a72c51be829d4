"""When each folder of the mailbox was last looked into, and how much still stood in it then."""

from datetime import date, datetime

from sqlalchemy import insert, select, update

from journal.book import Journal
from journal.model import Look
from journal.tables import folders


def note(journal: Journal, folder: str, *, today: date, standing: int, at: datetime) -> None:
    """Write down a complete look. `today` counts for the first one only: since then the folder is ours."""
    with journal.store.writing() as writing:
        values = {"standing": standing, "looked_at": at}
        seen = update(folders).where(folders.c.folder == folder).values(values)
        if writing.connection.execute(seen).rowcount == 0:
            writing.connection.execute(insert(folders).values(folder=folder, since=today, **values))


def looks(journal: Journal) -> dict[str, Look]:
    """By the folder's name."""
    with journal.store.reading() as connection:
        rows = connection.execute(select(folders)).all()
    return {
        row.folder: Look(folder=row.folder, since=row.since, standing=row.standing, looked_at=row.looked_at)
        for row in rows
    }
