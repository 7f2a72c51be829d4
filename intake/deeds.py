"""What a believed reply does to the Journal: measures, findings, files on their way, and who is told of it.

Nothing here asks whether the reply may be believed: `intake.staff_reply` has done so, or a person has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from intake import absence, apart, grave_acts
from intake.absence import Absence
from intake.belief import Belief, note_belief
from intake.desk import Desk
from intake.grave_acts import Closing
from intake.owing import owe_to
from journal import deeds as done_to
from journal.letters import last_told
from journal.model import DeedKind, Finding, Letter, LetterKind, Measure, Role
from reports.conflict_words import LIFTED, MARKED
from reports.said import Interest
from reports.school import Detail, StaffMember
from reports.slip import Slip, SlipLine
from reports.words import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a reply says of one appeal: a measure, a finding, or both; or of a conflict of interest."""

    number: int
    text: str
    finding: Finding | None = None
    conflict: str = ""  # lifted or marked
    readers: tuple[str, ...] = ()  # whose: addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """All that one reply asks for. `unknown`: not in the Journal, or not open to this reader.

    `destroyed`: appeals whose content is no longer there, on which nothing can be recorded.
    `tried` are those of them that are kept back from this reader: the others hear of it.
    """

    lines: tuple[Line, ...] = ()
    files: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()
    not_understood: tuple[str, ...] = ()
    withheld: tuple[int, ...] = ()
    destroyed: tuple[int, ...] = ()
    stop: Closing | None = None
    tried: tuple[int, ...] = ()
    away: Absence | None = None

    @property
    def numbers(self) -> tuple[int, ...]:
        """The appeals that would be touched."""
        stopped = (self.stop.number,) if self.stop else ()
        return tuple(dict.fromkeys([one.number for one in self.lines] + [*self.files, *stopped]))

    @property
    def anything(self) -> bool:
        """Whether there is something to write down."""
        return bool(self.numbers) or (self.away is not None and self.away.clear)


def to_deeds(slip: Slip, member: StaffMember, desk: Desk) -> Deeds:
    """What a slip asks for, as far as this reader may."""
    known = _last_known(desk)
    named = {number for line in slip.measures for number in line.numbers} | set(slip.files)
    there = {number for number in named if 1 <= number <= known}
    tried = apart.kept_back(there, member, desk)
    there -= set(tried)
    lines = tuple(
        _line(number, line, desk) for line in slip.measures for number in line.numbers if number in there
    )
    files = tuple(number for number in slip.files if number in there and _gets_files(number, member, desk))
    asked = Deeds(
        lines=lines,
        files=files,
        unknown=tuple(sorted(named - {one.number for one in lines} - set(files))),
        not_understood=slip.not_understood,
        withheld=slip.withheld,
        tried=tried,
        away=absence.understood(slip.away, member, desk),
    )
    return _still_possible(asked, desk)


def _line(number: int, line: SlipLine, desk: Desk) -> Line:
    """«нет конфликта» on an appeal that names nobody is a measure: two pupils have made it up."""
    if line.interest is not None:
        lifts = line.interest is Interest.NONE
        find = apart.whom_to_lift if lifts else apart.whom_to_mark
        readers = tuple(one.address for one in find(number, line.about, desk))
        if readers:
            return Line(number=number, text="", conflict=LIFTED if lifts else MARKED, readers=readers)
    return Line(number=number, text=line.text, finding=line.finding)


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
        files=tuple(one for one in deeds.files if one not in numbers),
        stop=None if deeds.stop and deeds.stop.number in numbers else deeds.stop,
        unknown=tuple(sorted({*deeds.unknown, *numbers})),
        tried=numbers,
    )


def _still_possible(deeds: Deeds, desk: Desk) -> Deeds:
    """The same without what concerns destroyed contents. Asked again after a question was answered."""
    gone = desk.journal.destroyed([*(one.number for one in deeds.lines), *deeds.files])
    return replace(
        deeds,
        lines=tuple(one for one in deeds.lines if one.number not in gone),
        files=tuple(number for number in deeds.files if number not in gone),
        destroyed=tuple(sorted({*deeds.destroyed, *gone})),
    )


def _last_known(desk: Desk) -> int:
    """The last appeal that may be spoken of: until a summary has told of it, one of today is not there yet.

    Whoever asked for the next number again and again would learn to the minute when a child had written.
    """
    told, last = last_told(desk.journal), desk.journal.last_number()
    while last > told and desk.journal.entry(last).term.received_on >= desk.today:
        last -= 1
    return last


def carry_out(
    deeds: Deeds, letter: Letter, fingerprint: str, member: StaffMember, belief: Belief, desk: Desk
) -> None:
    """Write it all down and say so to the reader. `fingerprint` is that of the reply to `letter`."""
    deeds = without(deeds, apart.kept_back(deeds.numbers, member, desk))
    deeds = _still_possible(deeds, desk)
    absence.is_back(member, desk)
    if deeds.anything:
        note_belief(belief, letter, member, desk)
    if deeds.away is not None:
        deeds = replace(deeds, away=absence.take(deeds.away, member, desk))
    for one in deeds.lines:
        if one.text:
            measure = Measure(text=one.text, by=member.name, role=member.role, recorded_on=desk.today)
            desk.journal.add_measure(one.number, measure)
        if one.finding is not None:
            _find(one.number, one.finding, one.text, member, desk)
        if one.conflict:
            change = apart.lift if one.conflict == LIFTED else apart.mark
            change(one.number, [who for who in desk.school.staff if who.address in one.readers], member, desk)
    for number in deeds.files:
        owe_to(LetterKind.FILES, member, f"{fingerprint[:16]}-{number}", desk, {"number": number})
    if deeds.stop is not None:
        grave_acts.take_back(deeds.stop, member, desk)  # and everybody is told, this reader too
        return
    # Where nothing was stored, once a day is enough: an answering machine would go on for ever.
    period = fingerprint[:32] if deeds.anything or deeds.destroyed else f"nothing-{desk.today.isoformat()}"
    owe_to(LetterKind.CONFIRMATION, member, period, desk, to_data(deeds, member, desk))


def _find(number: int, finding: Finding, words: str, member: StaffMember, desk: Desk) -> None:
    done = done_to.do(
        desk.journal,
        number,
        DeedKind.FOUND,
        by=member.name,
        role=member.role,
        on=desk.today,
        code=finding.value,
    )
    if done is not None and Finding.UNFOUNDED in (finding, done.before):
        grave_acts.tell_of(number, finding, words, done, member, desk)


def to_data(deeds: Deeds, member: StaffMember, desk: Desk) -> dict[str, object]:
    """As a letter's sealed data, from which it is shown. Who gets numbers alone learns no names here."""
    plain = member.detail is Detail.NUMBERS or member.role is Role.OUTSIDE
    return {
        "stored": [
            {
                "number": one.number,
                "mark": "" if plain else mark(desk.journal.entry(one.number), member.language),
                "text": one.text,
                "finding": one.finding.value if one.finding else "",
                "conflict": one.conflict,
                "readers": list(one.readers),
                "names": [who.name for who in desk.school.staff if who.address in one.readers],
            }
            for one in deeds.lines
        ],
        "files": list(deeds.files),
        "unknown": list(deeds.unknown),
        "not_understood": list(deeds.not_understood),
        "withheld": list(deeds.withheld),
        "destroyed": list(deeds.destroyed),
        "stop": grave_acts.to_data(deeds.stop) if deeds.stop else None,
        "away": absence.to_data(deeds.away),
    }


def from_data(data: Mapping[str, Any]) -> Deeds:
    """What `to_data` kept."""
    return Deeds(
        lines=tuple(
            Line(
                number=one["number"],
                text=one["text"],
                finding=Finding(one["finding"]) if one["finding"] else None,
                conflict=one.get("conflict", ""),
                readers=tuple(one.get("readers", ())),
            )
            for one in data["stored"]
        ),
        files=tuple(data["files"]),
        unknown=tuple(data["unknown"]),
        not_understood=tuple(data["not_understood"]),
        withheld=tuple(data["withheld"]),
        destroyed=tuple(data.get("destroyed", ())),  # a question asked by an older Senim has none
        stop=grave_acts.from_data(data["stop"]) if data["stop"] else None,
        away=absence.from_data(data.get("away")),
    )
