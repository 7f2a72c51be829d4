"""What staff do with an appeal besides measures: closing it, what was found, its cause, who looks after it.

Nothing is ever taken away. What is taken back is marked so, and the entry's row in the register says what the
deeds and measures that still stand come to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, insert, select, update

from journal import history
from journal.book import Journal
from journal.digests import deed_digest
from journal.model import DeedKind, DeedState, Finding, Role
from journal.reading import NoSuchEntry, Purged, entry_seal, read_deed
from journal.sealing import Seal
from journal.standing import UNDONE
from journal.store import Writing
from journal.tables import deeds, entries, measures
from journal.writing import stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One thing that was written down, by which it can be taken back."""

    number: int
    ordinal: int
    kind: DeedKind | None  # None: a measure
    before: Finding | None = None  # what had been found until then


def do(
    journal: Journal,
    number: int,
    kind: DeedKind,
    *,
    by: str,
    role: Role,
    on: date,
    words: str = "",
    code: str = "",
    state: DeedState | None = None,
) -> Done | None:
    """Write a deed down. None when just that stands already. Raises NoSuchEntry, Purged."""
    store = journal.store
    with store.writing() as writing:
        entry = _entry(writing, number)
        seal = entry_seal(store, number, entry.data_key)
        kept = writing.connection.execute(
            select(deeds).where(deeds.c.number == number).order_by(deeds.c.ordinal)
        ).all()
        if _stands_already(journal, seal, kept, kind, role=role, words=words, code=code):
            return None
        ordinal = len(kept) + 1
        at = f"{number}.{ordinal}"
        row = {
            "number": number,
            "ordinal": ordinal,
            "kind": kind.value,
            "role": role.value,
            "recorded_on": on,
            "code": code,
            "state": state and state.value,
            "person": seal.seal_text(by, place=store.place("deeds", "person", at)),
            "words": seal.seal_text(words, place=store.place("deeds", "words", at)),
        }
        writing.connection.execute(insert(deeds).values(row))
        stand(writing, number)
        detail: dict[str, str | int] = {"ordinal": ordinal, "code": code, "row": deed_digest(row)}
        history.append(writing, kind.value, on=on, number=number, role=role, detail=detail)
    before = None if entry.finding is None else Finding(entry.finding)
    return Done(number=number, ordinal=ordinal, kind=kind, before=before)


def undo(journal: Journal, done: Done, *, role: Role, on: date) -> bool:
    """Take back a deed or a measure; it stays, marked. False when it was taken back before."""
    table = measures if done.kind is None else deeds
    with journal.store.writing() as writing:
        _entry(writing, done.number)
        here = and_(
            table.c.number == done.number, table.c.ordinal == done.ordinal, table.c.undone_on.is_(None)
        )
        if writing.connection.execute(update(table).where(here).values(undone_on=on)).rowcount == 0:
            return False
        stand(writing, done.number)
        detail = {("measure" if done.kind is None else "deed"): done.ordinal}
        history.append(writing, UNDONE, on=on, number=done.number, role=role, detail=detail)
        return True


def come_to(journal: Journal, number: int, ordinal: int, state: DeedState) -> None:
    """How far a deed that leaves the school's staff has come."""
    here = and_(deeds.c.number == number, deeds.c.ordinal == ordinal)
    with journal.store.writing() as writing:
        writing.connection.execute(update(deeds).where(here).values(state=state.value))


def _entry(writing: Writing, number: int) -> Any:
    row = writing.connection.execute(
        select(entries.c.data_key, entries.c.status, entries.c.finding).where(entries.c.number == number)
    ).first()
    if row is None:
        raise NoSuchEntry(number)
    if row.data_key is None:
        raise Purged(number)
    return row


# Of these a second one is another deed, whatever the first one said.
_EACH_COUNTS = (DeedKind.PASSED_ON, DeedKind.ANSWERED)


def _stands_already(
    journal: Journal,
    seal: Seal,
    kept: Sequence[Row[Any]],
    kind: DeedKind,
    *,
    role: Role,
    words: str,
    code: str,
) -> bool:
    """Whether the newest deed of this kind that stands says the same."""
    if kind in _EACH_COUNTS:
        return False
    same = [one for one in kept if one.kind == kind.value and one.undone_on is None]
    if kind is DeedKind.CONSIDERED:
        return any(one.role == role.value for one in same)
    if not same:
        return False
    newest = read_deed(journal.store, seal, same[-1])
    return newest.code == code and (kind is DeedKind.FOUND or newest.words == words)
