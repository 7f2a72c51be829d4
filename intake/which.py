"""Asks back on which appeal words without a number are: on one of those still open in the letter answered."""

from intake import apart
from intake.deeds import Deeds
from intake.desk import Desk
from intake.our_letter import read_our_letter
from journal.alarms import numbers_in
from journal.model import Letter, LetterKind, Status
from reports.numbers import marked_number, read_head
from reports.school import StaffMember

_OF_SEVERAL = frozenset({LetterKind.URGENT, LetterKind.ESCALATION})


def could_be_meant(deeds: Deeds, letter: Letter, member: StaffMember, desk: Desk) -> tuple[int, ...]:
    """The open appeals of that letter which this reader may see; none where words named one themselves."""
    clear = deeds.anything or deeds.unknown or deeds.unstored or deeds.withheld or deeds.destroyed
    if clear or not deeds.not_understood:
        return ()
    told = sorted(set(_told(letter)))
    if not told or any(_names_one(note, told) for note in deeds.not_understood):
        return ()
    hidden = apart.kept_back(told, member, desk)
    return tuple(one for one in told if one not in hidden and _is_open(one, desk))


def _told(letter: Letter) -> list[int]:
    """Of which appeals a letter tells: never a number that only a family wrote in it."""
    if letter.kind is LetterKind.CONFIRMATION:
        asked = letter.data.get("which")  # the question was answered without a number too
        return [one for one in asked if isinstance(one, int)] if isinstance(asked, list) else []
    if letter.kind in _OF_SEVERAL:
        return numbers_in(letter)
    bodies = read_our_letter(letter.snapshot).bodies
    return [number for body in bodies for _, number in body.heads if number]


def _names_one(note: str, told: list[int]) -> bool:
    for line in note.splitlines():
        head = read_head(line.strip())
        if marked_number(line.strip()) or (head and (head.marked or not set(told).isdisjoint(head.numbers))):
            return True
    return False


def _is_open(number: int, desk: Desk) -> bool:
    entry = desk.journal.entry(number)
    return entry.status is not Status.CLOSED and entry.purged_on is None
