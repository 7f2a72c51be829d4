"""A forward or an answer on its way out: may it still go, did it, and who hears that it did not."""

from intake.alarm import next_in_line, overtaken
from intake.apart import kept_back, withheld
from intake.composing import number_of
from intake.desk import Desk
from intake.escalating import still_waiting
from intake.owing import owe_to
from intake.undelivered import tell_the_others
from journal.deeds import Done, come_to, undo
from journal.model import DeedState, Letter, LetterKind
from journal.ways_out import BY_LETTER, CARRIED, TAKEN_BACK, cancel, lay_ready
from reports.school import StaffMember

UNUSABLE = "unusable"  # in the data of an answer: the family's address is none that we write to


def take_back(done: Done, member: StaffMember, desk: Desk) -> bool:
    """Undo a forward or an answer while its letter is still here. False: it has left, and so it stays."""
    if done.kind is None or done.kind not in BY_LETTER:
        raise ValueError("only what leaves by letter is taken back here: see journal.deeds.undo")
    with desk.journal.transaction():
        if not cancel(desk.journal, done.kind, done.number, done.ordinal, desk.now):
            return False
        return undo(desk.journal, done, role=member.role, on=desk.today)


def stopped(letter: Letter, member: StaffMember, desk: Desk) -> str:
    """Why a letter that was owed earlier must not be written now, as a short code; "" when it may leave."""
    if why := overtaken(letter, desk):
        return why
    if letter.kind is LetterKind.ESCALATION and not still_waiting(letter, desk):
        return "acknowledged"
    if withheld(letter, member, desk):
        return "kept-back"
    if letter.kind not in CARRIED:
        return ""
    entry = desk.journal.entry(number_of(letter))
    if entry.purged_on is not None:
        return "purged"
    deed = next((one for one in entry.deeds if one.ordinal == _ordinal(letter)), None)
    if deed is None or deed.undone_on is not None:
        return TAKEN_BACK
    writer = desk.school.reader(str(letter.data.get("from", "")))
    if writer is not None and kept_back([entry.number], writer, desk):
        return "kept-back"  # since then a colleague has said that the appeal is about its writer
    return ""


def published(letter: Letter, desk: Desk) -> bool:
    """Lay an answer ready that goes to no mailbox. False for a letter that has one to go to."""
    if letter.kind is not LetterKind.ANSWER or letter.reader.address:
        return False
    state = DeedState.FAILED if letter.data.get(UNUSABLE) else DeedState.READY
    lay_ready(desk.journal, letter, number_of(letter), _ordinal(letter), state)
    return True


def arrived_at(letter: Letter, state: DeedState, desk: Desk) -> None:
    """Say of the deed how far its letter has come. Of other letters nothing is to be said."""
    if letter.kind in CARRIED:
        come_to(desk.journal, number_of(letter), _ordinal(letter), state)


def lost(letter: Letter, why: str, desk: Desk) -> None:
    """A letter did not reach its reader. `why` is a short code of `intake.delivery_report`."""
    arrived_at(letter, DeedState.FAILED, desk)
    if letter.kind is LetterKind.ANSWER:
        _tell_its_writer(letter, why, desk)
    else:
        tell_the_others(desk, letter, why)
        next_in_line(letter, desk)


def _tell_its_writer(letter: Letter, why: str, desk: Desk) -> None:
    """Of an answer alone who wrote it hears, and not the family's address."""
    writer = desk.school.reader(str(letter.data.get("from", "")))
    if writer is None or kept_back([number_of(letter)], writer, desk):
        tell_the_others(desk, letter, why)  # who wrote it has left the school: somebody else must call
        return
    data = {
        "kind": letter.kind.value,
        "day": letter.due_at.astimezone(desk.school.time_zone).date().isoformat(),
        "number": number_of(letter),
        "to": "",
        "role": letter.reader.role.value,
        "why": why,
    }
    owe_to(LetterKind.BOUNCED, writer, str(letter.id), desk, data)


def _ordinal(letter: Letter) -> int:
    return int(str(letter.data["deed"]))
