"""Whom an appeal names, so that it stays out of that person's letters: by its words or by a colleague's.

A row says that an appeal is not for a reader, or that this was lifted: it holds until that day is over, so
that the other readers can object. Who the reader is can be told with the key only, and not even that two rows
are about one reader: the fingerprint is of the number and the address.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import delete, insert, select, update

from journal.book import Journal
from journal.digests import conflicts_digest
from journal.model import Role
from journal.standing import LIFTED, MARKED, NAMED, UNSAID
from journal.tables import conflicts, entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What is kept of one reader and one appeal."""

    lifted: bool
    day: date

    def holds(self, on: date) -> bool:
        return not self.lifted or on <= self.day


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The conflicts of many appeals, read at once."""

    journal: Journal
    by_number: dict[int, dict[str, Conflict]] = field(default_factory=dict)

    def of(self, number: int, address: str) -> Conflict | None:
        """None where nothing is kept of this reader."""
        rows = self.by_number.get(number)
        return rows.get(_mark(self.journal, number, address)) if rows else None


def kept(journal: Journal, numbers: Collection[int] | None = None) -> Kept:
    """What is kept of these appeals, or of all."""
    query = select(conflicts)
    if numbers is not None:
        if not numbers:
            return Kept(journal=journal)
        query = query.where(conflicts.c.number.between(min(numbers), max(numbers)))
    found: dict[int, dict[str, Conflict]] = {}
    with journal.store.reading() as connection:
        for row in connection.execute(query):
            found.setdefault(row.number, {})[row.reader] = Conflict(lifted=row.lifted, day=row.day)
    return Kept(journal=journal, by_number=found)


def numbers_since(journal: Journal, since: date) -> list[int]:
    """The appeals received from that day on of which anything is kept."""
    query = (
        select(conflicts.c.number)
        .join(entries, entries.c.number == conflicts.c.number)
        .where(entries.c.received_on >= since)
        .distinct()
    )
    with journal.store.reading() as connection:
        return list(connection.execute(query).scalars())


def name(journal: Journal, number: int, addresses: Iterable[str], *, on: date) -> None:
    """Note whom the words of an appeal name."""
    _write(journal, number, addresses, NAMED, role=None, on=on, lifted=False)


def mark(journal: Journal, number: int, addresses: Iterable[str], *, role: Role, on: date) -> int:
    """A reader says that an appeal is about somebody although it does not name them. Returns the event."""
    return _write(journal, number, addresses, MARKED, role=role, on=on, lifted=False)


def lift(journal: Journal, number: int, addresses: Iterable[str], *, role: Role, on: date) -> int:
    """A reader says that it is not about them after all: from the next day on it is shown."""
    return _write(journal, number, addresses, LIFTED, role=role, on=on, lifted=True)


def restore(
    journal: Journal, number: int, before: Mapping[str, Conflict | None], *, role: Role, on: date
) -> int:
    """Let stand again what stood of these readers before a mark or a lift. Returns the event."""
    with journal.store.writing() as writing:
        for address, old in before.items():
            reader = _mark(journal, number, address)
            here = (conflicts.c.number == number) & (conflicts.c.reader == reader)
            writing.connection.execute(
                delete(conflicts).where(here)
                if old is None
                else update(conflicts).where(here).values(lifted=old.lifted, day=old.day)
            )
        detail: dict[str, str | int] = {"readers": len(before)}
        detail["kept"] = conflicts_digest(writing.connection, number)
        journal.note(UNSAID, on=on, number=number, role=role, detail=detail)
        return writing.head.event


def _write(
    journal: Journal,
    number: int,
    addresses: Iterable[str],
    kind: str,
    *,
    role: Role | None,
    on: date,
    lifted: bool,
) -> int:
    marks = [_mark(journal, number, address) for address in addresses]
    with journal.store.writing() as writing:
        run = writing.connection.execute
        for reader in marks:
            here = (conflicts.c.number == number) & (conflicts.c.reader == reader)
            if run(update(conflicts).where(here).values(lifted=lifted, day=on)).rowcount == 0:
                run(insert(conflicts).values(number=number, reader=reader, lifted=lifted, day=on))
        kept = conflicts_digest(writing.connection, number)
        journal.note(kind, on=on, number=number, role=role, detail={"readers": len(marks), "kept": kept})
        return writing.head.event


def _mark(journal: Journal, number: int, address: str) -> str:
    return journal.fingerprint("conflict", str(number), address.strip().lower())
