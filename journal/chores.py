"""What is done once a night: when each was last done to its end."""

from datetime import date

from sqlalchemy import delete, func, insert, select

from journal.book import Journal
from journal.chain import read_detail
from journal.tables import chores, entries, events

BACKED_UP = "backup"
BY_HAND = "backup-by-hand"
ROTATED = "rotated"  # a kind of event: of what was destroyed before that day, no backup has anything left
_GONE = "gone_before"


def done(journal: Journal, name: str, on: date) -> None:
    """It was done to its end, for the night of this day."""
    with journal.store.writing() as writing:
        writing.connection.execute(delete(chores).where(chores.c.name == name))
        writing.connection.execute(insert(chores).values(name=name, done_on=on))


def last_done(journal: Journal) -> dict[str, date]:
    with journal.store.reading() as connection:
        return {row.name: row.done_on for row in connection.execute(select(chores))}


def began_on(journal: Journal) -> date | None:
    """The day of the first event; None when there is nothing yet that could be lost."""
    with journal.store.reading() as connection:
        return connection.execute(select(func.min(events.c.day))).scalar()


def last_backup(journal: Journal) -> date | None:
    """The day of the newest backup, whoever had it made."""
    found = last_done(journal)
    return max((found[name] for name in (BACKED_UP, BY_HAND) if name in found), default=None)


def note_gone(journal: Journal, oldest_backup: date, *, on: date) -> None:
    """Say in the history that what was destroyed before the oldest backup is in none; once for each."""
    with journal.store.writing():
        with journal.store.reading() as connection:
            gone = connection.execute(
                select(func.max(entries.c.purged_on)).where(entries.c.purged_on < oldest_backup)
            ).scalar()
            said = connection.execute(
                select(events.c.detail).where(events.c.kind == ROTATED).order_by(events.c.seq.desc()).limit(1)
            ).scalar()
        told = str(read_detail(said or "").get(_GONE, ""))
        if gone is not None and gone.isoformat() >= told:
            journal.note(ROTATED, on=on, detail={_GONE: oldest_backup.isoformat()})
