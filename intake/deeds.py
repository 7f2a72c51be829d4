"""What a believed reply does to the Journal: measures, findings, files on their way, and who is told of it.

Nothing here asks whether the reply may be believed: `intake.staff_reply` has done so, or a person has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from intake import grave_acts
from intake.belief import Belief, note_belief
from intake.desk import Desk
from intake.grave_acts import Closing
from intake.owing import owe_to
from journal import findings
from journal.letters import last_told
from journal.model import Finding, Letter, LetterKind, Measure
from reports.school import Detail, StaffMember
from reports.slip import Slip
from reports.words import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a reply says of one appeal: a measure, a finding, or both."""

    number: int
    text: str
    finding: Finding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """All that one reply asks for. `unknown`: not in the Journal, or not open to this reader.

    `destroyed`: appeals whose content is no longer there, on which nothing can be recorded.
    """

    lines: tuple[Line, ...] = ()
    files: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()
    not_understood: tuple[str, ...] = ()
    withheld: tuple[int, ...] = ()
    destroyed: tuple[int, ...] = ()
    stop: Closing | None = None

    @property
    def numbers(self) -> tuple[int, ...]:
        """The appeals that would be touched."""
        stopped = (self.stop.number,) if self.stop else ()
        return tuple(dict.fromkeys([one.number for one in self.lines] + [*self.files, *stopped]))


def to_deeds(slip: Slip, member: StaffMember, desk: Desk) -> Deeds:
    """What a slip asks for, as far as this reader may."""
    known = _last_known(desk)
    lines = tuple(
        Line(number=number, text=line.text, finding=line.finding)
        for line in slip.measures
        for number in line.numbers
        if 1 <= number <= known
    )
    full = member.detail is Detail.FULL
    files = tuple(number for number in slip.files if 1 <= number <= known and full)
    named = {number for line in slip.measures for number in line.numbers} | set(slip.files)
    asked = Deeds(
        lines=lines,
        files=files,
        unknown=tuple(sorted(named - {one.number for one in lines} - set(files))),
        not_understood=slip.not_understood,
        withheld=slip.withheld,
    )
    return _still_possible(asked, desk)


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
    deeds = _still_possible(deeds, desk)
    if deeds.numbers:
        note_belief(belief, letter, member, desk)
    for one in deeds.lines:
        if one.text:
            measure = Measure(text=one.text, by=member.name, role=member.role, recorded_on=desk.today)
            desk.journal.add_measure(one.number, measure)
        if one.finding is not None:
            _find(one.number, one.finding, one.text, member, desk)
    for number in deeds.files:
        owe_to(LetterKind.FILES, member, f"{fingerprint[:16]}-{number}", desk, {"number": number})
    if deeds.stop is not None:
        grave_acts.take_back(deeds.stop, member, desk)  # and everybody is told, this reader too
        return
    # Where nothing was stored, once a day is enough: an answering machine would go on for ever.
    period = fingerprint[:32] if deeds.numbers or deeds.destroyed else f"nothing-{desk.today.isoformat()}"
    owe_to(LetterKind.CONFIRMATION, member, period, desk, to_data(deeds, member, desk))


def _find(number: int, finding: Finding, words: str, member: StaffMember, desk: Desk) -> None:
    write = findings.close if finding is Finding.UNFOUNDED else findings.find
    deed = write(desk.journal, number, finding, role=member.role, on=desk.today)
    if deed is not None and Finding.UNFOUNDED in (finding, deed.before):
        grave_acts.tell_of(number, finding, words, deed, member, desk)


def to_data(deeds: Deeds, member: StaffMember, desk: Desk) -> dict[str, object]:
    """As a letter's sealed data, from which it is shown. Who gets numbers alone learns no names here."""
    plain = member.detail is Detail.NUMBERS
    return {
        "stored": [
            {
                "number": one.number,
                "mark": "" if plain else mark(desk.journal.entry(one.number), member.language),
                "text": one.text,
                "finding": one.finding.value if one.finding else "",
            }
            for one in deeds.lines
        ],
        "files": list(deeds.files),
        "unknown": list(deeds.unknown),
        "not_understood": list(deeds.not_understood),
        "withheld": list(deeds.withheld),
        "destroyed": list(deeds.destroyed),
        "stop": grave_acts.to_data(deeds.stop) if deeds.stop else None,
    }


def from_data(data: Mapping[str, Any]) -> Deeds:
    """What `to_data` kept."""
    return Deeds(
        lines=tuple(
            Line(
                number=one["number"],
                text=one["text"],
                finding=Finding(one["finding"]) if one["finding"] else None,
            )
            for one in data["stored"]
        ),
        files=tuple(data["files"]),
        unknown=tuple(data["unknown"]),
        not_understood=tuple(data["not_understood"]),
        withheld=tuple(data["withheld"]),
        destroyed=tuple(data.get("destroyed", ())),  # a question asked by an older Senim has none
        stop=grave_acts.from_data(data["stop"]) if data["stop"] else None,
    )
