"""Keeps of an appeal that waits how far up that was told: 1, the deputy director; 2, the director too."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from journal import history
from journal.book import Journal
from journal.model import Role, Status
from journal.standing import ESCALATED
from journal.tables import entries

HIGHEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An appeal without a measure, as far as anybody may know of it."""

    number: int
    registered_on: date
    level: int


def waiting(journal: Journal) -> list[Waiting]:
    """Those of which not everybody was told, by their numbers; no seal is opened."""
    query = (
        select(entries.c.number, entries.c.registered_on, entries.c.escalated)
        .where(entries.c.status == Status.REGISTERED.value, entries.c.purged_on.is_(None))
        .where(entries.c.escalated < HIGHEST)
        .order_by(entries.c.number)
    )
    with journal.store.reading() as connection:
        rows = connection.execute(query).all()
    return [Waiting(number=row.number, registered_on=row.registered_on, level=row.escalated) for row in rows]


def escalate(journal: Journal, number: int, level: int, *, on: date, role: Role | None = None) -> bool:
    """Note that it was told so far up, to somebody of this role. False where it was before."""
    with journal.store.writing() as writing:
        lower = (entries.c.number == number) & (entries.c.escalated < level)
        if writing.connection.execute(update(entries).where(lower).values(escalated=level)).rowcount == 0:
            return False
        history.append(writing, ESCALATED, on=on, number=number, role=role, detail={"level": level})
        return True
