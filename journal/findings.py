"""What staff found after considering an appeal: closing it, opening it again, each kept in the history.

Nothing of it is ever taken away: an appeal that is opened again has both deeds in its history.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, Row, func, select, update

from journal import history
from journal.book import Journal
from journal.model import Finding, Role, Status
from journal.reading import NoSuchEntry, Purged, write_roles
from journal.standing import CLOSED, FOUND, REOPENED
from journal.store import Writing
from journal.tables import entries, events, measures


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What was written down. `event` is its number in the history, by which it can be taken back."""

    event: int
    before: Finding | None  # what had been found until then


def close(journal: Journal, number: int, finding: Finding, *, role: Role, on: date) -> Deed | None:
    """Close an appeal with a finding. None when it is closed with that finding already."""
    with journal.store.writing() as writing:
        entry = _entry(writing, number)
        if entry.status == Status.CLOSED and entry.finding == finding:
            return None
        _demand_content(entry)
        return _write(writing, entry, CLOSED, finding, Status.CLOSED, role=role, on=on)


def find(journal: Journal, number: int, finding: Finding, *, role: Role, on: date) -> Deed | None:
    """Write down a finding; an appeal that had been closed with another one is open again."""
    with journal.store.writing() as writing:
        entry = _entry(writing, number)
        if entry.finding == finding:
            return None
        _demand_content(entry)
        return _write(writing, entry, FOUND, finding, _open_status(writing, number), role=role, on=on)


def reopen(journal: Journal, number: int, closing: Deed, *, role: Role, on: date) -> Deed | None:
    """Take back that closing. None when it no longer stands: something else was decided since."""
    with journal.store.writing() as writing:
        entry = _entry(writing, number)
        if _last_deed(writing, number) != closing.event:
            return None
        status = _open_status(writing, number)
        return _write(writing, entry, REOPENED, closing.before, status, role=role, on=on)


def _write(
    writing: Writing,
    entry: Row[Any],
    kind: str,
    finding: Finding | None,
    status: Status,
    *,
    role: Role,
    on: date,
) -> Deed:
    before = None if entry.finding is None else Finding(entry.finding)
    values = {
        "finding": finding and finding.value,
        "status": status.value,
        "considered_by": write_roles(entry.considered_by, role),
        "closed_on": on if status is Status.CLOSED else None,
    }
    writing.connection.execute(update(entries).where(entries.c.number == entry.number).values(values))
    detail = {"finding": finding.value if finding else "none", "before": before.value if before else "none"}
    history.append(writing, kind, on=on, number=entry.number, role=role, detail=detail)
    return Deed(event=writing.head.event, before=before)


def _entry(writing: Writing, number: int) -> Row[Any]:
    wanted: list[Column[Any]] = [
        entries.c.number,
        entries.c.status,
        entries.c.finding,
        entries.c.considered_by,
        entries.c.purged_on,
    ]
    row = writing.connection.execute(select(*wanted).where(entries.c.number == number)).first()
    if row is None:
        raise NoSuchEntry(number)
    return row


def _demand_content(entry: Row[Any]) -> None:
    """Nobody can find anything on what is no longer there."""
    if entry.purged_on is not None:
        raise Purged(entry.number)


def _open_status(writing: Writing, number: int) -> Status:
    taken = select(func.count()).select_from(measures).where(measures.c.number == number)
    return Status.IN_PROGRESS if writing.connection.execute(taken).scalar_one() else Status.REGISTERED


def _last_deed(writing: Writing, number: int) -> int | None:
    deeds = events.c.kind.in_((CLOSED, REOPENED, FOUND))
    return writing.connection.execute(
        select(func.max(events.c.seq)).where(events.c.number == number, deeds)
    ).scalar()
