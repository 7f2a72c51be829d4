"""Owes a member of staff a letter that is due at once."""

from collections.abc import Mapping
from datetime import datetime

from intake.desk import Desk
from journal.letters import owe
from journal.model import LetterKind, Reader
from reports.school import StaffMember


def reader_of(member: StaffMember) -> Reader:
    """A member of staff as the Journal knows one."""
    return Reader(address=member.address, role=member.role)


def owe_to(
    kind: LetterKind,
    member: StaffMember,
    period: str,
    desk: Desk,
    data: Mapping[str, object],
    *,
    due_at: datetime | None = None,
) -> bool:
    """Once for its kind, reader and period. False if it was owed before."""
    due = due_at or desk.now
    return owe(desk.journal, kind=kind, reader=reader_of(member), period=period, due_at=due, data=data)
