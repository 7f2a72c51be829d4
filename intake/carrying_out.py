"""What a believed reply does to the Journal: measures, deeds, files on their way, and who is told of it.

Nothing here asks whether the reply may be believed: `intake.staff_reply` has done so, or a person has.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from intake import absence, apart, grave_acts
from intake.belief import Belief, note_belief
from intake.deeds import Deeds, Line, Past, Unstored, line_data, to_data
from intake.desk import Desk
from intake.family import answer
from intake.owing import owe_to
from intake.passing_on import pass_on
from intake.taking_back import take_back, to_past
from intake.understood import still_possible, without
from intake.which import could_be_meant
from journal.deeds import Done, do
from journal.model import DeedKind, Finding, Letter, LetterKind, Measure
from reports.conflict_words import LIFTED
from reports.done_words import NOBODY, UNHEARD, UNSENT
from reports.passing import shown_to
from reports.recipients import called
from reports.school import StaffMember

# Of these the text is what was done besides: a measure.
_WITH_A_MEASURE = (None, DeedKind.CLOSED, DeedKind.FOUND)


def carry_out(
    deeds: Deeds, letter: Letter, fingerprint: str, member: StaffMember, belief: Belief, desk: Desk
) -> None:
    """Write it all down and say so to the reader. `fingerprint` is that of the reply to `letter`."""
    deeds = still_possible(without(deeds, apart.kept_back(deeds.numbers, member, desk)), desk)
    absence.is_back(member, desk)
    if deeds.anything:
        note_belief(belief, letter, member, desk)
    undone = take_back(deeds.undo, member, desk)
    leave = deeds.undo_leave
    back = leave is not None and absence.take_back({"away": {"leave": leave}}, member, desk)
    if deeds.away is not None:
        deeds = replace(deeds, away=absence.take(deeds.away, member, desk))
    written = [_write(one, member, belief, desk) for one in deeds.lines]
    not_written = (one for one in written if isinstance(one, Unstored))
    deeds = replace(deeds, unstored=(*deeds.unstored, *not_written))
    for number in deeds.files:
        owe_to(LetterKind.FILES, member, f"{fingerprint[:16]}-{number}", desk, {"number": number})
    if deeds.stop is not None:
        grave_acts.take_back(deeds.stop, member, desk)  # and everybody is told, this reader too
        return
    data = {
        **to_data(deeds, member, desk),
        "stored": [one for one in written if not isinstance(one, Unstored)],
        "undo": [{**line_data(one.line, member, desk), "why": why} for one, why in undone],
        "back": back,
        "which": list(could_be_meant(deeds, letter, member, desk)),
        "until": (desk.now + desk.school.undo).isoformat(),
    }
    period = _period(data, letter, fingerprint, desk)
    owe_to(LetterKind.CONFIRMATION, member, period, desk, data)


def _period(data: Mapping[str, Any], letter: Letter, fingerprint: str, desk: Desk) -> str:
    """One letter per reply. Where nothing was understood, one a day: an answering machine never ends.

    Whoever says «қате» again and again to one letter is told once that there is nothing left to take back.
    """
    undone = any(not one["why"] for one in data["undo"])
    away = data["away"] is not None and not data["away"]["unread"]
    if undone or away or any(data[key] for key in ("stored", "files", "back", "destroyed", "unstored")):
        return fingerprint[:32]
    if data["undo"] or data["late"]:
        return f"again-{letter.id}"
    return f"nothing-{desk.today.isoformat()}"


def _write(one: Line, member: StaffMember, belief: Belief, desk: Desk) -> Mapping[str, Any] | Unstored:
    """Write one line down. What the confirmation says of it, and by what it can be taken back."""
    shown = line_data(one, member, desk)
    if one.conflict:
        return _of_conflict(one, shown, member, desk)
    if one.kind is DeedKind.PASSED_ON:
        return _pass_on(one, shown, member, desk)
    if one.kind is DeedKind.ANSWERED:
        return _answer(one, shown, member, belief, desk)
    return {**shown, "done": [dict(past) for past in _done(one, member, desk)]}


def _pass_on(
    one: Line, shown: Mapping[str, Any], member: StaffMember, desk: Desk
) -> Mapping[str, Any] | Unstored:
    passed = pass_on(one.number, one.text, "", member, desk)
    if passed.to is None or passed.done is None:
        people = tuple(called(who, member.language) for who in passed.among)
        return Unstored(number=one.number, why=NOBODY, words=passed.asked, people=people)
    told = {"text": passed.note, "names": [passed.to.name], "shows": shown_to(passed.to)}
    return {**shown, **told, "done": [dict(to_past(passed.done))]}


def _answer(
    one: Line, shown: Mapping[str, Any], member: StaffMember, belief: Belief, desk: Desk
) -> Mapping[str, Any] | Unstored:
    answered = answer(one.number, one.text, member, belief, desk)
    if answered.done is None or answered.until is None:
        return Unstored(number=one.number, why=UNSENT, words=one.text)
    leaves = {"way": answered.way, "leaves": answered.until.isoformat()}
    return {**shown, **leaves, "done": [dict(to_past(answered.done))]}


def _done(one: Line, member: StaffMember, desk: Desk) -> list[Past]:
    """Nothing where just that stood already."""
    done: list[Past] = []
    if one.text and one.kind in _WITH_A_MEASURE:
        measure = Measure(text=one.text, by=member.name, role=member.role, recorded_on=desk.today)
        ordinal = desk.journal.add_measure(one.number, measure)
        done.append(to_past(Done(number=one.number, ordinal=ordinal, kind=None)))
    if one.kind is DeedKind.RESPONSIBLE:
        done += _hand_over(one, member, desk)
    elif one.kind is not None:
        deed = _do(one, one.kind, member, desk)
        if deed is not None:
            done.append(to_past(deed))
            if one.kind is DeedKind.FOUND and Finding.UNFOUNDED in (one.code, deed.before):
                grave_acts.tell_of(one.number, Finding(one.code), one.text, deed, member, desk)
    return done


def _do(one: Line, kind: DeedKind, member: StaffMember, desk: Desk, words: str = "") -> Done | None:
    words = words or ("" if kind in _WITH_A_MEASURE else one.text)
    return do(
        desk.journal,
        one.number,
        kind,
        by=member.name,
        role=member.role,
        on=desk.today,
        words=words,
        code=one.code,
    )


def _of_conflict(
    one: Line, shown: Mapping[str, Any], member: StaffMember, desk: Desk
) -> Mapping[str, Any] | Unstored:
    readers = [who for who in desk.school.staff if who.address in one.readers]
    stood = apart.before(one.number, readers, desk)
    change = apart.lift if one.conflict == LIFTED else apart.mark
    if not change(one.number, readers, member, desk):
        return Unstored(number=one.number, why=UNHEARD, words="")
    return {**shown, "done": [{"kind": one.conflict, "readers": stood}]}


def _hand_over(one: Line, member: StaffMember, desk: Desk) -> list[Past]:
    """Who looks after an appeal changes. Told to all where it is another's, or was."""
    (address,) = one.readers
    was = apart.in_charge_of(one.number, desk)
    deed = _do(one, DeedKind.RESPONSIBLE, member, desk, address)
    if deed is None:
        return []
    to = desk.school.reader(address)
    told = to is not None and (to != member or was not in (None, member))
    if to is not None and told:
        grave_acts.tell_of_handing(one.number, to.name, deed, was.name if was else "", member, desk)
    return [{**to_past(deed), "told": told}]
