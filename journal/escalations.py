"""Keeps of an appeal that waits how far up that was told: 1, the deputy director; 2, the director too."""

from datetime import date

from sqlalchemy import update

from journal import history
from journal.book import Journal
from journal.standing import ESCALATED
from journal.tables import entries


def escalate(journal: Journal, number: int, level: int, *, on: date) -> bool:
    """Note that it was told so far up. False where it was before."""
    with journal.store.writing() as writing:
        lower = (entries.c.number == number) & (entries.c.escalated < level)
        if writing.connection.execute(update(entries).where(lower).values(escalated=level)).rowcount == 0:
            return False
        history.append(writing, ESCALATED, on=on, number=number, detail={"level": level})
        return True
