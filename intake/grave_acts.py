"""Tells the other readers of what is hard to undo, at once, and takes it back when one of them says stop.

Closing an appeal as unfounded is such an act: it is done, and everybody else hears of it with a day's time
to stop it (level L3).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from intake import apart
from intake.desk import Desk
from intake.owing import owe_to
from journal.deeds import Done, undo
from journal.model import DeedKind, Finding, Letter, LetterKind
from reports.school import Detail, StaffMember
from reports.words import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A closing that can be taken back: of which appeal, by whom, and what stood there before it."""

    number: int
    by: str
    done: Done
    until: datetime


def tell_of(number: int, finding: Finding, words: str, done: Done, member: StaffMember, desk: Desk) -> None:
    """Owe the others a letter about what `member` found: closed with a way to stop it, or open again."""
    unfounded = finding is Finding.UNFOUNDED
    data = {
        "state": "closed" if unfounded else "reopened",
        "finding": finding.value,
        "text": words,
        **to_data(Closing(number=number, by=member.name, done=done, until=desk.now + desk.school.undo)),
    }
    others = [one for one in desk.school.staff if one.address != member.address]
    _tell(others, f"{data['state']}-{number}-{done.ordinal}", data, desk)
    administrator = desk.school.administrator
    if unfounded and administrator and all(apart.kept_back([number], one, desk) for one in others):
        seen_by_one = {"about": "closed-alone", "number": number, "by": member.name}
        owe_to(LetterKind.NOTICE, administrator, f"closed-alone-{number}-{done.ordinal}", desk, seen_by_one)


def take_back(closing: Closing, member: StaffMember, desk: Desk) -> None:
    """Open the appeal again and tell everybody; nothing when something else was decided since."""
    if undo(desk.journal, closing.done, role=member.role, on=desk.today):
        data = {**to_data(closing), "state": "reopened", "by": member.name}
        _tell(desk.school.staff, f"reopened-{closing.number}-{closing.done.ordinal}", data, desk)


def too_late(closing: Closing, member: StaffMember, desk: Desk) -> None:
    """Tell one who came after the day that the closing stands."""
    _tell(
        [member], f"late-{closing.number}-{closing.done.ordinal}", {**to_data(closing), "state": "late"}, desk
    )


def disown(numbers: tuple[int, ...], period: str, member: StaffMember, desk: Desk) -> None:
    """Somebody wrote in a reader's name: this one gets a letter with a new token, the others a warning."""
    data = {"state": "disowned", "numbers": list(numbers), "by": member.name}
    administrator = desk.school.administrator
    warned = [*desk.school.staff, administrator] if administrator else desk.school.staff
    for one in warned:
        known = [number for number in numbers if not apart.kept_back([number], one, desk)]
        if known or not numbers:
            _tell([one], f"disowned-{period}", {**data, "numbers": known}, desk)


def closing_in(letter: Letter) -> Closing | None:
    """The closing of which a letter told, if that letter tells of one."""
    if letter.kind is not LetterKind.ECHO or letter.data.get("state") != "closed":
        return None
    return from_data(letter.data)


def to_data(closing: Closing) -> dict[str, object]:
    """As a letter's sealed data."""
    before = closing.done.before
    return {
        "number": closing.number,
        "by": closing.by,
        "ordinal": closing.done.ordinal,
        "before": before.value if before else "",
        "until": closing.until.isoformat(),
    }


def from_data(data: Mapping[str, object]) -> Closing:
    """What `to_data` kept."""
    before = str(data["before"])
    number = int(str(data["number"]))
    done = Done(
        number=number,
        ordinal=int(str(data["ordinal"])),
        kind=DeedKind.FOUND,
        before=Finding(before) if before else None,
    )
    return Closing(
        number=number,
        by=str(data["by"]),
        done=done,
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
