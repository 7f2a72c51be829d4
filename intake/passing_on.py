"""Passes an appeal on to somebody whom a reader names, and takes what they reply: a measure in their name."""

from dataclasses import dataclass

from intake import leaving
from intake.apart import kept_back, seen_at
from intake.deeds import Deeds, Line
from intake.desk import Desk
from intake.message import Message
from intake.owing import owe_to
from intake.reply import read_measure
from intake.understood import without
from journal.deeds import Done, do
from journal.model import DeedKind, DeedState, Letter, LetterKind, Role
from journal.ways_out import period_of
from reports.recipients import meant, parted
from reports.school import School, StaffMember


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What became of «жолдау: …». `done` and `to` are None where nobody or several were meant.

    Then `among` are those whom one can name: who may not see the appeal is not there, and the answer is the
    same whether somebody was unknown or may not see it.
    """

    number: int
    asked: str  # the recipient as it was typed
    note: str = ""
    to: StaffMember | None = None
    done: Done | None = None
    among: tuple[StaffMember, ...] = ()


def pass_on(number: int, to_words: str, note: str, member: StaffMember, desk: Desk) -> Passed:
    """Owe the appeal to whoever is meant, and write it down. Raises NoSuchEntry, Purged."""
    asked, note = parted(to_words, note)
    if kept_back([number], member, desk):
        return Passed(number=number, asked=asked, note=note)
    among = _open_to(number, member, desk)
    found = meant(asked, among, desk.school)
    if len(found) != 1:
        return Passed(number=number, asked=asked, note=note, among=found or among)
    (to,) = found
    with desk.journal.transaction():
        done = do(
            desk.journal,
            number,
            DeedKind.PASSED_ON,
            by=member.name,
            role=member.role,
            on=desk.today,
            words=note,
            code=code_of(to, desk.school),
            state=DeedState.WAITING,
        )
        if done is not None:
            data = {
                "number": number,
                "deed": done.ordinal,
                "note": note,
                "by": member.name,
                "from": member.address,
            }
            owe_to(LetterKind.FORWARD, to, period_of(number, done.ordinal), desk, data)
    return Passed(number=number, asked=asked, note=note, to=to, done=done)


def undo_pass_on(done: Done, member: StaffMember, desk: Desk) -> bool:
    """Take a forward back before its letter has left. False: it has, so the forward stays."""
    return leaving.take_back(done, member, desk)


def code_of(to: StaffMember, school: School) -> str:
    """How the Journal names a recipient: the id in the config, else the role."""
    if to.role is not Role.OUTSIDE:
        return to.role.value
    return next(code for code, one in school.forward.items() if one == to)


def answers_a_forward(letter: Letter, member: StaffMember) -> bool:
    """Whether a reply can be nothing but a measure: one to a forward, and any from outside the school."""
    return letter.kind is LetterKind.FORWARD or member.role is Role.OUTSIDE


def to_measure(message: Message, letter: Letter, member: StaffMember, desk: Desk) -> Deeds:
    """A reply of the recipient, as a measure on that appeal and nothing else: no number is needed."""
    if letter.kind is not LetterKind.FORWARD:  # of other letters only a «yes» of theirs counts
        return Deeds()
    number = int(str(letter.data["number"]))
    slip = read_measure(message, letter.snapshot, number)
    deeds = Deeds(
        lines=tuple(Line(number=number, text=one.text) for one in slip.measures),
        not_understood=slip.not_understood,
        withheld=slip.withheld,
    )
    if desk.journal.destroyed([number]):
        return Deeds(destroyed=(number,))
    return without(deeds, kept_back(deeds.numbers, member, desk))


def _open_to(number: int, member: StaffMember, desk: Desk) -> tuple[StaffMember, ...]:
    """To whom this appeal may go: everybody but the writer and those whom it names."""
    entry, seen = desk.journal.entry(number), seen_at(desk, [number])
    everybody = (*desk.school.staff, *desk.school.forward.values())
    return tuple(one for one in everybody if one != member and not seen.hidden(entry, one))
