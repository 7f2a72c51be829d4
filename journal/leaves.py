"""Who of the readers is away, from which day to which: told by themselves, or by an answering machine.

Only whoever writes here with proof is spared letters. What a machine says is shown to the others and
changes nothing else, because anybody who has a letter of ours can forge it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, update

from journal import history
from journal.book import Journal
from journal.letters import mark_of
from journal.model import Reader
from journal.tables import leaves

SAID, HEARD, OVER = "leave", "leave-automatic", "leave-over"  # kinds of events
UNTOLD = timedelta(days=14)  # a machine that does not say until when is believed for so long


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Days on which a reader is away. Without `ends` a machine said so, and not until when."""

    id: int
    starts: date
    ends: date | None
    automatic: bool


def away(journal: Journal, address: str, on: date) -> Leave | None:
    """The leave of this reader on that day; one that they told of themselves counts before a machine's."""
    return all_away(journal, [address], on).get(address)


def all_away(journal: Journal, addresses: Collection[str], on: date) -> dict[str, Leave]:
    """Who of these is away on that day."""
    query = select(leaves).where(_stands(on)).order_by(leaves.c.automatic.desc(), leaves.c.id)
    with journal.store.reading() as connection:
        found = {row.reader: _leave(row) for row in connection.execute(query)}
    if not found:
        return {}
    marks = {one: _mark(journal, one) for one in addresses}
    return {one: found[mark] for one, mark in marks.items() if mark in found}


def told_between(journal: Journal, address: str, first: date, last: date) -> Leave | None:
    """The newest leave told by this reader that has a day among these."""
    mine = and_(
        leaves.c.reader == _mark(journal, address),
        leaves.c.over.is_(False),
        leaves.c.automatic.is_(False),
        leaves.c.starts <= last,
        leaves.c.ends >= first,
    )
    with journal.store.reading() as connection:
        row = connection.execute(select(leaves).where(mine).order_by(leaves.c.id.desc())).first()
    return None if row is None else _leave(row)


def note(
    journal: Journal,
    reader: Reader,
    *,
    starts: date,
    ends: date | None,
    on: date,
    automatic: bool = False,
) -> Leave | None:
    """Write a leave down. None when just that is known: a machine speaks once for each leave.

    What a reader tells takes the place of a leave with a day in common; what a machine says, of a machine's.
    """
    with journal.store.writing() as writing:
        run = writing.connection.execute
        mark = mark_of(journal, reader)
        mine = and_(leaves.c.reader == mark, leaves.c.over.is_(False))
        if automatic:
            if any(_knows(row, ends) for row in run(select(leaves).where(mine, _stands(on)))):
                return None
            mine = and_(mine, leaves.c.automatic)
        before = and_(mine, or_(leaves.c.ends.is_(None), leaves.c.ends >= starts))
        if ends is not None:
            before = and_(before, leaves.c.starts <= ends)
        run(update(leaves).where(before).values(over=True))
        number = (run(select(func.max(leaves.c.id))).scalar() or 0) + 1
        row = {"starts": starts, "ends": ends, "automatic": automatic, "noted_on": on, "over": False}
        run(insert(leaves).values(id=number, reader=mark, **row))
        detail: dict[str, str | int] = {
            "leave": number,
            "reader": mark,
            "starts": starts.isoformat(),
            "ends": "" if ends is None else ends.isoformat(),
        }
        history.append(writing, HEARD if automatic else SAID, on=on, role=reader.role, detail=detail)
    return Leave(id=number, starts=starts, ends=ends, automatic=automatic)


def end(journal: Journal, reader: Reader, *, on: date, only: int | None = None) -> bool:
    """The reader is here again: no leave is left for that day or later. False when there was none.

    Days that went by stay days of leave. `only`: the one leave that is taken back.
    """
    return _end(journal, reader, on, leaves.c.id == only if only is not None else leaves.c.id > 0)


def end_automatic(journal: Journal, reader: Reader, *, on: date) -> bool:
    """The reader has written: what a machine said is over. False when it had said nothing."""
    return _end(journal, reader, on, leaves.c.automatic.is_(True))


def _end(journal: Journal, reader: Reader, on: date, which: ColumnElement[bool]) -> bool:
    mine = and_(leaves.c.reader == mark_of(journal, reader), leaves.c.over.is_(False), which)
    mine = and_(mine, or_(leaves.c.ends.is_(None), leaves.c.ends >= on))
    with journal.store.reading() as connection:  # mostly there is none, and asking need not stop a writer
        if connection.execute(select(leaves.c.id).where(mine)).first() is None:
            return False
    with journal.store.writing() as writing:
        run = writing.connection.execute
        standing = run(select(leaves).where(mine)).all()
        for row in standing:
            gone: Mapping[str, object] = {"over": True}
            if row.starts < on:
                gone = {"ends": on - timedelta(days=1)}
            run(update(leaves).where(leaves.c.id == row.id).values(gone))
            detail: dict[str, str | int] = {"leave": row.id, "reader": row.reader}
            history.append(writing, OVER, on=on, role=reader.role, detail=detail)
    return bool(standing)


def _stands(on: date) -> ColumnElement[bool]:
    believed = and_(leaves.c.ends.is_(None), leaves.c.noted_on > on - UNTOLD)
    return and_(leaves.c.over.is_(False), leaves.c.starts <= on, or_(leaves.c.ends >= on, believed))


def _knows(row: Row[Any], ends: date | None) -> bool:
    """Whether a leave that stands says as much as an answering machine does now."""
    return not row.automatic or ends is None or row.ends == ends


def _leave(row: Row[Any]) -> Leave:
    return Leave(id=row.id, starts=row.starts, ends=row.ends, automatic=row.automatic)


def _mark(journal: Journal, address: str) -> str:
    return journal.fingerprint("reader", address.strip().lower())
