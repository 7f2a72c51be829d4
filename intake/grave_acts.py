"""Tells the other readers of what is hard to undo, at once, and takes it back when one of them says stop.

Closing an appeal as unfounded is such an act, and so is changing who looks after it: it is done, and
everybody else hears of it with a day's time to stop it (level L3).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from intake import apart
from intake.desk import Desk
from intake.owing import owe_to
from journal.deeds import Done, undo
from journal.model import DeedKind, Finding, Letter, LetterKind, Status
from reports.school import Detail, StaffMember
from reports.words import mark

# States of an echo. The first three can be stopped.
CLOSED, CLOSED_AGAIN, HANDED = "closed", "closed-again", "handed"
REOPENED, CHANGED, GIVEN_BACK = "reopened", "changed", "given-back"
LATE, LATE_HANDED, DISOWNED = "late", "late-handed", "disowned"
_STOPPABLE = frozenset({CLOSED, CLOSED_AGAIN, HANDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What can be stopped: of which appeal, by whom, what was written down, and until when."""

    number: int
    by: str
    done: Done
    until: datetime


def tell_of(number: int, finding: Finding, words: str, done: Done, member: StaffMember, desk: Desk) -> None:
    """Owe the others a letter about what `member` found: with a way to stop it, or what it is instead."""
    unfounded = finding is Finding.UNFOUNDED
    state = CLOSED if unfounded else CHANGED
    act = Act(number=number, by=member.name, done=done, until=desk.now + desk.school.undo)
    data = {"state": state, "finding": finding.value, "text": words, **to_data(act)}
    others = [one for one in desk.school.staff if one.address != member.address]
    _tell(others, f"{state}-{number}-{done.ordinal}", data, desk)
    administrator = desk.school.administrator
    if unfounded and administrator and all(apart.kept_back([number], one, desk) for one in others):
        seen_by_one = {"about": "closed-alone", "number": number, "by": member.name}
        owe_to(LetterKind.NOTICE, administrator, f"closed-alone-{number}-{done.ordinal}", desk, seen_by_one)


def tell_of_handing(number: int, to: str, done: Done, was: str, member: StaffMember, desk: Desk) -> None:
    """Owe the others a letter that somebody else looks after an appeal now. `to` and `was` are names."""
    act = Act(number=number, by=member.name, done=done, until=desk.now + desk.school.undo)
    data = {"state": HANDED, "to": to, "was": was, **to_data(act)}
    others = [one for one in desk.school.staff if one.address != member.address]
    _tell(others, f"{HANDED}-{number}-{done.ordinal}", data, desk)


def tell_undone(done: Done, was: Finding | None, member: StaffMember, desk: Desk) -> None:
    """A reader has taken back what they found: the others hear what stands now, if it matters so much."""
    entry = desk.journal.entry(done.number)
    if entry.finding is was or Finding.UNFOUNDED not in (entry.finding, was):
        return
    data = _standing(done.number, member, desk)
    if entry.finding is Finding.UNFOUNDED:  # an older one stands again: it can be stopped like a new one
        older = next(
            one for one in reversed(entry.deeds) if one.kind is DeedKind.FOUND and one.undone_on is None
        )
        again = Done(number=done.number, ordinal=older.ordinal, kind=DeedKind.FOUND)
        act = Act(number=done.number, by=member.name, done=again, until=desk.now + desk.school.undo)
        data = {**data, **to_data(act), "state": CLOSED_AGAIN}
    others = [one for one in desk.school.staff if one.address != member.address]
    _tell(others, f"undone-{done.number}-{done.ordinal}", data, desk)


def tell_given_back(done: Done, member: StaffMember, desk: Desk, *, everybody: bool = False) -> None:
    """Who looked after an appeal before looks after it again, if anybody did."""
    now = apart.in_charge_of(done.number, desk)
    data = {"state": GIVEN_BACK, "number": done.number, "by": member.name, "to": now.name if now else ""}
    told = [one for one in desk.school.staff if everybody or one.address != member.address]
    _tell(told, f"{GIVEN_BACK}-{done.number}-{done.ordinal}", data, desk)


def take_back(act: Act, member: StaffMember, desk: Desk) -> None:
    """Undo it and tell everybody; nothing when it was undone before."""
    if not undo(desk.journal, act.done, role=member.role, on=desk.today):
        return
    if act.done.kind is DeedKind.RESPONSIBLE:
        tell_given_back(act.done, member, desk, everybody=True)
        return
    data = _standing(act.number, member, desk)
    _tell(desk.school.staff, f"{REOPENED}-{act.number}-{act.done.ordinal}", data, desk)


def _standing(number: int, member: StaffMember, desk: Desk) -> dict[str, object]:
    """What an appeal is now that something was taken back."""
    entry = desk.journal.entry(number)
    return {
        "state": CHANGED if entry.status is Status.CLOSED else REOPENED,
        "number": number,
        "by": member.name,
        "finding": entry.finding.value if entry.finding else "",
    }


def too_late(act: Act, member: StaffMember, desk: Desk) -> None:
    """Tell one who came after the day that it stands."""
    state = LATE_HANDED if act.done.kind is DeedKind.RESPONSIBLE else LATE
    _tell([member], f"late-{act.number}-{act.done.ordinal}", {**to_data(act), "state": state}, desk)


def disown(numbers: tuple[int, ...], period: str, member: StaffMember, desk: Desk) -> None:
    """Somebody wrote in a reader's name: this one gets a letter with a new token, the others a warning."""
    data = {"state": DISOWNED, "numbers": list(numbers), "by": member.name}
    administrator = desk.school.administrator
    warned = [*desk.school.staff, administrator] if administrator else desk.school.staff
    for one in warned:
        known = [number for number in numbers if not apart.kept_back([number], one, desk)]
        if known or not numbers:
            _tell([one], f"disowned-{period}", {**data, "numbers": known}, desk)


def act_in(letter: Letter) -> Act | None:
    """The act of which a letter told, if that letter tells of one that can be stopped."""
    if letter.kind is not LetterKind.ECHO or letter.data.get("state") not in _STOPPABLE:
        return None
    return from_data(letter.data)


def to_data(act: Act) -> dict[str, object]:
    """As a letter's sealed data."""
    return {
        "number": act.number,
        "by": act.by,
        "ordinal": act.done.ordinal,
        "kind": (act.done.kind or DeedKind.FOUND).value,
        "until": act.until.isoformat(),
    }


def from_data(data: Mapping[str, object]) -> Act:
    """What `to_data` kept."""
    number = int(str(data["number"]))
    kind = DeedKind(str(data.get("kind", DeedKind.FOUND)))
    return Act(
        number=number,
        by=str(data["by"]),
        done=Done(number=number, ordinal=int(str(data["ordinal"])), kind=kind),
        until=datetime.fromisoformat(str(data["until"])),
    )


def _tell(readers: Iterable[StaffMember], period: str, data: Mapping[str, object], desk: Desk) -> None:
    about = [int(str(data["number"]))] if "number" in data else []
    for one in readers:
        if apart.kept_back(about, one, desk):
            continue
        told = {**data, "mark": ""}
        if one.detail is Detail.NUMBERS:
            told["text"] = ""
        elif "number" in data:
            told["mark"] = mark(desk.journal.entry(int(str(data["number"]))), one.language)
        owe_to(LetterKind.ECHO, one, period, desk, told)
