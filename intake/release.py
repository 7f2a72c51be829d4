"""Lets a held message in after all, by a person's decision."""

from datetime import datetime, time

from intake.desk import Case, Desk
from intake.message import Unreadable
from intake.registration import let_in
from journal.model import HeldState


class NotReleased(Exception):
    """A held message that cannot become an appeal; the message says what a person can do instead."""


def release(held_id: int, desk: Desk) -> int:
    """Let a held message in as an appeal, by a person's decision. Returns the entry's number.

    Raises NoSuchHeld, NotReleased.
    """
    kept = desk.journal.held_message(held_id)
    if kept.state is not HeldState.WAITING:
        raise NotReleased(f"held message {held_id} was already settled ({kept.state}): see `senim held list`")
    if kept.raw is None:
        raise NotReleased(
            f"held message {held_id} is too large to be read: open it in the mailbox, folder for held mail, "
            f"and write what matters with the page; then `senim held discard {held_id}`"
        )
    received_at = datetime.combine(kept.on, time(), tzinfo=desk.school.time_zone)
    try:
        message = desk.reader.read(kept.raw)
        with desk.journal.transaction():
            recorded = let_in(Case(message=message, raw=kept.raw, received_at=received_at, desk=desk))
            desk.journal.settle_held(held_id, HeldState.RELEASED, on=desk.today, reason="released")
    except Unreadable as fault:
        raise NotReleased(
            f"held message {held_id} cannot be read ({fault.reason}): open it in the mailbox, folder for "
            f"held mail, and write what matters with the page; then `senim held discard {held_id}`"
        ) from None
    return recorded.number
