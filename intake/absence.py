"""Takes note of who is away: told in a reply, or by an answering machine; whose letters wait meanwhile.

A reader who tells of a leave gets no daily letter until it is over. An answering machine spares nobody a
letter: whoever has one of ours can forge it, and all that comes of it is a line in the others' letters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from intake.desk import Desk
from intake.message import Message
from intake.owing import owe_to, reader_of
from journal import leaves
from journal.model import Letter, LetterKind
from reports.absence import last_day_in, read_days
from reports.away import absences, closest
from reports.school import StaffMember

OVER = "over"  # as `reports.slip` hands on «демалыс аяқталды»


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """What a reply says of its writer's leave: its days; none, where it is over; or words not read."""

    starts: date | None = None
    ends: date | None = None
    unread: str = ""
    leave: int | None = None  # as it was written down

    @property
    def clear(self) -> bool:
        return not self.unread


def understood(words: str, member: StaffMember, desk: Desk) -> Absence | None:
    """What stands behind «демалыс:». None where nothing does, or where none of our staff says so."""
    if not words.strip() or member not in desk.school.staff:
        return None
    if words == OVER:
        return Absence()
    days = read_days(words, desk.today)
    return Absence(starts=days.starts, ends=days.ends) if days else Absence(unread=words)


def take(absence: Absence, member: StaffMember, desk: Desk) -> Absence:
    """Write it down."""
    if absence.starts is not None:
        told = leaves.note(
            desk.journal, reader_of(member), starts=absence.starts, ends=absence.ends, on=desk.today
        )
        return replace(absence, leave=told.id if told else None)
    if absence.clear:
        leaves.end(desk.journal, reader_of(member), on=desk.today)
    return absence


def take_back(data: Mapping[str, Any], member: StaffMember, desk: Desk) -> bool:
    """Take back the leave of which a confirmation tells. False where there is none to end."""
    told = data.get("away") or {}
    if not told.get("leave"):
        return False
    return leaves.end(desk.journal, reader_of(member), on=desk.today, only=told["leave"])


def to_data(absence: Absence | None) -> dict[str, object] | None:
    """As a letter's sealed data."""
    if absence is None:
        return None
    return {
        "starts": absence.starts.isoformat() if absence.starts else "",
        "ends": absence.ends.isoformat() if absence.ends else "",
        "unread": absence.unread,
        "leave": absence.leave,
    }


def from_data(data: Mapping[str, Any] | None) -> Absence | None:
    """What `to_data` kept."""
    if not data:
        return None
    starts, ends = (date.fromisoformat(data[name]) if data[name] else None for name in ("starts", "ends"))
    return Absence(starts=starts, ends=ends, unread=data["unread"])


def heard(message: Message, letter: Letter, desk: Desk) -> None:
    """An answering machine of a reader has answered a letter of ours."""
    member = desk.school.member(letter.reader.address)
    if member is None:
        return
    said = f"{message.subject}\n{message.text or message.html}"
    leaves.note(
        desk.journal,
        reader_of(member),
        starts=desk.today,
        ends=last_day_in(said, desk.today),
        on=desk.today,
        automatic=True,
    )


def is_back(member: StaffMember, desk: Desk) -> None:
    """A reader has written: an answering machine's word counts no more."""
    leaves.end_automatic(desk.journal, reader_of(member), on=desk.today)


def spared(member: StaffMember, period: date, desk: Desk) -> bool:
    """Whether the daily letter of that day waits until this reader is back."""
    return any(absences(desk.journal, desk.school, day).spares(member) for day in {period, desk.today})


def tell_if_nobody_is_left(desk: Desk) -> None:
    """All who read whole appeals told of a leave: their letters go on, and the administrator hears of it."""
    administrator, away = desk.school.administrator, absences(desk.journal, desk.school, desk.today)
    if not away.nobody_left or administrator is None:
        return
    their = [leave for one in closest(desk.school) if (leave := away.of(one))]
    since, until = max(one.starts for one in their), min(one.ends for one in their if one.ends)
    data = {"about": "nobody-left", "until": until.isoformat(), "count": len(their)}
    owe_to(LetterKind.NOTICE, administrator, f"nobody-left-{since.isoformat()}", desk, data)
