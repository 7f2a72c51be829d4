"""Urgent letters: whose turn comes next, which letter still takes in another appeal, who was told of what."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func, select, update

from journal.book import Journal
from journal.letters import mark_of, read_letter
from journal.model import Letter, LetterKind, LetterState, Reader
from journal.tables import entries, letters

SEVERAL = "several-"  # with this begins the period of a letter about several appeals
_URGENT = letters.c.kind == LetterKind.URGENT.value
_OWED = letters.c.state == LetterState.OWED.value
_BRIEF = [column for column in letters.c if column.name != "snapshot"]


def urgent_on(journal: Journal, day: date) -> int:
    """How many urgent appeals came on a day."""
    query = select(func.count()).select_from(entries).where(entries.c.urgent, entries.c.received_on == day)
    with journal.store.reading() as connection:
        return connection.execute(query).scalar_one()


def still_open(
    journal: Journal, reader: Reader, since: datetime, until: datetime, *, first: bool
) -> Letter | None:
    """The letter about several appeals that leaves between these moments: it can tell of one more.

    `first`: one that leaves whatever others do. What is owed at once must not wait for somebody's turn.
    """
    query = (
        select(*_BRIEF)
        .where(_URGENT, _OWED, letters.c.reader == mark_of(journal, reader))
        .where(letters.c.due_at.between(since, until))
        .where(letters.c.period.startswith(SEVERAL), letters.c.lease_until.is_(None))
        .order_by(letters.c.id.desc())
    )
    with journal.store.reading() as connection:
        rows = connection.execute(query).all()
    found = (read_letter(journal, row, None) for row in rows)
    return next((one for one in found if bool(one.data.get("first")) is first), None)


def hasten(journal: Journal, period: str, now: datetime, due_at: datetime) -> bool:
    """Somebody cannot be reached: whoever is next in line is told now. False when nobody is left."""
    waiting = (
        select(letters.c.id)
        .where(_URGENT, _OWED, letters.c.period == period, letters.c.due_at > now)
        .order_by(letters.c.due_at, letters.c.id)
        .limit(1)
    )
    with journal.store.writing() as writing:
        number = writing.connection.execute(waiting).scalar()
        if number is None:
            return False
        writing.connection.execute(update(letters).where(letters.c.id == number).values(due_at=due_at))
        return True


def told_of(journal: Journal, reader: Reader, numbers: Collection[int]) -> set[int]:
    """Those of these appeals of which an urgent letter has told this reader."""
    if not numbers:
        return set()
    query = select(*_BRIEF).where(_URGENT, letters.c.reader == mark_of(journal, reader))
    with journal.store.reading() as connection:
        rows = connection.execute(query.where(letters.c.token.is_not(None))).all()
    told = {number for row in rows for number in numbers_in(read_letter(journal, row, None))}
    return told & set(numbers)


def numbers_in(letter: Letter) -> list[int]:
    """The appeals that an urgent letter is about."""
    found = letter.data.get("numbers")
    every = found if isinstance(found, list) else [letter.data.get("number")]
    return [one for one in every if isinstance(one, int)]
