"""Turns the words of a slip into deeds on this school's Journal: which cause, which colleague, which appeal.

What cannot be done is told apart from what was not understood: the writer is told how to say it.
"""

from collections.abc import Sequence
from dataclasses import replace

from intake import absence, apart
from intake.alarm import told_at_once
from intake.deeds import Deeds, Line, Unstored
from intake.desk import Desk
from journal.doings import last_told
from journal.model import DeedKind, Role
from reports.causes import cause_named
from reports.conflict_words import LIFTED, MARKED
from reports.done_words import ANONYMOUS, LONG, NO_CAUSE, NOBODY
from reports.recipients import meant
from reports.said import Interest
from reports.school import Detail, StaffMember
from reports.slip import Slip, SlipLine, write_slip

_LONGEST = {DeedKind.CONTENT: 500, DeedKind.CLASS: 40, DeedKind.NAME: 200}  # characters of a correction
_OF_THE_WRITER = (DeedKind.CLASS, DeedKind.NAME)


def to_deeds(slip: Slip, member: StaffMember, desk: Desk) -> Deeds:
    """What a slip asks for, as far as this reader may."""
    known = _last_known(desk)
    named = {number for line in slip.measures for number in line.numbers} | set(slip.files)
    there = {number for number in named if 1 <= number <= known} | told_at_once([*named], member, desk)
    tried = apart.kept_back(there, member, desk)
    there -= set(tried)
    found = [
        _said(number, line, member, desk)
        for line in slip.measures
        for number in line.numbers
        if number in there
    ]
    files = tuple(number for number in slip.files if number in there and _gets_files(number, member, desk))
    of_lines = {number for line in slip.measures for number in line.numbers if number in there}
    asked = Deeds(
        lines=tuple(one for one in found if isinstance(one, Line)),
        files=files,
        unknown=tuple(sorted(named - of_lines - set(files))),
        away=absence.understood(slip.away, member, desk),
        not_understood=(*slip.not_understood, *(one for one in found if isinstance(one, str))),
        unstored=tuple(one for one in found if isinstance(one, Unstored)),
        withheld=slip.withheld,
        tried=tried,
    )
    return still_possible(asked, desk)


def _said(number: int, line: SlipLine, member: StaffMember, desk: Desk) -> Line | Unstored | str:
    """What a line says of one appeal; as it was typed where nobody can do that."""
    kind = line.kind or (DeedKind.FOUND if line.finding else None)
    if line.interest is not None:
        return _of_conflict(number, line, desk)
    if member.role is Role.OUTSIDE and kind is not None:
        return write_slip(number, line.text)
    if kind is DeedKind.CAUSE:
        cause = cause_named(line.text, desk.school.causes)
        if cause is None:
            return Unstored(number=number, why=NO_CAUSE, words=line.text)
        return Line(number=number, kind=kind, code=cause.id)
    if kind is DeedKind.RESPONSIBLE:
        return _in_charge(number, line.text, member, desk)
    if kind in _LONGEST:
        return _correction(number, kind, line.text, desk)
    return Line(number=number, text=line.text, kind=kind, code=line.finding.value if line.finding else "")


def _of_conflict(number: int, line: SlipLine, desk: Desk) -> Line:
    """«нет конфликта» on an appeal that names nobody is a measure: two pupils have made it up."""
    lifts = line.interest is Interest.NONE
    find = apart.whom_to_lift if lifts else apart.whom_to_mark
    readers = tuple(one.address for one in find(number, line.about, desk))
    if readers:
        return Line(number=number, conflict=LIFTED if lifts else MARKED, readers=readers)
    return Line(number=number, text=line.text)


def _in_charge(number: int, words: str, member: StaffMember, desk: Desk) -> Line | Unstored:
    """Oneself, or a colleague who may see the appeal: whom it names is like nobody at all."""
    who = member
    if words.strip():
        found = _called(words, apart.who_may_see(number, desk), desk)
        if len(found) != 1:
            return _nobody(number, words, desk)
        (who,) = found
    return Line(number=number, kind=DeedKind.RESPONSIBLE, readers=(who.address,))


def _called(words: str, people: Sequence[StaffMember], desk: Desk) -> tuple[StaffMember, ...]:
    if "@" in words:
        at = words.strip(" <>(),.;:«»\"'").casefold()
        return tuple(one for one in people if one.address.casefold() == at)
    bare = " ".join(one for one in words.replace(".", " ").split() if len(one) > 1)  # «Маратову Е.»
    return meant(bare, people, desk.school)


def _nobody(number: int, words: str, desk: Desk) -> Unstored:
    people = tuple(one.name for one in apart.who_may_see(number, desk))
    return Unstored(number=number, why=NOBODY, words=words, people=people)


def _correction(number: int, kind: DeedKind, words: str, desk: Desk) -> Line | Unstored:
    text = " ".join(words.split())
    if kind in _OF_THE_WRITER and desk.journal.entry(number).anonymous:
        return Unstored(number=number, why=ANONYMOUS, words="")
    if len(text) > _LONGEST[kind]:
        return Unstored(number=number, why=LONG, words=text)
    return Line(number=number, kind=kind, text=text)


def _gets_files(number: int, member: StaffMember, desk: Desk) -> bool:
    if member.detail is Detail.FULL:
        return True
    return apart.seen_at(desk, [number]).reads_whole(desk.journal.entry(number), member)


def without(deeds: Deeds, numbers: tuple[int, ...]) -> Deeds:
    """The same, as far as it touches none of these appeals: they became another's since they were named."""
    if not numbers:
        return deeds
    return replace(
        deeds,
        lines=tuple(one for one in deeds.lines if one.number not in numbers),
        undo=tuple(one for one in deeds.undo if one.line.number not in numbers),
        files=tuple(one for one in deeds.files if one not in numbers),
        stop=None if deeds.stop and deeds.stop.number in numbers else deeds.stop,
        unknown=tuple(sorted({*deeds.unknown, *numbers})),
        tried=numbers,
    )


def still_possible(deeds: Deeds, desk: Desk) -> Deeds:
    """The same without what concerns destroyed contents, or hands over to somebody who may not see it.

    Asked again after a question was answered.
    """
    gone = desk.journal.destroyed(deeds.numbers)
    lines = [one for one in deeds.lines if one.number not in gone]
    nobody = [one for one in lines if one.kind is DeedKind.RESPONSIBLE and not _may_look_after(one, desk)]
    refused = (_nobody(one.number, "", desk) for one in nobody)
    return replace(
        deeds,
        lines=tuple(one for one in lines if one not in nobody),
        undo=tuple(one for one in deeds.undo if one.line.number not in gone),
        files=tuple(number for number in deeds.files if number not in gone),
        unstored=(*deeds.unstored, *refused),
        destroyed=tuple(sorted({*deeds.destroyed, *gone})),
    )


def _may_look_after(line: Line, desk: Desk) -> bool:
    who = desk.school.reader(line.readers[0]) if line.readers else None
    return who is not None and not apart.kept_back([line.number], who, desk)


def _last_known(desk: Desk) -> int:
    """The last appeal that may be spoken of: until a summary has told of it, one of today is not there yet.

    Whoever asked for the next number again and again would learn to the minute when a child had written.
    """
    told, last = last_told(desk.journal), desk.journal.last_number()
    while last > told and desk.journal.entry(last).term.received_on >= desk.today:
        last -= 1
    return last
