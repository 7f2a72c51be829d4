"""Lets a held message in after all, by a person's decision: as an appeal, or as the reply that it is."""

from datetime import datetime, time

from intake.authentication import may_reply
from intake.belief import BY_HAND, Belief
from intake.desk import Case, Desk
from intake.message import Message, Unreadable
from intake.recognise import letter_named
from intake.registration import let_in
from intake.staff_reply import consider
from journal.model import Held, HeldState
from reports.school import StaffMember


class NotReleased(Exception):
    """A held message that cannot be let in; the message says what a person can do instead."""


def release(held_id: int, desk: Desk, *, by: str = "") -> int:
    """Let a held message in as an appeal, by a person's decision. Returns the entry's number.

    `by`: the login of that person. Raises NoSuchHeld, NotReleased.
    """
    case = _case(_waiting(held_id, desk), desk)
    try:
        with desk.journal.transaction():
            recorded = let_in(case)
            desk.journal.settle_held(
                held_id, HeldState.RELEASED, on=desk.today, reason="released", by=by, entry=recorded.number
            )
    except Unreadable as fault:  # as an appeal it is read once more
        raise NotReleased(_not_read(held_id, fault)) from None
    return recorded.number


def release_as_reply(held_id: int, desk: Desk, *, by: str = "") -> StaffMember:
    """Let a held message count as the reply of the reader to whom its token was given.

    Whoever does this has asked that reader. The history says that it was done by hand, and which level of
    evidence the message had by itself. Raises NoSuchHeld, NotReleased.
    """
    case = _case(_waiting(held_id, desk), desk)
    letter = letter_named(case)
    member = desk.school.reader(letter.reader.address, letter.reader.role) if letter else None
    if letter is None or member is None:
        why = (
            "answers no letter of ours"
            if letter is None
            else "answers a letter to somebody no longer in `staff`"
        )
        raise NotReleased(
            f"held message {held_id} {why} that can still be answered: ask its writer to reply to the newest "
            "letter of the Trust Box, or record the measure: senim journal measure N TEXT --by ADDRESS"
        )
    verdict = may_reply(case.message, letter.reader, trust=desk.trust, signed_by=(), box=desk.school.box)
    with desk.journal.transaction():
        outcome = consider(case, letter, member, Belief(level=verdict.level, by=BY_HAND))
        if outcome.reason not in ("reply", "confirmed"):
            raise NotReleased(_nothing_done(held_id, outcome.reason))
        desk.journal.settle_held(held_id, HeldState.RELEASED, on=desk.today, reason="as-reply", by=by)
    return member


def reader_named(message: Message, raw: bytes, desk: Desk) -> StaffMember | None:
    """To whom the letter went that a held message answers; None where that cannot be said."""
    letter = letter_named(Case(message=message, raw=raw, received_at=desk.now, desk=desk))
    return desk.school.reader(letter.reader.address, letter.reader.role) if letter else None


def _nothing_done(held_id: int, reason: str) -> str:
    said = {
        "repeat": "was counted before: nothing was recorded again",
        "too-late": "came after the time in which it could stop anything: nothing was changed",
        "disowned": "says «no» to a question of ours: ask its reader to send it again",
    }
    what = said.get(reason, "says nothing that can be recorded: look at it with `senim held show`")
    return f"held message {held_id} {what}; if it is settled: senim held discard {held_id}"


def _waiting(held_id: int, desk: Desk) -> Held:
    kept = desk.journal.held_message(held_id)
    if kept.state is not HeldState.WAITING:
        raise NotReleased(f"held message {held_id} was already settled ({kept.state}): see `senim held list`")
    return kept


def _case(kept: Held, desk: Desk) -> Case:
    if kept.raw is None:
        raise NotReleased(
            f"held message {kept.id} is too large to be read: open it in the mailbox, folder for held mail, "
            f"and write what matters with the page; then `senim held discard {kept.id}`"
        )
    received_at = datetime.combine(kept.on, time(), tzinfo=desk.school.time_zone)
    try:
        message = desk.reader.read(kept.raw)
    except Unreadable as fault:
        raise NotReleased(_not_read(kept.id, fault)) from None
    return Case(message=message, raw=kept.raw, received_at=received_at, desk=desk)


def _not_read(held_id: int, fault: Unreadable) -> str:
    return (
        f"held message {held_id} cannot be read ({fault.reason}): open it in the mailbox, folder for held "
        f"mail, and write what matters with the page; then `senim held discard {held_id}`"
    )
