"""What one reply of staff asks for, as far as its reader may, and how a letter keeps that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intake import absence, grave_acts
from intake.absence import Absence
from intake.desk import Desk
from intake.grave_acts import Act
from journal.model import DeedKind, Role
from reports.school import Detail, StaffMember
from reports.words import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that a reply says of one appeal: a measure (`kind` is None), a deed, or of a conflict.

    `text` are a measure's words, or a deed's own; behind a finding or a closing it is a measure besides.
    """

    number: int
    text: str = ""
    kind: DeedKind | None = None
    code: str = ""  # a finding, the id of a cause
    conflict: str = ""  # lifted or marked
    readers: tuple[str, ...] = ()  # whose conflict, or who looks after it now: addresses
    names: tuple[str, ...] = ()  # of an earlier reply: to whom it was passed on, as its confirmation said


@dataclass(frozen=True, slots=True, kw_only=True)
class Unstored:
    """What was understood and cannot be written down, and why: a code of `reports.done_words`."""

    number: int
    why: str
    words: str
    people: tuple[str, ...] = ()  # who could be meant, by name


# One thing that was written down: codes, ordinals and addresses, by which `intake.taking_back` takes it back.
Past = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A line of an earlier reply, and what was written down of it."""

    line: Line
    done: tuple[Past, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """All that one reply asks for. `unknown`: not in the Journal, or not open to this reader.

    `destroyed`: appeals whose content is no longer there, on which nothing can be recorded.
    `tried` are those of them that are kept back from this reader: the others hear of it.
    """

    lines: tuple[Line, ...] = ()
    undo: tuple[Recorded, ...] = ()  # what the reader takes back of an earlier reply
    undo_leave: int | None = None  # the leave of which that reply told
    late: tuple[int, ...] = ()  # what can no longer be taken back, a day being over
    files: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()
    not_understood: tuple[str, ...] = ()
    unstored: tuple[Unstored, ...] = ()
    withheld: tuple[int, ...] = ()
    destroyed: tuple[int, ...] = ()
    stop: Act | None = None
    tried: tuple[int, ...] = ()
    away: Absence | None = None
    lost: bool = False  # «қате» in answer to a letter that tells of nothing that could be taken back

    @property
    def numbers(self) -> tuple[int, ...]:
        """The appeals that would be touched."""
        stopped = (self.stop.number,) if self.stop else ()
        undone = [one.line.number for one in self.undo]
        return tuple(dict.fromkeys([*undone, *(one.number for one in self.lines), *self.files, *stopped]))

    @property
    def anything(self) -> bool:
        """Whether there is something to write down."""
        return bool(self.numbers or self.undo_leave) or (self.away is not None and self.away.clear)


def to_data(deeds: Deeds, member: StaffMember, desk: Desk) -> dict[str, object]:
    """As a letter's sealed data, from which it is shown."""
    return {
        "stored": [line_data(one, member, desk) for one in deeds.lines],
        "undo": [
            {**line_data(one.line, member, desk), "done": [dict(each) for each in one.done]}
            for one in deeds.undo
        ],
        "undo_leave": deeds.undo_leave,
        "late": list(deeds.late),
        "files": list(deeds.files),
        "unknown": list(deeds.unknown),
        "not_understood": list(deeds.not_understood),
        "unstored": [
            {"number": one.number, "why": one.why, "text": one.words, "people": list(one.people)}
            for one in deeds.unstored
        ],
        "withheld": list(deeds.withheld),
        "destroyed": list(deeds.destroyed),
        "stop": grave_acts.to_data(deeds.stop) if deeds.stop else None,
        "lost": deeds.lost,
        "away": absence.to_data(deeds.away),
    }


def line_data(one: Line, member: StaffMember, desk: Desk) -> dict[str, object]:
    """Who gets numbers alone learns no names here."""
    plain = member.detail is Detail.NUMBERS or member.role is Role.OUTSIDE
    return {
        "number": one.number,
        "mark": "" if plain else mark(desk.journal.entry(one.number), member.language),
        "text": one.text,
        "kind": one.kind.value if one.kind else "",
        "code": one.code,
        "conflict": one.conflict,
        "readers": list(one.readers),
        "names": [who.name for address in one.readers if (who := desk.school.reader(address))]
        or list(one.names),
    }


def from_data(data: Mapping[str, Any]) -> Deeds:
    """What `to_data` kept. A question asked by an older Senim has less in it."""
    return Deeds(
        lines=tuple(_line(one) for one in data["stored"]),
        undo=recorded(data.get("undo", ())),
        undo_leave=data.get("undo_leave"),
        late=tuple(data.get("late", ())),
        files=tuple(data["files"]),
        unknown=tuple(data["unknown"]),
        not_understood=tuple(data["not_understood"]),
        unstored=tuple(
            Unstored(number=one["number"], why=one["why"], words=one["text"], people=tuple(one["people"]))
            for one in data.get("unstored", ())
        ),
        withheld=tuple(data["withheld"]),
        destroyed=tuple(data.get("destroyed", ())),
        stop=grave_acts.from_data(data["stop"]) if data["stop"] else None,
        lost=data.get("lost", False),
        away=absence.from_data(data.get("away")),
    )


def recorded(stored: Sequence[Mapping[str, Any]]) -> tuple[Recorded, ...]:
    """The lines of a confirmation of which something was written down."""
    return tuple(Recorded(line=_line(one), done=tuple(one["done"])) for one in stored if one.get("done"))


def _line(one: Mapping[str, Any]) -> Line:
    finding = one.get("finding", "")  # an older Senim knew of no other deed
    kind = one.get("kind") or (DeedKind.FOUND if finding else None)
    return Line(
        number=one["number"],
        text=one["text"],
        kind=DeedKind(kind) if kind else None,
        code=one.get("code") or finding,
        conflict=one.get("conflict", ""),
        readers=tuple(one.get("readers", ())),
        names=tuple(one.get("names", ())) if kind == DeedKind.PASSED_ON else (),
    )
