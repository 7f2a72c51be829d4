"""Takes back what an earlier reply of the same reader recorded, «ҚАТЕ»: marked as such, never erased.

The confirmation of that reply lists what was written down. Whoever else has decided something since is not
touched: of each appeal stands what still stands of all its readers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from intake import apart, grave_acts
from intake.deeds import Deeds, Past, Recorded, recorded
from intake.desk import Desk
from intake.family import undo_answer
from intake.passing_on import undo_pass_on
from journal.deeds import Done, undo
from journal.model import DeedKind, Letter, LetterKind
from reports.conflict_words import LIFTED, MARKED
from reports.done_words import BEFORE, GONE_OUT, SINCE
from reports.school import StaffMember

MEASURE = "measure"


def with_undo(deeds: Deeds, wanted: Sequence[int], letter: Letter, received_at: datetime) -> Deeds:
    """The same with what «ҚАТЕ» in answer to a letter takes back: of these appeals, or all of it."""
    confirms = letter.kind is LetterKind.CONFIRMATION
    data: Mapping[str, Any] = letter.data if confirms else {}
    meant = tuple(one for one in recorded(data.get("stored", ())) if not wanted or one.line.number in wanted)
    leave = None if wanted else (data.get("away") or {}).get("leave")
    if not meant and leave is None:
        return replace(deeds, lost=True)
    until = data.get("until")
    if until and received_at > datetime.fromisoformat(str(until)):
        return replace(deeds, late=tuple(dict.fromkeys(one.line.number for one in meant)))
    return replace(deeds, undo=meant, undo_leave=leave)


def to_past(done: Done) -> Past:
    """One measure or deed, by which it is found again."""
    return {"kind": done.kind.value if done.kind else MEASURE, "ordinal": done.ordinal}


def take_back(earlier: Sequence[Recorded], member: StaffMember, desk: Desk) -> list[tuple[Recorded, str]]:
    """Undo it all, the newest first. With each line stands why nothing of it could be undone, if so."""
    found = []
    for one in reversed(earlier):
        whys = [_undo(one.line.number, past, member, desk) for past in reversed(one.done)]
        found.append((one, "" if "" in whys else whys[0]))
    return found[::-1]


def _undo(number: int, past: Past, member: StaffMember, desk: Desk) -> str:
    if past["kind"] in (LIFTED, MARKED):
        restored = apart.restore(number, past["kind"], past["readers"], member, desk)
        return "" if restored else SINCE
    kind = None if past["kind"] == MEASURE else DeedKind(past["kind"])
    done = Done(number=number, ordinal=past["ordinal"], kind=kind)
    if kind is DeedKind.PASSED_ON:
        return "" if undo_pass_on(done, member, desk) else _too_late(done, desk)
    if kind is DeedKind.ANSWERED:
        return "" if undo_answer(done, member, desk) else _too_late(done, desk)
    was, had = desk.journal.entry(number).finding, apart.in_charge_of(number, desk)
    if not undo(desk.journal, done, role=member.role, on=desk.today):
        return BEFORE
    if kind is DeedKind.FOUND:
        grave_acts.tell_undone(done, was, member, desk)
    elif kind is DeedKind.RESPONSIBLE and past.get("told") and apart.in_charge_of(number, desk) != had:
        grave_acts.tell_given_back(done, member, desk)
    return ""


def _too_late(done: Done, desk: Desk) -> str:
    deeds = desk.journal.entry(done.number).deeds
    gone = any(one.ordinal == done.ordinal and one.undone_on is None for one in deeds)
    return GONE_OUT if gone else BEFORE
