"""What of the register still waits for somebody: for its day, or for the one who has not looked at it yet."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, false, not_, or_, select

from journal.book import Journal
from journal.model import Entry, Role, Status
from journal.reading import read_some
from journal.tables import entries

MOST = 100  # entries of one kind: a letter shows fifteen


def under_way(journal: Journal, due_by: date) -> list[Entry]:
    """With a measure, not closed, and due by that day; what is due first comes first."""
    query = (
        select(entries.c.number)
        .where(
            entries.c.status == Status.IN_PROGRESS.value,
            entries.c.due_on <= due_by,
            entries.c.purged_on.is_(None),
        )
        .order_by(entries.c.due_on, entries.c.number)
        .limit(MOST)
    )
    with journal.store.reading() as connection:
        numbers = list(connection.execute(query).scalars())
    found = {entry.number: entry for entry in read_some(journal.store, numbers)}
    return [found[number] for number in numbers if number in found]


def considered(
    journal: Journal, *, by: Collection[Role], but_not: Collection[Role], since: date
) -> list[Entry]:
    """Considered by one of these and none of those: in progress, or closed since that day; oldest first."""
    wanted = [_by_any(by), not_(_by_any(but_not)), entries.c.purged_on.is_(None)]
    numbers: set[int] = set()
    with journal.store.reading() as connection:
        # In the order of the index by which each is found: in another, the whole register would be walked.
        for here, order in (
            (entries.c.status == Status.IN_PROGRESS.value, entries.c.due_on),
            (entries.c.closed_on >= since, entries.c.closed_on.desc()),
        ):
            query = select(entries.c.number).where(here, *wanted).order_by(order).limit(MOST)
            numbers |= set(connection.execute(query).scalars())
    return read_some(journal.store, numbers)


def some(journal: Journal, numbers: Collection[int]) -> dict[int, Entry]:
    """The entries of these numbers."""
    return {entry.number: entry for entry in read_some(journal.store, numbers)}


def _by_any(roles: Collection[Role]) -> ColumnElement[bool]:
    return or_(false(), *(entries.c.considered_by.contains(role.value) for role in roles))
