"""The whole story of one appeal in order: received, who saw it, what was done, where it went.

Days only: the history knows nothing finer. Words of measures and deeds are those that stand in the register;
of an appeal that was destroyed the deeds are told without them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, or_, select

from journal import chain
from journal.book import Journal
from journal.doings import Doing, doings
from journal.model import LetterKind, LetterState, Role
from journal.openings import EXPORTED, FORWARDED, OPENED, covers, held_as, opening
from journal.standing import DEEDS, MEASURE, UNDONE
from journal.tables import deeds, events, measures

_LEFT = (LetterState.SENT.value, LetterState.FAILED.value)
_SEEN = (OPENED, EXPORTED, FORWARDED)
_OF_ONE = frozenset({LetterKind.FORWARD, LetterKind.ANSWER})  # the letters whose period is «12-3»


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened. `what`: a kind of event, of a letter that left «sent-answer»."""

    on: date
    what: str
    by: str = ""  # a name, a login, or the address to which a letter went
    role: Role | None = None
    words: str = ""
    code: str = ""
    undone_on: date | None = None


def story(journal: Journal, number: int) -> list[Happening]:
    """All that the history tells of an appeal, the oldest first."""
    store = journal.store
    no_number = events.c.number.is_(None) & events.c.kind.in_((*_SEEN, *_LEFT))
    query = select(events).where(or_(events.c.number == number, no_number)).order_by(events.c.seq)
    was_held = held_as(store, number)
    with store.reading() as connection:
        found = [row for row in connection.execute(query) if _concerns(row, number, was_held)]
    keys = {row.seq: key for row in found if (key := _key(row, number)) is not None}
    done = doings(store, keys.values())
    return [_happening(journal, row, done.get(keys[row.seq]) if row.seq in keys else None) for row in found]


def _concerns(row: Row[Any], number: int, was_held: int | None) -> bool:
    if row.number is not None:
        return True
    if row.kind in _LEFT:
        detail = chain.read_detail(row.detail)
        return detail.get("kind") in _OF_ONE and str(detail.get("period", "")).startswith(f"{number}-")
    return covers(row, number, was_held)


def _key(row: Row[Any], number: int) -> tuple[str, int, int] | None:
    if row.kind not in (MEASURE, *DEEDS):
        return None
    ordinal = chain.read_detail(row.detail).get("ordinal")
    table = measures if row.kind == MEASURE else deeds
    return (table.name, number, ordinal) if isinstance(ordinal, int) else None


def _happening(journal: Journal, row: Row[Any], done: Doing | None) -> Happening:
    detail = chain.read_detail(row.detail)
    role = None if row.role is None else Role(row.role)
    if row.kind in _SEEN:
        seen = opening(journal, row)
        return Happening(on=row.day, what=row.kind, by=seen.by, role=seen.role, code=seen.how)
    if done is not None:
        return Happening(
            on=row.day,
            what=row.kind,
            by=done.by,
            role=done.role,
            words=done.words,
            code=done.code,
            undone_on=done.undone_on,
        )
    if row.kind in _LEFT:
        return Happening(on=row.day, what=f"{row.kind}-{detail.get('kind')}", role=role)
    if row.kind == UNDONE:
        return Happening(
            on=row.day, what=UNDONE, role=role, code="measure" if "measure" in detail else "deed"
        )
    code = detail.get("rule") or detail.get("reason") or detail.get("code") or ""
    return Happening(on=row.day, what=row.kind, by=str(detail.get("by", "")), role=role, code=str(code))
